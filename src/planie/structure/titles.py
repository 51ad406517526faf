"""Where plans begin on a page, and what their titles say: the title itself, its kind, its issuer.

In: the lines of a page and which of them are furniture. A title is a line, or up to four lines
printed together, that ends in a word for a kind of document and stands above the body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from planie.schema import Kind
from planie.structure.furniture import DATE, body_at, is_body
from planie.structure.lines import Line, marker_of, number_of

_KIND_WORDS: Final[dict[Kind, str]] = {
    "scheme": "行动计划 提升计划 攻坚计划 培养计划 规划 方案 意见 通知 办法 措施 细则 决定 规定 条例 纲要 预案 规程 规则 章程 制度 行动",
    "speech": "讲话 发言 致辞 讲话稿 演讲 贺词 发言稿",
    "report": "总结 报告 汇报 小结 述职 回顾",
    "plan": "计划 要点 安排 打算 思路 设想 行事历 部署",
    "other": "批复 函 答复 通报 公告 通告 请示 提案 建议 倡议书 责任书 清单",
}
"""Kind → the words at a title's end that name it, e.g. 临江市教育局2024年工作要点: a plan."""

_KIND_OF: Final[dict[str, Kind]] = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split()}
_WEAK: Final = ("行动", "制度", "函", "部署", "建议", "清单", "回顾")  # end many lines that are no titles
_ENDS: Final = "|".join(sorted((w for w in _KIND_OF if w not in _WEAK), key=len, reverse=True))
_TAIL: Final = (
    r"(?:稿|书|表|范文|摘要|纲要|提纲)?》?\s*(?:[(（〔\[【][^)）〕\]】]{0,24}[)）〕\]】])?\s*[\d一二三四五]?\s*》?"
)
_TITLE: Final = re.compile(rf"(?:{_ENDS}|(?<=[的复])函){_TAIL}$")
_ORDER: Final = re.compile(r"特?制[定订]|如下|特此|本(?:计划|方案|规划|办法)$|^(?:请|要|并|应)|是.{2,}的|[:：。;；?？]")
_VIEW: Final = re.compile(
    r"(?<!实施|指导|若干|关于|落实|推进|改革)(?<!的)意见$"
)  # 区县教育行政部门意见: a cell of a form
_SALUTE: Final = re.compile(r"^(?:各位|同志们|尊敬的|老师们|女士们|各[县市区省乡镇]|各有关|机关各)")

_IN_ADVERT: Final = re.compile(
    rf"(?:准备了?|分享了?|带来了?|整理了?|关于|以下是|推荐)[的了“《]*(?P<title>[^,，。“”《》]{{4,40}}?(?:{_ENDS}))"
)
_PLAIN: Final = re.compile(  # 2024年工作安排: a part of a report as often as a plan of its own
    r"^[(（]?(?:(?:19|20)\d\d|20[xX*]{1,4}|2[xX*]{3,4}|\*+|今|明|下一?|本|上)?(?:学?年)?度?(?:的)?(?:主要|重点|总体|具体|下一步|下一阶段|今后|下步|全年)?"
    rf"(?:教育|工作|教育工作)?的?(?:{_ENDS})$"
)
_ORGAN: Final = (
    r"教育体育局|教育和体育局|教育科学技术局|教育科技局|教育科技体育局|教育体育和科学技术局|教育文化体育局|教育局|教体局|教科局|教科体局|教育厅|教育部(?:办公厅)?"
    r"|教育委员会(?:办公室)?|教委|教育工委|教育办公室|人民政府办公[厅室]|人民政府|政府办公[厅室]|(?<=[省市县区镇乡])政府|国务院办公厅|国务院|委员会办公[厅室]|办公[厅室]"
    r"|[省市县区](?:委|委办公[厅室])(?=[、和关印])|中心小学|中心学校|中心校|幼儿园|幼儿师范学校|小学|初级中学|高级中学|中学|学校|学院|大学|一中|二中|三中|四中|五中"
    r"|督导室|教研室|教研中心|进修学校|职教中心|少年宫|教育集团|研究院|委员会"
)
_ISSUER: Final = re.compile(
    rf"^(?:(?:19|20)\d\d年度?|关于)?(?P<name>(?:中共)?[^,，。、:：“”《》\s\d]{{0,20}}?(?:第[一二三四五六七八九十\d]{{1,3}})?[^,，。、:：“”《》\s\d]{{0,8}}?(?:{_ORGAN}))"
    r"(?=$|关于|印发|转发|工作|教育|教学|学校|学期|年|“|《|三年|五年|十|第|党|德育|安全|师资|教师|校本|课后|科研|体育|卫生|艺术|心理|家长|\d|[*xX〇二2]|[(（—])"
)
_ANNEX: Final = re.compile(r"附(?:件|表|录)[\d一二三四五六七八九十]*[:：]?")
_DAY: Final = re.compile(r"月.{1,3}日")
_VERB: Final = re.compile(
    r"创建|加强|推进|推动|(?<!生产)建设|全面|关于|改进|深化|开展|实施|提升|发展|促进|做好|支持|优化|完善|印发|落实|会议|的|办好|全[市县区省]"
)


