"""The hard cases of the guidelines, as a table: what counts as one, with an example a row.

Enters: a document (:class:`View`). Leaves: for each kind of case the set of what was found, a frame (its
index) or a place in the text, so that a list counts once. The patterns see the words around a value and
nothing else: the counts say how often a form occurs, they are no annotation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from planie.annotations import Document
from planie.spans import Entity, Frame

_END: Final = re.compile(r"[。；;！!？?\r\n]")
_CLAUSE: Final = re.compile(r"[。；;！!？?\r\n，,、：:（(]")
_BOUND: Final = "不低于|不少于|不超过|不高于|不得少于|不得低于|不得超过|至少|至多|最少|最多"
_BEHIND: Final = re.compile("以上|以内|以下|左右|余")
_DIGIT: Final = re.compile(r"[0-9０-９]")
_HAN: Final = "一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟"
_RANGE: Final = re.compile(
    rf"[\d.]+[%％‰]?[万亿千百]?[^\d，,、]{{0,3}}(?:[-—–―~～]+|至|到)\s*[\d.]|[{_HAN}](?:至|到|[-—]+)[{_HAN}]"
    "|一二|二三|两三|三四|三五|四五|五六|六七|七八|八九"
)
_RATIO: Final = re.compile(r"\d\s*(?:[:：∶]|比)\s*\d")
_REDACTED: Final = re.compile(r"(?<!\d)[*＊×xX]|[*＊×xX](?!\d)|[○●□■某]")  # but 1920*1080 is none
_CHANGE: Final = re.compile("(?:增加|增长|增幅|提高|提升|扩大|上升|递增|净增|下降|降低|减少|压减|缩减|回落)了?$")
_PER_HEAD: Final = re.compile(r"元\s*[/／]|元每")
_EACH_HEAD: Final = re.compile("均|每[生人名年月学班校户位床天日课村亩平立学]")
_RECURS: Final = re.compile("每|逐[年月]|年均|各年度")


@dataclass(frozen=True)
class View:
    """A document with what the patterns ask for: its sentences and clauses around a value."""

    document: Document

    def entity(self, frame: Frame, role: str) -> Entity | None:
        """The filler of a role, or the value itself."""
        index = frame.value if role == "value" else frame.roles.get(role)
        return None if index is None else self.document.entities[index]

    def value(self, frame: Frame) -> Entity:
        """The value of a frame."""
        return self.document.entities[frame.value]

    def said(self, entity: Entity) -> str:
        """The words of an entity."""
        return self.document.text[entity.start : entity.end]

    def before(self, entity: Entity, stop: re.Pattern[str] = _END) -> str:
        """What stands before *entity* in its sentence (or clause)."""
        left = self.document.text[max(0, entity.start - 400) : entity.start]
        ends = [m.end() for m in stop.finditer(left)]
        return left[ends[-1] :] if ends else left

    @cached_property
    def framed(self) -> tuple[int, ...]:
        """The values that carry a frame, in order."""
        return tuple(sorted({f.value for f in self.document.frames}))


def respectively(view: View) -> Iterator[Hashable]:
    """分别 or 依次 with at least two values behind it that stand side by side."""
    text, spans = view.document.text, [view.document.entities[i] for i in view.framed]
    for match in re.finditer("分别|依次", text):
        behind = [e for e in spans if e.start >= match.end()][:2]
        if len(behind) < 2 or _END.search(text, match.start(), behind[1].start):
            continue
        if behind[0].start - match.end() <= 12 and behind[1].start - behind[0].end <= 6:
            yield match.start()


def shared(view: View) -> Iterator[Hashable]:
    """A value that is said once for several metrics."""
    metrics = {(f.value, f.roles["metric"]) for f in view.document.frames if "metric" in f.roles}
    yield from (value for value, times in Counter(value for value, _ in metrics).items() if times > 1)


def each(view: View) -> Iterator[Hashable]:
    """A shared value behind 各."""
    for value in shared(view):
        entity = view.document.entities[int(str(value))]
        if re.search(f"各(?:{_BOUND}|达到?|为)?$", view.before(entity)):
            yield value


def parts_of(view: View, frame: Frame) -> bool:
    """Its metric stands behind 其中 in the sentence."""
    metric, value = view.entity(frame, "metric"), view.value(frame)
    left = view.before(value)
    return metric is not None and "其中" in left and metric.start >= value.start - len(left) + left.rfind("其中")


def bound_apart(view: View, frame: Frame) -> bool:
    """A bound in the clause that does not touch the value, which has none of its own."""
    value = view.value(frame)
    if re.search(_BOUND, view.said(value)) or _BEHIND.search(view.said(value)):
        return False
    return re.search(f"(?:{_BOUND}).+$", view.before(value, _CLAUSE)) is not None


def in_brackets(view: View, frame: Frame) -> bool:
    """A value in brackets behind another value of the sentence."""
    value = view.value(frame)
    left = view.before(value)
    opened = max(left.rfind("("), left.rfind("（"))
    if opened < 0 or max(left.rfind(")"), left.rfind("）")) > opened:
        return False
    start = value.start - len(left)
    return any(start <= view.document.entities[i].start < start + opened for i in view.framed)


def per_unit(view: View, frame: Frame) -> bool:
    """Money for one: 元/生, or 元 of a metric or clause that says for whom."""
    said, metric = view.said(view.value(frame)), view.entity(frame, "metric")
    if "元" not in said:
        return False
    around = (view.said(metric) if metric else "") + view.before(view.value(frame), _CLAUSE)
    return bool(_PER_HEAD.search(said) or _EACH_HEAD.search(around))


def changed(view: View, frame: Frame) -> bool:
    """An amount of change: percentage points, or a number right behind its verb of change."""
    value = view.value(frame)
    return "百分点" in view.said(value) or bool(_CHANGE.search(view.before(value)))


def recurring(view: View, frame: Frame) -> bool:
    """Its time recurs."""
    when = view.entity(frame, "when")
    return when is not None and bool(_RECURS.search(view.said(when)))


def value_first(view: View, frame: Frame) -> bool:
    """The counted thing stands behind its number."""
    metric = view.entity(frame, "metric")
    return metric is not None and metric.start >= view.value(frame).end


def share(view: View, frame: Frame) -> bool:
    """The metric says of what it is the share."""
    metric = view.entity(frame, "metric")
    return metric is not None and re.search("占(?![地比])", view.said(metric)) is not None


def _frames(test: Callable[[View, Frame], bool]) -> Callable[[View], Iterator[Hashable]]:
    return lambda view: (i for i, frame in enumerate(view.document.frames) if test(view, frame))


def _in_value(pattern: re.Pattern[str]) -> Callable[[View], Iterator[Hashable]]:
    return _frames(lambda view, frame: pattern.search(view.said(view.value(frame))) is not None)


def _chinese(view: View, frame: Frame) -> bool:
    said = view.said(view.value(frame))
    return not _DIGIT.search(said) and re.search(f"[{_HAN}]", said) is not None


@dataclass(frozen=True)
class Case:
    """One row: its name, an example, what finds it, and whether that reads the text."""

    name: str
    example: str
    find: Callable[[View], Iterator[Hashable]]
    reads_text: bool = True


def _role(role: str) -> Callable[[View], Iterator[Hashable]]:
    return _frames(lambda view, frame: role in frame.roles)


CASES: Final = (
    Case("respectively lists", "小学、初中巩固率分别达到99%、97%", respectively),
    Case("各 lists", "音乐室、舞蹈室各20个", each),
    Case("values shared by several metrics", "小学、初中入学率均达到99%", shared, reads_text=False),
    Case("其中 parts (frames)", "教师80名,其中硕士12名", _frames(parts_of)),
    Case("shared or elided head", "一级30所、二级60所", _role("head"), reads_text=False),
    Case("elided subject", "新认定普惠园20所,占比84%", _role("subject"), reads_text=False),
    Case("value first", "建成18所重点学校", _frames(value_first), reads_text=False),
    Case("bare verbs", "培训800人次", _frames(lambda _, f: "action" in f.roles and "metric" not in f.roles), reads_text=False),
    Case("changes", "近视率下降0.4个百分点", _frames(changed)),
    Case("shares (占)", "编制教师占专任教师总数30%", _frames(share)),
    Case("ranges", "2—3名", _in_value(_RANGE)),
    Case("Chinese numerals", "二十余所", _frames(_chinese)),
    Case("ratios", "52:48", _in_value(_RATIO)),
    Case("redactions", "**%以上", _in_value(_REDACTED)),
    Case("bounds apart", "至少配备校医1名", _frames(bound_apart)),
    Case("nested counts in brackets", "教师240名(其中硕士35名)", _frames(in_brackets)),
    Case("per-unit money", "生均公用经费1200元", _frames(per_unit)),
    Case("recurrences", "每学期听课20节", _frames(recurring)),
    Case("measured from a baseline", "由71%提高到88%", _role("base"), reads_text=False),
)  # fmt: skip
