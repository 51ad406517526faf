"""The stage that writes the plan: entities, frames and values in, ``Plan`` out.

Shared heads, elided subjects and front modifiers go back into the metric's name; a bound said once
for a list covers the list; years come down from headings, title and period; baselines are attached.
The status is the linker's. Every span is mapped, once, to the raw text. ``years``, ``thisyear``, ``times``,
``lists``, ``names``, ``heads``, ``owners`` and ``cells`` (tables) hold the rules of each; ``headlines`` what is said
twice, ``uncounted`` what is no target; ``doubts`` says what a plan and its targets leave to be desired; ``values`` mends,
before all that, values that were cut or run together.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from planie import normalise
from planie.annotations import sha256
from planie.assemble import heads, lists, names, owners, times
from planie.assemble.cells import Cells
from planie.assemble.doubts import doubts, of_target, of_value
from planie.assemble.headlines import said_once
from planie.assemble.thisyear import with_this_year
from planie.assemble.uncounted import counts_nothing, is_blank, is_length
from planie.assemble.years import SectionYears
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
from planie.spans import LINE_END, Entity, Frame, HealedText, Layout, ProgramFrame, Sentence, Span

_CONTEXT: Final = 40  # characters beside a value that may hold its bound and its direction


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
        self.text, self.entities = reading.healed.text, reading.entities
        self.published = reading.published or reading.layout.published
        self.layout = with_this_year(self.text, reading.layout, self.published)
        self.warnings: list[WarningNote] = []
        self.cells = Cells(self.text, self.layout.start, self.layout.end, self.entities)
        self.quantities = self._quantities()
        self.heads = heads.fitting(self.text, self.entities, reading.frames, self.quantities)
        said = (self.text, self.entities, reading.frames)
        self.behind = heads.borrowed(*said, self.quantities) | owners.people(*said, self.quantities)
        self.ends = heads.fused(*said, self.quantities)
        self.above = heads.above(*said)
        self.front = owners.pupils(*said)
        self.years = SectionYears(self.text, self.layout)

    # --- the whole ---

    def plan(self, model: Model, min_confidence: float) -> Plan:
        """Write the plan."""
        healed, layout = self.reading.healed, self.layout
        low, high = healed.to_raw(layout.start, layout.end)
        every = self._targets()
        targets = tuple(t for t in every if t.confidence >= min_confidence)
        self.warnings += [note for t in targets for note in of_target(t)]
        notes = [WarningNote(w.message, w.span) for w in healed.warnings if w.span is None or self._within(w.span)]
        notes += self.warnings
        notes += doubts(healed.raw, (low, high), found=len(every), kept=len(targets), least=min_confidence)
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
                RepairNote(r.kind, r.span, r.before, r.after) for r in healed.repairs if self._within(r.span)
            ),
            set_aside=tuple(SetAsideNote(s.kind, healed.to_raw(s.start, s.end)) for s in layout.set_aside),
            warnings=tuple(notes),
            model=model,
        )

    def _within(self, raw: Span) -> bool:
        """Whether a place of the raw text belongs to this plan; what was taken out between two, to the second."""
        healed, layout = self.reading.healed, self.layout
        low = healed.to_raw(layout.start - 1, layout.start)[1] if layout.start else 0
        last = layout.end == len(healed.text)
        return low <= raw[0] and (last or raw[0] < healed.to_raw(layout.start, layout.end)[1])

    def _raw(self, entity: Entity) -> Span:
        return self.reading.healed.to_raw(entity.start, entity.end)

    def _said(self, index: int) -> str:
        entity = self.entities[index]
        name = names.said(self.text, entity.start, entity.end)
        return names.body(name) if entity.label == "ORG" else name

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
        every = [(i, f) for i, f in enumerate(self.reading.frames) if f.status != "baseline"]
        found = [
            (self._sentence(self.entities[f.value].start), self._target(i, f, baselines))
            for i, f in every
            if self.cells.counts(self.entities[f.value]) and self._counts(f)
        ]
        return said_once(self.text, self.layout.sentences, found)

    def _counts(self, frame: Frame) -> bool:
        """Whether the frame's VALUE holds a number, and one that counts; a warning says where one does not."""
        value, number = self.entities[frame.value], self.quantities[frame.value]
        if counts_nothing(self.text, self.entities, frame, number):
            return False
        said = self.text[value.start : value.end]
        length = is_length(frame, number)
        counted = normalise.counts(said, after=self.text[value.end : value.end + 1]) and not is_blank(frame, number)
        if counted and not length:
            return True
        if (note := of_value(said, self._raw(value), length=length)) not in self.warnings:
            self.warnings.append(note)
        return False

    def _target(self, at: int, frame: Frame, baselines: Mapping[int, Frame]) -> Target:
        roles = frame.roles
        sentence = self._sentence(self.entities[frame.value].start)
        end = max(sentence.end, self.entities[frame.value].end)  # a value may straddle a stray line end
        raw = self.reading.healed.to_raw(sentence.start, end)
        return Target(
            metric=self._metric(at, frame),
            action=self._action(frame),
            value=self.quantities[frame.value],
            deadline=self._deadline(roles.get("when"), frame.value, frame.status),
            status=frame.status,
            baseline=self._baseline(roles.get("base"), baselines),
            program=self._said(roles["program"]) if "program" in roles else None,
            org=self._org(roles.get("org")),
            section=sentence.section,
            roles={"value": frame.value, **roles},
            span=raw,
            evidence=self.reading.healed.raw[slice(*raw)],
            confidence=self._confidence(frame),
        )

    def _action(self, frame: Frame) -> str | None:
        """The verb, unless it is a part of the metric's name: 转移|后培训."""
        action, metric = frame.roles.get("action"), frame.roles.get("metric")
        if action is None:
            return None
        tied = metric is not None and names.begins(self.text, self.entities, metric) == self.entities[action].start
        return None if tied else self._said(action)

    def _org(self, index: int | None) -> str | None:
        if index is None or names.is_source(self.text, self.entities[index].start, self.entities[index].end):
            return None
        return self._said(index)

    def _confidence(self, frame: Frame) -> float:
        kept = min(max(frame.confidence, 1e-4), 1 - 1e-4)
        slope, offset = self.calibration
        return round(1 / (1 + math.exp(-(slope * math.log(kept / (1 - kept)) + offset))), 3)

    def _sentence(self, offset: int) -> Sentence:
        at = bisect_right(self.reading.starts, offset) - 1
        return self.layout.sentences[max(at, 0)]

    def _metric(self, at: int, frame: Frame) -> str:
        if at in self.above:
            at, frame = self.above[at], self.reading.frames[self.above[at]]
        roles, head = frame.roles, self.heads.get(at, frame.roles.get("head"))
        value = self.entities[frame.value]
        if "metric" not in roles:
            return self._said(roles["action"]) if "action" in roles else self.cells.measure(value)
        metric = self.entities[roles["metric"]]
        if "subject" in roles:
            front = self._said(roles["subject"])
        else:
            front = self.front.get(at) or names.front_modifier(self.text, self.entities, frame.value, metric)
        words = names.said(self.text, names.begins(self.text, self.entities, roles["metric"]), metric.end)
        behind = self.ends.get(at) or (self.behind.get(at, "") if head is None else self._said(head))
        if not behind and self.cells.in_row(value, metric):
            behind = self.cells.measure(value)
        return names.metric(front, words, behind)

    def _baseline(self, base: int | None, baselines: Mapping[int, Frame]) -> Baseline | None:
        if base is None:
            return None
        frame = baselines.get(base)
        when = frame.roles.get("when") if frame else None
        stated = self._deadline(when, base, "baseline") if when is not None else None
        return Baseline(self.quantities.get(base) or self._quantity(base), stated)

    # --- values and years ---

    def _quantities(self) -> dict[int, Quantity]:
        """Read the values of all frames, then what their lists say once for all."""
        actions = {f.value: self._said(f.roles["action"]) for f in self.reading.frames if "action" in f.roles}
        values = sorted({f.value for f in self.reading.frames})
        together = lists.runs(self.text, self.entities, values)
        lent = lists.lent_units(self.text, self.entities, together)
        found = {i: self._quantity(i, actions.get(i), lent.get(i) or self.cells.unit(self.entities[i])) for i in values}
        return lists.share_bounds(self.text, self.entities, together, found)

    def _quantity(self, index: int, action: str | None = None, lent: str = "") -> Quantity:
        entity = self.entities[index]
        sentence = self._sentence(entity.start)
        before = self.text[max(sentence.start, entity.start - _CONTEXT) : entity.start]
        after = self.text[entity.end : min(max(sentence.end, entity.end), entity.end + _CONTEXT)]
        said = self.text[entity.start : entity.end]
        before, after = LINE_END.sub("", before), LINE_END.sub("", after)  # a sentence that the page has broken
        return normalise.quantity(said, self._raw(entity), before=before, after=after, action=action, lent=lent)

    def _deadline(self, when: int | None, anchor: int, status: Status) -> Deadline | None:
        value = self.entities[anchor]
        sentence = self._sentence(value.start)
        time = self.entities[when] if when is not None else self.cells.time(value)
        if time is not None:
            time = times.dating(self.text, time, value, status, sentence.start)
        words = self.text[time.start : time.end] if time else None
        return normalise.deadline(
            words,
            self._raw(time) if time else None,
            plan_years=self.years.plan(sentence, status),
            heading_years=self.years.above(sentence, status),
            status=status,
            kind=self.layout.kind,
            opens_year=self.years.opens(sentence, status),
            published_year=self.years.today(self.published),
            stands=times.stands(self.text, value.start, words or "") or (time is None and self.years.stands(sentence)),
            titled=self.years.titled,
        )
