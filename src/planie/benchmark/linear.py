"""The linear baseline: a tagger over character n-grams and a classifier over pairs, no neural network.

In: pages with gold, to train on; pieces of healed text, to read. Out: entities and frames, decoded by the
same Viterbi search and the same linker as the model's, so that only the scores differ. Every feature is a
string, hashed into a fixed number of columns (Weinberger et al. 2009, https://arxiv.org/abs/0902.2206); the
weights are those of scikit-learn's multinomial logistic regression, kept as plain arrays.
"""

from __future__ import annotations

import warnings
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planie import linker, pairs, tags
from planie.errors import CorpusError, counted, require
from planie.evaluation.gold import Found, Page
from planie.export.text import well_formed
from planie.linker import Thresholds
from planie.schema import STATUSES
from planie.spans import OUTER, Entity
from planie.tagger import Piece, Tagged
from planie.windows import Paragraph

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Ints = npt.NDArray[np.int64]

WIDTH: Final = {"tag": 2**18, "pair": 2**16, "status": 2**16}  # columns: more than there are frequent features
STEPS: Final = {"tag": 60, "pair": 80, "status": 80}  # of L-BFGS; more change the third figure
_WEIGHT: Final = 1.0  # of the data against the penalty, scikit-learn's own default
_RARE: Final = 3  # a feature that occurs less often is left out: half of them, and nothing is lost
_NEVER: Final = -20.0
_NONE: Final = len(pairs.PAIR_ROLES)  # the class of pairs without a role
_EDGE: Final = "\n\n\n"
_ROWS: Final = 64  # paragraphs that are decoded together


@dataclass(frozen=True)
class Weights:
    """The columns of every class: tags, roles of pairs, statuses. *Shape:* (features, classes) and (classes)."""

    tag: tuple[Floats, Floats]
    pair: tuple[Floats, Floats]
    status: tuple[Floats, Floats]

    def save(self, path: Path) -> None:
        """Write the arrays to *path* (``.npz``)."""
        import numpy as np

        arrays = {f"{name}.{part}": a for name in WIDTH for part, a in zip("wb", getattr(self, name), strict=True)}
        np.savez(path, **arrays)

    @classmethod
    def load(cls, path: Path) -> Weights:
        """Read what :meth:`save` wrote; an array of objects (a pickle) is refused by numpy."""
        import numpy as np

        with np.load(path, allow_pickle=False) as held:
            return cls(**{name: (held[f"{name}.w"], held[f"{name}.b"]) for name in WIDTH})


# --- features ----------------------------------------------------------------


def _kind(character: str) -> str:
    if character.isdigit() or character in ".,*%％":
        return "d"
    if character in "零一二两三四五六七八九十百千万亿":
        return "n"
    if character.isalpha():
        return "h" if ord(character) > 0x2E7F else "a"
    return "p"


def characters(line: str, above: str) -> Iterator[list[str]]:
    """Yield the features of each character of *line*: what stands around it, and the headings *above*."""
    text = _EDGE + line + _EDGE
    kinds = "".join(map(_kind, text))
    role = above.split("|")[0]
    for i in range(3, len(text) - 3):
        ones = [f"{k}:{text[i + k]}" for k in range(-3, 4)]
        twos = [f"{k};{text[i + k : i + k + 2]}" for k in range(-3, 3)]
        threes = [f"{k}.{text[i + k : i + k + 3]}" for k in range(-3, 2)]
        yield [
            *ones,
            *twos,
            *threes,
            f"k{kinds[i - 3 : i + 4]}",
            f"K{kinds[i - 1 : i + 2]}",
            f"r{role}{text[i]}",
            f"5{text[i - 2 : i + 3]}",
        ]


def between(text: str, entities: Sequence[Entity], anchor: int, other: int, table: Ints) -> list[str]:
    """The features of one pair: the linker's own (*table*), the labels, and the words at and between both."""
    one, two = entities[anchor], entities[other]
    label = two.label
    first, last = (one, two) if one.start < two.start else (two, one)
    gap = text[first.end : last.start]
    own = [f"{label}{kind}={value}" for kind, value in zip(pairs.FEATURES, table.tolist(), strict=True)]
    joint = "/".join(str(v) for v in table[[1, 2, 3]].tolist())
    words = [f"{label}<{gap[:2]}", f"{label}>{gap[-2:]}", f"{label}v{text[one.end - 1]}{text[two.end - 1]}"]
    short = [f"{label}={len(gap) < 9 and gap}", f"{label}b{text[max(one.start - 2, 0) : one.start]}"]
    steps = f"{label}{table[0]}/{joint}"
    return [label, *own, f"{label}j{joint}", steps, *words, *short, f"{label}e{text[two.end - 2 : two.end]}"]


