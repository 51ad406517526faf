"""How likely a reading is as Chinese, in bits a character.

Enters: simplified or traditional text, a few characters at a time. Leaves: numbers. The
package data ``pairs.xz`` holds 4,096 characters and 42,000 neighbouring pairs with the bits
they cost, counted by ``training/heal_table.py`` over 66 million characters of law, official
news, commentary, government letters and prose; it holds counts and no text. Running text
costs about 8 bits a character, characters drawn at random from GBK about 20.
"""

from __future__ import annotations

import json
import lzma
import re
import string
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from planie.heal.script import simplify_characters, traditional_forms

UNKNOWN = 22.0
"""Bits of a character that is not among the common ones (the rarest of those costs 21)."""

BACKOFF = 2.0
"""Bits that an unlisted pair costs beyond its second character."""

PLAIN = "%℃°±×÷+＋－—～~/／·•●○◎■□★☆※①②③④⑤⑥⑦⑧⑨⑩⑴⑵⑶⑷⑸㈠㈡㈢㈣㈤ⅠⅡⅢⅣⅤⅥ〈〉「」『』￥＝≥≤％‰〇"
"""Symbols that are common on clean pages, whatever the counts say."""

_AS_COUNTED = str.maketrans(
    ",;:!?()" + string.digits + string.ascii_letters,
    "，；：！？（）" + "0" * 10 + "a" * 52,
)


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, float], dict[str, float]]:
    """Return bits by character, and bits saved by pair."""
    packed = resources.files("planie.heal").joinpath("pairs.xz").read_bytes()
    head, _, body = lzma.decompress(packed).partition(b"\n")
    facts = json.loads(head)
    characters: str = facts["characters"]
    levels = [float(bits) for bits, many in enumerate(facts["bits"]) for _ in range(many)]
    return dict(zip(characters, levels, strict=True)), _pairs(body, characters, facts["saved"])


def _pairs(body: bytes, characters: str, saved: Sequence[float]) -> dict[str, float]:
    """Unpack the rows of gaps; see the recipe for the format."""
    pairs: dict[str, float] = {}
    row, rank, at = 0, -1, 0
    while at < len(body):
        gap = body[at]
        at += 1
        if gap == 0:
            row, rank = row + 1, -1
            continue
        if gap >= 240:
            gap = ((gap - 240) << 8) + body[at]
            at += 1
        rank += gap
        pairs[characters[row % len(characters)] + characters[rank]] = saved[row // len(characters)]
    return pairs


def known(character: str) -> bool:
    """Say whether *character*, simplified, is among the 4,096 common ones."""
    return fold(character) in _table()[0]


def fold(text: str) -> str:
    """Return *text* as the table writes it: simplified, one digit, one letter; the length is kept."""
    return simplify_characters(text).translate(_AS_COUNTED)


def costs(folded: str, before: str = "\n") -> list[float]:
    """Return the bits of each character of a folded text that stands behind *before*."""
    single, double = _table()
    bits = []
    for character in folded:
        cost = single.get(character, UNKNOWN) + BACKOFF
        bits.append(cost - double.get(before + character, 0.0))
        before = character
    return bits


def bond(folded: str) -> float:
    """Return the bits that two neighbouring characters save as a pair; 0 where they are no listed one."""
    return _table()[1].get(folded, 0.0)


def paired(folded: str) -> float:
    """Return the share of neighbouring characters that are a listed pair."""
    double = _table()[1]
    pairs = len(folded) - 1
    return sum(folded[i : i + 2] in double for i in range(pairs)) / pairs if pairs > 0 else 0.0


@lru_cache(maxsize=1)
def odd() -> re.Pattern[str]:
    """Return the pattern of a GBK character that clean pages hardly have: rare Han, bopomofo, private use."""
    common = {*_table()[0], *PLAIN, *traditional_forms(_table()[0])}
    pairs = (bytes([lead, trail]) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    characters = {pair.decode("gb18030", "ignore") for pair in pairs}
    rare = sorted(c for c in characters if len(c) == 1 and not _at_home(c) and c not in common)
    return re.compile(f"[{''.join(rare)}]")


def _at_home(character: str) -> bool:
    """Say whether a character is ASCII, general punctuation, or the full-width form of an ASCII one."""
    return (
        character.isascii()
        or character.isspace()
        or "\u2000" <= character <= "\u206f"
        or "\uff01" <= character <= "\uff5e"
    )
