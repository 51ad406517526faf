"""The corpus keeps its rules, its splits are the frozen ones, and its README tells today's counts."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from planie.annotations import from_dict, load
from scripts import CORPUS, SHARED, check, checked, counts, document, hard, parts, row, small

CASES = Path(__file__).parent / "cases" / "corpus"
README = CORPUS / "README.md"
FROZEN = "daa15856"  # of splits.toml, its comments aside: a test document stays one

documents = pytest.mark.skipif(not SHARED.is_dir(), reason="the real documents are not at ../shared")


def rows(name: str) -> list[Any]:
    return list(json.loads((CASES / f"{name}.json").read_text("utf-8"))["rows"])


# --- the corpus itself ---------------------------------------------------------


@pytest.fixture(scope="module")
def finding() -> check.Finding:
    return check.check(CORPUS, SHARED if SHARED.is_dir() else None)


def test_the_corpus_has_no_fault(finding: check.Finding) -> None:
    assert finding.faults == []


def test_both_parts_have_all_splits(finding: check.Finding) -> None:
    assert {(r.part, r.split) for r in finding.records} == set(parts.cells())


@documents
def test_every_document_is_read_with_its_text(finding: check.Finding) -> None:
    assert all(record.document for record in finding.records)


def test_the_splits_are_the_frozen_ones() -> None:
    frozen = parts.Frozen.load()
    held = json.dumps([sorted(frozen.real.items()), sorted(frozen.digits.items())])
    assert hashlib.sha256(held.encode()).hexdigest()[:8] == FROZEN


def test_readme_tells_the_counts_of_today(finding: check.Finding) -> None:
    """Run ``python corpus/counts.py --write`` when the annotations have changed."""
    text = README.read_text("utf-8")
    for name, table in counts.TABLES.items():
        said, found = counts.between(text, name).splitlines(), table(finding.records).splitlines()
        assert len(said) == len(found) > 5
        for told, today in zip(said, found, strict=True):
            cells = zip(told.split(" | "), today.split(" | "), strict=True)
            assert all(old == new or new.strip(" |") == counts.UNKNOWN for old, new in cells), today


@documents
def test_licences_are_those_of_the_index() -> None:
    told: dict[str, set[str]] = {}
    with (SHARED / "realdocs" / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            told.setdefault(line["repo"].split("@")[0], set()).add(line["licence"].split(" ")[0])
    ours = {name: {said.split(" ")[0].rstrip(";")} for name, said in counts.LICENCES.items() if name != "seeds"}
    assert ours == told


def test_readme_python_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    monkeypatch.chdir(CORPUS.parent)
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    exec(compile(code, str(README), "exec"), {})  # noqa: S102  our own README
    assert capsys.readouterr().out.count("\n") == 3


@pytest.mark.parametrize("split", parts.SPLITS)
def test_datasets_loads_what_planie_loads(split: str, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    own = datasets.load_dataset(str(CORPUS), "own", split=split, cache_dir=str(tmp_path))
    assert [from_dict(line) for line in own] == load(CORPUS / "own" / f"{split}.jsonl")
    real = datasets.load_dataset(str(CORPUS), "real", split=split, cache_dir=str(tmp_path))
    lines = (CORPUS / "real" / f"{split}.jsonl").read_text("utf-8").splitlines()
    assert list(real) == [json.loads(line) for line in lines]


# --- hard cases and counts


@pytest.mark.parametrize(("text", "notes", "expected"), rows("hard"))
def test_hard_cases(text: str, notes: str, expected: dict[str, int]) -> None:
    view = hard.View(document(text, notes))
    assert {c.name: n for c in hard.CASES if (n := len(set(c.find(view))))} == expected


@pytest.mark.parametrize("case", hard.CASES, ids=lambda case: case.name)
def test_the_example_of_a_hard_case_is_one(case: hard.Case) -> None:
    assert any(case.example in text and case.name in expected for text, _, expected in rows("hard"))


@pytest.mark.parametrize("case", [c for c in hard.CASES if not c.reads_text], ids=lambda case: case.name)
def test_a_hard_case_that_reads_no_text_needs_none(case: hard.Case) -> None:
    for text, notes, _ in rows("hard"):
        bare = from_dict(parts.filled(row(text, notes)))
        assert set(case.find(hard.View(bare))) == set(case.find(hard.View(document(text, notes))))


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    """The README of a small corpus, with its markers and no table yet."""
    lines = small()
    lines["real/train"][0]["meta"].update(source="seeds", type="report")
    checked(lines, tmp_path)
    path = tmp_path / "README.md"
    path.write_text("<!-- counts -->\n<!-- /counts -->\n<!-- sources -->\n<!-- /sources -->\n", "utf-8")
    return path


def test_counts_are_written_between_their_markers(readme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--corpus", str(readme.parent), "--documents", str(readme.parent / "texts"), "--write"]
    assert counts.main(arguments) == counts.main(arguments) == 0
    text = readme.read_text("utf-8")
    assert "| frames | 3 | 0 | 1 | 1 | 0 | 0 | 5 |" in counts.between(text, "counts").splitlines()
    assert counts.between(text, "sources").endswith("| seeds | report | none stated; scraped pages | 1 |")
    assert counts.between(text, "counts") in capsys.readouterr().out


def test_counts_are_not_written_without_the_real_documents(readme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert counts.main(["--corpus", str(readme.parent), "--documents", str(readme.parent / "none"), "--write"]) == 1
    told = capsys.readouterr()
    assert "real documents are not there" in told.err
    assert "| frames | 3 | 0 | 1 | 1 | 0 | 0 | 5 |" in told.out  # needs no text
    assert re.search(r"\| ranges[^|]*\| 0 \| 0 \| 0 \| – \|", told.out)
    assert counts.between(readme.read_text("utf-8"), "counts") == ""


def test_counts_of_a_faulty_corpus_are_refused(readme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (readme.parent / "own" / "dev.jsonl").write_text("{}\n", "utf-8")
    assert counts.main(["--corpus", str(readme.parent)]) == 1
    assert "faulty" in capsys.readouterr().err
