"""What a table says of the number in a cell: its unit, its time, what it measures, and whether it is any target.

In: the healed text of a plan and its entities. Out: for a VALUE in a body cell the unit of the row's 单位,
of the column's header (建设规模(平方米)), of the row's name (毛入园率(%)) or of 单位:万人 above the table, in this
order; the time of the column's header (2025年目标), else of the row's 完成时限; the measure that the header names
(学校数). Headers, the numbers of rows
and units in a column of their own are no targets. A VALUE outside tables has none of this.
Source: rules 82 and 97 of corpus/GUIDELINES.md.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from planie.numerals import fold
from planie.periods import TimeReading, read_time
from planie.spans import Entity, Span
from planie.structure.tables import Table, find, is_serial
from planie.units import COUNTS, EXTENTS, SHARES, read_unit

_OTHERS: Final = frozenset("元 美元 年 天 日 岁 小时 分钟 学时 课时 分 立方米 平米 公斤 千克 学位".split())
_COUNTER: Final = re.compile(r"\d{1,3}")  # in the first column, which has no header
_UNITS: Final = COUNTS | EXTENTS | SHARES | _OTHERS
_COLUMN: Final = re.compile(r"(?:计量|计算)?单\s*位")
_DUE: Final = re.compile(
    r"(?:计划|预计|拟)?(?:完成|竣工|建成|实施)?(?:时限|期限|年限|时间|年[份度]|日期)(?:要求|节点)?"
)
_BRACKET: Final = re.compile(r"[(（](?:单位\s*[:：])?\s*([^()（）]{1,8})[)）]")
_ABOVE: Final = re.compile(r"单\s*位\s*[:：]\s*([^\s,，;；、()（）|｜]{1,8})")
_REACH: Final = 80  # characters above a table in which its unit may be said
_RATE: Final = re.compile(r"(?:率|占比|比重|比例|比|增速|增幅)$")  # has no unit from above: 万人 counts the other rows
_MEASURE: Final = re.compile(  # 建筑面积, 2024年在校生数; 数量, 目标数 and 完成情况 name none
    r"(?:(?:19|20)\d\d年?度?)?(?P<words>(?!目标|任务|现状|完成|实际|计划数|指标|合计|总计|本年|上年|年度)[^\s\d,，、。:：]{1,12}?(?:(?<!人)(?<!指标)(?<!任务)(?<!目标)(?<!计划)(?<!基)数|率|占比"
    r"|面积|总?投资|经费|资金|学位|平均分|班级|教师|教职工|在校生|在园幼儿|投入))"
)
_LONGEST_TIME: Final = 20  # characters
_WHEN: Final = re.compile(
    r"(?<![\d比较])到?(?:十[一二三四五六]五(?:”?(?:期间|时期|末))?"
    r"|(?:19|20)\d\d(?!\d)(?:年?[-—–~～至到]+(?:20)?\d\d(?!\d))?(?:学?年度?(?:底前?|末前?|前)?)?)"
)


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    table: Table
    row: int  # -1: a header
    column: int


class Cells:
    """Answers for the tables of one plan, from *start* to *end* of *text*."""

    def __init__(self, text: str, start: int, end: int, entities: Sequence[Entity]) -> None:
        self._text, self._start = text, start
        self._times = [entity for entity in entities if entity.label == "TIME"]
        self._places = sorted(
            (
                _Place(*cell, table, i if i < len(table.rows) else -1, column)
                for table in find(text, start, end)
                for i, row in enumerate((*table.rows, *table.head))
                for column, cell in enumerate(row)
                if cell[0] < cell[1]
            ),
            key=lambda place: place.start,
        )
        self._starts = [place.start for place in self._places]

    def counts(self, value: Entity) -> bool:
        """Whether a VALUE may be a target: no header, row number or unit of a table is one."""
        place = self._at(value)
        if place is None:
            return True
        head = self._head(place, place.column)
        if not any(head) and place.column == 0 and _COUNTER.fullmatch(self._text, place.start, place.end):
            return False
        return place.row >= 0 and not any(is_serial(words) or _COLUMN.fullmatch(words) for words in head)

    def unit(self, value: Entity) -> str:
        """Return the unit that a VALUE's table gives it, multiplier and all, or nothing."""
        place = self._at(value)
        if place is None or place.row < 0:
            return ""
        row, heads = place.table.rows[place.row], self._head(place, place.column)
        left = self._said(reversed(row[: place.column]))
        units = [i for i in range(len(row)) if any(map(_COLUMN.fullmatch, self._head(place, i)))]
        said = [words.strip("()（）") for words in self._said(row[i] for i in units)]
        said += [found[1] for words in (*heads, *left) for found in reversed(list(_BRACKET.finditer(words)))]
        said = [words for words in said if _is_unit(words)]
        if not said:
            said, heads = self._above(place.table), [*heads, *left]
        rate = any(map(_RATE.search, heads))
        return next((fold(words) for words in said if not rate or fold(words) in SHARES), "")

    def time(self, value: Entity) -> Entity | None:
        """Return the time that the column's header, or else the row, gives a VALUE."""
        place = self._at(value)
        if place is None or place.row < 0:
            return None
        row = place.table.rows[place.row]
        due = [i for i in range(len(row)) if i != place.column and any(map(_DUE.fullmatch, self._head(place, i)))]
        found = [self._named(*head[place.column]) for head in reversed(place.table.head)]
        found += [self._stated(*row[i]) for i in due]
        return next((time for time in found if time is not None), None)

    def measure(self, value: Entity) -> str:
        """Return what the column's header says that a VALUE measures, or nothing where the row alone says it."""
        place = self._at(value)
        if place is None or place.row < 0 or not place.column:
            return ""
        said = (_BRACKET.sub("", "".join(words.split())) for words in self._head(place, place.column)[:1])
        found = next(map(_MEASURE.fullmatch, said), None)
        return found["words"] if found else ""

    def in_row(self, value: Entity, other: Entity) -> bool:
        """Whether *other* stands in another cell of the row of a table that *value* stands in."""
        place, beside = self._at(value), self._at(other)
        if place is None or beside is None or place.table is not beside.table:
            return False
        return place.row == beside.row >= 0 and place.column != beside.column

    def _at(self, value: Entity) -> _Place | None:
        i = bisect_right(self._starts, value.start) - 1
        return self._places[i] if i >= 0 and value.start < self._places[i].end else None

    def _said(self, row: Iterable[Span]) -> list[str]:
        return [self._text[slice(*cell)] for cell in row]

    def _head(self, place: _Place, column: int) -> list[str]:
        """The words that head a column, the nearest first."""
        return self._said(row[column] for row in reversed(place.table.head))

    def _above(self, table: Table) -> list[str]:
        first = min(a for a, b in (table.head or table.rows)[0] if a < b)
        found = _ABOVE.findall(self._text, max(self._start, first - _REACH), first)
        return [words for words in found[-1:] if _is_unit(words)]

    def _named(self, start: int, end: int) -> Entity | None:
        """The time that a header names; 较2020年增长 names none."""
        found = _WHEN.search(self._text, start, end)
        return Entity("TIME", *found.span()) if found else None

    def _stated(self, start: int, end: int) -> Entity | None:
        """The time that a cell of its own states, as the tagger has it, else the whole cell if it is one."""
        for time in self._times:
            if start <= time.start and time.end <= end:
                return time
        says = end - start <= _LONGEST_TIME and replace(read_time(self._text[start:end]), kind="in") != TimeReading()
        return Entity("TIME", start, end) if says else None


def _is_unit(words: str) -> bool:
    name = read_unit(fold(words)).name
    return name.partition("/")[0] in _UNITS
