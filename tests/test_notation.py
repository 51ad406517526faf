"""The notation of the annotators: what each construct compiles to, what is refused, what is left to look at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planie.annotations import from_dict, join, sha256, to_dict
from scripts import notation

CASES = Path(__file__).parent / "cases" / "notation"
TEXT = "小学5所,“中学”6所。由县教育局办\n\n年内"


def rows(name: str) -> list[Any]:
    return list(json.loads((CASES / f"{name}.json").read_text("utf-8"))["rows"])


def compiled(text: str, notes: str, **options: Any) -> dict[str, Any]:
    doc, faults = notation.read(text, notes)
    assert faults == []
    return dict(notation.compiled(doc, "own-001", **{"embed": True, "meta": {}, **options}))


def said(row: dict[str, Any], text: str, index: int) -> str:
    """The words of an entity, with their place where they stand in the text twice."""
    entity = row["entities"][index]
    words = text[entity["start"] : entity["end"]]
    return words if text.count(words) == 1 else f"{words}@{entity['start']}"


@pytest.mark.parametrize(("text", "notes", "frames"), rows("frames"))
def test_frames(text: str, notes: str, frames: list[Any]) -> None:
    row = compiled(text, f"@1\n{notes}")
    told = [
        [said(row, text, f["value"]), f["status"], {role: said(row, text, i) for role, i in f["roles"].items()}]
        for f in row["frames"]
    ]
    assert told == [[value, status, roles] for value, status, roles in frames]
    assert from_dict(row)


@pytest.mark.parametrize(("notes", "message"), rows("faults"))
def test_faults(notes: str, message: str) -> None:
    _, faults = notation.read(TEXT, notes)
    assert len(faults) == bool(message)
    assert all(message in fault for fault in faults)


def test_every_fault_is_told_with_its_line_and_the_rest_is_read() -> None:
    doc, faults = notation.read(TEXT, "@1\nV 7所 | p | m=小学\nV 5所 | p | m=小学\nX\nV 6所 | p | m=中学")
    assert [fault.partition(":")[0] for fault in faults] == ["line 2 (unit 1)", "line 4 (unit 1)"]
    assert [fault.rpartition(" ← ")[2] for fault in faults] == ["V 7所 | p | m=小学", "X"]
    assert len(doc.frames) == 2


@pytest.mark.parametrize(
    ("line", "label", "found"),
    [
        ("O 县教育局", "ORG", [(2, 6)]),
        ("T 今年", "TIME", [(0, 2), (13, 15)]),  # every place in the unit
        ("T 今年#2", "TIME", [(13, 15)]),
        ("P 强基工程", "PROGRAM", [(8, 12)]),
        ("M 小学", "METRIC", [(15, 17)]),
        ("A 办", "ACTION", [(17, 18)]),
    ],
)
def test_entities_that_no_frame_names(line: str, label: str, found: list[tuple[int, int]]) -> None:
    text = "今年县教育局实施强基工程,今年小学办好\n今年再办"
    row = compiled(text, f"@1\n{line}")
    assert [(e["label"], e["start"], e["end"]) for e in row["entities"]] == [(label, *span) for span in found]


def test_a_place_inside_another_span_is_passed_over() -> None:
    text = "县教育局把县教育局强基工程办好"
    row = compiled(text, "@1\nP 县教育局强基工程\nO 县教育局")
    assert [(e["label"], e["start"]) for e in row["entities"]] == [("ORG", 0), ("PROGRAM", 5)]


def test_a_programme_has_its_time_and_its_body() -> None:
    row = compiled("强基工程年内由县教育局办,强基工程很好", "@1\nP 强基工程 | t=年内 | o=县教育局")
    assert [e["label"] for e in row["entities"]] == ["PROGRAM", "TIME", "ORG", "PROGRAM"]
    assert row["programs"] == [{"program": 0, "roles": {"when": 1, "org": 2}}]


LINES = "第一行\n\n第二行\r\n  \n第三行"


@pytest.mark.parametrize(
    ("notes", "regions"),
    [
        ("", [[0, 16]]),
        ("region 1", [[0, 3]]),
        ("region 2-3", [[5, 16]]),
        ("region 2-end", [[5, 16]]),
        ("region 3, 1", [[0, 3], [13, 16]]),
        ("region 1 3", [[0, 3], [13, 16]]),
        ("region 3\nregion 1", [[0, 3], [13, 16]]),
        ("region 1-2, 2-3", [[0, 16]]),  # what overlaps is one
        ("region 1-2, 1", [[0, 8]]),
        ("region 1-2, 3", [[0, 8], [13, 16]]),
    ],
)
def test_regions(notes: str, regions: list[list[int]]) -> None:
    assert compiled(LINES, notes)["meta"]["regions"] == regions


def test_units_are_lines_and_the_sentences_of_long_lines() -> None:
    assert [LINES[s:e] for s, e in notation.units(LINES)] == ["第一行", "第二行", "第三行"]
    sentence = "好" * 99 + "。"
    text = sentence * 5 + "完"
    assert [e - s for s, e in notation.units(text)] == [200, 200, 101]
    assert [e - s for s, e in notation.units("好" * notation.LONG)] == [notation.LONG]
    assert notation.units("") == notation.units(" \n\u3000\n") == []


def test_standoff_rows_join_with_their_text() -> None:
    text = "\ufeff新建小学5所\r\n"
    notes = "@1\nV 5所 | p | m=小学 | a=新建"
    row = compiled(text, notes, embed=False, meta={"kind": "plan"})
    assert (row["doc"], row["sha256"]) == ("own-001", sha256(text))
    assert "text" not in row
    assert to_dict(from_dict(join(row, text)), standoff=True) == row


@pytest.mark.parametrize(
    ("notes", "left"),
    [
        ("", ["12", "3", "两所", "**", "97.5%"]),
        ("@1\nV 12所 | p | m=小学", ["3", "两所", "**", "97.5%"]),
        ("region 2", ["**", "97.5%"]),
    ],
)
def test_numbers_that_no_span_covers_are_told(notes: str, left: list[str]) -> None:
    text = "小学12所,中学3所,幼儿园两所,十大工程\n覆盖率**%、入学率97.5%"
    doc, faults = notation.read(text, notes)
    told = notation.uncovered(doc)
    assert not faults
    assert len(told) == len(left)
    assert all(number in row for number, row in zip(left, told, strict=True))


# --- the command -----------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    text, notes = tmp_path / "own-001.txt", tmp_path / "own-001.ann"
    text.write_text(TEXT, "utf-8", newline="")
    notes.write_text("@1\nV 5所 | p | m=小学\n", "utf-8")
    return text, notes


def test_show_numbers_the_units(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert notation.main(["show", str(files[0])]) == 0
    assert capsys.readouterr().out == "[1] 小学5所,“中学”6所。由县教育局办\n[2] 年内\n"


def test_check_tells_faults_and_numbers(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    text, notes = map(str, files)
    assert notation.main(["check", text, notes]) == 0
    assert "number without a span: @1 …" in capsys.readouterr().out
    files[1].write_text("@1\nV 9所 | p | m=小学\n", "utf-8")
    assert notation.main(["check", text, notes]) == 1
    assert "FAULT line 2 (unit 1): value “9所”" in capsys.readouterr().out


def test_compile_writes_what_the_library_reads(files: tuple[Path, Path], tmp_path: Path) -> None:
    text, notes = map(str, files)
    out = tmp_path / "out.json"
    assert notation.main(["compile", text, notes, "-o", str(out), "--embed", "--meta", '{"kind": "plan"}']) == 0
    document = from_dict(json.loads(out.read_text("utf-8")))
    assert (document.id, document.meta["kind"], len(document.frames)) == ("own-001", "plan", 1)
    assert notation.main(["compile", text, notes, "-o", str(out), "--id", "d1"]) == 0
    assert json.loads(out.read_text("utf-8"))["doc"] == "d1"


def test_compile_writes_nothing_where_there_is_a_fault(files: tuple[Path, Path], tmp_path: Path) -> None:
    files[1].write_text("X\n", "utf-8")
    assert notation.main(["compile", *map(str, files), "-o", str(tmp_path / "out.json")]) == 1
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize("arguments", [["check", "text"], ["compile", "text", "notes"]])
def test_a_command_without_its_files_is_told_what_it_needs(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        notation.main(arguments)
    assert "needs" in capsys.readouterr().err
