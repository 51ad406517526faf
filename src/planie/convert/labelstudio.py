"""Label Studio: the JSON export, with regions, relations, and a choice in each region for its status.

Enters: an export (JSON, or JSON-MIN, which leaves relations out). Leaves: documents; and tasks with
annotations or, for :mod:`planie.suggest`, with predictions, for a project with :data:`CONFIG`. A value
whose frames differ in more than their metric has a region for each frame, one upon the other. Of several
annotations of a task the one marked as ground truth is read, else the newest; what is written says that it
is no ground truth, which an importing Label Studio would make it, before any later correction. Offsets are written in
characters, as Label Studio counts since 1.5; older versions count UTF-16 code units. Source: the
documentation (guide/task_format, guide/predictions, tags/text), Label Studio 1.23.2 (read and run: import, export and the
editor, which shows a Windows line end as two breaks) and its converter (label-studio-sdk 2.1.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from planie.annotations import Document
from planie.convert.doccano import miss_relations
from planie.convert.draft import Mark, Options, Settled, finish, settle
from planie.convert.frames import FRAME, MENTION, Link, encode, resolve
from planie.convert.report import Ledger
from planie.convert.text import UNSTORED, Row, read_rows, storable, unstored, write_list
from planie.schema import LABELS, ROLES, STATUSES

CONFIG: Final = "\n".join(
    (
        "<View>",
        "  <Relations>",
        *(f'    <Relation value="{role}"/>' for role in ROLES),
        "  </Relations>",
        '  <Labels name="label" toName="text">',
        *(f'    <Label value="{label}"/>' for label in LABELS),
        "  </Labels>",
        '  <Text name="text" value="$text" granularity="symbol"/>',
        '  <Choices name="status" toName="text" perRegion="true" visibleWhen="region-selected"',
        '           whenLabelValue="VALUE,PROGRAM">',
        *(f'    <Choice value="{status}"/>' for status in (*STATUSES, FRAME, MENTION)),
        "  </Choices>",
        "  <Style>.htx-text, .htx-richtext{white-space: pre-wrap;}</Style>",
        "</View>",
        "",
    )
)
"""The labelling configuration that the tasks are for."""

OLDER: Final = "annotation of a task that has a newer one, or ground truth"


# --- reading -----------------------------------------------------------------


def read(path: Path, options: Options, ledger: Ledger) -> list[Document]:
    """Read an export."""
    rows = [(place, row, _regions(place, row, ledger)) for place, row in _once(list(read_rows(path)), ledger)]
    bare = not any(r.get("type") == "relation" for _, _, regions in rows for r in regions or ())
    documents = (
        _document(f"{path.stem}-{row.get('id', number)}", place, row, regions, options, ledger, bare=bare)
        for number, (place, row, regions) in enumerate(rows, 1)
        if regions is not None
    )
    return [document for document in documents if document]


def _once(rows: Sequence[tuple[str, Row]], ledger: Ledger) -> list[tuple[str, Row]]:
    """Of JSON-MIN, which has a row for each annotation of a task, keep the newest row of each."""
    newest: dict[Any, tuple[str, int]] = {}
    for number, (_, row) in enumerate(rows):
        key = row["id"] if "annotation_id" in row and "id" in row else f"row {number}"
        made = str(row.get("updated_at") or row.get("created_at") or "")
        newest[key] = max(newest.get(key, (made, -number)), (made, -number))  # the converter writes the newest first
    kept = {-number for _, number in newest.values()}
    for number, (place, _) in enumerate(rows):
        ledger.lose(OLDER, place, count=number not in kept)
    return [row for number, row in enumerate(rows) if number in kept]


def _regions(place: str, row: Row, ledger: Ledger) -> list[Row] | None:
    """Return the results of the annotation to read, or ``None`` where nobody has annotated."""
    given = row.get("annotations", row.get("completions"))
    if given is None:
        regions = list(_flat(row)) if "data" not in row else []
        if regions or ("data" not in row and row.get("annotation_id", "") is not None):
            return regions
        given = []
    done = [a for a in given if not (a.get("was_cancelled") or a.get("skipped"))]
    ledger.lose("annotation that was skipped", place, count=len(given) - len(done))
    if not done:
        guessed = " (it has only predictions)" if row.get("predictions") else ""
        ledger.lose(f"task that nobody has annotated{guessed}", place)
        return None
    done.sort(key=lambda a: (bool(a.get("ground_truth")), str(a.get("updated_at") or a.get("created_at") or "")))
    ledger.lose(OLDER, place, count=len(done) - 1)
    return list(done[-1].get("result") or ())


def _flat(row: Row) -> Iterator[Row]:
    """Yield the regions of a JSON-MIN row: lists of values under the names of their controls."""
    for values in row.values():
        for number, value in enumerate(values if isinstance(values, list) else ()):
            if isinstance(value, dict) and "start" in value:
                kind = "choices" if "choices" in value else "labels"
                yield {"id": f"{value['start']}-{value.get('end')}", "type": kind, "value": value, "at": number}


def _document(
    name: str, place: str, row: Row, regions: list[Row], options: Options, ledger: Ledger, *, bare: bool
) -> Document | None:
    data = row.get("data", row)
    text = _text(data)
    if text is None:
        ledger.fault(f"{place}: no text in the task's data (found {', '.join(map(repr, data)) or 'nothing'})")
        return None
    name = str(data.get("doc") or name)
    try:
        spans = list(_spans(name, regions, ledger))
    except (KeyError, TypeError, ValueError) as error:
        ledger.fault(f"{place}: a region has no start and end in plain text ({type(error).__name__} {error})")
        return None
    settled = settle(name, text, spans, options, ledger)
    reader = _Reader(name, regions, settled, ledger)
    if bare:
        miss_relations(name, settled.entities, ledger, held="data" in row)
    held = data.get("meta")
    meta = held if isinstance(held, dict) else {k: v for k, v in data.items() if v != text} if "data" in row else {}
    return finish(name, text, settled, reader.marks(), reader.links(), ledger, meta)


def _text(data: Row) -> str | None:
    """The text that was shown: under ``text``, else the longest."""
    if isinstance(data.get("text"), str):
        return str(data["text"])
    return max((v for v in data.values() if isinstance(v, str)), key=len, default=None)


def _spans(name: str, regions: Sequence[Row], ledger: Ledger) -> Iterator[Mark]:
    ids = {region.get("id") for region in regions if str(region.get("type")).endswith("labels")}
    for region in regions:
        kind, value = str(region.get("type")), region.get("value") or {}
        if not kind.endswith("labels"):
            known = kind == "relation" or (kind == "choices" and region.get("id") in ids)
            ledger.lose(f"result of type {kind!r}, which is no region", name, count=not known)
            continue
        labels = value.get("labels") or value.get(kind) or ()
        if not labels:
            ledger.lose("region without a label", f"{name}: {value}")
            continue
        ledger.lose("second label of a region", name, count=len(labels) - 1)
        ledger.lose("note on a region", name, count=len((region.get("meta") or {}).get("text") or ()))
        yield Mark(region["id"], labels[0], int(value["start"]), int(value["end"]), value.get("text"))


class _Reader:
    """Reads what regions say of frames, each through its relations and its choice."""

    def __init__(self, name: str, regions: Sequence[Row], settled: Settled, ledger: Ledger) -> None:
        self.name, self.settled, self.ledger = name, settled, ledger
        self.relations = [r for r in regions if r.get("type") == "relation"]
        self.told: dict[Any, str] = {}
        for region in regions:
            if region.get("type") == "choices" and region.get("id") in settled.place:
                choices = region["value"].get("choices") or [""]
                self.told[region["id"]] = str(choices[0])
                ledger.lose("second status of a region", name, count=len(choices) - 1)
        self.copies = self._active()

    def _active(self) -> dict[int, list[Any]]:
        """The regions of each entity that say something: one frame each where there are several."""
        speaking = {r.get(end) for r in self.relations for end in ("from_id", "to_id")} | set(self.told)
        found: dict[int, list[Any]] = {}
        for key, place in self.settled.place.items():
            if key in speaking:
                found.setdefault(place, []).append(key)
        return found

    def marks(self) -> dict[int, tuple[str, ...]]:
        """The choices of each entity's regions."""
        marks = {}
        for place, keys in self.copies.items():
            usual = "planned" if self.settled.entities[place].label == "VALUE" else FRAME
            if len(keys) > 1:
                marks[place] = tuple(self.told.get(key) or usual for key in keys)
            elif self.told.get(keys[0]):
                marks[place] = (self.told[keys[0]],)
        return marks

    def links(self) -> list[Link]:
        """The relations, each in the frame of the region that it is drawn from."""
        links = []
        for relation in self.relations:
            start, end = relation.get("from_id"), relation.get("to_id")
            if relation.get("direction") == "left":
                start, end = end, start
            for label in relation.get("labels") or [""]:
                if start not in self.settled.place or end not in self.settled.place:
                    self.ledger.lose("relation to a span that was lost", f"{self.name}: {label} from {start} to {end}")
                elif found := self._link(start, end, str(label)):
                    links.append(found)
        return links

    def _link(self, start: Any, end: Any, label: str) -> Link | None:
        place = self.settled.place
        found = resolve(self.settled.entities, place[start], place[end], label, self.ledger, self.name)
        if found is None:
            return None
        keys = self.copies[found.anchor]
        drawn = start if place[start] == found.anchor else end
        return replace(found, number=keys.index(drawn) + 1) if len(keys) > 1 else found


