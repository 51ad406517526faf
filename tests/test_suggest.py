"""Pre-annotated tasks, from plans written out by hand and from the fake scorer's reading."""

from __future__ import annotations

import dataclasses
import json
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from planie import cli, pipeline
from planie.annotations import load
from planie.convert import convert
from planie.errors import ConfigError, CorpusError
from planie.plan import Mention, Plan, SetAsideNote, Source
from planie.spans import Frame
from planie.suggest import TOOLS, UNITS, save, suggest
from plans import SAMPLE, TEXT
from readings import GOALS, TITLE, WORK, extractor

LINES = TEXT.split("\n")


class FakeExtractor:
    """Gives the plans that it was made with, in order."""

    def __init__(self, *plans: Plan) -> None:
        self.plans = plans

    def pipe(self, texts: Iterable[str]) -> Iterator[Plan]:
        for text, plan in zip(texts, self.plans, strict=True):
            yield dataclasses.replace(plan, text=text)


def _plan(text: str, *mentions: tuple[str, str, float], **more: object) -> Plan:
    entities = tuple(Mention(label, said, _span(text, said), sure) for label, said, sure in mentions)  # type: ignore[arg-type]
    held = dataclasses.replace(SAMPLE, text=text, source=Source(None, ""), entities=entities, targets=(), programs=())
    return dataclasses.replace(held, **more)  # type: ignore[arg-type]


def _span(text: str, said: str) -> tuple[int, int]:
    start = text.index(said)
    return start, start + len(said)


# --- what a task is ----------------------------------------------------------


def test_paragraphs_become_tasks_the_least_certain_first() -> None:
    found = suggest([("a.txt", TEXT)], FakeExtractor(SAMPLE), to="label-studio")
    assert [task["data"]["text"] for task in found.tasks] == [LINES[2], LINES[0], LINES[1]]
    sure = [task["data"]["confidence"] for task in found.tasks]
    assert sure == sorted(sure)
    assert sure[-1] == 1.0  # nothing was found in the heading
    for task in found.tasks:
        held = task["data"]["meta"]
        assert TEXT[held["start"] : held["end"]] == task["data"]["text"]
        assert held["source"] == "a.txt"


def test_a_task_is_as_certain_as_the_least_certain_thing_in_it() -> None:
    page = "县局新建6所\n县局扩建7所\n县局改建8所"
    plan = _plan(page, ("ACTION", "新建", 0.9), ("VALUE", "6所", 0.7), ("ACTION", "扩建", 0.95), ("VALUE", "8所", 0.2))
    found = suggest([("a", page)], FakeExtractor(plan), to="doccano")
    assert [(row["doc"], row["confidence"]) for row in found.tasks] == [("a#3", 0.2), ("a#1", 0.7), ("a#2", 0.95)]


def test_a_page_can_be_one_task() -> None:
    two = [("a.txt", TEXT), ("b.txt", f"\n {TEXT}\n")]
    moved = dataclasses.replace(SAMPLE, entities=(), targets=())
    found = suggest(two, FakeExtractor(SAMPLE, moved), to="doccano", unit="document")
    assert [row["doc"] for row in found.tasks] == ["a.txt", "b.txt"]
    assert [row["text"] for row in found.tasks] == [TEXT, TEXT]
    assert [row["meta"]["start"] for row in found.tasks] == [0, 2]


def test_label_studio_gets_predictions_with_scores() -> None:
    (task, *_) = suggest([("a.txt", TEXT)], FakeExtractor(SAMPLE), to="label-studio").tasks
    (guess,) = task["predictions"]
    assert "annotations" not in task
    assert guess["model_version"] == f"{SAMPLE.model.name} {SAMPLE.model.version}"
    assert guess["score"] == task["data"]["confidence"] == 0.88
    regions = [row for row in guess["result"] if row["type"] == "labels"]
    assert {row["score"] for row in regions} == {0.9}
    assert all(LINES[2][r["value"]["start"] : r["value"]["end"]] == r["value"]["text"] for r in regions)
    assert {row["labels"][0] for row in guess["result"] if row["type"] == "relation"} == {"metric", "base", "action"}


