"""What an evaluation says: every measure for every slice of the documents, as a dict and as a table.

In: a :class:`~planie.evaluation.counting.Result` a document. Out: a :class:`Report`. Measures are
micro-averaged (counts summed over documents) with the mean of the documents' own F1 beside it and a
percentile interval from resampled documents (Efron 1979). Confidence is held against what was right
by expected calibration error in ten bins of equal width, each open below and closed above
(Guo et al. 2017, https://arxiv.org/abs/1706.04599, after Naeini et al. 2015).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from planie.evaluation.confusion import table as confusion_table
from planie.evaluation.counting import Result
from planie.evaluation.matching import EVERYTHING
from planie.evaluation.paired import Comparison
from planie.evaluation.table import aligned
from planie.scoring import Score

if TYPE_CHECKING:
    import numpy as np

_BINS: Final = 10
_RIGHT: Final[dict[str, frozenset[str]]] = {
    "right metric and status": frozenset({"metric", "status"}),  # what the model's calibration is fitted on
    "everything right": frozenset(EVERYTHING),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: its counts, the mean of the documents' F1, and a 95 % interval of the micro F1."""

    score: Score
    mean: float
    interval: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        s = self.score
        figures = {"f1": s.f1, "precision": s.precision, "recall": s.recall, "mean": self.mean}
        rounded = {name: round(value, 4) for name, value in figures.items()}
        interval = [round(bound, 4) for bound in self.interval]
        return {**rounded, "interval": interval, "right": s.right, "predicted": s.predicted, "gold": s.gold}


@dataclass(frozen=True)
class Slice:
    """Some of the documents, or their targets of one status."""

    documents: int
    measures: Mapping[str, Measure]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {"documents": self.documents, "measures": {m: v.to_dict() for m, v in self.measures.items()}}


@dataclass(frozen=True)
class Noised:
    """The documents made dirty in one way; *changed* of them could be."""

    changed: int
    slice: Slice


@dataclass(frozen=True, slots=True)
class Bin:
    """The targets with a confidence above *low* and up to *high*: how sure they are and how often right."""

    low: float
    high: float
    targets: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidence and accuracy lie apart: the expected calibration error, and its ten bins."""

    error: float
    bins: tuple[Bin, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers; an empty bin has neither a confidence nor a share."""
        bins = []
        for b in self.bins:
            figures = {"confidence": round(b.confidence, 4), "right": round(b.right, 4)}
            none = {"confidence": None, "right": None}
            bins.append({"from": b.low, "to": b.high, **(figures if b.targets else none), "targets": b.targets})
        return {"error": round(self.error, 4), "bins": bins}


