"""The training run: a ``transformers.Trainer`` over samples, scored on dev at each epoch.

The best epoch (by the F1 of whole frames on dev) is calibrated and saved as a model folder. A run
that was cut off resumes from the last finished epoch in its output folder.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from planie import bundle, linker, scoring, tagger
from planie.annotations import Document, load
from planie.bundle import BundleConfig, Calibration
from planie.errors import ConfigError, require
from planie.learn import noise
from planie.learn.config import FinetuneConfig
from planie.learn.objective import Objective
from planie.learn.samples import Healed, blocks_of, collate, heal_document, samples
from planie.linker import Thresholds
from planie.nets import EncoderConfig, Reader
from planie.scorer import TorchScorer
from planie.windows import Vocabulary


def start_from(start: str, *, dropout: float) -> tuple[Reader, tuple[str, ...]]:
    """Return a reader and its vocabulary: a model folder's, or a Chinese BERT's with fresh heads."""
    folder = bundle.BUNDLED if start == "bundled" else Path(start)
    config = folder / "config.json"
    if not config.is_file() or '"tags"' not in config.read_text("utf-8"):
        return _from_bert(start, dropout)
    loaded = bundle.load(folder)
    reader = Reader(loaded.reader.encoder.config, dropout=dropout)
    reader.load_state_dict(loaded.reader.state_dict())
    return reader, loaded.tokens


def _from_bert(start: str, dropout: float) -> tuple[Reader, tuple[str, ...]]:
    transformers = require("transformers", extra="train")
    source = transformers.AutoModel.from_pretrained(start, use_safetensors=True)
    tokenizer = transformers.AutoTokenizer.from_pretrained(start)
    if source.config.model_type != "bert":
        raise ConfigError(f"start {start!r} is a {source.config.model_type!r} model; planie reads BERT encoders")
    names = EncoderConfig.__dataclass_fields__
    config = EncoderConfig(**{k: getattr(source.config, k) for k in names})
    reader = Reader(config, dropout=dropout)
    weights = {k: v for k, v in source.state_dict().items() if not k.startswith("pooler") and "position_ids" not in k}
    reader.encoder.load_state_dict(weights)
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    return reader, tuple(token for token, _ in vocabulary)


class DevSet:
    """Documents that the run is judged on, healed and cut once."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.gold: list[Healed] = [heal_document(d) for d in documents]
        self.pieces = [tagger.Piece(h.text, tuple(blocks_of(h))) for h in self.gold]

    def read(self, scorer: TorchScorer, thresholds: Thresholds) -> list[tuple[tagger.Tagged, linker.Linked]]:
        """Tag and link every document."""
        tagged = tagger.tag(self.pieces, scorer)
        return list(zip(tagged, linker.link(self.pieces, tagged, scorer, thresholds=thresholds), strict=True))

    def score(self, scorer: TorchScorer, thresholds: Thresholds) -> dict[str, float]:
        """Entity and frame scores, micro-averaged."""
        return scoring.score_spans(
            [scoring.restrict(h, p) for h, p in zip(self.gold, self.pieces, strict=True)],
            [(t.entities, link.frames) for t, link in self.read(scorer, thresholds)],
        )


def calibrate(outcomes: Sequence[tuple[float, bool]]) -> Calibration:
    """Fit Platt scaling on (confidence, was right) pairs; identity when there are too few."""
    sklearn = require("sklearn.linear_model", extra="train")
    if len({right for _, right in outcomes}) < 2 or len(outcomes) < 50:
        return Calibration()
    logits = [[bundle_logit(c)] for c, _ in outcomes]
    fit = sklearn.LogisticRegression(C=100.0).fit(logits, [right for _, right in outcomes])
    return Calibration(round(float(fit.coef_[0][0]), 4), round(float(fit.intercept_[0]), 4))


def bundle_logit(confidence: float) -> float:
    """Log-odds, kept finite."""
    kept = min(max(confidence, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))


def finetune(config: FinetuneConfig, *, resume: bool = False) -> dict[str, float]:
    """Train, calibrate and save; returns the dev scores of the model that was saved."""
    transformers = require("transformers", extra="train")
    transformers.set_seed(config.seed)
    reader, tokens = start_from(config.start, dropout=config.dropout)
    vocabulary = Vocabulary(tokens)
    train_docs = augmented([d for path in config.train for d in load(path)], config.noise, config.seed)
    dev = DevSet([d for path in config.dev for d in load(path)])
    trainer = _trainer(config, transformers, reader, vocabulary, train_docs, dev)
    finished = resume and any(Path(config.output).glob("run/checkpoint-*"))
    trainer.train(resume_from_checkpoint=finished or None)
    scorer = TorchScorer(reader, vocabulary)
    thresholds = choose_thresholds(dev, scorer)
    read = dev.read(scorer, thresholds)
    outcomes = scoring.outcomes(
        [scoring.restrict(h, p) for h, p in zip(dev.gold, dev.pieces, strict=True)],
        [(t.entities, link.frames) for t, link in read],
    )
    from dataclasses import asdict

    saved = BundleConfig(config.name, config.version, asdict(reader.encoder.config), thresholds, calibrate(outcomes))
    bundle.save(Path(config.output) / "model", saved, tokens, reader)
    return dev.score(scorer, thresholds)


