"""``load``, ``Extractor``: the visible loop over the stages.

    str ─heal→ HealedText ─analyse→ Layouts ─make→ windows ─tag→ Entities ─link→ Frames ─assemble→ Plan

Texts are read in groups so that short ones share batches, and long ones in slabs so that memory
stays bounded whatever the length. Results do not depend on the grouping.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from numbers import Real
from pathlib import Path
from typing import Final, Protocol

from planie import bundle, linker, tagger, windows
from planie.assemble import Reading, assemble
from planie.assemble.values import whole
from planie.errors import ConfigError
from planie.heal import heal
from planie.linker import Linked, Thresholds
from planie.plan import Institution, Model, Plan, Program
from planie.spans import Entity, Frame, HealedText, Layout, ProgramFrame
from planie.structure import analyse
from planie.tagger import Piece, Tagged

Published = datetime.date | str | None

MIN_CONFIDENCE: Final = 0.0
_PRECISIONS: Final = {"auto": None, "bfloat16": True, "float32": False}
_PIECE: Final = 128  # windows of one layout that are read together
_SLAB: Final = 512  # windows that are held at once


class Scorer(tagger.TagScorer, linker.LinkScorer, Protocol):
    """Both model stages' scorer in one."""


@dataclass(frozen=True)
class _Page:
    """A text on its way through the stages."""

    healed: HealedText
    layouts: tuple[Layout, ...]


@dataclass
class _Read:
    """What was found in one layout so far."""

    entities: list[Entity]
    frames: list[Frame]
    programs: list[ProgramFrame]

    def add(self, tagged: Tagged, linked: Linked) -> None:
        """Append one piece's results, its indices shifted behind what is there."""
        by = len(self.entities)
        self.entities += tagged.entities
        for f in linked.frames:
            self.frames.append(replace(f, value=f.value + by, roles={r: i + by for r, i in f.roles.items()}))
        for p in linked.programs:
            self.programs.append(ProgramFrame(p.program + by, {r: i + by for r, i in p.roles.items()}))


