"""Pre-annotated tasks: what a model reads in raw text, for a person to correct.

Enters: pages (a name and a text each) and an extractor. Leaves: tasks for Label Studio or doccano, a
paragraph or a page each, the least certain first, with the confidence of every span and of the task: a
task is as certain as the least certain thing in it. Paragraphs that the reader set aside as site
furniture are left out, and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol

from planie.annotations import Document
from planie.convert import doccano, labelstudio
from planie.convert.draft import Mark, Options, settle
from planie.convert.report import Ledger
from planie.convert.text import storable, unstored, write_list, write_rows
from planie.errors import ConfigError
from planie.plan import Plan, Target
from planie.spans import Frame, ProgramFrame, Span

Row = dict[str, Any]
UNITS: Final = ("paragraph", "document")


class Reads(Protocol):
    """What an :class:`~planie.pipeline.Extractor` does here."""

    def pipe(self, texts: Iterable[str]) -> Iterator[Plan]:
        """Read texts, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Suggested:
    """The tasks, as rows of the tool's file.

    *set_aside* counts the paragraphs that were left out, *replaced* the characters (lone surrogates, NUL)
    at which the tool fails, and which are written U+FFFD.
    """

    tasks: tuple[Row, ...]
    set_aside: int = 0
    replaced: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph or page as read, with the confidence of the task and where it stood."""

    document: Document
    confidence: float
    model: str


def suggest(pages: Iterable[tuple[str, str]], extractor: Reads, *, to: str, unit: str = "paragraph") -> Suggested:
    """Read *pages* and return tasks for the tool *to*.

    Args:
        pages: (name, text) of each page.
        extractor: what :func:`planie.load` gives.
        to: ``label-studio`` or ``doccano``.
        unit: a task is a ``paragraph`` or the whole ``document``.

    Raises:
        ConfigError: there is no such tool or unit.
    """
    if to not in TOOLS or unit not in UNITS:
        raise ConfigError(f"tasks for {to!r} by {unit!r}: give one of {', '.join(TOOLS)}, and {' or '.join(UNITS)}")
    held = list(pages)
    parts: list[_Part] = []
    aside = 0
    for (name, _), plan in zip(held, extractor.pipe([text for _, text in held]), strict=True):
        found, left = _parts(name, plan, unit)
        parts += found
        aside += left
    parts.sort(key=lambda part: part.confidence)  # stable: pages and paragraphs keep their order among equals
    replaced = sum(unstored(part.document.text) for part in parts)
    return Suggested(tuple(map(storable, TOOLS[to].rows(parts))), aside, replaced)


def save(path: Path | str, suggested: Suggested, *, to: str) -> None:
    """Write the tasks as the tool *to* imports them; the old file stays until the new one is whole."""
    TOOLS[to].write(Path(path), suggested.tasks)


# --- from a plan to parts ----------------------------------------------------


def _parts(name: str, plan: Plan, unit: str) -> tuple[list[_Part], int]:
    text = plan.text or ""
    spans = _paragraphs(plan) if unit == "paragraph" else [(0, len(text))]
    shown = [span for span in spans if text[slice(*span)].strip()]
    aside = [span for span in shown if any(a.span[0] <= span[0] and span[1] <= a.span[1] for a in plan.set_aside)]
    kept = [span for span in shown if unit == "document" or span not in aside]
    whole = document_of(name, plan)
    model = " ".join(filter(None, (plan.model.name, plan.model.version))) or "planie"
    parts = []
    for number, span in enumerate(kept, 1):
        document = _cut(whole, span, number if unit == "paragraph" else 0)
        sure = [e.confidence for e in document.entities] + [f.confidence for f in document.frames]
        parts.append(_Part(document, min(sure, default=1.0), model))
    return parts, len(shown) - len(kept)


def _paragraphs(plan: Plan) -> list[Span]:
    """Cut at line feeds, except where the reader saw a sentence or an entity go on over the line."""
    text = plan.text or ""
    inside = set()
    for start, end in [*(e.span for e in plan.entities), *(t.span for t in plan.targets)]:
        stripped = text[start:end].rstrip()
        inside |= {start + i for i, character in enumerate(stripped) if character == "\n"}
    cuts = [i + 1 for i, character in enumerate(text) if character == "\n" and i not in inside]
    return list(zip([0, *cuts], [*cuts, len(text)], strict=True))


def document_of(name: str, plan: Plan) -> Document:
    """Return a plan as an annotated document in the terms of the guide; of entities that healing made overlap, the longer."""
    marks = [Mark(i, e.label, *e.span, None, (), e.confidence) for i, e in enumerate(plan.entities)]
    settled = settle(name, plan.text or "", marks, Options(overlaps="longest", offsets="characters"), Ledger())
    place = {i: settled.place[i] for i in range(len(marks)) if i in settled.place}
    frames = list(_frames(plan, place))
    programs = tuple(ProgramFrame(i) for i, e in enumerate(settled.entities) if e.label == "PROGRAM")
    frames.sort(key=lambda frame: frame.value)
    return Document(name, plan.text or "", settled.entities, tuple(frames), programs)


def _frames(plan: Plan, place: dict[int, int]) -> Iterator[Frame]:
    """Yield the targets' frames, and one for each baseline, which a plan keeps inside its target."""
    bases: dict[int, tuple[Target, dict[str, int]]] = {}
    told = set()
    for target in plan.targets:
        roles = {role: place[i] for role, i in target.roles.items() if i in place}
        if "value" not in roles:
            continue
        value = roles.pop("value")
        told.add(value)
        yield Frame(value, target.status, roles, target.confidence)
        if "base" in roles:
            bases.setdefault(roles["base"], (target, roles))
    for base in sorted(bases.keys() - told):
        yield _baseline(plan, *bases[base], place)


