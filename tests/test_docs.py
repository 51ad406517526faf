"""The documentation: its code runs, both languages say the same, and the site needs nothing from elsewhere."""

from __future__ import annotations

import logging
import re
import sys
import warnings
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import planie

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
HOOKS = str(DOCS / "hooks")
TUTORIALS = ["first-plan", "scraped-page", "comparing", "fine-tuning", "spacy"]
ENGLISH = ["index.md", "command-line.md", *(f"tutorials/{name}.md" for name in TUTORIALS)]
CHINESE = ["index.md", *(f"tutorials/{name}.md" for name in TUTORIALS)]
PRINTS = {"index.md": 1, "command-line.md": 1}  # outputs that a page has at the least, if not five
EXTRAS = ("pandas", "openpyxl", "spacy", "transformers", "datasets", "accelerate")
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module", autouse=True)
def _hooks() -> Iterator[None]:
    """Let the site's own modules be imported, by this test and then by mkdocs, which finds what has run."""
    sys.path.insert(0, HOOKS)
    yield
    sys.path.remove(HOOKS)


def _hook(name: str) -> Any:
    return import_module(name)


def _text(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


# --- the code ----------------------------------------------------------------


@pytest.mark.parametrize("page", ENGLISH)
def test_the_code_of_a_page_runs(page: str) -> None:
    for name in EXTRAS:
        pytest.importorskip(name, reason=f"{name} is not installed (planie[docs])")
    running = _hook("running")
    text = _text(page)
    assert running.runs(text)
    found = running.outputs(text, name=page)
    assert len(found) == len(running.blocks(text)) > 0
    shown = [output for output in found if output.text.strip() or output.html]
    assert len(shown) >= PRINTS.get(page, 5)


def test_every_page_that_has_code_to_run_is_run() -> None:
    running = _hook("running")
    pages = {
        path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if running.blocks(path.read_text("utf-8"))
    }
    assert pages == {*ENGLISH, *(f"zh/{page}" for page in CHINESE), "formats.md"}  # formats.md: the reader's own files


@pytest.mark.parametrize("page", CHINESE)
def test_both_languages_run_the_same_code(page: str) -> None:
    running = _hook("running")
    english, chinese = (running.blocks(_text(name)) for name in (page, f"zh/{page}"))
    assert [block.key for block in english] == [block.key for block in chinese]
    assert running.runs(_text(f"zh/{page}"))


@pytest.mark.parametrize("page", CHINESE)
def test_a_chinese_page_is_chinese_and_an_english_one_explains(page: str) -> None:
    running, fences = _hook("running"), re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
    chinese = fences.sub("", _text(f"zh/{page}"))
    assert len(HAN.findall(chinese)) > 150
    assert len(re.findall(r"^#+ ", chinese, re.MULTILINE)) >= 3
    if any(HAN.search(block.code) for block in running.blocks(_text(page))):
        assert re.search(r"[“*]", _text(page)), "Chinese code without a word of English about it"


def test_a_block_that_fails_is_named() -> None:
    running = _hook("running")
    page = "---\nrun: true\n---\n\n```python\nx = 1\n```\n\n```python\nx.y\n```\n"
    with pytest.raises(
        running.Failed, match=r"^odd\.md, line 10: the python block failed\n(.*\n)*.*has no attribute 'y'"
    ):
        running.outputs(page, name="odd.md")


def test_a_command_that_fails_is_named() -> None:
    running = _hook("running")
    for line in ("planie extract no-such-file.txt", "planie extracts", "ls"):
        with pytest.raises(running.Failed, match=r"^odd\.md, line 2: the bash block failed"):
            running.outputs(f"```bash\n{line}\n```\n", name="odd.md")


def test_what_is_printed_and_drawn_stands_on_the_page() -> None:
    running = _hook("running")
    page = "```python\nprint('<b>')\n'<svg>\\n\\n</svg>'\n```\n```python\n3\n```\n"
    printed, silent = running.outputs(page, name="page.md")
    assert (printed.text, printed.html) == ("<b>\n", "<svg>\n\n</svg>")
    assert "&lt;b&gt;" in printed.markdown()
    assert "\n\n" not in printed.markdown().strip().split("</pre></div>")[1].strip()
    assert silent.markdown() == ""


# --- what is taken in --------------------------------------------------------


def test_what_stands_elsewhere_is_taken_in_and_not_copied() -> None:
    including = _hook("including")
    pages = {path.relative_to(DOCS).as_posix(): path.read_text("utf-8") for path in DOCS.rglob("*.md")}
    taken = {file: page for page, text in pages.items() for file in including.asked(text)}
    shown = {file: page for file, page in including.PAGES.items() if not page.endswith(("index.md", "formats.md"))}
    assert taken == shown
    for file, page in taken.items():
        lines = (REPOSITORY / file).read_text("utf-8").splitlines()
        assert not {line for line in lines if len(line) > 60} & set(pages[page].splitlines())


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("see [the rules](GUIDELINES.md)", "see [the rules](guidelines.md)"),
        ("see [3](GUIDELINES.md#values)", "see [3](guidelines.md#values)"),
        ("cite [this](../CITATION.cff)", "cite this (`CITATION.cff`)"),
        ("[web](https://example.org)", "[web](https://example.org)"),
        ("![sure](../docs/assets/sure.svg)", "![sure](assets/sure.svg)"),
        ("```\n[x](GUIDELINES.md)\n```", "```\n[x](GUIDELINES.md)\n```"),
        ("---\na: b\n---\n\n# T <!-- /counts -->\n", "# T\n"),
        ("<!-- counts -->\n| a |", "\n| a |"),
    ],
)
def test_an_included_page_is_turned_to_the_site(
    text: str, turned: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    including = _hook("including")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "README.md").write_text(text, "utf-8")
    monkeypatch.setattr(including, "ROOT", tmp_path)
    assert including.included("<!-- include: corpus/README.md -->", page="corpus.md") == turned


