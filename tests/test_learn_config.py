"""Fine-tuning's configuration, and the check of the data before a run."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from learning import config, document, save_config, save_corpus, settings
from planie.annotations import to_dict, write
from planie.convert import convert
from planie.errors import ConfigError, CorpusError
from planie.learn import check, corpora
from planie.learn.check import check_data
from planie.learn.config import FinetuneConfig, config_faults, load_config
from planie.schema import LABELS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CONFIGS = Path(__file__).resolve().parent.parent / "configs"
GOOD: dict[str, Any] = {"name": "a", "version": "1", "start": "bundled", "train": ["a"], "dev": ["b"], "output": "c"}


def _is_finetune(path: Path) -> bool:
    return {"start", "train"} <= tomllib.loads(path.read_text("utf-8")).keys()


@pytest.mark.parametrize("path", sorted(filter(_is_finetune, CONFIGS.glob("*.toml"))), ids=lambda p: p.name)
def test_configs_load(path: Path) -> None:
    assert load_config(path).epochs >= 1


def test_the_example_is_among_them() -> None:
    assert _is_finetune(CONFIGS / "example-finetune.toml")
    assert not _is_finetune(CONFIGS / "pretrain.toml")


def test_the_examples_corpora_are_there(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    example = load_config("configs/example-finetune.toml")
    assert example.start == "bundled"
    assert not [c.faults for c in corpora.read_corpora([*example.train, *example.dev]) if c.faults]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"epoch": 3}, "unknown key 'epoch', did you mean 'epochs'?"),
        ({"zzzz": 3}, "unknown key 'zzzz'; known are name, version"),
        ({"epochs": "3"}, "epochs is '3', expected int"),
        ({"epochs": True}, "epochs is True, expected int"),
        ({"dropout": True}, "dropout is True, expected float"),
        ({"train": "a.jsonl"}, "train is 'a.jsonl', expected list[str]"),
        ({"train": []}, "train is [], expected at least one corpus"),
        ({"dev": [1]}, "dev is [1], expected list[str]"),
        ({"name": ""}, "name is '', expected a name"),
        ({"epochs": 0}, "epochs is 0, expected 1 or more"),
        ({"batch": 0}, "batch is 0, expected 1 or more"),
        ({"patience": 0}, "patience is 0, expected 1 or more"),
        ({"encoder_rate": 0}, "encoder_rate is 0, expected a number above 0, at most 1"),
        ({"optimizer": "sgd"}, "optimizer is 'sgd', expected one of adamw, muon"),
        ({"matrix_rate": 0}, "matrix_rate is 0, expected a number above 0, at most 1"),
        ({"head_rate": float("nan")}, "head_rate is nan, expected a number above 0, at most 1"),
        ({"warmup": 1.0}, "warmup is 1.0, expected a share from 0 to below 1"),
        ({"dropout": 1.0}, "dropout is 1.0, expected a share from 0 to below 1"),
        ({"link_weight": -1}, "link_weight is -1, expected a finite number, 0 or more"),
        ({"link_weight": float("inf")}, "link_weight is inf, expected a finite number, 0 or more"),
        ({"noise": 2}, "noise is 2, expected a share from 0 to 1"),
        ({"untitled": -0.1}, "untitled is -0.1, expected a share from 0 to 1"),
        ({"repeat": {"seeds": 0}}, "repeat is {'seeds': 0}, expected a table of sources, each with 1 or more"),
        ({"repeat": {"seeds": 1.5}}, "repeat is {'seeds': 1.5}, expected dict[str, int]"),
        ({"repeat": ["seeds"]}, "repeat is ['seeds'], expected dict[str, int]"),
        ({"seed": -1}, "seed is -1, expected a number from 0 to 4294967295"),
        ({"format": "bart"}, "format is 'bart', expected one of auto, planie, conll"),
    ],
)
def test_faults_of_a_config(change: dict[str, Any], said: str) -> None:
    assert config_faults(GOOD) == []
    (fault,) = config_faults({**GOOD, **change})
    assert fault.startswith(said)


def test_every_key_has_its_bounds() -> None:
    plain = {f.name: f.default for f in dataclasses.fields(FinetuneConfig) if f.default is not dataclasses.MISSING}
    assert config_faults({**GOOD, **plain}) == []


def test_all_faults_of_a_config_in_one_message(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text("nam = 'a'\nepochs = 0\nbatch = 'x'\n", "utf-8")
    with pytest.raises(ConfigError) as found:
        load_config(path)
    for part in (str(path), "missing key 'dev'", "did you mean 'name'?", "epochs is 0", "batch is 'x'"):
        assert part in str(found.value)


@pytest.mark.parametrize(
    ("content", "said"), [(b"a = ", "not TOML"), (b"\xff\xfe", "not TOML"), (None, "cannot be read")]
)
def test_files_that_are_no_config(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "c.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        load_config(path)


# --- the data ----------------------------------------------------------------


def test_good_data_has_no_fault(tmp_path: Path) -> None:
    data = check_data(config(tmp_path))
    assert data.faults == ()
    assert [len(data.documents(split)) for split in ("train", "dev")] == [8, 3]
    data.refuse()


def _rows(change: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**to_dict(document(0)), **change}]


def _entity(i: int, **change: Any) -> dict[str, Any]:
    row = to_dict(document(0))
    row["entities"][i] = {**row["entities"][i], **change}
    return {"entities": row["entities"], "frames": [], "programs": []}


LONG = "云" * (check.BODY + 1)
FAULTY: dict[str, tuple[list[dict[str, Any]], str]] = {
    "bad offsets": (_rows(_entity(5, end=9999)), "outside the text of"),
    "unknown label": (_rows(_entity(0, label="MONEY")), "label 'MONEY' is none of ORG"),
    "overlap": (_rows(_entity(0, end=to_dict(document(0))["entities"][1]["end"])), "overlaps the entity before it"),
    "outer punctuation": (_rows(_entity(0, end=to_dict(document(0))["entities"][0]["end"] + 1)), "begins or ends with"),
    "empty corpus": ([], "no document in it, read as planie"),
    "no entity": (_rows({"entities": [], "frames": [], "programs": []}), "no entity in its 1 document"),
    "no frame": (_rows({"frames": []}), "1 value and no target frame, so that linking would be unlearnt"),
    "same id": ([to_dict(document(14, name="plan-9"))], "'plan-9' (dev) have the same id; keep it on one side"),
    "same text": ([to_dict(document(9, name="other"))], "'plan-9' (dev) share 100% of their text; keep it on one side"),
    "near-same text": (
        [{**to_dict(document(9, name="other")), "text": document(9).text + "教育" * 8}],
        "(dev) share 100% of their text",
    ),
    "long entity": (
        [
            {
                **to_dict(document(0)),
                "text": LONG,
                "entities": [{"id": 0, "label": "ORG", "start": 0, "end": len(LONG)}],
                "frames": [],
                "programs": [],
            }
        ],
        f"of {len(LONG)} characters is longer than a window, which holds {check.BODY}",
    ),
}


@pytest.mark.parametrize("kind", FAULTY)
def test_each_fault_is_found(tmp_path: Path, kind: str) -> None:
    rows, said = FAULTY[kind]
    write(tmp_path / "faulty.jsonl", rows)
    made = settings(tmp_path)
    made["train"].append(str(tmp_path / "faulty.jsonl"))
    faults = check_data(FinetuneConfig(**made)).faults
    assert len(faults) == 1, faults
    assert said in faults[0]
    assert str(tmp_path / "faulty.jsonl") in faults[0]


def test_all_faults_in_one_message(tmp_path: Path) -> None:
    made = settings(tmp_path)
    for name, (rows, _) in FAULTY.items():
        write(tmp_path / f"{name}.jsonl", rows)
        made["train"].append(str(tmp_path / f"{name}.jsonl"))
    made["dev"].append(str(tmp_path / "absent.jsonl"))
    with pytest.raises(CorpusError) as found:
        check_data(FinetuneConfig(**made)).refuse()
    for _, said in FAULTY.values():
        assert said in str(found.value)
    assert "absent.jsonl: no such file or folder" in str(found.value)


def test_a_leak_is_named_once(tmp_path: Path) -> None:
    made = settings(tmp_path)
    made["dev"].append(made["train"][0])
    leaks = [f for f in check_data(FinetuneConfig(**made)).faults if f.startswith("leak")]
    assert len(leaks) == 8


@pytest.mark.parametrize("label", LABELS)
def test_a_label_that_no_document_has(tmp_path: Path, label: str) -> None:
    rows = []
    for i in range(4):
        row = to_dict(document(i))
        kept = [e for e in row["entities"] if e["label"] != label]
        ids = {e["id"] for e in kept}
        frames = [{**f, "roles": {k: v for k, v in f["roles"].items() if v in ids}} for f in row["frames"]]
        frames = [f for f in frames if f["value"] in ids]
        rows.append({**row, "entities": kept, "frames": frames, "programs": []})
    write(tmp_path / "some.jsonl", rows)
    made = settings(tmp_path, train=[str(tmp_path / "some.jsonl")])
    assert check_data(FinetuneConfig(**made)).faults == (f"train: no entity is labelled {label}",)
    turned = check_data(FinetuneConfig(**{**made, "train": made["dev"], "dev": made["train"]}))
    assert turned.faults == ()
    assert f"dev: no entity is labelled {label}; its score says nothing" in turned.notes


def test_sentences_longer_than_a_window_are_named(tmp_path: Path) -> None:
    row = to_dict(document(0))
    write(tmp_path / "long.jsonl", [{**row, "text": row["text"] + "县" * 300}])
    made = settings(tmp_path)
    made["train"].append(str(tmp_path / "long.jsonl"))
    data = check_data(FinetuneConfig(**{**made, "train": [made["train"][1]]}))
    assert data.faults == ()
    (note,) = data.notes
    assert f"1 sentence longer than a window ({check.BODY} characters), the longest 300: '县县" in note


# --- formats -----------------------------------------------------------------

PLACES = {
    "planie": "c.jsonl",
    "conll": "c.conll",
    "conll-bioes": "c.bio",
    "brat": "brat",
    "label-studio": "c.json",
    "spacy": "c.spacy",
    "doccano": "doccano.jsonl",
}


@pytest.mark.parametrize("name", PLACES)
def test_corpora_in_every_format(tmp_path: Path, name: str) -> None:
    if name == "spacy":
        pytest.importorskip("spacy", reason="spaCy is not installed")
    save_corpus(tmp_path / "own.jsonl", range(3))
    place = tmp_path / PLACES[name]
    convert(tmp_path / "own.jsonl", place, source="planie", target=name)
    corpus = corpora.read_corpus(str(place), format=name if name == "doccano" else "auto")
    assert corpus.faults == ()
    assert [d.text for d in corpus.documents] == [document(i).text for i in range(3)]
    assert [d.entities for d in corpus.documents] == [document(i).entities for i in range(3)]
    assert corpus.sha256 == corpora.digest(place)


def test_formats_that_no_name_tells(tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("", "utf-8")
    (fault,) = corpora.read_corpus(str(tmp_path / "c.txt")).faults
    assert "its format is not told by its name" in fault


def test_labels_that_the_guide_does_not_have_are_faults_in_every_format(tmp_path: Path) -> None:
    row = {"text": "新建6所", "label": [[0, 2, "VERB"], [2, 4, "VALUE"]]}
    (tmp_path / "d.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    corpus = corpora.read_corpus(str(tmp_path / "d.jsonl"), format="doccano")
    (fault,), (note,) = corpus.faults, corpus.notes
    assert "left out when read as doccano: 1 × label 'VERB', which the guide does not have" in fault
    assert "leaves relations out" in note


def test_tagging_alone_needs_no_frames(tmp_path: Path) -> None:
    made = settings(tmp_path)
    convert(made["train"][0], tmp_path / "c.conll", source="planie", target="conll")
    made["train"] = [str(tmp_path / "c.conll")]
    (fault,) = check_data(FinetuneConfig(**made)).faults
    assert "set link_weight = 0" in fault
    assert check_data(FinetuneConfig(**made, link_weight=0)).faults == ()


def test_a_folders_checksum_follows_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("1", "utf-8")
    before = corpora.digest(tmp_path)
    (tmp_path / "a.jsonl").rename(tmp_path / "b.jsonl")
    assert corpora.digest(tmp_path) != before


def test_a_saved_config_loads(tmp_path: Path) -> None:
    assert load_config(save_config(tmp_path)) == config(tmp_path)
