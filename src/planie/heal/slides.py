"""GBK text whose byte pairs slid by one, read back.

Enters: any text. Leaves: patches of kind ``slide`` and ``stripped``, and notes where a byte
had to be searched for or stayed lost. In GBK a Chinese character is two bytes. Where one
byte goes missing, or half of a full-width space stays behind, the pairs that follow are
read across the true borders, until a single byte brings them back into step:

    （一）統    is        A3A8 D2BB A3A9 BD79
    。ㄒ唬┙y   is  A1 A3|A8 D2|BB A3|A9 BD|79     (A1: half of the space in front)

Nothing is known beforehand about what such a run says: it is encoded again, shifted back,
and accepted only if the reading is far more likely as Chinese than the text as found. A page
converter maps pairs that GBK leaves free to private-use characters; GB18030 gives their
bytes back. A byte that is gone (the last one of a run, or the one that began it) is searched
for among the readings that stand well between their neighbours, and said in a note.

Refused: anything whose shifted reading is no likelier, which is all clean text, Japanese,
bopomofo, box drawing and lists of rare characters. Source: GB 18030-2022 and the bytes of
pages found damaged so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from planie.heal.draft import Note, Patch
from planie.heal.likely import UNKNOWN, costs, fold, known, odd
from planie.spans import Span

REACH = 10
"""Clean-looking characters that a run may hold in a row: four of ten slid ones look clean."""

NO_READING = 30.0
"""Bits of a pair of bytes that is no character, or one that no page would have."""

LEAST_GAIN = 26.0
"""Bits that the reading must be likelier in all; chance alone gives one in 2**26."""

MOST_COST = 13.5
"""Bits a character above which a reading is no Chinese (running text has 8 to 10)."""

LEAST_FOUND = 15.0
"""Bits a character below which the text as found is Chinese enough to be left alone."""

MARGIN = 2.0
"""Bits by which the best reading of a lost byte must beat the next best one."""

HALVED = ",;:!?()"
"""Half-width marks that a converter may have made of full-width ones (A3xx) byte by byte."""

SPACE_LEAD = b"\xa1"
"""First byte of the full-width space, which is what stays of one that lost its second byte."""

LOST = "?\ufffd"
"""What decoders put for a byte that they could not read."""


UNREAD = "\ufffd"
"""What stands for a character of which one byte is lost for good."""

DROP = 20.0
"""Bits that a stretch may lose again before it is taken to have ended."""


@dataclass(frozen=True, slots=True)
class _Region:
    """A run of two-byte characters ``[start, start + len(found))`` and what it says shifted by one byte.

    ``shifted[k]`` is read from the second byte of ``found[k]`` and the first of ``found[k + 1]``,
    the last one from the single byte behind the run; it is empty where there is no such character.
    """

    text: str
    start: int
    found: str
    encoded: bytes
    shifted: tuple[str, ...]


def realign_slides(text: str) -> Iterator[Patch | Note]:
    """Read GBK runs that slid by one byte, because the headings of whole sections are lost in them.

    Not where the shifted reading is no likelier than the text as it stands.
    """
    at = 0
    while (seed := _seeds().search(text, at)) is not None:
        region = _region(text, seed.start(), floor=at)
        at = max(region.start + len(region.found), seed.end())
        for first, last in _windows(_gains(region)):
            if _holds(region, first, last):
                yield from _repair(region, first, last)


@lru_cache(maxsize=1)
def _seeds() -> re.Pattern[str]:
    """Return the pattern of two odd characters close together, where looking closer pays."""
    return re.compile(f"{odd().pattern}.{{0,3}}?{odd().pattern}")


@lru_cache(maxsize=65536)
def _bytes(character: str) -> bytes:
    """Return the two GBK bytes of a character, or nothing where it has none."""
    try:
        encoded = character.encode("gb18030")
    except UnicodeEncodeError:
        return b""
    return encoded if len(encoded) == 2 else b""


@lru_cache(maxsize=65536)
def _character(pair: bytes) -> str:
    """Return the character of a pair of bytes, or nothing where no page would have it."""
    try:
        character = pair.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return character if len(character) == 1 and not "\ue000" <= character <= "\uf8ff" else ""


def _region(text: str, seed: int, *, floor: int) -> _Region:
    """Return the run around a seed that may have slid with it, from *floor* on."""
    start, end, odd_at = seed, seed, seed
    while start > max(floor, seed - REACH) and _slides(text[start - 1]):
        start -= 1
    if start > floor and text[start - 1] in HALVED:
        start -= 1
    while end < len(text) and end - odd_at <= REACH and _slides(text[end]):
        odd_at = end if odd().match(text[end]) else odd_at
        end += 1
    found = text[start:end]
    encoded = b"".join(_bytes(_widened(c)) for c in found)
    pairs = [encoded[i : i + 2] for i in range(1, len(encoded) - 2, 2)]
    pairs.append(encoded[-1:] + _trail(text, end))
    return _Region(text, start, found, encoded, tuple(map(_character, pairs)))


def _slides(character: str) -> bool:
    return character != "\u3000" and bool(_bytes(character))


def _widened(mark: str) -> str:
    return chr(ord(mark) + 0xFEE0) if mark in HALVED else mark


def _trail(text: str, at: int) -> bytes:
    """Return the single byte that may end a run: a letter or sign in the range of second bytes."""
    return text[at].encode() if at < len(text) and "@" <= text[at] <= "~" else b""


def _gains(region: _Region) -> list[float]:
    """Return, a character each, the bits by which the shifted reading is likelier."""
    reading = costs(fold("".join(c or "\0" for c in region.shifted)))
    gains = []
    for kept, new, character in zip(costs(fold(region.found)), reading, region.shifted, strict=True):
        gains.append(kept - (new if character else NO_READING))
    return gains


def _windows(gains: list[float]) -> Iterator[Span]:
    """Yield the stretches, first and last index, that gain enough, each cut where gains fall off."""
    at = 0
    while at < len(gains):
        first, last, total, best = at, at, 0.0, 0.0
        while at < len(gains) and total > best - DROP:
            total += gains[at]
            if total > best:
                best, last = total, at
            at += 1
            if total <= 0:
                if best:
                    break
                first, total = at, 0.0
        if best >= LEAST_GAIN:
            at = last + 1
            yield first, last


def _holds(region: _Region, first: int, last: int) -> bool:
    """Say whether the shifted reading is Chinese and the found one is not."""
    count = last - first + 1
    read = costs(fold("".join(region.shifted[first : last + 1])))
    kept = costs(fold(region.found[first : last + 2]))
    return count >= 2 and sum(read) <= MOST_COST * count and sum(kept) >= LEAST_FOUND * len(kept)


def _repair(region: _Region, first: int, last: int) -> Iterator[Patch | Note]:
    """Yield the patch of a stretch, and a note for each byte at its ends that was lost."""
    at = region.start + first
    reads = [(c, (at + i, at + i + 2)) for i, c in enumerate(region.shifted[first : last + 1])]
    lost = [*_head(region, first), *_tail(region, last)]
    yield from (_note(*read) for read in lost)
    reads = sorted([*reads, *lost], key=lambda read: read[1])
    begin, end = min(at, reads[0][1][0]), reads[-1][1][1]
    after, extents = "".join(c for c, _ in reads), tuple(extent for _, extent in reads)
    yield Patch(begin, end, after, "slide", extents)


def _note(character: str, extent: Span) -> Note:
    if character == UNREAD:
        return Note(*extent, "half of a character is lost here, and what it was cannot be told")
    return Note(*extent, f"half of a character is lost here; read as {character}, which stands best")


def _head(region: _Region, first: int) -> Iterator[tuple[str, Span]]:
    """Yield the character whose byte was lost when the slide began; none after half a space."""
    text, at, byte = region.text, region.start + first, region.encoded[2 * first : 2 * first + 1]
    begin = at - 1 if at and text[at - 1] in LOST else at
    before = text[begin - 1] if begin else "\n"
    if byte == SPACE_LEAD and not _slides(before):
        return
    candidates = [bytes([lead]) + byte for lead in range(0x81, 0xFF)]
    if region.found[first] not in HALVED:
        candidates += [byte + bytes([trail]) for trail in range(0x80, 0xFF)]
    yield _search(candidates, before, region.shifted[first]), (begin, at + 1)


def _tail(region: _Region, last: int) -> Iterator[tuple[str, Span]]:
    """Yield the character whose second byte was lost where the slide ended; none after a single byte."""
    if last + 1 == len(region.found):
        return
    text, at, byte = region.text, region.start + last + 1, region.encoded[2 * last + 3 : 2 * last + 4]
    end = at + 2 if text[at + 1 : at + 2] and text[at + 1] in LOST else at + 1
    candidates = [byte + bytes([trail]) for trail in range(0x80, 0xFF)]
    yield _search(candidates, region.shifted[last], text[end : end + 1] or "\n"), (at, end)


def _search(candidates: list[bytes], before: str, behind: str) -> str:
    """Return the reading that stands best between its neighbours, if it does so clearly."""
    before, behind = fold(before), fold(behind)
    ranked = []
    for pair in candidates:
        if (character := _character(pair)) and known(character):
            first, second = costs(fold(character) + behind, before)
            ranked.append((first + second, character))
    ranked = sorted(ranked)[:2] + [(UNKNOWN * 2, UNREAD)]
    return ranked[0][1] if ranked[1][0] - ranked[0][0] >= MARGIN else UNREAD
