"""The years that a plan covers; the day on which it was published (``days``) is not taken for them.

In: the lines of one plan, its title, and which lines are furniture. The period comes from the
title, else from what stands around it and from the opening words; a date line under the title, a
signature's date and a by-line's are days of publication and give no period, but that the year of
a government's work report is the year it is given in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from planie.periods import title_period
from planie.schema import Kind
from planie.structure.days import given_on, published_on
from planie.structure.lines import Line
from planie.structure.titles import TITLE, Title, is_dressed, is_title, kind_of

Years = tuple[int, int]

_REPORT: Final = re.compile(
    r"我(?:受|代表).{2,24}?(?:政府|委员会|局|学校|党委|支部).{0,30}?(?:报告|汇报|作).{0,16}(?:工作|报告|$)"
)
_GREETING: Final = re.compile(
    r"^(?:同志们|老师们|同学们|朋友们|女士们|家长们|各位(?:领导|代表|委员|老师|同事|同仁|来宾|家长|同志|校长)|[尊敬]{1,2}(?:爱)?的[^,，。]{1,24}).{0,24}[:：!！]"
)
_SPEAKS: Final = re.compile(
    r"(?:我|下面|现在|这里)[^。]{0,24}?(?:讲|谈|提|强调)[^。]{0,10}?(?:意见|问题|要求|看法|体会|建议|方面|希望)|我谨?(?:代表|向)[^。]{0,40}(?:祝|问候|感谢|欢迎|敬意)|(?:今天|此次|这次)[^。]{0,20}(?:会议|大会)[^。]{0,8}(?:任务|目的)"
)
_GIVES_ACCOUNT: Final = re.compile(r"(?:述职|汇报|报告)如下|(?:作|做)[^。]{0,12}(?:述职|汇报|报告)")
_SHELF: Final = re.compile(r"[^\s,，。《]{0,6}(?:总结|计划|方案|述职报告|讲话稿?|演讲稿)(?:范文|大全)?")
_GOVERNMENT: Final = re.compile(r"代表.{0,12}政府|政府.{0,6}工作报告")
_AHEAD: Final = re.compile(r"安排|任务|重点|目标|部署|总体要求|建议|打算|计划|要求|思路")
_YEAR: Final = re.compile(r"(?<![到至前])((?:19|20)\d\d)年")
_YEAR_HEAD: Final = re.compile(r"^(?:[一二三四五六七八九十]、)?((?:19|20)\d\d)年[:：]")  # 2019年:砥砺前行开新局
_NOT_OWN: Final = re.compile(r"根据|按照|依据|贯彻|截至|截止|以来|基础上|比|较|《|自.{0,6}起|已|会议|大会")
_OWN: Final = re.compile(
    r"^(?P<a>(?:19|20)\d\d)\s*(?:学年)?年?度?[,，、]?(?:是|我|全|本|学校|教育|工作|上半年|下半年|主要|重点|总的|的?总体)"
    r"|(?:现将|现就|制[定订]|编制|拟定|做好|完成|推进|安排|落实).{0,12}?(?P<b>(?:19|20)\d\d)\s*(?:学年)?年?度?.{0,20}?(?:工作|计划|要点|总结|任务|安排)"
    r"|(?<![到至从自])(?P<c>(?:19|20)\d\d)(?!\s*年\s*\d{1,2}\s*月)\s*(?:学年)?年?度?.{0,14}?(?:工作(?!回顾)|计划|总结|要点|任务|目标)"
)
_OWN_YEAR: Final = re.compile(r"^((?:19|20)\d\d)\s*年(?:年?初|度)?[,，]$")
_SURVEYED: Final = re.compile(r"对((?:19|20)\d\d)年[^,，。]{0,24}?情况进行")  # 对2025年民生实事项目建设情况进行了调度
_ACCOUNT: Final = re.compile(  # 现将截至2024年6月底项目进展情况通报如下: as things stood in that year
    r"现[将就](?P<what>[^。《]{0,16}?(?:19|20)\d\d(?![^。]{0,8}(?:以来|起))[^。《]{2,60}?)的?(?:通报|报告|汇报|公示|公布|总结|说明|反馈)如下"
)
_ACCOUNTS_FOR: Final = re.compile(r"现[将就][^。]{2,80}(?:情况|工作|进展)的?(?:通报|报告|汇报|总结)如下")
_GOAL: Final = re.compile(r"(?<!年)(?<!\d)[到至](?:19|20)\d\d年")  # 教育部:到2020年…达到80%, a headline
_DATELINE: Final = re.compile(  # 本报讯(记者甲), 云城晚报讯
    r"^(?:[^\s,，。(（]{1,10}(?:讯|消息|日电)\s*)?(?:[(（【\[]?(?:本报|本网)?(?:记者|通讯员)[^,，。]{0,24}?[)）】\]]|[:：])?\s*"
)
_NEWS: Final = re.compile(r"((?:19|20)\d\d)年(?:上半年|下半年|第?[一二三四]季度)?[,，]")
_MADE_KNOWN: Final = re.compile(  # 教育厅发布《2022年全省教育事业统计公报》, 公布的《2024年教育工作要点》提出
    r"(?<!转)(?:发布|公布|公开|印发|出台|下发|推出|制[定订])(?:[了的]|实施)?[^,，。《]{0,6}《[^》\d]{0,20}"
    r"((?:19|20)\d\d)年[^》]{0,24}(?:统计公报|年度报告|统计年鉴|(?P<ahead>要点|计划|安排|方案|任务|清单))》"
)
_FOLLOWS: Final = re.compile(r"根据|按照?|依据|依照|遵照|贯彻|落实|转发|围绕")
_ANSWERS: Final = re.compile(r"批复|答复|回复|函|建议|提案|公告|通告|公示|请示")
_OFFICE: Final = r"\s*[^\s,，。、:：;；\d]{2,14}(?:[厅局委部室校园院]|政府)"


def opening_kind(lines: Sequence[Line], furniture: Mapping[int, str]) -> Kind:
    """Without a title: a report begins 现在,我代表……向大会报告工作 or 现将……进展情况通报如下, a speech greets (同志们:) and says that
    it speaks (我讲四点意见). Else the site may say where it has filed the page: 首页 > 工作总结 > 正文.
    """
    first = [line.text for i, line in enumerate(lines[:12]) if i not in furniture][:8]
    if any(_REPORT.search(text[:80]) for text in first):
        return "report"
    if any(_ACCOUNTS_FOR.search(text[:160]) for text in first[:4]):
        return "report"
    greets = next((i for i, text in enumerate(first) if _GREETING.match(text)), None)
    if greets is None:
        return _filed(lines, furniture)
    said = " ".join(first[greets : greets + 6])
    return "report" if _GIVES_ACCOUNT.search(said) else "speech" if _SPEAKS.search(said) else "other"


def _filed(lines: Sequence[Line], furniture: Mapping[int, str]) -> Kind:
    paths = (line.text for i, line in enumerate(lines[:6]) if furniture.get(i) == "navigation")
    steps = (step.strip() for path in paths for step in reversed(re.split("[>＞›»]", path)[1:]))
    return next((kind_of(step) for step in steps if _SHELF.fullmatch(step)), "other")


def period_of(lines: Sequence[Line], furniture: Mapping[int, str], title: Title | None, kind: Kind) -> Years | None:
    """Return the first and last year that the plan is for."""
    account = _account(lines, furniture, title)
    if title and (found := title_period(_GOAL.sub("", title.text) if kind == "other" else title.text)):
        return account if account and kind == "report" and _belies(account, found, lines, title) else found
    if found := _beside(lines, furniture, title) or _quoted(lines, title):
        return found
    if kind == "report" and _is_government(lines, furniture, title):
        return _government(lines, furniture)
    if found := account or _annexed(lines, furniture, title):
        return found
    opening = _opening(lines, furniture, title)
    if opening and title and kind == "other":  # news: 1950年… is none of its years
        day = None if TITLE.search(title.text) else published_on(lines, furniture)
        opening = opening if day and 0 <= int(day[:4]) - opening[1] <= 1 else None
    return opening or (_reported(lines, furniture, title) if kind == "other" else None)


def _below(lines: Sequence[Line], furniture: Mapping[int, str], title: Title | None) -> Iterator[Line]:
    top = title.lines[-1] + 1 if title and title.lines else 0
    return (line for i, line in enumerate(lines[top : top + 14], top) if i not in furniture)


def _account(lines: Sequence[Line], furniture: Mapping[int, str], title: Title | None) -> Years | None:
    """The years that a page says it gives account of: 现将2023年教育督导工作情况汇报如下."""
    for line, _ in zip(_below(lines, furniture, title), range(8), strict=False):
        if found := _ACCOUNT.search(line.text[:240]):
            return title_period(found["what"])
    return None


def _belies(account: Years, titled: Years, lines: Sequence[Line], title: Title) -> bool:
    """A site has put a year of its own into the title: the report tells of an earlier one."""
    behind = titled[0] - account[1]
    return titled[0] == titled[1] and behind > 0 and (behind > 1 or is_dressed(lines, title))


def _beside(lines: Sequence[Line], furniture: Mapping[int, str], title: Title | None) -> Years | None:
    """Years in brackets of their own under the title: (2023—2025年)."""
    for line, _ in zip(_below(lines, furniture, title), range(3), strict=False):
        if not re.fullmatch(
            rf"[(（〔\[].{{4,28}}[)）〕\]](?:{_OFFICE})?|[—–-]{{1,4}}[^—–-].{{3,28}}", line.text
        ) or re.search(r"[号日]|会", line.text):
            continue
        found = title_period(line.text)
        if found and ("月" not in line.text or found[0] < found[1]):
            return found
    return None


def _quoted(lines: Sequence[Line], title: Title | None) -> Years | None:
    """The notice above calls the plan by its title with its years: 《……规划(2009—2020年)》."""
    for line in lines[:20] if title and len(title.text) >= 6 else ():
        said = line.text[:400]
        at = said.find(f"《{title.text}") if title else -1
        behind = said[at + len(title.text) + 1 :] if title and at >= 0 else ""
        if found := re.match(r"\s*([(（〔\[][^)）〕\]》]{4,28}[)）〕\]])\s*》", behind):
            return title_period(found[1])
    return None


def _is_government(lines: Sequence[Line], furniture: Mapping[int, str], title: Title | None) -> bool:
    opening = " ".join(line.text[:80] for line in _below(lines, furniture, title))[:600]
    return _GOVERNMENT.search((title.text if title else "") + opening) is not None


def _government(lines: Sequence[Line], furniture: Mapping[int, str]) -> Years | None:
    """A government's report: the year of its date line, else that of the headings that look ahead, or back."""
    if given := given_on(lines, furniture):
        return given.year, given.year
    heads = [
        line.bare
        for i, line in enumerate(lines)
        if i not in furniture and len(line.text) <= 40 and "。" not in line.text
    ]
    ahead = [int(y[1]) for text in heads if (y := _YEAR.search(text)) and _AHEAD.search(text)]
    back = [years[1] + 1 for text in heads if "回顾" in text and (years := title_period(text))]
    found = ahead or back or [int(y[1]) for text in heads if (y := _YEAR_HEAD.match(text))]
    return (max(found), max(found)) if found else None


