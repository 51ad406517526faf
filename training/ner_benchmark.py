"""Measure the encoder on public named-entity sets: fine-tune, score by seqeval, stand beside the published figures.

    python -m training.ner_benchmark cluener --epochs 6
    python -m training.ner_benchmark weibo --seeds 5 --minutes 4   # 418 spans: the mean of five seeds
    python -m training.ner_benchmark msra --epochs 3 --minutes 40

A linear layer over the encoder gives each character its IOBES tags; the best legal path is found by
Viterbi. Scores are strict micro F1 of spans (seqeval, ``mode="strict"``, IOB2). A line that is longer than
a window is read in windows that overlap; each span counts for the window whose middle it begins in, and
what a window cuts off counts as missed. CLUENER's test labels are hidden, so it is scored on dev. Where
test lines stand in train too (Weibo has some 40), a second figure leaves them out. ``--minutes`` shortens
the schedule, rate decay and all, so that training ends in time. The sets lie in ``../shared/bench`` and
are never read for the shipped model.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from planie import bundle
from planie.learn.optimizers import BETAS, Together, in_layer, muon
from planie.learn.start import start_from
from planie.learn.train import precision
from planie.tags import may_follow
from planie.windows import Vocabulary

BENCH = Path(__file__).resolve().parents[2] / "shared" / "bench"
FILES = {
    "cluener": ("train.json", "dev.json"),
    "resume": ("train.char.bmes", "test.char.bmes"),
    "weibo": ("weiboNER_2nd_conll.train", "weiboNER_2nd_conll.test"),
    "msra": ("msra_train_bio.xz", "msra_test_bio.xz"),
}
PUBLISHED = {
    "cluener": {"BiLSTM-CRF": "67.5", "BERT-base softmax": "79.6", "BERT-base CRF": "80.8", "six layers, distilled": "80.5"},
    "resume": {"Lattice-LSTM": "94.5", "BERT-base": "95.5 to 95.9", "W2NER": "96.7"},
    "weibo": {"Lattice-LSTM": "58.8", "BERT-base": "67 to 69"},
    "msra": {
        "BiLSTM-CRF": "88.5",
        "Lattice-LSTM": "93.2",
        "ELECTRA-small, 12 M, distilled": "93.5",
        "BERT-base": "94.6 to 95.3",
    },
}  # fmt: skip
EPOCHS = {"cluener": 8, "resume": 15, "weibo": 25, "msra": 4}  # small sets need more readings
BATCH = {"cluener": 16, "resume": 8, "weibo": 8, "msra": 32}

TOKENS = 128  # of a window, [CLS] and [SEP] included; positions behind it are barely trained
WIDTH = TOKENS - 2
MARGIN = 16  # what neighbouring windows share on either side
IGNORED = -100

Spans = list[tuple[str, int, int]]


@dataclass(frozen=True)
class Line:
    """One line of a set: its characters and its half-open spans."""

    characters: tuple[str, ...]
    spans: tuple[tuple[str, int, int], ...]


# --- the sets ---------------------------------------------------------------


def load(path: Path) -> list[Line]:
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        lines = file.read().split("\n")
    return list(_json(lines) if path.suffix == ".json" else _columns(lines))


def _json(lines: Sequence[str]) -> Iterator[Line]:
    """CLUENER: a JSON object a line, its ends inclusive."""
    for row in (json.loads(line) for line in lines if line.strip()):
        found = [
            (label, start, end + 1)
            for label, names in row["label"].items()
            for places in names.values()
            for start, end in places
        ]
        yield Line(tuple(row["text"]), tuple(sorted(found, key=lambda span: span[1])))


def _columns(lines: Sequence[str]) -> Iterator[Line]:
    """A character and its tag a line (B, I or M, E, S, O); Weibo's characters carry a digit of their word."""
    held: list[tuple[str, str]] = []
    for line in [*lines, ""]:
        character, _, tag = line.rpartition("\t" if "\t" in line else " ")  # the character may be a space itself
        if character:
            held.append((character[0], tag))
        elif held:
            yield Line(tuple(c for c, _ in held), tuple(spans_of([tag for _, tag in held])))
            held = []