def choose_thresholds(dev: DevSet, scorer: TorchScorer) -> Thresholds:
    """Try a few thresholds a role and keep those that score best on dev."""
    best, found = -1.0, Thresholds()
    for metric in (0.35, 0.5, 0.65):
        for role in (0.4, 0.5, 0.6):
            tried = replace(found, metric=metric, role=role)
            score = dev.score(scorer, tried)["frame_f1"]
            if score > best + 1e-6:
                best, chosen = score, tried
    return chosen


def _trainer(
    config: FinetuneConfig, transformers: Any, reader: Reader, vocabulary: Vocabulary,
    documents: Sequence[Document], dev: DevSet,
) -> Any:  # fmt: skip
    sampling = require("transformers.trainer_pt_utils", extra="train")
    rows, counts = samples(documents, vocabulary)
    print_counts = ", ".join(f"{value} {name}" for name, value in sorted(counts.items()))
    transformers.logging.get_logger("planie").warning("training on %s", print_counts)

    class Trainer(transformers.Trainer):  # type: ignore[misc]
        """Two learning rates, and dev scores by planie's own reading."""

        optimizer: Any
        control: Any

        def create_optimizer(self, *args: Any, **kwargs: Any) -> Any:
            if self.optimizer is None:
                self.optimizer = torch.optim.AdamW(_groups(reader, config), betas=(0.9, 0.98))
            return self.optimizer

        def _get_train_sampler(self, *args: Any, **kwargs: Any) -> Any:
            generator = torch.Generator().manual_seed(config.seed + int(self.state.epoch or 0))
            lengths = [max(len(ids) for ids in row.ids) for row in rows]
            return sampling.LengthGroupedSampler(config.batch, lengths=lengths, generator=generator)

        def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
            scorer = TorchScorer(reader, vocabulary, half=_has_bf16())
            found = {f"eval_{k}": v for k, v in dev.score(scorer, Thresholds()).items()}
            reader.train()
            self.log(found)
            self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics=found)
            return found

    arguments = transformers.TrainingArguments(
        output_dir=str(Path(config.output) / "run"),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch,
        warmup_steps=config.warmup,
        lr_scheduler_type="linear",
        bf16=_has_bf16(),
        use_cpu=not torch.cuda.is_available(),
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_frame_f1",
        greater_is_better=True,
        logging_steps=50,
        remove_unused_columns=False,
        report_to=[],
        seed=config.seed,
        data_seed=config.seed,
        max_grad_norm=1.0,
        dataloader_num_workers=0,
    )
    return Trainer(
        model=Objective(reader, link_weight=config.link_weight),
        args=arguments,
        train_dataset=rows,
        eval_dataset=rows[:1],  # asked for by name; evaluate() reads the dev documents
        data_collator=lambda batch: collate(batch, vocabulary.pad),
        callbacks=[transformers.EarlyStoppingCallback(config.patience)],
    )


def _has_bf16() -> bool:
    return torch.cuda.is_available() or bool(torch.cpu._is_avx512_bf16_supported())


def _groups(reader: nn.Module, config: FinetuneConfig) -> list[dict[str, Any]]:
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in reader.named_parameters():
        groups.setdefault((name.startswith("encoder."), parameter.ndim >= 2), []).append(parameter)
    return [
        {
            "params": parameters,
            "lr": config.encoder_rate if encoder else config.head_rate,
            "weight_decay": config.weight_decay if matrix else 0.0,
        }
        for (encoder, matrix), parameters in groups.items()
    ]


def augmented(documents: Sequence[Document], share: float, seed: int) -> list[Document]:
    """Add, for a *share* of the documents, a copy with other names and numbers, some of them redacted."""
    rng = random.Random(seed)
    copies = []
    for document in documents:
        if rng.random() < share:
            copy = noise.replace_numbers(noise.replace_names(document, rng=rng), rng=rng)
            copies.append(noise.redaction(copy, rng=rng) if rng.random() < 0.4 else copy)
    return [*documents, *copies]