# --- writing -----------------------------------------------------------------


def write(path: Path, documents: Sequence[Document], ledger: Ledger) -> None:
    """Write annotated tasks."""
    for document in documents:
        ledger.lose(UNSTORED, document.id, count=unstored(document.text))
    write_list(path, map(storable, map(_annotated, documents)))


def _annotated(document: Document) -> Row:
    return {**task(document), "annotations": [{"ground_truth": False, "result": result(document)}]}


def task(document: Document) -> Row:
    """The task of a document, without what anyone said of it."""
    return {"data": {"text": document.text, "doc": document.id, "meta": dict(document.meta)}}


def result(document: Document, *, confidence: bool = False) -> list[Row]:
    """The regions, choices and relations of a document; *confidence* adds each region's score."""
    marks, links = encode(document)
    regions: list[Row] = []
    for i, entity in enumerate(document.entities):
        told = marks.get(i, ())
        value = {"start": entity.start, "end": entity.end, "text": document.text[entity.start : entity.end]}
        score = {"score": entity.confidence} if confidence else {}
        for number in range(1, max(len(told), 1) + 1):
            region = {"id": _key(i, number, told), "to_name": "text"}
            labelled = {"from_name": "label", "type": "labels", "value": {**value, "labels": [entity.label]}}
            regions.append({**region, **labelled, **score})
            if told:
                chosen = {"from_name": "status", "type": "choices", "value": {**value, "choices": [told[number - 1]]}}
                regions.append({**region, **chosen})
    return regions + [_relation(link, marks) for link in links]


def _key(index: int, number: int, marks: Sequence[str]) -> str:
    return f"e{index}-{number}" if len(marks) > 1 else f"e{index}"


def _relation(link: Link, marks: Mapping[int, Sequence[str]]) -> Row:
    ends = {
        "from_id": _key(link.anchor, link.number, marks.get(link.anchor, ())),
        "to_id": _key(link.filler, 1, marks.get(link.filler, ())),
    }
    return {"type": "relation", **ends, "direction": "right", "labels": [link.role]}
