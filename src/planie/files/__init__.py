"""Files → text: what ``planie extract`` reads.

Enters: paths. Leaves: the text of a file, newlines as they are, by its extension: HTML by its
main text, DOCX, PDF, and everything else as plain text (TXT, Markdown) in UTF-8, UTF-16 with
a mark, GB18030 or Big5. Refused with :class:`planie.errors.FileError`, which names the file:
what is missing, empty, encrypted, or not what its name says.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from planie.errors import FileError
from planie.files.documents import docx_text, pdf_text
from planie.files.encodings import decode
from planie.files.html import main_text

__all__ = ["EXTENSIONS", "iter_files", "passed_over", "read_file"]

EXTENSIONS = frozenset((".txt", ".md", ".html", ".htm", ".docx", ".pdf"))
"""What is taken from a folder; a file named by itself may have any other."""


def read_file(path: str | os.PathLike[str], *, encoding: str | None = None) -> str:
    """Return the text of a file; *encoding* is for text and HTML, and found out where it is not given.

    Raises:
        FileError: the file cannot be read as what its name says.
        DependencyError: the library for its kind (extra ``html``, ``docx`` or ``pdf``) is not installed.
    """
    path = Path(path)
    data, name, kind = _bytes(path), str(path), path.suffix.lower()
    if not data:
        raise FileError(f"{name}: the file is empty; allowed are text, HTML, DOCX and PDF with something in them")
    if kind == ".docx":
        return docx_text(data, name)
    if kind == ".pdf":
        return pdf_text(data, name)
    text = decode(data, name, encoding)
    return main_text(text, name) if kind in (".html", ".htm") else text


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = "is a folder; name the files in it, or hand it to iter_files" if path.is_dir() else str(error.strerror)
        raise FileError(f"{path}: cannot be read ({reason})") from error


def iter_files(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Path]:
    """Yield the files of *paths*: files as they are, folders as all known files in them, sorted.

    Hidden files and folders, and the lock files that Word leaves (~$…), are passed over.

    Raises:
        FileError: a path does not exist, before any file is yielded.
    """
    named = [Path(path) for path in paths]
    if missing := [str(path) for path in named if not path.exists()]:
        raise FileError(f"not found: {', '.join(missing)}; name files or folders that exist")
    return (file for path in named for file in (_within(path) if path.is_dir() else [path]))


def passed_over(folder: str | os.PathLike[str]) -> list[Path]:
    """Return the files of a folder that :func:`iter_files` does not yield for what their names end in, sorted."""
    return sorted(path for path in _all(Path(folder)) if path.suffix.lower() not in EXTENSIONS)


def _within(folder: Path) -> list[Path]:
    """Return the known files of a folder and its folders."""
    return sorted(path for path in _all(folder) if path.suffix.lower() in EXTENSIONS)


def _all(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and its folders, but the hidden; links to folders are not followed."""
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(root, name) for name in files if not name.startswith((".", "~$")))
