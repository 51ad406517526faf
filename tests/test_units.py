"""Units: names as written, multipliers taken off, unknown ones kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from planie.units import COUNTS, EXTENTS, SHARES, read_unit

CASES = Path(__file__).parent / "cases" / "units"


def rows(name: str) -> list[Any]:
    return list(json.loads((CASES / f"{name}.json").read_text("utf-8"))["rows"])


@pytest.mark.parametrize(("text", "name", "factor", "plus"), rows("wild"))
def test_reads_a_unit(text: str, name: str, factor: float, plus: float) -> None:
    unit = read_unit(text)
    assert (unit.name, unit.factor, unit.plus) == (name, factor, plus)


@pytest.mark.parametrize(("sign", "name"), [("¥", "元"), ("￥", "元"), ("$", "美元"), ("约", ""), ("", "")])
def test_a_currency_sign_is_the_unit_of_a_bare_number(sign: str, name: str) -> None:
    assert read_unit("", sign=sign).name == name


def test_a_written_unit_beats_the_sign() -> None:
    unit = read_unit("万欧元", sign="¥")
    assert (unit.name, unit.factor) == ("欧元", 10000)


def test_the_classes_of_units_do_not_overlap() -> None:
    assert not (COUNTS & EXTENTS)
    assert not (COUNTS & SHARES)
    assert not (EXTENTS & SHARES)
