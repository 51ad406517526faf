"""Annotated plans: the corpus format of the guide, read, checked and written.

One JSON object a line. A document carries its ``text``, or is stand-off: ``doc``, the text's
``sha256`` and a digest for each entity, to be joined with a text file by :func:`join`.
Whatever breaks a rule is refused whole, every fault with its file and line in one message.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from planie.errors import CorpusError
from planie.replacing import replacing
from planie.schema import LABELS, PROGRAM_ROLES, ROLES, STATUSES, Label, Status
from planie.spans import OUTER, Entity, Frame, ProgramFrame, Span


@dataclass(frozen=True)
class Document:
    """One annotated text; offsets are raw offsets into *text*, and *regions* say what was annotated in full."""

    id: str
    text: str
    entities: tuple[Entity, ...]
    frames: tuple[Frame, ...]
    programs: tuple[ProgramFrame, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def regions(self) -> tuple[Span, ...]:
        """The spans that were annotated in full: by default the whole text."""
        return tuple((int(s), int(e)) for s, e in self.meta.get("regions", [(0, len(self.text))]))


def sha256(text: str) -> str:
    """Return the hex sha256 of *text* in UTF-8 (lone surrogates as they are)."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object) of a JSON-lines file.

    Raises:
        CorpusError: the file is missing, or a line is not UTF-8 or no JSON object; all such lines, when the
            others have been given.
    """
    if not path.is_file():
        raise CorpusError(f"{path}: no such file; give a corpus in JSON lines")
    faults: list[str] = []
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                said = line.decode(
                    "utf-8-sig" if number == 1 else "utf-8"
                ).strip()  # Windows programs put a mark before it
                row = json.loads(said) if said else None
            except UnicodeDecodeError as error:
                faults.append(f"{path}, line {number}: not UTF-8 at byte {error.start}; save it as UTF-8")
            except json.JSONDecodeError as error:
                faults.append(f"{path}, line {number}, column {error.colno}: not JSON ({error.msg})")
            else:
                if isinstance(row, dict):
                    yield number, row
                elif said:
                    faults.append(f"{path}, line {number}: expected an object, found {type(row).__name__}")
    if faults:
        raise CorpusError("\n".join(faults))


def load(path: Path | str) -> list[Document]:
    """Read the documents of a JSON-lines file, or of every such file in a folder.

    Raises:
        CorpusError: any line breaks a rule; the message lists them all.
    """
    path = Path(path)
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise CorpusError(f"{path}: the folder holds no .jsonl file")
    found: list[Document] = []
    faults: list[str] = []
    for file in files:
        try:
            for number, row in read_jsonl(file):
                try:
                    found.append(from_dict(row))
                except CorpusError as error:
                    faults.extend(f"{file}, line {number}: {fault}" for fault in str(error).split("\n"))
        except CorpusError as error:
            faults.extend(str(error).split("\n"))
    if faults:
        raise CorpusError("\n".join(faults))
    if not found:
        raise CorpusError(f"{path}: no document in it; an annotated plan is one JSON object a line")
    return found


def from_dict(row: Mapping[str, Any]) -> Document:
    """Build a document and check it against the guide.

    Raises:
        CorpusError: every fault, a line each.
    """
    if not isinstance(row.get("text"), str):
        what = "is stand-off: join it with its text first" if "doc" in row else "has no 'text'"
        raise CorpusError(f"document {row.get('id', row.get('doc', '?'))!r} {what}")
    try:
        document = _build(row)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise CorpusError(f"document {row.get('id', '?')!r}: {type(error).__name__} {error}") from error
    if faults := list(check(document)):
        raise CorpusError("\n".join(f"document {document.id!r}: {fault}" for fault in faults))
    return document


def _build(row: Mapping[str, Any]) -> Document:
    rows = sorted(row["entities"], key=lambda e: (int(e["start"]), int(e["end"])))
    place = {e["id"]: i for i, e in enumerate(rows)}
    if len(place) < len(rows):
        twice = [str(i) for i, count in Counter(e["id"] for e in rows).items() if count > 1]
        raise ValueError(f"several entities have the id {', '.join(twice)}")
    entities = tuple(Entity(cast(Label, e["label"]), int(e["start"]), int(e["end"])) for e in rows)
    frames = tuple(
        Frame(place[f["value"]], cast(Status, f["status"]), {r: place[i] for r, i in f["roles"].items()})
        for f in row.get("frames", [])
    )
    programs = tuple(
        ProgramFrame(place[p["program"]], {r: place[i] for r, i in p["roles"].items()}) for p in row.get("programs", [])
    )
    return Document(str(row["id"]), row["text"], entities, frames, programs, dict(row.get("meta", {})))


def check(document: Document) -> Iterator[str]:
    """Yield every rule of the guide that the document breaks."""
    last = 0
    for i, entity in enumerate(document.entities):
        said = document.text[entity.start : entity.end]
        where = f"entity {i} [{entity.start}, {entity.end}) {said!r}"
        if entity.label not in LABELS:
            yield f"{where}: label {entity.label!r} is none of {', '.join(LABELS)}"
        if not 0 <= entity.start < entity.end <= len(document.text):
            yield f"{where}: outside the text of {len(document.text)} characters"
        elif said != said.strip(OUTER):
            yield f"{where}: begins or ends with punctuation or a space"
        if entity.start < last:
            yield f"{where}: overlaps the entity before it"
        last = max(last, entity.end)
    if not _are_spans(document.meta.get("regions", [])):
        yield "meta: regions are no list of [start, end]"
    for frame in document.frames:
        yield from _check_roles(document, frame.value, "VALUE", frame.roles, ROLES)
        if frame.status not in STATUSES:
            yield f"frame of entity {frame.value}: status {frame.status!r} is none of {', '.join(STATUSES)}"
    for program in document.programs:
        yield from _check_roles(document, program.program, "PROGRAM", program.roles, PROGRAM_ROLES)


def _are_spans(regions: object) -> bool:
    return isinstance(regions, list | tuple) and all(
        isinstance(region, list | tuple) and len(region) == 2 and all(type(n) is int for n in region)
        for region in regions
    )


def _check_roles(
    document: Document, anchor: int, label: str, roles: Mapping[str, int], allowed: Mapping[str, Label]
) -> Iterator[str]:
    if document.entities[anchor].label != label:
        yield f"frame of entity {anchor}: a {document.entities[anchor].label}, not a {label}"
    for role, filler in roles.items():
        if role not in allowed:
            yield f"frame of entity {anchor}: role {role!r} is none of {', '.join(allowed)}"
        elif document.entities[filler].label != allowed[role]:
            yield f"frame of entity {anchor}: {role} is filled by a {document.entities[filler].label}, not a {allowed[role]}"


def to_dict(document: Document, *, standoff: bool = False) -> dict[str, Any]:
    """Return the document as the guide's JSON object; *standoff* leaves the text out and adds digests."""
    entities: list[dict[str, Any]] = []
    for i, e in enumerate(document.entities):
        row: dict[str, Any] = {"id": i, "label": e.label, "start": e.start, "end": e.end}
        if standoff:
            row["digest"] = sha256(document.text[e.start : e.end])[:8]
        entities.append(row)
    head = (
        {"doc": document.id, "sha256": sha256(document.text)}
        if standoff
        else {"id": document.id, "text": document.text}
    )
    return {
        **head,
        "meta": dict(document.meta),
        "entities": entities,
        "frames": [{"value": f.value, "status": f.status, "roles": dict(f.roles)} for f in document.frames],
        "programs": [{"program": p.program, "roles": dict(p.roles)} for p in document.programs],
    }


def join(row: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Give a stand-off document its text.

    Raises:
        CorpusError: the text is another one, or an entity is not where it was.
    """
    name = row.get("doc", "?")
    if sha256(text) != row.get("sha256"):
        raise CorpusError(f"document {name!r}: sha256 is {sha256(text)[:16]}…, expected {str(row.get('sha256'))[:16]}…")
    moved = [e["id"] for e in row["entities"] if sha256(text[e["start"] : e["end"]])[:8] != e["digest"]]
    if moved:
        raise CorpusError(f"document {name!r}: entities {moved[:10]} do not match their digests; offsets have moved")
    entities = [{k: v for k, v in e.items() if k != "digest"} for e in row["entities"]]
    body = {k: v for k, v in row.items() if k not in ("doc", "sha256", "entities")}
    return {"id": name, "text": text, **body, "entities": entities}


def write(path: Path | str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON lines; the old file stays until the new one is whole."""
    with replacing(path) as file:
        for row in rows:
            file.write((json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace"))
