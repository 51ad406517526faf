"""Word tokens for spaCy by spacy-pkuseg, from a model folder: planie's own (training/segmenter.py) or any other.

In: a text. Out: a ``Doc`` whose tokens are words and stretches of white space; joined they are the text. A
folder without ``features.msgpack`` and ``weights.npz`` is refused: left to itself, spacy-pkuseg downloads a
model that it knows by name, and reads pickles (its old features, its default dictionary). Neither happens
here. Sources: Luo et al. 2019, https://arxiv.org/abs/1906.11455; the code of spacy-pkuseg.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import srsly
from spacy.tokens import Doc
from spacy.util import DummyTokenizer
from spacy.vocab import Vocab

from planie.errors import BundleError, require

FILES: Final = ("features.msgpack", "weights.npz")
BUNDLED: Final = Path(__file__).parent / "segmenter"
"""The segmenter that planie ships, by training/segmenter.py."""
_PART: Final = re.compile(r"\s+|\S+")
_LOADING: Final = threading.Lock()  # spacy-pkuseg keeps the folder that it reads from in a global

Cut = Callable[[str], list[str]]


def load_segmenter(folder: Path | str) -> Cut:
    """Return what cuts a text into words.

    Args:
        folder: a model that ``spacy_pkuseg.train`` wrote, or ``"bundled"`` for planie's own.

    Raises:
        BundleError: the folder lacks a file, or its files do not fit each other.
        DependencyError: spacy-pkuseg is not installed.
    """
    path = check(folder)
    pkuseg = require("spacy_pkuseg", extra="spacy")
    try:
        with _LOADING:
            model: Any = pkuseg.pkuseg(str(path), user_dict=None)  # None: without the dictionary that is a pickle
    except (AssertionError, OSError, ValueError, KeyError, TypeError) as error:
        raise BundleError(f"{path}: no model of spacy-pkuseg: {type(error).__name__} {error}") from error

    def cut(text: str) -> list[str]:
        return [word for part in _PART.findall(text) for word in _words(model, part)]

    return cut


def check(folder: Path | str) -> Path:
    """Return the whole path of a model folder, ``"bundled"`` being planie's own.

    Raises:
        BundleError: it lacks a file.
    """
    path = BUNDLED if folder == "bundled" else Path(folder).resolve()
    if missing := [name for name in FILES if not (path / name).is_file()]:
        raise BundleError(
            f"{folder}: no model of spacy-pkuseg, it lacks {', '.join(missing)}; training/segmenter.py writes one, "
            "and 'bundled' is planie's own"
        )
    return path


def _words(model: Any, part: str) -> list[str]:
    if part.isspace():
        return [part]
    words: list[str] = model.cut(part)
    return words if "".join(words) == part else list(part)  # nothing of the text is ever lost


class WordTokenizer(DummyTokenizer):  # type: ignore[misc, unused-ignore]
    """A spaCy tokenizer; the model is loaded when the first text comes and goes along when it is saved."""

    def __init__(self, vocab: Vocab, folder: Path | str) -> None:
        self.vocab, self.folder = vocab, folder
        self._cut: Cut | None = None

    def __call__(self, text: str) -> Doc:
        """Cut *text*; the space behind a word is that word's own, as everywhere in spaCy."""
        if self._cut is None:
            self._cut = load_segmenter(self.folder)
        words: list[str] = []
        spaces: list[bool] = []
        for word in self._cut(text):
            if word[0] == " " and words and not words[-1].isspace():
                spaces[-1] = True
                word = word[1:]
            if word:
                words.append(word)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def pipe(self, texts: Iterable[str], **_: Any) -> Iterator[Doc]:
        """Cut many texts."""
        return (self(text) for text in texts)

    # --- saved and loaded with the pipeline ----------------------------------

    def to_disk(self, path: Path | str, **_: Any) -> None:
        """Copy the model's files into the folder *path*."""
        source, folder = check(self.folder), Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            if not (folder / name).exists() or not (folder / name).samefile(source / name):
                shutil.copy2(source / name, folder / name)

    def from_disk(self, path: Path | str, **_: Any) -> WordTokenizer:
        """Use the model in the folder *path*."""
        self.folder, self._cut = Path(path), None
        return self

    def to_bytes(self, **_: Any) -> bytes:
        """Return the model's files as bytes."""
        source = check(self.folder)
        data: bytes = srsly.msgpack_dumps({name: (source / name).read_bytes() for name in FILES})
        return data

    def from_bytes(self, data: bytes, **_: Any) -> WordTokenizer:
        """Take what :meth:`to_bytes` gave; it lies in a temporary folder while this lives."""
        held: Any = srsly.msgpack_loads(data)
        folder = Path(tempfile.mkdtemp(prefix="planie-words-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        for name in FILES:  # these names alone
            (folder / name).write_bytes(held[name])
        return self.from_disk(folder)
