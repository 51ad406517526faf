"""What a person should know of a plan as a whole: that it has no target, that it is hardly Chinese.

In: the raw text of a plan and how many targets were found and kept. Out: warnings without a span,
for they are about all of it; where a page has more than this plan, the message says the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from planie.plan import WarningNote
from planie.spans import Span

_HARDLY: Final = 0.05  # share of Han characters: annotated plans have 0.5 (much of it tables) to 0.9
_HAN: Final = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_SPACE: Final = re.compile(r"\s+")


def doubts(text: str, span: Span, *, found: int, kept: int, least: float) -> tuple[WarningNote, ...]:
    """Return the warnings about the plan at *span* of *text*.

    Args:
        text: the page.
        span: where on it the plan stands.
        found: the number of its targets.
        kept: those of them that are confident enough.
        least: the confidence that they had to have.
    """
    said = text[slice(*span)]
    place = "" if not said.strip() or said.strip() == text.strip() else f" in the plan at [{span[0]}, {span[1]})"
    messages = [*_foreign(said, place), *_targetless(said, place, found=found, kept=kept, least=least)]
    return tuple(WarningNote(message, None) for message in messages)


def _foreign(said: str, place: str) -> Iterator[str]:
    size = len(said) - _length(_SPACE, said)
    if size and (han := _length(_HAN, said)) < _HARDLY * size:
        yield (
            f"hardly any Chinese{place} (Han characters: {han} of {size}); planie reads Chinese plans, "
            "so check the file and its encoding"
        )


def _targetless(said: str, place: str, *, found: int, kept: int, least: float) -> Iterator[str]:
    if kept:
        return
    if not said.strip():
        yield "no target was found: the text is empty"
    elif found:
        yield f"no target was kept{place}: {found} found, below min_confidence {least}"
    else:
        yield f"no target was found{place}"


def _length(pattern: re.Pattern[str], text: str) -> int:
    return sum(match.end() - match.start() for match in pattern.finditer(text))
