"""Span-level scores: sets of facts, with every gold fact counted."""

from __future__ import annotations

import pytest

from planie.scoring import Score, compare, entity_facts, frame_facts, outcomes, restrict, role_facts, score_spans
from planie.spans import Entity, Frame
from planie.structure import analyse
from planie.tagger import Piece
from planie.windows import make
from readings import goals

METRIC, VALUE, OTHER = Entity("METRIC", 0, 3), Entity("VALUE", 5, 8), Entity("VALUE", 10, 12)
GOLD = ((METRIC, VALUE, OTHER), (Frame(1, "planned", {"metric": 0}), Frame(2, "achieved", {"metric": 0, "base": 1})))


@pytest.mark.parametrize(
    ("gold", "predicted", "expected", "precision", "recall", "f1"),
    [
        ("ab", "ab", Score(2, 2, 2), 1.0, 1.0, 1.0),
        ("abcd", "a", Score(1, 1, 4), 1.0, 0.25, 0.4),  # what was missed counts
        ("a", "abcd", Score(1, 4, 1), 0.25, 1.0, 0.4),
        ("ab", "", Score(0, 0, 2), 0.0, 0.0, 0.0),
        ("", "ab", Score(0, 2, 0), 0.0, 0.0, 0.0),
        ("", "", Score(0, 0, 0), 0.0, 0.0, 1.0),
        ("aab", "abb", Score(2, 2, 2), 1.0, 1.0, 1.0),  # a fact said twice is one
    ],
)
def test_compare(gold: str, predicted: str, expected: Score, precision: float, recall: float, f1: float) -> None:
    score = compare(gold, predicted)
    assert score == expected
    assert (score.precision, score.recall, score.f1) == pytest.approx((precision, recall, f1))


def test_facts_are_spans() -> None:
    assert entity_facts(GOLD, "VALUE") == {("VALUE", 5, 8), ("VALUE", 10, 12)}
    assert len(entity_facts(GOLD)) == 3
    assert frame_facts(GOLD) == {((5, 8), "planned", (0, 3)), ((10, 12), "achieved", (0, 3))}
    assert role_facts(GOLD, "base") == {((10, 12), (5, 8))}
    assert ((10, 12), "achieved", (0, 3), (5, 8)) in frame_facts(GOLD, roles=["base"])


def test_a_frame_without_metric_is_a_fact_too() -> None:
    assert frame_facts(((VALUE,), (Frame(0, "planned"),))) == {((5, 8), "planned", None)}


def test_perfect_predictions_score_one() -> None:
    assert set(score_spans([GOLD], [GOLD]).values()) == {1.0}


def test_missed_gold_lowers_the_scores() -> None:
    missed = ((METRIC, VALUE), (Frame(1, "planned", {"metric": 0}),))
    scores = score_spans([GOLD, GOLD], [GOLD, missed])
    assert scores["frame_f1"] == pytest.approx(2 * 3 / (4 + 3), abs=1e-4)
    assert scores["role_base_f1"] == pytest.approx(2 * 1 / (2 + 1), abs=1e-4)
    assert scores["METRIC_f1"] == 1.0


def test_a_document_with_no_predictions_counts_in_full() -> None:
    assert score_spans([GOLD], [((), ())])["frame_f1"] == 0.0


@pytest.mark.parametrize(
    ("frame", "frame_f1", "full_f1"),
    [
        (Frame(2, "achieved", {"metric": 0, "base": 1}), 1.0, 1.0),
        (Frame(2, "planned", {"metric": 0, "base": 1}), 0.5, 0.5),  # another status
        (Frame(2, "achieved", {"metric": 0}), 1.0, 0.5),  # a role short
        (Frame(2, "achieved", {"base": 1}), 0.5, 0.5),
    ],
)
def test_what_makes_a_frame_right(frame: Frame, frame_f1: float, full_f1: float) -> None:
    scores = score_spans([GOLD], [(GOLD[0], (GOLD[1][0], frame))])
    assert (scores["frame_f1"], scores["full_f1"]) == (frame_f1, full_f1)


def test_outcomes_pair_confidence_with_truth() -> None:
    frames = (Frame(1, "planned", {"metric": 0}, 0.9), Frame(2, "planned", {"metric": 0}, 0.3))
    assert outcomes([GOLD], [(GOLD[0], frames)]) == [(0.9, True), (0.3, False)]


def test_restrict_keeps_the_gold_of_the_blocks_that_are_read() -> None:
    document = goals()
    (layout,) = analyse(document.text)
    blocks = tuple(make(document.text, layout))
    entities, frames = restrict(document, Piece(document.text, blocks))
    assert (len(entities), len(frames)) == (len(document.entities), 2)
    assert [entities[f.value].label for f in frames] == ["VALUE", "VALUE"]
    assert restrict(document, Piece(document.text, ())) == ([], [])
