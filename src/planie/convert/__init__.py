"""Annotated plans from one tool's format into another's.

    loss = convert("corpus.jsonl", "tasks.json", source="planie", target="label-studio")

Enters: a file or folder, and the names of two formats of :data:`FORMATS`. Leaves: the other file or
folder, and a :class:`Loss`: what it does not hold, counted. What breaks the guide is refused whole, every
fault in one message, and then nothing is written; so is an output that is the input itself, which would
lose for good what the other format does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from planie.annotations import Document
from planie.convert.draft import OVERLAPS, Options
from planie.convert.formats import FORMATS, Format, format_of
from planie.convert.offsets import AUTO, UNITS
from planie.convert.report import Item, Ledger, Loss
from planie.errors import ConfigError, CorpusError

__all__ = ["AUTO", "FORMATS", "OVERLAPS", "UNITS", "Format", "Item", "Loss", "convert"]


def convert(
    input: Path | str,  # noqa: A002  the command's own name for it
    output: Path | str,
    *,
    source: str,
    target: str,
    overlaps: str = "refuse",
    offsets: str = AUTO,
    labels: Mapping[str, str] | None = None,
) -> Loss:
    """Read *input* as *source*, write *output* as *target*, and say what was lost on the way.

    Args:
        input: a file, or the folder where the format keeps several.
        output: likewise; an old file is replaced when the new one is whole.
        source: a name in :data:`FORMATS`.
        target: another, or the same (which checks the file and tidies it).
        overlaps: ``refuse`` spans that overlap, or keep the ``longest``.
        offsets: what the input's offsets count (``characters``, ``utf16``, ``bytes``), or ``auto``.
        labels: the input's names of labels → the guide's.

    Raises:
        CorpusError: the input breaks a rule, and the message lists every fault; or all of its
            annotations would be lost.
        ConfigError: there is no such format or option, or the output is the input.
        DependencyError: spaCy is needed and not installed.
    """
    given, wanted = format_of(source), format_of(target)
    options, ledger = Options(overlaps, offsets, labels or {}), Ledger()
    _apart(Path(input), Path(output))
    documents = given.read(Path(input), options, ledger)
    ledger.refuse(str(input))
    if not documents:
        said = "".join(f"\n{item}" for item in ledger.loss(0).lost)
        raise CorpusError(f"{input}: no annotated document in it, read as {source}{said}")
    _bare(Path(input), documents, source, ledger)
    _miss(documents, wanted, ledger)
    wanted.write(Path(output), documents, ledger)
    return ledger.loss(len(documents))


def _apart(source: Path, target: Path) -> None:
    """Refuse to write over what is read."""
    if source.exists() and target.exists() and source.samefile(target):
        raise ConfigError(f"OUT is {target}, which is read as IN; name another")


def _bare(path: Path, documents: Sequence[Document], source: str, ledger: Ledger) -> None:
    """Refuse an input of which no annotation is left, though it had some: it is another format, or has other labels."""
    if any(document.entities for document in documents):
        return
    lost = [item for item in ledger.loss(0).lost if item.what.startswith(_ANNOTATIONS)]
    if lost:
        said = "".join(f"\n{item}" for item in lost)
        raise CorpusError(
            f"{path}: every annotation in it would be lost, read as {source}; say with --from what it is, "
            f"or with --label how its labels are called here{said}"
        )


def _miss(documents: Sequence[Document], wanted: Format, ledger: Ledger) -> None:
    """Count what the documents have and the format does not hold."""
    for document in documents:
        held = {
            "frames": len(document.frames),
            "programme roles": sum(bool(p.roles) for p in document.programs),
            "meta": len(document.meta),
        }
        for part, count in held.items():
            if part not in wanted.holds:
                ledger.lose(_SAID[part].format(wanted.name), document.id, count=count)


_ANNOTATIONS = ("region without", "result of type", "label ", "span of nothing")
"""How the losses of whole annotations begin; other losses are of something beside one."""

_SAID = {
    "frames": "target frame, which {} does not hold",
    "programme roles": "programme frame, which {} does not hold",
    "meta": "entry of meta, which {} does not hold",
}
