"""The workbook: its sheets, the types of its cells, and that no text of a page becomes a formula."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings

import planie
from planie import export, plan
from planie.errors import DependencyError, PlanieError
from planie.export import sheets
from planie.plan import Plan
from plans import SAMPLE, any_plan

PROGRAM = plan.Program(
    "青蓝工程", plan.Deadline("2025年底前", (0, 7), 2025, 12, None, "by"), "县教育局", ((5, 9), (20, 24))
)
RICH = dataclasses.replace(SAMPLE, programs=(PROGRAM, plan.Program("名师计划", None, None, ())))


def _bytes(*plans: Plan) -> bytes:
    return b"".join(export.chunks(plans, format="xlsx"))


def _book(*plans: Plan) -> Any:
    return openpyxl.load_workbook(io.BytesIO(_bytes(*plans)))


def _rows(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_sheets_have_frozen_heads_and_filters() -> None:
    book = _book(RICH, SAMPLE)
    assert book.sheetnames == ["targets", "programs", "plans"]
    assert [sheet.freeze_panes for sheet in book] == ["A2"] * 3
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:AF5", "A1:K3", "A1:S3"]
    assert all(cell.font.bold for sheet in book for cell in sheet[1])
    assert [cell.value for cell in book["targets"][1]] == [column.name for column in export.COLUMNS]


def test_targets_have_the_cells_of_the_frame() -> None:
    first, second = _rows(_book(SAMPLE)["targets"])
    assert (first["metric"], first["low"], first["unit"], first["comparator"]) == ("普惠性幼儿园覆盖率", 88, "%", ">=")
    assert (first["year"], first["month"], first["redacted"], first["confidence"]) == (2024, None, False, 0.93)
    assert (second["action"], second["baseline_low"]) == ("新建", None)
    read = pd.read_excel(io.BytesIO(_bytes(SAMPLE)), sheet_name="targets")
    assert read["low"].tolist() == SAMPLE.to_frame()["low"].tolist()
    assert read["redacted"].dtype == bool


def test_programs_and_plans_have_sheets() -> None:
    book = _book(RICH)
    first, second = _rows(book["programs"])
    assert (first["program"], first["deadline"], first["year"], first["month"]) == ("青蓝工程", "2025年底前", 2025, 12)
    assert (first["org"], first["mentions"], first["start"], first["end"]) == ("县教育局", 2, 5, 9)
    assert (second["year"], second["mentions"], second["start"]) == (None, 0, None)
    (only,) = _rows(book["plans"])
    assert (only["title"], only["kind"], only["from"], only["to"]) == (SAMPLE.title, "plan", 2024, 2024)
    assert (only["planned"], only["achieved"], only["programs"], only["warnings"]) == (2, 0, 2, 1)
    assert only["sha256"] == SAMPLE.source.sha256


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "=1+1", "+1", "-实施", "@SUM(A1)", "\t=1", "#N/A", "{=1}"])
def test_text_is_never_a_formula(text: str) -> None:
    target = dataclasses.replace(SAMPLE.targets[0], metric=text)
    read = dataclasses.replace(SAMPLE, targets=(target,), title=text, programs=(plan.Program(text, None, text, ()),))
    for sheet in _book(read):
        cells = [cell for cell in sheet[2] if cell.value == text]
        assert cells
        assert {cell.data_type for cell in cells} == {"s"}
        assert all(cell.quotePrefix == (text[0] in "=+-@\t") for cell in cells)
    assert _rows(_book(read)["targets"])[0]["comparator"] == ">="


def test_a_page_that_was_binary_and_one_that_is_long() -> None:
    target = dataclasses.replace(SAMPLE.targets[0], metric="PK\0\x03\udc80\uffff", evidence="长" * 40_000)
    (row,) = _rows(_book(dataclasses.replace(SAMPLE, targets=(target,)))["targets"])
    assert row["metric"] == "PK" + "\ufffd" * 4
    assert len(row["evidence"]) == 32_767
    assert row["evidence"].endswith("长…")


@given(any_plan)
@settings(max_examples=30)  # a workbook takes its time
def test_any_plan_makes_a_workbook(read: Plan) -> None:
    book = _book(read)
    assert [sheet.max_row - 1 for sheet in book] == [len(read.targets), len(read.programs), 1]


def test_no_plan_makes_empty_sheets() -> None:
    assert [sheet.auto_filter.ref for sheet in _book()] == ["A1:AF1", "A1:K1", "A1:S1"]


def test_the_same_plans_give_the_same_bytes() -> None:
    data = _bytes(RICH)
    assert data == _bytes(RICH)
    assert b"modified" not in data


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_ROWS", 2)
    with pytest.raises(PlanieError, match="a sheet holds 1 targets; write fewer plans, or csv"):
        _bytes(SAMPLE)


def test_openpyxl_is_asked_for_by_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, *, extra: str) -> Any:
        raise DependencyError(f"{name} {extra}")

    monkeypatch.setattr(sheets, "require", missing)
    with pytest.raises(DependencyError, match="openpyxl table"):
        _bytes(SAMPLE)


def test_a_plan_that_was_read() -> None:
    read = planie.extract("临江县2025年工作要点\n新建公办幼儿园12所,学前三年毛入园率达到98%以上。")
    assert read.targets
    assert [row["value"] for row in _rows(_book(read)["targets"])] == [t.value.text for t in read.targets]
