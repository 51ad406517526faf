"""The same documents made dirty in one way each, to see what each kind of noise costs.

In: annotated documents and the names of kinds. Out: the documents as such pages have them, gold
carried along (:mod:`planie.learn.noise`). The same seed gives the same pages, whatever other
kinds or documents are asked for. A kind that does not exist is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from planie.annotations import Document
from planie.errors import CorpusError

EVERY: Final = "all"
_SEVERAL: Final = "several"  # the one kind that needs other documents


def kinds_of(asked: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds that are asked for, each once, ``all`` being every one.

    Raises:
        CorpusError: there is no such kind.
    """
    if not asked:
        return ()
    from planie.learn.noise import KINDS

    if unknown := [kind for kind in asked if kind not in KINDS and kind != EVERY]:
        raise CorpusError(f"no kind of noise is called {', '.join(unknown)}; there is {EVERY}, {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if kind in asked or EVERY in asked)


def dirtied(documents: Sequence[Document], kind: str, *, seed: int = 0) -> list[Document]:
    """Return every document with noise of *kind*; what it cannot be done to stays the same object."""
    from planie.learn.noise import KINDS, several

    found = []
    for number, document in enumerate(documents):
        rng = Random(f"{seed} {kind} {document.id}")
        if kind == _SEVERAL:
            rest = [*documents[:number], *documents[number + 1 :]]
            found.append(several(document, rng=rng, others=[rng.choice(rest)]) if rest else document)
        else:
            found.append(KINDS[kind](document, rng=rng))
    return found
