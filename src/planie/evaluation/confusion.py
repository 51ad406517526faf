"""Which label was read where gold has which: entities of all labels paired by overlap.

In: a page and what was found on it. Out: counts of (gold label, predicted label), with ``nothing`` for
an entity that has no partner. Pairs are made one to one, the best agreement first (equal labels
first where two agree alike), so a gold span that was read as two counts once as found and once as
too many. Gold that healing lost has no place to overlap and stands in ``Report.lost`` alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from planie.evaluation.gold import Found, Page
from planie.evaluation.matching import agreement, greedy, overlapping
from planie.schema import LABELS
from planie.spans import Entity

NOTHING: Final = "nothing"
Confusion = Mapping[tuple[str, str], int]


def confused(page: Page, predicted: Found) -> Counter[tuple[str, str]]:
    """Count the pairs of labels on one page."""
    gold, said = ([e for e in found.entities if page.counts(_span(e))] for found in (page.gold, predicted))

    def key(pair: tuple[int, int]) -> tuple[float, bool, tuple[int, int]]:
        g, p = gold[pair[0]], said[pair[1]]
        return -agreement(_span(g), _span(p)), g.label != p.label, pair

    pairs = greedy(sorted(overlapping([_span(e) for e in gold], [_span(e) for e in said]), key=key))
    counts: Counter[tuple[str, str]] = Counter((gold[g].label, said[p].label) for g, p in pairs)
    answered, used = {g for g, _ in pairs}, {p for _, p in pairs}
    counts.update((e.label, NOTHING) for i, e in enumerate(gold) if i not in answered)
    counts.update((NOTHING, e.label) for i, e in enumerate(said) if i not in used)
    return counts


def _span(entity: Entity) -> tuple[int, int]:
    return entity.start, entity.end


def table(parts: Iterable[Confusion]) -> dict[str, dict[str, int]]:
    """Sum up: gold label → predicted label → count, every label with every other, ``nothing`` last."""
    total: Counter[tuple[str, str]] = Counter()
    for part in parts:
        total.update(part)
    names = (*LABELS, NOTHING)
    return {gold: {said: total[gold, said] for said in names if (gold, said) != (NOTHING, NOTHING)} for gold in names}
