"""Other names and other numbers in the same sentences, for training.

In: an annotated document and a seeded random source. Out: the document with its places renamed,
or with its values and years changed, every annotation carried along. Shapes stay: a number has
as many digits as before, a share stays under 100, what was to grow still grows, and all years of a
document move by the same step (by five where it names a five-year plan).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Final

from planie.annotations import Document
from planie.learn.edits import Edit, edited, fits
from planie.spans import Entity

_UNITS: Final = "省市县区镇乡旗州盟"
_NAME: Final = re.compile(rf"(?=([\u4e00-\u9fff]{{2,4}})[{_UNITS}])")
_COMMON: Final = set(
    "全各本我该外省市县区镇乡旗州盟城社校园地辖片街新老主农与和及向在到为由对从关于的是有一二三四五六七八九十个所名两多每直属"
)
_FIRST: Final = "云栖松溪澜禾青柳霁望泽浦岚槐梧桐琅沅汐翠映鹭枫黛朔绛湖"
_SECOND: Final = "川原陵泉阳宁台浦岭州安平江门山林河城源洲湾坪桥沙水"
_DIGITS: Final = re.compile(r"(?<![\d.])\d+(?:\.\d+)?")
_RANGE: Final = re.compile(r"\d[^\d,，]{0,3}[-—–~～至到、]\s*\d")
_HAN: Final = "一二三四五六七八九"
_HAN_DIGIT: Final = re.compile(
    rf"(?<![{_HAN}两几])[{_HAN}](?![{_HAN}几])(?=[十百千万亿多余几成个所名人次期场项间套台件家类门支批%倍]|$)"
)
_YEAR: Final = re.compile(r"(?<![\d.〇零])((?:19|20)\d\d)(?=\s*(?:年|学年|[-—–~～至到]\s*(?:19|20)\d\d))")
_FIVE: Final = re.compile(r"十([一二三四五六])五(?=[”\"’」]|规划|时期|期间|期末|末|以来)")
_FIVES: Final = "一二三四五六"
_PERCENT: Final = re.compile(r"[%％]|个百分点|成")


def replace_names(document: Document, rng: Random) -> Document:
    """Give every place that the document names (in its bodies or its title) another name, the same everywhere."""
    names = {name: _invented(len(name), rng) for name in sorted(place_names(document), key=len, reverse=True)}
    if not names:
        return document
    inside, pattern = fits(document), re.compile("|".join(map(re.escape, names)))
    found = pattern.finditer(document.text)
    return edited(document, [Edit(*m.span(), names[m.group()]) for m in found if inside(*m.span())])


def place_names(document: Document) -> set[str]:
    """Return the names in front of 市, 县 and the like at the head of a body or of the title."""
    heads = [document.text[e.start : e.end] for e in document.entities if e.label in ("ORG", "PROGRAM")]
    heads.append(document.text.lstrip()[:12])
    found = {m[1] for head in heads if (m := _NAME.match(head)) and not _COMMON & set(m[1])}
    return {name for name in found if f"全{name}" not in document.text}


def _invented(length: int, rng: Random) -> str:
    return "".join([rng.choice(_FIRST), *(rng.choice(_SECOND) for _ in range(length - 1))])


def replace_numbers(document: Document, rng: Random) -> Document:
    """Change the numbers of all values, and move all years by one step."""
    values = {
        i: _other_value(document.text[e.start : e.end], rng)
        for i, e in enumerate(document.entities)
        if e.label == "VALUE"
    }
    values = _in_order(document, values)
    edits = [Edit(document.entities[i].start, document.entities[i].end, text) for i, text in values.items()]
    step = _step(document, rng)
    edits += _moved_years(document, step)
    changed = edited(document, [e for e in edits if document.text[e.start : e.end] != e.text])
    year = changed.meta.get("year")
    return replace(changed, meta={**changed.meta, "year": year + step}) if isinstance(year, int) and step else changed


def _other_value(text: str, rng: Random) -> str:
    """Draw another number of the same shape for each in *text*; fractions, ratios and doublings stay."""
    if re.search(r"分之|翻|/|[::∶比]\d", text):
        return text
    small = _PERCENT.search(text) is not None
    for _ in range(8):
        changed = _DIGITS.sub(lambda m: _drawn(m.group(), small, rng), text)
        bounds = [float(n) for n in _DIGITS.findall(changed)]
        if not _RANGE.search(text) or bounds == sorted(set(bounds)):
            break
    else:
        return text  # a range that would run backwards
    return _HAN_DIGIT.sub(lambda _: rng.choice(_HAN[2:]), text) if changed == text else changed


def _drawn(number: str, small: bool, rng: Random) -> str:
    """Another number with as many digits before and behind the point."""
    whole, point, rest = number.partition(".")
    if number in ("100", "0") or (len(whole) > 1 and whole[0] == "0"):
        return number
    low = 10 ** (len(whole) - 1) if len(whole) > 1 else 1 - bool(point)
    high = 10 ** len(whole) - 1
    value = rng.randint(low, min(high, 99) if small and len(whole) <= 2 else high)
    tail = "".join(rng.choice("0123456789") for _ in rest[:-1]) + rng.choice("123456789") if rest else ""
    return f"{value}{point}{tail}"


def _in_order(document: Document, values: Mapping[int, str]) -> dict[int, str]:
    """Keep a baseline and what it grows (or falls) to in their order, else both as they were."""
    kept = dict(values)
    for frame in document.frames:
        base = frame.roles.get("base")
        if base is None:
            continue
        old = [_number(_said(document, i)) for i in (base, frame.value)]
        new = [_number(kept[i]) for i in (base, frame.value)]
        if None in old or None in new or (old[0] < old[1]) != (new[0] < new[1]):  # type: ignore[operator]
            kept.update({i: _said(document, i) for i in (base, frame.value)})
    return kept


def _said(document: Document, index: int) -> str:
    entity: Entity = document.entities[index]
    return document.text[entity.start : entity.end]


def _number(text: str) -> float | None:
    match = _DIGITS.search(text)
    return float(match.group()) if match else None


def _step(document: Document, rng: Random) -> int:
    years = [int(m[1]) for m in _YEAR.finditer(document.text)]
    fives = {_FIVES.index(m[1]) for m in _FIVE.finditer(document.text)}
    if fives:
        return rng.choice(
            [5 * n for n in range(-5, 6) if n and min(fives) + n >= 0 and max(fives) + n < len(_FIVES)] or [0]
        )
    if not years:
        return 0
    low, high = 2003 - min(years), 2034 - max(years)
    return rng.choice([n for n in range(max(-8, low), min(8, high) + 1) if n] or [0])


def _moved_years(document: Document, step: int) -> Iterator[Edit]:
    """Years that are no part of a value; those of a five-year plan's name move with them."""
    if not step:
        return
    values = [(e.start, e.end) for e in document.entities if e.label == "VALUE"]
    inside = fits(document)
    for match in _YEAR.finditer(document.text):
        if inside(*match.span()) and not any(s < match.end() and match.start() < e for s, e in values):
            yield Edit(*match.span(), str(int(match[1]) + step))
    for match in _FIVE.finditer(document.text) if step % 5 == 0 else ():
        start, end = match.span(1)
        if inside(start, end):
            yield Edit(start, end, _FIVES[_FIVES.index(match[1]) + step // 5])
