"""Pretrain the encoder: masked language modelling on official Chinese text.

One character is one token. The text is read once into flat arrays of token ids
(:func:`prepare`), windows are drawn at random from them, and a fixed number of
positions in each window is masked, whole words at a time in a share of the windows
(Cui et al. 2021, https://arxiv.org/abs/1906.08101). The start is warm:
character embeddings come from a truncated SVD of the corpus's positive pointwise
mutual information (Levy and Goldberg 2014), the output bias from log frequencies.

The rate is flat after a short warm-up and falls linearly over the last part of the
run (warm-up, stable, decay: https://arxiv.org/abs/2404.06395), so that a run can be
lengthened, or cooled down early, from any checkpoint.

    python training/pretrain.py prepare configs/pretrain.toml
    python training/pretrain.py train configs/pretrain.toml
    python training/pretrain.py export configs/pretrain.toml   # the encoder of the last checkpoint

``train`` resumes from the checkpoint in its output folder when there is one. The
loss to expect of configs/pretrain.toml after 3 million tokens is about 4.0, after 8 million about 3.2.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import math
import os
import sys
import time
import unicodedata
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import BertConfig, BertModel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNK, CLS, SEP, MASK = range(5)


@dataclass(frozen=True)
class Stage:
    """One part of the run: windows of ``length`` characters, up to ``until`` tokens in all."""

    length: int
    batch: int
    until: int
    whole_words: float  # share of the windows in which whole words are masked


@dataclass(frozen=True)
class Config:
    """Everything a run depends on; loaded from TOML, unknown keys refused."""

    data: str
    shared: str
    output: str
    splits: str
    weights: dict[str, float]
    vocabulary: int
    min_count: int
    layers: int
    hidden: int
    heads: int
    feed_forward: int
    positions: int
    rate: float
    warmup: int
    decay: int
    mask_share: float
    seed: int
    checkpoint_every: int
    compile: bool
    start: str
    optimizer: str  # "adamw", or "muon" for the matrices inside the layers
    words_weight: float  # weight of the second task: to tell where words begin
    stages: tuple[Stage, ...]

    @property
    def tokens(self) -> int:
        return self.stages[-1].until


def load_config(path: Path) -> Config:
    raw = tomllib.loads(path.read_text("utf-8"))
    raw["stages"] = tuple(Stage(**stage) for stage in raw["stages"])
    return Config(**raw)


# --- text to arrays ---------------------------------------------------------


def fold(character: str) -> str:
    """The form a character is looked up by: NFKC and lower case, where that stays one character."""
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


def read_sources(config: Config) -> dict[str, list[str]]:
    """Source name → paragraphs, with everything left out that a test document also says."""
    shared = Path(config.shared)
    test = set(tomllib.loads(Path(config.splits).read_text("utf-8"))["test"]["real"])
    sources: dict[str, list[str]] = {}
    forbidden: set[str] = set()
    kept: list[str] = []
    for path in sorted((shared / "realdocs").glob("*.txt")):
        text = path.read_text("utf-8")
        if path.stem in test:
            flat = "".join(text.split())
            forbidden.update(flat[i : i + 24] for i in range(len(flat) - 23))
        else:
            kept.extend(text.splitlines())
    sources["realdocs"] = kept
    for path in sorted((shared / "corpora").glob("*.txt.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as file:
            sources[path.name.split(".")[0]] = file.read().splitlines()
    return {name: drop_test_text(lines, forbidden) for name, lines in sources.items()}


def drop_test_text(lines: list[str], forbidden: set[str]) -> list[str]:
    kept = []
    for line in lines:
        flat = "".join(line.split())
        if not flat or any(flat[i : i + 24] in forbidden for i in range(0, max(1, len(flat) - 23), 8)):
            continue
        kept.append(line.strip())
    return kept


def prepare(config: Config) -> None:
    """Write ``vocab.txt`` and, a source each, ``ids.npy`` and ``starts.npy`` (word starts as bits)."""
    import jieba

    data = Path(config.data)
    data.mkdir(parents=True, exist_ok=True)
    sources = read_sources(config)
    counts: Counter[str] = Counter()
    for lines in sources.values():
        for line in lines:
            counts.update(line)
    folded: Counter[str] = Counter()
    for character, count in counts.items():
        folded[fold(character)] += count
    ranked = [c for c, n in folded.most_common(config.vocabulary) if n >= config.min_count and not c.isspace()]
    vocabulary = [*SPECIAL, *ranked]
    (data / "vocab.txt").write_text("\n".join(vocabulary) + "\n", "utf-8")
    index = {token: i for i, token in enumerate(vocabulary)}
    table = {c: index.get(fold(c), UNK) for c in counts if not c.isspace()}
    for name, lines in sources.items():
        ids = np.fromiter((i for line in lines for i in [*(table[c] for c in line if c in table), SEP]), np.uint16)
        np.save(data / f"{name}.ids.npy", ids)
        print(f"{name}: {len(ids):,} tokens", flush=True)
    jieba.setLogLevel(60)
    for name, lines in sources.items():
        if (data / f"{name}.starts.npy").exists():  # words do not depend on the vocabulary
            continue
        starts = bytearray()
        for line in lines:
            for word in jieba.cut("".join(c for c in line if c in table), HMM=False):
                starts.append(1)
                starts.extend(bytes(len(word) - 1))
            starts.append(1)
        np.save(data / f"{name}.starts.npy", np.frombuffer(bytes(starts), np.uint8))
        print(f"{name}: {sum(starts):,} words", flush=True)


# --- windows and masks ------------------------------------------------------


class Windows:
    """Draws masked windows; the n-th batch depends on the seed and n alone, so a resumed run sees the same."""

    def __init__(self, config: Config, vocabulary: int) -> None:
        self.config, self.vocabulary = config, vocabulary
        data = Path(config.data)
        names = [n for n in config.weights if (data / f"{n}.ids.npy").exists()]
        self.ids = [np.load(data / f"{n}.ids.npy", mmap_mode="r") for n in names]
        self.paths = [data / f"{n}.starts.npy" for n in names]
        self.starts: list[np.ndarray] | None = None
        shares = np.array([config.weights[n] * len(i) for n, i in zip(names, self.ids, strict=True)])
        self.shares = shares / shares.sum()

    def batch(self, stage: Stage, step: int) -> tuple[torch.Tensor, ...]:
        """*Shape:* inputs (batch, length), masked positions (batch, k), their ids (batch, k), word starts as inputs."""
        rng = np.random.default_rng((self.config.seed, step))
        width = stage.length - 1
        which = rng.choice(len(self.ids), stage.batch, p=self.shares)
        offsets = [int(rng.integers(0, len(self.ids[w]) - width)) for w in which]
        ids = np.empty((stage.batch, stage.length), np.int64)
        ids[:, 0] = CLS
        for row, (w, o) in enumerate(zip(which, offsets, strict=True)):
            ids[row, 1:] = self.ids[w][o : o + width]
        starts = self._starts(stage, which, offsets)
        single = rng.random(stage.batch) >= stage.whole_words  # windows in which characters are masked one by one
        words = np.where(single[:, None], np.arange(stage.length), starts.cumsum(axis=1))
        priority = np.take_along_axis(rng.random(ids.shape), words, axis=1)
        priority[ids < len(SPECIAL)] = 2.0  # never mask a special token
        k = int(self.config.mask_share * stage.length)
        places = np.argsort(priority, axis=1, kind="stable")[:, :k]
        gold = np.take_along_axis(ids, places, axis=1)
        draw = rng.random(places.shape)
        noise = rng.integers(len(SPECIAL), self.vocabulary, places.shape)
        np.put_along_axis(ids, places, np.where(draw < 0.8, MASK, np.where(draw < 0.9, noise, gold)), axis=1)
        return tuple(torch.from_numpy(a) for a in (ids, places, gold, starts.astype(np.float32)))

    def _starts(self, stage: Stage, which: np.ndarray, offsets: list[int]) -> np.ndarray:
        """*Shape:* (batch, length), 1 where a word begins; the first character of a window begins one."""
        if self.starts is None:
            self.starts = [np.load(path, mmap_mode="r") for path in self.paths]
        bits = np.zeros((stage.batch, stage.length), np.int64)
        for row, (w, o) in enumerate(zip(which, offsets, strict=True)):
            bits[row, 1:] = self.starts[w][o : o + stage.length - 1]
        bits[:, 0], bits[:, 1] = 0, 1
        return bits


# --- the model --------------------------------------------------------------


class MaskedModel(nn.Module):
    """BERT (Devlin et al. 2019) with a tied output layer that reads the masked positions alone.

    A second output tells at every position whether a word begins there: a dense signal, and what the
    bounds of entities hang on in a script without spaces (Peng and Dredze 2016, https://aclanthology.org/P16-2025).
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.bert = BertModel(config, add_pooling_layer=False)
        self.transform = nn.Linear(config.hidden_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))
        self.words = nn.Linear(config.hidden_size, 1)

    def forward(
        self, ids: torch.Tensor, places: torch.Tensor, gold: torch.Tensor, starts: torch.Tensor
    ) -> torch.Tensor:
        """*Shape:* ids and starts (batch, length), places and gold (batch, k) → the mean loss of either task (2)."""
        states = self.bert(input_ids=ids).last_hidden_state
        chosen = states.gather(1, places.unsqueeze(-1).expand(-1, -1, states.shape[-1]))
        hidden = self.norm(nn.functional.gelu(self.transform(chosen)))
        logits = nn.functional.linear(hidden, self.bert.embeddings.word_embeddings.weight, self.bias.to(hidden.dtype))
        masked = nn.functional.cross_entropy(logits.float().flatten(0, 1), gold.flatten())
        begins = self.words(states)[:, 1:, 0].float()
        return torch.stack([masked, nn.functional.binary_cross_entropy_with_logits(begins, starts[:, 1:])])


