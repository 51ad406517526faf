r"""brat standoff: ``ID.txt`` with ``ID.ann`` beside it, in a folder.

Enters: text-bound annotations (T) with events (E) or relations (R), and attributes (A) for the status.
Leaves: documents. Written are events: each frame is an event on its value, so a value with several
frames has several events.

    T1	METRIC 0 4	毛入园率
    T2	VALUE 6 9	96%
    E1	VALUE:T2 metric:T1
    A1	status E1 planned

A span across lines is written, and read, in pieces; of a span with real gaps the longest piece is kept.
Lines of other kinds (notes, normalisations, equivalences) are lost. ``meta`` goes into ``ID.meta.json``,
which brat passes over. Source: the format's page, brat.nlplab.org/standoff.html.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from planie.annotations import Document
from planie.convert.draft import Mark, Options, Settled, finish, settle
from planie.convert.frames import FRAME, MENTION, Link, resolve
from planie.convert.offsets import Given
from planie.convert.report import Ledger
from planie.convert.text import LONE, Row, lines, read_rows, read_text, whole, write_rows, write_text
from planie.errors import CorpusError
from planie.schema import STATUSES
from planie.spans import Entity, Frame, ProgramFrame

_UNSAFE: Final = re.compile(r'[<>:"/\\|?*%\x00-\x1f\ud800-\udfff]|^[. ]|[. ]$')  # in a file's name, on some system
_BLANK: Final = re.compile(r"\s")
_BOUND: Final = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)")
_OTHER: Final = {"#": "note", "N": "normalisation", "*": "equivalence"}
META: Final = ".meta.json"


@dataclass
class _Sheet:
    """The lines of one .ann file, by kind."""

    marks: list[Mark] = field(default_factory=list)
    events: dict[str, tuple[str, list[tuple[str, str]]]] = field(default_factory=dict)  # id → trigger, arguments
    relations: list[tuple[str, str, str]] = field(default_factory=list)  # name, from, to
    statuses: dict[str, str] = field(default_factory=dict)  # id → status
    others: list[str] = field(default_factory=list)  # attributes that are no status


# --- reading -----------------------------------------------------------------


def read(path: Path, options: Options, ledger: Ledger) -> list[Document]:
    """Read a folder of pairs, or one pair by the name of either file.

    Raises:
        CorpusError: the folder holds no .ann file, or a file is missing or in another encoding.
    """
    root = path if path.is_dir() else path.parent
    files = sorted(path.rglob("*.ann")) if path.is_dir() else [path.with_suffix(".ann")]
    if not files:
        raise CorpusError(f"{path}: no .ann file in this folder; brat keeps one beside each .txt")
    if path.is_dir():
        alone = [text.name for text in sorted(path.rglob("*.txt")) if not text.with_suffix(".ann").exists()]
        for name in alone:
            ledger.lose("text without an .ann file, which nobody has annotated", name)
    return [_document(file, root, options, ledger) for file in files]


def _document(file: Path, root: Path, options: Options, ledger: Ledger) -> Document:
    name = unquote(file.relative_to(root).with_suffix("").as_posix())
    text, bom = read_text(file.with_suffix(".txt"))
    sheet = _sheet(name, file, ledger)
    settled = settle(name, text, sheet.marks, options, ledger, bom=bom)
    reader = _Reader(name, sheet, settled, ledger)
    reader.read()
    meta = file.with_suffix(META)
    held: Row = next((row for _, row in read_rows(meta)), {}) if meta.exists() else {}
    return finish(name, text, settled, reader.marks, reader.links, ledger, held)


def _sheet(name: str, file: Path, ledger: Ledger) -> _Sheet:
    sheet = _Sheet()
    for number, line in enumerate(lines(read_text(file)[0]), 1):
        if not line.strip():
            continue
        kind = line[0]
        if kind in _OTHER:
            ledger.lose(f"brat {_OTHER[kind]}", f"{name}.ann, line {number}")
        elif kind not in _KINDS or not _KINDS[kind](sheet, line):
            ledger.fault(
                f"{name}.ann, line {number}: {line[:60]!r} is no brat annotation of kind T, E, R, A, M, N, # or *"
            )
    return sheet


def _bound(sheet: _Sheet, line: str) -> bool:
    r"""``T1\tMETRIC 0 4\t毛入园率``, or in pieces ``T1\tMETRIC 0 2;3 5\t毛入 园率``."""
    cells = line.split("\t", 2)
    match = _BOUND.fullmatch(cells[1].strip()) if len(cells) > 1 else None
    if match is None:
        return False
    said = cells[2] if len(cells) > 2 else None
    spans = [tuple(map(int, piece.split())) for piece in match[2].split(";")]
    parts = tuple(_pieces([(s, e) for s, e in spans], said)) if len(spans) > 1 else ()
    sheet.marks.append(Mark(cells[0], match[1], spans[0][0], spans[-1][1], said, parts))
    return True


def _pieces(spans: Sequence[tuple[int, int]], said: str | None) -> Iterator[Given]:
    at = 0
    for start, end in spans:
        yield start, end, None if said is None else said[at : at + end - start]
        at += end - start + 1  # a space stands between the pieces


def _event(sheet: _Sheet, line: str) -> bool:
    r"""``E1\tVALUE:T2 metric:T1 when:T3``."""
    name, _, body = line.partition("\t")
    pairs = [tuple(cell.rsplit(":", 1)) for cell in body.split()]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        return False
    sheet.events[name] = (pairs[0][1], [(pair[0].rstrip("0123456789"), pair[1]) for pair in pairs[1:]])
    return True


def _relation(sheet: _Sheet, line: str) -> bool:
    r"""``R1\tmetric Arg1:T2 Arg2:T1``."""
    cells = line.partition("\t")[2].split()
    if len(cells) != 3 or ":" not in cells[1] or ":" not in cells[2]:
        return False
    sheet.relations.append((cells[0], cells[1].rsplit(":", 1)[1], cells[2].rsplit(":", 1)[1]))
    return True


def _attribute(sheet: _Sheet, line: str) -> bool:
    r"""``A1\tstatus E1 planned``, or the status itself as a flag: ``A1\tachieved T2``."""
    cells = line.partition("\t")[2].split()
    if len(cells) < 2:
        return False
    value = cells[2] if len(cells) > 2 else cells[0]
    if value.lower() in (*STATUSES, MENTION):
        sheet.statuses[cells[1]] = value.lower()
    else:
        sheet.others.append(line)
    return True


_KINDS: Final[Mapping[str, Callable[[_Sheet, str], bool]]] = {
    "T": _bound,
    "E": _event,
    "R": _relation,
    "A": _attribute,
    "M": _attribute,  # an older letter for the same
}


class _Reader:
    """Turns a sheet's events and relations into marks and links."""

    def __init__(self, name: str, sheet: _Sheet, settled: Settled, ledger: Ledger) -> None:
        self.name, self.sheet, self.ledger = name, sheet, ledger
        self.entities = settled.entities
        self.spans = {str(i): at for i, at in settled.place.items()}
        self.spans |= {e: self.spans[t] for e, (t, _) in sheet.events.items() if t in self.spans}
        self.marks: dict[int, list[str]] = {}
        self.links: list[Link] = []

    def read(self) -> None:
        """The second event of a value is its frame number 2; a status on the span itself is its only one."""
        for event, (_, arguments) in self.sheet.events.items():
            if event not in self.spans:
                self.ledger.lose("event on a span that was lost", f"{self.name}: {event}")
                continue
            anchor = self.spans[event]
            self.marks.setdefault(anchor, []).append(self._mark(event, self.entities[anchor].label))
            for role, filler in arguments:
                self._link(role, event, filler, len(self.marks[anchor]))
        for name, start, end in self.sheet.relations:
            self._link(name, start, end, 0)
        for span, status in self.sheet.statuses.items():
            if span in self.spans:
                self.marks.setdefault(self.spans[span], [status])
            elif span not in self.sheet.events:
                self.ledger.lose("brat status on nothing", f"{self.name}: {status} of {span}")
        for line in self.sheet.others:
            self.ledger.lose("brat attribute that is no status", f"{self.name}: {line}")

    def _mark(self, event: str, label: str) -> str:
        if label != "VALUE":
            return FRAME
        status = self.sheet.statuses.get(event) or self.sheet.statuses.get(self.sheet.events[event][0])
        if status is None:
            self.ledger.note("event without a status, read as planned", f"{self.name}: {event}")
        return status or "planned"

    def _link(self, role: str, start: str, end: str, number: int) -> None:
        if start not in self.spans or end not in self.spans:
            self.ledger.lose("role or relation to a span that was lost", f"{self.name}: {role} from {start} to {end}")
            return
        low, high = self.spans[start], self.spans[end]
        if found := resolve(self.entities, low, high, role, self.ledger, self.name):
            self.links.append(replace(found, number=number or found.number))


