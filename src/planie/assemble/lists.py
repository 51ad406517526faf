"""What a list of values says once and means for all of it (rule 1 of the annotation guide).

In: the healed text, the values' spans in order, and the quantities read off each alone. Out: the
words of a unit that a value takes from the one behind it (分别高出|1.1|和|0.9个百分点|), and the
quantities with the bound that covers the list (分别达到|99%|、|93%以上|). A bound in the middle of a
list is its own, and 四十余 and 近三成 blur nothing but themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from planie.normalise import unit_words
from planie.plan import Quantity
from planie.schema import Comparator
from planie.spans import Entity
from planie.units import SHARES

_JOIN: Final = re.compile(r"\s*(?:[、,，/]|和|及|与|以及|或)\s*")
_SIDE: Final = re.compile(r"\s*(?:、|和|及|与|以及)\s*")
_OR: Final = re.compile(r"\s*或\s*")  # 不得超过3个月或60课时
_STOP: Final = re.compile(r"[,，。;；:：!！?？()（）\n]")
_TRAILS: Final = re.compile(r"(?:以上|以下|以内|之内|之上|之下|左右|上下)[)）]?$")
_OUTSIDE: Final = re.compile(r"\s*(?:以上|以下|以内|之内|之上|之下|左右|上下)")
_OWN: Final = re.compile(r"[余多几数]|^(?:将?近|接近)")  # 四十余, 近三成
_REACH: Final = 40  # characters before a list in which 分别 is looked for


def runs(text: str, entities: Sequence[Entity], values: Sequence[int]) -> list[list[int]]:
    """Group the values between which only a comma or a conjunction stands, or also the name of what the next counts."""
    found: list[list[int]] = []
    names = {entity.start: entity.end for entity in entities if entity.label == "METRIC"}
    for i in values:
        if found and _joined(text, entities[found[-1][-1]].end, entities[i].start, names):
            found[-1].append(i)
        else:
            found.append([i])
    return [run for run in found if len(run) > 1]


def _joined(text: str, start: int, end: int, names: Mapping[int, int]) -> bool:
    if _JOIN.fullmatch(text, start, end):
        return True
    join = _SIDE.match(text, start, end)
    return join is not None and names.get(join.end()) == end


def lent_units(text: str, entities: Sequence[Entity], lists: Sequence[Sequence[int]]) -> dict[int, str]:
    """Return, for every value of a list, the unit of the next one that has any."""
    lent: dict[int, str] = {}
    for run in lists:
        words = ""
        for i, after in zip(reversed(run), [None, *reversed(run)], strict=False):
            bare = after is not None and _JOIN.fullmatch(text, entities[i].end, entities[after].start)
            lent[i] = words if bare else ""
            words = unit_words(text[entities[i].start : entities[i].end]) or words
    return lent


def share_bounds(
    text: str, entities: Sequence[Entity], lists: Sequence[Sequence[int]], found: Mapping[int, Quantity]
) -> dict[int, Quantity]:
    """Give every value of a 分别 list, or of a bare one, the bound in front of the first or behind the last."""
    shared = dict(found)
    for run in lists:
        bound = _bound(text, entities, run, found)
        if bound is not None and (_bare(text, entities, run, found) or _respective(text, entities[run[0]].start)):
            for i in run:
                if found[i].comparator == "=" and _alike(found[i], found[run[0]]) and _alike(found[i], found[run[-1]]):
                    shared[i] = replace(found[i], comparator=bound)
    return shared


def _bare(text: str, entities: Sequence[Entity], run: Sequence[int], found: Mapping[int, Quantity]) -> bool:
    """Values of one unit side by side (稳定在98%和95%以上) are one statement, and so is an either-or."""
    between = [(entities[i].end, entities[j].start) for i, j in pairwise(run)]
    if all(_OR.fullmatch(text, *span) for span in between):
        return True
    return len({found[i].unit for i in run}) == 1 and all(_SIDE.fullmatch(text, *span) for span in between)


def _alike(one: Quantity, other: Quantity) -> bool:
    """Shares go with shares and counts with counts: |99%|、|97人以上| share nothing."""
    return (one.unit in SHARES) == (other.unit in SHARES)


def _respective(text: str, start: int) -> bool:
    clause = _STOP.split(text[max(0, start - _REACH) : start])[-1]
    return "分别" in clause


def _bound(
    text: str, entities: Sequence[Entity], run: Sequence[int], found: Mapping[int, Quantity]
) -> Comparator | None:
    first, last = run[0], run[-1]
    if found[last].comparator != "=" and _trails(text, entities[last]):
        return found[last].comparator
    said = text[entities[first].start : entities[first].end]
    if found[first].comparator != "=" and not _trails(text, entities[first]) and not _OWN.search(said):
        return found[first].comparator
    return None


def _trails(text: str, value: Entity) -> bool:
    return bool(_TRAILS.search(text[value.start : value.end]) or _OUTSIDE.match(text, value.end))
