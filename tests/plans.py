"""Plans for the tests: one written out by hand, and hypothesis strategies for any."""

from __future__ import annotations

import hashlib
from typing import get_args

from hypothesis import strategies as st

from planie import plan as p
from planie import schema

TEXT = "临江市教育局2024年工作要点\n一、主要目标\n普惠性幼儿园覆盖率由71%提高到88%以上,新建公办幼儿园12所。"


def _span(part: str) -> tuple[int, int]:
    start = TEXT.index(part)
    return start, start + len(part)


def _mention(label: schema.Label, part: str) -> p.Mention:
    return p.Mention(label, part, _span(part), 0.9)


def _value(part: str, low: float, unit: str, comparator: schema.Comparator = "=") -> p.Quantity:
    return p.Quantity(part, _span(part), low, low, unit, comparator)


_DUE = p.Deadline("", None, 2024, source="title")
_SENTENCE = _span(TEXT.split("\n")[2])

SAMPLE = p.Plan(
    text=TEXT,
    source=p.Source("2024.txt", hashlib.sha256(TEXT.encode()).hexdigest()),
    title="临江市教育局2024年工作要点",
    kind="plan",
    issuer="临江市教育局",
    period=p.Period(2024, 2024),
    published=None,
    span=(0, len(TEXT)),
    sections=(p.Part("一、", "主要目标", 1, "goals", (_span("一、主")[0], len(TEXT)), None),),
    targets=(
        p.Target(
            metric="普惠性幼儿园覆盖率",
            action=None,
            value=_value("88%以上", 88.0, "%", ">="),
            deadline=_DUE,
            status="planned",
            baseline=p.Baseline(_value("71%", 71.0, "%")),
            program=None,
            org="临江市教育局",
            section=0,
            roles={"value": 3, "metric": 1, "base": 2, "org": 0},
            span=_SENTENCE,
            evidence=TEXT[slice(*_SENTENCE)],
            confidence=0.93,
        ),
        p.Target(
            metric="公办幼儿园",
            action="新建",
            value=_value("12所", 12.0, "所"),
            deadline=_DUE,
            status="planned",
            baseline=None,
            program=None,
            org=None,
            section=0,
            roles={"value": 6, "metric": 5, "action": 4},
            span=_SENTENCE,
            evidence=TEXT[slice(*_SENTENCE)],
            confidence=0.88,
        ),
    ),
    institutions=(p.Institution("临江市教育局", (_span("临江市教育局"),)),),
    entities=(
        _mention("ORG", "临江市教育局"),
        _mention("METRIC", "普惠性幼儿园覆盖率"),
        _mention("VALUE", "71%"),
        _mention("VALUE", "88%以上"),
        _mention("ACTION", "新建"),
        _mention("METRIC", "公办幼儿园"),
        _mention("VALUE", "12所"),
    ),
    warnings=(p.WarningNote("no body of its own is named", None),),
    model=p.Model("fake", "0"),
)
"""Two targets, one with a baseline, read by nobody."""

# --- any plan ----------------------------------------------------------------

_offsets = st.integers(0, 10**7)
_spans = st.tuples(_offsets, _offsets)
_numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)
_texts = st.text(st.characters(exclude_categories=()), max_size=20)  # lone surrogates too
_names = st.none() | _texts
_sure = st.floats(0, 1)


def _one(literal: object) -> st.SearchStrategy[str]:
    return st.sampled_from(get_args(literal))


def _many(items: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(items, max_size=3).map(tuple)


_quantities = st.builds(
    p.Quantity,
    _texts,
    _spans,
    _numbers,
    _numbers,
    _texts,
    _one(schema.Comparator),
    _one(schema.Change),
    st.booleans(),
)
_deadlines = st.none() | st.builds(
    p.Deadline,
    _texts,
    st.none() | _spans,
    st.none() | st.integers(1900, 2100),
    st.none() | st.integers(1, 12),
    st.none() | st.integers(1, 31),
    _one(schema.DeadlineKind),
    _one(schema.DeadlineSource),
    st.booleans(),
)
_targets = st.builds(
    p.Target,
    metric=_texts,
    action=_names,
    value=_quantities,
    deadline=_deadlines,
    status=st.sampled_from(["planned", "achieved"]),
    baseline=st.none() | st.builds(p.Baseline, _quantities, _deadlines),
    program=_names,
    org=_names,
    section=st.none(),
    roles=st.dictionaries(st.sampled_from(["value", *schema.ROLES]), _offsets),
    span=_spans,
    evidence=_texts,
    confidence=_sure,
)

any_plan: st.SearchStrategy[p.Plan] = st.builds(
    p.Plan,
    text=_names,
    source=st.builds(p.Source, _names, st.binary().map(lambda b: hashlib.sha256(b).hexdigest())),
    title=_names,
    kind=_one(schema.Kind),
    issuer=_names,
    period=st.none() | st.builds(p.Period, st.integers(1900, 2100), st.integers(1900, 2100)),
    published=st.none() | st.dates().map(str),
    span=_spans,
    sections=_many(
        st.builds(p.Part, _texts, _texts, st.integers(0, 9), _one(schema.SectionRole), _spans, st.none() | _offsets)
    ),
    targets=_many(_targets),
    programs=_many(st.builds(p.Program, _texts, _deadlines, _names, _many(_spans))),
    institutions=_many(st.builds(p.Institution, _texts, _many(_spans))),
    entities=_many(st.builds(p.Mention, _one(schema.Label), _texts, _spans, _sure)),
    repairs=_many(st.builds(p.RepairNote, _texts, _spans, _texts, _texts)),
    set_aside=_many(st.builds(p.SetAsideNote, _texts, _spans)),
    warnings=_many(st.builds(p.WarningNote, _texts, st.none() | _spans)),
    model=st.builds(p.Model, _texts, _texts),
)
