"""Fine-tuning: a tiny random encoder, trained, killed, resumed and saved."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
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


def _end(folder: Path) -> bytes:
    """Return the weights of the last step, which every step before it has a part in."""
    return (folder / "out/run/checkpoint-6/model.safetensors").read_bytes()


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """So that a sum does not depend on how many cores there are, and tiny runs wait for none."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Finished(NamedTuple):
    """A run that nothing disturbed."""

    folder: Path
    said: list[str]
    scores: dict[str, float]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    from planie.learn.train import finetune

    folder, said = tmp_path_factory.mktemp("run"), list[str]()
    return Finished(folder, said, finetune(config(folder), report=said.append))


def test_documents_of_a_source_are_read_as_often_as_is_said() -> None:
    from planie.learn.train import repeated

    page, plan = replace(document(1), meta={"source": "page"}), replace(document(2), meta={"source": "own"})
    assert repeated([page, plan], {}) == [page, plan]
    assert repeated([page, plan], {"page": 3}) == [page, page, page, plan]
    with pytest.raises(ConfigError, match="no training document has the source web; known: own, page"):
        repeated([page, plan], {"web": 2})


def test_a_run_writes_a_model_and_says_how_good(finished: Finished) -> None:
    folder, said, scores = finished
    loaded = bundle.load(folder / "out/model")
    assert (loaded.config.name, loaded.config.version) == ("tiny", "1")
    assert {"entity_f1", "frame_f1", "full_f1"} <= scores.keys()
    assert any(line.startswith("training on ") and "8 documents" in line for line in said)
    assert [line.split(":")[0] for line in said if line.startswith("epoch ")] == [f"epoch {i} of 3" for i in (1, 2, 3)]
    assert not _same(folder / "start", folder / "out/model")


def test_each_epoch_gives_a_table(finished: Finished) -> None:
    first = next(line for line in finished.said if line.startswith("epoch 1"))
    head, columns, *rows = first.splitlines()
    assert "entities" in head
    assert columns.split() == ["precision", "recall", "F1", "gold"]
    assert {row.split()[0] for row in rows} >= {"ORG", "PROGRAM", "METRIC", "ACTION", "VALUE", "TIME", "micro"}
    assert {row.split()[-1] for row in rows if row.startswith("VALUE")} == {"3"}


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from planie.learn.train import finetune

    finetune(config(tmp_path, epochs=1))
    assert capfd.readouterr() == ("", "")


def test_the_card_says_what_the_model_is_of(finished: Finished) -> None:
    from planie.learn.corpora import digest

    folder, _, scores = finished
    text = (folder / "out/model/README.md").read_text("utf-8")
    for name in ("train.jsonl", "dev.jsonl"):
        assert digest(folder / name) in text
    assert f"| frame_f1 | {scores['frame_f1']:.4f} |" in text
    assert "| encoder_rate | `0.0003` |" in text
    assert text.startswith("---\nlanguage: zh\n")


def test_the_card_stays_when_the_model_is_saved_again(finished: Finished) -> None:
    folder = finished.folder / "out/model"
    before = (folder / "README.md").read_bytes()
    loaded = bundle.load(folder)
    bundle.save(folder, loaded.config, loaded.tokens, loaded.reader)
    assert (folder / "README.md").read_bytes() == before


def test_the_same_seed_gives_the_same_model(tmp_path: Path, finished: Finished) -> None:
    from planie.learn.train import finetune

    assert finetune(config(tmp_path)) == finished.scores
    assert _same(tmp_path / "out/model", finished.folder / "out/model")
    assert _end(tmp_path) == _end(finished.folder)


def test_another_seed_gives_another(tmp_path: Path, finished: Finished) -> None:
    from planie.learn.train import finetune

    finetune(config(tmp_path, seed=2))
    assert not _same(tmp_path / "out/model", finished.folder / "out/model")


def test_a_run_stops_when_nothing_gets_better(tmp_path: Path) -> None:
    from planie.learn.train import finetune

    said: list[str] = []
    finetune(config(tmp_path, epochs=9, patience=1, encoder_rate=1e-9, head_rate=1e-9), report=said.append)
    assert sum(line.startswith("epoch ") for line in said) == 2


