"""What carries a number and is no target: a count of items that are all listed, the length of a text, a denial, a name.

In: a frame, the entities and the healed text, and the unit that was read. Out: whether the number counts
what is listed in full before it (甲小学、乙小学等2所学校: rules 6 and 16 of corpus/GUIDELINES.md), measures a page and
nothing that is named (全文共900字), says that there is none (无一名学生辍学), is part of a measure's quoted name (rule 85),
or is the unit that a table gives in brackets (在校生(万人)).
Nothing is refused; a list of which one item may be missing is a count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from planie.plan import Quantity
from planie.spans import Entity, Frame
from planie.units import COUNTS

_REACH: Final = 200  # characters: no list of so few items is longer
_MOST: Final = 12  # items
_ENDS: Final = re.compile(r"等(?:共|这)?\s*$")
_CLAUSE: Final = re.compile(r"[,，。;；:：!！?？\n]")
_REMARK: Final = re.compile(r"[(（][^()（）]*[)）]|\s+")
_ITEMS: Final = re.compile("、|以及|和(?![平谐美田])|及(?![格时])")
_OPENS: Final = ("ACTION", "VALUE", "TIME")  # what ends before a list begins: 新建、改扩建|甲小学
_VERB: Final = re.compile(
    "^(?:新建|改建|扩建|改扩建|迁建|续建|改造|修建|建成|建设|维修|创建|完成|实施|启动|推进|包括)$"
)
_ONE: Final = re.compile(r"[一1]\s*(?:[名所人例个起位家]|人次)")
_NO: Final = re.compile(r"(?:(?<![有高])无|没有|未有|绝无)$")
_NAME: Final = 40  # characters: no name of a measure is longer
_IN_QUOTES: Final = re.compile(r"[“。;；!！?？\n]|[,，].*[,，]")
_MEASURE_ENDS: Final = re.compile(r"(?:工程|计划|行动|项目)$")
_MEASURE: Final = re.compile(r"(?:重点|民生|建设|惠民)*(?:工程|计划|行动|项目)")
_A_SCHOOL: Final = re.compile(  # 青禾小学, 云岭镇中心幼儿园; a kind of school (农村小学) is none
    r"(?!.{0,4}(?:城区|乡镇|农村|薄弱|一贯制|公办|民办|普通|完全|高级|初级|示范|标准|寄宿|附属|普惠|新建|改扩建|特殊))\S{2,16}(?:学校|小学|中学|幼儿园)"
)
_UNIT: Final = re.compile(r"[(（][万亿千百][^\d\s()（）]{1,3}[)）]")
_PAGES: Final = frozenset({"字", "页"})


def counts_nothing(text: str, entities: Sequence[Entity], frame: Frame, value: Quantity) -> bool:
    """Whether the number of *frame* counts listed items, says that there is none, or is part of a name."""
    entity = entities[frame.value]
    return (
        lists_all(text, entities, frame, value)
        or is_in_name(text, entity)
        or is_denied(text, entity)
        or _UNIT.fullmatch(text, entity.start - 1, entity.end + 1) is not None
    )


def lists_all(text: str, entities: Sequence[Entity], frame: Frame, value: Quantity) -> bool:
    """Whether the number of *frame* only counts the items that are listed before it: 甲小学、乙小学等|2所|学校."""
    if value.low != value.high or value.low is None or not 2 <= value.low <= _MOST or value.comparator != "=":
        return False
    start = entities[frame.value].start
    ends = _ENDS.search(text, max(0, start - 4), start)
    if value.unit not in COUNTS:
        return False
    low = max(0, start - _REACH)
    low = max([low, *(e.end for e in entities[: frame.value] if e.label in _OPENS)])
    said = _CLAUSE.split(_REMARK.sub("", text[low : ends.start() if ends else start]))[-1]
    items = [item for item in _ITEMS.split(said) if not _VERB.match(item)]
    whole = (
        all(len(item) > 1 for item in items) if ends else value.unit == "所" and all(map(_A_SCHOOL.fullmatch, items))
    )
    return len(items) == value.low and whole


def is_blank(frame: Frame, value: Quantity) -> bool:
    """Whether the number of *frame* is a blanked-out word: |xx|社区, with no unit, and nothing that it counts."""
    return value.redacted and not value.unit and "metric" not in frame.roles and "action" not in frame.roles


def is_length(frame: Frame, value: Quantity) -> bool:
    """Whether the number of *frame* is the length of a text that is not named: 全文共|900字|."""
    return value.unit in _PAGES and "metric" not in frame.roles and "action" not in frame.roles


def is_denied(text: str, value: Entity) -> bool:
    """Whether the one that is counted is none: 无|一名|学生辍学, 没有|一例|."""
    return (
        _ONE.match(text, value.start, value.end) is not None
        and _NO.search(text, max(0, value.start - 4), value.start) is not None
    )


def is_in_name(text: str, value: Entity) -> bool:
    """Whether the number is part of a measure's quoted name: “|36所|园舍改造工程”, “新增学位|2万个|”项目."""
    start = max(text.rfind(mark, max(0, value.start - _NAME), value.start) for mark in "“”")
    if start < 0 or text[start] == "”":
        return False
    end = text.find("”", value.end, value.end + _NAME)
    said = text[start + 1 : end] if end >= 0 else "“"
    if _IN_QUOTES.search(said):
        return False
    return _MEASURE_ENDS.search(said) is not None or _MEASURE.match(text, end + 1) is not None
