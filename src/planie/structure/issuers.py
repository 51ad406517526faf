"""The body that a plan comes from: read off its title, its signature, or a line that names it.

In: a title or a line without spaces; the lines of a plan. Out: the body's name, or ``None``.
A body that begins like another one (栖云县人民政府教育督导委员会) is named in full; a name that says
what is done (新建幼儿园) is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from planie.structure.lines import Line

_OFFICES: Final = r"教育体育局|教育和体育局|教育科学技术局|教育科技局|教育科技体育局|教育体育和科学技术局|教育文化体育局|教育局|教体局|教科局|教科体局|教育厅"
ORGAN: Final = (
    rf"{_OFFICES}|教育部(?:办公厅)?"
    r"|教育委员会(?:办公室)?|教委|教育工委|教育办公室|人民政府教育督导(?:委员会(?:办公室)?|办公室|室|团)|人民政府办公[厅室]|人民政府|政府办公[厅室]|(?<=[省市县区镇乡])政府|国务院办公厅|国务院"
    r"|委员会办公[厅室]|办公[厅室]"
    r"|[省市县区](?:委|委办公室)(?=[、和关印])|中心小学|中心学校|中心校|幼儿园|幼儿师范学校|小学|初级中学|高级中学|中学|学校|学院|大学|一中|二中|三中|四中|五中"
    r"|督导室|教研室|教研中心|进修学校|职教中心|技术教育中心|教师发展中心|考试院|少年宫|教育集团|研究院|委员会|国小"
)
_ISSUER: Final = re.compile(
    rf"^(?:(?:19|20)\d\d(?:[-—–~～至](?:20)?\d\d)?(?:学?年度?)?|关于)?(?P<name>(?:中共)?[^,，。、:：“”《》\s\d]{{0,20}}?(?:第[一二三四五六七八九十\d]{{1,3}})?[^,，。、:：“”《》\s\d]{{0,8}}?"
    rf"(?:(?:{_OFFICES})(?=过去|今年|去年|近|承担|上半年|下半年)|(?:{_OFFICES}|人民政府)(?=履行|落实|贯彻|推进|开展|实施)|(?:{ORGAN})"
    r"(?=$|关于|印发|转发|中共|中央|工作|教育|教学|学校|学期|年|“|《|三年|五年|十|第|党|德育|安全|师资|教师|校本|课后|科研|体育|卫生|艺术|心理|家长|质量|中等职业教育|扶贫|教研(?![室中])|园务|保教|办学|发展规划|自查|整改|创建|招生(?!办)|后勤(?!管理处|处|中心|集团)|财务(?![室科处])|\d|[*xX〇二2]|[(（—])))"
)
_LONGER: Final = re.compile(  # …人民政府 | 教育督导委员会关于…
    r"(?:(?!关于|印发|转发|工作[要计总方报安汇]|年|的)[^,，。、:：“”《》\s\d]){1,12}?(?:委员会|领导小组|指挥部|督导室|督导团)(?:办公[厅室])?(?=$|关于|印发|转发|工作)"
)
_VERB: Final = re.compile(
    r"创建|加强|推进|推动|(?<!生产)建设|全面|关于|改进|深化|开展|实施|提升|发展(?!中心)|促进|做好|支持|优化|完善|印发|落实|会议|的|办好|全[市县区省]"
    r"|(?:新建|改建|扩建|迁建|筹建)(?![区县])|学期|学年|[春秋]季|^(?:基层|年度|新)(?:学校|小学|中学|幼儿园)$|暑假|寒假|乡镇中心|中小学$|[市县区州](?:幼儿园|小学|学校)$|各.{0,4}(?:学校|小学|中学|幼儿园)$|^(?:义务教育|中等?职业?|高职|乡村|农村|民办)(?:学校|院校)$"
)
_NAMED_BY: Final = re.compile(  # 印发机关:栖云县教育局; 【制定机关】栖云县人民政府
    r"(?:^[•·\s]*|[【•])(?:印发|制定|发文|发布|颁布|成文)(?:机关|机构|单位|部门)[】:：]\s*(?P<name>[^\s、,，;；•【。]{4,30})"
    # 索引号 | 0123/2024 | 发布机构 | 栖云县人民政府 |; 发布日期:2024-01-05 | 发布单位:县教育局
    r"|(?:^|[\s|｜])(?:发文|发布|制定)(?:机关|机构|单位)[\s|｜:：]+(?P<cell>[^\s、,，;；•【。|｜]{4,30})"
)
_DATED: Final = re.compile(r"[(（]?(?:\d{4}|[一二][〇零○OＯ一二三四五六七八九]{3})年.{1,3}月.{1,3}日[)）]?")
_CALL: Final = re.compile(r"(?:联系|咨询)(?:人|电话|方式)(?:及电话)?[:：].*$")  # 栖云县教育局 联系电话:…
_HEAD: Final = 40  # lines: a page's table of particulars stands among them


def issuer_of(text: str) -> str | None:
    """Return the body that a title, or a signature, begins with."""
    found = _ISSUER.match(text)
    if found is None:
        return None
    more = _LONGER.match(text, found.end())
    name = found["name"] + (more.group() if more else "")
    return name if len(name) >= 3 and not _VERB.search(name) else None


def signature_of(lines: Sequence[Line], furniture: Mapping[int, str]) -> str | None:
    """Return the body that signs at the end, its name alone on a line, or that the page's particulars name."""
    rest = [line.bare for i, line in enumerate(lines[-12:], max(0, len(lines) - 12)) if i not in furniture][-4:]
    for text in (_CALL.sub("", said) for said in rest):
        if len(text) <= 30 and issuer_of(text) == text:
            return text
    for line, below in pairwise(lines[: _HEAD + 1]):  # that of the notice above the plan
        said = next((part for part in line.text.split() if issuer_of(part) == part), line.bare)  # two bodies sign
        if len(line.text) <= 30 and _DATED.fullmatch(below.bare) and issuer_of(said) == said:
            return said
    for line in lines[:_HEAD]:
        if named := _NAMED_BY.search(line.text[:400]):
            said = named["name"] or named["cell"]
            if issuer_of(said) == said:
                return said
    return None
