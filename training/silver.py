"""Silver annotation: a trained model labels plain text, and what it is sure of is written as a corpus.

    python training/silver.py ../shared/corpora build/silver.jsonl --least 0.6 --characters 3_000_000
    python training/finetune.py CONFIG      # with train = ["build/silver.jsonl"], as a start for the run on gold

Each file of the folder holds a paragraph a line and a blank line between documents (``.txt`` or ``.txt.xz``).
Documents are drawn from all over each file. A paragraph that holds a number is kept as silver where every entity
and every target that was found in it has a confidence of at least ``--least`` and where something was found; it
becomes a region of its document, so that a run reads it in its place and learns nothing from the rest. Texts that
share 24 characters with a document of ``--without`` are left out: development and test documents.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import planie
from planie.annotations import Document, load, to_dict
from planie.plan import Plan
from planie.suggest import document_of

DIGIT = re.compile(r"[0-9０-９]")
SHINGLE = 24
PART = 3000  # characters: longer documents are cut, shorter ones read whole


def documents(path: Path) -> Iterator[str]:
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        held: list[str] = []
        for line in [*file, ""]:
            if line.strip():
                held.append(line.strip())
            if held and (not line.strip() or sum(map(len, held)) > PART):
                yield "\n".join(held)
                held = []


def sample(path: Path, characters: int, known: set[str], rng: random.Random) -> list[str]:
    """Documents with numbers, drawn at random up to *characters*."""
    found = [text for text in documents(path) if len(DIGIT.findall(text)) >= 4]
    rng.shuffle(found)
    chosen: list[str] = []
    for text in found:
        if characters <= 0:
            break
        if not shingles(text) & known:
            chosen.append(text)
            characters -= len(text)
    return chosen


def shingles(text: str) -> set[str]:
    flat = "".join(text.split())
    return {flat[i : i + SHINGLE] for i in range(len(flat) - SHINGLE + 1)}


def silver(name: str, plan: Plan, least: float) -> Document | None:
    """The document with the paragraphs that the model is sure of as its regions; ``None`` where there is none."""
    text, at, regions = plan.text or "", 0, []
    for line in text.splitlines(keepends=True):
        span, at = (at, at + len(line)), at + len(line)
        inside = [e.confidence for e in plan.entities if span[0] <= e.span[0] < span[1]]
        found = [t.confidence for t in plan.targets if span[0] <= t.value.span[0] < span[1]]
        if DIGIT.search(line) and found and min(inside + found) >= least:
            regions.append(span)
    if not regions:
        return None
    document = document_of(name, plan)
    return restrict(replace(document, meta={**document.meta, "regions": regions}))


def restrict(document: Document) -> Document:
    """Only what lies in the regions, as the corpus has it."""
    kept = [i for i, e in enumerate(document.entities) if any(s <= e.start and e.end <= t for s, t in document.regions)]
    place = {i: n for n, i in enumerate(kept)}
    return replace(
        document,
        entities=tuple(replace(document.entities[i], confidence=1.0) for i in kept),
        frames=tuple(
            replace(
                frame, value=place[frame.value], confidence=1.0,
                roles={r: place[i] for r, i in frame.roles.items() if i in place},
            )
            for frame in document.frames
            if frame.value in place
        ),
        programs=tuple(replace(p, program=place[p.program], roles={}) for p in document.programs if p.program in place),
    )  # fmt: skip


def write(texts: Sequence[tuple[str, str]], model: str, output: Path, least: float) -> Counter[str]:
    extractor, counts = planie.load(None if model == "bundled" else model), Counter[str]()
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("w", encoding="utf-8") as file:
        for (name, _), plan in zip(texts, extractor.pipe(text for _, text in texts), strict=True):
            counts["documents read"] += 1
            counts["targets read"] += len(plan.targets)
            document = silver(name, plan, least)
            if document is not None:
                counts["documents kept"] += 1
                counts["frames kept"] += len(document.frames)
                file.write(json.dumps(to_dict(document), ensure_ascii=False) + "\n")
    return counts


def forbidden(paths: Iterable[Path]) -> set[str]:
    return {shingle for path in paths for document in load(path) for shingle in shingles(document.text)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument(
        "--sources", nargs="+", default=["government", "news"], help="files of the folder, by their stems"
    )
    parser.add_argument("--without", nargs="*", type=Path, default=[], help="corpora whose texts must not occur")
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--least", type=float, default=0.6)
    parser.add_argument("--characters", type=int, default=1_000_000, help="of each source")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    known, rng, texts = forbidden(options.without), random.Random(options.seed), []
    for path in sorted(options.folder.glob("*.txt*")):
        if (source := path.name.split(".")[0]) in options.sources:
            chosen = sample(path, options.characters, known, rng)
            texts += [(f"{source}-{number}", text) for number, text in enumerate(chosen, 1)]
    for what, count in write(texts, options.model, options.output, options.least).items():
        print(f"{count:8,} {what}")


if __name__ == "__main__":
    main()
