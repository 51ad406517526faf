"""The title of one plan: the lines that it stands on.

In: the lines of a plan and which of them are furniture. Out: a ``Title``, or ``None``. A title is a
line, or up to four lines printed together, that reads as one and stands above the body; else the
words that a site, a box or a by-line, even in the same line, shows to be it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from planie.structure.furniture import body_at, is_body
from planie.structure.issuers import ORGAN, issuer_of
from planie.structure.lines import Line, marker_of
from planie.structure.particulars import DATE
from planie.structure.titles import (
    ENDS,
    HUNG_ON,
    PLAIN,
    SALUTE,
    TITLE,
    Title,
    is_title,
    reads_as_title,
    undressed,
)

_IN_ADVERT: Final = re.compile(
    rf"(?:准备了?|分享了?|带来了?|整理了?|关于|以下是|推荐)[的了“《]*(?P<title>[^,，。“”《》]{{4,40}}?(?:{ENDS}))"
)
_DAY: Final = re.compile(r"月.{1,3}日")
_SPEAKER: Final = re.compile(r"^[^:：,，。]{2,12}[部厅局委省市县区][:：](?=.{6})")  # 教育部:…, a headline
_BOXED: Final = re.compile(r"^[【《](?P<title>[^【】《》。]{4,40})】(?=.{10})")  # 【学校教研工作计划】为进一步……
_LABELLED: Final = re.compile(
    r"^(?:title|标题|文件名称)\s*[:：]\s*[\"“《]?(?P<title>[^\"“”《》。]{4,50})", re.IGNORECASE
)
_LAW: Final = re.compile(r"^(?P<title>[^。]{6,60}?)\s*文章属性")  # a law library's page in one line
_BYLINED: Final = re.compile(  # 某区召开教育工作会议 2024-03-05 来源:区教育局 点击数:512
    rf"^(?P<title>[^。;；]{{8,50}}?)\s+(?:(?:发布|发表|更新)?(?:时间|日期)\s*[:：]\s*)?{DATE}\s.{{0,60}}?(?:来源|作者|编辑|责编|浏览|点击|阅读)"
)
_YEARS: Final = re.compile(  # (2024—2027年)的通知, below the name of the plan that it makes known
    r"[(（](?:19|20)\d\d\s*年?\s*[-—–~～至到]+\s*(?:19|20)\d\d\s*年?度?[)）]》?的?(?:通知|意见|公告|函)"
)
_NO_LINE: Final = re.compile(r"^[(（]?(?:此件)?(?:主动|公开|依申请|不予)公开.{0,6}$|^[(（]此件.{2,10}[)）]$")
_NO_HEADLINE: Final = re.compile(rf"[。;；,，:：]$|{SALUTE.pattern}|{DATE}|^[—–-]|\d号$|[网站]$|欢迎")
_ANNEX: Final = re.compile(r"附[件表录]\s*[\d一二三四五六七八九十]*\s*[:：]?")
_KICKER: Final = re.compile(r"加快|推进|深入|大力|全力|着力")  # 加快推进…行动计划 below a headline: a crosshead
_SITES: Final = 8  # characters that a title with something hung on it counts less than one without


def find_title(lines: Sequence[Line], furniture: Mapping[int, str]) -> Title | None:
    """Return the title that stands above the body, the fullest one if several do."""
    if lines and 0 not in furniture and (title := _marked(lines, 0)):
        return title
    body = body_at(lines, furniture)
    found: list[Title] = []
    i = 0
    while i < min(body, 40):
        title = None if i in furniture else _marked(lines, i) or _printed(lines, i, furniture, body)
        if title is not None:
            found.append(title)
        i = title.lines[-1] + 1 if title else i + 1
    if found:
        best = max(found, key=lambda t: (not re.search(DATE, t.text), _weight(lines, t), -t.start))
        news = _headline(lines, furniture, body) if _KICKER.match(best.text) else None
        return news if news and news.start < best.start else best
    return (
        _late(lines, furniture, body)
        or _advertised(lines, furniture, body)
        or _inside(lines, furniture, body)
        or _headline(lines, furniture, body)
        or _plain(lines, furniture, body)
    )


def _weight(lines: Sequence[Line], title: Title) -> int:
    """The fullest title stands for the plan; one that a site has dressed up is likely the site's own."""
    said = "".join(lines[i].bare for i in title.lines)
    keywords = any(lines[i].text.count(" ") >= 4 for i in title.lines)  # 2023 我县 教育 发展 情况 工作报告
    return len(title.text) - (_SITES if keywords or HUNG_ON.search(said) else 0)


