"""Pairs that fell out of a slid run, put back: of 比例分別 the pair across 例 and 分 is none of GBK's own.

Enters: a text, and what :mod:`planie.heal.slides` read of a slid run in it. Leaves: the same reads, with two
characters where one was read across a gap.

    比例分別  B1C8 C0FD B7D6 8465      slid  ..B1 C8C0 FDB7 D684 65
    FDB7 is in a private area of GBK and was taken out by a later tool: C8C0 D684 65, read as 比乐別

Looked for only where a read stands badly between its neighbours, and taken only if the two characters stand far
better, better than any other two, and their inner bytes are such a pair.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

from planie.heal.gbk import MARGIN, to_bytes, to_character
from planie.heal.likely import costs, fold, known
from planie.spans import Span

Read = tuple[str, Span]
"""A recovered character, with the characters of the text that hold its bytes."""

STRANGE = 22.0
"""Bits that a read and the character behind it must cost together for a gap to be looked for."""

CHOICE = 6.0
"""Bits by which two characters must beat the one. Of 709 stretches of official documents, slid for the test with one
pair fallen out, 195 then come back, 11 wrong; nothing is put into 429 that lost nothing."""

MOST_SAVED = 12.5
"""Bits that a pair of characters saves at most."""

_INNER = [bytes([first]) for first in (*range(0xA1, 0xA8), *range(0xAA, 0xB0), *range(0xF8, 0xFF))]


def refilled(reads: Sequence[Read], behind: str) -> tuple[list[Read], list[Span]]:
    """Return the reads with what fell out between two of them put back, and where that was.

    Args:
        reads: the characters read, each with its extent.
        behind: the text behind them.
    """
    full: list[Read] = []
    gaps: list[Span] = []
    for i, (character, extent) in enumerate(reads):
        before = full[-1][0] if full else ""
        after = reads[i + 1][0] if i + 1 < len(reads) else behind[:1]
        put = _across(character, fold(before), fold(after)) if before and extent[1] - extent[0] == 2 else ""
        full += [(c, extent) for c in put or character]
        gaps += [extent] * bool(put)
    return full, gaps


@lru_cache(maxsize=4096)
def _across(character: str, before: str, after: str) -> str:
    """Return the two characters that stood where one was read, or nothing."""
    found = sum(costs(fold(character) + after, before))
    encoded = to_bytes(character)
    if found < STRANGE or len(encoded) != 2:
        return ""
    best = next_best = math.inf
    put = ""
    for floor, pair in _pairs(encoded, before, after):
        if floor < next_best and (bits := sum(costs(fold(pair) + after, before))) < next_best:
            best, next_best, put = (bits, best, pair) if bits < best else (best, bits, put)
    return put if best <= found - CHOICE and next_best - best >= MARGIN else ""


def _pairs(encoded: bytes, before: str, after: str) -> Iterator[tuple[float, str]]:
    """Yield the two characters that may have stood here, with the bits that they cost at the least."""
    firsts = [(lead, c, costs(fold(c), before)[0]) for lead in _INNER if known(c := to_character(encoded[:1] + lead))]
    for trail in range(0x81, 0xFF):
        second = to_character(bytes([trail]) + encoded[1:])
        rest = sum(costs(fold(second) + after, "\0")) - MOST_SAVED if known(second) else 0.0
        for lead, first, bits in firsts if known(second) else ():
            if (trail <= 0xA0) == (lead <= b"\xa7"):  # the private areas: A140 to A7A0, AAA1 to AFFE, F8A1 to FEFE
                yield bits + rest, first + second
