"""Printed lines that a page has put behind one another are joined: 狠 抓硬件建设 is one word again.

Enters: a text whose lines are joined where they were broken. Leaves: patches of the kind ``wrapped``. File-sharing
sites give a whole page in one line, with a space where each printed line ended. Certain is this where many of the
stretches between the spaces of a line are of one width, as printed lines are, and several of the spaces part the
characters of a word; a space behind a closed sentence, and one behind a shorter stretch, stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from planie.heal.draft import Patch
from planie.heal.gloss import HAN
from planie.heal.likely import bond, fold

_STRETCH: Final = re.compile(r"[^\r\n ]+")  # a wide space sets a paragraph in
_NARROW: Final = re.compile(r"[0-9A-Za-z.%~-]")
_LEAST, _MOST, _ALIKE = 20, 60, 1.5  # the width of a printed line in Han characters, and how far one is from the middle
_LINES: Final = 5  # so many are a habit, and half of all stretches
_TORN, _BOND = 3, 7.0  # so many of them break within a word, whose characters save so many bits
_OPEN: Final = re.compile(rf"[{HAN}0-9，、,“（(《]$")
_GOES_ON: Final = re.compile(rf"[{HAN}“（(《”）)》%]")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What stands between two spaces, and how wide it is in print."""

    start: int
    end: int
    said: str
    width: float


def join_stretches(text: str) -> Iterator[Patch]:
    """Take out the spaces at which printed lines ended."""
    at = 0
    for line in text.splitlines(keepends=True):
        if len(line) > _LINES * _LEAST and line.count(" ") >= _LINES:
            yield from _joins(list(_stretches(line, at)))
        at += len(line)


def _stretches(line: str, at: int) -> Iterator[_Stretch]:
    for found in _STRETCH.finditer(line):
        said = found.group()
        width = len(said) - len(_NARROW.findall(said)) / 2
        yield _Stretch(at + found.start(), at + found.end(), said, width)


def _joins(stretches: Sequence[_Stretch]) -> Iterator[Patch]:
    wide = [s.width for s in stretches if _LEAST <= s.width <= _MOST]
    if len(wide) < _LINES:
        return
    middle = median(wide)
    full = [(s, after) for s, after in pairwise(stretches) if abs(s.width - middle) <= _ALIKE]
    open_ = [(s, after) for s, after in full if _OPEN.search(s.said) and _GOES_ON.match(after.said)]
    torn = sum(_is_torn(s.said, after.said) for s, after in open_)
    if len(full) >= _LINES and 2 * len(full) >= len(stretches) and torn >= _TORN:
        yield from (Patch(s.end, after.start, "", "wrapped") for s, after in open_)


def _is_torn(above: str, below: str) -> bool:
    ends = above[-1] + below[0]
    return re.fullmatch(f"[{HAN}]{{2}}", ends) is not None and bond(fold(ends)) >= _BOND
