"""GBK bytes of characters, characters of bytes, and the search for a byte that was lost.

Enters: single characters and bytes, with the text around them. Leaves: a reading, or
``UNREAD`` where none stands clearly above the others. What the same page says elsewhere
behind the same characters counts most, because headings come up again in their text; the
table of common pairs (:mod:`planie.heal.likely`) decides the rest.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache

from planie.heal.likely import UNKNOWN, costs, fold, known

UNREAD = "\ufffd"
"""What stands for a character of which one byte is lost for good."""

MARGIN = 3.0
"""Bits by which the best reading of a lost byte must beat the next best. Of 2,794 headings of
official documents, damaged for the test, 98 in 100 then come back whole in traditional script,
80 in simplified, where every last byte is lost; 1 and 5 come back with a wrong last character."""

ECHO = 2.0
"""Bits that a reading gains by each doubling of the places on the page that read so."""

HEARD = 100_000
"""Characters of a page that are searched for such places, so that the time stays linear."""

QUERIES = 300
"""Different neighbours that are searched for in one page, for the same reason."""


@lru_cache(maxsize=65536)
def to_bytes(character: str) -> bytes:
    """Return the two GBK bytes of a character, or nothing where it has none.

    GB18030 knows the private-use characters that stand for pairs which GBK leaves free.
    """
    try:
        encoded = character.encode("gb18030")
    except UnicodeEncodeError:
        return b""
    return encoded if len(encoded) == 2 else b""


@lru_cache(maxsize=65536)
def to_character(pair: bytes) -> str:
    """Return the character of a pair of bytes, or nothing where no page would have it."""
    try:
        character = pair.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return character if len(character) == 1 and not "\ue000" <= character <= "\uf8ff" else ""


@lru_cache(maxsize=512)
def with_lead_lost(byte: bytes) -> tuple[str, ...]:
    """Return the common characters that end in *byte*."""
    return _common([bytes([lead]) + byte for lead in range(0x81, 0xFF)])


@lru_cache(maxsize=512)
def with_trail_lost(byte: bytes) -> tuple[str, ...]:
    """Return the common characters that begin with *byte*; a second byte below 0x80 is never lost."""
    return _common([byte + bytes([trail]) for trail in range(0x80, 0xFF)])


def _common(pairs: list[bytes]) -> tuple[str, ...]:
    characters = map(to_character, pairs)
    return tuple(character for character in characters if character and known(character))


@dataclass(slots=True)
class Echo:
    """What a page says, asked by the characters in front."""

    text: str
    _said: dict[str, str] = field(default_factory=dict)

    def between(self, before: str, behind: str) -> tuple[str, ...]:
        """Return what the page has behind the last one, two and three of *before*, and ahead of *behind*.

        The characters are joined, one for each place.
        """
        asked = [re.escape(before[-n:]) + "(.)" for n in (1, 2, 3) if len(before) >= n]
        if behind:
            asked.append("(.)" + re.escape(behind))
        return tuple(map(self._places, asked))

    def _places(self, pattern: str) -> str:
        if pattern not in self._said:
            if len(self._said) >= QUERIES:
                return ""
            self._said[pattern] = "".join(re.findall(pattern, self.text[:HEARD]))
        return self._said[pattern]


@lru_cache(maxsize=4096)
def best_reading(candidates: tuple[str, ...], before: str, behind: str, said: tuple[str, ...] = ()) -> str:
    """Return the candidate that stands best between its neighbours, if it does so clearly."""
    before, behind = fold(before[-1:]) or "\n", fold(behind[:1]) or "\n"
    ranked = [(UNKNOWN * 2, UNREAD), (UNKNOWN * 2, UNREAD)]
    for character in candidates:
        bits = sum(costs(fold(character) + behind, before))
        heard = sum(math.log2(1 + places.count(character)) for places in said)
        ranked.append((bits - ECHO * heard, character))
    best, second = sorted(ranked)[:2]
    return best[1] if second[0] - best[0] >= MARGIN else UNREAD