def spans_of(tags: Sequence[str]) -> Spans:
    """Read tags leniently, as the sets' own scorers do: a span ends where another tag begins."""
    found: Spans = []
    for i, tag in enumerate(tags):
        place, _, label = tag.partition("-")
        if (
            label
            and place in "IME"
            and found
            and found[-1][0] == label
            and found[-1][2] == i
            and tags[i - 1][0] in "BIM"
        ):
            found[-1] = (label, found[-1][1], i + 1)
        elif label:
            found.append((label, i, i + 1))
    return found


# --- windows ----------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """``line.characters[start:end]``; the spans that begin in [low, high) are its own."""

    line: int
    start: int
    end: int
    low: int
    high: int


def windows(lines: Sequence[Line]) -> list[Window]:
    found = []
    for number, line in enumerate(lines):
        length, start = len(line.characters), 0
        while start + WIDTH < length:
            found.append(Window(number, start, start + WIDTH, start + MARGIN * (start > 0), start + WIDTH - MARGIN))
            start += WIDTH - 2 * MARGIN
        found.append(Window(number, start, length, start + MARGIN * (start > 0), length))
    return found


def encode(window: Window, line: Line, tags: dict[str, int]) -> list[int]:
    """The window's tags; what a span cut by its edge leaves in it is ignored."""
    row = [tags["O"]] * (window.end - window.start)
    for label, start, end in line.spans:
        low, high = max(start, window.start), min(end, window.end)
        whole = window.start <= start and end <= window.end
        for i in range(low, high):
            place = "S" if end - start == 1 else "B" if i == start else "E" if i == end - 1 else "I"
            row[i - window.start] = tags[f"{place}-{label}"] if whole else IGNORED
    return row


