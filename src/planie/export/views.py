"""The parts of a page about one plan: facts, timeline, targets, document, notes.

Enters: a plan and the name that its ids begin with. Leaves: markup. Indices and spans that lead
nowhere (a plan edited by hand) are passed over; a plan without its text shows each target's evidence.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from planie.export import words
from planie.export.markup import Html, Mark, el, join, marked
from planie.export.phrasing import LAST_YEAR, adds, day_of, due, order_of, within_year
from planie.plan import Deadline, Mention, Plan, Target
from planie.spans import Span

_MANY: Final = 12  # notes that are shown without being asked for
_AGAIN: Final = LAST_YEAR - 1  # where 每月 stands in the timeline when it is of no year: before what has no date
_ERAS: Final = {_AGAIN: "定期", LAST_YEAR: "年份不详"}
_GAP: Final = re.compile(r"(?m)^(?:[^\S\n]*\n)+")  # blank lines, however many


class View:
    """One plan as markup; *name* keeps the ids of several plans on a page apart."""

    def __init__(self, plan: Plan, name: str) -> None:
        self.plan, self.name = plan, name
        self.text = plan.text or ""
        low, high = plan.span
        self.low, self.high = (low, high) if 0 <= low < high <= len(self.text) else (0, len(self.text))

    @cached_property
    def roles(self) -> dict[int, list[tuple[int, str]]]:
        """An entity's index → the targets that it has a role in, each with that role."""
        found: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for number, target in enumerate(self.plan.targets):
            for role, index in target.roles.items():
                found[index].append((number, words.ROLES.get(role, role)))
        return found

    # --- facts ---------------------------------------------------------------

    def facts(self) -> Html:
        """Title, and what is known of the plan as a whole."""
        plan = self.plan
        title = plan.title or plan.source.name or "（无题名）"
        period = plan.period and (
            f"{plan.period.start}年"
            if plan.period.start == plan.period.end
            else f"{plan.period.start}—{plan.period.end}年"
        )
        facts = {
            "类型": words.KINDS[plan.kind],
            "发文机关": plan.issuer,
            "计划期限": period,
            "发布日期": plan.published,
            "来源": plan.source.name,
            "模型": f"{plan.model.name} {plan.model.version}".strip(),
        }
        shown = [el("div", el("dt", name), el("dd", value)) for name, value in facts.items() if value]
        return el("header", el("h1", title), el("dl", *shown, class_="facts"))

    # --- timeline ------------------------------------------------------------

    def timeline(self) -> Html:
        """Targets by year, those with a month in its order, those that come again each week or term behind."""
        years: dict[int, list[tuple[int, Target]]] = defaultdict(list)
        for number, target in enumerate(self.plan.targets):
            if target.deadline is not None:
                again = _AGAIN if target.deadline.kind == "every" else LAST_YEAR
                years[target.deadline.year or again].append((number, target))
        if not years:
            return Html("")
        rows = [self._year(year, years[year]) for year in sorted(years)]
        left = sum(target.deadline is None for target in self.plan.targets)
        note = [el("p", f"另有 {left} 个目标没有期限。", class_="quiet")] if left else []
        return _part("时间线", el("ol", *rows, class_="timeline"), *note)

    def _year(self, year: int, found: list[tuple[int, Target]]) -> Html:
        found = sorted(found, key=lambda pair: day_of(pair[1].deadline))
        name = _ERAS.get(year) or f"{year}年"
        chips = [self._chip(number, target) for number, target in found]
        return el("li", el("h3", name, " ", el("small", f"{len(found)} 个")), el("div", *chips, class_="chips"))

    def _chip(self, number: int, target: Target) -> Html:
        within = within_year(target.deadline)
        when = [el("b", within), " "] if within else []
        words_ = [*when, target.metric, " ", el("span", target.value.text, class_="number")]
        return self._link(target, *words_, class_=f"chip {target.status}", data_target=f"{self.name}t{number}")

    def _link(self, target: Target, *inside: str, class_: str, data_target: str) -> Html:
        """Lead to the target's number in the document, where there is one to lead to."""
        place = self._anchor(target.roles.get("value", -1))
        name = "a" if place else "span"
        return el(name, *inside, href=place and f"#{place}", class_=class_, data_target=data_target)

    def _anchor(self, index: int) -> str | None:
        if not 0 <= index < len(self.plan.entities):
            return None
        start, end = self.plan.entities[index].span
        return f"{self.name}e{index}" if self.low <= start < end <= self.high else None

    # --- targets -------------------------------------------------------------

    def targets(self) -> Html:
        """The table that sorts and filters; without scripts it is a table still."""
        found = self.plan.targets
        if not found:
            return _part("目标", el("p", "没有读出目标。", class_="quiet"), class_="list")
        heads = [el("th", el("button", name, type="button"), scope="col", data_name=name) for name in self._columns]
        body = [self._row(number, target) for number, target in enumerate(found)]
        table = el("table", el("thead", el("tr", *heads)), el("tbody", *body), class_="targets")
        return _part(f"目标（{len(found)}）", self._filters(), el("div", table, class_="scroll"), class_="list")

    @cached_property
    def _columns(self) -> list[str]:
        """The table's columns; one that no target fills is left out."""
        shown = {
            "期限": any(t.deadline for t in self.plan.targets),
            "项目与单位": any(t.program or t.org for t in self.plan.targets),
            "章节": any(self._section(t) is not None for t in self.plan.targets),
            "原文": not self.text,
        }
        names = ("状态", "指标", "数值", "期限", "项目与单位", "章节", "可信度", "原文")
        return [name for name in names if shown.get(name, True)]

    def _section(self, target: Target) -> int | None:
        """Return the target's section, if there is one of that number."""
        return target.section if target.section is not None and 0 <= target.section < len(self.plan.sections) else None

    def _filters(self) -> Html:
        years = sorted({t.deadline.year for t in self.plan.targets if t.deadline and t.deadline.year})
        every = [el("option", "全部年份", value=""), *(el("option", f"{y}年", value=y) for y in years)]
        status = [el("option", "全部状态", value="")]
        status += [el("option", name, value=key) for key, name in words.STATUSES.items()]
        return el(
            "form",
            el("input", type="search", name="words", placeholder="筛选：指标、单位、章节……", aria_label="筛选"),
            el("select", *status, name="status", aria_label="状态"),
            el("select", *every, name="year", aria_label="年份"),
            el("button", "清除", type="reset"),
            el("output", class_="quiet"),
            class_="filters",
        )

    def _row(self, number: int, target: Target) -> Html:
        deadline, part = target.deadline, self._section(target)
        cells = {
            "状态": el(
                "td", el("span", words.STATUSES.get(target.status, target.status), class_=f"status {target.status}")
            ),
            "指标": self._metric(number, target),
            "数值": _value(target),
            "期限": el("td", *_deadline(deadline), data_sort=order_of(deadline), class_="due"),
            "项目与单位": el("td", *_lines([target.program, target.org]), class_="who"),
            "章节": el(
                "td",
                self.plan.sections[part].heading if part is not None else "",
                data_sort=-1 if part is None else part,
                class_="section",
            ),
            "可信度": el("td", f"{target.confidence:.0%}", data_sort=target.confidence, class_="sure"),
            "原文": el("td", target.evidence),
        }
        shown = [cells[name] for name in self._columns]
        year = deadline.year if deadline else None
        return el("tr", *shown, id=f"{self.name}t{number}", data_status=target.status, data_year=year)

    def _metric(self, number: int, target: Target) -> Html:
        link = self._link(target, target.metric or "（未指明）", class_="jump", data_target=f"{self.name}t{number}")
        action = [el("small", target.action)] if target.action and target.action != target.metric else []
        return el("td", link, *action, class_="what")

    # --- document ------------------------------------------------------------

    def document(self) -> Html:
        """The text, with what was found, repaired, doubted and not read marked in it."""
        if not self.text:
            return _part("原文", el("p", "这份计划没有附原文。", class_="quiet"), class_="source")
        legend = [el("span", el("mark", name, class_=label), " ") for label, name in words.LABELS.items()]
        layers = [self._gaps(), self._aside(), self._headings(), self._warned(), self._entities(), self._repaired()]
        text = marked(self.text, self.low, self.high, [list(layer) for layer in layers])
        return _part("原文", el("p", *legend, class_="legend"), el("div", text, class_="text"), class_="source")

    def _gaps(self) -> Iterator[Mark]:
        """Blank lines, shown as half a line: scraped pages have them by the dozen."""
        for gap in _GAP.finditer(self.text):
            yield Mark(*gap.span(), "span", {"class": "gap"})

    def _aside(self) -> Iterator[Mark]:
        for note in self.plan.set_aside:
            yield Mark(
                *note.span, "span", {"class": "aside", "title": f"未读：{words.ASIDES.get(note.kind, note.kind)}"}
            )

    def _headings(self) -> Iterator[Mark]:
        """A heading as it is written where its section begins; a healed one is not looked for further."""
        for part in self.plan.sections:
            start, end = part.span
            at = self.text.find(part.heading, max(start, 0), max(start, 0) + len(part.number) + len(part.heading) + 4)
            if part.heading and at >= 0 and at + len(part.heading) <= end:
                yield Mark(start, at + len(part.heading), "strong", {"class": f"level{min(part.level, 3)}"})

    def _warned(self) -> Iterator[Mark]:
        for number, note in enumerate(self.plan.warnings):
            if note.span is not None:
                yield Mark(*note.span, "span", {"class": "warned", "title": note.message}, f"{self.name}w{number}")

    def _entities(self) -> Iterator[Mark]:
        for index, entity in enumerate(self.plan.entities):
            held = self.roles.get(index, [])
            attributes = {
                "class": entity.label,
                "title": "\n".join(self._tip(entity, held)),
                "data_roles": " ".join(f"{self.name}t{number}:{role}" for number, role in held) or None,
            }
            yield Mark(*entity.span, "mark", attributes, f"{self.name}e{index}")

    def _tip(self, entity: Mention, held: list[tuple[int, str]]) -> Iterator[str]:
        yield f"{words.LABELS.get(entity.label, entity.label)} · 可信度 {entity.confidence:.0%}"
        for number, role in held:
            target = self.plan.targets[number]
            yield f"{role} → {target.metric} {target.value.text}（{words.STATUSES.get(target.status, target.status)}）"

    def _repaired(self) -> Iterator[Mark]:
        for note in self.plan.repairs:
            kind = words.REPAIRS.get(note.kind, note.kind)
            tip = f"修复（{kind}）：{note.before} → {note.after or '（删去）'}"
            yield Mark(*note.span, "span", {"class": f"repair {note.kind}", "title": tip})

    # --- notes ---------------------------------------------------------------

    def notes(self) -> Html:
        """Programmes, bodies, repairs, warnings and what was set aside, each as a list."""
        parts = [self._named(), self._repairs(), self._warnings(), self._set_aside()]
        return el("footer", *(part for part in parts if part))

    def _named(self) -> Html:
        programs = [
            _note(p.name, *_dotted([due(p.deadline)[0], p.org or "", f"{len(p.mentions)} 处"]))
            for p in self.plan.programs
        ]
        bodies = [_note(i.name, f"{len(i.mentions)} 处") for i in self.plan.institutions]
        return join([_list("项目", programs), _list("机构", bodies)])

    def _repairs(self) -> Html:
        counts = Counter((r.kind, r.before, r.after) for r in self.plan.repairs)
        rows = [
            _note(f"{before} → {after or '（删去）'}", f"{n} 处", kind=words.REPAIRS.get(kind, kind))
            for (kind, before, after), n in counts.most_common()
        ]
        return _list("修复", rows)

    def _warnings(self) -> Html:
        rows = []
        for number, note in enumerate(self.plan.warnings):
            start, end = note.span or (0, 0)
            inside = self.low <= start < end <= self.high
            rows.append(el("li", el("a", note.message, href=f"#{self.name}w{number}") if inside else note.message))
        return _list("提醒", rows)

    def _set_aside(self) -> Html:
        rows = []
        for note in self.plan.set_aside:
            said = self.text[_slice(note.span)].strip()
            rows.append(_note(_short(said), kind=words.ASIDES.get(note.kind, note.kind)))
        return _list("未读的部分", rows, class_="faint")


