"""Frames as marks and named links, for the formats that know spans and relations alone.

Enters: a document's frames; or marks (what a span itself says of its frames) and links (relations).
Leaves: the other. A mark is a status on a ``VALUE``. A value said once for several metrics has one mark
and a ``metric`` link to each; where its frames differ in more than the metric, it has a mark for each
frame and the links are numbered (``metric#2``). A ``PROGRAM`` is a programme frame unless marked
``mention``. What does not fit the guide's roles is lost, and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from planie.annotations import Document
from planie.convert.report import Ledger
from planie.schema import PROGRAM_ROLES, ROLES, STATUSES, Status
from planie.spans import Entity, Frame, ProgramFrame

FRAME: Final = "programme"  # a PROGRAM with several programme frames has this mark for each
MENTION: Final = "mention"  # a PROGRAM without a programme frame
_NAME: Final = re.compile(r"([A-Za-z]+?)_?(?:#?(\d+))?")  # metric · metric#2 · brat's metric2
_ANCHORS: Final = {"VALUE": ROLES, "PROGRAM": PROGRAM_ROLES}

Marks = Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Link:
    """*filler* fills *role* in a frame of *anchor*: the one of that *number* (from 1), or every one (0)."""

    anchor: int
    role: str
    filler: int
    number: int = 0

    @property
    def name(self) -> str:
        """The relation's name: ``metric``, or ``metric#2`` in the second frame."""
        return f"{self.role}#{self.number}" if self.number else self.role


def encode(document: Document) -> tuple[dict[int, tuple[str, ...]], list[Link]]:
    """Return the marks and the links that say *document*'s frames."""
    marks: dict[int, tuple[str, ...]] = {}
    links: list[Link] = []
    for i, entity in enumerate(document.entities):
        if entity.label == "VALUE":
            frames = [f for f in document.frames if f.value == i]
            statuses = tuple(f.status for f in frames)
            shared = bool(frames) and _shared(frames)
            marks[i] = statuses[:1] if shared else statuses
            links += _links(i, [f.roles for f in frames], shared)
        elif entity.label == "PROGRAM":
            roles = [p.roles for p in document.programs if p.program == i]
            marks[i] = (MENTION,) if not roles else () if len(roles) == 1 else (FRAME,) * len(roles)
            links += _links(i, roles, len(roles) == 1)
    return {i: mark for i, mark in marks.items() if mark}, links


def _shared(frames: Sequence[Frame]) -> bool:
    """Whether the frames of a value differ in their metric alone."""
    rest = [(f.status, {r: i for r, i in f.roles.items() if r != "metric"}) for f in frames]
    metrics = [f.roles.get("metric") for f in frames]
    alike = all(other == rest[0] for other in rest)
    return alike and (len(frames) == 1 or (None not in metrics and len(set(metrics)) == len(metrics)))


def _links(anchor: int, frames: Sequence[Mapping[str, int]], shared: bool) -> Iterator[Link]:
    done = set()
    for number, roles in enumerate(frames, 1):
        for role, filler in roles.items():
            link = Link(anchor, role, filler, 0 if shared else number)
            if link not in done:
                done.add(link)
                yield link


def resolve(entities: Sequence[Entity], start: int, end: int, name: str, ledger: Ledger, where: str) -> Link | None:
    """Read the relation *name* between two entities, whichever way it was drawn; ``None`` if it is no role."""
    said = f"{where}: {name or 'unnamed'} from {entities[start].label} to {entities[end].label}"
    for anchor, filler in ((start, end), (end, start)):
        roles = _ANCHORS.get(entities[anchor].label, {})
        fits = [role for role, label in roles.items() if label == entities[filler].label]
        match = _NAME.fullmatch(name.strip())
        if anchor == filler or (match is None and name.strip()):
            break
        if match is None and len(fits) == 1:
            ledger.note("unnamed relation, read as the one role that fits", said)
            return Link(anchor, fits[0], filler)
        if match is not None and match[1].lower() in fits:
            if anchor != start:
                ledger.note("relation drawn towards its value, turned round", said)
            return Link(anchor, match[1].lower(), filler, int(match[2] or 0))
    ledger.lose("relation that is no role of the guide", said)
    return None


def decode(
    entities: Sequence[Entity], marks: Marks, links: Sequence[Link], ledger: Ledger, where: str
) -> tuple[tuple[Frame, ...], tuple[ProgramFrame, ...]]:
    """Return the frames that *marks* and *links* say, in the order of their values and programmes."""
    own: dict[int, list[Link]] = {}
    for link in links:
        own.setdefault(link.anchor, []).append(link)
    frames: list[Frame] = []
    programs: list[ProgramFrame] = []
    for i, entity in enumerate(entities):
        place = f"{where}: entity at {entity.start}"
        if entity.label == "VALUE":
            for number, status in enumerate(_statuses(marks.get(i, ()), own.get(i, ()), ledger, place), 1):
                frames += [Frame(i, status, r) for r in _roles(own.get(i, ()), number, ledger, place)]
        elif entity.label == "PROGRAM":
            for number in range(1, 1 + _count(marks.get(i, ()), own.get(i, ()))):
                programs += [ProgramFrame(i, r) for r in _roles(own.get(i, ()), number, ledger, place)]
    return tuple(frames), tuple(programs)


def _statuses(marks: Sequence[str], links: Sequence[Link], ledger: Ledger, where: str) -> list[Status]:
    """One status a frame; a value with roles and no status is taken as planned, the commonest by far."""
    found: list[Status] = [mark for mark in marks if mark in STATUSES]
    ledger.lose("mark that is no status", where, count=len(marks) - len(found))
    wanted = max([1, *(link.number for link in links)]) if links else 0
    if len(found) < wanted:
        ledger.note("frame without a status, read as that of the frame before, else planned", where)
        found += [found[-1] if found else "planned"] * (wanted - len(found))
    return found


def _count(marks: Sequence[str], links: Sequence[Link]) -> int:
    wanted = max([1, *(link.number for link in links)])
    if not links and MENTION in marks:
        return 0
    return max(wanted, list(marks).count(FRAME))


def _roles(links: Sequence[Link], number: int, ledger: Ledger, where: str) -> list[dict[str, int]]:
    """The roles of one frame: of several, one for each metric (a frame each, as the guide has it)."""
    metrics: list[int] = []
    roles: dict[str, int] = {}
    for link in links:
        if link.number not in (0, number):
            continue
        if link.role == "metric":
            metrics += [link.filler] * (link.filler not in metrics)
        elif roles.setdefault(link.role, link.filler) != link.filler:
            ledger.lose(f"second {link.role} of a value that takes one", where)
    return [{"metric": metric, **roles} for metric in metrics] or [roles]
