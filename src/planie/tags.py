"""The tag scheme as a table, and the best legal path through a matrix of scores.

IOBES over the six labels (Ratinov and Roth 2009, https://aclanthology.org/W09-1119): a span
is ``S``, or ``B`` … ``I`` … ``E``. Paths are found by Viterbi with the scheme's transitions as
hard constraints, so that every decoded sequence is a set of whole, flat spans.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, cast

from planie.schema import LABELS, Label

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Scores = npt.NDArray[np.float32]

TAGS: Final[tuple[str, ...]] = ("O", *(f"{place}-{label}" for label in LABELS for place in "BIES"))
INDEX: Final[dict[str, int]] = {tag: i for i, tag in enumerate(TAGS)}
BLOCKED: Final = -1e4
"""The score of what must not be."""


def may_follow(left: str, right: str) -> bool:
    """Tell whether the tag *right* may stand behind the tag *left*."""
    inside = left[0] in "BI"
    if inside:
        return right[0] in "IE" and right[2:] == left[2:]
    return right[0] in "OBS"


def encode(spans: Iterable[tuple[Label, int, int]], length: int) -> list[int]:
    """Return the tag indices of *length* characters under flat, half-open *spans*."""
    tags = [0] * length
    for label, start, end in spans:
        if end - start == 1:
            tags[start] = INDEX[f"S-{label}"]
            continue
        tags[start], tags[end - 1] = INDEX[f"B-{label}"], INDEX[f"E-{label}"]
        for i in range(start + 1, end - 1):
            tags[i] = INDEX[f"I-{label}"]
    return tags


def decode(tags: Sequence[int]) -> list[tuple[Label, int, int]]:
    """Return the spans of a legal tag sequence; a span that the end of the sequence cuts is dropped."""
    spans: list[tuple[Label, int, int]] = []
    start = 0
    for i, tag in enumerate(TAGS[t] for t in tags):
        if tag[0] in "BS":
            start = i
        if tag[0] in "ES":
            spans.append((cast(Label, tag[2:]), start, i + 1))
    return spans


def transitions() -> Scores:
    """*Shape:* (tags, tags), 0 where the column may follow the row and a large negative number elsewhere."""
    import numpy as np

    legal = [[0.0 if may_follow(a, b) else BLOCKED for b in TAGS] for a in TAGS]
    return np.array(legal, np.float32)


def best_paths(scores: Scores, lengths: Sequence[int]) -> list[list[int]]:
    """Find, for each row, the legal path of the highest sum.

    *Shape:* scores (batch, length, tags), log-probabilities; lengths (batch) → paths of these lengths.
    Positions behind a row's length are ignored. Ties go to the lower tag.
    """
    import numpy as np

    moves = transitions()
    opens = np.array([0.0 if tag[0] in "OBS" else BLOCKED for tag in TAGS], np.float32)
    closes = np.array([0.0 if tag[0] in "OES" else BLOCKED for tag in TAGS], np.float32)
    batch, length, _ = scores.shape
    best = scores[:, 0] + opens
    back = np.zeros(scores.shape, np.int8)
    ends = np.array(lengths)
    final = np.where((ends == 1)[:, None], best, 0)
    for i in range(1, length):
        totals = best[:, :, None] + moves
        back[:, i] = totals.argmax(axis=1)
        best = totals.max(axis=1) + scores[:, i]
        final = np.where((ends == i + 1)[:, None], best, final)
    tag = (final + closes).argmax(axis=1)
    paths = np.zeros((batch, length), np.int8)
    rows = np.arange(batch)
    for i in range(length - 1, -1, -1):
        inside = i < ends
        paths[:, i] = np.where(inside, tag, 0)
        tag = np.where(inside & (i > 0), back[rows, i, tag], tag)
    return [paths[row, :n].tolist() for row, n in enumerate(lengths)]
