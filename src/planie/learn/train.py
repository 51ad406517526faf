"""The training run: a ``transformers.Trainer`` over samples, scored on dev at each epoch.

Enters: a configuration. Leaves: a model folder with its card, and the dev scores. The best epoch (by the
F1 of whole frames on dev, or of entities where linking is not trained) is calibrated and saved. A run that
was cut off, at whatever moment, resumes from the last finished epoch in its output folder. Nothing is
printed: what there is to say goes to the caller's *report*.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import torch

from planie import bundle, scoring
from planie.annotations import Document
from planie.bundle import BundleConfig
from planie.errors import ConfigError, require
from planie.learn import checkpoints, noise
from planie.learn.card import card, write_card
from planie.learn.check import Data, check_data
from planie.learn.config import FinetuneConfig
from planie.learn.dev import DevSet, Table, calibrate, choose_thresholds
from planie.learn.objective import Objective
from planie.learn.optimizers import optimizer_of
from planie.learn.rows import dataset_of
from planie.learn.samples import Sample, collate, samples
from planie.learn.start import missing_tokens, start_from
from planie.linker import Thresholds
from planie.nets import Reader
from planie.scorer import TorchScorer, has_bfloat16
from planie.windows import Vocabulary

__all__ = ["augmented", "finetune", "missing_tokens", "precision", "start_from"]

Report = Callable[[str], object]


def finetune(config: FinetuneConfig, *, resume: bool = False, report: Report | None = None) -> dict[str, float]:
    """Train, calibrate and save.

    Args:
        config: what to train on and how.
        resume: go on from the last finished epoch in the output folder, or begin where there is none.
        report: called with each line or table that a person may want to see.

    Returns:
        The dev scores of the model that was saved.

    Raises:
        CorpusError: the data has faults; all of them.
        ConfigError: the start cannot be read, or the output holds another run.
    """
    say: Report = report or (lambda _: None)
    transformers = require("transformers", extra="train")
    data = check_data(config)
    data.refuse()
    for note in data.notes:
        say(f"note: {note}")
    transformers.set_seed(config.seed)
    reader, tokens = start_from(config.start, dropout=config.dropout)
    run = Path(config.output) / "run"
    trained = checkpoints.open_run(run, _identity(config, data), resume=resume)
    if resume and checkpoints.latest(run) is None:
        say(f"nothing to resume: no finished epoch in {run}; beginning anew")
    dev = DevSet(data.documents("dev"))
    trainer = _trainer(config, reader, Vocabulary(tokens), data.documents("train"), dev, say)
    _train(trainer, run, trained=trained, say=say)
    return _save(config, data, reader, tokens, dev, say)


def _identity(config: FinetuneConfig, data: Data) -> dict[str, Any]:
    """What a run is of; where it is written and how the model is called may change."""
    body = {k: v for k, v in asdict(config).items() if k not in ("name", "version", "output")}
    return {**body, "data": [[c.path, c.sha256] for c in (*data.train, *data.dev)]}


def _train(trainer: Any, run: Path, *, trained: bool, say: Report) -> None:
    last = checkpoints.latest(run)
    if trained and last is not None:
        best = run / Path(checkpoints.state_of(last)["best_model_checkpoint"] or last).name
        load = require("safetensors.torch", extra="train").load_model
        load(trainer.model, str(best / "model.safetensors"))
        say(f"trained before; the best epoch is in {best.name}")
        return
    if last is not None:
        trainer.skipped = round(checkpoints.state_of(last)["epoch"])
        say(f"going on from {last.name}, epoch {trainer.skipped}")
    trainer.train(resume_from_checkpoint=None if last is None else str(last))
    checkpoints.close_run(run)


def _save(
    config: FinetuneConfig, data: Data, reader: Reader, tokens: tuple[str, ...], dev: DevSet, say: Report
) -> dict[str, float]:
    scorer = TorchScorer(reader, Vocabulary(tokens))
    thresholds = choose_thresholds(dev, scorer)
    found = dev.read(scorer, thresholds)
    calibration = calibrate(scoring.outcomes(dev.readings, found))
    saved = BundleConfig(config.name, config.version, asdict(reader.encoder.config), thresholds, calibration)
    folder = Path(config.output) / "model"
    bundle.save(folder, saved, tokens, reader)
    scores, table = scoring.score_spans(dev.readings, found), dev.table(found)
    write_card(folder, card(config, data.train, data.dev, scores, table))
    say(f"saved {folder}\n{table}")
    return scores


def _trainer(
    config: FinetuneConfig, reader: Reader, vocabulary: Vocabulary,
    documents: Sequence[Document], dev: DevSet, say: Report,
) -> Any:  # fmt: skip
    transformers = require("transformers", extra="train")
    documents = repeated(documents, config.repeat)
    documents = augmented(documents, config.noise, config.seed)
    rows, counts = samples(documents, vocabulary, bare=config.untitled, seed=config.seed)
    say("training on " + ", ".join(f"{value} {name}" for name, value in sorted(counts.items())))
    data = dataset_of(rows)
    trainer = _trainer_class(config, reader, vocabulary, rows, dev, say)(
        model=Objective(reader, link_weight=config.link_weight),
        args=_arguments(config, transformers),
        train_dataset=data,
        eval_dataset=data.select(range(1)),  # asked for by name; evaluate() reads the dev documents
        data_collator=lambda batch: collate([row["sample"] for row in batch], vocabulary.pad),
        callbacks=[transformers.EarlyStoppingCallback(config.patience)],
    )
    trainer.remove_callback(transformers.PrinterCallback)
    return trainer


def _trainer_class(
    config: FinetuneConfig, reader: Reader, vocabulary: Vocabulary, rows: Sequence[Sample], dev: DevSet, say: Report
) -> Any:
    transformers: Any = require("transformers", extra="train")
    sampling = require("transformers.trainer_pt_utils", extra="train")

    class Trainer(transformers.Trainer):  # type: ignore[misc]
        """Two learning rates, dev scores by planie's own reading, checkpoints that are whole or not there."""

        optimizer: Any
        control: Any
        skipped = 0  # epochs that were trained before this process began

        def create_optimizer(self, *args: Any, **kwargs: Any) -> Any:
            if self.optimizer is None:
                self.optimizer = optimizer_of(reader, config)
            return self.optimizer

        def _get_train_sampler(self, *args: Any, **kwargs: Any) -> Any:
            generator = torch.Generator().manual_seed(config.seed)
            lengths = [max(len(ids) for ids in row.ids) for row in rows]
            sampler = sampling.LengthGroupedSampler(config.batch, lengths=lengths, generator=generator)
            for _ in range(self.skipped):  # the orders that those epochs had
                list(sampler)
            return sampler

        def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
            device = next(reader.parameters()).device.type
            scorer = TorchScorer(reader, vocabulary, device=device)
            read = dev.read(scorer, Thresholds())
            scores = scoring.score_spans(dev.readings, read)
            found = {f"eval_{k}": v for k, v in scores.items()}
            reader.train()
            self.log(found)
            say(epoch_table(round(self.state.epoch or 0), config.epochs, scores, dev.table(read)))
            self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics=found)
            return found

        def _save_checkpoint(self, *args: Any, **kwargs: Any) -> None:
            super()._save_checkpoint(*args, **kwargs)
            run = Path(self.args.output_dir)
            checkpoints.seal(run / f"checkpoint-{self.state.global_step}")
            checkpoints.rotate(run, best=self.state.best_model_checkpoint)

    return Trainer