def test_a_corpus_without_frames_trains_the_tagger_alone(tmp_path: Path) -> None:
    from planie.convert import convert
    from planie.learn.train import finetune

    made = config(tmp_path, epochs=1, link_weight=0.0)
    for name in ("train", "dev"):
        convert(tmp_path / f"{name}.jsonl", tmp_path / f"{name}.conll", source="planie", target="conll")
    conll = replace(made, train=[str(tmp_path / "train.conll")], dev=[str(tmp_path / "dev.conll")])
    finetune(conll)
    assert "| conll | 8 |" in (tmp_path / "out/model/README.md").read_text("utf-8")


def test_a_finished_run_resumes_to_the_same_model(tmp_path: Path) -> None:
    from planie.learn.train import finetune

    made = config(tmp_path, epochs=2)
    scores = finetune(made)
    (tmp_path / "out/model").rename(tmp_path / "first")
    said: list[str] = []
    assert finetune(made, resume=True, report=said.append) == scores
    assert any(line.startswith("trained before") for line in said)
    assert not any(line.startswith("nothing to resume") for line in said)
    assert _same(tmp_path / "first", tmp_path / "out/model")


def test_resuming_what_never_ran_is_said(tmp_path: Path) -> None:
    from planie.learn.train import finetune

    said: list[str] = []
    finetune(config(tmp_path, epochs=1), resume=True, report=said.append)
    (line,) = (line for line in said if line.startswith("nothing to resume"))
    assert line == f"nothing to resume: no finished epoch in {tmp_path / 'out' / 'run'}; beginning anew"


# --- killed ------------------------------------------------------------------

HERE = Path(__file__).parent
RUN = """
import sys
from planie.learn.config import load_config
from planie.learn.train import finetune
finetune(load_config(sys.argv[1]), resume=True, report=lambda line: print(line, flush=True))
"""
NO_KILL = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def _environment() -> dict[str, str]:
    path = os.pathsep.join([str(Path(bundle.__file__).parent.parent), str(HERE)])
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": path}


@NO_KILL
def test_a_run_that_is_killed_at_any_write_ends_as_if_it_had_not_been(tmp_path: Path, finished: Finished) -> None:
    from planie.learn.config import load_config
    from planie.learn.train import finetune

    path = save_config(tmp_path)
    writes = (1, 3, 4, 8, 9, 10, -400, 12, 4, 5, 8, 3, 7, 1, 2, 4, 5, 6, 7)
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / "killing.py"), str(path), *map(str, writes)],
        capture_output=True, text=True, env=_environment(), check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert int(ran.stdout) >= 14, "hardly a run died: the writes are elsewhere"
    said: list[str] = []
    assert finetune(load_config(path), resume=True, report=said.append) == finished.scores
    assert any(line.startswith(("going on from", "trained before")) for line in said)
    assert _same(tmp_path / "out/model", finished.folder / "out/model")
    assert _end(tmp_path) == _end(finished.folder)


@NO_KILL
def test_kill_minus_nine_from_outside(tmp_path: Path, finished: Finished) -> None:
    path = save_config(tmp_path)
    command = [sys.executable, "-W", "ignore", "-c", RUN, str(path)]
    ran = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=_environment())
    assert ran.stdout is not None
    for line in ran.stdout:
        if line.startswith("epoch 2"):
            break
    ran.kill()
    ran.communicate()
    assert ran.returncode == -signal.SIGKILL
    again = subprocess.run(command, capture_output=True, text=True, env=_environment(), check=True)
    assert "going on from checkpoint-" in again.stdout
    assert "epoch 1 of" not in again.stdout
    assert _same(tmp_path / "out/model", finished.folder / "out/model")
    assert _end(tmp_path) == _end(finished.folder)


# --- checkpoints -------------------------------------------------------------


def _checkpoint(run: Path, step: int, *, best: int | None = None, sealed: bool = True) -> Path:
    folder = run / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"12345")
    state = {"best_model_checkpoint": best and f"elsewhere/checkpoint-{best}", "epoch": 1.0}
    (folder / checkpoints.STATE).write_text(json.dumps(state), "utf-8")
    if sealed:
        checkpoints.seal(folder)
    return folder


