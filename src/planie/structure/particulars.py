"""What an office or its site prints around a plan: particulars, copies sent, keywords, rule lines of tables.

In: one line, or the lines of a page. Out: the kind of furniture, or ``None``. A label alone is no
proof (名称, 来源 and 标题 head columns of the plan's own tables): a line needs one that only a site
has, and a figure, a colon or a neighbour of its kind, and counts above the body only. Particulars
that are all that names the plan stay; a day of coming into force is none of publication.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from planie.structure.lines import Line

_CLOCK: Final = r"\d{1,2}\s*[:：]\s*\d{2}(?:\s*[:：]\s*\d{2})?"
DATE: Final = r"(?:19|20)\d\d\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}\s*日?"
_POSTING: Final = "添加|录入|编辑|发稿|刊发|创建|发布|更新|上传"
_GAP: Final = r"[\s|｜:：]"


def _spaced(words: str) -> str:
    """Labels are often spread to one width: 文  号, 有 效 性."""
    return "|".join(r"\s*".join(word) for word in words.split())


_OF_A_SITE: Final = _spaced(
    "索引号 公开目录 组配分类 主题分类 体裁分类 信息分类 公开方式 公开时限 公开范围 公开形式 公开类别 公开责任部门 发布机构 发文机关 发布单位"
    " 发布日期 发布时间 发文日期 成文日期 生成日期 生效日期 废止日期 失效日期 有效性 浏览量 浏览次数 阅读次数 点击次数 文号 发文字号 主题词"
)
_NAMES: Final = _spaced("标题 名称 文件名称 信息名称")
_OTHER: Final = _spaced("来源 信息来源 作者 关键词 内容概述 字号")
# a label stands at the start, or behind a gap, and a gap, or the end, stands behind it
_LABELS: Final = re.compile(rf"(?:^|(?<=[\s|｜]))(?:(?P<site>{_OF_A_SITE})|(?P<name>{_NAMES})|{_OTHER})(?={_GAP}|$)")
_ONE: Final = re.compile(  # 发布机构 | 栖云县教育局 |, 发布日期 2024-03-05
    rf"(?:{_spaced('发布机构 发文机关 发布单位 公开目录 公开方式 组配分类')}){_GAP}+[^\s|｜。,，]{{2,30}}[\s|｜]*"
    rf"|(?:{_spaced('发布日期 发布时间 发文日期 成文日期 生成日期')}){_GAP}+{DATE}(?:\s*{_CLOCK})?[\s|｜]*"
)
_SIGNER: Final = re.compile(
    r"[^\s。,，]{1,8}[〔\[（(【]\s*20\d\d[^\s。,，]{0,8}\s+签\s*发\s*人\s*[:：]?\s*[^\s。,，\d]{2,4}"
)
_SITES: Final = re.compile(r"[·•]?(?!建设|打造|推进|完善|用好|办好)[^\s·•|。,，;；:：\d]{2,14}(?:网|网站|平台)")
_BUTTONS: Final = re.compile(r"(?:智能问答|无障碍(?:浏览|阅读)?|长者模式|繁[體体]版?|简体版?|微信|微博|\s)+")

_KINDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    # |---|:--:| (Markdown's rule below the head of a table)
    ("markup", re.compile(r"(?=[^-—]*[-—]{2})(?=[^|｜]*[|｜])[\s|｜:：—-]+")),
    # #include file="/shtml/a.html"-->
    ("markup", re.compile(r"(?:<!--\s*)?#include\s+(?:file|virtual)\s*=.{0,120}")),
    # 主站蜘蛛池模板: 甲县| 乙县| (links that mirror sites put in for search engines)
    ("spam", re.compile(r"主站蜘蛛池模板\s*[:：].*")),
    # 添加时间:2020-12-1      浏览次数:
    ("byline", re.compile(rf"(?:{_POSTING})(?:时间|日期)\s*[:：|｜]{_GAP}*{DATE}(?![\d日]|\s*(?:[-—–~～至到前起止]|[以之]前))[^。]{{0,60}}")),
    # 2017-01-20 来源:栖云教育, 2024年01月25日 (点击: ) | |
    ("byline", re.compile(
        rf"{DATE}(?:\s*{_CLOCK})?\s*[(（]?\s*(?:(?:(?:信息|文章|稿件)?来源|稿源|作者)\s*[:：][^。]{{0,60}}|(?:浏览|点击|阅读)(?:次数|量|数)?\s*[:：]\s*(?:\d+\s*次?)?[\s)）|｜]*)"
    )),
    # http://… 2013-01-07 10:24 来源:栖云晚报, 2021-04-17 | 格式:DOC | 分类:总结, 2017-11-21 主持词
    ("byline", re.compile(
        rf"https?://[^\s\u4e00-\u9fff]{{4,60}}?[?\s]+{DATE}\s+{_CLOCK}[\s?]*(?:(?:来源|作者)\s*[:：].{{0,40}})?"
        rf"|{DATE}\s*[|｜]\s*(?:格式|分类|类型|大小|页数|作者|来源)\s*[:：][^。]{{0,60}}"
        r"|(?:19|20)\d\d-\d\d?-\d\d?\s+(?:主持词|演讲稿?|讲话稿?|发言稿|工作(?:总结|计划|报告|方案)|计划|总结|心得体会|规章制度|(?:公文|教育)?(?:范文|资讯|新闻|要闻))"
    )),
    # 栖云教育 2024-08-30 18:05 发表于栖云; 原创 云小教 栖云教育 2024年8月30日 18:05 (a public account's head)
    ("byline", re.compile(
        rf"(?!.*(?:时间|会议|地点|培训|考试|报名))(?:原创\s*)?[^\s。,，;；:：\d]{{2,20}}(?:\s+[^\s。,，;；:：\d]{{2,20}})?\s+{DATE}\s+{_CLOCK}"
        r"(?:\s+(?:(?:发表|发布)于\s*|IP属地\s*[:：]?\s*)?[\u4e00-\u9fff]{2,6})?"
    )),
    # 来源|栖云县教育局, 编辑丨云某某
    ("byline", re.compile(
        r"(?:(?:文章|信息|图片)?来源|作者|(?:责任)?编辑|责编|审核|初审|复审|终审|校对|监制|撰稿|供稿|摄影|图文|文字|图片|排版)\s*[|｜丨/]\s*[^。\d|｜丨]{1,40}"
    )),
    # [责任编辑:云某某], 责编 云某某
    ("byline", re.compile(r"[\[【(（]\s*(?:责任编辑|责编|编辑|校对|编审|审核|采编)\s*[:：][^。,，;；]{0,30}[\]】)）]")),
    ("byline", re.compile(r"(?:责任编辑|责编)\s+[\u4e00-\u9fff]{2,4}(?:\s.{0,20})?")),
    # 人工智能朗读:
    ("navigation", re.compile(r"人工智能朗读\s*[:：]|本网站已支持IPV6", re.IGNORECASE)),
    # [下载] [打印] [关闭]
    ("navigation", re.compile(r"(?:[\[【]\s*(?:下载|打印|关闭|收藏|分享|返回|返回顶部|关闭窗口|打印本页)\s*[\]】]\s*)+")),
    # 抄送:县政府办公室,县人大教科文卫委(2份)。
    ("byline", re.compile(
        r"(?:抄\s*送|抄\s*报|印\s*送|分\s*送)(?:单位|机关)?\s*[:：](?=[^。]{1,24}?(?:委|局|办|府|厅|院|政协|人大|部|校|室|处|会|站|领导|股|科)(?:\s|[,，、;；(（。]|$))(?!.*\d\s*[%％名个万亿元人所])[^。]{0,300}(?:。.{0,60})?"
    )),
    # 栖云县教育局办公室 2024年3月5日印发 共印30份
    ("byline", re.compile(
        rf"[^。,，《》\d]{{2,24}}(?:[厅局委室校府院园处])\s*{DATE}\s*印发(?:\s*[(（]?共印\s*\d+\s*份[)）]?)?|[(（]\s*共\s*印\s*\d+\s*份\s*[)）]"
    )),
    # 如您不希望作品出现在本站,可联系我们
    ("advertisement", re.compile(r"[^\d]{0,80}(?:请作者与本站联系|作品出现在本站)[^\d]{0,80}")),
    ("advertisement", re.compile(r"欢迎关注[^。,，]{2,20}(?:APP|客户端|公众号)", re.IGNORECASE)),
)  # fmt: skip

# 主题词:教育 计划 通知; 关键词:… where nothing of the plan follows
_OLD_KEYWORDS: Final = re.compile(
    r"主\s*题\s*词\s*[:：]\s*[^\s。,，:：]{1,12}(?:[\s,，、;；]+[^\s。,，:：]{1,12}){1,11}"
)
_KEYWORDS: Final = re.compile(r"(?:关键[词字]|标签|Tags?)\s*[:：]\s*[^。!！?？]{2,200}", re.IGNORECASE)
_FOOT: Final = re.compile(r"抄\s*[送报]\s*[:：]|印发|共\s*印")
_LAST: Final = 6  # lines: the page's foot
_LONGEST: Final = 400  # characters: a longer line is none of these, but for the links of a mirror site

NOT_PUBLISHED: Final = re.compile(rf"(?:{_spaced('生效 废止 失效 实施 施行 截止')})\s*(?:日\s*期|时\s*间){_GAP}+{DATE}")
"""A day that particulars name and that is none of publication."""
PRINTED: Final = re.compile(rf"[厅局委室校府院园处]\s*(?P<day>{DATE})\s*印发")
"""The day on which an office has printed the plan."""


def printed_around(line: Line) -> str | None:
    """Judge one line by its looks alone, wherever it stands; no line that is numbered."""
    if line.form or (len(line.text) > _LONGEST and not line.text.startswith("主站蜘蛛池")):
        return None
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(line.text)), None)


def particulars(lines: Sequence[Line], found: Mapping[int, str], top: int) -> dict[int, str]:
    """Return line index → kind for the particulars among the lines above the body, which begins at *top*."""
    extra: dict[int, str] = {}
    for i, line in enumerate(lines[:top]):
        beside = "byline" in (found.get(i - 1), extra.get(i - 1)) or re.search(r"[:：\d]", line.text) is not None
        if _SIGNER.fullmatch(line.text) or (beside and (_ONE.fullmatch(line.text) or _row(lines, i))):
            extra[i] = "byline"
        elif _site_links(line.text) or _BUTTONS.fullmatch(line.text):
            extra[i] = "navigation"
    return extra


def keywords(lines: Sequence[Line]) -> dict[int, str]:
    """Return the lines of keywords: above those of an office's print (主题词), and at the foot of a page that has one."""
    found = {
        i: "byline"
        for i, line in enumerate(lines)
        if _OLD_KEYWORDS.fullmatch(line.text) and any(_FOOT.search(below.text[:80]) for below in lines[i + 1 : i + 4])
    }
    said = [i for i, line in enumerate(lines) if not line.form and _KEYWORDS.fullmatch(line.text)]
    if len(said) == 1 and len(lines) - said[0] <= _LAST:
        words = re.split(r"[\s,，、;；|]+", lines[said[0]].text)
        if len(words) >= 3 and not any(line.form or "。" in line.text for line in lines[said[0] + 1 :]):
            found[said[0]] = "byline"
    return found


def _row(lines: Sequence[Line], at: int) -> bool:
    """Two labels or more, the first at the start, one of them a site's; what it calls the page stands elsewhere, too."""
    text = lines[at].text
    labels = list(_LABELS.finditer(text)) if len(text) <= 200 and "。" not in text else []
    if len(labels) < 2 or labels[0].start() or not any(label["site"] for label in labels):
        return False
    ends = [label.start() for label in labels[1:]] + [len(text)]
    named = [
        "".join(text[x.end() : end].strip(" \t\u3000|｜:：").split())
        for x, end in zip(labels, ends, strict=True)
        if x["name"]
    ]
    rest = [line.bare for i, line in enumerate(lines[:60]) if i != at]
    return all(not name or any(name in said for said in rest) for name in named)


def _site_links(text: str) -> bool:
    """·中央门户网 ·栖云县门户网: the names of sites in a row."""
    parts = text.split()
    return len(parts) >= 3 and text[0] in "·•" and all(map(_SITES.fullmatch, parts))
