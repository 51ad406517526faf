"""Changes to an annotated text that carry its annotations along.

In: a document and edits of its text. Out: a new document whose entities stand where the same
words stand now, as the edits left them; its regions, title and list of noises follow. An edit
lies inside one entity or outside them all; what is put in between two characters that end or
begin an entity stays outside it. Anything else is a fault of the caller (``ValueError``).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Final

from planie.annotations import Document
from planie.spans import Entity

_BRACKETS: Final = str.maketrans("（）", "()")  # a title is the same in either width


@dataclass(frozen=True, order=True, slots=True)
class Edit:
    """``text[start:end]`` becomes *text*; nothing is taken out when both are equal."""

    start: int
    end: int
    text: str


def edited(document: Document, edits: Iterable[Edit], *, noise: str | None = None) -> Document:
    """Return the document with *edits* made, the same object when there are none.

    Args:
        document: the annotated text.
        edits: what changes, in any order; none may overlap another.
        noise: the name of the noise, to be added to ``meta["noise"]``.

    Raises:
        ValueError: edits overlap, or one of them crosses the edge of an entity or empties it.
    """
    rows = sorted(set(edits))
    if not rows:
        return document
    move = _mover(document, rows)
    entities = tuple(Entity(e.label, move.start(e.start), move.end(e.end), e.confidence) for e in document.entities)
    if any(e.start >= e.end for e in entities):
        raise ValueError(f"document {document.id!r}: an edit empties an entity")
    meta: dict[str, Any] = dict(document.meta)
    meta["regions"] = [[move.start(s), max(move.start(s), move.end(e))] for s, e in document.regions]
    title = meta.get("title")
    if (
        isinstance(title, str)
        and title
        and (at := document.text.translate(_BRACKETS).find(title.translate(_BRACKETS))) >= 0
    ):
        meta["title"] = move.text[move.start(at) : move.end(at + len(title))]
    if noise:
        meta["noise"] = [*noises(document), noise]
    return replace(document, text=move.text, entities=entities, meta=meta)


def noises(document: Document) -> list[str]:
    """Return the kinds of noise that the document was given, in order."""
    said = document.meta.get("noise") or []
    return [said] if isinstance(said, str) else list(said)


def fits(document: Document) -> Callable[[int, int], bool]:
    """Return a check that ``[start, end)`` lies inside one entity or outside them all."""
    starts = [e.start for e in document.entities]

    def check(start: int, end: int) -> bool:
        i = bisect_right(starts, start) - 1
        if i >= 0 and document.entities[i].end > start:
            return end <= document.entities[i].end
        return i + 1 == len(starts) or starts[i + 1] >= end

    return check


def outside(document: Document) -> Callable[[int, int], bool]:
    """Return a check that ``[start, end)`` touches no entity."""
    starts, ends = [e.start for e in document.entities], [e.end for e in document.entities]
    return lambda start, end: bisect_right(ends, start) == bisect_left(starts, end)


@dataclass(frozen=True)
class _Mover:
    """The new text, and where a span's first and last character stand in it."""

    text: str
    rows: list[Edit]
    ends: list[int]
    shifts: list[int]  # by how much what stands behind the first n edits moves

    def start(self, at: int) -> int:
        """Where a span that begins at *at* begins now: behind what was put in there."""
        return at + self.shifts[bisect_right(self.ends, at)]

    def end(self, at: int) -> int:
        """Where a span that ends at *at* ends now: before what was put in there."""
        n = bisect_right(self.ends, at)
        while n and self.rows[n - 1].start == self.rows[n - 1].end == at:
            n -= 1
        return at + self.shifts[n]


def _mover(document: Document, rows: list[Edit]) -> _Mover:
    inside = fits(document)
    pieces, at = [], 0
    for row in rows:
        if row.start < at:
            raise ValueError(f"document {document.id!r}: edits overlap at {row.start}")
        if row.start < row.end and not inside(row.start, row.end):
            raise ValueError(f"document {document.id!r}: the edit at {row.start} crosses the edge of an entity")
        pieces += [document.text[at : row.start], row.text]
        at = row.end
    shifts = [0, *accumulate(len(row.text) - (row.end - row.start) for row in rows)]
    return _Mover("".join([*pieces, document.text[at:]]), rows, [row.end for row in rows], shifts)
