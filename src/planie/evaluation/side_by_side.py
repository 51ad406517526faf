"""Errors as a page to look at: the sentences that went wrong, gold on the left, what was read on the right.

In: a report. Out: one HTML 5 file in Chinese that loads nothing, worst first, with a filter by word
and by kind of fault; it reads without its script and prints. What a corpus says is escaped, and of
scripts only the page's own may run (:mod:`planie.export.html`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from typing import Final

from planie.evaluation.gold import Found
from planie.evaluation.matching import Item
from planie.evaluation.report import Report
from planie.evaluation.worst import Line, Sentence, wrong_sentences
from planie.export import words
from planie.export.html import closed, opened
from planie.export.markup import Html, Mark, el, join, marked
from planie.export.phrasing import adds, due
from planie.plan import Target
from planie.spans import Span

FAULTS: Final = {
    "missed value": "漏读的数值",
    "missed frame": "漏读的目标",
    "spurious value": "多读的数值",
    "spurious frame": "多读的目标",
    "metric": "指标",
    "name": "指标名称",
    "action": "做法",
    "number": "数",
    "unit": "单位",
    "comparator": "比较",
    "change": "增减",
    "status": "状态",
    "year": "年份",
}
"""The kinds of fault, as :func:`planie.evaluation.worst` names them, in Chinese."""

# What a page shows of a target → the faults that are seen in it.
_SEEN: Final[dict[str, tuple[str, ...]]] = {
    "metric": ("metric", "name"),
    "action": ("action",),
    "value": ("number", "unit", "comparator", "change"),
    "due": ("year",),
    "status": ("status",),
    "base": (),
}


@lru_cache(maxsize=1)
def _assets() -> tuple[str, str]:
    folder = resources.files("planie.evaluation").joinpath("page")
    marks = resources.files("planie.export").joinpath("page", "marks.css").read_text("utf-8")  # one colour a label
    return marks + folder.joinpath("style.css").read_text("utf-8"), folder.joinpath("script.js").read_text("utf-8")


def page(report: Report) -> str:
    """Return the page of everything that went wrong in *report*."""
    style, script = _assets()
    found = wrong_sentences(report.results)
    parts = [_head(report, found), *map(_section, found)]
    return join([opened(f"{report.model}：误差", style=style, script=script), *parts, closed(script)])


def _head(report: Report, found: Sequence[Sentence]) -> Html:
    totals = sum((s.faults for s in found), Counter[str]())
    scores = (
        f"{report.documents} 份文件；数值 {report['values'].score.f1:.1%}，"
        f"指标正确 {report['targets'].score.f1:.1%}，全部正确 {report['everything'].score.f1:.1%}（F1）。"
    )
    legend = [el("span", el("mark", name, class_=label), " ") for label, name in words.LABELS.items()]
    off = el("mark", "红框", class_="off")
    note = el("p", *legend, "　", off, "：另一边没有同样的标注。", class_="quiet")
    if not found:
        return el("header", el("h1", f"{report.model}：误差"), el("p", scores, "没有误差。"))
    return join([el("header", el("h1", f"{report.model}：误差"), el("p", scores), note), _form(totals)])


def _form(totals: Counter[str]) -> Html:
    kinds = [el("option", "全部误差", value="")]
    kinds += [el("option", f"{FAULTS.get(kind, kind)}（{n}）", value=kind) for kind, n in totals.most_common()]
    origins = [("", "全部来源"), ("real", "网页"), ("own", "自拟")]
    return el(
        "form",
        el("input", type="search", name="words", placeholder="筛选：词语、文件……", aria_label="筛选"),
        el("select", *kinds, name="fault", aria_label="误差"),
        el("select", *(el("option", name, value=key) for key, name in origins), name="origin", aria_label="来源"),
        el("button", "清除", type="reset"),
        el("output", class_="quiet"),
    )


def _section(sentence: Sentence) -> Html:
    shown = sentence.result.page
    faults = [el("span", f"{FAULTS.get(kind, kind)} {n}", class_="fault") for kind, n in sentence.faults.most_common()]
    head = el("h2", shown.document.id, el("small", f"第 {sentence.span[0] + 1} 字"), *faults)
    sides = (
        _entities(sentence, shown.gold, sentence.paired.found),
        _entities(sentence, sentence.paired.found, shown.gold),
    )
    names = [el("div", name, class_="side") for name in ("标注", "模型")]
    texts = [el("div", side, class_="said") for side in sides]
    rows = [part for line in sentence.lines for part in _line(line)]
    return el(
        "section",
        head,
        el("div", *names, *texts, *rows, class_="two"),
        data_faults="|".join(sentence.faults),
        data_origin="real" if shown.real else "own",
    )


def _entities(sentence: Sentence, found: Found, other: Found) -> Html:
    """The sentence with the entities of one side marked, those that the other side has not with a frame around."""
    healed, text = sentence.result.page.healed, sentence.result.page.document.text
    there = {(e.label, e.start, e.end) for e in other.entities}
    marks = []
    for e in found.entities:
        start, end = healed.to_raw(e.start, e.end)
        if start < sentence.span[1] and sentence.span[0] < end:
            off = "" if (e.label, e.start, e.end) in there else " off"
            marks.append(
                Mark(start, end, "mark", {"class": e.label + off, "title": words.LABELS.get(e.label, e.label)})
            )
    low, high = _trimmed(text, sentence.span)
    return marked(text, low, high, [marks])


def _trimmed(text: str, span: Span) -> Span:
    said = text[slice(*span)]
    start = span[0] + len(said) - len(said.lstrip())
    return start, max(start, span[0] + len(said.rstrip()))


def _line(line: Line) -> Iterator[Html]:
    """The two cells of a gold target and its answer, and what was tagged otherwise below them."""
    for item in (line.gold, line.said):
        if item is None:
            yield el("div", "（无）", class_="target none")
        else:
            alone = line.gold is None or line.said is None
            state = "whole" if alone else "" if line.faults else "right"
            yield el("div", *_fields(item, line.faults, sure=item is line.said), class_=f"target {state}".strip())
    if line.why:
        yield el("div", f"标注不同：{line.why}", class_="why")


def _fields(item: Item, faults: Sequence[str], *, sure: bool) -> Iterator[Html]:
    for name, said in _said(item.target).items():
        bad = any(fault in faults for fault in _SEEN[name])
        if said or bad:
            yield el("span", el("b", said or "（无）", class_="bad") if bad else said)
    if sure:
        yield el("span", f"{item.target.confidence:.0%}", class_="quiet")


def _said(target: Target) -> dict[str, str]:
    """What the page says of a target; the keys are those of ``_SEEN``."""
    read = adds(target.value)
    date, meant = due(target.deadline)
    return {
        "metric": target.metric,
        "action": target.action or "",
        "value": target.value.text + (f"（{read}）" if read else ""),
        "due": date + (f"（{meant}）" if meant else ""),
        "status": words.STATUSES.get(target.status, target.status),
        "base": f"起点 {target.baseline.value.text}" if target.baseline else "",
    }
