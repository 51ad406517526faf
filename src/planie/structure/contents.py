"""Lists of contents: what a page says twice, first in a list and then at length.

In: the lines of a page. Out: line index → ``contents`` for the list, up to where its first entry is
said again; without that it is no list of contents. The entry may come again on two lines
(第一部分 / 学校概况).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from planie.structure.lines import Line, marker_of


def contents(lines: Sequence[Line]) -> dict[int, str]:
    """A list of what follows: short lines behind 目录, or markers (篇1 篇2 篇3), up to where the first is said again."""
    for at, line in enumerate(lines[:80]):
        named = line.bare.strip("【】[]:：") == "目录"
        first = at + 1 if named else at
        if not named and not all(map(marker_of, lines[at : at + 2])):
            continue
        for i in range(first + 2, min(first + 80, len(lines))):
            if _entry(lines[first]) in (_entry(lines[i]), "".join(map(_entry, lines[i : i + 2]))):
                return dict.fromkeys(range(at, i), "contents")
            if len(lines[i].text) > 60 or "。" in lines[i].text:
                break
    return {}


def _entry(line: Line) -> str:
    return re.sub(r"[\s.…·]*\d*$", "", line.bare)