# --- writing -----------------------------------------------------------------


def write(path: Path, documents: Sequence[Document], ledger: Ledger) -> None:
    """Write a pair of files a document into the folder *path*.

    Raises:
        CorpusError: the ids of two documents would name one file.
    """
    names = [_UNSAFE.sub(_escaped, document.id) or "%" for document in documents]
    folded = Counter(name.casefold() for name in names)
    if twice := [d.id for d, name in zip(documents, names, strict=True) if folded[name.casefold()] > 1]:
        raise CorpusError(f"{path}: several documents would be one file: {', '.join(map(repr, twice[:10]))}")
    path.mkdir(parents=True, exist_ok=True)
    for document, name in zip(documents, names, strict=True):
        text, lone = whole(document.text)
        ledger.lose(LONE, document.id, count=lone)
        write_text(path / f"{name}.txt", text)
        write_text(path / f"{name}.ann", "".join(f"{line}\n" for line in _lines(document, text)))
        meta = path / f"{name}{META}"
        if document.meta:
            write_rows(meta, [dict(document.meta)])
        else:
            meta.unlink(missing_ok=True)  # of what was written here before


def _escaped(match: re.Match[str]) -> str:
    return quote(match[0].encode("utf-8", "surrogatepass"), safe="") if match[0] != "." else "%2E"


