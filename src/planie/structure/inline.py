"""Where a page has lost its line breaks: a title glued to its text, headings that stand inside a paragraph.

Enters: one line of healed text. Leaves: the offsets at which other lines begin in it. Nothing of the text changes.
File-sharing sites show a whole document as one paragraph (…工作总结一、主要工作(一)基础教育1.学前教育。…, “… summary
I. main work (1) basic education 1. kindergartens. …”). An ordinary list inside a sentence stays whole: what counts is a
long line, headings behind a closed sentence or a short heading, and numbers that run on from one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from planie.numerals import parse_number
from planie.structure.spaced import spaced

_HAN: Final = "一二三四五六七八九十"
_MARK: Final = re.compile(
    rf"(?P<chapter>第[{_HAN}]{{1,3}}(?:章|部分|编))"  # 第一章 发展基础
    rf"|(?P<section>第[{_HAN}]{{1,3}}节(?!课))"
    rf"|(?P<han>(?<![{_HAN}第十])[{_HAN}]{{1,3}}、)"  # 一、总体要求
    rf"|(?P<bracket>[(（][{_HAN}]{{1,3}}[)）])"  # (一)指导思想
    r"|(?P<digit>(?<![\d.．])\d{1,2}(?:[.．、](?![\d、])|[.．](?=(?:19|20)\d\d年)))"  # 1.加强领导, 1.2025年底前
)
_RANK: Final = {"chapter": 0, "section": 1, "han": 2, "bracket": 3, "digit": 4}
_BOX: Final = re.compile(
    r"(?<=[。；;！!？?：:])\s*(?P<box>【[^【】]{2,20}】)|(?<=[。；;！!？?：:】])\s*(?P<bullet>[※●■◆★])"
)
_CLOSED: Final = frozenset("。；;！!？?：:”)）】")
_SAYS: Final = re.compile(r"[。,，；;:：]")
_HEADING: Final = 40  # characters: a heading that another one follows at once
_SHORT: Final = 80  # characters: no text is glued to a title
_LONG: Final = 300  # characters: shorter paragraphs keep their lists
_TITLE: Final = re.compile(
    r"[^,，。;；:：!！?？、]{3,48}?(?:总结|计划|要点|方案|规划|报告|汇报|安排|讲话|述职)(?:报告|材料|范文|打算|稿)?"
    r"(?:\s*[(（][^()（）]{4,16}[)）])?"
    r"(?=\s*(?:(?:一、|\(一\)|（一）|1[.、．]|第一[章节编]|[—-]{2})|(?:19|20)\d\d年(?!度|工作|[^,，。]{0,16}(?:总结|计划|要点|打算|安排))"
    r"|[xX*×#]{2,}[省市县区州旗乡镇校][^,，。;；]{0,4}(?:位于|地处|坐落|现有|共有|现辖|下辖)"  # …工作汇报xx镇位于…
    r"|近年来|近几年|今年|去年|本年|一年来|本学期|上学期|过去一年|我[县市区校局镇州省园]|为(?:了|深入|进一步|全面|认真|贯彻|切实|加强|推进)"
    r"|根据|按照|现将|各位|同志们|在[^,，。]{2,24}(?:领导|指导|关心|支持)下))"
)
_NAMED: Final = re.compile(  # 二、2024年工作安排2024年是…, 一、工作目标到2026年…: a heading glued to its text
    r"[^,，。;；:：!！?？]{2,24}?(?:回顾|盘点|总结|安排|打算|计划|部署|任务|目标|要求|思想|原则|措施|保障|重点工作|主要工作|情况|现状|分析|基础|成效|成绩|问题)"
    r"(?=(?:19|20)\d\d年|[今去明]年|过去的?[一五]年|新的?一年|[一二两三四五]年来|近年来|近几年|[上本]学[年期]|[“\"]十|经过|目前|截至|到(?:19|20)\d\d年"
    r"|深入[学贯]|全面贯彻|认真[学贯落]|坚持|紧紧?围绕|按照|根据|以[^,，。]{2,40}为|为[了深进全切加]|我[县市区校省园局们镇]|全[县市区校省镇乡])"
)
_FILE_NUMBER: Final = re.compile(
    r"\s*(?:文档|文件)?编号\s*[:：]\s*\d{5,12}(?=[^\d\s号])"
)  # 编号:658229379区教育局…总结
_DATED: Final = re.compile(  # …工作总结汇报201X/X/XXxx区教育局…工作总结: a title, its day, and the title again
    r"(?P<title>[^,，。;；:：!！?？、《》]{3,48}?(?:总结|计划|要点|方案|规划|报告|汇报|讲话|述职)(?:报告|汇报|材料|打算|稿)?)"
    r"\s*(?P<day>(?:19|20)[\dxX]{2}([/.-])[\dxX]{1,2}\3[\dxX]{1,2})(?=\s*[^\d\s])"
)
_SAMPLE: Final = re.compile(  # …参考。学校工作计划【第一篇】根据…: a collection of plans in one line
    r"(?:^|(?<=[。！!？?…”]))(?P<title>[^,，。;；:：!！?？、“”《》【】]{2,40}?(?:总结|计划|要点|方案|规划|报告|汇报|安排|讲话|述职)"
    rf"[^,，。;；:：!！?？“”【】]{{0,8}}【(?:第(?:[{_HAN}]{{1,3}}|\d{{1,2}})篇|篇(?:[{_HAN}]{{1,3}}|\d{{1,2}}))】)"
)


@dataclass(frozen=True, slots=True)
class _Mark:
    at: int
    end: int
    form: str
    number: int


def breaks(line: str, *, opening: bool, held: frozenset[str] = frozenset()) -> list[int]:
    """Return the offsets inside *line* at which a heading or, on an *opening* line of a page, the text begins.

    Args:
        line: a line, as the page has it.
        opening: whether the title may stand on it.
        held: what :func:`held_by` gave for the lines above: a list in prose that numbers so is no heading's.
    """
    if opening and (front := _FILE_NUMBER.match(line) or (len(line) > _SHORT and _DATED.match(line)) or None):
        ends = front.span("day") if front.re is _DATED else (front.end(),)
        return [*ends, *(ends[-1] + cut for cut in breaks(line[ends[-1] :], opening=True, held=held))]
    if samples := _samples(line):
        return sorted(
            {
                *samples,
                *(at + cut for at, end in pairwise([0, *samples, len(line)]) for cut in _within(line[at:end], opening)),
            }
            - {0}
        )
    return _within(line, opening, held)


def _samples(line: str) -> list[int]:
    """Where the plans of a collection and their texts begin, if the line holds a title with its number and a text."""
    if len(line) <= _SHORT:
        return []
    return sorted({at for found in _SAMPLE.finditer(line) for at in found.span("title") if at < len(line)} - {0})


def _within(line: str, opening: bool, held: frozenset[str] = frozenset()) -> list[int]:
    """The offsets in a line that belongs to one plan."""
    found: list[int] = []
    title = _TITLE.match(line) if opening and len(line) > _SHORT else None
    if title and re.match(r"为|根据|按照|关于|现将", line) is None:
        found.append(title.end())
    if len(line) >= _LONG:
        found += spaced(line)
        for mark in _headings(line, title.end() if title else 0, held):
            named = _NAMED.match(line, mark.end)
            found += [mark.at, *([named.end()] if named else [])]
        boxes = list(_BOX.finditer(line))
        if len(boxes) > 1:
            found += [at for box in boxes for at in (box.span("box") if box["box"] else (box.start("bullet"),))]
    return sorted({*found} - {0})


def held_by(line: str, held: frozenset[str]) -> frozenset[str]:
    """Return the forms of the headings that are open when *line* has begun, *held* being those before it."""
    found = _MARK.match(line, len(line) - len(line.lstrip()))
    if found is None:
        return held
    form = str(found.lastgroup)
    return frozenset(f for f in held if _RANK[f] < _RANK[form]) | {form}


def _headings(line: str, begin: int, held: frozenset[str]) -> list[_Mark]:
    """The headings of a paragraph that holds several: their numbers run on, the outer ones are there."""
    kept: list[_Mark] = []
    last: dict[str, int] = {}
    for match in _MARK.finditer(line):
        form = str(match.lastgroup)
        number = int(parse_number(match.group().strip("(（)）、.．第章节部分编")) or 0)
        if not _stands(line, match.start(), kept[-1].at if kept else begin):
            continue
        if form in held and form not in last and _SAYS.search(line, begin, match.start()):
            continue  # 二、… ⏎ 要求:一、…二、…: the second 一、 numbers a list
        if number == last.get(form, 0) + 1 or (number == 1 and kept and _RANK[kept[-1].form] < _RANK[form]):
            last = {f: n for f, n in last.items() if _RANK[f] < _RANK[form]} | {form: number}
            kept.append(_Mark(match.start(), match.end(), form, number))
    outer = [mark for mark in kept if mark.form != "digit"]
    if len(kept) < 2 or not outer or not (any(mark.number == 2 for mark in kept) or _nests(line, kept)):
        return []
    return kept


def _nests(line: str, kept: list[_Mark]) -> bool:
    """The first headings of an excerpt, one inside the other: 一、基础 (一)成就."""
    return any(
        (above.form, below.form) == ("han", "bracket")
        and above.number == below.number == 1
        and below.at - above.at <= _HEADING
        and not _SAYS.search(line, above.at, below.at)
        for above, below in pairwise(kept)
    ) or [mark.form for mark in kept[:3] if mark.number == 1] == ["han", "bracket", "digit"]


def _stands(line: str, at: int, last: int) -> bool:
    """A heading stands at the start, behind a closed sentence, or at once behind a short heading."""
    end = at
    while end and line[end - 1].isspace():
        end -= 1
    if at == 0 or line[max(0, end - 1) : end] in _CLOSED:
        return True
    return at - last <= _HEADING and not re.search(r"[。,，；;]", line[last:at])
