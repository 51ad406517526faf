"""The corpora of a run: read in whatever format they are, with every fault kept and no fault raised.

Enters: paths and the name of a format, or ``auto``, which tells by what a path ends with. Leaves: a
:class:`Corpus` each, with its documents, the checksum of its bytes and its faults: what does not stand
in a guide's document (bad offsets, unknown labels, overlaps), and labels that a format's reader had to
leave out, because they would be unlearnt. What else it left out (skipped tasks, relations) is noted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planie.annotations import Document
from planie.convert import FORMATS
from planie.convert.draft import Options
from planie.convert.report import Ledger
from planie.errors import PlanieError

AUTO: Final = "auto"
FORMAT_NAMES: Final = (AUTO, *FORMATS)
EXTENSIONS: Final = {  # plans.conll is read as conll
    ".jsonl": "planie",  # doccano's is named in the configuration
    ".conll": "conll",
    ".bio": "conll",
    ".json": "label-studio",
    ".spacy": "spacy",
}
_FOLDERS: Final = {"*.jsonl": "planie", "*.ann": "brat"}  # a folder that holds such a file


@dataclass(frozen=True)
class Corpus:
    """One path of a configuration, read."""

    path: str
    format: str
    sha256: str
    documents: tuple[Document, ...] = ()
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_corpora(paths: Sequence[str], *, format: str = AUTO) -> list[Corpus]:
    """Read every path; what is wrong with one stands in its ``faults``."""
    return [read_corpus(path, format=format) for path in paths]


def read_corpus(name: str, *, format: str = AUTO) -> Corpus:
    """Read one file or folder."""
    path = Path(name)
    found = format_of(path) if format == AUTO else format
    if not path.exists():
        return Corpus(name, found, "", faults=(f"{name}: no such file or folder",))
    if found not in FORMATS:
        known = ", ".join([*EXTENSIONS, "a folder of .jsonl or of .txt and .ann"])
        return Corpus(name, "", "", faults=(f"{name}: its format is not told by its name ({known}); give format",))
    ledger = Ledger()
    try:
        documents = FORMATS[found].read(path, Options(), ledger)
        ledger.refuse(name)
    except PlanieError as error:
        return Corpus(name, found, digest(path), faults=tuple(str(error).split("\n")))
    loss = ledger.loss(len(documents))
    lost = [(item.what, f"{name}: left out when read as {found}: {item}") for item in loss.lost]
    faults = [said for what, said in lost if "label" in what]
    notes = [said for what, said in lost if "label" not in what] + [f"{name}: {item}" for item in loss.noted]
    if not documents:
        faults.append(f"{name}: no document in it, read as {found}")
    return Corpus(name, found, digest(path), tuple(documents), tuple(faults), tuple(notes))


def format_of(path: Path) -> str:
    """Return the format that a path's name, or what a folder holds, stands for; empty when unknown."""
    if path.is_dir():
        return next((name for pattern, name in _FOLDERS.items() if any(path.glob(pattern))), "")
    return EXTENSIONS.get(path.suffix.lower(), "")


def digest(path: Path) -> str:
    """Return the sha256 of a file, or of a folder's files with their names, in order."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    whole = hashlib.sha256()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        whole.update(f"{file.relative_to(path).as_posix()}\0{digest(file)}\n".encode())
    return whole.hexdigest()
