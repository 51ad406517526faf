"""Numbers as Chinese plans write them: a string in, a ``Number`` with its place out.

In: healed text, half or full width. Out: ``Number`` (what it says and where it ends), or
``None`` where no number stands. Read are Arabic numerals (``1 120``, ``35,600``, ``９８．５``),
Chinese ones in plain and formal digits with their multipliers (``三万二千``, ``壹佰贰拾``,
``1.2万``), estimates (``二十余``, ``十几``, ``两三``), fractions (``三分之一``, ``1/4``), shares
(``百分之五``), ratios (``48:52``) and numbers that were blanked out (``**``, ``XX``).
Refused: ordinals, clock times and everything with a unit (``units`` reads those).
兆 is left to the units: in a plan it is bandwidth, not 10¹². Source: the project's own guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Literal

Blur = Literal["", ">", "~"]
NumberKind = Literal["plain", "fraction", "percent", "permille", "permyriad", "ratio", "masked"]

_DIGITS: Final[dict[str, int]] = {
    c: n for n, row in enumerate(
        ("零〇", "一壹幺", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    ) for c in row
}  # fmt: skip
_TENS: Final[dict[str, int]] = {"廿": 20, "卅": 30}  # 廿二 is 22
_SMALL: Final[dict[str, int]] = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE: Final[dict[str, int]] = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_BLUR: Final[dict[str, Blur]] = {"余": ">", "餘": ">", "多": ">", "几": ">", "幾": ">", "数": ">", "來": "~", "来": "~"}
_SHARES: Final[dict[str, NumberKind]] = {"百": "percent", "千": "permille", "万": "permyriad", "萬": "permyriad"}

_YEAR_DIGITS: Final = str.maketrans({**{c: str(n) for c, n in _DIGITS.items()}, **dict.fromkeys("○OoＯ", "0")})

_FOLD: Final = str.maketrans(
    {
        **{chr(c + 0xFEE0): chr(c) for c in range(0x30, 0x3A)},
        **dict(zip("．％／：∶︰＊－−＋", ".%/:::*--+", strict=True)),
    }
)

MASK: Final = "*×xX○●□■△▲_＿﹡✕╳Ｘｘ"
"""Characters that stand for blanked-out digits: 新建**所, XX名."""

_ZH: Final = "".join(_DIGITS)
_RUN: Final = "".join(c for c in _DIGITS if c not in "两兩")
_TOKEN: Final = re.compile(
    r"(?P<arabic>\d{1,3}(?:[,， \u00a0]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.·]\d+)?)"
    # 两 stands alone or in an estimate (两三, 一两); in 二两 it is a unit
    rf"|(?P<digits>零?一?[两兩][三叁]?|[{_RUN}]+)"
    rf"|(?P<point>[点點](?P<decimals>[{_ZH}]+|\d+)(?![十百千拾佰仟]))"
    r"|(?P<tens>[廿卅])"
    # 千克, 千瓦 are units, and the 百 of 3百分点 is no hundred
    r"|(?P<small>[十拾]|[百佰千仟](?!分点)(?!(?<=千)[克瓦米伏卡帕赫焦兆]))"
    r"|(?P<large>[万萬亿億])"
    r"|(?P<few>[几幾数](?=[十百千万亿萬億]))"
    r"|(?P<blur>[余餘多几幾来來])"
)
_MASKED: Final = re.compile(
    rf"(?<![A-Za-z])(?!\d+×\d|\d\d+[*xX]\d\d)(?:\d+\.|[\d{_ZH}十百千万]*)[{MASK}][\d.·{MASK}]*(?![A-Za-z])(?P<blur>[余多几]?)[十百千万亿]*(?P<behind>[余多几]?)"
)
_START: Final = re.compile(rf"[\d{_ZH}廿卅十拾百佰千仟万萬亿億几幾数半{MASK}]")
_VAGUE: Final = re.compile("若干|[多双]|翻番|成倍|倍增")
_FRACTION: Final = re.compile(r" ?/ ?(?=\d)")
_COLON: Final = re.compile(r"[:比](?=[\d一二两三四五六七八九十百])")
LONGEST: Final = 200
"""Nothing longer than this is a number or holds one that matters: it bounds time and overflow."""

_ESTIMATES: Final = {(3, 5)}  # 三五百 is 300 to 500; neighbours (两三, 七八) are read by their distance


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``text[start:end]``; *low* and *high* differ in 两三 and 十五六.

    ``None`` stands for a masked number and for a ratio of three parts. *blur* is ``>`` in 四十余
    and ``~`` in 十来. *scale* is the multiplier that a range may share (3至5万: 10000).
    """

    low: float | None
    high: float | None
    start: int
    end: int
    kind: NumberKind = "plain"
    blur: Blur = ""
    scale: int = 1


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    end: int
    decimals: str = ""