def batches(sizes: Sequence[int], size: int, rng: random.Random | None) -> list[tuple[int, list[int]]]:
    """(Padded length, rows): every batch has *size* rows of one bucket, so that few shapes occur.

    Without *rng* all rows come once, in order of their length; the last batch of a bucket repeats its first rows.
    """
    buckets: dict[int, list[int]] = {}
    for row, length in enumerate(sizes):
        buckets.setdefault(-(-(length + 2) // 32) * 32, []).append(row)
    found = []
    for length, rows in sorted(buckets.items()):
        if rng:
            rng.shuffle(rows)
        for at in range(0, len(rows), size):
            part = rows[at : at + size]
            found.append((length, [part[i % len(part)] for i in range(size)]))
    if rng:
        rng.shuffle(found)
    return found


# --- the model --------------------------------------------------------------


class Tagger(nn.Module):
    """An encoder and a linear layer."""

    def __init__(self, start: str, tags: Sequence[str], *, dropout: float) -> None:
        super().__init__()
        reader, tokens = start_from(start, dropout=dropout)
        self.encoder, self.vocabulary, self.dropout = reader.encoder, Vocabulary(tokens), dropout
        self.head = nn.Linear(reader.encoder.config.hidden_size, len(tags))

    def forward(self, ids: Tensor) -> Tensor:
        """*Shape:* ids (batch, length) → scores (batch, length - 2, tags), without [CLS] and [SEP]."""
        states = self.encoder(ids, ids != self.vocabulary.pad)
        return self.head(F.dropout(states, self.dropout, self.training))[:, 1:-1]

    def ids(self, rows: Sequence[Sequence[str]], length: int) -> Tensor:
        out = torch.full((len(rows), length), self.vocabulary.pad)
        for row, characters in enumerate(rows):
            tokens = [self.vocabulary.cls, *map(self.vocabulary.id, characters), self.vocabulary.sep]
            out[row, : len(tokens)] = torch.tensor(tokens)
        return out


def train(model: Tagger, lines: Sequence[Line], tags: dict[str, int], options: argparse.Namespace, seed: int) -> float:
    """Train and return the seconds that it took."""
    rng, device = random.Random(seed), next(model.parameters()).device
    found = windows(lines)
    gold = [encode(window, lines[window.line], tags) for window in found]
    optimizer = make_optimizer(model, options)
    rates = [group["lr"] for group in optimizer.param_groups]
    epochs = [batches([len(row) for row in gold], options.batch, rng) for _ in range(options.epochs)]
    total, step, begin = sum(map(len, epochs)), 0, time.perf_counter()
    model.train()
    for epoch, order in enumerate(epochs):
        losses = []
        for length, rows in order:
            spent = (time.perf_counter() - begin) / (60 * options.minutes) if options.minutes else 0.0
            progress = max(step / total, spent)
            if progress >= 1:
                print(f"  {options.minutes} minutes are over in epoch {epoch + 1} of {options.epochs}", flush=True)
                return time.perf_counter() - begin
            factor = min(progress / 0.06, (1 - progress) / 0.94)  # warm-up, then down to nothing
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * max(factor, 0.02)
            losses.append(_step(model, optimizer, [(found[r], gold[r]) for r in rows], lines, length, device))
            step += 1
        print(f"  epoch {epoch + 1}: loss {mean(losses):.4f}, {time.perf_counter() - begin:.0f} s", flush=True)
    return time.perf_counter() - begin


def make_optimizer(model: Tagger, options: argparse.Namespace) -> torch.optim.Optimizer:
    """As fine-tuning has it: Muon for the matrices inside the layers, unless its rate is 0, with AdamW for the rest."""
    named = list(model.encoder.named_parameters())
    matrices = [p for n, p in named if options.matrix_rate and in_layer(n, p)]
    taken = set(map(id, matrices))
    groups = [
        {"params": [p for _, p in named if id(p) not in taken], "lr": options.rate},
        {"params": list(model.head.parameters()), "lr": options.head_rate},
    ]
    adamw = torch.optim.AdamW(groups, betas=BETAS, weight_decay=0.01)
    return Together([muon(matrices, rate=options.matrix_rate, weight_decay=0.01), adamw]) if matrices else adamw


def _step(model: Tagger, optimizer: Any, rows: list[Any], lines: Sequence[Line], length: int, device: Any) -> float:
    ids = model.ids([lines[w.line].characters[w.start : w.end] for w, _ in rows], length).to(device)
    wanted = torch.full((len(rows), length - 2), IGNORED)
    for row, (_, gold) in enumerate(rows):
        wanted[row, : len(gold)] = torch.tensor(gold)
    with torch.autocast(device.type, torch.bfloat16, enabled=precision() == "bf16"):
        scores = model(ids)
    loss = F.cross_entropy(scores.float().flatten(0, 1), wanted.to(device).flatten(), ignore_index=IGNORED)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def best_path(scores: np.ndarray[Any, Any], tags: Sequence[str]) -> list[str]:
    """The legal tags of the highest sum. *Shape:* scores (length, tags)."""
    blocked = -1e4
    moves = np.array([[0.0 if may_follow(a, b) else blocked for b in tags] for a in tags])
    edge = [np.array([0.0 if tag[0] in ends else blocked for tag in tags]) for ends in ("OBS", "OES")]
    best, back = scores[0] + edge[0], []
    for row in scores[1:]:
        totals = best[:, None] + moves
        back.append(totals.argmax(0))
        best = totals.max(0) + row
    path = [int((best + edge[1]).argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return [tags[i] for i in reversed(path)]


@torch.inference_mode()
def predict(model: Tagger, lines: Sequence[Line], tags: Sequence[str], *, size: int = 32) -> list[Spans]:
    device, found = next(model.parameters()).device, windows(lines)
    spans: list[Spans] = [[] for _ in lines]
    model.eval()
    for length, rows in batches([w.end - w.start for w in found], size, None):
        parts = [lines[found[r].line].characters[found[r].start : found[r].end] for r in rows]
        with torch.autocast(device.type, torch.bfloat16, enabled=precision() == "bf16"):
            scores = model(model.ids(parts, length).to(device))
        table = F.log_softmax(scores.float(), -1).cpu().numpy()
        for row, number in enumerate(dict.fromkeys(rows)):
            window = found[number]
            for label, start, end in spans_of(best_path(table[row, : len(parts[row])], tags)):
                if window.low <= window.start + start < window.high:
                    spans[window.line].append((label, window.start + start, window.start + end))
    return [sorted(row, key=lambda span: span[1]) for row in spans]


# --- scores -----------------------------------------------------------------


def iob2(spans: Sequence[tuple[str, int, int]], length: int) -> list[str]:
    row = ["O"] * length
    for label, start, end in spans:
        row[start:end] = [f"B-{label}"] + [f"I-{label}"] * (end - start - 1)
    return row


def score(lines: Sequence[Line], found: Sequence[Spans]) -> dict[str, float]:
    from seqeval.metrics import f1_score, precision_score, recall_score
    from seqeval.scheme import IOB2

    gold = [iob2(line.spans, len(line.characters)) for line in lines]
    said = [iob2(spans, len(line.characters)) for line, spans in zip(lines, found, strict=True)]
    measures = {"f1": f1_score, "precision": precision_score, "recall": recall_score}
    return {
        name: 100 * float(measure(gold, said, mode="strict", scheme=IOB2, zero_division=0))
        for name, measure in measures.items()
    }


def run(options: argparse.Namespace) -> list[dict[str, float]]:
    """Train and score once a seed."""
    folder = options.bench / options.set
    lines, test = (load(folder / name) for name in FILES[options.set])
    if options.share < 1:
        lines, test = (part[: max(8, int(len(part) * options.share))] for part in (lines, test))
    labels = sorted({label for line in lines for label, *_ in line.spans})
    tags = ["O", *(f"{place}-{label}" for label in labels for place in "BIES")]
    known = {line.characters for line in lines}
    fresh = [i for i, line in enumerate(test) if line.characters not in known]
    print(
        f"{options.set}: {len(lines):,} lines to train on, {len(test):,} to test, {len(test) - len(fresh)} of them in both"
    )
    rows = []
    for seed in range(1, options.seeds + 1):
        torch.manual_seed(seed)
        model = Tagger(options.encoder, tags, dropout=0.1).to("cuda" if torch.cuda.is_available() else "cpu")
        seconds = train(model, lines, {tag: i for i, tag in enumerate(tags)}, options, seed)
        found = predict(model, test, tags)
        row = score(test, found)
        row["fresh"] = score([test[i] for i in fresh], [found[i] for i in fresh])["f1"] if fresh else 0.0
        print(
            f"seed {seed}: F1 {row['f1']:.2f}, precision {row['precision']:.2f}, recall {row['recall']:.2f}, "
            f"without what is in train {row['fresh']:.2f}; {seconds / 60:.1f} minutes",
            flush=True,
        )
        rows.append(row)
    return rows


def table(name: str, rows: Sequence[dict[str, float]], encoder: str) -> str:
    f1s = [row["f1"] for row in rows]
    spread = f" ± {stdev(f1s):.1f}, {len(rows)} seeds" if len(rows) > 1 else ""
    ours = {f"**{Path(encoder).name}, softmax**": f"**{mean(f1s):.1f}**{spread}"}
    part = "dev" if name == "cluener" else "test"
    body = [f"| {who} | {figure} |" for who, figure in {**PUBLISHED[name], **ours}.items()]
    return "\n".join([f"| {name}, {part} | strict micro F1 |", "| --- | --: |", *body])


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=FILES)
    parser.add_argument("--encoder", default=str(bundle.ENCODER), help="folder or hub name of a Chinese BERT")
    parser.add_argument("--bench", type=Path, default=BENCH, help="where the sets lie")
    parser.add_argument("--epochs", type=int, help=f"by default {EPOCHS}")
    parser.add_argument("--batch", type=int, help=f"windows a step; by default {BATCH}")
    parser.add_argument("--seeds", type=int, default=1, help="how many runs to average")
    parser.add_argument("--minutes", type=float, help="of training a seed, at most")
    parser.add_argument("--rate", type=float, default=4e-4, help="for the encoder; a BERT-base wants 3e-5")
    parser.add_argument("--matrix-rate", type=float, default=7e-4, help="Muon's, inside its layers; 0 for AdamW alone")
    parser.add_argument("--head-rate", type=float, default=1.5e-3)
    parser.add_argument("--share", type=float, default=1.0, help="of the lines, for a trial")
    parser.add_argument("--threads", type=int, help="torch's; by default torch's own choice")
    options = parser.parse_args(arguments)
    options.epochs = options.epochs or EPOCHS[options.set]
    options.batch = options.batch or BATCH[options.set]
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    options = parse(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    rows = run(options)
    print(f"\n{table(options.set, rows, options.encoder)}")


if __name__ == "__main__":
    main()
