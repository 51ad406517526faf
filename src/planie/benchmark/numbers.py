"""The readers of numbers and dates, side by side: planie's, JioNLP's and cn2an's.

In: the text of gold VALUE and TIME spans. Out: how many each reader reads right, of those whose number or
date stands there in so many figures that nothing is left to interpretation (:func:`plain_number`,
:func:`plain_date`, which share no code with planie's own readers). JioNLP reads money and times, cn2an
numbers: of what is no money both are handed the figures alone, without their unit. Both are imported here and
nowhere else, when they are asked for.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib
import io
import logging
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

Number = tuple[float, float]
Date = tuple[int, int | None, int | None]
_T = TypeVar("_T")

# --- what is plainly there ---------------------------------------------------

_HAN: Final = dict(zip("零一二两三四五六七八九", (0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_MYRIADS: Final = {"": 1, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_SCALE: Final = r"(?P<scale{}>万亿|亿|[百千]?万|[百千](?![分万]))?"
_FIGURES: Final = r"(?P<figures{}>\d+(?:[,，]\d{{3}})*(?:[.．]\d+)?)[余多]?" + _SCALE
_WORDS: Final = r"(?P<words>[零一二两三四五六七八九十百千万亿]+)"
_TO: Final = r"[-—–~～至到]+"
_ANY: Final = re.compile(r"[\d零一二两三四五六七八九十百千万亿*＊]")
_PLAIN: Final = re.compile(f"{_FIGURES.format(1, 1)}(?:{_TO}{_FIGURES.format(2, 2)})?|{_WORDS}")
_POINTS: Final = re.compile(r"个?[百千万]分点|千(?=[瓦克米])")  # units whose first sign is no number
_ELSE: Final = re.compile(r"[半几数成翻*＊xX:：/／]|分之")  # needs reading
_DATE: Final = re.compile(r"(?<!\d)(?:(?:19|20)\d\d年?[-—–~～至到]+)?((?:19|20)\d\d)年(?:(\d{1,2})月(?:(\d{1,2})日)?)?")


def plain_number(text: str) -> Number | None:
    """Read a number or range that stands in plain figures (1.26亿元, 2—3名, 三十五所), or nothing else.

    ``None`` for whatever holds a second number, a redaction, a fraction, a ratio or a guess (半, 几, 成).
    """
    text = _POINTS.sub("点", text)
    found = _PLAIN.search(text)
    if found is None or _ELSE.search(text) or _ANY.search(text, found.end()) or _ANY.search(text[: found.start()]):
        return None
    if found["words"]:
        number = _han(found["words"])
        return None if number is None else (number, number)
    low = _scaled(found["figures1"], found["scale1"] or found["scale2"])
    high = _scaled(found["figures2"], found["scale2"]) if found["figures2"] else low
    return (low, high) if low <= high else None


def _scaled(figures: str, scale: str | None) -> float:
    return round(float(re.sub("[,，]", "", figures).replace("．", ".")) * _MYRIADS[scale or ""], 6)


def _han(words: str) -> float | None:
    """三十五万 by the rule of the school book; ``None`` for what keeps to none (一二三, 万)."""
    total, part, digit = 0, 0, None
    for sign in words:
        if sign in _HAN:
            if digit:
                return None
            digit = _HAN[sign]
        elif sign in _TENS:
            part, digit = part + (digit if digit else 1 if sign == "十" and not part else 0) * _TENS[sign], None
            if not part:
                return None
        elif total + part + (digit or 0):
            scale = 10**4 if sign == "万" else 10**8
            total, part, digit = (total + part + (digit or 0)) * scale, 0, None
        else:
            return None
    return float(total + part + (digit or 0))


def plain_date(text: str) -> Date | None:
    """Read a TIME that names one year in figures (of a range the last), with month and day if it has them."""
    found = _DATE.search(text)
    if found is None or re.search(r"\d", text[: found.start()] + text[found.end() :]):
        return None
    return int(found[1]), *(int(n) if n else None for n in found.groups()[1:])  # type: ignore[return-value]


# --- the readers -------------------------------------------------------------


@dataclass(frozen=True)
class NumberReader:
    """A library's way from a span to a number, and to a date if it has one."""

    name: str
    number: Callable[[str], Number | None]
    date: Callable[[str], Date | None] | None


def open_reader(name: str) -> NumberReader | None:
    """Return the reader called *name* (``planie``, ``jionlp``, ``cn2an``); ``None`` where it is not installed."""
    try:
        return _READERS[name]()
    except ImportError:
        return None


