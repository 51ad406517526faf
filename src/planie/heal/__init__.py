r"""Healing: text as it was scraped → text that the models can read, with the way back.

Enters: any ``str``: lone surrogates, controls, binary read as text. Leaves a
:class:`planie.spans.HealedText` whose repairs, replayed over the raw text, give the healed
text, character for character, and whose offsets lead every healed character back. Lines stay
as they are, ``\r\n`` included, but where a preview cut a page, a printed line ended, a tag stood, or a site
printed a letter for a break. Nothing is refused but what is no ``str``; what cannot be read for certain is left and
said in a warning.

Each fixer is a function from text to patches and notes; it reads the text as the one before
left it. A run of neighbouring changed characters is one repair, named by the gravest of what
was done to it (:data:`planie.heal.draft.KINDS`). Time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterable

from planie.heal.draft import KINDS, Draft, Fixer
from planie.heal.figures import close_up_figures
from planie.heal.gloss import drop_glosses, drop_orphaned_glosses
from planie.heal.halves import restore_glossed
from planie.heal.headings import restore_numerals
from planie.heal.inlined import join_stretches
from planie.heal.lone import join_figures
from planie.heal.marks import close_up_words, drop_tags, restore_breaks, restore_entities, restore_points, restore_stops
from planie.heal.markup import drop_html, drop_markdown, read_entities, read_escapes
from planie.heal.notes import drop_footnotes, drop_put_in
from planie.heal.pages import drop_marks, join_pages
from planie.heal.script import simplify_script
from planie.heal.slides import realign_slides
from planie.heal.tidy import (
    close_up_letters,
    compose_marks,
    drop_invisible,
    join_thousands,
    level_spaces,
    narrow_width,
    note_lost,
    restore_radicals,
    restore_stripped,
)
from planie.heal.wraps import join_clauses, join_lines
from planie.spans import HealedText, Repair

__all__ = ["FIXERS", "KINDS", "heal", "replay"]

FIXERS: tuple[Fixer, ...] = (
    restore_numerals,  # first, while every byte is as it was found
    restore_entities,  # the slide before it ends there
    realign_slides,
    restore_glossed,
    restore_stripped,
    drop_tags,  # the slides before it read the ? as half of a character
    restore_breaks,
    read_escapes,
    read_entities,
    drop_html,
    drop_markdown,
    join_pages,
    drop_marks,
    drop_invisible,
    level_spaces,
    restore_radicals,
    compose_marks,  # before the glosses, whose tones may be marks apart
    drop_glosses,
    drop_orphaned_glosses,
    simplify_script,
    narrow_width,
    drop_footnotes,
    drop_put_in,
    join_figures,  # makes whole lines, whose width tells the next
    join_lines,  # before the spaces around figures go, which its widths count
    join_clauses,
    join_stretches,  # likewise
    restore_points,
    restore_stops,
    close_up_figures,
    join_thousands,  # behind those that make digits and spaces plain, and what stands around figures touch them
    close_up_letters,
    close_up_words,  # what is spaced out for show is closed by then
    note_lost,
)
"""The fixers in the order in which they run."""


def heal(raw: str) -> HealedText:
    """Repair what the page lost on its way here, and say what was done.

    Raises:
        TypeError: *raw* is no ``str``.
    """
    if not isinstance(raw, str):
        raise TypeError(f"heal reads a str, found {type(raw).__name__}; decode bytes first (planie.files)")
    draft = Draft(raw)
    for fixer in FIXERS:
        draft.run(fixer)
    return draft.finish()


def replay(raw: str, repairs: Iterable[Repair]) -> str:
    """Return *raw* with *repairs* done to it: for a healed text, ``replay(h.raw, h.repairs) == h.text``."""
    at = 0
    pieces: list[str] = []
    for repair in repairs:
        start, end = repair.span
        pieces += (raw[at:start], repair.after)
        at = end
    return "".join([*pieces, raw[at:]])
