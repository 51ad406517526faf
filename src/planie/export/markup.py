"""HTML in which nothing is markup unless this module made it, and text with marks nested over it.

Enters: plain strings, and marks over a text by their offsets. Leaves: :class:`Html`. Every ``str``
that is no ``Html`` is escaped, in text and in attributes, so a page's own ``<script>`` is shown.
Marks of one layer that overlap an earlier one are left out; spans outside the text are cut to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from typing import Final

from planie.export.text import well_formed

Attribute = str | int | float | bool | None
_VOID: Final = ("input", "meta")  # they have no end tag
_NUL: Final = str.maketrans({"\0": "\ufffd"})


class Html(str):
    """A string that is markup already."""

    __slots__ = ()


def safe(text: str) -> Html:
    """Return *text* so that a browser shows it as it stands."""
    return text if isinstance(text, Html) else Html(escape(well_formed(text).translate(_NUL), quote=True))


def join(parts: Iterable[str]) -> Html:
    """Return the parts behind one another."""
    return Html("".join(safe(part) for part in parts))


def opening(name: str, attributes: Mapping[str, Attribute]) -> Html:
    """Return a start tag; ``class_`` is written ``class``, ``data_sort`` ``data-sort``, ``None`` not at all."""
    written = [f"<{name}"]
    for key, value in attributes.items():
        if value is True:
            written.append(f" {key}")
        elif value is not None and value is not False:
            written.append(f' {key.rstrip("_").replace("_", "-")}="{safe(str(value))}"')
    return Html("".join([*written, ">"]))


def el(name: str, /, *inside: str, **attributes: Attribute) -> Html:
    """Return an element: ``el("p", "a < b", class_="x")`` is ``<p class="x">a &lt; b</p>``."""
    start = opening(name, attributes)
    return start if name in _VOID else Html(f"{start}{join(inside)}</{name}>")


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """An element to stand around ``text[start:end]``; its ``id`` is written once though it may be cut in two."""

    start: int
    end: int
    name: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    id: str | None = None


def marked(text: str, low: int, high: int, layers: Sequence[Iterable[Mark]]) -> Html:
    """Return ``text[low:high]`` with the marks of *layers* around it, the first layer outermost."""
    flat = [_flat(layer, low, high) for layer in layers]
    cuts = sorted({low, high} | {at for layer in flat for mark in layer for at in (mark.start, mark.end)})
    written: list[str] = []
    open_: list[Mark] = []
    seen: set[str] = set()
    for (start, end), active in zip(pairwise(cuts), _active(flat, cuts), strict=True):
        kept = _common(open_, active)
        written += [f"</{mark.name}>" for mark in reversed(open_[kept:])]
        written += [_open(mark, seen) for mark in active[kept:]]
        written.append(safe(text[start:end]))
        open_ = active
    written += [f"</{mark.name}>" for mark in reversed(open_)]
    return Html("".join(written))


def _flat(layer: Iterable[Mark], low: int, high: int) -> list[Mark]:
    """Sort and cut the marks of a layer; of two that overlap the earlier stays."""
    kept: list[Mark] = []
    for mark in sorted(layer, key=lambda m: (m.start, m.end)):
        start, end = max(mark.start, low, kept[-1].end if kept else low), min(mark.end, high)
        if start < end and start == max(mark.start, low):
            kept.append(Mark(start, end, mark.name, mark.attributes, mark.id))
    return kept


def _active(flat: Sequence[Sequence[Mark]], cuts: Sequence[int]) -> Iterator[list[Mark]]:
    """Yield, a stretch between two cuts each, the marks around it, outermost first."""
    at = [0] * len(flat)
    for start in cuts[:-1]:
        active = []
        for i, layer in enumerate(flat):
            while at[i] < len(layer) and layer[at[i]].end <= start:
                at[i] += 1
            if at[i] < len(layer) and layer[at[i]].start <= start:
                active.append(layer[at[i]])
        yield active


def _common(before: Sequence[Mark], after: Sequence[Mark]) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a is not b), min(len(before), len(after))
    )


def _open(mark: Mark, seen: set[str]) -> Html:
    fresh = mark.id if mark.id not in seen else None
    seen.add(mark.id or "")
    return opening(mark.name, {"id": fresh, **mark.attributes})
