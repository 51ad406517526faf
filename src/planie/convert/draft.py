"""From what a tool gave to entities of the guide.

Enters: a text and a tool's spans, with labels of any name and offsets of any counting. Leaves: flat
entities in order, and which of them each span became. Labels that the guide does not have are left out
and counted; outer punctuation is cut off; spans that overlap, or that quote what is not there, are
refused with a list of them, unless the longest is asked for.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from planie.annotations import Document, check
from planie.convert.frames import Link, Marks, decode
from planie.convert.offsets import AUTO, UNITS, Aligner, Given
from planie.convert.report import Ledger
from planie.errors import ConfigError
from planie.schema import LABELS, Label
from planie.spans import OUTER, Entity, Span

OVERLAPS: Final = ("refuse", "longest")


@dataclass(frozen=True)
class Options:
    """How spans are read; see :func:`planie.convert.convert`."""

    overlaps: str = "refuse"
    offsets: str = AUTO
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = [
            f"label {name!r} is none of {', '.join(LABELS)}" for name in self.labels.values() if name not in LABELS
        ]
        if self.overlaps not in OVERLAPS:
            faults.append(f"overlaps is {self.overlaps!r}; give one of {', '.join(OVERLAPS)}")
        if self.offsets not in (AUTO, *UNITS):
            faults.append(f"offsets is {self.offsets!r}; give one of {', '.join((AUTO, *UNITS))}")
        if faults:
            raise ConfigError("\n".join(faults))


@dataclass(frozen=True, slots=True)
class Mark:
    """A span as the tool gave it; *parts*, if it is in pieces, are its pieces with what each quotes."""

    id: Hashable
    label: str
    start: int
    end: int
    quote: str | None = None
    parts: tuple[Given, ...] = ()
    confidence: float = 1.0

    @property
    def given(self) -> Given:
        """The span from its first character to its last."""
        return self.start, self.end, self.quote


@dataclass(frozen=True, slots=True)
class Settled:
    """Entities in order, and the index of the one that each span became (those that were lost have none)."""

    entities: tuple[Entity, ...]
    place: dict[Hashable, int]


def settle(
    name: str, text: str, marks: Sequence[Mark], options: Options, ledger: Ledger, *, bom: bool = False
) -> Settled:
    """Return the entities that *marks* stand for; what cannot be is put into *ledger*."""
    known = _known(name, marks, options, ledger)
    given = [mark.given for mark, _ in known]
    aligner = Aligner(text, given, unit=options.offsets, marked=bom)
    if aligner.unsure(given):
        ledger.note(f"offsets that may count otherwise, read as {aligner.rulers[0]} (see --offsets)", name)
    found: dict[tuple[int, int, Label], float] = {}
    ids: dict[Hashable, tuple[int, int, Label]] = {}
    for mark, label in known:
        if (span := _place(name, mark, aligner, ledger)) and (span := _trim(name, text, span, ledger)):
            ids[mark.id] = (*span, label)
            found[ids[mark.id]] = max(mark.confidence, found.get(ids[mark.id], 0.0))
    kept = _flat(name, text, sorted(found), options, ledger)
    index = {key: i for i, key in enumerate(kept)}
    entities = tuple(Entity(label, start, end, found[start, end, label]) for start, end, label in kept)
    return Settled(entities, {i: index[key] for i, key in ids.items() if key in index})


def _known(name: str, marks: Sequence[Mark], options: Options, ledger: Ledger) -> list[tuple[Mark, Label]]:
    found = []
    for mark in marks:
        label = options.labels.get(mark.label, mark.label)
        label = label if label in LABELS else label.strip().upper()
        if label in LABELS:
            found.append((mark, label))
        else:
            ledger.lose(f"label {mark.label!r}, which the guide does not have", f"{name} at {mark.start}")
    return found


def _place(name: str, mark: Mark, aligner: Aligner, ledger: Ledger) -> Span | None:
    found = aligner.find(mark.given)
    if found is None and mark.parts:
        longest = max(mark.parts, key=lambda part: part[1] - part[0])
        if found := aligner.find(longest):
            ledger.lose("piece of a span in several pieces, of which the longest is kept", f"{name} at {mark.start}")
    if found is not None:
        if str(found[1]) != "characters":
            ledger.note(f"offset counted in {found[1]}", f"{name} at {mark.start}")
        return found[0]
    if span := aligner.moved(mark.quote):
        ledger.note(
            "span moved to the one place where its quoted text stands", f"{name} from {mark.start} to {span[0]}"
        )
        return span
    quoted = f" quotes {mark.quote!r}, which is not there in any counting of offsets" if mark.quote else ""
    ledger.fault(f"document {name!r}: {mark.label} [{mark.start}, {mark.end}){quoted or ' is outside the text'}")
    return None


def _trim(name: str, text: str, span: Span, ledger: Ledger) -> Span | None:
    """Leave outer punctuation and spaces out, as the guide has it."""
    said = text[slice(*span)]
    start = span[0] + len(said) - len(said.lstrip(OUTER))
    end = start + len(said.strip(OUTER))
    if (start, end) == span:
        return span
    where = f"{name} at {span[0]}: {said!r}"
    if start == end:
        ledger.lose("span of nothing but punctuation or space", where)
        return None
    ledger.note("outer punctuation or space cut off a span", where)
    return start, end


_Key = tuple[int, int, Label]


def _flat(name: str, text: str, keys: list[_Key], options: Options, ledger: Ledger) -> list[_Key]:
    """Return *keys* without overlaps, or put every overlap down as a fault."""
    if options.overlaps == "longest":
        return _longest(name, text, keys, ledger)
    furthest = keys[:1]
    for key in keys[1:]:
        if key[0] < furthest[0][1]:
            said = f"{_said(text, key)} overlaps {_said(text, furthest[0])}"
            ledger.fault(f"document {name!r}: {said} (--overlaps longest keeps the longer)")
        furthest = [max(key, furthest[0], key=lambda k: k[1])]
    return keys


def _longest(name: str, text: str, keys: list[_Key], ledger: Ledger) -> list[_Key]:
    kept: list[_Key] = []
    for key in sorted(keys, key=lambda k: (k[0] - k[1], k)):
        at = bisect_left(kept, key)
        near = [k for k in kept[max(at - 1, 0) : at + 1] if k[0] < key[1] and key[0] < k[1]]
        if near:
            ledger.lose("span that overlaps a longer one", f"{name}: {_said(text, key)} and {_said(text, near[0])}")
        else:
            insort(kept, key)
    return kept


def _said(text: str, key: _Key) -> str:
    return f"{key[2]} [{key[0]}, {key[1]}) {text[key[0] : key[1]]!r}"


def finish(
    name: str,
    text: str,
    settled: Settled,
    marks: Marks,
    links: Sequence[Link],
    ledger: Ledger,
    meta: Mapping[str, object],
) -> Document:
    """Build the document, and put down whatever of the guide it still breaks."""
    frames, programs = decode(settled.entities, marks, links, ledger, name)
    document = Document(name, text, settled.entities, frames, programs, dict(meta))
    for fault in check(document) if not _overlapping(settled.entities) else ():
        ledger.fault(f"document {name!r}: {fault}")
    return document


def _overlapping(entities: Sequence[Entity]) -> bool:
    """Overlaps have been put down already, with what to do about them."""
    return any(a.end > b.start for a, b in pairwise(entities))
