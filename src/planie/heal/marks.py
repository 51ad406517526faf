"""Marks that one thing on a page turned into another: a point into ?, a full stop or a line break into a letter, a
line's end into a space, a quotation mark into its name.

Enters: any text. Leaves: patches, and notes where a lost mark could be another. Each is read only where the page
shows it several times, because a single one proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from planie.heal.draft import Note, Patch
from planie.heal.gloss import HAN
from planie.heal.likely import bond, fold

_POINT: Final = re.compile(  # 21?5%
    "(?<![\\d.?\ufffd%&=])(\\d{1,4})([?\ufffd])(\\d{1,2})(?=%(?![0-9A-Fa-f]{2})|‰|个?百分点|[万亿]|倍)"
)
_DASH: Final = re.compile("(?<!\\d)\\d{4}[?\ufffd]\\d{4}(?!\\d)")  # 2021?2025: here the lost mark is a dash
_PROVEN = 2  # figures that can be no range, and so need a point, on one page

_STOP: Final = re.compile(
    f"(?<![A-Za-z].)(?<=[%％)）{HAN}])(?<![一二三四五六七八九十百〇零])[Oo](?!.?[A-Za-z])(?=[(（]?[{HAN}])(?![省市县区州旗乡镇村校年月日级班型形])"
)
_NUMBERED: Final = re.compile(r"[(（][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、是]")
_STOPS: Final = 2

_ER: Final = re.compile(f"(?:(?<=[{HAN}0-9()（）。；;，,、])Р+|(?<![Р])Р+(?=[{HAN}0-9(（]))(?![А-ОС-Яа-яЁё])")
_CYRILLIC: Final = re.compile("[А-ОС-Яа-яЁё]")
_BREAKS = 4

_GAP: Final = re.compile(f"(?<=[{HAN}]) (?=[{HAN}])")
_PROSE: Final = re.compile("[，。；,;]")
_GAPS, _SHARE, _BOND = 4, 0.3, 7.0  # so many words with a gap, of all such gaps, whose characters save so many bits

_ENTITIES: Final = {"ldquo": "“", "rdquo": "”", "lsquo": "‘", "rsquo": "’", "mdash": "—", "middot": "·", "hellip": "…"}
_ENTITY: Final = re.compile(f"(?<=[{HAN}\u3040-\u30ff，。；：、）][?\ufffd])({'|'.join(_ENTITIES)})[;；]")
_TAG: Final = re.compile(
    rf"(?:(?P<words>(?<=[{HAN}”）)]))|(?<=\d)|^)[?\ufffd]/(?:p|div|span|li|td|tr|h[1-6])>(?=\s*$)", re.MULTILINE
)


def restore_entities(text: str) -> Iterator[Patch | Note]:
    """Write the mark for what is left of an entity whose & the byte before it took along (工程?ldquo;代建制”).

    The ? stays: it is half of the character before, which the reader of slides looks for. Not behind Latin letters,
    where ? begins what an address asks.
    """
    for found in _ENTITY.finditer(text):
        yield Note(found.start() - 1, found.start(), "half of a character is lost here")
        yield Patch(*found.span(), _ENTITIES[found[1]], "stripped")


def drop_tags(text: str) -> Iterator[Patch | Note]:
    """Take out what is left of a tag whose < the character before it took along (每年两次?/p>).

    What stood at the ? is lost, at a line's end most often the last character of a printed line, whose sentence goes on
    below; the ? stays where it may be half of a number's unit: alone in its line, or behind a figure.
    """
    for found in _TAG.finditer(text):
        yield Note(found.start(), found.start() + 1, "a character is lost here, and with it the beginning of a tag")
        if found["words"] is None:
            yield Patch(found.start() + 1, found.end(), "", "stripped")
        else:
            yield Patch(*found.span(), "", "stripped")


def restore_stops(text: str) -> Iterator[Patch]:
    """Write 。 for the letter O that a scanner read (配备率达100%O(二)五育融合).

    Not where the page has only one, and not unless one stands before a number of the outline; not in years
    (二O三五年), for the name of a place (O县), and in words (O型血).
    """
    found = list(_STOP.finditer(text))
    if len(found) >= _STOPS and any(_NUMBERED.match(text, stop.end()) for stop in found):
        for stop in found:
            yield Patch(*stop.span(), "。", "number")


def restore_points(text: str) -> Iterator[Patch | Note]:
    """Write a decimal point for the ? that stands for it (21?5%上升为46?36%), because the values are torn by it.

    Not where 15?20% may be a range, and not where the page has fewer than two that can be none; this is said.
    """
    found = list(_POINT.finditer(text))
    proven = sum(map(_is_no_range, found)) >= _PROVEN
    dashes = proven and _DASH.search(text) is not None
    for figure in found:
        at = figure.start(2)
        if proven and (_is_no_range(figure) or not (dashes or _is_round(figure))):
            yield Patch(at, at + 1, ".", "number")
        else:
            yield Note(at, at + 1, "a mark is lost between two figures, a decimal point or a dash")


def _is_no_range(figure: re.Match[str]) -> bool:
    """Say whether the second figure is no higher than the first, or begins with 0."""
    return figure[3][0] == "0" or int(figure[3]) <= int(figure[1])


def _is_round(figure: re.Match[str]) -> bool:
    """Say whether both figures are such as ranges have: 15?20."""
    return int(figure[1]) % 5 == int(figure[3]) % 5 == 0


def restore_breaks(text: str) -> Iterator[Patch]:
    """Break the line where a site printed the Cyrillic letter Р for it (每年2次。(4分)РB3Р家校工作).

    Not on a page with other Cyrillic letters, and not fewer than four.
    """
    found = list(_ER.finditer(text))
    if len(found) >= _BREAKS and _CYRILLIC.search(text) is None:
        for run in found:
            yield Patch(run.start(), run.end(), "\n" * len(run.group()), "space")


def close_up_words(text: str) -> Iterator[Patch]:
    """Take out the space that the end of a printed line left within a word (普通教 室).

    Not where the page parts words otherwise (工作 计划), in lines that are no sentences, and between two whole words.
    """
    folded, gaps, at = fold(text) if _GAP.search(text) else "", [], 0
    for line in text.splitlines(keepends=True):
        if _PROSE.search(line):
            gaps += [at + gap.start() for gap in _GAP.finditer(line)]
        at += len(line)
    torn = [gap for gap in gaps if _is_torn(folded, gap)]
    if len(torn) >= _GAPS and len(torn) >= _SHARE * len(gaps):
        for gap in torn:
            yield Patch(gap, gap + 1, "", "spaced")


def _is_torn(folded: str, gap: int) -> bool:
    """Say whether the characters around a gap belong together, and one of them to nothing else."""
    across = bond(folded[gap - 1] + folded[gap + 1])
    beside = min(bond(folded[max(0, gap - 2) : gap]), bond(folded[gap + 1 : gap + 3]))
    return across >= _BOND and across > beside
