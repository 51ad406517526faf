"""The number that a headline says before the body does: one target, the body's.

In: the targets with the sentences that they stand in. Out: the same, less those of a headline that a sentence of the
body says again: the number, its unit (if it has one) and bound, the metric (if it has one; in the body with more words or
the same) and the year. Where anything of these is another the two stay; whether it is done or to be done is told by the
body, whose words say more than a headline's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from planie.plan import Target
from planie.spans import Sentence

_LINES: Final = 4  # among the first sentences of a page
_LONGEST: Final = 60
_SAME: Final = ("low", "high", "comparator", "change")
_CLOSED: Final = re.compile(r"[。！；;，,、：:|]$")


def said_once(text: str, sentences: Sequence[Sentence], found: Sequence[tuple[Sentence, Target]]) -> list[Target]:
    """Return the targets without those that only a headline adds."""
    heads = [s for s in sentences[:_LINES] if _is_headline(text[s.start : s.end], s)]
    body = [(s, t) for s, t in found if text[s.start : s.end].endswith("。")]
    if not heads or not body:
        return [target for _, target in found]
    return list(_kept(heads, body, found))


def _kept(
    heads: Sequence[Sentence], body: Sequence[tuple[Sentence, Target]], found: Sequence[tuple[Sentence, Target]]
) -> Iterator[Target]:
    for sentence, target in found:
        if sentence not in heads or not any(s.start > sentence.start and _says(t, target) for s, t in body):
            yield target


def _is_headline(said: str, sentence: Sentence) -> bool:
    return sentence.section is None and len(said) <= _LONGEST and _CLOSED.search(said) is None


def _says(target: Target, headline: Target) -> bool:
    """Whether *target* is the *headline*'s in full."""
    ours, theirs = target.value, headline.value
    if theirs.low is None or any(getattr(ours, name) != getattr(theirs, name) for name in _SAME):
        return False
    if theirs.unit not in ("", ours.unit):
        return False
    year = headline.deadline.year if headline.deadline else None
    same_time = year is None or (target.deadline is not None and target.deadline.year == year)
    return (
        same_time
        and headline.metric in target.metric
        and (headline.program is None or headline.program == target.program)
    )
