"""One document's counts: gold and predicted facts compared, every gold fact counted.

In: a page, what was predicted on it, and what was linked given the gold entities. Out: a
:class:`Result` with a :class:`~planie.scoring.Score` for each measure, the same for the targets of
each status, the labels read for one another, and the target pairs for reading errors by hand. A fact
that healing lost counts as missed (only its date is not asked for: what it would inherit is not known).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from planie.evaluation.confusion import Confusion, confused
from planie.evaluation.gold import Found, Page
from planie.evaluation.matching import EVERYTHING, EXACT, FIELDS, QUANTITY, Item, items, judge, match_items, match_spans
from planie.evaluation.readers import Reader, joined
from planie.schema import LABELS, PROGRAM_ROLES, ROLES, STATUSES, Status
from planie.scoring import Score, compare
from planie.spans import Span
from planie.windows import Paragraph

Fact = tuple[Span, Span]
Judged = Mapping[tuple[int, int], frozenset[str]]

_ASKED: Final[dict[str, tuple[str, ...]]] = {
    "targets": ("metric",),
    "everything": EVERYTHING,
    "exact": EXACT,
    "quantities": QUANTITY,
}
_ON_MATCHED: Final[dict[str, tuple[str, ...]]] = {
    "quantity": QUANTITY,
    "deadline": ("date",),
    **{name: (name,) for name in FIELDS if name != "date"},
}


@dataclass(frozen=True)
class Paired:
    """What was found in one document and how its targets answer the gold ones."""

    found: Found
    gold: tuple[Item, ...]
    items: tuple[Item, ...]
    judged: Judged  # (index into gold, index into items) → the fields that agree


@dataclass(frozen=True)
class Result:
    """What one document came to, end to end and given the gold entities."""

    page: Page
    whole: Paired
    given: Paired
    counts: Mapping[str, Score]
    by_status: Mapping[Status, Mapping[str, Score]]
    confusion: Confusion

    @cached_property
    def outcomes(self) -> tuple[tuple[float, frozenset[str]], ...]:
        """For each predicted target its confidence and the fields in which it is right."""
        right = {p: agreed for (_, p), agreed in self.whole.judged.items()}
        return tuple((i.target.confidence, right.get(n, frozenset())) for n, i in enumerate(self.whole.items))


def read(page: Page, reader: Reader) -> Result:
    """Read *page* and count."""
    wanted = tuple(items(page, page.gold, page.plans(page.gold)))
    whole = _paired(page, wanted, joined(reader.read(page.pieces)), reader.calibration)
    given = _paired(page, wanted, _given(page, reader), reader.calibration)
    lost = page.lost.get("targets", 0)
    told = _targets(given, lost)
    counts = {
        **_entities(page, whole.found),
        **_values(page, whole.found),
        **_roles(page, whole.found, given.found),
        **_candidates(page, whole.found, wanted),
        **_targets(whole, lost),
        **{f"{name}/given": told[name] for name in (*_ASKED, "deadlines")},
    }
    by_status: dict[Status, Mapping[str, Score]] = {
        status: _of_status(status, whole) for status in STATUSES if status != "baseline"
    }
    return Result(page, whole, given, counts, by_status, confused(page, whole.found))


def _paired(page: Page, wanted: tuple[Item, ...], found: Found, calibration: tuple[float, float]) -> Paired:
    said = tuple(items(page, found, page.plans(found, calibration=calibration)))
    judged = {(g, p): judge(wanted[g], said[p]) for g, p in match_items(wanted, said)}
    return Paired(found, wanted, said, judged)


def _given(page: Page, reader: Reader) -> Found:
    """Link the gold entities of each layout."""
    entities = [[e for e in page.gold.entities if layout.start <= e.start < layout.end] for layout in page.layouts]
    return joined(reader.link(page.pieces, entities))


# --- entities and values ------------------------------------------------------


def _entities(page: Page, predicted: Found) -> dict[str, Score]:
    rows: dict[str, Score] = {}
    for label in LABELS:
        gold, said = _spans(page, page.gold, label), _spans(page, predicted, label)
        rows[f"entities/{label}"] = compare(gold, said)
        rows[f"entities/{label}/overlap"] = Score(len(match_spans(gold, said)), len(said), len(gold))
    lost = page.lost.get("entities", 0)
    rows["entities"] = _sum([rows[f"entities/{label}"] for label in LABELS], lost=lost)
    rows["entities/overlap"] = _sum([rows[f"entities/{label}/overlap"] for label in LABELS], lost=lost)
    return rows


def _spans(page: Page, found: Found, label: str) -> list[Span]:
    spans = ((e.start, e.end) for e in found.entities if e.label == label)
    return [span for span in spans if page.counts(span)]


def _values(page: Page, predicted: Found) -> dict[str, Score]:
    """Values that carry a frame, baselines included, found at least in part."""
    gold, said = (_framed(page, found) for found in (page.gold, predicted))
    lost = page.lost.get("frames", 0)
    return {"values": Score(len(match_spans(gold, said)), len(said), len(gold) + lost)}


def _framed(page: Page, found: Found) -> list[Span]:
    spans = {(found.entities[f.value].start, found.entities[f.value].end) for f in found.frames}
    return sorted(span for span in spans if page.counts(span))


def _sum(scores: Iterable[Score], *, lost: int = 0) -> Score:
    rows = list(scores)
    return Score(sum(s.right for s in rows), sum(s.predicted for s in rows), sum(s.gold for s in rows) + lost)


# --- roles ---------------------------------------------------------------------


def _facts(page: Page, found: Found) -> dict[str, set[Fact]]:
    """Role → the (anchor, filler) pairs that count, programme roles under ``program.``."""
    facts: dict[str, set[Fact]] = {role: set() for role in (*ROLES, *(f"program.{r}" for r in PROGRAM_ROLES))}
    anchored = [("", f.value, f.roles) for f in found.frames]
    anchored += [("program.", p.program, p.roles) for p in found.programs]
    for prefix, anchor, roles in anchored:
        at = found.span(anchor)
        if at is None or not page.counts(at):
            continue
        for role, filler in roles.items():
            if (filled := found.span(filler)) is not None:
                facts[prefix + role].add((at, filled))
    return facts


def _statuses(page: Page, found: Found) -> set[tuple[Span, str]]:
    spans = ((found.span(f.value), f.status) for f in found.frames)
    return {(span, status) for span, status in spans if span is not None and page.counts(span)}


def _roles(page: Page, predicted: Found, given: Found) -> dict[str, Score]:
    gold = _facts(page, page.gold)
    rows: dict[str, Score] = {}
    for suffix, found in (("", predicted), ("/given", given)):
        said = _facts(page, found)
        for role, facts in gold.items():
            rows[f"roles/{role}{suffix}"] = compare(facts, said[role])
        rows[f"roles{suffix}"] = _sum([rows[f"roles/{role}{suffix}"] for role in gold])
        rows[f"status{suffix or '/found'}"] = compare(_statuses(page, page.gold), _statuses(page, found))
    return rows


def _candidates(page: Page, predicted: Found, wanted: Sequence[Item]) -> dict[str, Score]:
    """Gold pairs that the linker was offered: both spans tagged as gold has them, in one paragraph.

    ``candidates/targets`` asks that value and metric were tagged at all, as ``targets`` does.
    """
    lines = [p for piece in page.pieces for block in piece.blocks for p in block.paragraphs]
    tagged = {(e.start, e.end): _line(lines, e.start) for e in predicted.entities}
    rows: dict[str, Score] = {}
    for role, facts in _facts(page, page.gold).items():
        offered = sum(tagged.get(a, -1) == tagged.get(b, -2) for a, b in facts)
        rows[f"candidates/{role}"] = Score(offered, offered, len(facts))
    rows["candidates"] = _sum(list(rows.values()))
    values, metrics = ([(e.start, e.end) for e in predicted.entities if e.label == x] for x in ("VALUE", "METRIC"))
    offered = sum(_touches(i.value, values) and (i.metric is None or _touches(i.metric, metrics)) for i in wanted)
    rows["candidates/targets"] = Score(offered, offered, len(wanted))
    return rows


def _line(lines: Sequence[Paragraph], offset: int) -> int:
    return next((n for n, line in enumerate(lines) if line.start <= offset < line.end), -3)


def _touches(span: Span, spans: Sequence[Span]) -> bool:
    return any(s < span[1] and span[0] < e for s, e in spans)


# --- targets --------------------------------------------------------------------


def _targets(paired: Paired, lost: int = 0) -> dict[str, Score]:
    judged, predicted, gold = paired.judged.values(), len(paired.items), len(paired.gold) + lost
    rows = {
        name: Score(sum(agreed.issuperset(asked) for agreed in judged), predicted, gold)
        for name, asked in _ASKED.items()
    }
    rows["deadlines"] = _deadlines(paired)
    for name, asked in _ON_MATCHED.items():
        right = sum(agreed.issuperset(asked) for agreed in judged)
        rows[f"matched/{name}"] = Score(right, len(judged), len(judged))
    return rows


def _deadlines(paired: Paired) -> Score:
    """Of the targets that have a deadline, those whose value was found and whose whole date is right."""
    gold, said = ([i.target.deadline is not None for i in side] for side in (paired.gold, paired.items))
    right = sum("date" in agreed and gold[g] for (g, _), agreed in paired.judged.items())
    return Score(right, sum(said), sum(gold))


def _of_status(status: Status, paired: Paired) -> dict[str, Score]:
    """Targets of one status: gold ones, predicted ones, and as right only pairs in which both have it."""
    gold = {g: item for g, item in enumerate(paired.gold) if item.target.status == status}
    said = {p: item for p, item in enumerate(paired.items) if item.target.status == status}
    g_at, p_at = ({old: new for new, old in enumerate(side)} for side in (gold, said))
    both = {(g_at[g], p_at[p]): agreed for (g, p), agreed in paired.judged.items() if g in gold and p in said}
    values = sorted({i.value for i in gold.values()}), sorted({i.value for i in said.values()})
    rows = _targets(Paired(paired.found, tuple(gold.values()), tuple(said.values()), both))
    return {"values": Score(len(match_spans(*values)), len(values[1]), len(values[0])), **rows}