def fold(text: str) -> str:
    """Return *text* with digits and the marks of numbers (point, percent, signs …) in half width, offsets unchanged."""
    return text.translate(_FOLD)


def parse_number(text: str) -> float | None:
    """Read *text* as one exact number; ``None`` where it is anything else, an estimate or a range.

    ``百分之五`` is 5 (its share is the units' to say), ``三分之一`` a third, ``3:2`` one and a half.
    """
    text = text.strip()
    number = scan_number(text, 0) if len(text) <= LONGEST else None
    if number is None or number.end != len(text) or number.blur or number.low != number.high:
        return None
    return number.low


def parse_year_digits(text: str) -> int | None:
    """Read a year that is written digit by digit: 二〇二四, 二零二四, 2024."""
    digits = fold(text).translate(_YEAR_DIGITS)
    if len(digits) == 4 and digits.isascii() and digits.isdigit() and 1900 <= int(digits) <= 2100:
        return int(digits)
    return None


def find_number(text: str) -> Number | None:
    """Return the first number in the first ``LONGEST`` characters of *text*, blanked-out ones included."""
    text = fold(text[:LONGEST])
    for match in _START.finditer(text):
        if (mask := _MASKED.match(text, match.start())) is not None:
            blur = _BLUR.get(mask["blur"] or mask["behind"], "")
            return Number(None, None, match.start(), mask.end(), "masked", blur)
        if (number := _scan(text, match.start())) is not None:
            return _signed(number, text)
    return None


def holds_number(text: str) -> bool:
    """Say whether *text* has a figure, a numeral, blanked-out digits or a word for an uncertain number (若干名)."""
    text = fold(text[:LONGEST])
    return _START.search(text) is not None or _VAGUE.search(text) is not None


def scan_number(text: str, start: int) -> Number | None:
    """Read the longest number that begins at *start*, a sign, a fraction or a ratio included."""
    text = fold(text)
    sign = text[start : start + 1]
    if sign in ("-", "负", "負"):
        number = _scan(text, start + 1)
        return None if number is None else _negative(number, start)
    return _scan(text, start)


def _signed(number: Number, text: str) -> Number:
    """Take in a minus sign that opens the text: elsewhere a stroke is a range or a dash."""
    if number.start == 1 and text[0] in "-负負":
        return _negative(number, 0)
    return number


def _negative(number: Number, start: int) -> Number:
    if number.low is None or number.high is None:
        return replace(number, start=start)
    return replace(number, low=-number.high, high=-number.low, start=start)


def _scan(text: str, start: int) -> Number | None:
    head = text[start : start + 1]
    if head in _SHARES and text.startswith(("分之", "分百"), start + 1):
        return _share(text, start)
    if head == "半":
        return Number(0.5, 0.5, start, start + 1)
    first = _plain(text, start)
    if first is None:
        return None
    return _mixed(text, first) or _over(text, first) or _ratio(text, first) or first


def _share(text: str, start: int) -> Number | None:
    """百分之九十八点五, 千分之5, 百分百."""
    if text.startswith("百分百", start):
        return Number(100.0, 100.0, start, start + 3, "percent")
    number = _plain(text, start + 3)
    return None if number is None else replace(number, start=start, kind=_SHARES[text[start]])