def warm_start(model: MaskedModel, config: Config) -> None:
    """Set the embeddings from PPMI and SVD, the positions from sinusoids, the bias from counts."""
    from scipy.sparse import csr_matrix
    from sklearn.utils.extmath import randomized_svd

    size = model.bias.shape[0]
    pairs = np.zeros(size * size, np.int64)
    for path in sorted(Path(config.data).glob("*.ids.npy")):
        ids = np.load(path).astype(np.int64)
        for offset in (1, 2):
            pairs += np.bincount(ids[:-offset] * size + ids[offset:], minlength=size * size)
    square = pairs.reshape(size, size)
    counts = (square + square.T).astype(np.float64)
    total, rows = counts.sum(), counts.sum(axis=1)
    at = np.nonzero(counts)
    ppmi = np.maximum(np.log(counts[at] * total / (rows[at[0]] * rows[at[1]])), 0)
    left, values, _ = randomized_svd(
        csr_matrix((ppmi, at), shape=counts.shape), config.hidden, random_state=config.seed
    )
    vectors = torch.from_numpy((left * np.sqrt(values)).astype(np.float32))
    vectors = vectors / vectors.std() * 0.05
    steps = torch.arange(config.positions).unsqueeze(1)
    rates = torch.exp(torch.arange(0, config.hidden, 2) * (-math.log(10000.0) / config.hidden))
    sinusoid = torch.zeros(config.positions, config.hidden)
    sinusoid[:, 0::2], sinusoid[:, 1::2] = torch.sin(steps * rates), torch.cos(steps * rates)
    with torch.no_grad():
        seen = torch.from_numpy(rows > 0)
        model.bert.embeddings.word_embeddings.weight[seen] = vectors[seen]
        model.bert.embeddings.position_embeddings.weight.copy_(sinusoid * 0.07)  # as strong as the words
        model.bias.copy_(torch.from_numpy(np.log((rows + 1) / (rows.sum() + size))).float())