def _annexed(lines: Sequence[Line], furniture: Mapping[int, str], title: Title | None) -> Years | None:
    """A notice may leave the years to the title of the plan that it makes known."""
    own = set(title.lines) if title else set()
    for i, line in enumerate(lines[:120]):
        if i not in furniture and i not in own and is_title(line) and (found := title_period(line.text)):
            return found
    return None


def _opening(lines: Sequence[Line], furniture: Mapping[int, str], title: Title | None) -> Years | None:
    """The words above the first heading, and the first headings: 现将2023年工作安排如下, 一、2023年工作目标."""
    numbered = False
    for line, _ in zip(_below(lines, furniture, title), range(6), strict=False):
        numbered = numbered or bool(line.form)
        if numbered and not line.form:
            continue
        clauses = re.findall(r"[^,，。;；]*[,，。;；]?", line.text[: 30 if numbered else 160])
        for n, clause in enumerate(clauses):
            if n == 0 and (match := _OWN_YEAR.match(clause)):
                return int(match[1]), int(match[1])
            if match := _SURVEYED.search(clause):
                return int(match[1]), int(match[1])
            if _NOT_OWN.search(clause) or not (match := _OWN.search(clause)):
                continue
            at = next(match.start(name) for name in "abc" if match[name])
            return title_period(clause[at : at + 14])
    return None


def _reported(lines: Sequence[Line], furniture: Mapping[int, str], title: Title | None) -> Years | None:
    """The year that news begins with (本报讯 2017年上半年,…), or that of the figures which it makes known.

    News tells of the year of its day, or of the one before; a page that answers somebody is none.
    """
    if title and _ANSWERS.search(title.text):
        return None
    day = published_on(lines, furniture)
    told = [line.text for line in _below(lines, furniture, title) if not line.form and len(line.text) >= 24][:3]
    for n, text in enumerate(told):
        found = _NEWS.match(_DATELINE.sub("", text[:200])) if n == 0 else None
        found = found or _MADE_KNOWN.search(text[:200])
        if found is None or (found.re is _MADE_KNOWN and _FOLLOWS.search(text[: found.start()].rpartition("。")[2])):
            continue
        year = int(found[1])
        early = -1 if found.re is _MADE_KNOWN and found["ahead"] else 0
        if day is None or early <= int(day[:4]) - year <= 1:
            return year, year
    return None
