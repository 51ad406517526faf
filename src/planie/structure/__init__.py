"""A healed page → its plans, each with title, kind, issuer, years, sections and sentences.

What enters is healed text, what leaves is a tuple of :class:`~planie.spans.Layout` in page order,
at least one for any text. Nothing is cut out: furniture and repeated excerpts are listed in
``set_aside`` and belong to no sentence. Layout rules follow GB/T 9704-2012 (numbering of official
documents: 一、 (一) 1. (1)) and what scraped pages make of them.
"""

from __future__ import annotations

from planie.spans import Layout
from planie.structure.furniture import set_aside
from planie.structure.lines import Line, lines_of
from planie.structure.sections import find_sections, find_sentences
from planie.structure.titles import describe, split_plans

__all__ = ["analyse"]


def analyse(text: str, *, split: bool = True) -> tuple[Layout, ...]:
    """Find the plans of a page.

    Args:
        text: the healed page.
        split: ``False`` reads the whole page as one plan.
    """
    lines = lines_of(text)
    furniture = set_aside(lines)
    starts = split_plans(lines, furniture) if split else [0]
    bounds = [*starts, len(lines)]
    layouts = [
        _layout(text, lines[first:last], {i - first: k for i, k in furniture.items() if first <= i < last})
        for first, last in zip(bounds, bounds[1:], strict=False)
    ]
    return tuple(_stretched(text, layouts))


def _layout(text: str, lines: list[Line], furniture: dict[int, str]) -> Layout:
    face = describe(lines, furniture)
    furniture = {**furniture, **face.repeats}
    sections = find_sections(text, lines, furniture, kind=face.kind, title_lines=face.title_lines)
    sentences = find_sentences(text, lines, furniture, sections, face.title_lines)
    start, end = (lines[0].start, lines[-1].end) if lines else (0, len(text))
    return Layout(
        start=start,
        end=end,
        title=face.title,
        title_span=face.title_span,
        kind=face.kind,
        issuer=face.issuer,
        period=face.period,
        published=face.published,
        sections=sections,
        sentences=sentences,
        set_aside=face.runs(lines, furniture),
    )


def _stretched(text: str, layouts: list[Layout]) -> list[Layout]:
    """Let the plans cover the page between them, from its first character to its last."""
    from dataclasses import replace

    bounds = [0, *(layout.start for layout in layouts[1:]), len(text)]
    return [
        replace(layout, start=start, end=end)
        for layout, start, end in zip(layouts, bounds, bounds[1:], strict=False)
    ]
