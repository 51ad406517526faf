"""What pretraining brings: the same short fine-tuning from one encoder after another.

    python -m training.encoder_curve configs/finetune.toml -o build/encoders random 3m=FOLDER bundled=encoder

Each encoder is a folder that ``training/pretrain.py`` exported (or a hub name), or ``encoder`` for the bundled
one, with a name in front; ``random`` is the bundled encoder's shape with fresh weights. Every run reads the
same share of the training documents in as many steps with the same rates, so that only the encoder differs, and is
scored on the development documents. Scores lie below those of the shipped model, which learns many times as long. The speed is that of the
encoder alone on windows of 128 characters, as a ratio to the first row. Finished runs are kept in the
output folder and skipped when the command is given again; the table is printed after each.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from training.learning_curve import MEASURES, parts_of, scores, train
from transformers import BertConfig, BertForMaskedLM, BertModel

from planie.bundle import ENCODER
from planie.learn.config import load_config

WINDOWS, LENGTH, ROUNDS = 16, 128, 7


def random_encoder(folder: Path) -> Path:
    """The bundled encoder's configuration and vocabulary with weights that have learnt nothing."""
    torch.manual_seed(1)
    BertForMaskedLM(BertConfig.from_pretrained(ENCODER)).save_pretrained(folder)
    (folder / "vocab.txt").write_bytes((ENCODER / "vocab.txt").read_bytes())
    return folder


@torch.inference_mode()
def characters_a_second(start: str) -> float:
    """Of the encoder alone, the best of some rounds."""
    encoder = BertModel.from_pretrained(ENCODER if start == "encoder" else start, add_pooling_layer=False).eval()
    ids = torch.randint(5, encoder.config.vocab_size, (WINDOWS, LENGTH))
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        encoder(ids)
        took.append(time.perf_counter() - began)
    return ids.numel() / min(took)


def weights_of(start: str) -> int:
    encoder = BertModel.from_pretrained(ENCODER if start == "encoder" else start, add_pooling_layer=False)
    return sum(p.numel() for p in encoder.parameters())


def print_table(done: Sequence[dict[str, Any]]) -> None:
    for run in done:
        ratio = run["speed"] / done[0]["speed"]
        print(f"{run['name']:12} {run['weights'] / 1e6:5.1f} M weights, speed {ratio:4.2f}", end="")
        for path, found in run["scores"].items():
            print(f" | {Path(path).stem}", *(f"{name} {found[name]:.1f}" for name in MEASURES), end="")
        print(flush=True)


def main() -> None:
    """Train and score what is not there yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("encoders", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--share", type=int, default=2, help="one document in so many")
    arguments = parser.parse_args()
    config = load_config(arguments.config)
    rows = [row for _, part in list(parts_of(config))[:-1] for row in part[:: arguments.share]]
    table = arguments.output / "encoders.json"
    done = json.loads(table.read_text("utf-8")) if table.exists() else []
    for given in arguments.encoders:
        name, _, start = given.partition("=")
        if any(run["name"] == name for run in done):
            continue
        start = start or str(random_encoder(arguments.output / name / "start"))
        train(replace(config, start=start), rows, arguments.output / name, arguments.steps)
        found = scores(arguments.output / name, config)
        done.append({"name": name, "weights": weights_of(start), "speed": characters_a_second(start), "scores": found})
        table.write_text(json.dumps(done, ensure_ascii=False, indent=1) + "\n", "utf-8")
        print_table(done)


if __name__ == "__main__":
    main()