def test_a_half_written_checkpoint_is_passed_over_and_cleared_away(tmp_path: Path) -> None:
    good = _checkpoint(tmp_path, 2)
    _checkpoint(tmp_path, 10, sealed=False)
    (_checkpoint(tmp_path, 12) / "model.safetensors").write_bytes(b"123")
    (_checkpoint(tmp_path, 14) / "model.safetensors").unlink()
    (_checkpoint(tmp_path, 16) / checkpoints.SEAL).write_text("{", "utf-8")
    (tmp_path / ".gone-checkpoint-1").mkdir()
    assert checkpoints.latest(tmp_path) == good
    assert list(tmp_path.iterdir()) == [good]


def test_steps_are_ordered_as_numbers(tmp_path: Path) -> None:
    _checkpoint(tmp_path, 9)
    assert checkpoints.latest(tmp_path) != _checkpoint(tmp_path, 10, best=9)
    assert checkpoints.latest(tmp_path) == tmp_path / "checkpoint-10"


def test_a_checkpoint_whose_best_is_gone_is_passed_over(tmp_path: Path) -> None:
    first = _checkpoint(tmp_path, 1, best=1)
    _checkpoint(tmp_path, 3, best=2)
    assert checkpoints.latest(tmp_path) == first
    assert checkpoints.latest(tmp_path / "absent") is None


def test_the_last_and_the_best_are_kept(tmp_path: Path) -> None:
    for step in (1, 2, 3, 10):
        _checkpoint(tmp_path, step)
    checkpoints.rotate(tmp_path, best="elsewhere/checkpoint-2")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["checkpoint-10", "checkpoint-2"]


def test_an_interrupted_run_is_not_begun_anew_by_mistake(tmp_path: Path) -> None:
    assert not checkpoints.open_run(tmp_path, {"seed": 1}, resume=False)
    _checkpoint(tmp_path, 1)
    with pytest.raises(ConfigError, match="an interrupted run is here; go on with --resume"):
        checkpoints.open_run(tmp_path, {"seed": 1}, resume=False)
    assert not checkpoints.open_run(tmp_path, {"seed": 1}, resume=True)


def test_a_finished_run_is_begun_anew(tmp_path: Path) -> None:
    checkpoints.open_run(tmp_path, {}, resume=False)
    _checkpoint(tmp_path, 1)
    checkpoints.close_run(tmp_path)
    assert checkpoints.open_run(tmp_path, {}, resume=True)
    assert not checkpoints.open_run(tmp_path, {}, resume=False)
    assert checkpoints.latest(tmp_path) is None


def test_another_run_cannot_be_resumed(tmp_path: Path) -> None:
    checkpoints.open_run(tmp_path, {"seed": 1, "batch": 2, "data": [["a", "1"]]}, resume=False)
    _checkpoint(tmp_path, 1)
    with pytest.raises(ConfigError, match="cannot resume, for data, seed changed since that run began"):
        checkpoints.open_run(tmp_path, {"seed": 2, "batch": 2, "data": [["a", "2"]]}, resume=True)


# --- refused -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("no/such/folder", "no such folder, and no hub name either"),
        ("./absent", "the folder '.' holds no such folder"),
        ("emtpy", "no such folder; did you mean 'empty'?"),
        ("./emtpy", "no such folder; did you mean 'empty'?"),
        ("bundeld", "no such folder; did you mean 'bundled'?"),
        ("models/second", "the folder 'models' holds no such folder"),
        ("empty", "neither 'bundled', nor 'encoder', nor a model folder, nor a Hugging Face folder"),
    ],
)
def test_starts_that_are_none(here: Path, start: str, said: str) -> None:
    from planie.learn.start import start_from

    (here / "empty").mkdir()
    (here / "models/first").mkdir(parents=True)
    with pytest.raises(ConfigError, match=said):
        start_from(start, dropout=0.0)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and no network."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return tmp_path


