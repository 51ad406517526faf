r"""Lines that a page has broken at one width are joined: 教师配套费889万⏎元 is 889万元.

Enters: a text as its pages were found. Leaves: patches of the kind ``wrapped``. Viewers of printed documents give
each printed line as a line. Certain is this where many lines of a page are of one width, no closing mark at their
ends, marks in their midst, and words, brackets or a number and its unit torn between them; headlines in a list, verses
and the rows of a table are short of the one or the other. On a page where this is so every line of that width goes on
in the next, unless that is numbered or set in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from planie.heal.draft import Patch
from planie.heal.gloss import HAN
from planie.heal.likely import bond, fold

_LINE: Final = re.compile(r"(?P<whole>[^\r\n]*)(?P<end>\r\n|\r|\n|$)")
_NARROW: Final = re.compile(r"[0-9A-Za-z .%~-]")
_LEAST, _MOST, _ALIKE = 20, 60, 2.5  # the width of a line in Han characters, and how far one may be from the mean
_SHORTER: Final = 4.0  # a line ends so early before a number that may not be parted
_LINES: Final = 6  # so many are a habit
_TORN, _BOND = 3, 7.0  # of them so many break within a word, whose characters save so many bits
_SHARE: Final = 10  # and one of so many, on a long page
_LOOSE, _EVEN = 5.0, 0.75  # on a short one a word and a looser bond will do, if so many open lines are of that width
_COUNTED: Final = re.compile(r"[\dxX×*○]\s*\n[%％年月所个名人万亿元座套册间项次班户亩]")  # (公办园 xx⏎所
_OPENS, _CLOSES = "(（《〈“〔【", ")）》〉”〕】"
_CLOSED: Final = re.compile(r"[。；;！!？?：:…|]$")
_PAUSED: Final = re.compile(r"[\u4e00-\u9fff][^,，、]{1,12}[,，、]$")  # a word or a figure, and a comma
_MARK: Final = re.compile("[，。、；：,;]")
_DATELINE: Final = re.compile(r"[—–-]{1,2}\s*(?:19|20)\d\d\s*年.*[会上日)）]$")  # ——2024年1月16日在……会议上
_TITLED: Final = re.compile("[^，。、；：,;:]*(?:通报|总结|计划|方案|要点|报告|通知|意见|规划|汇报|讲话|打算)$")
_TABLE: Final = re.compile(r"[|｜\t]|\.{4}|…")
_COUNT: Final = "[一二三四五六七八九十百]{1,3}"
_NEW: Final = re.compile(  # what begins a paragraph: 一、 (二) 第三条 4. ⑤ ● # 一是
    rf"{_COUNT}\s*[、.．]|[(（〔【]?\s*(?:{_COUNT}|\d{{1,2}})\s*[)）〕】]|第{_COUNT}[章节条部编篇]|\d{{1,3}}\s*[、.．](?!\d)"
    rf"|[^\w\s“‘《〈(（\[〔【，。、；：！？,.;:!?”’》〉)）\]〕】%‰—–-]|{_COUNT}[是要]|[①-⑳㉑-㉟❶-❿⑴-⒛㈠-㈩]"
)
_PAGE: Final = re.compile(
    r"[—–-]+\s?\d{1,3}\s?[—–-]+|第\s?\d{1,3}\s?页(?:[\s,，/]{0,2}共\s?\d{1,3}\s?页)?|\d{1,3}\s?/\s?\d{1,3}"
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
        return bool(self.said) and not (
            _CLOSED.search(self.said)
            or _TABLE.search(self.said)
            or _DATELINE.match(self.said)
            or _TITLED.match(self.said)
        )


def join_lines(text: str) -> Iterator[Patch]:
    """Take out the line ends within paragraphs that are broken at one width."""
    rows = _close(list(_rows(text)))
    habits = _habits(rows)
    if not habits:
        return
    low, high = min(habits) - _SHORTER, max(habits) + _ALIKE
    for row, after in pairwise(rows):
        if low <= row.width <= high and row.is_open() and _is_rest(row, after):
            yield Patch(row.end, after.start, "", "wrapped")


def join_clauses(text: str) -> Iterator[Patch]:
    """Take out the line ends behind commas, whatever the width, where a page has some (巩固率98%,⏎辍学率1%。)."""
    said = [(n, row) for n, row in enumerate(_rows(text)) if row.said]
    broken = [
        (row, after)
        for (n, row), (m, after) in pairwise(said)
        if m <= n + 2 and _PAUSED.search(row.said) and _is_rest(row, after)
    ]
    if len(broken) >= _TORN:
        yield from (Patch(row.end, after.start, "", "wrapped") for row, after in broken)


def _rows(text: str) -> Iterator[_Row]:
    for line in _LINE.finditer(text):
        whole = line["whole"]
        said = whole.strip()
        start = line.start() + len(whole) - len(whole.lstrip()) if said else line.start()
        width = len(said) - len(_NARROW.findall(said)) / 2 if len(said) <= 2 * _MOST else 0.0
        yield _Row(start, start + len(said), said, width, start - line.start() >= 2)
        if line.end() == len(text):
            return


def _close(rows: Sequence[_Row]) -> Sequence[_Row]:
    """The rows without the numbers of pages, nor the blank ones around them or where a page has put one behind every line."""
    kept: list[_Row] = []
    turned = False
    for row in rows:
        if _PAGE.fullmatch(row.said):
            while kept and not kept[-1].said:
                kept.pop()
            turned = True
        elif row.said or not turned:
            kept.append(row)
            turned = False
    said = [row for row in kept if row.said]
    beside = sum(bool(row.said and after.said) for row, after in pairwise(kept))
    return said if beside * _SHARE < len(said) else kept


def _habits(rows: Sequence[_Row]) -> list[float]:
    """Return the widths at which a page breaks its lines: each the mean of a window of widths."""
    by_width: dict[int, list[tuple[_Row, _Row]]] = defaultdict(list)
    for row, after in pairwise(rows):
        if _LEAST <= row.width <= _MOST and row.is_open() and _is_rest(row, after):
            by_width[round(row.width)].append((row, after))
    windows = [[pair for near in range(width - 2, width + 3) for pair in by_width.get(near, ())] for width in by_width]
    full = [row.width for row in rows if row.width >= _LEAST and row.is_open()]
    widest = max((row.width for row in rows if not _TABLE.search(row.said)), default=0.0)
    return [
        sum(row.width for row, _ in pairs) / len(pairs)
        for pairs in windows
        if _is_habit(pairs) or (len(pairs) >= _EVEN * len(full) and _is_page(pairs, widest))
    ]


def _is_habit(pairs: Sequence[tuple[_Row, _Row]]) -> bool:
    torn = sum(_is_torn(row.said, after.said) for row, after in pairs)
    return _is_prose(pairs) and torn >= max(_TORN, len(pairs) / _SHARE)


def _is_page(pairs: Sequence[tuple[_Row, _Row]], widest: float) -> bool:
    """Whether a short page breaks so: no line is wider, a word is torn, and another may be."""
    if not _is_prose(pairs) or widest > sum(row.width for row, _ in pairs) / len(pairs) + _ALIKE:
        return False
    torn = sum(_is_torn(row.said, after.said) for row, after in pairs)
    loose = sum(_is_torn(row.said, after.said, _LOOSE) for row, after in pairs)
    return torn >= 1 and loose > 1 and loose >= len(pairs) / _SHARE


def _is_prose(pairs: Sequence[tuple[_Row, _Row]]) -> bool:
    marked = sum(_MARK.search(row.said[:-1]) is not None for row, _ in pairs)
    return len(pairs) >= _LINES and 2 * marked > len(pairs)


def _is_torn(above: str, below: str, least: float = _BOND) -> bool:
    """Whether a word, a number and its unit, or a bracket goes on over the end of a line."""
    ends = above[-1] + below[0]
    word = re.fullmatch(f"[{HAN}]{{2}}", ends) is not None and bond(fold(ends)) >= least
    return word or _COUNTED.search(f"{above[-3:]}\n{below[:1]}") is not None or _is_bracketed(above, below)


def _is_bracketed(above: str, below: str) -> bool:
    """Whether the last bracket of a line is open, and the first of the next closes it."""
    last = next((c for c in reversed(above) if c in _OPENS + _CLOSES), "")
    first = next((c for c in below if c in _OPENS + _CLOSES), "")
    return bool(last and first) and last in _OPENS and first == _CLOSES[_OPENS.index(last)]


def _is_rest(row: _Row, after: _Row) -> bool:
    """Say whether *after* goes on with the paragraph of *row*."""
    if not after.said or (after.is_set_in and not row.is_set_in) or _NEW.match(after.said) or _TABLE.search(after.said):
        return False
    return not (_ONE_WORD.match(row.said[-1]) and _ONE_WORD.match(after.said))
