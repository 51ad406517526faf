"""An annotated document in healed text: what training learns from and scoring compares with.

In: a document whose annotations stand in raw text. Out: the healed text with its layouts, and the
annotations where the text now is. What healing lost has no place any more and is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planie.annotations import Document
from planie.heal import heal
from planie.spans import Entity, Frame, HealedText, Layout, ProgramFrame, Span
from planie.structure import analyse


@dataclass(frozen=True)
class Healed:
    """A document whose annotations stand in healed text; *lost* are its entities without a place there."""

    document: Document
    healed: HealedText
    layouts: tuple[Layout, ...]
    entities: tuple[Entity, ...]
    frames: tuple[Frame, ...]
    programs: tuple[ProgramFrame, ...]
    regions: tuple[Span, ...]
    lost: frozenset[int]

    @property
    def text(self) -> str:
        """The healed text."""
        return self.healed.text


def heal_document(document: Document) -> Healed:
    """Carry a document's annotations from the raw text to the healed one."""
    healed = heal(document.text)
    moved = [_moved(healed, entity) for entity in document.entities]
    place = {old: new for new, old in enumerate(i for i, e in enumerate(moved) if e is not None)}
    return Healed(
        document,
        healed,
        analyse(healed.text),
        tuple(e for e in moved if e is not None),
        tuple(Frame(place[f.value], f.status, _placed(f.roles, place)) for f in document.frames if f.value in place),
        tuple(ProgramFrame(place[p.program], _placed(p.roles, place)) for p in document.programs if p.program in place),
        tuple((healed.from_raw(start), healed.from_raw(end)) for start, end in document.regions),
        frozenset(range(len(moved))) - place.keys(),
    )


def _moved(healed: HealedText, entity: Entity) -> Entity | None:
    start, end = healed.from_raw(entity.start), healed.from_raw(entity.end)
    return Entity(entity.label, start, end) if start < end else None


def _placed(roles: Mapping[str, int], place: Mapping[int, int]) -> dict[str, int]:
    return {role: place[i] for role, i in roles.items() if i in place}
