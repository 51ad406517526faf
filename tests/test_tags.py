"""The tag scheme: what may follow what, spans to tags and back, and the best legal path."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planie import tags
from planie.schema import LABELS

CODES = {tag: chr(0x4E00 + i) for i, tag in enumerate(tags.TAGS)}
WHOLE = re.compile(
    "(?:{O}|".format(O=CODES["O"])
    + "|".join("{}|{}{}*{}".format(*(CODES[f"{p}-{label}"] for p in "SBIE")) for label in LABELS)
    + ")*"
)


def is_whole(path: list[int]) -> bool:
    """The scheme said a second time, as a regular expression."""
    return WHOLE.fullmatch("".join(CODES[tags.TAGS[t]] for t in path)) is not None


def test_the_table() -> None:
    assert len(tags.TAGS) == 1 + 4 * len(LABELS) == len(set(tags.TAGS))
    assert tags.TAGS[0] == "O"


@pytest.mark.parametrize(
    ("left", "right", "may"),
    [
        ("O", "O", True),
        ("O", "B-VALUE", True),
        ("O", "S-VALUE", True),
        ("O", "I-VALUE", False),
        ("O", "E-VALUE", False),
        ("B-VALUE", "E-VALUE", True),
        ("B-VALUE", "I-VALUE", True),
        ("B-VALUE", "E-TIME", False),
        ("B-VALUE", "O", False),
        ("I-VALUE", "B-VALUE", False),
        ("I-VALUE", "E-VALUE", True),
        ("E-VALUE", "B-VALUE", True),
        ("E-VALUE", "I-VALUE", False),
        ("S-VALUE", "S-TIME", True),
    ],
)
def test_may_follow(left: str, right: str, may: bool) -> None:
    assert tags.may_follow(left, right) is may
    move = tags.transitions()[tags.INDEX[left], tags.INDEX[right]]
    assert bool(move == 0) is may


@st.composite
def flat_spans(draw: st.DrawFn) -> tuple[list[tuple[str, int, int]], int]:
    spans, at = [], 0
    for gap, size, label in draw(
        st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5), st.sampled_from(LABELS)), max_size=6)
    ):
        spans.append((label, at + gap, at + gap + size))
        at += gap + size
    return spans, at + draw(st.integers(0, 2))


@given(flat_spans())
def test_spans_to_tags_and_back(drawn: tuple[list[tuple[str, int, int]], int]) -> None:
    spans, length = drawn
    path = tags.encode(spans, length)  # type: ignore[arg-type]
    assert len(path) == length
    assert is_whole(path)
    assert tags.decode(path) == spans


def test_a_span_that_the_end_cuts_is_dropped() -> None:
    path = [tags.INDEX[t] for t in ("S-TIME", "O", "B-VALUE", "I-VALUE")]
    assert tags.decode(path) == [("TIME", 0, 1)]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_the_best_path_is_what_trying_all_gives(length: int) -> None:
    every = np.array(list(itertools.product(range(len(tags.TAGS)), repeat=length)))
    legal = np.array([p for p in every if is_whole(list(p))])
    for seed in range(12):
        scores = np.random.default_rng(seed).normal(size=(1, length, len(tags.TAGS))).astype(np.float32) * 3
        totals = scores[0, np.arange(length), legal].sum(-1)
        (path,) = tags.best_paths(scores, [length])
        assert path == legal[totals.argmax()].tolist()


@given(st.integers(0, 10_000), st.lists(st.integers(1, 30), min_size=1, max_size=5), st.sampled_from([0.1, 3.0, 500.0]))
def test_no_path_is_ever_illegal(seed: int, lengths: list[int], spread: float) -> None:
    size = (len(lengths), max(lengths), len(tags.TAGS))
    scores = np.random.default_rng(seed).normal(size=size).astype(np.float32) * spread
    paths = tags.best_paths(scores, lengths)
    assert [len(p) for p in paths] == lengths
    assert all(is_whole(p) for p in paths)


def test_what_lies_behind_a_rows_length_is_not_read() -> None:
    scores = np.random.default_rng(1).normal(size=(2, 9, len(tags.TAGS))).astype(np.float32)
    alone = tags.best_paths(scores[:, :5], [5, 3])
    scores[0, 5:], scores[1, 3:] = 99.0, -99.0
    assert tags.best_paths(scores, [5, 3]) == alone


def test_a_tie_goes_to_the_lower_tag() -> None:
    assert tags.best_paths(np.zeros((1, 4, len(tags.TAGS)), np.float32), [4]) == [[0, 0, 0, 0]]
