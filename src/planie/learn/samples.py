"""Annotated documents → training samples, with everything that cannot be used counted.

A sample is a block of windows (whole paragraphs) in healed text, with a tag a character and,
for each paragraph that holds a value or a programme, the entities and the roles between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final

import numpy as np
import torch
from torch.nn import functional as F

from planie import pairs, tags
from planie.annotations import Document
from planie.healed import Healed, heal_document
from planie.linker import MOST
from planie.schema import LABELS, STATUSES
from planie.spans import Frame
from planie.windows import Block, Vocabulary, Window, make, untitled

IGNORED: Final = -100


@dataclass
class Group:
    """The entities of one paragraph and what is true of them."""

    windows: list[int]  # the window of the block that each entity is read in
    starts: list[int]  # token offsets in that window
    ends: list[int]
    labels: list[int]
    features: np.ndarray[Any, Any]
    roles: np.ndarray[Any, Any]  # (n, n, roles), 1 where the column fills the role of the row
    statuses: list[int]  # IGNORED for what is no value

    @property
    def anchors(self) -> list[int]:
        """The places of the values, metrics and programmes."""
        return [i for i, label in enumerate(self.labels) if LABELS[label - 1] in pairs.ANCHORS]


@dataclass
class Sample:
    """One block: token ids and tags a window, and its groups."""

    ids: list[list[int]]
    tags: list[list[int]]
    groups: list[Group] = field(default_factory=list)


def blocks_of(document: Healed) -> list[Block]:
    """Return the blocks of the sentences that lie in a region that was annotated in full."""
    found: list[Block] = []
    for layout in document.layouts:
        inside = tuple(
            sentence
            for sentence in layout.sentences
            if any(s <= sentence.start and sentence.end <= e for s, e in document.regions)
        )
        found.extend(make(document.text, replace(layout, sentences=inside)))
    return found


def samples(
    documents: Iterable[Document], vocabulary: Vocabulary, *, bare: float = 0.0, seed: int = 1
) -> tuple[list[Sample], Counter[str]]:
    """Turn documents into samples; the counter says how much was used and what was not.

    A share of *bare* blocks is read without title and heading, as on a page where they are lost, or without the
    section's role: what is planned and what is reached has to be told from the sentences then.
    """
    rng = Random(seed)
    found: list[Sample] = []
    counts: Counter[str] = Counter()
    for document in documents:
        healed = heal_document(document)
        counts["documents"] += 1
        counts["entities lost in healing"] += len(healed.lost)
        used: set[int] = set()
        linked: set[int] = set()
        blocks = [_bared(block, rng) if rng.random() < bare else block for block in blocks_of(healed)]
        found += [_sample(healed, block, vocabulary, used, linked, counts) for block in blocks]
        counts["frames whose value is not linked"] += sum(frame.value not in linked for frame in healed.frames)
        counts["entities"] += len(used)
        counts["entities outside what is read"] += len(healed.entities) - len(used)
    counts["blocks"] = len(found)
    return found, counts


def _bared(block: Block, rng: Random) -> Block:
    kind = rng.randrange(2)
    return Block(
        tuple(replace(p, prefix=untitled(p.prefix)[kind]) for p in block.paragraphs),
        tuple(replace(w, prefix=untitled(w.prefix)[kind]) for w in block.windows),
    )


def _sample(
    document: Healed, block: Block, vocabulary: Vocabulary, used: set[int], linked: set[int], counts: Counter[str]
) -> Sample:
    """Make one block's sample; *used* takes up the entities of its paragraphs, *linked* those that the linker sees."""
    sample = Sample([vocabulary.encode(w, document.text) for w in block.windows], [])
    first, last = block.paragraphs[0].start, block.paragraphs[-1].end
    for window in block.windows:
        sample.tags.append(_tags(document, window, first, last))
    for paragraph in block.paragraphs:
        low, high = pairs.entities_between(document.entities, paragraph.start, paragraph.end)
        used.update(range(low, high))
        counts[f"entities beyond the {MOST}th of a paragraph, not linked"] += max(0, high - low - MOST)
        placed = list(_placed(document, block, range(low, min(high, low + MOST)), counts))
        linked.update(i for i, *_ in placed)
        group = _group(document, placed, counts)
        if group is not None:
            sample.groups.append(group)
    return sample


def _tags(document: Healed, window: Window, first: int, last: int) -> list[int]:
    """Tags of all of a window's tokens; the prefix, and text outside the block, are ignored."""
    low, high = pairs.entities_between(document.entities, window.start, window.end)
    spans = [
        (e.label, e.start - window.start, e.end - window.start)
        for e in document.entities[low:high]
        if e.end <= window.end
    ]
    body = tags.encode(spans, window.end - window.start)
    for i in range(window.start, window.end):
        cut = any(e.start < i + 1 and e.end > window.end and i >= e.start for e in document.entities[high - 1 : high])
        straddles = any(e.start < window.start < e.end and i < e.end for e in document.entities[max(low - 1, 0) : low])
        if not first <= i < last or cut or straddles:
            body[i - window.start] = IGNORED
    return [IGNORED] * window.offset + body + [IGNORED]


