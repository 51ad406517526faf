"""planie in a spaCy pipeline: what it sets, on what tokens, and how it is saved."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from planie import bundle, spacy_component
from planie.errors import BundleError, ConfigError, PlanError
from planie.export import views
from planie.plan import Plan
from planie.schema import LABELS
from planie.spacy_component import COLOURS, SPAN_OPTIONS, PlanReader, arcs
from plans import SAMPLE, TEXT

FOUND = [(entity.label, entity.text) for entity in SAMPLE.entities]


class FakeExtractor:
    """Knows one text; the batches that it was given are counted."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.least: list[float] = []

    def __call__(self, text: str, *, min_confidence: float) -> Plan:
        self.least.append(min_confidence)
        return SAMPLE if text == TEXT else dataclasses.replace(SAMPLE, text=text, targets=(), entities=())

    def pipe(self, texts: Iterable[str], *, batch_size: int, min_confidence: float) -> Iterator[Plan]:
        held = list(texts)
        self.batches.append(len(held))
        return (self(text, min_confidence=min_confidence) for text in held)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeExtractor:
    extractor = FakeExtractor()
    monkeypatch.setattr(spacy_component, "load", lambda model=None: extractor)
    return extractor


def _pipeline(**config: Any) -> Language:
    nlp = spacy.blank("zh")
    nlp.add_pipe("planie", config=config)
    return nlp


def _spans(doc: Doc) -> list[tuple[str, str]]:
    return [(span.label_, span.text) for span in doc.spans["planie"]]


# --- what it sets ------------------------------------------------------------


def test_spacy_finds_it_by_its_entry_point() -> None:
    (entry,) = [e for e in entry_points(group="spacy_factories") if e.name == "planie"]
    assert entry.value == "planie.spacy_component:make"
    code = "import spacy, sys; spacy.blank('zh').add_pipe('planie'); print('torch.nn' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.usefixtures("fake")
def test_spans_and_plan_are_set() -> None:
    doc = _pipeline()(TEXT)
    assert _spans(doc) == FOUND
    assert doc._.plan is SAMPLE
    assert doc.spans["planie"].attrs["confidence"] == [0.9] * len(FOUND)
    assert [tuple(span) for span in doc.spans["planie"].attrs["offsets"]] == [e.span for e in SAMPLE.entities]


@pytest.mark.usefixtures("fake")
def test_on_words_spans_take_whole_tokens() -> None:
    nlp = _pipeline()
    words = [TEXT[:6], TEXT[6:11], TEXT[11:30], TEXT[30:]]
    doc = nlp.get_pipe("planie")(Doc(nlp.vocab, words=words, spaces=[False] * 4))  # type: ignore[operator]
    assert doc.spans["planie"][0].text == "临江市教育局"
    assert [tuple(span) for span in doc.spans["planie"].attrs["offsets"]] == [e.span for e in SAMPLE.entities]
    assert all(
        span.start_char <= entity.span[0] and entity.span[1] <= span.end_char
        for span, entity in zip(doc.spans["planie"], SAMPLE.entities, strict=True)
    )


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("text", ["", " ", "\n\n \t甲 乙\r\n", "😀👨‍👩‍👧"])
def test_any_text_goes_through(text: str) -> None:
    doc = _pipeline()(text)
    assert doc.text == text
    assert doc._.plan.text == text


def test_a_document_that_was_not_read_has_no_plan() -> None:
    doc = spacy.blank("zh")(TEXT)
    assert doc._.plan is None
    with pytest.raises(PlanError, match="no plan"):
        arcs(doc)
    doc._.plan = SAMPLE
    doc._.plan = None
    assert doc._.plan is None


def test_pipe_batches_and_keeps_the_order(fake: FakeExtractor) -> None:
    texts = ["甲", TEXT, "乙", "", "丙"]
    docs = list(_pipeline(min_confidence=0.4).pipe(texts, batch_size=2))
    assert [doc.text for doc in docs] == texts
    assert [doc._.plan.text for doc in docs] == texts
    assert fake.batches == [2, 2, 1]
    assert set(fake.least) == {0.4}


@pytest.mark.parametrize("least", [-0.1, 1.5])
def test_a_confidence_that_is_none_is_refused(least: float) -> None:
    with pytest.raises(ConfigError, match="from 0 to 1"):
        PlanReader(min_confidence=least)


