"""Stand-off annotations are joined with their texts, or every reason why not is told and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from annotated import SAMPLE
from planie.annotations import load, read_jsonl, to_dict, write
from scripts import CORPUS, SHARED, prepare

FILES = sorted((CORPUS / "real").glob("*.jsonl"))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real documents are not at ../shared")
def test_every_real_document_is_joined_with_its_text() -> None:
    joined, faults = prepare.prepare(SHARED)
    assert faults == []
    assert {name: len(rows) for name, rows in joined.items()} == {f.stem: sum(1 for _ in read_jsonl(f)) for f in FILES}
    assert all(row["text"] for rows in joined.values() for row in rows)


def test_no_text_of_a_real_document_is_in_the_repository() -> None:
    rows = [row for path in FILES for _, row in read_jsonl(path)]
    assert len(rows) > 50
    assert all("text" not in row for row in rows)
    assert all(e.keys() == {"id", "label", "start", "end", "digest"} for row in rows for e in row["entities"])


# --- a corpus of one document ------------------------------------------------------


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with the text of the one document; its annotation is where ``prepare`` looks."""
    (tmp_path / "real").mkdir()
    (tmp_path / "texts" / "deep").mkdir(parents=True)
    monkeypatch.setattr(prepare, "HERE", tmp_path / "real")
    write(tmp_path / "real" / "train.jsonl", [to_dict(SAMPLE, standoff=True)])
    (tmp_path / "texts" / "deep" / "own-001.txt").write_text(SAMPLE.text, "utf-8", newline="")
    return tmp_path / "texts"


def _run(texts: Path, *more: str) -> int:
    return prepare.main(["--documents", str(texts), "-o", str(texts.parent / "out"), *more])


def test_joins_what_lies_below_the_folder(texts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(texts) == 0
    assert load(texts.parent / "out") == [SAMPLE]
    assert capsys.readouterr().out == "train: 1 documents, 5 frames\n"


def _changed(texts: Path) -> None:
    path = texts / "deep" / "own-001.txt"
    path.write_text(path.read_text("utf-8").replace("6", "7"), "utf-8", newline="")


def _other_line_ends(texts: Path) -> None:
    path = texts / "deep" / "own-001.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def _other_encoding(texts: Path) -> None:
    (texts / "deep" / "own-001.txt").write_bytes(SAMPLE.text.encode("gb18030"))


def _missing(texts: Path) -> None:
    (texts / "deep" / "own-001.txt").unlink()


def _moved(texts: Path) -> None:
    row = to_dict(SAMPLE, standoff=True)
    row["entities"][2]["end"] += 1
    write(texts.parent / "real" / "train.jsonl", [row])


def _against_a_rule(texts: Path) -> None:
    row = to_dict(SAMPLE, standoff=True)
    row["frames"][0]["status"] = "wished"
    write(texts.parent / "real" / "train.jsonl", [row])


def _no_entities(texts: Path) -> None:
    row = to_dict(SAMPLE, standoff=True)
    del row["entities"]
    write(texts.parent / "real" / "train.jsonl", [row])


def _no_json(texts: Path) -> None:
    (texts.parent / "real" / "train.jsonl").write_text("{", "utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_changed, "train.jsonl, line 1: document 'own-001': sha256 is"),
        (_other_line_ends, "sha256 is"),
        (_other_encoding, "UnicodeDecodeError"),
        (_missing, "there is no own-001.txt below"),
        (_moved, "entities [2] do not match their digests"),
        (_against_a_rule, "status 'wished'"),
        (_no_entities, "KeyError('entities')"),
        (_no_json, "not JSON"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_written(
    change: Callable[[Path], None], message: str, texts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(texts)
    assert _run(texts) == 1
    assert message in capsys.readouterr().err
    assert not (texts.parent / "out").exists()


def test_partial_writes_what_could_be_joined(texts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [to_dict(SAMPLE, standoff=True), {**to_dict(SAMPLE, standoff=True), "doc": "d404"}]
    write(texts.parent / "real" / "train.jsonl", rows)
    assert _run(texts, "--partial") == 1
    assert "line 2: there is no d404.txt" in capsys.readouterr().err
    assert load(texts.parent / "out" / "real-train.jsonl") == [SAMPLE]
