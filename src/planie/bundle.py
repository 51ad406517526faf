"""A model folder: ``config.json``, ``vocab.txt`` and ``model.safetensors``, saved, loaded, checked.

The weights are in 16 bits and in safetensors alone; no pickle is ever read. A folder that lacks
a part, is damaged, or was written for another schema is refused with all its faults.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planie.errors import BundleError
from planie.linker import Thresholds
from planie.schema import LABELS, ROLES, SCHEMA_VERSION
from planie.tags import TAGS
from planie.windows import CLS, PAD, SEP, UNK

if TYPE_CHECKING:
    from planie.nets import Reader

BUNDLED: Final = Path(__file__).parent / "model"
ENCODER: Final = Path(__file__).parent / "encoder"  # what the bundled model was fine-tuned from
FILES: Final = ("config.json", "vocab.txt", "model.safetensors")
"""What a model folder holds."""


@dataclass(frozen=True)
class Calibration:
    """Platt scaling (Platt 1999) of the linker's confidence: ``1 / (1 + exp(-(a·logit + b)))``."""

    slope: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class BundleConfig:
    """Everything beside the weights and the vocabulary."""

    name: str
    version: str
    encoder: dict[str, Any]
    thresholds: Thresholds = field(default_factory=Thresholds)
    calibration: Calibration = field(default_factory=Calibration)

    def to_dict(self) -> dict[str, Any]:
        """Return the content of ``config.json``."""
        return {
            "schema": SCHEMA_VERSION,
            "labels": list(LABELS),
            "roles": list(ROLES),
            "tags": list(TAGS),
            **asdict(self),
        }


@dataclass(frozen=True)
class Bundle:
    """A loaded model folder."""

    config: BundleConfig
    tokens: tuple[str, ...]
    reader: Reader


def read_config(folder: Path) -> tuple[BundleConfig, tuple[str, ...]]:
    """Read and check ``config.json`` and ``vocab.txt``.

    Raises:
        BundleError: with every fault found.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise BundleError(f"{folder}: no model folder, it lacks {', '.join(missing)}; a bundle has {', '.join(FILES)}")
    try:
        raw = json.loads((folder / "config.json").read_text("utf-8"))
        tokens = tuple((folder / "vocab.txt").read_text("utf-8").rstrip("\n").split("\n"))
    except (OSError, ValueError) as error:  # ValueError: no UTF-8, no JSON
        raise BundleError(f"{folder}: config.json or vocab.txt cannot be read: {error}") from error
    faults = list(_faults(raw, tokens))
    if faults:
        raise BundleError(f"{folder}: " + "; ".join(faults))
    config = BundleConfig(
        raw["name"], raw["version"], raw["encoder"], Thresholds(**raw["thresholds"]), Calibration(**raw["calibration"])
    )
    return config, tokens


_NUMBERS: Final[dict[str, type]] = {"thresholds": Thresholds, "calibration": Calibration}


def _wrong_numbers(raw: dict[str, Any]) -> list[str]:
    """Say which of the small tables are not what their record holds."""
    faults = [
        f"{key} is {raw[key]!r}, expected a string" for key in ("name", "version") if not isinstance(raw[key], str)
    ]
    if not isinstance(raw["encoder"], dict):
        faults.append(f"encoder is {raw['encoder']!r}, expected an object of sizes")
    for key, record in _NUMBERS.items():
        wanted, table = {f.name for f in fields(record)}, raw[key]
        if not (
            isinstance(table, dict) and set(table) == wanted and all(type(v) in (int, float) for v in table.values())
        ):
            faults.append(f"{key} is {table!r}, expected numbers for {', '.join(sorted(wanted))}")
    return faults


def _faults(raw: Any, tokens: tuple[str, ...]) -> list[str]:
    if not isinstance(raw, dict):
        return [f"config.json holds a {type(raw).__name__}, not an object"]
    if raw.get("schema") != SCHEMA_VERSION:
        return [
            f"schema is {raw.get('schema')!r}, this planie reads {SCHEMA_VERSION}: train or convert the model again"
        ]
    wanted = {"labels": list(LABELS), "roles": list(ROLES), "tags": list(TAGS)}
    faults = [f"{key} are {raw.get(key)}, expected {value}" for key, value in wanted.items() if raw.get(key) != value]
    faults += [
        f"config.json lacks {key!r}"
        for key in ("name", "version", "encoder", "thresholds", "calibration")
        if key not in raw
    ]
    faults += [f"vocab.txt lacks {token}" for token in (PAD, UNK, CLS, SEP) if token not in tokens]
    if not faults:
        faults += _wrong_numbers(raw)
    if not faults and raw["encoder"].get("vocab_size") != len(tokens):
        faults.append(f"vocab.txt has {len(tokens)} tokens, the encoder {raw['encoder'].get('vocab_size')}")
    return faults


def load(folder: Path | str) -> Bundle:
    """Load a model folder onto the CPU in 32 bits.

    Raises:
        BundleError: the folder is no bundle, damaged, or of another schema.
    """
    folder = Path(folder)
    _recover(folder)
    config, tokens = read_config(folder)
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from planie.nets import EncoderConfig, Reader

    try:
        weights = load_file(folder / "model.safetensors")
        with torch.random.fork_rng(devices=[]):  # the weights drawn here are replaced; the caller's dice are not
            reader = Reader(EncoderConfig(**config.encoder))  # on "meta" it would cost two seconds of imports
        reader.load_state_dict({k: v.float() for k, v in weights.items()}, assign=True)
    except (SafetensorError, RuntimeError, TypeError, OSError) as error:
        raise BundleError(f"{folder}: model.safetensors does not fit config.json: {error}") from error
    return Bundle(config, tokens, reader.eval())


def save(folder: Path | str, config: BundleConfig, tokens: tuple[str, ...], reader: Reader) -> None:
    """Write a model folder beside its place and move it there; the old one stays until then."""
    import torch
    from safetensors.torch import save as to_bytes

    folder = Path(folder)
    _recover(folder)
    partial = folder.with_name(f".{folder.name}.planie-partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        (partial / "config.json").write_text(json.dumps(config.to_dict(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        (partial / "vocab.txt").write_text("\n".join(tokens) + "\n", "utf-8")
        weights = {k: v.detach().to(torch.float16).contiguous() for k, v in reader.state_dict().items()}
        (partial / "model.safetensors").write_bytes(to_bytes(weights))  # by us, for the usual file mode and OSError
        for extra in folder.glob("*") if folder.is_dir() else ():
            if extra.is_dir():
                shutil.copytree(extra, partial / extra.name)
            elif extra.name not in FILES:
                shutil.copy2(extra, partial / extra.name)
        _swap(partial, folder)
    except BaseException:  # Ctrl-C too leaves nothing half written
        shutil.rmtree(partial, ignore_errors=True)
        _recover(folder)
        raise


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.planie-old")  # a name that no one else has: it is put back, or deleted


def _swap(new: Path, old: Path) -> None:
    aside = _aside(old)
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        os.replace(old, aside)
    os.replace(new, old)
    shutil.rmtree(aside, ignore_errors=True)


def _recover(folder: Path) -> None:
    """Put the old model back where a save was cut off between its two moves."""
    if not folder.exists() and _aside(folder).is_dir():
        os.replace(_aside(folder), folder)