def _lines(document: Document, text: str) -> Iterator[str]:
    for i, entity in enumerate(document.entities, 1):
        yield _bound_line(f"T{i}", entity, text)
    events: list[Frame | ProgramFrame] = [*document.frames, *document.programs]
    first: dict[int, str] = {}
    for number, event in enumerate(events, 1):
        first.setdefault(_anchor(event), f"E{number}")
    for number, event in enumerate(events, 1):
        label = document.entities[_anchor(event)].label
        roles = "".join(f" {role}:{first.get(i, f'T{i + 1}')}" for role, i in event.roles.items())
        yield f"E{number}\t{label}:T{_anchor(event) + 1}{roles}"
    for number, frame in enumerate(document.frames, 1):
        yield f"A{number}\tstatus E{number} {frame.status}"
    plain = [i for i, e in enumerate(document.entities, 1) if e.label == "PROGRAM" and i - 1 not in first]
    for number, i in enumerate(plain, len(document.frames) + 1):
        yield f"A{number}\t{MENTION} T{i}"


def _anchor(event: Frame | ProgramFrame) -> int:
    return event.value if isinstance(event, Frame) else event.program


def _bound_line(name: str, entity: Entity, text: str) -> str:
    """A span over several lines goes in pieces, as brat shows and checks a line at a time."""
    pieces = [m.span() for m in re.finditer(r"[^\r\n]+", text[entity.start : entity.end])]
    spans = ";".join(f"{entity.start + s} {entity.start + e}" for s, e in pieces)
    said = " ".join(text[entity.start + s : entity.start + e] for s, e in pieces)
    return f"{name}\t{entity.label} {spans}\t{_BLANK.sub(' ', said)}"
