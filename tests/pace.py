"""How time grows with a text: CPU seconds of a piece against those of several, so that a busy machine changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES = 4
SLACK = 0.05  # seconds: what is too short to measure


def is_linear(work: Callable[[str], object], text: str) -> bool:
    """Whether *TIMES* as much text takes at most three times that share of time; quadratic work takes sixteen."""
    return _seconds(work, text) < SLACK + 3 * TIMES * _seconds(work, text[: len(text) // TIMES])


def _seconds(work: Callable[[str], object], text: str) -> float:
    taken = []
    for _ in range(3):
        began = time.process_time()
        work(text)
        taken.append(time.process_time() - began)
    return min(taken)
