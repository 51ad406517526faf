"""planie's own JSON lines: the guide's file, which holds everything.

Enters: a file, or a folder of them. Leaves: documents. A line that breaks a rule is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planie.annotations import Document, from_dict, to_dict
from planie.convert.draft import Options
from planie.convert.report import Ledger
from planie.convert.text import read_rows, write_rows
from planie.errors import CorpusError


def read(path: Path, _options: Options, ledger: Ledger) -> list[Document]:
    """Read documents; the guide leaves nothing for options to say."""
    documents = []
    for file in sorted(path.glob("*.jsonl")) if path.is_dir() else [path]:
        for place, row in read_rows(file):
            try:
                documents.append(from_dict(row))
            except CorpusError as error:
                for fault in str(error).split("\n"):
                    ledger.fault(f"{place}: {fault}")
    return documents


def write(path: Path, documents: Sequence[Document], _ledger: Ledger) -> None:
    """Write a line a document."""
    write_rows(path, map(to_dict, documents))
