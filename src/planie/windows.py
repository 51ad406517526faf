"""Text to model windows: what the encoder reads at once, and which part of it counts.

A window holds a prefix (the plan's title and the headings above, so that the model knows a
review from a task list, and the words that open what the window goes on with), some text on
the left, a *core* and some text on the right. Cores partition the text: every character is in
exactly one, and a span belongs to the core that its first character is in. Nothing is lost at
an edge, because a core is cut at a clause end and the text beyond it is still read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from planie.spans import LINE_END, Layout, Span

TOKENS: Final = 128  # all of a window: [CLS] prefix [SEP] text [SEP]
PREFIX: Final = 22  # characters: two for the section's role, the ends of the title and of the heading, the opener
OPENER: Final = 8  # characters of the opener
CORE: Final = 80  # characters that a window answers for
LEFT: Final = 13  # read before them
RIGHT: Final = TOKENS - 3 - PREFIX - CORE - LEFT  # and behind
PAD, UNK, CLS, SEP = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
_BAR: Final = "|"  # between the parts of a prefix
_ROLES: Final = {"review": "回顾", "goals": "目标", "tasks": "任务", "safeguards": "保障", "other": "其他"}
_BRACKET = re.compile(r"\s*[(（〔\[][^()（）]*[)）〕\]]\s*$")  # …规划(2021—2025年): the kind stands before it
_SENTENCE_END = re.compile(rf"[。；;！!？?]|{LINE_END.pattern}")
_CLAUSE_END = re.compile(r"[,，、:：]")
_ITEM = re.compile(  # the number or mark of an item
    r"\s*(?:[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.．](?!\d)|第?[一二三四五六七八九十][是要则,，]|[●•◆■▪·-])\s*"
)
_TURN = re.compile(  # words that say when something is done, or who says what
    r"\d{4}年|[今明去后本]年|[上下本]半年|[上下本]学[期年]|年[来内底]|期间|以来|目前|当前|截至|下一?步|下阶段|接下来"
    r"|今后|未来|会议|指出|强调"
)
_FIRST: Final = 20  # characters of a sentence in which such words open it
_NEAR: Final = 8  # characters between two sentences or lines: an indent or a bullet, and nothing set aside
_CIRCLED: Final = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾❿➀➁➂➃➄➅➆➇➈➉➊➋➌➍➎➏➐➑➒➓")
_MARK: Final = "、"
_MOST_KNOWN: Final = 1_000_000  # characters that a vocabulary remembers, whatever is read


@dataclass(frozen=True, slots=True)
class Window:
    """What one row of a batch reads: ``text[start:end]`` behind *prefix*; *core* lies inside."""

    prefix: str
    start: int
    end: int
    core: Span

    @property
    def offset(self) -> int:
        """The position of the text's first character among the window's tokens."""
        return len(self.prefix) + 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of the plan that is read, with its prefix; links stay inside one paragraph."""

    start: int
    end: int
    prefix: str


def prefix_of(layout: Layout, section: int | None) -> str:
    """Return what a reader knows from above: the section's role, the ends of the title and of the outermost heading.

    The ends, because Chinese names a thing's kind last: …工作回顾 (a review), …工作计划 (a plan).
    """
    role, heading = "other", ""
    if section is not None:
        role = layout.sections[section].role
        at: int | None = section
        while at is not None:
            heading, at = layout.sections[at].heading, layout.sections[at].parent
    title = _BRACKET.sub("", layout.title or "")
    return _BAR.join((_ROLES[role], _unbarred(title)[-6:], _unbarred(heading)[-9:]))[:PREFIX]


def _unbarred(text: str) -> str:
    """What goes into a prefix has none of the bars that part it."""
    return text.replace(_BAR, "")


def untitled(prefix: str) -> tuple[str, str]:
    """Return what stands for *prefix* where a page lost its title and headings, and where only the role is not known."""
    _, *parts = prefix.split(_BAR)
    return _BAR.join((_ROLES["other"], "", "", *parts[2:])), _BAR.join((_ROLES["other"], *parts))


def _opened(prefix: str, opener: str) -> str:
    """The prefix of a window that goes on with what *opener* opened: 任务|工作要点|、重点任务|到2025年,全."""
    if not opener:
        return prefix
    role, title, heading = prefix.split(_BAR)
    return _BAR.join((role, title[-4:], heading[-5:], _unbarred(opener)))


def _opener(text: str, start: int, at: int) -> str:
    """The words under which a paragraph from *start* on stands at *at*: those that open the latest sentence before that
    says when or who says so (下一步,要做好三件事: 一是…。二是…; “next, three things: first … second …”), else the first.
    """
    starts = [start, *(m.end() for m in _SENTENCE_END.finditer(text, start, at) if m.end() < at)]
    for sentence in reversed(starts):
        if turn := _TURN.search(text, sentence, min(sentence + _FIRST, at)):
            first = _behind_item(text, sentence)
            return text[first if turn.end() <= first + OPENER else turn.start() :][:OPENER]
    return text[_behind_item(text, start) : at][:OPENER]


