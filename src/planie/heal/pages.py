"""Pages that a preview has numbered in the middle of the text are joined again.

Enters: a text. Leaves: patches of the kind ``page``. File-sharing sites print each page of a document as one long
line with a number in front, wherever the page ended: ``…发放资助金额5⏎2、05.3万元`` was 505.3万元. Certain is this where
such lines follow one another, count on from one to the next, are long and of about one length, and half of them stop
inside a sentence; a numbered paragraph of a plan ends with a mark. A page that says it is such a preview
(《….pdf》由会员分享) needs one page that does, and a page that begins with a comma is proof enough. Other sites glue
1/13, 2/13, … into the text (``单科及2/13格率``), the first at the start of a line, where the year behind it
(``1/132023年``) or the next mark proves it; a word processor leaves ``第PAGE2页共NUMPAGES9页``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from planie.heal.draft import Patch
from planie.heal.likely import bond, fold

_LINE: Final = re.compile(r"[^\S\r\n]*(?P<mark>(?P<number>\d{1,3})、)?(?P<said>[^\r\n]*)(?:\r\n|\r|\n|$)")
_LEAST: Final = 180  # characters of a page: paragraphs of plans seldom are as long
_SENTENCES: Final = 2
_ALIKE: Final = 1.8  # the longest page of a preview to the shortest
_OPENED: Final = 2  # pages that stop inside a sentence: at the end of a single one a full stop may be forgotten
_BOND: Final = 7.0  # bits
_SHARED: Final = re.compile(
    r"^[^\S\r\n]*《[^\r\n]{1,120}》由[^\r\n]{0,8}(?:会员|用户|网友)[^\r\n]{0,8}分享", re.MULTILINE
)
_FIRST: Final = re.compile(r"^[^\S\r\n]*(?P<mark>1/(?P<many>[1-9]\d{0,6}))(?![\d/])", re.MULTILINE)
_FEWEST: Final = 4  # pages: 1/3 and 2/3 are fractions as a rule
_PART: Final = re.compile(r"\s*(?:[的强弱多%以左]|决赛)")  # what stands behind a fraction
_FIELD: Final = re.compile(r"第\s*PAGE\s*\d*\s*[页頁](?:\(yè\))?\s*(?:共\s*NUMPAGES\s*\d*\s*[页頁](?:\(yè\))?)?")
_OPEN: Final = re.compile(r"[^。；;！!？?：:…”’』」》）)】\]~—-]$")


@dataclass(frozen=True, slots=True)
class _Page:
    """A numbered line: where its number and its text stand."""

    mark: int
    start: int
    end: int
    number: int
    said: str

    @property
    def is_whole(self) -> bool:
        """It is as long as a page is."""
        return len(self.said) >= _LEAST and self.said.count("。") >= _SENTENCES


def join_pages(text: str) -> Iterator[Patch]:
    """Take the page numbers out, and the line break where a sentence goes on over it."""
    shared = _SHARED.search(text) is not None
    for run in _runs(text):
        sizes = [len(page.said) for page in run[:-1]]
        opened = sum(_OPEN.search(page.said) is not None for page in run[:-1])
        if max(sizes) > _ALIKE * min(sizes) or 2 * opened < len(sizes):
            continue
        told = opened and shared and run[0].number == 1
        if opened < _OPENED and not told and not any(_is_glued(page.said, after.said) for page, after in pairwise(run)):
            continue
        yield Patch(run[0].mark, run[0].start, "", "page")
        for page, after in pairwise(run):
            broken = _OPEN.search(page.said) is not None
            yield Patch(page.end if broken else after.mark, after.start, "", "page")


def drop_marks(text: str) -> Iterator[Patch]:
    """Take out the marks n/N that count on through the text, and the fields of a word processor."""
    yield from (Patch(*field.span(), "", "page") for field in _FIELD.finditer(text))
    for first in islice(_FIRST.finditer(text), 3):  # each is looked for in the whole text
        for size in range(min(3, len(first["many"])), 0, -1):
            many, rest = first["many"][:size], first["many"][size:] + text[first.end() : first.end() + 5]
            dated = re.match(r"(?:19|20)\d\d年", rest) is not None
            if not dated and (len(first["many"]) > size or int(many) < _FEWEST or _PART.match(rest)):
                continue
            marks = list(_following(text, first.end(), many))
            if dated or marks:
                start = first.start("mark")
                yield from (Patch(*span, "", "page") for span in [(start, start + 2 + size), *marks])
                return


def _following(text: str, at: int, many: str) -> Iterator[tuple[int, int]]:
    """Yield the places of 2/N, 3/N, … in order."""
    for number in range(2, int(many) + 1):
        mark = re.compile(rf"(?<![\d/.]){number}/{many}(?![\d/.])").search(text, at)
        if mark is None or _PART.match(text, mark.end()):
            return
        yield mark.span()
        at = mark.end()


def _is_glued(said: str, after: str) -> bool:
    """Say whether a figure, a word or a sentence goes on over the end of a page."""
    if after[:1] and after[0] in ",，、。；;":
        return True
    ends = fold(said[-1:] + after[:1])
    return ends.isdecimal() if ends[:1].isdecimal() else bond(ends) >= _BOND


def _runs(text: str) -> Iterator[list[_Page]]:
    """Neighbouring numbered lines that count on; all but the last are whole pages."""
    run: list[_Page] = []
    for page in _pages(text):
        goes_on = page is not None and run and page.number == run[-1].number + 1 and run[-1].is_whole
        if not goes_on:
            if len(run) > 1:
                yield run
            run = []
        if page is not None:
            run.append(page)
    if len(run) > 1:
        yield run


def _pages(text: str) -> Iterator[_Page | None]:
    """Each line that holds anything: as a page, or as none."""
    for line in _LINE.finditer(text):
        said, start = line["said"].rstrip(), line.start("said")
        if line["mark"]:
            yield _Page(line.start("mark"), start, start + len(said), int(line["number"]), said)
        elif said:
            yield None
