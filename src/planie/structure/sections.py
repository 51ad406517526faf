"""Headings and their nesting, and the sentences that know the section they are in.

In: the lines of one plan, and which of them are not read. Out: the headings in order, each
running to the next of its own depth or less; and the sentences of every line that is read.
Numbering follows GB/T 9704-2012 (一、 (一) 1. (1)) and what writers make of it: a form is as deep
as it was first met, and the usual order settles the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from planie.schema import Kind, SectionRole
from planie.spans import Section, Sentence, Span
from planie.structure.lines import RANK, Line, number_of
from planie.structure.roles import looks_back, role_of, tells_of

_BARE: Final = re.compile(
    # 指导思想; 2023年工作回顾; 2018年:铆足干劲抓落实
    r"^(?:[^。,，;；:：]{0,10}(?:指导思想|总体思路|总体要求|基本原则|工作目标|发展目标|主要目标|总体目标|具体目标|目标任务|目标要求|主要任务|重点任务|工作任务|重点工作"
    r"|主要措施|工作措施|具体措施|保障措施|工作回顾|主要成绩|工作重点|工作安排|组织领导|组织保障|下一步工作|下一步打算|存在的?(?:主要)?问题|基本情况|现状分析|主要做法)[^。,，;；:：]{0,6}"
    r"|(?:(?:19|20)\d\d年|[“\"]?十[一二三四五六]五[”\"]?(?:时期|期间)|过去[一五]年|今后五年|今年)[^。,，;；:：]{0,14}(?:回顾|总结|安排|计划|要点|任务|目标|部署|打算|展望|要求|成就|成绩|工作)"
    r"|(?:19|20)\d\d年[:：][^。,，;；:：]{2,20})[:：]?$"
)
_BOXED: Final = re.compile(
    r"^[【〖『]([^【】〖〗『』。,，;；]{2,24})[】〗』][:：]?$"
)  # 【2026年工作打算】, a line to itself
_ANNEX: Final = re.compile(  # 附件1:任务分解表, 附:名单; not 附近的学校
    r"^(?P<number>附[件表录]\s*[\d一二三四五六七八九十]{1,3}\s*[:：.、]?|附[件表录]?\s*[:：.、]|附[件表录](?=\s|$))\s*(?P<title>[^。]{0,60})$"
)
_LONG: Final = 45  # characters: a longer numbered line is a paragraph with its heading in front, if it has one

_UNITS: Final = (
    r"[%％‰]|成[一二三四五六七八九半]?|分(?=$|[,，、。；;和与])"
    r"|[余多几]?[万亿千百]*(?:个(?:百分点|学分|课时|工作日|月)?|所|名|人次?|次|项|件|间|家|场|门|册|套|台|元|亩|处|座|栋|班|位|节|篇|张|辆|期|本|条"
    r"|公里|平方米|米|公顷|吨|岁|天|小时|分钟|学时|课时|学分|户|支|片|份|块|团|枚|只|倍)"
)
_VALUE: Final = re.compile(
    rf"(?<!方面)(?:(?P<digits>\d[\d.,，]*|[*]+)|(?<!第)[一二两三四五六七八九十百]+)\s*(?:{_UNITS})(?:以上|以下|以内|左右)?|百分之\w+|\d+[:：]\d+"
)
_REACHES: Final = re.compile(
    r"达到|不低于|不少于|不超过|不高于|以上|以内|左右|控制在|稳定在|保持在|提高到|提升[至到]|突破"
)
_TIME: Final = re.compile(r"(?:到|至|力争)?(?:(?:19|20)\d\d|[\d*xX]{4,5})年?.{0,4}(?:前|底|末|止|起)?")
_ORDERS: Final = re.compile(rf"{_TIME.pattern}$|到(?:本|今|明|20)")


class _Outline:
    """Collects sections; the stack holds (form, index) of those still open, outermost first."""

    def __init__(self, end: int, kind: Kind, year: int | None) -> None:
        self.found: list[Section] = []
        self._stack: list[tuple[str, int]] = []
        self._end, self._kind, self._year = end, kind, year
        self._before: dict[int | None, SectionRole] = {}
        self._past: tuple[int | None, str | None] | None = None  # a list of what was done: what it is in, its form

    def add(
        self,
        form: str,
        number: str,
        heading: str,
        start: int,
        end: int,
        words: str | None = None,
        *,
        apart: bool = False,
    ) -> None:
        """Open a section at ``[start, end)``, its heading, and close those that it ends.

        *words* are what its role is read off, where they are more than the heading. One that stands *apart* does not
        share the role of the section that it is in.
        """
        self._close(form, start)
        parent = self._stack[-1][1] if self._stack else None
        role: SectionRole = "other"
        if form != "annex":
            above = self.found[parent].role if parent is not None and not apart else None
            before = self._before.get(parent)
            role = role_of(words or heading, kind=self._kind, year=self._year, parent=above, before=before)
            if self._reviews(form, parent, words or heading):
                role = "review"
            self._before[parent] = role
        self._stack.append((form, len(self.found)))
        level = len(self._stack)
        self.found.append(Section(number, heading, level, role, start, self._end, (start, end), parent))

    def tell(self, text: str) -> None:
        """Read a paragraph: one right below a heading, or above them all, may say that what follows was achieved."""
        last = len(self.found) - 1 if self.found else None
        begun = self._past is not None and self._past[1] is not None
        if not begun and (last is None or self._stack[-1][1] == last):
            self._past = (last, None) if looks_back(text) else None

    def _reviews(self, form: str, parent: int | None, words: str) -> bool:
        """Whether a section belongs to such a list: one form, and each says how things have become."""
        if self._past is None or parent != self._past[0]:
            return False
        if not tells_of(words) or self._past[1] not in (None, form):
            self._past = None
            return False
        self._past = (parent, form)
        return True

    def _close(self, form: str, at: int) -> None:
        keep = self._kept(form)
        for _, index in self._stack[keep:]:
            self.found[index] = replace(self.found[index], end=at)
        del self._stack[keep:]

    def _kept(self, form: str) -> int:
        """Return how many of the open sections stay open around a heading of this form."""
        forms = [f for f, _ in self._stack]
        if forms and forms[-1] == "annex":
            forms.pop()
        if form in ("annex", "bare"):
            return 0
        if form == "bare inside":
            return min(1, len(forms))
        if form in forms:
            return forms.index(form)
        keep = len(forms)
        while (
            keep > 0
            and RANK.get(forms[keep - 1], -1) > RANK[form]
            and (keep > 1 or RANK[form] <= RANK["han"] or forms[keep - 1].startswith("decimal"))
        ):
            keep -= 1
        return keep

    def bare_form(self, below: str | None) -> str:
        """An unnumbered heading is outermost when the outermost numbering starts *below* it, else a part of what is open."""
        outer = next((f for f, _ in self._stack if f != "annex"), "bare")
        return "bare" if outer in ("bare", below) else "bare inside"


def find_sections(
    lines: Sequence[Line],
    skip: Mapping[int, str],
    *,
    kind: Kind,
    year: int | None,
    title_lines: frozenset[int],
) -> tuple[Section, ...]:
    """Return the headings in order.

    Args:
        lines: the lines of the plan.
        skip: those that are not read.
        kind: the kind of document.
        year: the last year of its period.
        title_lines: the lines of its title.
    """
    end = next((lines[i].end for i in range(len(lines) - 1, -1, -1) if i not in skip), 0)
    outline = _Outline(end, kind, year)
    for i, line in enumerate(lines):
        if i in skip or i in title_lines:
            continue
        if line.form:
            words = heading_of(line)
            heading = without_values(line, words)
            end_of_heading = line.start + len(line.number) + len(heading)
            number = re.sub(r"\s+", "", line.number)
            outline.add(line.form, number, heading, line.start, end_of_heading, words)
        elif said := _unnumbered(line):
            outline.add(outline.bare_form(_starts_below(lines, skip, i)), "", said, line.start, line.end)
        elif ahead := _AHEAD_IN.match(line.text):
            form = outline.bare_form(_starts_below(lines, skip, i))
            outline.add(form, "", ahead["heading"], line.start, line.start + ahead.end("heading"), apart=True)
        elif len(line.text) <= 66 and (annex := _ANNEX.match(line.text)):
            outline.add("annex", annex["number"].strip(), annex["title"], line.start, line.end)
        else:
            outline.tell(line.text)
    return tuple(outline.found)


def _unnumbered(line: Line) -> str | None:
    """The words of a heading without a number: it stands in a box, or is one of the usual ones."""
    if boxed := _BOXED.match(line.text):
        return boxed[1].strip()
    if len(line.text) <= 30 and _BARE.match(line.text) and not re.search(r"[是为][:：]?$", line.text):
        return line.text.strip("【】[]:：")
    return None


def _starts_below(lines: Sequence[Line], skip: Mapping[int, str], at: int) -> str | None:
    """The form of the next numbered line, if it is the first of its list."""
    for i in range(at + 1, min(at + 30, len(lines))):
        if i not in skip and lines[i].form:
            return lines[i].form if number_of(lines[i]) == 1 else None
    return None


_AHEAD_IN: Final = re.compile(  # 2025年工作打算:一是…;二是…: what is planned, at the head of its own paragraph
    r"(?P<heading>(?:(?:19|20)\d\d年度?|下一?步|下一?阶段|下半年|下学期|明年|今后)的?(?:主要|重点|教育|工作)*(?:打算|安排|计划|思路|设想|目标|任务|重点|工作))\s*[:：](?=\s*\S)"
)

_GLUED: Final = re.compile(  # 基础 “十五”期间,…: the heading ends at the space where its text begins
    r"(?P<heading>[^\s,，。:：\d]{2,16})\s+(?=(?:“?(?:[六七八九十]|十[一-九])五”?(?:期间|时期|以来)|(?:19|20)\d\d年|近年|近[几两三五]年|今年|去年|过去|我[省市县区校局镇园]|全[省市县区校])[^。,，]{0,24}[,，])"
)

_RUN_IN: Final = re.compile(  # 上半年工作今年上半年,…: no mark at all, but the text begins with its time
    r"(?P<heading>(?![到至截自从在以])[^\s,，。:：;；、]{2,14}(?:工作|情况|成效|成绩|回顾|概况|现状))(?:(?:今年|去年|本年|(?:19|20)\d\d年)(?:[上下]半年|以来)?|近[几两三]?年来"
    r"|(?:19|20)[\dxX*]{2}年?[-—–~～至](?:(?:19|20)[\dxX*]{2}|\d\d)学年度?)[,，]"
)


def heading_of(line: Line) -> str:
    """The heading's words: the line when it is short, else its run-in first sentence or clause."""
    body = line.body
    if glued := _GLUED.match(body) or (_RUN_IN.match(body) if len(body) > _LONG else None):
        return glued["heading"]
    if len(body) <= _LONG and not re.search(r"[。；;!！]", body[:-1]):
        return body.rstrip("。；;:： !！")
    stop = re.search(r"[。!！]|[:：](?!\d)", body[:_LONG]) or re.search(r"[,，;；]", body[:32])
    return body[: stop.start()].rstrip() if stop else body[:20]


