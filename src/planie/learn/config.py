"""Fine-tuning's configuration: a TOML file into a frozen dataclass that refuses what it does not know.

Enters: a path. Leaves: a :class:`FinetuneConfig`. An unknown key, a missing one, a wrong type and a
value out of its bounds are refused together, in one message.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from planie.errors import ConfigError
from planie.learn.corpora import FORMAT_NAMES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


OPTIMIZERS: Final = ("adamw", "muon")


@dataclass(frozen=True, kw_only=True)
class FinetuneConfig:
    """What a fine-tuning run depends on; paths are relative to where the command runs."""

    name: str
    version: str
    start: str  # "bundled", "encoder", a model folder, or a Hugging Face folder or hub name with a Chinese BERT
    train: list[str]  # corpora, files or folders, in any format that planie convert reads
    dev: list[str]
    output: str
    format: str = "auto"  # what the corpora are; auto tells by the extension
    epochs: int = 12
    batch: int = 8  # blocks of about one window
    encoder_rate: float = 3e-4
    head_rate: float = 1e-3
    optimizer: str = "adamw"  # or "muon" for the matrices inside the encoder's layers, at a rate of their own
    matrix_rate: float = 7e-4  # of muon
    warmup: float = 0.1  # share of the steps
    weight_decay: float = 0.01
    dropout: float = 0.1
    link_weight: float = 1.0  # 0 trains the tagger alone, as corpora without frames need
    patience: int = 4  # epochs without a better score before the run stops
    noise: float = 0.0  # share of the training documents of which a copy with other names and numbers is added
    untitled: float = 0.0  # share of the text that is read without title, heading or role, as where a page lost them
    repeat: dict[str, int] = field(default_factory=dict)  # source of documents → readings an epoch; the others have one
    seed: int = 1


# key → (what is allowed, the check); batch = 0 is refused with "batch is 0, expected 1 or more"
_BOUNDS: Final[dict[str, tuple[str, Callable[[Any], bool]]]] = {
    "name": ("a name", bool),
    "version": ("a version", bool),
    "start": ("'bundled', 'encoder', a folder or a hub name", bool),
    "train": ("at least one corpus", bool),
    "dev": ("at least one corpus", bool),
    "output": ("a folder", bool),
    "format": (f"one of {', '.join(FORMAT_NAMES)}", lambda v: v in FORMAT_NAMES),
    "epochs": ("1 or more", lambda v: v >= 1),
    "batch": ("1 or more", lambda v: v >= 1),
    "encoder_rate": ("a number above 0, at most 1", lambda v: 0 < v <= 1),
    "head_rate": ("a number above 0, at most 1", lambda v: 0 < v <= 1),
    "optimizer": (f"one of {', '.join(OPTIMIZERS)}", lambda v: v in OPTIMIZERS),
    "matrix_rate": ("a number above 0, at most 1", lambda v: 0 < v <= 1),
    "warmup": ("a share from 0 to below 1", lambda v: 0 <= v < 1),
    "weight_decay": ("a number from 0 to 1", lambda v: 0 <= v <= 1),
    "dropout": ("a share from 0 to below 1", lambda v: 0 <= v < 1),
    "link_weight": ("a finite number, 0 or more", lambda v: 0 <= v < float("inf")),
    "patience": ("1 or more", lambda v: v >= 1),
    "noise": ("a share from 0 to 1", lambda v: 0 <= v <= 1),
    "untitled": ("a share from 0 to 1", lambda v: 0 <= v <= 1),
    "repeat": ("a table of sources, each with 1 or more", lambda v: all(n >= 1 for n in v.values())),
    "seed": ("a number from 0 to 4294967295", lambda v: 0 <= v < 2**32),
}


def load_config(path: Path | str) -> FinetuneConfig:
    """Read a TOML file.

    Raises:
        ConfigError: not TOML, an unknown key (the nearest known one is named), a missing key or a
            value of a wrong type or out of its bounds; all faults in one message.
    """
    path = Path(path)
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    if faults := config_faults(raw):
        raise ConfigError(f"{path}: " + "; ".join(faults))
    return FinetuneConfig(**raw)


def config_faults(raw: dict[str, Any]) -> list[str]:
    """Return what is wrong with the keys, types and values of *raw*."""
    known = {f.name: str(f.type) for f in fields(FinetuneConfig)}
    required = {"name", "version", "start", "train", "dev", "output"}
    faults = [f"missing key {key!r}" for key in sorted(required - raw.keys())]
    for key, value in raw.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f", did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
            faults.append(f"unknown key {key!r}{hint}")
        elif not _fits(value, known[key]):
            faults.append(f"{key} is {value!r}, expected {known[key]}")
        elif not _BOUNDS[key][1](value):
            faults.append(f"{key} is {value!r}, expected {_BOUNDS[key][0]}")
    return faults


def _fits(value: Any, kind: str) -> bool:
    if kind == "list[str]":
        return isinstance(value, list) and all(isinstance(v, str) for v in value)
    if kind == "dict[str, int]":
        return isinstance(value, dict) and all(type(v) is int for v in value.values())
    if kind == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value).__name__ == kind