def _marked(lines: Sequence[Line], i: int) -> Title | None:
    marker = marker_of(lines[i])
    if marker is None or not TITLE.search(marker.title):
        return None
    start = lines[i].start + lines[i].text.index(marker.title)
    return _placed(marker.title, (i,), start, start + len(marker.title))


def _printed(lines: Sequence[Line], i: int, furniture: Mapping[int, str], body: int) -> Title | None:
    """A title on line *i*, or begun there and ended up to three lines below."""
    text = ""
    for j in range(i, min(i + 4, body)):
        line = lines[j]
        if (
            j in furniture
            or line.form not in ("", "volume")
            or len(line.text) > 70
            or (j > i and _DAY.search(line.bare))
        ):
            return None
        if j == i + 1 and not (_unfinished(lines[i].bare) or PLAIN.match(line.bare) or _is_subtitle(line.bare)):
            return None
        text += line.bare
        if len(text) > 90:
            return None
        if (j > i and _is_subtitle(line.bare)) or reads_as_title(text):
            if j + 1 < body and j + 1 not in furniture and _YEARS.fullmatch(lines[j + 1].bare):
                j, line = j + 1, lines[j + 1]
            raw = "\n".join(lines[k].text for k in range(i, j + 1))
            return _placed(raw, tuple(range(i, j + 1)), lines[i].start, line.end)
    return None


def _unfinished(text: str) -> bool:
    """The first line of a title that goes on below: a body's name, 关于……, or an end that wants more."""
    if re.search(r"[。:：;；?？]|会议上?$", text) or re.search(DATE, text):
        return False
    return bool(
        "关于" in text
        or re.search(r"[的和与及、]$|加快|推进|进一步|印发|转发", text)
        or text.count("《") > text.count("》")
        or text.count("“") > text.count("”")
        or issuer_of(text) == text
        or re.search(rf"(?:{ORGAN}|[^。]部|厅|局|委)$|^.{{2,12}}对", text)
        or re.fullmatch(r".{2,12}[省市县区镇乡州盟]", text)
    )


def _is_subtitle(text: str) -> bool:
    """——在2024年全县教育工作会议上的讲话 below a slogan."""
    return (
        re.match(r"[—-]{1,4}[^—-]", text) is not None and not re.search(DATE, text) and TITLE.search(text) is not None
    )


def _placed(raw: str, lines: tuple[int, ...], start: int, end: int) -> Title:
    """A title of the words *raw* at ``[start, end)``, less what hangs on it."""
    whole = "".join(raw.split())
    text = undressed(whole)
    front = whole.index(text)
    for _ in range(front):
        stripped = raw[1:].lstrip()
        start += len(raw) - len(stripped)
        raw = stripped
    for _ in range(len(whole) - front - len(text)):
        stripped = raw[:-1].rstrip()
        end -= len(raw) - len(stripped)
        raw = stripped
    return Title(text, lines, start, end)


def _of_line(lines: Sequence[Line], i: int) -> Title:
    return _placed(lines[i].text, (i,), lines[i].start, lines[i].end)


