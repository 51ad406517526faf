"""Scores of a model against annotated plans: from characters to whole targets, end to end.

In: an extractor (or any reader of pieces) and annotated documents. Out: a :class:`Report`. Gold plans
are written from gold entities and frames by the road that predictions take (heal, analyse, assemble),
both are cut to the annotated regions, and every gold fact counts, found or not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from planie.errors import CorpusError
from planie.evaluation.counting import Result, read
from planie.evaluation.gold import Found, Page, page
from planie.evaluation.noised import dirtied, kinds_of
from planie.evaluation.paired import Comparison, Difference, compared
from planie.evaluation.readers import ModelReader, Reader
from planie.evaluation.report import Bin, Calibration, Measure, Noised, Report, Slice, noised, report
from planie.evaluation.worst import faults, worst

if TYPE_CHECKING:
    from planie.annotations import Document
    from planie.pipeline import Extractor

__all__ = [
    "Bin",
    "Calibration",
    "Comparison",
    "Difference",
    "Found",
    "Measure",
    "ModelReader",
    "Noised",
    "Page",
    "Reader",
    "Report",
    "Result",
    "Slice",
    "compared",
    "evaluate",
    "evaluate_files",
    "faults",
    "page",
    "worst",
]

RULES: Final = "rules"
"""The name under which :func:`evaluate_files` knows the rule baseline."""
BUNDLED: Final = "bundled"


def evaluate(
    extractor: Extractor | Reader,
    documents: Sequence[Document],
    *,
    noise: Sequence[str] = (),
    against: Extractor | Reader | None = None,
    seed: int = 0,
    resamples: int = 1000,
) -> Report:
    """Read *documents* and score what was found.

    Args:
        extractor: a loaded model, or another reader of pieces.
        documents: annotated plans, joined with their texts.
        noise: kinds of noise (:data:`planie.learn.noise.KINDS`, or ``all``): the documents are read
            again with each of them put in, and scored in a row of their own.
        against: a second model, to be held against the first on the same documents.
        seed: of the resampling behind the intervals, and of the noise.
        resamples: how often the documents are drawn again.

    Raises:
        CorpusError: there is no document to score, or no such kind of noise.
    """
    kinds = kinds_of(noise)
    if not documents:
        raise CorpusError("no document to score")
    reader = _reader(extractor)
    pages = [page(document) for document in documents]
    results = [read(found, reader) for found in pages]
    whole = report(results, model=reader.name, seed=seed, resamples=resamples)
    dirty = {
        kind: noised(
            results,
            [read(page(document), reader) for document in dirtied(documents, kind, seed=seed)],
            seed=seed,
            resamples=resamples,
        )
        for kind in kinds
    }
    comparison = None
    if against is not None:
        other = _reader(against)
        theirs = [read(found, other) for found in pages]
        comparison = compared(results, theirs, other=other.name, seed=seed, resamples=resamples)
    return replace(whole, noised=dirty, comparison=comparison)


def _reader(extractor: Extractor | Reader) -> Reader:
    from planie.pipeline import Extractor

    return ModelReader(extractor) if isinstance(extractor, Extractor) else extractor


def evaluate_files(
    model: Path | str | None,
    corpus: Path | str,
    *,
    json_to: Path | str | None = None,
    errors_to: Path | str | None = None,
    noise: Sequence[str] = (),
    compare: Path | str | None = None,
) -> Report:
    """Score the model folder *model* (``None``: the bundled one) on the corpus file or folder *corpus*.

    Args:
        model: what ``planie finetune`` wrote, ``bundled``, or ``rules``, the rule baseline.
        corpus: annotated plans in JSON lines.
        json_to: a file for ``Report.to_dict()``.
        errors_to: a file for the sentences that went wrong, worst first: a page to look at when its
            name ends in ``.html``, else text.
        noise: kinds of noise to put in, each scored by itself.
        compare: another model, named as *model* is, to be held against it.

    Raises:
        BundleError: a model cannot be loaded.
        CorpusError: the corpus breaks a rule, or there is no such kind of noise.
    """
    from planie.annotations import load as load_corpus
    from planie.replacing import check_writable

    kinds_of(noise)  # a slip of the keyboard is told before anything is read
    for output in (json_to, errors_to):
        if output is not None:
            check_writable(output)
    documents = load_corpus(corpus)
    other = None if compare is None else _named(compare)
    found = evaluate(_named(model or BUNDLED), documents, noise=noise, against=other)
    if json_to is not None:
        _write(Path(json_to), json.dumps(found.to_dict(), ensure_ascii=False, indent=1) + "\n")
    if errors_to is not None:
        _write(Path(errors_to), _errors(found, Path(errors_to)))
    return found


def _named(name: Path | str) -> Extractor | Reader:
    if str(name) == RULES:
        from planie.baseline import Rules

        return Rules()
    from planie.pipeline import load

    return load(None if str(name) == BUNDLED else name)


def _errors(found: Report, path: Path) -> str:
    if path.suffix.lower() not in (".html", ".htm"):
        return worst(found.results)
    from planie.evaluation.side_by_side import page as side_by_side

    return side_by_side(found)


def _write(path: Path, text: str) -> None:
    """Write *text*; the old file stays until the new one is whole."""
    from planie.replacing import replacing

    with replacing(path) as file:
        file.write(text.encode("utf-8", "backslashreplace"))  # a sentence may hold a lone surrogate
