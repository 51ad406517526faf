"""The first model stage: text → entities.

What enters are pieces of text with their windows and a scorer; what leaves, a piece each, are
flat entities in order, and the scorer's vectors for them, which the linker reads on. Spans are
decoded in each window and kept by the window whose core holds their first character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from planie import tags
from planie.schema import Label
from planie.spans import OUTER, Entity
from planie.structure.tables import walls
from planie.windows import Block, Vocabulary, Window

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Ints = npt.NDArray[np.int64]

ROWS: Final = 16  # windows scored at once; always this many, so that a row's result never depends on the others
LENGTHS: Final = (32, 64, 96, 128)  # padded; of multiples of 32, 16-bit sums do not depend on the padding
_JOINS: Final = re.compile(r"\s*(?:、|和|及|与|以及|或)\s*")
_MEASURES: Final = frozenset("率额量值费度面比")  # what names of measures end in
_APART: Final = re.compile(r"[各均都皆每]|分别|依次|全部|同时|一律|双双|共同|[,，。;；:：]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some blocks of one text, read together."""

    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """The entities of a piece; *spans* and *heads* hold, a row each, what the linker reads of them.

    *Shape:* spans (n, 3·hidden), heads (n, hidden).
    """

    entities: tuple[Entity, ...]
    spans: Floats
    heads: Floats


class TagScorer(Protocol):
    """A batch of windows → scores; holds on to the states until the next batch."""

    vocabulary: Vocabulary

    def tag(self, ids: Ints, lengths: Ints) -> Floats:
        """*Shape:* ids (rows, length), lengths (rows) → log-probabilities (rows, length, tags)."""
        ...

    def pool(self, rows: Ints, starts: Ints, ends: Ints) -> tuple[Floats, Floats]:
        """Vectors of spans of the last batch. *Shape:* (n), (n), (n) → (n, 3·hidden), (n, hidden)."""
        ...


def tag(pieces: Sequence[Piece], scorer: TagScorer) -> list[Tagged]:
    """Tag *pieces*; windows of like length are scored together whatever piece they are from."""
    import numpy as np

    found: list[list[tuple[Entity, Any, Any]]] = [[] for _ in pieces]
    for batch, length in _batches(pieces):
        ids, lengths = _encode(pieces, batch, length, scorer.vocabulary)
        scores = scorer.tag(ids, lengths)
        spans = list(_decode(pieces, batch, scores))
        if not spans:
            continue
        rows, starts, ends = (np.array([s[k] for s in spans], np.int64) for k in range(3))
        vectors, heads = scorer.pool(rows, starts, ends)
        for i, (row, *_, entity) in enumerate(spans):
            found[batch[row][0]].append((entity, vectors[i], heads[i]))
    return [_gather(rows) for rows in found]


def _batches(pieces: Sequence[Piece]) -> Iterator[tuple[list[tuple[int, Window]], int]]:
    """Yield windows in batches of at most ``ROWS``, shortest first, with the length to pad to."""
    windows = [(i, w) for i, piece in enumerate(pieces) for block in piece.blocks for w in block.windows]
    windows.sort(key=lambda item: item[1].end - item[1].start + len(item[1].prefix))
    for at in range(0, len(windows), ROWS):
        batch = windows[at : at + ROWS]
        longest = max(w.offset + w.end - w.start + 1 for _, w in batch)
        yield batch, next((n for n in LENGTHS if n >= longest), longest)


def _encode(
    pieces: Sequence[Piece], batch: Sequence[tuple[int, Window]], length: int, vocabulary: Vocabulary
) -> tuple[Ints, Ints]:
    import numpy as np

    ids = np.full((ROWS, length), vocabulary.pad, np.int64)
    lengths = np.ones(ROWS, np.int64)
    for row, (i, window) in enumerate(batch):
        encoded = vocabulary.encode(window, pieces[i].text)
        ids[row, : len(encoded)], lengths[row] = encoded, len(encoded)
    return ids, lengths


def _decode(
    pieces: Sequence[Piece], batch: Sequence[tuple[int, Window]], scores: Floats
) -> Iterator[tuple[int, int, int, Entity]]:
    """Yield (row, token start, token end, entity) for the spans that begin in a window's core."""
    import numpy as np

    count = len(batch)
    widths = [w.end - w.start for _, w in batch]
    offsets = [w.offset for _, w in batch]
    body = np.zeros((count, max(widths), scores.shape[2]), np.float32)
    for row, (width, offset) in enumerate(zip(widths, offsets, strict=True)):
        body[row, :width] = scores[row, offset : offset + width]
    for row, (i, window) in enumerate(batch):  # no entity reaches from one cell of a table into the next
        closed = [at - window.start for at in walls(pieces[i].text, window.start, window.end)]
        body[row, closed, 1:] = tags.BLOCKED
    paths = tags.best_paths(body, widths)
    for row, (i, window) in enumerate(batch):
        for label, start, end in _one_name(pieces[i].text[window.start : window.end], tags.decode(paths[row])):
            if not window.core[0] <= window.start + start < window.core[1]:
                continue
            places = np.arange(start, end)
            chosen = body[row, places, np.array(paths[row][start:end])]
            confidence = round(float(np.exp(chosen.mean())), 4)
            start, end = _trim(pieces[i].text, window.start + start, window.start + end)
            if start < end:
                token = start - window.start + window.offset
                yield row, token, token + end - start, Entity(label, start, end, confidence)


def _one_name(text: str, found: Sequence[tuple[Label, int, int]]) -> list[tuple[Label, int, int]]:
    """Join the names before one value: 校长、副校长|23人 counts both together, as the guide has it.

    They stay apart where each has the value to itself (各, 均, 分别), where there is a value for each, and
    where both are measures (入学率、巩固率).
    """
    spans = list(found)
    for at in range(len(spans) - 2, 0, -1):
        (before, start, middle), (label, first, end), (after, value, last) = spans[at - 1 : at + 2]
        follows = spans[at + 2] if at + 2 < len(spans) else None
        several = follows is not None and follows[0] == "VALUE" and _JOINS.fullmatch(text, last, follows[1])
        if (
            (before, label, after) == ("METRIC", "METRIC", "VALUE")
            and _JOINS.fullmatch(text, middle, first)
            and not _APART.search(text, end, value)
            and not several
            and not {text[middle - 1], text[end - 1]} <= _MEASURES
        ):
            spans[at - 1 : at + 1] = [(label, start, end)]
    return spans


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave outer punctuation out, as the guide has it, and a bracket whose partner is not in the span."""
    opened: list[int] = []
    for at in range(start, end):
        if text[at] in "(（":
            opened.append(at)
        elif text[at] in ")）":
            if opened:
                opened.pop()
            else:
                start = at + 1
    end = opened[0] if opened else end
    while start < end and text[start] in OUTER:
        start += 1
    while start < end and text[end - 1] in OUTER:
        end -= 1
    return start, end


def _gather(rows: list[tuple[Entity, Any, Any]]) -> Tagged:
    import numpy as np

    kept: list[tuple[Entity, Any, Any]] = []
    for row in sorted(rows, key=lambda r: (r[0].start, -r[0].confidence)):
        if not kept or row[0].start >= kept[-1][0].end:
            kept.append(row)
    if not kept:
        return Tagged((), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
    return Tagged(tuple(r[0] for r in kept), np.stack([r[1] for r in kept]), np.stack([r[2] for r in kept]))
