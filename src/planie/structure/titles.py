"""What reads as a title, and the kind of document that it names.

In: a line, or its words. A title ends in a word for a kind of document. What a site hangs on it
(….docx, 【精选推荐】, _第1页) is no part of it. Where a plan's title stands is ``title_lines``' to find.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from planie.schema import Kind
from planie.structure.lines import Line, marker_of

_KIND_WORDS: Final[dict[Kind, str]] = {
    "scheme": "行动计划 提升计划 攻坚计划 培养计划 规划 方案 意见 通知 办法 措施 细则 决定 规定 条例 纲要 预案 规程 规则 章程 制度 行动 任务分解 任务分工 目标分解 责任分解",
    "speech": "讲话 发言 致辞 讲话稿 演讲 贺词 发言稿",
    "report": "总结 报告 汇报 小结 述职 回顾",
    "plan": "计划 要点 安排 打算 思路 设想 行事历 部署",
    "other": "批复 函 答复 通报 公告 通告 请示 提案 建议 倡议书 责任书 清单",
}
"""Kind → the words at a title's end that name it, e.g. 临江市教育局2024年工作要点: a plan."""

_KIND_OF: Final[dict[str, Kind]] = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split()}
_WEAK: Final = ("行动", "制度", "函", "部署", "建议", "清单", "回顾")  # end many lines that are no titles
ENDS: Final = "|".join(sorted((w for w in _KIND_OF if w not in _WEAK), key=len, reverse=True))
_TAIL: Final = (
    r"(?:稿|书|表|材料|范文|摘要|纲要|提纲)?》?\s*(?:[(（〔\[【][^)）〕\]】]{0,24}[)）〕\]】])?\s*[\d一二三四五]?\s*》?"
)
_DRAFT: Final = r"[(（](?:修[订正]|试行|暂行|草案|征求意见|讨论|送审)稿?[)）]"
TITLE: Final = re.compile(rf"(?:{ENDS}|(?<=[的复])函|制度(?={_DRAFT}$)){_TAIL}$")
_CHOICE: Final = r"精选|通用|优选|优秀|推荐|最新|精品|实用|必备|热门|合集|汇总|范文|精编|共"
HUNG_ON: Final = re.compile(  # 工作计划.docx, 工作总结【精选推荐】, 汇报材料_第1页, 述职报告(2), 调研报告一:
    r"(?:\.?(?:docx?|pptx?|xlsx?)(?:VIP)?|\.(?:pdf|wps|txt)(?:VIP)?|[(（\[【]VIP[】\])）]|_+第\d{1,3}页|[(（]\d[)）]|(?<![\dX])[(（\[【]?[一二两三四五六七八九十\d]{1,2}篇[)）\]】]?"
    rf"|[(（\[【](?:{_CHOICE})[^】\])）]{{0,10}}[】\])）]|(?:{_CHOICE})[\d一二三四五六七八九十]{{1,2}}篇|(?:参考)?范文(?:参考|模板|范例|锦集|集锦|大全|合集|汇总)?"
    r"|(?<=总结|计划|方案|要点|报告|规划|意见|讲话)(?!(?:19|20)\d\d$)\d{3,6}"  # 工作计划7336
    r"|(?<=总结|计划|方案|要点|报告|规划|意见|讲话)(?:官方)?(?:抖音号|微信号|公众号)[^,，。《》]{0,16})$"
)
NUMBERED: Final = re.compile(
    rf"^(?P<stem>.{{2,40}}?(?:{ENDS}))(?P<number>[一二三四五六七八九十]{{1,2}}[:：]|\d{{1,2}}[:：]?)$"
)
"""A title with a number at its end: 调研报告一:, 工作总结2."""
_IN_FRONT: Final = re.compile(  # 词条|教育规划|, 【Word文档】工作总结
    r"^(?:(?:词条|释义|标题|名称)[|｜]+|[^【】]{2,30}【[^】]{2,20}】[:：]|[【\[](?:Word|Excel|PDF|PPT|WPS|DOCX?)?(?:文档|文件|版)[】\]])(?=.{4})",
    re.IGNORECASE,
)
_ORDER: Final = re.compile(r"特?制[定订]|如下|特此|本(?:计划|方案|规划|办法)$|^(?:请|要|并|应)|是.{2,}的|[:：。;；?？]")
_VIEW: Final = re.compile(
    r"(?<!实施|指导|若干|关于|落实|推进|改革)(?<!的)意见$"
)  # 区县教育行政部门意见: a cell of a form
SALUTE: Final = re.compile(r"^(?:各位|同志们|尊敬的|老师们|女士们|各[县市区省乡镇]|各有关|机关各)")

