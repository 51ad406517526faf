"""Make the bundled model: fine-tune the pretrained encoder on the training documents.

    python corpus/real/prepare.py --documents ../shared      # the real documents, joined with their texts
    python training/finetune.py configs/finetune.toml

writes a model folder to ``<output>/model`` and prints its scores on the development set.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from planie.learn.config import load_config
from planie.learn.train import finetune


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path)
    parser.add_argument("--resume", action="store_true", help="go on from the last finished epoch")
    arguments = parser.parse_args()
    scores = finetune(load_config(arguments.config), resume=arguments.resume, report=print)
    for name, value in scores.items():
        print(f"{name:20} {value:.4f}")


if __name__ == "__main__":
    main()
