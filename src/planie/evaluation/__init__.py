"""Scores of a model against annotated plans: from characters to whole targets, end to end.

In: an extractor (or any reader of pieces) and annotated documents. Out: a :class:`Report`. Gold plans
are written from gold entities and frames by the road that predictions take (heal, analyse, assemble),
both are cut to the annotated regions, and every gold fact counts, found or not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planie.errors import CorpusError
from planie.evaluation.counting import Result, read
from planie.evaluation.gold import Found, Page, page, pages
from planie.evaluation.readers import ModelReader, Reader
from planie.evaluation.report import Calibration, Measure, Report, Slice, report
from planie.evaluation.worst import faults, worst

if TYPE_CHECKING:
    from planie.annotations import Document
    from planie.pipeline import Extractor

__all__ = [
    "Calibration",
    "Found",
    "Measure",
    "ModelReader",
    "Page",
    "Reader",
    "Report",
    "Result",
    "Slice",
    "evaluate",
    "evaluate_files",
    "faults",
    "page",
    "worst",
]


def evaluate(
    extractor: Extractor | Reader,
    documents: Sequence[Document],
    *,
    noise: Sequence[str] = (),
    seed: int = 0,
    resamples: int = 1000,
) -> Report:
    """Read *documents* and score what was found.

    Args:
        extractor: a loaded model, or another reader of pieces.
        documents: annotated plans, joined with their texts.
        noise: only documents that were given one of these kinds of noise (``meta["noise"]``).
        seed: of the resampling behind the intervals.
        resamples: how often the documents are drawn again.

    Raises:
        CorpusError: no document is left to score.
    """
    from planie.pipeline import Extractor

    reader = ModelReader(extractor) if isinstance(extractor, Extractor) else extractor
    results = [read(found, reader) for found in pages(documents, noise=noise)]
    if not results:
        kinds = sorted({str(d.meta["noise"]) for d in documents if d.meta.get("noise")})
        raise CorpusError(
            f"no document to score among {len(documents)}"
            + (f": none has the noise {', '.join(noise)}; there is {', '.join(kinds) or 'none'}" if noise else "")
        )
    return report(results, model=reader.name, seed=seed, resamples=resamples)


def evaluate_files(
    model: Path | str | None,
    corpus: Path | str,
    *,
    json_to: Path | str | None = None,
    errors_to: Path | str | None = None,
    noise: Sequence[str] = (),
) -> Report:
    """Score the model folder *model* (``None``: the bundled one) on the corpus file or folder *corpus*.

    Args:
        model: what ``planie finetune`` wrote.
        corpus: annotated plans in JSON lines.
        json_to: a file for ``Report.to_dict()``.
        errors_to: a file for the sentences that went wrong, worst first.
        noise: only documents with one of these kinds of noise.

    Raises:
        BundleError: the model cannot be loaded.
        CorpusError: the corpus breaks a rule.
    """
    from planie.annotations import load as load_corpus
    from planie.pipeline import load as load_model

    documents = load_corpus(corpus)
    found = evaluate(load_model(model), documents, noise=noise)
    if json_to is not None:
        _write(Path(json_to), json.dumps(found.to_dict(), ensure_ascii=False, indent=1) + "\n")
    if errors_to is not None:
        _write(Path(errors_to), worst(found.results))
    return found


def _write(path: Path, text: str) -> None:
    """Write *text* beside its place and move it there; the old file stays until then."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, "utf-8", newline="\n")
    partial.replace(path)
