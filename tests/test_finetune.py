"""Fine-tuning: a tiny random encoder, trained, killed, resumed and saved."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from learning import config, document, save_config, settings
from planie import bundle, cli
from planie.errors import BundleError, ConfigError, CorpusError
from planie.learn import checkpoints

for library in ("transformers", "datasets", "seqeval", "sklearn", "accelerate"):
    pytest.importorskip(library, reason=f"{library} is not installed (planie[train])")


def _weights(folder: Path | str) -> dict[str, np.ndarray[Any, Any]]:
    return {k: v.numpy() for k, v in bundle.load(folder).reader.state_dict().items()}


def _same(one: Path | str, other: Path | str) -> bool:
    ours, theirs = _weights(one), _weights(other)
    return ours.keys() == theirs.keys() and all(np.array_equal(ours[k], theirs[k]) for k in ours)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], dict[str, float]]:
    """A run that nothing disturbed: its folder, what it said, and its scores."""
    from planie.learn.train import finetune

    folder, said = tmp_path_factory.mktemp("run"), list[str]()
    return folder, said, finetune(config(folder), report=said.append)


def test_a_run_writes_a_model_and_says_how_good(finished: tuple[Path, list[str], dict[str, float]]) -> None:
    folder, said, scores = finished
    loaded = bundle.load(folder / "out/model")
    assert (loaded.config.name, loaded.config.version) == ("tiny", "1")
    assert {"entity_f1", "frame_f1", "full_f1"} <= scores.keys()
    assert any(line.startswith("training on ") and "8 documents" in line for line in said)
    assert [line.split(":")[0] for line in said if line.startswith("epoch ")] == [f"epoch {i} of 3" for i in (1, 2, 3)]
    assert not _same(folder / "start", folder / "out/model")


def test_each_epoch_gives_a_table(finished: tuple[Path, list[str], dict[str, float]]) -> None:
    first = next(line for line in finished[1] if line.startswith("epoch 1"))
    head, columns, *rows = first.splitlines()
    assert "entities" in head
    assert columns.split() == ["precision", "recall", "F1", "gold"]
    assert {row.split()[0] for row in rows} >= {"ORG", "PROGRAM", "METRIC", "ACTION", "VALUE", "TIME", "micro"}
    assert {row.split()[-1] for row in rows if row.startswith("VALUE")} == {"3"}


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from planie.learn.train import finetune

    finetune(config(tmp_path, epochs=1))
    assert capfd.readouterr() == ("", "")


def test_the_card_says_what_the_model_is_of(finished: tuple[Path, list[str], dict[str, float]]) -> None:
    from planie.learn.corpora import digest

    folder, _, scores = finished
    text = (folder / "out/model/README.md").read_text("utf-8")
    for name in ("train.jsonl", "dev.jsonl"):
        assert digest(folder / name) in text
    assert f"| frame_f1 | {scores['frame_f1']:.4f} |" in text
    assert "| encoder_rate | `0.0003` |" in text
    assert text.startswith("---\nlanguage: zh\n")


def test_the_card_stays_when_the_model_is_saved_again(finished: tuple[Path, list[str], dict[str, float]]) -> None:
    folder = finished[0] / "out/model"
    before = (folder / "README.md").read_bytes()
    loaded = bundle.load(folder)
    bundle.save(folder, loaded.config, loaded.tokens, loaded.reader)
    assert (folder / "README.md").read_bytes() == before


def test_the_same_seed_gives_the_same_model(
    tmp_path: Path, finished: tuple[Path, list[str], dict[str, float]]
) -> None:
    from planie.learn.train import finetune

    assert finetune(config(tmp_path)) == finished[2]
    assert _same(tmp_path / "out/model", finished[0] / "out/model")


def test_another_seed_gives_another(tmp_path: Path, finished: tuple[Path, list[str], dict[str, float]]) -> None:
    from planie.learn.train import finetune

    finetune(config(tmp_path, seed=2))
    assert not _same(tmp_path / "out/model", finished[0] / "out/model")


def test_a_run_stops_when_nothing_gets_better(tmp_path: Path) -> None:
    from planie.learn.train import finetune

    said: list[str] = []
    finetune(config(tmp_path, epochs=9, patience=1, encoder_rate=1e-9, head_rate=1e-9), report=said.append)
    assert sum(line.startswith("epoch ") for line in said) == 2


def test_a_finished_run_resumes_to_the_same_model(tmp_path: Path) -> None:
    from planie.learn.train import finetune

    made = config(tmp_path, epochs=2)
    scores = finetune(made)
    (tmp_path / "out/model").rename(tmp_path / "first")
    said: list[str] = []
    assert finetune(made, resume=True, report=said.append) == scores
    assert any(line.startswith("trained before") for line in said)
    assert _same(tmp_path / "first", tmp_path / "out/model")


# --- killed ------------------------------------------------------------------

RUN = """
import sys
from planie.learn.config import load_config
from planie.learn.train import finetune
finetune(load_config(sys.argv[1]), resume=True, report=lambda line: print(line, flush=True))
"""
KILL = """
import os, signal, sys
import planie.learn.checkpoints as c
left = int(sys.argv[2])
def die(event, args):
    global left
    path = str(args[0]) if args else ""
    if event in ("open", "os.rename", "os.remove", "shutil.rmtree") and ("checkpoint-" in path or "out/" in path):
        if event != "open" or "w" in str(args[1]):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(die)
"""


def _start(script: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_run_that_is_killed_at_every_write_ends_as_if_it_had_not_been(
    tmp_path: Path, finished: tuple[Path, list[str], dict[str, float]]
) -> None:
    """One process: each child is a fork that dies at another write, and all go on in the same folder."""
    from planie.learn.config import load_config
    from planie.learn.train import finetune

    path, deaths = save_config(tmp_path), 0
    for writes in (1, 2, 3, 5, 4, 8, 6, 11, 7, 15, 9, 19, 12, 25, 10_000):
        child = os.fork()
        if child == 0:
            try:
                sys.addaudithook(_killer(writes))
                finetune(load_config(path), resume=True)
            finally:
                os._exit(0)
        deaths += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    assert deaths >= 10
    assert finetune(load_config(path), resume=True) == finished[2]
    assert _same(tmp_path / "out/model", finished[0] / "out/model")


def _killer(writes: int) -> Any:
    left = [writes]

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        writing = event in ("os.rename", "os.remove", "shutil.rmtree", "os.mkdir")
        writing = writing or (event == "open" and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR)))
        if writing and "/out" in str(arguments[0]):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return hook


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_kill_minus_nine_from_outside(tmp_path: Path, finished: tuple[Path, list[str], dict[str, float]]) -> None:
    path = save_config(tmp_path)
    ran = _start(RUN, str(path))
    assert ran.stdout is not None
    for line in ran.stdout:
        if line.startswith("epoch 2"):
            break
    ran.kill()
    ran.communicate()
    assert ran.returncode == -signal.SIGKILL
    again = _start(RUN, str(path))
    said, _ = again.communicate()
    assert again.returncode == 0
    assert "going on from checkpoint-" in said
    assert "epoch 1 of" not in said
    assert _same(tmp_path / "out/model", finished[0] / "out/model")
