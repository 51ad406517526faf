"""Both parts of the corpus as they lie in this folder, each document with its text where it can be had.

Enters: ``own/*.jsonl`` (texts inside) and ``real/*.jsonl`` (stand-off), and the folder with the real
documents, if there is one. Leaves: a :class:`Record` a line. Refuses nothing: a line that is no JSON
or has no text is told beside the records. The other scripts here build on this one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from planie.annotations import Document, from_dict, join, read_jsonl
from planie.errors import CorpusError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE: Final = Path(__file__).resolve().parent
DOCUMENTS: Final = HERE.parent.parent / "shared"  # where the real documents lie beside the repository
PARTS: Final = ("own", "real")
SPLITS: Final = ("train", "dev", "test")
BROKEN: Final = (CorpusError, KeyError, TypeError, ValueError, IndexError, AttributeError)  # a row that is no document


@dataclass(frozen=True)
class Record:
    """One line of the corpus; *text* is ``None`` for a real document whose file is not there."""

    part: str
    split: str
    where: str
    row: Mapping[str, Any]
    text: str | None

    @property
    def name(self) -> str:
        """The document's id."""
        return str(self.row.get("id" if self.part == "own" else "doc", "?"))

    @property
    def standoff(self) -> bool:
        """Whether the text lies elsewhere."""
        return "text" not in self.row

    @cached_property
    def document(self) -> Document | None:
        """The document as the library reads it; ``None`` where it is broken or has no text."""
        if self.text is None:
            return None
        try:
            return from_dict(join(self.row, self.text) if self.standoff else self.row)
        except BROKEN:
            return None

    @cached_property
    def skeleton(self) -> Document | None:
        """The document with a filler for its text: enough for every count that reads no text."""
        if self.document is not None:
            return self.document
        try:
            return from_dict(filled(self.row))
        except BROKEN:
            return None


def filled(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a stand-off row a text of one letter, long enough for its spans."""
    ends = [e["end"] for e in row["entities"]] + [end for _, end in row["meta"].get("regions", [])]
    body = {k: v for k, v in row.items() if k not in ("doc", "sha256")}
    return {**body, "id": row.get("doc", row.get("id", "?")), "text": "文" * max(ends, default=1)}


def files(folder: Path = HERE) -> list[tuple[str, str, Path]]:
    """Return (part, split, file) of every file of the corpus."""
    return [(part, path.stem, path) for part in PARTS for path in sorted((folder / part).glob("*.jsonl"))]


def read(folder: Path = HERE, documents: Path | None = DOCUMENTS) -> tuple[list[Record], list[str]]:
    """Read both parts; returns the records and what could not be read."""
    texts = below(documents)
    records: list[Record] = []
    faults: list[str] = []
    for part, split, path in files(folder):
        try:
            for number, row in read_jsonl(path):
                where = f"{part}/{path.name}, line {number}"
                records.append(Record(part, split, where, row, _text(row, texts)))
        except (CorpusError, UnicodeDecodeError) as error:
            faults.append(f"{part}/{path.name}: {error}")
    return records, faults


def below(documents: Path | None) -> dict[str, Path]:
    """Return document id → text file for every text file below *documents*."""
    return {} if documents is None else {path.stem: path for path in sorted(documents.rglob("*.txt"))}


def _text(row: Mapping[str, Any], texts: Mapping[str, Path]) -> str | None:
    if isinstance(row.get("text"), str):
        return str(row["text"])
    path = texts.get(str(row.get("doc")))
    return None if path is None else source(path)


def source(path: Path) -> str | None:
    """Read a document as the guide says: UTF-8, line ends as they are; ``None`` where it is no UTF-8."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except UnicodeDecodeError:
        return None


@dataclass(frozen=True)
class Frozen:
    """``splits.toml``: which split a document belongs to."""

    real: Mapping[str, str]
    digits: Mapping[int, str]

    @classmethod
    def load(cls, path: Path = HERE / "splits.toml") -> Frozen:
        """Read the file; a document or a digit that is given to two splits raises ``ValueError``."""
        table = tomllib.loads(path.read_text("utf-8"))
        real = [(name, split) for split, row in table.items() for name in row["real"]]
        digits = [(digit, split) for split, row in table.items() for digit in row["own_last_digits"]]
        for rows in (real, digits):
            twice = {key for key, _ in rows if [k for k, _ in rows].count(key) > 1}
            if twice:
                raise ValueError(f"{path.name}: {sorted(twice)} stand in two splits")
        return cls(dict(real), dict(digits))

    def split(self, part: str, name: str) -> str:
        """Return the split of a document; what is named nowhere is for training."""
        if part == "real":
            return self.real.get(name, "train")
        return self.digits.get(int(name[-1]), "train") if name[-1:].isdigit() else "train"


def cells() -> Iterator[tuple[str, str]]:
    """Every (part, split), in the order of the tables."""
    return ((part, split) for part in PARTS for split in SPLITS)
