"""planie as a component of a spaCy pipeline: ``spacy.blank("zh").add_pipe("planie")``.

Enters: a ``Doc`` of any Chinese pipeline, whatever its tokens. Leaves: the same ``Doc`` with the
entities in ``doc.spans["planie"]`` and the plan in ``doc._.plan``; both outlive ``to_bytes`` and a
``DocBin(store_user_data=True)``. The model is loaded when the first text comes. A pipeline that is
saved takes a model folder of its own along. Source: https://spacy.io/usage/processing-pipelines.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import srsly
from spacy.language import Language
from spacy.tokens import Doc

from planie import bundle
from planie.errors import ConfigError, PlanError
from planie.export.doc import SPANS_KEY, annotate, register
from planie.pipeline import Extractor, load
from planie.spacy_words import WordTokenizer

COLOURS: Final = {
    "ORG": "#e3ecfa",
    "PROGRAM": "#efe4f7",
    "METRIC": "#dff3e4",
    "ACTION": "#fdf0d0",
    "VALUE": "#fbdcd8",
    "TIME": "#d9f1f4",
}
SPAN_OPTIONS: Final = {"spans_key": SPANS_KEY, "colors": COLOURS}
"""For ``displacy.render(doc, style="span", options=SPAN_OPTIONS)``."""

register()


@Language.factory(
    "planie",
    assigns=["doc.spans", "doc._.plan"],
    default_config={"model": None, "min_confidence": 0.0, "words": None},
)
def make(nlp: Language, name: str, model: str | None, min_confidence: float, words: str | None) -> PlanReader:
    """Build the component; spaCy calls this for ``add_pipe("planie", config={…})``.

    *words* is a folder of spacy-pkuseg's, or ``"bundled"`` for planie's own segmenter: the pipeline's tokens are
    then its words. By default they stay what they are, in a blank Chinese pipeline one a character.
    """
    if words is not None:
        nlp.tokenizer = WordTokenizer(nlp.vocab, words)
    return PlanReader(name, model=model, min_confidence=min_confidence)


class PlanReader:
    """Reads each document as one plan.

    Args:
        name: the component's name in its pipeline.
        model: a model folder; ``None`` for the bundled model.
        min_confidence: targets below it are left out.

    Raises:
        ConfigError: *min_confidence* is no number from 0 to 1.
    """

    def __init__(self, name: str = "planie", *, model: str | None = None, min_confidence: float = 0.0) -> None:
        if not 0 <= min_confidence <= 1:
            raise ConfigError(f"min_confidence is {min_confidence}; give a number from 0 to 1")
        self.name, self.model, self.min_confidence = name, model, min_confidence
        self._extractor: Extractor | None = None

    @property
    def extractor(self) -> Extractor:
        """The model, loaded when it is first asked for."""
        if self._extractor is None:
            self._extractor = load(self.model)
        return self._extractor

    def __call__(self, doc: Doc) -> Doc:
        """Read one document."""
        annotate(doc, self.extractor(doc.text, min_confidence=self.min_confidence))
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 32) -> Iterator[Doc]:
        """Read many documents, in order, *batch_size* at a time."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            texts = [doc.text for doc in batch]
            plans = self.extractor.pipe(texts, batch_size=batch_size, min_confidence=self.min_confidence)
            for doc, plan in zip(batch, plans, strict=True):
                annotate(doc, plan)
                yield doc

    # --- saved and loaded with the pipeline ----------------------------------

    def _settings(self) -> dict[str, Any]:
        return {"min_confidence": self.min_confidence, "own_model": self.model is not None}

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:
        """Write the settings and, unless it is the bundled one, the model into the folder *path*."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "planie.json").write_text(json.dumps(self._settings()) + "\n", "utf-8")
        if self.model is not None and "model" not in exclude:
            _copy(Path(self.model), folder / "model")

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> PlanReader:
        """Take the settings and the model that :meth:`to_disk` wrote."""
        folder = Path(path)
        settings = json.loads((folder / "planie.json").read_text("utf-8"))
        if settings["own_model"] and "model" not in exclude:
            self._use(str(folder / "model"))
        elif not settings["own_model"]:
            self._use(None)
        self.min_confidence = settings["min_confidence"]
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return what :meth:`to_disk` writes as bytes."""
        files = {}
        if self.model is not None and "model" not in exclude:
            bundle.read_config(Path(self.model))
            files = {name: (Path(self.model) / name).read_bytes() for name in bundle.FILES}
        data: bytes = srsly.msgpack_dumps({**self._settings(), "files": files})
        return data

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> PlanReader:
        """Take what :meth:`to_bytes` gave; a model among it lies in a temporary folder while this lives."""
        held: Any = srsly.msgpack_loads(data)
        if held["files"] and "model" not in exclude:
            folder = Path(tempfile.mkdtemp(prefix="planie-"))
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            for name in bundle.FILES:  # these names alone: nothing else in the bytes is written
                (folder / name).write_bytes(held["files"][name])
            self._use(str(folder))
        elif not held["own_model"]:
            self._use(None)
        self.min_confidence = held["min_confidence"]
        return self

    def _use(self, model: str | None) -> None:
        self.model, self._extractor = model, None


def _copy(model: Path, to: Path) -> None:
    if to.exists() and to.samefile(model):
        return  # saved to where it came from
    bundle.read_config(model)  # a folder that is no model is refused here, and not when it is loaded
    to.mkdir(parents=True, exist_ok=True)
    for name in bundle.FILES:
        shutil.copy2(model / name, to / name)


def arcs(doc: Doc) -> list[dict[str, Any]]:
    """Return each target as words and arcs: ``displacy.render(arcs(doc), style="dep", manual=True)``.

    Raises:
        PlanError: no planie component has read the document.
    """
    plan = doc._.plan
    if plan is None:
        raise PlanError("the document has no plan; run it through a pipeline with planie in it")
    return [_arcs(plan.entities, target.roles) for target in plan.targets]


def _arcs(entities: Any, roles: Any) -> dict[str, Any]:
    places = sorted(set(roles.values()), key=lambda index: entities[index].span)
    at = {index: number for number, index in enumerate(places)}
    words = [{"text": entities[index].text, "tag": entities[index].label} for index in places]
    value = at[roles["value"]]
    drawn = []
    for role, index in roles.items():
        if at[index] != value:
            start, end = sorted((value, at[index]))
            drawn.append({"start": start, "end": end, "label": role, "dir": "left" if at[index] < value else "right"})
    return {"words": words, "arcs": drawn}
