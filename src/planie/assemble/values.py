"""Values made whole before they are read: what the tagger has cut or run together.

In: a reading's healed text, entities and frames. Out: the same, less the cuts: 34,|596平方米 is one
number, 91万人 behind 1863. is 1863.91万人, a table row 32%|61%|90% that stands in one span is three, and
so are 6、5 before |、4课时|; the blanks of 20个|**42个 stand for a noun and go. Frames and roles keep their entities
under new numbers; nothing else is changed, and a reading without such values is returned as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from planie.numerals import MASK
from planie.spans import Entity, Frame, ProgramFrame

_HEAD: Final = re.compile(r"(?<![\d.])\d{1,3}(?:[,，]\d{3})*$")
_TAIL: Final = re.compile(r"[,，]\d{3}(?!\d)")
_FRONT: Final = re.compile(
    r"(?<![\dA-Za-z.．])(?<!\d[,，/:~—–-])(?:[1-9]\d{0,2}(?:,\d{3})+[.．]?|\d{1,6}[.．]?|(?P<thousand>[1-9]\d{0,2}),)$"
)
"""A number's front half, directly before the rest of it."""
_REACH: Final = 16
_LISTED: Final = re.compile(r"\d{1,2}[.．,]")  # 3.|5所: a number of a list, and a count
_OPENS: Final = re.compile(r"(?:\A|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029|｜])[ \t\u3000]*$")
_ALONE: Final = re.compile(r"[ \t\u3000]*(?:$|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029|｜])")
_ROW: Final = re.compile(r"(?:\d{1,3}(?:\.\d+)?[%％]\s*){2,}")
_CELL: Final = re.compile(r"[\d.]+[%％]")

_LIST: Final = re.compile(r"\d{1,4}(?:\.\d+)?(?:、\d{1,4}(?:\.\d+)?)+(?P<unit>[^\d、]{0,6})")
_FIGURE: Final = re.compile(r"[\d.]+(?:[^\d、]+$)?")
_SIDE: Final = re.compile(r"\s*(?:、|和|及|与|以及)\s*")
_BLANK: Final = re.compile(rf"(?<=\d[个所名位人项家间座次场门])[{MASK}]{{2,}}(?=\d+[^\d{MASK}]*$)")
"""The blanked-out noun between two counts: 20个|**|42个."""

Whole = tuple[tuple[Entity, ...], tuple[Frame, ...], tuple[ProgramFrame, ...]]


def whole(text: str, entities: Sequence[Entity], frames: Sequence[Frame], programs: Sequence[ProgramFrame]) -> Whole:
    """Join and split the VALUEs of *entities*, and number the roles anew."""
    ends = [0, *(entity.end for entity in entities)]
    fronts = [_with_front(text, _bared(text, entity), after=end) for entity, end in zip(entities, ends, strict=False)]
    joins = [i > 0 and _continues(text, entities[i - 1], entity) for i, entity in enumerate(entities)]
    pieces = [list(_cells(text, entity)) for entity in fronts]
    if fronts == list(entities) and not any(joins) and all(len(cells) == 1 for cells in pieces):
        return tuple(entities), tuple(frames), tuple(programs)
    made: list[Entity] = []
    places: list[list[int]] = []
    for cells, join in zip(pieces, joins, strict=True):
        if join:
            made[-1] = replace(made[-1], end=cells[0].end, confidence=min(made[-1].confidence, cells[0].confidence))
            places.append([len(made) - 1])
        else:
            places.append(list(range(len(made), len(made) + len(cells))))
            made += cells
    kept = {f.value for i, f in enumerate(frames)}
    again = {i for i, join in enumerate(joins) if join and i - 1 in kept}  # 34 and 596 have a frame each
    of, rank = Counter(f.value for f in frames), Counter[int]()
    moved: list[Frame] = []
    for f in frames:
        if f.value not in again:
            dealt = _dealt(text, entities, f, places[f.value], rank[f.value], of[f.value])
            moved += [replace(one, roles={r: places[i][0] for r, i in one.roles.items()}) for one in dealt]
            rank[f.value] += 1
    return tuple(made), tuple(moved), tuple(_program(p, places) for p in programs)