@dataclass(frozen=True)
class Title:
    """A title: its words without spaces, the lines that it stands on, and its place on them."""

    text: str
    lines: tuple[int, ...]
    start: int
    end: int


def is_title(line: Line) -> bool:
    """A line that ends in a word for a kind of document, and neither orders nor says anything."""
    return line.form in ("", "volume") and 4 <= len(line.text) <= 70 and reads_as_title(line.bare)


def reads_as_title(text: str) -> bool:
    """The words are those of a title."""
    core = re.sub(r"《[^》]*》|[(（][^)）]*[)）]|“[^”]*”", "", text)
    if _SALUTE.match(text) or _ORDER.search(core) or text[0] in "—-(（" or _VIEW.search(core):
        return False
    return _TITLE.search(text) is not None and core.count(",") + core.count("，") <= 2


def kind_of(title: str | None) -> Kind:
    """Read the kind off the last word that names one; a notice is what it makes known."""
    title = re.sub(r"[(（][^)）]*[)）]", "", title or "")
    if sent := re.search(r"(?:印发|转发|下发)(.{4,}?)的?通知", title):
        inner = _last_kind(sent[1])
        return inner if inner != "other" else "scheme"
    if re.search(r"总结(?:和|及|与|暨|、)", title):  # 2023年工作总结和2024年工作打算
        return "report"
    return _last_kind(title)


def _last_kind(text: str) -> Kind:
    best: tuple[int, int, Kind] = (-1, 0, "other")
    for word, kind in _KIND_OF.items():
        at = text.rfind(word)
        if at >= 0 and (at + len(word), len(word)) > best[:2]:
            best = (at + len(word), len(word), kind)
    return best[2]


def issuer_of(text: str) -> str | None:
    """Return the body that a title, or a signature, begins with."""
    found = _ISSUER.match(text)
    return found["name"] if found and len(found["name"]) >= 3 and not _VERB.search(found["name"]) else None


def signature_of(lines: Sequence[Line], furniture: Mapping[int, str]) -> str | None:
    """Return the body that signs at the end: its name alone on a line, the date perhaps below."""
    rest = [line.bare for i, line in enumerate(lines[-12:], max(0, len(lines) - 12)) if i not in furniture][-4:]
    for text in rest:
        if len(text) <= 30 and issuer_of(text) == text:
            return text
    return None


# --- the plans of a page ------------------------------------------------------


def split_plans(lines: Sequence[Line], furniture: Mapping[int, str]) -> list[int]:
    """Return the index of the first line of each plan.

    A plan begins at a marker (篇2: …, 第3篇), or at a title behind a body whose numbering then
    starts again at its first number.
    """
    marked = _markers(lines, furniture)
    first = marker_of(lines[marked[0]]) if marked else None
    opens = first is None or first.number == 1 or not _has_body(lines, furniture, 0, marked[0])
    if len(marked) >= 2 or not opens:  # one marker 篇1 numbers nothing
        return sorted({0, *marked[opens:]})
    starts = [0]
    last_numbers: dict[str, int] = {}
    main = find_title(lines[:60], {i: k for i, k in furniture.items() if i < 60})
    for i, line in enumerate(lines):
        if last_numbers and i not in furniture and _begins(lines, i, furniture, main, last_numbers):
            starts.append(i)
            last_numbers = {}
        elif line.form and i not in furniture:
            last_numbers[line.form] = max(number_of(line) or 0, last_numbers.get(line.form, 0))
    return starts


def _markers(lines: Sequence[Line], furniture: Mapping[int, str]) -> list[int]:
    """Markers of plans; 第三篇 also divides a long plan, so those count only where titles follow."""
    found: list[int] = []
    doubtful: list[tuple[int, bool]] = []
    for i, line in enumerate(lines):
        if i in furniture or not (marker := marker_of(line)):
            continue
        if not marker.doubtful:
            found.append(i)
        else:
            titled = bool(_TITLE.search(marker.title)) if marker.title else any(map(is_title, lines[i + 1 : i + 3]))
            doubtful.append((i, titled))
    if found or 2 * sum(titled for _, titled in doubtful) > len(doubtful):
        found = sorted([*found, *(i for i, titled in doubtful if titled)])
    # markers with nothing below are a list of what the page holds
    return [i for i, end in pairwise([*found, len(lines)]) if _has_body(lines, furniture, i + 1, end)]


def _has_body(lines: Sequence[Line], furniture: Mapping[int, str], start: int, end: int) -> bool:
    rest = [line for i, line in enumerate(lines[start : min(end, start + 60)], start) if i not in furniture]
    return len(rest) >= 2 or any(map(is_body, rest))


def _begins(
    lines: Sequence[Line], i: int, furniture: Mapping[int, str], main: Title | None, seen: Mapping[str, int]
) -> bool:
    """The line is another plan's title: no part of this one's, no annex, and a new numbering follows."""
    line = lines[i]
    if line.form or not is_title(line) or _PLAIN.match(line.bare):
        return False
    if main is not None and line.bare in main.text and line.bare != main.text:
        return False
    above = next((lines[j].bare for j in range(i - 1, max(-1, i - 3), -1) if j not in furniture), "")
    if line.bare.startswith("附") or _ANNEX.fullmatch(above):
        return False
    for j in range(i + 1, min(i + 40, len(lines))):
        if j not in furniture and lines[j].form in seen:
            return number_of(lines[j]) == 1 and seen[lines[j].form] >= 1
    return False