def _behind_item(text: str, start: int) -> int:
    item = _ITEM.match(text, start)
    return item.end() if item else start


def paragraphs(layout: Layout) -> list[Paragraph]:
    """Group the layout's sentences into the lines they stand on."""
    found: list[Paragraph] = []
    for sentence in layout.sentences:
        last = found[-1].end if found else -1
        if last >= 0 and 0 <= sentence.start - last < _NEAR and not sentence.opens:
            found[-1] = Paragraph(found[-1].start, sentence.end, found[-1].prefix)
        else:
            found.append(Paragraph(sentence.start, sentence.end, prefix_of(layout, sentence.section)))
    return found


@dataclass(frozen=True, slots=True)
class Block:
    """Whole paragraphs that share a prefix, and the windows whose cores partition them.

    Windows behind the first of a long paragraph, and those of items below a line that announces them (2024年工作安排如下:),
    have the words in their prefix that open what they go on with.
    """

    paragraphs: tuple[Paragraph, ...]
    windows: tuple[Window, ...]


def make(text: str, layout: Layout) -> list[Block]:
    """Cut the layout's paragraphs into blocks of windows, in order."""
    blocks: list[Block] = []
    lines = paragraphs(layout)
    announced = ""
    at = 0
    while at < len(lines):
        announced = _announced(text, lines, at, announced)
        last = at
        while last + 1 < len(lines) and _joins(text, lines, at, last + 1):
            last += 1
        end_of_block = lines[last].end
        windows = [
            Window(
                _opened(
                    lines[at].prefix, _opener(text, lines[at].start, start) if start > lines[at].start else announced
                ),
                max(start - LEFT, _floor(lines, at, start)),
                min(end + RIGHT, end_of_block),
                (start, end),
            )
            for start, end in _cores(text, lines[at].start, end_of_block)
        ]
        blocks.append(Block(tuple(lines[at : last + 1]), tuple(windows)))
        at = last + 1
    return blocks


def _announced(text: str, lines: Sequence[Paragraph], at: int, before: str) -> str:
    """The words that open the line which announces the items that the line *at* belongs to; none if it is no item."""
    if not at or lines[at].prefix != lines[at - 1].prefix or _ITEM.match(text, lines[at].start) is None:
        return ""
    above = lines[at - 1]
    if text[above.start : above.end].rstrip()[-1:] in (":", "："):
        return _opener(text, above.start, above.end)
    return before


def _joins(text: str, lines: Sequence[Paragraph], first: int, line: int) -> bool:
    """Lines share a block when they share a prefix, fit one core, and nothing set aside stands between."""
    if lines[line].prefix != lines[first].prefix or lines[line].end - lines[first].start > CORE:
        return False
    return not text[lines[line - 1].end : lines[line].start].strip()


def _floor(lines: Sequence[Paragraph], at: int, start: int) -> int:
    """The left text may reach into the line before, when that line stands directly above."""
    if at and lines[at].start - lines[at - 1].end < _NEAR:
        return lines[at - 1].start
    return min(lines[at].start, start)


def _cores(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut ``[start, end)`` into stretches of at most ``CORE`` characters, at the last clause end in reach."""
    while end - start > CORE:
        cuts = [m.end() for m in _SENTENCE_END.finditer(text[start : start + CORE])]
        cuts = [c for c in cuts if c > CORE // 3] or [
            m.end() for m in _CLAUSE_END.finditer(text[start : start + CORE]) if m.end() > CORE // 3
        ]
        cut = start + (cuts[-1] if cuts else CORE)
        yield start, cut
        start = cut
    yield start, end


class Vocabulary:
    """Characters to token ids: the character itself, else its NFKC lower-case form, else ``[UNK]``.

    A number in a circle is read as the mark that it is, not as a figure (③所有学校, “(3) all schools”, is no 3所).
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tuple(tokens)
        self._ids: dict[str, int] = {token: i for i, token in enumerate(self.tokens)}
        self.pad, self.unk, self.cls, self.sep = (self._ids[t] for t in (PAD, UNK, CLS, SEP))

    def id(self, character: str) -> int:
        """Return the id of one character; every unseen one is folded once and then remembered."""
        found = self._ids.get(character)
        if found is None:
            folded = _MARK if character in _CIRCLED else unicodedata.normalize("NFKC", character).lower()
            found = self._ids.get(folded, self.unk)
            if len(self._ids) < _MOST_KNOWN:
                self._ids[character] = found
        return found

    def encode(self, window: Window, text: str) -> list[int]:
        """Return the token ids of *window*: [CLS] prefix [SEP] text [SEP]."""
        return [
            self.cls,
            *map(self.id, window.prefix),
            self.sep,
            *map(self.id, text[window.start : window.end]),
            self.sep,
        ]
