"""What a section is for: review, goals, tasks, safeguards or other, by its heading.

In: a heading, its parent's role, the plan's kind and year, and what came before on its level.
Out: the role. A part of a section shares its role, unless its own heading is nothing but the name
of another (二、总体要求 / (一)指导思想 / (二)发展目标).
"""

from __future__ import annotations

import re
from typing import Final

from planie.periods import title_period
from planie.schema import Kind, SectionRole

_URGED: Final = (  # 优化发展环境, 夯实现有基础: what is to be done, not how things stand
    r"优化|营造|改善|创设|创造|打造|提供|夯实|巩固|打牢|筑牢|打好|厚植|补齐|发挥|把握|抢抓|抓住|用好|用足|迎接|应对|提升|强化|加强|完善|推进|推动|做好|抓好"
    r"|形成|扩大|深化|转化|展示|挖掘|督|检查|核查|通报|公开|公示|掌握|了解|上报|报告|监测|跟踪|调查|考核|预期|力争"
)

_NAMED: Final[tuple[tuple[SectionRole, re.Pattern[str]], ...]] = (
    # 存在的主要问题, 取得的成绩, 2023年工作回顾, 基本情况
    ("review", re.compile(
        r"^.{0,14}(?:工作回顾|回顾|工作总结|主要成绩|主要成效|取得的?(?:主要)?(?:成绩|成效|进展)|(?:主要|工作|总体|目前)进展|(?:进展|推进)情况|工作(?:盘点|回眸)|存在的?(?:主要)?(?:问题|困难|不足|差距|短板)(?!.{0,4}(?:方向|措施|对策|打算|建议|设想|安排|思路|整改)).{0,6}|主要(?:问题|差距|不足|短板)|突出(?:问题|短板)|问题[与和]不足|完成情况"
        r"|基本情况|现状(?:[与和]问题|分析)?|发展基础|现实基础|经验(?:做法|体会)?|主要做法|工作亮点|(?:所做|已做|已开展|已完成)的?(?:主要|各项)?工作)$"
    )),
    # 发展现状, 发展环境, 园情分析, 学校概况, 招生情况, 现有基础, 底数与短板: how things stand when the plan is made
    ("review", re.compile(
        rf"^(?!.*(?:{_URGED}))[^,，]{{0,10}}?(?:(?:发展|改革|建设|主要|工作|突出)成[就效果绩]|(?:发展|外部|内部|宏观)环境(?:分析)?|(?:园|校|组|班|学|县|市|区|镇|乡|村|队)情(?:分析|简析|简介|简述|概述|概况)?"
        r"|[^,，、]{0,4}现状(?:简析|简介|简述|概述|盘点|研判|评估)?|(?:现状|家底|底数|基础|成[绩效就])(?:情况|盘点|分析)?[与和及、](?:差距|短板|问题|不足|困难|挑战|形势|机遇)|家底(?:情况|盘点|分析)?"
        r"|(?:概况|简况|简介)|(?:现有|现实|前期|已有)(?:基础|条件|起点)|(?:工作|建设|办学|合作|创建|实施)基础|(?:基本|总体|现有|发展)状况"
        r"|(?:面临|当前|基本|国内外?|国际)的?(?:主要)?(?:形势|挑战|机遇)(?:[与和及、](?:挑战|机遇|任务|要求|问题))?|形势(?:分析|研判)|(?:机遇|问题|困难|优势|差距|短板)[与和及、](?:挑战|困难|差距|短板|不足|劣势)|达标情况)$"
        rf"|^(?!{_URGED}|接受|参加|参与|有关)[^,，]{{0,12}}(?<!等)情况(?:分析|概述|简介|回顾|说明|小结)?$|^基础$|^(?:时代|工作|创建|建设|攻坚|政策|行业|项目|发展|现实|编制)?背景(?:与形势|分析|介绍)?$"
    )),
    # 发展愿景, 预期成效
    ("goals", re.compile(r"^.{0,4}(?:愿景|预期(?:成效|效果|成果)|目标定位)$")),
    # 政策背景与总体目标: two things, and no one role
    ("other", re.compile(r"^.{0,4}背景[与和及、].{0,4}目标$")),
    # 发展目标, 主要指标
    ("goals", re.compile(r"^.{0,8}(?:目标|指标|预期目标|目标任务|目标要求)$")),
    # 保障措施, 组织领导
    ("safeguards", re.compile(r"^.{0,8}(?:保障措施|组织领导|组织实施|组织保障|保障机制|工作保障|工作要求|督导考核|监督检查|考核评价)$")),
    # 重点任务, 主要措施, 下一步打算
    ("tasks", re.compile(
        r"^.{0,8}(?:主要任务|重点任务|工作任务|重点工作|主要措施|工作措施|工作举措|政策措施|下一步.{0,6}|重点工程|重大项目"
        r"|(?:实施|工作|推进|方法|行动|时间)步骤|(?:进度|时间)安排|(?:实施|攻坚|建设|发展|创建|推进)路径|(?:改进|整改)措施|努力方向|改进方向)$"
    )),
    # 指导思想, 基本原则
    ("other", re.compile(r"^.{0,4}(?:指导思想|基本原则|总体思路|工作思路|总体要求|重要意义|工作原则|发展理念|发展思路|基本思路|办学(?:理念|思想|思路|宗旨|方针|定位)|(?:发展|战略|功能)定位|工作方针|(?:制定|编制|政策)依据|适用范围|名词解释)$")),
)  # fmt: skip