def test_doccano_gets_rows_with_confidence() -> None:
    (row, *_) = suggest([("a.txt", TEXT)], FakeExtractor(SAMPLE), to="doccano").tasks
    assert row["confidence"] == 0.88
    assert {span["confidence"] for span in row["entities"]} == {0.9}
    labels = {LINES[2][s["start_offset"] : s["end_offset"]]: s["label"] for s in row["entities"]}
    assert labels["71%"] == "VALUE:baseline"
    assert labels["88%以上"] == labels["12所"] == "VALUE:planned"


@pytest.mark.parametrize("tool", TOOLS)
def test_characters_at_which_the_tools_fail_are_replaced_and_counted(tool: str) -> None:
    page = "\ud83d新建6所\x00。"
    found = suggest([("a\udcff.txt", page)], FakeExtractor(_plan(page, ("VALUE", "6所", 0.9))), to=tool)
    assert found.replaced == 2
    said = json.dumps(found.tasks)
    assert "\\ud" not in said
    assert "\\u0000" not in said
    assert "\\ufffd" in said


# --- where a page is cut -----------------------------------------------------


def test_a_line_that_breaks_a_sentence_does_not_cut_it() -> None:
    page = "新建公办\n幼儿园6所。\n下一段"
    plan = _plan(page, ("METRIC", "公办\n幼儿园", 0.9), ("VALUE", "6所", 0.9))
    found = suggest([("a", page)], FakeExtractor(plan), to="doccano")
    assert [row["text"] for row in found.tasks] == ["新建公办\n幼儿园6所。", "下一段"]
    target = dataclasses.replace(SAMPLE.targets[1], roles={}, span=(0, 14), confidence=0.5)
    whole = dataclasses.replace(plan, targets=(target,))
    found = suggest([("a", page)], FakeExtractor(whole), to="doccano")
    assert [row["text"] for row in found.tasks] == ["新建公办\n幼儿园6所。\n下一段"]


def test_what_was_set_aside_is_left_out_and_counted() -> None:
    page = "首页 > 公开\n\n新建6所\n版权所有"
    aside = (SetAsideNote("furniture", (0, 8)), SetAsideNote("furniture", _span(page, "版权所有")))
    plan = _plan(page, ("VALUE", "6所", 0.9), set_aside=aside)
    found = suggest([("a", page)], FakeExtractor(plan), to="doccano")
    assert [row["text"] for row in found.tasks] == ["新建6所"]
    assert found.set_aside == 2
    assert suggest([("a", page)], FakeExtractor(plan), to="doccano", unit="document").set_aside == 0


def test_windows_line_ends_stay_out_of_a_task() -> None:
    page = "新建6所\r\n扩建7所\r\n"
    found = suggest([("a", page)], FakeExtractor(_plan(page, ("VALUE", "7所", 0.9))), to="doccano")
    assert [row["text"] for row in found.tasks] == ["扩建7所", "新建6所"]
    assert found.tasks[0]["entities"][0]["start_offset"] == 2


@pytest.mark.parametrize("page", ["", " \n\t\r\n"])
@pytest.mark.parametrize("unit", UNITS)
def test_an_empty_page_gives_no_task(page: str, unit: str) -> None:
    assert suggest([("a", page)], FakeExtractor(_plan(page)), to="label-studio", unit=unit).tasks == ()


# --- there and back ----------------------------------------------------------


