r"""What a page puts into its sentences that is none of theirs: the numbers of footnotes, a mirror site's own name.

Enters: a text whose digits are plain. Leaves: patches of the kinds ``footnote`` and ``spam``. Numbers of footnotes
(小学在校生[4]1200人) are certain where they count on from one to the next, as those of no table and no list of books
do. Words that a mirror site puts in (截至某某比分:12月) are certain where the same run before a colon stands in the
midst of three sentences or more, behind different words, and names bets or scores.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Final

from planie.heal.draft import Note, Patch
from planie.heal.gloss import HAN

_FOOTNOTE: Final = re.compile(  # not [2020], a list's [1,2], a form's [12]人, nor the number of a letter: 政办函[12]号
    rf"(?<=[{HAN}”’》%‰])(?<![函发字办号令表图式附件])[\[［](?P<number>[1-9]\d?)[\]］]"
    r"(?!\s*[人名个所项次场台套间万元号%](?:[，。、；：,;\s]|$))"
)
_FIRST: Final = 3  # a page may begin behind its first footnotes

_PUT_IN: Final = re.compile(rf"(?<=[{HAN}，,])(?P<run>[{HAN}]{{4,24}})[:：]")
_BETS: Final = re.compile("比分|竞彩|博彩|投注|赌场|娱乐城|百家乐")
_TIMES, _SHORTEST, _LONGEST = 3, 4, 12


def drop_footnotes(text: str) -> Iterator[Patch]:
    """Take out the numbers of footnotes, because names and values are cut at them (在园幼儿[2]1863.91万人).

    Not where they do not count on, each higher than the one before; nor a single one.
    """
    found = list(_FOOTNOTE.finditer(text))
    numbers = [int(mark["number"]) for mark in found]
    if _counts_on(numbers):
        for mark in found:
            yield Patch(mark.start(), mark.end(), "", "footnote")


def _counts_on(numbers: Sequence[int]) -> bool:
    """Say whether the numbers rise from the first footnotes on, most of them by one."""
    steps = [after - before for before, after in pairwise(numbers)]
    return bool(steps) and numbers[0] <= _FIRST and min(steps) > 0 and 2 * steps.count(1) >= len(steps)


def drop_put_in(text: str) -> Iterator[Patch | Note]:
    """Take out the words that a mirror site has put into sentences (截至某某比分:12月25日), and say so.

    Not what stands fewer than three times, what always stands behind the same word, and what opens a line.
    """
    by_end: dict[str, list[re.Match[str]]] = defaultdict(list)
    for found in _PUT_IN.finditer(text):
        by_end[found["run"][-_SHORTEST:]].append(found)
    patches = [patch for places in by_end.values() if len(places) >= _TIMES for patch in _put_in(places)]
    for patch in sorted(patches, key=lambda p: p.start):
        yield patch
        yield Note(patch.start, patch.end, "words that the site has put in here are left out")


def _put_in(places: Sequence[re.Match[str]]) -> Iterator[Patch]:
    run = _common_end([place["run"] for place in places])
    if not (len(run) <= _LONGEST and _BETS.search(run)) or _is_always_behind_one(run, places):
        return
    for place in places:
        start, stop = place.end("run") - len(run), place.end()
        before, behind = place.string[start - 1], place.string[stop : stop + 1]
        yield Patch(start, stop + (before in "，," and behind in ("，", ",")), "", "spam")


def _common_end(runs: Sequence[str]) -> str:
    """Return what all the runs end with."""
    same = takewhile(lambda column: len(set(column)) == 1, zip(*map(reversed, runs), strict=False))
    return "".join(column[0] for column in same)[::-1]


def _is_always_behind_one(run: str, places: Sequence[re.Match[str]]) -> bool:
    return len({place.string[place.end("run") - len(run) - 1] for place in places}) < _TIMES - 1
