"""Where plans begin on a page, and what their titles say: kind, issuer, years, date of publication."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from planie.periods import title_period
from planie.schema import Kind
from planie.spans import SetAside, Span
from planie.structure.lines import Line, chinese_number

_KIND_WORDS: Final[tuple[tuple[str, Kind], ...]] = (
    ("行动计划", "scheme"), ("提升计划", "scheme"), ("攻坚计划", "scheme"),
    ("规划", "scheme"), ("方案", "scheme"), ("意见", "scheme"), ("通知", "scheme"), ("办法", "scheme"),
    ("措施", "scheme"), ("细则", "scheme"), ("决定", "scheme"), ("规定", "scheme"),
    ("讲话", "speech"), ("发言", "speech"), ("致辞", "speech"), ("讲话稿", "speech"),
    ("总结", "report"), ("报告", "report"), ("汇报", "report"), ("小结", "report"),
    ("计划", "plan"), ("要点", "plan"), ("安排", "plan"), ("打算", "plan"), ("思路", "plan"),
)  # fmt: skip
_ENDS = "|".join(word for word, _ in _KIND_WORDS)
_TITLE = re.compile(rf"(?:{_ENDS})(?:稿|书|表|范文|摘要)?\s*(?:[(（〔\[].{{0,24}}[)）〕\]])?\s*[\d一二三四五]?$")
_MARKER = re.compile(r"^(?:【?\s*(?:第\s*[一二三四五六七八九十\d]{1,3}\s*篇|(?:篇|范文)\s*[一二三四五六七八九十\d]{1,3}))\s*】?\s*[:：、.]?\s*(?P<title>.*)$")
_IN_ADVERT = re.compile(rf"(?:准备了?|分享了?|带来|整理了?|关于|以下是|推荐)[的了“《]*(?P<title>[^,，。“”《》]{{4,40}}?(?:{_ENDS}))")
_ISSUER = re.compile(
    r"^(?:关于)?(?P<name>(?:中共)?[^,，。、:：“”《》\s]{0,24}?(?:教育体育局|教育和体育局|教育科技局|教育局|教体局|教科局|教育厅|教育部|教育委员会|教委"
    r"|人民政府办公[厅室]|人民政府|国务院办公厅|国务院|县委|市委|省委|区委|中心小学|中心校|幼儿园|小学|中学|学校|学院|大学|高中|督导室|教研室|进修学校))"
)  # fmt: skip
_PUBLISHED = re.compile(r"((?:19|20)\d\d)\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})")
_OPENING_YEAR = re.compile(r"((?:19|20)\d\d)\s*(?:学)?年度?[^,，。\d]{0,14}?(?:工作|计划|总结|要点|任务|回顾|目标|是.{0,20}年)")
_REPEAT = 30  # characters that must agree before a line counts as said twice


@dataclass(frozen=True)
class Face:
    """What a plan says of itself, and the lines that say it or only repeat it."""

    title: str | None
    title_span: Span | None
    title_lines: frozenset[int]
    kind: Kind
    issuer: str | None
    period: tuple[int, int] | None
    published: str | None
    repeats: dict[int, str] = field(default_factory=dict)

    @staticmethod
    def runs(lines: Sequence[Line], furniture: Mapping[int, str]) -> tuple[SetAside, ...]:
        """Join neighbouring lines of one kind that are set aside."""
        runs: list[SetAside] = []
        for _, group in groupby(sorted(furniture.items()), key=lambda item: (item[1], 0)):
            for index, kind in group:
                line = lines[index]
                if runs and runs[-1].kind == kind and index - 1 in furniture and runs[-1].end == lines[index - 1].end:
                    runs[-1] = SetAside(kind, runs[-1].start, line.end)
                else:
                    runs.append(SetAside(kind, line.start, line.end))
        return tuple(sorted(runs, key=lambda run: run.start))


def is_title(line: Line) -> bool:
    """A short unnumbered line that ends in a word for a kind of document."""
    if line.form in ("han", "(han)", "digit", "(digit)", "circle", "item"):
        return False
    return 4 <= len(line.text) <= 60 and _TITLE.search(line.text) is not None and not re.search(r"[。;；,，?？]", line.text)


def kind_of(title: str | None) -> Kind:
    """Read the kind off the last word of the title that names one."""
    best: tuple[int, int, Kind] = (-1, 0, "other")
    for word, kind in _KIND_WORDS:
        at = (title or "").rfind(word)
        if at >= 0 and (at + len(word), len(word)) > best[:2]:
            best = (at + len(word), len(word), kind)
    return best[2]


def split_plans(lines: Sequence[Line], furniture: Mapping[int, str]) -> list[int]:
    """Return the index of the first line of each plan.

    A plan begins at a marker (篇2: …, 第3篇), or at a title behind a body whose numbering then
    starts again at 一.
    """
    marked = [i for i, line in enumerate(lines) if len(line.text) <= 80 and _MARKER.match(line.text)]
    if len(marked) >= 2 or (marked and marked[0] > 8):
        return sorted({0, *(i for i in marked if i > 8 or marked.index(i) > 0)})
    starts, has_body = [0], False
    i = 0
    while i < len(lines):
        line = lines[i]
        if has_body and i not in furniture and is_title(line) and _restarts(lines, i, furniture):
            starts.append(i)
            has_body = False
        if line.form == "han" and not is_title(line):
            has_body = True
        i += 1
    return starts


def _restarts(lines: Sequence[Line], at: int, furniture: Mapping[int, str]) -> bool:
    """The next line in the form 一、 is the first of its list, and no other title stands before it."""
    for i in range(at + 1, min(at + 40, len(lines))):
        if i not in furniture and lines[i].form == "han":
            return chinese_number(lines[i].number) == 1
    return False


def describe(lines: Sequence[Line], furniture: dict[int, str]) -> Face:
    """Find title, kind, issuer, years and publication date of one plan."""
    body = next((i for i, line in enumerate(lines) if i not in furniture and _is_body(line)), len(lines))
    title, chosen = _title(lines, furniture, body)
    span = (lines[min(chosen)].start, lines[max(chosen)].end) if chosen else None
    bare = re.sub(r"\s+", "", title) if title else None
    same = {
        i: "repeated title"
        for i, line in enumerate(lines[: max(body, 12)])
        if bare and i not in chosen and i not in furniture and re.sub(r"\s+", "", line.text) == bare
    }
    period = _period(lines, furniture, bare, chosen)
    issuer = _ISSUER.match(bare) if bare else None
    return Face(
        title=bare,
        title_span=span,
        title_lines=frozenset(chosen),
        kind=kind_of(bare),
        issuer=issuer["name"] if issuer else None,
        period=period,
        published=_published(lines, furniture),
        repeats={**same, **_repeats(lines, furniture, same)},
    )


def _is_body(line: Line) -> bool:
    return line.form in ("han", "(han)", "digit") or "。" in line.text


def _title(lines: Sequence[Line], furniture: Mapping[int, str], body: int) -> tuple[str | None, set[int]]:
    for i, line in enumerate(lines[: min(body, 30)]):
        if match := _MARKER.match(line.text):
            if match["title"] and _TITLE.search(match["title"]):
                return match["title"], {i}
            continue
        if i in furniture:
            continue
        if is_title(line):
            above = lines[i - 1] if i and i - 1 not in furniture else None
            if above is not None and _continues(above, line):
                return above.text + line.text, {i - 1, i}
            return line.text, {i}
    for line in lines[: min(body + 3, 30)]:
        if match := _IN_ADVERT.search(line.text[:160]):
            return match["title"], set()
    return None, set()


def _continues(above: Line, line: Line) -> bool:
    """A title broken over two lines: the first half ends in no kind of document and in no mark."""
    joined = above.text + line.text
    return (
        not above.form
        and len(joined) <= 60
        and re.search(r"[。:：,，;；\d>]", above.text) is None
        and ("关于" in above.text or len(line.text) <= 12)
        and not is_title(above)
    )


def _period(
    lines: Sequence[Line], furniture: Mapping[int, str], title: str | None, chosen: set[int]
) -> tuple[int, int] | None:
    if title and (found := title_period(title)):
        return found
    top = max(chosen) + 1 if chosen else 0
    near = [line.text for i, line in enumerate(lines[top : top + 6], top) if i not in furniture]
    for text in near[:2]:
        if re.fullmatch(r"[(（〔\[].{4,24}[)）〕\]]", text) and "月" not in text and (found := title_period(text)):
            return found
    for text in near:
        if match := _OPENING_YEAR.search(text[:120]):
            return int(match[1]), int(match[1])
    return None


def _published(lines: Sequence[Line], furniture: Mapping[int, str]) -> str | None:
    """The date of a by-line near the top, or of a line at the end that is a date and nothing else."""
    for i, line in enumerate(lines[:15]):
        if furniture.get(i) in ("byline", "navigation") and (match := _PUBLISHED.search(line.text)):
            return _iso(match)
    for line in [*reversed(lines[-6:]), *lines[:8]]:
        bare = line.text.strip("()（） ")
        if (match := _PUBLISHED.match(bare)) and len(bare) - match.end() <= 2:
            return _iso(match)
    return None


def _iso(match: re.Match[str]) -> str | None:
    year, month, day = (int(g) for g in match.groups())
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _repeats(lines: Sequence[Line], furniture: Mapping[int, str], same: Mapping[int, str]) -> dict[int, str]:
    """Lines said twice: an excerpt above its article goes, else the later copy does."""
    first: dict[str, int] = {}
    found: dict[int, str] = {}
    numbered = next((i for i, line in enumerate(lines) if line.form in ("han", "(han)")), len(lines))
    for i, line in enumerate(lines):
        if i in furniture or i in same or len(line.text) < _REPEAT:
            continue
        key = line.text[:_REPEAT]
        earlier = first.setdefault(key, i)
        if earlier == i:
            continue
        short = lines[earlier].text.rstrip("….·。 ")
        if earlier < numbered and line.text.startswith(short):
            found[earlier] = "excerpt"
            first[key] = i
        elif line.text == lines[earlier].text:
            found[i] = "repetition"
    return found
