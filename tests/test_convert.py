"""Formats of annotated plans: exact round trips, and what other programs' files do to a reader."""

from __future__ import annotations

import dataclasses
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from annotated import SAMPLE, TEXT, documents
from planie import cli
from planie.annotations import Document, check, load, to_dict, write
from planie.convert import AUTO, FORMATS, OVERLAPS, UNITS, Loss, convert
from planie.convert.draft import Options
from planie.convert.frames import decode, encode
from planie.convert.labelstudio import CONFIG
from planie.convert.report import Ledger
from planie.errors import ConfigError, CorpusError, DependencyError
from planie.schema import LABELS, ROLES
from planie.spans import Entity, Frame, ProgramFrame

WHOLE = [name for name in FORMATS if not name.startswith("conll")]
TAGS = ["conll", "conll-bioes"]
# of documents that have no relation, rare characters, no span
MAY_BE_NOTED = ("no relation at all", "may count otherwise", "without a span")


def _trip(name: str, docs: list[Document], folder: Path) -> tuple[list[Document], Loss]:
    path, ledger = folder / "file", Ledger()
    FORMATS[name].write(path, docs, ledger)
    read = FORMATS[name].read(path, Options(), ledger)
    ledger.refuse(name)
    return read, ledger.loss(len(read))


def _surprises(loss: Loss) -> list[str]:
    noted = [str(item) for item in loss.noted if not any(part in item.what for part in MAY_BE_NOTED)]
    return [*map(str, loss), *noted]


def _read(
    folder: Path, source: str, content: str | bytes, *, name: str = "in", **options: Any
) -> tuple[Document, Loss]:
    """The only document of a file of *content*, by way of :func:`convert`."""
    found, loss = _read_all(folder, source, content, name=name, **options)
    assert len(found) == 1
    return found[0], loss


def _read_all(
    folder: Path, source: str, content: str | bytes, *, name: str = "in", **options: Any
) -> tuple[list[Document], Loss]:
    path, out = folder / name, folder / "out.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    loss = convert(path, out, source=source, target="planie", **options)
    return load(out), loss


def _brat(folder: Path, text: str | bytes, *lines: str, **options: Any) -> tuple[Document, Loss]:
    (folder / "doc.txt").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return _read(folder, "brat", "\n".join([*lines, ""]), name="doc.ann", **options)


def _said(document: Document) -> list[tuple[str, str]]:
    return [(e.label, document.text[e.start : e.end]) for e in document.entities]


def _region(key: str, label: str, start: int, end: int, text: str | None = None) -> dict[str, Any]:
    value = {"start": start, "end": end, "labels": [label], **({} if text is None else {"text": text})}
    return {"id": key, "from_name": "label", "to_name": "text", "type": "labels", "value": value}


def _relation(start: str, end: str, *labels: str, direction: str = "right") -> dict[str, Any]:
    named = {"labels": list(labels)} if labels else {}
    return {"type": "relation", "from_id": start, "to_id": end, "direction": direction, **named}


def _choice(key: str, status: str) -> dict[str, Any]:
    return {"id": key, "from_name": "status", "to_name": "text", "type": "choices", "value": {"choices": [status]}}


def _tasks(text: str, *result: Mapping[str, Any], **more: Any) -> str:
    return json.dumps([{"id": 7, "data": {"text": text}, "annotations": [{"result": list(result)}], **more}])


# --- round trips -------------------------------------------------------------


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=40)
@given(document=documents())
def test_a_round_trip_gives_the_document_back(name: str, document: Document) -> None:
    assert not list(check(document))
    with tempfile.TemporaryDirectory() as folder:
        read, loss = _trip(name, [document], Path(folder))
    assert read == [document]
    assert not _surprises(loss)


@pytest.mark.parametrize("name", TAGS)
@settings(max_examples=60)
@given(document=documents())
def test_tags_give_text_and_entities_back(name: str, document: Document) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read, loss = _trip(name, [document, dataclasses.replace(document, id="b")], Path(folder))
    assert [(d.text, d.entities) for d in read] == [(document.text, document.entities)] * 2
    assert [d.id for d in read] == [document.id, "b"]
    assert not _surprises(loss)


@settings(max_examples=300)
@given(document=documents())
def test_marks_and_links_say_every_frame(document: Document) -> None:
    ledger = Ledger()
    assert decode(document.entities, *encode(document), ledger, "") == (document.frames, document.programs)
    assert not _surprises(ledger.loss(1))


