"""Two readers on the same documents: by how much one is better, and how easily chance makes that much.

In: the results of both, a document each in the same order. Out: for each main score the difference
of the micro F1s, its 95 % interval and a p-value, from documents drawn again with both readers'
counts together (the paired bootstrap: Efron 1979; Koehn 2004; Berg-Kirkpatrick 2012).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from planie.evaluation.counting import Result
from planie.scoring import Score

if TYPE_CHECKING:
    import numpy as np

MAIN: Final[dict[str, str]] = {
    "entities": "entities, strict",
    "values": "values found",
    "targets": "targets: right metric",
    "everything": "everything right",
    "exact": "with name and action exact",
}
"""The scores that are compared, and what a table calls them."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One score of both readers; *difference* is ours less theirs, *p* of no difference (two-sided)."""

    ours: Score
    theirs: Score
    interval: tuple[float, float]
    p: float

    @property
    def difference(self) -> float:
        """By how much our F1 is higher."""
        return self.ours.f1 - self.theirs.f1

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        figures = {"f1": self.ours.f1, "other": self.theirs.f1, "difference": self.difference, "p": self.p}
        rounded = {name: round(value, 4) for name, value in figures.items()}
        return {**rounded, "interval": [round(bound, 4) for bound in self.interval]}


@dataclass(frozen=True)
class Comparison:
    """Every main score held against another reader's on the same documents."""

    other: str
    resamples: int
    seed: int
    differences: Mapping[str, Difference]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        found = {name: d.to_dict() for name, d in self.differences.items()}
        return {"other": self.other, "resamples": self.resamples, "seed": self.seed, "differences": found}


def compared(
    ours: Sequence[Result], theirs: Sequence[Result], *, other: str, seed: int = 0, resamples: int = 1000
) -> Comparison:
    """Hold *ours* against *theirs*.

    Args:
        ours: what one reader came to.
        theirs: what the other came to on the same documents, in the same order.
        other: the other reader's name.
        seed: of the resampling.
        resamples: how often the documents are drawn again.

    Raises:
        ValueError: the results are of other documents.
    """
    if [r.page.document.id for r in ours] != [r.page.document.id for r in theirs]:
        raise ValueError("the results are not of the same documents in the same order")
    pairs = {name: ([r.counts[name] for r in ours], [r.counts[name] for r in theirs]) for name in MAIN}
    found = {name: difference(*rows, seed=seed, resamples=resamples) for name, rows in pairs.items()}
    return Comparison(other, resamples, seed, found)


def difference(ours: Sequence[Score], theirs: Sequence[Score], *, seed: int, resamples: int) -> Difference:
    """Compare one score, a document each; both readers are drawn together, so that hard documents are hard for both.

    The p-value is twice the smaller share of draws on either side of no difference, each counted
    with one draw more (Davison and Hinkley 1997), so that it is never nought.
    """
    import numpy as np

    draws = np.random.default_rng(seed).integers(0, len(ours), (resamples, len(ours)))
    gaps = _f1(ours, draws) - _f1(theirs, draws)
    low, high = np.percentile(gaps, [2.5, 97.5])
    side = min(int((gaps <= 0).sum()), int((gaps >= 0).sum()))
    p = min(1.0, 2 * (side + 1) / (resamples + 1))
    return Difference(_sum(ours), _sum(theirs), (float(low), float(high)), p)


def _f1(scores: Sequence[Score], draws: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """*Shape:* draws (resamples, documents), the result (resamples,); nothing asked and nothing said is 1."""
    import numpy as np

    table = np.array([(s.right, s.predicted + s.gold) for s in scores], float)[draws].sum(axis=1)
    total, f1 = table[:, 1], np.ones(len(draws))
    np.divide(2 * table[:, 0], total, out=f1, where=total > 0)
    return f1


def _sum(scores: Sequence[Score]) -> Score:
    return Score(sum(s.right for s in scores), sum(s.predicted for s in scores), sum(s.gold for s in scores))