def _bared(text: str, entity: Entity) -> Entity:
    """Take the blanked-out noun of the number before off a VALUE."""
    if entity.label != "VALUE" or (blank := _BLANK.search(text, max(0, entity.start - 2), entity.end)) is None:
        return entity
    return replace(entity, start=blank.end()) if blank.start() == entity.start else entity


def _dealt(
    text: str, entities: Sequence[Entity], frame: Frame, at: Sequence[int], rank: int, of: int
) -> Iterator[Frame]:
    """The frames that *frame*, the *rank*-th *of* those of one span, has among the values *at* which stood in it.

    Of a list of figures each has the metric in its place: one frame deals the metrics side by side out to all.
    """
    metric, value = frame.roles.get("metric"), entities[frame.value]
    listed = metric is not None and len(at) > 1 and _LIST.fullmatch(text, value.start, value.end) is not None
    if listed and of == len(at):
        yield replace(frame, value=at[rank])
        return
    for one in at:
        yield replace(frame, value=one, roles=frame.roles if metric is None else {**frame.roles, "metric": metric})
        if listed and metric is not None and _beside(text, entities[metric : metric + 2]):
            metric += 1


def _beside(text: str, pair: Sequence[Entity]) -> bool:
    """Whether two METRICs stand side by side: 美术、体育."""
    sides = len(pair) == 2 and pair[0].label == pair[1].label == "METRIC"
    return sides and _SIDE.fullmatch(text, pair[0].end, pair[1].start) is not None


def _program(frame: ProgramFrame, places: Sequence[Sequence[int]]) -> ProgramFrame:
    return ProgramFrame(places[frame.program][0], {r: places[i][0] for r, i in frame.roles.items()})


def _continues(text: str, before: Entity, entity: Entity) -> bool:
    """Whether *entity* goes on with the thousands of *before*: 34|,|596平方米."""
    return (
        before.label == entity.label == "VALUE"
        and entity.start == before.end + 1
        and _HEAD.search(text, before.start, before.end) is not None
        and _TAIL.match(text, before.end, entity.end) is not None
    )


def _with_front(text: str, entity: Entity, *, after: int) -> Entity:
    """Return a VALUE with the front half of its number, unless that is another's or may number a list."""
    if entity.label != "VALUE" or not text[entity.start : entity.start + 1].isdecimal():
        return entity
    low = max(after, entity.start - _REACH)
    front = _FRONT.search(text, low, entity.start)
    if front is None or front.start() < low or (front["thousand"] and not _TAIL.match(text, entity.start - 1)):
        return entity
    if _LISTED.fullmatch(front.group()) and _may_be_listed(text, front.start(), entity.end):
        return entity
    return replace(entity, start=front.start())


def _may_be_listed(text: str, start: int, end: int) -> bool:
    """Whether a number at *start* stands where one of a list does, and not alone in its line or cell."""
    before = text[start - 1 : start] if start else ""
    if before and not before.isspace() and before not in "。；;！：:|｜":
        return False
    if _OPENS.search(text, max(0, start - 8), start):
        return _ALONE.match(text, end) is None
    return text[end - 1] not in "%‰"


def _cells(text: str, entity: Entity) -> Iterator[Entity]:
    row = _ROW.fullmatch(text, entity.start, entity.end)
    if entity.label != "VALUE" or (row is None and not _figures(text, entity)):
        yield entity
        return
    for cell in (_CELL if row else _FIGURE).finditer(text, entity.start, entity.end):
        yield replace(entity, start=cell.start(), end=cell.end())


def _figures(text: str, entity: Entity) -> bool:
    """Whether several numbers stand in the span: 6、5|; 2、3名 is an estimate, and 1、3所 may be numbered."""
    if entity.label != "VALUE" or _LIST.fullmatch(text, entity.start, entity.end) is None:
        return False
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text[entity.start : entity.end])]
    before = text[entity.start - 1 : entity.start] if entity.start else ""
    numbered = numbers[0] < 100 and (not before or before.isspace() or before in "。；;！：:|｜")
    return not numbered and not (len(numbers) == 2 and numbers[1] == numbers[0] + 1)
