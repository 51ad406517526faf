"""Pages that stand elsewhere in the repository, taken in where a page says so, never copied.

Enters: a page with ``<!-- include: corpus/README.md -->``. Leaves: the page with that file in it,
without front matter, its links turned to where the site has what they lead to. A file that is not there is
refused.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PAGES = {  # what stands in the repository → the page that shows it
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
    "README.zh-CN.md": "zh/index.md",
    "corpus/GUIDELINES.md": "guidelines.md",
    "corpus/README.md": "corpus.md",
    "docs/formats.md": "formats.md",
    "src/planie/encoder/README.md": "model.md",
    "src/planie/model/README.md": "model.md",
}

_ASKED = re.compile(r"^<!-- include: (\S+)( deeper)? -->$", re.MULTILINE)
_FRONT = re.compile(r"\A---\n.*?\n---\n+", re.DOTALL)
_COMMENT = re.compile(r"[ \t]*<!-- /?[\w: ]+ -->\n?")
_LINK = re.compile(r"\[([^\]\n]+)\]\((?!https?:|#|mailto:)([^)\s#]+)(#[^)\s]*)?\)")
_FENCED = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)


def included(markdown: str, *, page: str) -> str:
    """Return the page with what it includes.

    Args:
        markdown: the page.
        page: its path below ``docs/``, which the links start from.
    """
    return _ASKED.sub(lambda asked: _text(asked[1], page, deeper=bool(asked[2])), markdown)


def asked(markdown: str) -> list[str]:
    """Return the files that a page includes."""
    return [found[1] for found in _ASKED.finditer(markdown)]


def _text(path: str, page: str, *, deeper: bool) -> str:
    text = _FRONT.sub("", (ROOT / path).read_text("utf-8"))
    parts = _FENCED.split(text)  # every second one is code, which stays as it is
    parts[::2] = [_prose(part, path, page, deeper) for part in parts[::2]]
    return "".join(parts)


def _prose(text: str, path: str, page: str, deeper: bool) -> str:
    text = _COMMENT.sub(lambda found: "\n" if found[0].endswith("\n") else "", text)
    text = _LINK.sub(lambda link: _turned(link, path, page), text)
    return re.sub(r"^#", "##", text, flags=re.MULTILINE) if deeper else text


def _turned(link: re.Match[str], path: str, page: str) -> str:
    """Lead a link to the page that shows the file; where there is none, keep what it says and name the file."""
    to = posixpath.normpath(posixpath.join(posixpath.dirname(path), link[2]))
    if to.startswith("docs/assets/"):
        return f"[{link[1]}]({posixpath.relpath(to.removeprefix('docs/'), posixpath.dirname(page) or '.')})"
    if to in PAGES:
        return f"[{link[1]}]({posixpath.relpath(PAGES[to], posixpath.dirname(page) or '.')}{link[3] or ''})"
    return link[1] if link[1].strip("`") == to else f"{link[1]} (`{to}`)"
