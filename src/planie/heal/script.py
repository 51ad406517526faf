"""Traditional script to simplified, by OpenCC (configuration ``t2s``).

Enters: any text. Leaves: patches of kind ``traditional``, as long as what they replace.
A clause that is written in traditional characters is converted as a whole, so that OpenCC
can decide 乾 or 干 by the phrase. In a clause that is written in simplified ones only a
character that can be nothing but traditional is converted (會, 國), never one that simplified
pages use as well (乾 in 乾隆, 昇 in a name). Characters that OpenCC leaves are left: 著, 后,
Japanese forms. https://github.com/BYVoid/OpenCC
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from functools import lru_cache

from planie.heal.draft import Patch

_HAN_RANGES = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))
_BORDERS = frozenset("，。！？；：、“”（）《》,;:!?()\n\t \u3000")
_BORDER = re.compile(f"[{re.escape(''.join(sorted(_BORDERS)))}]")
_KANA = re.compile("[ぁ-ヺ].*[ぁ-ヺ]")
MOST = "\uffff"
SAMPLE = 50_000
"""Characters that tell the script of a page, should its first clauses not."""

_ON_BOTH = frozenset("着")
"""Characters that Big5 lacks and traditional pages have all the same: 着 beside 著."""

_LONE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    """Return OpenCC's conversion; it refuses lone surrogates, so they are covered up (one for one)."""
    import opencc

    convert = opencc.OpenCC("t2s").convert
    return lambda text: str(convert(_LONE.sub("\ufffd", text)))


@lru_cache(maxsize=1)
def _changed() -> dict[str, str]:
    """Return every character that OpenCC changes by itself."""
    characters = [chr(code) for low, high in _HAN_RANGES for code in range(low, high)]
    after = _converter()("\n".join(characters)).split("\n")
    return {a: b for a, b in zip(characters, after, strict=True) if a != b and len(b) == 1}


@lru_cache(maxsize=1)
def _unmistakable() -> dict[str, str]:
    """Return the traditional characters that no simplified page needs.

    The simplified form is in GB2312 and not in Big5, the traditional one not in GB2312:
    國, 會, 們 are, 昇 (升 is in both), 乾 and 於 (GB2312 has them) are not.
    """
    return {a: b for a, b in _changed().items() if _in(b, "gb2312") and not _in(b, "big5") and not _in(a, "gb2312")}


@lru_cache(maxsize=1)
def _simplified_only() -> frozenset[str]:
    return frozenset(_unmistakable().values()) - _ON_BOTH


@lru_cache(maxsize=1)
def _any_traditional() -> re.Pattern[str]:
    """Return the pattern of a character of the basic plane that OpenCC changes; rarer ones slow it tenfold."""
    return re.compile(f"[{''.join(a for a in _changed() if a <= MOST)}]")


def _in(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def simplify_characters(text: str) -> str:
    """Return *text* with each character simplified by itself, whatever its phrase; for judging only."""
    return text.translate(_translation())


@lru_cache(maxsize=1)
def _translation() -> dict[int, str]:
    return {ord(a): b for a, b in _changed().items()}


def traditional_forms(simplified: Container[str]) -> str:
    """Return the traditional characters whose simplified form is in *simplified*."""
    return "".join(a for a, b in _changed().items() if b in simplified)


def simplify_script(text: str) -> Iterator[Patch]:
    """Convert traditional characters, because the models and every table are simplified.

    Not where the clause is simplified and the character is at home there too.
    """
    script: bool | None = None
    page: bool | None = None
    for start, clause in _clauses(text):
        vote = _vote(clause)
        if page is None and (vote == -1 or (vote == 0 and script is None)):
            page = _vote(text[:SAMPLE]) > 0
        if vote == -1 and page:
            vote = 1  # one character does not outweigh the page
        script = vote > 0 if vote else page if script is None else script
        yield from _differences(clause, _convert(clause) if script else clause.translate(_safe()), start)


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    """Yield the clauses that hold a character which OpenCC would change by itself, but no Japanese."""
    at = 0
    while (hit := _any_traditional().search(text, at)) is not None:
        start = hit.start()
        while start > at and text[start - 1] not in _BORDERS:
            start -= 1
        border = _BORDER.search(text, hit.end())
        at = border.start() if border else len(text)
        if not _KANA.search(text, start, at):
            yield start, text[start:at]


@lru_cache(maxsize=1)
def _safe() -> dict[int, str]:
    return {ord(a): b for a, b in _unmistakable().items()}


def _vote(piece: str) -> int:
    """Return how many more characters are only traditional than only simplified."""
    plus = sum(map(_unmistakable().__contains__, piece))
    return plus - sum(map(_simplified_only().__contains__, piece))


def _convert(piece: str) -> str:
    """Convert by phrase, or by character should a phrase not keep its length."""
    after = _converter()(piece)
    return after if len(after) == len(piece) else simplify_characters(piece)


def _differences(before: str, after: str, offset: int) -> Iterator[Patch]:
    """Yield a patch for each run that differs between two texts of one length."""
    start = None
    for i, (a, b) in enumerate(zip(before, after, strict=True)):
        if (a != b) and _LONE.match(a) is None:
            start = i if start is None else start
        elif start is not None:
            yield Patch(offset + start, offset + i, after[start:i], "traditional")
            start = None
    if start is not None:
        yield Patch(offset + start, offset + len(before), after[start:], "traditional")
