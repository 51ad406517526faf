"""The day on which a plan was published.

In: the lines of one plan, and which of them are furniture. Out: an ISO date, or ``None``: that of
the line under the title, of the signature, of a by-line or of the office's print, the first of these
that is there. A day in a site's figures (2024-06-29) alone under a title is the site's: what the
document says itself goes before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from planie.numerals import parse_number, parse_year_digits
from planie.structure.furniture import body_at
from planie.structure.issuers import issuer_of
from planie.structure.lines import Line
from planie.structure.particulars import NOT_PUBLISHED, PRINTED

_ARABIC: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})(?!\d)\s*日?")
_CHINESE: Final = re.compile(
    r"([一二][〇零○OＯ一二三四五六七八九]{3})\s*年\s*([一二三四五六七八九十]{1,2})\s*月\s*([一二三四五六七八九十]{1,3})\s*日"
)
_GIVEN: Final = re.compile(r"会议|大会|会上|讲话|报告|^[—–-]")
_POSTED: Final = re.compile(  # 发表于:2020-11-26, 2026-02-11 发布于…, 【公布日期】2005.02.01, date 2026-03-09
    r"(?:发表|发布|上传|更新)(?:于|时间|日期)\s*[:：]?\s*(?P<a>\d.{7,10})|(?P<b>\d{4}-\d\d?-\d\d?)\s*(?:发布|发表|上传)于"
    r"|[【•](?:公布|发布|印发|颁布|成文)日期[】:：]\s*(?P<c>\d.{7,10})|^\s*(?:date|Date|DATE)\s*[:：]?\s*(?P<d>\d{4}-\d\d?-\d\d?)"
    r"|时间\s*[:：]\s*(?P<e>\d{4}-\d\d?-\d\d?)\s+\d\d?[:：]\d\d|^(?P<f>\d\d\.\d\d\.\d{4})\s+\d\d?[:：]\d\d$"
)
_SITES_DAY: Final = re.compile(r"(?:19|20)\d\d-\d{1,2}-\d{1,2}")
_ALONE: Final = 25  # lines: a site's day stands among them, …
_TOP: Final = 10  # lines: … a signature's not among these
_DAY_FIRST: Final = re.compile(r"^(\d\d)\.(\d\d)\.((?:19|20)\d\d)$")


def published_on(lines: Sequence[Line], furniture: Mapping[int, str]) -> str | None:
    """Return the ISO date under the title, of the signature or of a by-line, the first of these that is there."""
    for read in (given_on, _signed, _uploaded, _printed):
        found = read(lines, furniture)
        if found is not None:
            return found.isoformat()
    return None


def given_on(lines: Sequence[Line], furniture: Mapping[int, str]) -> date | None:
    """The date line under a title: ——2026年1月27日在……会议上, (2024年2月5日)."""
    body = body_at(lines, furniture)
    for i, line in enumerate(lines[: min(body + 1, 40)]):
        said = line.text[:80]
        if furniture.get(i) not in (None, "byline", "caption") or (i in furniture and not _GIVEN.search(said)):
            continue
        found = None if _SITES_DAY.fullmatch(said) else read_date(said)
        alone = re.fullmatch(r"[^。]{0,24}[(（].{6,14}[)）]", said) or _bare_date(said)
        if found and (alone or (i <= body and _GIVEN.search(said) and len(line.text) <= 80)):
            return found
    return None


def _signed(lines: Sequence[Line], furniture: Mapping[int, str]) -> date | None:
    """A line that is a date and nothing else, at the end or below a body's name, or above an annexed plan."""
    rest = [line for i, line in enumerate(lines) if i not in furniture]
    for i, line in enumerate(rest):
        if len(line.text) > 24 or not _bare_date(line.text):
            continue
        last = i >= len(rest) - 8
        if _SITES_DAY.fullmatch(line.text) and not (last and i >= _TOP):
            continue
        if i < 25 or last or (len(rest[i - 1].text) <= 40 and issuer_of(rest[i - 1].bare)):
            return read_date(line.text)
    return None


def _uploaded(lines: Sequence[Line], furniture: Mapping[int, str]) -> date | None:
    """The day of a by-line, or one that stands alone in a site's figures."""
    for i, line in enumerate(lines[:60]):
        said = NOT_PUBLISHED.sub("", line.text[:400])
        if furniture.get(i) in ("byline", "navigation") and (found := read_date(said)):
            return found
    for i, line in enumerate(lines[:30]):  # a by-line that nothing else marks as one
        head = line.text[:400] if "【" in line.text else line.text[:80]
        posted = _POSTED.search(head) if furniture.get(i, "byline") in ("byline", "navigation") else None
        if posted and ("。" not in head or posted["c"] or posted["d"]):
            found = read_date(posted[posted.lastgroup or 0])
            if found is not None:
                return found
    alone = (line.text for line in lines[:_ALONE] if _SITES_DAY.fullmatch(line.text))
    return next((found for text in alone if (found := read_date(text))), None)


def _printed(lines: Sequence[Line], furniture: Mapping[int, str]) -> date | None:
    """The day of an office's print, below the plan: 栖云县教育局办公室 2024年3月5日印发."""
    days = [day["day"] for i, line in enumerate(lines) if i in furniture and (day := PRINTED.search(line.text[:80]))]
    return read_date(days[-1]) if days else None


def _bare_date(text: str) -> bool:
    text = text.strip("()（）[]〔〕 \u3000")
    match = _ARABIC.match(text) or _CHINESE.match(text)
    return match is not None and len(text) - match.end() <= 2


def read_date(text: str) -> date | None:
    """Return the first full date of *text*, in Arabic or Chinese figures."""
    if match := _DAY_FIRST.match(text):
        day, month, year = (int(g) for g in match.groups())
    elif match := _ARABIC.search(text):
        year, month, day = (int(g) for g in match.groups())
    elif match := _CHINESE.search(text):
        year = parse_year_digits(match[1]) or 0
        month, day = (int(parse_number(said) or 0) for said in match.groups()[1:])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
