"""Clean annotated plans made dirty in the ways in which scraped pages are, annotations and all.

In: a document and a seeded random source. Out: the document as such a page would have it; every
entity covers the words that it covered, in their new form, and regions take in nothing that was
put in around the text. What cannot be done to a document leaves it as it is. The kinds are those
of real pages (traditional script, pinyin glosses, slid bytes, redactions, lost characters, site
furniture, several plans on a page, widths, spaces, lines joined and printed); the words put in are
this project's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from random import Random
from typing import Final, Protocol

from planie.annotations import Document
from planie.learn.edits import Edit, edited, fits, noises, outside
from planie.learn.readings import READINGS
from planie.learn.variation import place_names, replace_names, replace_numbers
from planie.spans import Entity, Frame, ProgramFrame

__all__ = ["KINDS", "Noise", "replace_names", "replace_numbers"]


class Noise(Protocol):
    """A kind of noise: the same document and the same seed give the same page."""

    def __call__(self, document: Document, *, rng: Random) -> Document:
        """Return the document made dirty."""
        ...


@lru_cache
def _converter(standard: str) -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC(standard).convert
    return convert


def traditional(document: Document, *, rng: Random) -> Document:
    """Write the text in traditional characters, line by line, by one of OpenCC's standards: 標準化學校."""
    convert = _converter(rng.choice(("s2t", "s2t", "s2tw")))
    edits = []
    for line in re.finditer(r"[^\n]+", document.text):
        said = convert(line.group())
        if len(said) != len(line.group()):  # a phrase that is longer in the other script
            said = "".join(convert(c)[:1] for c in line.group())
        pairs = zip(line.group(), said, strict=True)
        edits += [Edit(line.start() + i, line.start() + i + 1, new) for i, (old, new) in enumerate(pairs) if old != new]
    return edited(document, edits, noise="traditional")


def glosses(document: Document, *, rng: Random) -> Document:
    """Print the reading behind some characters, mostly all times that they occur: 标(biāo)准(zhǔn)."""
    chosen = {c for c in sorted(READINGS) if rng.random() < rng.choice((0.4, 0.8))}
    left, right = rng.choice(("()", "()", "（）"))
    edits = [
        Edit(i + 1, i + 1, f"{left}{READINGS[c]}{right}")
        for i, c in enumerate(document.text)
        if c in chosen and rng.random() < 0.95
    ]
    return edited(document, edits, noise="glosses")


# --- bytes --------------------------------------------------------------------

_HEADING: Final = re.compile(
    r"(?m)^[ \t\u3000]*(?P<head>(?:[（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)[^\n]{2,})"
)


def gbk_shift(document: Document, *, rng: Random) -> Document:
    """Lose the second byte of the wide space before headings, so that the pairs behind it slide by one."""
    free = outside(document)
    edits = []
    for match in _HEADING.finditer(document.text):
        start, said = match.start("head"), match["head"]
        stop = re.search(r"[!-'*-~]", said)  # a single byte ends the slide, or the line does
        said = said[: stop.start()] if stop else said
        slid = _slid(said)
        if slid and len(said) <= 40 and free(start, start + len(said)) and rng.random() < 0.8:
            edits.append(Edit(start, start + len(said), slid))
    return edited(document, edits, noise="gbk_shift")


def _slid(text: str) -> str | None:
    """Read the GBK bytes of *text* one byte too early, behind half a wide space."""
    try:
        rest = b"\xa1" + text.replace("(", "（").replace(")", "）").encode("gbk")
    except UnicodeEncodeError:
        return None
    read: list[str] = []
    while rest:
        size = 1 if rest[0] < 0x80 else 2
        read.append(rest[:size].decode("gb18030", "ignore"))
        rest = rest[size:]
    return "".join(read)


def lost(document: Document, *, rng: Random) -> Document:
    """Lose characters of the running text: two marks of interrogation for each."""
    free = outside(document)
    places = [m.start() for m in re.finditer(r"[\u4e00-\u9fff]", document.text) if free(*m.span())]
    gone = rng.sample(places, min(len(places), 1 + round(len(places) * rng.uniform(0.003, 0.02))))
    return edited(document, [Edit(place, place + 1, "??") for place in gone], noise="lost")


