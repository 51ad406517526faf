"""The scorer: a window's scores are its own, whatever is read beside it and however far it is padded."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import planie
from planie.tagger import LENGTHS, ROWS


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_scores_depend_on_nothing_but_the_window(precision: str) -> None:
    scorer = planie.load(device="cpu", precision=precision).scorer
    dice = np.random.default_rng(0)
    for length in (7, 29, 43, 52, 77, 92, 96, 103, 126):
        tokens = dice.integers(5, 5000, length)
        found = []
        for padded in (n for n in LENGTHS if n >= length):
            for row, beside in ((0, 1), (ROWS - 1, padded)):
                ids = dice.integers(5, 5000, (ROWS, padded))
                lengths = np.full(ROWS, beside, np.int64)
                ids[np.arange(padded) >= lengths[:, None]] = scorer.vocabulary.pad
                ids[row] = scorer.vocabulary.pad
                ids[row, :length], lengths[row] = tokens, length
                found.append(scorer.tag(ids, lengths)[row, :length].copy())
        assert all(np.array_equal(found[0], other) for other in found)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_scores_are_the_same_from_one_thread_or_sixteen(precision: str) -> None:
    scorer = planie.load(device="cpu", precision=precision).scorer
    dice, before = np.random.default_rng(0), torch.get_num_threads()
    batches = [dice.integers(5, 5000, (ROWS, length)) for length in LENGTHS]
    found = []
    try:
        for threads in (1, 2, 3, 6, 8, 16):
            torch.set_num_threads(threads)
            found.append([scorer.tag(ids, np.full(ROWS, ids.shape[1], np.int64)).tobytes() for ids in batches])
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert all(other == found[0] for other in found)