def epoch_table(epoch: int, epochs: int, scores: dict[str, float], table: Table) -> str:
    """Return what is said after an epoch."""
    named = (("entities", "entity_f1"), ("frames", "frame_f1"), ("with all roles", "full_f1"))
    return f"epoch {epoch} of {epochs}: F1 " + ", ".join(f"{n} {scores[k]:.4f}" for n, k in named) + f"\n{table}"


def _arguments(config: FinetuneConfig, transformers: Any) -> Any:
    return transformers.TrainingArguments(
        output_dir=str(Path(config.output) / "run"),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch,
        warmup_steps=config.warmup,
        lr_scheduler_type="linear",
        bf16=precision() == "bf16",
        fp16=precision() == "fp16",
        use_cpu=not torch.cuda.is_available(),
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=None,  # checkpoints.rotate does it, in an order that can be interrupted
        load_best_model_at_end=True,
        metric_for_best_model="eval_frame_f1" if config.link_weight else "eval_entity_f1",
        greater_is_better=True,
        restore_callback_states_from_checkpoint=True,  # the patience that is left
        logging_steps=50,
        disable_tqdm=True,
        remove_unused_columns=False,
        report_to=[],
        seed=config.seed,
        data_seed=config.seed,
        max_grad_norm=1.0,
        dataloader_num_workers=0,
    )


def precision() -> Literal["bf16", "fp16", "no"]:
    """Return the half precision that the hardware computes in."""
    if torch.cuda.is_available():
        return "bf16" if has_bfloat16("cuda") else "fp16"
    return "bf16" if has_bfloat16("cpu") else "no"


def repeated(documents: Sequence[Document], times: Mapping[str, int]) -> list[Document]:
    """Return the *documents*, those of a source that *times* names as often as it says.

    Raises:
        ConfigError: a source that no document has.
    """
    known = {str(d.meta.get("source")) for d in documents}
    if unknown := sorted(times.keys() - known):
        raise ConfigError(
            f"repeat: no training document has the source {', '.join(unknown)}; known: {', '.join(sorted(known))}"
        )
    return [d for d in documents for _ in range(times.get(str(d.meta.get("source")), 1))]


def augmented(documents: Sequence[Document], share: float, seed: int) -> list[Document]:
    """Add, for a *share* of the documents, a copy with other names and numbers, some of them redacted."""
    rng = random.Random(seed)
    copies = []
    for document in documents:
        if rng.random() < share:
            copy = noise.replace_numbers(noise.replace_names(document, rng=rng), rng=rng)
            copies.append(noise.redaction(copy, rng=rng) if rng.random() < 0.4 else copy)
    return [*documents, *copies]
