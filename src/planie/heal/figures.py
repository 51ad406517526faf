"""Spaces that a word processor has put around figures are taken out: 约 100 名 is 约100名 (about 100 people).

Enters: a text whose digits and spaces are plain. Leaves: patches of the kind ``spaced``. Only on a page that is in
the habit of it; not behind the number that opens a line (1 加强领导), and not between the columns of a table, where a
space stands on one side of the figure alone and no mark is on the line, nor at a comma between two figures
(120, 350 are two numbers, 120,350 is one).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from planie.heal.draft import Patch
from planie.heal.gloss import HAN

_FIGURE: Final = re.compile(  # 共 1,200.5 % 的, 2 - 3 名
    rf"(?P<before>(?:(?<=[{HAN}，、：（(:≥≤><=])|(?<=\D,)) {{1,2}})?(?<![\d.])\d[\d,.]*(?P<unit> {{0,2}}[%‰])?"
    rf"(?P<range> {{0,2}}[-–—~～至到] {{0,2}}\d[\d,.]*(?: {{0,2}}[%‰])?)?(?P<behind> {{1,2}}(?=[{HAN}，。、；：）);:]|,(?! ?\d)))?"
)
_TOUCHING: Final = re.compile(rf"[{HAN}](?=\d)|\d[%‰]?(?=[{HAN}])")
_SPACED: Final = re.compile(rf"[{HAN}] {{1,2}}(?=\d)|\d[%‰]? {{1,2}}(?=[{HAN}])")
_MARK: Final = re.compile("[，。、；：,;]")
_LEAST, _SHARE = 4, 0.3  # a habit: so many spaces, and of so many places where one could stand


def close_up_figures(text: str) -> Iterator[Patch]:
    """Take the spaces out between figures and the words around them, where the page is full of them."""
    spaced = sum(1 for _ in _SPACED.finditer(text))
    if spaced < _LEAST or spaced < _SHARE * (spaced + sum(1 for _ in _TOUCHING.finditer(text))):
        return
    at = 0
    for line in text.splitlines(keepends=True):
        opening, prose = len(line) - len(line.lstrip()), _MARK.search(line) is not None
        for found in _FIGURE.finditer(line):
            alone = not (prose or (found["before"] and found["behind"]))
            if found.start() > opening and not alone:
                yield from _gaps(found, at)
        at += len(line)


def _gaps(found: re.Match[str], at: int) -> Iterator[Patch]:
    for gap in re.finditer(" +", found.group()):
        start = at + found.start() + gap.start()
        yield Patch(start, start + len(gap.group()), "", "spaced")
