"""Years, names and lists of whole pages: from a marked page through structure and assembly to the targets.

A case marks a page ``全市[m:毛入园率]达到[p:97%以上]``: m a METRIC, s one that is its ``subject``, h its ``head``,
c an ACTION, o an ORG, t a TIME, p a planned, a an achieved, b a baseline VALUE. A value takes what stands nearest
before it in its sentence, or a METRIC that touches it from behind; a TIME holds to the end of its sentence.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from planie.assemble import Reading, assemble
from planie.assemble.times import dating
from planie.heal import heal
from planie.plan import Model, Target
from planie.schema import Label, Status
from planie.spans import Entity, Frame
from planie.structure import analyse

CASES = Path(__file__).parent / "cases" / "assemble"
MARK: Final = re.compile(r"\[([a-z]):([^\]]+)\]")
LABELS: Final[dict[str, Label]] = {
    "m": "METRIC", "s": "METRIC", "h": "METRIC", "c": "ACTION", "o": "ORG", "t": "TIME", "p": "VALUE", "a": "VALUE", "b": "VALUE",
}  # fmt: skip
STATUS: Final[dict[str, Status]] = {"p": "planned", "a": "achieved", "b": "baseline"}
ROLE: Final = {"m": "metric", "s": "subject", "h": "head", "c": "action", "t": "when", "b": "base"}


def rows(name: str) -> list[Any]:
    found = json.loads((CASES / f"{name}.json").read_text("utf-8"))["rows"]
    return [pytest.param(*row[1:], id=row[0]) for row in found]


def targets(page: str) -> list[Target]:
    """Read a marked page."""
    plain, entities, marks, last = "", [], [], 0
    for match in MARK.finditer(page):
        plain += page[last : match.start()]
        entities.append(Entity(LABELS[match[1]], len(plain), len(plain) + len(match[2])))
        marks.append(match[1])
        plain += match[2]
        last = match.end()
    plain += page[last:]
    healed = heal(plain)
    assert healed.text == plain, "the page must need no healing"
    (layout,) = analyse(plain)
    frames = tuple(_frame(plain, entities, marks, i) for i, mark in enumerate(marks) if mark in STATUS)
    reading = Reading(healed, layout, tuple(entities), frames, ())
    return list(assemble(reading, model=Model("hand", "0")).targets)


def _frame(text: str, entities: list[Entity], marks: list[str], value: int) -> Frame:
    roles: dict[str, int] = {}
    for i in range(value - 1, -1, -1):
        if re.search(r"[。\n]", text[entities[i].end : entities[value].start]):
            break
        if marks[i] in ROLE and not (marks[i] == "b" and value != i + 1):
            roles.setdefault(ROLE[marks[i]], i)
    behind = value + 1
    if behind < len(marks) and marks[behind] == "m" and entities[behind].start == entities[value].end:
        roles["metric"] = behind
    return Frame(value, STATUS[marks[value]], roles)


@pytest.mark.parametrize(("page", "wanted"), rows("years"))
def test_years(page: str, wanted: list[Any]) -> None:
    found = [[t.deadline.year, t.deadline.source] if t.deadline else [None, None] for t in targets(page)]
    assert [f[: len(w)] for f, w in zip(found, wanted, strict=True)] == wanted


@pytest.mark.parametrize(
    ("text", "status", "dated"),
    [
        ("去年入园率上升。我们要新建公办园9所", "planned", False),
        ("去年入园率上升。我们新建了公办园9所", "achieved", True),
        ("去年定下的新建公办园9所", "planned", True),
        ("今年入园率上升。我们要新建公办园9所", "planned", True),
    ],
)
def test_nothing_is_planned_for_a_year_gone_by_of_another_sentence(text: str, status: Status, dated: bool) -> None:
    time, value = Entity("TIME", 0, 2), Entity("VALUE", len(text) - 2, len(text))
    assert dating(text, time, value, status, 0) == (time if dated else None)


@pytest.mark.parametrize(
    ("text", "dated"), [("100%(2023年为64%)", False), ("100%(2023年)", True), ("100%。2023年为64%", True)]
)
def test_what_it_was_then_stands_in_a_bracket(text: str, dated: bool) -> None:
    at = text.index("2023")
    time, value = Entity("TIME", at, at + 5), Entity("VALUE", 0, 4)
    assert dating(text, time, value, "achieved", 0) == (time if dated else None)


@pytest.mark.parametrize(("page", "wanted"), [*rows("names"), *rows("owners")])
def test_names(page: str, wanted: list[str]) -> None:
    assert [t.metric for t in targets(page)] == wanted


@pytest.mark.parametrize(("page", "wanted"), rows("lists"))
def test_lists(page: str, wanted: list[Any]) -> None:
    found = [[t.value.low, t.value.unit, t.value.comparator, t.value.change] for t in targets(page)]
    assert [f[: len(w)] for f, w in zip(found, wanted, strict=True)] == wanted


@pytest.mark.parametrize(
    "page",
    [
        "全县无[a:一名][m:学生]辍学。",
        "没有[a:1例][m:事故]。",
        "省里将“改造[p:36所][m:园舍]工程”列为实事。",
        "“新增学位[p:2万个]”项目开工。",
        "推进“[p:36个]县改造[p:300所][m:园舍]行动”。",
    ],
)
def test_a_denial_and_a_number_in_a_name_count_nothing(page: str) -> None:
    assert targets(page) == []


@pytest.mark.parametrize(
    "page",
    [
        "全县有[a:一名][m:学生]辍学。",
        "全县无[a:3名][m:学生]辍学。",
        "“无[a:36个][m:县]通过。",
        "推进“双名”工程,新建[p:36所][m:园舍],“改薄”项目开工。",
        "“年内建成[p:36所][m:园舍]。启动改造项目”的承诺已兑现。",
        "“改造[p:36所][m:园舍]”的目标已定。",
    ],
)
def test_what_is_neither_counts(page: str) -> None:
    assert len(targets(page)) == 1
