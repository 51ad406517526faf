"""When something is due: a TIME entity, or a title, in; the years, month and day it names out.

In: healed text such as ``2025年9月底前``, ``“十四五”期间``, ``去年``, ``每学期``. Out: a
``TimeReading`` of what the words say, with nothing inherited: ``normalise`` counts 去年 from the
plan's year. Words that name no time (目前, 学前三年) give an empty reading. Source: section 3 of
the annotation guide; the five-year plans are counted from the sixth (1981 to 1985).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from planie.numerals import LONGEST, MASK, fold, parse_number, parse_year_digits
from planie.schema import DeadlineKind

Years = tuple[int, int]

_ZH_YEAR: Final = re.compile(r"[零〇○OoＯ一二三四五六七八九\d]{4}(?=\s*[年—–~～至到-]|$)")
_SPELLED_YEAR: Final = re.compile(r"[一二两]千[零〇百一二三四五六七八九十]*(?=年)")  # 两千零五年
_YEAR: Final = re.compile(r"(?<!\d)((?:19[4-9]|20[0-9])\d)(?!\d)")
_SHORT_RANGE: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)年?[-—–~～至到](\d\d)(?=年|学年)")  # 2021—25年
_SHORT_YEAR: Final = re.compile(
    r"(?<!\d)(\d\d)年(?=[底末初度秋春前]|\d{1,2}月|[上下]半年)|(?<=[到至])(\d\d)年$|^(0\d|2[1-9])年$"
)
_MASKED_YEAR: Final = re.compile(
    rf"\d{{0,3}}[{MASK}]{{1,5}}\d?(?=\s*(?:学?年|[-—–~～、至到]\d{{0,3}}[{MASK}]))|[12]\d{{0,2}}[{MASK}]{{2,5}}"
)
_LAST_YEAR: Final = re.compile(  # 20xx-2023学年: the last year of a span is the one that counts
    r"(?:学?年度?)?(?:\d{1,2}月份?)?\s*[-—–~～至到]+\s*(?:19[4-9]|20\d)\d(?!\d)"
)
_FIVE_YEARS: Final = re.compile(
    r"(?:(十[一二三四五六七八九])五|(?:(?<=[“\"『「])|^)(十|[六七八九])五(?=[”\"』」]|期|时期|规划|末|以来|$)"
    r"|(?<![一二三四五六七八九])(十|[六七八九])五(?=[”\"』」]|期间|时期|规划)"
    r"|第(十[一二三四五六七八九]?|[六七八九])个五年)(?![年个月日所名人%％])"  # 第十四个五年规划
)
_PLAN_NUMBERS: Final = {
    n: i for i, n in enumerate("六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九".split(), 6)
}

_FIGURE: Final = r"\d{1,2}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]"
_MONTH: Final = re.compile(rf"({_FIGURE})月份?(?:[上中下]旬|底|初|末)?")
_DAY: Final = re.compile(rf"月份?({_FIGURE})(?:[日号]?[-—–~～至到、](?:\d{{1,2}}月)?({_FIGURE}))?[日号]")
_DATE: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/.])(\d{1,2})(?:\2(\d{1,2}))?(?!\d)")
_QUARTER: Final = re.compile(r"([一二三四1-4])季度")
_HALVES: Final = (("上半年", 6), ("下半年", 12))

_RELATIVE: Final[tuple[tuple[str, int], ...]] = (
    ("今明两年", 1),
    ("上学年", -1),
    ("去年", -1),  # 去年同期, 去年9月
    ("上年", -1),
    ("上一年", -1),
    ("前年", -2),
    ("明年", 1),
    ("次年", 1),  # 次年4月份
    ("翌年", 1),
    ("下一年", 1),  # 下一年度
    ("下年", 1),
    ("下一学年", 1),
    ("下学年", 1),
    ("来年", 1),
    ("后年", 2),
    ("今年", 0),  # 今年以来, 今年起
    ("本年", 0),  # 本年度
    ("新的一年", 0),
)
_THIS_YEAR: Final = re.compile(r"(?<![\d一二两三四五六七八九十学])年内")  # neither 三年内 nor 学年内
_ROUND: Final = re.compile(r"每|逐[年月]|隔[年周月]|按[年月季]|^年年|[\d一二三四五]年一[周轮]")
_SPAN: Final = re.compile(
    rf"^(?:在|于|用|分|经过|利用|力争|争取|通过)*(?:今后|未来|接下来|下一步)?的?(?:(?:{_FIGURE})[-—–~～至到])?"
    rf"(?P<n>{_FIGURE})(?:个)?(?:学?年)(?:左右|上下)?(?:的?时间)?(?:之内|以内|内|里|后|期间)?$"
)
_PAST: Final = re.compile(
    rf"(?:过去|最近|近|这|连续|^前|^上)的?(?P<n>{_FIGURE})个?学?年|(?P<m>{_FIGURE})个?学?年(?:多)?以?来"
)
_FROM: Final = re.compile(r"(?:起|开始|以来|始)(?:[,，]|$)")
_BY: Final = re.compile(
    r"^(?:力争|争取|确保|在|于)*(?:到|至|截至|截止)|从(?:现在|即日|今年?)[起]?[到至]"
    r"|(?<![目当此])(?<!^日)前(?![一二三四五六七八九十\d])(?:后)?(?:$|[,，(（])|底|(?<!周)末|为?止$"
)
_OPEN_RANGE: Final = re.compile(rf"(?:{_FIGURE})月份?[底初末]?[至到—–~～-](?!.*(?:月|季度))")  # 11月至寒假前

_TITLE_NOISE: Final = re.compile(
    r"[〔\[［(（【][^〕\]］)）】]{0,4}\d{4}[〕\]］】]\s*第?\d*号?|\d{4}年?(?:修[订正]|版|远景)|[(（]\d{4}年修[订正][)）]"
)
_LOST_DASH: Final = re.compile(  # 20252026学年, (20142018年), (2013年9月2018年7月): a page has lost the dash
    r"(?<!\d)((?:19|20)\d\d)((?:19|20)\d\d)(?=学?年)|(?<=[(（])((?:19|20)\d\d年(?:\d{1,2}月)?)((?:19|20)\d\d)(?=年(?:\d{1,2}月)?[)）])"
)
_LONGEST_PLAN: Final = 30  # years: two that lie further apart are no range that has lost its dash
_TITLE_RANGE: Final = re.compile(
    r"((?:19|20)\d\d)(?:学?年度?(?:\d{1,2}月)?)?\s*[-—–―~～至到－]+\s*((?:19|20)\d\d|\d\d(?=年|学年))(?!\d)"
)
_YEARLY: Final = re.compile(
    r"\d{4}年度?(?:工作|实施|重点|任务|行动|推进|执行)?(?:计划|要点|安排|方案|任务|总结|报告|清单)"
)
_TITLE_YEAR: Final = re.compile(r"(?<!\d)((?:19[5-9]|20[0-9])\d)(?!\d)(?!\s*[号名所个万人元件字次]|[-/.]\d)")


@dataclass(frozen=True, slots=True)
class TimeReading:
    """What a TIME says: its years (first and last), or how it is counted from the plan's.

    *relative* is an offset from the plan's year (去年: -1), *within* a number of years ahead or of
    no stated side (三年内, 五年), *past_span* a number of years behind (五年来).
    """

    years: Years | None = None
    month: int | None = None
    day: int | None = None
    kind: DeadlineKind = "in"
    redacted: bool = False
    relative: int | None = None
    within: int | None = None
    recurring: bool = False
    past_span: int | None = None


def read_time(text: str) -> TimeReading:
    """Read a TIME entity; words that name no time leave every field empty."""
    text = _digits(text)
    recurring = _ROUND.search(text) is not None
    years, redacted = _years(text), _blanked(text)
    month, day = _month_and_day(text)
    if redacted:
        return TimeReading(None, month, day, _kind(text, None, recurring), True, recurring=recurring)
    if years is not None or recurring:
        years = _edge(text, years)
        return TimeReading(years, month, day, _kind(text, years, recurring), recurring=recurring)
    relative = next((offset for word, offset in _RELATIVE if word in text), 0 if _THIS_YEAR.search(text) else None)
    within, past = (None, None) if relative is not None else _spans(text)
    return TimeReading(None, month, day, _kind(text, None, False), False, relative, within, False, past)


def title_period(title: str) -> Years | None:
    """Return the years that a title or heading gives, first and last: 2021—2023年, “十四五”, 2024年.

    Two years that are no range (2023年总结和2024年打算) count as the later one, and the year of a
    longer plan's yearly part (“十四五”规划2024年度实施计划) as itself. Document numbers, editions and
    blanked-out years give none.
    """
    ranges, plans, years = _named(title)
    if ranges:
        return ranges[0]
    if plans:
        first, last = plans[0][0], plans[-1][1]
        inside = [y for y in years if first <= y[0] <= last]
        return inside[0] if len(years) == len(inside) == 1 and _YEARLY.search(_digits(title)) else (first, last)
    return max(years, default=None)


def denies(title: str, year: int) -> bool:
    """Whether *title* has blanked a figure of its year out and what it leaves is no part of *year*: 201x年 and 2024.

    Of several such years one that fits is enough; one without any figure (xx年) denies nothing.
    """
    masked = [found.group() for found in _MASKED_YEAR.finditer(_digits(title))]
    said = [text for text in masked if re.match(r"(?:19|20)", text)]
    return bool(said) and not any(_fits(text, year) for text in said)


def _fits(masked: str, year: int) -> bool:
    """The figures that stand before the first blank, and one behind the blanks of a year of four."""
    shown = re.match(r"\d+", masked)
    whole = len(masked) == 4 and masked[3].isdigit()
    return shown is None or (str(year).startswith(shown.group()) and (not whole or str(year)[3] == masked[3]))


def named_periods(text: str) -> tuple[Years, ...]:
    """Return every period that a title or heading names: “十五五”时期目标和2026年工作安排 names two."""
    return tuple(dict.fromkeys(years for group in _named(text) for years in group))


def _named(title: str) -> tuple[list[Years], list[Years], list[Years]]:
    """The ranges, five-year plans and single years of *title*, the plans and ranges each in order."""
    text = _TITLE_NOISE.sub(" ", _digits(title))
    ranges: list[Years] = []
    for found in _TITLE_RANGE.finditer(text):
        first, last = int(found[1]), int(found[2])
        last = last if last > 100 else first // 100 * 100 + last
        ranges.append((first, last) if first <= last <= first + 40 else (last, last))
    rest = _TITLE_RANGE.sub(" ", text)
    return ranges, _five_years(text), [(int(y[1]), int(y[1])) for y in _TITLE_YEAR.finditer(rest)]


def _digits(text: str) -> str:
    """Fold *text* and write its years in Arabic digits: 二〇二四年 → 2024年."""
    text = fold(text[:LONGEST].strip()).replace("元月", "1月")
    text = _ZH_YEAR.sub(lambda m: str(parse_year_digits(m.group()) or m.group()), text)
    text = _LOST_DASH.sub(_dashed, text)
    return _SPELLED_YEAR.sub(lambda m: str(_number(m.group()) or m.group()), text)


def _dashed(found: re.Match[str]) -> str:
    first, last = found[1] or found[3], found[2] or found[4]
    later = 0 < int(last) - int(first[:4]) <= _LONGEST_PLAN
    return f"{first}-{last}" if later else found.group()


def _five_years(text: str) -> list[Years]:
    """The five-year plans that *text* names, the earliest first."""
    found = {_PLAN_NUMBERS[m[1] or m[2] or m[3] or m[4]] for m in _FIVE_YEARS.finditer(text)}
    return [(1951 + 5 * n, 1955 + 5 * n) for n in sorted(found)]


def _years(text: str) -> Years | None:
    found = [int(m[1]) for m in _YEAR.finditer(text)]
    found += [int(m[1]) // 100 * 100 + int(m[2]) for m in _SHORT_RANGE.finditer(text)]
    if not found:
        short = [int(m[1] or m[2] or m[3]) for m in _SHORT_YEAR.finditer(text)]
        found = [2000 + n if n < 60 else 1900 + n for n in short]
    found += [year for plan in _five_years(text) for year in plan]
    return (min(found), max(found)) if found else None


def _blanked(text: str) -> bool:
    """Whether the year that counts is blanked out: 20xx年, 2012年-20xx年; not 20xx-2023学年."""
    masked = list(_MASKED_YEAR.finditer(text))
    return bool(masked) and _LAST_YEAR.match(text, masked[-1].end()) is None


def _edge(text: str, years: Years | None) -> Years | None:
    """“十三五”末 is its last year, “十四五”以来 begins with its first."""
    if years is None or years[0] == years[1] or not _FIVE_YEARS.search(text) or _YEAR.search(text):
        return years
    if "以来" in text or "初" in text:
        return years[0], years[0]
    return (years[1], years[1]) if "末" in text else years


def _month_and_day(text: str) -> tuple[int | None, int | None]:
    if date := _DATE.search(text):
        return _within(int(date[3]), 12), _within(int(date[4] or 0), 31)
    if _OPEN_RANGE.search(text):
        return None, None
    months, days = list(_MONTH.finditer(text)), list(_DAY.finditer(text))
    if months:
        day = _number(days[-1][2] or days[-1][1]) if days else None
        return _within(_number(months[-1][1]), 12), _within(day, 31)
    if quarters := _QUARTER.findall(text):
        return 3 * int(_number(quarters[-1]) or 0), None
    return next((month for word, month in _HALVES if word in text), None), None


def _number(text: str) -> int | None:
    value = parse_number(text)
    return None if value is None else int(value)


def _within(number: int | None, limit: int) -> int | None:
    return number if number is not None and 1 <= number <= limit else None


def _spans(text: str) -> tuple[int | None, int | None]:
    """Read 三年内 as years ahead and 五年来 as years behind; 学前三年 and 三年级 are neither."""
    if past := _PAST.search(text):
        return None, _number(past["n"] or past["m"])
    ahead = _SPAN.match(text)
    years = _number(ahead["n"]) if ahead else None
    # a bare 30年 is an age, not a term
    return (years if years is not None and years <= 15 else None), None


def _kind(text: str, years: Years | None, recurring: bool) -> DeadlineKind:
    if recurring:
        return "every"
    several = years is not None and years[0] != years[1]
    if _FROM.search(text) and not several:
        return "from"
    return "by" if _BY.search(text) else "in"