@pytest.mark.parametrize("to", ["label-studio", "doccano"])
def test_corrected_tasks_come_back_as_a_corpus(to: str, tmp_path: Path) -> None:
    """What a person leaves as it is comes back as it was suggested."""
    found = suggest([("a.txt", TEXT)], FakeExtractor(SAMPLE), to=to)
    save(tmp_path / "tasks.json", found, to=to)
    if to == "label-studio":
        tasks = json.loads((tmp_path / "tasks.json").read_text("utf-8"))
        corrected = [{"data": t["data"], "annotations": [{"result": t["predictions"][0]["result"]}]} for t in tasks]
        (tmp_path / "tasks.json").write_text(json.dumps(corrected), "utf-8")
    loss = convert(tmp_path / "tasks.json", tmp_path / "out.jsonl", source=to, target="planie")
    assert not loss.lost
    (document, *_) = load(tmp_path / "out.jsonl")
    assert [document.text[e.start : e.end] for e in document.entities] == [
        "普惠性幼儿园覆盖率",
        "71%",
        "88%以上",
        "新建",
        "公办幼儿园",
        "12所",
    ]
    assert document.frames == (
        Frame(1, "baseline", {"metric": 0}),
        Frame(2, "planned", {"metric": 0, "base": 1}),
        Frame(5, "planned", {"metric": 4, "action": 3}),
    )
    assert document.meta == {"source": "a.txt", "start": 23, "end": 56}


def test_uncorrected_tasks_are_no_corpus(tmp_path: Path) -> None:
    save(tmp_path / "t.json", suggest([("a", TEXT)], FakeExtractor(SAMPLE), to="label-studio"), to="label-studio")
    with pytest.raises(CorpusError, match="only predictions"):
        convert(tmp_path / "t.json", tmp_path / "out", source="label-studio", target="planie")


def test_the_whole_way_with_a_scorer() -> None:
    page = "\n".join([TITLE, GOALS, "", WORK])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the fake's scores are larger than a model's
        found = suggest([("a", page)], extractor(), to="doccano")
    rows = {row["text"]: row for row in found.tasks}
    assert list(rows)[-1] == TITLE  # nothing to correct there
    said = {WORK[s["start_offset"] : s["end_offset"]]: s["label"] for s in rows[WORK]["entities"]}
    assert said == {
        "新建": "ACTION",
        "幼儿园": "METRIC",
        "12所": "VALUE:achieved",
        "培训": "ACTION",
        "教师": "METRIC",
        "300名": "VALUE:planned",
    }
    assert sorted(r["type"] for r in rows[GOALS]["relations"]) == ["metric", "metric", "when", "when"]


@pytest.mark.parametrize(("to", "unit"), [("brat", "paragraph"), ("doccano", "sentence")])
def test_an_unknown_tool_or_unit_is_refused(to: str, unit: str) -> None:
    with pytest.raises(ConfigError, match="one of label-studio, doccano, and paragraph or document"):
        suggest([], FakeExtractor(), to=to, unit=unit)


# --- the command -------------------------------------------------------------


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.cli, [*map(str, arguments)], prog_name="planie")


def test_the_command_names_every_tool_and_unit() -> None:
    choices = {p.name: p.type.choices for p in cli.suggest.params if isinstance(p.type, click.Choice)}
    assert choices == {"tool": tuple(TOOLS), "by": UNITS}


@pytest.mark.parametrize("to", ["label-studio", "doccano"])
def test_the_command_writes_tasks_and_reports_a_bad_file(
    to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "load", lambda path=None, **_: FakeExtractor(SAMPLE, SAMPLE))
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TEXT, "utf-8")
    out = tmp_path / "tasks.json"
    result = _run("suggest", tmp_path / "a.txt", tmp_path / "none.txt", tmp_path / "b.txt", "-o", out, "--to", to)
    assert result.exit_code == 1
    assert "none.txt" in result.stderr
    assert "6 tasks" in result.stderr
    text = out.read_text("utf-8")
    tasks = json.loads(text) if to == "label-studio" else [json.loads(line) for line in text.splitlines()]
    sources = [(task.get("data") or task)["meta"]["source"] for task in tasks]
    assert sources == [(tmp_path / name).as_posix() for name in ["a.txt", "b.txt"] * 3]


def test_the_command_writes_nothing_where_nothing_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "load", lambda path=None, **_: FakeExtractor())
    result = _run("suggest", tmp_path / "none.txt", "-o", tmp_path / "t.json", "--to", "doccano", "--by", "document")
    assert result.exit_code == 1
    assert not (tmp_path / "t.json").exists()
