"""Tables in a text: which lines are rows of one, and the header of each column.

In: healed text, a row a line, its cells parted by tabs, by bars (Markdown too) or by spaces.
Out: :class:`Table`, for two neighbouring rows of three cells or more (two, where the header names a year or
a goal), one of which holds a figure. Columns parted by spaces alone need a header and rows of equal count.
A row that is shorter, because a cell stands empty or is merged with the one above, is placed where its
figures fit; a line between rows that names a group of them (1.学前教育) is no row and ends no table. What is none of
these is prose: no list of names, signature or timetable is a table here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from planie.spans import LINE_END, Span

Row = tuple[Span, ...]

_LONGEST: Final = 1000  # characters: a longer line is no row
_LONGEST_HEAD: Final = 40  # characters: a longer cell is no header
_BAR: Final = re.compile("[|｜]")
_WALL: Final = re.compile("[\t|｜]")
_PARTS: Final = (
    ("\t", re.compile("\t")),
    ("|", _BAR),
    ("  ", re.compile("[ \u3000]{2,}")),
    (" ", re.compile("[ \u3000]")),
)
_SPACES: Final = frozenset(("  ", " "))
_PARTED: Final = re.compile("[\t|｜ \u3000]")
_ANOTHER: Final = re.compile(f"[^|｜{LINE_END.pattern[1:-1]}]{{0,{_LONGEST}}}[|｜]")
_LINE: Final = re.compile(f"[^{LINE_END.pattern[1:-1]}]+")
_RULE: Final = re.compile(r"[\s|:+=—-]*-{2,}[\s|:+=—-]*")  # |---|---| of Markdown
_GROUP: Final = re.compile(r"[ \u3000]*[^\s|｜,，。;；:：]{2,20}[ \u3000]*")
_EMPTY: Final = (0, 0)

_YEAR: Final = r"(?:19|20)\d\d(?!\d)\s*(?:学?年|[-—–~～至(（]|$)"
_FIGURE: Final = re.compile(
    rf"(?!{_YEAR})(?!\d{{1,2}}[月日号])(?:[<>≤≥＜＞=±约近超不小大少低高于达到过至]{{0,3}})\d[\d,，.]*\s*[^\d\s]{{0,6}}"
    r"(?:[-—~～至]\d[\d,.]*\s*[^\d\s]{0,6})?"
)
"""What a cell with a number holds: 95, ≥95%, 12.4万人, 不低于90, 2—3名; not 2025年, 9月."""
_SERIAL: Final = re.compile(r"序\s*号|编\s*号|序|No\.?")
_DATED: Final = re.compile(rf"{_YEAR}|十[一二三四五六]五|目标|现状|基期")
_LABEL: Final = re.compile(
    rf"{_DATED.pattern}|^(?:{_SERIAL.pattern})$|(?:指标|名称|项目|单位|时限|期限|年限|时间|年[份度]|属性|备注|类别|内容|任务)$|[)）]$"
)


@dataclass(frozen=True, slots=True)
class Table:
    """*head* holds the header rows, the lowest last, *rows* the others; an empty span where a cell is wanting."""

    head: tuple[Row, ...]
    rows: tuple[Row, ...]


def find(text: str, start: int = 0, end: int | None = None) -> list[Table]:
    """Return the tables of ``text[start:end]``, in order."""
    found: list[Table | None] = []
    run: list[Row] = []
    kind = ""
    lines = [*_lines(text, start, len(text) if end is None else end), ("", ())]
    for (part, row), after in zip(lines, [*lines[1:], ("", ())], strict=True):
        if run and kind not in _SPACES and row and not part and after[0] == kind and _goes_on(text, run[-1], after[1]):
            continue  # 1.学前教育 between rows
        if run and part != kind:
            alike = [list(rows) for _, rows in groupby(run, key=len)] if kind == " " else [run]
            found += [_table(text, kind, rows) for same in alike for rows in _apart(text, same)]
            run = []
        kind = part
        if part:
            run.append(row)
    return [table for table in found if table is not None]


def _goes_on(text: str, row: Row, after: Row) -> bool:
    """Whether behind the name of a group the rows go on without another header."""
    return len(row) == len(after) > 2 and _holds_figure(text, after)


def walls(text: str, start: int, end: int) -> list[int]:
    """Return where in ``text[start:end]`` a cell ends: tabs, and bars that are not alone in their line."""
    marks = (mark.start() for mark in _WALL.finditer(text, start, end))
    return [at for at in marks if text[at] == "\t" or _in_row(text, at)]


def is_serial(words: str) -> bool:
    """Whether a header's *words* say that its column numbers the rows."""
    return _SERIAL.fullmatch(words) is not None


def _in_row(text: str, at: int) -> bool:
    """Whether another bar stands in the line of the one at *at*."""
    return bool(_ANOTHER.match(text, at + 1) or _ANOTHER.match(text[max(0, at - _LONGEST) : at][::-1]))


def _lines(text: str, start: int, end: int) -> Iterator[tuple[str, Row]]:
    """Yield what parts the cells of each line, and the cells; no parts where one may name a group, nothing where a line
    is no row, or two are blank.
    """
    last = start
    for line in _LINE.finditer(text, start, end):
        if line.group().strip():
            if text.count("\n", last, line.start()) > 2:
                yield "", ()
            last = line.end()
            if _GROUP.fullmatch(line.group()):
                yield "", (line.span(),)
            elif not _RULE.fullmatch(line.group()):
                yield _cells(text, *line.span())