def _ours() -> NumberReader:
    from planie import __version__
    from planie.normalise import quantity
    from planie.periods import read_time

    def number(text: str) -> Number | None:
        read = quantity(text, (0, 0))
        return None if read.low is None or read.high is None else (read.low, read.high)

    def date(text: str) -> Date | None:
        read = read_time(text)
        return (read.years[1], read.month, read.day) if read.years else None

    return NumberReader(f"planie {__version__}, numbers and dates", number, date)


def _jionlp() -> NumberReader:
    logging.getLogger("jionlp.util.logger").disabled = True
    jio = _quietly("jionlp")
    base = {"year": 2000, "month": 1, "day": 1}  # the spans name their year

    def money(text: str) -> Number:
        said = jio.parse_money(text)["num"]
        ends = said if isinstance(said, list) else [said]
        return float(ends[0]), float(ends[-1])

    def number(text: str) -> Number | None:
        return _read(money, text) if re.search("[元圆]", text) else _runs(text, money)

    def dated(text: str) -> Date | None:
        read = jio.parse_time(text, time_base=base)["time"]
        ends = [end for end in read if end[:4].isdigit()]  # an open end has none
        day = datetime.datetime.fromisoformat(ends[-1])
        return day.year, day.month, day.day

    return NumberReader(f"JioNLP {jio.__version__}", number, lambda text: _read(dated, text))


def _cn2an() -> NumberReader:
    library = _quietly("cn2an")

    def whole(text: str) -> Number:
        read = float(library.cn2an(text, "smart"))
        return read, read

    return NumberReader(f"cn2an {library.__version__}", lambda text: _runs(text, whole), None)


_READERS: Final[dict[str, Callable[[], NumberReader]]] = {"planie": _ours, "jionlp": _jionlp, "cn2an": _cn2an}
_RUN: Final = re.compile(r"[\d.,，．零〇一二两三四五六七八九十百千万亿]+")


def _runs(text: str, whole: Callable[[str], Number | None]) -> Number | None:
    """Read the figures in *text*, one number or the two ends of a range, by themselves."""
    read = [_read(whole, run.replace(",", "").replace("，", "")) for run in _RUN.findall(_POINTS.sub("点", text))]
    first, last = (read[0], read[-1]) if read else (None, None)
    return (first[0], last[1]) if first and last else None


def _read(reader: Callable[[str], _T | None], text: str) -> _T | None:
    """Ask *reader*; one that refuses a span, in whatever way, has not read it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return reader(text)
    except Exception:  # libraries of other people: anything may come
        return None


def _quietly(name: str) -> Any:
    """Import a library that prints, warns and logs on import; it is to speak for itself elsewhere."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return importlib.import_module(name)


# --- scores ------------------------------------------------------------------


@dataclass(frozen=True)
class Questions:
    """The spans whose number or date is plain, each with it."""

    numbers: tuple[tuple[str, Number], ...]
    dates: tuple[tuple[str, Date], ...]

    @classmethod
    def of(cls, values: Sequence[str], times: Sequence[str]) -> Questions:
        """Keep the plain ones of VALUE spans and of TIME spans."""
        numbers = ((text, plain_number(text)) for text in values)
        dates = ((text, plain_date(text)) for text in times)
        return cls(
            tuple((text, plain) for text, plain in numbers if plain), tuple((text, day) for text, day in dates if day)
        )

    def size(self, reader: NumberReader) -> int:
        """The characters that *reader* is given."""
        return sum(len(text) for text, _ in (*self.numbers, *(self.dates if reader.date else ())))


def score(reader: NumberReader, asked: Questions) -> dict[str, tuple[int, int]]:
    """Return (right, asked) for ``numbers`` and, if the reader has them, ``dates``.

    A number is right when both ends of a range are, and the one number of what is none (近3万 may come out
    as a range that begins there). A date is right in all that the span names.
    """
    right = sum(_same(reader.number(text), plain) for text, plain in asked.numbers)
    rows = {"numbers": (right, len(asked.numbers))}
    if reader.date is not None:
        agreed = sum(_agree(reader.date(text), day) for text, day in asked.dates)
        rows["dates"] = (agreed, len(asked.dates))
    return rows


def _same(read: Number | None, plain: Number) -> bool:
    if read is None:
        return False
    low, high = (abs(r - p) <= 1e-6 * max(1.0, abs(p)) for r, p in zip(read, plain, strict=True))
    return low and (high or plain[0] == plain[1])


def _agree(read: Date | None, plain: Date) -> bool:
    return read is not None and all(p in (None, r) for r, p in zip(read, plain, strict=True))
