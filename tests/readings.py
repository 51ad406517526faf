"""Invented plans with gold, and a scorer that knows their phrases, for the tests of scores."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from planie import pairs, tags
from planie.annotations import Document, from_dict
from planie.linker import Thresholds
from planie.pipeline import Extractor
from planie.plan import Model
from planie.schema import LABELS, STATUSES
from planie.windows import CLS, PAD, SEP, UNK, Vocabulary

PHRASES: dict[str, str] = {
    "到2025年": "TIME",
    "普惠园覆盖率": "METRIC",
    "毛入园率": "METRIC",
    "90%": "VALUE",
    "98%以上": "VALUE",
    "新建": "ACTION",
    "幼儿园": "METRIC",
    "12所": "VALUE",
    "培训": "ACTION",
    "教师": "METRIC",
    "300名": "VALUE",
}
GOALS = "到2025年，普惠园覆盖率达到90%，毛入园率达到98%以上。"
WORK = "新建了幼儿园12所，培训教师300名。"
TITLE = "临江县学前教育工作计划"


def document(
    *lines: str,
    frames: Sequence[tuple[str, Mapping[str, str]]] = (),
    phrases: Mapping[str, str] | None = None,
    name: str = "own-0001",
    **meta: Any,
) -> Document:
    """A document of *lines* in which every phrase that is found is an entity, once.

    A frame is (value, roles by phrase); its status is ``achieved`` where 了 stands before its metric.
    """
    text = "\n".join((TITLE, *lines))
    known = {p: label for p, label in (phrases or PHRASES).items() if p in text}
    rows = [
        {"id": p, "label": label, "start": text.index(p), "end": text.index(p) + len(p)} for p, label in known.items()
    ]
    gold = [
        {
            "value": value,
            "status": "achieved" if "了" + roles.get("metric", "\0") in text else "planned",
            "roles": dict(roles),
        }
        for value, roles in frames
    ]
    return from_dict({"id": name, "text": text, "entities": rows, "frames": gold, "meta": {"kind": "plan", **meta}})


def goals(**meta: Any) -> Document:
    """Two planned targets with a date."""
    when = {"when": "到2025年"}
    frames = [("90%", {"metric": "普惠园覆盖率", **when}), ("98%以上", {"metric": "毛入园率", **when})]
    return document(GOALS, frames=frames, **meta)


def work(**meta: Any) -> Document:
    """One achieved target and one planned, both with an action."""
    frames = [("12所", {"metric": "幼儿园", "action": "新建"}), ("300名", {"metric": "教师", "action": "培训"})]
    return document(WORK, frames=frames, name="own-0002", **meta)


class FakeScorer:
    """Tags the phrases that it knows and links each value to what stands nearest before it.

    *misses*: phrases that it does not see; *unlinked*: the roles that it never fills; *sure*: the
    probability that it gives to a metric.
    """

    def __init__(
        self,
        phrases: Mapping[str, str] = PHRASES,
        *,
        misses: Collection[str] = (),
        unlinked: Collection[str] = (),
        sure: float = 0.99,
    ) -> None:
        self.phrases = {p: label for p, label in phrases.items() if p not in misses}
        self.unlinked, self.logit = unlinked, float(np.log(sure / (1 - sure)))
        every = sorted({c for p in PHRASES | dict(phrases) for c in p} | set(GOALS + WORK + TITLE))
        self.vocabulary = Vocabulary([PAD, UNK, CLS, SEP, *every])
        self.ids = np.zeros((0, 0), np.int64)

    def tag(self, ids: Any, lengths: Any) -> Any:
        """Certain of every phrase, longest first."""
        self.ids = ids
        scores = np.full((*ids.shape, len(tags.TAGS)), -20.0, np.float32)
        for row, length in enumerate(lengths):
            text = "".join(t if len(t) == 1 else "\0" for t in (self.vocabulary.tokens[i] for i in ids[row, :length]))
            for at, tag in enumerate(tags.encode(self._spans(text), ids.shape[1])):
                scores[row, at, tag] = -0.01
        return scores

    def _spans(self, text: str) -> list[Any]:
        taken: list[tuple[int, int]] = []
        for phrase, label in sorted(self.phrases.items(), key=lambda item: -len(item[0])):
            at = text.find(phrase)
            while at >= 0:
                span = (at, at + len(phrase))
                if all(e <= span[0] or span[1] <= s for s, e, _ in taken):
                    taken.append((*span, label))
                at = text.find(phrase, at + 1)
        return [(label, start, end) for start, end, label in taken]

    def pool(self, rows: Any, starts: Any, ends: Any) -> tuple[Any, Any]:
        """What stands before a span is all that the fake reads of it."""
        before = self.ids[rows, starts - 1].astype(np.float32)[:, None]
        return before, before

    def link(self, spans: Any, heads: Any, labels: Any, anchors: Any, features: Any) -> tuple[Any, Any]:
        """Give every role to the nearest candidate before the value; a value behind 了 was achieved."""
        roles = np.full((len(anchors), labels.shape[1], len(pairs.PAIR_ROLES)), -20.0, np.float32)
        status = np.full((len(anchors), len(STATUSES)), -9.0, np.float32)
        done = self.vocabulary.id("了")
        for at, (row, value) in enumerate(anchors):
            seen = {"metric": "METRIC", "action": "ACTION", "when": "TIME"}
            near = {role: self._nearest(labels[row], value, label) for role, label in seen.items()}
            if near["action"] is not None and "VALUE" in self._labels(labels[row, near["action"] : value]):
                near["action"] = None
            for role, filler in near.items():
                if filler is not None and role not in self.unlinked:
                    roles[at, filler, pairs.PAIR_ROLES.index(role)] = self.logit
            past = near["metric"] is not None and heads[row, near["metric"], 0] == done
            status[at, STATUSES.index("achieved" if past else "planned")] = 0.0
        return roles, status

    def _nearest(self, labels: Any, value: int, label: str) -> int | None:
        found = np.flatnonzero(labels[:value] == LABELS.index(label) + 1)  # type: ignore[arg-type]
        return int(found[-1]) if len(found) else None

    def _labels(self, labels: Any) -> set[str]:
        return {LABELS[i - 1] for i in labels if i}


def extractor(**options: Any) -> Extractor:
    """An extractor on the fake scorer."""
    return Extractor(FakeScorer(**options), model=Model("fake", "1"), thresholds=Thresholds())