# --- redaction ----------------------------------------------------------------

_NUMBER: Final = re.compile(r"\d+(?:[.．]\d+)?")
_YEAR: Final = re.compile(r"(?<![\d.])(?:19|20)\d\d(?=\s*(?:年|学年|[-—–~～至到]\s*(?:19|20)\d\d))")


def redaction(document: Document, *, rng: Random) -> Document:
    """Blank out numbers of values, names of places, years, or several of these, in one manner throughout."""
    which = rng.choice(
        (
            ("numbers",),
            ("names",),
            ("years",),
            ("numbers", "names"),
            ("numbers", "years"),
            ("numbers", "names", "years"),
        )
    )
    mask = rng.choice(("*", "**", "**", "XX", "××"))
    edits = [edit for name in _BLANKED if name in which for edit in _BLANKED[name](document, mask, rng)]
    inside = fits(document)
    changed = edited(document, [e for e in edits if inside(e.start, e.end)], noise="redaction")
    if "years" in which and "year" in changed.meta:
        return replace(changed, meta={**changed.meta, "year": None})
    return changed


def _numbers(document: Document, mask: str, rng: Random) -> Iterator[Edit]:
    share = rng.choice((0.3, 0.7, 1.0))
    values = [e for e in document.entities if e.label == "VALUE" and rng.random() < share]
    return (Edit(*m.span(), mask) for e in values for m in _NUMBER.finditer(document.text, e.start, e.end))


def _years(document: Document, mask: str, rng: Random) -> Iterator[Edit]:
    """Years that are no part of a value."""
    year = rng.choice(("2xxxx", "20XX", "20**", mask))
    values = [(e.start, e.end) for e in document.entities if e.label == "VALUE"]
    for match in _YEAR.finditer(document.text):
        if not any(start < match.end() and match.start() < end for start, end in values):
            yield Edit(*match.span(), year)


def _names(document: Document, mask: str, _rng: Random) -> Iterator[Edit]:
    names = sorted(place_names(document), key=len, reverse=True)
    found = re.finditer("|".join(map(re.escape, names)), document.text) if names else ()
    return (Edit(*m.span(), mask) for m in found)


_BLANKED: Final = {"numbers": _numbers, "years": _years, "names": _names}


# --- the page around it -------------------------------------------------------

_ABOVE: Final = (
    "当前位置：首页 > 工作计划 > 教育 > 正文\n", "您现在的位置：首页>>文秘>>计划总结>>浏览文章\n", "首页 > 范文 > 计划 > {title}\n",
    "时间：{date} 09:{minute}:16 来源：网络整理\n", "发布时间：{date}　作者：佚名　浏览：{count}次\n", "来源：文秘资料库　时间：{date}\n",
    "<div class=\"top\">\n", "文库\n{count}\n", "本站小编为大家整理了{title}，希望能对您有所帮助，欢迎阅读。\n",
    "以下是小编分享的{title}，仅供参考！\n", "【字体：大 中 小】\n", "分享到：\n收藏\n打印\n",
)  # fmt: skip
_BELOW: Final = (
    "\n相关文章：\n{links}", "\n【{title}】相关推荐：\n{links}", "\n上一篇：中学教研组工作小结\n下一篇：幼儿园家长会发言稿\n", "\n责任编辑：小文\n", "\n采编：www.example.com\n",
    "\n更多范文请关注本站微信公众号。\n", "\n版权所有 转载请注明出处\n", "\nhttp://www.example.com/plan/{count}.html\n", "\n</div>\n",
)  # fmt: skip
_LINKS: Final = (
    "学校德育工作计划", "幼儿园卫生保健总结", "班主任经验交流材料", "教研室学期打算", "社区教育活动方案", "体育局述职报告", "乡镇中心校安全预案", "图书馆年度小结",
)  # fmt: skip


