"""What more annotation brings: models trained on an eighth, a quarter, half and all of the documents.

    python training/learning_curve.py configs/finetune.toml -o build/curve [--steps 1800] [--parts both]

Every run sees as many steps (its documents are repeated until then) with the same rates, so that only the
documents differ; the larger share always holds the smaller one. The real documents, our own and both are
taken apart, and each model is scored on the development documents, real and own. Scores lie below those of
the shipped model, which learns ten times as long. Finished runs are kept in the output folder and skipped when
the command is given again; the table is printed after each.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import planie
from planie.annotations import load
from planie.evaluation import evaluate
from planie.healed import heal_document
from planie.learn.config import FinetuneConfig, load_config
from planie.learn.samples import blocks_of
from planie.learn.train import finetune

SHARES = (8, 4, 2, 1)
MEASURES = ("entities", "values", "targets", "everything", "exact")


def rows_of(path: str) -> list[dict[str, Any]]:
    """The documents of one corpus, in an order that has nothing to do with what they are."""
    rows = [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]
    return sorted(rows, key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())


def parts_of(config: FinetuneConfig) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Each training corpus by its name, then all of them."""
    corpora = {Path(path).stem.removesuffix("-train").replace("train", "own"): rows_of(path) for path in config.train}
    yield from corpora.items()
    yield "both", [row for rows in corpora.values() for row in rows]


def train(config: FinetuneConfig, rows: Sequence[dict[str, Any]], folder: Path, steps: int) -> None:
    """One model, in ``folder/model``."""
    folder.mkdir(parents=True, exist_ok=True)
    single = folder / "train.jsonl"
    _write(single, rows)
    blocks = [len(blocks_of(heal_document(document))) for document in load(single)]
    wanted, read, repeated = steps * config.batch, 0, []
    if sum(blocks) > wanted:
        raise SystemExit(f"reading these documents once takes {sum(blocks) // config.batch + 1} steps: give --steps")
    for turn in itertools.count():
        for row, size in zip(rows, blocks, strict=True):
            if read < wanted:
                repeated.append({**row, "id": f"{row['id']}.{turn}"})
                read += size
        if read >= wanted:
            break
    _write(single, repeated)
    small = folder / "dev.jsonl"  # the only epoch is the best one; what it is judged by does not matter
    _write(small, [json.loads(line) for path in config.dev for line in Path(path).read_text("utf-8").splitlines()])
    run = replace(config, train=[str(single)], dev=[str(small)], output=str(folder), epochs=1, noise=0.0)
    finetune(run, report=print)


def _write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def scores(folder: Path, config: FinetuneConfig) -> dict[str, dict[str, float]]:
    extractor = planie.load(folder / "model")
    found = {}
    for path in config.dev:
        measures = evaluate(extractor, load(path), resamples=10).slices["all"].measures
        found[path] = {name: round(100 * measures[name].mean, 1) for name in MEASURES}
    return found


def main() -> None:
    """Train and score what is not there yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1800, help="of every run; at least one reading of all documents")
    parser.add_argument("--parts", nargs="+", help="of real, own and both; by default all three")
    arguments = parser.parse_args()
    config = load_config(arguments.config)
    table = arguments.output / "curve.json"
    done = json.loads(table.read_text("utf-8")) if table.exists() else []
    for part, rows in parts_of(config):
        if arguments.parts and part not in arguments.parts:
            continue
        for share in SHARES:
            if any((run["part"], run["share"]) == (part, share) for run in done):
                continue
            chosen = rows[: math.ceil(len(rows) / share)]
            folder = arguments.output / f"{part}-{share}"
            train(config, chosen, folder, arguments.steps)
            frames = sum(len(row["frames"]) for row in chosen)
            done.append({"part": part, "share": share, "documents": len(chosen), "frames": frames})
            done[-1]["scores"] = scores(folder, config)
            table.write_text(json.dumps(done, ensure_ascii=False, indent=1) + "\n", "utf-8")
            print_table(done)


def print_table(done: Sequence[dict[str, Any]]) -> None:
    for run in done:
        print(f"{run['part']:6} 1/{run['share']} {run['documents']:4} documents {run['frames']:6} frames", end="")
        for path, found in run["scores"].items():
            print(f" | {Path(path).stem}", *(f"{name} {found[name]:.1f}" for name in MEASURES), end="")
        print(flush=True)


if __name__ == "__main__":
    main()
