"""Where the plans of a page begin.

In: the lines of a page and which of them are furniture. Out: the index of each plan's first line.
What numbers plans is told from what divides one: a marker needs a body below it, a title needs
numbering that starts again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from planie.structure.furniture import is_body
from planie.structure.lines import Line, marker_of, number_of
from planie.structure.title_lines import find_title
from planie.structure.titles import NUMBERED, PLAIN, TITLE, Title, is_title

_ANNEX: Final = re.compile(r"附(?:件|表|录)[\d一二三四五六七八九十]*[:：]?")


def split_plans(lines: Sequence[Line], furniture: Mapping[int, str]) -> list[int]:
    """Return the index of the first line of each plan.

    A plan begins at a marker (篇2: …, 第3篇), or at a title behind a body whose numbering then
    starts again at its first number.
    """
    marked = _markers(lines, furniture)
    first = marker_of(lines[marked[0]]) if marked else None
    opens = first is None or first.number == 1 or not _has_body(lines, furniture, 0, marked[0])
    if len(marked) >= 2 or not opens:  # one marker 篇1 numbers nothing
        return sorted({0, *marked[opens:]})
    starts = [0]
    last_numbers: dict[str, int] = {}
    main = find_title(lines[:60], {i: k for i, k in furniture.items() if i < 60})
    for i, line in enumerate(lines):
        if last_numbers and i not in furniture and _begins(lines, i, furniture, main, last_numbers):
            starts.append(i)
            last_numbers = {}
        elif line.form and i not in furniture:
            last_numbers[line.form] = max(number_of(line) or 0, last_numbers.get(line.form, 0))
    return starts


def _markers(lines: Sequence[Line], furniture: Mapping[int, str]) -> list[int]:
    """Markers of plans; 第三篇 also divides a long plan, so those count only where titles follow."""
    found: list[int] = []
    doubtful: list[tuple[int, bool]] = []
    for i, line in enumerate(lines):
        if i in furniture or not (marker := marker_of(line)):
            continue
        if not marker.doubtful:
            found.append(i)
        else:
            titled = bool(TITLE.search(marker.title)) if marker.title else any(map(is_title, lines[i + 1 : i + 3]))
            doubtful.append((i, titled))
    if found or 2 * sum(titled for _, titled in doubtful) > len(doubtful):
        found = sorted([*found, *(i for i, titled in doubtful if titled)])
    found = sorted({*found, *_numbered(lines, furniture)})
    # markers with nothing below are a list of what the page holds
    return [i for i, end in pairwise([*found, len(lines)]) if _has_body(lines, furniture, i + 1, end)]


def _numbered(lines: Sequence[Line], furniture: Mapping[int, str]) -> list[int]:
    """Titles with a number and a colon at their ends (调研报告一: … 调研报告二:), where one stem is numbered more than once."""
    stems: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        found = NUMBERED.match(line.bare) if i not in furniture and len(line.text) <= 46 else None
        if found and found["number"][-1] in ":：" and is_title(line):
            stems.setdefault(found["stem"], []).append(i)
    return [i for where in stems.values() if len(where) >= 2 for i in where]


def _has_body(lines: Sequence[Line], furniture: Mapping[int, str], start: int, end: int) -> bool:
    rest = [line for i, line in enumerate(lines[start : min(end, start + 60)], start) if i not in furniture]
    return len(rest) >= 2 or any(map(is_body, rest))


def _begins(
    lines: Sequence[Line], i: int, furniture: Mapping[int, str], main: Title | None, seen: Mapping[str, int]
) -> bool:
    """The line is another plan's title: no part of this one's, no annex, and a new numbering follows."""
    line = lines[i]
    if line.form or not is_title(line) or PLAIN.match(line.bare):
        return False
    if main is not None and line.bare in main.text and line.bare != main.text:
        return False
    above = next((lines[j].bare for j in range(i - 1, max(-1, i - 3), -1) if j not in furniture), "")
    if line.bare.startswith("附") or _ANNEX.fullmatch(above):
        return False
    for j in range(i + 1, min(i + 40, len(lines))):
        if j not in furniture and lines[j].form in seen:
            return number_of(lines[j]) == 1 and seen[lines[j].form] >= 1
    return False
