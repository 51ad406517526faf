"""The title of a plan, and the kind of document that it names.

In: the lines of a page and which of them are furniture. A title is a line, or up to four lines
printed together, that ends in a word for a kind of document and stands above the body. What a site
hangs on it (….docx, 【精选推荐】, _第1页) is no part of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from planie.schema import Kind
from planie.structure.furniture import body_at, is_body
from planie.structure.issuers import ORGAN, issuer_of
from planie.structure.lines import Line, marker_of
from planie.structure.particulars import DATE

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
    r"(?:稿|书|表|材料|范文|摘要|纲要|提纲)?》?\s*(?:[(（〔\[【][^)）〕\]】]{0,24}[)）〕\]】])?\s*[\d一二三四五]?\s*》?"
)
_DRAFT: Final = r"[(（](?:修[订正]|试行|暂行|草案|征求意见|讨论|送审)稿?[)）]"
TITLE: Final = re.compile(rf"(?:{_ENDS}|(?<=[的复])函|制度(?={_DRAFT}$)){_TAIL}$")
_CHOICE: Final = r"精选|通用|优选|优秀|推荐|最新|精品|实用|必备|热门|合集|汇总|范文|精编|共"
_HUNG_ON: Final = re.compile(  # 工作计划.docx, 工作总结【精选推荐】, 汇报材料_第1页, 述职报告(2), 调研报告一:
    r"(?:\.?(?:docx?|pptx?|xlsx?)(?:VIP)?|\.(?:pdf|wps|txt)(?:VIP)?|[(（\[【]VIP[】\])）]|_+第\d{1,3}页|[(（]\d[)）]|(?<![\dX])[(（\[【]?[一二两三四五六七八九十\d]{1,2}篇[)）\]】]?"
    rf"|[(（\[【](?:{_CHOICE})[^】\])）]{{0,10}}[】\])）]|(?:{_CHOICE})[\d一二三四五六七八九十]{{1,2}}篇|(?:参考)?范文(?:参考|模板|范例|锦集|集锦|大全|合集|汇总)?"
    r"|(?<=总结|计划|方案|要点|报告|规划|意见|讲话)(?:官方)?(?:抖音号|微信号|公众号)[^,，。《》]{0,16})$"
)
NUMBERED: Final = re.compile(
    rf"^(?P<stem>.{{2,40}}?(?:{_ENDS}))(?P<number>[一二三四五六七八九十]{{1,2}}[:：]|\d{{1,2}}[:：]?)$"
)
"""A title with a number at its end: 调研报告一:, 工作总结2."""
_ORDER: Final = re.compile(r"特?制[定订]|如下|特此|本(?:计划|方案|规划|办法)$|^(?:请|要|并|应)|是.{2,}的|[:：。;；?？]")
_VIEW: Final = re.compile(
    r"(?<!实施|指导|若干|关于|落实|推进|改革)(?<!的)意见$"
)  # 区县教育行政部门意见: a cell of a form
_SALUTE: Final = re.compile(r"^(?:各位|同志们|尊敬的|老师们|女士们|各[县市区省乡镇]|各有关|机关各)")

_IN_ADVERT: Final = re.compile(
    rf"(?:准备了?|分享了?|带来了?|整理了?|关于|以下是|推荐)[的了“《]*(?P<title>[^,，。“”《》]{{4,40}}?(?:{_ENDS}))"
)
PLAIN: Final = re.compile(  # 2024年工作安排: a part of a report as often as a plan of its own
    r"^[(（]?(?:(?:19|20)\d\d|20[xX*]{1,4}|2[xX*]{3,4}|\*+|今|明|下一?|本|上)?(?:学?年)?度?(?:的)?(?:主要|重点|总体|具体|下一步|下一阶段|今后|下步|全年)?"
    rf"(?:教育|工作|教育工作)?的?(?:{_ENDS})$"
)
_DAY: Final = re.compile(r"月.{1,3}日")
_NUMBER: Final = re.compile(  # 云政办〔2023〕3号…
    r"^[^〔\[（(,，。]{2,8}[〔\[（(](?:19|20)\d\d[〕\]）)]\d{1,4}号(?=.{8})"
)
_SPEAKER: Final = re.compile(r"^[^:：,，。]{2,12}[部厅局委省市县区][:：](?=.{6})")  # 教育部:…, a headline
_MEETING: Final = re.compile(r"(?:大会|会议|座谈会|推进会|动员会|启动会|培训会|现场会)$")  # news of a meeting
_TOLD: Final = re.compile(  # 项目完成情况公示, 督导检查反馈意见: what was done or found
    r"(?:完成|进展|落实|执行|工作|建设|推进|实施)情况的?(?:公示|通报|说明|反馈)$|(?:反馈|督导检查)意见$"
)
_ROW: Final = re.compile(r"^([^|｜]+)[|｜]{2,}$")  # what a table's first row leaves: 年度报告||||
_BOXED: Final = re.compile(r"^[【《](?P<title>[^【】《》。]{4,40})】(?=.{10})")  # 【学校教研工作计划】为进一步……
_PART: Final = re.compile(r"(?:总体|基本|工作|发展|主要|具体|下一步)+的?(?:思路|设想)$")  # 总体思路: a heading
_LAW: Final = re.compile(r"^(?P<title>[^。]{6,60}?)\s*文章属性")  # a law library's page in one line
_NO_LINE: Final = re.compile(r"^[(（]?(?:此件)?(?:主动|公开|依申请|不予)公开.{0,6}$|^[(（]此件.{2,10}[)）]$")
_SITES: Final = 8  # characters that a title with something hung on it counts less than one without


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
    text = undressed(text)
    core = re.sub(r"《[^》]*》|[(（][^)）]*[)）]|“[^”]*”", "", text)
    if (
        not text
        or _PART.match(core)
        or core.startswith("的")
        or text.count("”") > text.count("“")
        or _SALUTE.match(text)
        or _ORDER.search(core)
        or text[0] in "—-(（"
        or _VIEW.search(core)
    ):
        return False
    return TITLE.search(text) is not None and core.count(",") + core.count("，") <= 2


def undressed(text: str) -> str:
    """Take off what a site hangs on a title, and the quotation marks around the whole of it."""
    while True:
        found = _HUNG_ON.search(text)
        if found is None and (numbered := NUMBERED.match(text)):
            bare = numbered["stem"]
        else:
            bare = text[: found.start()] if found else re.sub(r"^(.{4,40})[(（]\1[)）]$", r"\1", text)
        bare = _NUMBER.sub("", _ROW.sub(r"\1", bare))
        if bare[:1] == "《" and bare.find("》") == len(bare) - 1:
            bare = bare[1:-1]
        if len(bare) < 4 or bare == text:
            return text
        text = bare


def is_dressed(lines: Sequence[Line], title: Title) -> bool:
    """A site has hung something on the title (精选5篇), or numbered it among others (第1篇)."""
    return any(marker_of(lines[i]) or _HUNG_ON.search(lines[i].bare) for i in title.lines)


def kind_of(title: str | None) -> Kind:
    """Read the kind off the last word that names one; a notice is what it makes known."""
    title = re.sub(r"[(（][^)）]*[)）]", "", title or "")
    if _MEETING.search(title):
        return "other"
    if _TOLD.search(title):
        return "report"
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
        return max(found, key=lambda t: (not re.search(DATE, t.text), _weight(lines, t), -t.start))
    return (
        _late(lines, furniture, body)
        or _advertised(lines, furniture, body)
        or _inside(lines, furniture, body)
        or _plain(lines, furniture, body)
    )


def _weight(lines: Sequence[Line], title: Title) -> int:
    """The fullest title stands for the plan; one that a site has dressed up is likely the site's own."""
    said = "".join(lines[i].bare for i in title.lines)
    keywords = any(lines[i].text.count(" ") >= 4 for i in title.lines)  # 2023 我县 教育 发展 情况 工作报告
    return len(title.text) - (_SITES if keywords or _HUNG_ON.search(said) else 0)