# --- the site ----------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a broken link or an unknown name fails the build."""
    for name in ("mkdocs", "material", "mkdocstrings_handlers.python", *EXTRAS):
        pytest.importorskip(name, reason=f"{name} is not installed (planie[docs])")
    folder = tmp_path_factory.mktemp("site")
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")  # of the builder's own libraries
        patch.setenv("NO_MKDOCS_2_WARNING", "1")
        from mkdocs.commands.build import build
        from mkdocs.config import load_config

        logging.getLogger("mkdocs").setLevel(logging.WARNING)
        build(load_config(str(REPOSITORY / "mkdocs.yml"), strict=True, site_dir=str(folder)))
    return folder


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    pages, styles = list(site.rglob("*.html")), list(site.rglob("*.css"))
    assert len(pages) > 25
    for page in pages:
        loaded = re.findall(r"<(?:script|img|iframe|source|video)\b[^>]*\bsrc=\"?([^\s\">]+)", page.read_text("utf-8"))
        loaded += re.findall(
            r"<link\b[^>]*\brel=\"?(?:stylesheet|preconnect|preload|icon)[^>]*\bhref=\"?([^\s\">]+)",
            page.read_text("utf-8"),
        )
        assert loaded
        assert not [address for address in loaded if re.match(r"(?:https?:)?//", address)]
    for style in styles:
        assert not re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", style.read_text("utf-8"))


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    head, body = (site / "objects.inv").read_bytes().split(b"zlib.\n", 1)
    assert b"Project: planie" in head
    known = {line.split(" ", 1)[0] for line in zlib.decompress(body).decode("utf-8").splitlines()}
    missing = [name for name in planie.__all__ if name != "__version__" and f"planie.{name}" not in known]
    for room in ("planie.convert", "planie.errors", "planie.evaluation", "planie.export"):
        module = import_module(room)
        for name in getattr(module, "__all__", [name for name in vars(module) if name.endswith("Error")]):
            own = getattr(getattr(module, name), "__module__", room)  # where a room has a module of the same name
            missing += [name] * known.isdisjoint({f"{room}.{name}", f"{own}.{name}"})
    wanted = {"planie.learn.train.finetune", "planie.learn.config.load_config", "planie.spacy_component.arcs"}
    assert not [*missing, *(wanted - known)]


def test_every_command_is_described(site: Path) -> None:
    from planie.cli import cli

    page = (site / "command-line" / "index.html").read_text("utf-8")
    for name, command in cli.commands.items():
        assert f'<h2 id="{name}">' in page
        for option in (option for parameter in command.params for option in parameter.opts if option.startswith("--")):
            assert option in page


def test_pages_say_their_language_and_show_their_output(site: Path) -> None:
    for folder, language in (("", "en"), ("zh/", "zh-Hans")):
        page = (site / f"{folder}tutorials/comparing/index.html").read_text("utf-8")
        assert f'<html lang="{language}"' in page
        assert page.count('class="output') >= 5
        assert 'class="dataframe"' in page
    assert not [path for path in site.rglob("*.py") if "hooks" in path.parts]


def test_every_page_is_whole(site: Path) -> None:
    """Nothing that a hook or an extension should have replaced is left on a page."""
    for page in site.rglob("*.html"):
        text = re.sub(r"<(code|pre)\b.*?</\1>", "", page.read_text("utf-8"), flags=re.DOTALL)
        assert not re.findall(
            r"--8<--|<!-- (?:include|command)|:material-|:(?:meth|class|func):|^:::", text, re.MULTILINE
        ), page