@pytest.mark.parametrize("name", WHOLE)
def test_files_by_way_of_convert(name: str, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [to_dict(SAMPLE)])
    assert not convert(tmp_path / "a.jsonl", tmp_path / "there", source="planie", target=name).lost
    loss = convert(tmp_path / "there", tmp_path / "back.jsonl", source=name, target="planie")
    assert (loss.documents, loss.lost, loss.noted) == (1, (), ())
    assert (tmp_path / "back.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()


@pytest.mark.parametrize("name", TAGS)
def test_what_tags_do_not_hold_is_counted(name: str, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [to_dict(SAMPLE)])
    loss = convert(tmp_path / "a.jsonl", tmp_path / "there", source="planie", target=name)
    assert {item.what.split(",")[0]: item.count for item in loss} == {
        "target frame": 5,
        "programme frame": 1,
        "entry of meta": 2,
    }
    assert "lost: 5 × target frame" in str(loss)
    assert "own-001" in str(loss)


@pytest.mark.parametrize("name", FORMATS)
def test_our_own_corpus_comes_back(name: str, tmp_path: Path, root: Path) -> None:
    source = root / "corpus" / "own" / "dev.jsonl"
    if not source.is_file():
        pytest.skip("the corpus is not in this checkout")
    held = sorted(load(source), key=lambda d: len(d.text))[:3]
    write(tmp_path / "a.jsonl", map(to_dict, held))
    convert(tmp_path / "a.jsonl", tmp_path / "there", source="planie", target=name)
    convert(tmp_path / "there", tmp_path / "back.jsonl", source=name, target="planie")
    back = {d.id: d for d in load(tmp_path / "back.jsonl")}
    for document in held:
        assert back[document.id].entities == document.entities
        assert back[document.id].text == document.text
        if name in WHOLE:
            assert back[document.id].frames == tuple(sorted(document.frames, key=lambda f: f.value))
            assert back[document.id].meta == document.meta


@pytest.mark.parametrize("name", ["brat", "spacy", "doccano", "label-studio"])
def test_a_lone_surrogate_is_replaced_and_counted(name: str, tmp_path: Path) -> None:
    document = Document("a", "\ud83d学校", (Entity("ORG", 1, 3),), ())
    read, loss = _trip(name, [document], tmp_path)
    assert read == [dataclasses.replace(document, text="\ufffd学校")]
    assert [item.count for item in loss] == [1]


@pytest.mark.parametrize("name", ["planie", "conll"])
def test_a_lone_surrogate_is_kept_where_it_can_be(name: str, tmp_path: Path) -> None:
    document = Document("a", "\ud83d学校", (Entity("ORG", 1, 3),), ())
    read, loss = _trip(name, [document], tmp_path)
    assert read == [document]
    assert not loss.lost


# --- trap: Chinese exported as one token -------------------------------------

# What Label Studio's own converter (label-studio-sdk 2.1) writes for three spans of one Chinese sentence.
UNCUT = """-DOCSTART- -X- O
全县小学、初中巩固率分别达到99 -X- _ B-METRIC
% -X- _ B-VALUE
以上，由县教育局牵头。 -X- _ I-VALUE

"""
CUT = "县 -X- _ B-ORG\n局 -X- _ I-ORG\n。 -X- _ O\n\n"


def test_labels_of_a_text_that_was_not_cut_are_lost_and_counted(tmp_path: Path) -> None:
    found, loss = _read_all(tmp_path, "conll", UNCUT + CUT)
    assert [_said(d) for d in found] == [[], [("ORG", "县局")]]
    assert found[0].text == "全县小学、初中巩固率分别达到99%以上，由县教育局牵头。"
    assert [(item.count, "JSON instead" in item.what) for item in loss] == [(2, True)]


def test_a_file_with_no_label_that_can_be_placed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="exported as one token; export it as JSON instead"):
        _read_all(tmp_path, "conll", UNCUT)


