"""Two annotations of one document: what both said, what one of them alone, in the regions of both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from planie.annotations import to_dict, write
from planie.errors import CorpusError
from scripts import agreement, document

TEXT = "年内新建公办幼儿园6所、小学2所。\n毛入园率由88%提高到96%以上。\n培训教师80人。"
ONE = """region 1-2
V 6所 | p | m=公办幼儿园 | a=新建 | t=年内
V 2所 | p | m=小学 | a=新建 | t=年内
@2
V 88% | b | m=毛入园率
V 96%以上 | p | m=毛入园率 | base=88%"""
TWO = """region 1-3
V 6所 | p | m=幼儿园 | a=新建 | t=年内
V 2所 | a | m=小学 | a=新建
@2
V 96%以上 | p | m=毛入园率
@3
V 80人 | p | m=教师 | a=培训"""


def tallies(one: str = ONE, two: str = TWO) -> dict[str, agreement.Tally]:
    found = agreement.agreement({"d": document(TEXT, one)}, {"d": document(TEXT, two)})
    return found["d"]


@pytest.mark.parametrize(
    ("name", "one", "two", "both"),
    [
        ("entities", 9, 8, 7),  # 公办幼儿园 against 幼儿园; 88% is missing
        ("entities, by overlap", 9, 8, 8),
        ("entities/METRIC", 3, 3, 2),
        ("entities/VALUE", 4, 3, 3),  # the third line was annotated by one alone
        ("entities/ORG", 0, 0, 0),
        ("values", 4, 3, 3),
        ("status", 4, 3, 2),
        ("status of values that both have", 3, 3, 2),
        ("roles/metric", 4, 3, 2),
        ("roles/when", 2, 1, 1),
        ("roles/base", 1, 0, 0),
        ("roles", 9, 6, 5),
        ("roles of values that both have", 8, 6, 5),
        ("targets", 4, 3, 1),  # of 6所 the metric differs, of 2所 the status
        ("targets, every role", 4, 3, 0),  # of 96% the base
    ],
)
def test_counts_what_both_said(name: str, one: int, two: int, both: int) -> None:
    assert tallies()[name] == agreement.Tally(one, two, both)
    assert tallies(TWO, ONE)[name] == agreement.Tally(two, one, both)


def test_an_annotation_agrees_with_itself() -> None:
    assert {t.f1 for t in tallies(TWO, TWO).values()} == {1.0, None}


@pytest.mark.parametrize(("tally", "f1"), [((4, 3, 1), 2 / 7), ((0, 3, 0), 0.0), ((0, 0, 0), None)])
def test_f1(tally: tuple[int, int, int], f1: float | None) -> None:
    assert agreement.Tally(*tally).f1 == (f1 if f1 is None else pytest.approx(f1))


@pytest.mark.parametrize(
    ("one", "two", "common"),
    [
        ([(0, 9)], [(0, 9)], ((0, 9),)),
        ([(0, 9)], [(9, 12)], ()),
        ([(0, 4), (6, 9)], [(2, 8)], ((2, 4), (6, 8))),
        ([(5, 9), (0, 2)], [(0, 9)], ((0, 2), (5, 9))),
    ],
)
def test_regions_of_both(one: list[tuple[int, int]], two: list[tuple[int, int]], common: object) -> None:
    assert agreement.common(one, two) == agreement.common(two, one) == common


def test_an_entity_across_the_edge_of_the_common_regions_does_not_count() -> None:
    whole = document(TEXT, TWO)
    assert {name for name, found in agreement.facts(whole, [(0, 10)]).items() if found} == {
        "entities/ACTION",
        "entities/METRIC",
        "entities/TIME",
    }
    assert agreement.facts(whole, [(0, 8)])["entities/METRIC"] == set()


def test_programmes_count_with_their_roles() -> None:
    text = "年内实施强基工程"
    one, two = document(text, "P 强基工程 | t=年内"), document(text, "P 强基工程\nT 年内")
    found = agreement.agreement({"d": one}, {"d": two})["d"]
    assert found["roles/when of a programme"] == agreement.Tally(1, 0, 0)


# --- reading and telling ---------------------------------------------------------------


@pytest.fixture
def sets(tmp_path: Path) -> tuple[Path, Path]:
    """The first annotation as JSON lines, stand-off, the second as notes; the text lies beside the notes."""
    first, second = tmp_path / "one.jsonl", tmp_path / "two"
    write(first, [to_dict(document(TEXT, ONE, "d1"), standoff=True)])
    (second / "deep").mkdir(parents=True)
    notes = TWO.replace("\nV 6所", "\n@1\nV 6所")
    (second / "deep" / "d1.ann").write_text(notes, "utf-8")
    (second / "deep" / "d1.txt").write_text(TEXT, "utf-8", newline="")
    return first, second


def _run(one: Path, two: Path, *more: str) -> int:
    return agreement.main([str(one), str(two), "--documents", str(two), *more])


def test_reads_both_forms_and_prints_a_table(sets: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(*sets) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"1 documents, {TEXT.rindex('。', 0, -1) + 1} characters annotated in both"
    assert "| entities | 9 | 8 | 7 | 82.4 |" in lines
    assert "| targets | 4 | 3 | 1 | 28.6 |" in lines
    assert "| roles: org | 0 | 0 | 0 | – |" in lines


def test_shows_what_one_has_alone(sets: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(*sets, "--show", "9") == 0
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("d1 only")]
    assert len([line for line in told if " only one, " in line]) == 4
    assert "d1 only two, achieved: 年内新建公办幼儿园6所、小学[2所]。 毛入园率由88% | metric=小学 | action=新建" in told


def test_texts_are_found_in_the_corpus_itself(tmp_path: Path) -> None:
    texts = agreement.Texts((), None)
    assert texts.of("own-001").startswith("霁川县教育局2023年工作要点")
    with pytest.raises(CorpusError, match="d404: there is no text of it"):
        texts.of("d404")


def _other_text(one: Path, two: Path) -> None:
    write(one, [to_dict(document(TEXT + "完", ONE, "d1"))])


def _other_document(one: Path, two: Path) -> None:
    write(one, [to_dict(document(TEXT, ONE, "d2"))])


def _wrong_notes(one: Path, two: Path) -> None:
    (two / "deep" / "d1.ann").write_text("@1\nV 9所 | p | m=小学", "utf-8")


def _no_notes(one: Path, two: Path) -> None:
    (two / "deep" / "d1.ann").unlink()


def _twice(one: Path, two: Path) -> None:
    write(two / "d1.jsonl", [to_dict(document(TEXT, ONE, "d1"))])


def _no_text(one: Path, two: Path) -> None:
    (two / "deep" / "d9.ann").write_text("", "utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_other_text, "different texts: d1"),
        (_other_document, "no document in common"),
        (_wrong_notes, "d1.ann: line 2 (unit 1): value “9所”"),
        (_no_notes, "there is no annotation in it"),
        (_twice, "d1: stands in"),
        (_no_text, "d9: there is no text"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    change: Callable[[Path, Path], None], message: str, sets: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    change(*sets)
    assert _run(*sets) == 1
    assert message in capsys.readouterr().err