# --- the title of one plan ----------------------------------------------------


def find_title(lines: Sequence[Line], furniture: Mapping[int, str]) -> Title | None:
    """Return the title that stands above the body, the fullest one if several do."""
    if lines and 0 not in furniture and (title := _marked(lines, 0)):
        return title
    body = body_at(lines, furniture)
    found: list[Title] = []
    i = 0
    while i < min(body, 40):
        title = None if i in furniture else _marked(lines, i) or _printed(lines, i, furniture, body)
        if title is not None:
            found.append(title)
        i = title.lines[-1] + 1 if title else i + 1
    if found:
        return max(found, key=lambda t: (not re.search(DATE, t.text), len(t.text), -t.start))
    return _late(lines, furniture, body) or _advertised(lines, furniture, body) or _plain(lines, furniture, body)


def _marked(lines: Sequence[Line], i: int) -> Title | None:
    marker = marker_of(lines[i])
    if marker is None or not _TITLE.search(marker.title):
        return None
    start = lines[i].start + lines[i].text.index(marker.title)
    return Title("".join(marker.title.split()), (i,), start, start + len(marker.title))


def _printed(lines: Sequence[Line], i: int, furniture: Mapping[int, str], body: int) -> Title | None:
    """A title on line *i*, or begun there and ended up to three lines below."""
    text = ""
    for j in range(i, min(i + 4, body)):
        line = lines[j]
        if (
            j in furniture
            or line.form not in ("", "volume")
            or len(line.text) > 70
            or (j > i and _DAY.search(line.bare))
        ):
            return None
        if j == i + 1 and not (_unfinished(lines[i].bare) or _PLAIN.match(line.bare) or _is_subtitle(line.bare)):
            return None
        text += line.bare
        if len(text) > 90:
            return None
        if (j > i and _is_subtitle(line.bare)) or reads_as_title(text):
            return Title(_clean(text), tuple(range(i, j + 1)), lines[i].start, line.end)
    return None


def _unfinished(text: str) -> bool:
    """The first line of a title that goes on below: a body's name, 关于……, or an end that wants more."""
    if re.search(r"[。:：;；?？]|会议上?$", text) or re.search(DATE, text):
        return False
    return bool(
        "关于" in text
        or re.search(r"[的和与及、]$|加快|推进|进一步|印发|转发", text)
        or text.count("《") > text.count("》")
        or text.count("“") > text.count("”")
        or issuer_of(text) == text
        or re.search(rf"(?:{_ORGAN}|[^。]部|厅|局|委)$|^.{{2,12}}对", text)
        or re.fullmatch(r".{2,12}[省市县区镇乡州盟]", text)
    )


def _is_subtitle(text: str) -> bool:
    """——在2024年全县教育工作会议上的讲话 below a slogan."""
    return (
        re.match(r"[—-]{1,4}[^—-]", text) is not None and not re.search(DATE, text) and _TITLE.search(text) is not None
    )


def _clean(text: str) -> str:
    if text[0] == "《" and text.find("》") == len(text) - 1:
        text = text[1:-1]
    return re.sub(r"(?:参考)?范文$", "", text)


def _late(lines: Sequence[Line], furniture: Mapping[int, str], body: int) -> Title | None:
    """A title below a line or two of introduction, if nothing numbered stands before it."""
    for i in range(body, min(body + 4, len(lines))):
        if lines[i].form:
            return None
        if i not in furniture and is_title(lines[i]) and not _PLAIN.match(lines[i].bare):
            return Title(_clean(lines[i].bare), (i,), lines[i].start, lines[i].end)
    return None


def _advertised(lines: Sequence[Line], furniture: Mapping[int, str], body: int) -> Title | None:
    for i, line in enumerate(lines[: min(body + 3, 30)]):
        if furniture.get(i) == "advertisement" and (match := _IN_ADVERT.search(line.text[:160])):
            return Title(match["title"], (), line.start + match.start("title"), line.start + match.end("title"))
    return None


def _plain(lines: Sequence[Line], furniture: Mapping[int, str], body: int) -> Title | None:
    """The first line, when it is short and says nothing: 全市教育系统2024年重点工作."""
    for i, line in enumerate(lines[: min(body, 10)]):
        if i in furniture:
            continue
        text = line.bare
        named = re.search(r"(?:19|20)\d\d|工作|教育|学校|行动|工程|改革|学期", text)
        says = (
            is_body(line)
            or _SALUTE.match(text)
            or re.search(r"[,，。:：;；!！]|^[—-]|^现在|\d号$", text)
            or re.search(DATE, text)
        )
        return Title(_clean(text), (i,), line.start, line.end) if 6 <= len(text) <= 45 and named and not says else None
    return None
