"""What a number counts: the text between a number and its bound in, a ``Unit`` out.

In: folded text such as ``万人次``, ``个百分点``, ``元/亩``. Out: the unit's name as written, less
its multiplier, and what the number must be multiplied by. Nothing is refused: a unit that the
tables do not know keeps the name that the text gives it. Source: the project's own guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MULTIPLIERS: Final[dict[str, int]] = {
    "十": 10,  # 20 十人
    "百": 100,  # 3 百人
    "千": 1000,  # 5 千册
    "万": 10**4,  # 3.5 万平方米, 1.2 万元/亩
    "亿": 10**8,  # 18.26 亿元
}
NO_MULTIPLIER: Final = re.compile(r"千[克瓦米伏卡帕赫焦兆]|[百千]分")  # 千克 and 百分点 are units

_NAMES: Final[dict[str, str]] = {
    "百分点": "个百分点",  # 提高2百分点
    "千分点": "个千分点",  # 下降1.67千分点
    "元整": "元",  # 壹佰元整
    "元正": "元",  # 壹佰元正
    "方米": "平方米",  # a site that strips 平; 立方米 is whole
    "圆": "元",  # 壹佰圆
    "圆整": "元",
    "圆正": "元",
}
_SIGNS: Final[dict[str, str]] = {"¥": "元", "￥": "元", "$": "美元", "€": "欧元", "£": "英镑"}
_DIRT: Final = re.compile(r"[\s“”\"。]")
_EDGES: Final = ".…·"  # 3821..
_MARKS: Final = re.compile(r"(?:大关|关口)$")  # 突破2000|大关|, 20亿元|大关|: a mark that is passed, and no unit
_CUT: Final = re.compile(  # where a unit is over, whatever was tagged with it
    r"[?？]|^[、,，;；]|(?<=[%‰])[\d.．A-Za-z]"  # 46?36%, 32%61%90.6%, 98%.4、
    r"|^(?:其中?|中|的|和|与|及|为|是|占|等)"  # 96.64其
    r"|^[一二两三四五六七八九](?=[个名位所人项家间座次场门])"  # 269两个: two numbers
)
_FIGURES: Final = {c: float(n) for n, c in enumerate("一二三四五六七八九", 1)} | {"半": 5.0}
_TENTHS: Final = re.compile(r"成([一二三四五六七八九半])?(?=$|[^\w])")  # 六成, 九成五

SHARES: Final = frozenset({"%", "‰", "‱", "个百分点", "个千分点", "个点", "倍"})
"""Units that only a change or a rate is measured in."""

COUNTS: Final = frozenset(
    "个所家间处座栋幢名人项门场期次篇本册套台辆件条支只块张节堂类种批轮户村校班份例起宗笔部款组点片园团队"
) | {"人次", "场次", "批次", "轮次", "人(次)"}
"""Measure words of things: 提升12所 raises no number by twelve."""

EXTENTS: Final = frozenset({"亩", "公顷", "平方米", "㎡", "m²", "m2", "平方公里", "公里", "千米", "米", "吨", "千瓦"})
"""How much land, road or building there is: 提升农田500亩 improves what is there."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit's name, what one of it is worth (``万元``: 10000), and what it adds (九成五: 5)."""

    name: str
    factor: float = 1.0
    plus: float = 0.0


def read_unit(text: str, *, sign: str = "") -> Unit:
    """Read the unit *text*, or the currency *sign* that stands before a number with no unit."""
    text = _DIRT.sub("", text).strip(_EDGES)
    text = _MARKS.sub("", text)
    if over := _CUT.search(text):
        text = text[: over.start()]
    if text[:1] in ("(", "（") and text[-1:] in (")", "）"):  # 704(所次)
        text = text[1:-1]
    if tenths := _TENTHS.match(text):
        return Unit("%", 10.0, _FIGURES.get(tenths[1] or "", 0.0))
    factor, at = 1.0, 0
    while at < len(text) and text[at] in _MULTIPLIERS and not NO_MULTIPLIER.match(text, at):
        factor *= _MULTIPLIERS[text[at]]
        at += 1
    name = _NAMES.get(text[at:], text[at:])
    return Unit(name or _SIGNS.get(sign, ""), factor)