def _marked(lines: Sequence[Line], i: int) -> Title | None:
    marker = marker_of(lines[i])
    if marker is None or not TITLE.search(marker.title):
        return None
    start = lines[i].start + lines[i].text.index(marker.title)
    return _placed(marker.title, (i,), start, start + len(marker.title))


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
        if j == i + 1 and not (_unfinished(lines[i].bare) or PLAIN.match(line.bare) or _is_subtitle(line.bare)):
            return None
        text += line.bare
        if len(text) > 90:
            return None
        if (j > i and _is_subtitle(line.bare)) or reads_as_title(text):
            raw = "\n".join(lines[k].text for k in range(i, j + 1))
            return _placed(raw, tuple(range(i, j + 1)), lines[i].start, line.end)
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
        or re.search(rf"(?:{ORGAN}|[^。]部|厅|局|委)$|^.{{2,12}}对", text)
        or re.fullmatch(r".{2,12}[省市县区镇乡州盟]", text)
    )


def _is_subtitle(text: str) -> bool:
    """——在2024年全县教育工作会议上的讲话 below a slogan."""
    return (
        re.match(r"[—-]{1,4}[^—-]", text) is not None and not re.search(DATE, text) and TITLE.search(text) is not None
    )


def _placed(raw: str, lines: tuple[int, ...], start: int, end: int) -> Title:
    """A title of the words *raw* at ``[start, end)``, less what hangs on it."""
    whole = "".join(raw.split())
    text = undressed(whole)
    front = whole.index(text)
    for _ in range(front):
        stripped = raw[1:].lstrip()
        start += len(raw) - len(stripped)
        raw = stripped
    for _ in range(len(whole) - front - len(text)):
        stripped = raw[:-1].rstrip()
        end -= len(raw) - len(stripped)
        raw = stripped
    return Title(text, lines, start, end)


