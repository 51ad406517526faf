"""Which prediction answers which gold target, and in what it is right.

In: the targets of gold and of predicted plans, with the spans of their value and metric in healed
text. Out: pairs, one to one, and for each pair the fields that agree. A value stands in several
targets when several frames hang on it, so pairs are made greedily: by how well the values' spans
agree, then the metrics', then status and order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from planie.evaluation.gold import Found, Page
from planie.plan import Deadline, Plan, Quantity, Target
from planie.spans import Span


@dataclass(frozen=True)
class Item:
    """A target with the spans of its value and metric in healed text."""

    value: Span
    metric: Span | None
    target: Target

    def metric_agreement(self, other: Item) -> float:
        """How well the metrics agree, 0 to 1; two targets without one agree by their action."""
        if self.metric is None or other.metric is None:
            return float(self.metric is other.metric and self.target.action == other.target.action)
        return agreement(self.metric, other.metric)


def agreement(one: Span, two: Span) -> float:
    """Shared characters over all characters of two spans (Jaccard 1901): 1 for equal spans."""
    shared = min(one[1], two[1]) - max(one[0], two[0])
    return shared / (max(one[1], two[1]) - min(one[0], two[0])) if shared > 0 else 0.0


def items(page: Page, found: Found, plans: Sequence[Plan]) -> list[Item]:
    """The targets of *plans* that count on *page*."""
    rows = []
    for target in (t for plan in plans for t in plan.targets):
        value = found.span(target.roles["value"])
        if value is not None and page.counts(value):
            rows.append(Item(value, found.span(target.roles.get("metric")), target))
    return rows


def match_items(gold: Sequence[Item], predicted: Sequence[Item]) -> list[tuple[int, int]]:
    """Pair targets whose values overlap, the best agreement first."""

    def key(pair: tuple[int, int]) -> tuple[float, float, bool, int, int]:
        g, p = gold[pair[0]], predicted[pair[1]]
        return (
            -agreement(g.value, p.value),
            -g.metric_agreement(p),
            g.target.status != p.target.status,
            abs(pair[0] - pair[1]),
            pair[0],
        )

    return greedy(sorted(overlapping([g.value for g in gold], [p.value for p in predicted]), key=key))


def match_spans(gold: Sequence[Span], predicted: Sequence[Span]) -> list[tuple[int, int]]:
    """Pair spans that overlap, one to one, the best agreement first."""
    pairs = overlapping(gold, predicted)
    return greedy(sorted(pairs, key=lambda pair: (-agreement(gold[pair[0]], predicted[pair[1]]), pair)))


def overlapping(gold: Sequence[Span], predicted: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Yield every pair of indices whose spans share a character; spans of one side may be equal."""
    order = sorted(range(len(predicted)), key=lambda i: predicted[i])
    first = 0
    for g in sorted(range(len(gold)), key=lambda i: gold[i]):
        while first < len(order) and predicted[order[first]][1] <= gold[g][0]:
            first += 1
        for p in order[first:]:
            if predicted[p][0] >= gold[g][1]:
                break
            if predicted[p][1] > gold[g][0]:
                yield g, p


def greedy(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Keep of *pairs*, the best first, those of which neither side has a partner yet."""
    used: tuple[set[int], set[int]] = (set(), set())
    kept = []
    for g, p in pairs:
        if g not in used[0] and p not in used[1]:
            used[0].add(g)
            used[1].add(p)
            kept.append((g, p))
    return sorted(kept)


# --- in what a pair agrees ----------------------------------------------------


def _number(one: Quantity, two: Quantity) -> bool:
    return one.redacted == two.redacted and _same(one.low, two.low) and _same(one.high, two.high)


def _same(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return one is two
    return math.isclose(one, two, rel_tol=1e-9, abs_tol=1e-12)


def _year(deadline: Deadline | None) -> int | None:
    return deadline.year if deadline else None


def _date(deadline: Deadline | None) -> tuple[object, ...] | None:
    if deadline is None:
        return None
    return deadline.year, deadline.month, deadline.day, deadline.kind, deadline.redacted


def _baseline(one: Target, two: Target) -> bool:
    if one.baseline is None or two.baseline is None:
        return one.baseline is two.baseline
    return _number(one.baseline.value, two.baseline.value) and one.baseline.value.unit == two.baseline.value.unit


FIELDS: Final[dict[str, Callable[[Target, Target], bool]]] = {
    "number": lambda g, p: _number(g.value, p.value),
    "unit": lambda g, p: g.value.unit == p.value.unit,
    "comparator": lambda g, p: g.value.comparator == p.value.comparator,
    "change": lambda g, p: g.value.change == p.value.change,
    "status": lambda g, p: g.status == p.status,
    "year": lambda g, p: _year(g.deadline) == _year(p.deadline),
    "date": lambda g, p: _date(g.deadline) == _date(p.deadline),  # with month, day and kind
    "baseline": _baseline,
    "name": lambda g, p: g.metric == p.metric,
    "action": lambda g, p: g.action == p.action,
    "program": lambda g, p: g.program == p.program,
    "org": lambda g, p: g.org == p.org,
}
"""Field of a target → whether two targets agree in it."""

QUANTITY: Final = ("number", "unit", "comparator", "change")
EVERYTHING: Final = ("metric", *QUANTITY, "status", "year")
EXACT: Final = (*EVERYTHING, "name", "action")


def judge(gold: Item, predicted: Item) -> frozenset[str]:
    """The fields in which a pair agrees; ``metric`` asks for an overlap, or for none and the same action."""
    right = {name for name, same in FIELDS.items() if same(gold.target, predicted.target)}
    return frozenset(right | {"metric"} if gold.metric_agreement(predicted) else right)
