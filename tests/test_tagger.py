"""The tagging stage: through windows as over the whole text, whatever stands beside it in a batch."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hand import layout, marked
from planie import tagger, tags
from planie.spans import Entity, Layout
from planie.tagger import LENGTHS, ROWS, Piece, Tagged
from planie.windows import CORE, Vocabulary, make

CHARACTERS = "0123456789甲乙丙建所，。；\n《》% "
VOCABULARY = Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *CHARACTERS])


class Digits:
    """Every run of digits is a VALUE; a character's score depends on it and its two neighbours alone."""

    def __init__(self, more: str = "") -> None:
        self.vocabulary = VOCABULARY
        self.kind = np.array([t.isdigit() or (t in more and len(t) == 1) for t in VOCABULARY.tokens])
        self.shapes: list[tuple[int, int]] = []
        self.ids = np.zeros((0, 0), np.int64)

    def tag(self, ids: Any, lengths: Any) -> Any:
        self.shapes.append(ids.shape)
        self.ids = ids
        assert (np.arange(ids.shape[1]) < lengths[:, None])[ids != VOCABULARY.pad].all()
        inside = np.pad(self.kind[ids], ((0, 0), (1, 1)))
        left, here, right = inside[:, :-2], inside[:, 1:-1], inside[:, 2:]
        place = np.select([~here, left & right, left, right], [0, 1, 2, 3], 4)
        names = np.array([tags.INDEX[t] for t in ("O", "I-VALUE", "E-VALUE", "B-VALUE", "S-VALUE")])
        scores = np.full((*ids.shape, len(tags.TAGS)), -9.0, np.float32)
        np.put_along_axis(scores, names[place][..., None], np.float32(np.log(0.5)), -1)
        return scores

    def pool(self, rows: Any, starts: Any, ends: Any) -> tuple[Any, Any]:
        """The characters themselves: first, last, and how many."""
        first, last = self.ids[rows, starts], self.ids[rows, ends - 1]
        return np.stack([first, last, ends - starts], 1).astype(np.float32), self.ids[rows, :1].astype(np.float32)


def piece(text: str, plan: Layout | None = None) -> Piece:
    return Piece(text, tuple(make(text, plan or layout(text))))


def read(text: str, **options: str) -> list[str]:
    (found,) = tagger.tag([piece(text)], Digits(**options))
    return [text[e.start : e.end] for e in found.entities]


def vectors(text: str, found: Tagged) -> list[list[float]]:
    """What the fake gives for spans that were read at the right place."""
    ids = [VOCABULARY.id(c) for c in text]
    return [[ids[e.start], ids[e.end - 1], e.end - e.start] for e in found.entities]


TEXTS = st.lists(
    st.sampled_from(["甲", "乙丙", "建1所", "甲123456", "所12345678901", "，", "。", "\n", "%", "甲" * 50]), max_size=90
)


@given(TEXTS)
def test_windows_find_what_the_whole_text_has(parts: list[str]) -> None:
    text = "甲".join(parts)
    (found,) = tagger.tag([piece(text)], Digits())
    assert [(e.start, e.end) for e in found.entities] == [m.span() for m in re.finditer(r"\d+", text)]
    assert {e.label for e in found.entities} <= {"VALUE"}
    assert found.spans.tolist() == vectors(text, found)


@pytest.mark.parametrize("before", range(CORE - 14, CORE + 14))
def test_an_entity_at_a_windows_edge_is_found_once_and_whole(before: int) -> None:
    text = "甲" * before + "12345678901" + "乙" * CORE
    assert read(text) == ["12345678901"]


def test_a_run_longer_than_a_window_stays_flat() -> None:
    text = "1" * 500
    (found,) = tagger.tag([piece(text)], Digits())
    last = 0
    for entity in found.entities:
        assert last <= entity.start < entity.end <= len(text)
        last = entity.end


def test_outer_marks_are_trimmed_and_the_vectors_follow() -> None:
    text = "甲《，12，》乙《》"
    (found,) = tagger.tag([piece(text)], Digits(more="《》，"))
    assert [text[e.start : e.end] for e in found.entities] == ["12"]
    assert found.spans.tolist() == vectors(text, found)


def test_confidence_is_the_mean_probability() -> None:
    (found,) = tagger.tag([piece("甲123")], Digits())
    assert found.entities == (Entity("VALUE", 1, 4, 0.5),)


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_a_text_reads_the_same_alone_and_among_others(texts: list[list[str]]) -> None:
    pieces = [piece("".join(parts)) for parts in texts]
    together = tagger.tag(pieces, Digits())
    alone = [tagger.tag([p], Digits())[0] for p in pieces]
    assert [t.entities for t in together] == [t.entities for t in alone]
    assert [t.spans.tolist() for t in together] == [t.spans.tolist() for t in alone]


def test_every_batch_has_one_of_few_shapes() -> None:
    scorer = Digits()
    text = "\n".join("甲" * n for n in range(1, 300, 7))
    tagger.tag([piece(text)], scorer)
    assert len(scorer.shapes) > 3
    assert {rows for rows, _ in scorer.shapes} == {ROWS}
    assert {length for _, length in scorer.shapes} <= set(LENGTHS)


def test_nothing_to_read() -> None:
    (found,) = tagger.tag([Piece("", ())], Digits())
    assert found.entities == ()
    assert len(found.spans) == len(found.heads) == 0
    assert tagger.tag([], Digits()) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("选送[METRIC:校长]、[METRIC:副校长][VALUE:23人]次", ["校长、副校长"]),
        ("[METRIC:消防]、[METRIC:地震]和[METRIC:防踩踏演练][VALUE:4次]", ["消防、地震和防踩踏演练"]),
        ("[METRIC:语文]、[METRIC:数学]各[VALUE:120分]", ["语文", "数学"]),
        ("[METRIC:实验楼]、[METRIC:体育馆]为[VALUE:2栋]、[VALUE:3栋]", ["实验楼", "体育馆"]),
        ("[METRIC:入学率]、[METRIC:巩固率]达到[VALUE:99%]", ["入学率", "巩固率"]),
        ("[METRIC:教师]，[METRIC:学生][VALUE:9人]", ["教师", "学生"]),
        ("[METRIC:教师]、[METRIC:学生]，其中[VALUE:9人]", ["教师", "学生"]),
        ("[METRIC:教师]和[ACTION:培训][VALUE:9人]", ["教师"]),
    ],
)
def test_names_joined_before_one_value_are_one(text: str, names: list[str]) -> None:
    plain, entities = marked(text)
    found = tagger._one_name(plain, [(e.label, e.start, e.end) for e in entities])
    assert [plain[start:end] for label, start, end in found if label == "METRIC"] == names
    assert [span for span in found if span[0] != "METRIC"] == [
        (e.label, e.start, e.end) for e in entities if e.label != "METRIC"
    ]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("24班)专职网管人员", "专职网管人员"),
        ("5:1(外7:1", "5:1"),
        ("示范企业（平台", "示范企业"),
        ("乡镇(街道)", "乡镇(街道)"),
        ("(一)(二", "(一)"),
        ("，《名师工程》", "名师工程"),
        (")", ""),
        ("(", ""),
    ],
)
def test_a_bracket_takes_its_partner_or_stays_out(text: str, kept: str) -> None:
    start, end = tagger._trim(text, 0, len(text))
    assert text[start:end] == kept
