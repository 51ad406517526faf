"""Average the weights of models that share their beginning (Wortsman et al. 2022, https://arxiv.org/abs/2203.05482).

    python training/average.py 0.65=build/finetune/model 0.35=build/before -o build/averaged

The shipped model is the mean of its run's last epoch and a third of the model that the run began from: the new plans teach it
most, and what work reports taught it before is kept. Which shares serve best was tried on the development
set. Thresholds and calibration are the first model's.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import torch

from planie import bundle


def average(shares: list[tuple[float, Path]]) -> bundle.Bundle:
    """The model whose every weight is the mean of theirs, by their shares."""
    if not math.isclose(sum(share for share, _ in shares), 1, abs_tol=1e-6):
        raise SystemExit("the shares have to sum to 1")
    loaded = [(share, bundle.load(folder)) for share, folder in shares]
    first = loaded[0][1]
    if any(other.tokens != first.tokens for _, other in loaded):
        raise SystemExit("the models have different vocabularies")
    states = [(share, one.reader.state_dict()) for share, one in loaded]
    with torch.no_grad():
        mean = {name: sum(share * state[name] for share, state in states) for name in states[0][1]}
    first.reader.load_state_dict(mean)
    return first


def _share(text: str) -> tuple[float, Path]:
    share, _, folder = text.partition("=")
    return float(share), Path(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=_share, help="SHARE=FOLDER")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    made = average(options.models)
    bundle.save(options.output, made.config, made.tokens, made.reader)


if __name__ == "__main__":
    main()
