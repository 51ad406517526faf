"""What the site does beyond Markdown: it takes pages in, describes the commands and runs the tutorials.

mkdocs calls these functions (``hooks`` in ``mkdocs.yml``). A page with ``run: true`` in its front matter has
its code run, and the output stands under each block.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import commanding
import including
import running

_ROLE = re.compile(r":(?:attr|class|data|exc|func|meth|mod):<code>(~?)([^<]+)</code>")


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Return the page's Markdown, complete."""
    if page.meta.get("run"):
        markdown = _with_outputs(markdown, page.file)
    return commanding.described(including.included(markdown, page=page.file.src_uri))


def on_page_content(html: str, **_: Any) -> str:
    """Take the role off a name in a docstring (``:meth:`to_dict```), which Markdown does not know."""
    return _ROLE.sub(lambda found: f"<code>{found[2].rpartition('.')[2] if found[1] else found[2]}</code>", html)


def on_post_page(output: str, *, page: Any, **_: Any) -> str:
    """Say in what language a page is: screen readers, hyphenation and fonts go by it."""
    if page.file.src_uri.startswith("zh/"):
        return output.replace('<html lang="en"', '<html lang="zh-Hans"', 1)
    return output


def _with_outputs(markdown: str, file: Any) -> str:
    source = Path(file.abs_src_path).read_text("utf-8")  # with its front matter, so that lines count as in the file
    found = running.outputs(source, name=file.src_uri)
    for block, output in reversed(list(zip(running.blocks(markdown), found, strict=True))):
        markdown = markdown[: block.end] + output.markdown() + markdown[block.end :]
    return markdown
