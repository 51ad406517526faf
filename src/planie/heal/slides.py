"""GBK text whose byte pairs slid by one, read back.

Enters: any text. Leaves: patches of kind ``slide``, and notes where a byte had to be
searched for or stayed lost. In GBK a Chinese character is two bytes. Where one byte goes
missing, or half of a full-width space stays behind, the pairs that follow are read across
the true borders, until a single byte brings them back into step:

    （一）統    is        A3A8 D2BB A3A9 BD79
    。ㄒ唬┙y   is  A1 A3|A8 D2|BB A3|A9 BD|79     (A1: half of the space in front)

Nothing is known beforehand about what such a run says: it is encoded again, shifted back,
and accepted only if the reading is far more likely as Chinese than the text as found.

Refused: anything whose shifted reading is no likelier, which is all clean text, Japanese,
bopomofo, box drawing and lists of rare characters. Source: GB 18030-2022 and the bytes of
pages found damaged so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

from planie.heal.draft import Note, Patch
from planie.heal.gaps import Read, refilled
from planie.heal.gbk import (
    UNREAD,
    Echo,
    best_reading,
    to_bytes,
    to_character,
    with_lead_lost,
    with_trail_lost,
)
from planie.heal.likely import costs, fold, odd
from planie.spans import Span

REACH = 10
"""Clean-looking characters that a run may hold in a row: four of ten slid ones look clean."""

NO_READING = 99.0
"""Bits of a pair of bytes that is no character that a page would have: more than a stretch may lose."""

LEAST_GAIN = 26.0
"""Bits that the reading must be likelier in all; chance alone gives one in 2**26."""

DROP = 20.0
"""Bits that a stretch may lose again before it is taken to have ended."""

MOST_COST = 13.5
"""Bits a character above which a reading is no Chinese (running text has 8 to 10)."""

LEAST_FOUND = 15.0
"""Bits a character below which the text as found is Chinese enough to be left alone."""

HALVED = ",;:!?()"
"""Half-width marks that a converter may have made of full-width ones (A3xx) byte by byte."""

SPACE_LEAD = b"\xa1"
"""First byte of the full-width space, which is what stays of one that lost its second byte."""

LOST = "?\ufffd"
"""What decoders put for a byte that they could not read."""

SLACK = 2
"""Characters by which the ends of a stretch are tried to either side."""

CHOICE = 8.0
"""Bits that choosing a lost byte out of 126 takes off what a reading gains."""

UNFORCED = 25.0
"""Bits against an end that nothing forces: in the midst of a line a second byte must have been lost."""

FREE_BYTE = 16.0
"""Bits against an end that chooses its lost byte, where another end needs no choice."""


@dataclass(frozen=True, slots=True)
class _Region:
    """A run of two-byte characters, ``found`` from ``start`` on, and what it says shifted by one byte.

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
    at, done, echo = 0, 0, Echo(text)
    while (seed := _seeds().search(text, at)) is not None:
        region = _region(text, seed.start(), floor=max(at, done))
        at = max(region.start + len(region.found), seed.start() + 1)
        for first, last in _windows(_gains(region)):
            if region.start + first >= done and _holds(region, first, last):
                reads = _bounded(region, first, last, echo, floor=done)
                if _net(region, reads) >= LEAST_GAIN:
                    end = reads[-1][1][1]
                    reads, gaps = refilled(reads, text[end : end + 1])
                    yield from _patched(region, reads, gaps)
                    done = end


@lru_cache(maxsize=1)
def _seeds() -> re.Pattern[str]:
    """Return the pattern of two odd characters close together, where looking closer pays."""
    return re.compile(f"{odd().pattern}.{{0,3}}?{odd().pattern}")


def _region(text: str, seed: int, *, floor: int) -> _Region:
    """Return the run around a seed that may have slid with it, from *floor* on."""
    start, odd_at = seed, seed
    while start > max(floor, seed - REACH) and _slides(text[start - 1]):
        start -= 1
    if start > floor and text[start - 1] in HALVED:
        start -= 1
    end = seed
    while end < len(text) and end - odd_at <= REACH and _slides(text[end], text[end + 1 : end + 2]):
        odd_at = end if odd().match(text[end]) else odd_at
        end += 1
    found = text[start:end]
    encoded = b"".join(to_bytes(_widened(c)) for c in found)
    pairs = [encoded[i : i + 2] for i in range(1, len(encoded) - 2, 2)]
    if encoded:
        pairs.append(encoded[-1:] + _trail(text, end))
    return _Region(text, start, found, encoded, tuple(map(to_character, pairs)))


def _slides(character: str, behind: str = "") -> bool:
    """Say whether a character may be part of a slide; a full-width space only in the midst of one."""
    if character == "\u3000":
        return bool(behind) and _slides(behind)
    return bool(to_bytes(character))


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


def _bounded(region: _Region, first: int, last: int, echo: Echo, *, floor: int) -> list[Read]:
    """Return the recovered characters, the ends set where the whole line reads best."""
    first, head = _beginning(region, first, last, echo, floor=floor)
    last, tail = _ending(region, first, last, echo)
    at = region.start
    inner = [(region.shifted[i], (at + i, at + i + 2)) for i in range(first, last + 1)]
    return [*head, *inner, *tail]