class Extractor:
    """A model, loaded once: call it with a text and it returns a :class:`~planie.plan.Plan`.

    Safe to call from several threads (one reads at a time).
    """

    def __init__(
        self,
        scorer: Scorer,
        *,
        model: Model,
        thresholds: Thresholds | None = None,
        calibration: tuple[float, float] = (1.0, 0.0),
    ) -> None:
        self.scorer, self.model = scorer, model
        self.thresholds = thresholds or Thresholds()
        self.calibration = calibration
        self._lock = threading.Lock()

    def __call__(self, text: str, *, published: Published = None, min_confidence: float = MIN_CONFIDENCE) -> Plan:
        """Read *text* as one plan; never raises for what a ``str`` holds.

        Args:
            text: the page.
            published: a date, or an ISO string, that anchors 今年 and the like when the text gives no year.
            min_confidence: targets below it are left out; from 0 to 1.

        Raises:
            TypeError: *text* is no ``str``.
            ConfigError: *published* is no date, or *min_confidence* no number from 0 to 1.
        """
        return next(self.pipe([text], published=published, min_confidence=min_confidence))

    def extract_all(
        self, page: str, *, published: Published = None, min_confidence: float = MIN_CONFIDENCE
    ) -> list[Plan]:
        """Read each plan on a page; ``Plan.span`` says where it stood.

        Raises:
            TypeError: *page* is no ``str``.
            ConfigError: *published* is no date, or *min_confidence* no number from 0 to 1.
        """
        day, least = _iso(published), _share(min_confidence)
        found = _page(page)
        return [self._plan(found, i, r, day, least) for i, r in enumerate(self._read([found])[0])]

    def pipe(
        self,
        texts: Iterable[str],
        *,
        batch_size: int = 32,
        published: Published = None,
        min_confidence: float = MIN_CONFIDENCE,
    ) -> Iterator[Plan]:
        """Read many texts, in order, *batch_size* at a time.

        Raises:
            TypeError: *texts* is one text, at once; or one of them is no ``str``, when its turn comes.
            ConfigError: *batch_size* is below 1, *published* is no date, or *min_confidence* no number
                from 0 to 1.
        """
        if isinstance(texts, (str, bytes)):
            raise TypeError(f"expected many texts, found one {type(texts).__name__}; write pipe([text])")
        if batch_size < 1:
            raise ConfigError(f"batch_size is {batch_size}; give 1 or more")
        return self._stream(iter(texts), batch_size, _iso(published), _share(min_confidence))

    def _stream(self, stream: Iterator[str], batch_size: int, day: str | None, least: float) -> Iterator[Plan]:
        broken: Exception | None = None
        while broken is None:
            pages: list[_Page] = []
            try:
                pages.extend(map(_page, islice(stream, batch_size)))
            except Exception as error:  # what came before it is read first
                broken = error
            if not pages:
                break
            for page, read in zip(pages, self._read(pages), strict=True):
                parts = [self._plan(page, i, r, day, least) for i, r in enumerate(read)]
                yield _joined(parts) if len(parts) > 1 else parts[0]
        if broken is not None:
            raise broken

    def _plan(self, page: _Page, index: int, read: _Read, published: str | None, least: float) -> Plan:
        found = whole(page.healed.text, read.entities, read.frames, read.programs)
        reading = Reading(page.healed, page.layouts[index], *found, published)
        return assemble(reading, model=self.model, calibration=self.calibration, min_confidence=least)

    def _read(self, pages: Sequence[_Page]) -> list[list[_Read]]:
        """Run both model stages over every layout of *pages*."""
        results = [[_Read([], [], []) for _ in page.layouts] for page in pages]
        slab: list[tuple[_Read, Piece]] = []
        held = 0
        for page, reads in zip(pages, results, strict=True):
            for layout, read in zip(page.layouts, reads, strict=True):
                for piece in _pieces(page.healed.text, layout):
                    size = sum(len(block.windows) for block in piece.blocks)
                    if slab and held + size > _SLAB:
                        self._run(slab)
                        slab, held = [], 0
                    slab.append((read, piece))
                    held += size
        self._run(slab)
        return results

    def _run(self, slab: Sequence[tuple[_Read, Piece]]) -> None:
        pieces = [piece for _, piece in slab]
        with self._lock:
            tagged = tagger.tag(pieces, self.scorer)
            linked = linker.link(pieces, tagged, self.scorer, thresholds=self.thresholds)
        for (read, _), entities, frames in zip(slab, tagged, linked, strict=True):
            read.add(entities, frames)


def load(path: Path | str | None = None, *, device: str = "auto", precision: str = "auto") -> Extractor:
    """Load a model folder, or the bundled model.

    Args:
        path: a folder that ``planie finetune`` wrote; ``None`` for the bundled model.
        device: ``"auto"``, ``"cpu"``, ``"cuda"`` …
        precision: what the encoder computes in: ``"bfloat16"``, ``"float32"`` (slower; results that
            differ least from machine to machine), or ``"auto"``, bfloat16 where the hardware has it.

    Raises:
        ConfigError: *precision* is none of these, or *device* is none of this machine.
        BundleError: the folder is no bundle, is damaged, or was written for another schema.
    """
    if precision not in _PRECISIONS:
        raise ConfigError(f"precision is {precision!r}; give one of {', '.join(_PRECISIONS)}")
    found = bundle.load(path if path is not None else bundle.BUNDLED)
    from planie.scorer import TorchScorer

    place, half = _device(device), _PRECISIONS[precision]
    scorer = TorchScorer(found.reader, windows.Vocabulary(found.tokens), device=place, half=half)
    return Extractor(
        scorer,
        model=Model(found.config.name, found.config.version),
        thresholds=found.config.thresholds,
        calibration=(found.config.calibration.slope, found.config.calibration.offset),
    )


def _device(asked: str) -> str:
    """Return the device to compute on, which can be computed on."""
    import torch

    if asked == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.zeros(1, device=asked)
    except (RuntimeError, AssertionError, TypeError) as error:  # unknown, not built in, or without such hardware
        raise ConfigError(
            f"device is {asked!r}, which PyTorch cannot use here; give 'auto', 'cpu', or one that this machine "
            "has, as 'cuda' or 'cuda:1'"
        ) from error
    return asked


