"""The code of a page, run: what the pages show under a block is what the block printed.

Enters: Markdown. Its ``python`` blocks are run in order, in one namespace; of its ``bash`` blocks each
line is a ``planie`` command. ``sh`` blocks are only shown. Leaves: an :class:`Output` a block. The
code runs in a folder of its own, with the repository's examples, corpus and configurations in it. A
block that fails is refused with its page and line. Blocks that differ in comments alone are the same,
so that a page and its translation are run once.
"""

from __future__ import annotations

import ast
import contextlib
import html
import io
import os
import re
import shlex
import shutil
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("examples", "corpus/own", "configs")  # what the code may read by a relative path

_FENCE = re.compile(r"^```(python|bash)[^\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TABLE = re.compile(r"(?: {2,}[\d.-]+){2}$", re.MULTILINE)  # columns of numbers, which no line break may cut
_MARK = re.compile(r"\A---\n(?:.*\n)*?run: true\n(?:.*\n)*?---\n")


@dataclass(frozen=True)
class Block:
    """A piece of code, the line that it begins in, and where it ends in the page."""

    language: str
    code: str
    line: int
    end: int

    @property
    def key(self) -> str:
        """What the block does, whatever its comments say."""
        if self.language == "python":
            return ast.dump(ast.parse(self.code))
        return repr(commands(self.code))


@dataclass(frozen=True)
class Output:
    """What a block printed, and the HTML of its last value where it is something to look at."""

    text: str
    html: str = ""

    def markdown(self) -> str:
        """Return the output as it stands on the page."""
        parts = []
        if self.text.strip():
            kind = "output wide" if _TABLE.search(self.text) else "output"
            parts.append(f'<div class="{kind}"><pre><code>{html.escape(self.text.rstrip())}</code></pre></div>')
        if self.html:
            parts.append(f'<div class="output shown">{_flat(self.html)}</div>')
        return "".join(f"\n\n{part}\n" for part in parts)


class Failed(Exception):  # noqa: N818  a block failed: that is all there is to say
    """A block of a page did not run."""


def runs(markdown: str) -> bool:
    """Tell whether a page's front matter asks for its code to be run."""
    return _MARK.match(markdown) is not None


def blocks(markdown: str) -> list[Block]:
    """Return the code that a page runs, in order."""
    return [
        Block(found[1], found[2], markdown.count("\n", 0, found.start()) + 2, found.end())
        for found in _FENCE.finditer(markdown)
    ]


def commands(code: str) -> list[list[str]]:
    """Return the ``planie`` commands of a shell block, without comments.

    Raises:
        ValueError: a line is another program's; write such a block as ``sh``.
    """
    lines = [shlex.split(line, comments=True) for line in code.replace("\\\n", " ").splitlines()]
    if strangers := [line[0] for line in lines if line and line[0] != "planie"]:
        raise ValueError(f"{', '.join(strangers)}: only planie is run in a bash block")
    return [line[1:] for line in lines if line]


_DONE: dict[tuple[str, ...], list[Output]] = {}


def outputs(markdown: str, *, name: str) -> list[Output]:
    """Run a page and return what each block gave; a page with the same code is not run again.

    Raises:
        Failed: a block raised, or a command ended with another status than 0.
    """
    found = blocks(markdown)
    key = tuple(_key(block, name) for block in found)
    if key not in _DONE:
        with _folder():
            _DONE[key] = list(_run(found, name))
    return _DONE[key]


def _key(block: Block, name: str) -> str:
    with _named(block, name):
        return block.key


@contextlib.contextmanager
def _named(block: Block, name: str) -> Iterator[None]:
    """Say of whatever fails on which page and line it stands."""
    try:
        yield
    except (Exception, SystemExit) as error:
        said = "".join(traceback.format_exception(error, chain=False))
        raise Failed(f"{name}, line {block.line}: the {block.language} block failed\n{said}") from error


@contextlib.contextmanager
def _folder() -> Iterator[None]:
    """Work in a new folder that holds copies of what the examples read, so that no example can change them."""
    with tempfile.TemporaryDirectory(prefix="planie-docs-", ignore_cleanup_errors=True) as name:
        for part in COPIED:
            shutil.copytree(ROOT / part, Path(name) / part)
        before = Path.cwd()
        os.chdir(name)
        try:
            yield
        finally:
            os.chdir(before)


def _run(found: Sequence[Block], name: str) -> Iterator[Output]:
    scope: dict[str, Any] = {"__name__": "__main__"}
    for block in found:
        with _named(block, name):
            done = _python(block, scope, name) if block.language == "python" else _shell(block)
        yield done


def _python(block: Block, scope: dict[str, Any], name: str) -> Output:
    """Run a block; the value of its last line is drawn as in a notebook, where it can be drawn."""
    tree = ast.parse(block.code)
    last = tree.body[-1] if tree.body else None
    shown = ast.Expression(tree.body.pop().value) if isinstance(last, ast.Expr) else None
    out, value = io.StringIO(), None
    with contextlib.redirect_stdout(out):
        exec(compile(tree, name, "exec"), scope)  # noqa: S102  the pages are ours
        if shown is not None:
            value = eval(compile(shown, name, "eval"), scope)  # noqa: S307
    return Output(out.getvalue(), _html(value))


def _html(value: object) -> str:
    """Return what a notebook would draw: a data frame, or a drawing that is HTML already."""
    if isinstance(value, str) and value.lstrip().startswith("<"):
        return value
    draw = getattr(value, "_repr_html_", None)
    return str(draw()) if draw else ""


def _shell(block: Block) -> Output:
    from click.testing import CliRunner

    from planie import cli

    said = []
    for arguments in commands(block.code):
        ran = CliRunner().invoke(cli.cli, arguments, prog_name="planie")
        if ran.exit_code:
            raise ran.exception if ran.exception and not isinstance(ran.exception, SystemExit) else Failed(ran.output)
        said.append(ran.output)
    return Output("".join(said))


def _flat(drawn: str) -> str:
    """Leave out what would end a piece of HTML in Markdown, or style the whole page."""
    drawn = re.sub(r"<style.*?</style>", "", drawn, flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", " ", drawn).strip()
