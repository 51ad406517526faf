"""What a TIME says of the number beside it, and what the paragraph says of the moment that it tells of.

In: healed text, a TIME and the VALUE that the model gave it to. Out: the TIME with the words that settle how it is read
(截止|2020年10月, 自|2012年8月|启动以来), another one, or none: a founding dates nothing else, nor does (2023年为64%) what
stands before it, 比2020年增长8% is measured from 2020 and reached at another time, nothing is planned for the 去年 of a
sentence before, and what 2023年印发《…行动方案(2023—2025年)》 plans is due when the programme ends. Also whether words before
a number tell how things stand (目前, 现有, 已). Nothing is refused.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from planie.schema import Status
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
_THAN: Final = re.compile(r"(?<![占之配评同环生机师班幼])比$|(?<![计比])较(?:之|于)?$")  # not in 占比2025年达到…
_LAUNCHED: Final = re.compile(  # 2023年,市政府启动了《…计划(2023—2025年)》
    r"[^。;；\d]{0,20}?(?:启动|出台|印发|制[定订]|发布|公布|下发|推出|通过)[^。;；\d]{0,40}"
    r"[(（](?P<years>(?:19|20)\d\d年?[-—–~～至](?:19|20)\d\d年?)[)）]"
)
_BESIDE: Final = re.compile(r"[(（](?=(?:19|20)\d\d年|[去上前]年|同期)")  # 达到|100%|(2023年|为64%): what it was then
_WAS: Final = re.compile(r"(?:全[省市县区校])?(?:仅|只|才|均|分别)?[为是](?![主期])")
_STOP: Final = re.compile(rf"[。;；]|{LINE_END.pattern}")
_YEAR: Final = re.compile(r"(?:19|20)\d\d年(?:\d{1,2}月)?")
_PAST: Final = re.compile(
    "(?:去年|上年|前年|上一年|目前|当前|近年|近几年|一年来|[三四五]年来|过去).{0,4}"
)  # of a sentence before


def dating(text: str, time: Entity, value: Entity, status: Status, start: int) -> Entity | None:
    """Return what dates *value*, which the model gave *time*, in a sentence that begins at *start*."""
    low = max(start, time.start - _BEFORE)
    if _FOUNDED.search(text, low, time.start) or (status != "baseline" and _THAN.search(text, low, time.start)):
        return None
    if _BESIDE.match(text, value.end) and _WAS.match(text, time.end) and time.start > value.end:
        return None
    past = status == "planned" and time.end < value.start and _PAST.fullmatch(text, time.start, time.end)
    if past and _STOP.search(text, time.end, value.start):
        return None
    if status == "planned" and _YEAR.fullmatch(text, time.start, time.end):
        launched = _LAUNCHED.match(text, time.end, max(time.end, value.start))
        if launched and not _STOP.search(text, launched.end(), value.start):
            return replace(time, start=launched.start("years"), end=launched.end("years"))
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
