"""Where a tool's offsets point, whatever the tool counts in.

Enters: a text and the spans that a tool gave, each with the text it quotes, where it quotes. Leaves:
spans in characters (``str`` indices). Browsers count UTF-16 code units, so each emoji and rare Han
character before a span moves it by one; others count bytes, or a Windows line end as one character, or
the byte-order mark. The counting whose spans match the quoted texts is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from planie.spans import OUTER, Span

Given = tuple[int, int, str | None]
"""A tool's start, end and the text that it quotes, if it does."""

UNITS: Final[dict[str, Callable[[str], int]]] = {
    "characters": lambda c: 1,  # "𠮷年": 年 begins at 1
    "utf16": lambda c: 2 if c > "\uffff" else 1,  # 年 begins at 2
    "bytes": lambda c: len(c.encode("utf-8", "surrogatepass")),  # 年 begins at 4
}
AUTO: Final = "auto"
_GAPS: Final = re.compile(r"\s+|\\n")  # what tools write in another way inside a quoted text


@dataclass(frozen=True)
class Ruler:
    """One way to count: the unit, a Windows line end as one or two, the byte-order mark or not."""

    text: str
    unit: str
    joined: bool = False
    marked: bool = False

    def __str__(self) -> str:
        extra = ", a Windows line end counted once" * self.joined + ", the byte-order mark counted" * self.marked
        return self.unit + extra

    @cached_property
    def _places(self) -> dict[int, int]:
        width = UNITS[self.unit]
        found: dict[int, int] = {}
        at = width("\ufeff") if self.marked else 0
        for i, character in enumerate(self.text):
            found.setdefault(at, i)
            joined = self.joined and character == "\r" and self.text[i + 1 : i + 2] == "\n"
            at += 0 if joined else width(character)
        found.setdefault(at, len(self.text))
        return found

    def read(self, start: int, end: int) -> Span | None:
        """Return the span in characters, or ``None`` where it is empty, outside or cuts a character."""
        if self.unit == "characters" and not self.joined and not self.marked:
            return (start, end) if 0 <= start < end <= len(self.text) else None
        low, high = self._places.get(start), self._places.get(end)
        return (low, high) if low is not None and high is not None and low < high else None

    def fits(self, given: Given) -> bool:
        """Whether the span says what it quotes, or at least looks whole where it quotes nothing."""
        span = self.read(*given[:2])
        if span is None:
            return False
        said = self.text[slice(*span)]
        return said == said.strip(OUTER) if given[2] is None else _same(said, given[2])


class Aligner:
    """Reads the spans of one text; *unit* is one of :data:`UNITS`, or ``auto`` to find out."""

    def __init__(self, text: str, given: Sequence[Given], *, unit: str = AUTO, marked: bool = False) -> None:
        self.text = text
        rulers = list(_rulers(text, unit, marked))
        first = sum(rulers[0].fits(g) for g in given)
        if first < len(given):
            rulers.sort(key=lambda r: -sum(r.fits(g) for g in given))  # stable: plain counting wins a tie
        self.rulers = rulers

    def find(self, given: Given) -> tuple[Span, Ruler] | None:
        """Return the span and how it was counted; a quoted text has to match."""
        if given[2] is None:
            span = self.rulers[0].read(*given[:2])
            return (span, self.rulers[0]) if span else None
        for ruler in self.rulers:
            if ruler.fits(given):
                span = ruler.read(*given[:2])
                return (span, ruler) if span else None
        return None

    def moved(self, quote: str | None) -> Span | None:
        """Return where *quote* stands, if it stands in the text once."""
        quote = (quote or "").strip()
        if not quote or self.text.count(quote) != 1:
            return None
        start = self.text.index(quote)
        return start, start + len(quote)

    def unsure(self, given: Sequence[Given]) -> bool:
        """Whether nothing is quoted and counting as browsers do would fit as well, with other spans."""
        if any(quote is not None for *_, quote in given):
            return False
        first, *others = self.rulers
        count = sum(first.fits(g) for g in given)
        spans = [first.read(*g[:2]) for g in given]
        return any(
            sum(other.fits(g) for g in given) == count and [other.read(*g[:2]) for g in given] != spans
            for other in others
            if other.unit == "utf16"
        )


def _rulers(text: str, unit: str, marked: bool) -> Iterator[Ruler]:
    units = list(UNITS) if unit == AUTO else [unit]
    if text.isascii() or (unit == AUTO and max(text) <= "\uffff"):
        units = [u for u in units if u != "utf16"] or units  # counts as characters do
    for joined in (False, True) if "\r\n" in text else (False,):
        for shifted in (False, True) if marked else (False,):
            yield from (Ruler(text, u, joined, shifted) for u in units)


def _same(said: str, quote: str) -> bool:
    return _GAPS.sub(" ", said) == _GAPS.sub(" ", quote) or (_GAPS.sub("", said) == _GAPS.sub("", quote) != "")
