"""Numbers: what is read, what is refused, and the way back from a numeral that the test writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planie.numerals import find_number, fold, parse_number, parse_year_digits, scan_number

CASES = Path(__file__).parent / "cases" / "numerals"


def rows(name: str) -> list[Any]:
    return list(json.loads((CASES / f"{name}.json").read_text("utf-8"))["rows"])


@pytest.mark.parametrize(("text", "value"), rows("wild"))
def test_reads_a_whole_number(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", rows("negative"))
def test_refuses_what_is_no_one_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(("text", "said", "low", "high", "kind", "blur", "scale"), rows("found"))
def test_finds_a_number_and_its_place(
    text: str, said: str, low: float | None, high: float | None, kind: str, blur: str, scale: int
) -> None:
    number = find_number(text)
    assert number is not None
    assert text[number.start : number.end] == said
    assert (number.low, number.high, number.kind, number.blur, number.scale) == (low, high, kind, blur, scale)


@pytest.mark.parametrize(
    ("text", "year"),
    [("二〇二四", 2024), ("二零二四", 2024), ("二○二五", 2025), ("二O二四", 2024), ("2024", 2024), ("２０２４", 2024)],
)
def test_reads_a_year_digit_by_digit(text: str, year: int) -> None:
    assert parse_year_digits(text) == year


@pytest.mark.parametrize("text", ["二四", "一二三四", "二千二十四", "20XX", ""])
def test_refuses_what_is_no_year(text: str) -> None:
    assert parse_year_digits(text) is None


def chinese(number: int) -> str:
    """Write a number in Chinese, by sections of four digits."""
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    for size, word in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if number >= size:
            head, tail = divmod(number, size)
            gap = "零" if 0 < tail < size // 10 else ""
            return chinese(head) + word + (gap + chinese(tail) if tail else "")
    raise AssertionError(number)


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_reads_back_every_whole_number(number: int) -> None:
    assert parse_number(chinese(number)) == number
    assert parse_number(str(number)) == number
    assert parse_number(f"{number:,}") == number


@given(st.decimals(min_value=0, max_value=99999, places=4))
def test_multiplies_without_dust(value: Any) -> None:
    text = f"{value:f}"
    assert parse_number(text + "亿") == float(value * 10**8)
    assert parse_number(text + "万") == float(value * 10**4)


@given(st.text(alphabet="0123456789.,十百千万亿零一二三五余多几数半*X分之又:/-点% 名年", max_size=40))
def test_never_fails_and_ends_inside_the_text(text: str) -> None:
    number = find_number(text)
    if number is not None:
        assert 0 <= number.start < number.end <= len(text)
        assert number.low is None or number.high is None or number.low <= number.high
    parse_number(text)


def test_scans_from_an_offset_and_keeps_offsets_when_folding() -> None:
    text = "新建１２所,扩建3所"
    assert len(fold(text)) == len(text)
    number = scan_number(text, 8)
    assert number is not None
    assert (number.low, number.start, number.end) == (3, 8, 9)
    assert scan_number(text, 0) is None


def test_a_very_long_run_is_no_number() -> None:
    assert parse_number("一" * 100_000) is None
    assert find_number("几" * 100_000) is None
