"""The second model stage: entities → frames.

A paragraph's entities are scored together; for every value the linker gives a status and, for
each role, the entity that fills it; what completes a metric's name (its head or subject) is given
to the metric. Decoding keeps to the schema: a role takes its own label only, a baseline is a value
of status ``baseline``, a head is no metric of its own frame, a value that is said once for
several metrics gives a frame for each, and 分别 (respectively) gives each value of a list its own metric.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from planie import pairs
from planie.schema import PROGRAM_ROLES, ROLES, STATUSES, Status
from planie.spans import Entity, Frame, ProgramFrame
from planie.tagger import Piece, Tagged

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Ints = npt.NDArray[np.int64]

ROWS: Final = 4
MOST: Final = 96  # entities of a paragraph that are scored at once
_JOIN: Final = 2  # characters: what joins two names is no longer (、, 以及)
SHARED: Final = 24  # entities that neighbouring groups of one long paragraph share


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The probability from which a role is filled; chosen on the development set.

    ``metric`` lets several metrics share a value, ``metric_alone`` is asked of the best one where none
    reaches that, ``baseline`` of the status of a value that another is measured from.
    """

    metric: float = 0.5
    metric_alone: float = 0.2
    baseline: float = 0.1
    role: float = 0.5
    name: float = 0.5  # head and subject, which are rare


@dataclass(frozen=True, slots=True)
class Linked:
    """The frames of one piece; every index is into the piece's entities."""

    frames: tuple[Frame, ...]
    programs: tuple[ProgramFrame, ...]


class LinkScorer(Protocol):
    """A batch of paragraphs → probabilities of roles and statuses."""

    def link(self, spans: Floats, heads: Floats, labels: Ints, anchors: Ints, features: Ints) -> tuple[Floats, Floats]:
        """*Shape:* (rows, n, 3·hidden), (rows, n, hidden), (rows, n), (a, 2), (a, n, kinds) →
        role logits (a, n, roles), status log-probabilities (a, statuses).
        """
        ...


def link(
    pieces: Sequence[Piece], tagged: Sequence[Tagged], scorer: LinkScorer, *, thresholds: Thresholds
) -> list[Linked]:
    """Link the entities of each piece, paragraph by paragraph."""
    frames: list[list[Frame]] = [[] for _ in pieces]
    programs: list[list[ProgramFrame]] = [[] for _ in pieces]
    groups = [
        (i, low, high, core)
        for i, (piece, found) in enumerate(zip(pieces, tagged, strict=True))
        for low, high, core in _groups(piece, found.entities)
    ]
    groups.sort(key=lambda g: g[2] - g[1])
    for at in range(0, len(groups), ROWS):
        batch = groups[at : at + ROWS]
        for (i, low, high, core), (places, roles, statuses) in zip(
            batch, _score(pieces, tagged, batch, scorer), strict=True
        ):
            linked = _Decoder(pieces[i].text, tagged[i].entities[low:high], places, roles, statuses, thresholds)
            frames[i].extend(_shift_frame(f, low) for f in linked.frames() if core[0] <= f.value + low < core[1])
            programs[i].extend(
                _shift_program(p, low) for p in linked.programs() if core[0] <= p.program + low < core[1]
            )
    return [
        Linked(tuple(sorted(f, key=lambda x: x.value)), tuple(sorted(p, key=lambda x: x.program)))
        for f, p in zip(frames, programs, strict=True)
    ]


def _groups(piece: Piece, entities: Sequence[Entity]) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Yield (first, last, core) of the entities to score together: a paragraph's, or overlapping parts of it."""
    for block in piece.blocks:
        for paragraph in block.paragraphs:
            low, high = pairs.entities_between(entities, paragraph.start, paragraph.end)
            if not any(e.label in ("VALUE", "PROGRAM") for e in entities[low:high]):
                continue
            step = MOST - 2 * SHARED
            if high - low <= MOST:
                yield low, high, (low, high)
                continue
            for start in range(low, high, step):
                yield max(low, start - SHARED), min(high, start + step + SHARED), (start, min(start + step, high))