def _cells(text: str, start: int, end: int) -> tuple[str, Row]:
    if end - start > _LONGEST or not _PARTED.search(text, start, end):
        return "", ()
    line = text[start:end]
    for name, parts in _PARTS:
        low, high = 0, len(line)
        if name != "\t":
            low, high = len(line) - len(line.lstrip()), len(line.rstrip())
        if name == "|":
            low += line[low : low + 1] in ("|", "｜")
            high -= high > low and line[high - 1] in "|｜"
        gaps = [m.span() for m in parts.finditer(line, low, high)]
        if gaps:
            edges = zip([low, *(b for _, b in gaps)], [*(a for a, _ in gaps), high], strict=True)
            return name, tuple(_stripped(text, start + a, start + b) for a, b in edges)
    return "", ()


def _stripped(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    first = start + len(words) - len(words.lstrip())
    return (first, first + len(words.strip())) if words.strip() else _EMPTY


def _said(text: str, row: Row) -> list[str]:
    return [text[slice(*cell)] for cell in row]


def _figures(text: str, row: Row) -> list[bool]:
    return [_FIGURE.fullmatch(words) is not None for words in _said(text, row)]


def _holds_figure(text: str, row: Row) -> bool:
    return any(_FIGURE.fullmatch(text, *cell) for cell in row)


def _labels(text: str, row: Row) -> int:
    """How many cells look like headers; none of a row with a figure."""
    if _holds_figure(text, row) or max(b - a for a, b in row) > _LONGEST_HEAD:
        return 0
    words = _said(text, row)
    return sum(_LABEL.search(w) is not None for w in words)


def _apart(text: str, run: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Cut a run of rows where another header begins."""
    heads = [_labels(text, row) > 1 for row in run]
    cuts = [i for i in range(1, len(run)) if heads[i] and not heads[i - 1] and _holds_figure(text, run[i - 1])]
    for low, high in zip([0, *cuts], [*cuts, len(run)], strict=True):
        yield run[low:high]


def _table(text: str, kind: str, run: Sequence[Row]) -> Table | None:
    first = _heads(text, run)
    head, body = list(run[:first]), run[first:]
    if not any(_holds_figure(text, row) for row in body):
        return None
    usual = Counter(map(len, body)).most_common(1)[0][0]
    width = max(usual, len(head[-1])) if first == 1 and len(head[0]) <= usual + 2 else usual
    head = _placed_heads(text, head, width)
    alike = max(Counter(map(len, run)).values())
    named = bool(head) and _DATED.search(text[slice(*head[-1][-1])])
    if alike < 2 or width < 2 + (not named) or (kind in _SPACES and not _stable(text, head, body)):
        return None
    wants = _wants(text, head, [row for row in body if len(row) == width])
    rows = [placed for row in body if (placed := _placed(text, row, wants)) is not None]
    return Table(tuple(head), tuple(rows)) if rows else None


def _heads(text: str, run: Sequence[Row]) -> int:
    """How many rows head the others: none that holds a figure or a long cell, two where the second divides the first."""
    if _holds_figure(text, run[0]) or max(b - a for a, b in run[0]) > _LONGEST_HEAD:
        return 0
    if len(run) < 3 or _holds_figure(text, run[1]):
        return 1
    both = len(run[0]) == len(run[1]) and _labels(text, run[0]) and _labels(text, run[1])
    return 2 if both or _spread(text, run[0], run[1], len(run[2])) else 1


def _stable(text: str, head: Sequence[Row], body: Sequence[Row]) -> bool:
    """Columns that only spaces part: a header that says so, two rows, and the same count in all."""
    return bool(head) and _labels(text, head[0]) > 1 and len(body) > 1 and len({len(r) for r in (*head, *body)}) == 1


def _placed_heads(text: str, head: list[Row], width: int) -> list[Row]:
    """Bring header rows to *width* cells, or leave them out where it cannot be told which column they head."""
    if len(head) == 2 and (spread := _spread(text, head[0], head[1], width)):
        return spread
    if head and len(head[-1]) == width - 1 and _DATED.match(text[slice(*head[-1][0])]):
        head = [*head[:-1], (_EMPTY, *head[-1])]  # the corner stands empty
    return head if all(len(row) == width for row in head) else []


def _spread(text: str, upper: Row, lower: Row, width: int) -> list[Row]:
    """Put the headers of a second row under those that it divides: 2020年, 2025年 / 数量, 占比, 数量, 占比."""
    dated = [_DATED.search(words) is not None for words in _said(text, upper)]
    groups = len(upper) + len(lower) - width
    if len(upper) == width or groups < 1 or sum(dated) != groups or len(lower) % groups:
        return []
    each, below = len(lower) // groups, iter(lower)
    return [
        tuple(cell for cell, many in zip(upper, dated, strict=True) for _ in range(each if many else 1)),
        tuple(next(below) if many else _EMPTY for many in dated for _ in range(each if many else 1)),
    ]


def _wants(text: str, head: Sequence[Row], full: Sequence[Row]) -> list[bool]:
    """Which columns hold figures: as in the first whole row, else as the header has it."""
    if full:
        return _figures(text, full[0])
    words = _said(text, head[-1]) if head else []
    return [bool(is_serial(w) or _DATED.search(w) or w.endswith((")", "）"))) for w in words]


def _placed(text: str, row: Row, wants: Sequence[bool]) -> Row | None:
    """Fill a short row up at its ends, so that its figures stand where they are wanted, if that can be told."""
    wanting = len(wants) - len(row)
    if wanting <= 0:
        return row if wanting == 0 else None
    has = _figures(text, row)
    fits = [sum(a == b for a, b in zip(has, wants[k:], strict=False)) for k in range(wanting + 1)]
    best = max(fits)
    if wanting > 2 or fits.count(best) > 1:
        return None
    at = fits.index(best)
    return (*[_EMPTY] * at, *row, *[_EMPTY] * (wanting - at))
