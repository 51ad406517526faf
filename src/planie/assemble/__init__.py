"""The stage that writes the plan: entities, frames and values in, ``Plan`` out.

Shared heads, elided subjects and front modifiers go back into the metric's name; a bound said once
for a list covers the list; years come down from headings, title and period; baselines are attached.
The status is the linker's. Every span is mapped, once, to the raw text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from planie import normalise
from planie.annotations import sha256
from planie.periods import title_period
from planie.plan import (
    Baseline,
    Deadline,
    Institution,
    Mention,
    Model,
    Part,
    Period,
    Plan,
    Program,
    Quantity,
    RepairNote,
    SetAsideNote,
    Source,
    Target,
    WarningNote,
)
from planie.schema import Status
from planie.spans import Entity, Frame, HealedText, Layout, ProgramFrame, Sentence, Span

_CONTEXT: Final = 40  # characters beside a value that may hold its bound and its direction
_CLAUSE: Final = re.compile(r"[,，。;；:：、!！?？()（）\n]")
_JOIN: Final = re.compile(r"^\s*(?:[、,，]|和|及|与|以及)\s*$")
_FRONT: Final = re.compile(r"[^,，。;；:：、!！?？()（）\n“”《》]{2,20}的$")


@dataclass(frozen=True)
class Reading:
    """What the models and the layout say of one plan: the input of :func:`assemble`."""

    healed: HealedText
    layout: Layout
    entities: tuple[Entity, ...]
    frames: tuple[Frame, ...]
    programs: tuple[ProgramFrame, ...]
    published: str | None = None

    @cached_property
    def starts(self) -> list[int]:
        """Where the sentences begin."""
        return [s.start for s in self.layout.sentences]


def assemble(
    reading: Reading, *, model: Model, calibration: tuple[float, float] = (1.0, 0.0), min_confidence: float = 0.0
) -> Plan:
    """Write one plan.

    Args:
        reading: the stages' results, in healed text.
        model: name and version, for the plan's record.
        calibration: slope and offset of the confidence's log-odds.
        min_confidence: targets below it are left out.
    """
    return _Writer(reading, calibration).plan(model, min_confidence)


class _Writer:
    """Holds one reading while its plan is written."""

    def __init__(self, reading: Reading, calibration: tuple[float, float]) -> None:
        self.reading, self.calibration = reading, calibration
        self.text, self.layout, self.entities = reading.healed.text, reading.layout, reading.entities
        self.published = reading.published or reading.layout.published
        self.warnings: list[WarningNote] = []
        actions = {f.value: self._said(f.roles["action"]) for f in reading.frames if "action" in f.roles}
        found = {f.value: self._quantity(f.value, actions.get(f.value)) for f in reading.frames}
        self.quantities = self._share_bounds(found)
        self.years = _SectionYears(self.text, self.layout)

    # --- the whole ---

    def plan(self, model: Model, min_confidence: float) -> Plan:
        """Write the plan."""
        healed, layout = self.reading.healed, self.layout
        low, high = healed.to_raw(layout.start, layout.end)
        targets = tuple(t for t in self._targets() if t.confidence >= min_confidence)
        inside = [w for w in healed.warnings if w.span is None or low <= w.span[0] < max(high, 1)]
        notes = [WarningNote(w.message, w.span) for w in inside] + self.warnings
        return Plan(
            text=healed.raw,
            source=Source(None, sha256(healed.raw)),
            title=layout.title,
            kind=layout.kind,
            issuer=layout.issuer,
            period=Period(*layout.period) if layout.period else None,
            published=self.published,
            span=(low, high),
            sections=tuple(
                Part(s.number, s.heading, s.level, s.role, healed.to_raw(s.start, s.end), s.parent)
                for s in layout.sections
            ),
            targets=targets,
            programs=self._programs(),
            institutions=tuple(Institution(name, tuple(m)) for name, m in self._mentions("ORG").items()),
            entities=tuple(
                Mention(e.label, healed.raw[slice(*self._raw(e))], self._raw(e), e.confidence) for e in self.entities
            ),
            repairs=tuple(
                RepairNote(r.kind, r.span, r.before, r.after) for r in healed.repairs if low <= r.span[0] < max(high, 1)
            ),
            set_aside=tuple(SetAsideNote(s.kind, healed.to_raw(s.start, s.end)) for s in layout.set_aside),
            warnings=tuple(notes),
            model=model,
        )

    def _raw(self, entity: Entity) -> Span:
        return self.reading.healed.to_raw(entity.start, entity.end)

    def _said(self, index: int) -> str:
        """The entity's words without spaces; a quotation that opens or closes at its edge is made whole."""
        start, end = self.entities[index].start, self.entities[index].end
        for opening, closing in ("“”", "《》"):
            said = self.text[start:end]
            if said.count(closing) > said.count(opening) and self.text[start - 1 : start] == opening:
                start -= 1
            elif said.count(opening) > said.count(closing) and self.text[end : end + 1] == closing:
                end += 1
        return re.sub(r"\s+", "", self.text[start:end])

    def _mentions(self, label: str) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        for i, entity in enumerate(self.entities):
            if entity.label == label:
                found.setdefault(self._said(i), []).append(self._raw(entity))
        return found

    # --- programmes ---

    def _programs(self) -> tuple[Program, ...]:
        said: dict[str, tuple[Deadline | None, str | None]] = {}
        for frame in self.reading.programs:
            name = self._said(frame.program)
            when, org = said.get(name, (None, None))
            if when is None and "when" in frame.roles:
                when = self._deadline(frame.roles["when"], frame.program, "planned")
            if org is None and "org" in frame.roles:
                org = self._said(frame.roles["org"])
            said[name] = (when, org)
        return tuple(
            Program(name, *said.get(name, (None, None)), tuple(spans))
            for name, spans in self._mentions("PROGRAM").items()
        )

    # --- targets ---

    def _targets(self) -> list[Target]:
        baselines: dict[int, Frame] = {f.value: f for f in self.reading.frames if f.status == "baseline"}
        return [self._target(f, baselines) for f in self.reading.frames if f.status != "baseline"]

    def _target(self, frame: Frame, baselines: Mapping[int, Frame]) -> Target:
        roles = frame.roles
        sentence = self._sentence(self.entities[frame.value].start)
        raw = self.reading.healed.to_raw(sentence.start, sentence.end)
        return Target(
            metric=self._metric(frame),
            action=self._said(roles["action"]) if "action" in roles else None,
            value=self.quantities[frame.value],
            deadline=self._deadline(roles.get("when"), frame.value, frame.status),
            status=frame.status,
            baseline=self._baseline(roles.get("base"), baselines),
            program=self._said(roles["program"]) if "program" in roles else None,
            org=self._said(roles["org"]) if "org" in roles else None,
            section=sentence.section,
            roles={"value": frame.value, **roles},
            span=raw,
            evidence=self.reading.healed.raw[slice(*raw)],
            confidence=self._confidence(frame),
        )

    def _confidence(self, frame: Frame) -> float:
        kept = min(max(frame.confidence, 1e-4), 1 - 1e-4)
        slope, offset = self.calibration
        return round(1 / (1 + math.exp(-(slope * math.log(kept / (1 - kept)) + offset))), 3)

    def _sentence(self, offset: int) -> Sentence:
        from bisect import bisect_right

        at = bisect_right(self.reading.starts, offset) - 1
        return self.layout.sentences[max(at, 0)]

    def _metric(self, frame: Frame) -> str:
        roles = frame.roles
        if "metric" not in roles:
            return self._said(roles["action"]) if "action" in roles else ""
        parts = [self._said(roles[r]) for r in ("subject", "metric", "head") if r in roles]
        if "subject" not in roles and (front := self._front_modifier(frame)):
            parts.insert(0, front)
        return "".join(parts)

    def _front_modifier(self, frame: Frame) -> str:
        """Rule 3: 未建公办园的 | 26个 | 乡镇, a noun phrase that its number splits."""
        value, metric = self.entities[frame.value], self.entities[frame.roles["metric"]]
        if metric.start != value.end:
            return ""
        floor = self.entities[frame.value - 1].end if frame.value else 0
        match = _FRONT.search(self.text[max(floor, value.start - 24) : value.start])
        return re.sub(r"\s+", "", match.group()) if match else ""

    def _baseline(self, base: int | None, baselines: Mapping[int, Frame]) -> Baseline | None:
        if base is None:
            return None
        frame = baselines.get(base)
        when = frame.roles.get("when") if frame else None
        stated = self._deadline(when, base, "baseline") if when is not None else None
        return Baseline(self.quantities.get(base) or self._quantity(base), stated)

    # --- values and years ---

    def _quantity(self, index: int, action: str | None = None) -> Quantity:
        entity = self.entities[index]
        sentence = self._sentence(entity.start)
        before = self.text[max(sentence.start, entity.start - _CONTEXT) : entity.start]
        after = self.text[entity.end : min(max(sentence.end, entity.end), entity.end + _CONTEXT)]
        said = self.text[entity.start : entity.end]
        return normalise.quantity(said, self._raw(entity), before=before, after=after, action=action)

    def _share_bounds(self, found: dict[int, Quantity]) -> dict[int, Quantity]:
        """Rule 1: in 分别达到99%、97%、93%以上 the bound that is said once covers all."""
        for run in self._runs(sorted(found)):
            bound = {found[i].comparator for i in run} - {"="}
            first = self.entities[run[0]].start
            clause = self.text[max(0, first - 30) : first]
            if len(bound) == 1 and "分别" in clause and len({found[i].unit for i in run}) == 1:
                found.update({i: replace(found[i], comparator=min(bound)) for i in run})
        return found

    def _runs(self, values: Sequence[int]) -> list[list[int]]:
        """Group values between which only a comma or a conjunction stands."""
        runs: list[list[int]] = []
        for i in values:
            last = self.entities[runs[-1][-1]] if runs else None
            if last is not None and _JOIN.match(self.text[last.end : self.entities[i].start]):
                runs[-1].append(i)
            else:
                runs.append([i])
        return [run for run in runs if len(run) > 1]

    def _deadline(self, when: int | None, anchor: int, status: Status) -> Deadline | None:
        sentence = self._sentence(self.entities[anchor].start)
        said = self.entities[when] if when is not None else None
        return normalise.deadline(
            self.text[said.start : said.end] if said else None,
            self._raw(said) if said else None,
            plan_years=self.layout.period,
            heading_years=self.years.above(sentence, status),
            status=status,
            kind=self.layout.kind,
            opens_year=self.layout.kind == "speech" or "政府工作报告" in (self.layout.title or ""),
            published_year=int(self.published[:4]) if self.published else None,
        )


class _SectionYears:
    """The years that headings give, looked up from the innermost outwards."""

    def __init__(self, text: str, layout: Layout) -> None:
        self.layout = layout
        self.heading = [title_period(s.heading) for s in layout.sections]
        self.opening = [self._opening(text, s.heading_span[1], s.end) for s in layout.sections]

    def above(self, sentence: Sentence, status: Status) -> tuple[int, int] | None:
        """Years of the nearest heading above *sentence* that names any; for what was done, also opening words."""
        at = sentence.section
        while at is not None:
            if years := self.heading[at]:
                return years
            if status == "achieved" and (years := self.opening[at]):
                return years
            at = self.layout.sections[at].parent
        return None

    def _opening(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Read 2023年 or 过去五年 off the first words of a section."""
        words = text[start : min(end, start + 16)].lstrip(" \n\u3000,，。:：")
        if match := re.match(r"(?:过去|刚刚过去)的?(?:的)?(一年|五年|三年)", words):
            if self.layout.period:
                return (self.layout.period[0] - 1,) * 2
            return None
        match = re.match(r"((?:19|20)\d\d)年(?:度)?[,，以来]", words)
        return (int(match[1]), int(match[1])) if match else None