def test_a_doc_bin_that_was_cut_at_spaces_is_refused(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    doc = spacy.tokens.Doc(spacy.vocab.Vocab(), words=["全县小学，由县局牵头。"], spaces=[False])
    doc.set_ents([spacy.tokens.Span(doc, 0, 1, label="ORG")])
    spacy.tokens.DocBin(docs=[doc]).to_disk(tmp_path / "in")
    with pytest.raises(CorpusError, match="exported as one token"):
        convert(tmp_path / "in", tmp_path / "out", source="spacy", target="planie")


def test_words_of_several_characters_are_read(tmp_path: Path) -> None:
    document, loss = _read(tmp_path, "conll", "县 B-ORG\n教育局 I-ORG\nhas B-ACTION\nbuilt I-ACTION\n6所 B-VALUE\n")
    assert document.text == "县教育局has built6所"
    assert _said(document) == [("ORG", "县教育局"), ("ACTION", "has built"), ("VALUE", "6所")]
    assert not loss.lost


@pytest.mark.parametrize(
    "tags",
    [
        "B-VALUE I-VALUE I-VALUE B-VALUE O",  # BIO
        "B-VALUE I-VALUE E-VALUE S-VALUE O",  # BIOES
        "B-VALUE I-VALUE L-VALUE U-VALUE O",  # BILOU
        "B-VALUE M-VALUE E-VALUE S-VALUE O",  # BMES
        "I-VALUE I-VALUE I-VALUE B-VALUE O",  # IOB1: B only between neighbours
        "B_VALUE I_VALUE I_VALUE B_VALUE O",
    ],
)
def test_every_scheme_of_tags_is_read(tags: str, tmp_path: Path) -> None:
    rows = "\n".join(map("\t".join, zip("12所6，", tags.split(), strict=True)))
    document, _ = _read(tmp_path, "conll", rows)
    assert _said(document) == [("VALUE", "12所"), ("VALUE", "6")]


def test_a_space_as_a_token_and_blocks_without_ids(tmp_path: Path) -> None:
    found, _ = _read_all(tmp_path, "conll", "6 B-VALUE\n  I-VALUE\n所 I-VALUE\n\n\n局 B-ORG\n")
    assert [_said(d) for d in found] == [[("VALUE", "6 所")], [("ORG", "局")]]
    assert len({d.id for d in found}) == 2


def test_lines_without_a_tag_are_refused_with_their_numbers(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as error:
        _read_all(tmp_path, "conll", "6 B-VALUE\n所 VALUE\n学\n")
    assert "line 2" in str(error.value)
    assert "line 3" in str(error.value)


# --- trap: relations left out ------------------------------------------------


def test_doccano_without_relations_says_so(tmp_path: Path) -> None:
    row = {"id": 3, "text": "新建6所", "label": [[0, 2, "ACTION"], [2, 4, "VALUE"]], "Comments": ["?"]}
    document, loss = _read(tmp_path, "doccano", json.dumps(row))
    assert _said(document) == [("ACTION", "新建"), ("VALUE", "6所")]
    assert not document.frames
    assert [(i.count, i.what.split()[0]) for i in loss] == [(1, "comment"), (1, "value")]
    assert "leaves relations out" in str(loss)


def test_empty_relations_throughout_are_noted(tmp_path: Path) -> None:
    entities = [{"id": 1, "start_offset": 0, "end_offset": 2, "label": "ACTION"}]
    entities.append({"id": 2, "start_offset": 2, "end_offset": 4, "label": "VALUE:planned"})
    document, loss = _read(tmp_path, "doccano", json.dumps({"text": "新建6所", "entities": entities, "relations": []}))
    assert document.frames == (Frame(1, "planned"),)
    assert [i.count for i in loss.noted] == [1]
    assert "no relation at all" in str(loss)


def test_json_min_says_that_relations_are_left_out(tmp_path: Path) -> None:
    label = [{"start": 0, "end": 2, "text": "新建", "labels": ["ACTION"]}]
    label.append({"start": 2, "end": 4, "text": "6所", "labels": ["VALUE"]})
    row = {"text": "新建6所", "id": 7, "label": label, "status": ["planned"], "annotator": 1, "lead_time": 1.0}
    document, loss = _read(tmp_path, "label-studio", json.dumps([row]))
    assert _said(document) == [("ACTION", "新建"), ("VALUE", "6所")]
    assert document.id == "in-7"
    assert "leaves relations out" in str(loss)


# --- trap: offsets in other units --------------------------------------------

RARE = "😀𠮷县新建6所"  # characters 3:5 and 5:7, UTF-16 units 5:7 and 7:9, bytes 11:17 and 17:21


@pytest.mark.parametrize(
    ("spans", "unit"), [([3, 5, 5, 7], None), ([5, 7, 7, 9], "utf16"), ([11, 17, 17, 21], "bytes")]
)
@pytest.mark.parametrize("source", ["label-studio", "brat"])
def test_the_quoted_text_tells_what_offsets_count(
    source: str, spans: list[int], unit: str | None, tmp_path: Path
) -> None:
    a, b, c, d = spans
    if source == "brat":
        document, loss = _brat(tmp_path, RARE, f"T1\tACTION {a} {b}\t新建", f"T2\tVALUE {c} {d}\t6所")
    else:
        regions = [_region("x", "ACTION", a, b, "新建"), _region("y", "VALUE", c, d, "6所")]
        document, loss = _read(tmp_path, source, _tasks(RARE, *regions))
    assert _said(document) == [("ACTION", "新建"), ("VALUE", "6所")]
    assert [i.what for i in loss.noted if "no relation" not in i.what] == (
        [f"offset counted in {unit}"] if unit else []
    )
    assert not loss.lost


def test_two_countings_in_one_task_are_told_apart(tmp_path: Path) -> None:
    """What a model suggested counts characters, what a person marked in an old version counts UTF-16 units."""
    regions = [_region("x", "ACTION", 3, 5, "新建"), _region("y", "VALUE", 7, 9, "6所")]
    document, _ = _read(tmp_path, "label-studio", _tasks(RARE, *regions))
    assert _said(document) == [("ACTION", "新建"), ("VALUE", "6所")]


def _unquoted(*spans: tuple[int, int, str], text: str = RARE) -> str:
    return json.dumps({"text": text, "label": spans})


def test_without_quotes_what_cannot_be_is_not_taken(tmp_path: Path) -> None:
    document, loss = _read(tmp_path, "doccano", _unquoted((5, 7, "ACTION"), (7, 9, "VALUE")))  # 9 is outside
    assert _said(document) == [("ACTION", "新建"), ("VALUE", "6所")]
    assert "counted in utf16" in str(loss)


def test_without_quotes_what_could_be_either_is_noted_and_can_be_told(tmp_path: Path) -> None:
    row = _unquoted((2, 4, "ACTION"), text="😀县新建6所")
    document, loss = _read(tmp_path, "doccano", row)
    assert _said(document) == [("ACTION", "新建")]
    assert "--offsets" in str(loss)
    document, loss = _read(tmp_path, "doccano", row, offsets="characters")
    assert _said(document) == [("ACTION", "新建")]
    assert "--offsets" not in str(loss)
    document, _ = _read(tmp_path, "doccano", row, offsets="utf16")
    assert _said(document) == [("ACTION", "县新")]


def test_a_span_whose_offsets_fit_nothing_moves_to_the_one_place_it_quotes(tmp_path: Path) -> None:
    document, loss = _brat(tmp_path, "全县新建6所", "T1\tVALUE 0 2\t6所")
    assert _said(document) == [("VALUE", "6所")]
    assert "moved" in str(loss)


def test_spans_that_quote_what_is_not_there_are_refused_together(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as error:
        _brat(tmp_path, "新建6所，6所", "T1\tVALUE 0 2\t7所", "T2\tVALUE 0 2\t6所", "T3\tVALUE 90 92\t8所")
    assert str(error.value).count("in any counting of offsets") == 3


# --- trap: Windows line ends and byte-order marks ----------------------------

WINDOWS = "6所\r\n一、目标\r\n新建6所"  # what is quoted stands there twice


@pytest.mark.parametrize(("start", "note"), [(12, False), (10, True)], ids=["both counted", "one counted"])
@pytest.mark.parametrize(
    ("bom", "counted"), [(False, 0), (True, 0), (True, 1)], ids=["plain", "marked", "mark counted"]
)
def test_windows_text_keeps_its_line_ends(start: int, note: bool, bom: bool, counted: int, tmp_path: Path) -> None:
    start += counted
    data = WINDOWS.encode("utf-8-sig" if bom else "utf-8")
    document, loss = _brat(tmp_path, data, f"T1\tVALUE {start} {start + 2}\t6所\r")
    assert document.text == WINDOWS
    assert _said(document) == [("VALUE", "6所")]
    assert document.entities[0].start == 12
    assert ("a Windows line end counted once" in str(loss), "the byte-order mark counted" in str(loss)) == (
        note,
        bool(counted),
    )


@pytest.mark.parametrize("name", ["planie", "conll", "doccano", "label-studio"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "marked"])
def test_windows_files_are_read(name: str, mark: bytes, tmp_path: Path) -> None:
    FORMATS[name].write(tmp_path / "there", [SAMPLE], Ledger())
    data = (tmp_path / "there").read_bytes().replace(b"\n", b"\r\n")
    document, _ = _read(tmp_path, name, mark + data)
    assert (document.id, document.text, document.entities) == (SAMPLE.id, TEXT, SAMPLE.entities)


def test_what_windows_calls_unicode_is_read(tmp_path: Path) -> None:
    data = json.dumps(to_dict(SAMPLE), ensure_ascii=False).encode("utf-16")
    assert _read(tmp_path, "planie", data)[0] == SAMPLE


def test_another_encoding_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"not UTF-8 at byte \d+; save it as UTF-8"):
        _read(tmp_path, "conll", "县\tB-ORG".encode("gb18030"))


# --- trap: overlaps ----------------------------------------------------------

OVER = [
    _region("a", "METRIC", 0, 3, "毛入园"),
    _region("b", "METRIC", 0, 4, "毛入园率"),
    _region("c", "VALUE", 3, 7, "率96%"),
    _region("d", "VALUE", 8, 10, "6所"),
    _choice("d", "planned"),
    _relation("d", "a", "metric"),
    _relation("d", "b", "head"),
]


def test_overlaps_are_refused_with_a_list(tmp_path: Path) -> None:
    with pytest.raises(CorpusError) as error:
        _read(tmp_path, "label-studio", _tasks("毛入园率96%，6所", *OVER))
    assert str(error.value).count("--overlaps longest") == len(str(error.value).splitlines()) == 2
    assert "METRIC [0, 4) '毛入园率' overlaps METRIC [0, 3) '毛入园'" in str(error.value)


def test_the_longest_is_kept_and_the_rest_counted(tmp_path: Path) -> None:
    document, loss = _read(tmp_path, "label-studio", _tasks("毛入园率96%，6所", *OVER), overlaps="longest")
    assert _said(document) == [("METRIC", "毛入园率"), ("VALUE", "6所")]
    assert document.frames == (Frame(1, "planned", {"head": 0}),)
    assert {i.what: i.count for i in loss} == {
        "span that overlaps a longer one": 2,
        "relation to a span that was lost": 1,
    }


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(1, 9), st.sampled_from(LABELS)), max_size=12))
def test_longest_leaves_no_overlap_and_no_gap_that_a_lost_span_fits(spans: list[tuple[int, int, str]]) -> None:
    text = "学" * 30
    row = {"text": text, "label": [[s, s + n, label] for s, n, label in spans]}
    with tempfile.TemporaryDirectory() as folder:
        document, _ = _read(Path(folder), "doccano", json.dumps(row), overlaps="longest")
    kept = [(e.start, e.end) for e in document.entities]
    assert all(a[1] <= b[0] for a, b in pairwise(kept))
    for start, length, _ in spans:
        assert any(s < start + length and start < e and e - s >= length for s, e in kept)


