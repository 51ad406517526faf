"""An annotated document as the stages read it: healed, laid out, with its gold where the text now is.

In: documents whose annotations stand in raw text. Out: pages whose gold entities and frames stand
in healed text, the blocks of windows that touch an annotated region, and plans written from gold
or from predictions by the same road (assemble), so that quantities, deadlines and names compare.
Nothing is dropped silently: gold that healing lost, and gold in a repeat that the library reports
once, from its body (rule 15), is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from planie.annotations import Document
from planie.assemble import Reading, assemble
from planie.healed import heal_document
from planie.plan import Model, Plan
from planie.schema import KINDS
from planie.spans import Entity, Frame, HealedText, Layout, ProgramFrame, Span
from planie.tagger import Piece
from planie.windows import Block, make

_AROUND: Final = 8  # characters on either side by which a repeated value is known again


@dataclass(frozen=True)
class Found:
    """What stands in a page, gold or predicted: indices are into *entities*, offsets in healed text."""

    entities: tuple[Entity, ...] = ()
    frames: tuple[Frame, ...] = ()
    programs: tuple[ProgramFrame, ...] = ()

    def span(self, index: int | None) -> Span | None:
        """Where the entity *index* stands; ``None`` for none."""
        return None if index is None else (self.entities[index].start, self.entities[index].end)


@dataclass(frozen=True)
class Page:
    """A document on its way to being scored; *lost* counts the gold that has no place in healed text."""

    document: Document
    healed: HealedText
    layouts: tuple[Layout, ...]
    gold: Found
    regions: tuple[Span, ...]
    lost: Mapping[str, int] = field(default_factory=dict)

    @property
    def real(self) -> bool:
        """Whether the text is a real page and none of our own."""
        return bool(self.document.meta.get("source", "own") != "own")

    @property
    def kind(self) -> str:
        """What the document is: as its record says, else as its first layout was read."""
        said = self.document.meta.get("kind")
        return str(said) if said in KINDS else self.layouts[0].kind

    @property
    def noise(self) -> tuple[str, ...]:
        """The kinds of noise that the document was given."""
        said: Any = self.document.meta.get("noise") or ()
        return (said,) if isinstance(said, str) else tuple(str(s) for s in said)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """A piece for each layout: its blocks that touch a region. A block reads the same without the others."""
        return tuple(Piece(self.healed.text, tuple(self._blocks(layout))) for layout in self.layouts)

    def _blocks(self, layout: Layout) -> Iterator[Block]:
        for block in make(self.healed.text, layout):
            start, end = block.paragraphs[0].start, block.paragraphs[-1].end
            if any(s < end and start < e for s, e in self.regions):
                yield block

    @cached_property
    def excused(self) -> int:
        """Gold frames that are not asked for, because they stand in a repeat."""
        spans = ((self.gold.entities[f.value].start, self.gold.entities[f.value].end) for f in self.gold.frames)
        return sum(self.again(span) for span in spans)

    @cached_property
    def repeated(self) -> tuple[Span, ...]:
        """Set-aside stretches: what is said there again need not be reported twice."""
        return tuple((s.start, s.end) for layout in self.layouts for s in layout.set_aside)

    def counts(self, span: Span) -> bool:
        """Whether what stands at *span* is scored: in a region, and no repeat of what is read elsewhere."""
        return self.inside(span) and not self.again(span)

    def inside(self, span: Span) -> bool:
        """Whether *span* lies in a region that was annotated in full."""
        return any(s <= span[0] and span[1] <= e for s, e in self.regions)

    def again(self, span: Span) -> bool:
        """Whether *span* is set aside and the same words stand where they are read."""
        if not any(s <= span[0] < e for s, e in self.repeated):
            return False
        text = self.healed.text
        start = max(span[0] - _AROUND, text.rfind("\n", 0, span[0]) + 1, 0)
        end = text.find("\n", span[1])
        around = text[start : min(span[1] + _AROUND, end if end >= 0 else len(text))]
        at = text.find(around)
        while at >= 0:
            if not any(s <= at < e for s, e in self.repeated):
                return True
            at = text.find(around, at + 1)
        return False

    def plans(self, found: Found, *, calibration: tuple[float, float] = (1.0, 0.0)) -> tuple[Plan, ...]:
        """Write the plan of each layout from *found*."""
        written = []
        for layout in self.layouts:
            low, high = layout.start, layout.end
            reading = Reading(
                self.healed,
                layout,
                found.entities,
                tuple(f for f in found.frames if low <= found.entities[f.value].start < high),
                tuple(p for p in found.programs if low <= found.entities[p.program].start < high),
            )
            written.append(assemble(reading, model=Model("", ""), calibration=calibration))
        return tuple(written)


def page(document: Document) -> Page:
    """Heal and lay out *document* and carry its gold over."""
    found = heal_document(document)
    gold = Found(found.entities, found.frames, found.programs)
    lost = {
        "entities": len(found.lost),
        "frames": len(document.frames) - len(gold.frames),
        "targets": sum(f.status != "baseline" and f.value in found.lost for f in document.frames),
    }
    return Page(document, found.healed, found.layouts, gold, found.regions, lost)
