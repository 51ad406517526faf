"""What a list leaves out and any reader puts back: the people that a school is counted by, whose pupils are meant.

In: the healed text, the entities, the frames and their values. Out: by the frame's place, the words to write behind
its metric, or in front of it. 学生900人,其中小学600人: 小学 has no people as its number, so 学生 is the thing counted;
初中招生900人,在校生2600人: 在校生 are those of 初中. A frame that names a head or a subject keeps it; nothing is refused.
Source: rules 13, 14 and 87 of corpus/GUIDELINES.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from planie.plan import Quantity
from planie.spans import Entity, Frame

_PEOPLE: Final = frozenset("人名位")
_LEVEL: Final = (
    "小学|初中|高中|中学|普高|职高|中职|中专|幼儿园|学前教育|学前|完小|特校|(?:中等)?职业教育|特殊教育|研究生教育"
)
_STAGE: Final = (
    rf"(?:全国|全[省市县区])?(?:普通|职业|城区|农村|公办|民办|完全|初级|高级)*(?:{_LEVEL}|(?:培智|特殊教育|职业)学校)"
)
_SCHOOL: Final = re.compile(rf"{_STAGE}|[^,，、占在生师]{{2,12}}(?:小学|中学|学校|完小|幼儿园|校区|教学点)")
_BESIDE: Final = re.compile(r"(?:\s*(?:只?有|为|共|约|达)?\s*)")  # what may stand between a school and its number
_LIST: Final = re.compile(r"\s*(?:[、,，(（]|[,，。;；(（]?\s*其中[:：,，]?)\s*")
_ENROLS: Final = re.compile(rf"(?P<owner>{_STAGE})(?:招生(?:数|人数)?)")
_PUPILS: Final = re.compile(r"(?:在校(?:学)?生|毕业生)(?:数|人数|总数)?")
_STOP: Final = re.compile(r"[。；;\n]")
_NO_PEOPLE: Final = re.compile(rf".*(?:{_LEVEL}|学校).*(?<![生师工员儿童人数额才者口])")  # 小学南岭: a name cut in two


def people(
    text: str, entities: Sequence[Entity], frames: Sequence[Frame], quantities: Mapping[int, Quantity]
) -> dict[int, str]:
    """Return, by the frame's place in *frames*, the people of the list that a school's number counts."""
    found: dict[int, str] = {}
    last: tuple[str, int] | None = None  # who is counted, and where the last number of the list ends
    for i, frame in _in_order(entities, frames):
        value, metric = entities[frame.value], frame.roles.get("metric")
        if frame.status == "baseline":
            continue
        if metric is None or quantities[frame.value].unit not in _PEOPLE or entities[metric].start > value.start:
            last = None
            continue
        name = _words(text, entities[metric])
        head = frame.roles.get("head")
        if head is not None:
            last = (_words(text, entities[head]), value.end)
        elif not _SCHOOL.fullmatch(name):
            last = None if _NO_PEOPLE.fullmatch(name) else (name, value.end)
        elif last is not None and _goes_on(text, last[1], entities[metric], value) and _is_bare(frame):
            found[i], last = last[0], (last[0], value.end)
        else:
            last = None
    return found


def pupils(text: str, entities: Sequence[Entity], frames: Sequence[Frame]) -> dict[int, str]:
    """Return, by the frame's place in *frames*, the schools whose pupils are meant: 初中招生…,|在校生|…."""
    found: dict[int, str] = {}
    owner, end = "", 0
    for i, frame in _in_order(entities, frames):
        value, metric = entities[frame.value], frame.roles.get("metric")
        if owner and _STOP.search(text, end, value.start):
            owner = ""
        name = _words(text, entities[metric]) if metric is not None else ""
        if enrols := _ENROLS.fullmatch(name):
            owner = enrols["owner"]
        elif owner and _PUPILS.fullmatch(name) and _is_bare(frame):
            found[i] = owner
        end = value.end
    return found


def _in_order(entities: Sequence[Entity], frames: Sequence[Frame]) -> list[tuple[int, Frame]]:
    return sorted(enumerate(frames), key=lambda item: entities[item[1].value].start)


def _words(text: str, entity: Entity) -> str:
    return re.sub(r"\s+", "", text[entity.start : entity.end])


def _is_bare(frame: Frame) -> bool:
    """Nothing else completes the metric, and no verb is done to it."""
    return not frame.roles.keys() & {"head", "subject", "action"}


def _goes_on(text: str, end: int, metric: Entity, value: Entity) -> bool:
    """Whether the list goes on with *metric*, whose number stands directly behind it."""
    joined = _LIST.fullmatch(text, end, metric.start) is not None
    return joined and _BESIDE.fullmatch(text, metric.end, value.start) is not None
