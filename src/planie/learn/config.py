"""Fine-tuning's configuration: a TOML file into a frozen dataclass that refuses what it does not know."""

from __future__ import annotations

import difflib
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from planie.errors import ConfigError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True, kw_only=True)
class FinetuneConfig:
    """What a fine-tuning run depends on; paths are relative to where the command runs."""

    name: str
    version: str
    start: str  # "bundled", a model folder, or a Hugging Face folder or hub name with a Chinese BERT
    train: list[str]  # corpora in JSON lines, files or folders
    dev: list[str]
    output: str
    epochs: int = 12
    batch: int = 8  # blocks of about one window
    encoder_rate: float = 3e-4
    head_rate: float = 1e-3
    warmup: float = 0.1  # share of the steps
    weight_decay: float = 0.01
    dropout: float = 0.1
    link_weight: float = 1.0
    patience: int = 4  # epochs without a better score before the run stops
    noise: float = 0.0  # share of the training documents of which a copy with other names and numbers is added
    seed: int = 1


def load_config(path: Path | str) -> FinetuneConfig:
    """Read a TOML file.

    Raises:
        ConfigError: not TOML, an unknown key (the nearest known one is named), a missing key or a
            value of a wrong type; all faults in one message.
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
    """Return what is wrong with the keys and types of *raw*."""
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
    return faults


def _fits(value: Any, kind: str) -> bool:
    if kind == "list[str]":
        return isinstance(value, list) and all(isinstance(v, str) for v in value)
    if kind == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value).__name__ == kind
