"""A VALUE and the words beside it in, a ``Quantity`` out.

In: the healed text of the entity and what its sentence says on either side. Out: number or range,
unit, comparator and change. Nothing is refused: what cannot be read has ``low`` and ``high`` ``None``,
and :func:`counts` tells what is no quantity at all. Spaces around figures (约 100 名, 2 - 3 名) are passed over.
Source: section 3 of the annotation guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from planie.comparators import bound_apart, prefix_bound, read_change, split_bound, strongest
from planie.numerals import LONGEST, Number, find_number, fold, holds_number, parse_number
from planie.plan import Quantity
from planie.schema import Change, Comparator
from planie.spans import Span
from planie.units import COUNTS, EXTENTS, NO_MULTIPLIER, SHARES, Unit, read_unit

_KIND_UNITS: Final = {"percent": "%", "permille": "‰", "permyriad": "‱", "ratio": ":"}
_TO: Final = re.compile(r"(?P<unit>[^\d\-—–―─~～至到]{0,8}?)(?:[-—–―─~～]+|[至到])")
_HALF: Final = re.compile(r"([个年天月周倍番]|小时)?半(?!数|径|决赛)")  # 一个半小时, 两年半
_MANY: Final = re.compile(r"(个?)多(?=\w)")  # 3个多月
_DOUBLE: Final = re.compile(r"翻了?(?P<near>[近约超]?)(?P<times>[^番]{0,3})番")  # 翻一番, 翻了近两番
_COINS: Final = re.compile(  # 三元五角, 3块5毛, 10块钱; 28块 counts pieces
    r"(?:[元圆]|块(?=钱|[^角毛分]{1,2}[角毛]))钱?(?:(?P<jiao>[^角毛分钱]{1,2})[角毛])?(?:(?P<fen>[^角毛分钱]{1,2})分)?"
)
_FIGURES: Final = re.compile(r"[\d.,*]+|[零一二两三四五六七八九十百千]+")
_SPACE: Final = re.compile(r"\s+")
_APART: Final = re.compile(r"(?<![\d.,])\d(?: \d)+(?![\d./])")  # 3 1人
_GAP: Final = re.compile("(?<!\\s)[ \u00a0\u3000]{1,2}(?!\\s)")  # 约 |100名|
_ITEM: Final = re.compile(
    r"^\d{1,2}[:：](?=\d+[余多]?[万千百]?(?:所|个|人|名|项|栋|间|台|套|件|块|座|处|家))"
)  # 项目|1:3所: no ratio
_LOST: Final = re.compile(r"\d+[?？]\d+")  # 46?36%: what stood there cannot be told
_SCHOOL: Final = re.compile(
    r"[\d*×Xx零〇一二三四五六七八九十百]+中|[*×Xx]+分[校园]|(?:985|211)院"
)  # 49中, 四中: a school
_MIDDLE: Final = re.compile(r"[小学职等心型青外央级期医]|[高专](?!校)")  # 6997中|小学: 中 begins the next word
_FILE: Final = re.compile(r"\d\.?(?:pdf|docx?|pptx?|xlsx?|wps|txt|rar|zip)$", re.IGNORECASE)  # 工作计划7336.pdf
_NAMED: Final = re.compile(r"[*×Xx]+[完小中大学]")  # XX完|小, XXX学|校: a school whose name is blanked out
_NO_TIMES: Final = ("结", "供", "装", "污")  # 二次|结构工程, 二次|供水
_GIVEN: Final = re.compile(r"[(（](\w{1,3})[)）]")  # |704|(所次)
_SECOND: Final = re.compile(r"\d|两[个位名所人项家间]")
_CLOCK: Final = re.compile(r"(?:小时|分|度|米|元|岁|年)\d|[*×xX&]")  # 8分40秒, 1920*1080
_CONTEXT: Final = 60  # how much of the sentence is looked at on either side


@dataclass(frozen=True, slots=True)
class _Measure:
    """The number or range of a value, its unit, the words before it and the bound that touches it."""

    low: float | None
    high: float | None
    unit: str
    prefix: str
    bound: Comparator
    redacted: bool = False


def quantity(
    text: str, span: Span, *, before: str = "", after: str = "", action: str | None = None, lent: str = ""
) -> Quantity:
    """Read the VALUE *text*, which stands at *span*.

    Args:
        text: the healed text of the entity, with the bounds that touch its number.
        span: what the quantity's ``span`` will be.
        before: what its sentence says before it; bounds apart (至少配备校医|1名|) and verbs of
            change are looked for there, no further back than the clause.
        after: what its sentence says behind it.
        action: the text of the frame's ACTION, ``""`` if it has none, ``None`` if not known; it
            settles 增加小学、初中学位|600个|, which is guessed from *before* otherwise.
        lent: the unit of the next value of its list (:func:`unit_words`), for a number that has none
            (高出|1.1|和0.9个百分点).
    """
    measure = _doubling(text) or _measure(text, lent)
    if measure is None:
        return Quantity(text, span, None, None, "")
    before, after = _GAP.sub("", before[-_CONTEXT:]), _GAP.sub("", after[:_CONTEXT])
    if not measure.unit and (given := _GIVEN.match(after)) and (given[1] in COUNTS or given[1][1:] == "次"):
        measure = replace(measure, unit=given[1])
    return Quantity(
        text, span, measure.low, measure.high, measure.unit,
        comparator=_comparator(measure, before, after),
        change="level" if "番" in text else _change(measure, before, after, action),
        redacted=measure.redacted,
    )  # fmt: skip


def counts(text: str, *, after: str = "") -> bool:
    """Say whether the VALUE *text* is one: 近期 and 名 hold no number, and 四中, XX分校, 985院校 are schools."""
    said = _closed(text)
    if (said == "二次" and after[:1] in _NO_TIMES) or _FILE.search(said):
        return False
    if _NAMED.fullmatch(said) and after[:1] in ("小", "学", "校"):
        return False
    if said in ("985", "211") and after[:1] in tuple("院高大工、"):
        return False
    return holds_number(said) and not (_SCHOOL.fullmatch(said) and not _MIDDLE.match(after))


def several(text: str) -> bool:
    """Say whether another number stands behind the one that is read, where a unit should be."""
    folded = _closed(text)
    first = find_number(folded)
    if first is None or first.kind == "ratio":
        return False
    rest = _second(folded[first.end :])[2]
    return _SECOND.search(rest) is not None and not _CLOCK.match(rest)


def _closed(text: str) -> str:
    """Fold *text* and take its spaces out, but those between two digits; 3 1 人 is 31人."""
    folded = fold(text[:LONGEST])
    return _APART.sub(lambda m: m.group().replace(" ", ""), _SPACE.sub(_kept, folded))


def _kept(space: re.Match[str]) -> str:
    """The space of 1 200 may hold thousands apart; all others say nothing."""
    before, after = space.string[: space.start()][-1:], space.string[space.end() :][:1]
    return space.group() if before.isdigit() and after.isdigit() else ""


def _comparator(measure: _Measure, before: str, after: str) -> Comparator:
    if measure.bound not in ("=", "~"):
        return measure.bound
    part = measure.unit in SHARES or (measure.unit == "" and measure.low is not None and measure.low < 1)
    return strongest(bound_apart(before, after, share=part), measure.bound)


def _change(measure: _Measure, before: str, after: str, action: str | None) -> Change:
    counted = measure.unit in COUNTS or measure.unit in EXTENTS
    # a verb that was taken into the value (增长8%) is read like one before it
    return read_change(before + measure.prefix, after, unit=measure.unit, counted=counted, action=action)


def _doubling(text: str) -> _Measure | None:
    """翻一番 is twice, 翻两番 four times."""
    folded = _closed(text)
    found = _DOUBLE.search(folded)
    times = parse_number(found["times"] or "一") if found else None
    if found is None or times is None or not 0 < times <= 20:
        return None
    prefix, bound = folded[: found.start()] + found["near"], split_bound(folded[found.end() :])[1]
    return _Measure(2.0**times, 2.0**times, "倍", prefix, strongest(prefix_bound(prefix), bound))


def unit_words(text: str) -> str:
    """Return the unit of a VALUE as its list may share it, multiplier and all: ``万元`` of 1.2万元以上."""
    folded = _closed(text)
    figures = _FIGURES.search(folded)
    if figures is None:
        return ""
    return split_bound(_second(folded[figures.end() :])[2])[0]


def _lent(number: Number, words: str) -> str:
    """The unit that *number* takes from the list; 3500万、2300万人次 have their multipliers themselves."""
    return words.lstrip("百千万亿") if number.scale != 1 and not NO_MULTIPLIER.match(words) else words


def _measure(text: str, lent: str = "") -> _Measure | None:
    folded = _closed(text)
    folded = _ITEM.sub("", folded)
    if lost := _LOST.search(folded):
        name, bound = split_bound(folded[lost.end() :])
        return _Measure(None, None, read_unit(name).name, folded[: lost.start()], strongest(bound))
    first = find_number(folded)
    if first is None:
        return None
    prefix, rest = folded[: first.start], folded[first.end :]
    second, left, rest = _second(rest)
    name, bound = split_bound(rest)
    if lent.startswith(name) and first.kind == "plain" and not left and (not name or lent == "个百分点"):
        name = _lent(first, lent)
    if many := _MANY.match(name):
        name, bound = many[1] + name[many.end() :], strongest(bound, ">")
    said = strongest(prefix_bound(prefix), bound, first.blur or None, second.blur or None if second else None)
    if second is None:
        number, unit = _halves(first, name, folded)
        low, high, unit_name = _scaled(number, _unit(number, unit, prefix))
    else:
        low, high, unit_name = _between(first, second, left, name, prefix)
    masked = "masked" in (first.kind, second.kind if second else "")
    return _Measure(None if masked else low, None if masked else high, unit_name, prefix, said, masked)


def _second(rest: str) -> tuple[Number | None, str, str]:
    """Split ``名—3名`` into the second number of a range, the first one's unit and what follows."""
    to = _TO.match(rest)
    number = find_number(rest[to.end() :]) if to else None
    if to is None or number is None or number.start:
        return None, "", rest
    return number, to["unit"], rest[to.end() + number.end :]


