"""Plans as an Excel workbook: a sheet of targets, one of programmes, one of plans, each cell of its type.

Enters: plans, one by one; rows go to disk as they come. Leaves: the bytes of an .xlsx file, the same
for the same plans. Refused: more rows than a sheet can hold. A page's text is written as text, never
as a formula, and marked as such (``quotePrefix``), so that it stays text when a cell is edited; what
XML cannot hold stands as U+FFFD, and what is longer than a cell ends in …. The targets' columns are
those of :data:`~planie.export.table.COLUMNS`. Source of the limits:
https://support.microsoft.com/office/excel-specifications-and-limits.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from planie.errors import PlanieError, require
from planie.export.table import COLUMNS, rows
from planie.export.text import well_formed
from planie.plan import Deadline, Plan, Program

_ROWS: Final = 1_048_576
_CHARACTERS: Final = 32_767
_UNHELD: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula
_MODIFIED: Final = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip archive can name

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, its columns with their widths in characters, and the rows of one plan."""

    name: str
    columns: Mapping[str, int]
    rows: Callable[[Plan], Iterator[Row]]


_WIDE: Final = {"metric": 30, "evidence": 60, "title": 30, "action": 16, "value": 16, "section": 20, "program": 20}


def _targets(plan: Plan) -> Iterator[Row]:
    return (list(row.values()) for row in rows(plan))


def _programs(plan: Plan) -> Iterator[Row]:
    for program in plan.programs:
        due: Deadline | None = program.deadline
        dated = [None] * 4 if due is None else [due.text, due.year, due.month, due.day]
        yield [plan.source.name, plan.title, program.name, *dated, program.org, *_places(program)]


def _places(program: Program) -> list[int | None]:
    first = program.mentions[0] if program.mentions else (None, None)
    return [len(program.mentions), *first]


def _plans(plan: Plan) -> Iterator[Row]:
    period = plan.period
    years = [period.start, period.end] if period else [None, None]
    met = sum(target.status == "achieved" for target in plan.targets)
    counts = [len(plan.targets) - met, met, len(plan.programs), len(plan.institutions)]
    doubts = [len(plan.repairs), len(plan.set_aside), len(plan.warnings)]
    named = [plan.source.name, plan.title, plan.kind, plan.issuer, *years, plan.published]
    yield [*named, *counts, *doubts, *plan.span, plan.model.name, plan.model.version, plan.source.sha256]


_PROGRAMS: Final = {"source": 20, "title": 30, "program": 40, "deadline": 16, "year": 8, "month": 8, "day": 8}
_MENTIONS: Final = {"org": 24, "mentions": 10, "start": 10, "end": 10}
_PLANS: Final = {"source": 20, "title": 40, "kind": 10, "issuer": 24, "from": 8, "to": 8, "published": 12}
_COUNTS: Final = dict.fromkeys(
    "planned achieved programs institutions repairs set_aside warnings start end".split(), 12
)
_MODEL: Final = {"model": 14, "version": 10, "sha256": 20}

SHEETS: Final = (
    Sheet("targets", {column.name: _WIDE.get(column.name, 12) for column in COLUMNS}, _targets),
    Sheet("programs", _PROGRAMS | _MENTIONS, _programs),
    Sheet("plans", _PLANS | _COUNTS | _MODEL, _plans),
)
"""Every sheet in order."""


def workbook(plans: Iterable[Plan]) -> Iterator[bytes]:
    """Yield the workbook of *plans*, which is whole only when all are read.

    Raises:
        DependencyError: openpyxl is not installed.
        PlanieError: there are more rows than a sheet can hold.
    """
    openpyxl = require("openpyxl", extra="table")
    cell = require("openpyxl.cell", extra="table").WriteOnlyCell
    book = openpyxl.Workbook(write_only=True)
    open_ = [_begun(openpyxl, book, cell, sheet) for sheet in SHEETS]
    out = io.BytesIO()
    try:
        used = _filled(open_, cell, plans)
        for sheet, page, count in zip(SHEETS, open_, used, strict=True):
            page.auto_filter.ref = f"A1:{openpyxl.utils.get_column_letter(len(sheet.columns))}{count}"
    finally:
        book.save(out)  # also when a plan could not be read: it is what closes and removes the sheets' files
    yield _timeless(out)


def _filled(open_: Sequence[Any], cell: Any, plans: Iterable[Plan]) -> list[int]:
    """Write every plan's rows and return how many rows each sheet has then."""
    used = [1] * len(SHEETS)
    for plan in plans:
        for i, (sheet, page) in enumerate(zip(SHEETS, open_, strict=True)):
            for row in sheet.rows(plan):
                used[i] += 1
                if used[i] > _ROWS:
                    raise PlanieError(f"a sheet holds {_ROWS - 1:,} {sheet.name}; write fewer plans, or csv or jsonl")
                page.append([_cell(page, cell, value) for value in row])
    return used


def _begun(openpyxl: Any, book: Any, cell: Any, sheet: Sheet) -> Any:
    page = book.create_sheet(sheet.name)
    page.freeze_panes = "A2"
    heads = []
    for number, (name, width) in enumerate(sheet.columns.items(), 1):
        page.column_dimensions[openpyxl.utils.get_column_letter(number)].width = width
        head = cell(page, name)
        head.font = openpyxl.styles.Font(bold=True)
        heads.append(head)
    page.append(heads)
    return page


def _cell(page: Any, cell: Any, value: Any) -> Any:
    """Numbers and truth values as they are; text as text, whatever it looks like."""
    if not isinstance(value, str):
        return value
    text = _UNHELD.sub("\ufffd", well_formed(value))
    made = cell(page, text if len(text) <= _CHARACTERS else f"{text[: _CHARACTERS - 1]}…")
    made.data_type = "s"  # openpyxl took =… for a formula and #N/A for an error
    if text.startswith(_RUNS):
        made.quotePrefix = True
    return made


def _timeless(data: io.BytesIO) -> bytes:
    """Take the time of writing out of the file, so that the same plans give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(b"", part)
            new.writestr(zipfile.ZipInfo(name, _EPOCH), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()
