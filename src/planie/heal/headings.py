"""The numbers of slid headings, where the decoder threw bytes away: 。ǘ）, 。ㄈ�）, 。六）, 。ǘ┝.

Enters: any text. Leaves: patches of kind ``slide``. In a heading that slid (see
:mod:`planie.heal.slides`) the pair across 二）, 三）, 六 and 十） is none of GBK's own:

    （二）立  A3A8 B6FE A3A9 C1A2   as found  A1A3|A8B6|FEA3|A9C1|A2..   FEA3 is free in GBK

A strict decoder drops FE and is in step again at ） (。ǘ）立); one that knows GB18030 makes a
private-use character of FEA3, which a later tool takes out (。ǘ┝). What is left tells which
number it was, for the first byte of each is its own. Only at the beginning of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from planie.heal.draft import Note, Patch
from planie.heal.gbk import to_bytes

_FOUND = {  # A8 and the first byte of the number → the number, and the pair that got lost behind it
    "ǘ": ("二", "\ue46a"),  # A8B6, FEA3
    "ㄈ": ("三", "\ue40c"),  # A8C8, FDA3
    "ㄊ": ("十", "\ue17a"),  # A8CA, AEA3
    "": ("", "\ue7c9\ue294"),  # 六: A8C1, F9A3 are free both
}
_HEADING = re.compile("(?:(?<=\\s)|(?<=\\A))。([ǘㄈㄊ]?)[?\ufffd]{0,2}(?:([一二三四五六七八九十]{0,2})）)?")
_BRACKET = b"\xa9"  # second byte of ）, the first of what is found behind the lost pair


def restore_numerals(text: str) -> Iterator[Patch | Note]:
    """Read the number of a slid heading that lost bytes, because it tells where a section begins.

    Not where the line begins with 。 and goes on otherwise.
    """
    for found in _HEADING.finditer(text):
        number, lost = _FOUND[found.group(1)]
        start, end = found.span()
        rest = found.group(2)
        if rest is None and to_bytes(text[end : end + 1])[:1] == _BRACKET:
            if number == "十":
                yield Note(start, end, "the number is 十 here, or one of 十二 to 十九 whose end is lost")
            yield _spread(start, end, "。" + found.group(1) + lost)  # realign_slides reads on
        elif rest is not None and (number or rest.startswith("六")):
            yield _spread(start, end, f"（{number}{rest}）")


def _spread(start: int, end: int, after: str) -> Patch:
    """Return the patch of a heading's number, each character standing for all of what was found."""
    return Patch(start, end, after, "slide", ((start, end),) * len(after))