def _score(
    pieces: Sequence[Piece],
    tagged: Sequence[Tagged],
    batch: Sequence[tuple[int, int, int, tuple[int, int]]],
    scorer: LinkScorer,
) -> Iterator[tuple[list[int], Floats, Floats]]:
    """Yield, a group each, the places of its anchors, their role logits and their status log-probabilities."""
    import numpy as np

    count = -(-max(high - low for _, low, high, _ in batch) // 8) * 8
    first = tagged[batch[0][0]]
    spans = np.zeros((ROWS, count, first.spans.shape[1]), np.float32)
    heads = np.zeros((ROWS, count, first.heads.shape[1]), np.float32)
    labels = np.zeros((ROWS, count), np.int64)
    labels[len(batch) :, 0] = 1  # an empty row still needs one entity to attend to
    anchors: list[tuple[int, int]] = []
    features = []
    for row, (i, low, high, _) in enumerate(batch):
        size = high - low
        entities = tagged[i].entities[low:high]
        spans[row, :size], heads[row, :size] = tagged[i].spans[low:high], tagged[i].heads[low:high]
        labels[row, :size] = pairs.label_ids(entities)
        places = [n for n, e in enumerate(entities) if e.label in pairs.ANCHORS]
        anchors += [(row, n) for n in places]
        table = pairs.features(pieces[i].text, entities)[places]
        features.append(np.pad(table, ((0, 0), (0, count - size), (0, 0))))
    roles, statuses = scorer.link(
        spans, heads, labels, np.array(anchors, np.int64).reshape(-1, 2), np.concatenate(features)
    )
    at = 0
    for row, (_, low, high, _) in enumerate(batch):
        own = [n for r, n in anchors if r == row]
        yield own, roles[at : at + len(own), : high - low], statuses[at : at + len(own)]
        at += len(own)


class _Decoder:
    """Reads the scores of one group of entities."""

    def __init__(
        self,
        text: str,
        entities: Sequence[Entity],
        places: Sequence[int],
        logits: Floats,
        statuses: Floats,
        thresholds: Thresholds,
    ) -> None:
        import numpy as np

        legal = pairs.legal(text, entities)[list(places)]
        self.entities, self.thresholds = entities, thresholds
        self.row = {place: row for row, place in enumerate(places)}
        self.logits = np.where(legal, logits.astype(np.float64), -1e9)
        self.status = np.exp(statuses.astype(np.float64))
        self.respective = pairs.respective(text, entities)

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of every value, those of one value side by side."""
        values = [i for i, e in enumerate(self.entities) if e.label == "VALUE"]
        chosen = {v: STATUSES[int(self.status[self.row[v]].argmax())] for v in values}
        bases = self._bases(values, chosen)
        for value in values:
            best = {r: self._best(value, r) for r in ROLES if r not in ("metric", "base", *pairs.NAMES)}
            filled = {r: found[0] for r, found in best.items() if found is not None}
            if value in bases and chosen[value] != "baseline":
                filled["base"] = bases[value]
            certainty = self.entities[value].confidence * float(self.status[self.row[value]].max())
            metrics = self._metrics(value, filled)
            if not metrics:
                yield Frame(value, chosen[value], filled, round(certainty * 0.9, 4))
            for metric, probability in metrics:
                roles = {"metric": metric, **self._names(metric), **filled}
                yield Frame(value, chosen[value], roles, round(certainty * probability, 4))

    def _bases(self, values: Sequence[int], chosen: dict[int, Status]) -> dict[int, int]:
        """Decide baselines from both sides: the link to a value, and the status that the value itself is given.

        A value that another one is surely measured from is a baseline unless its own status rules that
        out; *chosen* is brought into line.
        """
        found: dict[int, int] = {}
        baseline = STATUSES.index("baseline")
        for value in values:
            best = self._best(value, "base")
            if best is None or self.status[self.row[best[0]]][baseline] < self.thresholds.baseline:
                continue
            if chosen[value] != "baseline":
                found[value] = best[0]
                chosen[best[0]] = "baseline"
        return {value: base for value, base in found.items() if chosen[value] != "baseline"}

    def programs(self) -> Iterator[ProgramFrame]:
        """Yield a frame for every programme that is given a time or a body."""
        for i, entity in enumerate(self.entities):
            if entity.label == "PROGRAM":
                found = {r: self._best(i, f"program.{r}") for r in PROGRAM_ROLES}
                yield ProgramFrame(i, {r: f[0] for r, f in found.items() if f is not None})

    def _metrics(self, value: int, filled: Mapping[str, int]) -> list[tuple[int, float]]:
        import numpy as np

        logits = self.logits[self.row[value], :, pairs.PAIR_ROLES.index("metric")]
        scores = (logits > -1e8) / (1 + np.exp(-np.clip(logits, -50, 50)))
        if (own := self.respective.get(value)) is not None:
            return [(own, max(float(scores[own]), self.thresholds.metric))]
        ranked = [(int(i), float(scores[i])) for i in np.argsort(-scores, kind="stable")]
        sure = [r for r in ranked if r[1] >= self.thresholds.metric]
        if sure:
            named = {i for metric, _ in sure for i in self._names(metric).values()}
            return self._run([r for r in sure if r[0] not in named] or sure[:1])
        floor = self.thresholds.metric_alone if "action" not in filled else self.thresholds.metric_alone * 1.5
        return [r for r in ranked[:1] if r[1] >= floor]

    def _run(self, ranked: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
        """Of several metrics of one value, those that are joined to the best one: 语文、数学各120分."""
        runs: list[list[tuple[int, float]]] = []
        for found in sorted(ranked):
            if runs and self.entities[found[0]].start - self.entities[runs[-1][-1][0]].end <= _JOIN:
                runs[-1].append(found)
            else:
                runs.append([found])
        return next(run for run in runs if ranked[0] in run)

    def _names(self, metric: int) -> dict[str, int]:
        """Return the head and the subject of a metric, of those that it has."""
        found = {r: self._best(metric, r) for r in pairs.NAMES}
        return {r: f[0] for r, f in found.items() if f is not None}

    def _best(self, anchor: int, role: str) -> tuple[int, float] | None:
        """The candidate of the highest probability, against “none” at logit 0."""
        import numpy as np

        logits = self.logits[self.row[anchor], :, pairs.PAIR_ROLES.index(role)]
        weights = np.exp(np.clip(logits, -50, 50)) * (logits > -1e8)
        weights /= 1 + weights.sum()
        best = int(weights.argmax())
        least = self.thresholds.name if role in pairs.NAMES else self.thresholds.role
        return (best, float(weights[best])) if weights[best] >= least else None


def _shift_frame(frame: Frame, by: int) -> Frame:
    return Frame(frame.value + by, frame.status, {r: i + by for r, i in frame.roles.items()}, frame.confidence)


def _shift_program(frame: ProgramFrame, by: int) -> ProgramFrame:
    return ProgramFrame(frame.program + by, {r: i + by for r, i in frame.roles.items()})
