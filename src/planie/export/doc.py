"""A plan as a spaCy ``Doc``: one token a character, so that every span of the plan is a span of tokens.

Enters: a plan that holds its text. Leaves: a ``Doc`` with the entities under
``doc.spans["planie"]`` and the plan itself under ``doc._.plan``. A plan without text is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planie.errors import PlanError, require
from planie.export.text import well_formed
from planie.plan import Plan

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

SPANS_KEY: Final = "planie"


def to_doc(plan: Plan, *, vocab: Vocab | None = None) -> Doc:
    """Return the plan as a ``Doc``; ``doc.spans["planie"].attrs["confidence"]`` goes with the spans.

    Args:
        vocab: the vocabulary to build on; by default that of an empty Chinese pipeline. Offsets
            are the plan's own; a lone surrogate of the text stands as U+FFFD.

    Raises:
        PlanError: the plan was read from a dict that left the text out.
        DependencyError: spaCy is not installed.
    """
    if plan.text is None:
        raise PlanError("the plan holds no text; read it from a dict that to_dict(text=True) gave")
    spacy, tokens = require("spacy", extra="spacy"), require("spacy.tokens", extra="spacy")
    if not tokens.Doc.has_extension("plan"):
        tokens.Doc.set_extension("plan", default=None)
    words = list(well_formed(plan.text))
    doc: Doc = tokens.Doc(vocab or spacy.blank("zh").vocab, words=words, spaces=[False] * len(words))
    spans = [tokens.Span(doc, *entity.span, label=entity.label) for entity in plan.entities]
    confidence = [entity.confidence for entity in plan.entities]
    doc.spans[SPANS_KEY] = tokens.SpanGroup(doc, name=SPANS_KEY, attrs={"confidence": confidence}, spans=spans)
    doc._.plan = plan
    return doc
