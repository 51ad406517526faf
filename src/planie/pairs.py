"""Candidate pairs: which entity may fill which role of which anchor, and what stands between them.

An anchor is a VALUE (a target frame), a METRIC (what its name shares or leaves out, which it does
whatever value is named by it) or a PROGRAM (a programme frame). The features are what a reader goes
by besides the words: order, distance, how many values and like entities stand between, the
strongest punctuation mark between, and, for 分别 (respectively), how the places match that a metric
has in a run of metrics and a value in the run of values behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from planie.schema import LABELS, PROGRAM_ROLES, ROLES, Label
from planie.spans import Entity

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

PAIR_ROLES: Final[tuple[str, ...]] = (*ROLES, *(f"program.{role}" for role in PROGRAM_ROLES))
"""The linker's outputs: the roles of a target frame, then those of a programme frame."""

NAMES: Final = ("head", "subject")
"""The roles that complete a metric's name: 小学、初中**巩固率** (completion rate of primary, of junior secondary)."""

ANCHOR: Final[dict[str, Label]] = {
    role: "PROGRAM" if role.startswith("program.") else "METRIC" if role in NAMES else "VALUE" for role in PAIR_ROLES
}
ANCHORS: Final = frozenset(ANCHOR.values())
FILLER: Final[dict[str, Label]] = {
    **ROLES,
    **{f"program.{role}": label for role, label in PROGRAM_ROLES.items()},
}

_DISTANCES: Final = (0, 1, 2, 3, 5, 8, 12, 20, 35, 60, 100)
_MARKS: Final = (" ", "、和及", '(（)）"“”', ",，", ":：", ";；", "。!！?？\n")
_JOINED: Final = re.compile(r"\s*(?:[、,，]|和|及|与|以及)\s*")
_ENDED: Final = re.compile(r"[。!！?？\n]")
_COMPARED: Final = re.compile("[比较超增降减升涨翻]|提高|[高低多少][于出]")
_BRACKET: Final = re.compile(r"[(（)）\n]")
_APART: Final = 3
_CLOSING: Final = _MARKS.index(";；") + 1  # marks of this rank and above end a run
FEATURES: Final[dict[str, int]] = {
    "distance": 2 * (len(_DISTANCES) + 1),
    "values between": 6,
    "alike between": 6,
    "mark between": len(_MARKS) + 1,
    "order from anchor": 12,
    "place in runs": 2 * (2 * _APART + 1) + 1,
}
"""Feature → how many values it takes, in the order of the last axis of :func:`features`."""


def label_ids(entities: Sequence[Entity]) -> list[int]:
    """Number the labels from 1; 0 is padding."""
    return [LABELS.index(e.label) + 1 for e in entities]


def legal(text: str, entities: Sequence[Entity]) -> npt.NDArray[np.bool_]:
    """*Shape:* (n, n, roles): true where the column's entity may fill the role of the row's.

    What a bracket adds says nothing of what stands outside it: in 英语120分(含听力30分),物理80分 (English 120 points,
    30 of them listening; physics 80) the one 听力 is no head of 物理. A time may, as (9月至10月) stands behind headings, and a
    body in charge, as (责任单位:市教育局) stands behind tasks.
    """
    import numpy as np

    labels = np.array([LABELS.index(e.label) for e in entities])
    anchors = np.array([LABELS.index(ANCHOR[r]) for r in PAIR_ROLES])
    fillers = np.array([LABELS.index(FILLER[r]) for r in PAIR_ROLES])
    table: npt.NDArray[np.bool_] = (labels[:, None, None] == anchors) & (labels[None, :, None] == fillers)
    table[np.arange(len(entities)), np.arange(len(entities))] = False
    outside = np.array([FILLER[role] not in ("TIME", "ORG") for role in PAIR_ROLES])
    for opened, closed in _brackets(text, entities):
        within = np.array([opened < e.start and e.end <= closed for e in entities])
        table &= ~(~within[:, None, None] & within[None, :, None] & outside)
    return table


def _brackets(text: str, entities: Sequence[Entity]) -> Iterator[tuple[int, int]]:
    """Where the pairs of brackets stand on the lines of the entities; a pair never spans lines."""
    if not entities:
        return
    open_: list[int] = []
    end = text.find("\n", entities[-1].end)
    for mark in _BRACKET.finditer(text, text.rfind("\n", 0, entities[0].start) + 1, end if end >= 0 else len(text)):
        if mark.group() in "(（":
            open_.append(mark.start())
        elif mark.group() == "\n":
            open_.clear()
        elif open_:
            yield open_.pop(), mark.start()


def features(text: str, entities: Sequence[Entity]) -> npt.NDArray[np.int64]:
    """*Shape:* (n, n, kinds): the features of each ordered pair; *entities* are in order and do not overlap."""
    import numpy as np

    count = len(entities)
    starts = np.array([e.start for e in entities])
    ends = np.array([e.end for e in entities])
    labels = np.array([LABELS.index(e.label) for e in entities])
    behind = starts[None, :] >= ends[:, None]
    gap = np.where(behind, starts[None, :] - ends[:, None], starts[:, None] - ends[None, :]).clip(0)
    distance = np.searchsorted(_DISTANCES, gap, side="left") + behind * (len(_DISTANCES) + 1)
    order = np.arange(count)
    low = np.minimum(order[:, None], order[None, :]) + 1
    high = np.maximum(order[:, None], order[None, :])
    seen = np.zeros((count + 1, len(LABELS)), np.int64)
    np.add.at(seen[1:], (order, labels), 1)
    seen = seen.cumsum(axis=0)
    values = seen[:, LABELS.index("VALUE")]
    between = np.maximum(values[high] - values[low], 0)
    alike = np.maximum(seen[high, labels[None, :]] - seen[low, labels[None, :]], 0)
    steps = (order[None, :] - order[:, None]).clip(-6, 5) + 6
    gaps = _gaps(text, starts, ends)
    marks = _marks(gaps)[low - 1, high]
    table = [distance, between.clip(0, 5), alike.clip(0, 5), marks, steps, _runs(labels, gaps)]
    return np.stack(table, -1).astype(np.int64)


