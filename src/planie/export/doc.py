"""A plan as a spaCy ``Doc``: one token a character, so that every span of the plan is a span of tokens.

Enters: a plan that holds its text. Leaves: a ``Doc`` with the entities under
``doc.spans["planie"]`` and the plan itself under ``doc._.plan``. A plan without text is refused.
The plan is kept in the document's user data as JSON, so that a ``DocBin(store_user_data=True)``, a file
and another process all take it along.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from planie.errors import PlanError, require
from planie.export.text import well_formed
from planie.plan import Plan

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

SPANS_KEY: Final = "planie"
USER_KEY: Final = "planie.plan"


class _Held(str):
    """A plan's JSON that remembers the plan; what comes back from a file has forgotten it."""

    __slots__ = ("plan",)
    plan: Plan


def to_doc(plan: Plan, *, vocab: Vocab | None = None) -> Doc:
    """Return the plan as a ``Doc``; ``doc.spans["planie"].attrs["confidence"]`` goes with the spans.

    Args:
        plan: a plan that holds its text.
        vocab: the vocabulary to build on; by default that of an empty Chinese pipeline. Offsets
            are the plan's own; a lone surrogate of the text stands as U+FFFD.

    Raises:
        PlanError: the plan was read from a dict that left the text out.
        DependencyError: spaCy is not installed.
    """
    if plan.text is None:
        raise PlanError("the plan holds no text; read it from a dict that to_dict(text=True) gave")
    spacy, tokens = require("spacy", extra="spacy"), require("spacy.tokens", extra="spacy")
    words = list(well_formed(plan.text))
    doc: Doc = tokens.Doc(vocab or spacy.blank("zh").vocab, words=words, spaces=[False] * len(words))
    annotate(doc, plan)
    return doc


def annotate(doc: Doc, plan: Plan) -> None:
    """Give *doc* the plan that was read from its text.

    Where a token is wider than an entity (a pipeline that cuts words), the span takes whole tokens;
    ``attrs["offsets"]`` has the entity's own characters either way. An entity that stands in no
    token of the document is left out of the spans; the plan has it.

    Raises:
        DependencyError: spaCy is not installed.
    """
    tokens = require("spacy.tokens", extra="spacy")
    register()
    found = [
        (doc.char_span(*entity.span, label=entity.label, alignment_mode="expand"), entity) for entity in plan.entities
    ]
    there = [(span, entity) for span, entity in found if span is not None]
    attrs = {
        "confidence": [entity.confidence for _, entity in there],
        "offsets": [list(entity.span) for _, entity in there],
    }
    spans = [span for span, _ in there]
    doc.spans[SPANS_KEY] = tokens.SpanGroup(doc, name=SPANS_KEY, attrs=attrs, spans=spans)
    _set(doc, plan)


def register() -> None:
    """Make ``doc._.plan`` known to spaCy; a second time changes nothing.

    Raises:
        DependencyError: spaCy is not installed.
    """
    tokens = require("spacy.tokens", extra="spacy")
    if not tokens.Doc.has_extension("plan"):
        tokens.Doc.set_extension("plan", getter=_get, setter=_set)


def _set(doc: Doc, plan: Plan | None) -> None:
    if plan is None:
        doc.user_data.pop(USER_KEY, None)
        return
    held = _Held(json.dumps(plan.to_dict()))  # ASCII, so that lone surrogates are no matter
    held.plan = plan
    doc.user_data[USER_KEY] = held


def _get(doc: Doc) -> Plan | None:
    held: Any = doc.user_data.get(USER_KEY)
    if held is None:
        return None
    if isinstance(held, _Held):
        return held.plan
    plan = Plan.from_json(held)
    _set(doc, plan)
    return plan
