"""Times and titles: what the words say, nothing inherited."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planie.periods import TimeReading, denies, read_time, title_period

CASES = Path(__file__).parent / "cases" / "periods"


def rows(name: str) -> list[Any]:
    return list(json.loads((CASES / f"{name}.json").read_text("utf-8"))["rows"])


@pytest.mark.parametrize(("text", "said"), rows("times"))
def test_reads_a_time(text: str, said: dict[str, Any]) -> None:
    fields = {**said, "years": tuple(said["years"])} if "years" in said else said
    assert asdict(read_time(text)) == asdict(TimeReading(**fields))


@pytest.mark.parametrize(("title", "years"), rows("titles"))
def test_reads_the_years_of_a_title(title: str, years: list[int] | None) -> None:
    assert title_period(title) == (years and tuple(years))


@pytest.mark.xfail(strict=True, reason="not read yet")
@pytest.mark.parametrize(("text", "years"), rows("known_failures"))
def test_known_failures(text: str, years: list[int]) -> None:
    assert read_time(text).years == tuple(years)


@given(st.integers(1950, 2049), st.integers(1, 12), st.integers(1, 28))
def test_every_date_is_read(year: int, month: int, day: int) -> None:
    reading = read_time(f"{year}年{month}月{day}日前")
    assert (reading.years, reading.month, reading.day, reading.kind) == ((year, year), month, day, "by")


@given(st.integers(6, 16))
def test_every_five_year_plan_is_read(number: int) -> None:
    names = {
        6: "六",
        7: "七",
        8: "八",
        9: "九",
        10: "十",
        **{10 + n: "十" + "一二三四五六"[n - 1] for n in range(1, 7)},
    }
    start = 1981 + 5 * (number - 6)
    assert title_period(f"“{names[number]}五”规划") == (start, start + 4)
    assert read_time(f"{names[number]}五”期间").years == (start, start + 4)


@given(st.text(alphabet="0123456789年月日季度底末前后到至起每两三五十四二〇xX*—“”学上下半今去内来 ", max_size=40))
def test_any_text_gives_a_reading_in_range(text: str) -> None:
    reading = read_time(text)
    assert reading.month is None or 1 <= reading.month <= 12
    assert reading.day is None or 1 <= reading.day <= 31
    assert reading.years is None or reading.years[0] <= reading.years[1]
    assert not (reading.redacted and reading.years)
    years = title_period(text)
    assert years is None or years[0] <= years[1]


def test_a_very_long_text_costs_little() -> None:
    assert read_time("每" * 100_000).recurring
    assert title_period("一" * 100_000) is None


@pytest.mark.parametrize(
    ("title", "year", "denied"),
    [
        ("栖云县201x年教育工作会议上的讲话", 2024, True),
        ("栖云县201x年教育工作会议上的讲话", 2018, False),
        ("栖云县199*年教育工作计划", 2006, True),
        ("栖云县20xx年教育工作计划", 2024, False),
        ("栖云县20**—20**学年工作计划", 2024, False),
        ("栖云县20x4年教育工作计划", 2023, True),
        ("栖云县201x年总结和202x年计划", 2024, False),
        ("XX县xx年教育工作计划", 2024, False),
        ("栖云县2019年教育工作计划", 2024, False),
        ("栖云县教育工作计划", 2024, False),
    ],
)
def test_a_blanked_year_denies_another(title: str, year: int, denied: bool) -> None:
    assert denies(title, year) is denied
