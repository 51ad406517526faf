"""Plans as files: JSON, JSON lines, CSV, Excel and HTML; text is the same byte for byte on every platform.

Enters: plans, one by one, so that a million of them need no more memory than one. Leaves: bytes,
UTF-8 but for Excel. An unknown format is refused. A file is written beside its place and moved there when it is
whole, so an interrupted write leaves the old one.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Final

from planie.errors import PlanieError
from planie.export.html import page
from planie.export.sheets import workbook
from planie.export.table import COLUMNS, rows
from planie.plan import Plan
from planie.replacing import replacing

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def _json(plans: Iterable[Plan]) -> Iterator[str]:
    before = "[\n"
    for plan in plans:
        yield before + plan.to_json(indent=1)
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def _jsonl(plans: Iterable[Plan]) -> Iterator[str]:
    return (plan.to_json() + "\n" for plan in plans)


def _csv(plans: Iterable[Plan]) -> Iterator[str]:
    """Yield the table of ``to_frame``; Excel takes UTF-8 only behind a byte-order mark."""
    yield "\ufeff" + _line(column.name for column in COLUMNS)
    guarded = {column.name for column in COLUMNS if column.dtype == "string"}
    for row in rows(plans):
        yield _line(_guard(value) if name in guarded else value for name, value in row.items())


def _line(values: Iterable[Any]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(list(values))
    return out.getvalue()


def _guard(value: str | None) -> str | None:
    """Write a page's text so that a table can hold it.

    A spreadsheet would run ``=…`` as a formula, so it is written ``'=…``; a NUL, which no CSV reader
    takes, is written U+FFFD.
    """
    if value is None:
        return None
    value = value.replace("\0", "\ufffd")
    return f"'{value}" if value.startswith(_FORMULA) else value


FORMATS: Final[dict[str, Callable[[Iterable[Plan]], Iterator[str] | Iterator[bytes]]]] = {
    "json": _json,  # a list of plans
    "jsonl": _jsonl,  # a plan a line
    "csv": _csv,  # a target a line
    "xlsx": workbook,  # a target a row; programmes and plans on sheets of their own
    "html": page,  # a page for readers
}


def chunks(plans: Plan | Iterable[Plan], *, format: str) -> Iterator[bytes]:
    r"""Yield *plans* as the bytes of a file; one ``Plan`` as JSON is that object and not a list.

    A lone surrogate, which UTF-8 cannot hold, is written ``\udcXX`` (in JSON that is its escape), and
    U+FFFD in a workbook or page.

    Raises:
        PlanieError: the format is none of :data:`FORMATS`, or the plans do not fit a workbook.
        DependencyError: openpyxl, which writes workbooks, is not installed.
    """
    if format not in FORMATS:
        raise PlanieError(f"{format!r} is no format that plans are written in; allowed are {', '.join(FORMATS)}")
    if isinstance(plans, Plan):
        parts = iter([plans.to_json(indent=1) + "\n"]) if format == "json" else FORMATS[format]([plans])
    else:
        parts = FORMATS[format](plans)
    return (part if isinstance(part, bytes) else part.encode("utf-8", "backslashreplace") for part in parts)


def save(plans: Plan | Iterable[Plan], path: Path | str, *, format: str | None = None) -> None:
    """Write *plans* to *path*, in the format that its name ends with unless one is given.

    Raises:
        PlanieError: as :func:`chunks`, or *path* is a folder.
    """
    path = Path(path)
    parts = chunks(plans, format=format or path.suffix.lstrip(".").lower())
    with replacing(path) as file:
        file.writelines(parts)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``Plan.to_dict()``."""
    text = resources.files("planie").joinpath("plan.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