# --- Label Studio ------------------------------------------------------------

PLAIN = "新建幼儿园6所，投入3万元"
BUILD, KIND, SIX, THREE = (
    _region("a", "ACTION", 0, 2),
    _region("k", "METRIC", 2, 5),
    _region("s", "VALUE", 5, 7),
    _region("t", "VALUE", 10, 13),
)


def test_the_configuration_names_every_label_role_and_status() -> None:
    assert all(f'<Label value="{label}"/>' in CONFIG for label in LABELS)
    assert all(f'<Relation value="{role}"/>' in CONFIG for role in ROLES)
    assert 'perRegion="true"' in CONFIG


def test_the_documentation_shows_the_configuration_and_every_format(root: Path) -> None:
    page = root / "docs" / "formats.md"
    if not page.is_file():
        pytest.skip("the documentation is not in this checkout")
    text = page.read_text("utf-8")
    assert f"```xml\n{CONFIG}```" in text
    assert all(f"| `{name}` |" in text for name in FORMATS)


def test_what_is_written_is_the_documented_shape(tmp_path: Path) -> None:
    FORMATS["label-studio"].write(tmp_path / "t.json", [SAMPLE], Ledger())
    (task,) = json.loads((tmp_path / "t.json").read_text("utf-8"))
    result = task["annotations"][0]["result"]
    regions = {r["id"]: r for r in result if r["type"] == "labels"}
    assert len(regions) == len(SAMPLE.entities) + 1  # the value of two unlike frames has two
    for row in result:
        if row["type"] == "relation":
            assert row["direction"] == "right"
            assert {row["from_id"], row["to_id"]} <= regions.keys()
        else:
            assert (row["to_name"], row["from_name"]) in {("text", "label"), ("text", "status")}
            assert TEXT[row["value"]["start"] : row["value"]["end"]] == row["value"]["text"]


