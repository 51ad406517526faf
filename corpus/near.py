"""Documents that share their text: containment of character 8-grams.

Enters: texts by name. Leaves: pairs with the share of the shorter one's 8-grams (letters only: digits,
punctuation and spaces are dropped, so that last year's report with new figures is still known) that the
other has too. Containment and not resemblance, because an excerpt in a long page must be found
(Broder 1997, "On the resemblance and containment of documents"). Exact, no sketch: the corpus is small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

GRAM: Final = 8  # characters: three or four words, longer than the names and phrases that any two plans share
LIMIT: Final = 0.15
"""Above this share two documents may not stand in different splits.

What the real documents show: work reports of different places share up to 0.07 of their 8-grams, those
of one place in two years up to 0.10, and notices that put the same higher notice into effect from 0.1 to
nearly 1. At 0.15 whole sentences are common property; below it set phrases are.
"""

COPY: Final = 0.5  # two documents of one split that share more count nearly as one; said, not forbidden

_LETTERS: Final = re.compile(r"[\W\d_]+")


def grams(text: str) -> frozenset[str]:
    """Return the 8-grams of the letters of *text*."""
    letters = _LETTERS.sub("", text)
    return frozenset(letters[i : i + GRAM] for i in range(len(letters) - GRAM + 1))


def pairs(texts: Mapping[str, str]) -> Iterator[tuple[float, str, str]]:
    """Yield (share, name, name) of every two texts that have an 8-gram in common."""
    sets = {name: grams(text) for name, text in texts.items()}
    for one, two in combinations(sets, 2):
        if shared := len(sets[one] & sets[two]):
            yield shared / min(len(sets[one]), len(sets[two])), one, two
