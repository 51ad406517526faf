"""What belongs to a TIME beside its own words, and what the paragraph says of the moment that it tells of.

In: healed text and a TIME in it. Out: the TIME with the words that settle how it is read (截止|2020年10月, 自|2012年8月|启动以来),
or none where it only dates a founding; and whether words before a number tell how things stand (目前, 现有, 已).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from planie.spans import LINE_END, Entity

_PARAGRAPH: Final = 200  # characters: no more of a paragraph is looked back on
_BEFORE: Final = 8
_STANDS: Final = re.compile(
    r"目前|当前|现有|现共有|现已|现设|截至|截止|至今|迄今|仍有|尚有|[上前]一?(?:学期|周期|轮)|(?<!业)已"
)
"""Words that tell how things stand, or stood, when the plan was made: 全市现有普通高中41所."""
_FOUNDED: Final = re.compile(r"(?:始建|始创|创建|创办|成立|组建|兴办|建)于(?:公元)?\s*$")  # 始建于|1985年|,现有教师…
_SINCE: Final = re.compile(r"\s*(?:启动|实施|开展|成立|建立|创办|建校|开工|施行|运行|创建)?以来")
_UNTIL: Final = re.compile(r"截[至止](?:日期|时间)?[到至在为]?\s*$")


def whole(text: str, time: Entity, start: int) -> Entity | None:
    """Return *time*, of a sentence that begins at *start*, with its words; ``None`` for a founding, which dates nothing else."""
    low = max(start, time.start - _BEFORE)
    if _FOUNDED.search(text, low, time.start):
        return None
    if until := _UNTIL.search(text, low, time.start):
        time = replace(time, start=until.start())
    if since := _SINCE.match(text, time.end):
        time = replace(time, end=since.end())
    return time


def stands(text: str, value: int, words: str) -> bool:
    """Whether the paragraph before the number at *value*, or its own time, tells how things stand."""
    low = max(0, value - _PARAGRAPH)
    low = max([low, *(end.end() for end in LINE_END.finditer(text, low, value))])
    return _STANDS.search(text[low:value] + words) is not None