def test_relations_are_read_whichever_way_they_were_drawn(tmp_path: Path) -> None:
    drawn = [_relation("a", "s", "action"), _relation("k", "s", "metric", direction="left")]
    document, loss = _read(tmp_path, "label-studio", _tasks(PLAIN, BUILD, KIND, SIX, _choice("s", "achieved"), *drawn))
    assert document.frames == (Frame(2, "achieved", {"action": 0, "metric": 1}),)
    assert "turned round" in str(loss)
    assert not loss.lost


def test_an_unnamed_relation_is_read_where_one_role_alone_fits(tmp_path: Path) -> None:
    drawn = [_relation("s", "a"), _relation("s", "k")]  # a METRIC may be metric, head or subject
    document, loss = _read(tmp_path, "label-studio", _tasks(PLAIN, BUILD, KIND, SIX, _choice("s", "planned"), *drawn))
    assert document.frames == (Frame(2, "planned", {"action": 0}),)
    assert [i.count for i in loss] == [1]


def test_relations_that_are_no_role_are_lost_and_counted(tmp_path: Path) -> None:
    wrong = [_relation("s", "k", "when"), _relation("s", "t", "friend"), _relation("s", "nowhere", "metric")]
    document, loss = _read(tmp_path, "label-studio", _tasks(PLAIN, KIND, SIX, THREE, _choice("s", "planned"), *wrong))
    assert document.frames == (Frame(1, "planned"),)
    assert {i.what: i.count for i in loss} == {
        "relation that is no role of the guide": 2,
        "relation to a span that was lost": 1,
    }


def test_a_second_filler_is_counted_unless_it_is_a_metric(tmp_path: Path) -> None:
    two = [_region("b", "ACTION", 8, 10), _region("m", "METRIC", 11, 13)]
    drawn = [_relation("s", i, r) for i, r in [("a", "action"), ("b", "action"), ("k", "metric"), ("m", "metric")]]
    document, loss = _read(tmp_path, "label-studio", _tasks(PLAIN, BUILD, KIND, SIX, *two, *drawn))
    assert document.frames == tuple(Frame(2, "planned", {"metric": m, "action": 0}) for m in (1, 4))
    assert [(i.what, i.count) for i in loss] == [("second action of a value that takes one", 1)]
    assert "without a status" in str(loss)


def test_the_newest_annotation_or_the_ground_truth_is_read(tmp_path: Path) -> None:
    old = {"result": [BUILD], "updated_at": "2025-01-01"}
    new = {"result": [KIND], "updated_at": "2026-01-01"}
    skipped = {"result": [SIX], "updated_at": "2026-09-09", "was_cancelled": True}
    for given_, said in [([new, old, skipped], "幼儿园"), ([new, {**old, "ground_truth": True}, skipped], "新建")]:
        task = json.dumps([{"data": {"text": PLAIN}, "annotations": given_}])
        document, loss = _read(tmp_path, "label-studio", task)
        assert [text for _, text in _said(document)] == [said]
        assert [i.count for i in loss] == [1, 1]