PLAIN: Final = re.compile(  # 2024年工作安排: a part of a report as often as a plan of its own
    r"^[(（]?(?:(?:19|20)\d\d|20[xX*]{1,4}|2[xX*]{3,4}|\*+|今|明|下一?|本|上)?(?:学?年)?度?(?:的)?(?:主要|重点|总体|具体|下一步|下一阶段|今后|下步|全年)?"
    rf"(?:教育|工作|教育工作)?的?(?:{ENDS})$"
)
_NUMBER: Final = re.compile(  # 云政办〔2023〕3号…
    r"^[^〔\[（(,，。]{2,8}[〔\[（(](?:19|20)\d\d[〕\]）)]\d{1,4}号(?=.{8})"
)
_MEETING: Final = re.compile(r"(?:大会|会议|座谈会|推进会|动员会|启动会|培训会|现场会)$")  # news of a meeting
_PLANS_TO: Final = re.compile(
    r"计划(?=新[建增设]|[改扩迁增][建扩]|投[资入]|于|到(?:19|20)\d\d)"
)  # 计划新建学校9所: a verb
_TOLD: Final = re.compile(  # 项目完成情况公示, 督导检查反馈意见: what was done or found
    r"(?:完成|进展|落实|执行|工作|建设|推进|实施)情况的?(?:公示|通报|说明|反馈)$|(?:反馈|督导检查)意见$"
)
_ROW: Final = re.compile(r"^([^|｜]+)[|｜]+$")  # what a table's first row leaves: 年度报告||||
_PART: Final = re.compile(r"(?:总体|基本|工作|发展|主要|具体|下一步)+的?(?:思路|设想)$")  # 总体思路: a heading


@dataclass(frozen=True)
class Title:
    """A title: its words without spaces, the lines that it stands on, and its place on them."""

    text: str
    lines: tuple[int, ...]
    start: int
    end: int


def is_title(line: Line) -> bool:
    """A line that ends in a word for a kind of document, and neither orders nor says anything."""
    return line.form in ("", "volume") and 4 <= len(line.text) <= 70 and reads_as_title(line.bare)


def reads_as_title(text: str) -> bool:
    """The words are those of a title."""
    text = undressed(text)
    core = re.sub(r"《[^》]*》|[(（][^)）]*[)）]|“[^”]*”", "", text)
    if (
        not text
        or _PART.match(core)
        or core.startswith("的")
        or text.count("”") > text.count("“")
        or SALUTE.match(text)
        or _ORDER.search(core)
        or text[0] in "—-(（"
        or _VIEW.search(core)
    ):
        return False
    return TITLE.search(text) is not None and core.count(",") + core.count("，") <= 2


def undressed(text: str) -> str:
    """Take off what a site hangs on a title, and the quotation marks around the whole of it."""
    while True:
        found = HUNG_ON.search(text)
        if found is None and (numbered := NUMBERED.match(text)):
            bare = numbered["stem"]
        else:
            bare = text[: found.start()] if found else re.sub(r"^(.{4,40})[(（]\1[)）]$", r"\1", text)
        bare = _NUMBER.sub("", _ROW.sub(r"\1", _IN_FRONT.sub("", bare)))
        if bare[:1] == "《" and bare.find("》") == len(bare) - 1:
            bare = bare[1:-1]
        if len(bare) < 4 or bare == text:
            return text
        text = bare


def is_dressed(lines: Sequence[Line], title: Title) -> bool:
    """A site has hung something on the title (精选5篇), or numbered it among others (第1篇)."""
    return any(marker_of(lines[i]) or HUNG_ON.search(lines[i].bare) for i in title.lines)


def kind_of(title: str | None) -> Kind:
    """Read the kind off the last word that names one; a notice is what it makes known."""
    title = _PLANS_TO.sub("", re.sub(r"[(（][^)）]*[)）]", "", title or ""))
    if _MEETING.search(title):
        return "other"
    if _TOLD.search(title):
        return "report"
    if sent := re.search(r"(?:印发|转发|下发)(.{4,}?)的?通知", title):
        inner = _last_kind(sent[1])
        return inner if inner != "other" else "scheme"
    if re.search(r"总结(?:和|及|与|暨|、)", title):  # 2023年工作总结和2024年工作打算
        return "report"
    return _last_kind(title)


def _last_kind(text: str) -> Kind:
    best: tuple[int, int, Kind] = (-1, 0, "other")
    for word, kind in _KIND_OF.items():
        at = text.rfind(word)
        if at >= 0 and (at + len(word), len(word)) > best[:2]:
            best = (at + len(word), len(word), kind)
    return best[2]