def around(text: str, line: Paragraph, value: Entity) -> list[str]:
    """The features of a value's status: its neighbourhood, its sentence's characters, the headings above."""
    start = max(text.rfind("。", line.start, value.start) + 1, line.start)
    end = text.find("。", value.end, line.end)
    sentence = text[start : end if end >= 0 else line.end][:200]
    grams = {f"s{sentence[i : i + 2]}" for i in range(len(sentence) - 1)}
    before, after = text[max(value.start - 4, line.start) : value.start], text[value.end : value.end + 3]
    near = [f"b{before[-n:]}" for n in (1, 2, 3, 4)] + [f"a{after[:n]}" for n in (1, 2, 3)]
    parts = line.prefix.split("|")
    above = [f"h{part[i : i + 2]}" for part in parts[1:] for i in range(len(part) - 1)]
    return [*sorted(grams), *near, f"r{parts[0]}", *above, f"v{text[value.start : value.end][:3]}"]


def _hashed(rows: Sequence[list[str]], name: str) -> Any:
    """*Shape:* (rows, columns), sparse."""
    hashing = require("sklearn.feature_extraction", extra="benchmark")
    hasher = hashing.FeatureHasher(WIDTH[name], input_type="string", alternate_sign=False, dtype="float32")
    return hasher.transform(rows)


# --- training ----------------------------------------------------------------


def train(found: Sequence[Page]) -> Weights:
    """Fit the three classifiers on annotated pages.

    Raises:
        CorpusError: the pages hold no value, or none with a metric.
    """
    rows: dict[str, list[list[str]]] = {name: [] for name in WIDTH}
    gold: dict[str, list[Any]] = {name: [] for name in WIDTH}
    for page in found:
        _collect(page, rows, gold)
    if not rows["pair"] or not rows["status"]:
        raise CorpusError(
            f"nothing to train a linear model on in {counted(len(found), 'document')}: no value has a frame"
        )
    fitted = {name: _fit(rows[name], gold[name], name) for name in WIDTH}
    return Weights(**fitted)


def _collect(page: Page, rows: dict[str, list[list[str]]], gold: dict[str, list[Any]]) -> None:
    text, entities = well_formed(page.healed.text), page.gold.entities
    status = {f.value: STATUSES.index(f.status) for f in page.gold.frames}
    roles = {(f.value, e): r for f in page.gold.frames for r, e in f.roles.items()}
    roles |= {(p.program, e): f"program.{r}" for p in page.gold.programs for r, e in p.roles.items()}
    for line in _lines(page.pieces):
        if not page.inside((line.start, line.end)):
            continue
        low, high = pairs.entities_between(entities, line.start, line.end)
        here = entities[low:high]
        spans = [(e.label, e.start - line.start, e.end - line.start) for e in here if e.end <= line.end]
        rows["tag"] += characters(text[line.start : line.end], line.prefix)
        gold["tag"] += tags.encode(spans, line.end - line.start)
        table = pairs.features(text, here) if here else None
        for anchor, other in _candidates(here):
            rows["pair"].append(between(text, here, anchor, other, table[anchor, other]))  # type: ignore[index]
            role = roles.get((low + anchor, low + other))
            gold["pair"].append(_NONE if role is None else pairs.PAIR_ROLES.index(role))
        for i, entity in enumerate(here, low):
            if i in status:
                rows["status"].append(around(text, line, entity))
                gold["status"].append(status[i])


def _lines(pieces: Sequence[Piece]) -> Iterator[Paragraph]:
    return (line for piece in pieces for block in piece.blocks for line in block.paragraphs)


_MAY: Final = {(pairs.ANCHOR[role], pairs.FILLER[role]) for role in pairs.PAIR_ROLES}


def _candidates(entities: Sequence[Entity]) -> Iterator[tuple[int, int]]:
    for i, one in enumerate(entities):
        for j, two in enumerate(entities):
            if i != j and (one.label, two.label) in _MAY:
                yield i, j


_CLASSES: Final = {"tag": len(tags.TAGS), "pair": len(pairs.PAIR_ROLES) + 1, "status": len(STATUSES)}  # + none