def test_a_damaged_model_folder_is_no_start(tmp_path: Path) -> None:
    from planie.learn.start import start_from

    made = config(tmp_path)
    (Path(made.start) / "vocab.txt").unlink()
    with pytest.raises(BundleError, match="lacks vocab"):
        start_from(made.start, dropout=0.0)


def test_faulty_data_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    from planie.learn.train import finetune

    made = config(tmp_path)
    with pytest.raises(CorpusError, match="leak: "):
        finetune(replace(made, dev=made.train))
    assert not (tmp_path / "out").exists()


# --- parts -------------------------------------------------------------------


def test_rows_hold_samples_whole(tmp_path: Path) -> None:
    from planie.learn.rows import dataset_of
    from planie.learn.samples import samples
    from planie.windows import Vocabulary

    vocabulary = Vocabulary(bundle.load(settings(tmp_path)["start"]).tokens)
    made, _ = samples([document(i) for i in range(6)], vocabulary)
    read = [row["sample"] for row in dataset_of(made)]
    assert len(read) == len(made) > 5
    assert any(sample.groups for sample in made)
    for ours, theirs in zip(made, read, strict=True):
        assert (ours.ids, ours.tags, len(ours.groups)) == (theirs.ids, theirs.tags, len(theirs.groups))
        for one, other in zip(ours.groups, theirs.groups, strict=True):
            for name in ("windows", "starts", "ends", "labels", "statuses"):
                assert list(getattr(one, name)) == getattr(other, name)
            for name in ("features", "roles"):
                assert getattr(one, name).dtype == getattr(other, name).dtype
                assert np.array_equal(getattr(one, name), getattr(other, name))


def test_seqeval_and_planie_count_the_same() -> None:
    from planie.learn.dev import DevSet

    dev = DevSet([document(i) for i in range(4)])
    wrong = [(entities[1:], ()) for entities, _ in dev.readings]
    rows = {name: rest for name, *rest in dev.table(wrong).rows}
    first = dev.readings[0][0][0].label
    assert rows[first] == [0.0, 0.0, 0.0, 4]
    assert rows["micro avg"][0] == 1.0
    assert rows["micro avg"][3] == sum(len(e) for e, _ in dev.readings)
    assert rows["micro avg"][1] == pytest.approx(sum(len(e) for e, _ in wrong) / rows["micro avg"][3])
    perfect = {name: rest for name, *rest in dev.table(dev.readings).rows}
    assert perfect["planned"] == [1.0, 1.0, 1.0, 4]
    assert perfect["micro avg"][:3] == [1.0, 1.0, 1.0]


def test_our_tags_are_mapped_to_iob2() -> None:
    from planie.learn.dev import iob2
    from planie.spans import Entity

    found = iob2([Entity("VALUE", 11, 14), Entity("ORG", 14, 15)], 10, 16)
    assert found == ["O", "B-VALUE", "I-VALUE", "I-VALUE", "B-ORG", "O"]


# --- the command -------------------------------------------------------------


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.cli, ["finetune", *arguments], prog_name="planie")


def test_the_command_trains(tmp_path: Path) -> None:
    ran = run(str(save_config(tmp_path, epochs=1)))
    assert ran.exit_code == 0, ran.output
    assert "epoch 1 of 1: F1 entities" in ran.output
    assert "precision" in ran.output
    bundle.load(tmp_path / "out/model")


def test_the_command_checks_and_trains_nothing(tmp_path: Path) -> None:
    path = save_config(tmp_path)
    ran = run(str(path), "--check")
    assert (ran.exit_code, ran.output) == (0, "0 faults, 0 notes\n")
    made = settings(tmp_path)
    save_config(tmp_path, dev=made["train"])
    ran = run(str(path), "--check")
    assert ran.exit_code == 1
    assert ran.output.count("fault: leak: ") == 8
    assert not (tmp_path / "out").exists()


def test_the_command_shows_faults_without_a_traceback(tmp_path: Path) -> None:
    ran = run(str(save_config(tmp_path, epoch=3)))
    assert ran.exit_code == 1
    assert "unknown key 'epoch', did you mean 'epochs'?" in ran.output
    assert "Traceback" not in ran.output