# --- the run ----------------------------------------------------------------


def rate_at(tokens: int, config: Config) -> float:
    if tokens < config.warmup:
        return config.rate * (tokens + 1) / config.warmup
    return config.rate * min(1.0, max(0.02, (config.tokens - tokens) / config.decay))


def make_optimizers(config: Config, model: MaskedModel) -> list[torch.optim.Optimizer]:
    """AdamW, or Muon for the matrices inside the layers with AdamW for the rest.

    Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) is scaled to AdamW's step
    (Liu et al. 2025, https://arxiv.org/abs/2502.16982), so both take the same rate.
    """
    inner = {n for n, p in model.named_parameters() if config.optimizer == "muon" and ".layer." in n and p.ndim == 2}
    rest = [(n, p) for n, p in model.named_parameters() if n not in inner]
    groups = [
        {"params": [p for _, p in rest if p.ndim >= 2], "weight_decay": 0.01},
        {"params": [p for _, p in rest if p.ndim < 2], "weight_decay": 0.0},
    ]
    adamw = torch.optim.AdamW(groups, lr=config.rate, betas=(0.9, 0.98), eps=1e-6, fused=True)
    if not inner:
        return [adamw]
    matrices = [p for n, p in model.named_parameters() if n in inner]
    muon = torch.optim.Muon(matrices, lr=config.rate, weight_decay=0.01, adjust_lr_fn="match_rms_adamw")
    return [adamw, muon]


