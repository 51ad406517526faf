"""HTML → the lines of its main text.

Enters: the text of a page. Leaves: its main text, a line a block (paragraph, heading, list
item), a line a table row with tabs between the cells; inline markup never breaks a line.

trafilatura (https://aclanthology.org/2021.acl-demo.15/) decides what the main text is: it
keeps headings, lists and tables best of the well-kept extractors, needs no network, and is
tested on many languages. It does not decide how a line is written, because on pages laid out
by tables it breaks a number from its sentence: the lines come from the page's own blocks, in
page order, and those stay whose words trafilatura kept. If it finds nothing, or leaves most
of a page's running text out, all visible text stays; later stages set site furniture aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from planie.errors import FileError, require

LEAST_KEPT = 0.5
"""Share of the running text (what is no link) that the main text must hold to be believed."""

NEAR = 2_000
"""Characters of the main text within which the next line must come up: further on it is furniture
that happens to be quoted, and time would not be linear."""

LEAST_NAME = 8
"""Characters from which a line above the main text that the page's title or a heading repeats is the document's title."""

_UNSEEN = frozenset("head script style noscript template iframe object svg math select textarea".split())
_BLOCKS = frozenset(
    "address article aside blockquote body br center caption dd details div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table "
    "tbody tfoot thead title tr ul".split()
)
_CELLS = frozenset(("td", "th"))
_ROOMY = frozenset("table ul ol h1 h2 h3 h4 h5 h6 form".split())  # what no cell of a plain table holds
_MOST_IN_A_ROW = 600  # characters; a row of more lays out the page
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_SPACE = re.compile("[ \t\r\n\f]+")
_NEWLINE = re.compile(r"\r\n?|\n")
_DECORATION = re.compile(r"[\s|#*_`>\\-]+")  # what trafilatura may add or take away
_DECLARED = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
_HAN = re.compile("[\u3400-\u9fff]")


def main_text(page: str, name: str) -> str:
    """Return the main text of a page, or all that is visible if there is no telling.

    Raises:
        FileError: nothing on the page is visible.
        DependencyError: trafilatura (extra ``html``) is not installed.
    """
    trafilatura = require("trafilatura", extra="html")
    lines, names, links = _visible_lines(page)
    if not lines:
        raise FileError(f"{name}: an HTML page without visible text; save the page as it is shown, or its text")
    main = trafilatura.extract(page, favor_recall=True, include_comments=False, include_tables=True)
    kept = list(_kept(lines, main or "", names))
    running = _weight(lines) - links
    return "\n".join(kept if kept and _weight(kept) >= LEAST_KEPT * running else lines)


def _weight(lines: list[str]) -> int:
    return sum(len(_HAN.findall(line)) for line in lines)


def _kept(lines: list[str], main: str, names: str) -> Iterator[str]:
    """Yield the lines that are lines of the main text, or come up in it where reading has got to.

    The title above it, which trafilatura may take for a heading of the site, is told by what the page calls itself.
    """
    whole = {_DECORATION.sub("", line) for line in main.splitlines()}
    bare, at = _DECORATION.sub("", main), 0
    for line in lines:
        key = _DECORATION.sub("", line)
        found = bare.find(key, at, at + NEAR + len(key)) if key else -1
        if found >= 0:
            at = found + len(key)
        title = at == 0 and len(key) >= LEAST_NAME and key in names
        if found >= 0 or title or (key and key in whole):
            yield line


def _visible_lines(page: str) -> tuple[list[str], str, int]:
    """Return the lines of all visible text, what the page calls itself, and how many Han characters are links."""
    lxml_html, etree = require("lxml.html", extra="html"), require("lxml.etree", extra="html")
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    source = _DECLARED.sub("", page).encode("utf-8", "replace")
    try:
        root = lxml_html.document_fromstring(source, parser=parser, ensure_head_body=True)
    except etree.ParserError:  # nothing but comments, or nothing at all
        return [], "", 0
    writer = _Writer()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            writer.leave(element)
        elif element.tag in _UNSEEN or _hidden(element):
            writer.skip(element)
            walk.skip_subtree()
        else:
            writer.enter(element)
    names = "\n".join(_DECORATION.sub("", name.text_content()) for name in root.iter("title", "h1", "h2"))
    return writer.finish(), names, writer.links


def _hidden(element: Any) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "").lower()))


@dataclass(slots=True)
class _Writer:
    """Writes text as the walk over a page comes by, a line a block, a line a plain table row."""

    links: int = 0
    _lines: list[str] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _row: Any = None  # the plain table row that the walk is in
    _within_link: int = 0
    _within_pre: int = 0
    _skipped: Any = None

    def skip(self, element: Any) -> None:
        self._skipped = element

    def enter(self, element: Any) -> None:
        tag = element.tag
        if self._row is None and tag == "tr":
            self._break()
            self._row = element if _is_plain(element) else None
        elif tag in _CELLS:
            self._part("\t") if self._row is not None else self._break()
        elif tag in _BLOCKS:
            self._part(" ") if self._row is not None else self._break()
        self._within_link += tag == "a"
        self._within_pre += tag == "pre"
        self._text(element.text)

    def leave(self, element: Any) -> None:
        if element is self._skipped:
            self._skipped = None
        else:
            self._within_link -= element.tag == "a"
            self._within_pre -= element.tag == "pre"
            if element is self._row:
                self._row = None
                self._break()
            elif element.tag in _BLOCKS or element.tag in _CELLS:
                self._part(" ") if self._row is not None else self._break()
        self._text(element.tail)

    def finish(self) -> list[str]:
        self._break()
        return self._lines

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self._within_pre and self._row is None:
            *whole, text = _NEWLINE.split(text)
            for line in whole:
                self._line.append(line)
                self._break()
        self._line.append(_SPACE.sub(" ", text))
        self.links += len(_HAN.findall(text)) if self._within_link else 0

    def _part(self, mark: str) -> None:
        self._line.append(mark)

    def _break(self) -> None:
        cells = "".join(self._line).split("\t")
        line = "\t".join(_SPACE.sub(" ", cell).strip(" ") for cell in cells).strip("\t")
        if line.strip():
            self._lines.append(line)
        self._line.clear()


def _is_plain(row: Any) -> bool:
    """Say whether a table row holds data, and not the layout of the page."""
    if any(descendant.tag in _ROOMY for descendant in row.iterdescendants()):
        return False
    return sum(len(text) for text in row.itertext()) <= _MOST_IN_A_ROW
