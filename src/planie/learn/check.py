"""What is wrong with the data of a run, all of it, before any of it is trained on.

Enters: a configuration. Leaves: :class:`Data`, the corpora with *faults*, which forbid the run, and
*notes*, which do not. Faults are those of the documents themselves, documents of one split in the other
(by id, or by containment of character 8-grams as in Broder 1997), a corpus without an entity or without
the frames that are trained, a label that no training document has, and entities that no window holds.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from planie.annotations import Document
from planie.errors import CorpusError, counted
from planie.healed import Healed, heal_document
from planie.learn.config import FinetuneConfig
from planie.learn.corpora import Corpus, read_corpora
from planie.learn.samples import blocks_of
from planie.schema import LABELS
from planie.windows import CORE, LEFT, RIGHT

BODY: Final = LEFT + CORE + RIGHT  # characters of text in a window
SAME: Final = 0.5  # of the shorter text's 8-grams: reports of one place in two years share up to 0.1
GRAM: Final = 8
_LETTERS: Final = re.compile(r"[\W\d_]+")  # last year's report with new figures is still the same


@dataclass(frozen=True)
class Data:
    """The corpora of a run and what was found in them."""

    train: tuple[Corpus, ...]
    dev: tuple[Corpus, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        faults, notes = len(self.faults), len(self.notes)
        rows = [f"{counted(faults, 'fault')}, {counted(notes, 'note')}"]
        return "\n".join([*rows, *(f"fault: {f}" for f in self.faults), *(f"note: {n}" for n in self.notes)])

    def documents(self, split: str) -> list[Document]:
        """Return the documents of ``train`` or ``dev``."""
        corpora: tuple[Corpus, ...] = getattr(self, split)
        return [d for corpus in corpora for d in corpus.documents]

    def refuse(self) -> None:
        """Raise if there are faults.

        Raises:
            CorpusError: all faults, a line each.
        """
        if self.faults:
            raise CorpusError("\n".join(self.faults))


def check_data(config: FinetuneConfig) -> Data:
    """Read all corpora and look for every fault."""
    train, dev = (tuple(read_corpora(paths, format=config.format)) for paths in (config.train, config.dev))
    faults = [fault for corpus in (*train, *dev) for fault in corpus.faults]
    notes = [note for corpus in (*train, *dev) for note in corpus.notes]
    for corpus in (*train, *dev):
        faults += _bare(corpus, linking=config.link_weight > 0)
        for document in corpus.documents:
            long, more = _lengths(document)
            faults += [f"{corpus.path}: {fault}" for fault in long]
            notes += [f"{corpus.path}: {note}" for note in more]
    faults += _leaks(train, dev)
    faults += [f"train: no entity is labelled {label}" for label in _missing(train)]
    notes += [f"dev: no entity is labelled {label}; its score says nothing" for label in _missing(dev)]
    return Data(train, dev, tuple(faults), tuple(notes))


def _bare(corpus: Corpus, *, linking: bool) -> Iterator[str]:
    if not corpus.documents:
        return
    labels = Counter(e.label for d in corpus.documents for e in d.entities)
    if not labels:
        yield f"{corpus.path}: no entity in its {counted(len(corpus.documents), 'document')}"
    elif linking and labels["VALUE"] and not any(d.frames for d in corpus.documents):
        yield (
            f"{corpus.path}: {counted(labels['VALUE'], 'value')} and no target frame, so that linking would be unlearnt; "
            "annotate the frames, or set link_weight = 0 to train the tagger alone"
        )


def _missing(corpora: Sequence[Corpus]) -> list[str]:
    found = {e.label for corpus in corpora for d in corpus.documents for e in d.entities}
    return [label for label in LABELS if label not in found] if found else []  # an empty corpus is its own fault


def _lengths(document: Document) -> tuple[list[str], list[str]]:
    """Return entities that no window holds whole, and a note of sentences longer than a window's text."""
    healed = heal_document(document)
    faults = [
        f"document {document.id!r}: entity {healed.text[e.start : e.end][:12]!r}… of {e.end - e.start} characters "
        f"is longer than a window, which holds {BODY}"
        for e in healed.entities
        if e.end - e.start > BODY
    ]
    long = [s for layout in healed.layouts for s in layout.sentences if s.end - s.start > BODY]
    cut = _cut(healed) if long else 0
    notes = []
    if long:
        most = max(long, key=lambda s: s.end - s.start)
        notes.append(
            f"document {document.id!r}: {counted(len(long), 'sentence')} longer than a window ({BODY} characters), the longest "
            f"{most.end - most.start}: {healed.text[most.start : most.start + 12]!r}…; {counted(cut, 'entity', 'entities')} cut"
        )
    return faults, notes


def _cut(healed: Healed) -> int:
    """Count the entities that begin in a window's core and do not end in the window."""
    count = 0
    for window in (w for block in blocks_of(healed) for w in block.windows):
        count += sum(window.core[0] <= e.start < window.core[1] and e.end > window.end for e in healed.entities)
    return count


# --- leaks -------------------------------------------------------------------


def _leaks(train: Sequence[Corpus], dev: Sequence[Corpus]) -> Iterator[str]:
    """Yield documents of train that stand in dev, too: each pair once."""
    ours = [(c.path, d) for c in train for d in c.documents]
    theirs = [(c.path, d) for c in dev for d in c.documents]
    index: defaultdict[str, list[int]] = defaultdict(list)
    sets = [grams(d.text) for _, d in theirs]
    for i, found in enumerate(sets):
        for gram in found:
            index[gram].append(i)
    ids = {d.id: i for i, (_, d) in enumerate(theirs)}
    for path, document in ours:
        own = grams(document.text)
        shared = Counter(i for gram in own for i in index.get(gram, ()))
        same = {i: n / min(len(own), len(sets[i])) for i, n in shared.items()}
        leaks = {i: f"share {share:.0%} of their text" for i, share in same.items() if share >= SAME}
        if document.id in ids:
            leaks[ids[document.id]] = "have the same id"
        for i, why in sorted(leaks.items()):
            where, other = theirs[i]
            yield f"leak: {path} {document.id!r} (train) and {where} {other.id!r} (dev) {why}; keep it on one side"


def grams(text: str) -> frozenset[str]:
    """Return the 8-grams of the letters of *text*; a text with fewer is one gram by itself."""
    letters = _LETTERS.sub("", text)
    if len(letters) <= GRAM:
        return frozenset([text.strip()])
    return frozenset(letters[i : i + GRAM] for i in range(len(letters) - GRAM + 1))