def _over(text: str, first: Number) -> Number | None:
    """三分之一 (the denominator first) and 1/4."""
    above: Number | None
    below: Number | None
    if text.startswith("分之", first.end):
        above, below = _plain(text, first.end + 2), first
    elif (slash := _FRACTION.match(text, first.end)) is not None and not first.blur:
        above, below = first, _plain(text, slash.end())
    else:
        return None
    if above is None or below is None or not below.low or below.low != below.high:
        return None
    if above.low is None or above.high is None:
        return None
    end = max(above.end, below.end)
    return Number(above.low / below.low, above.high / below.low, first.start, end, "fraction", above.blur)


def _mixed(text: str, first: Number) -> Number | None:
    """三又五分之一, 1又1/5."""
    if not text.startswith("又", first.end) or (second := _plain(text, first.end + 1)) is None:
        return None
    part = _over(text, second)
    if part is None or part.low is None or part.high is None or first.low is None:
        return None
    return Number(first.low + part.low, first.low + part.high, first.start, part.end, "fraction")


def _ratio(text: str, first: Number) -> Number | None:
    """48:52 and 一比二; a ratio of three or more parts has no one value."""
    parts, end = [first], first.end
    while (colon := _COLON.match(text, end)) and (part := _plain(text, colon.end())) is not None:
        parts.append(part)
        end = part.end
    if len(parts) == 1:
        return None
    low, high, below = first.low, first.high, parts[1].low
    if len(parts) > 2 or low is None or high is None or not below:
        return Number(None, None, first.start, end, "ratio")
    return Number(low / below, high / below, first.start, end, "ratio", parts[1].blur)


# --- one numeral -------------------------------------------------------------


def _plain(text: str, start: int) -> Number | None:
    tokens = _tokens(text, start)
    if not any(t.kind != "blur" for t in tokens):
        return None
    low, high = _value(tokens, side=0), _value(tokens, side=1)
    blur: Blur = next((_BLUR[t.text] for t in tokens if t.kind in ("blur", "few")), "")
    return Number(low, high, start, tokens[-1].end, "plain", blur, _scale(tokens))


def _tokens(text: str, start: int) -> list[_Token]:
    """Cut the numeral at *start* into tokens, stopping where the next one cannot belong to it."""
    tokens: list[_Token] = []
    while (match := _TOKEN.match(text, tokens[-1].end if tokens else start)) is not None:
        kind = str(match.lastgroup)
        if kind == "few" and tokens:
            kind = "blur"  # 几十 counts tens, 十几万 is more than ten
        token = _Token(kind, match.group(), match.end(), match["decimals"] or "")
        if not _follows(tokens, token):
            break
        tokens.append(token)
    return tokens


def _follows(tokens: list[_Token], token: _Token) -> bool:
    last = tokens[-1] if tokens else None
    if token.kind in ("arabic", "digits", "tens"):
        return _digits_follow(tokens, token, last)
    if last is None:
        return token.kind in ("small", "large", "few")
    if token.kind == "blur":
        return _blur_follows(tokens, token, last)
    if token.kind == "point":  # 5点30分 is a clock time
        return last.kind != "arabic" and not any(t.kind in ("point", "blur") for t in tokens)
    if token.kind == "small":
        return _small_follows(tokens, token)
    # 1亿2万 and 1.2万亿, never 亿 twice, nor 万 after 万
    large = [_LARGE[t.text] for t in tokens if t.kind == "large"]
    return 10**8 not in large if _LARGE[token.text] == 10**8 else large[-1:] in ([], [10**8])


def _digits_follow(tokens: list[_Token], token: _Token, last: _Token | None) -> bool:
    if last is None:
        return True
    if any(t.kind == "blur" for t in tokens):
        return False
    if last.kind == "tens":
        return token.kind == "digits"
    if last.kind == "small" and _SMALL[last.text] == 10 and token.kind == "arabic":
        return False
    figures = token.text.lstrip("零〇")
    return last.kind in ("small", "large") and (
        token.kind == "arabic" or len(figures) <= 1 or _pair(figures) is not None
    )


