"""The model card: a README.md in the model folder that says what the model was made from and how good it is.

Enters: the configuration, the corpora, the scores. Leaves: a file, which replaces an older one as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from planie.learn.config import FinetuneConfig
from planie.learn.corpora import Corpus
from planie.learn.dev import Table
from planie.replacing import replacing


def card(
    config: FinetuneConfig, train: Sequence[Corpus], dev: Sequence[Corpus], scores: Mapping[str, float], table: Table
) -> str:
    """Return the card's text."""
    corpora = [("train", c) for c in train] + [("dev", c) for c in dev]
    data = [f"| {split} | `{c.path}` | {c.format} | {len(c.documents)} | `{c.sha256}` |" for split, c in corpora]
    return "\n".join(
        [
            "---\nlanguage: zh\nlibrary_name: planie\ntags: [planie, token-classification]\n---",
            f"# {config.name} {config.version}\n",
            f"Reads the targets out of Chinese plans. Fine-tuned by `planie finetune` from `{config.start}`; load it",
            "with `planie.load(folder)`.\n",
            "## Data\n\n| split | corpus | format | documents | sha256 |\n| --- | --- | --- | --- | --- |",
            *data,
            "\n## Scores on dev\n\nF1; thresholds and calibration were fitted on the same documents, so these flatter.\n",
            "| score | |\n| --- | --- |",
            *(f"| {name} | {value:.4f} |" for name, value in scores.items()),
            f"\n```text\n{table}\n```",
            "\n## Configuration\n\n| key | value |\n| --- | --- |",
            *(f"| {key} | `{value}` |" for key, value in asdict(config).items()),
            "",
        ]
    )


def write_card(folder: Path, text: str) -> None:
    """Put the card into a model folder."""
    with replacing(folder / "README.md") as file:
        file.write(text.encode())
