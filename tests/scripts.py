"""Makes the scripts of ``corpus/`` importable, and builds documents and a small corpus for their tests."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
SHARED = CORPUS.parent.parent / "shared"  # the real documents, where they are at hand
sys.path += [str(CORPUS), str(CORPUS / "real")]

import prepare  # noqa: E402

import agreement  # noqa: E402
import check  # noqa: E402
import counts  # noqa: E402
import hard  # noqa: E402
import near  # noqa: E402
import notation  # noqa: E402
import parts  # noqa: E402
import remarks  # noqa: E402
from planie.annotations import Document, from_dict, write  # noqa: E402

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


# --- a small corpus without a fault

TEXT = "云桥县2027年计划\n全县新建公办幼儿园6所，毛入园率由88%提高到96%以上。"
NOTES = "@2\nV 6所 | p | m=公办幼儿园 | a=新建\nV 88% | b | m=毛入园率\nV 96%以上 | p | m=毛入园率 | base=88%"
OTHER = "栖桐市第一中学2026年工作总结\n全年听课40节。"
REAL = "望溪区2025年工作报告\n建成公园3个。"
Lines = dict[str, list[dict[str, Any]]]


def small() -> Lines:
    """A corpus without a fault, by part and split."""
    return {
        "own/train": [row(TEXT, NOTES, "own-001")],
        "own/test": [row(OTHER, "@2\nV 40节 | a | a=听课 | t=全年", "own-005")],
        "real/train": [row(REAL, "@2\nV 3个 | a | m=公园 | a=建成", "d001", embed=False)],
    }


def checked(lines: Lines, folder: Path) -> check.Finding:
    texts = folder / "texts"
    for part in ("own", "real", "texts"):
        (folder / part).mkdir()
    shutil.copy(CORPUS / "splits.toml", folder)
    for name, found in lines.items():
        write(folder / f"{name}.jsonl", found)
    (texts / "d001.txt").write_text(REAL, "utf-8", newline="")
    return check.check(folder, texts)
