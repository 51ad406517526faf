"""The corpus keeps its rules, its splits are the frozen ones, its README tells today's counts; and the
checks that say so find every kind of fault in a small corpus that has it."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planie.annotations import from_dict, load, write
from scripts import CORPUS, SHARED, check, counts, document, hard, near, parts, remarks, row

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


def test_readme_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
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


# --- what the check finds -------------------------------------------------------

TEXT = "云桥县2027年计划\n全县新建公办幼儿园6所，毛入园率由88%提高到96%以上。"
NOTES = "@2\nV 6所 | p | m=公办幼儿园 | a=新建\nV 88% | b | m=毛入园率\nV 96%以上 | p | m=毛入园率 | base=88%"
OTHER = "栖桐市第一中学2026年工作总结\n全年听课40节。"
REAL = "望溪区2025年工作报告\n建成公园3个。"
Lines = dict[str, list[dict[str, Any]]]


def small() -> Lines:
    """A corpus without a fault, by part and split."""
    return {
        "own/train": [row(TEXT, NOTES, "own-001")],
        "own/test": [row(OTHER, "@2\nV 40节 | a | a=听课 | t=全年", "own-005")],
        "real/train": [row(REAL, "@2\nV 3个 | a | m=公园 | a=建成", "d001", embed=False)],
    }


def checked(lines: Lines, folder: Path) -> check.Finding:
    texts = folder / "texts"
    for part in ("own", "real", "texts"):
        (folder / part).mkdir()
    shutil.copy(CORPUS / "splits.toml", folder)
    for name, found in lines.items():
        write(folder / f"{name}.jsonl", found)
    (texts / "d001.txt").write_text(REAL, "utf-8", newline="")
    return check.check(folder, texts)


def test_a_sound_corpus_has_no_fault(tmp_path: Path) -> None:
    finding = checked(small(), tmp_path)
    assert (finding.faults, len(finding.records)) == ([], 3)
    assert set(finding.remarks) == {"frozen in splits.toml and not annotated"}


def _own(lines: Lines) -> dict[str, Any]:
    return lines["own/train"][0]


def _entity(**changes: Any) -> Callable[[Lines], None]:
    """Change the value 6所, the third entity of the own document."""
    return lambda lines: _own(lines)["entities"][2].update(changes)


def _frame(index: int, **changes: Any) -> Callable[[Lines], None]:
    return lambda lines: _own(lines)["frames"][index].update(changes)


def _meta(**changes: Any) -> Callable[[Lines], None]:
    return lambda lines: _own(lines)["meta"].update(changes)


def _real(**changes: Any) -> Callable[[Lines], None]:
    return lambda lines: lines["real/train"][0].update(changes)


def _moved(lines: Lines) -> None:
    entity = lines["real/train"][0]["entities"][0]
    entity.update(start=entity["start"] - 1, end=entity["end"] - 1)


def _add(name: str, text: str, ident: str) -> Callable[[Lines], None]:
    notes = "V 6所 | p | a=新建"
    return lambda lines: lines.setdefault(name, []).append(row(text, f"@{1 + text.count(chr(10))}\n{notes}", ident))


LONG = "全县坚持以办好人民满意的教育为目标统筹推进城乡教育一体化发展新建公办幼儿园6所"
FAULTS: dict[str, tuple[Callable[[Lines], None], str, str]] = {
    "overlap": (_entity(start=12), "format", "overlaps the entity before it"),
    "outer punctuation": (_entity(end=23), "format", "begins or ends with punctuation"),
    "label": (_entity(label="NUMBER"), "format", "label 'NUMBER' is none of"),
    "outside the text": (_entity(start=900, end=902), "format", "outside the text"),
    "unknown entity": (_frame(0, value=99), "format", "KeyError 99"),
    "role": (_frame(0, roles={"metric": 1, "unit": 0}), "format", "role 'unit' is none of"),
    "filler of another label": (_frame(0, roles={"metric": 0}), "format", "metric is filled by a ACTION"),
    "status": (_frame(0, status="wished"), "format", "status 'wished'"),
    "missing key": (lambda lines: _own(lines).pop("entities"), "format", "KeyError"),
    "id twice in a document": (_entity(id=1), "keys", "entity ids given twice: 1"),
    "kind": (_meta(kind="essay"), "keys", "meta.kind"),
    "no source": (_meta(source=""), "keys", "meta.source"),
    "text in the real part": (_real(text=REAL), "keys", "carries its text"),
    "no text in the own part": (lambda lines: lines["own/train"].append({**lines["real/train"][0], "doc": "d2"}), "keys", "has no text"),
    "region outside": (_meta(regions=[[0, 999]]), "region", "leaves the text"),
    "regions overlap": (_meta(regions=[[0, 12], [11, 30]]), "region", "overlaps the one before"),
    "edge through a value": (_meta(regions=[[0, 21]]), "region", "across the edge"),
    "neither metric nor action": (_frame(0, roles={}), "frame", "neither metric nor action"),
    "frame twice": (lambda lines: _own(lines)["frames"].append(_own(lines)["frames"][0]), "frame", "the same frame 2 times"),
    "base without baseline": (_frame(1, status="achieved"), "frame", "has no baseline frame"),
    "own base": (_frame(1, roles={"metric": 3, "base": 4}), "frame", "has no baseline frame"),
    "id in both parts": (_real(doc="own-001"), "ids", "own-001: stands at"),
    "wrong split": (_add("own/dev", "新建幼儿园6所", "own-007"), "split", "puts it into train"),
    "test document in train": (_real(doc="d016"), "split", "puts it into test"),
    "one text twice": (_add("own/dev", TEXT, "own-003"), "copy", "own-003 (dev), own-001 (train): one text"),
    "nearly one text": (
        lambda lines: (_add("own/train", LONG, "own-002")(lines), _add("own/dev", f"另外,{LONG}。", "own-003")(lines)),  # type: ignore[func-returns-value]
        "near copy",
        "share 1.00 of the shorter",
    ),
    "changed text": (_real(sha256="0" * 64), "format", "expected 0000000000000000"),
    "moved offset": (_moved, "format", "offsets have moved"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_finds_a_fault(name: str, tmp_path: Path) -> None:
    change, rule, message = FAULTS[name]
    lines = small()
    change(lines)
    faults = checked(lines, tmp_path).faults
    assert [what for found, what in faults if found == rule and message in what], faults


def test_a_line_that_is_no_json_is_a_fault(tmp_path: Path) -> None:
    checked(small(), tmp_path)
    (tmp_path / "own" / "dev.jsonl").write_text("{", "utf-8")
    (fault,) = check.check(tmp_path, tmp_path / "texts").faults
    assert fault[0] == "reading"
    assert "line 1" in fault[1]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("overlap", True),  # needs no text
        ("neither metric nor action", True),
        ("moved offset", False),
    ],
)
def test_without_its_text_a_document_is_checked_as_far_as_it_goes(name: str, found: bool, tmp_path: Path) -> None:
    lines = small()
    FAULTS[name][0](lines)
    own = _own(lines)
    lines["real/train"].append({"doc": "d003", "sha256": "1" * 64, **{k: own[k] for k in ("meta", "entities", "frames")}})
    checked(lines, tmp_path)
    faults = [what for _, what in check.check(tmp_path, None).faults if "d003" in what]
    assert bool(faults) == found


@pytest.mark.parametrize(("name", "status"), [("", 0), ("label", 1), ("wrong split", 1)])
def test_the_exit_status_says_whether_there_is_a_fault(
    name: str, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = small()
    if name:
        FAULTS[name][0](lines)
    checked(lines, tmp_path)
    assert check.main(["--corpus", str(tmp_path), "--documents", str(tmp_path / "texts")]) == status
    printed = capsys.readouterr().out
    assert len(re.findall("^FAULT", printed, re.MULTILINE)) >= 2 * status  # the fault, and its row in the table
    assert bool(status) == ("FAULT" in printed)
    assert re.search(r"^own +train +\d", printed, re.MULTILINE)


def test_a_split_file_that_names_a_document_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "splits.toml"
    path.write_text('[test]\nreal = ["d1"]\nown_last_digits = []\n[dev]\nreal = ["d1"]\nown_last_digits = []\n', "utf-8")
    with pytest.raises(ValueError, match="d1"):
        parts.Frozen.load(path)


def test_places_are_told_by_the_titles_of_the_index(tmp_path: Path) -> None:
    (tmp_path / "INDEX.tsv").write_text("id\ttitle\nd001\t云桥县2025年工作报告\nd016\t2026年云桥县工作报告\nd002\t望溪区方案\n", "utf-8")
    held = [("train", "d001"), ("test", "d016"), ("train", "d002")]
    records = [parts.Record("real", split, "", {"doc": name}, None) for split, name in held]
    assert list(check.places(records, tmp_path)) == ["云桥县: train d001; test d016"]


# --- near copies, remarks, hard cases ----------------------------------------------


@pytest.mark.parametrize(
    ("one", "two", "share"),
    [
        (LONG, LONG, 1.0),
        (LONG, f"通知如下:{LONG},请遵照执行。" * 3, 1.0),  # an excerpt in a long page
        (LONG, LONG.replace("6", "18"), 1.0),  # last year's with new figures
        (LONG, "、".join(LONG), 1.0),
        (LONG[:28], LONG[:18] + TEXT, 11 / 21),  # 28 letters have 21 8-grams, 18 have 11
        (LONG, TEXT[::-1], None),
        ("短", "短", None),
    ],
)
def test_near_copies(one: str, two: str, share: float | None) -> None:
    found = list(near.pairs({"one": one, "two": two}))
    assert found == ([(pytest.approx(share, abs=0.02), "one", "two")] if share else [])


@pytest.mark.parametrize(("text", "notes", "kinds"), rows("remarks"))
def test_remarks(text: str, notes: str, kinds: list[str]) -> None:
    record = parts.Record("own", "train", "own/train.jsonl, line 1", row(text, notes), text)
    assert sorted({kind for kind, _, _ in remarks.remarks([record])}) == kinds


def test_every_guideline_that_a_pattern_sees_has_a_remark_among_the_cases() -> None:
    told = {kind for _, _, kinds in rows("remarks") for kind in kinds}
    assert {h.name for h in remarks.HABITS} <= {kind.removeprefix("rule ") for kind in told}


@pytest.mark.parametrize(("text", "notes", "expected"), rows("hard"))
def test_hard_cases(text: str, notes: str, expected: dict[str, int]) -> None:
    view = hard.View(document(text, notes))
    assert {c.name: n for c in hard.CASES if (n := len(set(c.find(view))))} == expected


def test_every_hard_case_has_an_example_that_is_one() -> None:
    found = {(text, name) for text, _, expected in rows("hard") for name in expected}
    assert {name for _, name in found} == {case.name for case in hard.CASES}


@pytest.mark.parametrize("reads_text", [True, False])
def test_hard_cases_say_whether_they_read_the_text(reads_text: bool) -> None:
    for text, notes, _ in rows("hard"):
        whole = document(text, notes)
        bare = from_dict(parts.filled(row(text, notes)))
        for case in hard.CASES:
            if case.reads_text == reads_text is False:
                assert set(case.find(hard.View(whole))) == set(case.find(hard.View(bare)))


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
