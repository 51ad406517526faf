"""Where a page has put its lines behind one another, with a space between them.

Enters: one line of healed text. Leaves: the offsets at which other lines begin in it. Nothing of the text changes.
What is copied out of a browser or a table cell often comes so (…工作报告 各位代表: 现在,… 一、工作回顾 2023年,…, “… work
report. Delegates: now … I. review. In 2023 …”). A line begins behind a closed sentence, before a number or a salutation,
and behind a heading. A space that stands in a sentence stays one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_HAN: Final = "一二三四五六七八九十"
_GAP: Final = re.compile(r"(?<=\S)[ \t\u3000\xa0]+(?=\S)")
_CLOSED: Final = re.compile(r"[。；;！!？?：:][”’）)】]?$")
_END: Final = re.compile(r"[。！？][”’）)】]?")
_OPENS: Final = re.compile(
    rf"[{_HAN}]{{1,3}}、|[(（][{_HAN}]{{1,3}}[)）]|第[{_HAN}\d]{{1,3}}(?:章|节|部分|篇|编)|\d{{1,2}}[.．、](?!\d)|[(（]\d{{1,2}}[)）]"
    r"|[①-⑳]|[※●■◆★▲]|【[^【】]{2,20}】|——?|附件|各位|同志们|尊敬的"
)
_HEADING: Final = range(4, 46)  # characters
_SAYS: Final = re.compile(r"[。；;！!？?]")
_PAUSES: Final = re.compile(r"[，,、]")
_NO_HEADING: Final = re.compile(r"(?:[年月日来中上下后前时和与及的、，,]|期间)$")
_FEWEST: Final = 3  # lines that such a page has at least
_MOST: Final = 0.7  # share of its sentences with a space behind them where that is how they are set


def spaced(line: str) -> list[int]:
    """Return the offsets in *line* at which its lines begin, none if its spaces are no line ends."""
    gaps = [gap.span() for gap in _GAP.finditer(line) if not _in_latin(line, *gap.span())]
    if len(gaps) < _FEWEST:
        return []
    found: list[int] = []
    headed = inside = 0
    for (_, start), (end, begin) in pairwise([(0, 0), *gaps]):
        part = line[start:end]
        opens = _OPENS.match(line, begin) is not None
        heads = start in (0, *found[-1:]) and _is_heading(part)
        if opens or heads or _CLOSED.search(part):
            found.append(begin)
            headed += opens or heads
        elif _PAUSES.search(part) or _SAYS.search(part):
            inside += 1
    if len(found) < _FEWEST or inside > len(found) / 3 or (headed < 2 and _is_manner(line, found)):
        return []
    return found


def _in_latin(line: str, start: int, end: int) -> bool:
    """The space between two words or numbers: Open AI, 2023 2024."""
    return line[start - 1].isascii() and line[start - 1].isalnum() and line[end].isascii() and line[end].isalnum()


def _is_heading(part: str) -> bool:
    if len(part) not in _HEADING or _SAYS.search(part):
        return False
    return _OPENS.match(part) is not None or not (_PAUSES.search(part) or _NO_HEADING.search(part))


def _is_manner(line: str, found: Sequence[int]) -> bool:
    """Nearly every sentence has a space behind it: so they are set, and their lines have gone on."""
    ends = len(_END.findall(line.rstrip()))
    return ends > _FEWEST and len(found) > _MOST * ends
