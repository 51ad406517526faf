"""What is worth a second look and is no fault, a function or a row of a table each.

Enters: records with their texts. Leaves: one line a remark, under its kind. A remark may be right as it
stands: a page that writes 师资 and 師資 is quoted as it is, and a guideline has its exceptions.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from parts import Record
from planie.annotations import Document
from planie.schema import Label
from planie.spans import Entity, Frame

Remark = tuple[str, Record, str]  # (kind, document, what)


@dataclass(frozen=True)
class Habit:
    """A guideline that a pattern can see: *said* on the span, *before* and *after* on its neighbours."""

    name: str
    label: Label
    said: str = ""
    before: str = ""
    after: str = ""


_LOW: Final = "不低于|不少于|不超过|不得少于|不得低于|不得超过|不能超过|至少|至多|超过|突破|接近|不足|不到|(?<![附最新临邻靠])近|(?<![签公合节制预违契])约|超"
_REACH: Final = "达到|达(?!标)|完成|实现|确保|力争|控制在|保持在|稳定在|提升至|降到"
_ADVERBS: Final = "全面|积极|累计|继续|大力|切实|已|将|拟|要|再"
HABITS: Final = (
    Habit("1: a bound in front is left out", "VALUE", before=f"(?:{_LOW})$"),  # 至少[3次]
    Habit("1: a bound behind is left out", "VALUE", after="(?:以上|以内|以下|左右|余(?!额|量)|多(?![媒元样功种式边方]))"),  # [3所]以上
    Habit("2: a word that only leads is inside", "VALUE", said="(?:仅|只有|共|合计|各|最高|最低|达|为|占|到|至(?!少|多))"),  # [共27个]
    Habit("7: 我市 and the like inside", "METRIC", said="我[省市县区校国]"),  # [我县寄宿生]
    Habit("8: 的 at an edge", "METRIC", said="的|.*的$"),  # [建档的]
    Habit("8: a reach word at an edge", "METRIC", said=f"(?:{_REACH})|.*(?:{_REACH})$"),  # [人均完成]
    Habit("17: a reach word as action", "ACTION", said=f"(?:{_REACH}|有|共有|现有|拥有|涉及|保持)$"),  # [共有]
    Habit("17: an adverb before the action", "ACTION", said=f"(?:{_ADVERBS}).+"),  # [累计培训]
    Habit("33: a generic body", "ORG", said="各|.*(?:教育部门|有关部门|相关部门)$"),  # [各县教育局]
    Habit("a value without a number", "VALUE", said="[^0-9０-９翻一二两三四五六七八九十百千万亿半数几零〇壹贰叁肆伍陆柒捌玖拾佰仟*＊xX×○●□■某]*$"),
)  # fmt: skip
_CHANGES: Final = frozenset("增加 增长 提高 提升 下降 降低 减少 压减 净增 新增 核增 核减 递增".split())
_VAGUE: Final = frozenset("推进 加快 加快推进 实施 顺利完成 运行 落实".split())
_BRACKETS: Final = ("()", "（）", "[]", "【】", "〔〕")
_SIGNS: Final = re.compile(r"[\s“”\"'‘’《》〈〉·・]+")
_COMPARED: Final = re.compile("(?<![占评之对])比$|较$")
_SPACES: Final = re.compile(r"\s+")
_DASHES: Final = re.compile(r"[-—–―－~～]+")


def habits(document: Document) -> Iterator[tuple[str, str]]:
    """Spans that a guideline words otherwise."""
    for habit in HABITS:
        for entity in document.entities:
            if entity.label == habit.label and _fits(document.text, entity, habit):
                yield f"rule {habit.name}" if habit.name[0].isdigit() else habit.name, _shown(document, entity)


def _fits(text: str, entity: Entity, habit: Habit) -> bool:
    said = re.match(habit.said, text[entity.start : entity.end], re.DOTALL)
    before = re.search(habit.before, text[max(0, entity.start - 4) : entity.start])
    after = re.match(habit.after, text[entity.end : entity.end + 4])
    return None not in (said, before, after)


def frame_habits(document: Document) -> Iterator[tuple[str, str]]:
    """Roles that a guideline gives otherwise."""
    for frame in document.frames:
        metric, action, when = (_filler(document, frame, role) for role in ("metric", "action", "when"))
        if metric and action and metric.end <= action.start:
            verb = document.text[action.start : action.end]
            if verb in _CHANGES:  # 学位[增加]500个
                yield "rule 19: a change behind its noun as action", _shown(document, action)
            elif verb in _VAGUE:  # 30个项目[加快推进]
                yield "rule 20: vague progress as action", _shown(document, action)
        if when and frame.status != "baseline" and _COMPARED.search(document.text[max(0, when.start - 2) : when.start]):
            yield "rule 30: a compared time as when", _shown(document, when)  # 比[上年]增长8%


def _filler(document: Document, frame: Frame, role: str) -> Entity | None:
    return document.entities[frame.roles[role]] if role in frame.roles else None


def broken_spans(document: Document) -> Iterator[tuple[str, str]]:
    """Spans with half a pair of brackets, or with a line end inside."""
    for entity in document.entities:
        said = document.text[entity.start : entity.end]
        if any(said.count(pair[0]) != said.count(pair[1]) for pair in _BRACKETS):
            yield "half a pair of brackets", _shown(document, entity)
        if "\n" in said or "\r" in said:
            yield "a line end inside", _shown(document, entity)


def spelled_twice(document: Document) -> Iterator[tuple[str, str]]:
    """One metric in two spellings: spaces, width, quotation marks, dashes, or script."""
    spellings: dict[str, dict[str, Entity]] = defaultdict(dict)
    for entity in document.entities:
        if entity.label == "METRIC":
            said = document.text[entity.start : entity.end]
            spellings[letters(said)].setdefault(said, entity)
    for said_by in spellings.values():
        if len(said_by) > 1:
            yield "a metric spelled two ways", " / ".join(f"“{s}” [{e.start}, {e.end})" for s, e in said_by.items())


def letters(name: str) -> str:
    """Return what is left of a name when spaces, width, quotation marks and script are not told apart."""
    plain = _DASHES.sub("-", _SIGNS.sub("", unicodedata.normalize("NFKC", name)))
    return str(_converter().convert(plain)).casefold()


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def unused(document: Document) -> Iterator[tuple[str, str]]:
    """Baselines that nothing is measured from, values without a frame, metrics and actions without a role."""
    bases = {f.roles["base"] for f in document.frames if "base" in f.roles}
    values = {f.value for f in document.frames}
    fillers = {i for f in document.frames for i in f.roles.values()}
    for frame in document.frames:
        if frame.status == "baseline" and frame.value not in bases:
            yield "a baseline that nothing refers to", _shown(document, document.entities[frame.value])
    for i, entity in enumerate(document.entities):
        if entity.label == "VALUE" and i not in values:
            yield "a value without a frame", _shown(document, entity)
        elif entity.label in ("METRIC", "ACTION") and i not in fillers:
            yield "a metric or action without a role", _shown(document, entity)


def outside(document: Document) -> Iterator[tuple[str, str]]:
    """Frames whose value stands in no region that was annotated in full."""
    for frame in document.frames:
        value = document.entities[frame.value]
        if not any(s <= value.start and value.end <= e for s, e in document.regions):
            yield "a frame outside the regions", _shown(document, value)


def _shown(document: Document, entity: Entity) -> str:
    left = document.text[max(0, entity.start - 16) : entity.start]
    right = document.text[entity.end : entity.end + 12]
    said = _SPACES.sub(" ", f"{left}[{document.text[entity.start : entity.end]}]{right}")
    return f"{entity.label} at {entity.start}: …{said}…"


OF_ONE: Final[tuple[Callable[[Document], Iterator[tuple[str, str]]], ...]] = (
    spelled_twice,
    unused,
    outside,
    broken_spans,
    habits,
    frame_habits,
)


def remarks(records: Sequence[Record]) -> Iterator[Remark]:
    """Every remark on the documents whose text is there."""
    for record in records:
        if record.document is not None:
            for find in OF_ONE:
                yield from ((kind, record, what) for kind, what in find(record.document))
