"""Tables, spaCy documents, files and the JSON Schema."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import stat
import types
import typing
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pandas as pd
import pytest
from hypothesis import given

from planie import export, plan, schema
from planie.errors import DependencyError, PlanError, PlanieError
from planie.export import table
from planie.plan import Plan
from plans import SAMPLE, TEXT, any_plan

EMPTY = dataclasses.replace(SAMPLE, targets=(), entities=())

# --- tables ------------------------------------------------------------------


def test_frame_has_a_row_a_target() -> None:
    frame = SAMPLE.to_frame()
    assert frame[["metric", "action", "low", "unit", "comparator", "year", "section"]].astype(
        object
    ).to_numpy().tolist() == [
        ["普惠性幼儿园覆盖率", pd.NA, 88.0, "%", ">=", 2024, "主要目标"],
        ["公办幼儿园", "新建", 12.0, "所", "=", 2024, "主要目标"],
    ]
    assert frame["baseline_low"].tolist()[0] == 71.0


def test_frame_takes_several_plans() -> None:
    assert len(export.to_frame([SAMPLE, EMPTY, SAMPLE])) == 4


@pytest.mark.parametrize("read", [EMPTY, SAMPLE], ids=["no target", "two targets"])
def test_frame_types_hold(read: Plan) -> None:
    frame = read.to_frame()
    assert list(frame.columns) == [column.name for column in export.COLUMNS]
    for column in export.COLUMNS:
        if isinstance(column.dtype, tuple):
            assert list(frame[column.name].cat.categories) == list(column.dtype)
        else:
            assert str(frame[column.name].dtype) == column.dtype


@given(any_plan)
def test_any_plan_makes_a_frame(read: Plan) -> None:
    assert len(read.to_frame()) == len(read.targets)


def test_frame_holds_a_page_that_was_damaged() -> None:
    target = dataclasses.replace(SAMPLE.targets[0], evidence="a\udc80\0")
    assert dataclasses.replace(SAMPLE, targets=(target,)).to_frame()["evidence"].tolist() == ["a\ufffd\0"]


def test_every_column_is_documented() -> None:
    names = [column.name for column in export.COLUMNS]
    assert len(set(names)) == len(names)
    assert all(column.about for column in export.COLUMNS)


def test_frame_says_how_to_install_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str, *, extra: str) -> Any:
        raise DependencyError(f"{name} {extra}")

    monkeypatch.setattr(table, "require", missing)
    with pytest.raises(DependencyError, match="pandas table"):
        SAMPLE.to_frame()


# --- spaCy -------------------------------------------------------------------


def test_doc_has_a_token_a_character() -> None:
    doc = SAMPLE.to_doc()
    assert doc.text == TEXT
    assert len(doc) == len(TEXT)
    assert [(s.label_, s.text) for s in doc.spans["planie"]] == [(e.label, e.text) for e in SAMPLE.entities]
    assert doc.spans["planie"].attrs["confidence"] == [0.9] * len(SAMPLE.entities)
    assert doc._.plan is SAMPLE


@pytest.mark.parametrize("text", ["", " \n\t ", "a\udc80中", "😀👨‍👩‍👧"])
def test_doc_of_any_text(text: str) -> None:
    doc = dataclasses.replace(EMPTY, text=text).to_doc()
    assert len(doc) == len(text)
    assert doc.text == text.replace("\udc80", "\ufffd")


def test_doc_needs_the_text() -> None:
    with pytest.raises(PlanError, match="no text"):
        dataclasses.replace(SAMPLE, text=None).to_doc()


# --- files -------------------------------------------------------------------


def _bytes(plans: Any, format: str) -> bytes:
    return b"".join(export.chunks(plans, format=format))


@given(any_plan)
def test_jsonl_holds_any_plan(read: Plan) -> None:
    lines = _bytes([read, read], "jsonl").decode("utf-8").split("\n")
    assert lines.pop() == ""
    assert len(lines) == 2
    once = Plan.from_json(json.dumps(read.to_dict()))  # JSON makes one character of two surrogates that pair up
    assert [Plan.from_json(line) for line in lines] == [once, once]


def test_json_of_one_plan_is_an_object_and_of_several_a_list() -> None:
    assert Plan.from_json(_bytes(SAMPLE, "json").decode()) == SAMPLE
    assert [Plan.from_dict(d) for d in json.loads(_bytes([SAMPLE, EMPTY], "json"))] == [SAMPLE, EMPTY]
    assert json.loads(_bytes([SAMPLE], "json")) == [SAMPLE.to_dict()]
    assert json.loads(_bytes([], "json")) == []


def test_lone_surrogates_survive_json() -> None:
    odd = dataclasses.replace(SAMPLE, text="a\udc80b")
    assert Plan.from_json(_bytes(odd, "json").decode("utf-8")) == odd


def _table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_is_the_frame_for_excel() -> None:
    data = _bytes([SAMPLE, EMPTY], "csv")
    assert data.startswith(b"\xef\xbb\xbfsource,")
    assert [row["metric"] for row in _table(data)] == ["普惠性幼儿园覆盖率", "公办幼儿园"]
    assert _table(data)[1]["baseline_low"] == ""
    assert _bytes([], "csv").decode("utf-8-sig").split("\r\n") == [",".join(c.name for c in export.COLUMNS), ""]


@given(any_plan)
def test_csv_holds_any_plan(read: Plan) -> None:
    assert len(_table(_bytes(read, "csv"))) == len(read.targets)


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-实施", "@SUM(A1)", "\t=1"])
def test_csv_runs_no_formula_of_a_page(text: str) -> None:
    target = dataclasses.replace(SAMPLE.targets[0], metric=text, evidence=text)
    (row,) = _table(_bytes(dataclasses.replace(SAMPLE, targets=(target,)), "csv"))
    assert row["metric"] == row["evidence"] == "'" + text
    assert row["comparator"] == ">="


def test_csv_holds_a_page_that_was_binary() -> None:
    target = dataclasses.replace(SAMPLE.targets[0], evidence="PK\0\x03\udc80")
    (row,) = _table(_bytes(dataclasses.replace(SAMPLE, targets=(target,)), "csv"))
    assert row["evidence"] == "PK\ufffd\x03\\udc80"


def test_plans_are_written_one_by_one() -> None:
    taken = []

    def plans() -> Any:
        for i in range(3):
            taken.append(i)
            yield SAMPLE

    parts = export.chunks(plans(), format="jsonl")
    next(parts)
    assert taken == [0]


def test_unknown_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanieError, match="allowed are json, jsonl, csv"):
        export.save(SAMPLE, tmp_path / "plan.yaml")
    assert not list(tmp_path.iterdir())


def test_save_takes_the_format_from_the_name(tmp_path: Path) -> None:
    export.save(SAMPLE, tmp_path / "plan.JSON")
    assert Plan.from_json((tmp_path / "plan.JSON").read_text("utf-8")) == SAMPLE


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "plans.jsonl"
    out.write_text("old", "utf-8")

    def plans() -> Any:
        yield SAMPLE
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export.save(plans(), out)
    assert out.read_text("utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["plans.jsonl"]


def test_what_a_killed_process_left_is_in_nobodys_way(tmp_path: Path) -> None:
    """In a container every process may have the same number."""
    out = tmp_path / "plans.jsonl"
    (tmp_path / f".{out.name}.{os.getpid()}.partial").write_text("half", "utf-8")
    export.save(SAMPLE, out)
    assert Plan.from_json(out.read_text("utf-8")) == SAMPLE


def test_a_folder_is_no_place_to_write(tmp_path: Path) -> None:
    with pytest.raises(PlanieError, match="is a folder"):
        export.save(SAMPLE, tmp_path, format="json")


@pytest.mark.skipif(os.name == "nt", reason="Windows lets few users make links and has no permission bits")
def test_links_and_permissions_are_as_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old", "utf-8")
    (tmp_path / "link.json").symlink_to("real.json")
    export.save(SAMPLE, tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert Plan.from_json((tmp_path / "real.json").read_text("utf-8")) == SAMPLE
    (tmp_path / "any").touch()
    assert stat.S_IMODE((tmp_path / "real.json").stat().st_mode) == stat.S_IMODE((tmp_path / "any").stat().st_mode)


# --- the JSON Schema ---------------------------------------------------------

SCHEMA = export.json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@given(any_plan)
def test_any_plan_is_valid(read: Plan) -> None:
    VALIDATOR.validate(json.loads(read.to_json()))
    VALIDATOR.validate(read.to_dict(text=False))


@pytest.mark.parametrize(
    "change",
    [{"kind": "novel"}, {"colour": "red"}, {"span": [1]}, {"published": "1 May"}, {"schema": 2}, {"title": 7}],
    ids=str,
)
def test_what_is_no_plan_is_invalid(change: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(SAMPLE.to_dict())
    assert not VALIDATOR.is_valid({**SAMPLE.to_dict(), **change})


PLACES = {
    "": Plan,
    "source": plan.Source,
    "period": plan.Period,
    "model": plan.Model,
    "section": plan.Part,
    "quantity": plan.Quantity,
    "deadline": plan.Deadline,
    "baseline": plan.Baseline,
    "target": plan.Target,
    "program": plan.Program,
    "institution": plan.Institution,
    "entity": plan.Mention,
    "repair": plan.RepairNote,
    "aside": plan.SetAsideNote,
    "warning": plan.WarningNote,
}


def _place(name: str) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMA["$defs"].get(name) or SCHEMA["properties"].get(name) or SCHEMA
    return found


@pytest.mark.parametrize("name", PLACES)
def test_the_schema_has_the_fields_of_the_records(name: str) -> None:
    fields = {field.name for field in dataclasses.fields(PLACES[name])} | ({"schema"} if not name else set())
    assert _place(name)["properties"].keys() == fields
    assert set(_place(name)["required"]) == fields - ({"text"} if not name else set())
    assert _place(name)["additionalProperties"] is False


def _literals(cls: type) -> dict[str, tuple[str, ...]]:
    hints = typing.get_type_hints(cls, vars(plan) | vars(types))
    return {name: get_args(hint) for name, hint in hints.items() if typing.get_origin(hint) is typing.Literal}


@pytest.mark.parametrize("name", ["", "section", "quantity", "deadline", "entity"])
def test_the_schema_allows_the_names_of_the_guide(name: str) -> None:
    literals = _literals(PLACES[name])
    assert literals
    for field, values in literals.items():
        assert _place(name)["properties"][field]["enum"] == list(values)


def test_the_schema_knows_statuses_and_roles() -> None:
    target = _place("target")["properties"]
    assert target["status"]["enum"] == [s for s in schema.STATUSES if s != "baseline"]
    assert target["roles"]["propertyNames"]["enum"] == ["value", *schema.ROLES]
