"""A healed page → its plans, each with title, kind, issuer, years, sections and sentences.

What enters is healed text, what leaves is a tuple of :class:`~planie.spans.Layout` in page order,
at least one for any text; together they cover the page. Nothing is cut out and nothing refused:
furniture, excerpts and second copies are listed in ``set_aside`` and belong to no sentence, and
what is doubtful is read. Layout rules follow GB/T 9704-2012 and what scraped pages make of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from planie.spans import Layout, SetAside, Span
from planie.structure import repeats
from planie.structure.dates import opening_kind, period_of
from planie.structure.days import published_on
from planie.structure.furniture import body_at, set_aside
from planie.structure.issuers import issuer_of, signature_of
from planie.structure.lines import Line, lines_of
from planie.structure.plans import split_plans
from planie.structure.sections import find_sections, sentences_of
from planie.structure.sentences import cut
from planie.structure.title_lines import find_title
from planie.structure.titles import Title, kind_of, undressed

__all__ = ["analyse"]

_Piece = tuple[int, Span, "str | None"]  # line, span, and why it is not read


@dataclass(frozen=True)
class _Page:
    """A page cut up: *pieces* are its sentences (line, span), *aside* those not read, *starts* its plans' first lines."""

    text: str
    lines: Sequence[Line]
    furniture: Mapping[int, str]
    pieces: Sequence[tuple[int, Span]]
    aside: Mapping[int, str]
    starts: Sequence[int]


def analyse(text: str) -> tuple[Layout, ...]:
    """Find the plans of a page.

    Args:
        text: the healed page.
    """
    page = _page(text)
    published = published_on(page.lines, page.furniture)
    bounds = [*page.starts, len(page.lines)]
    offsets = [0, *(page.lines[start].start for start in page.starts[1:]), len(text)]
    return tuple(
        _layout(page, range(*lines), span, published)
        for lines, span in zip(pairwise(bounds), pairwise(offsets), strict=True)
    )


def _page(text: str) -> _Page:
    lines = lines_of(text)
    furniture = set_aside(lines)
    pieces = [
        (i, (line.start + start, line.start + end))
        for i, line in enumerate(lines)
        if i not in furniture
        for start, end in cut(line.text)
    ]
    at = [i for i, _ in pieces]
    keys = [repeats.key_of(text[start:end]) for _, (start, end) in pieces]
    runs = repeats.runs_of(keys)
    firsts = {bisect_left(at, line): line for line in reversed(split_plans(lines, furniture))}
    first = sorted(place for place in firsts if place < len(at)) or [0]
    kept, copies = repeats.same_plans(keys, runs, first)
    headings = [
        next((i for i in range(start, end) if lines[at[i]].form), end) for start, end in pairwise([*kept, len(at)])
    ]
    teasers = repeats.teasers(keys, at, kept, {i: lines[i].text for i in at})
    aside = repeats.repeated(keys, runs, kept, copies, headings, teasers)
    aside.update(repeats.excerpts(keys, at, kept, aside))
    starts = [0, *(firsts[place] for place in kept[1:])]
    return _Page(text, lines, furniture, pieces, _whole_lines(aside, at, keys), starts)


def _whole_lines(aside: Mapping[int, str], at: Sequence[int], keys: Sequence[str]) -> dict[int, str]:
    """Set aside what is left of a line when most of it is an excerpt (its headings run in, its end cut off)."""
    found = dict(aside)
    for _, group in groupby(range(len(at)), key=at.__getitem__):
        pieces = list(group)
        gone = sum(len(keys[i]) for i in pieces if aside.get(i) == "excerpt")
        if gone and gone >= 0.6 * sum(len(keys[i]) for i in pieces):
            found.update(dict.fromkeys(pieces, "excerpt"))
    return found


def _layout(page: _Page, inside: range, span: Span, published: str | None) -> Layout:
    lines = page.lines[inside.start : inside.stop]
    pieces, skip = _of_plan(page, inside)
    title = find_title(lines, skip)
    skip.update(_said_again(lines, skip, title))
    own = frozenset(title.lines) if title else frozenset()
    kind = kind_of(title.text) if title else opening_kind(lines, skip)
    if kind == "other" and opening_kind(lines, skip) == "speech":
        kind = "speech"  # 办人民满意的教育 ⏎ 同志们:…我讲三点意见
    period = period_of(lines, skip, title, kind)
    sections = find_sections(lines, skip, kind=kind, year=period[1] if period else None, title_lines=own)
    read = [(line, place) for line, place, gone in pieces if gone is None and line not in skip]
    return Layout(
        start=span[0],
        end=span[1],
        title=title.text if title else None,
        kind=kind,
        issuer=(issuer_of(title.text) if title else None) or signature_of(lines, skip),
        period=period,
        published=published_on(lines, skip) or published,
        sections=sections,
        sentences=sentences_of(read, lines, sections, own),
        set_aside=_runs(page.text, lines, pieces, skip),
    )


def _of_plan(page: _Page, inside: range) -> tuple[list[_Piece], dict[int, str]]:
    """Return the plan's sentences, counted from its first line, and the lines that are not read."""
    low, high = (bisect_left(page.pieces, (i, (-1, -1))) for i in (inside.start, inside.stop))
    pieces = [(i - inside.start, place, page.aside.get(n)) for n, (i, place) in enumerate(page.pieces[low:high], low)]
    skip = _within(page.furniture, inside)
    read = {line for line, _, gone in pieces if gone is None}
    skip.update({line: gone for line, _, gone in pieces if gone is not None and line not in read})
    return pieces, skip


def _said_again(lines: Sequence[Line], skip: Mapping[int, str], title: Title | None) -> dict[int, str]:
    """Lines that only print the title again, or another line of the page's head."""
    found: dict[int, str] = {}
    words = repeats.key_of(title.text) if title else ""
    own = title.lines if title else ()
    head = max([body_at(lines, skip), *(i + 1 for i in own)])
    seen = {lines[i].bare for i in own}
    for i, line in enumerate(lines):
        if i in skip or i in own or len(line.text) > 100:
            continue
        key = repeats.key_of(undressed(line.bare))
        part = i < head and len(key) >= (4 if len(own) > 1 else max(4, len(words) / 2)) and key in words
        if words and (part or (key == words and len(words) >= 8)):
            found[i] = "repeated title"
        elif i < head and len(line.bare) >= 4:
            if line.bare in seen:
                found[i] = "repeated title"
            seen.add(line.bare)
    return found


def _within(furniture: Mapping[int, str], inside: range) -> dict[int, str]:
    """The furniture of a stretch of lines, counted from its first."""
    return {i - inside.start: furniture[i] for i in inside if i in furniture}


def _runs(text: str, lines: Sequence[Line], pieces: Sequence[_Piece], skip: Mapping[int, str]) -> tuple[SetAside, ...]:
    """What is set aside, neighbours of one kind joined."""
    gone = [(*place, kind) for line, place, kind in pieces if kind is not None and line not in skip]
    gone += [(lines[i].start, lines[i].end, kind) for i, kind in skip.items()]
    runs: list[SetAside] = []
    for start, end, kind in sorted(gone):
        if runs and runs[-1].kind == kind and not text[runs[-1].end : start].strip():
            runs[-1] = SetAside(kind, runs[-1].start, end)
        else:
            runs.append(SetAside(kind, start, end))
    return tuple(runs)
