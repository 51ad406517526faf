"""Values and deadlines in the Chinese of a page for readers: as they stand, and as they were understood.

Enters: a quantity or a deadline. Leaves: short strings, empty where there is nothing to add to what the
page says itself.
"""

from __future__ import annotations

from planie.export import words
from planie.plan import Deadline, Quantity

LAST_YEAR = 9999
"""Where a deadline without a year stands in an order."""


def understood(value: Quantity) -> str:
    """Write the value as it was understood: ``1.3亿元`` is ``130,000,000 元``."""
    if value.redacted or value.low is None or value.high is None:
        return "数字被隐去" if value.redacted else ""
    number = f"{value.low:,.15g}" if value.low == value.high else f"{value.low:,.15g}—{value.high:,.15g}"
    space = "" if value.unit in ("%", "‰", "") else " "
    parts = [words.CHANGES[value.change], words.COMPARATORS[value.comparator], f"{number}{space}{value.unit}"]
    return " ".join(part for part in parts if part)


def adds(value: Quantity) -> str:
    """Return what :func:`understood` says beyond the page's own words: nothing for ``1536人``."""
    read = understood(value)
    plain = read.replace(" ", "")
    return "" if value.text in (plain, plain.replace(",", "")) else read


def due(deadline: Deadline | None) -> tuple[str, str]:
    """Write a deadline, and behind it what its words mean and where it was found if not beside the value."""
    if deadline is None:
        return "", ""
    known = [f"{n}{unit}" for n, unit in ((deadline.year, "年"), (deadline.month, "月"), (deadline.day, "日")) if n]
    full = "".join(known)
    said = deadline.text or full or "年份不详"
    read = full if deadline.text and full and not deadline.text.startswith(full) else ""
    return said, " ".join(part for part in (read, words.SOURCES[deadline.source]) if part)


def within_year(deadline: Deadline | None) -> str:
    """Write what a deadline says beyond its year: 9月底前 of 2025 is 9月前."""
    if deadline is None or not deadline.month:
        return deadline.text if deadline is not None and deadline.kind == "every" else ""
    day = f"{deadline.day}日" if deadline.day else ""
    return f"{deadline.month}月{day}{words.BOUNDS[deadline.kind]}"


def day_of(deadline: Deadline | None) -> tuple[int, int]:
    """Return month and day, the end of the year where there is none."""
    return (deadline.month or 13, deadline.day or 32) if deadline else (13, 32)


def order_of(deadline: Deadline | None) -> int | None:
    """Return a number by which deadlines sort."""
    if deadline is None:
        return None
    month, day = day_of(deadline)
    return (deadline.year or LAST_YEAR) * 10000 + month * 100 + day
