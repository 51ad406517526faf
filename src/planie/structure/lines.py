"""Lines of a page and the forms in which they are numbered.

In: healed text. Out: every line that holds more than space, with the form of its number, if it
has one. A line that only looks numbered (一、二年级学生, 12.5%的学校, 3、4年级) has none. Two lines
that a page has broken inside a sentence (……全市生产总值达到 / 317亿元，增长8%。) are one, where that is certain.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from planie.numerals import parse_number
from planie.spans import LINE_END
from planie.structure.inline import breaks, held_by

_HAN: Final = "一二三四五六七八九十百〇零"
_NTH: Final = rf"第\s*(?:[{_HAN}]{{1,5}}|\d{{1,3}})\s*"
# what stands behind 一、 or 3、 when both are grades, quarters or months: 一、二年级, 3、4年级
_NO_GRADE: Final = rf"(?!\s*(?:[{_HAN}]{{1,2}}|\d{{1,2}})\s*(?:、|[-—~～至到]\s*[{_HAN}\d]|年级|季度|线城市))"

# what stands behind 2.1 when it is a value or a day: 2.1亿元, 3.5万人, 6.1儿童节; 2.3人才, 1.2年度目标 are none
_NO_UNIT: Final = (
    r"(?!\s*(?:[余多几]?[亿万千百十]|[余多几]|个|所|名|种|元|米|吨|倍|斤|升|岁|亩|户|里|折|寸|尺|页|篇|册|辆|栋|座|幢|台(?!账)|套|件|厘|毫|时(?![空期代])|[角克瓦]"
    r"|人(?![才员事力文工民均格身口])|公(?:里|斤|顷|分|升|尺)|平(?:方|米)|立方|分(?![年类级工析管步阶层项解布])|年(?![度级终])"
    r"|月(?!度)|日(?!常)|天|周(?![边期密])|小时|次(?!要)|项(?!目)|家(?![庭校长园访])|班(?![级主子队风])|级(?!部)|度|类(?!型)"
    r"|条(?!件)|节(?![能约])|[课学][时分]|间(?!接)|处(?!置)|门(?!户)|场(?!地)|期|款|层(?!级)|倾|顷|版|时代|比|左右|以[上下内])"
    r"|[^\s。,，]{0,9}(?:节|[^\W\d_常]日|宣传[周月]|活动[周月])(?![点能约律]))"
)

# days of the year that schools name by their figures: 5.12地震应急演练, 11.9消防演练
_DAYS: Final = r"(?:3[.．]1[25]|4[.．]15|5[.．]12|9[.．]18|11[.．]9|12[.．][49]|12[.．]13)(?!\d)"

FORMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    # 第一部分 2023年工作回顾
    ("volume", re.compile(rf"{_NTH}(?:部分|编|篇|板块)[、:：\s]*")),
    # 第一章 总则
    ("chapter", re.compile(rf"{_NTH}章[、:：\s]*")),
    # 第一节 课程建设
    ("section", re.compile(rf"{_NTH}节(?!课)[、:：\s]*")),
    # 第一条 为加强……
    ("article", re.compile(rf"{_NTH}条(?![款件])[、:：\s]*")),
    # 一、总体要求
    ("han", re.compile(rf"[{_HAN}]{{1,3}}\s*(?:[、.．]|[,，:：](?=\S)){_NO_GRADE}\s*")),
    # (一)指导思想, ㈠指导思想, 一)指导思想
    ("(han)", re.compile(rf"(?:[(（〔\[【]\s*[{_HAN}]{{1,3}}\s*[)）〕\]】]|[㈠-㈩]|[{_HAN}]{{1,3}}\s*[)）])\s*[、.．,，]?\s*")),
    # 1.加强领导, 1、加强领导, 1.2024年底前……
    ("digit", re.compile(
        rf"(?:\d{{1,3}}\s*(?:、{_NO_GRADE}|[.．](?!\d)|[.．](?=(?:19|20)\d\d\s*年)|[,，](?=[^\d\s]))|[⒈-⒛])\s*(?![%％])"
    )),
    # 1.1 总体目标, 1.1总体目标 (not 2.1亿元, 3.10种, 3.00 |)
    ("decimal", re.compile(
        r"\d{1,2}[.．](?!00)\d{1,2}[.．、]?\s+(?=[^\d\s%％.亿万千元个所名人米公吨倍|｜])"
        rf"|(?!{_DAYS})(?:[1-9]|1\d|20)[.．](?:[1-9]|1\d)[.．、]?(?=[^\W\d_a-zA-Z]{{2}}){_NO_UNIT}"
    )),
    # 1.1.2 分年度目标
    ("decimal 3", re.compile(r"\d{1,2}[.．]\d{1,2}[.．]\d{1,2}[.．、]?\s*(?=[^\d\s%％.])")),
    # (1)完善制度, ⑴完善制度
    ("(digit)", re.compile(r"(?:[(（〔\[【]\s*\d{1,2}\s*[)）〕\]】]|[⑴-⒇])\s*[、.．,，]?\s*")),
    # 1)完善制度
    ("digit)", re.compile(r"\d{1,2}\s*[)）]\s*[、.．]?\s*")),
    # ①完善制度
    ("circle", re.compile(r"[①-⑳㉑-㉟❶-❿➀-➓]\s*[、.．]?\s*")),
    # 第一,完善制度
    ("ordinal", re.compile(rf"第[{_HAN}]{{1,2}}\s*[、,，:：]\s*")),
    # 一是完善制度, 一要完善制度
    ("item", re.compile(rf"[{_HAN}]{{1,2}}(?:是|要)(?=[^\s,，。])")),
)  # fmt: skip
"""Name of a numbering form → what a line in that form begins with; outer forms come first."""

RANK: Final[dict[str, int]] = {name: rank for rank, (name, _) in enumerate(FORMS)}
"""Form → how deep it usually stands, from 第一部分 to 一是."""

# x.城区学校建设: the page has masked every digit, those of its headings, too; one such line proves nothing
_MASKED: Final = re.compile(r"[xX*×]\s*[.．、](?=[一-龥])")
_MASKED_LINE: Final = re.compile(rf"^\s*{_MASKED.pattern}", re.MULTILINE)

_COUNT: Final = r"[一二三四五六七八九十\d]{1,3}"
_BEFORE: Final = re.compile(
    rf"^(?:[【(（\[]\s*(?:第\s*)?篇\s*{_COUNT}\s*[】)）\]]|[【(（\[]\s*第\s*{_COUNT}\s*篇\s*[】)）\]]|(?:篇|范文)\s*{_COUNT}(?=[:：、.\s]|$)"
    rf"|(?P<doubtful>第\s*{_COUNT}\s*篇(?=[:：、.\s]|$)))\s*[:：、.]?\s*(?P<title>.*)$"
)
_BEHIND: Final = re.compile(
    rf"^(?P<title>.{{4,40}}?)\s*[【(（]?\s*(?:篇\s*{_COUNT}|第\s*{_COUNT}\s*篇)\s*[】)）]?\s*[:：]?$"
)
# ● and its like are bullets without a space, too, but not where they are repeated, as a mask or a grade is (●●县, ★★★);
# nor ▲ before a figure (▲5%)
_BULLET: Final = re.compile(
    r"(?:[•▪►▶➢✦◆]\s*|([●■★☆◎◇])(?!\1)\s*(?=\S)|▲(?=[^\W\d_])|[●■★▲·*-]\s+(?!\d{1,3}\s*-+$)|#{1,6}\s+)+"
)
_BROKEN: Final = re.compile(r"[\w%％、,，(（—－-]$")  # no mark that a sentence or a heading ends with
_CAPTION: Final = re.compile(r"(?:摄|记者|通讯员|编辑).{0,8}$")
_LONGEST: Final = 2000  # characters: nothing longer is put together
_OPENING: Final = 12  # lines: the title stands among them


@dataclass(frozen=True, slots=True)
class Line:
    """A line without the spaces and bullets around it; *form* and *number* say how it is numbered, if it is."""

    start: int
    end: int
    text: str
    form: str = ""
    number: str = ""

    @property
    def body(self) -> str:
        """The line behind its number."""
        return self.text[len(self.number) :]

    @property
    def bare(self) -> str:
        """The line without any space."""
        return "".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Marker:
    """What numbers the plans of a page: 篇2:…, 【篇二】…, 范文三…, …计划 篇1; *doubtful* when it may divide one plan (第三篇)."""

    title: str
    number: int | None = None
    doubtful: bool = False


def marker_of(line: Line) -> Marker | None:
    """Read the line as a marker, if it is one."""
    if len(line.text) > 80:
        return None
    if found := _BEFORE.match(line.text):
        return Marker(found["title"], _count(line.text[: found.start("title")]), found["doubtful"] is not None)
    found = _BEHIND.match(line.text)
    if found is None or re.search(r"[。；;]|[精通优共]", found["title"]):
        return None
    return Marker(found["title"], _count(line.text[found.end("title") :]))


def _count(text: str) -> int | None:
    return number_of(Line(0, len(text), text, number=text))


def lines_of(text: str) -> list[Line]:
    """Return the lines of *text* that hold anything but space."""
    found: list[Line] = []
    held: frozenset[str] = frozenset()  # the forms of the headings that are open
    at = 0
    masked = len(_MASKED_LINE.findall(text)) >= 2
    for whole in LINE_END.split(text):
        held = held_by(whole, held)
        cuts = breaks(whole, opening=len(found) < _OPENING, held=held)
        for begin, end in pairwise([0, *cuts, len(whole)]):
            said = whole[begin:end]
            if not (stripped := said.strip()):
                continue
            line = _numbered(at + begin + len(said) - len(said.lstrip()), stripped, masked)
            if found and not begin and _goes_on(found[-1], line):
                first = found.pop()
                line = Line(first.start, line.end, text[first.start : line.end], first.form, first.number)
            found.append(line)
        at += len(whole) + 1
    return found


def _goes_on(line: Line, below: Line) -> bool:
    """The page has broken a sentence: *line* is prose that stops short, and *below* goes on to a full stop."""
    said = line.text[-200:]
    if not _BROKEN.search(said) or below.form or len(line.text) > _LONGEST or _CAPTION.search(said):
        return False
    prose = len(line.text) >= 30 and (
        "。" in said or (not line.form and len(line.text) >= 60 and said.count("，") >= 2)
    )
    ends = below.text[-1] in "。；！" or (len(below.text) >= 40 and "。" in below.text)
    return prose and ends and len(below.text) >= 8 and re.match(r"[\w“《(（%％]", below.text) is not None


def _numbered(start: int, text: str, masked: bool) -> Line:
    bullet = _BULLET.match(text)
    if bullet and bullet.end() < len(text):
        start, text = start + bullet.end(), text[bullet.end() :]
    for form, pattern in FORMS:
        if match := pattern.match(text):
            return Line(start, start + len(text), text, form, match.group())
    if masked and (match := _MASKED.match(text)):
        return Line(start, start + len(text), text, "digit", match.group())
    return Line(start, start + len(text), text)


def number_of(line: Line) -> int | None:
    """Return the number of a numbered line (一 to 九百九十九, digits, ①); ``None`` when it has none."""
    if digits := re.findall(r"\d+", line.number):
        return int(digits[-1])
    if han := re.search(rf"[{_HAN}]+", line.number):
        number = parse_number(han.group())
        return None if number is None else int(number)
    for character in line.number:
        if (value := unicodedata.numeric(character, None)) is not None:
            return int(value)
    return None
