"""Files in and out: text and JSON as annotation tools on any system leave them.

Enters: a path. Leaves: text without its byte-order mark, JSON rows with the place each stood at.
Windows line ends stay in a text (offsets count them) and are taken off lines. What is neither UTF-8
nor marked as UTF-16 is refused, and so is what is no JSON. A written file replaces the old one when it
is whole.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from planie.errors import CorpusError
from planie.replacing import replacing

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what Windows programs call “Unicode”
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_UNSTORED: Final = re.compile("[\0\ud800-\udfff]")
LONE: Final = "lone surrogate, which UTF-8 cannot hold, written U+FFFD"
UNSTORED: Final = "lone surrogate or NUL, at which the tool fails, written U+FFFD"
Row = dict[str, Any]


def read_text(path: Path) -> tuple[str, bool]:
    """Return the text of *path* and whether a byte-order mark stood before it.

    Raises:
        CorpusError: there is no such file, or it is in another encoding.
    """
    if not path.is_file():
        raise CorpusError(f"{path}: no such file")
    data = path.read_bytes()
    try:
        if data.startswith(_UTF16):
            return data.decode("utf-16"), True
        return data.decode("utf-8-sig"), data.startswith(codecs.BOM_UTF8)
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8 and convert again") from error


def lines(text: str) -> list[str]:
    r"""Split at line feeds alone (``splitlines`` would cut at U+2028 and others too); ``\r\n`` counts as one."""
    return [line.removesuffix("\r") for line in text.split("\n")]


def read_rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Yield (place, object) of a JSON file that holds a list, one object, or an object a line.

    Raises:
        CorpusError: it is none of these.
    """
    text, _ = read_text(path)
    found = _whole(path, text) if text.lstrip().startswith("[") else _by_line(path, text)
    for place, row in found:
        if not isinstance(row, dict):
            raise CorpusError(f"{path}, {place}: expected an object, found {type(row).__name__}")
        yield place, row


def _whole(path: Path, text: str) -> list[tuple[str, Any]]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise CorpusError(f"{path}, line {error.lineno}, column {error.colno}: not JSON ({error.msg})") from error
    rows = data if isinstance(data, list) else [data]
    return [(f"object {number}", row) for number, row in enumerate(rows, 1)]


def _by_line(path: Path, text: str) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    faults: list[str] = []
    for number, line in enumerate(lines(text), 1):
        if line.strip():
            try:
                rows.append((f"line {number}", json.loads(line)))
            except json.JSONDecodeError as error:
                faults.append(f"{path}, line {number}, column {error.colno}: not JSON ({error.msg})")
    if faults and rows and isinstance(rows[0][1], dict):
        raise CorpusError("\n".join(faults))
    return _whole(path, text) if faults else rows  # one object over several lines; else its own message


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write an object a line."""
    with replacing(path) as file:
        for row in rows:
            file.write(_json(row) + b"\n")


def write_list(path: Path, rows: Iterable[Row]) -> None:
    """Write one list."""
    before = b"[\n"
    with replacing(path) as file:
        for row in rows:
            file.write(before + _json(row))
            before = b",\n"
        file.write(b"\n]\n" if before == b",\n" else b"[]\n")


def _json(row: Row) -> bytes:
    r"""A lone surrogate becomes ``\ud83d``, which in JSON is its own escape."""
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace")


def write_text(path: Path, text: str) -> None:
    """Write *text* as it is; one that begins with a byte-order mark of its own gets another before it."""
    with replacing(path) as file:
        file.write(text.encode("utf-8-sig" if text.startswith("\ufeff") else "utf-8"))


def unstored(text: str) -> int:
    """Count the characters that :func:`storable` replaces."""
    return len(_UNSTORED.findall(text))


def storable(value: Any) -> Any:
    """Return *value*, with what it holds, as an annotation tool's database can hold it.

    At one lone surrogate doccano 1.8 refuses a whole file, and Label Studio 1.23 takes it and can then
    export nothing of the project; PostgreSQL, which both keep their texts in, refuses NUL.
    """
    if isinstance(value, str):
        return _UNSTORED.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {storable(key): storable(held) for key, held in value.items()}
    return [storable(held) for held in value] if isinstance(value, (list, tuple)) else value


def whole(text: str) -> tuple[str, int]:
    """Return *text* as UTF-8 can hold it, and how many lone surrogates went out of it."""
    return _SURROGATE.subn("\ufffd", text)
