"""What a site frames a page with: rows of links, boxes, notices of the one who put it up, markup of pictures.

In: one line, or the lines of a page. Out: the kind of furniture, or ``None``. Every pattern is the whole line, which
says what only a site does; a plan that has children read 我们的公众号, or notes where a figure is taken from, stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from planie.structure.lines import Line

_KINDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    # ![](a.png) |, ![]() |
    ("markup", re.compile(r"(?:!\[[^\]]{0,60}\]\([^)\s]*\)[\s|｜]*)+")),
    # (资料图片), (相关资料图)
    ("caption", re.compile(r"[(（](?:相关)?(?:资料|配|示意)图片?[)）]")),
    # • 工作总结 > 正文
    ("navigation", re.compile(r"[•·\s]*[^。,，;；:：<《]{1,20}[>»›]\s*正文")),
    # 我来说两句, >>查看更多【返回 工作计划 栏目列表】
    ("navigation", re.compile(r"我[来要]说[两几]句(?:\s*[(（].{0,12}[)）])?|.{0,40}>>\s*查看更多.{0,40}|【返回.{0,20}列表】")),
    # 本站违法和不良信息举报 联系邮箱:a@b.cn
    ("navigation", re.compile(r"(?:本站|本网站?)?(?:涉未成年人|违法和?不良信息|网络谣言)[^。:：]{0,12}举报[^。:：]{0,12}[:：][^。]{0,60}")),
    # 上传人:山** 文档编号:12345678 上传时间:2023-03-21
    ("byline", re.compile(r"(?:上传[人者]|文档编号|文档作者)\s*[:：]\s*[^。,，]{1,120}")),
    # 本文地址:https://…
    ("byline", re.compile(r"(?:本文|文章|转载)(?:地址|链接|网址)\s*[:：]\s*(?:https?://|www\.)?\S{0,120}")),
    # 图表数据来源:, 图片来源:某报
    ("byline", re.compile(r"(?:图[表片](?:数据)?|数据)来源\s*[:：]|图片来源\s*[:：][^。,，]{0,20}")),
    # 全文共1831字,预计阅读时间5分钟
    ("byline", re.compile(r"[(（]?(?:全文|本文)共计?\s*[:：]?\s*\d*\s*字[,，\s]*(?:(?:预计)?阅读时间.{0,12})?[)）]?")),
    # 结合工作需要,本站的会员“某某”为你整理了这篇范文
    ("advertisement", re.compile(r"(?!.*[\d一二三四五六七八九十][所%％人万亿])[^。]{0,60}本[站网]的?(?:会员|用户|网友).{0,24}[为给](?:大家|您|你).{0,4}(?:整理|搜集|收集|分享|推荐|准备|带来).{0,120}")),
    # 本文共1097字,仅供站内会员学习参考, 【文章共2693字,精选参考范文】
    ("advertisement", re.compile(r"[【(（]?(?:本文|全文|文章)共\s*\d+\s*字[,，][^。]{0,24}(?:会员|参考|借鉴)[^。]{0,40}")),
    # 新来的客人请【点此注册】加入会员
    ("advertisement", re.compile(r"[^。,，]{0,12}请【[^】]{2,8}】(?:加入会员|打开全文|查阅文章|[^。]{0,10}(?:会员|全文|文章|下载))?")),
    # (以下评论仅代表网友意见,与本站立场无关)
    ("advertisement", re.compile(r"[(（]?(?:以[上下])?评论[^。]{0,12}(?:网友|个人)[^。]{0,12}本[站网][^。]{0,12}[)）]?。?")),
    # 您好,欢迎访问某某文档
    ("advertisement", re.compile(r"您好[,，!！]\s*欢迎(?:访问|光临|来到).{1,16}")),
    # 作者:佚名 来源:网络 阅读 次【加入会员】
    ("byline", re.compile(r"(?:【[^】]{2,6}】\s*)*作者\s*[:：].{0,20}来源\s*[:：].{0,60}")),
    # 原标题:栖云县新建学校9所, 原链接:http…
    ("byline", re.compile(r"原(?:标题|题|文?链接|文?地址)\s*[:：].{1,160}")),
    # 作者原创,不允许二次传播
    ("advertisement", re.compile(r"(?:本文|本作品|作者)(?:为)?原创[,，][^。]{0,20}(?:转载|传播|追究|抄袭)[^。]{0,40}。?")),
    # 未经授权,请勿转载或建立镜像,违者依法必究
    ("advertisement", re.compile(r"[^。]{0,80}(?:版权所有|ICP备)[^。]{0,60}(?:转载|镜像|必究)[^。]{0,30}。?", re.IGNORECASE)),
    # 欢迎访问某某资讯网!
    ("advertisement", re.compile(r"欢迎(?:访问|光临|来到).{1,16}(?:网|文库|站|平台|榜|门户|论坛)[!！]?")),
)  # fmt: skip

_LINKS: Final = re.compile(
    r"关于(?:我们|本站)|联系(?:我们|客服|方式)|客服中心|广告(?:服务|合作|投放)|商务合作|建站服务|(?:网站|站点)(?:地图|声明|简介|首页)|(?:免责|版权|法律|隐私)(?:声明|政策|条款)"
    r"|友情链接|诚聘英才|人才招聘|招贤纳士|加入(?:我们|收藏)|(?:意见|在线|用户)反馈|帮助(?:中心)?|使用(?:帮助|条款)|服务(?:条款|协议)|用户协议|投稿(?:指南)?|侵权投诉|设为首页|微信订阅号|合作伙伴|RSS(?:订阅)?",
    re.IGNORECASE,
)
_ALONE: Final = re.compile(
    r"内容预览\s*[:：]?|用户评论|版权声明|免责声明|联系客服|微信订阅号|侵权投诉|关于我们|友情链接|客服中心|VIP专[免享]"
)
_MARKED: Final = re.compile(r"[^。,，;；:：]{2,20}\s[-—|]\s[^。,，;；:：]{2,20}网站?")
_MANY: Final = 3
_BOX: Final = re.compile(r"[【\[](?P<name>概述|简介|导语|引言|内容|摘要|正文|全文)[】\]]\s*[:：]?")


def framed(line: Line) -> str | None:
    """Judge one line by its looks alone, wherever it stands; no line that is numbered."""
    if line.form or len(line.text) > 300:
        return None
    if _ALONE.fullmatch(line.text) or _is_row(line.text):
        return "navigation"
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(line.text)), None)


def _is_row(text: str) -> bool:
    """关于我们| 客服中心| 网站地图: two links or more, and hardly anything else."""
    parts = [part for part in re.split(r"[\s|｜·\-—]+", text) if part]
    known = sum(_LINKS.fullmatch(part) is not None for part in parts)
    return known >= 2 and 3 * known >= 2 * len(parts)


def watermarks(lines: Sequence[Line]) -> dict[int, str]:
    """Return the lines 某某网 - 某某门户网站 that a page has three times or more."""
    said = Counter(line.text for line in lines if len(line.text) <= 40 and _MARKED.fullmatch(line.text))
    return {i: "advertisement" for i, line in enumerate(lines) if said[line.text] >= _MANY}


def boxes(lines: Sequence[Line]) -> dict[int, str]:
    """Return the lines 【概述】 … 【正文】 that a site has put between the parts of its page: the last says 正文 or 全文."""
    at = [(i, box["name"]) for i, line in enumerate(lines) if (box := _BOX.fullmatch(line.text))]
    last = next((i for i, name in reversed(at) if name in ("正文", "全文")), -1)
    return {i: "navigation" for i, _ in at if i <= last}
