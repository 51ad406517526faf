"""Markup that a page's text still holds: entities and tags of HTML, the marks of Markdown, escapes of JSON.

Enters: any text. Leaves: patches of the kind ``markup``: &nbsp; and &ldquo; are what they stand for, tags are line
ends or nothing, 新增学位 **900 个** loses its emphasis, [首页](/) its address. Tags and entities show by themselves what
they are; a pair of ** may be two masks (**县、**县), so Markdown is read where the page has more of it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from planie.heal.draft import Patch
from planie.heal.gloss import HAN

_ENTITY: Final = re.compile(r"&(?:amp;){0,3}(?:nbsp;?|[A-Za-z]{2,8}[1-4]{0,2};|#\d{2,6};|#[xX][0-9A-Fa-f]{2,5};)")

_ESCAPE: Final = re.compile(r"\\(?:r\\n|[nrt](?![A-Za-z])|u(?:3000|00a0|2003|2002)|\")")
_ESCAPED = {"n": "\n", "r": "\n", "t": "\t", '"': '"'}
_ESCAPES = 3  # line ends so written, and more than there are others, are a habit

_BLOCK = "p|div|br|li|tr|h[1-6]|table|tbody|thead|ul|ol|dl|dt|dd|section|article|header|footer|nav|main|center|hr|pre|form|title|option"
_INLINE = (
    "span|strong|b|i|em|u|s|font|a|img|sup|sub|small|big|label|input|button|del|ins|iframe|video|source|colgroup|col"
    "|caption|figure|figcaption|blockquote|svg|path|meta|link|html|head|body|(?:o|w|v|st1):\\w{1,20}"
)
_TAG: Final = re.compile(
    rf"<!--|<(?P<hidden>script|style)\b[^<>]{{0,2000}}>|</?(?:(?P<block>{_BLOCK})|(?P<cell>t[dh])|{_INLINE})"
    r"(?:\s{1,9}[A-Za-z:_-]{1,30}[^<>]{0,2000})?\s?/?>",
    re.IGNORECASE,
)

_ADDRESS = r"\(\s?(?:https?:|ftp:|mailto:|javascript:|www\.|\.{0,2}/|#|[\w%./-]{1,200}\.[A-Za-z]{2,5}\s?\))[^()\s]{0,1000}(?:\s\"[^\"\n]{0,200}\")?\s?\)?"
_ROW: Final = re.compile(r"[ \t]*\|")
_LINK: Final = re.compile(rf"(?P<image>!)?\[(?P<words>[^\[\]\n]{{0,300}})\](?P<at>{_ADDRESS})")
_LINE_START = r"^[ \t]*(?:(?:[-*+•]|\d{1,2}\\?[.)、])[ \t]+)?"
_HEADING: Final = re.compile(r"^(?:[ \u3000]{0,3}#{1,6} +\S|\s*#{1,6} +\*\*\S)", re.MULTILINE)
_RULE: Final = re.compile(r"^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*\|[ \t|:-]*$", re.MULTILINE)
_LEAD: Final = re.compile(  # **加强领导**, - **扩学位**:新建小学3所, **强化保障。**各校要……
    rf"{_LINE_START}\*\*(?=[^\s*])[^*\n]{{2,60}}(?:\*\*[ \t]*(?:[:：。]|$)|[。：:]\*\*)", re.MULTILINE
)
_EMPHASIS: Final = re.compile(
    r"(?<![*\\])(?P<mark>\*{1,3})(?=[^\s*])(?P<words>[^*\n]{1,300}?)(?<=[^\s*])(?P=mark)(?!\*)"
    r"|(?<![A-Za-z0-9_])(?P<line>_{1,3})(?=[^\s_])[^_\n]{1,300}?(?<=[^\s_])(?P=line)(?![A-Za-z_])|(?P<tick>`{1,2})[^`\n]{1,300}(?P=tick)"
)
_BEGUN: Final = re.compile(
    r"^(?:[ \t]*>)+ ?|^[ \t]*(?:`{3,}|~{3,})\w*[ \t]*$|^ {0,3}(?:(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$|^={3,}[ \t]*$"
    r"|\\(?=[!-/:-@\[-`{-~])|\\$",
    re.MULTILINE,
)
_MASKED = frozenset("%％‰个所名人万亿元年月日省市县区州镇乡旗村校路街号届期次项间亩套座位吨")
"""What a mask stands before: **%, **县, **万元."""
_PLACES = frozenset("省市县区州镇乡旗")
_HIDDEN = 200_000  # characters of a script, at most
_LEADS = 2  # lines that open in bold are a habit


def read_entities(text: str) -> Iterator[Patch]:
    """Write the characters that entities stand for: &nbsp;260&nbsp;名 is 260 名 between spaces."""
    if "&" not in text:
        return
    for found in _ENTITY.finditer(text):
        said = found.group() if found.group().endswith(";") else found.group() + ";"
        for _ in range(5):  # &amp;amp;nbsp;
            said = html.unescape(said)
        said = said.replace("\xa0", " ")
        if len(said) == 1 and (said.isprintable() or said.isspace()):
            yield Patch(found.start(), found.end(), said, "markup")


def read_escapes(text: str) -> Iterator[Patch]:
    r"""Write the line ends that \n stands for, where a text has been copied out of JSON."""
    found = list(_ESCAPE.finditer(text)) if "\\" in text else []
    if sum(escape.group().startswith(("\\n", "\\r")) for escape in found) < max(_ESCAPES, text.count("\n")):
        return
    for escape in found:
        name = escape.group()[1:]
        said = _ESCAPED.get(name[0]) or chr(int(name[1:], 16))
        yield Patch(*escape.span(), said, "markup")


def drop_html(text: str) -> Iterator[Patch]:
    """Take out tags, comments, scripts and styles; a block begins a line, a cell is parted by a tab."""
    at, without = 0, dict[str, int]()  # up to where there is no such end
    while found := _TAG.search(text, at):
        start, at = found.span()
        if found["hidden"] or found.group() == "<!--":
            ends = f"</{found['hidden']}" if found["hidden"] else "-->"
            close = text.find(ends, max(at, without.get(ends, 0)), at + _HIDDEN)
            if close >= 0:
                at = text.find(">", close) + 1 or len(text)
            else:
                without[ends] = at + _HIDDEN - len(ends)
            yield Patch(start, at, "", "markup")
        elif found["cell"]:
            yield Patch(start, at, "\t" if found.group().startswith("</") else "", "markup")
        else:
            inside = start > 0 and text[start - 1] != "\n" and at < len(text) and text[at] not in "\r\n"
            inside = inside and not _ROW.match(text, text.rfind("\n", 0, start) + 1)  # | 巩固率<br>(小学) | 98% |
            yield Patch(start, at, "\n" if found["block"] and inside else "", "markup")


def drop_markdown(text: str) -> Iterator[Patch]:
    """Take out addresses of links, emphasis, marks of quotations, fences and escapes."""
    found = [span for link in _LINK.finditer(text) for span in _around(link)]
    if _is_markdown(text, linked=bool(found)):
        found += [span for mark in _EMPHASIS.finditer(text) if _is_emphasis(mark) for span in _marks(mark)]
        found += [mark.span() for mark in _BEGUN.finditer(text)]
    last = 0
    for start, end in sorted(found):
        if start >= last:
            yield Patch(start, end, "", "markup")
            last = end


def _is_markdown(text: str, *, linked: bool) -> bool:
    if linked or _HEADING.search(text) or _RULE.search(text):
        return True
    leads = (lead.group() for lead in _LEAD.finditer(text))
    return sum(lead.split("**")[1][0] not in _MASKED for lead in leads) >= _LEADS


def _around(link: re.Match[str]) -> tuple[tuple[int, int], ...]:
    """What of a link is not its words; of an image nothing is."""
    if link["image"]:
        return (link.span(),)
    return (link.start(), link.start("words")), (link.end("words"), link.end())


def _is_emphasis(found: re.Match[str]) -> bool:
    mark, words = found["mark"], found["words"]
    if mark is None:
        return True
    before, after = found.string[max(0, found.start() - 1) : found.start()], found.string[found.end() : found.end() + 1]
    apart = not re.match(rf"[\w{HAN}]", before) and not re.match(rf"[\w{HAN}]", after)
    if len(mark) == 1 or words[0] in _MASKED:
        return apart
    return words[0].isdigit() or apart or after not in _PLACES


def _marks(found: re.Match[str]) -> tuple[tuple[int, int], ...]:
    size = len(found["mark"] or found["line"] or found["tick"])
    return (found.start(), found.start() + size), (found.end() - size, found.end())
