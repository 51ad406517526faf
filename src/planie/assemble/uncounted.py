"""What carries a number and is no target: a count of items that are all listed, the length of a text.

In: a frame, the entities and the healed text, and the unit that was read. Out: whether the number counts
what is listed in full before it (甲小学、乙小学等2所学校: rules 6 and 16 of corpus/GUIDELINES.md), or measures a page and
nothing that is named (全文共900字). Nothing is refused; a list of which one item may be missing is a count.
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
_PAGES: Final = frozenset({"字", "页"})


def lists_all(text: str, entities: Sequence[Entity], frame: Frame, value: Quantity) -> bool:
    """Whether the number of *frame* only counts the items that are listed before it: 甲小学、乙小学等|2所|学校."""
    if value.low != value.high or value.low is None or not 2 <= value.low <= _MOST or value.comparator != "=":
        return False
    start = entities[frame.value].start
    ends = _ENDS.search(text, max(0, start - 4), start)
    if value.unit not in COUNTS or ends is None:
        return False
    low = max(0, start - _REACH)
    low = max([low, *(e.end for e in entities[: frame.value] if e.label in _OPENS)])
    said = _CLAUSE.split(_REMARK.sub("", text[low : ends.start()]))[-1]
    items = [item for item in _ITEMS.split(said) if not _VERB.match(item)]
    return len(items) == value.low and all(len(item) > 1 for item in items)


def is_length(frame: Frame, value: Quantity) -> bool:
    """Whether the number of *frame* is the length of a text that is not named: 全文共|900字|."""
    return value.unit in _PAGES and "metric" not in frame.roles and "action" not in frame.roles
