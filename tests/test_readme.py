"""Both READMEs: their Python runs and prints what they show, and their commands are the same.

When the model has changed, ``UPDATE_README=1 pytest tests/test_readme.py`` writes the new output in;
read it before you commit it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

import click
import pytest

from planie import cli

READMES = ["README.md", "README.zh-CN.md"]
PYTHON = re.compile(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)
SHELL = re.compile(r"```bash\n(.*?)\n```", re.DOTALL)
COMMAND = re.compile(r"<!-- run: (\w+) -->\n```bash\n(.*?)\n```", re.DOTALL)


@pytest.fixture(autouse=True)
def _in_the_repository(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)


def _ran(code: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "README", "exec"), {})  # noqa: S102  our own README
    return out.getvalue()


@pytest.mark.parametrize("name", READMES)
def test_python_runs_and_prints_what_is_shown(name: str) -> None:
    text = Path(name).read_text("utf-8")
    blocks = list(PYTHON.finditer(text))
    assert len(blocks) >= 2
    for block in reversed(blocks):  # from the end, so that an update moves no place before it
        printed = _ran(block[1])
        if block[2] is None:
            continue
        if os.environ.get("UPDATE_README"):
            text = text[: block.start(2)] + printed + text[block.end(2) :]
            Path(name).write_text(text, "utf-8")
        else:
            assert block[2] == printed
            assert printed.count("\n") > 5


def _commands() -> list[tuple[str, str]]:
    folder = Path(__file__).resolve().parent.parent
    blocks = [(name, b) for name in READMES for b in SHELL.findall((folder / name).read_text("utf-8"))]
    return [(name, line) for name, block in blocks for line in block.splitlines() if line.startswith("planie ")]


@pytest.mark.parametrize(("name", "line"), _commands())
def test_shown_commands_are_commands(name: str, line: str) -> None:
    _, command, *arguments = line.split("#")[0].split()
    known = cli.cli.commands[command]
    with contextlib.suppress(click.exceptions.Exit):
        known.make_context(command, arguments)  # raises a UsageError for an option that is none


def test_both_name_the_same_commands() -> None:
    english, chinese = (COMMAND.findall(Path(name).read_text("utf-8")) for name in READMES)
    assert [name for name, _ in english] == ["extract", "tests"]
    assert english == chinese


@pytest.mark.parametrize("name", READMES)
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", Path(name).read_text("utf-8"))
    assert links
    assert not [link for link in links if not Path(link).exists()]
