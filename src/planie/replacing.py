"""A file written as a whole: the old one stays until the new one is finished and on the disk."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from planie.errors import FileError, PlanieError


def check_writable(path: Path | str) -> None:
    """Refuse what cannot be written, before the work that it is to hold.

    Raises:
        FileError: its folder is not there.
        PlanieError: *path* is a folder.
    """
    path = Path(path)
    if path.is_dir():
        raise PlanieError(f"{path} is a folder; name the file to write in it")
    if not path.parent.is_dir():
        raise FileError(f"{path}: cannot be written (there is no folder {path.parent}); make it first")


@contextlib.contextmanager
def replacing(path: Path | str) -> Iterator[BinaryIO]:
    """Open a file that takes the place of *path* when the block ends, and not when it fails.

    Raises:
        FileError: *path* cannot be written.
        PlanieError: *path* is a folder.
    """
    check_writable(path)
    real = Path(os.path.realpath(path))  # a link stays a link
    partial = real.with_name(f".{real.name}.{secrets.token_hex(4)}.partial")
    try:
        if real.exists() and not real.is_file():  # a pipe or device has no old content
            with real.open("wb") as file:
                yield file
            return
        with partial.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, real)
    except OSError as error:
        if error.filename not in (None, str(partial), str(real)):
            raise  # of the block, about a file of its own
        raise FileError(f"{path}: cannot be written ({error.strerror or error})") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
