"""What can be evaluated: a reader of pieces, which can also link entities that it is given.

:class:`ModelReader` runs an extractor's two stages. For the scores of linking alone it is handed the
gold entities: their windows are scored as always and their vectors pooled from the gold positions,
so that the linker reads what it would read had the tagger made no mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from planie import linker, tagger
from planie.assemble.values import whole
from planie.evaluation.gold import Found
from planie.pairs import entities_between
from planie.spans import Entity, Frame, ProgramFrame
from planie.tagger import LENGTHS, ROWS, Piece, Tagged

if TYPE_CHECKING:
    from planie.pipeline import Extractor
    from planie.windows import Window

    _Row = tuple[Window, tuple[int, ...]]  # a window and the entities (by index) of its core


class Reader(Protocol):
    """Finds entities and frames in pieces of text."""

    name: str
    calibration: tuple[float, float]

    def read(self, pieces: Sequence[Piece]) -> list[Found]:
        """Read each piece by itself."""
        ...

    def link(self, pieces: Sequence[Piece], entities: Sequence[Sequence[Entity]]) -> list[Found]:
        """Link the *entities* of each piece; those that it cannot place may be left out."""
        ...


class ModelReader:
    """An extractor's stages."""

    def __init__(self, extractor: Extractor) -> None:
        self.extractor = extractor
        self.name = " ".join(filter(None, (extractor.model.name, extractor.model.version)))
        self.calibration = extractor.calibration

    def read(self, pieces: Sequence[Piece]) -> list[Found]:
        """Tag and link; values that were cut are made whole, as in :mod:`planie.pipeline`."""
        found = self._link(pieces, tagger.tag(pieces, self.extractor.scorer))
        pairs = zip(pieces, found, strict=True)
        return [Found(*whole(piece.text, f.entities, f.frames, f.programs)) for piece, f in pairs]

    def link(self, pieces: Sequence[Piece], entities: Sequence[Sequence[Entity]]) -> list[Found]:
        """Pool the entities' vectors from where they stand, and link."""
        return self._link(pieces, [self._pooled(*pair) for pair in zip(pieces, entities, strict=True)])

    def _link(self, pieces: Sequence[Piece], tagged: Sequence[Tagged]) -> list[Found]:
        linked = linker.link(pieces, tagged, self.extractor.scorer, thresholds=self.extractor.thresholds)
        return [Found(t.entities, f.frames, f.programs) for t, f in zip(tagged, linked, strict=True)]

    def _pooled(self, piece: Piece, entities: Sequence[Entity]) -> Tagged:
        import numpy as np

        rows = sorted(_rows(piece, entities), key=lambda row: row[0].end - row[0].start)
        found: list[tuple[int, Any, Any]] = []
        for at in range(0, len(rows), ROWS):
            found += self._pool(piece, rows[at : at + ROWS], entities)
        found.sort(key=lambda f: f[0])
        if not found:
            return Tagged((), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
        kept = tuple(entities[i] for i, *_ in found)
        return Tagged(kept, np.stack([f[1] for f in found]), np.stack([f[2] for f in found]))

    def _pool(self, piece: Piece, batch: Sequence[_Row], entities: Sequence[Entity]) -> list[tuple[int, Any, Any]]:
        import numpy as np

        scorer = self.extractor.scorer
        encoded = [scorer.vocabulary.encode(window, piece.text) for window, _ in batch]
        longest = max(map(len, encoded))
        ids = np.full((ROWS, next((n for n in LENGTHS if n >= longest), longest)), scorer.vocabulary.pad, np.int64)
        lengths = np.ones(ROWS, np.int64)
        for row, tokens in enumerate(encoded):
            ids[row, : len(tokens)], lengths[row] = tokens, len(tokens)
        scorer.tag(ids, lengths)
        wanted = [
            (row, entities[i].start - w.start + w.offset, entities[i].end - w.start + w.offset)
            for row, (w, inside) in enumerate(batch)
            for i in inside
        ]
        vectors, heads = scorer.pool(*(np.array(column, np.int64) for column in zip(*wanted, strict=True)))
        return list(zip((i for _, inside in batch for i in inside), vectors, heads, strict=True))


def _rows(piece: Piece, entities: Sequence[Entity]) -> Iterator[_Row]:
    """Give each entity to the window whose core it begins in; a window that cuts it off loses it."""
    for block in piece.blocks:
        for window in block.windows:
            low, high = entities_between(entities, *window.core)
            inside = tuple(i for i in range(low, high) if entities[i].end <= window.end)
            if inside:
                yield window, inside


def joined(parts: Sequence[Found]) -> Found:
    """Put what was found in the pieces of one page behind one another."""
    entities: list[Entity] = []
    frames: list[Frame] = []
    programs: list[ProgramFrame] = []
    for part in parts:
        by = len(entities)
        entities += part.entities
        frames += [replace(f, value=f.value + by, roles={r: i + by for r, i in f.roles.items()}) for f in part.frames]
        programs += [ProgramFrame(p.program + by, {r: i + by for r, i in p.roles.items()}) for p in part.programs]
    return Found(tuple(entities), tuple(frames), tuple(programs))