def furniture(document: Document, *, rng: Random) -> Document:
    """Put a site's page around the plan: crumbs, a by-line, a teaser, links, notices."""
    title = _title(document)
    words = {
        "title": title,
        "date": f"20{rng.randint(10, 24)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        "minute": f"{rng.randint(0, 59):02d}",
        "count": str(rng.randint(100, 99999)),
        "links": "".join(
            f"{link}{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}\n"
            for link in rng.sample(_LINKS, rng.randint(3, 6))
        ),
    }
    above = [row.format(**words) for row in rng.sample(_ABOVE, rng.randint(2, 4))]
    if rng.random() < 0.6:
        above += [f"{title}\n", *_teaser(document, rng)]
    below = [row.format(**words) for row in rng.sample(_BELOW, rng.randint(1, 4))]
    end = len(document.text)
    return edited(document, [Edit(0, 0, "".join(above)), Edit(end, end, "".join(below))], noise="furniture")


def _teaser(document: Document, rng: Random) -> Iterator[str]:
    """The article's opening, cut off, as sites print it above the article."""
    body = [line.strip() for line in document.text.split("\n") if "。" in line]
    if body and len(body[0]) > 60:
        yield body[0][: rng.randint(50, min(len(body[0]) - 5, 140))] + rng.choice(("……", "...", "…")) + "\n"


def several(document: Document, *, rng: Random, others: Sequence[Document] = ()) -> Document:
    """Print the plan and *others* on one page, numbered 篇1, 篇2, … from the first or the second on."""
    if not others:
        return document
    form = rng.choice(("篇{n}：{title}", "篇{n}:{title}", "【篇{han}】{title}", "第{n}篇：{title}"))
    page, first = document, rng.random() < 0.5
    if first:
        page = edited(document, [Edit(0, 0, _marker(form, document, 1) + "\n")])
    for n, other in enumerate(others, 2):
        page = _behind(page, other, "\n\n" + _marker(form, other, n) + "\n\n")
    return replace(page, meta={**page.meta, "noise": [*noises(page), "several"]})


def _marker(form: str, document: Document, n: int) -> str:
    return form.format(n=n, han="一二三四五六七八九"[min(n, 9) - 1], title=_title(document))


def _title(document: Document) -> str:
    said = document.meta.get("title")
    return str(said) if said else next((line.strip() for line in document.text.split("\n") if line.strip()), "")[:40]


def _behind(page: Document, other: Document, between: str) -> Document:
    """Join two documents; the second one's entities and frames count on."""
    by, at = len(page.entities), len(page.text) + len(between)
    frames = [
        Frame(f.value + by, f.status, {r: i + by for r, i in f.roles.items()}, f.confidence) for f in other.frames
    ]
    programs = [ProgramFrame(p.program + by, {r: i + by for r, i in p.roles.items()}) for p in other.programs]
    moved = [Entity(e.label, e.start + at, e.end + at, e.confidence) for e in other.entities]
    regions = [[s, e] for s, e in page.regions] + [[s + at, e + at] for s, e in other.regions]
    return Document(
        id=f"{page.id}+{other.id}",
        text=page.text + between + other.text,
        entities=(*page.entities, *moved),
        frames=(*page.frames, *frames),
        programs=(*page.programs, *programs),
        meta={**page.meta, "regions": regions},
    )


# --- widths and spaces --------------------------------------------------------

_NARROW: Final = str.maketrans("，；：！？（）", ",;:!?()")
_WIDE: Final = str.maketrans(",;:!?()", "，；：！？（）")
_WIDE_DIGITS: Final = str.maketrans("0123456789%", "０１２３４５６７８９％")


def width(document: Document, *, rng: Random) -> Document:
    """Print marks in the other width, digits in full width, or both: 98.5%, → ９８．５％，."""
    marks, digits = rng.choice(((True, False), (False, True), (True, True)))
    text = document.text
    if marks:
        table = _NARROW if sum(map(text.count, "，（")) > sum(map(text.count, ",(")) else _WIDE
        text = "".join(c if _between_digits(text, i) else c.translate(table) for i, c in enumerate(text))
    if digits:
        text = re.sub(r"(?<=\d)\.(?=\d)", "．", text).translate(_WIDE_DIGITS)
    pairs = zip(document.text, text, strict=True)
    return edited(document, [Edit(i, i + 1, new) for i, (old, new) in enumerate(pairs) if old != new], noise="width")


