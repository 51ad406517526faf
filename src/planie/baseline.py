"""The rule baseline that benchmarks compare with: regular expressions, the nearest noun, tense words.

In: pieces of healed text. Out: entities and frames by rule, read on by the same normaliser and
written by the same assembly as a model's, so that only finding and linking differ.
The pipeline never imports this room. The rules are what an hour's work gives; source: the annotation
guide and the training documents' commonest verbs and units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from planie.evaluation.gold import Found
from planie.schema import Status
from planie.spans import Entity, Frame
from planie.tagger import Piece

# --- tables ------------------------------------------------------------------

_DIGITS: Final = r"(?:\d+(?:[,，]\d{3})+|\d+)(?:[.．]\d+)?|[*＊×xX]{1,4}"
_HAN: Final = r"[一二两三四五六七八九十百千]+"
_COUNT: Final = (  # 12所, 800人次, 3.2万平方米
    r"个百分点|个学分|个|個|所|名|人次|人|家|项|项目|次|条|件|处|座|户|套|期|间|台|场|辆|栋|支|亩|部|册|篇|枚|本|门|批次|批"
    r"|公里|平方米|平方公里|立方米|千瓦时|千瓦|吨|斤|公顷|课时|学时|学分|节|张|块|种|倍|分钟|小时|天|岁|宗|片|对|辆|班|美?元(?:/[生月人年])?"
)
_NUMBER: Final = rf"(?:{_DIGITS})(?:\s*(?:[-—–~～至到]+)\s*(?:{_DIGITS}))?"
_UNIT: Final = rf"[余多]?\s*(?:[%％‰]|[百千]?[万亿]{{0,2}}\s*(?:余|多)?\s*(?:{_COUNT})|[百千]?[万亿]{{1,2}})"
_BEFORE: Final = r"(?:不得?低于|不少于|不得?超过|不高于|至少|超过|突破|低于|不足|不到|近|约|超|各)?"
_AFTER: Final = r"(?:以上|以内|以下|左右|上下)?"
VALUE: Final = re.compile(
    rf"{_BEFORE}(?:{_NUMBER}\s*{_UNIT}{_AFTER}|\d+(?:\.\d+)?[:：]\d+(?:\.\d+)?|{_HAN}(?:至{_HAN})?(?:所|名|场|次|家|间|套|项(?!目))|[一二三四五六七八九]成(?!立|为|效|果|长|本|员))"
)
"""97.5%以上, 不低于6%, 12所, 2—3名, 40余场, 1.3亿元, 三所, 六成."""

_NO_VALUE_BEFORE: Final = re.compile(r"(?:第|[〔\[]|“|《|[A-Za-z]|每)$")  # 第3批, 〔2021〕8号, 每12个班
_NO_VALUE_AFTER: Final = re.compile(r"年(?!均)|月|日(?!均)|届|号|大[^中小学型]|以上的|”")
TIME: Final = re.compile(
    r"(?:到|从|自|至)?(?:\d{4}|\d[xX*]{2,4})(?:\s*[-—–~～至]+\s*\d{2,4})?年(?:\d{1,2}月(?:\d{1,2}日)?)?(?:年?底|末|初)?(?:之?前|起)?"
    r"|“?十[一二三四五]五”?(?:期间|时期|末)|(?:今年|本年|去年|上年|明年)(?:年?底)?(?:之?前)?|每(?:年|月|周|学期|学年|季度|天|[两三]年)"
    r"|\d{1,2}月(?:\d{1,2}日)?(?:底|份|中旬|上旬|下旬)?(?:之?前)?|全年|年内|年底前?|[三五]年内?|上半年|下半年"
)
_VERBS: Final = (
    "新建、改扩建 新建和改扩建 新开工 开工建设 建成投产 改造提升 公开招聘 组织开展 布局建设 新培育 新认定 改扩建 新增 新建 建设 建成 举办 开展 "
    "改造 实施 开设 打造 组织 培育 安排 培训 发放 惠及 选派 引进 掌握 配备 培养 争取 创建 进行 建立 推进 投入 设立 形成 获评 覆盖 "
    "增加 参加 评选 给予 支持 治理 遴选 奖励 召开 招聘 补充 接待 提供 组建 招收 服务 补助 开工 办好 带动 办理 聘请 评出 竣工 入选 "
    "整治 开发 配置 更新 新设 增设 获得 交付 出台 资助 修订 检查 派出 选拔 抽查 轮训 整合 添置 获批 认定 命名 募集 扶持 撤并 购置 扩建"
).split()
_ACTION: Final = re.compile(
    rf"(?:{'|'.join(sorted(map(re.escape, _VERBS), key=lambda v: -len(v)))})(?![率面者项人值数期])"
)
_REACH: Final = re.compile(  # how a value is reached: outside every span
    r"(?:要|均|都|将|已|也|能|分别|平均|年均|同比|比上年|比去年|力争|确保|努力)*"
    r"(?:达到了?|达|为|是|占|提[高升]|提[高升][到至]|增[加长]|增[加长][到至]|扩大到|上升到?|下降到?|降低|降[到至]|减少"
    r"|控制在|保持在|稳定在|完成|实现|突破|超过|增至|升至|共|有|由|从|在|近|约)?(?:了)?\s*$"
)
_LEAD: Final = re.compile(
    r"^(?:(?:全面|进一步|继续|力争|确保|努力|争取|计划|预计|预期|其中|累计|共计|共|总计|完成|实现|使|让|将|已|再|要|各|到|我[省市县区]|同比|全年|并)+)"
)
_ELSEWHERE: Final = re.compile(r"^(?:高于|低于|快于|好于|稳?居|排|同口径|同比|较|比)")
_BREAK: Final = re.compile(r"[,，。;；:：、!！?？()（）\n“”《》]")
_PAST: Final = re.compile(r"了|已|去年|上年|过去|累计|以来|荣获|被评|共有|现有|目前|实际")
_FUTURE: Final = re.compile(r"将|力争|确保|计划|争取|预期|目标|[到至]20\d\d年|今年要|要|左右|以上|年底前|不低于|不少于")
_REVIEW: Final = re.compile(r"回顾|总结|成效|成就|工作情况|现状|基础|取得|过去|来的工作")


# --- reading -----------------------------------------------------------------


class Rules:
    """Reads pieces by rule; see :class:`planie.evaluation.Reader`."""

    name = "rules"
    calibration = (1.0, 0.0)

    def read(self, pieces: Sequence[Piece]) -> list[Found]:
        """Find and link."""
        return [_read(piece) for piece in pieces]

    def link(self, pieces: Sequence[Piece], entities: Sequence[Sequence[Entity]]) -> list[Found]:
        """Link entities that are given: the nearest metric before, else behind, within the clause's sentence."""
        return [_linked(piece, given) for piece, given in zip(pieces, entities, strict=True)]