def _beginning(region: _Region, first: int, last: int, echo: Echo, *, floor: int) -> tuple[int, list[Read]]:
    """Return where the slide begins and what stands there; half of a space needs no comparison."""
    if not _head(region, first, echo, floor=floor):
        return first, []
    heads = [
        (at, _head(region, at, echo, floor=floor))
        for at in range(max(0, floor - region.start, first - SLACK), min(first + SLACK, last) + 1)
        if all(region.shifted[at : first + 1])
    ]
    return min(heads, key=lambda head: _head_cost(region, head[0], head[1], first))


def _ending(region: _Region, first: int, last: int, echo: Echo) -> tuple[int, list[Read]]:
    """Return where the slide ends and what stands there; the end of the region needs no comparison."""
    open_ended = region.start + len(region.found) < len(region.text) and _slides(
        region.text[region.start + len(region.found)]
    )
    if last + 2 - bool(region.shifted[-1]) == len(region.found) and not open_ended:
        return last, _tail(region, first, last, echo)
    tails = [
        (at, _tail(region, first, at, echo))
        for at in range(max(first, last - SLACK), min(last + SLACK, len(region.shifted) - 1) + 1)
        if all(region.shifted[last : at + 1])
    ]
    return min(tails, key=lambda tail: _tail_cost(region, tail[0], tail[1], last))


def _head(region: _Region, first: int, echo: Echo, *, floor: int) -> list[Read]:
    """Return the character whose byte was lost when the slide began; none after half a space."""
    text, at, byte = region.text, region.start + first, region.encoded[2 * first : 2 * first + 1]
    begin = at - 1 if at > floor and text[at - 1] in LOST else at
    before = text[max(0, begin - 3) : begin]
    if byte == SPACE_LEAD and not (before and _slides(before[-1])):
        return []
    candidates = with_lead_lost(byte)
    if region.found[first] not in HALVED:
        candidates += with_trail_lost(byte)
    behind = region.shifted[first]
    reading = best_reading(candidates, before, behind, echo.between(before, behind))
    return [(reading, (begin, at + 1))]


def _head_cost(region: _Region, first: int, head: list[Read], best: int) -> float:
    """Return the bits of the line around a beginning, for comparison with the other beginnings."""
    begin = head[0][1][0] if head else region.start + first
    left = max(0, region.start + best - SLACK - 3)
    line = region.text[left:begin] + "".join(c for c, _ in head)
    line += "".join(region.shifted[first : best + SLACK + 3])
    return sum(costs(fold(line))) + FREE_BYTE * len(head)


def _tail(region: _Region, first: int, last: int, echo: Echo) -> list[Read]:
    """Return what stands behind a slide: nothing, a letter it swallowed, or a character that lost its second byte."""
    if last + 1 == len(region.found):
        return []
    text, at, byte = region.text, region.start + last + 1, region.encoded[2 * last + 3 : 2 * last + 4]
    if byte < b"\x80":
        return [(byte.decode(), (at, at + 1))]  # the slide swallowed a letter: 用L is D3C3 4C, C34C is 肔
    end = at + 2 if text[at + 1 : at + 2] and text[at + 1] in LOST else at + 1
    before = "".join(region.shifted[max(first, last - 2) : last + 1])
    behind = text[end : end + 1]
    reading = best_reading(with_trail_lost(byte), before, behind, echo.between(before, behind))
    return [(reading, (at, end))]


def _tail_cost(region: _Region, last: int, tail: list[Read], best: int) -> float:
    """Return the bits of the line around an end, for comparison with the other ends."""
    end = tail[0][1][1] if tail else region.start + last + 2
    line = "".join(region.shifted[max(0, best - SLACK - 3) : last + 1]) + "".join(c for c, _ in tail)
    rest = region.text[end : region.start + best + SLACK + 5]
    chosen = sum(_lost(region, read) for read in tail)
    unforced = UNFORCED if chosen and rest and _slides(rest[0]) else 0.0
    return sum(costs(fold(line + rest))) + FREE_BYTE * chosen + unforced


def _net(region: _Region, reads: list[Read]) -> float:
    """Return the bits that the recovered line gains, with its neighbours, less those of the bytes it chose."""
    begin, end = reads[0][1][0], reads[-1][1][1]
    before, behind = fold(region.text[begin - 1 : begin]) or "\n", region.text[end : end + 2]
    found = sum(costs(fold(region.text[begin:end] + behind), before))
    read = sum(costs(fold("".join(c for c, _ in reads) + behind), before))
    return found - read - CHOICE * sum(_lost(region, read) for read in reads)


def _lost(region: _Region, read: Read) -> bool:
    """Say whether a character was recovered from one byte alone."""
    character, (start, end) = read
    alone = end - start == 1 or region.text[start] in LOST or region.text[end - 1] in LOST
    return alone and not character.isascii()


def _patched(region: _Region, reads: list[Read], gaps: list[Span]) -> Iterator[Patch | Note]:
    """Yield the patch of the recovered characters, and a note for each that lost a byte."""
    for start, end in gaps:
        yield Note(start, end, "two halves of characters are lost here; what stands best was put")
    for character, extent in filter(partial(_lost, region), reads):
        told = "what it was cannot be told" if character == UNREAD else f"{character} stands best"
        yield Note(*extent, f"half of a character is lost here; {told}")
    after, extents = "".join(c for c, _ in reads), tuple(extent for _, extent in reads)
    yield Patch(extents[0][0], extents[-1][1], after, "slide", extents)
