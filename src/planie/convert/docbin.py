"""spaCy's ``DocBin``: one token a character, spans under ``planie`` and as ``doc.ents``, frames in user data.

Enters: a .spacy file of any tokenisation; spans are taken from the group ``planie``, else ``sc`` (spaCy's
own default), else the named entities. Leaves: documents, or such a file. Frames stand in
``doc.user_data["planie"]`` and name their spans by place, so that they outlive an edit of the others. A
file without them holds entities alone.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planie.annotations import Document
from planie.convert.conll import UNCUT, refuse_uncut, uncut
from planie.convert.draft import Mark, Options, Settled, finish, settle
from planie.convert.frames import FRAME, MENTION, Link
from planie.convert.report import Ledger
from planie.convert.text import LONE, whole
from planie.errors import CorpusError, require
from planie.replacing import replacing
from planie.spans import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

KEY: Final = "planie"
_GROUPS: Final = (KEY, "sc")


def read(path: Path, options: Options, ledger: Ledger) -> list[Document]:
    """Read a ``DocBin``.

    Raises:
        CorpusError: there is no such file, or it is no ``DocBin``.
        DependencyError: spaCy is not installed.
    """
    tokens, vocab = require("spacy.tokens", extra="spacy"), require("spacy.vocab", extra="spacy")
    if not path.is_file():
        raise CorpusError(f"{path}: no such file")
    try:
        docs = list(tokens.DocBin(store_user_data=True).from_disk(path).get_docs(vocab.Vocab()))
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"{path}: no DocBin of spaCy 3 ({type(error).__name__}: {error})") from error
    documents = [_document(f"{path.stem}-{number:05d}", doc, options, ledger) for number, doc in enumerate(docs, 1)]
    refuse_uncut(documents, ledger)
    return documents


def _document(name: str, doc: Doc, options: Options, ledger: Ledger) -> Document:
    held = doc.user_data.get(KEY)
    held = held if isinstance(held, dict) else {}
    name, text = str(held.get("id", name)), doc.text
    group: Any = next((doc.spans[key] for key in _GROUPS if key in doc.spans), doc.ents)
    spans = [Mark(i, span.label_, span.start_char, span.end_char) for i, span in enumerate(group)]
    if stretch := uncut(token.text for token in doc):
        ledger.lose(UNCUT, f"{name}: {stretch}", count=len(spans))
        spans = []
    settled = settle(name, text, spans, replace(options, offsets="characters"), ledger)
    marks, links = _frames(name, held, settled, ledger)
    return finish(name, text, settled, marks, links, ledger, _plain(held.get("meta", {})))


def _plain(value: Any) -> Any:
    """Lists where msgpack gave tuples."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _frames(
    name: str, held: Mapping[str, Any], settled: Settled, ledger: Ledger
) -> tuple[dict[int, tuple[str, ...]], list[Link]]:
    at = {(e.start, e.end): i for i, e in enumerate(settled.entities)}
    marks: dict[int, list[str]] = {}
    links: list[Link] = []
    for anchor, told, roles in _told(held):
        places = {role: at.get(span) for role, span in roles.items()}
        if (value := at.get(anchor)) is None:
            ledger.lose("frame whose value is no span any more", f"{name} at {anchor[0]}")
            continue
        marks.setdefault(value, []).append(told)
        number = len(marks[value])
        links += [Link(value, r, i, number) for r, i in places.items() if i is not None and i != value]
        gone = [role for role, i in places.items() if i is None]
        ledger.lose(
            "role whose filler is no span any more", f"{name} at {anchor[0]}: {', '.join(gone)}", count=len(gone)
        )
    if held:
        for i, entity in enumerate(settled.entities):
            if entity.label == "PROGRAM":
                marks.setdefault(i, [MENTION])
    return {i: tuple(mark) for i, mark in marks.items()}, links


def _told(held: Mapping[str, Any]) -> Iterator[tuple[Span, str, dict[str, Span]]]:
    for frame in held.get("frames", ()):
        yield _span(frame["value"]), str(frame["status"]), {r: _span(s) for r, s in frame["roles"].items()}
    for program in held.get("programs", ()):
        yield _span(program["program"]), FRAME, {r: _span(s) for r, s in program["roles"].items()}


def _span(data: Sequence[int]) -> Span:
    start, end = data
    return start, end


def write(path: Path, documents: Sequence[Document], ledger: Ledger) -> None:
    """Write a ``DocBin`` with the user data in it.

    Raises:
        DependencyError: spaCy is not installed.
    """
    tokens, vocab = require("spacy.tokens", extra="spacy"), require("spacy.vocab", extra="spacy").Vocab()
    store = tokens.DocBin(store_user_data=True)
    for document in documents:
        text, lone = whole(document.text)
        ledger.lose(LONE, document.id, count=lone)
        doc = tokens.Doc(vocab, words=list(text), spaces=[False] * len(text))
        spans = [tokens.Span(doc, e.start, e.end, label=e.label) for e in document.entities]
        doc.spans[KEY] = spans
        doc.set_ents(spans)
        doc.user_data[KEY] = _user_data(document)
        store.add(doc)
    with replacing(path) as file:
        file.write(store.to_bytes())


def _user_data(document: Document) -> dict[str, Any]:
    spans = [[e.start, e.end] for e in document.entities]
    return {
        "id": document.id,
        "meta": dict(document.meta),
        "frames": [
            {"value": spans[f.value], "status": f.status, "roles": {r: spans[i] for r, i in f.roles.items()}}
            for f in document.frames
        ],
        "programs": [
            {"program": spans[p.program], "roles": {r: spans[i] for r, i in p.roles.items()}} for p in document.programs
        ],
    }
