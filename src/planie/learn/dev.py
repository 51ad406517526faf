"""What a run is judged by: development documents, read as planie reads, and scored.

Enters: documents, and a scorer each time. Leaves: the F1s of :mod:`planie.scoring`, by which epochs are
compared, and a :class:`Table`: precision, recall and F1 a label by seqeval (strict) and a status by
scikit-learn. Source of the calibration: Platt 1999, "Probabilistic outputs for support vector machines".
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from planie import linker, scoring, tagger, tags
from planie.annotations import Document
from planie.bundle import Calibration
from planie.errors import require
from planie.healed import Healed, heal_document
from planie.learn.samples import blocks_of
from planie.linker import Thresholds
from planie.schema import LABELS, STATUSES
from planie.scorer import TorchScorer
from planie.scoring import Reading
from planie.spans import Entity

IOB2: Final = {"O": "O", "B": "B", "I": "I", "E": "I", "S": "B"}  # 12所: B I E is B I I; a lone S is a B

_FEWEST: Final = 50  # outcomes; fewer would fit the curve to chance
_LOOSE: Final = 100.0  # scikit-learn's C: hardly any penalty on the two parameters, for Platt has none


@dataclass(frozen=True)
class Table:
    """Rows of (name, precision, recall, F1, gold count)."""

    rows: tuple[tuple[str, float, float, float, int], ...]

    def __str__(self) -> str:
        head = f"{'':12}{'precision':>10}{'recall':>10}{'F1':>10}{'gold':>8}"
        body = (f"{name:12}{p:10.4f}{r:10.4f}{f:10.4f}{count:8d}" for name, p, r, f, count in self.rows)
        return "\n".join([head, *body])


class DevSet:
    """Documents that the run is judged on, healed and cut once."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.gold: list[Healed] = [heal_document(d) for d in documents]
        self.pieces = [tagger.Piece(h.text, tuple(blocks_of(h))) for h in self.gold]
        self.readings: list[Reading] = [scoring.restrict(h, p) for h, p in zip(self.gold, self.pieces, strict=True)]

    def read(self, scorer: TorchScorer, thresholds: Thresholds) -> list[Reading]:
        """Tag and link every document."""
        tagged = tagger.tag(self.pieces, scorer)
        linked = linker.link(self.pieces, tagged, scorer, thresholds=thresholds)
        return [(t.entities, found.frames) for t, found in zip(tagged, linked, strict=True)]

    def score(self, scorer: TorchScorer, thresholds: Thresholds) -> dict[str, float]:
        """Entity and frame scores, micro-averaged."""
        return scoring.score_spans(self.readings, self.read(scorer, thresholds))

    def table(self, found: Sequence[Reading]) -> Table:
        """Return the scores of each label and each status."""
        return Table((*self._labels(found), *self._statuses(found)))

    def _labels(self, found: Sequence[Reading]) -> Iterator[tuple[str, float, float, float, int]]:
        metrics, scheme = (require(f"seqeval.{name}", extra="train") for name in ("metrics", "scheme"))
        gold, read = [], []
        for piece, wanted, (entities, _) in zip(self.pieces, self.readings, found, strict=True):
            for block in piece.blocks:
                bounds = block.paragraphs[0].start, block.paragraphs[-1].end
                gold.append(iob2(wanted[0], *bounds))
                read.append(iob2(entities, *bounds))
        if not any(tag != "O" for row in gold for tag in row):
            return
        report = metrics.classification_report(
            gold, read, mode="strict", scheme=scheme.IOB2, output_dict=True, zero_division=0
        )
        for name, row in ((n, report.get(n)) for n in (*LABELS, "micro avg")):
            if row is not None:
                p, r, f = (float(row[k]) for k in ("precision", "recall", "f1-score"))
                yield name, p, r, f, int(row["support"])

    def _statuses(self, found: Sequence[Reading]) -> Iterator[tuple[str, float, float, float, int]]:
        """Statuses of the values that gold and reading both hold."""
        metrics = require("sklearn.metrics", extra="train")
        pairs = []
        for wanted, read in zip(self.readings, found, strict=True):
            gold, ours = _status_of(wanted), _status_of(read)
            pairs += [(gold[span], ours[span]) for span in gold.keys() & ours.keys()]
        if not pairs:
            return
        names = [s for s in STATUSES if any(s == gold for gold, _ in pairs)]
        scores = metrics.precision_recall_fscore_support(*zip(*pairs, strict=True), labels=names, zero_division=0)
        for name, p, r, f, count in zip(names, *scores, strict=True):
            yield name, float(p), float(r), float(f), int(count)


def iob2(entities: Sequence[Entity], start: int, end: int) -> list[str]:
    """Return the tags of ``[start, end)``, planie's own mapped to IOB2."""
    spans = [(e.label, e.start - start, e.end - start) for e in entities if start <= e.start and e.end <= end]
    names = (tags.TAGS[i] for i in tags.encode(spans, end - start))
    return [IOB2[name[0]] + name[1:] for name in names]


def _status_of(reading: Reading) -> dict[tuple[int, int], str]:
    entities, frames = reading
    return {(entities[f.value].start, entities[f.value].end): f.status for f in frames}


def choose_thresholds(dev: DevSet, scorer: TorchScorer) -> Thresholds:
    """Try some thresholds on dev, tagged once, and keep the best.

    Best by the F1 of frames (value, metric, status), and half as much by that of frames with every role.
    """
    tagged = tagger.tag(dev.pieces, scorer)
    best, chosen = -1.0, Thresholds()
    for metric, role, name, alone in product((0.4, 0.5, 0.6), (0.5,), (0.3, 0.5), (0.02,)):
        tried = Thresholds(metric=metric, role=role, name=name, metric_alone=alone)
        linked = linker.link(dev.pieces, tagged, scorer, thresholds=tried)
        found = [(t.entities, frames.frames) for t, frames in zip(tagged, linked, strict=True)]
        scores = scoring.score_spans(dev.readings, found)
        score = scores["frame_f1"] + scores["full_f1"] / 2
        if score > best + 1e-6:
            best, chosen = score, tried
    return chosen


def calibrate(outcomes: Sequence[tuple[float, bool]]) -> Calibration:
    """Fit Platt scaling on (confidence, was right) pairs; identity when there are too few.

    Raises:
        DependencyError: scikit-learn is not installed.
    """
    sklearn = require("sklearn.linear_model", extra="train")
    if len({right for _, right in outcomes}) < 2 or len(outcomes) < _FEWEST:
        return Calibration()
    logits = [[_logit(c)] for c, _ in outcomes]
    fit = sklearn.LogisticRegression(C=_LOOSE).fit(logits, [right for _, right in outcomes])
    return Calibration(round(float(fit.coef_[0][0]), 4), round(float(fit.intercept_[0]), 4))


def _logit(confidence: float) -> float:
    """Log-odds, kept finite."""
    kept = min(max(confidence, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))
