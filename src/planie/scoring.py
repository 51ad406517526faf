"""Scores against gold: sets of hashable facts, compared by set arithmetic, every gold fact counted.

At this level gold and prediction stand in the same (healed) text. A frame is right when its value's
span, its metric's span and its status are; ``frame`` scores ask for all roles as well.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from planie.schema import LABELS, ROLES
from planie.spans import Entity, Frame
from planie.tagger import Piece

Reading = tuple[Sequence[Entity], Sequence[Frame]]


class _Annotated(Protocol):
    @property
    def entities(self) -> tuple[Entity, ...]: ...
    @property
    def frames(self) -> tuple[Frame, ...]: ...


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of right, predicted and gold facts."""

    right: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of the predicted facts that are right."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold facts that were found."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.predicted + self.gold
        return 2 * self.right / total if total else 1.0


def compare(gold: Iterable[Hashable], predicted: Iterable[Hashable]) -> Score:
    """Compare two collections of facts as sets."""
    wanted, found = set(gold), set(predicted)
    return Score(len(wanted & found), len(found), len(wanted))


def restrict(gold: _Annotated, piece: Piece) -> Reading:
    """Keep the gold that stands in the blocks that *piece* reads."""
    inside = [(b.paragraphs[0].start, b.paragraphs[-1].end) for b in piece.blocks]
    keep = [any(s <= e.start and e.end <= t for s, t in inside) for e in gold.entities]
    frames = [f for f in gold.frames if keep[f.value]]
    place = {old: new for new, old in enumerate(i for i, k in enumerate(keep) if k)}
    entities = [e for e, k in zip(gold.entities, keep, strict=True) if k]
    return entities, [
        Frame(place[f.value], f.status, {r: place[i] for r, i in f.roles.items() if i in place}) for f in frames
    ]


def _span(entities: Sequence[Entity], index: int | None) -> tuple[int, int] | None:
    return None if index is None else (entities[index].start, entities[index].end)


def frame_facts(reading: Reading, *, roles: Sequence[str] | None = None) -> set[Hashable]:
    """A frame as (value, status, metric) and, with *roles*, the span that fills each of them."""
    entities, frames = reading
    return {
        (
            _span(entities, f.value),
            f.status,
            _span(entities, f.roles.get("metric")),
            *(_span(entities, f.roles.get(r)) for r in roles or ()),
        )
        for f in frames
    }


def role_facts(reading: Reading, role: str) -> set[Hashable]:
    """Every (value, filler) pair of one role."""
    entities, frames = reading
    return {(_span(entities, f.value), _span(entities, f.roles[role])) for f in frames if role in f.roles}


def entity_facts(reading: Reading, label: str | None = None) -> set[Hashable]:
    """Every entity as (label, start, end)."""
    return {(e.label, e.start, e.end) for e in reading[0] if label in (None, e.label)}


def score_spans(gold: Sequence[Reading], predicted: Sequence[Reading]) -> dict[str, float]:
    """Micro-averaged F1 of entities, values, frames (value, status, metric) and frames with every role."""
    facts: dict[str, Callable[[Reading], set[Hashable]]] = {
        "entity_f1": entity_facts,
        "frame_f1": frame_facts,
        "full_f1": lambda r: frame_facts(r, roles=[r_ for r_ in ROLES if r_ != "metric"]),
        **{f"{label}_f1": partial(entity_facts, label=label) for label in LABELS},
        **{f"role_{role}_f1": partial(role_facts, role=role) for role in ROLES},
        "status_f1": lambda r: {(_span(r[0], f.value), f.status) for f in r[1]},
    }
    return {name: round(_micro(read, gold, predicted).f1, 4) for name, read in facts.items()}


def _micro(read: Callable[[Reading], set[Hashable]], gold: Sequence[Reading], predicted: Sequence[Reading]) -> Score:
    pairs = [compare(read(g), read(p)) for g, p in zip(gold, predicted, strict=True)]
    return Score(sum(s.right for s in pairs), sum(s.predicted for s in pairs), sum(s.gold for s in pairs))


def outcomes(gold: Sequence[Reading], predicted: Sequence[Reading]) -> list[tuple[float, bool]]:
    """(confidence, is right) of every predicted frame, for calibration.

    Right means the value's span and status, and a metric that overlaps the gold one (or none where it has none).
    """
    rows = []
    for wanted, (entities, frames) in zip(gold, predicted, strict=True):
        known: dict[Hashable, list[tuple[int, int] | None]] = {}
        for frame in wanted[1]:
            key = (_span(wanted[0], frame.value), frame.status)
            known.setdefault(key, []).append(_span(wanted[0], frame.roles.get("metric")))
        for frame in frames:
            metric = _span(entities, frame.roles.get("metric"))
            candidates = known.get((_span(entities, frame.value), frame.status), [])
            rows.append((frame.confidence, any(_touch(metric, other) for other in candidates)))
    return rows


def _touch(one: tuple[int, int] | None, other: tuple[int, int] | None) -> bool:
    if one is None or other is None:
        return one is other
    return one[0] < other[1] and other[0] < one[1]
