"""Characters that a page cut in half when it printed readings byte by byte: 向?qū)W校 is 向學校.

Enters: any text. Leaves: patches of kind ``stripped``, notes where a byte had to be searched for. A site that puts a
reading behind each traditional character, and looks for these among bytes instead of characters, also finds some
across two of them:

    向學校  CFF2 8C57 D0A3       F28C is 驅, read qū
            CFF2 8C(qū)57 D0A3   8C and ( are no character: 向?qū)W校
    重擔    D6D8 93FA            D893 is 負, read fù; FAxx lost its ( as well: 重?fù)?dān)

    向實際  CFF2 8C8D EB48       and where the second byte is no letter, what follows is read one byte off,
            CFF2 8C(qū)8D EB48   up to a byte that is one, or is parted by a reading: 向?qū)嶋H(jì), 向?qū)嶒?yàn)

The reading is the proof: the second byte of the character in front and the byte that got lost must be a traditional
character that reads so. So it is where a comma and a letter have a reading (我,F(xiàn)有): A3AC46 holds 現, and A3
is the second half of a character whose first is lost (校); it is searched for where a ? marks it.

Refused: readings that no such pair of bytes has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from planie.heal.draft import Note, Patch
from planie.heal.gbk import UNREAD, Echo, best_reading, to_bytes, to_character, with_lead_lost
from planie.heal.gloss import HAN, LETTER, syllable_of
from planie.heal.likely import costs, fold, known
from planie.heal.readings import reads
from planie.heal.script import simplify_characters

_READING = f"([{LETTER}]{{1,6}})[)）]"
_CUT = re.compile(f"(?<=[{HAN}])[?\ufffd]{_READING}(?:[?\ufffd]{_READING}|([@-~])(?:(?=[(（]{_READING})|(?![A-Za-z])))")
_HALVED = re.compile(f"(?<=[{HAN}])[?\ufffd]?([,;:!?()])([@-~])(?=[(（]{_READING})")
_SLID = re.compile(
    f"(?<=[{HAN}])[?\ufffd]{_READING}([{HAN}]{{1,12}})(?:[?\ufffd]{_READING}|([@-~])(?:(?=[(（]{_READING})|(?![A-Za-z])))"
)
_GAIN = 3.0  # bits a character that a run must be likelier when read one byte off, where no reading tells its end
_COMMA_LEAD = b"\xa3"  # of all the marks that a converter halves: ，；：！？（）


def restore_glossed(text: str) -> Iterator[Patch | Note]:
    """Read a character in whose midst a reading was printed, because the reading tells its bytes.

    Not where more than one character could be meant and none stands clearly best.
    """
    found = [(match.start(), match) for pattern in (_CUT, _SLID, _HALVED) for match in pattern.finditer(text)]
    echo, done = Echo(text), 0
    readers: dict[re.Pattern[str], Callable[[re.Match[str]], Patch | None]] = {
        _CUT: _cut,
        _SLID: _slid,
        _HALVED: partial(_halved, echo=echo),
    }
    for start, match in sorted(found, key=lambda pair: pair[0]):
        if start >= done and (patch := readers[match.re](match)):
            yield patch
            if match.re is _HALVED:
                first = patch.after[0]
                told = "what it was cannot be told" if first == UNREAD else f"{first} stands best"
                yield Note(patch.start, patch.end - 1, f"half of a character is lost here; {told}")
            done = patch.end


def _cut(match: re.Match[str]) -> Patch | None:
    """Return the patch of 向?qū)W and of 重?fù)?dān)."""
    across, own, letter, behind = match.groups()
    before = match.string[match.start() - 1]
    told = _syllable(own or behind or "")
    if own is not None and not told:
        return None
    meant = _meant(to_bytes(before)[1:], _syllable(across), letter, told)
    next_one = match.string[match.end() : match.end() + 1]
    after = _best(meant, before, next_one)
    return None if after == UNREAD else Patch(*match.span(), after, "stripped")


def _slid(match: re.Match[str]) -> Patch | None:
    """Return the patch of 夠?qū)崿F before (xiàn): the run read one byte earlier, from the character that was cut."""
    across, run, own, letter, behind = match.groups()
    before = match.string[match.start() - 1]
    told = _syllable(own or behind or "")
    pairs = b"".join(map(to_bytes, run))
    if len(pairs) != 2 * len(run) or (not told and (own or behind)):
        return None
    leads = _leads(to_bytes(before)[1:], _syllable(across))
    firsts = tuple(c for lead in leads if known(c := to_character(lead + pairs[:1])))
    middle = "".join(to_character(pairs[i : i + 2]) for i in range(1, len(pairs) - 1, 2))
    lasts = _ending(pairs[-1:], letter, told)
    if not (firsts and lasts) or len(middle) < len(run) - 1 or not all(map(known, middle)):
        return None
    last = _best(lasts, (middle or firsts[0])[-1], match.string[match.end() : match.end() + 1])
    after = _best(firsts, before, (middle + last)[0]) + middle + last
    if UNREAD in after or not (told or _gain(run + (letter or ""), after, before) >= _GAIN * len(after)):
        return None
    return Patch(*match.span(), after, "stripped")


def _ending(half: bytes, letter: str | None, told: str) -> tuple[str, ...]:
    """Return the characters that begin with *half*, end in *letter* if there is one, and read as *told* if it is."""
    trails = [letter.encode()] if letter else [bytes([trail]) for trail in range(0x80, 0xFF)]
    found = [c for trail in trails if known(c := to_character(half + trail))]
    return tuple(c for c in found if not told or (_is_traditional(c) and reads(c, told)))


def _gain(read: str, meant: str, before: str) -> float:
    """Return the bits that *meant* saves against what the page shows."""
    return sum(costs(fold(read), fold(before))) - sum(costs(fold(meant), fold(before)))


def _best(meant: tuple[str, ...], before: str, behind: str) -> str:
    return meant[0] if len(meant) == 1 else best_reading(meant, before, behind)


def _halved(match: re.Match[str], echo: Echo) -> Patch | None:
    """Return the patch of ,F before (xiàn): the character that ends in the comma's first byte, and 現."""
    start, end = match.span()
    mark, letter, reading = match.groups()
    second = to_character(bytes([0x80 | ord(mark), ord(letter)]))
    told = _syllable(reading)
    if not (told and second and _is_traditional(second) and reads(second, told)):
        return None
    before = match.string[max(0, start - 3) : start]
    lost = with_lead_lost(_COMMA_LEAD) if end - start == 3 else ()
    first = best_reading(lost, before, second, echo.between(before, second))
    return Patch(start, end, first + second, "stripped", ((start, end - 1), (end - 2, end)))


@lru_cache(maxsize=1024)
def _meant(half: bytes, across: str, letter: str | None, told: str) -> tuple[str, ...]:
    """Return the characters whose first byte makes with *half* one read *across*, and which read as *told*."""
    return tuple(c for lead in _leads(half, across) for c in _ending(lead, letter, told))


@lru_cache(maxsize=1024)
def _leads(half: bytes, syllable: str) -> tuple[bytes, ...]:
    """Return the bytes that make with *half* a traditional character that reads so."""
    pairs = [(bytes([lead]), to_character(half + bytes([lead]))) for lead in range(0x81, 0xFF)] if half else []
    return tuple(lead for lead, c in pairs if syllable and c and _is_traditional(c) and reads(c, syllable))


def _syllable(letters: str) -> str:
    """Return the syllable of a reading with a tone mark, or nothing."""
    syllable, toned = syllable_of(letters)
    return syllable if toned else ""


def _is_traditional(character: str) -> bool:
    return simplify_characters(character) != character
