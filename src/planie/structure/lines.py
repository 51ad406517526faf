"""Lines of a page and the forms in which they are numbered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_HAN = "一二三四五六七八九十百〇零"

FORMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("part", re.compile(rf"第[{_HAN}\d]{{1,3}}(?:章|部分|编|篇)[、:：\s]*")),
    ("section", re.compile(rf"第[{_HAN}\d]{{1,3}}(?:节|条)[、:：\s]*")),
    ("han", re.compile(rf"[{_HAN}]{{1,3}}\s*(?:[、.．]|[,，](?=\S))\s*")),
    ("(han)", re.compile(rf"[(（〔\[【]\s*[{_HAN}]{{1,3}}\s*[)）〕\]】]\s*[、.．]?\s*")),
    ("digit", re.compile(r"\d{1,2}\s*(?:[、．]|\.(?!\d)|[)）])\s*(?![%％])")),
    ("(digit)", re.compile(r"[(（]\s*\d{1,2}\s*[)）]\s*[、.．]?\s*")),
    ("circle", re.compile(r"[①-⑳❶-❿⑴-⒇⒈-⒛]\s*[、.．]?\s*")),
    ("ordinal", re.compile(rf"第[{_HAN}]{{1,2}}\s*[、,，:：]\s*")),
    ("item", re.compile(rf"[{_HAN}]{{1,2}}(?:是|要)(?=\S)")),
)
"""Name of a numbering form → what a line in that form begins with, e.g. ``(han)``: （一）."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without the spaces around it; *form* and *number* say how it is numbered, if it is."""

    start: int
    end: int
    text: str
    form: str = ""
    number: str = ""

    @property
    def body(self) -> str:
        """The line behind its number."""
        return self.text[len(self.number) :]


def lines_of(text: str) -> list[Line]:
    """Return the lines of *text* that hold anything but space."""
    found: list[Line] = []
    for match in re.finditer(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+", text):
        stripped = match.group().strip()
        if stripped:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            found.append(_numbered(start, stripped))
    return found


def _numbered(start: int, text: str) -> Line:
    for form, pattern in FORMS:
        if match := pattern.match(text):
            return Line(start, start + len(text), text, form, match.group())
    return Line(start, start + len(text), text)


def chinese_number(number: str) -> int | None:
    """Read the number of a heading (一 to 九十九, or digits); ``None`` when it is none."""
    if digits := re.search(r"\d+", number):
        return int(digits.group())
    han = re.search(rf"[{_HAN}]+", number)
    if not han:
        return None
    tens, mark, units = han.group().rpartition("十")
    values = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
    if not mark:
        return values.get(units)
    return (values.get(tens, 1) if tens else 1) * 10 + (values.get(units, 0) if units else 0)
