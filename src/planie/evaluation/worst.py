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


@dataclass(frozen=True)
class Line:
    """A gold target, a predicted one, or both as a pair, and what is wrong."""

    gold: Item | None
    said: Item | None
    faults: tuple[str, ...]  # the fields that are wrong, or what is missed or spurious
    why: str = ""  # which of the gold target's spans were tagged otherwise

    @property
    def mark(self) -> str:
        """One sign for what this is."""
        if self.gold and self.said:
            return "~" if self.faults else "="
        return "-" if self.gold else "+"

    @property
    def where(self) -> tuple[Span, Span]:
        """The sentence, and the value in it."""
        item = self.gold or self.said
        assert item is not None
        return item.target.span, item.value


@dataclass
class Sentence:
    """One sentence and what gold and prediction have in it."""

    result: Result
    paired: Paired
    span: Span
    lines: list[Line] = field(default_factory=list)

    @property
    def faults(self) -> Counter[str]:
        """How often it has each kind of fault."""
        return Counter(fault for line in self.lines for fault in line.faults)


def worst(results: Sequence[Result], *, limit: int | None = None, in_order: bool = False, given: bool = False) -> str:
    """Show the sentences with most errors.

    Args:
        results: what was evaluated (``Report.results``).
        limit: at most so many sentences.
        in_order: in the documents' order, and not worst first.
        given: what was linked given the gold entities, and not end to end.
    """
    found = wrong_sentences(results, in_order=in_order, given=given)
    totals = sum((s.faults for s in found), Counter[str]())
    head = "faults: " + ", ".join(f"{n} {name}" for name, n in totals.most_common())
    return "\n".join([head, "", *(_block(s) for s in found[:limit])])


def faults(results: Sequence[Result], *, given: bool = False) -> Counter[str]:
    """Count each kind of fault: missed, spurious, and the fields that are wrong."""
    return sum((s.faults for s in wrong_sentences(results, given=given)), Counter[str]())


def wrong_sentences(results: Sequence[Result], *, in_order: bool = False, given: bool = False) -> list[Sentence]:
    """Return the sentences in which anything is wrong, those with most errors first."""
    found = [s for result in results for s in _sentences(result, given=given) if s.faults]
    return found if in_order else sorted(found, key=lambda s: -s.faults.total())


def _sentences(result: Result, *, given: bool) -> Iterator[Sentence]:
    """Group gold and predicted targets by sentence, in page order."""
    paired = result.given if given else result.whole
    found: dict[Span, Sentence] = {}
    for line in sorted(_lines(result, paired), key=lambda line: line.where):
        span = line.where[0]
        found.setdefault(span, Sentence(result, paired, span)).lines.append(line)
    yield from found.values()


def _lines(result: Result, paired: Paired) -> Iterator[Line]:
    """Yield each pair and each target without a partner."""
    gold, said = paired.gold, paired.items
    for (g, p), agreed in paired.judged.items():
        wrong = tuple(name for name in EXACT if name not in agreed)
        yield Line(gold[g], said[p], wrong, _why(result, paired.found, gold[g]) if wrong else "")
    answered, used = {g for g, _ in paired.judged}, {p for _, p in paired.judged}
    for g, item in enumerate(gold):
        if g not in answered:
            yield Line(item, None, (_kind("missed", item, said),), _why(result, paired.found, item))
    for p, item in enumerate(said):
        if p not in used:
            yield Line(None, item, (_kind("spurious", item, gold),))


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
    return "; ".join(off)


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


def _block(sentence: Sentence) -> str:
    page = sentence.result.page
    origin = "real" if page.real else "own"
    said = " ".join(page.document.text[slice(*sentence.span)].split())
    head = f"{page.document.id} {origin} {sentence.span[0]}: {sentence.faults.total()} wrong"
    return "\n".join([head, f"  {said}", *map(_row, sentence.lines), ""])


def _row(line: Line) -> str:
    why = f"    {{{line.why}}}" if line.why else ""
    if line.gold is None:
        assert line.said is not None
        return f"  + {_show(line.said.target)}  {line.said.target.confidence:.2f}"
    if line.said is None or not line.faults:
        return f"  {line.mark} {_show(line.gold.target)}{why}"
    return f"  ~ {_show(line.gold.target)}\n    {_show(line.said.target)}    [{', '.join(line.faults)}]{why}"
