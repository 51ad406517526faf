"""Site furniture: lines that belong to the page and not to the plan.

In: the lines of a page. Out: line index → kind for those that are furniture. A line of the plan
that only resembles one (时间:9月10日下午, 开通微信公众号) must stay: patterns want what a site adds
(a full date, a counter, its own name), and most of them count only above the body or below it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from planie.structure.lines import Line, marker_of

DATE: Final = r"(?:19|20)\d\d\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}\s*日?"
_CLOCK: Final = r"\d{1,2}\s*[:：时]\s*\d{2}(?:\s*[:：分]\s*\d{2}\s*秒?|分)?"

KINDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    # <i id="549yd"></i>
    ("markup", re.compile(r"^[•·\s]*(?:</?[a-zA-Z][^>]*>\s*)+$")),
    # - 3 -, 第3页 共8页
    ("markup", re.compile(r"^[-—–]+\s*\d{1,3}\s*[-—–]+$|^第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?$")),
    # http://…, www.…; with 1/5 behind it, as browsers print it
    ("markup", re.compile(r"^(?:https?://|www\.)\S+(?:\s+\d{1,4}/\d{1,4})?$")),
    # 11/22/26, 3:04 PM 工作计划 (date, time and title, as browsers print them above a page)
    ("byline", re.compile(r"^\d{1,4}/\d{1,2}/\d{1,4},?\s+\d{1,2}[:：]\d{2}(?:\s*[AP]M)?(?:\s.{0,80})?$")),
    # 当前位置:首页>工作计划>正文 (you are here: home > work plans > text)
    ("navigation", re.compile(r"^(?:您?(?:现在|当前|所在)|您|目前)(?:所在)?的?(?:位置|栏目)(?:是|为)?\s*[:：]|^首页\s*[>»›|→]|^[^。,，]{1,30}[>»›][^。]{1,40}[>»›]")),
    # 科技、教育\\教育 (subject \ subject)
    ("navigation", re.compile(r"^[^。,，;；]{2,30}\\+[^。,，;；]{1,20}$")),
    # 时间:2022-08-24 02:37:32 工作计划 我要投稿 (time, category, submit an article)
    ("byline", re.compile(rf"我要投稿|^(?:(?:发布|更新|上传|提交|发表|上网|成文)(?:时间|日期)|时间|日期)\s*[:：]\s*{DATE}.{{0,60}}$")),
    # 来源:教育信息网 作者:某某 浏览:302次 (source, author, views)
    ("byline", re.compile(r"^(?:文章|信息|稿件|本文|资料)?(?:来源|出处|作者|编辑|责编|责任编辑|采编|编审|审核|投稿人?|撰稿)\s*[:：].{0,60}$")),
    ("byline", re.compile(r"^(?:浏览|点击|阅读|访问|下载|评论)(?:次数|量|数|人数)?\s*[:：]?\s*\d+\s*次?$|^原文链接\s*[:：]|^【?(?:字体|字号)\s*[:：]|(?:打印|关闭)(?:本页|窗口|此页)")),
    ("byline", re.compile(rf"^{DATE}\s+{_CLOCK}(?:\s.{{0,30}})?$")),
    # 北大法宝【法宝引证码】 CLI.12.1209977 (a law library's own number)
    ("byline", re.compile(r"法宝引证码|^【(?:发布|实施|颁布|公布)(?:日期|部门|单位)】|^索\s*引\s*号|^(?:发布机构|发文机关|主题分类|公开类别)\s*[:：]")),
    # 本站小编为你精心准备了… (our editors have prepared for you …)
    ("advertisement", re.compile(
        r"小编|范文(?:网|大全)|参考范文|文章是围绕|(?:范文|本文|文章|整理|搜集|分享|网站|本站).{0,30}(?:大家|您|你|各位).{0,4}(?:阅读|参考|借鉴|收藏|有所|喜欢)"
        r"|欢迎(?:深入)?(?:阅读|收藏|下载)|点击(?:下载|查看|此处)|免费(?:文档|下载)|(?:关注|扫描|扫码|搜索)[^。]{0,16}(?:公众号|二维码)"
        r"|扫一扫|长按.{0,6}识别|版权(?:所有|归)|侵权.{0,6}删除|ICP备|备案号"
    )),
    # 学校工作计划(精选5篇) (school work plans: a choice of 5)
    ("advertisement", re.compile(
        r"(?:计划|总结|方案|要点|报告|讲话|规划|意见|发言|范文)[^。]{0,8}(?:精选|通用|优选|最新|推荐|合集|汇总|锦集|大全|必备|实用|共)\s*[\d一二三四五六七八九十]+\s*篇[)）】\]]?$"
        r"|(?:计划|总结|方案|要点|报告|讲话|规划|范文)(?:范文)?(?:大全|汇总|合集|锦集|集锦)$"
        r"|^(?:本文|以下)(?:是|为).{0,20}(?:整理|分享|搜集|收集)"
    )),
    # 相关推荐 (related), 下一篇:… (next)
    ("related", re.compile(
        r"^(?:【.{0,70}】|[【\[]?.{0,24}[】\]]?)的?相关(?:推荐|文章|阅读|链接|热词|报道|新闻|稿件)\s*[:：]?$|^相关(?:信息|内容)\s*[:：]?$|^(?:上|下)一(?:篇|条|页)\s*(?:[:：].*)?$"
        r"|^(?:猜你喜欢|延伸阅读|推荐阅读|热门(?:文章|推荐)|最新文章|精彩推荐|你可能(?:还)?(?:喜欢|感兴趣).{0,6})\s*[:：]?$"
    )),
    # 百度百科 编辑 讨论 上传视频 (an encyclopaedia's head)
    ("navigation", re.compile(r"^.{0,20}(?:百度百科|互动百科|维基百科|搜狗百科|自由的百科全书)|本词条|^(?=\D)(?:编辑|讨论|收藏|播报|锁定|上传视频|查看我的收藏|有用|已投票|参考资料|词条标签|[\s\d+])+$")),
)  # fmt: skip

_CHROME: Final = re.compile(
    r"(?:下载|打印|全屏|收藏|分享|加大|减小|还原|放大|缩小|大|中|小|】|】?分享到?|关闭|返回|首页|上一页|下一页|正文|目录|文本库|文库|繁體|简体|无障碍"
    r"|字体|字号|登录|注册|搜索|微信|微博|QQ空间|我要纠错|相关附件|保存|复制链接|\d{1,9})\s*[:：>»]*"
)
_LABEL: Final = re.compile(
    r"(?:(?:发布|更新|上传)?(?:时间|日期)|来源|信息来源|作者|编辑|责任编辑|浏览(?:次数|量)?|阅读|点击(?:数|量)?)\s*[:：]"
)
_DATED_LINK: Final = re.compile(r"^[^。,，;；:：]{4,40}?[^\d.\-/](?:\d{2}-\d{2}|\d{4}-\d{2}-\d{2}|\[?\d{2}/\d{2}\]?)$")
_CAPTION: Final = re.compile(r"^.{0,40}(?:记者|通讯员|新华社).{0,12}\s*摄(?:影)?$|^(?:图为|资料图)")
_VICE: Final = re.compile(
    r"[aA][vV]片|[aA][vV]在线|在线[aA][vV]|无码|久久|亚洲精品|国产精品|一区二区|日日高潮|夜夜爽|成人网站|激情视频|伦理片|色情|真人娱乐|百家乐|老虎机|博彩|六合彩|赌场"
)
_SPAM: Final = re.compile(rf"{_VICE.pattern}|中文字幕|在线观看|高清视频|免费视频|棋牌平台|彩票平台|乱码视频|官网|注册")
_VALUE: Final = re.compile(r"\d\s*(?:%|％|所|名|万元|亿元|万人|人次|个百分点)")
_LONGEST: Final = 400  # characters: a longer line is no furniture, whatever is in it
_HEAD: Final = 60  # lines: the body begins among them


def set_aside(lines: Sequence[Line]) -> dict[int, str]:
    """Return line index → kind for the lines that are furniture."""
    found = {i: kind for i, line in enumerate(lines) if (kind := _kind(line)) is not None}
    top = body_at(lines, found)
    found.update(_above(lines, found, top))
    found.update(_contents(lines))
    found.update(_links(lines, found, top))
    return found


def body_at(lines: Sequence[Line], found: Mapping[int, str]) -> int:
    """Return the index of the first line that is a numbered heading or holds a whole sentence."""
    for i, line in enumerate(lines[:_HEAD]):
        if i not in found and is_body(line):
            return i
    return min(_HEAD, len(lines))


def is_body(line: Line) -> bool:
    """A numbered line, or one with a full stop behind some words."""
    return bool(line.form) or (len(line.text) > 5 and ("。" in line.text or "；" in line.text))


def _kind(line: Line) -> str | None:
    """Judge one line by its looks alone."""
    if len(line.text) > _LONGEST or line.form:
        return None
    if "。" not in line.text and len(_SPAM.findall(line.text)) >= 2 and _VICE.search(line.text):
        return "spam"
    if _CAPTION.match(line.text):
        return "caption"
    for kind, pattern in KINDS:
        if pattern.search(line.text[:200]):
            own = kind == "advertisement" and "小编" not in line.text and len(line.text) > 60
            return None if own and _VALUE.search(line.text) else kind
    return None


def _above(lines: Sequence[Line], found: Mapping[int, str], top: int) -> dict[int, str]:
    """Buttons, counters and labels above the body, where no sentence of the plan is split into words."""
    extra: dict[int, str] = {}
    for i, line in enumerate(lines[:top]):
        if _LABEL.fullmatch(line.text):
            extra.update({j: "byline" for j in (i, i + 1) if j < top and (j == i or len(lines[j].text) <= 20)})
        if i in found or i in extra:
            continue
        if _CHROME.fullmatch(line.text):
            extra[i] = "navigation"
        elif line.text in (">", "»", "›", "→", "/", "|"):
            extra.update({j: "navigation" for j in (i - 1, i, i + 1) if 0 <= j < top and len(lines[j].text) <= 16})
        elif re.fullmatch(rf"{DATE}(?:\s*{_CLOCK})", line.text):
            extra[i] = "byline"
    return extra


def _contents(lines: Sequence[Line]) -> dict[int, str]:
    """A list of what follows: short lines behind 目录, or markers (篇1 篇2 篇3), up to where the first is said again."""
    for at, line in enumerate(lines[:80]):
        named = line.bare.strip("【】[]:：") == "目录"
        first = at + 1 if named else at
        if not named and not all(map(marker_of, lines[at : at + 2])):
            continue
        for i in range(first + 2, min(first + 80, len(lines))):
            if _entry(lines[i]) == _entry(lines[first]):
                return dict.fromkeys(range(at, i), "contents")
            if len(lines[i].text) > 60 or "。" in lines[i].text:
                break
    return {}


def _entry(line: Line) -> str:
    return re.sub(r"[\s.…·]*\d*$", "", line.bare)


def _links(lines: Sequence[Line], found: Mapping[int, str], top: int) -> dict[int, str]:
    """Lists of links: dated links in a row, and whatever short line stands below 相关文章."""
    extra: dict[int, str] = {}
    inside = False
    for i, line in enumerate(lines):
        dated = _DATED_LINK.match(line.text) is not None and not line.form
        beside = any(0 <= j < len(lines) and _DATED_LINK.match(lines[j].text) for j in (i - 1, i + 1))
        if i in found:
            inside = found[i] == "related" and i >= top
        elif (dated and (inside or beside)) or (inside and _link(line) and not any(map(is_body, lines[i + 1 : i + 3]))):
            extra[i] = "related"
        else:
            inside = False
    return extra


def _link(line: Line) -> bool:
    """In a list of links: a short line that is no sentence and no heading."""
    return len(line.text) <= 40 and not line.form and not re.search(r"[。;；:：%％]", line.text)
