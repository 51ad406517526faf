r"""Lines that a page has broken at one width are joined: 教师配套费889万⏎元 is 889万元.

Enters: a text as its pages were found. Leaves: patches of the kind ``wrapped``. Viewers of printed documents give
each printed line as a line. Certain is this where many lines follow one another, of one width, no closing mark at
their ends, marks in their midst, and words torn between them; headlines in a list, verses and the rows of a table
are short of the one or the other. On a page where this is so every line of that width goes on in the next, unless
that is numbered or set in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from planie.heal.draft import Patch
from planie.heal.gloss import HAN
from planie.heal.likely import bond, fold

_LINE: Final = re.compile(r"(?P<whole>[^\r\n]*)(?P<end>\r\n|\r|\n|$)")
_NARROW: Final = re.compile(r"[0-9A-Za-z .%~-]")
_LEAST, _MOST, _ALIKE = 20, 60, 2.0  # the width of a line in Han characters, and how much two may differ
_SHORTER: Final = 4.0  # a line ends so early before a number that may not be parted
_LINES: Final = 6  # so many in a row are a habit
_TORN, _BOND = 3, 7.0  # of them so many break within a word, whose characters save so many bits
_CLOSED: Final = re.compile(r"[。；;！!？?：:…|]$")
_MARK: Final = re.compile("[，。、；：,;]")
_TABLE: Final = re.compile(r"[|｜\t]|\.{4}|…")
_COUNT: Final = "[一二三四五六七八九十百]{1,3}"
_NEW: Final = re.compile(  # what begins a paragraph: 一、 (二) 第三条 4. ⑤ ● # 一是
    rf"{_COUNT}\s*[、.．]|[(（〔【]?\s*(?:{_COUNT}|\d{{1,2}})\s*[)）〕】]|第{_COUNT}[章节条部编篇]|\d{{1,3}}\s*[、.．](?!\d)"
    rf"|[^\w\s“‘《〈(（\[〔【，。、；：！？,.;:!?”’》〉)）\]〕】%‰—–-]|{_COUNT}[是要]|[①-⑳㉑-㉟❶-❿⑴-⒛㈠-㈩]"
)
_ONE_WORD: Final = re.compile("[A-Za-z0-9.]")  # two figures, or two words, that the page's end has parted


@dataclass(frozen=True, slots=True)
class _Row:
    """A line without the spaces around it."""

    start: int
    end: int
    said: str
    width: float
    is_set_in: bool

    def is_open(self) -> bool:
        return bool(self.said) and not (_CLOSED.search(self.said) or _TABLE.search(self.said))


def join_lines(text: str) -> Iterator[Patch]:
    """Take out the line ends within paragraphs that are broken at one width."""
    rows = list(_rows(text))
    habits = [width for run in _runs(rows) if (width := _habit(run))]
    if not habits:
        return
    low, high = min(habits) - _SHORTER, max(habits) + _ALIKE + 0.5
    for row, after in pairwise(rows):
        if low <= row.width <= high and row.is_open() and _is_rest(row, after):
            yield Patch(row.end, after.start, "", "wrapped")


def _rows(text: str) -> Iterator[_Row]:
    for line in _LINE.finditer(text):
        whole = line["whole"]
        said = whole.strip()
        start = line.start() + len(whole) - len(whole.lstrip()) if said else line.start()
        width = len(said) - len(_NARROW.findall(said)) / 2 if len(said) <= 2 * _MOST else 0.0
        yield _Row(start, start + len(said), said, width, start - line.start() >= 2)
        if line.end() == len(text):
            return


def _runs(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Yield the rows that follow one another in one width, and do not end as sentences do."""
    run: list[_Row] = []
    for row in rows:
        fits = _LEAST <= row.width <= _MOST and row.is_open()
        if run and not (fits and abs(row.width - run[0].width) <= _ALIKE and _is_rest(run[-1], row)):
            yield run
            run = []
        if fits:
            run.append(row)
    yield run


def _habit(run: Sequence[_Row]) -> float:
    """Return the width at which a page breaks its lines, or 0."""
    if len(run) < _LINES:
        return 0.0
    marked = sum(_MARK.search(row.said[:-1]) is not None for row in run)
    torn = sum(_is_torn(row.said, after.said) for row, after in pairwise(run))
    return (
        sum(row.width for row in run) / len(run) if 2 * marked > len(run) and torn >= min(_TORN, len(run) // 2) else 0.0
    )


def _is_torn(above: str, below: str) -> bool:
    return re.fullmatch(f"[{HAN}]{{2}}", above[-1] + below[0]) is not None and bond(fold(above[-1] + below[0])) >= _BOND


def _is_rest(row: _Row, after: _Row) -> bool:
    """Say whether *after* goes on with the paragraph of *row*."""
    if not after.said or (after.is_set_in and not row.is_set_in) or _NEW.match(after.said) or _TABLE.search(after.said):
        return False
    return not (_ONE_WORD.match(row.said[-1]) and _ONE_WORD.match(after.said))
