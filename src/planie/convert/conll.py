r"""CoNLL columns, one character a line: ``新\tB-ACTION``.

Enters: lines of a token and, last, its tag, in BIO, BIOES, BILOU or BMES; read with a tab or spaces
between them. Leaves: documents with entities. A line feed of the text is an empty line, any other blank
or control character is written ``<U+3000>``, and ``-DOCSTART-`` opens each document with its id; a file
of another program is one document a block. Tokens of several characters are read too; where one is a
whole stretch of Chinese that an exporter could not cut, the labels of its document are lost. Of Label
Studio's export, told by its columns, two Han characters in a labelled token are enough for that.
Frames are not held. Source: the CoNLL-2003 shared task's files; Label Studio's converter (label-studio-sdk 2.1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

from planie.annotations import Document
from planie.convert.draft import Mark, Options, finish, settle
from planie.convert.report import Ledger
from planie.convert.text import lines, read_text, write_text
from planie.spans import Entity

_START: Final = "-DOCSTART-"
_ESCAPE: Final = re.compile(r"<U\+([0-9A-F]{4,6})>")
_UNSAFE: Final = re.compile(r"[\s%]")
_TAG: Final = re.compile(r"O|[BIESLUM][-_].+")
_STRETCH: Final = re.compile(r"[\u4e00-\u9fff].*[,，。、;；:：!！?？]|[,，。、;；:：!！?？].*[\u4e00-\u9fff]")
_SEVERAL: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{2}")
_COLUMNS: Final = ("-X-", "_")  # what Label Studio writes between a token and its tag
_WORD: Final = re.compile(r"[A-Za-z0-9]")
UNCUT: Final = "label in a text whose Chinese was exported as one token; export it as JSON instead"

_Token = tuple[int, int, str]

# (is first, is last) → the letter before the label
_BIO: Final = {(True, False): "B", (True, True): "B", (False, False): "I", (False, True): "I"}  # 12所: B I I
_BIOES: Final = {(True, False): "B", (True, True): "S", (False, False): "I", (False, True): "E"}  # 12所: B I E


@dataclass
class _Block:
    """A document while it is read: its text so far, and (first, end, tag) of each token; *coarse* if by Label Studio."""

    id: str
    text: str = ""
    tokens: list[_Token] = field(default_factory=list)
    coarse: bool = False

    def add(self, token: str, tag: str) -> None:
        """Put a token behind the text; a space parts two Latin words (single letters stand close, as characters do)."""
        latin = len(token) > 1 and token.isascii() and _WORD.match(token)
        if latin and self.text and _WORD.match(self.text[-1]):
            self.text += " "
        self.tokens.append((len(self.text), len(self.text) + len(token), tag))
        self.text += token


def read(path: Path, options: Options, ledger: Ledger) -> list[Document]:
    """Read the documents of *path*."""
    text, _ = read_text(path)
    documents = [_document(block, options, ledger) for block in _blocks(path, lines(text), ledger)]
    refuse_uncut(documents, ledger)
    return documents


def _blocks(path: Path, rows: Sequence[str], ledger: Ledger) -> Iterator[_Block]:
    """Cut at ``-DOCSTART-``; where none gives an id, at empty lines."""
    starts = [i for i, row in enumerate(rows) if row.startswith(_START)]
    ours = bool(starts) and all(len(rows[i].split("\t")) == 3 and "-X-" not in rows[i] for i in starts)
    if ours:
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
            block = _Block(unquote(rows[start].split("\t")[1]))
            body = list(rows[start + 2 : end])  # an empty line stands before it
            for _ in range(1 if end < len(rows) else 2):  # and behind it, and the file ends with a line feed
                body = body[:-1] if body and not body[-1] else body
            _fill(block, body, start + 3, ledger, feeds=True)
            yield block
        return
    first = 0
    for i, row in enumerate([*rows, ""]):
        if row.strip() and not row.startswith(_START):
            continue
        if any(r.strip() for r in rows[first:i]):
            block = _Block(f"{path.stem}-{i + 1:05d}")
            _fill(block, rows[first:i], first + 1, ledger, feeds=False)
            yield block
        first = i + 1


def _fill(block: _Block, rows: Sequence[str], number: int, ledger: Ledger, *, feeds: bool) -> None:
    for at, row in enumerate(rows, number):
        if feeds and not row:
            block.add("\n", "O")
            continue
        cells = row.split("\t") if "\t" in row else row.split()
        tag = cells[-1].strip()
        if not _TAG.fullmatch(tag) or (len(cells) == 1 and row[:1] not in (" ", "\u3000")):
            ledger.fault(f"line {at}: {row[:40]!r} is no token with a tag like B-VALUE, I-VALUE or O behind it")
            continue
        token = cells[0] if len(cells) > 1 and cells[0] else row[0]  # a space as a token leaves no cell
        block.coarse |= tuple(cells[1:-1]) == _COLUMNS
        escape = _ESCAPE.fullmatch(token)
        block.add(chr(int(escape[1], 16)) if escape else token, tag)


def _document(block: _Block, options: Options, ledger: Ledger) -> Document:
    marks = [Mark(start, label, start, end) for start, end, label in _runs(block.tokens)]
    labelled = (block.text[start:end] for start, end, tag in block.tokens if tag != "O")
    stretch = uncut(block.text[start:end] for start, end, _ in block.tokens)
    if stretch := stretch or (_several(labelled) if block.coarse else ""):
        ledger.lose(UNCUT, f"{block.id}: {stretch}", count=len(marks))
        marks = []
    settled = settle(block.id, block.text, marks, replace(options, offsets="characters"), ledger)
    return finish(block.id, block.text, settled, {}, (), ledger, {})


def _runs(tokens: Sequence[_Token]) -> Iterator[_Token]:
    """Yield (start, end, label) of each run; a run that begins with I or E is taken as one."""
    run: _Token | None = None
    for start, end, tag in tokens:
        letter, label = tag[:1], tag[2:]
        if run and (letter in "OBSU" or label != run[2]):
            yield run
            run = None
        if letter != "O":
            run = (run[0] if run else start, end, label)
        if run and letter in "ELSU":
            yield run
            run = None
    if run:
        yield run


def uncut(tokens: Iterable[str]) -> str:
    """Return the beginning of the first token that is a whole stretch of Chinese, if there is one.

    Label Studio's CoNLL export cuts as English is cut, then gives every token that a span touches the
    span's label, so that no label of such a text says where it stood.
    """
    return next((f"{token[:20]}…" for token in tokens if len(token) > 1 and _STRETCH.search(token)), "")


def _several(tokens: Iterable[str]) -> str:
    """Return the beginning of the first token of several Han characters: a short text (县局新建6所) has no stretch."""
    return next((f"{token[:20]}…" for token in tokens if _SEVERAL.search(token)), "")


def refuse_uncut(documents: Sequence[Document], ledger: Ledger) -> None:
    """Put down a fault where nothing is left: a corpus without a label would train a model that finds none."""
    if ledger.has_lost(UNCUT) and not any(document.entities for document in documents):
        ledger.fault(f"no label can be placed: each is a {UNCUT}")


def write_bio(path: Path, documents: Sequence[Document], _ledger: Ledger) -> None:
    """Write with B and I."""
    write_text(path, "".join(part for document in documents for part in _rows(document, _BIO)))


def write_bioes(path: Path, documents: Sequence[Document], _ledger: Ledger) -> None:
    """Write with B, I, E and S."""
    write_text(path, "".join(part for document in documents for part in _rows(document, _BIOES)))


def _rows(document: Document, letters: Mapping[tuple[bool, bool], str]) -> Iterator[str]:
    yield f"{_START}\t{_UNSAFE.sub(lambda m: quote(m[0], safe=''), document.id)}\tO\n\n"
    tags = dict(_tags(document.entities, letters))
    for i, character in enumerate(document.text):
        if character == "\n" and i not in tags:
            yield "\n"
            continue
        plain = character.isprintable() and not character.isspace()
        yield f"{character if plain else f'<U+{ord(character):04X}>'}\t{tags.get(i, 'O')}\n"
    yield "\n"


def _tags(entities: Sequence[Entity], letters: Mapping[tuple[bool, bool], str]) -> Iterator[tuple[int, str]]:
    for entity in entities:
        for i in range(entity.start, entity.end):
            yield i, f"{letters[i == entity.start, i == entity.end - 1]}-{entity.label}"
