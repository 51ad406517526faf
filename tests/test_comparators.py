"""Bounds and changes: the words round a number, and the verbs of the same clause alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planie.comparators import bound_apart, prefix_bound, read_change, split_bound, strongest

CASES = Path(__file__).parent / "cases" / "comparators"
WORDS = st.text(alphabet="提高增加长至到不少于超过近约以上内左右、,，。0123%的学位(", max_size=60)


def rows(name: str) -> list[Any]:
    return list(json.loads((CASES / f"{name}.json").read_text("utf-8"))["rows"])


@pytest.mark.parametrize(("text", "unit", "bound"), rows("bounds"))
def test_takes_the_bound_off_a_unit(text: str, unit: str, bound: str | None) -> None:
    assert split_bound(text) == (unit, bound)


@pytest.mark.parametrize(("text", "bound"), rows("prefixes"))
def test_reads_the_words_before_a_number(text: str, bound: str | None) -> None:
    assert prefix_bound(text) == bound


@pytest.mark.parametrize(("before", "after", "share", "bound"), rows("apart"))
def test_reads_a_bound_apart_and_lets_none_leak(before: str, after: str, share: bool, bound: str | None) -> None:
    assert bound_apart(before, after, share=share) == bound


@pytest.mark.parametrize(("before", "after", "unit", "counted", "change"), rows("changes"))
def test_reads_the_change(before: str, after: str, unit: str, counted: bool, change: str) -> None:
    assert read_change(before, after, unit=unit, counted=counted) == change


@pytest.mark.xfail(strict=True, reason="not read yet")
@pytest.mark.parametrize(("before", "after", "unit", "counted", "change"), rows("known_failures"))
def test_known_failures(before: str, after: str, unit: str, counted: bool, change: str) -> None:
    assert read_change(before, after, unit=unit, counted=counted) == change


@pytest.mark.parametrize(
    ("action", "change"),
    [("增加", "increase"), ("减少", "decrease"), ("新增", "level"), ("培训", "level"), ("", "level")],
)
def test_the_action_of_the_frame_settles_a_shared_verb(action: str, change: str) -> None:
    assert read_change("增加学位600个、教师", "", unit="名", counted=True, action=action) == change


@pytest.mark.parametrize(
    ("bounds", "result"),
    [((), "="), ((None, None), "="), (("~", ">="), ">="), ((">", ">="), ">"), ((None, "~"), "~"), (("=", "~"), "~")],
)
def test_a_bound_outranks_an_estimate(bounds: tuple[Any, ...], result: str) -> None:
    assert strongest(*bounds) == result


@pytest.mark.parametrize("stop", ["，", ",", "；", ";", "。", "："])
def test_no_verb_and_no_bound_crosses_a_stop(stop: str) -> None:
    assert read_change(f"提高普惠率{stop}毛入园率", "", unit="%", counted=False) == "level"
    assert bound_apart(f"至少配备校医{stop}新建学校", "", share=False) is None


@given(WORDS, WORDS, st.sampled_from(["%", "个", "", "元", "个百分点"]), st.booleans())
def test_any_context_gives_an_answer(before: str, after: str, unit: str, counted: bool) -> None:
    assert read_change(before, after, unit=unit, counted=counted) in ("increase", "decrease", "level")
    assert bound_apart(before, after, share=counted) in (">=", ">", "<=", "<", "~", None)
    assert before.startswith(split_bound(before)[0])
