"""The year of a page that opens with 今年 (this year): the one in which it was published.

In: the healed text, a layout and the day of publication. Out: the layout, with that year as its period where the text
gives none of its own and the title, or the first sentence, says that it is about 今年 (今年是实施三年行动计划的最后一年).
A speech or report keeps none, since a site's day may lie years behind it; nor does a page whose title masks another
year (201x年) or whose first sentence names one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from planie.periods import denies
from planie.spans import Layout

_OPENS: Final = re.compile(r"(?:^|[\s,，。:：)）】])今年(?!同期)")
_IN_TITLE: Final = re.compile("今年(?!同期|以来|上半年)")  # 我县今年要办这些大事
_BRACKET: Final = re.compile(r"[(（《“][^()（）《》“”]*[)）》”]")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")
_FIRST: Final = 6  # sentences: the first that is whole is among them
_REACH: Final = 160  # characters
_KINDS: Final = ("other", "plan", "scheme")


def with_this_year(text: str, layout: Layout, published: str | None) -> Layout:
    """Return *layout* with the year of publication as its period, if it has none and the page is about 今年."""
    if layout.period is not None or published is None or layout.kind not in _KINDS:
        return layout
    year = int(published[:4])
    title = layout.title or ""
    if denies(title, year) or not (_says(title, year, _IN_TITLE) or _says(_first(text, layout), year, _OPENS)):
        return layout
    return replace(layout, period=(year, year))


def _first(text: str, layout: Layout) -> str:
    """The first whole sentence."""
    said = (text[s.start : s.end] for s in layout.sentences[:_FIRST])
    return next((sentence[:_REACH] for sentence in said if sentence.endswith("。")), "")


def _says(words: str, year: int, this_year: re.Pattern[str]) -> bool:
    """Whether *words* are about 今年, and no year that they name is another."""
    named = set(_YEAR.findall(_BRACKET.sub("", words)))
    return this_year.search(words) is not None and named <= {str(year)}
