"""Plans as one page for readers: text, styles and script in one file that loads nothing.

Enters: plans, one by one. Leaves: HTML 5, a stretch at a time. Chinese comes first; the page reads
without its script and prints in black and white. What a plan says is escaped, and a content policy
(https://www.w3.org/TR/CSP3/) lets no script run but the page's own and lets nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from typing import Final

from planie.export.markup import Html, el, join
from planie.export.views import View
from planie.plan import Plan

_PARTS: Final = ("marks.css", "style.css", "script.js")


@lru_cache(maxsize=1)
def _assets() -> tuple[str, str]:
    folder = resources.files("planie.export")
    marks, style, script = (folder.joinpath("page", name).read_text("utf-8") for name in _PARTS)
    return marks + style, script


def _digest(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def page(plans: Iterable[Plan]) -> Iterator[str]:
    """Yield the page of *plans*; one plan is held at a time."""
    style, script = _assets()
    title = ""
    for number, plan in enumerate(plans):
        if not title:
            title = plan.title or plan.source.name or "planie"
            yield opened(title, style=style, script=script)
        yield article(plan, name=f"p{number}") + "\n"
    if not title:
        yield opened("planie", style=style, script=script) + el("p", "没有计划。") + "\n"
    yield closed(script)


def opened(title: str, *, style: str, script: str) -> Html:
    """Return what stands before a page's content; of scripts and styles only these two may run."""
    policy = f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; base-uri 'none'; form-action 'none'"
    metas = join(
        [
            el("meta", charset="utf-8"),
            el("meta", http_equiv="Content-Security-Policy", content=policy),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("meta", name="referrer", content="no-referrer"),
        ]
    )
    head = el("head", metas, el("title", title), Html(f"<style>{style}</style>"))
    return Html(f'<!DOCTYPE html>\n<html lang="zh-CN">\n{head}\n<body>\n<main>\n')


def closed(script: str) -> Html:
    """Return what stands behind a page's content."""
    return Html(f"</main>\n<script>{script}</script>\n</body>\n</html>\n")


def article(plan: Plan, *, name: str) -> Html:
    """Return one plan; every id in it begins with *name*."""
    view = View(plan, name)
    sides = el("div", view.targets(), view.document(), class_="sides")  # printed in this order
    return el("article", view.facts(), view.timeline(), sides, view.notes(), id=name)
