r"""Figures that a page has put on lines of their own go back into their sentence: 公用经费⏎805.3⏎万元,… is one clause.

Enters: a text whose digits are plain. Leaves: patches of the kind ``wrapped``. Viewers of printed documents give a
run of Latin letters or digits a line of its own. Certain is this where a page does it several times, with a unit and
more of the sentence below and words that no mark has closed above; the columns of a table, read cell by cell, have a
unit alone below a figure, or none, and the numbers of pages and lists stand behind a closed sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from planie.heal.draft import Patch
from planie.heal.gloss import HAN
from planie.spans import Span

_LINE: Final = re.compile(r"[^\S\r\n]*(?P<said>[^\r\n]*?)[^\S\r\n]*(?:\r\n|\r|\n|\Z)")
_FIGURE: Final = re.compile(r"[约近共各]?(?:\d[\d,]{0,12}(?:\.\d{1,4})?|[xX×]{2,6})")
_UNIT: Final = re.compile(
    r"[余多]?(?:[十百千万亿]{1,2}[元名人册平吨亩所套件户]|个?百分点|人次|平方米|公里|公顷|年|[元名人所个套册座栋幢间台件次项位岁亩户门场期]|[%％])"
)
_MORE: Final = re.compile(rf"[{HAN}，。、；,;]")
_OPEN: Final = re.compile(rf"(?:.[{HAN}]|[{HAN}][，、：,:“（(])$")
_HANGS: Final = re.compile(
    "[，、,到至在从自年]$"
)  # ……,到|2027|年: the year goes on; behind a heading it opens a sentence
_LEAST: Final = 3  # so many are a habit, and one of three figures that stand alone


def join_figures(text: str) -> Iterator[Patch]:
    """Take out the line ends around figures that stand alone, on a page that is in the habit of it."""
    rows = [(found.start("said"), found.end("said")) for found in _LINE.finditer(text)]
    alone = [i for i in range(len(rows) - 1) if _FIGURE.fullmatch(text, *rows[i])]
    sure = sum(i > 0 and _is_open(text, rows[i - 1], rows[i + 1]) and _goes_on(text, rows[i + 1]) for i in alone)
    if sure >= _LEAST and 3 * sure >= len(alone):
        spans = {span for i in alone for span in _ends(text, rows, i)}
        yield from (Patch(*span, "", "wrapped") for span in sorted(spans))


def _ends(text: str, rows: Sequence[Span], at: int) -> Iterator[Span]:
    """The line ends to take out before and behind the figure of a row."""
    row, below = rows[at : at + 2]
    if _UNIT.match(text, *below) is None:
        return
    yield row[1], below[0]
    if at and _is_open(text, rows[at - 1], below):
        yield rows[at - 1][1], row[0]


def _is_open(text: str, above: Span, below: Span) -> bool:
    """Whether the words above a figure go on in it: no closed sentence, no other figure's unit, no heading above a year."""
    if _OPEN.search(text, *above) is None or _UNIT.fullmatch(text, *above):
        return False
    return text[below[0] : below[0] + 1] != "年" or _HANGS.search(text, *above) is not None


def _goes_on(text: str, below: Span) -> bool:
    """Whether a unit stands there, and more of a sentence behind it."""
    unit = _UNIT.match(text, *below)
    return unit is not None and _MORE.match(text, unit.end()) is not None
