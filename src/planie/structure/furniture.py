"""Site furniture: lines that belong to the page and not to the plan.

Each row of the table says what a kind of line looks like, with an example (what it means in
brackets). Lines are judged one by one, then lists of links are followed to their end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from planie.structure.lines import Line

_DATE = r"(?:19|20)\d\d\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}"

KINDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    # 当前位置:首页>工作计划>正文 (you are here: home > work plans > text)
    ("navigation", re.compile(r"(?:当前|现在|所在|您的)\s*(?:的)?位置|^首页\s*[>»|]|^[^。]{0,60}>[^。]{1,40}>")),
    # 时间:2022-08-24 02:37:32 工作计划 我要投稿 (time, category, submit an article)
    ("byline", re.compile(
        rf"^(?:(?:发布|更新|上传|提交|发表)?(?:时间|日期)|来源|作者|编辑|责编|责任编辑|采编|信息来源|浏览|点击|阅读)"
        rf"(?:次数|量|数)?\s*[:：].{{0,60}}$|我要投稿|^[^。]{{0,20}}{_DATE}\s+\d\d?:\d\d|^字体\s*[:：]|(?:打印|关闭)(?:本页|窗口)"
    )),
    # 本站小编为你精心准备了… (our editors have prepared for you …)
    ("advertisement", re.compile(
        r"小编|范文(?:网|大全|参考)|欢迎(?:阅读|收藏|深入阅读|下载)|(?:仅供|供大家)参考|点击(?:下载|查看)|免费(?:文档|下载)"
        r"|微信(?:公众)?号|扫一扫|版权(?:所有|归)|文章是围绕|在线(?:观看|播放|av)|av片|无码|备案号|ICP备"
    )),
    # 相关推荐 (related)
    ("related", re.compile(
        r"^[【\[]?.{0,24}[】\]]?(?:的)?相关(?:推荐|文章|阅读|链接|信息|内容|热词)[:：]?|^(?:上|下)一(?:篇|条|页)|^(?:猜你喜欢|延伸阅读|推荐阅读|热门(?:文章|推荐))"
    )),
    # 教育局教学工作计划03-30 (a link with its date)
    ("related", re.compile(r"^[^。,，;；]{4,40}?[^\d.\-/](?:\d{2}-\d{2}|\d{4}-\d{2}-\d{2})$")),
    # <i id="549yd"></i>; a line of marks alone; a bare counter
    ("markup", re.compile(r"^[•·\s]*(?:</?[a-zA-Z][^>]*>\s*)+$|^[\W_]{1,12}$|^\d{1,9}$|^(?:文本库|文库|目录|正文)$")),
    # http://…, www.…
    ("markup", re.compile(r"^(?:https?://|www\.)\S+$")),
)  # fmt: skip


def set_aside(lines: Sequence[Line]) -> dict[int, str]:
    """Return line index → kind for the lines that are furniture."""
    found: dict[int, str] = {}
    in_links = False
    for i, line in enumerate(lines):
        kind = _kind(line)
        if kind is None and in_links and _link(line):
            kind = "related"
        in_links = kind == "related"
        if kind is not None:
            found[i] = kind
    return found


def _kind(line: Line) -> str | None:
    if len(line.text) > 400 or line.form in ("han", "(han)", "part"):
        return None
    head = line.text[:200]
    for kind, pattern in KINDS:
        if pattern.search(head):
            return None if kind == "related" and len(line.text) > 60 else kind
    return None


def _link(line: Line) -> bool:
    """In a list of links: a short line that is no sentence and no heading."""
    return len(line.text) <= 40 and not line.form and not re.search(r"[。;；:：%％]", line.text)