_DONE_IN: Final = re.compile(  # 上半年重点工作 in a report: its first half
    r"^(?:今年)?(?:(?:19|20)\d\d年)?(?:上半年|前[一二三123]个?季度|第?[一二三]季度|[1一]月?\s*[-—–~～至到]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})月份?|上学期|上学年|去年|上年度?|今年以来|一年来)"
    r"(?:以来)?的?[^,，、]{0,8}?(?:工作|任务|措施|举措|工程|项目)$"
)
_YEARS_WORK: Final = re.compile(r"^(?P<year>(?:19|20)\d\d)年度?的?[^,，、\d]{0,8}?(?:工作|任务|措施|举措|工程|项目)$")
_AHEAD: Final = re.compile(
    r"下一步|下阶段|下半年|下学期|今后|明年|打算|计划$|安排$|设想$|展望$|后半程|下半场|来年|新学期|新学年|下一?学年|再启新程|开启新程"
    r"|(?:第?四|下一?个?)季度(?:工作|主要|重点)*任务|努力方向|改进(?:方向|措施|意见)|整改(?:措施|方向)|(?:对策|意见|工作|几点|政策)[与和及、]?建议"
)
_CALLS: Final = re.compile(  # 强化队伍建设,在提升素质上有新成效: a plan says what it will bring about
    r"^(?:优先|强化|加强|推进|深化|做好|抓好|抓|着力|突出|坚持|以|全面|大力|积极|切实|进一步|落实|完善|健全|创新|提高|提升|聚焦|巩固|总结推广|总结经验)"
)
_DONE: Final = re.compile(r"圆满|胜利|顺利|全面完成|取得|迈出|实现了|有了")

_SAID: Final[tuple[tuple[SectionRole, re.Pattern[str]], ...]] = (
    # 一、肯定成绩,正视差距
    ("review", re.compile(
        r"回顾|工作总结|总结(?:过去|成绩|经验)|成绩|(?:主要|工作|取得的?|显著|发展)成[效就]|成[效就]$|过去|一年来|五年来|(?:完成|进展|推进|执行|落实|开展|工作|基本|摸底)情况|进展$|盘点|回眸"
        r"|(?:上半年|上学期|去年|上年度?).{0,6}工作|主要做法|现状|(?:发展|现实|工作)基础$|存在.{0,6}问题|问题(?:与|和|及)不足|困难和问题"
        r"|^(?!.*(?:要|将|力争|确保|推动)).*取得了?(?:长足|显著|明显|巨大|可喜|丰硕|突出|重大|较大|积极|历史性)的?(?:发展|进步|进展|突破|变化|成果|提升)$"
        r"|(?:正视|找准|直面|剖析)[^,，]{0,6}(?:差距|问题|不足|困难|短板)|(?:认清|看清|清醒认识|分析|研判|正视)[^,，]{0,6}(?<!新)形势|当前.{0,2}问题|概况$|简介$|^背景"
    )),
    # 全面完成2022年各项目标任务 is a call to work
    ("tasks", re.compile(r"(?:完成|落实|实现).{0,16}(?:目标任务|任务目标|工作目标)")),
    # 二、总体目标
    ("goals", re.compile(r"目标|指标|预期")),
    # 五、保障措施
    ("safeguards", re.compile(
        r"保障(?:措施|机制|体系|条件|工作)?$|(?:强化|健全|加强|完善|落实|提供|组织|经费|条件|政策|制度)[^,，、]{0,6}保障|组织领导|组织实施|加强领导|党的领导|组织保证"
        r"|督查|督导考核|监督检查|考核评价|(?:工作|有关|相关|几点)要求$|狠抓落实|确保.{0,8}落实"
    )),
    # 四、组织机构, 五、经费预算, 六、督导考核
    ("safeguards", re.compile(
        r"^.{0,4}(?:组织机构|领导小组|领导机构)$|^(?:经费|资金)(?:预算|安排|筹措|来源|[与和及].{2,4})?$"
        r"|^.{0,2}(?:督导|督查|监督|监测|检查|考核|评估|评价|管理)[与和及、]?(?:检查|考核|评价|评估|奖惩|督办|问责|督导|反馈|验收|激励)$"
    )),
    # 三、重点任务
    ("tasks", re.compile(r"任务|措施|举措|重点|安排|要点|部署|主要工作|工作内容|工程|项目|行动|活动")),
    # 一、指导思想
    ("other", re.compile(r"指导思想|总体思路|总体要求|基本原则|工作思路|思路|背景|意义|形势|原则|概况|简介|认识|附则|总则")),
)  # fmt: skip

