"""Files in, plans out: what ``planie extract`` does, whoever asks for it.

Enters: names of files and folders, ``-`` for standard input, and a loaded model. Leaves: the plans in
the files' order, in OUT, which is replaced as a whole at the end, or on standard output. A file that
cannot be read is reported and counted, and the rest go on; where none could be read, OUT stays as it
was. Refused with :class:`planie.errors.ConfigError`: an OUT that is read itself, or whose name says no
format. What is said, and how far the files are, goes to the functions that the caller hands in.
"""

from __future__ import annotations

import contextlib
import datetime
import sys
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planie.errors import ConfigError, PlanieError, counted

if TYPE_CHECKING:
    from planie.pipeline import Extractor
    from planie.plan import Plan

STDIN: Final = "-"
FORMATS: Final = ("json", "jsonl", "csv", "xlsx", "html")
"""The formats that plans are written in; :data:`planie.export.FORMATS` has them too, but is slower to import."""

_ENDINGS: Final = 6  # kinds of files that are named when they are not read
_BATCH: Final = 8  # texts that share batches: more gain little on a CPU and hold the bar up

Write = Callable[[bytes], object]
Watch = Callable[[list[str]], AbstractContextManager[Iterable[str]]]


class Inputs:
    """The files that were named, those of a folder in order of their names.

    Files of a folder that are of no known kind are told to *report* too, a line a folder; they are no
    failure. *one* says whether a single file was named, by itself. *read* counts the files whose text was found,
    *failed* those that *report* was told of, a line each.
    """

    def __init__(self, names: Sequence[str], *, report: Callable[[str], object]) -> None:
        self.read = 0
        self.failed = 0
        self._report = report
        self.one = len(names) == 1 and not Path(names[0]).is_dir()
        self.paths = [path for name in names for path in self._found(name)]

    def _found(self, name: str) -> list[str]:
        from planie.files import EXTENSIONS, iter_files, passed_over

        if name == STDIN or not Path(name).is_dir():
            return [name]
        inside = [str(path) for path in iter_files([name])]
        if other := passed_over(name):
            self._report(_skipped(name, other))
        if not inside:
            self._fail(name, PlanieError(f"no file in this folder ends in {', '.join(sorted(EXTENSIONS))}"))
        return inside

    def texts(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield path and text of each file that can be read."""
        for path in paths:
            try:
                with warnings.catch_warnings(record=True) as said:
                    warnings.simplefilter("always", UserWarning)
                    text = _text(path)
            except (PlanieError, OSError) as error:
                self._fail(path, error)
                continue
            for note in said:
                self._report(str(note.message))
            self.read += 1
            yield path, text

    def _fail(self, name: str, error: Exception) -> None:
        self.failed += 1
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        name = "standard input" if name == STDIN else name
        named = said.startswith((f"{name}:", f"{Path(name)}:"))
        self._report(said if named else f"{name}: {said}")


def _skipped(folder: str, files: Sequence[Path]) -> str:
    """Say how many files of a folder are not read, and for which endings."""
    from planie.files import EXTENSIONS

    endings = Counter(path.suffix.lower() or "no ending" for path in files)
    said = ", ".join(f"{count} × {ending}" for ending, count in endings.most_common(_ENDINGS))
    said += ", …" * (len(endings) > _ENDINGS)
    return f"{folder}: {counted(len(files), 'file')} not read ({said}); of a folder, only {', '.join(sorted(EXTENSIONS))} are"


def _text(path: str) -> str:
    from planie.files import read_file
    from planie.files.encodings import decode

    return decode(sys.stdin.buffer.read(), "standard input") if path == STDIN else read_file(path)


# --- where to ----------------------------------------------------------------


def format_for(output: str | None, asked: str | None = None) -> str:
    """Return the format to write: the one *asked* for, else what OUT's name ends with; standard output is JSON.

    Raises:
        ConfigError: the name ends with none of :data:`FORMATS`, or a workbook would go to a terminal.
    """
    ending = "" if output in (None, STDIN) else Path(output).suffix.lstrip(".").lower()
    format = asked or ending or "json"
    if format not in FORMATS:
        raise ConfigError(f"OUT ends in .{ending}; name it .{', .'.join(FORMATS)}, or give --format")
    if format == "xlsx" and output in (None, STDIN) and sys.stdout.isatty():
        raise ConfigError("a workbook is no text for a terminal; name a file with -o OUT.xlsx")
    return format


def check_apart(paths: Iterable[str], output: str | None) -> None:
    """Refuse to write over a file that is read: a page can be both ``a.html`` in and ``a.html`` out.

    Raises:
        ConfigError: OUT is one of *paths*.
    """
    if output in (None, STDIN) or not Path(output).is_file():
        return
    for path in paths:
        if path != STDIN and Path(path).exists() and Path(path).samefile(output):
            raise ConfigError(f"OUT is {path}, which is among the files to read; name another")


@contextlib.contextmanager
def opened(output: str | None) -> Iterator[Write]:
    """Give what writes bytes to OUT, which is replaced as a whole at the end, or to standard output.

    Raises:
        FileError: OUT cannot be written.
        PlanieError: OUT is a folder.
    """
    from planie.replacing import replacing

    if output is None or output == STDIN:
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
        return
    with replacing(output) as file:
        yield file.write


# --- the run -----------------------------------------------------------------


class _NothingReadError(Exception):
    """Makes the block that writes fail, so that OUT stays as it was; no caller sees it."""


def extract_files(
    inputs: Inputs,
    output: str | None,
    *,
    load: Callable[[], Extractor],
    format: str,
    every: bool = False,
    published: datetime.date | None = None,
    watch: Watch = contextlib.nullcontext,
) -> None:
    """Read *inputs* and write their plans to *output*; ``inputs.failed`` says how many could not be read.

    As JSON, one file gives an object, and several, a folder or *every* a list.

    Args:
        inputs: the files.
        output: a file, or ``None`` or ``-`` for standard output.
        load: gives the model; called when OUT is known to be writable, for it takes seconds.
        format: one of :data:`FORMATS`.
        every: read each plan on a page by itself.
        published: the day that anchors 今年 where a text gives no year.
        watch: is handed the paths, and sees each as it is read.

    Raises:
        FileError: OUT cannot be written.
        PlanieError: OUT is a folder, or the plans do not fit the format.
    """
    single = format == "json" and inputs.one and not every
    with contextlib.suppress(_NothingReadError), opened(output) as write:
        extractor = load()
        with watch(inputs.paths) as paths:
            _write(_plans(inputs, paths, extractor, every, published), write, format=format, single=single)
        if inputs.failed and not inputs.read:
            raise _NothingReadError


def _plans(
    inputs: Inputs, paths: Iterable[str], extractor: Extractor, every: bool, published: datetime.date | None
) -> Iterator[Plan]:
    """Yield the plans in the files' order, each with the name of its file."""
    if every:
        for path, text in inputs.texts(paths):
            yield from (_named(plan, path) for plan in extractor.extract_all(text, published=published))
        return
    waiting: deque[str] = deque()  # the files whose texts are with the model

    def texts() -> Iterator[str]:
        for path, text in inputs.texts(paths):
            waiting.append(path)
            yield text

    for plan in extractor.pipe(texts(), batch_size=_BATCH, published=published):
        yield _named(plan, waiting.popleft())


def _named(plan: Plan, path: str) -> Plan:
    if path == STDIN:
        return plan
    return replace(plan, source=replace(plan.source, name=Path(path).as_posix()))


def _write(plans: Iterator[Plan], write: Write, *, format: str, single: bool) -> None:
    from planie.export import chunks

    first = next(plans, None) if single else None
    if single and first is None:
        return
    for part in chunks(plans if first is None else first, format=format):
        write(part)