def _gaps(text: str, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """*Shape:* (n,): rank of the strongest mark between an entity and the next."""
    import numpy as np

    gaps = np.zeros(len(starts), np.int64)
    for i in range(len(starts) - 1):
        stretch = text[ends[i] : starts[i + 1]]
        gaps[i] = max((rank for rank, set_ in enumerate(_MARKS, 1) for c in set_ if c in stretch), default=0)
    return gaps


def _runs(labels: npt.NDArray[np.int64], gaps: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """*Shape:* (n, n): for a value and a metric of the run before its own, how many more stand behind the metric
    in its run than behind the value in its own: 小学、初中…分别达到99%、98%. 0 for every other pair; a second
    half of the scale where the runs are equally long.
    """
    import numpy as np

    table = np.zeros((len(labels), len(labels)), np.int64)
    for metrics, values in _adjacent(labels, gaps):
        shift = (2 * _APART + 1) * (len(metrics) == len(values))
        for a, value in enumerate(reversed(values)):
            for b, metric in enumerate(reversed(metrics)):
                table[value, metric] = min(max(b - a, -_APART), _APART) + _APART + 1 + shift
    return table


def _adjacent(labels: npt.NDArray[np.int64], gaps: npt.NDArray[np.int64]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield each run of metrics of one clause with the run of values that follows it; other labels break neither."""
    metrics: list[int] = []
    values: list[int] = []
    for i, label in enumerate(labels):
        if label == LABELS.index("METRIC"):
            if values:
                yield metrics, values
                metrics, values = [], []
            metrics.append(i)
        elif label == LABELS.index("VALUE"):
            values.append(i)
        if gaps[i] >= _CLOSING:
            yield metrics, values
            metrics, values = [], []
    yield metrics, values


def respective(text: str, entities: Sequence[Entity]) -> dict[int, int]:
    """Return value → metric where 分别 (respectively) puts as many values behind as many metrics, in their order.

    小学、初中巩固率2025年分别达到99%、98%，2030年分别达到100%、99% (primary and junior secondary completion reach 99 %
    and 98 % in 2025, 100 % and 99 % in 2030): a second run of values takes the metrics of the first one, and
    入园率90%，巩固率98%，分别提高2、1个百分点 those that have a value each before it in the sentence.
    """
    found: dict[int, int] = {}
    metrics: list[int] = []
    told: list[int] = []  # the metrics of the sentence so far, if each has one value
    latest: int | None = None
    said = 0  # where the words begin that stand before the next run of values
    at = 0
    while at < len(entities):
        run = _run(text, entities, at)
        first, last = entities[run[0]], entities[run[-1]]
        before = text[said : first.start]
        if _ENDED.search(before):
            told, latest = [], None
        if first.label == "METRIC":
            latest = run[-1]
            ends = run[-1] + 1 < len(entities) and entities[run[-1] + 1].start - last.end <= 1
            if ends and entities[run[-1] + 1].label == "METRIC" and len(run) > 1:
                at = run[-1] + 2  # the head that the run shares: 小学、初中|巩固率
            else:
                at = run[-1] + 1
            metrics, said = run, entities[at - 1].end
            continue
        if first.label == "VALUE":
            stated = "分别" in before and not _ENDED.search(before)
            if stated and len(run) > 1 and len(run) == len(metrics):
                found.update(zip(run, metrics, strict=True))
            elif stated and latest is None and len(run) == len(told) > 1 and _COMPARED.search(before):
                found.update(zip(run, told, strict=True))
            elif not (stated and len(run) > 1):
                metrics = []
            told, latest = [*told, latest] if len(run) == 1 and latest is not None else [], None
            said = last.end
        at = run[-1] + 1
    return found


def _run(text: str, entities: Sequence[Entity], at: int) -> list[int]:
    """The entities of one label from *at* on between which nothing but a comma or a conjunction stands."""
    run = [at]
    for i in range(at + 1, len(entities)):
        joined = _JOINED.fullmatch(text, entities[i - 1].end, entities[i].start)
        if entities[i].label != entities[at].label or joined is None:
            break
        run.append(i)
    return run


def _marks(gaps: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """*Shape:* (n, n): rank of the strongest mark between entities i < j."""
    import numpy as np

    count = len(gaps)
    table = np.zeros((count, count), np.int64)
    for i in range(count - 1):
        table[i, i + 1 :] = np.maximum.accumulate(gaps[i:-1])
    return table


def entities_between(entities: Sequence[Entity], start: int, end: int) -> tuple[int, int]:
    """Return the half-open range of indices of the entities that begin in ``[start, end)``."""
    starts = [e.start for e in entities]
    return bisect_left(starts, start), bisect_left(starts, end)
