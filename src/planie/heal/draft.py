"""The text while it is being healed: patches applied in passes, the way back kept.

Enters: a raw text, then the patches of one fixer after another, each pass in order and
without overlaps. Leaves: :class:`planie.spans.HealedText`. Everything is linear in the text.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from planie.spans import HealedText, Repair, Span, Warning

KINDS = (
    "slide",
    "stripped",
    "markup",
    "page",
    "wrapped",
    "spam",
    "gloss",
    "footnote",
    "radical",
    "composed",
    "number",
    "spaced",
    "invisible",
    "space",
    "width",
    "traditional",
)
"""Kinds of repair, the gravest first: where several touch one run, the run has the first of them."""

MOST_WARNINGS = 200
"""Warnings kept of one text; what is beyond is counted in one more."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Read *after* where the text has ``[start, end)``.

    *extents* gives, for each character of *after*, the part of the text that it stands for;
    without it the characters stand one for one, or, where the lengths differ, each for all.
    """

    start: int
    end: int
    after: str
    kind: str
    extents: tuple[Span, ...] | None = None

    def places(self) -> Iterable[Span]:
        """Return the extent of each character of *after*."""
        if self.extents is not None:
            return self.extents
        if len(self.after) == self.end - self.start:
            return ((i, i + 1) for i in range(self.start, self.end))
        return ((self.start, self.end) for _ in self.after)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a fixer could not read, or guessed, at ``[start, end)`` of its text."""

    start: int
    end: int
    message: str


Fixer = Callable[[str], Iterator["Patch | Note"]]


class Draft:
    """A text under repair: ``text`` is what the next fixer reads."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.text = raw
        self._starts = array("i", range(len(raw) + 1))
        self._ends = self._starts[1:]
        self._ends.append(len(raw))
        self._changes: list[tuple[int, int, int]] = []
        self._warnings: list[Warning] = []
        self._warned: set[Span] = set()

    def run(self, fixer: Fixer) -> None:
        """Let *fixer* read the text and apply what it finds."""
        patches: list[Patch] = []
        for found in fixer(self.text):
            if isinstance(found, Patch):
                patches.append(found)
            else:
                self._warn(found)
        if patches:
            self._apply(patches)

    def _warn(self, note: Note) -> None:
        span = self._raw_span(note.start, note.end)
        if span in self._warned:
            return  # what one fixer could not read is not said again by a later one
        self._warned.add(span)
        if len(self._warnings) < MOST_WARNINGS:
            self._warnings.append(Warning(note.message, span))

    def _raw_span(self, start: int, end: int) -> Span:
        return self._starts[start], self._ends[max(start, end - 1)]

    def _apply(self, patches: list[Patch]) -> None:
        for patch in patches:
            span = self._raw_span(patch.start, patch.end)
            self._changes.append((*span, KINDS.index(patch.kind)))
        if any(p.extents is not None or len(p.after) != p.end - p.start for p in patches):
            self._remap(patches)
        at = 0
        pieces: list[str] = []
        for patch in patches:
            pieces += (self.text[at : patch.start], patch.after)
            at = patch.end
        self.text = "".join([*pieces, self.text[at:]])

    def _remap(self, patches: list[Patch]) -> None:
        """Carry the way back over to the patched text, before the text itself changes."""
        starts, ends, at = array("i"), array("i"), 0
        for patch in patches:
            starts += self._starts[at : patch.start]
            ends += self._ends[at : patch.start]
            for start, end in patch.places():
                starts.append(self._starts[start])
                ends.append(self._ends[end - 1])
            at = patch.end
        starts += self._starts[at:]
        ends += self._ends[at:]
        self._starts, self._ends = starts, ends

    def finish(self) -> HealedText:
        """Return the healed text with one repair a run of neighbouring changed characters."""
        if beyond := len(self._warned) - len(self._warnings):
            self._warnings.append(Warning(f"{beyond} more places could not be read for certain"))
        return HealedText(
            raw=self.raw,
            text=self.text,
            starts=self._starts,
            ends=self._ends,
            repairs=tuple(self._repairs()),
            warnings=tuple(sorted(self._warnings, key=lambda w: w.span or (len(self.raw), 0))),
        )

    def _repairs(self) -> Iterator[Repair]:
        at = 0
        for start, end, kind in _runs(sorted(self._changes)):
            first = bisect_left(self._starts, start, at, len(self.text))
            at = bisect_left(self._starts, end, first, len(self.text))
            before, after = self.raw[start:end], self.text[first:at]
            if before != after:
                yield Repair(KINDS[kind], (start, end), before, after)


def _runs(changes: list[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Join changes that touch; the gravest kind names the run."""
    current: tuple[int, int, int] | None = None
    for start, end, kind in changes:
        if current is not None and start <= current[1]:
            current = (current[0], max(current[1], end), min(current[2], kind))
            continue
        if current is not None:
            yield current
        current = (start, end, kind)
    if current is not None:
        yield current