def _unit(number: Number, name: str, prefix: str) -> Unit:
    if number.kind in _KIND_UNITS:
        return Unit(_KIND_UNITS[number.kind])
    if coins := _COINS.fullmatch(name):
        jiao, fen = (parse_number(coins[key] or "零") or 0.0 for key in ("jiao", "fen"))
        return Unit("元", plus=jiao / 10 + fen / 100)
    return read_unit(name, sign=prefix[-1:])


def _scaled(number: Number, unit: Unit) -> tuple[float | None, float | None, str]:
    return _times(number.low, unit), _times(number.high, unit), unit.name


def _times(value: float | None, unit: Unit) -> float | None:
    if value is None or (unit.factor == 1 and not unit.plus):
        return value
    return float(Decimal(repr(value)) * Decimal(unit.factor) + Decimal(repr(unit.plus)))


def _halves(number: Number, name: str, text: str) -> tuple[Number, str]:
    """Add the half of 一个半小时; 一半 is a half by itself."""
    half = _HALF.match(name)
    if half is None or number.low is None or number.high is None:
        return number, name
    extra = 0.5 if half[1] or text[number.start : number.end] != "一" else -0.5
    return replace(number, low=number.low + extra, high=number.high + extra), (half[1] or "") + name[half.end() :]


def _between(
    first: Number, second: Number, left: str, name: str, prefix: str
) -> tuple[float | None, float | None, str]:
    """Read a range: 2—3名, 30%—40%, 3至5万元, 1000万元—1亿元."""
    last = _unit(second if second.kind != "plain" else replace(second, kind=first.kind), name, prefix)
    unit = _unit(first, left, prefix) if left else last
    if last.name and unit.name != last.name:  # 3个月至1年 is no range of one unit; the unit shows both
        return None, None, f"{unit.name}至{last.name}"
    low, high = _times(first.low, unit), _times(second.high, last)
    if low is None or high is None:
        return None, None, unit.name
    if not left and first.scale == 1 < second.scale and low < high / second.scale:
        low *= second.scale
    return min(low, high), max(low, high), unit.name
