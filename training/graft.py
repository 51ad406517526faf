"""Carry a fine-tuned model over to an encoder that was pretrained further, so that neither's work is lost.

    python training/graft.py bundled src/planie/encoder build/pretrain/fifth/encoder -o build/grafted
    python training/finetune.py CONFIG      # with start = "build/grafted"

To the fine-tuned encoder is added what the further pretraining changed: fine-tuned + (further - before), weight by
weight (task arithmetic, Ilharco et al. 2023, https://arxiv.org/abs/2212.04089). The heads stay. The result is a
start for fine-tuning and no model to use: its states have moved under its heads.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from planie import bundle
from planie.learn.start import start_from


def graft(model: str, before: str, further: str, *, share: float = 1.0) -> bundle.Bundle:
    """The fine-tuned *model* with *share* of what lies between two states of its encoder."""
    reader, tokens = start_from(model, dropout=0.0)
    (old, old_tokens), (new, new_tokens) = (start_from(name, dropout=0.0) for name in (before, further))
    if not tokens == old_tokens == new_tokens:
        raise SystemExit("the three have different vocabularies: no encoder of one is an encoder of the others")
    moved, past = new.encoder.state_dict(), old.encoder.state_dict()
    with torch.no_grad():
        for name, weight in reader.encoder.named_parameters():
            weight += share * (moved[name] - past[name])
    config, _ = bundle.read_config(bundle.BUNDLED if model == "bundled" else Path(model))
    return bundle.Bundle(config, tokens, reader)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="the fine-tuned model: a folder, or 'bundled'")
    parser.add_argument("before", help="the encoder that it was fine-tuned from")
    parser.add_argument("further", help="the same encoder, pretrained further")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--share", type=float, default=1.0, help="of the difference")
    options = parser.parse_args()
    made = graft(options.model, options.before, options.further, share=options.share)
    bundle.save(options.output, made.config, made.tokens, made.reader)


if __name__ == "__main__":
    main()
