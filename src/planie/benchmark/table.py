"""A benchmark as one Markdown table, and its place between two marks of a file.

In: what the contestants came to. Out: a table, in English or Chinese. A file without both marks is
refused; the file is replaced as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from planie.errors import FileError
from planie.replacing import replacing

BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"
_HEADS: Final = {
    "en": "|  | entities | targets | everything right | numbers | dates | characters a second | speed | memory |",
    "zh": "|  | 实体 | 目标 | 全部正确 | 数字 | 日期 | 每秒字数 | 速度 | 内存 |",
}
_RULE: Final = "| --- " + "| --: " * 8 + "|"
_MISSING: Final = {"en": "not installed", "zh": "未安装"}
_NAMES: Final = {
    "en": {"rules": "rules", "linear": "linear model, the same features"},
    "zh": {"rules": "规则", "linear": "线性模型（相同特征）"},
}
_NOTES: Final = {
    "en": (
        "`planie benchmark`, {documents} documents, {characters} characters, {targets} targets of {corpus}. Strict F1 of "
        "entities; F1 of targets whose value and metric are found, and of those right in number, unit, comparator, change, "
        "status and year as well. Numbers and dates: share of gold spans read right, of those with plain figures. Speed: "
        "against the first row, for number readers against planie's; characters of documents, or of spans. Memory: the peak "
        "of a process that does nothing else."
    ),
    "zh": (
        "`planie benchmark`，{corpus}，{documents} 篇，{characters} 字，{targets} 个目标。实体：严格 F1。目标：数值与指标均找到的 F1；"
        "“全部正确”还要求数字、单位、比较、增减、状态和年份都对。数字、日期：在写有数码的人工标注片段中读对的比例。速度：以第一行为 1，"
        "数字读取工具以 planie 的为 1，按文档（或片段）的字数计算。内存：独立进程的峰值。"
    ),
}


def markdown(data: Mapping[str, Any], *, language: str = "en") -> str:
    """Return the table of a benchmark's ``to_dict``."""
    rows = data["rows"]
    note = _NOTES[language].format(**{k: f"{v:,}" if isinstance(v, int) else v for k, v in data.items() if k != "rows"})
    body = [_row(row, _base(rows, row), language) for row in rows]
    return "\n".join([_HEADS[language], _RULE, *body, "", note])


def _base(rows: Sequence[Mapping[str, Any]], row: Mapping[str, Any]) -> float:
    """The speed that *row* is held against: that of the first row of its kind."""
    kind = "measures" in row
    return float(next((r["speed"] for r in rows if "speed" in r and ("measures" in r) is kind), 0.0))


def _row(row: Mapping[str, Any], base: float, language: str) -> str:
    name = _NAMES[language].get(row["name"], row["name"])
    if "missing" in row:
        return f"| {name} | {_MISSING[language]} |" + " |" * 7
    cells = [_percent(row.get("measures", {}).get(key, {}).get("f1")) for key in ("entities", "targets", "everything")]
    for key in ("numbers", "dates"):
        found = row.get("readings", {}).get(key)
        cells.append(_percent(found["right"] / found["asked"] if found and found["asked"] else None))
    memory = "–" if row["memory"] is None else f"{row['memory'] / 1e6:,.0f} MB"
    times = row["speed"] / base
    cells += [_figures(row["speed"]), f"{times:.2f} ×" if times < 10 else f"{times:,.0f} ×", memory]
    return f"| {name} | " + " | ".join(cells) + " |"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _figures(speed: float) -> str:
    """Two figures are all that a clock on a shared machine can stand for."""
    return f"{float(f'{speed:.2g}'):,.0f}"


def put(path: Path | str, data: Mapping[str, Any]) -> None:
    """Write the table between the marks of the file *path*, in Chinese if its name says ``zh``.

    Raises:
        FileError: the file is missing or does not hold both marks, once each.
    """
    path = Path(path)
    text = path.read_text("utf-8") if path.is_file() else ""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise FileError(
            f"{path}: no place for the table; put {BEGIN} and {END} into it, once each, on lines of their own"
        )
    table = markdown(data, language="zh" if re.search(r"\bzh\b", path.name) else "en")
    before, after = text[: text.index(BEGIN)], text[text.index(END) :]
    with replacing(path) as file:
        file.write(f"{before}{BEGIN}\n{table}\n{after}".encode())
