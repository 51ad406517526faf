"""Pinyin readings that a page prints behind its characters: 標(biāo)準(zhǔn).

Enters: any text. Leaves: patches of kind ``gloss`` that take the bracket out. A gloss is a
bracket, half or full width, right behind a Han character, that holds one legal Mandarin
syllable with a tone mark; on a page full of glosses also one without. The table of syllables
follows Hanyu Pinyin (GB/T 16159-2012).

Refused: (一), (重点工作), (A), (GDP), (app), and (an) or (he) on pages that gloss nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from planie.heal.draft import Note, Patch

HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""The Han characters, for use within a character class."""

ENOUGH_MARKED = 5
"""Glosses with a tone mark that make a page one that glosses; the unmarked then go as well."""

ENOUGH_PLAIN = 8
"""Different syllables without one that do; a Chinese page has fewer such words in brackets."""

_TONES = {"\u0304", "\u0301", "\u030c", "\u0300", "\u0306"}  # the breve is a caron mistyped
_LOOKALIKES = str.maketrans("ɑɡv", "agü")
_ROWS = (  # final, the initials that it stands behind ("-": none, as it is then written)
    ("a", "- b p m f d t n l g k h zh ch sh z c s"),  # bā
    ("o", "- b p m f"),  # bō
    ("e", "- m d t n l g k h zh ch sh r z c s"),  # gē
    ("ai", "- b p m d t n l g k h zh ch sh z c s"),  # dài
    ("ei", "- b p m f d t n l g k h zh sh z"),  # běi
    ("ao", "- b p m d t n l g k h zh ch sh r z c s"),  # gāo
    ("ou", "- p m f d t n l g k h zh ch sh r z c s"),  # kǒu
    ("an", "- b p m f d t n l g k h zh ch sh r z c s"),  # bàn
    ("en", "- b p m f d n g k h zh ch sh r z c s"),  # rén
    ("ang", "- b p m f d t n l g k h zh ch sh r z c s"),  # fāng
    ("eng", "- b p m f d t n l g k h zh ch sh r z c s"),  # zhèng
    ("ong", "d t n l g k h zh ch r z c s"),  # zhōng
    ("er", "-"),  # ér
    ("i", "b p m d t n l j q x zh ch sh r z c s y"),  # jì
    ("ia", "d l j q x"),  # jiā
    ("ie", "b p m d t n l j q x"),  # jiē
    ("iao", "b p m d t n l j q x"),  # biāo
    ("iu", "m d n l j q x"),  # qiú
    ("ian", "b p m d t n l j q x"),  # diǎn
    ("in", "b p m n l j q x y"),  # pín
    ("iang", "n l j q x"),  # xiāng
    ("ing", "b p m d t n l j q x y"),  # jīng
    ("iong", "j q x"),  # xiōng
    ("u", "b p m f d t n l g k h zh ch sh r z c s j q x w y"),  # shù
    ("ua", "g k h zh ch sh"),  # huà
    ("uo", "d t n l g k h zh ch sh r z c s"),  # guó
    ("uai", "g k h zh ch sh"),  # kuài
    ("ui", "d t g k h zh ch sh r z c s"),  # duì
    ("uan", "d t n l g k h zh ch sh r z c s j q x y"),  # quán
    ("un", "d t n l g k h zh ch sh r z c s j q x y"),  # zhǔn
    ("uang", "g k h zh ch sh"),  # chuàng
    ("ü", "n l"),  # lǜ
    ("üe", "n l"),  # lüè
    ("ue", "j q x y n l"),  # xué
    ("a", "y w"),  # yā
    ("e", "y"),  # yè
    ("o", "y w"),  # wǒ
    ("ai", "w"),  # wài
    ("ei", "w"),  # wéi
    ("ao", "y"),  # yào
    ("ou", "y"),  # yǒu
    ("an", "y w"),  # yán
    ("en", "w"),  # wèn
    ("ang", "y w"),  # yǎng
    ("eng", "w"),  # wēng
    ("ong", "y"),  # yòng
)


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    return frozenset(
        ("" if initial == "-" else initial) + final for final, initials in _ROWS for initial in initials.split()
    )


LETTER = "A-Za-zÀ-ǿɑɡ"
"""The letters of a reading, for use within a character class."""

_BRACKET = re.compile(f"(?<=[{HAN}])[(（]\\s?([{LETTER}]{{1,6}})[1-5]?\\s?[)）]")

_ORPHAN = re.compile(f"(?<=[?\ufffd])([{LETTER}]{{1,6}})[)）]")


def drop_glosses(text: str) -> Iterator[Patch]:
    """Take out pinyin readings, because they cut the words that every later stage looks for.

    Not where the bracket holds Chinese, an abbreviation or an English word.
    """
    found = [(bracket.span(), syllable_of(bracket.group(1))) for bracket in _BRACKET.finditer(text)]
    plain = _glosses_throughout(found)
    for (start, end), (syllable, tone) in found:
        if syllable and (tone or plain):
            yield Patch(start, end, "", "gloss")


def drop_orphaned_glosses(text: str) -> Iterator[Patch | Note]:
    """Take out a reading whose character and bracket were lost together (分?jǐn)?shù), and say so.

    Not without a tone mark: nothing else would tell it from a word.
    """
    for bracket in _ORPHAN.finditer(text):
        if all(syllable_of(bracket.group(1))):
            yield Note(bracket.start() - 1, bracket.start(), f"a character read {bracket.group(1)} is lost here")
            yield Patch(bracket.start(), bracket.end(), "", "gloss")


def syllable_of(letters: str) -> tuple[str, bool]:
    """Return the syllable without its tone ("" where it is none) and whether it had one."""
    marks = unicodedata.normalize("NFD", letters.lower().translate(_LOOKALIKES))
    tones = sum(mark in _TONES for mark in marks)
    bare = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    return (bare if bare in _syllables() and tones <= 1 else ""), tones == 1


def _glosses_throughout(found: list[tuple[tuple[int, int], tuple[str, bool]]]) -> bool:
    """Say whether a page glosses so much that a syllable without a tone is a gloss too."""
    marked = sum(tone and bool(syllable) for _, (syllable, tone) in found)
    plain = {syllable for _, (syllable, _) in found if syllable}
    strangers = sum(not syllable for _, (syllable, _) in found)
    return marked >= ENOUGH_MARKED or (len(plain) >= ENOUGH_PLAIN and strangers * 10 <= len(found))