def without_values(line: Line, words: str) -> str:
    """Keep of a heading what names its section: of an item that states a value, the clause before it, if any.

    1.到2022年底,毛入园率达到90% has a number and no heading, 3.管理:每校配备校医1名 the heading 管理.
    """
    rest = line.body[len(words) :].lstrip()
    if not _states(words, alone=rest in ("", "。", "；", ";") and rest != ""):
        return "" if rest[:1] in (",", "，") and _TIME.fullmatch(words) else words
    clause = re.split(r"[;；]|[,，](?!\d{3})|[:：](?!\d)|(?<!\d)[:：]", words)[0].rstrip()
    return "" if clause == words or _ORDERS.match(clause) or _states(clause, alone=False) else clause


def _states(words: str, *, alone: bool) -> bool:
    """The words give a number to reach; 抓好10件民生实事 counts what its section is about, unless it stands *alone* as a sentence."""
    values = list(_VALUE.finditer(words))
    closed = any(re.match(r"[,，、;；。和与]|及|$", words[v.end() :]) for v in values)
    alone = alone and any(v["digits"] for v in values)
    return bool(values) and (alone or closed or _REACHES.search(words) is not None)


def sentences_of(
    pieces: Sequence[tuple[int, Span]],
    lines: Sequence[Line],
    sections: Sequence[Section],
    title_lines: frozenset[int],
) -> tuple[Sentence, ...]:
    """Give every sentence (its line, its span) the section that it stands in."""
    found: list[Sentence] = []
    at = -1
    for index, (start, end) in pieces:
        while at + 1 < len(sections) and sections[at + 1].start <= start:
            at += 1
        heading = index in title_lines or (at >= 0 and _is_heading(sections[at], lines[index], start, end))
        found.append(Sentence(start, end, at if at >= 0 else None, heading, opens=start == lines[index].start))
    return tuple(found)


def _is_heading(section: Section, line: Line, start: int, end: int) -> bool:
    """The sentence is the section's heading and nothing more than its closing mark."""
    return section.start == line.start == start and end <= section.heading_span[1] + 2