@dataclass
class _Draft:
    """What was found in one piece so far."""

    entities: list[Entity] = field(default_factory=list)
    frames: list[tuple[Entity, Status, dict[str, Entity]]] = field(default_factory=list)

    def add(self, entity: Entity) -> bool:
        """Keep *entity* unless it overlaps another; the same one again is welcome."""
        if entity in self.entities:
            return True
        free = entity.start < entity.end and all(e.end <= entity.start or entity.end <= e.start for e in self.entities)
        if free:
            self.entities.append(entity)
        return free

    def found(self) -> Found:
        """Put everything in order."""
        order = sorted(self.entities, key=lambda e: e.start)
        place = {e: i for i, e in enumerate(order)}
        frames = [Frame(place[v], s, {r: place[e] for r, e in roles.items()}, 0.5) for v, s, roles in self.frames]
        return Found(tuple(order), tuple(sorted(frames, key=lambda f: f.value)))


def _sentences(piece: Piece) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, headings above) of the sentences of the piece's paragraphs."""
    for block in piece.blocks:
        for paragraph in block.paragraphs:
            for match in re.finditer(r"[^。；;!！?？\n]+", piece.text[paragraph.start : paragraph.end]):
                yield paragraph.start + match.start(), paragraph.start + match.end(), paragraph.prefix


def _read(piece: Piece) -> Found:
    draft = _Draft()
    for start, end, above in _sentences(piece):
        _read_sentence(draft, piece.text, start, end, above)
    return draft.found()


def _read_sentence(draft: _Draft, text: str, start: int, end: int, above: str) -> None:
    times = [Entity("TIME", start + m.start(), start + m.end()) for m in TIME.finditer(text[start:end])]
    values = list(_values(text, start, end, times))
    for value in values:
        draft.add(value)
    when = next((t for t in times if draft.add(_bare(text, t))), None)
    status = _status(text[start:end], above)
    last: Entity | None = None
    for n, value in enumerate(values):
        floor = values[n - 1].end if n else start
        roles = _roles(draft, text, value, max(floor, when.end if when and when.end <= value.start else floor), end)
        if "metric" not in roles and "action" not in roles and last is not None:
            roles["metric"] = last  # 占比达到84%,提高3.2个百分点
        last = roles.get("metric", last)
        if when is not None:
            roles["when"] = _bare(text, when)
        draft.frames.append((value, status, roles))
    _baselines(draft, text, values)


