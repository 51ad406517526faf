"""Plans survive the way to a dict or JSON and back; what is no plan is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planie.errors import PlanError
from planie.plan import Plan
from plans import SAMPLE, any_plan


@given(any_plan)
def test_dict_round_trip(plan: Plan) -> None:
    assert Plan.from_dict(plan.to_dict()) == plan


@given(any_plan)
def test_json_round_trip(plan: Plan) -> None:
    assert Plan.from_json(plan.to_json()) == plan
    assert Plan.from_json(plan.to_json(indent=2)) == plan


@given(any_plan)
def test_dict_is_plain_data(plan: Plan) -> None:
    assert json.loads(json.dumps(plan.to_dict())) == plan.to_dict()


@given(any_plan)
def test_text_can_be_left_out(plan: Plan) -> None:
    without = plan.to_dict(text=False)
    assert "text" not in without
    assert {**without, "text": plan.text} == plan.to_dict()
    assert Plan.from_dict(without).text is None


def test_spans_point_into_the_text() -> None:
    for entity in SAMPLE.to_dict()["entities"]:
        start, end = entity["span"]
        assert SAMPLE.text is not None
        assert SAMPLE.text[start:end] == entity["text"]


def test_to_dict_shares_nothing_with_the_plan() -> None:
    data = SAMPLE.to_dict()
    data["targets"][0]["roles"]["value"] = 99
    data["entities"].clear()
    assert SAMPLE.targets[0].roles["value"] == 3
    assert SAMPLE.entities


def test_json_keeps_chinese_readable() -> None:
    assert "公办幼儿园" in SAMPLE.to_json()


def _without(key: str) -> dict[str, Any]:
    return {k: v for k, v in SAMPLE.to_dict().items() if k != key}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ([], "JSON object"),
        ({}, "schema is None"),
        ({**SAMPLE.to_dict(), "schema": 2}, "reads 1"),
        (_without("targets"), "targets"),
        ({**SAMPLE.to_dict(), "colour": "red"}, "colour"),
        ({**SAMPLE.to_dict(), "targets": {}}, "plan.targets"),
        ({**SAMPLE.to_dict(), "targets": [7]}, r"plan.targets\[0\]"),
        ({**SAMPLE.to_dict(), "span": [1]}, "plan.span"),
        ({**SAMPLE.to_dict(), "source": "a.txt"}, "plan.source"),
        ({**SAMPLE.to_dict(), "source": None}, "plan.source"),
        ({**SAMPLE.to_dict(), "span": [True, 7]}, "plan.span"),
        ({**SAMPLE.to_dict(), "title": 7}, "plan.title"),
        ({**SAMPLE.to_dict(), "kind": "novel"}, "plan.kind.*speech"),
        ({**SAMPLE.to_dict(), "programs": [{"name": "", "deadline": None, "org": None, "mentions": None}]}, "mentions"),
        ({**SAMPLE.to_dict(), "targets": [{**SAMPLE.to_dict()["targets"][0], "roles": []}]}, r"targets\[0\].roles"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refuses(data: Any, says: str) -> None:
    with pytest.raises(PlanError, match=says):
        Plan.from_dict(data)


def test_refuses_text_that_is_no_json() -> None:
    with pytest.raises(PlanError, match="line 2, column 1"):
        Plan.from_json('{"schema": 1,\n}')


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.data())
def test_a_damaged_plan_is_refused_by_name_or_read(data: st.DataObject) -> None:
    whole = SAMPLE.to_dict()
    place: Any = whole
    while True:  # walk down to a random part and put something else there
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(_json)
    try:
        plan = Plan.from_dict(whole)
    except PlanError:
        return
    assert isinstance(plan, Plan)
