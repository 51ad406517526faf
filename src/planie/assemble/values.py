"""Values made whole before they are read: what the tagger has cut or run together.

In: a reading's healed text, entities and frames. Out: the same, less the cuts: 34,|596平方米 is one
number, 91万人 behind 1863. is 1863.91万人, a table row 32%|61%|90% that stands in one span is three. Frames and roles keep their entities
under new numbers; nothing else is changed, and a reading without such values is returned as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

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

Whole = tuple[tuple[Entity, ...], tuple[Frame, ...], tuple[ProgramFrame, ...]]


def whole(text: str, entities: Sequence[Entity], frames: Sequence[Frame], programs: Sequence[ProgramFrame]) -> Whole:
    """Join and split the VALUEs of *entities*, and number the roles anew."""
    ends = [0, *(entity.end for entity in entities)]
    fronts = [_with_front(text, entity, after=end) for entity, end in zip(entities, ends, strict=False)]
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
    moved = [
        replace(f, value=at, roles={r: places[i][0] for r, i in f.roles.items()})
        for f in frames
        if f.value not in again
        for at in places[f.value]
    ]
    return tuple(made), tuple(moved), tuple(_program(p, places) for p in programs)


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
    if entity.label != "VALUE" or _ROW.fullmatch(text, entity.start, entity.end) is None:
        yield entity
        return
    for cell in _CELL.finditer(text, entity.start, entity.end):
        yield replace(entity, start=cell.start(), end=cell.end())