def test_tasks_that_nobody_annotated_are_left_out(tmp_path: Path) -> None:
    done = {"data": {"text": PLAIN}, "annotations": [{"result": []}]}
    guessed = {"data": {"text": PLAIN}, "annotations": [], "predictions": [{"result": [BUILD]}]}
    found, loss = _read_all(tmp_path, "label-studio", json.dumps([done, guessed, {"data": {"text": "无"}}]))
    assert len(found) == 1
    assert {i.what: i.count for i in loss} == {
        "task that nobody has annotated (it has only predictions)": 1,
        "task that nobody has annotated": 1,
    }
    with pytest.raises(CorpusError, match="no annotated document"):
        _read_all(tmp_path, "label-studio", json.dumps([guessed]))


def test_labels_are_mapped_and_unknown_ones_counted(tmp_path: Path) -> None:
    regions = [_region("a", "动作", 0, 2), _region("k", "metric", 2, 5), _region("s", "PER", 5, 7)]
    document, loss = _read(tmp_path, "label-studio", _tasks(PLAIN, *regions), labels={"动作": "ACTION"})
    assert _said(document) == [("ACTION", "新建"), ("METRIC", "幼儿园")]
    assert [(i.count, "'PER'" in i.what) for i in loss] == [(1, True)]


def test_outer_punctuation_is_cut_off(tmp_path: Path) -> None:
    regions = [_region("a", "METRIC", 2, 5), _region("s", "VALUE", 5, 8), _region("p", "TIME", 7, 8)]
    document, loss = _read(tmp_path, "label-studio", _tasks(PLAIN, *regions))
    assert _said(document) == [("METRIC", "幼儿园"), ("VALUE", "6所")]
    assert [i.what for i in loss] == ["span of nothing but punctuation or space"]


def test_results_that_are_no_regions_are_counted(tmp_path: Path) -> None:
    other = {"type": "textarea", "from_name": "n", "to_name": "text", "value": {"text": ["?"]}}
    bare = {**BUILD, "value": {"start": 0, "end": 2}}
    two = {**KIND, "value": {"start": 2, "end": 5, "labels": ["METRIC", "ORG"]}}
    document, loss = _read(tmp_path, "label-studio", _tasks(PLAIN, other, bare, two))
    assert _said(document) == [("METRIC", "幼儿园")]
    assert sorted(i.what.split()[0] for i in loss) == ["region", "result", "second"]


@pytest.mark.parametrize(
    "regions",
    [
        [{"value": {"start": 0, "end": 2}, "type": "labels", "id": "a"}],
        [_region("a", "PER", 0, 2), _region("b", "LOC", 2, 5)],
        [{"type": "textarea", "value": {"text": ["?"]}}],
    ],
)
def test_a_file_whose_every_annotation_would_be_lost_is_refused(regions: list[Any], tmp_path: Path) -> None:
    said = r"every annotation in it would be lost, read as label-studio; say with --from .*\n\d × "
    with pytest.raises(CorpusError, match=said):
        _read(tmp_path, "label-studio", _tasks(PLAIN, *regions))
    assert not (tmp_path / "out.jsonl").exists()


def test_one_document_is_one(tmp_path: Path) -> None:
    assert str(_read(tmp_path, "label-studio", _tasks(PLAIN, BUILD))[1]) == "1 document"


def test_marked_up_text_is_refused(tmp_path: Path) -> None:
    region = {**BUILD, "value": {"start": "/div[1]/p[2]/text()[1]", "end": "/div[1]", "labels": ["ACTION"]}}
    with pytest.raises(CorpusError, match="no start and end in plain text"):
        _read(tmp_path, "label-studio", _tasks(PLAIN, region))


# --- brat --------------------------------------------------------------------

ANN = ["T1\tMETRIC 2 5\t幼儿园", "T2\tVALUE 5 7\t6所", "T3\tACTION 0 2\t新建", "T4\tVALUE 10 13\t3万元"]


def test_what_brat_gets(tmp_path: Path) -> None:
    FORMATS["brat"].write(
        tmp_path, [dataclasses.replace(SAMPLE, entities=SAMPLE.entities[:5], frames=(), programs=())], Ledger()
    )
    assert (tmp_path / "own-001.ann").read_text("utf-8").splitlines()[:2] == [
        "T1\tTIME 3 8\t2025年",
        "T2\tMETRIC 13 15\t小学",
    ]
    FORMATS["brat"].write(tmp_path, [SAMPLE], Ledger())
    lines = (tmp_path / "own-001.ann").read_text("utf-8").splitlines()
    assert [line for line in lines if line[0] == "E"] == [
        "E1\tVALUE:T5 metric:T2 head:T4 when:T1",
        "E2\tVALUE:T5 metric:T3 head:T4 when:T1",
        "E3\tVALUE:T6 metric:T3",
        "E4\tVALUE:T11 metric:T10 action:T9 base:E3",
        "E5\tVALUE:T11 metric:T10 program:E6",
        "E6\tPROGRAM:T8 org:T7",
    ]
    assert "A5\tstatus E5 achieved" in lines


def test_relations_and_flags_are_read_too(tmp_path: Path) -> None:
    more = ["R1\tmetric Arg1:T2 Arg2:T1\t", "R2\taction Arg1:T2 Arg2:T3", "A1\tachieved T2", "M1\tstatus T4 planned"]
    document, loss = _brat(tmp_path, PLAIN, *ANN, *more)
    assert document.frames == (Frame(2, "achieved", {"metric": 1, "action": 0}), Frame(3, "planned"))
    assert not loss.lost


