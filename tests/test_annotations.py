"""The corpus format: read, checked, joined and written; what breaks a rule is refused whole, with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from annotated import SAMPLE, documents
from planie.annotations import check, from_dict, join, load, read_jsonl, sha256, to_dict, write
from planie.errors import CorpusError

Row = dict[str, Any]


def row() -> Row:
    return copy.deepcopy(to_dict(SAMPLE))


# --- there and back ----------------------------------------------------------------


@given(documents())
def test_a_document_survives_its_dict(document: Any) -> None:
    data = json.loads(json.dumps(to_dict(document), ensure_ascii=False))
    assert from_dict(data) == document


@given(documents())
def test_a_document_survives_being_taken_from_its_text(document: Any) -> None:
    data = to_dict(document, standoff=True)
    assert document.text == "" or "text" not in data
    assert from_dict(join(json.loads(json.dumps(data)), document.text)) == document


def test_entities_are_put_in_order_and_the_roles_follow() -> None:
    data = row()
    data["entities"].reverse()
    for entity in data["entities"]:
        entity["id"] = f"e{entity['id']}"
    for frame in data["frames"]:
        frame.update(value=f"e{frame['value']}", roles={r: f"e{i}" for r, i in frame["roles"].items()})
    for program in data["programs"]:
        program.update(program=f"e{program['program']}", roles={r: f"e{i}" for r, i in program["roles"].items()})
    assert from_dict(data) == SAMPLE


def test_frames_programmes_and_meta_may_be_missing() -> None:
    document = from_dict({"id": 7, "text": "年内", "entities": []})
    assert (document.id, document.frames, document.programs, document.meta) == ("7", (), (), {})


@pytest.mark.parametrize(("meta", "regions"), [({}, ((0, 5),)), ({"regions": [[1, 3], [4, 5]]}, ((1, 3), (4, 5)))])
def test_regions_are_the_whole_text_unless_said(meta: Row, regions: tuple[Any, ...]) -> None:
    assert from_dict({"id": "a", "text": "一二三四五", "entities": [], "meta": meta}).regions == regions


# --- files ---------------------------------------------------------------------------


def test_load_reads_a_file_and_a_folder_in_order(tmp_path: Path) -> None:
    other = replace(SAMPLE, id="own-002")
    write(tmp_path / "b.jsonl", [to_dict(SAMPLE)])
    write(tmp_path / "a.jsonl", [to_dict(other), to_dict(replace(SAMPLE, id="own-003"))])
    (tmp_path / "notes.txt").write_text("no corpus", "utf-8")
    assert load(tmp_path / "b.jsonl") == load(str(tmp_path / "b.jsonl")) == [SAMPLE]
    assert [d.id for d in load(tmp_path)] == ["own-002", "own-003", "own-001"]
    assert [d.text for d in load(tmp_path)] == [SAMPLE.text] * 3


def test_a_text_keeps_its_line_ends_and_its_marks(tmp_path: Path) -> None:
    text = "\ufeff第一\r\n第二\u2028第三\x85\r"
    write(tmp_path / "a.jsonl", [{"id": "a", "text": text, "entities": []}])
    assert load(tmp_path)[0].text == text


def test_empty_lines_are_passed_over_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('\n{"id": "a"}\r\n \n{"id": "b"}', "utf-8", newline="")
    assert [(number, data["id"]) for number, data in read_jsonl(path)] == [(2, "a"), (4, "b")]


def test_a_byte_order_mark_is_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(row(), ensure_ascii=False).encode() + b"\r\n")
    assert load(path) == [SAMPLE]


def test_another_encoding_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n" + json.dumps(row(), ensure_ascii=False).encode("gb18030"))
    with pytest.raises(CorpusError, match=r"a\.jsonl, line 2: not UTF-8 at byte \d+; save it as UTF-8"):
        load(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "a"}\n{"id": }', r"line 2, column 8: not JSON"),
        ("[1]", "line 1: expected an object, found list"),
        ("", "no document in it"),
        ('{"id": "a"}', "'a' has no 'text'"),
        ('{"doc": "d1"}', "'d1' is stand-off: join it"),
        ('{"id": "a", "text": "一"}', "'a': KeyError 'entities'"),
        ('{"id": "a", "text": "一", "entities": [{"id": 0}]}', "'a': KeyError 'start'"),
        ('{"text": "一", "entities": []}', "KeyError 'id'"),
        (
            '{"id": "a", "text": "一二", "entities": [{"id": 0, "start": 0, "end": 1, "label": "ORG"},'
            ' {"id": 0, "start": 1, "end": 2, "label": "ORG"}]}',
            "several entities have the id 0",
        ),
        (
            '{"id": "a", "text": "一", "entities": [{"id": 0, "start": 0, "end": 1, "label": "VALUE"}],'
            ' "frames": [{"value": 0, "status": "planned", "roles": []}]}',
            "AttributeError",
        ),
        ('{"id": "a", "text": "一", "entities": [], "meta": {"regions": 5}}', "regions"),
        ('{"id": "a", "text": "一", "entities": [], "meta": {"regions": [[0, "1"]]}}', "regions"),
    ],
)
def test_a_file_that_is_no_corpus_is_refused(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content, "utf-8", newline="")
    with pytest.raises(CorpusError, match=message):
        load(path)


def test_a_line_that_is_no_json_hides_no_other_fault(tmp_path: Path) -> None:
    good = json.dumps(row(), ensure_ascii=False).encode()
    (tmp_path / "a.jsonl").write_bytes(b'{"id"\n' + good + b'\n[1]\n\xff\n{"id": "a"}\n')
    (tmp_path / "b.jsonl").write_bytes(b'{"id": "b"}\n')
    with pytest.raises(CorpusError) as found:
        load(tmp_path)
    assert [line.split(": ")[0].split("/")[-1] for line in str(found.value).split("\n")] == [
        *("a.jsonl, line 5", "a.jsonl, line 1, column 6", "a.jsonl, line 3", "a.jsonl, line 4"),
        "b.jsonl, line 1",
    ]


def test_a_file_that_is_not_there_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such file"):
        load(tmp_path / "a.jsonl")
    with pytest.raises(CorpusError, match=r"holds no \.jsonl"):
        load(tmp_path)


def test_all_faults_of_all_files_are_in_one_message(tmp_path: Path) -> None:
    bad = row()
    bad["frames"][0]["status"], bad["frames"][1]["status"] = "wished", "hoped"
    write(tmp_path / "a.jsonl", [row(), bad])
    write(tmp_path / "b.jsonl", [{"doc": "d1"}])
    with pytest.raises(CorpusError) as error:
        load(tmp_path)
    told = str(error.value).split("\n")
    assert [line.rpartition("jsonl, ")[2][:6] for line in told] == ["line 2", "line 2", "line 1"]
    assert ["'wished'" in told[0], "'hoped'" in told[1], "stand-off" in told[2]] == [True] * 3


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    write(path, [row()])
    with pytest.raises(TypeError):
        write(path, [row(), {"id": object()}])
    assert load(path) == [SAMPLE]


# --- the rules -----------------------------------------------------------------------


def _entity(index: int, **changes: Any) -> Callable[[Row], None]:
    return lambda data: data["entities"][index].update(changes)


def _frame(index: int, **changes: Any) -> Callable[[Row], None]:
    return lambda data: data["frames"][index].update(changes)


# Entities of the sample: 0 2025年, 1 小学, 2 初中, 3 巩固率, 4 99%, 5 97%以上, 6 县教育局, 7 强基”工程, 8 新建, 9 幼儿园, 10 6所.
BROKEN: dict[str, tuple[Callable[[Row], None], str]] = {
    "label": (_entity(1, label="DATE"), "label 'DATE' is none of ORG"),
    "outside": (_entity(10, end=999), "outside the text"),
    "before the text": (_entity(0, start=-1), "outside the text"),
    "empty": (_entity(1, end=SAMPLE.entities[1].start), "outside the text"),
    "backwards": (_entity(1, end=2), "outside the text"),
    "line end in front": (_entity(1, start=SAMPLE.text.index("\n")), "begins or ends with punctuation"),
    "overlap": (_entity(2, start=SAMPLE.entities[1].end - 1), "overlaps the entity before it"),
    "same place": (lambda d: d["entities"].append({**d["entities"][1], "id": 99}), "overlaps the entity before it"),
    "stop behind": (_entity(10, end=len(SAMPLE.text)), "begins or ends with punctuation"),
    "mark in front": (_entity(7, start=SAMPLE.text.index("“")), "begins or ends with punctuation"),
    "value": (_frame(0, value=1), "a METRIC, not a VALUE"),
    "unknown entity": (_frame(0, value=77), "KeyError 77"),
    "unknown filler": (_frame(0, roles={"metric": 77}), "KeyError 77"),
    "role": (_frame(0, roles={"place": 1}), "role 'place' is none of metric"),
    "filler": (_frame(0, roles={"when": 1}), "when is filled by a METRIC, not a TIME"),
    "status": (_frame(0, status="wished"), "status 'wished' is none of planned"),
    "no status": (lambda d: d["frames"][0].pop("status"), "KeyError 'status'"),
    "programme": (lambda d: d["programs"][0].update(program=4), "a VALUE, not a PROGRAM"),
    "role of a programme": (
        lambda d: d["programs"][0].update(roles={"metric": 1}),
        "role 'metric' is none of when, org",
    ),
    "filler of a programme": (lambda d: d["programs"][0].update(roles={"org": 1}), "org is filled by a METRIC"),
    "text": (lambda d: d.update(text=5), "has no 'text'"),
    "offset": (_entity(1, start="x"), "ValueError"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_rule_is_refused(name: str) -> None:
    change, message = BROKEN[name]
    data = row()
    change(data)
    with pytest.raises(CorpusError) as error:
        from_dict(data)
    assert message in str(error.value)
    assert "document 'own-001'" in str(error.value)


def test_the_sample_is_sound() -> None:
    assert list(check(SAMPLE)) == []
    assert [SAMPLE.text[e.start : e.end] for e in SAMPLE.entities][7:] == ["强基”工程", "新建", "幼儿园", "6所"]


@pytest.mark.parametrize("mark", list(" \t\n\u3000,，。;；:：、!！?？《》“”\"'‘’"))
def test_outer_punctuation_is_refused_on_either_side(mark: str) -> None:
    for text in (f"{mark}小学", f"小学{mark}"):
        with pytest.raises(CorpusError, match="punctuation or a space"):
            from_dict(
                {"id": "a", "text": text, "entities": [{"id": 0, "label": "METRIC", "start": 0, "end": len(text)}]}
            )
    inside = f"小{mark}学"
    assert from_dict({"id": "a", "text": inside, "entities": [{"id": 0, "label": "METRIC", "start": 0, "end": 3}]})


# --- stand-off -------------------------------------------------------------------------


def test_a_changed_text_is_refused() -> None:
    data = to_dict(SAMPLE, standoff=True)
    with pytest.raises(CorpusError, match=rf"'own-001': sha256 is .*, expected {sha256(SAMPLE.text)[:16]}"):
        join(data, SAMPLE.text.replace("6", "7"))
    with pytest.raises(CorpusError, match="sha256"):
        join({**data, "sha256": None}, SAMPLE.text)


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_moved_offset_is_refused(shift: int) -> None:
    data = to_dict(SAMPLE, standoff=True)
    entity = data["entities"][3]
    entity.update(start=entity["start"] + shift, end=entity["end"] + shift)
    with pytest.raises(CorpusError, match=r"entities \[3\] do not match their digests"):
        join(data, SAMPLE.text)


def test_sha256_counts_line_ends_and_takes_lone_surrogates() -> None:
    assert len({sha256("一\n"), sha256("一\r\n"), sha256("一\ud800")}) == 3