@lru_cache(maxsize=1)
def _bundled() -> Extractor:
    return load()


def extract(text: str, *, published: Published = None, min_confidence: float = MIN_CONFIDENCE) -> Plan:
    """Read *text* as one plan with the bundled model; see :meth:`Extractor.__call__`."""
    _text(text)
    return _bundled()(text, published=published, min_confidence=min_confidence)


def extract_all(page: str, *, published: Published = None, min_confidence: float = MIN_CONFIDENCE) -> list[Plan]:
    """Read each plan on *page* with the bundled model; see :meth:`Extractor.extract_all`."""
    _text(page)
    return _bundled().extract_all(page, published=published, min_confidence=min_confidence)


def _page(text: str) -> _Page:
    healed = heal(_text(text))
    return _Page(healed, analyse(healed.text))


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError(f"expected the text as str, found {type(text).__name__}; decode bytes first (planie.files)")
    return text


def _iso(published: Published) -> str | None:
    if published is None:
        return None
    if isinstance(published, datetime.date):
        return published.isoformat()[:10]
    try:
        return datetime.date.fromisoformat(published).isoformat()
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"published is {published!r}; give a datetime.date or an ISO string like '2024-03-01'"
        ) from error


def _share(least: object) -> float:
    if isinstance(least, Real) and 0 <= float(least) <= 1:
        return float(least)
    raise ConfigError(f"min_confidence is {least!r}; give a number from 0 (every target) to 1")


def _pieces(text: str, layout: Layout) -> Iterator[Piece]:
    """Cut a layout's blocks into pieces of at most ``_PIECE`` windows (a longer block stays whole)."""
    held: list[windows.Block] = []
    size = 0
    for block in windows.make(text, layout):
        if held and size + len(block.windows) > _PIECE:
            yield Piece(text, tuple(held))
            held, size = [], 0
        held.append(block)
        size += len(block.windows)
    if held:
        yield Piece(text, tuple(held))


def _joined(plans: Sequence[Plan]) -> Plan:
    """Several plans of one page as one: title and kind of the first, everything else behind one another."""
    first = plans[0]
    targets, sections, entities = list(first.targets), list(first.sections), list(first.entities)
    for plan in plans[1:]:
        by, parts = len(entities), len(sections)
        targets += [
            replace(
                t,
                roles={r: i + by for r, i in t.roles.items()},
                section=None if t.section is None else t.section + parts,
            )
            for t in plan.targets
        ]
        sections += [replace(s, parent=None if s.parent is None else s.parent + parts) for s in plan.sections]
        entities += plan.entities
    return replace(
        first,
        span=(first.span[0], plans[-1].span[1]),
        targets=tuple(targets),
        sections=tuple(sections),
        entities=tuple(entities),
        programs=_programs([p for plan in plans for p in plan.programs]),
        institutions=_institutions([i for plan in plans for i in plan.institutions]),
        repairs=tuple(r for plan in plans for r in plan.repairs),
        set_aside=tuple(s for plan in plans for s in plan.set_aside),
        warnings=tuple(dict.fromkeys(w for plan in plans for w in plan.warnings)),
    )


def _programs(records: Iterable[Program]) -> tuple[Program, ...]:
    """Join records of one name: the mentions of all, the first time and the first body that any states."""
    found: dict[str, Program] = {}
    for record in records:
        if (have := found.get(record.name)) is not None:
            record = Program(
                record.name, have.deadline or record.deadline, have.org or record.org, have.mentions + record.mentions
            )
        found[record.name] = record
    return tuple(found.values())


def _institutions(records: Iterable[Institution]) -> tuple[Institution, ...]:
    found: dict[str, Institution] = {}
    for record in records:
        have = found.get(record.name)
        found[record.name] = Institution(record.name, have.mentions + record.mentions) if have else record
    return tuple(found.values())