def _bare(text: str, entity: Entity) -> Entity:
    """Leave the quotation mark of “十四五”期间 out."""
    return Entity(entity.label, entity.start + (text[entity.start] == "“"), entity.end)


def _values(text: str, start: int, end: int, times: Sequence[Entity]) -> Iterator[Entity]:
    for match in VALUE.finditer(text, start, end):
        low = match.start() + (match[0].startswith("各"))
        if any(t.start < match.end() and low < t.end for t in times):
            continue
        before, after = text[max(start, low - 2) : low], text[match.end() : match.end() + 2]
        if not _NO_VALUE_BEFORE.search(before) and not _NO_VALUE_AFTER.match(after):
            yield Entity("VALUE", low, match.end())


def _roles(draft: _Draft, text: str, value: Entity, floor: int, end: int) -> dict[str, Entity]:
    """Split the clause before the value into action and metric; with no metric there, take the noun behind."""
    breaks = [m.end() for m in _BREAK.finditer(text, floor, value.start)]
    start = max([floor, *(b for b in breaks if text[b - 1] != "、")])
    clause = text[start : value.start]
    clause = clause[: _REACH.search(clause).start()]  # type: ignore[union-attr]
    lead = _LEAD.match(clause)
    at = start + (lead.end() if lead else 0)
    roles: dict[str, Entity] = {}
    action = next(iter(_ACTION.finditer(text, at, start + len(clause))), None)
    if action and draft.add(Entity("ACTION", *action.span())):
        roles["action"] = Entity("ACTION", *action.span())
        at = action.end()
    metric = _trimmed(text, at, start + len(clause))
    if _ELSEWHERE.search(clause):
        return {}  # 高于全国0.3个百分点: of the metric before
    if not metric or clause.endswith("等"):
        metric = _behind(text, value.end, end) or metric
    if metric and draft.add(found := Entity("METRIC", *metric)):
        roles["metric"] = found
    return roles


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | tuple[()]:
    while start < end and text[start] in " 了的各和及与、,，“《":
        start += 1
    while start < end and text[end - 1] in " 了的、,，”》":
        end -= 1
    return (start, end) if start < end else ()


def _behind(text: str, start: int, end: int) -> tuple[int, int] | tuple[()]:
    """The noun that a value stands before: 12所|公办幼儿园."""
    stop = _BREAK.search(text, start, end)
    last = stop.start() if stop else end
    verb = _ACTION.search(text, start + 1, last)
    return _trimmed(text, start, min(last, verb.start() if verb and verb.start() > start + 2 else last))


def _status(sentence: str, above: str) -> Status:
    past, future = len(_PAST.findall(sentence)), len(_FUTURE.findall(sentence))
    if past == future:
        return "achieved" if _REVIEW.search(above) else "planned"
    return "achieved" if past > future else "planned"


def _baselines(draft: _Draft, text: str, values: Sequence[Entity]) -> None:
    """由71%提高到88%: the first is where the second starts from."""
    for one, two in pairwise(values):
        before, between = text[max(0, one.start - 8) : one.start], text[one.end : two.start]
        if re.search(r"[由从]", before) and re.search(r"[至到]$", between) and len(between) < 10:
            at = {value: n for n, (value, *_) in enumerate(draft.frames)}
            value, _, roles = draft.frames[at[one]]
            draft.frames[at[one]] = (value, "baseline", {r: e for r, e in roles.items() if r != "when"})
            goal, status, own = draft.frames[at[two]]
            if "metric" in roles:
                own = {**own, "metric": roles["metric"]}
            draft.frames[at[two]] = (goal, status, {**own, "base": value})


def _linked(piece: Piece, given: Sequence[Entity]) -> Found:
    draft = _Draft(entities=list(given))
    for start, end, above in _sentences(piece):
        inside = [e for e in given if start <= e.start < end]
        status = _status(piece.text[start:end], above)
        for value in (e for e in inside if e.label == "VALUE"):
            roles: dict[str, Entity] = {}
            for role, label in (("metric", "METRIC"), ("action", "ACTION"), ("when", "TIME")):
                if near := _nearest([e for e in inside if e.label == label], value):
                    roles[role] = near
            draft.frames.append((value, status, roles))
    return draft.found()


def _nearest(entities: Sequence[Entity], value: Entity) -> Entity | None:
    """The nearest before the value, or behind it when that one touches it."""
    touching = [e for e in entities if e.start == value.end]
    before = [e for e in entities if e.end <= value.start]
    return touching[0] if touching else before[-1] if before else entities[0] if entities else None
