"""How far two sets of annotations of the same documents agree.

    python corpus/agreement.py ONE TWO                  two sets, each JSON lines or notes
    python corpus/agreement.py ONE TWO --show 5         and what only one of them has, for adjudication

A set is a ``.jsonl`` file, a ``.ann`` file in the notation of ``notation.py``, or a folder that holds
such files at any depth. Texts are taken from the rows that carry them, from ``NAME.txt`` beside the
notes, from this corpus and from ``--documents`` (default: ../shared). Notes with faults, stand-off rows
that do not fit their text and sets without a document in common are refused, with every fault.

Only what stands in the regions that both annotated counts: entities that lie inside, frames whose value
does. F1 is 2 · both / (one + two), the same whichever set is taken for the truth; unlike kappa it needs
no count of what neither marked (Hripcsak and Rothschild 2005, doi:10.1197/jamia.M1733).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import notation
from parts import DOCUMENTS, HERE, below, source
from planie.annotations import Document, from_dict, join, read_jsonl
from planie.errors import CorpusError
from planie.schema import LABELS, PROGRAM_ROLES, ROLES
from planie.spans import Span

Fact = tuple[Any, ...]
Facts = dict[str, set[Fact]]
FULL: Final = tuple(ROLES)


# --- reading -------------------------------------------------------------------


class Texts:
    """Where the texts are: rows that carry them, files below the folder of documents, files beside notes."""

    def __init__(self, places: Sequence[Path], documents: Path | None) -> None:
        self.inside = {
            str(row["id"]): str(row["text"])
            for place in (HERE / "own", *places)
            for file in found(place, ".jsonl")
            for _, row in read_jsonl(file)
            if "text" in row
        }
        self.files = below(documents if documents is not None and documents.is_dir() else None)

    def of(self, name: str, beside: Path | None = None) -> str:
        """Return the text of the document *name*."""
        near = beside.with_suffix(".txt") if beside else None
        if near is not None and near.is_file():
            text = source(near)
        else:
            text = self.inside.get(name) or (source(self.files[name]) if name in self.files else None)
        if text is None:
            raise CorpusError(f"{name}: there is no text of it; give the folder with --documents")
        return text


def found(place: Path, suffix: str) -> list[Path]:
    """Return the files of one kind: *place* itself, or those below it."""
    return sorted(place.rglob(f"*{suffix}")) if place.is_dir() else [place] * (place.suffix == suffix)


def annotated(place: Path, texts: Texts) -> dict[str, Document]:
    """Read one set of annotations.

    Raises:
        CorpusError: every fault, a line each.
    """
    documents: dict[str, Document] = {}
    faults: list[str] = []
    for name, row in _rows(place, texts, faults):
        try:
            text = row["text"] if "text" in row else texts.of(name)
            document = from_dict(row if "text" in row else join(row, text))
        except CorpusError as error:
            faults.append(str(error))
            continue
        if document.id in documents:
            faults.append(f"{document.id}: stands in {place} twice")
        documents[document.id] = document
    if not documents and not faults:
        faults.append(f"{place}: there is no annotation in it (.jsonl or .ann)")
    if faults:
        raise CorpusError("\n".join(faults))
    return documents


def _rows(place: Path, texts: Texts, faults: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in found(place, ".jsonl"):
        yield from ((str(row.get("id", row.get("doc"))), row) for _, row in read_jsonl(file))
    for file in found(place, ".ann"):
        try:
            notes, wrong = notation.read(texts.of(file.stem, file), notation.load(str(file)))
        except CorpusError as error:
            faults.append(str(error))
            continue
        faults += [f"{file}: {fault}" for fault in wrong]
        if not wrong:
            yield file.stem, notation.compiled(notes, file.stem, True, {})


# --- comparing -----------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """Facts of the first set, of the second, and of both."""

    one: int = 0
    two: int = 0
    both: int = 0

    @property
    def f1(self) -> float | None:
        """Agreement; ``None`` where neither has such a fact."""
        return 2 * self.both / (self.one + self.two) if self.one + self.two else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.one + other.one, self.two + other.two, self.both + other.both)


def common(one: Iterable[Span], two: Iterable[Span]) -> tuple[Span, ...]:
    """Return the stretches that lie in a region of both."""
    second = list(two)
    cuts = ((max(s, u), min(e, v)) for s, e in one for u, v in second)
    return tuple(sorted((s, e) for s, e in cuts if s < e))


def facts(document: Document, regions: Sequence[Span]) -> Facts:
    """What *document* says in *regions*, as sets of spans under the name of each measure."""
    spans = [(e.start, e.end) for e in document.entities]
    inside = {i for i, span in enumerate(spans) if any(s <= span[0] and span[1] <= e for s, e in regions)}
    found: Facts = {f"entities/{label}": set() for label in LABELS}
    for i in inside:
        found[f"entities/{document.entities[i].label}"].add(spans[i])
    frames = [f for f in document.frames if f.value in inside]
    found["values"] = {(spans[f.value],) for f in frames}
    found["status"] = {(spans[f.value], f.status) for f in frames}
    for role in ROLES:
        found[f"roles/{role}"] = {(spans[f.value], spans[f.roles[role]]) for f in frames if role in f.roles}
    programs = [p for p in document.programs if p.program in inside]
    for role in PROGRAM_ROLES:
        pairs = {(spans[p.program], spans[p.roles[role]]) for p in programs if role in p.roles}
        found[f"roles/{role} of a programme"] = pairs
    filled = [tuple(spans[f.roles[r]] if r in f.roles else None for r in FULL) for f in frames]
    found["targets"] = {(spans[f.value], f.status, roles[0]) for f, roles in zip(frames, filled, strict=True)}
    found["targets, every role"] = {(spans[f.value], f.status, *roles) for f, roles in zip(frames, filled, strict=True)}
    return found


def compare(one: Facts, two: Facts) -> dict[str, Tally]:
    """Tally every measure, and the sums over labels and roles."""
    exact = {name: Tally(len(one[name]), len(two[name]), len(one[name] & two[name])) for name in one}
    for group in ("entities", "roles"):
        exact[group] = sum((t for name, t in exact.items() if name.startswith(f"{group}/")), Tally())
    loose = [
        Tally(len(one[name]), len(two[name]), _overlapping(one[name], two[name]))
        for name in one
        if name.startswith("entities/")
    ]
    exact["entities, by overlap"] = sum(loose, Tally())
    agreed = one["values"] & two["values"]
    for group, names in (("roles", [f"roles/{role}" for role in ROLES]), ("status", ["status"])):
        first, second = ({(name, f) for name in names for f in side[name] if f[:1] in agreed} for side in (one, two))
        exact[f"{group} of values that both have"] = Tally(len(first), len(second), len(first & second))
    return exact


def _overlapping(one: set[Fact], two: set[Fact]) -> int:
    """Count spans of one label that share a character, one to one (spans of a set are apart, so in order)."""
    first, second = sorted(one), sorted(two)
    i = j = count = 0
    while i < len(first) and j < len(second):
        (s, e), (u, v) = first[i], second[j]
        if max(s, u) < min(e, v):
            i, j, count = i + 1, j + 1, count + 1
        elif e <= u:
            i += 1
        else:
            j += 1
    return count


def agreement(one: Mapping[str, Document], two: Mapping[str, Document]) -> dict[str, dict[str, Tally]]:
    """Tally the documents that both have, by name.

    Raises:
        CorpusError: there is none, or one name stands for two texts.
    """
    names = sorted(one.keys() & two.keys())
    if not names:
        raise CorpusError("the two sets have no document in common")
    if other := [name for name in names if one[name].text != two[name].text]:
        raise CorpusError(f"annotated on different texts: {', '.join(other)}")
    return {name: compare(*_both(one[name], two[name])) for name in names}


def _both(one: Document, two: Document) -> tuple[Facts, Facts]:
    regions = common(one.regions, two.regions)
    return facts(one, regions), facts(two, regions)


# --- telling ---------------------------------------------------------------------

_ORDER: Final = (
    "entities", "entities, by overlap", *(f"entities/{label}" for label in LABELS),
    "values", "status of values that both have",
    "roles", "roles of values that both have", *(f"roles/{role}" for role in ROLES),
    *(f"roles/{role} of a programme" for role in PROGRAM_ROLES),
    "targets", "targets, every role",
)  # fmt: skip


def table(found: Mapping[str, Mapping[str, Tally]], characters: int) -> Iterator[str]:
    """The agreement over all documents, as a Markdown table."""
    yield f"{len(found)} documents, {characters} characters annotated in both"
    yield ""
    yield "| | one | two | both | F1 |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name in _ORDER:
        tally = sum((tallies[name] for tallies in found.values()), Tally())
        shown = "–" if tally.f1 is None else f"{100 * tally.f1:.1f}"
        yield f"| {name.replace('/', ': ')} | {tally.one} | {tally.two} | {tally.both} | {shown} |"


def apart(one: Document, two: Document, most: int) -> Iterator[str]:
    """The targets that one of the two has alone, with the words around them."""
    first, second = _both(one, two)
    for side, mine, other in (("one", first, second), ("two", second, first)):
        only = sorted(mine["targets, every role"] - other["targets, every role"], key=str)
        for (start, end), status, *roles in only[:most]:
            said = one.text[max(0, start - 30) : start] + f"[{one.text[start:end]}]" + one.text[end : end + 10]
            named = (f"{r}={one.text[slice(*span)]}" for r, span in zip(FULL, roles, strict=True) if span)
            yield f"{one.id} only {side}, {status}: {' '.join(said.split())} | {' | '.join(named)}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("one", type=Path)
    parser.add_argument("two", type=Path)
    parser.add_argument("--documents", type=Path, default=DOCUMENTS)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="show N targets a document and side")
    options = parser.parse_args(argv)
    try:
        texts = Texts((options.one, options.two), options.documents)
        one, two = annotated(options.one, texts), annotated(options.two, texts)
        found = agreement(one, two)
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 1
    for name in found:
        for line in apart(one[name], two[name], options.show):
            print(line)
    characters = sum(e - s for name in found for s, e in common(one[name].regions, two[name].regions))
    print(*table(found, characters), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