def _baseline(plan: Plan, target: Target, roles: dict[str, int], place: dict[int, int]) -> Frame:
    own: dict[str, int] = {role: roles[role] for role in ("metric", "head", "subject") if role in roles}
    stated = target.baseline.deadline if target.baseline else None
    for i, entity in enumerate(plan.entities):
        if stated and stated.span == entity.span and entity.label == "TIME" and i in place:
            own["when"] = place[i]
    return Frame(roles["base"], "baseline", own, target.confidence)


def _cut(whole: Document, span: Span, number: int) -> Document:
    """The part of a document between two offsets, less the space around it; frames stay whole or go."""
    said = whole.text[slice(*span)]
    start = span[0] + len(said) - len(said.lstrip())
    end = start + len(said.strip())
    inside = [i for i, e in enumerate(whole.entities) if start <= e.start and e.end <= end]
    place = {i: at for at, i in enumerate(inside)}
    entities = [whole.entities[i] for i in inside]
    return Document(
        f"{whole.id}#{number}" if number else whole.id,
        whole.text[start:end],
        tuple(replace(e, start=e.start - start, end=e.end - start) for e in entities),
        tuple(
            replace(f, value=place[f.value], roles=_inside(f.roles, place)) for f in whole.frames if f.value in place
        ),
        tuple(ProgramFrame(place[p.program]) for p in whole.programs if p.program in place),
        {"source": whole.id, "start": start, "end": end},
    )


def _inside(roles: Any, place: dict[int, int]) -> dict[str, int]:
    return {role: place[i] for role, i in roles.items() if i in place}


# --- tools -------------------------------------------------------------------


def _label_studio(parts: Sequence[_Part]) -> Iterator[Row]:
    for part in parts:
        task = labelstudio.task(part.document)
        task["data"]["confidence"] = round(part.confidence, 4)
        result = labelstudio.result(part.document, confidence=True)
        guess = {"model_version": part.model, "score": round(part.confidence, 4), "result": result}
        yield {**task, "predictions": [guess]}


def _doccano(parts: Sequence[_Part]) -> Iterator[Row]:
    rows = doccano.rows([part.document for part in parts], confidence=True)
    for part, row in zip(parts, rows, strict=True):
        yield {**row, "confidence": round(part.confidence, 4)}


@dataclass(frozen=True, slots=True)
class Tool:
    """How tasks become rows, and rows a file."""

    rows: Callable[[Sequence[_Part]], Iterator[Row]]
    write: Callable[[Path, Iterable[Row]], None]


TOOLS: Final[dict[str, Tool]] = {
    "label-studio": Tool(_label_studio, write_list),  # one list: {"data": …, "predictions": [{"score": 0.61, …}]}
    "doccano": Tool(_doccano, write_rows),  # a row a line: {"text": …, "entities": […], "confidence": 0.61, …}
}
