"""Do scores hold for places and years that a model has never seen? The same documents with other ones, scored.

    python training/bias_check.py bundled build/corpus/real-test.jsonl corpus/own/test.jsonl

Each corpus is read three times: as it is, with every place given an invented name (the same one throughout a document), and with
other numbers in all values and all years moved by one step (:mod:`planie.learn.variation`). Printed are the micro F1 of
values found, of the right metric, of everything right and of exact names, and how many documents could be changed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from random import Random

import planie
from planie.annotations import Document, load
from planie.evaluation import evaluate
from planie.learn.variation import replace_names, replace_numbers

MEASURES = ("values", "targets", "everything", "exact")
CHANGES: dict[str, Callable[[Document, Random], Document]] = {
    "as it is": lambda document, _: document,
    "other places": replace_names,
    "other numbers and years": replace_numbers,
}
SEED = 7


def main() -> None:
    """Read the command line and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a model folder, or bundled")
    parser.add_argument("corpora", nargs="+", type=Path)
    arguments = parser.parse_args()
    extractor = planie.load(None if arguments.model == "bundled" else arguments.model)
    print(f"| corpus | documents changed | {' | '.join(MEASURES)} |\n| --- | ---: |{' ---: |' * len(MEASURES)}")
    for corpus in arguments.corpora:
        documents = load(corpus)
        for name, change in CHANGES.items():
            changed = [change(document, Random(SEED + n)) for n, document in enumerate(documents)]
            count = sum(one.text != other.text for one, other in zip(documents, changed, strict=True))
            found = evaluate(extractor, changed, resamples=10).slices["all"].measures
            scores = " | ".join(f"{100 * found[measure].score.f1:.1f}" for measure in MEASURES)
            print(f"| {corpus.stem}, {name} | {count} of {len(documents)} | {scores} |", flush=True)


if __name__ == "__main__":
    main()
