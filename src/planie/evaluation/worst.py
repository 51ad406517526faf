"""Errors as text, to be read by hand in bulk: the sentences that went wrong, gold and predicted side by side.

In: results. Out: a block of text a sentence, worst first, each line marked with what is wrong:
``=`` right, ``~`` found but wrong in the fields named, ``-`` missed, ``+`` not in gold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from planie.evaluation.counting import Paired, Result
from planie.evaluation.gold import Found
from planie.evaluation.matching import EXACT, Item, overlapping
from planie.plan import Deadline, Target
from planie.spans import Span


@dataclass
class _Sentence:
    """One sentence and what gold and prediction have in it."""

    result: Result
    span: Span
    lines: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)


def worst(results: Sequence[Result], *, limit: int | None = None, in_order: bool = False, given: bool = False) -> str:
    """Show the sentences with most errors.

    Args:
        results: what was evaluated (``Report.results``).
        limit: at most so many sentences.
        in_order: in the documents' order, and not worst first.
        given: what was linked given the gold entities, and not end to end.
    """
    found = [s for result in results for s in _sentences(result, given=given) if s.faults]
    totals: Counter[str] = sum((s.faults for s in found), Counter())
    if not in_order:
        found.sort(key=lambda s: -sum(s.faults.values()))
    head = "faults: " + ", ".join(f"{n} {name}" for name, n in totals.most_common())
    return "\n".join([head, "", *(_block(s) for s in found[:limit])])


def faults(results: Sequence[Result], *, given: bool = False) -> Counter[str]:
    """Count each kind of fault: missed, spurious, and the fields that are wrong."""
    return sum((s.faults for result in results for s in _sentences(result, given=given)), Counter())


def _sentences(result: Result, *, given: bool) -> Iterator[_Sentence]:
    """Group gold and predicted targets by sentence, in page order."""
    found: dict[Span, _Sentence] = {}
    rows = sorted(_rows(result, result.given if given else result.whole), key=lambda row: (row[0], row[1]))
    for span, _, line, wrong in rows:
        sentence = found.setdefault(span, _Sentence(result, span))
        sentence.lines.append(line)
        sentence.faults.update(wrong)
    yield from found.values()


def _rows(result: Result, paired: Paired) -> Iterator[tuple[Span, Span, str, list[str]]]:
    """Yield (sentence, value, lines to show, faults) for each pair and each target without one."""
    gold, said = paired.gold, paired.items
    for (g, p), agreed in paired.judged.items():
        wrong = [name for name in EXACT if name not in agreed]
        where = gold[g].target.span
        if not wrong:
            yield where, gold[g].value, f"  = {_show(gold[g].target)}", []
        else:
            shown = f"  ~ {_show(gold[g].target)}\n    {_show(said[p].target)}    [{', '.join(wrong)}]"
            yield where, gold[g].value, shown + _why(result, paired.found, gold[g]), wrong
    answered, used = {g for g, _ in paired.judged}, {p for _, p in paired.judged}
    for g, item in enumerate(gold):
        if g not in answered:
            shown = f"  - {_show(item.target)}{_why(result, paired.found, item)}"
            yield item.target.span, item.value, shown, [_kind("missed", item, said)]
    for p, item in enumerate(said):
        if p not in used:
            shown = f"  + {_show(item.target)}  {item.target.confidence:.2f}"
            yield item.target.span, item.value, shown, [_kind("spurious", item, gold)]


def _kind(word: str, item: Item, others: Sequence[Item]) -> str:
    """Tell a value that the other side has no target on from one that has fewer frames there."""
    shared = any(overlapping([item.value], [other.value for other in others]))
    return f"{word} frame" if shared else f"{word} value"


def _why(result: Result, found: Found, item: Item) -> str:
    """Say which of a gold target's spans were not tagged as gold has them."""
    tagged = {(e.start, e.end): e.label for e in found.entities}
    gold = result.page.gold
    off = []
    for role, i in item.target.roles.items():
        span = gold.span(i)
        if span is not None and tagged.get(span) != gold.entities[i].label:
            near = [
                f"{e.label} {_said(result, (e.start, e.end))}"
                for e in found.entities
                if e.start < span[1] and span[0] < e.end
            ]
            off.append(f"{role} {_said(result, span)} → {' '.join(near) or 'nothing'}")
    return "    {" + "; ".join(off) + "}" if off else ""


def _said(result: Result, span: Span) -> str:
    return result.page.healed.text[slice(*span)]


def _show(target: Target) -> str:
    value = target.value
    number = f"{_plain(value.low)}" if value.low == value.high else f"{_plain(value.low)}..{_plain(value.high)}"
    change = "" if value.change == "level" else f" {value.change}"
    parts = [
        f"{target.metric or '∅'}",
        f"({target.action})" if target.action else "",
        f"{value.text} = {value.comparator}{number}{value.unit}{change}",
        target.status,
        _when(target.deadline),
        f"from {target.baseline.value.text}" if target.baseline else "",
    ]
    return " | ".join(part for part in parts if part)


def _plain(number: float | None) -> str:
    return "?" if number is None else f"{number:.10g}"


def _when(deadline: Deadline | None) -> str:
    if deadline is None:
        return "no date"
    month = f"-{deadline.month}" if deadline.month else ""
    return f"{deadline.year}{month} {deadline.source}" + (f" “{deadline.text}”" if deadline.text else "")


def _block(sentence: _Sentence) -> str:
    page = sentence.result.page
    origin = "real" if page.real else "own"
    said = " ".join(page.document.text[slice(*sentence.span)].split())
    wrong = sum(sentence.faults.values())
    head = f"{page.document.id} {origin} {sentence.span[0]}: {wrong} wrong"
    return "\n".join([head, f"  {said}", *sentence.lines, ""])
