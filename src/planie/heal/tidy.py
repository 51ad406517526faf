"""Small repairs of characters, numbers and spacing, one function each.

Enters: any text. Leaves: patches, and notes where characters were lost for good. No blanket
NFKC, which would make 103 of 10³ and m2 of ㎡; and no repair of what harms nobody: the wide
spaces that indent and part Chinese text, full-width punctuation, spaces at the margins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from planie.heal.draft import Note, Patch
from planie.heal.gbk import UNREAD, best_reading, to_character, with_lead_lost
from planie.heal.gloss import HAN
from planie.heal.likely import costs, fold, known, paired

_RADICALS = (  # radicals that PDF files give for characters; the rest of the block by NFKC
    "⺟母⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻨麦⻩黄⻬齐⻮齿⻰龙⻳龟"
)
_TO_HAN = dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True)) | {
    chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)
}
_NARROW = {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B) if chr(code).isalnum()} | {
    ord("％"): "%",
    ord("﹪"): "%",  # 98﹪
    ord("．"): ".",
}
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ％﹪]+|．(?<=[0-9０-９]．)(?=[0-9０-９])")
_JOINERS = "\ufe00-\ufe0f\u200d\U000e0100-\U000e01ef"  # emoji need them, Han characters do not
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+"
    f"|[{_JOINERS}](?<=[{HAN}][{_JOINERS}])"
)
_SPACES = re.compile("(?<=\\S)[\u00a0\u1680\u2000\u2001\u2004-\u200a\u202f\u205f]+(?=\\S)")
_RADICAL = re.compile(f"[{''.join(_TO_HAN)}]+")
_COMPATIBLE = "\uf900-\ufaff\U0002f800-\U0002fa1f"
_THOUSANDS = re.compile(
    rf"(?<=[^\d.,:/~\s-])([1-9]\d{{0,2}}(?: \d{{3}})+)(?=(?:\.\d+)?(?:[%‰]|(?![年月日号转时])[{HAN}]))"
)
_NAMED_BY_NUMBER = re.compile("[表图第页条件例卷题息期集讲辑版]$")  # 表1 122个: the 1 is the table's
_LETTERED = re.compile(f"(?:(?<=[^{HAN}][{HAN}])|(?<=\\A[{HAN}]))(?:[ \u3000][{HAN}]){{3,}}(?![{HAN}])")
_COUNTING = frozenset("一二三四五六七八九十日甲乙丙丁戊东南西北中春夏秋冬")
_STRIPPED = re.compile(f"[?\ufffd]([,;:!?()])([@-~])(?=[{HAN}])")
_MOST_COST = 10.0  # bits a character; more is no reading of three characters
_GONE = re.compile("\\?{2,}|\ufffd+")
_GOES_ON = re.compile(f"[{HAN}0-9“、，；：]")


def drop_invisible(text: str) -> Iterator[Patch]:
    """Take out zero-width characters, byte-order marks and soft hyphens, which split words unseen.

    Not the joiners and selectors of emoji, and not controls, which a reader can see as such.
    """
    for run in _INVISIBLE.finditer(text):
        yield Patch(run.start(), run.end(), "", "invisible")


def level_spaces(text: str) -> Iterator[Patch]:
    """Make no-break, thin and the like spaces plain, because numbers are written with them.

    Not the em, en and full-width ones that part Chinese text, and none at the margins.
    """
    for run in _SPACES.finditer(text):
        yield Patch(run.start(), run.end(), " " * len(run.group()), "space")


def restore_radicals(text: str) -> Iterator[Patch]:
    """Write characters for radicals (⻓ → 长), which PDF files mistake for them."""
    for run in _RADICAL.finditer(text):
        yield Patch(run.start(), run.end(), "".join(_TO_HAN[c] for c in run.group()), "radical")


def compose_marks(text: str) -> Iterator[Patch]:
    """Join letters with the marks that follow them (NFC), so that ā is one character however typed.

    Not by NFKC: ㎡ and 10³ stay.
    """
    if unicodedata.is_normalized("NFC", text):
        return
    for run in _marked().finditer(text):
        after = unicodedata.normalize("NFC", run.group())
        if after != run.group():
            yield Patch(run.start(), run.end(), after, "composed")


@lru_cache(maxsize=1)
def _marked() -> re.Pattern[str]:
    """Return the pattern of a character with its marks, a bounded number so that time is linear."""
    marks = "".join(re.escape(chr(c)) for c in range(0x300, 0x20000) if unicodedata.combining(chr(c)))
    return re.compile(f"[^{marks}][{marks}]{{1,8}}|[{_COMPATIBLE}]")


def narrow_width(text: str) -> Iterator[Patch]:
    """Write full-width digits, letters, percent signs and decimal points as ASCII, for the readers of numbers.

    Not other punctuation: ， and （ are how Chinese is written.
    """
    for run in _WIDE.finditer(text):
        yield Patch(run.start(), run.end(), run.group().translate(_NARROW), "width")


def join_thousands(text: str) -> Iterator[Patch]:
    """Join a number that is written with spaces (1 122个 → 1122个).

    Not list numbers, years, telephone numbers or columns: the groups must be of three digits,
    stand right behind a word and right before a unit.
    """
    for number in _THOUSANDS.finditer(text):
        if not _NAMED_BY_NUMBER.search(text, max(0, number.start() - 1), number.start()):
            yield _without_spaces(number, "number")


def close_up_letters(text: str) -> Iterator[Patch]:
    """Take the spaces out of a word that is spaced out for show (各 类 学 校).

    Not short runs, counts (一 二 三 四) and lists of single characters that make no words.
    """
    for run in _LETTERED.finditer(text):
        letters = text[run.start() - 1] + re.sub(r"\s", "", run.group())
        counting = sum(letter in _COUNTING for letter in letters)
        if paired(fold(letters)) > 0.6 and counting * 2 < len(letters):
            yield _without_spaces(run, "spaced")


def _without_spaces(run: re.Match[str], kind: str) -> Patch:
    kept = [i for i in range(run.start(), run.end()) if not run.string[i].isspace()]
    extents = tuple((i, i + 1) for i in kept)
    return Patch(run.start(), run.end(), "".join(run.string[i] for i in kept), kind, extents)


def restore_stripped(text: str) -> Iterator[Patch | Note]:
    """Read ?,F as 。現: one byte was lost, the next two became a comma, the last stayed a letter.

    A converter that makes A3AC (，) a comma byte by byte finds one in A1A3 AC46 (。現). Not where
    the two characters do not stand well between their neighbours.
    """
    for found in _STRIPPED.finditer(text):
        start, end = found.span()
        second = to_character(bytes([0x80 | ord(found.group(1)), ord(found.group(2))]))
        before, behind = text[max(0, start - 2) : start], text[end]
        if not second or not known(second):
            continue
        first = best_reading(with_lead_lost(b"\xa3"), before, second)
        line = costs(fold(first + second + behind), fold(before[-1:]) or "\n")
        if first != UNREAD and sum(line) <= _MOST_COST * len(line):
            extents = ((start, start + 2), (start + 1, end))
            yield Patch(start, end, first + second, "stripped", extents)
            yield Note(start, end, f"a byte is lost here; {first}{second} stands best")


def note_lost(text: str) -> Iterator[Note]:
    """Say where characters were lost for good (??, U+FFFD); they are never guessed.

    Not the marks of a redaction (**, XX, 某某), and not ?? at the end of a question.
    """
    for run in _GONE.finditer(text):
        if run.group()[0] == "?" and not _GOES_ON.match(text, run.end()):
            continue
        yield Note(run.start(), run.end(), "characters are lost here")