def test_events_with_numbered_roles_and_no_status(tmp_path: Path) -> None:
    more = ["E1\tTarget:T4 metric:T1 action:T3", "E2\tVALUE:T2 metric1:T1 base:E1"]
    document, loss = _brat(tmp_path, PLAIN, *ANN, *more)
    assert document.frames == (
        Frame(2, "planned", {"metric": 1, "base": 3}),
        Frame(3, "planned", {"metric": 1, "action": 0}),
    )
    assert "read as planned" in str(loss)


def test_a_span_across_lines_is_in_pieces(tmp_path: Path) -> None:
    document = Document("a", "公办\r\n幼儿园\n6所", (Entity("METRIC", 0, 7),), ())
    read, loss = _trip("brat", [document], tmp_path)
    assert read == [document]
    assert (tmp_path / "file" / "a.ann").read_text("utf-8") == "T1\tMETRIC 0 2;4 7\t公办 幼儿园\n"
    assert not loss.lost


def test_of_a_span_with_a_gap_the_longest_piece_is_kept(tmp_path: Path) -> None:
    document, loss = _brat(tmp_path, PLAIN, "T1\tMETRIC 0 2;5 7;10 13\t新建 6所 3万元")
    assert _said(document) == [("METRIC", "3万元")]
    assert [i.count for i in loss] == [1]


def test_notes_and_unread_texts_are_counted_and_bad_lines_refused(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("无", "utf-8")
    (tmp_path / "doc.txt").write_text(PLAIN, "utf-8")
    (tmp_path / "doc.ann").write_text("\n".join([*ANN, "#1\tAnnotatorNotes T1\t?", "*\tEquiv T1 T3"]), "utf-8")
    loss = convert(tmp_path, tmp_path / "out.jsonl", source="brat", target="planie")
    assert sorted(i.what.split(",")[0] for i in loss) == ["brat equivalence", "brat note", "text without an .ann file"]
    (tmp_path / "doc.ann").write_text("T1 METRIC 0 2 新建\nE1\tVALUE\nQ\n", "utf-8")
    with pytest.raises(CorpusError) as error:
        convert(tmp_path, tmp_path / "out2.jsonl", source="brat", target="planie")
    assert [f"line {n}" in str(error.value) for n in (1, 2, 3)] == [True] * 3
    assert not (tmp_path / "out2.jsonl").exists()


def test_roles_to_what_is_not_there_are_counted(tmp_path: Path) -> None:
    document, loss = _brat(
        tmp_path, PLAIN, *ANN, "E1\tVALUE:T9 metric:T1", "E2\tVALUE:T2 metric:T8", "A1\tstatus E2 planned"
    )
    assert document.frames == (Frame(2, "planned"),)
    assert sorted(i.what for i in loss) == ["event on a span that was lost", "role or relation to a span that was lost"]


def test_two_documents_of_one_name_are_refused(tmp_path: Path) -> None:
    two = [dataclasses.replace(SAMPLE, id=name) for name in ("Own", "own")]
    with pytest.raises(CorpusError, match="would be one file: 'Own', 'own'"):
        FORMATS["brat"].write(tmp_path / "out", two, Ledger())


# --- spaCy -------------------------------------------------------------------


def _edited(folder: Path, edit: Callable[[Any], None]) -> tuple[Document, Loss]:
    spacy = pytest.importorskip("spacy")
    FORMATS["spacy"].write(folder / "a.spacy", [SAMPLE], Ledger())
    (doc,) = spacy.tokens.DocBin(store_user_data=True).from_disk(folder / "a.spacy").get_docs(spacy.vocab.Vocab())
    edit(doc)
    spacy.tokens.DocBin(docs=[doc], store_user_data=True).to_disk(folder / "in")
    loss = convert(folder / "in", folder / "out", source="spacy", target="planie")
    return load(folder / "out")[0], loss


def test_a_doc_has_a_token_a_character_and_entities(tmp_path: Path) -> None:
    def look(doc: Any) -> None:
        assert [len(token) for token in doc] == [1] * len(TEXT)
        assert [(e.label_, e.text) for e in doc.ents] == _said(SAMPLE)

    assert _edited(tmp_path, look)[0] == SAMPLE


def test_frames_outlive_an_edit_of_other_spans(tmp_path: Path) -> None:
    def drop(doc: Any) -> None:
        doc.spans["planie"] = list(doc.spans["planie"])[1:5]  # 小学 初中 巩固率 99%

    document, loss = _edited(tmp_path, drop)
    assert document.frames == tuple(Frame(3, "planned", {"metric": m, "head": 2}) for m in (0, 1))
    assert {i.what.split()[0]: i.count for i in loss} == {"role": 2, "frame": 4}


def test_a_doc_bin_of_words_is_read_by_its_entities(tmp_path: Path) -> None:
    def forget(doc: Any) -> None:
        doc.user_data.clear()
        del doc.spans["planie"]

    document, _ = _edited(tmp_path, forget)
    assert _said(document) == _said(SAMPLE)
    assert not document.frames
    assert document.programs == (ProgramFrame(7),)


def test_a_file_that_is_no_doc_bin_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("spacy")
    with pytest.raises(CorpusError, match="no DocBin"):
        _read(tmp_path, "spacy", b"PK\x03\x04 not a DocBin")


def test_without_spacy_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy.tokens", None)
    with pytest.raises(DependencyError, match=r"planie\[spacy\]"):
        convert(tmp_path / "a", tmp_path / "b", source="spacy", target="planie")


# --- what is refused ---------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{"source": "csv"}, {"target": "csv"}, {"overlaps": "all"}, {"offsets": "words"}, {"labels": {"a": "PER"}}],
)
def test_an_unknown_choice_is_refused_with_what_there_is(options: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"one of|none of"):
        convert(tmp_path / "a", tmp_path / "b", **{"source": "planie", "target": "conll", **options})


