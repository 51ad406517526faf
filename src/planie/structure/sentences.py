"""A line → the spans of its sentences.

In: one line. Out: half-open spans that cover it but for the spaces between. A sentence ends at
。！？； and at the end of the line; marks inside brackets or quotation marks that are closed
again end none, nor do decimal points and list numbers (no full stop of theirs is a mark here).
A table row (cells between tabs or bars) is one sentence.
"""

from __future__ import annotations

import re
from typing import Final

_CLOSER: Final = dict(zip("(（“‘《【[〔「『", ")）”’》】]〕」』", strict=True))
_SAME: Final = str.maketrans(")]", "）】")  # a bracket may open in one width and close in the other
_QUOTES: Final = '”’」』"'
_TOKEN: Final = re.compile(r"[。！？!?；;(（“‘《【\[〔「『)）”’》】\]〕」』\"]")
_GOES_ON: Final = re.compile(
    r"\s*(?:[,，、：:)）的等为之是和与及]|工程|计划|行动|目标|要求|精神|思路|理念|方针|原则|格局|战略|口号|[。！？；;])"
)  # behind a closing quotation mark
_NOTE: Final = re.compile(r"责任|负责|牵头|单位|配合|部门")
_ENTITY: Final = re.compile(r"&(?:amp;)?#?\w{1,8}$")
_BOUND: Final = re.compile(r"\s*(?:左右|以上|以下|以内)")  # a stray full stop before it: 3.5%。左右
_REACH: Final = 160  # characters: brackets further apart than this do not belong together
_DEPTH: Final = 12
_ROW: Final = 1000  # characters: a longer line is no table row


def cut(text: str) -> list[tuple[int, int]]:
    """Return the sentences of one line."""
    if len(text) <= _ROW and ("\t" in text or text.count("|") >= 2):
        return [(0, len(text))]
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*_ends(text), len(text)]:
        piece = text[start:end]
        if stripped := piece.strip():
            first = start + len(piece) - len(piece.lstrip())
            spans.append((first, first + len(stripped)))
        start = end
    return spans


def _ends(text: str) -> list[int]:
    """Return the offsets behind the marks that end a sentence, in order."""
    ends: list[int] = []
    opened: list[tuple[str, int, int]] = []  # (what closes it, where it stands, ends found before it)
    for match in _TOKEN.finditer(text):
        mark, at = match.group(), match.start()
        if mark in _CLOSER or (mark == '"' and all(c != '"' for c, _, _ in opened)):
            opened.append((_CLOSER.get(mark, mark).translate(_SAME), at, len(ends)))
            del opened[:-_DEPTH]
        elif mark in "。！？!?；;":
            if _is_end(text, mark, at):
                if ends and ends[-1] == at:
                    ends.pop()
                ends.append(at + 1)
        else:
            _close(text, mark.translate(_SAME), at, opened, ends)
    return ends


def _is_end(text: str, mark: str, at: int) -> bool:
    if mark == "?":  # half-width marks of interrogation stand for lost characters, but at an end
        return text[at + 1 :].strip('?”’」』" ') == "" if len(text) - at < 8 else text[at + 1] in '”’」』" '
    return not (mark == ";" and _ENTITY.search(text[max(0, at - 14) : at])) and not _BOUND.match(text, at + 1)


def _close(text: str, mark: str, at: int, opened: list[tuple[str, int, int]], ends: list[int]) -> None:
    """Drop the ends inside what *mark* closes, but for a quotation's own full stop when the sentence stops there."""
    depth = next((i for i in range(len(opened) - 1, -1, -1) if opened[i][0] == mark), None)
    if depth is None:
        if ends and ends[-1] == at:
            ends[-1] = at + 1
        return
    _, start, before = opened[depth]
    del opened[depth:]
    if at - start > _REACH:
        return
    stops = mark in _QUOTES and len(ends) > before and ends[-1] == at and not _GOES_ON.match(text, at + 1)
    before = min(before, len(ends))
    del ends[before:]
    if stops:
        ends.append(at + 1)
    elif ends and text[ends[-1] : start].strip() == "" and _NOTE.search(text, start, at):
        ends[-1] = at + 1  # ……达到标准。(市教育局负责) belongs to what it follows
