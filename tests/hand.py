"""Entities, frames and layouts made by hand, for the tests of the model stages and of assembly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from planie.schema import Label, Status
from planie.spans import Entity, Frame, Layout, Section, Sentence


def layout(text: str, *, section_of: Mapping[int, int] | None = None, **fields: Any) -> Layout:
    """A plan whose sentences end with 。, ； or the line; *section_of* gives the section of a line."""
    found: list[Sentence] = []
    for match in re.finditer(r"[^\n。；]*[。；]|[^\n。；]+", text):
        line = text.count("\n", 0, match.start())
        opens = text[match.start() - 1 : match.start()] in ("", "\n")
        found.append(Sentence(match.start(), match.end(), (section_of or {}).get(line), opens=opens))
    blank: dict[str, Any] = {
        "title": None, "kind": "plan", "issuer": None,
        "period": None, "published": None, "sections": (),
    }  # fmt: skip
    return Layout(start=0, end=len(text), sentences=tuple(found), **(blank | fields))


def section(heading: str, *, start: int = 0, end: int = 0, role: Any = "tasks", parent: int | None = None) -> Section:
    """A section whose heading takes the first characters from *start*."""
    return Section("", heading, 1, role, start, end, (start, start + len(heading)), parent)


def marked(text: str) -> tuple[str, tuple[Entity, ...]]:
    """Read ``新建[METRIC:幼儿园][VALUE:12所]``: the plain text, and its entities in order."""
    plain, entities, last = "", [], 0
    for match in re.finditer(r"\[([A-Z]+):([^\]]+)\]", text):
        plain += text[last : match.start()]
        label: Label = match[1]  # type: ignore[assignment]
        entities.append(Entity(label, len(plain), len(plain) + len(match[2])))
        plain += match[2]
        last = match.end()
    return plain + text[last:], tuple(entities)


def frame(value: int, status: Status = "planned", *, confidence: float = 0.9, **roles: int) -> Frame:
    """A frame with its roles as keywords."""
    return Frame(value, status, roles, confidence)