def _late(lines: Sequence[Line], furniture: Mapping[int, str], body: int) -> Title | None:
    """A title below some lines of introduction, or below the notice that makes it known, if nothing numbered is before it.

    A signature, its date and (此件公开发布) do not count as lines.
    """
    left = 5
    for i in range(body, min(body + 14, len(lines))):
        line = lines[i]
        if i not in furniture and (marked := _marked(lines, i)):
            return marked
        text = line.bare
        if line.form and not marker_of(line):
            return None
        whole = issuer_of(text) is not None and "关于" in text  # counts below a form's cells, too
        if i not in furniture and (left > 0 or whole) and is_title(line) and not PLAIN.match(undressed(text)):
            return _of_line(lines, i)
        says = i not in furniture and not re.fullmatch(DATE, text) and not _NO_LINE.match(text)
        left -= says and not re.fullmatch(r".{4}年.{1,3}月.{1,3}日", text) and issuer_of(text) != text
    return None


def _inside(lines: Sequence[Line], furniture: Mapping[int, str], body: int) -> Title | None:
    """A title in the first lines: 【学校教研工作计划】为进一步……, 标题:…, or above a law library's particulars."""
    for i in range(min(body + 1, len(lines), 10)):
        if i in furniture or not (
            found := _BOXED.match(lines[i].text) or _LAW.match(lines[i].text) or _LABELLED.match(lines[i].text)
        ):
            continue
        if reads_as_title("".join(found["title"].split())):
            return _part(lines[i], found)
    return None


def _part(line: Line, found: re.Match[str]) -> Title:
    """The title that is a part of a line."""
    return _placed(found["title"], (), line.start + found.start("title"), line.start + found.end("title"))


def _advertised(lines: Sequence[Line], furniture: Mapping[int, str], body: int) -> Title | None:
    for i, line in enumerate(lines[: min(body + 3, 30)]):
        if furniture.get(i) == "advertisement" and (match := _IN_ADVERT.search(line.text[:160])):
            return Title(match["title"], (), line.start + match.start("title"), line.start + match.end("title"))
    return None


def _headline(lines: Sequence[Line], furniture: Mapping[int, str], body: int) -> Title | None:
    """The line above a dated by-line, or printed twice below the navigation, whatever it ends in: 栖云:新增学位900个."""
    top = min(body, 15)
    for line in lines[:top]:
        if (found := _BYLINED.match(line.text)) and not _NO_HEADLINE.search("".join(found["title"].split())):
            return _part(line, found)
    dated = (i for i in range(top) if furniture.get(i) == "byline" and _is_dated(lines, furniture, i))
    above = next((j for j in range(next(dated, 0) - 1, -1, -1) if j not in furniture), None)
    pairs = ((i, i + 1) for i in range(top - 1) if lines[i].bare == lines[i + 1].bare)
    twice = (i for pair in pairs for i in pair if i not in furniture)
    i = next(twice, above)
    if i is None or lines[i].form or not 8 <= len(lines[i].bare) <= 50 or _NO_HEADLINE.search(lines[i].bare):
        return None
    return _of_line(lines, i)


def _is_dated(lines: Sequence[Line], furniture: Mapping[int, str], i: int) -> bool:
    """The by-line has a day, on it or on the next: 来源: / 发布时间:2024-03-01."""
    rows = (lines[j].text[:80] for j in (i, i + 1) if furniture.get(j) == "byline")
    return any(re.search(DATE, text) for text in rows)


def _plain(lines: Sequence[Line], furniture: Mapping[int, str], body: int) -> Title | None:
    """The first line, when it is short and says nothing: 全市教育系统2024年重点工作."""
    for i, line in enumerate(lines[: min(body, 10)]):
        if i in furniture or _ANNEX.fullmatch(line.bare):
            continue
        text = line.bare
        named = re.search(r"(?:19|20)\d\d|工作|教育|学校|行动|工程|改革|学期|幼儿园|中小学|学位|教师|学生|招生", text)
        says = (
            is_body(line)
            or SALUTE.match(text)
            or re.search(r"[,，。:：;；!！]|^[—-]|^现在|\d号$", _SPEAKER.sub("", text))
            or re.search(DATE, text)
        )
        return _of_line(lines, i) if 6 <= len(text) <= 45 and named and not says else None
    return None