def save(path: Path, model: MaskedModel, optimizers: list[torch.optim.Optimizer], state: dict[str, object]) -> None:
    """Write weights, optimizer and progress; the old checkpoint stays whole until the new one is."""
    from safetensors.torch import save_file

    path.mkdir(parents=True, exist_ok=True)
    model.bert.config.save_pretrained(path)
    tensors = {f"model.{k}": v.contiguous() for k, v in model.state_dict().items()}
    for which, optimizer in enumerate(optimizers):
        for i, slot in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer.{which}.{i}.{k}": v for k, v in slot.items()}
    save_file(tensors, path / "state.tmp")
    (path / "progress.tmp").write_text(json.dumps(state, indent=1), "utf-8")
    os.replace(path / "state.tmp", path / "state.safetensors")
    os.replace(path / "progress.tmp", path / "progress.json")


def restore(path: Path, model: MaskedModel, optimizers: list[torch.optim.Optimizer]) -> dict[str, object]:
    from safetensors.torch import load_file

    tensors = load_file(path / "state.safetensors")
    model.load_state_dict({k[6:]: v for k, v in tensors.items() if k.startswith("model.")})
    for which, optimizer in enumerate(optimizers):
        slots: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in tensors.items():
            if key.startswith(f"optimizer.{which}."):
                _, _, i, name = key.split(".", 3)
                slots.setdefault(int(i), {})[name] = value.clone()  # aligned, as the fused step needs it
        saved = optimizer.state_dict()
        saved["state"] = slots
        optimizer.load_state_dict(saved)
        for parameter, slot in optimizer.state.items():
            if any(v.ndim and v.shape != parameter.shape for v in slot.values()):
                raise ValueError(f"{path}: the optimizer's state does not fit the model; start this run again")
    progress: dict[str, object] = json.loads((path / "progress.json").read_text("utf-8"))
    return progress


def restore_weights(path: Path, model: MaskedModel) -> None:
    from safetensors.torch import load_file

    tensors = load_file(path / "state.safetensors")
    model.load_state_dict({k[6:]: v for k, v in tensors.items() if k.startswith("model.")})


def build(config: Config, vocabulary: int) -> MaskedModel:
    return MaskedModel(
        BertConfig(
            vocab_size=vocabulary, hidden_size=config.hidden, num_hidden_layers=config.layers,
            num_attention_heads=config.heads, intermediate_size=config.feed_forward,
            max_position_embeddings=config.positions, type_vocab_size=2,
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=PAD,
            attn_implementation="eager",  # compiled; the fused kernel's backward pass takes a third of a step on CPU
        )
    )  # fmt: skip


