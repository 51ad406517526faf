"""What a page says twice: an excerpt above its article, or the article printed again.

In: the sentences of a page as keys (their words without spaces and marks) and where its plans
begin. Out: which sentences are set aside, and which beginnings are none because all that follows
was said before. A match is followed sentence by sentence, so that the work is linear; a single
short sentence said twice is no repetition, and boilerplate that two plans share stays in both.
A line that says it is an excerpt (【导读】) or is cut off (…) is set aside wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Final

_MARKS: Final = re.compile(r"[\s,，.。、;；:：!！?？()（）\[\]〔〕【】《》〈〉“”‘’\"'…·—\-]+")
_ANCHOR: Final = 8  # letters: a shorter sentence begins no match, it only goes on one
_LONG: Final = 30  # letters: a match holds at least one sentence as long as this
_ENOUGH: Final = 60  # letters in all
_MANY: Final = 6  # different sentences
_MOST: Final = 0.95  # the share of a plan, title aside, that must be said elsewhere for it to be none of its own
_EXCERPT: Final = 3000  # letters: a longer text is no excerpt
_FAR: Final = 200  # sentences: where an excerpt's source is looked for
_OPENING: Final = 12  # sentences: an excerpt stands among the first of its plan


_LABEL: Final = re.compile(
    r"\s*(?:[【\[](?:导读|摘要|核心提示|内容提要)[】\]]|(?:导读|摘要|核心提示|内容提要)\s*[:：|])"
)
_COUNTED: Final = r"[(（]?(?:全文|本文)?共计?\s*[:：]?\s*\d+\s*字[)）]?"  # … (全文共:1831字)
_CUT_OFF: Final = re.compile(rf"(?:\.{{3,}}|…+)\s*(?:[)）\]】]|{_COUNTED})?\s*$")
_TAIL: Final = re.compile(rf"(?<=[.…。\s]){_COUNTED}\s*$")


@dataclass(frozen=True, slots=True)
class Run:
    """Sentences ``[first, last)`` say what the same number of sentences from *source* said."""

    source: int
    first: int
    last: int


def key_of(text: str) -> str:
    """Return the words of a sentence, by which it is compared."""
    return _MARKS.sub("", text)


def runs_of(keys: Sequence[str]) -> list[Run]:
    """Find the stretches that repeat an earlier one, longest possible, in order; some are chance."""
    back = _matches(keys)
    runs: list[Run] = []
    at = 0
    while at < len(keys):
        if back[at] < 0:
            at += 1
            continue
        last = at + 1
        while last < len(keys) and back[last] == back[last - 1] + 1:
            last += 1
        first = at
        while first and back[first - 1] < 0 and back[at] - (at - first) > 0:
            if keys[first - 1] != keys[back[at] - (at - first) - 1]:
                break
            first -= 1
        runs.append(Run(back[at] - (at - first), first, last))
        at = last
    return runs


def _matches(keys: Sequence[str]) -> list[int]:
    """For each sentence the earlier one that it repeats, or -1; going on with a match comes first."""
    seen: dict[str, int] = {}
    cut_off: dict[str, int] = {}  # the first letters of an excerpt's unfinished last sentence
    back = [-1] * len(keys)
    for i, key in enumerate(keys):
        on = back[i - 1] + 1 if i and back[i - 1] >= 0 else -1
        if 0 <= on < i and (keys[on] == key or _begins(key, keys[on])):
            back[i] = on
        elif len(key) >= _ANCHOR:
            back[i] = seen.get(key, -1)
            if back[i] < 0 and len(key) > _LONG and key[:_LONG] in cut_off:
                start = cut_off[key[:_LONG]]
                back[i] = start if _begins(key, keys[start]) else -1
        if len(key) >= _ANCHOR:
            seen.setdefault(key, i)
        if len(key) >= _LONG:
            cut_off.setdefault(key[:_LONG], i)
    return back


def _begins(key: str, earlier: str) -> bool:
    """The earlier sentence is this one, cut off."""
    return _ANCHOR <= len(earlier) < len(key) and key.startswith(earlier)


def _solid(keys: Sequence[str]) -> bool:
    """Enough is said, in at least one long sentence or in many different ones."""
    total = sum(map(len, keys))
    return total >= _ENOUGH and (max(map(len, keys)) >= _LONG or (total >= 2 * _ENOUGH and len(set(keys)) >= _MANY))


def owners(starts: Sequence[int], size: int) -> list[int]:
    """Return, for each of *size* sentences, the number of the plan it is in."""
    bounds = [*starts, size]
    return [n for n, (first, last) in enumerate(pairwise(bounds)) for _ in range(last - first)]


def same_plans(keys: Sequence[str], runs: Sequence[Run], starts: Sequence[int]) -> tuple[list[int], list[range]]:
    """Return the beginnings that are left when no plan says only what another says, and the second copies.

    A plan whose text an earlier one had is a second copy; one whose text the next repeats in full
    is that plan's excerpt. Both join the plan before.
    """
    before, after = [False] * len(keys), [False] * len(keys)  # repeats an earlier plan; is repeated by the next
    bounds, owner = [*starts, len(keys)], owners(starts, len(keys))
    for run in runs:
        for i in range(run.first, run.last):
            source = run.source + i - run.first
            before[i] |= owner[source] < owner[i]
            after[source] |= owner[source] == owner[i] - 1
    kept, copies = list(starts[:1]), []
    for n, start in enumerate(starts[1:], 1):
        here, above = range(start, bounds[n + 1]), range(bounds[n - 1], start)
        if _share(keys, before, here[1:]) >= _MOST:
            copies.append(here)
        elif _share(keys, after, above[1:]) < _MOST and not _within(keys, above, here):
            kept.append(start)
    return kept, copies


def _within(keys: Sequence[str], short: range, long: range) -> bool:
    """One stretch is said in the other word for word, whatever the lines are (headings run in, the end cut off)."""
    words = "".join(keys[short.start : short.stop])
    return _ENOUGH <= len(words) <= _EXCERPT and words in "".join(
        keys[long.start : min(long.stop, long.start + _EXCERPT)]
    )


def teasers(
    keys: Sequence[str], line_of: Sequence[int], starts: Sequence[int], texts: Mapping[int, str]
) -> dict[int, str]:
    """Return the sentences of lines that announce themselves as excerpts and whose words stand elsewhere in their plan.

    Args:
        keys: the sentences' words.
        line_of: the line of each.
        starts: the first sentence of each plan.
        texts: line → its text: 【导读】 or the like opens a teaser, … ends one, wherever it stands.
    """
    found: dict[int, str] = {}
    for start, end in pairwise([*starts, len(keys)]):
        lines = [list(group) for _, group in groupby(range(start, end), key=line_of.__getitem__)]
        grades = [_grade(texts[line_of[line[0]]]) for line in lines]
        for grade in {2, 1} & set(grades):
            rest = "".join(keys[i] for line, other in zip(lines, grades, strict=True) if other < grade for i in line)
            meant = [line for line, other in zip(lines, grades, strict=True) if other == grade]
            for line in meant[:_OPENING]:  # no page has as many
                words = _own_words(texts[line_of[line[0]]])
                if len(words) >= _ENOUGH // 2 and words in rest:
                    found.update(dict.fromkeys(line, "excerpt"))
    return found


def _grade(text: str) -> int:
    """Return 2 for a line that says it is an excerpt, 1 for one that is cut off, 0 for others."""
    return 2 if _LABEL.match(text) else 1 if _CUT_OFF.search(text) else 0


def _own_words(text: str) -> str:
    """Return what stands between the label of an excerpt and the length of its source."""
    return key_of(_TAIL.sub("", _LABEL.sub("", text, count=1)))


def excerpts(
    keys: Sequence[str], line_of: Sequence[int], starts: Sequence[int], gone: Mapping[int, str]
) -> dict[int, str]:
    """Return the sentences of opening lines whose words all stand together further down in the same plan."""
    found: dict[int, str] = {}
    for start, end in pairwise([*starts, len(keys)]):
        stop = min(end, start + _OPENING)
        for _, group in groupby((i for i in range(start, stop) if i not in gone), key=line_of.__getitem__):
            line = list(group)
            after = range(line[-1] + 1, min(end, line[-1] + 1 + _FAR))
            below = "".join(keys[i] for i in after if i not in gone)
            words = "".join(keys[i] for i in line)
            if _ENOUGH // 2 <= len(words) < len(below) / 2 and words in below:
                found.update(dict.fromkeys(line, "excerpt"))
    return found


def _share(keys: Sequence[str], marked: Sequence[bool], stretch: range) -> float:
    total = sum(len(keys[i]) for i in stretch)
    return sum(len(keys[i]) for i in stretch if marked[i]) / total if total else 0.0


def repeated(
    keys: Sequence[str],
    runs: Sequence[Run],
    starts: Sequence[int],
    copies: Sequence[range],
    headings: Sequence[int],
    gone: Mapping[int, str],
) -> dict[int, str]:
    """Return sentence → ``excerpt`` or ``repetition`` for what is read elsewhere in its plan.

    Args:
        keys: the sentences' words.
        runs: what :func:`runs_of` found.
        starts: the first sentence of each plan.
        copies: second copies of a whole plan.
        headings: each plan's first numbered heading (the index of its sentence).
        gone: what is set aside already; what it repeats, or is repeated by, is read.
    """
    bounds, owner = [*starts, len(keys)], owners(starts, len(keys))
    plans = [(bounds[n], bounds[n + 1]) for n in range(len(starts))]
    meant = [run for run in runs if _solid(keys[run.first : run.last]) or _is_whole(run, *plans[owner[run.first]])]
    again = {i for run in meant for i in range(run.first, run.last)}
    fresh = [0, *accumulate(0 if i in again else len(key) for i, key in enumerate(keys))]
    copied = {i for copy in copies for i in copy}
    found: dict[int, str] = {}
    found.update({i: "repetition" for run in runs for i in range(run.first, run.last) if i in copied})
    for run in meant:
        n = owner[run.first]
        inside = range(run.first, min(run.last, bounds[n + 1]))
        if owner[run.source] != n:
            continue
        if _is_excerpt(run, inside, keys, fresh, (bounds[n], headings[n], bounds[n + 1])):
            found.update({run.source + k: "excerpt" for k, i in enumerate(inside) if i not in gone})
        else:
            found.update({i: "repetition" for k, i in enumerate(inside) if run.source + k not in gone})
    return found | dict(gone)


def _is_whole(run: Run, start: int, end: int) -> bool:
    """A short plan, title and all, printed once more."""
    size = run.last - run.first
    outer = run.source <= start + 1 and run.last >= end - 1
    return outer and size >= 2 and 0 <= run.first - run.source - size <= 1


def _is_excerpt(run: Run, inside: range, keys: Sequence[str], fresh: Sequence[int], plan: tuple[int, int, int]) -> bool:
    """The earlier text stands at the opening, its copy soon below, and the copy goes on to say more."""
    start, heading, end = plan
    weight = sum(len(keys[i]) for i in inside)
    over = run.source + len(inside)
    return (
        over <= run.first
        and run.source <= min(start + _OPENING, heading + 1)
        and fresh[run.first] - fresh[over] <= max(200, weight)
        and fresh[end] - fresh[inside.stop] >= weight / 2
    )
