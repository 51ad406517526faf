"""Site furniture: lines that belong to the page and not to the plan.

In: the lines of a page. Out: line index → kind for those that are furniture. A line of the plan
that only resembles one (时间:9月10日下午, 开通微信公众号) must stay: patterns want what a site adds
(a full date, a counter, its own name), and most of them count only above the body or below it.
Numbered lines are the plan's, but for what only a site that shares files writes (1.本文档由用户上传).
A line with an advertisement in it stays if it says more than that: a value, or a sentence of the plan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from planie.structure.contents import contents
from planie.structure.frame import boxes, framed, watermarks
from planie.structure.lines import Line, marker_of
from planie.structure.particulars import DATE, keywords, particulars, printed_around

_CLOCK: Final = r"\d{1,2}\s*[:：时]\s*\d{2}(?:\s*[:：分]\s*\d{2}\s*秒?|分)?"

# 本站小编为你精心准备了… (our editors have prepared for you …)
_TEASER: Final = re.compile(
    r"小编(?![辑制织写排程码号班剧队])|范文(?:网|大全)|参考范文|文章是围绕|(?:范文|本文|文章|网站|本站).{0,30}(?:大家|您|你|各位).{0,4}(?:阅读|参考|借鉴|收藏|有所|喜欢)"
    # what teachers collect and share for each other is the plan's: a site hopes, welcomes, or does it for you
    r"|^(?=(?s:.)*?(?:希望|欢迎|下面|以下|[为给](?:大家|您|你)(?!提供)))(?s:.)*?(?:整理|搜集|分享).{0,30}(?:大家|您|你|各位).{0,4}(?:阅读|参考|借鉴|收藏|有所|喜欢)"
    r"|(?:范文|模板|写作).{0,200}(?:为|给)(?:您|你|大家).{0,6}(?:启示|启发|灵感|帮助)|希望(?:能够?|可以)?(?:帮助到?(?:大家|您|你|各位)|(?:对|给)(?:大家|您|你|各位).{0,6}帮助)|欢迎(?:深入)?(?:阅读|收藏)|^欢迎来到.{1,12}(?:网|文库|站)$"
)
# 扫一扫在手机打开当前页 (scan to open this page), 版权所有 (all rights), 本文来源于网络 (taken from the net)
_NOTICE: Final = re.compile(
    r"欢迎下载|点击(?:下载|查看|此处)|免费(?:文档|下载)|(?:关注|扫描|扫码|搜索)[^。]{0,16}(?:公众号|二维码)|^官方(?:抖音号|公众号|微信)"
    r"|扫一扫|长按.{0,6}识别|版权(?:所有|归)|侵权.{0,6}删除|ICP备|备案号|本文来(?:源于|自)网络|此文(?:内容|档)?仅供参考|评论内容只代表|^评论摘要\s*[(（]|^查看完整评论$"
    r"|扣点券|^精选优质文档.{0,30}奉上$|^(?:Notice|Disclaimer|Copyright)\b.{0,120}(?:website|copyright|reprint)",
    re.IGNORECASE,
)
# 学校工作计划(精选5篇) (school work plans: a choice of 5)
_CHOICE: Final = re.compile(
    r"(?:计划|总结|方案|要点|报告|讲话|规划|意见|发言|范文)[^。]{0,8}(?:精选|精编|通用|优选|优质|热门|最新|推荐|合集|汇总|锦集|集锦|大全|必备|实用|共)\s*[\d一二三四五六七八九十]+\s*篇[)）】\]》]*$"
    r"|(?:计划|总结|方案|要点|报告|讲话|规划|范文)(?:范文)?(?:大全|汇总|合集|锦集|集锦)$"
    r"|^(?:本文|以下)(?:是|为).{0,20}(?:整理|分享|搜集|收集)"
)

_CRUMB: Final = r"[>»›](?!\s*=?\s*\d{1,3}(?!\d))"

KINDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    # <i id="549yd"></i>
    ("markup", re.compile(r"^[•·\s]*(?:</?[a-zA-Z][^>]*>\s*)+$")),
    # - 3 -, 第3页 共8页
    ("markup", re.compile(r"^[-—–]+\s*\d{1,3}\s*[-—–]+$|^第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?$")),
    # ">, '/> (what is left of a tag)
    ("markup", re.compile(r"^[\"'”]\s*/?>+$")),
    # http://…, www.…; with 1/5 behind it, as browsers print it
    ("markup", re.compile(r"^(?:https?://|www\.)\S+(?:\s+\d{1,4}/\d{1,4})?$")),
    # 11/22/26, 3:04 PM 工作计划 (date, time and title, as browsers print them above a page)
    ("byline", re.compile(r"^\d{1,4}/\d{1,2}/\d{1,4},?\s+\d{1,2}[:：]\d{2}(?:\s*[AP]M)?(?:\s.{0,80})?$")),
    # 当前位置:首页>工作计划>正文 (you are here: home > work plans > text)
    ("navigation", re.compile(r"^(?:您?(?:现在|当前|所在)|您|目前)(?:所在)?的?(?:位置|栏目)(?:是|为)?\s*[:：]|^(?:[网本]站|学校|局|政府)?(?:网站)?首页\s*[>»›|→]")),
    # 某某网>工作计划>正文 (but not 合格率>95%,优秀率>30%, nor 《关于印发<某县>办法>的通知》)
    ("navigation", re.compile(rf"^[^。,，<《]{{1,30}}{_CRUMB}[^。<]{{1,40}}{_CRUMB}[^。<]*$")),
    # 科技、教育\\教育 (subject \ subject)
    ("navigation", re.compile(r"^[^。,，;；]{2,30}\\+[^。,，;；]{1,20}$")),
    # 时间:2022-08-24 02:37:32 工作计划 我要投稿 (time, category, submit an article)
    ("byline", re.compile(rf"我要投稿|^(?:(?:发布|更新|上传|提交|发表|上网|成文)(?:时间|日期)|(?:时间|日期)(?!.*(?:地点|地址|参加|对象|内容|主题|主持|议题)|\s*[:：]\s*{DATE}\s*[-—–~～至到]))\s*[:：]\s*{DATE}.{{0,60}}$")),
    # 工作计划 时间:2023-02-24 12:14:02 收藏 (category and time), 某某论坛 发表于:2020-11-26 22:02
    ("byline", re.compile(rf"^[^。,，;；:：]{{0,16}}\s(?:时间|日期)\s*[:：]\s*{DATE}\s+\d{{1,2}}:\d\d:\d\d(?:\s.{{0,40}})?$|^[^。,，;；:：]{{0,20}}(?:发表|发布|上传)于\s*[:：]\s*{DATE}.{{0,40}}$")),
    # 2026-02-11 发布于某地, 06.01.2022 15:32
    ("byline", re.compile(rf"^{DATE}\s*(?:发布|上传|发表)于\s*\S{{1,12}}$|^\d{{2}}\.\d{{2}}\.(?:19|20)\d\d\s+{_CLOCK}$")),
    # 大小:33.00 KB, 格式:DOCX, 约7.97千字, 约 18页 (a file)
    ("byline", re.compile(
        r"^(?:文档|文件|资源)?(?:ID\s*[:：]\s*\d{4,}|大小\s*[:：]\s*[\d.]+\s*[KMG]B?|(?:格式|类型)\s*[:：]\s*(?:docx?|pdf|pptx?|xlsx?|wps|txt|rar|zip)|页数\s*[:：]\s*约?\s*\d+\s*页?|分类\s*[:：].{0,20}[|｜].{0,60})$"
        r"|^约\s*[\d.]+\s*[千万]字$|^约\s*\d+\s*页$", re.IGNORECASE)),
    # 来源:教育信息网 作者:某某 浏览:302次 (source, author, views)
    ("byline", re.compile(r"^(?:文章|信息|稿件|本文|资料)?(?:来源|出处|作者|编辑|责编|责任编辑|采编|编审|审核|投稿人?|撰稿)\s*[:：].{0,60}$")),
    ("byline", re.compile(r"^(?:浏览|点击|阅读|访问|下载|评论)(?:次数|量|数|人数)?\s*[:：]?\s*\d+\s*次?$|^原文链接\s*[:：]|^【?(?:字体|字号)\s*[:：]|(?:打印|关闭)(?:本页|窗口|此页)")),
    ("byline", re.compile(rf"^{DATE}\s+{_CLOCK}(?:\s.{{0,30}})?$")),
    # 阅读 1.2万 赞 358 在看 126 (reads, likes, wows: below a public account's article)
    ("byline", re.compile(r"^阅读(?:量|数)?\s*[\d.]+\s*万?\+?(?:\s*(?:赞|点赞|在看|分享|收藏|评论|喜欢|推荐|转发)\s*[\d.]*万?\+?)+$")),
    # 北大法宝【法宝引证码】 CLI.12.1209977 (a law library's own number)
    ("byline", re.compile(r"法宝引证码|^【(?:发布|实施|颁布|公布)(?:日期|部门|单位)】|^索\s*引\s*号|^(?:发布机构|发文机关|主题分类|公开类别)\s*[:：]")),
    ("advertisement", _TEASER),
    ("advertisement", _NOTICE),
    ("advertisement", _CHOICE),
    # 相关推荐 (related), 下一篇:… (next)
    ("related", re.compile(
        r"^(?:【.{0,70}】|[【\[]?.{0,24}[】\]]?)的?相关(?:推荐|文章|阅读|链接|热词|报道|新闻|稿件)\s*[:：]?$|^相关(?:信息|内容)\s*[:：]?$|^(?:上|下)一(?:篇|条|页)\s*(?:[:：].*)?$"
        r"|^(?:猜你喜欢|延伸阅读|推荐阅读|热门(?:文章|推荐)|最新文章|精彩推荐|往期(?:推荐|回顾|精彩|好文|内容).{0,4}|你可能(?:还)?(?:喜欢|感兴趣).{0,6})\s*[:：]?$"
    )),
    # 百度百科 编辑 讨论 上传视频 (an encyclopaedia's head)
    ("navigation", re.compile(r"^.{0,20}(?:百度百科|互动百科|维基百科|搜狗百科|自由的百科全书)|本词条|^(?=\D)(?:编辑|讨论|收藏|播报|锁定|上传视频|查看我的收藏|有用|已投票|参考资料|词条标签|[\s\d+])+$")),
)  # fmt: skip

SHARED: Final = re.compile(
    # 《….docx》由会员分享,可在线阅读,更多相关…请在某某网上搜索, 该【…】是由【某某】上传分享
    r"^《.{1,120}》由.{0,8}(?:会员|用户|网友).{0,8}分享|^该【.{1,120}】是由【|珍藏版[)）]?》"
    # 版权说明:本文档由用户提供并上传,收益归属内容提供方
    r"|^版权(?:说明|声明|申明)\s*[:：]|(?:本|该|此)(?:文档|资料|文件)(?:由|是).{0,4}(?:用户|会员|网友|作者)(?!单位).{0,4}(?:上传|提供|分享)|举报或认领|举报(?:非法|违规)文档|文档侵权举报"
    # 已阅读5页,还剩16页未读
    r"|已阅读\s*\d+\s*页[,，]?\s*还剩\s*\d+\s*页|^全文?预览已?结束$"
    # 3.下载前请仔细阅读文档内容 (tips of such a site)
    r"|下载前请|请放心下载|下载文档时|^下载(?:的|该|此|本)(?:文档|资料)(?:$|.{0,24}(?:收入|水印|客服|上传者))|本文档共\s*\d+\s*页"
    r"|本站.{0,12}(?:不保证|所有资源|RAR|仅提供|提供全文预览|的文档不包含)|仅提供信息存储空间|未经权益所有人|下载文件中如有侵权"
    # 网站客服:3074922707
    r"|^(?:网站|在线|联系|下载)?客服(?:QQ|电话|热线|邮箱)?\s*[:：]\s*[\dA-Za-z@.\-]{5,}$",
)
"""What only a site that shares files writes: told of numbered lines, too."""

_CHROME: Final = re.compile(
    r"(?:下载|打印|全屏|收藏|分享|加大|减小|还原|放大|缩小|大|中|小|】|】?分享到?|关闭|返回|首页|上一页|下一页|正文|目录|文本库|文库|繁體|简体|无障碍"
    r"|字体|字号|登录|注册|搜索|微信|微博|QQ空间|我要纠错|相关附件|保存|复制链接|\d{1,9}|1/\d{1,3}"
    r"|举报|相关|侵权投诉|VIP专[免享]|\d{1,9}\+|[\d.]+\s*[KM]B|资源(?:描述|简介)|版权申诉|赚钱|分享赚钱|(?:WORD|VIP|免费|立即|付费)下载|下载(?:本|此|该)?(?:文档|全文|资料|文件)|文档(?:简介|介绍|列表|分类)|浏览记录|下载提示|温馨提示|电子[报報]|看图|发表新帖|网站(?:首页|地图)|设为首页|加入收藏)\s*[:：>»]*"
)
_LABEL: Final = re.compile(
    r"(?:(?:发布|更新|上传|添加|录入)?(?:时间|日期)|来源|信息来源|作者|编辑|责任编辑|浏览(?:次数|量)?|阅读|点击(?:数|量)?)\s*[:：]"
)
_COUNTERS: Final = re.compile(r"\d+(?:\s+\d+)+")  # further down, a row of a table
_NUMERIC_LABEL: Final = re.compile(r"时间|日期|浏览|阅读|点击")
_WORK: Final = re.compile(
    r"(?:计划|总结|方案|要点|报告|规划|意见|通知|讲话|述职|办法|制度|简报|记录)(?:[(（].{0,12}[)）])?$"
)
_SITE: Final = re.compile(
    r"[^。,，;；:：]{0,8}(?:范文|文库|素材|简历|作文|文档|课件|文秘|公文|写作|笔杆子|论文|资料)[^。,，;；:：]{0,3}[网站](?:\s*首页)?"
)
_FORM: Final = re.compile(r"(?:会员(?:信息|登录|中心)|用户名|密\s*码|验证码|最近更新)\s*[:：]?|Tags\s*[:：].{0,40}")
_SHEET: Final = re.compile(r"(?P<stem>.{2,60})_第\s*\d{1,3}\s*页")
_POSTER: Final = re.compile(r"一图(?:读懂|看懂|了解)|(?:看|戳|点)这里[!！]?")
_DATED_LINK: Final = re.compile(r"^[^。,，;；:：]{4,40}?[^\d.\-/](?:\d{2}-\d{2}|\d{4}-\d{2}-\d{2}|\[?\d{2}/\d{2}\]?)$")
_CAPTION: Final = re.compile(r"^.{0,40}(?:记者|通讯员|新华社).{0,12}\s*摄(?:影)?$|^(?:图为|资料图)")
_VICE: Final = re.compile(
    r"[aA][vV]片|[aA][vV]在线|在线[aA][vV]|无码|久久|亚洲精品|国产精品|一区二区|日日高潮|夜夜爽|成人网站|激情视频|伦理片|色情|真人娱乐|百家乐|老虎机|博彩|六合彩|赌场|好吊|熟女|人妻|少妇|色综合|一级[ⅤV]?A(?=片|免费|在线)|暴躁少女|小蜜桃|年轻的儿媳|亚洲(?:日韩|欧美|国产)|国产(?:欧美|亚洲|成人)"
)
_SPAM: Final = re.compile(
    rf"{_VICE.pattern}|中文字幕|在线观看|免费观看|欧美日韩|日韩欧美|高清视频|免费视频|棋牌平台|彩票平台|乱码视频|官网|注册"
)
_VALUE: Final = re.compile(
    r"\d\s*[余多]?\s*(?:[%％所名个万亿人处间项套台门场位家户元班册本亩吨节期件条座辆支片次]|平方米|公里)"
)
_WRITTEN: Final = re.compile(r"\d\s*[余多]?\s*[篇条]")
_AS_A_MEANS: Final = re.compile(
    r"(?<![请可])(?:通过|采用|利用|引导|组织|鼓励|要求|督促|实行|推行).{0,16}(?:扫|关注|搜索|点击|下载)"
)
_CLAUSE: Final = re.compile(r"[^。,，;；!！?？…]+?(?=[。,，;；!！?？…]|[-—]{2}|$)")
_OF_A_SITE: Final = re.compile(
    r"小编|范文|(?:为|给)(?:大家|您|你)|评论|精[选编]|本站|本网|本文|文章|文档|用户|会员|积分|VIP|免责|声明|红包|技术支持|主办|承办|地址|邮编|电话|备案|版权|侵权|ICP|篇[)）】\]》]*$|website|copyright"
)
_NEAR_A_SITE: Final = re.compile(
    r"公众号|二维码|扫|关注|下载|网络|网站|转载|来源|作者|参考|资料|资讯|更多|精彩|阅读|删除|联系|点击|观点|立场|法律|手机|微信|收藏|照抄|修改"
)
_LONGEST: Final = 400  # characters: a longer line is no furniture, whatever is in it
_HEAD: Final = 60  # lines: the body begins among them


def set_aside(lines: Sequence[Line]) -> dict[int, str]:
    """Return line index → kind for the lines that are furniture."""
    kinds = (_kind(line) or printed_around(line) or framed(line) for line in lines)
    found = {i: kind for i, kind in enumerate(kinds) if kind is not None}
    found.update({**_numbered(lines), **_sheets(lines), **_posters(lines), **boxes(lines), **watermarks(lines)})
    top = body_at(lines, found)
    found.update({**_above(lines, found, top), **particulars(lines, found, top), **keywords(lines)})
    found.update(contents(lines))
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
    if len(line.text) > _LONGEST:
        return None
    if SHARED.search(line.body):
        return None if _says_more(line.text, notice=False) else "advertisement"
    if line.form:
        return None
    if "。" not in line.text and len(_SPAM.findall(line.text)) >= 2 and _VICE.search(line.text):
        return "spam"
    if _CAPTION.match(line.text):
        return "caption"
    for kind, pattern in KINDS:
        if pattern.search(line.text if kind == "advertisement" else line.text[:200]):
            own = kind == "advertisement" and _says_more(line.text, notice=pattern is _NOTICE)
            return None if own else kind
    return "navigation" if _FORM.fullmatch(line.text) else None


def _says_more(text: str, *, notice: bool) -> bool:
    """Whether a value stands beside the words of a site, or (beside a *notice*) some words of a sentence.

    A teaser brings sentences of its own (新学期就要到了,…), which only a value can tell from the plan's.
    """
    clauses = [m.group() for m in _CLAUSE.finditer(text) if not _OF_A_SITE.search(m.group())]
    if any(map(_VALUE.search, clauses)):
        return True
    said = "".join(clause for clause in clauses if not _NEAR_A_SITE.search(clause))
    used = any(map(_WRITTEN.search, clauses)) or _AS_A_MEANS.search(text) is not None
    return notice and (used or len(re.findall(r"[\u4e00-\u9fff]", said)) >= 8)


def _above(lines: Sequence[Line], found: Mapping[int, str], top: int) -> dict[int, str]:
    """Buttons, counters and labels above the body, where no sentence of the plan is split into words."""
    extra: dict[int, str] = {}
    for i, line in enumerate(lines[:top]):
        if _LABEL.fullmatch(line.text):
            extra.update({j: "byline" for j in (i, i + 1) if j < top and (j == i or _labelled(line, lines[j]))})
        if i in found or i in extra:
            continue
        if (_is_chrome(line.text) and (i < 4 or not _COUNTERS.fullmatch(line.text))) or _SITE.fullmatch(line.text):
            extra[i] = "navigation"
        elif line.text in (">", "»", "›", "→") or (line.text in ("/", "|") and i and _is_chrome(lines[i - 1].text)):
            extra.update({j: "navigation" for j in (i - 1, i, i + 1) if 0 <= j < top and len(lines[j].text) <= 16})
        elif re.fullmatch(rf"{DATE}(?:\s*{_CLOCK})", line.text):
            extra[i] = "byline"
    return extra


def _is_chrome(text: str) -> bool:
    """Nothing but the words of buttons and counters."""
    return len(text) <= 60 and all(map(_CHROME.fullmatch, text.split()))


def _labelled(label: Line, below: Line) -> bool:
    """Whether *below* is what an empty label above it names: a figure below 时间, a short name below 来源."""
    if len(below.text) > 20 or below.form or _WORK.search(below.text) or marker_of(below):
        return False
    return _NUMERIC_LABEL.search(label.text) is None or re.search(r"\d", below.text) is not None


def _numbered(lines: Sequence[Line]) -> dict[int, str]:
    """A breadcrumb as a numbered list at the head of the page: 1.首页 / 2.工作总结."""
    first = next(
        (i for i, line in enumerate(lines[:6]) if line.form and line.body.strip() in ("首页", "网站首页")), None
    )
    if first is None:
        return {}
    end = first + 1
    while end < len(lines) and lines[end].form == lines[first].form and len(lines[end].text) <= 14 and end < first + 6:
        end += 1
    return dict.fromkeys(range(first, end), "navigation")


def _sheets(lines: Sequence[Line]) -> dict[int, str]:
    """The list of a viewer's pages (某计划_第1页, 某计划_第2页), but for its first line, which may be all that names the plan."""
    stems = [(i, found["stem"]) for i, line in enumerate(lines[:_HEAD]) if (found := _SHEET.fullmatch(line.text))]
    return {i: "repeated title" for (_, above), (i, stem) in pairwise(stems) if stem == above}