@pytest.mark.parametrize("name", ["planie", "conll", "brat"])
def test_a_corpus_is_not_written_over_itself(name: str, tmp_path: Path) -> None:
    FORMATS[name].write(tmp_path / "in", [SAMPLE], Ledger())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    (tmp_path / "beside").mkdir()
    with pytest.raises(ConfigError, match="which is read as IN; name another"):
        convert(tmp_path / "in", tmp_path / "beside" / ".." / "in", source=name, target="conll")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", FORMATS)
def test_a_missing_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such file"):
        convert(tmp_path / "none.x", tmp_path / "b", source=name, target="planie")


@pytest.mark.parametrize("name", ["planie", "doccano", "label-studio"])
def test_what_is_no_json_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"line 1, column \d+: not JSON"):
        _read(tmp_path, name, "县 B-ORG\n")
    with pytest.raises(CorpusError, match=r"line 2, column \d+: not JSON.*\n.*line 4, column \d+: not JSON"):
        _read(tmp_path, name, '{"a": 1}\n{"a"\n{"a": 2}\n{\n')
    with pytest.raises(CorpusError, match="object 1: expected an object, found int"):
        _read(tmp_path, name, "[1]")


def test_faults_of_every_document_come_together(tmp_path: Path) -> None:
    rows = [{"text": "县", "label": [[0, 9, "ORG"]]}, {"txt": "县"}, {"text": "县", "label": [["x"]]}]
    with pytest.raises(CorpusError) as error:
        _read_all(tmp_path, "doccano", "\n".join(map(json.dumps, rows)))
    assert len(str(error.value).splitlines()) == 3
    assert not (tmp_path / "out.jsonl").exists()


def test_the_guides_own_file_is_checked_strictly(tmp_path: Path) -> None:
    row = {"id": "a", "text": "县局。", "entities": [{"id": 0, "label": "ORG", "start": 0, "end": 3}]}
    with pytest.raises(CorpusError, match="line 1: document 'a': entity 0"):
        _read(tmp_path, "planie", json.dumps(row))


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old", "utf-8")
    bad = dataclasses.replace(SAMPLE, meta={"x": object()})
    with pytest.raises(TypeError):
        FORMATS["label-studio"].write(path, [SAMPLE, bad], Ledger())
    assert path.read_text("utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


# --- the command -------------------------------------------------------------


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.cli, [*map(str, arguments)], prog_name="planie")


def test_the_command_names_what_the_tables_hold() -> None:
    choices = {p.name: p.type.choices for p in cli.convert.params if isinstance(p.type, click.Choice)}
    assert choices["given"] == choices["wanted"] == tuple(FORMATS)
    assert (choices["overlaps"], choices["offsets"]) == (OVERLAPS, (AUTO, *UNITS))


def test_the_command_says_on_standard_error_what_was_lost(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [to_dict(SAMPLE)])
    result = _run("convert", tmp_path / "a.jsonl", tmp_path / "a.conll", "--from", "planie", "--to", "conll")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "lost: 5 × target frame, which conll does not hold (own-001" in result.stderr
    assert (tmp_path / "a.conll").read_text("utf-8").startswith("-DOCSTART-\town-001\tO\n\n临\tO\n")


def test_the_command_hands_its_options_on(tmp_path: Path) -> None:
    rows = [[2, 4, "动作"], [3, 4, "VALUE"]]
    (tmp_path / "a.json").write_text(json.dumps({"text": "😀县新建6所", "label": rows}), "utf-8")
    paths = (tmp_path / "a.json", tmp_path / "b.jsonl", "--from", "doccano", "--to", "planie")
    result = _run("convert", *paths, "--overlaps", "longest", "--offsets", "utf16", "--label", "动作=ACTION")
    assert result.exit_code == 0
    assert _said(load(tmp_path / "b.jsonl")[0]) == [("ACTION", "县新")]
    assert "overlaps a longer one" in result.stderr
    assert _run("convert", *paths, "--label", "动作").exit_code == 2
    refused = _run("convert", *paths, "--label", "动作=ACTION")
    assert refused.exit_code == 1
    assert "--overlaps longest keeps the longer" in refused.stderr
