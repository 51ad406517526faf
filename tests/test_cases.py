"""The project's worked cases: given the right entities and frames, every target comes out exactly.

The texts and targets are read where they are (../shared/cases.jsonl); what fills the roles stands in
tests/cases/assemble/worked.json. Finding the entities is the model's work and is scored elsewhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planie.assemble import Reading, assemble
from planie.heal import heal
from planie.plan import Model, Target
from planie.schema import Label
from planie.spans import Entity, Frame
from planie.structure import analyse

SHARED = Path(__file__).parents[2] / "shared" / "cases.jsonl"
ROLES = json.loads((Path(__file__).parent / "cases" / "assemble" / "worked.json").read_text("utf-8"))["rows"]
NAMES: dict[str, tuple[str, Label]] = {
    "m": ("metric", "METRIC"), "h": ("head", "METRIC"), "s": ("subject", "METRIC"), "c": ("action", "ACTION"),
    "t": ("when", "TIME"), "p": ("program", "PROGRAM"), "o": ("org", "ORG"), "b": ("base", "VALUE"),
}  # fmt: skip


def cases() -> list[Any]:
    if not SHARED.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="../shared/cases.jsonl is not here"))]
    found = [json.loads(line) for line in SHARED.read_text("utf-8").splitlines()]
    return [pytest.param(case, id=case["name"]) for case in found]


class _Notes:
    """Finds the quoted phrases in a healed text and numbers them as entities."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: dict[tuple[int, int], Label] = {}

    def near(self, phrase: str, label: Label, value: int) -> tuple[int, int]:
        """The phrase's last place before *value*, else its first behind it."""
        start = self.text.rfind(phrase, 0, value)
        return self.at(start if start >= 0 else self.text.index(phrase, value), phrase, label)

    def at(self, start: int, phrase: str, label: Label) -> tuple[int, int]:
        span = (start, start + len(phrase))
        assert self.spans.setdefault(span, label) == label
        return span


def read(case: dict[str, Any]) -> list[Target]:
    healed = heal(case["text"])
    (layout,) = analyse(healed.text)
    notes, drafts, last = _Notes(healed.text), [], ""
    at = 0
    for row in ROLES[case["name"]]:
        value, *roles = row.split("|")
        status = "achieved" if "a" in roles else "planned"
        if value == last:  # said once for several
            at -= len(value)
        start = healed.text.find(value, at)
        start = start if start >= 0 else healed.text.index(value)
        at, last = start + len(value), value
        filled = {}
        for role in (r for r in roles if r != "a"):
            name, phrase = role.split("=")
            phrase, _, when = phrase.partition("@")
            filled[NAMES[name][0]] = notes.near(phrase, NAMES[name][1], start)
            if when:
                drafts.append((filled["base"], "baseline", {"when": notes.near(when, "TIME", filled["base"][0])}))
        drafts.append((notes.at(start, value, "VALUE"), status, filled))
    order = sorted(notes.spans)
    place = {span: i for i, span in enumerate(order)}
    entities = tuple(Entity(notes.spans[span], *span) for span in order)
    frames = tuple(Frame(place[v], s, {r: place[f] for r, f in roles.items()}) for v, s, roles in drafts)  # type: ignore[arg-type]
    return list(assemble(Reading(healed, layout, entities, frames, ()), model=Model("hand", "0")).targets)


def plain(target: Target) -> dict[str, Any]:
    """A target in the fields of the cases' file."""
    value, due, base = target.value, target.deadline, target.baseline
    found: dict[str, Any] = {
        "metric": target.metric, "action": target.action, "low": value.low, "high": value.high, "unit": value.unit,
        "comparator": value.comparator, "change": value.change, "status": target.status, "year": due and due.year,
        "month": due and due.month, "redacted": value.redacted, "program": target.program, "org": target.org,
    }  # fmt: skip
    if base is not None:
        found["baseline"] = {
            "low": base.value.low,
            "unit": base.value.unit,
            "year": base.deadline and base.deadline.year,
        }
    return found


@pytest.mark.parametrize("case", cases())
def test_a_worked_case_comes_out_exactly(case: dict[str, Any]) -> None:
    blank = {"month": None, "redacted": False, "program": None, "org": None}
    wanted = [{**blank, **target} for target in case["targets"]]
    found = [plain(target) for target in read(case)]
    assert sorted(found, key=_key) == sorted(wanted, key=_key)


def _key(row: dict[str, Any]) -> tuple[str, str, float]:
    return row["metric"], row["unit"], row["low"] or 0.0