def _between_digits(text: str, at: int) -> bool:
    """A comma or colon between digits is no mark: 35,600, 48:52."""
    return text[at] in ",:" and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()


def spaces(document: Document, *, rng: Random) -> Document:
    """Part thousands (1 122), set blanks around numbers and quotations, and indent the lines."""
    share, edits = rng.choice((0.3, 0.7, 1.0)), []
    text, values = document.text, [e for e in document.entities if e.label == "VALUE"]
    for entity in values:
        for match in re.finditer(r"(?<![\d.,])[1-9]\d{3,8}(?![\d.])", text[entity.start : entity.end]):
            places = range(entity.start + match.end() - 3, entity.start + match.start(), -3)
            edits += [Edit(place, place, " ") for place in places]
    for match in re.finditer(
        r"(?<=[\u4e00-\u9fff])(?=\d)|(?<=[\d%])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=“)", text
    ):
        if rng.random() < share * 0.5:
            edits.append(Edit(match.start(), match.start(), " "))
    indent = rng.choice(("", "　　", "    ", " "))
    edits += [Edit(m.start(), m.start(), indent) for m in re.finditer(r"(?m)^(?=\S)", text) if indent]
    return edited(document, edits, noise="spaces")


# --- lines --------------------------------------------------------------------

_LINE_ENDS: Final = re.compile(r"(?<=\S)[ \t\u3000]*(?:\n[ \t\u3000]*)+(?=\S)")
_PRINTED: Final = re.compile(r"[0-9A-Za-z.%]+|[^\n]")  # what a line end does not part
_HANGS: Final = frozenset("，。、；：！？）》”’％%,.;:!?)·…—~-")  # what no line begins with
_PAGE_NUMBERS: Final = ("- {} -", "— {} —", "第{}页")


def joined(document: Document, *, rng: Random) -> Document:
    """Put all lines behind one another, with one thing between them throughout, or nothing."""
    between, inside = rng.choice(("", " ", " ", "　　", "\t")), fits(document)
    ends = (m.span() for m in _LINE_ENDS.finditer(document.text))
    return edited(document, [Edit(*end, between) for end in ends if inside(*end)], noise="joined")


def printed(document: Document, *, rng: Random) -> Document:
    """Break the lines at the width of a page, number its pages, and at times put a blank line behind every line."""
    width, page = rng.randint(27, 42), rng.randint(24, 40)
    blank, number = rng.random() < 0.3, rng.choice(_PAGE_NUMBERS)
    edits: list[Edit] = []
    printed_lines = 0
    for line in re.finditer(r"[^\n]+", document.text):
        taken = 2.0  # the first line is set in
        for word in _PRINTED.finditer(document.text, *line.span()):
            size = sum(0.5 if c.isascii() else 1.0 for c in word.group())
            if taken + size > width and word.group() not in _HANGS and word.start() > line.start():
                printed_lines += 1
                turn = f"{number.format(printed_lines // page)}\n" if printed_lines % page == 0 else ""
                edits.append(Edit(word.start(), word.start(), f"\n{turn}"))
                taken = 0.0
            taken += size
        printed_lines += 1
    if blank:
        edits = [Edit(e.start, e.end, e.text.replace("\n", "\n\n")) for e in edits]
        edits += [Edit(m.start(), m.end(), "\n\n") for m in re.finditer(r"\n+", document.text)]
    inside = fits(document)
    return edited(document, [e for e in edits if inside(e.start, e.end)], noise="printed")


KINDS: Final[dict[str, Noise]] = {
    "traditional": traditional,
    "glosses": glosses,
    "gbk_shift": gbk_shift,
    "redaction": redaction,
    "lost": lost,
    "furniture": furniture,
    "several": several,
    "width": width,
    "spaces": spaces,
    "joined": joined,
    "printed": printed,
}
"""Name of a kind → the function that makes it."""