def _blur_follows(tokens: list[_Token], token: _Token, last: _Token) -> bool:
    if any(t.kind == "blur" for t in tokens):
        return False
    # 十来个 is an estimate, 3来 is nothing; 十几 follows a multiplier
    return last.kind in ("small", "tens", "large") if token.text in "几幾来來" else True


def _small_follows(tokens: list[_Token], token: _Token) -> bool:
    """Multipliers fall inside a section: 十七十八 is two numbers."""
    for before in reversed(tokens):
        if before.kind == "large":
            return True
        if before.kind == "small" and _SMALL[before.text] <= _SMALL[token.text]:
            return False
    return True


def _pair(run: str) -> tuple[int, int] | None:
    """The two ends of an estimate: 两三, 七八, 三五."""
    if len(run) != 2 or run[0] not in _DIGITS or run[1] not in _DIGITS:
        return None
    low, high = _DIGITS[run[0]], _DIGITS[run[1]]
    return (low, high) if low and (high == low + 1 or (low, high) in _ESTIMATES) else None


def _run(token: _Token, side: int, follows: _Token | None) -> Decimal:
    if token.kind == "arabic":
        return Decimal(re.sub(r"[,， \u00a0]", "", token.text).replace("·", "."))
    pair = None if follows is not None and follows.kind == "point" else _pair(token.text)
    return Decimal(pair[side] if pair else "".join(str(_DIGITS[c]) for c in token.text))


def _value(tokens: list[_Token], *, side: int) -> float:
    """Add the tokens up, in decimals: 18.26亿 is 1826000000 and not 1826000000.0000002."""
    total, section, last = Decimal(0), Decimal(0), 0
    current: Decimal | None = None
    for i, token in enumerate(tokens):
        follows = tokens[i + 1] if i + 1 < len(tokens) else None
        if token.kind in ("arabic", "digits"):
            current = _run(token, side, follows)
            if _is_short(token, follows, i):  # 三万五 is 35000, 十五 is 15
                current *= Decimal(last) / 10
            elif set(token.text) <= set("零〇") and follows is not None and follows.kind == "small":
                current = None  # 一万零百: the zero only holds a place
        elif token.kind == "tens":
            section, last = section + _TENS[token.text], 10
        elif token.kind == "few":
            current = Decimal(1)
        elif token.kind == "point":
            whole = int(total + section + (current or 0))
            total, section, current = Decimal(0), Decimal(0), Decimal(f"{whole}.{_decimals(token)}")
        elif token.kind == "small":
            last = _SMALL[token.text]
            section, current = section + (1 if current is None else current) * last, None
        elif token.kind == "large":
            last = _LARGE[token.text]
            section = section + (current or 0) if i else Decimal(1)
            # 亿 takes all that stands before it (1.2万亿), 万 its own section (2亿3000万)
            total = (total + section) * last if last == 10**8 else total + section * last
            section, current = Decimal(0), None
    return float(total + section + (current or 0))


def _decimals(token: _Token) -> str:
    return "".join(str(_DIGITS.get(c, c)) for c in token.decimals)


def _is_short(token: _Token, follows: _Token | None, index: int) -> bool:
    if index == 0 or (follows is not None and follows.kind != "blur"):
        return False
    return len(token.text) == 1 or _pair(token.text) is not None


def _scale(tokens: list[_Token]) -> int:
    """The multiplier that closes the numeral, if the numeral is one figure and that multiplier."""
    core = [t for t in tokens if t.kind not in ("blur", "few")]
    large = [t for t in core if t.kind == "large"]
    if core[-1].kind == "large":
        return int(_LARGE[large[0].text] * (_LARGE[large[1].text] if len(large) == 2 else 1))
    if len(core) == 2 and core[1].kind == "small":
        return _SMALL[core[1].text]
    return 1