# --- small pieces ------------------------------------------------------------


def _part(title: str, *inside: str, class_: str | None = None) -> Html:
    return el("section", el("h2", title), *inside, class_=class_)


def _note(said: str, *more: str, kind: str | None = None) -> Html:
    """One line of a list: its kind before it, what more there is to say behind it."""
    before = [el("small", kind)] if kind else []
    return el("li", *before, el("span", said), *([el("small", *more)] if more else []))


def _list(title: str, rows: list[Html], *, class_: str | None = None) -> Html:
    if not rows:
        return Html("")
    summary = el("summary", f"{title}（{len(rows)}）")
    return el("details", summary, el("ul", *rows), open=len(rows) <= _MANY, class_=class_)


def _lines(parts: list[str | None]) -> list[Html]:
    return [el("div", part) for part in parts if part]


def _dotted(parts: list[str]) -> list[str]:
    """Return the parts that are there with a dot between them."""
    return [piece for part in parts if part for piece in (part, " · ")][:-1]


def _slice(span: Span) -> slice:
    return slice(max(span[0], 0), max(span[1], 0))


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}……（共 {len(text)} 字）"


def _value(target: Target) -> Html:
    value = target.value
    base = [el("small", "起点 ", target.baseline.value.text)] if target.baseline else []
    read = adds(value)
    small = [el("small", read)] if read else []
    low = value.low if value.low is not None else ""
    return el("td", value.text, *small, *base, data_sort=low, class_="number")


def _deadline(deadline: Deadline | None) -> list[str]:
    said, read = due(deadline)
    return [said, *([el("small", read)] if read else [])] if said else []
