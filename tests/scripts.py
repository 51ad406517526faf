"""Makes the scripts of ``corpus/`` importable, and builds documents for their tests out of notes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
SHARED = CORPUS.parent.parent / "shared"  # the real documents, where they are at hand
sys.path += [str(CORPUS), str(CORPUS / "real")]

import agreement  # noqa: E402
import check  # noqa: E402
import counts  # noqa: E402
import hard  # noqa: E402
import near  # noqa: E402
import notation  # noqa: E402
import parts  # noqa: E402
import prepare  # noqa: E402
import remarks  # noqa: E402

from planie.annotations import Document, from_dict  # noqa: E402

__all__ = ["agreement", "check", "counts", "hard", "near", "notation", "parts", "prepare", "remarks"]
META = {"kind": "plan", "source": "own"}


def row(text: str, notes: str, name: str = "own-001", *, embed: bool = True) -> dict[str, Any]:
    """The corpus line that *notes* compile to; they begin in the first unit, behind a region if there is one."""
    lines = notes.split("\n")
    first = int(lines[0].startswith("region"))
    doc, faults = notation.read(text, "\n".join([*lines[:first], "@1", *lines[first:]]))
    assert not faults
    return dict(notation.compiled(doc, name, embed, dict(META)))


def document(text: str, notes: str, name: str = "own-001") -> Document:
    """The same as the library reads it."""
    return from_dict(row(text, notes, name))