def train(config: Config, config_hash: str) -> None:
    torch.manual_seed(config.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    vocabulary = len((Path(config.data) / "vocab.txt").read_text("utf-8").splitlines())
    model = build(config, vocabulary)
    optimizers = make_optimizers(config, model)
    output = Path(config.output)
    step, tokens, curve = 0, 0, []
    if (output / "progress.json").exists():
        progress = restore(output, model, optimizers)
        step, tokens, curve = int(progress["step"]), int(progress["tokens"]), list(progress["curve"])
    elif config.start:
        start_from(Path(config.start), model)
    else:
        warm_start(model, config)
    model.to(device).train()
    compiled = torch.compile(model, dynamic=False) if config.compile else model
    windows = Windows(config, vocabulary)
    began, first, losses = time.time(), tokens, []
    while tokens < config.tokens:
        stage = next(s for s in config.stages if tokens < s.until)
        batch = [t.to(device) for t in windows.batch(stage, step)]
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate_at(tokens, config)
        with torch.autocast(device, torch.bfloat16):
            loss = compiled(*batch)
        (loss[0] + config.words_weight * loss[1]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        step, tokens = step + 1, tokens + stage.batch * stage.length
        losses.append(loss.detach())
        if len(losses) == 50:
            mean, words = torch.stack(losses).mean(0).tolist()
            losses.clear()
            curve.append((tokens, round(mean, 4), round(words, 4)))
            speed = (tokens - first) / (time.time() - began)
            print(
                f"step {step} tokens {tokens:,} loss {mean:.3f} words {words:.3f} rate {rate_at(tokens, config):.2e} {speed:,.0f}/s",
                flush=True,
            )
        if step % config.checkpoint_every == 0 or tokens >= config.tokens:
            state = {
                "step": step,
                "tokens": tokens,
                "curve": curve,
                "config": asdict(config),
                "config_sha256": config_hash,
            }
            save(output, model, optimizers, state)
    export(config, model)


HEAD = {"transform": "transform.dense", "norm": "transform.LayerNorm"}


def export(config: Config, model: MaskedModel) -> None:
    """Write a folder in 16 bits that ``AutoModel`` and ``AutoModelForMaskedLM`` read."""
    from safetensors.torch import save_file

    folder = Path(config.output) / "encoder"
    folder.mkdir(parents=True, exist_ok=True)
    weights = {}
    for name, value in model.state_dict().items():
        first, _, rest = name.partition(".")
        if first in HEAD:
            name = f"cls.predictions.{HEAD[first]}.{rest}"
        elif first == "bias":
            name = "cls.predictions.bias"
        elif first == "words":
            continue  # serves pretraining alone
        weights[name] = value.to(torch.float16).contiguous()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    model.bert.config.architectures = ["BertForMaskedLM"]
    model.bert.config.save_pretrained(folder)
    (folder / "vocab.txt").write_text((Path(config.data) / "vocab.txt").read_text("utf-8"), "utf-8")


def start_from(folder: Path, model: MaskedModel) -> None:
    """Go on from an exported encoder (the optimizer starts afresh)."""
    from safetensors.torch import load_file

    names = {f"cls.predictions.{theirs}": ours for ours, theirs in HEAD.items()}
    weights = {}
    for name, value in load_file(folder / "model.safetensors").items():
        head, _, rest = name.rpartition(".")
        weights["bias" if name == "cls.predictions.bias" else f"{names.get(head, head)}.{rest}"] = value.float()
    model.load_state_dict(weights | {f"words.{k}": v for k, v in model.words.state_dict().items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["prepare", "train", "export"])
    parser.add_argument("config", type=Path)
    arguments = parser.parse_args()
    config = load_config(arguments.config)
    if arguments.command == "prepare":
        prepare(config)
    elif arguments.command == "export":
        model = build(config, len((Path(config.data) / "vocab.txt").read_text("utf-8").splitlines()))
        restore_weights(Path(config.output), model)
        export(config, model)
    else:
        train(config, hashlib.sha256(arguments.config.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
