"""Word tokens for spaCy: a tiny segmenter is trained, loaded without pickles, and goes along with its pipeline."""

from __future__ import annotations

import gc
import pickle
import random
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.vocab import Vocab

from planie.errors import BundleError
from planie.spacy_words import FILES, WordTokenizer, load_segmenter

sys.path.append(str(Path(__file__).resolve().parent.parent / "training"))

import segmenter

WORDS = "全县 新建 公办 幼儿园 教师 培训 12 所 达到 力争 覆盖率 , 。".split()


def _cut(text: str) -> list[str]:
    """A teacher that knows a few words."""
    found = []
    while text:
        word = next((w for w in sorted(WORDS, key=len, reverse=True) if text.startswith(w)), text[0])
        found.append(word)
        text = text[len(word) :]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("spacy_pkuseg")
    rng, path = random.Random(4), tmp_path_factory.mktemp("words") / "model"
    lines = ["".join(rng.choices(WORDS[:-1], k=8)) + "。" for _ in range(60)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # spacy-pkuseg leaves files open
        segmenter.train(lines, _cut, path, rounds=4, say=False)
        gc.collect()
    return path


TEXT = "全县新建公办幼儿园12所,覆盖率达到力争。"


def test_it_cuts_as_it_was_taught(folder: Path) -> None:
    assert load_segmenter(folder)(TEXT) == _cut(TEXT)
    assert segmenter.word_f1([_cut(TEXT)], load_segmenter(folder)) == 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n \t甲 乙\r\n",
        " 全县  新建 公办\n幼儿园。",
        "😀👨‍👩‍👧",
        "a-b_c ２０％ ／",
        "\u3000全县\u3000",
        "甲" * 500,
    ],
)
def test_tokens_are_the_text(text: str, folder: Path) -> None:
    assert "".join(load_segmenter(folder)(text)) == text
    assert WordTokenizer(Vocab(), folder)(text).text == text


def test_the_bundled_one_knows_the_field() -> None:
    text = "到2027年,全县学前三年毛入园率达到93.5%,新建公办幼儿园6所。"
    words = load_segmenter("bundled")(text)
    assert "".join(words) == text
    assert {"毛入园率", "93.5", "公办", "幼儿园"} <= set(words)
    assert _words(_pipeline(words="bundled")) == load_segmenter("bundled")(TEXT)


def test_pruning_keeps_what_weighs(folder: Path, tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    before = sum((tmp_path / name).stat().st_size for name in FILES)
    kept = segmenter.prune(tmp_path, 0.05)
    assert load_segmenter(tmp_path)(TEXT) == _cut(TEXT)
    assert sum((tmp_path / name).stat().st_size for name in FILES) < before
    assert 0 < segmenter.prune(tmp_path, 0.5) < kept


def test_a_space_belongs_to_the_word_before(folder: Path) -> None:
    doc = WordTokenizer(Vocab(), folder)("新建 公办  教师")
    assert [(token.text, token.whitespace_) for token in doc] == [("新建", " "), ("公办", " "), (" ", ""), ("教师", "")]


def test_no_pickle_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object, **__: object) -> None:
        raise AssertionError("a pickle is read")

    monkeypatch.setattr(pickle, "load", load)
    assert load_segmenter(folder)("全县")


@pytest.mark.parametrize("name", ["web", "no/such", "spacy_ontonotes"])
def test_a_name_is_a_folder_and_nothing_is_downloaded(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "features.pkl").write_bytes(b"no")
    with pytest.raises(BundleError, match=r"lacks features.msgpack, weights.npz"):
        load_segmenter(name)


def test_files_that_do_not_fit_are_refused(folder: Path, tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes((folder / name).read_bytes()[:100])
    with pytest.raises(BundleError, match="no model of spacy-pkuseg"):
        load_segmenter(tmp_path)


# --- in a pipeline -----------------------------------------------------------


def _pipeline(**config: Any) -> Language:
    nlp = spacy.blank("zh")
    nlp.add_pipe("planie", config=config)
    return nlp


def _words(nlp: Language) -> list[str]:
    return [token.text for token in nlp.make_doc(TEXT)]


def test_the_option_sets_the_tokens(folder: Path) -> None:
    assert _words(_pipeline()) == list(TEXT)
    nlp = _pipeline(words=str(folder))
    assert _words(nlp) == _cut(TEXT)
    doc = nlp(TEXT)
    assert doc._.plan.targets
    assert "12所" in [span.text for span in doc.spans["planie"]]


def test_the_words_go_along(folder: Path, tmp_path: Path) -> None:
    nlp = _pipeline(words=str(folder))
    nlp.to_disk(tmp_path / "pipeline")
    nlp.to_disk(tmp_path / "pipeline")  # and once more
    assert {path.name for path in (tmp_path / "pipeline" / "tokenizer").iterdir()} == set(FILES)
    again = spacy.load(tmp_path / "pipeline")
    again.to_disk(tmp_path / "pipeline")  # onto itself
    assert _words(again) == _words(_pipeline(words=str(folder)).from_bytes(nlp.to_bytes())) == _cut(TEXT)


# --- the recipe's scores -----------------------------------------------------


def test_word_f1() -> None:
    assert segmenter.places(["全县", "新", "建"]) == {(0, 2), (2, 3), (3, 4)}
    assert segmenter.word_f1([["全县", "新建"]], lambda _: ["全县", "新", "建"]) == pytest.approx(40)
    assert segmenter.word_f1([], list) == 0


def test_gold_lines_are_words(tmp_path: Path) -> None:
    (tmp_path / "gold").write_text("扬帆  远东  做\n\n海运  业\n", "utf-8")
    assert list(segmenter.gold(tmp_path / "gold")) == [["扬帆", "远东", "做"], ["海运", "业"]]
    assert list(segmenter.gold(tmp_path / "gold", most=1)) == [["扬帆", "远东", "做"]]