def _posters(lines: Sequence[Line]) -> dict[int, str]:
    """The words on a poster: 一图读懂 / … / 看这里, short lines from the first to the last."""
    at = [i for i, line in enumerate(lines) if _POSTER.search(line.text) and len(line.text) <= 16]
    found: dict[int, str] = {}
    for first, last in pairwise(at):
        opens, closes = lines[first].text.startswith("一图"), lines[last].text.rstrip("!！").endswith("这里")
        if opens and closes and last - first <= 4 and all(len(line.text) <= 16 for line in lines[first : last + 1]):
            found.update(dict.fromkeys(range(first, last + 1), "advertisement"))
    return found


def _links(lines: Sequence[Line], found: Mapping[int, str], top: int) -> dict[int, str]:
    """Lists of links: dated links in a row, and whatever short line stands below 相关文章."""
    extra: dict[int, str] = {}
    inside = False
    for i, line in enumerate(lines):
        dated = _DATED_LINK.match(line.text) is not None and not line.form
        beside = any(0 <= j < len(lines) and _DATED_LINK.match(lines[j].text) for j in (i - 1, i + 1))
        if i in found:
            inside = found[i] == "related" and i >= top
        elif (dated and (inside or beside)) or (inside and _link(line) and not _opens_text(lines, i, found)):
            extra[i] = "related"
        else:
            inside = False
    return extra


def _opens_text(lines: Sequence[Line], i: int, found: Mapping[int, str]) -> bool:
    """The line may be a title: text stands in one of the two lines below."""
    return any(j not in found and is_body(lines[j]) for j in range(i + 1, min(i + 3, len(lines))))


def _link(line: Line) -> bool:
    """In a list of links: a short line that is no sentence and no heading."""
    return len(line.text) <= 40 and not line.form and not re.search(r"[。;；%％]|[:：]$", line.text)
