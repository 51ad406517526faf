"""What a person should know of a plan: that it has no target, that it is hardly Chinese, that a number has no name.

In: the raw text of a plan and how many targets were found and kept; or one target, or the words of a value
that is none. Out: warnings; those about all of a plan have no span, and where a page has more than this
plan, the message says the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from planie import normalise
from planie.plan import Target, WarningNote
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


def of_value(said: str, span: Span, *, length: bool = False) -> WarningNote:
    """Return the warning about a VALUE that holds no number (近期), or a text's length, so that no target is written."""
    fault = f"{said!r} is the length of a text that is not named" if length else f"no number in {said!r}"
    return WarningNote(f"{fault}, which was taken for a value; no target is written", span)


def of_target(target: Target) -> Iterator[WarningNote]:
    """Return the warnings about one target: no name, no number that can be read, more than one."""
    value = target.value
    if not target.metric and target.action is None:
        yield WarningNote(f"what {value.text!r} counts was not found: neither metric nor action", value.span)
    if value.low is None and not value.redacted and value.unit != ":":
        yield WarningNote(f"the number of {value.text!r} cannot be read", value.span)
    elif normalise.several(value.text):
        yield WarningNote(f"more than one number stands in {value.text!r}; the first was read", value.span)


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
