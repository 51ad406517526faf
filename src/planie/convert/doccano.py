"""doccano: sequence labelling with relations, as JSON lines.

    {"text": "…", "entities": [{"id": 1, "label": "METRIC", "start_offset": 0, "end_offset": 4}, …],
     "relations": [{"id": 1, "from_id": 2, "to_id": 1, "type": "metric"}], "doc": "own-001", "meta": {…}}

Enters: that, or an export without relations (``label`` with [start, end, label]). Leaves: documents.
doccano's spans have no attributes, so the status is part of the label: ``VALUE:planned``, and
``VALUE:planned+achieved`` where a value's frames differ (the relation ``metric#2`` is the second's).
``doc`` and ``meta`` come back as they were; doccano gives spans new ids. Source: doccano's importer and
exporter (read and run: 1.8.4), and its pull request 1703.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from planie.annotations import Document
from planie.convert.draft import Mark, Options, finish, settle
from planie.convert.frames import Link, encode, resolve
from planie.convert.report import Ledger
from planie.convert.text import UNSTORED, Row, read_rows, storable, unstored, write_rows
from planie.spans import Entity

_OURS: Final = {"id", "text", "data", "entities", "relations", "label", "labels", "doc", "meta", "Comments", "comments"}
LEFT_OUT: Final = "value whose frames are not in this export, which leaves relations out"
ROLES_LEFT_OUT: Final = "programme whose roles are not in this export, which leaves relations out"
UNREAD: Final = "text without a span; was it annotated? doccano exports the others too unless told “only approved”"
EMPTY: Final = "document without a character, which doccano does not import"
NONE_DRAWN: Final = "value in an export that has no relation at all; were they left out of it?"


def read(path: Path, options: Options, ledger: Ledger) -> list[Document]:
    """Read an export."""
    rows = list(read_rows(path))
    bare = bool(rows) and not any(row.get("relations") for _, row in rows)
    return [
        document
        for number, (place, row) in enumerate(rows, 1)
        if (document := _document(f"{path.stem}-{number:05d}", place, row, options, ledger, bare=bare))
    ]


def _document(name: str, place: str, row: Row, options: Options, ledger: Ledger, *, bare: bool) -> Document | None:
    text = row.get("text", row.get("data"))
    if not isinstance(text, str):
        ledger.fault(f"{place}: no text under 'text' (found {', '.join(map(repr, row)) or 'nothing'})")
        return None
    name = str(row.get("doc") or name)
    try:
        spans = list(_spans(row))
    except (KeyError, TypeError, ValueError) as error:
        ledger.fault(
            f"{place}: a span is no [start, end, label] and no object with these ({type(error).__name__} {error})"
        )
        return None
    ledger.lose("comment", name, count=len(row.get("Comments") or row.get("comments") or ()))
    ledger.note(UNREAD, name, count=not spans)
    settled = settle(name, text, [mark for mark, _ in spans], options, ledger)
    marks = {settled.place[mark.id]: told for mark, told in spans if told and mark.id in settled.place}
    links = list(_links(name, row, settled.place, settled.entities, ledger))
    if bare:
        miss_relations(name, settled.entities, ledger, held="relations" in row)
    return finish(name, text, settled, marks, links, ledger, _meta(row))


def miss_relations(name: str, entities: Sequence[Entity], ledger: Ledger, *, held: bool) -> None:
    """Say what stands without roles in an export that has no relation (though it could hold them: *held*)."""
    count = sum(e.label == "VALUE" for e in entities)
    if not held:
        ledger.lose(LEFT_OUT, name, count=count)
        ledger.lose(ROLES_LEFT_OUT, name, count=sum(e.label == "PROGRAM" for e in entities))
    elif count < len(entities):
        ledger.note(NONE_DRAWN, name, count=count)


def _meta(row: Row) -> Mapping[str, Any]:
    """What we put there; from another source, every column that doccano carried along."""
    held = row.get("meta")
    return held if isinstance(held, dict) else {k: v for k, v in row.items() if k not in _OURS}


def _spans(row: Row) -> Iterator[tuple[Mark, tuple[str, ...]]]:
    """Yield each span with what its label says of its frames."""
    for number, span in enumerate(row.get("entities") or row.get("label") or row.get("labels") or ()):
        if isinstance(span, dict):
            key, start, end, label = span["id"], span["start_offset"], span["end_offset"], span["label"]
        else:
            key, (start, end, label) = number, span
        name, _, told = str(label).partition(":")
        yield Mark(key, name, int(start), int(end)), tuple(told.split("+")) if told else ()


def _links(name: str, row: Row, place: Mapping[Any, int], entities: Sequence[Entity], ledger: Ledger) -> Iterator[Link]:
    for relation in row.get("relations") or ():
        start, end, kind = (relation.get(key) for key in ("from_id", "to_id", "type"))
        if start not in place or end not in place:
            ledger.lose("relation to a span that was lost", f"{name}: {kind} from {start} to {end}")
        elif found := resolve(entities, place[start], place[end], str(kind or ""), ledger, name):
            yield found


def write(path: Path, documents: Sequence[Document], ledger: Ledger) -> None:
    """Write a row a document; ids count through the file, as older importers want them."""
    for document in documents:
        ledger.lose(UNSTORED, document.id, count=unstored(document.text))
        ledger.note(EMPTY, document.id, count=not document.text)
    write_rows(path, map(storable, rows(documents)))


def rows(documents: Sequence[Document], *, confidence: bool = False) -> Iterator[Row]:
    """Yield a row for each document; *confidence* adds each span's, which doccano's importer passes over."""
    first = 1
    relation = 1
    for document in documents:
        marks, links = encode(document)
        entities: list[Row] = []
        for i, entity in enumerate(document.entities):
            label = ":".join((entity.label, "+".join(marks[i]))) if i in marks else entity.label
            span: Row = {"id": first + i, "label": label, "start_offset": entity.start, "end_offset": entity.end}
            entities.append(span | ({"confidence": entity.confidence} if confidence else {}))
        relations = [
            {"id": relation + n, "from_id": first + k.anchor, "to_id": first + k.filler, "type": k.name}
            for n, k in enumerate(links)
        ]
        first, relation = first + len(entities), relation + len(relations)
        held = {"doc": document.id, "meta": dict(document.meta)}
        yield {"text": document.text, "entities": entities, "relations": relations, **held}