_ITEM: Final = re.compile(r"[:：](?=(?:19|20)\d\d年)")  # 新建幼儿园:2024年目标任务6所: its year is no heading's
_LOOKS_BACK: Final = re.compile(  # “八五”期间,……取得了显著成绩。
    r"^(?:“?[六七八九十]{1,2}[一二三四五六]?五”?(?:期间|时期|以来)|近[年几]|[近过]去?[几三五十]年|[几三五十]年来|(?:19|20)\d\d年以来|改革开放)"
    r"[^\n]{0,300}取得了?[^,，。；]{0,12}(?:成绩|成就|成效|进展)[:：。]?$"
)
_LEADS_ON: Final = re.compile(r"但|为(?:了|进一步)|特?制[定订]|根据|(?:本|该)(?:规划|计划|方案)|今后|下一步")
_STANDS_SO: Final = re.compile(  # 办学条件明显改善, 高等教育有较大发展
    r"(?:得到|取得|实现了|建立了|形成了|有[了所较很大新]|正在|不断|逐步|明显|显著|稳步|进一步|持续|基本).{0,10}(?:发展|改善|提高|增强|加强|扩大|优化|实施|状况|进展|突破|普及|形成|提升|完善|缩小)"
)
_USUAL: Final[dict[Kind, SectionRole]] = {"plan": "tasks", "scheme": "tasks", "report": "review"}


def looks_back(text: str) -> bool:
    """The paragraph says what was achieved in the years before, and nothing else: what is listed below it is that."""
    return len(text) <= 400 and _LOOKS_BACK.search(text) is not None and not _LEADS_ON.search(text)


def tells_of(heading: str) -> bool:
    """Below such a paragraph, the heading says how things have become: neither a call to work, nor a goal."""
    return not _CALLS.match(heading) and not _AHEAD.search(heading) and _STANDS_SO.search(heading) is not None


def role_of(
    heading: str, *, kind: Kind, year: int | None, parent: SectionRole | None, before: SectionRole | None
) -> SectionRole:
    """Read the role off *heading*; *before* is the role of the section above on the same level."""
    heading = _ITEM.split(heading)[0] or heading
    if kind == "report" and parent in (None, "review", "other") and _tells_done(heading, year, before):
        return "review"
    for role, pattern in _NAMED:
        if pattern.search(heading):
            return role
    if parent is not None and parent != "other":
        return parent
    # a document that a heading names (关于《……第十五个五年规划纲要》的说明) says nothing of the section's own years
    years = title_period(re.sub(r"《[^》]*》", "", heading)) if year is not None else None
    own = years is not None and year is not None and years[1] >= year
    if kind in ("report", "speech") and years is not None and not own and not _AHEAD.search(heading):
        return "review"
    if _AHEAD.search(heading):
        return "tasks"
    for role, pattern in _SAID:
        if pattern.search(heading):
            return _checked(role, heading, kind, before, own=own)
    if kind == "report" and parent == "other":  # below 总体要求 or 工作思路
        return "tasks"
    if kind in ("report", "speech") and (own or before in ("goals", "tasks", "safeguards")):
        return "tasks"
    return _USUAL.get(kind, "other")


def _tells_done(heading: str, year: int | None, before: SectionRole | None) -> bool:
    """A report's 上半年重点工作, or 2023年重点任务: of a year before its last, or of its last in its first section."""
    if _AHEAD.search(heading):
        return False
    if _DONE_IN.search(heading):
        return before in (None, "review", "other")
    named = _YEARS_WORK.search(heading)
    if named is None or year is None:
        return False
    return int(named["year"]) < year or (before is None and int(named["year"]) == year)


def _checked(role: SectionRole, heading: str, kind: Kind, before: SectionRole | None, *, own: bool) -> SectionRole:
    """A report tells of tasks and measures that are done, until a heading has looked ahead; a plan calls for success."""
    if kind in ("plan", "scheme") and role == "review" and _CALLS.match(heading):
        return "tasks"
    if kind == "speech" and role == "review" and own:
        return "tasks"
    ahead = before in ("goals", "tasks", "safeguards") or own
    if kind == "report" and role in ("goals", "tasks", "safeguards") and not ahead:
        named = re.search(r"(?:主要|重点|预期|总体|工作|奋斗)(?:目标|任务|指标)", heading)
        return role if named and not _DONE.search(heading) else "review"
    return role
