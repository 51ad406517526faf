"""A TIME, or none, and what the plan knows of its years in, a ``Deadline`` out.

In: the healed text of the TIME, the plan's years and those of the heading above. Out: year, month
and day with where they come from. Nothing is refused: what says nothing and inherits nothing gives
no deadline. Source: section 3 of the annotation guide; corpus/GUIDELINES.md, “Years”.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from planie.periods import TimeReading, Years, read_time
from planie.plan import Deadline
from planie.schema import DeadlineSource, Kind, Status
from planie.spans import Span

_YEAR_END: Final = re.compile(r"(?<![\d每])年[底末](?!考)")


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The years that a plan offers to what names none."""

    plan: Years | None
    heading: Years | None
    published: int | None
    opens: bool
    closes: bool
    titled: bool

    def this_year(self) -> int | None:
        """The year that 今年 is: the plan's; of a longer plan the year it came out, else its first."""
        if self.plan is None:
            return self.published if self.published or self.heading is None else self.heading[1]
        start, end = self.plan
        if start != end and self.published is not None and start - 1 <= self.published <= end:
            return self.published
        return end if self.closes else start

    def last_done(self) -> int | None:
        """The last year that a look back (五年来, 过去一年) covers."""
        if self.heading is not None and (self.plan is None or self.heading[1] < self.plan[0]):
            return self.heading[1]  # 五年来 under “十一五”时期工作回顾
        year = self.this_year()
        return year if year is None or self.closes else year - 1

    def years_ahead(self, count: int) -> int | None:
        """The year that 三年内 ends with: the period's last; a one-year plan looks beyond itself."""
        years = self.plan or self.heading
        if years is not None and years[0] != years[1]:
            return years[1]
        year = self.this_year()
        return None if year is None else year + count - 1

    def inherited(self, *, done: bool, stands: bool) -> tuple[int | None, DeadlineSource]:
        """The year of a number whose sentence gives none, and where it comes from."""
        if self.heading is not None:
            return self.heading[1], "heading"
        if self.plan is None:
            return None, "title"
        start, end = self.plan
        if stands and start != end:  # 全市现有高中41所 is no goal for the period's last year
            return self.this_year(), "period"
        year = start - 1 if done and self.opens else end
        return year, "title" if start == end and self.titled else "period"


def deadline(
    text: str | None,
    span: Span | None,
    *,
    plan_years: Years | None,
    heading_years: Years | None,
    status: Status,
    kind: Kind,
    opens_year: bool | None = None,
    published_year: int | None = None,
    stands: bool = False,
    titled: bool = True,
) -> Deadline | None:
    """Date a target: by its own TIME, else by the heading above it, else by its plan.

    Args:
        text: the healed text of the frame's TIME, ``None`` if it has none.
        span: what the deadline's ``span`` will be.
        plan_years: first and last year of the plan's period (``Layout.period``).
        heading_years: those of the nearest heading, or opening words, that give any.
        status: of the frame; a baseline inherits nothing.
        kind: of the plan; what a report or speech has done lies in the year that it looks back on.
        opens_year: the report opens its year (a government work report) and does not close it;
            ``None`` for what its kind makes likely (a speech opens it).
        published_year: it anchors 今年 and the like when the plan has no year, and is never inherited.
        stands: the words say how things stand when the plan is made (目前, 现有); what is achieved then
            does not lie in the last year of a longer plan.
        titled: the title gives the plan's years, and not only the text below it.

    A deadline with a TIME has the source ``stated``, also where its year is inherited (9月底前).
    """
    reading = read_time(text) if text else TimeReading()
    if reading.redacted:
        return _written(text, span, reading, None)
    opens = kind == "speech" if opens_year is None else opens_year
    closes = kind in ("report", "speech") and not opens
    calendar = _Calendar(plan_years, heading_years, published_year, opens, closes, titled)
    done = status == "achieved"
    year = _school_year(text or "", reading, calendar, kind) or _own_year(reading, calendar, done=done)
    source: DeadlineSource = "stated"
    if year is None and status != "baseline" and not _is_open(reading, calendar):
        year, source = calendar.inherited(done=done and kind in ("report", "speech"), stands=done and stands)
    if year is None and not done and _YEAR_END.search(text or ""):
        year = published_year  # 到年底 is this year's end
    if year is None and reading.month is None and not reading.recurring:
        return None
    return _written(text, span, reading, year) if text else Deadline("", None, year, source=source)


def _own_year(reading: TimeReading, calendar: _Calendar, *, done: bool) -> int | None:
    """The year that a TIME gives, or that is counted from the plan's."""
    if reading.years is not None:
        return reading.years[1]
    if reading.relative is not None:
        year = calendar.this_year()
        return None if year is None else year + reading.relative
    if reading.past_span is not None or (reading.within is not None and done):
        return calendar.last_done()
    return None if reading.within is None else calendar.years_ahead(reading.within)


def _school_year(text: str, reading: TimeReading, calendar: _Calendar, kind: Kind) -> int | None:
    """The last year of 过去的一学年 where the plan's period is a school year: that one, but for a plan the one before it."""
    if (
        reading.past_span != 1
        or "学年" not in text
        or calendar.plan is None
        or calendar.plan[1] != calendar.plan[0] + 1
    ):
        return None
    return calendar.plan[kind not in ("plan", "scheme")]


def _is_open(reading: TimeReading, calendar: _Calendar) -> bool:
    """A recurring duty of a longer plan has no one year."""
    return reading.recurring and calendar.plan is not None and calendar.plan[0] != calendar.plan[1]


def _written(text: str | None, span: Span | None, reading: TimeReading, year: int | None) -> Deadline:
    return Deadline(text or "", span, year, reading.month, reading.day, reading.kind, "stated", reading.redacted)
