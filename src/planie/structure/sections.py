"""Headings, their nesting and their roles; sentences that know the section they are in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from planie.schema import Kind, SectionRole
from planie.spans import Section, Sentence
from planie.structure.lines import Line

_ROLE_WORDS: Final[tuple[tuple[SectionRole, re.Pattern[str]], ...]] = (
    # 2023年工作回顾 (review of the work of 2023)
    ("review", re.compile(r"回顾|总结|成绩|成效|过去|取得的|完成情况|工作情况|主要做法|现状|发展基础|存在.{0,4}问题|不足")),
    # 主要预期目标 (chief goals expected)
    ("goals", re.compile(r"目标|指标|预期")),
    # 保障措施, 组织领导 (safeguards, leadership)
    ("safeguards", re.compile(r"保障|组织领导|组织实施|加强领导|督查考核|监督检查|考核评价|工作要求")),
    # 重点任务, 下一步打算 (main tasks, next steps)
    ("tasks", re.compile(r"任务|措施|重点工作|工作重点|工作安排|工作要点|举措|下一步|今后|打算|主要工作|工作内容")),
    # 指导思想 (guiding thought)
    ("other", re.compile(r"指导思想|总体思路|总体要求|基本原则|工作思路|背景|意义|形势")),
)
_BARE_HEADING = re.compile(
    r"^(?:[^。,，;；:：]{0,8}(?:指导思想|总体思路|总体要求|基本原则|工作目标|发展目标|主要目标|总体目标|目标任务|主要任务|重点任务"
    r"|重点工作|主要措施|工作措施|保障措施|工作回顾|主要成绩|工作重点|工作安排|组织领导|下一步工作|存在的?问题)[^。,，;；:：]{0,6})[:：]?$"
)
_END = re.compile(r"[。！？!?；;]+[”’』」\"')）】〉》]*")
_OPEN, _CLOSE = "(（“《【[「『", ")）”》】]」』"


def find_sections(
    text: str, lines: Sequence[Line], furniture: Mapping[int, str], *, kind: Kind, title_lines: frozenset[int]
) -> tuple[Section, ...]:
    """Return the headings in order, each running to the next of its own depth or less."""
    heads = [
        (line, _heading(line))
        for i, line in enumerate(lines)
        if i not in furniture and i not in title_lines and (line.form or _BARE_HEADING.match(line.text))
    ]
    stack: list[tuple[str, int]] = []  # (form, index of section)
    found: list[Section] = []
    for line, heading in heads:
        if not heading:
            continue
        form = line.form or "bare"
        if form == "bare" and stack and stack[0][0] != "bare":
            form = stack[0][0]
        while stack and form in [f for f, _ in stack]:
            _close(found, stack.pop()[1], line.start)
        parent = stack[-1][1] if stack else None
        stack.append((form, len(found)))
        found.append(
            Section(
                number=re.sub(r"\s+", "", line.number),
                heading=heading,
                level=len(stack),
                role=_role(heading, kind, found[parent].role if parent is not None else None),
                start=line.start,
                end=lines[-1].end,
                heading_span=(line.start, line.start + len(line.number) + len(heading)),
                parent=parent,
            )
        )
    return tuple(found)


def _close(found: list[Section], index: int, end: int) -> None:
    from dataclasses import replace

    found[index] = replace(found[index], end=end)


def _heading(line: Line) -> str:
    """The heading's words: the line when it is short, else its run-in first sentence or clause."""
    body = line.body
    if len(body) <= 45 and not re.search(r"[。；;]", body[:-1]):
        return body.rstrip("。；;:： ")
    stop = re.search(r"[。:：]", body[:42]) or re.search(r"[,，;；]", body[:30])
    return body[: stop.start()] if stop else body[:20]


def _role(heading: str, kind: Kind, parent: SectionRole | None) -> SectionRole:
    for role, pattern in _ROLE_WORDS:
        if pattern.search(heading):
            return role
    if parent is not None and parent != "other":
        return parent
    return {"plan": "tasks", "scheme": "tasks", "report": "review"}.get(kind, "other")  # type: ignore[return-value]


def find_sentences(
    text: str,
    lines: Sequence[Line],
    furniture: Mapping[int, str],
    sections: Sequence[Section],
    title_lines: frozenset[int],
) -> tuple[Sentence, ...]:
    """Cut every line that is read into sentences; the marks inside brackets and quotes end none."""
    found: list[Sentence] = []
    at = -1
    for i, line in enumerate(lines):
        while at + 1 < len(sections) and sections[at + 1].start <= line.start:
            at += 1
        if i in furniture:
            continue
        inside: int | None = at if at >= 0 else None
        is_heading = i in title_lines or (
            inside is not None and sections[inside].start == line.start and sections[inside].heading_span[1] >= line.end - 1
        )
        for start, end in _cut(line.text):
            found.append(Sentence(line.start + start, line.start + end, inside, is_heading))
    return tuple(found)


def _cut(text: str) -> list[tuple[int, int]]:
    """Split one line behind 。！？； that stand outside brackets (those that are closed again)."""
    shut = _inside(text)
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.start() in shut and match.end() < len(text) and shut[match.start()] >= match.end():
            continue
        spans.append((start, match.end()))
        start = match.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def _inside(text: str) -> dict[int, int]:
    """Offset of a sentence mark inside a closed bracket or quotation → where that closes."""
    opened: list[tuple[str, int]] = []
    found: dict[int, int] = {}
    marks: list[int] = []
    for i, c in enumerate(text):
        if c in _OPEN:
            opened.append((_CLOSE[_OPEN.index(c)], i))
        elif opened and c == opened[-1][0]:
            start = opened.pop()[1]
            if i - start <= 120 and c not in "”』」":
                found.update({m: i for m in marks if m > start})
            elif i - start <= 120:
                found.update({m: i for m in marks if m > start and m < i - 1})
        elif c in "。！？!?；;":
            marks.append(i)
            if len(opened) > 20:
                opened.clear()
            marks = marks[-50:]
    return found
