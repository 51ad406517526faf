"""Which head a metric may have: a sibling of its list, or a thing of another kind, is none.

In: the entities of a text and the frames that name a head which has a value of its own. Out: the head
to write, another one, or none. 创建标准化学校90所,其中一级30所 has the head 标准化学校 by rule 2 of the
annotation guide; 普高5所,职业中专1所 are siblings; and in 学生900人,学校5所 no 所 counts 学生.
Where a share is said of a mere part (入园率达到85%,东部地区达到95%) the rate before it is put back, and so is the end of a list's
last item to the others where the two were read as one: 语、数、|英合格率|分别达到95%、93%、90%. 上述指标 (“the indicators
above”) are those that the paragraph has just named, in their order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from planie.plan import Quantity
from planie.spans import LINE_END, Entity, Frame

_PEOPLE: Final = frozenset("人名位")
_KIND: Final = "(?:公办|民办|普通|职业|完全|高级|初级|中等|特殊教育|全[县区市])*"
_LEVEL: Final = re.compile(  # what a school is: 公办 or 一级 may stand before it, but no other level
    rf"{_KIND}(?:小学|初中|高中|中学|完小|普高|职高|中专|职校|幼儿园|教学点|大学|学院)"
)
_OTHER: Final = re.compile(rf"{_LEVEL.pattern}|乡镇|村")  # no head for 小学: 乡镇20所,小学135所
_HOUSES: Final = re.compile("(?:班|[小中]学|学校|幼儿园|教室)$")  # what no 人 counts
_ANY_SCHOOL: Final = re.compile(  # rule 52 of corpus/GUIDELINES.md: 普通中小学8所,其中高中1所; not 寄宿制学校
    rf"(?:{_KIND[:-1]}|全日制|义务教育(?:阶段)?|基础教育|各级各类|各类|[我本]?[省市县区乡镇]内?|城乡)*(?:中小学校?|学校)"
)
_PLACE: Final = re.compile("城市|城区|农村|县城|城镇")  # 公办城市: where a thing is, and no thing
_RATE: Final = re.compile(r"(?:率|比例|比重|占比|覆盖面)$")
_WHERE: Final = "城区|市区|县城|县域|农村|乡镇|城镇|城市|乡村"
_STAGES: Final = "小学|初中|高中(?:阶段)?|普高|职高|中职|中专|幼儿园|学前教育|义务教育(?:阶段)?"
_PART: Final = re.compile(  # what has no share of its own: 东部地区, 县(市), 农村小学, 男生
    rf"[^,，。;；、的]{{0,6}}?(?:地区|片区|[山牧]区|{_WHERE}|[县区][(（][^()（）]{{1,4}}[)）]|[^学小校中高社园城市山牧][市县区旗镇乡州])"
    rf"|(?:普通|职业|公办|民办|全[省市县区镇]|{_WHERE})?(?:{_STAGES})|[男女][生性]?|城乡|[公民]办园"
)
_SIDE: Final = re.compile(r"\s*(?:、|和|及|与|以及)\s*")
_MEASURE: Final = re.compile(
    r"(?<=[^毛净总])(?:(?:[毛净]?[\u4e00-\u9fff]{2}率)|占比|比例|比重|覆盖面|平均分|均分|总分|面积)$"
)
_KIND_OF: Final = re.compile(r"(?<=.)(?:专任|骨干)?(?:教师|学生|幼儿|学校|幼儿园|学位|人数|课程|经费|标准)$")
_ABOVE: Final = re.compile("(?:上述|以上|前述|上列)(?:[两二三四五六七八九]项|几项|各项)?(?:主要)?指标(?:值)?")
_WHOLE: Final = re.compile(rf"^(?:全[国省市县区州旗镇乡]|(?:主)?城区|{_WHERE}|{_STAGES}|公办|民办)+")
_STOP: Final = re.compile(rf"[。；;]|{LINE_END.pattern}")
_BETWEEN: Final = re.compile(r"\s*(?:[(（]|[,，]?其中[:：,，]?)\s*")


def fitting(
    text: str, entities: Sequence[Entity], frames: Sequence[Frame], quantities: Mapping[int, Quantity]
) -> dict[int, int | None]:
    """Return, by the frame's place in *frames*, the head (``None`` for none) of each that cannot have its own."""
    valued = {f.roles["metric"]: f.value for f in reversed(frames) if "metric" in f.roles}
    found: dict[int, int | None] = {}
    for i, frame in enumerate(frames):
        head, words = frame.roles.get("head"), frame.roles.get("metric")
        if head is not None and _PLACE.fullmatch(text, entities[head].start, entities[head].end):
            found[i] = None
            continue
        if head is None or words is None or valued.get(head, frame.value) == frame.value:
            continue
        owner = _opener(text, entities, words, valued)
        name, said = (text[slice(entities[e].start, entities[e].end)] for e in (words, head))
        own, other = quantities[frame.value].unit, quantities[valued[head]].unit
        level = _LEVEL.fullmatch(name) is not None
        place = owner is not None and _PLACE.fullmatch(text, entities[owner].start, entities[owner].end)
        if own == other == "所" and owner not in (None, head) and quantities[valued[owner or 0]].unit == own:
            if place:  # 城市30所(公办9所,…): the head stays
                continue
            found[i] = None if level else owner  # 学校96所,其中高中3所(民办1所): 民办高中
        elif (
            entities[head].start >= entities[frame.value].end  # the next item of the list: 普高|5所|,职业中专1所
            or _closed(text[entities[head].end : entities[words].start])  # 小学8所(含3个校区),初中4所
            or _other_kind(own, other, said)
            or (own == other == "所" and level and (_OTHER.fullmatch(said) or _ANY_SCHOOL.fullmatch(said)))
        ):
            found[i] = None
    return found


