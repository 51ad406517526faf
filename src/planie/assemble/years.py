"""Which years hold where in a plan: its own, those of the headings above, those of opening words.

In: the healed text of a plan and its layout. Out: for any sentence, the plan's years there, those
of the nearest heading (or opening words) that give any, and whether the text opens its year, so
that what it reports lies in the year before. Nothing is refused: where no heading says anything,
there are none. A heading that is a sentence (到2022年底,…; 本办法自2019年1月1日起施行) dates nothing but itself.
Source: section 3 of the annotation guide; corpus/GUIDELINES.md, “Years”.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from planie.periods import Years, denies, named_periods, read_time
from planie.schema import Status
from planie.spans import Layout, Section, Sentence

_SESSION: Final = re.compile(r"各位(?:人大)?代表\s*[:：,，]|人民代表大会.{0,24}会议上")
_GOVERNMENT: Final = re.compile(r"政府工作报告|预算草案")
_CLOSES: Final = re.compile(r"总结|年终|岁末|述职")  # 2023年度总结大会上的讲话 looks back on 2023
_LATER: Final = re.compile(  # a speech on Teachers' Day, or one of (2024年9月9日), does not open its year
    r"[(（]\s*(?:(?:19|20)\d\d\s*年\s*)?(?:[5-9]|1[0-2])\s*月[^()（）]{0,12}[)）]|教师节|年中|半年|毕业典礼|秋季|国庆"
)
_REVIEWS: Final = re.compile(r"\d.{0,24}?(?:总结|回顾|小结|情况|汇报|报告|工作)[^\d]{0,8}?[和及与暨、,，][^\d]{0,8}\d")
_QUOTED: Final = re.compile(  # 《2020年工作要点》, 2023年全市教育大会精神 and 学校始建于1985年 date no heading
    r"《[^》]*》|(?:19|20)\d\d年[^,，、和与及]{0,16}?(?:会议|大会|精神|讲话)"
    r"|(?:始建|始创|创建|创办|成立|组建|兴办|建)于(?:公元)?\s*(?:19|20)\d\d年"
)
_RUN_IN: Final = re.compile(
    r"^([^:：\d]{2,12})[:：].{10,}"
)  # 办学条件:2023年完成食堂改造: a sentence behind its heading
_RULE: Final = re.compile(r"起(?:施行|实施|执行|生效)")
_ORDERS: Final = re.compile(r"^(?:到|至|截至|截止|自|从|力争|确保)")

_YEARS: Final = r"[一二两三四五六七八九十\d]{1,2}年"
_BEHIND: Final = re.compile(
    rf"^.{{0,4}}?(?:(?:过去|(?<!学)前|近)的?这?{_YEARS}(?!级)|{_YEARS}多?来)"
)  # 过去五年工作回顾
_AHEAD: Final = re.compile(rf"^.{{0,4}}?(?:(?:今后|未来)的?(?P<count>{_YEARS}))")  # 今后五年的目标
_COUNTED: Final[tuple[tuple[re.Pattern[str], int], ...]] = (
    (re.compile(r"^.{0,4}?(?:去年|上年度?|上一年度?|上学年)(?!.{0,2}同期)"), -1),  # 上年度工作回顾
    (re.compile(r"^.{0,4}?(?:明年|来年|下一?年度?)"), 1),  # 明年工作打算
    (re.compile(r"^.{0,2}?(?:今年|本年度?|新的一年)"), 0),  # 今年的重点工作
)
"""A heading's first words → how many years they lie from the plan's."""

_STANDING: Final = re.compile(
    r"现状|概况|基本情况|(?:发展|现有|工作)基础(?!设施|上|教育)|面临的?(?:主要)?(?:形势|挑战|问题)"
)
"""Headings below which it is told how things stand: 一、教育发展现状."""
_DATELINE: Final = 60  # characters behind the title in which a speech has its day
_OPENING: Final = 16  # characters: the first words of a section
_YEAR_OPENS: Final = re.compile(r"((?:19|20)\d\d)年(?:度)?(?:[,，]|(以来))")
_TERM_OPENS: Final = re.compile(r"[“\"”]?十[一二三四五]?五[”\"]?(?:期间|时期|以来)?[,，.。]")  # “十五”期间,全县…
_OPENS: Final[tuple[tuple[re.Pattern[str], int | None], ...]] = (
    (re.compile(r"(?:刚刚?)?过去的?(?:这)?[一三五]年"), None),  # None: the last year that is looked back on
    (re.compile(r"去年[,，]|过去的?(?:20\d\d|一)年"), -1),
    (re.compile(r"今年(?:以来|上半年)?[,，]"), 0),
)


class SectionYears:
    """Answers for one layout."""

    def __init__(self, text: str, layout: Layout) -> None:
        self._text, self._layout = text, layout
        self._own = layout.period
        self._turns: dict[int, int] = {}
        title = layout.title or ""
        years = named_periods(title)
        singles = [y for y in years if y[0] == y[1]]
        pair = len(years) == len(singles) == 2 and self._own == max(years) and _REVIEWS.search(title)
        self._pair: tuple[Years, Years] | None = (min(singles), max(singles)) if pair else None
        self.titled = bool(years)  # the title gives the plan's years
        head = text[layout.start : layout.start + 600]
        said = _GOVERNMENT.search(title) or _SESSION.search(head)
        later = not said and (_LATER.search(title) or _LATER.search(head[: len(title) + _DATELINE]))
        self._opens = bool(said or (layout.kind == "speech" and not later)) and not (years and _CLOSES.search(title))

    def today(self, published: str | None) -> int | None:
        """The year of publication that 今年 counts from; none that a title with a blank in its year (201x年) denies."""
        year = int(published[:4]) if published else None
        return None if year is None or denies(self._layout.title or "", year) else year

    def plan(self, sentence: Sentence, status: Status) -> Years | None:
        """The plan's years for a target in *sentence*.

        Of a title with two years (2023年总结和2024年计划) what was done has the first, what is to be
        done the second, unless a heading says which; a summary's part on the year after looks from there.
        """
        above = self._heading_above(sentence, "planned" if self._pair else status)
        if self._pair is not None:
            if above in self._pair:
                return above
            return self._pair[status == "planned"]
        own = self._own
        ahead = own is not None and own[0] == own[1] and above == (own[1] + 1, own[1] + 1)
        return above if ahead and status == "planned" and not self._opens else own

    def opens(self, sentence: Sentence, status: Status) -> bool:
        """Whether what is reported as done lies in the year before the plan's."""
        if self._pair is not None:
            return self.plan(sentence, status) == self._pair[1]
        return self._opens

    def above(self, sentence: Sentence, status: Status) -> Years | None:
        """Years of the nearest heading above *sentence* that names any; for what was done, also opening words."""
        at = sentence.section
        while at is not None:
            if years := self._of_heading(at, sentence, status):
                return years
            if status == "achieved" and (years := self._opening[at]):
                return years
            at = self._layout.sections[at].parent
        return None

    def _heading_above(self, sentence: Sentence, status: Status) -> Years | None:
        at = sentence.section
        while at is not None:
            if years := self._of_heading(at, sentence, status):
                return years
            at = self._layout.sections[at].parent
        return None

    def stands(self, sentence: Sentence) -> bool:
        """Whether a heading above *sentence* says that how things stand is told below it."""
        at = sentence.section
        while at is not None:
            if _STANDING.search(self._layout.sections[at].heading):
                return True
            at = self._layout.sections[at].parent
        return False

    # --- headings ---

    @cached_property
    def _named(self) -> list[tuple[Years, ...]]:
        return [self._in_heading(section) for section in self._layout.sections]

    @cached_property
    def _counted(self) -> list[Years | None]:
        """What headings without a year say in words (去年, 今后五年), counted from the plan's."""
        return [
            None if named else self._relative(s.heading)
            for named, s in zip(self._named, self._layout.sections, strict=True)
        ]

    def _in_heading(self, section: Section) -> tuple[Years, ...]:
        heading = _RUN_IN.sub(r"\1", section.heading)
        after = self._text[section.heading_span[1] : section.heading_span[1] + 1]
        cut = after != "" and after in ",，;；"
        if not heading or _RULE.search(heading) or (cut and _ORDERS.match(heading)):
            return ()
        return named_periods(_QUOTED.sub("", heading))

    def _relative(self, heading: str) -> Years | None:
        if self._own is None or self._own[0] != self._own[1]:
            return None
        year = self._own[1]
        if _BEHIND.match(heading):
            return (self._last_done,) * 2
        if (ahead := _AHEAD.match(heading)) and (count := read_time(ahead["count"]).within):
            return year, year + count - 1
        return next(((year + by,) * 2 for pattern, by in _COUNTED if pattern.match(heading)), None)

    @property
    def _last_done(self) -> int:
        return self._own[1] - self._opens if self._own else 0

    def _of_heading(self, at: int, sentence: Sentence, status: Status) -> Years | None:
        """Choose among the periods of one heading."""
        periods, own = self._named[at], self._own
        if own is not None and (counted := self._counted[at]) is not None:
            fits = counted[1] <= own[1] if status == "achieved" else counted[1] >= own[1]
            return counted if fits else None
        if status == "achieved" and own is not None:  # a goal's period dates nothing that is done
            periods = tuple(p for p in periods if p[1] <= own[1])
            if self._opens and len(periods) > 1:
                periods = tuple(p for p in periods if p[1] < own[1]) or periods
        elif own is not None and own in periods and len(periods) > 1:
            return self._turned(at, sentence, periods, own)
        return max(periods, key=lambda p: (p[1], -p[0]), default=None)

    def _turned(self, at: int, sentence: Sentence, periods: tuple[Years, ...], own: Years) -> Years:
        """“十五五”目标和2026年安排: the goals stand before the line that turns to 2026, if any does."""
        first, start = periods[0], self._layout.sections[at].heading_span[1]
        if first == own or first[0] < own[0]:
            return own
        if at not in self._turns:
            turn = re.compile(rf"\n\s*(?:[(（]?[一二三]+[)）、]\s*)?(?:今年|{own[1]}年)")
            found = turn.search(self._text, start, self._layout.sections[at].end)
            self._turns[at] = found.start() if found else start
        return own if sentence.start >= self._turns[at] else first

    # --- opening words ---

    @cached_property
    def _opening(self) -> list[Years | None]:
        """What the first words of each section say: 2023年, 过去五年."""
        return [self._first_words(s.heading_span[1], s.end) for s in self._layout.sections]

    def _first_words(self, start: int, end: int) -> Years | None:
        words = self._text[start : min(end, start + _OPENING)].lstrip(" \n\u3000,，。.;；:：")
        last = self._own[1] if self._own else None
        if named := _YEAR_OPENS.match(words):
            year = int(named[1])
            since = named[2] and (last is None or year < last - self._opens)  # 2012年以来 spans more than that year
            return None if since or (last is not None and year > last) else (year, year)
        if term := _TERM_OPENS.match(words):
            done = named_periods(term.group())
            return done[0] if done and (last is None or done[0][1] <= last) else None
        if self._own is None or self._own[0] != self._own[1]:
            return None
        for pattern, by in _OPENS:
            if pattern.match(words):
                if by == 0 and self._pair is not None:  # 2010年总结和2011年打算: the headings above say which 今年 is
                    return None
                return (self._last_done if by is None else self._own[1] + by,) * 2
        return None
