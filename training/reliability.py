"""Draw how sure a model is against how often it is right, from the scores that ``planie evaluate --json`` wrote.

    planie evaluate bundled build/corpus/real-test.jsonl --json build/real.json
    planie evaluate bundled corpus/own/test.jsonl --json build/own.json
    python training/reliability.py "real=build/real.json" "our own=build/own.json" -o docs/assets/reliability.svg

A line for each file, a point for each bin of ten that holds ten targets or more, its area by their number; on
the diagonal a model is as often right as it says (Guo et al. 2017, https://arxiv.org/abs/1706.04599). Needs
matplotlib (``planie[notebooks]``).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib

FEWEST = 10  # targets in a bin; the share right of fewer says little
COLOURS = ("#1f5fa8", "#b3261e", "#2e8b57", "#7d4ba8")


def draw(files: dict[str, Path], output: Path) -> None:
    """Write one picture with a line for each of *files*, by name."""
    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "planie", "svg.fonttype": "none"})  # the same bytes for the same scores
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(4.6, 4.2), layout="constrained")
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, linestyle="--")
    for colour, (name, path) in zip(COLOURS, files.items(), strict=False):
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))["calibration"]["everything right"]
        bins = [b for b in found["bins"] if b["targets"] >= FEWEST]
        sure, right = [b["confidence"] for b in bins], [b["right"] for b in bins]
        axes.plot(sure, right, color=colour, linewidth=1.4, label=f"{name} (error {found['error']:.3f})")
        axes.scatter(sure, right, s=[8 + b["targets"] / 6 for b in bins], color=colour, alpha=0.5, linewidths=0)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="everything right", aspect="equal")
    axes.legend(frameon=False, loc="upper left")
    figure.savefig(output, metadata={"Date": None})


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scores", nargs="+", metavar="NAME=FILE", help="scores, and what to call them")
    parser.add_argument("-o", "--output", type=Path, required=True, help="picture to write, by its ending svg or png")
    asked = parser.parse_args()
    draw({name: Path(path) for name, _, path in (s.partition("=") for s in asked.scores)}, asked.output)


if __name__ == "__main__":
    main()
