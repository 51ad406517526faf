"""What the stages hand to one another: frozen records over the healed text.

Offsets are half-open character offsets (``str`` indices). Inside the house they count in
the healed text; :meth:`HealedText.to_raw` is the one way back to the text passed in.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from planie.schema import Kind, Label, SectionRole, Status

Span = tuple[int, int]

LINE_END: Final = re.compile("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
"""A character that ends a line."""

OUTER: Final = " \t\r\n\u3000,，。;；:：、!！?？《》“”\"'‘’①②③④⑤⑥⑦⑧⑨⑩"
"""What never stands at either end of an annotated span."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One healing: the raw text at *span* read *before*; *after* stands there in the healed text."""

    kind: str
    span: Span
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Warning:
    """Something that could not be read, was cut or was guessed, at *span* of the raw text (or of the whole)."""

    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class HealedText:
    """The text that the stages read, with the way back to every raw character.

    ``starts[i]`` and ``ends[i]`` bound the raw characters that healed character ``i`` stands
    for; one entry more closes the text (``starts[len(text)] == len(raw)``).
    """

    raw: str
    text: str
    starts: array[int]
    ends: array[int]
    repairs: tuple[Repair, ...] = ()
    warnings: tuple[Warning, ...] = ()

    def to_raw(self, start: int, end: int) -> Span:
        """Map the healed span ``[start, end)`` to the raw span that it was read from."""
        if end <= start:
            at = self.starts[start]
            return at, at
        return self.starts[start], self.ends[end - 1]

    def from_raw(self, offset: int) -> int:
        """Return the index of the first healed character that begins at or after raw *offset*."""
        return bisect_right(self.starts, offset - 1, hi=len(self.text))


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered or titled part; its text runs to *end*, its heading line stands at *heading_span*."""

    number: str
    heading: str
    level: int
    role: SectionRole
    start: int
    end: int
    heading_span: Span
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A stretch that ends with a full stop, a line end or a semicolon; *section* is an index or ``None``.

    One that *opens* is the first of its line; a page may have lost the line end before it.
    """

    start: int
    end: int
    section: int | None = None
    heading: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class SetAside:
    """Site furniture or a repeated excerpt: kept in the text, not read."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """One plan on a page: where it stands, what it is called, its sections and its sentences in order."""

    start: int
    end: int
    title: str | None
    kind: Kind
    issuer: str | None
    period: tuple[int, int] | None
    published: str | None
    sections: tuple[Section, ...]
    sentences: tuple[Sentence, ...]
    set_aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A labelled span of the healed text with the tagger's confidence in it (0 to 1)."""

    label: Label
    start: int
    end: int
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Frame:
    """A target: the index of its value, its status, and the entity (by index) that fills each role."""

    value: int
    status: Status
    roles: Mapping[str, int] = field(default_factory=dict)
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class ProgramFrame:
    """A programme with the time and the body that it is given."""

    program: int
    roles: Mapping[str, int] = field(default_factory=dict)
