"""The formats, in one table: how each is read and written, and what it can hold.

Everything holds text, entities and the document's id; ``frames``, ``programme roles`` and ``meta`` are
what some do not. A reader takes (path, options, ledger), a writer (path, documents, ledger).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from planie.annotations import Document
from planie.convert import brat, conll, docbin, doccano, jsonl, labelstudio
from planie.convert.draft import Options
from planie.convert.report import Ledger
from planie.errors import ConfigError

Read = Callable[[Path, Options, Ledger], list[Document]]
Write = Callable[[Path, Sequence[Document], Ledger], None]


@dataclass(frozen=True, slots=True)
class Format:
    """One format; *place* is what a path in it looks like."""

    name: str
    read: Read
    write: Write
    holds: frozenset[str]
    place: str


_ALL: Final = frozenset({"frames", "programme roles", "meta"})
_NONE: Final[frozenset[str]] = frozenset()

FORMATS: Final[dict[str, Format]] = {
    f.name: f
    for f in (
        Format("planie", jsonl.read, jsonl.write, _ALL, "corpus.jsonl, or a folder of such files to read"),
        Format(
            "conll", conll.read, conll.write_bio, _NONE, "corpus.conll: BIO tags (read: any of BIO, BIOES, BILOU, BMES)"
        ),
        Format("conll-bioes", conll.read, conll.write_bioes, _NONE, "corpus.conll: BIOES tags"),
        Format("brat", brat.read, brat.write, _ALL, "a folder of ID.txt and ID.ann"),
        Format(
            "doccano", doccano.read, doccano.write, _ALL, "tasks.jsonl: JSONL(Relation) of a sequence labelling project"
        ),
        Format("label-studio", labelstudio.read, labelstudio.write, _ALL, "tasks.json: the JSON export"),
        Format("spacy", docbin.read, docbin.write, _ALL, "corpus.spacy: a DocBin"),
    )
}


def format_of(name: str) -> Format:
    """Look a format up.

    Raises:
        ConfigError: there is none of that name.
    """
    if name not in FORMATS:
        raise ConfigError(f"format {name!r} is none of {', '.join(FORMATS)}")
    return FORMATS[name]