# --- saved and read again ----------------------------------------------------


@pytest.mark.usefixtures("fake")
def test_a_docbin_keeps_spans_and_plan() -> None:
    doc = _pipeline()(TEXT)
    data = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (again,) = DocBin().from_bytes(data).get_docs(spacy.blank("zh").vocab)
    assert _spans(again) == FOUND
    assert again._.plan == SAMPLE
    assert again._.plan is again._.plan  # read from its JSON once
    assert again.spans["planie"].attrs == doc.spans["planie"].attrs


@pytest.mark.parametrize("text", [TEXT, "a\udc80b"])
def test_a_doc_of_a_plan_goes_to_bytes(text: str) -> None:
    odd = dataclasses.replace(SAMPLE, text=text, entities=SAMPLE.entities if text == TEXT else ())
    doc = odd.to_doc()
    assert Doc(doc.vocab).from_bytes(doc.to_bytes())._.plan == odd


@pytest.mark.usefixtures("fake")
def test_a_saved_pipeline_has_its_settings(tmp_path: Path) -> None:
    nlp = _pipeline(min_confidence=0.25)
    nlp.to_disk(tmp_path / "pipeline")
    again = spacy.load(tmp_path / "pipeline")
    assert _spans(again(TEXT)) == FOUND
    by_bytes = _pipeline().from_bytes(nlp.to_bytes())
    for pipeline in (again, by_bytes):
        reader: Any = pipeline.get_pipe("planie")
        assert (reader.min_confidence, reader.model) == (0.25, None)
    assert not (tmp_path / "pipeline" / "planie" / "model").exists()


def test_a_model_of_its_own_goes_along(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    for name in ("config.json", "vocab.txt", "model.safetensors"):
        (model / name).write_bytes((bundle.BUNDLED / name).read_bytes())
    nlp = _pipeline(model=str(model))
    nlp.to_disk(tmp_path / "pipeline")
    data = nlp.to_bytes()
    (model / "config.json").unlink()
    wanted = json.loads((bundle.BUNDLED / "config.json").read_text("utf-8"))["name"]
    for again in (spacy.load(tmp_path / "pipeline"), _pipeline().from_bytes(data)):
        assert again("新建公办幼儿园12所。")._.plan.model.name == wanted
    again.to_disk(tmp_path / "second")
    spacy.load(tmp_path / "second").to_disk(tmp_path / "second")  # onto itself
    assert (tmp_path / "second" / "planie" / "model" / "model.safetensors").stat().st_size > 1000


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    nlp = _pipeline(model=str(tmp_path))
    for ask in (lambda: nlp(TEXT), lambda: nlp.to_disk(tmp_path / "pipeline"), nlp.to_bytes):
        with pytest.raises(BundleError, match="no model folder"):
            ask()


# --- drawn -------------------------------------------------------------------


@pytest.mark.usefixtures("fake")
def test_displacy_draws_spans_and_arcs() -> None:
    doc = _pipeline()(TEXT)
    assert displacy.render(doc, style="span", options=SPAN_OPTIONS, jupyter=False).count("METRIC") >= 2
    first, second = arcs(doc)
    assert [word["text"] for word in first["words"]] == ["临江市教育局", "普惠性幼儿园覆盖率", "71%", "88%以上"]
    assert first["arcs"] == [
        {"start": 1, "end": 3, "label": "metric", "dir": "left"},
        {"start": 2, "end": 3, "label": "base", "dir": "left"},
        {"start": 0, "end": 3, "label": "org", "dir": "left"},
    ]
    assert "公办幼儿园" in displacy.render([second], style="dep", manual=True, jupyter=False)


def test_labels_have_the_colours_of_the_page() -> None:
    assert COLOURS.keys() == set(LABELS)
    style = (Path(views.__file__).parent / "page" / "marks.css").read_text("utf-8")
    assert all(f"mark.{label}{{background:{colour}" in style for label, colour in COLOURS.items())


# --- with the bundled model --------------------------------------------------


def test_the_bundled_model_reads() -> None:
    text = "临江县2025年工作要点\n\n新建公办幼儿园12所,学前三年毛入园率达到98%以上。"
    doc = _pipeline()(text)
    assert doc._.plan.targets
    assert {"12所", "98%以上"} <= {span.text for span in doc.spans["planie"]}
