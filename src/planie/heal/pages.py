"""Pages that a preview has numbered in the middle of the text are joined again.

Enters: a text. Leaves: patches of the kind ``page``. File-sharing sites print each page of a document as one long
line with a number in front, wherever the page ended: ``…发放资助金额5⏎2、05.3万元`` was 505.3万元. Certain is this where
such lines follow one another, count on from one to the next, are long and of about one length, and half of them stop
inside a sentence; a numbered paragraph of a plan ends with a mark. A page that says it is such a preview
(《….pdf》由会员分享) needs one page that does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
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


def _is_glued(said: str, after: str) -> bool:
    """Say whether a figure or a word goes on over the end of a page."""
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