def _of_line(lines: Sequence[Line], i: int) -> Title:
    return _placed(lines[i].text, (i,), lines[i].start, lines[i].end)


def _late(lines: Sequence[Line], furniture: Mapping[int, str], body: int) -> Title | None:
    """A title below some lines of introduction, or below the notice that makes it known, if nothing numbered is before it.

    A signature, its date and (此件公开发布) do not count as lines.
    """
    left = 5
    for i in range(body, min(body + 14, len(lines))):
        line = lines[i]
        if i not in furniture and (marked := _marked(lines, i)):
            return marked
        text = line.bare
        if line.form and not marker_of(line):
            return None
        whole = issuer_of(text) is not None and "关于" in text  # counts below a form's cells, too
        if i not in furniture and (left > 0 or whole) and is_title(line) and not PLAIN.match(undressed(text)):
            return _of_line(lines, i)
        says = i not in furniture and not re.fullmatch(DATE, text) and not _NO_LINE.match(text)
        left -= says and not re.fullmatch(r".{4}年.{1,3}月.{1,3}日", text) and issuer_of(text) != text
    return None


def _inside(lines: Sequence[Line], furniture: Mapping[int, str], body: int) -> Title | None:
    """A title that begins the first paragraph: 【学校教研工作计划】为进一步……, or stands above a law library's particulars."""
    for i in range(min(body + 1, len(lines), 10)):
        if i in furniture or not (found := _BOXED.match(lines[i].text) or _LAW.match(lines[i].text)):
            continue
        if reads_as_title("".join(found["title"].split())):
            start = lines[i].start
            return _placed(found["title"], (), start + found.start("title"), start + found.end("title"))
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
        named = re.search(r"(?:19|20)\d\d|工作|教育|学校|行动|工程|改革|学期|幼儿园|中小学|学位|教师|学生|招生", text)
        says = (
            is_body(line)
            or _SALUTE.match(text)
            or re.search(r"[,，。:：;；!！]|^[—-]|^现在|\d号$", _SPEAKER.sub("", text))
            or re.search(DATE, text)
        )
        return _of_line(lines, i) if 6 <= len(text) <= 45 and named and not says else None
    return None
