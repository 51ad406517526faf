"""The notebooks: each runs from top to bottom, says something, and uses the public API alone."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import warnings
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))
EXTRA = ("nbclient", "nbformat", "ipykernel", "matplotlib", "pandas")  # planie[notebooks]
NEEDED = {"1": ("spacy",), "4": ("transformers", "datasets", "accelerate")}  # and of the other extras
PUBLIC = {
    "planie",
    "planie.annotations",
    "planie.convert",
    "planie.evaluation",
    "planie.export",
    "planie.learn.check",
    "planie.learn.config",
    "planie.learn.train",
    "planie.spacy_component",
    "planie.suggest",
}


def _cells(path: Path, kind: str = "code") -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def _code(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in _cells(path)]


def test_there_are_five() -> None:
    assert [path.name[0] for path in NOTEBOOKS] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_output_is_kept(path: Path) -> None:
    """What a model prints belongs to that model, and a picture makes every change of it a large one."""
    assert path.read_bytes().endswith(b"}\n")
    for cell in _cells(path):
        assert (cell["outputs"], cell["execution_count"]) == ([], None)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_only_public_names_are_used(path: Path) -> None:
    tree = ast.parse("\n".join(_code(path)))
    modules = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    modules += [alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names]
    ours = {module for module in modules if module.split(".")[0] == "planie"}
    assert ours
    assert ours <= PUBLIC
    attributes = [n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
    assert not [name for name in attributes if name.startswith("_")]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_chinese_is_explained(path: Path) -> None:
    """The first words say in English what the plan says, and the code has text between it."""
    said = ["".join(cell["source"]) for cell in _cells(path, "markdown")]
    assert said[0].startswith("# ")
    assert len(said) >= 5


@pytest.mark.parametrize("installed", [True, False])
def test_charts_say_which_font_they_are_drawn_in(
    installed: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With no font for it on the machine, the labels are English words and not boxes."""
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (planie[notebooks])")
    from matplotlib import font_manager, rc_context

    monkeypatch.setenv("MPLBACKEND", "agg")
    with rc_context():
        if not installed:
            monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
        scope: dict[str, Any] = {}
        exec(next(code for code in _code(NOTEBOOKS[2]) if "def chinese_font" in code), scope)  # noqa: S102
    said, label = capsys.readouterr().out, scope["label"]("目标")
    if scope["font"] is None:  # as on a machine that has none, whatever was asked
        assert "NO FONT WITH CHINESE CHARACTERS" in said
        assert label == "goal"
    else:
        assert installed
        assert said == f"labels are drawn in {scope['font']}\n"
        assert label == "目标"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*EXTRA, *NEEDED.get(path.name[0], ())):
        pytest.importorskip(name, reason=f"{name} is not installed (planie[all,notebooks])")
    done = _run(path, tmp_path, monkeypatch)
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    said = "".join(o.text for o in outputs if o.output_type == "stream" and o.name == "stderr")
    assert not [line for line in said.splitlines() if "building the font cache" not in line]  # matplotlib's first run
    shown = "".join(str(o.get("text", "")) + str(o.get("data", "")) for o in outputs)
    for wanted in SHOWN[path.name[0]]:
        assert re.search(wanted, shown), f"{path.name} shows nothing like {wanted!r}"


# notebook → what it must show, whatever the model reads in the texts
SHOWN = {
    "1": [r"planned", r'class=\\?"entity|spans', r"→"],
    "2": [r"of \d+ targets of the clean text", r"slide", r"gloss", r"<mark>"],
    "3": [r"labels are drawn in \w|NO FONT WITH CHINESE CHARACTERS", r"image/png"],
    "4": [r"epoch 1 of 1: F1", r"0 faults", r"name='tiny'"],
    "5": [r"faults: \d+", r"least sure", r"METRIC"],
}


def _run(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a copy where the repository's examples and corpus lie beside it, as in a clone."""
    import nbformat

    for name in ("examples", "corpus/own"):
        shutil.copytree(REPOSITORY / name, folder / name)
    (folder / "notebooks").mkdir()
    monkeypatch.setenv("IPYTHONDIR", str(folder / "ipython"))  # nobody's own settings
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(REPOSITORY / "src"), os.environ.get("PYTHONPATH", "")]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the kernel is another process; these are the client's own
        from nbclient import NotebookClient

        book = nbformat.read(path, as_version=4)
        where = {"metadata": {"path": str(folder / "notebooks")}}
        return NotebookClient(book, timeout=600, kernel_name="python3", resources=where).execute()
