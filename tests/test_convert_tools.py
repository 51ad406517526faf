"""Label Studio's and doccano's own ways: small files in the shapes that they write, and their code where installed."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from annotated import SAMPLE, TEXT
from planie.annotations import Document, load, to_dict, write
from planie.convert import FORMATS, Loss, convert
from planie.convert.draft import Options
from planie.convert.labelstudio import CONFIG
from planie.convert.report import Ledger
from planie.errors import CorpusError
from planie.spans import Entity, Frame

PLAIN = "新建幼儿园6所，投入3万元"
STAMPS = {"annotator": 1, "lead_time": 1.5}
BUILD = {"start": 0, "end": 2, "text": "新建", "labels": ["ACTION"]}
SIX = {"start": 5, "end": 7, "text": "6所", "labels": ["VALUE"]}


def _convert(folder: Path, source: str, content: str, **options: Any) -> tuple[list[Document], Loss]:
    (folder / "in").write_bytes(content.encode("utf-8"))
    loss = convert(folder / "in", folder / "out.jsonl", source=source, target="planie", **options)
    return load(folder / "out.jsonl"), loss


def _written(folder: Path, target: str, *documents: Document) -> tuple[list[dict[str, Any]], Loss]:
    """What the tool gets of *documents*, and what was said to be lost."""
    write(folder / "a.jsonl", map(to_dict, documents))
    loss = convert(folder / "a.jsonl", folder / "there", source="planie", target=target)
    text = (folder / "there").read_text("utf-8")
    return json.loads(text) if target == "label-studio" else [json.loads(line) for line in text.splitlines()], loss


def _said(document: Document) -> list[tuple[str, str]]:
    return [(e.label, document.text[e.start : e.end]) for e in document.entities]


def _counts(loss: Loss) -> dict[str, int]:
    return {item.what: item.count for item in loss.lost}


# --- Label Studio's shapes ---------------------------------------------------


def _exported(annotations: Sequence[dict[str, Any]], **more: Any) -> str:
    """A task as Label Studio 1.23 exports it."""
    beside = {"drafts": [], "predictions": [3], "meta": {}, "total_annotations": len(annotations), "project": 1}
    return json.dumps([{"id": 5, "data": {"text": PLAIN, "doc": "a"}, "annotations": annotations, **beside, **more}])


def _annotation(number: int, *values: dict[str, Any], **more: Any) -> dict[str, Any]:
    named = {"from_name": "label", "to_name": "text", "type": "labels", "origin": "manual"}
    result = [{"id": f"r{i}", **named, "value": value, **more} for i, value in enumerate(values)]
    stamp = f"2026-01-0{number}T00:00:00Z"
    head = {"id": number, "completed_by": 1, "was_cancelled": False, "ground_truth": False, "result_count": 0}
    return {**head, "created_at": stamp, "updated_at": stamp, "result": result}


def test_a_correction_of_what_was_imported_is_read(tmp_path: Path) -> None:
    """On import Label Studio makes every annotation a ground truth that does not say it is none."""
    (task,), _ = _written(tmp_path, "label-studio", SAMPLE)
    (ours,) = task["annotations"]
    assert ours["ground_truth"] is False
    imported = {**ours, "ground_truth": ours.pop("ground_truth", True), "updated_at": "2026-01-01"}
    later = {"result": [], "ground_truth": False, "updated_at": "2026-02-02"}
    found, loss = _convert(tmp_path, "label-studio", json.dumps([{**task, "annotations": [imported, later]}]))
    assert [d.entities for d in found] == [()]
    assert list(_counts(loss)) == ["annotation of a task that has a newer one, or ground truth"]


def test_what_label_studio_exports_is_read(tmp_path: Path) -> None:
    found, loss = _convert(tmp_path, "label-studio", _exported([_annotation(1, BUILD), _annotation(2, BUILD, SIX)]))
    assert [(d.id, _said(d)) for d in found] == [("a", [("ACTION", "新建"), ("VALUE", "6所")])]
    assert [item.count for item in loss.lost] == [1]


def test_notes_on_regions_are_counted(tmp_path: Path) -> None:
    noted = _exported([_annotation(1, BUILD, SIX, meta={"text": ["看不清"]})])
    _, loss = _convert(tmp_path, "label-studio", noted)
    assert _counts(loss) == {"note on a region": 2}


def _least(number: int, annotation: int | None, stamp: str | None, *regions: dict[str, Any]) -> dict[str, Any]:
    """A row of JSON-MIN: one an annotation, and one for a task without any."""
    made = {"annotation_id": annotation, "created_at": stamp, "updated_at": stamp}
    held = {"label": list(regions)} if regions else {}
    return {"text": PLAIN, "doc": f"d{number}", "id": number, **held, **STAMPS, **made}


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_json_min_the_newest_row_of_a_task_is_read(newest_first: bool, tmp_path: Path) -> None:
    rows = [_least(1, 8, "2026-02-02", BUILD, SIX), _least(1, 7, "2026-01-01", BUILD), _least(2, 9, "2026-01-01", SIX)]
    found, loss = _convert(tmp_path, "label-studio", json.dumps(rows if newest_first else rows[::-1]))
    assert sorted((d.id, len(d.entities)) for d in found) == [("d1", 2), ("d2", 1)]
    assert _counts(loss)["annotation of a task that has a newer one, or ground truth"] == 1


def test_of_json_min_tasks_that_nobody_annotated_are_left_out(tmp_path: Path) -> None:
    rows = [_least(1, 8, "2026-02-02", SIX), _least(2, None, None), _least(3, 9, "2026-02-02")]
    found, loss = _convert(tmp_path, "label-studio", json.dumps(rows))
    assert [(d.id, len(d.entities)) for d in found] == [("d1", 1), ("d3", 0)]  # in d3 there was nothing to mark
    assert _counts(loss)["task that nobody has annotated"] == 1


def test_of_json_min_programmes_without_their_roles_are_counted(tmp_path: Path) -> None:
    program = {"start": 2, "end": 5, "text": "幼儿园", "labels": ["PROGRAM"]}
    _, loss = _convert(tmp_path, "label-studio", json.dumps([_least(1, 8, "2026-02-02", SIX, program)]))
    assert sorted((what.split()[0], count) for what, count in _counts(loss).items()) == [("programme", 1), ("value", 1)]


@pytest.mark.parametrize(("start", "unit"), [(7, "characters"), (6, "a Windows line end counted once"), (8, "utf16")])
def test_a_windows_line_end_in_a_task_is_counted_either_way(start: int, unit: str, tmp_path: Path) -> None:
    text = "😀6所\r\n新建6所"  # 6所 stands there twice, so that the quoted text alone does not tell
    region = {"start": start, "end": start + 2, "text": "6所", "labels": ["VALUE"]}
    task = {"id": 1, "data": {"text": text}, "annotations": [_annotation(1, region)]}
    ((document,), loss) = _convert(tmp_path, "label-studio", json.dumps([task]))
    assert (document.text, [(e.start, e.end) for e in document.entities]) == (text, [(7, 9)])
    said = [item.what for item in loss.noted if "counted" in item.what]
    assert [unit in what for what in said] == ([] if unit == "characters" else [True])


# --- Label Studio's CoNLL ----------------------------------------------------

SHORT = "-DOCSTART- -X- O\n县局新建6所 -X- _ B-ORG\n\n"  # of 县局 and 6所, one word for its tokeniser
SPACED = "-DOCSTART- -X- O\n新 -X- _ B-ACTION\n建 -X- _ I-ACTION\n6 -X- _ B-VALUE\n所 -X- _ I-VALUE\n𠮷 -X- _ B-ORG\n\n"


def test_a_short_text_as_one_token_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="exported as one token; export it as JSON instead"):
        _convert(tmp_path, "conll", SHORT)
    found, loss = _convert(tmp_path, "conll", SHORT + SPACED.partition("\n")[2])
    assert [_said(d) for d in found] == [[], [("ACTION", "新建"), ("VALUE", "6所"), ("ORG", "𠮷")]]
    assert [(item.count, "exported as one token" in item.what) for item in loss.lost] == [(1, True)]
    assert "县局新建6所" in str(loss)


def test_a_text_that_was_cut_before_is_read(tmp_path: Path) -> None:
    found, loss = _convert(tmp_path, "conll", SPACED)
    assert [_said(d) for d in found] == [[("ACTION", "新建"), ("VALUE", "6所"), ("ORG", "𠮷")]]
    assert not loss.lost


# --- doccano's shapes --------------------------------------------------------


def _row(number: int, text: str, spans: Iterable[tuple[str, int, int]], *relations: tuple[int, int, str]) -> str:
    """A row as doccano 1.8 exports a project with relations; it counts ids through its whole database."""
    keys = ("id", "label", "start_offset", "end_offset")
    entities = [dict(zip(keys, (1700 + i, *span), strict=True)) for i, span in enumerate(spans)]
    held = [
        {"id": 90 + i, "from_id": 1700 + a, "to_id": 1700 + b, "type": kind} for i, (a, b, kind) in enumerate(relations)
    ]
    row = {"id": number, "text": text, "doc": None, "entities": entities, "relations": held, "Comments": []}
    return json.dumps(row, ensure_ascii=False) + "\n"


def test_what_doccano_exports_is_read(tmp_path: Path) -> None:
    text = f"😀{PLAIN}\r\n𠮷"
    spans = [("ACTION", 1, 3), ("METRIC", 3, 6), ("VALUE:planned", 6, 8)]
    rows = _row(4, text, spans, (2, 0, "action"), (2, 1, "metric")) + _row(5, "没有目标", [])
    found, loss = _convert(tmp_path, "doccano", rows)
    assert [d.text for d in found] == [text, "没有目标"]
    assert _said(found[0]) == [("ACTION", "新建"), ("METRIC", "幼儿园"), ("VALUE", "6所")]
    assert found[0].frames == (Frame(2, "planned", {"action": 0, "metric": 1}),)
    assert not loss.lost
    assert [(item.count, item.where) for item in loss.noted if "without a span" in item.what] == [(1, ("in-00002",))]


def test_a_document_that_doccano_does_not_import_is_noted(tmp_path: Path) -> None:
    _, loss = _written(tmp_path, "doccano", SAMPLE, Document("none", "", (), ()))
    assert [(i.count, i.where) for i in loss.noted if "does not import" in i.what] == [(1, ("none",))]


# --- what both fail at -------------------------------------------------------


@pytest.mark.parametrize("target", ["label-studio", "doccano"])
def test_characters_at_which_tools_fail_are_replaced_and_counted(target: str, tmp_path: Path) -> None:
    """One lone surrogate, and doccano refuses the file, Label Studio every export; PostgreSQL refuses NUL."""
    odd = Document("a", "\x00\udc80局\ud83d\ude006所", (Entity("VALUE", 5, 7),), (), (), {"title": "\ud83d"})
    ledger = Ledger()
    FORMATS[target].write(tmp_path / "there", [odd], ledger)
    written = (tmp_path / "there").read_text("utf-8")
    assert "\\u0000" not in written
    assert "\\ud" not in written
    assert [(item.count, "U+FFFD" in item.what) for item in ledger.loss(1).lost] == [(4, True)]
    (read,) = FORMATS[target].read(tmp_path / "there", Options(), Ledger())
    assert (read.text, _said(read), read.meta) == (
        "\ufffd\ufffd局\ufffd\ufffd6所",
        [("VALUE", "6所")],
        {"title": "\ufffd"},
    )


# --- Label Studio's own code -------------------------------------------------


def _sdk(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports warn of what they themselves use
        return pytest.importorskip(name, reason="label-studio-sdk is not installed (pip install label-studio-sdk)")


def _exported_by(folder: Path, kind: str, tasks: Sequence[dict[str, Any]]) -> tuple[list[Document], Loss]:
    converter = _sdk("label_studio_sdk.converter")
    numbered = [{"id": number, **task} for number, task in enumerate(tasks, 1)]
    (folder / "tasks.json").write_text(json.dumps(numbered, ensure_ascii=False), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converter.Converter(CONFIG, str(folder)).convert(str(folder / "tasks.json"), str(folder), kind, is_dir=False)
    name = "result.conll" if kind == "CONLL2003" else "result.json"
    source = "conll" if kind == "CONLL2003" else "label-studio"
    return _convert(folder, source, (folder / name).read_bytes().decode("utf-8"))


ASTRAL = replace(
    SAMPLE,
    id="astral",
    text=f"😀\r\n𠮷{TEXT}",
    entities=tuple(replace(e, start=e.start + 4, end=e.end + 4) for e in SAMPLE.entities),
)


def test_label_studio_takes_the_configuration_and_what_is_written(tmp_path: Path) -> None:
    interface = _sdk("label_studio_sdk.label_interface").LabelInterface(CONFIG)
    interface.validate()
    tasks, _ = _written(tmp_path, "label-studio", SAMPLE, ASTRAL)
    for task in tasks:
        assert interface.validate_task({"data": task["data"]})
        assert not interface.validate_prediction(task["annotations"][0], return_errors=True)
    wrong = json.loads(json.dumps(tasks[0]["annotations"][0]).replace("METRIC", "PERSON"))
    assert interface.validate_prediction(wrong, return_errors=True)  # it does look


def test_label_studios_json_gives_every_document_back(tmp_path: Path) -> None:
    tasks, _ = _written(tmp_path, "label-studio", SAMPLE, ASTRAL)
    assert _exported_by(tmp_path, "JSON", tasks)[0] == [SAMPLE, ASTRAL]


def test_label_studios_json_min_gives_text_and_entities_back(tmp_path: Path) -> None:
    tasks, _ = _written(tmp_path, "label-studio", SAMPLE, ASTRAL)
    found, loss = _exported_by(tmp_path, "JSON_MIN", tasks)
    assert [(d.id, d.text, d.entities, d.meta) for d in found] == [
        (d.id, d.text, d.entities, d.meta) for d in (SAMPLE, ASTRAL)
    ]
    assert "leaves relations out" in str(loss)


def test_label_studios_conll_is_refused_unless_the_text_was_cut_before(tmp_path: Path) -> None:
    tasks, _ = _written(tmp_path, "label-studio", SAMPLE)
    with pytest.raises(CorpusError, match="exported as one token; export it as JSON instead"):
        _exported_by(tmp_path, "CONLL2003", tasks)
    cut = Document("cut", " ".join("新建6所"), (Entity("ACTION", 0, 3), Entity("VALUE", 4, 7)), ())
    found, loss = _exported_by(tmp_path, "CONLL2003", _written(tmp_path, "label-studio", cut)[0])
    assert [_said(d) for d in found] == [[("ACTION", "新建"), ("VALUE", "6所")]]
    assert not loss.lost
