"""DOCX and PDF → the lines of their text.

Enters: the path of a file and its bytes. Leaves: text, a line a paragraph, a line a table row
with tabs between the cells, in document order. Refused with :class:`FileError`: what is no
DOCX or PDF whatever its name, what is encrypted, a PDF of pictures.

DOCX by python-docx. PDF by pypdfium2: Chinese PDF files often name character maps that they
do not embed, which PDFium has and pypdf has not; it is also ten times as fast as pdfminer.six.
A PDF holds lines, not paragraphs: a line that runs to the margin is joined with the next one.
"""

from __future__ import annotations

import codecs
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

from planie.errors import FileError, counted, require

FULL = 0.85
"""Share of the longest lines' length from which on a line has run to the margin."""

_ENDED = re.compile("[。！？；：:;!?]$")
_BEGINS = re.compile(  # what begins one: 一、 （二） 3. （4） 第五章 — • 附件
    "^(?:[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\\d]+[）)]|\\d+[、.．](?!\\d)"
    "|第[一二三四五六七八九十百\\d]+[章节条]|[—–•●■◆○①-⑳-]|附件|\u3000| {2})"
)
_PAGE_EDGE = re.compile(
    r"^[-—–\s·]*(?:第\s*)?\d{1,4}(?:\s*页)?[-—–\s·]*$"  # - 3 -, 第3页
    r"|^\d{1,4}/\d{1,2}/\d{1,4},?\s+\d{1,2}:\d{2}(?:\s*[AP]M)?(?:\s.{0,80})?$"  # 11/22/26, 3:04 PM 工作计划, as browsers print it
    r"|^(?:https?://|file:///|about:)\S+(?:\s+\d{1,4}/\d{1,4})?$"  # and below the address with 1/5
)


_AROUND = ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")  # of Word's elements: what is in them is read
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BEGINNINGS = (  # how kinds of file begin
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a zip archive, as DOCX, XLSX and PPTX files are"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (DOC, XLS)"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
)


def _looks(data: bytes) -> str:
    """Say in words what *data* looks like."""
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    start = data[:1024].lstrip(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    return "binary data of an unknown kind" if b"\0" in start else "plain text"


def docx_text(data: bytes, name: str) -> str:
    """Return the paragraphs and table rows of a DOCX file.

    Raises:
        FileError: the bytes are no DOCX file.
        DependencyError: python-docx (extra ``docx``) is not installed.
    """
    docx = require("docx", extra="docx")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileError(f"{name}: an old Word file (DOC) or an encrypted one; save it as DOCX without a password")
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise FileError(f"{name}: no DOCX file (what is in it looks like {_looks(data)}); save it as DOCX")
    try:
        document = docx.Document(io.BytesIO(data))
        lines = list(_blocks(document.element.body, document))
    except Exception as error:  # python-docx raises KeyError, ValueError, XML errors: all mean the same
        raise FileError(f"{name}: a damaged DOCX file, or another kind of archive ({error}); save it anew") from error
    return "\n".join(lines)


def _blocks(element: Any, part: Any) -> Iterator[str]:
    """Yield paragraphs and rows in document order, those in content controls and tracked insertions too."""
    for child in element:
        kind = _kind(child)
        if kind == "p":
            yield "".join(_said(child))
        elif kind == "tbl":
            yield from _rows(require("docx.table", extra="docx").Table(child, part))
        elif kind in _AROUND:
            yield from _blocks(child, part)


def _said(element: Any) -> Iterator[str]:
    """Yield the words of a paragraph as it reads with all its tracked changes accepted."""
    for child in element:
        kind = _kind(child)
        if kind in _MARKS:
            yield _MARKS[kind]
        elif kind == "t":
            yield child.text or ""
        elif kind in _AROUND or kind in ("r", "hyperlink", "fldSimple"):
            yield from _said(child)


def _kind(element: Any) -> str:
    """Return the name of an element without its namespace; a comment or instruction has none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _rows(table: Any) -> Iterator[str]:
    """Yield a line a row; a merged cell counts once, a table within a cell is read in its place."""
    seen: set[Any] = set()
    for row in table.rows:
        cells, last = [], None
        for cell in row.cells:
            if cell._tc is last:  # merged with the one to its left
                continue
            last = cell._tc
            cells.append("" if last in seen else " ".join(" ".join(_blocks(last, cell)).split("\n")).strip())
            seen.add(last)
        yield "\t".join(cells).strip("\t")


def pdf_text(data: bytes, name: str) -> str:
    """Return the text of a PDF file, its wrapped lines joined, its page numbers and what a browser prints beside them left out.

    Warns:
        UserWarning: some pages are pictures.

    Raises:
        FileError: the bytes are no PDF file, it is encrypted, or it holds no text.
        DependencyError: pypdfium2 (extra ``pdf``) is not installed.
    """
    pdfium = require("pypdfium2", extra="pdf")
    if b"%PDF-" not in data[:1024]:
        raise FileError(f"{name}: no PDF file (what is in it looks like {_looks(data)}); name it by what it is")
    try:
        with pdfium.PdfDocument(data) as document:
            pages = [_page_lines(page) for page in document]
            pictures = [n for n, page in enumerate(document, 1) if not pages[n - 1] and _has_picture(page, pdfium)]
    except pdfium.PdfiumError as error:
        reason = (
            "it is encrypted; save it without a password" if "assword" in str(error) else "it is damaged; save it anew"
        )
        raise FileError(f"{name}: PDF file that cannot be opened ({error}): {reason}") from error
    lines = [line for page in pages for line in page]
    if not any(line.strip() for line in lines):
        raise FileError(
            f"{name}: a PDF of {counted(len(pages), 'page')} without text, pictures perhaps; run OCR over it first"
        )
    if pictures:
        named = ", ".join(map(str, pictures))
        warnings.warn(f"{name}: no text on page {named}, only pictures; run OCR over it first", stacklevel=3)
    return "\n".join(_joined(lines))


def _has_picture(page: Any, pdfium: Any) -> bool:
    return any(page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE]))


def _page_lines(page: Any) -> list[str]:
    """Return the lines of a page without its number, or what a browser prints, at its head or foot."""
    text = page.get_textpage()
    lines = [line.rstrip() for line in str(text.get_text_bounded()).splitlines()]
    lines = [line for line in lines if line.strip()]
    if lines and _PAGE_EDGE.match(lines[-1]):
        lines.pop()
    return lines[1:] if len(lines) > 1 and _PAGE_EDGE.match(lines[0]) else lines


def _joined(lines: list[str]) -> Iterator[str]:
    """Yield paragraphs: a line that ran to the margin goes on, unless it ended or the next one begins anew."""
    longest = sorted(map(len, lines))[int(len(lines) * 0.9)]
    paragraph = ""
    for i, line in enumerate(lines):
        paragraph += line
        after = lines[i + 1] if i + 1 < len(lines) else ""
        if after and len(line) >= FULL * longest and not _ENDED.search(line) and not _BEGINS.match(after):
            continue
        yield paragraph
        paragraph = ""
