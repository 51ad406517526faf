"""Join the stand-off annotations with the documents, and check every checksum and digest.

    python corpus/real/prepare.py --documents ../shared -o build/corpus

reads ``corpus/real/*.jsonl`` and writes one joined file a split. The texts are looked for as
``<id>.txt`` anywhere below the folder given. What is missing, changed or moved is listed, and
nothing is written unless all is in order (``--partial`` writes what could be joined).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from planie.annotations import from_dict, join, read_jsonl, write
from planie.errors import CorpusError

HERE = Path(__file__).parent


def texts_below(folder: Path) -> dict[str, Path]:
    """Return document id → file for every text file below *folder*."""
    return {path.stem: path for path in sorted(folder.rglob("*.txt"))}


def prepare(documents: Path) -> tuple[dict[str, list[dict[str, object]]], list[str]]:
    """Join every split; returns split name → documents, and what is wrong."""
    texts = texts_below(documents)
    joined: dict[str, list[dict[str, object]]] = {}
    faults: list[str] = []
    for path in sorted(HERE.glob("*.jsonl")):
        rows = joined.setdefault(path.stem, [])
        for number, row in read_jsonl(path):
            where = f"{path.name}, line {number}"
            source = texts.get(str(row.get("doc")))
            if source is None:
                faults.append(f"{where}: there is no {row.get('doc')}.txt below {documents}")
                continue
            try:
                with source.open(encoding="utf-8", newline="") as file:
                    document = join(row, file.read())
                from_dict(document)
            except (CorpusError, UnicodeDecodeError, KeyError, TypeError) as error:
                faults.append(f"{where}: {error}" if isinstance(error, CorpusError) else f"{where}: {error!r}")
                continue
            rows.append(document)
    return joined, faults


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, default=Path("../shared"))
    parser.add_argument("-o", "--output", type=Path, default=Path("build/corpus"))
    parser.add_argument("--partial", action="store_true")
    arguments = parser.parse_args(argv)
    try:
        joined, faults = prepare(arguments.documents)
    except CorpusError as error:  # a line that is no JSON
        joined, faults = {}, [str(error)]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults and not arguments.partial:
        return 1
    arguments.output.mkdir(parents=True, exist_ok=True)
    for split, rows in joined.items():
        write(arguments.output / f"real-{split}.jsonl", rows)
        frames = sum(len(row["frames"]) for row in rows)  # type: ignore[arg-type, misc]
        print(f"{split}: {len(rows)} documents, {frames} frames")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
