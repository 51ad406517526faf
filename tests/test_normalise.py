"""Quantities and deadlines: the guide's own examples, the worked cases, and the rules of inheritance."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planie.normalise import counts, deadline, quantity, several
from planie.periods import title_period
from planie.plan import Deadline, Quantity

CASES = Path(__file__).parent / "cases" / "normalise"
WORKED = Path(__file__).parents[2] / "shared" / "cases.jsonl"
SPAN = (3, 9)


def rows(name: str) -> Any:
    return json.loads((CASES / f"{name}.json").read_text("utf-8"))["rows"]


@pytest.mark.parametrize("row", rows("quantities"), ids=lambda row: row.get("before", "") + "|" + row["value"])
def test_reads_a_quantity(row: dict[str, Any]) -> None:
    expected = Quantity(
        row["value"], SPAN, row["low"], row["high"], row["unit"],
        row.get("comparator", "="), row.get("change", "level"), row.get("redacted", False),
    )  # fmt: skip
    assert quantity(row["value"], SPAN, before=row.get("before", ""), after=row.get("after", "")) == expected


@pytest.mark.parametrize("row", rows("deadlines"), ids=lambda row: row["name"])
def test_dates_a_target(row: dict[str, Any]) -> None:
    got = deadline(
        row["text"], SPAN if row["text"] else None,
        plan_years=row["plan"] and tuple(row["plan"]), heading_years=row["heading"] and tuple(row["heading"]),
        status=row["status"], kind=row["kind"],
        opens_year=row.get("opens_year"), published_year=row.get("published_year"),
    )  # fmt: skip
    if row["want"] is None:
        assert got is None
    else:
        assert got == Deadline(row["text"] or "", SPAN if row["text"] else None, **row["want"])


def worked() -> list[Any]:
    if not WORKED.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="../shared/cases.jsonl is not here"))]
    cases = [json.loads(line) for line in WORKED.read_text("utf-8").splitlines()]
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize("case", worked())
def test_worked_cases(case: dict[str, Any]) -> None:
    said = rows("worked")[case["name"]]
    assert len(said) == len(case["targets"])
    title, at = case["text"].splitlines()[0], 0
    kind = "speech" if "讲话" in title else "report" if "总结" in title else "plan"
    for (value, *rest), target in zip(said, case["targets"], strict=True):
        time, heading, note = (rest + [None] * 3)[:3]
        start = case["text"].find(value, at)
        start = start if start >= 0 else case["text"].find(value)
        at = start + (0 if case["name"] == "each" else len(value))
        before = re.split(r"[。\n]", case["text"][:start])[-1]
        after = re.split(r"[。\n]", case["text"][start + len(value) :])[0]
        got = quantity(value, SPAN, before=before, after=after)
        assert (got.low, got.high, got.unit, got.change) == tuple(target[k] for k in ("low", "high", "unit", "change"))
        assert got.comparator == (target["comparator"] if note is None else "=")
        assert got.redacted == target.get("redacted", False)
        due = deadline(
            time, SPAN if time else None, plan_years=title_period(title), heading_years=heading and tuple(heading),
            status=target["status"], kind=kind,
        )  # fmt: skip
        assert due is not None
        assert (due.year, due.month) == (target["year"], target.get("month"))


def test_an_inherited_deadline_has_no_text_and_no_span() -> None:
    got = deadline(None, None, plan_years=(2024, 2024), heading_years=None, status="planned", kind="plan")
    assert got == Deadline("", None, 2024, None, None, "in", "title", False)


def test_the_frame_action_tells_a_shared_verb_from_another() -> None:
    before = "增加学位600个、教师"
    assert quantity("30名", SPAN, before=before).change == "increase"
    assert quantity("30名", SPAN, before=before, action="招聘").change == "level"


def test_context_is_looked_at_near_the_number_alone() -> None:
    assert quantity("1名", SPAN, before="至少配备" + "校" * 10_000).comparator == "="


@pytest.mark.parametrize(
    ("value", "after", "wanted"),
    [
        ("12所", "", True), ("*所", "", True), ("三成", "", True), ("若干名", "", True), ("翻番", "", True), ("3:2", "", True),
        ("近期", "", False), ("名", "", False), ("", "", False), ("49中", "", False), ("*四中", "参加", False),
        ("5120中", "小学生", True), ("985", "、211", False), ("211院", "校", False), ("985", "", True), ("XX分校", "", False), ("xx中", "…", False),
        ("xx完", "小教学楼", False), ("XXX学", "校食堂", False), ("×小", "学", False), ("3小", "时", True), ("xx学", "时", True),
        ("二次", "结构", False), ("二次", "会议", True), ("两次", "供水检查", True), ("7336.pdf", "", False), ("20.docx", "", False), ("20份", "", True),
    ],
)  # fmt: skip
def test_tells_a_value_from_what_holds_no_number(value: str, after: str, wanted: bool) -> None:
    assert counts(value, after=after) is wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("32%61%", True), ("57两个", True), ("21?5%", True), ("12所", False), ("2 - 3 名", False), ("1 200 元", False),
        ("3两", False), ("8分40秒", False), ("1920*1080", False), ("6:45:49", False), ("1.2万元", False), ("近期", False),
    ],
)  # fmt: skip
def test_tells_where_a_second_number_stands(value: str, wanted: bool) -> None:
    assert several(value) is wanted


TEXT = st.text(
    alphabet="0123456789.,一二两三十百千万亿余多几半个名中%‰成倍番翻元至—-?以上内不少于超约近左右X*分之:/ 年月",
    max_size=40,
)


@given(TEXT, TEXT, TEXT)
def test_any_text_gives_a_quantity(value: str, before: str, after: str) -> None:
    got = quantity(value, SPAN, before=before, after=after)
    assert (got.text, got.span) == (value, SPAN)
    assert counts(value, after=after) or got.low is None or "中" in value
    assert several(value) in (True, False)
    assert (got.low is None) == (got.high is None)
    if got.low is not None and got.high is not None:
        assert got.low <= got.high
        assert not got.redacted


@given(
    TEXT, st.sampled_from(["planned", "achieved", "baseline"]), st.sampled_from(["plan", "scheme", "report", "speech", "other"]),
    st.booleans(), st.sampled_from([None, (2024, 2024), (2021, 2025)]), st.sampled_from([None, (2023, 2023)]),
)  # fmt: skip
def test_any_time_gives_a_deadline_or_none(
    text: str, status: Any, kind: Any, opens: bool, plan: tuple[int, int] | None, heading: tuple[int, int] | None
) -> None:
    got = deadline(
        text or None, SPAN if text else None, plan_years=plan, heading_years=heading,
        status=status, kind=kind, opens_year=opens,
    )  # fmt: skip
    if got is not None:
        assert (got.source == "stated") == bool(got.text)
        assert got.year is not None or got.month is not None or got.kind == "every" or got.redacted
