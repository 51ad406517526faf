"""What the corpus check finds, each kind of fault and remark in a small corpus that has it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import REAL, TEXT, Lines, check, checked, near, parts, remarks, row, small

CASES = Path(__file__).parent / "cases" / "corpus" / "remarks.json"


def rows() -> list[Any]:
    return list(json.loads(CASES.read_text("utf-8"))["rows"])


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


def _nearly(lines: Lines) -> None:
    _add("own/train", LONG, "own-002")(lines)
    _add("own/dev", f"另外,{LONG}。", "own-003")(lines)


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
    "no text in the own part": (
        lambda lines: lines["own/train"].append({**lines["real/train"][0], "doc": "d2"}),
        "keys",
        "has no text",
    ),
    "region outside": (_meta(regions=[[0, 999]]), "region", "leaves the text"),
    "regions overlap": (_meta(regions=[[0, 12], [11, 30]]), "region", "overlaps the one before"),
    "edge through a value": (_meta(regions=[[0, 21]]), "region", "across the edge"),
    "neither metric nor action": (_frame(0, roles={}), "frame", "neither metric nor action"),
    "frame twice": (
        lambda lines: _own(lines)["frames"].append(_own(lines)["frames"][0]),
        "frame",
        "the same frame 2 times",
    ),
    "base without baseline": (_frame(1, status="achieved"), "frame", "has no baseline frame"),
    "own base": (_frame(1, roles={"metric": 3, "base": 4}), "frame", "has no baseline frame"),
    "id in both parts": (_real(doc="own-001"), "ids", "own-001: stands at"),
    "wrong split": (_add("own/dev", "新建幼儿园6所", "own-007"), "split", "puts it into train"),
    "test document in train": (_real(doc="d016"), "split", "puts it into test"),
    "one text twice": (_add("own/dev", TEXT, "own-003"), "copy", "own-003 (dev), own-001 (train): one text"),
    "nearly one text": (_nearly, "near copy", "share 1.00 of the shorter"),
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
    lines["real/train"].append(
        {"doc": "d003", "sha256": "1" * 64, **{k: own[k] for k in ("meta", "entities", "frames")}}
    )
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
    path.write_text(
        '[test]\nreal = ["d1"]\nown_last_digits = []\n[dev]\nreal = ["d1"]\nown_last_digits = []\n', "utf-8"
    )
    with pytest.raises(ValueError, match="d1"):
        parts.Frozen.load(path)


def test_places_are_told_by_the_titles_of_the_index(tmp_path: Path) -> None:
    (tmp_path / "INDEX.tsv").write_text(
        "id\ttitle\nd001\t云桥县2025年工作报告\nd016\t2026年云桥县工作报告\nd002\t望溪区方案\n", "utf-8"
    )
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


@pytest.mark.parametrize(("text", "notes", "kinds"), rows())
def test_remarks(text: str, notes: str, kinds: list[str]) -> None:
    record = parts.Record("own", "train", "own/train.jsonl, line 1", row(text, notes), text)
    assert sorted({kind for kind, _, _ in remarks.remarks([record])}) == kinds


def test_remarks_on_what_notes_cannot_say() -> None:
    text = "新建公办\n幼儿园6所"
    spans = [("METRIC", 2, 8), ("VALUE", 8, 10)]
    entities = [{"id": i, "label": label, "start": s, "end": e} for i, (label, s, e) in enumerate(spans)]
    bare = {"id": "own-001", "text": text, "entities": entities, "frames": []}
    record = parts.Record("own", "train", "own/train.jsonl, line 1", bare, text)
    kinds = {kind for kind, _, _ in remarks.remarks([record])}
    assert kinds == {"a value without a frame", "a metric or action without a role", "a line end inside"}


def test_remarks_on_copies_in_one_split_and_on_missing_texts(tmp_path: Path) -> None:
    lines = small()
    _add("own/train", LONG, "own-002")(lines)
    _add("own/train", f"另外,{LONG}。", "own-004")(lines)
    finding = checked(lines, tmp_path)
    assert finding.faults == []
    assert finding.remarks["near copies in one split"] == ["own-002 and own-004 (train): 1.00"]
    assert check.check(tmp_path, None).remarks["no text at hand"] == ["real/train d001"]


def test_every_guideline_that_a_pattern_sees_has_a_remark_among_the_cases() -> None:
    told = {kind for _, _, kinds in rows() for kind in kinds}
    assert {h.name for h in remarks.HABITS} <= {kind.removeprefix("rule ") for kind in told}