def _fit(rows: list[list[str]], gold: list[int], name: str) -> tuple[Floats, Floats]:
    """A multinomial logistic regression; a class that never occurs is never chosen."""
    import numpy as np

    models = require("sklearn.linear_model", extra="benchmark")
    weights = np.zeros((WIDTH[name], _CLASSES[name]), np.float32)
    biases = np.full(_CLASSES[name], _NEVER, np.float32)
    seen = sorted(set(gold))
    if len(seen) == 1:
        biases[seen] = 0
        return weights, biases
    model = models.LogisticRegression(C=_WEIGHT, max_iter=STEPS[name], tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the last digits have not settled after so many steps is meant
        table = _hashed(rows, name)
        often = np.flatnonzero(np.asarray(table.sum(0)).ravel() >= _RARE)
        model.fit(table[:, often], np.array(gold))
    one = model.coef_.T if len(seen) > 2 else np.concatenate([-model.coef_.T / 2, model.coef_.T / 2], 1)
    weights[often[:, None], np.array(seen)] = one
    biases[seen] = model.intercept_ if len(seen) > 2 else (-model.intercept_[0] / 2, model.intercept_[0] / 2)
    return weights, biases


# --- reading -----------------------------------------------------------------


class Linear:
    """Reads pieces with trained weights; see :class:`planie.evaluation.Reader`."""

    name = "linear"
    calibration = (1.0, 0.0)

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def read(self, pieces: Sequence[Piece]) -> list[Found]:
        """Tag and link."""
        return self.link(pieces, [self._tag(_encodable(piece)) for piece in pieces])

    def link(self, pieces: Sequence[Piece], entities: Sequence[Sequence[Entity]]) -> list[Found]:
        """Link the *entities* of each piece, by the linker's own decoding."""
        import numpy as np

        pieces = [_encodable(piece) for piece in pieces]
        ordered = [tuple(sorted(given, key=lambda e: e.start)) for given in entities]
        tagged = [
            Tagged(
                given, np.array([(i, n) for n in range(len(given))], np.float32), np.zeros((len(given), 1), np.float32)
            )
            for i, given in enumerate(ordered)  # in place of vectors: where the entity is to be found
        ]
        scorer = _PairScorer(pieces, ordered, self.weights)
        found = linker.link(pieces, tagged, scorer, thresholds=Thresholds())
        return [Found(given, f.frames, f.programs) for given, f in zip(ordered, found, strict=True)]

    def _tag(self, piece: Piece) -> list[Entity]:
        lines = sorted(_lines([piece]), key=lambda line: line.end - line.start)
        found: list[Entity] = []
        for at in range(0, len(lines), _ROWS):
            found += self._batch(piece.text, lines[at : at + _ROWS])
        return sorted(found, key=lambda e: e.start)

    def _batch(self, text: str, lines: Sequence[Paragraph]) -> Iterator[Entity]:
        import numpy as np

        widths = [line.end - line.start for line in lines]
        rows = [row for line in lines for row in characters(text[line.start : line.end], line.prefix)]
        scores = _log_shares(_hashed(rows, "tag") @ self.weights.tag[0] + self.weights.tag[1])
        table = np.zeros((len(lines), max(widths), scores.shape[1]), np.float32)
        for row, part in enumerate(np.split(scores, np.cumsum(widths)[:-1])):
            table[row, : len(part)] = part
        for line, path, own in zip(lines, tags.best_paths(table, widths), table, strict=True):
            for label, start, end in tags.decode(path):
                confidence = float(np.exp(own[np.arange(start, end), path[start:end]].mean()))
                kept = text[line.start + start : line.start + end]
                low = line.start + start + len(kept) - len(kept.lstrip(OUTER))
                if kept := kept.strip(OUTER):
                    yield Entity(label, low, low + len(kept), round(confidence, 4))


def _encodable(piece: Piece) -> Piece:
    """A lone surrogate has no bytes to hash; U+FFFD stands for it, in its place."""
    return Piece(well_formed(piece.text), piece.blocks)


def _log_shares(logits: Floats) -> Floats:
    """Logits as log-probabilities. *Shape:* (n, classes)."""
    import numpy as np

    shifted = logits - logits.max(1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(1, keepdims=True)), np.float32)


class _PairScorer:
    """A :class:`~planie.linker.LinkScorer` that looks up the text of the entities that it is shown."""

    def __init__(self, pieces: Sequence[Piece], entities: Sequence[Sequence[Entity]], weights: Weights) -> None:
        self.pieces, self.entities, self.weights = pieces, entities, weights
        self.lines = [list(_lines([piece])) for piece in pieces]
        self.starts = [[line.start for line in lines] for lines in self.lines]

    def link(self, spans: Floats, heads: Floats, labels: Ints, anchors: Ints, features: Ints) -> tuple[Floats, Floats]:  # noqa: ARG002  the protocol's
        """*Shape:* as in the protocol, with spans (rows, n, 2): the piece and the entity."""
        import numpy as np

        logits = np.full((len(anchors), labels.shape[1], _NONE), _NEVER, np.float32)
        places, rows, states = [], [], []
        for a, (row, place) in enumerate(anchors.tolist()):
            count = int((labels[row] > 0).sum())
            piece, first = int(spans[row, 0, 0]), int(spans[row, 0, 1])
            group = self.entities[piece][first : first + count]
            text, anchor = self.pieces[piece].text, group[place]
            for other in range(count):
                if other != place and (anchor.label, group[other].label) in _MAY:
                    places.append((a, other))
                    rows.append(between(text, group, place, other, features[a, other]))
            states.append(around(text, self._line(piece, anchor), anchor))
        if rows:
            w, b = self.weights.pair
            at = np.array(places)
            scores = _hashed(rows, "pair") @ w + b
            logits[at[:, 0], at[:, 1]] = scores[:, :_NONE] - scores[:, _NONE:]  # a role against none
        w, b = self.weights.status
        return logits, _log_shares(_hashed(states, "status") @ w + b)

    def _line(self, piece: int, entity: Entity) -> Paragraph:
        return self.lines[piece][bisect_right(self.starts[piece], entity.start) - 1]