@dataclass(frozen=True)
class Report:
    """The scores of one model on one corpus; *results* keep what :func:`~planie.evaluation.worst` shows."""

    model: str
    documents: int
    slices: Mapping[str, Slice]
    calibration: Mapping[str, Calibration]
    lost: Mapping[str, int]  # gold that healing lost, counted as missed
    excused: int  # gold frames in repeats, not asked for
    confusion: Mapping[str, Mapping[str, int]]  # gold label → predicted label → entities
    noised: Mapping[str, Noised] = field(default_factory=dict)  # kind of noise that was put in → what it came to
    comparison: Comparison | None = None
    results: tuple[Result, ...] = field(default=(), repr=False)

    def __getitem__(self, name: str) -> Measure:
        """Return a measure of all documents, or of a slice as ``report["real:targets"]``."""
        part, _, measure = name.rpartition(":")
        return self.slices[part or "all"].measures[measure]

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the results, ready for JSON."""
        return {
            "model": self.model,
            "documents": self.documents,
            "lost": dict(self.lost),
            "excused": self.excused,
            "calibration": {name: c.to_dict() for name, c in self.calibration.items()},
            "confusion": {gold: dict(row) for gold, row in self.confusion.items()},
            "comparison": self.comparison.to_dict() if self.comparison else None,
            "noised": {kind: {"changed": n.changed, **n.slice.to_dict()} for kind, n in self.noised.items()},
            "slices": {name: s.to_dict() for name, s in self.slices.items()},
        }

    def table(self) -> str:
        """Return the report as plain text, aligned."""
        return aligned(self.to_dict())


def report(results: Sequence[Result], *, model: str, seed: int = 0, resamples: int = 1000) -> Report:
    """Sum up *results* for all documents and for every slice that they fall into.

    Args:
        results: a document each.
        model: the name to write on the report.
        seed: of the resampling.
        resamples: how often the documents are drawn again for an interval.
    """
    slices = {
        name: Slice(len(rows), _measures(rows, seed=seed, resamples=resamples)) for name, rows in _slices(results)
    }
    outcomes = [o for r in results for o in r.outcomes]
    lost: dict[str, int] = {}
    for result in results:
        for name, count in result.page.lost.items():
            lost[name] = lost.get(name, 0) + count
    errors = {
        name: calibration([(confidence, agreed >= asked) for confidence, agreed in outcomes])
        for name, asked in _RIGHT.items()
    }
    excused = sum(result.page.excused for result in results)
    confusion = confusion_table(result.confusion for result in results)
    return Report(model, len(results), slices, errors, lost, excused, confusion, results=tuple(results))


def noised(clean: Sequence[Result], results: Sequence[Result], *, seed: int = 0, resamples: int = 1000) -> Noised:
    """Sum up *results* on the documents made dirty, as one slice.

    Args:
        clean: what was read of the documents as they are, in the same order.
        results: what was read of them made dirty.
        seed: of the resampling.
        resamples: how often the documents are drawn again.
    """
    changed = sum(a.page.document.text != b.page.document.text for a, b in zip(clean, results, strict=True))
    measures = _measures([r.counts for r in results], seed=seed, resamples=resamples)
    return Noised(changed, Slice(len(results), measures))


def _slices(results: Sequence[Result]) -> Iterable[tuple[str, list[Mapping[str, Score]]]]:
    """Yield (name, the counts of its documents), the whole first."""
    groups: dict[str, list[Mapping[str, Score]]] = {"all": []}
    origins = {r.page.real for r in results}
    for result in results:
        page = result.page
        names = ["all", f"kind={page.kind}", *(f"noise={kind}" for kind in page.noise)]
        if len(origins) > 1:
            names.append("real" if page.real else "own")
        for name in names:
            groups.setdefault(name, []).append(result.counts)
        for status, counts in result.by_status.items():
            groups.setdefault(f"status={status}", []).append(counts)
    return sorted(groups.items(), key=lambda group: ("=" in group[0], group[0] != "all", group[0]))


def _measures(rows: Sequence[Mapping[str, Score]], *, seed: int, resamples: int) -> dict[str, Measure]:
    import numpy as np

    if not rows:
        return {}
    draws = np.random.default_rng(seed).integers(0, len(rows), (resamples, len(rows)))
    found: dict[str, Measure] = {}
    for name in rows[0]:
        scores = [row[name] for row in rows]
        table = np.array([(s.right, s.predicted, s.gold) for s in scores])
        right, predicted, gold = (int(n) for n in table.sum(axis=0))
        f1s = [s.f1 for s in scores if s.predicted or s.gold]
        mean = sum(f1s) / len(f1s) if f1s else 0.0
        found[name] = Measure(Score(right, predicted, gold), mean, _interval(table, draws))
    return found


def _interval(table: np.ndarray[Any, Any], draws: np.ndarray[Any, Any]) -> tuple[float, float]:
    """*Shape:* table (documents, 3), draws (resamples, documents)."""
    import numpy as np

    right, predicted, gold = np.moveaxis(table[draws].sum(axis=1), -1, 0)
    total = predicted + gold
    f1 = 2 * right[total > 0] / total[total > 0]
    if not len(f1):
        return 0.0, 0.0
    low, high = np.percentile(f1, [2.5, 97.5])
    return float(low), float(high)


def calibration(outcomes: Sequence[tuple[float, bool]]) -> Calibration:
    """Expected calibration error of (confidence, was right) pairs: the bins' gaps, weighed by their targets."""
    edges = [n / _BINS for n in range(1, _BINS)]
    rows: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for confidence, right in outcomes:
        rows[bisect_left(edges, confidence)].append((confidence, right))
    bins = []
    for n, row in enumerate(rows):
        sure, share = (sum(column) / len(row) for column in zip(*row, strict=True)) if row else (0.0, 0.0)
        bins.append(Bin(n / _BINS, (n + 1) / _BINS, len(row), sure, share))
    gaps = sum(abs(b.confidence - b.right) * b.targets for b in bins)
    return Calibration(gaps / len(outcomes) if outcomes else 0.0, tuple(bins))
