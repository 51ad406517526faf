"""A file written as a whole: the old one stays until the new one is finished and on the disk."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from planie.errors import PlanieError


@contextlib.contextmanager
def replacing(path: Path | str) -> Iterator[BinaryIO]:
    """Open a file that takes the place of *path* when the block ends, and not when it fails.

    Raises:
        PlanieError: *path* is a folder.
    """
    path = Path(os.path.realpath(path))  # a link stays a link
    if path.is_dir():
        raise PlanieError(f"{path} is a folder; name the file to write in it")
    if path.exists() and not path.is_file():  # a pipe or device has no old content
        with path.open("wb") as file:
            yield file
        return
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