def borrowed(
    text: str, entities: Sequence[Entity], frames: Sequence[Frame], quantities: Mapping[int, Quantity]
) -> dict[int, str]:
    """Return, by the frame's place in *frames*, the rate that each share of a mere part is one of.

    市区入园率达到98%,县(市)达到92% → 入园率 for the second. Shares follow one another in a sentence.
    """
    found: dict[int, str] = {}
    rate, end = "", 0
    for i, frame in sorted(enumerate(frames), key=lambda item: entities[item[1].value].start):
        value = entities[frame.value]
        words = frame.roles.get("metric")
        if words is None or quantities[frame.value].unit != "%" or entities[words].start > value.start:
            rate = ""
            continue
        if rate and _STOP.search(text, end, value.start):
            rate = ""
        name = text[entities[words].start : entities[words].end]
        head = frame.roles.get("head")
        if head is None and "subject" not in frame.roles and _PART.fullmatch(name):
            if rate and "占" not in text[entities[words].end : value.start]:
                found[i] = rate
        else:
            said = name if head is None else text[entities[head].start : entities[head].end]
            rate = _WHOLE.sub("", said) if _RATE.search(said) else ""
        end = value.end
    return found


def fused(
    text: str, entities: Sequence[Entity], frames: Sequence[Frame], quantities: Mapping[int, Quantity]
) -> dict[int, str]:
    """Return, by the frame's place in *frames*, the end that the last item of its list holds for all.

    语、数、|英合格率|分别达到95%、93%、90% → 合格率 for the first two: a measure, or what the model has made their head with
    the item that it ends (生物、地理、|通用技术教师|分别缺编18人、15人、11人).
    """
    by_metric = {f.roles["metric"]: i for i, f in reversed(list(enumerate(frames))) if "metric" in f.roles}
    found: dict[int, str] = {}
    for i, frame in enumerate(frames):
        item, head = frame.roles.get("metric"), frame.roles.get("head")
        if item is None or (last := _last_of_list(text, entities, item)) == item or last not in by_metric:
            continue
        name, whole = (text[slice(entities[e].start, entities[e].end)] for e in (item, last))
        other = frames[by_metric[last]]
        if "head" in other.roles or quantities[other.value].unit != quantities[frame.value].unit:
            continue
        measure = _MEASURE.search(whole) if head in (None, last) or head > frame.value else None
        kind = _KIND_OF.search(whole) if head == last and not _KIND_OF.search(name) else None
        if (end := measure or kind) and not _MEASURE.search("…" + name):
            found[i] = end.group()
    return found


def above(text: str, entities: Sequence[Entity], frames: Sequence[Frame]) -> dict[int, int]:
    """Return, by the frame's place in *frames*, the place of the one whose metric 上述指标 stands for.

    到2025年,毛入园率达到94%,普惠率达到90%;到2027年,上述指标分别达到96%、92%.
    """
    order = sorted(range(len(frames)), key=lambda i: entities[frames[i].value].start)
    found: dict[int, int] = {}
    for metric in {f.roles["metric"] for f in frames if "metric" in f.roles}:
        place = entities[metric]
        if not _ABOVE.fullmatch(text, place.start, place.end):
            continue
        same = [i for i in order if frames[i].roles.get("metric") == metric]
        named: dict[str, int] = {}  # the words of each metric before, where they were said first
        for i in order:
            words, value = frames[i].roles.get("metric"), entities[frames[i].value]
            if words is not None and value.end <= place.start and not LINE_END.search(text, value.end, place.start):
                named.setdefault(text[entities[words].start : entities[words].end], i)
        if len(named) >= len(same) > 1:
            found.update(zip(same, list(named.values())[-len(same) :], strict=True))
    return found


def _last_of_list(text: str, entities: Sequence[Entity], item: int) -> int:
    """The last of the METRICs side by side with *item*."""
    while item + 1 < len(entities) and entities[item + 1].label == "METRIC":
        if not _SIDE.fullmatch(text, entities[item].end, entities[item + 1].start):
            break
        item += 1
    return item


def _closed(between: str) -> bool:
    """Whether a bracket that was open where *between* begins closes in it."""
    folded = between.replace("（", "(").replace("）", ")")
    return ")" in folded and "(" not in folded[: folded.index(")")]


def _other_kind(own: str, other: str, head: str) -> bool:
    """Whether *own* counts people and the head houses, or the other way round."""
    if own in _PEOPLE:
        return other == "所" or _HOUSES.search(head) is not None
    return own == "所" and other in _PEOPLE


def _opener(text: str, entities: Sequence[Entity], words: int, valued: Mapping[int, int]) -> int | None:
    """The metric whose value stands directly before the bracket that *words* opens."""
    value = words - 1
    while value >= 0 and entities[value].label != "VALUE":
        value -= 1
    if value < 0 or not _BETWEEN.fullmatch(text, entities[value].end, entities[words].start):
        return None
    return next((m for m, v in valued.items() if v == value), None)
