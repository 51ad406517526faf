"""A model folder: saved whole or not at all, and refused when anything about it is wrong."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch

from planie import bundle
from planie.bundle import BundleConfig, Calibration
from planie.errors import BundleError
from planie.linker import Thresholds
from planie.nets import EncoderConfig, Reader

SIZES = EncoderConfig(9, 8, 1, 2, 16, 32)
TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "教", "育", "1", "\u3000", "a")
CONFIG = BundleConfig("test", "1.2", asdict(SIZES), Thresholds(0.4, 0.25, 0.6), Calibration(0.8, -0.5))


def reader(seed: int = 0) -> Reader:
    torch.manual_seed(seed)
    return Reader(SIZES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bundle.save(tmp_path / "model", CONFIG, TOKENS, reader())
    return tmp_path / "model"


def first_weight(folder: Path) -> torch.Tensor:
    return bundle.load(folder).reader.tagger.weight.detach()


def test_round_trip(folder: Path) -> None:
    found = bundle.load(folder)
    assert found.config == CONFIG
    assert found.tokens == TOKENS
    assert not found.reader.training
    for name, wanted in reader().state_dict().items():
        have = found.reader.state_dict()[name]
        assert have.dtype == torch.float32
        assert torch.equal(have, wanted.half().float()), name
    assert sorted(p.name for p in folder.parent.iterdir()) == ["model"]


def test_saving_what_was_loaded_changes_no_byte(folder: Path, tmp_path: Path) -> None:
    found = bundle.load(folder)
    bundle.save(tmp_path / "again", found.config, found.tokens, found.reader)
    for name in ("config.json", "vocab.txt", "model.safetensors"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="POSIX file modes")
def test_everyone_may_read_what_the_umask_lets_them(folder: Path) -> None:
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()}
    assert set(modes.values()) == {modes["config.json"]}


def test_other_files_in_the_folder_stay(folder: Path) -> None:
    (folder / "README.md").write_text("mine", "utf-8")
    bundle.save(folder, CONFIG, TOKENS, reader(1))
    assert (folder / "README.md").read_text("utf-8") == "mine"


@pytest.mark.parametrize("name", ["config.json", "vocab.txt", "model.safetensors"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BundleError, match=f"lacks {name}"):
        bundle.load(folder)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no model folder"):
        bundle.load(tmp_path / "nowhere")


Damage = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    "damage",
    [lambda b: b"", lambda b: b[:100], lambda b: b[:-7], lambda b: b"\xff" * 8 + b[8:], lambda b: b"\x80\x04" + b],
    ids=["empty", "cut in the head", "cut at the end", "wrong size", "a pickle's first bytes"],
)
def test_damaged_weights_are_refused(folder: Path, damage: Damage) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BundleError, match="does not fit"):
        bundle.load(folder)


def changed(folder: Path, **keys: Any) -> None:
    path = folder / "config.json"
    raw = json.loads(path.read_text("utf-8")) | keys
    path.write_text(json.dumps({k: v for k, v in raw.items() if v is not None}), "utf-8")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"schema": 2}, "schema is 2, this planie reads 1"),
        ({"schema": None}, "schema is None"),
        ({"labels": ["ORG"]}, "labels are"),
        ({"roles": ["metric"]}, "roles are"),
        ({"tags": ["O"]}, "tags are"),
        ({"name": None}, "lacks 'name'"),
        ({"name": 3}, "name is 3"),
        ({"encoder": [1]}, "encoder is"),
        ({"encoder": asdict(SIZES) | {"vocab_size": 10}}, "vocab.txt has 9 tokens, the encoder 10"),
        ({"encoder": asdict(SIZES) | {"colour": 1}}, "does not fit"),
        ({"encoder": asdict(SIZES) | {"hidden_size": 16}}, "does not fit"),
        ({"thresholds": {"metric": 0.5}}, "thresholds is"),
        ({"thresholds": {"metric": "0.5", "metric_alone": 0.1, "role": 0.5}}, "thresholds is"),
        ({"calibration": {"slope": 1, "offset": 0, "more": 1}}, "calibration is"),
        ({"calibration": "none"}, "calibration is"),
    ],
)
def test_another_schema_or_size_is_refused(folder: Path, keys: dict[str, Any], said: str) -> None:
    changed(folder, **keys)
    with pytest.raises(BundleError, match=said):
        bundle.load(folder)


def test_all_faults_come_in_one_message(folder: Path) -> None:
    changed(folder, labels=[], version=None)
    (folder / "vocab.txt").write_text("[PAD]\n", "utf-8")
    with pytest.raises(BundleError) as raised:
        bundle.load(folder)
    assert all(part in str(raised.value) for part in ("labels are", "lacks 'version'", "lacks [CLS]"))


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe"])
def test_a_config_that_is_none(folder: Path, content: bytes) -> None:
    (folder / "config.json").write_bytes(content)
    with pytest.raises(BundleError, match=r"config\.json"):
        bundle.load(folder)


def test_a_shorter_vocabulary_is_refused(folder: Path) -> None:
    (folder / "vocab.txt").write_text("\n".join(TOKENS[:-1]) + "\n", "utf-8")
    with pytest.raises(BundleError, match=r"vocab\.txt has 8 tokens, the encoder 9"):
        bundle.load(folder)


# --- saves that do not end ----------------------------------------------------


def full(path: Path, *args: Any, **kwargs: Any) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def stopped(*args: Any, **kwargs: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("method", "fault"), [("write_bytes", full), ("write_text", full), ("write_bytes", stopped)])
def test_a_save_that_fails_leaves_the_old_model(
    folder: Path, monkeypatch: pytest.MonkeyPatch, method: str, fault: Any
) -> None:
    monkeypatch.setattr(Path, method, fault)
    with pytest.raises((OSError, KeyboardInterrupt)):
        bundle.save(folder, CONFIG, TOKENS, reader(1))
    assert torch.equal(first_weight(folder), reader().tagger.weight.half().float())
    assert sorted(p.name for p in folder.parent.iterdir()) == ["model"]


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_failed_move_leaves_the_old_model(folder: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int) -> None:
    replace, calls = os.replace, []

    def move(source: Any, target: Any) -> None:
        calls.append(source)
        if len(calls) == fails_at:
            raise PermissionError(errno.EACCES, "in use", str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", move)
    with pytest.raises(PermissionError):
        bundle.save(folder, CONFIG, TOKENS, reader(1))
    assert torch.equal(first_weight(folder), reader().tagger.weight.half().float())
    assert sorted(p.name for p in folder.parent.iterdir()) == ["model"]


def test_a_process_killed_between_the_moves_leaves_the_old_model(folder: Path) -> None:
    os.replace(folder, folder.with_name(".model.planie-old"))
    assert torch.equal(first_weight(folder), reader().tagger.weight.half().float())


def test_a_folder_of_the_users_beside_the_model_is_left_alone_and_one_inside_it_kept(folder: Path) -> None:
    beside = folder.with_name("model.old")
    beside.mkdir()
    (folder / "notes").mkdir()
    (folder / "notes/a.txt").write_text("mine", "utf-8")
    loaded = bundle.load(folder)
    bundle.save(folder, loaded.config, loaded.tokens, loaded.reader)
    assert beside.is_dir()
    assert (folder / "notes/a.txt").read_text("utf-8") == "mine"
    with pytest.raises(BundleError):
        bundle.load(folder.with_name("none"))


def test_what_a_killed_save_left_is_no_hindrance(folder: Path) -> None:
    (folder.with_name(".model.planie-partial")).mkdir()
    bundle.save(folder, CONFIG, TOKENS, reader(1))
    assert torch.equal(first_weight(folder), reader(1).tagger.weight.half().float())
    assert sorted(p.name for p in folder.parent.iterdir()) == ["model"]