def _group(document: Healed, placed: Sequence[tuple[int, int, int]], counts: Counter[str]) -> Group | None:
    entities = [document.entities[i] for i, *_ in placed]
    if not any(e.label in ("VALUE", "PROGRAM") for e in entities):
        return None
    roles, statuses = _truth(document, {i: n for n, (i, *_) in enumerate(placed)}, counts)
    return Group(
        [row for _, row, _ in placed],
        [start for *_, start in placed],
        [start + e.end - e.start for (*_, start), e in zip(placed, entities, strict=True)],
        pairs.label_ids(entities),
        pairs.features(document.text, entities),
        roles,
        statuses,
    )


def _placed(
    document: Healed, block: Block, indices: Sequence[int], counts: Counter[str]
) -> Iterator[tuple[int, int, int]]:
    """Yield (entity, window, first token) of each entity that the window of its core holds whole."""
    for i in indices:
        entity = document.entities[i]
        for row, window in enumerate(block.windows):
            if window.core[0] <= entity.start < window.core[1] and entity.end <= window.end:
                yield i, row, entity.start - window.start + window.offset
                break
        else:
            counts["entities cut by a window"] += 1


def _truth(document: Healed, place: dict[int, int], counts: Counter[str]) -> tuple[np.ndarray[Any, Any], list[int]]:
    """Return the roles between the entities at *place* and the statuses of the values among them."""
    roles = np.zeros((len(place), len(place), len(pairs.PAIR_ROLES)), np.float32)
    statuses = [IGNORED] * len(place)
    for frame in document.frames:
        if frame.value in place:
            statuses[place[frame.value]] = STATUSES.index(frame.status)
            _fill(roles, place, _anchored(frame), counts)
    for program in document.programs:
        if program.program in place:
            _fill(roles, place, [(program.program, f"program.{r}", i) for r, i in program.roles.items()], counts)
    return roles, statuses


def _anchored(frame: Frame) -> Iterator[tuple[int, str, int]]:
    """Yield (anchor, role, filler): what completes a name belongs to the metric, the rest to the value."""
    for role, filler in frame.roles.items():
        anchor = frame.roles.get("metric") if role in pairs.NAMES else frame.value
        if anchor is not None:
            yield anchor, role, filler


def _fill(roles: Any, place: dict[int, int], links: Iterable[tuple[int, str, int]], counts: Counter[str]) -> None:
    for anchor, role, filler in links:
        counts["roles"] += 1
        if anchor in place and filler in place:
            roles[place[anchor], place[filler], pairs.PAIR_ROLES.index(role)] = 1
        else:
            counts["roles across paragraphs"] += 1


def collate(batch: Sequence[Sample], pad: int) -> dict[str, torch.Tensor]:
    """Pad a batch of samples.

    *Shape:* ids, mask, tags (windows, length); rows, starts, ends, labels (groups, n); anchors (a, 2);
    statuses (a); features (a, n, kinds); roles (a, n, roles). Lengths are multiples of 32 and 16, so
    that few different shapes occur.
    """
    windows = [(ids, tag) for sample in batch for ids, tag in zip(sample.ids, sample.tags, strict=True)]
    length = -(-max(len(ids) for ids, _ in windows) // 32) * 32
    ids = torch.full((len(windows), length), pad)
    labels = torch.full((len(windows), length), IGNORED)
    for row, (tokens, tag) in enumerate(windows):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        labels[row, : len(tag)] = torch.tensor(tag)
    out = {"ids": ids, "mask": ids != pad, "tags": labels}
    base, groups = 0, []
    for sample in batch:
        groups += [(base, group) for group in sample.groups]
        base += len(sample.ids)
    return {**out, **_collate_groups(groups)}


def _collate_groups(groups: Sequence[tuple[int, Group]]) -> dict[str, torch.Tensor]:
    size = max([len(g.labels) for _, g in groups], default=1)
    size = -(-size // 16) * 16
    count = max(len(groups), 1)
    flat = {name: torch.zeros(count, size, dtype=torch.long) for name in ("rows", "starts", "labels")}
    ends = torch.ones(count, size, dtype=torch.long)
    statuses: list[torch.Tensor] = []
    if not groups:
        flat["labels"][0, 0] = 1
    anchors, features, roles = [], [], []
    for row, (base, group) in enumerate(groups):
        n = len(group.labels)
        flat["rows"][row, :n] = torch.tensor(group.windows) + base
        flat["starts"][row, :n] = torch.tensor(group.starts)
        flat["labels"][row, :n] = torch.tensor(group.labels)
        ends[row, :n] = torch.tensor(group.ends)
        statuses.append(torch.tensor(group.statuses)[group.anchors])
        anchors += [(row, i) for i in group.anchors]
        features.append(F.pad(torch.from_numpy(group.features[group.anchors]), (0, 0, 0, size - n)))
        roles.append(F.pad(torch.from_numpy(group.roles[group.anchors]), (0, 0, 0, size - n)))
    return {
        **flat,
        "ends": ends,
        "anchors": torch.tensor(anchors, dtype=torch.long).view(-1, 2),
        "statuses": torch.cat([*statuses, torch.zeros(0, dtype=torch.long)]),
        "features": torch.cat([*features, torch.zeros(0, size, len(pairs.FEATURES), dtype=torch.long)]),
        "roles": torch.cat([*roles, torch.zeros(0, size, len(pairs.PAIR_ROLES))]),
    }
