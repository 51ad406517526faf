"""A report as plain text: the measures that matter, aligned, percent with one decimal.

In: what ``Report.to_dict`` gives. Out: lines of ASCII but for the names of noise kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_MAIN: Final[dict[str, str]] = {
    "entities": "entities, strict",
    "entities/overlap": "entities, by overlap",
    "values": "values found",
    "status/found": "values with status, strict",
    "roles/given": "roles given gold entities",
    "roles": "roles end to end",
    "targets/given": "targets given gold entities",
    "everything/given": "everything given gold entities",
    "targets": "targets: right metric",
    "everything": "everything right",
    "exact": "with name and action exact",
}
_SHOWN: Final = ("all", "real", "own", "status=planned", "status=achieved")
_NAME: Final = 31


def aligned(data: Mapping[str, Any]) -> str:
    """Write the whole report."""
    blocks = [_head(data)]
    for name, part in data["slices"].items():
        if name in ("all", "real", "own"):
            blocks.append(_slice(name, part))
    blocks.append(_overview(data["slices"]))
    everything = data["slices"]["all"]["measures"]
    blocks += [_entities(everything), _roles(everything), _matched(data["slices"]), _calibration(data["calibration"])]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _head(data: Mapping[str, Any]) -> list[str]:
    lost = ", ".join(f"{n} {what}" for what, n in data["lost"].items() if n)
    lines = [f"model {data['model']}, {data['documents']} documents"]
    if lost:
        lines.append(f"lost in healing and counted as missed: {lost}")
    if data["excused"]:
        lines.append(f"in repeats, which are read once and not asked for again: {data['excused']} frames")
    return lines


def _percent(value: float) -> str:
    return f"{100 * value:6.1f}"


def _row(name: str, m: Mapping[str, Any]) -> str:
    low, high = m["interval"]
    figures = "".join(_percent(m[key]) for key in ("f1", "precision", "recall", "mean"))
    counts = "".join(f"{m[key]:6d}" for key in ("right", "predicted", "gold"))
    return f"{name:<{_NAME}}{figures}  {100 * low:5.1f}-{100 * high:<5.1f}{counts}"


def _slice(name: str, part: Mapping[str, Any]) -> list[str]:
    head = f"{name} ({part['documents']} documents)"
    columns = "".join(f"{c:>6}" for c in ("F1", "P", "R", "mean"))
    measures = part["measures"]
    return [
        f"{head:<{_NAME}}{columns}  95% by document right  pred  gold",
        *(_row(title, measures[key]) for key, title in _MAIN.items() if key in measures),
    ]


def _overview(slices: Mapping[str, Any]) -> list[str]:
    """F1 of the target measures for every slice."""
    keys = ("values", "targets", "everything", "exact")
    lines = [f"{'slice':<{_NAME}}" + "".join(f"{k:>12}" for k in (*keys, "gold", "documents"))]
    for name, part in slices.items():
        found = part["measures"]
        if not found:
            continue
        figures = "".join(f"{_percent(found[k]['f1']):>12}" for k in keys)
        lines.append(f"{name:<{_NAME}}{figures}{found['targets']['gold']:>12}{part['documents']:>12}")
    return lines


def _entities(measures: Mapping[str, Any]) -> list[str]:
    lines = [f"{'entities':<{_NAME}}" + "".join(f"{c:>9}" for c in ("strict", "P", "R", "overlap", "gold"))]
    for key, m in measures.items():
        if key.startswith("entities/") and key.count("/") == 1 and key != "entities/overlap":
            overlap = measures[f"{key}/overlap"]
            figures = (m["f1"], m["precision"], m["recall"], overlap["f1"])
            lines.append(f"{key[9:]:<{_NAME}}" + "".join(f"{_percent(f):>9}" for f in figures) + f"{m['gold']:>9}")
    return lines


def _roles(measures: Mapping[str, Any]) -> list[str]:
    columns = ("given", "found", "P", "R", "offered", "gold")
    lines = [f"{'roles (F1; offered: recall)':<{_NAME}}" + "".join(f"{c:>9}" for c in columns)]
    for key, m in measures.items():
        role = key[len("roles/") :]
        if key.startswith("roles/") and f"candidates/{role}" in measures and m["gold"] + m["predicted"]:
            given, offered = measures[f"{key}/given"]["f1"], measures[f"candidates/{role}"]["recall"]
            figures = (given, m["f1"], m["precision"], m["recall"], offered)
            lines.append(f"{role:<{_NAME}}" + "".join(f"{_percent(f):>9}" for f in figures) + f"{m['gold']:>9}")
    offered = measures["candidates/targets"]
    recall = _percent(measures["targets"]["recall"])
    lines.append(f"targets: value and metric tagged for{_percent(offered['recall'])} % of gold, right for{recall} %")
    return lines


def _matched(slices: Mapping[str, Any]) -> list[str]:
    """Accuracy in each field of the targets whose value was found."""
    shown = [name for name in _SHOWN if name in slices]
    lines = [f"{'fields of targets found':<{_NAME}}" + "".join(f"{name:>17}" for name in shown)]
    keys = [k for k in slices["all"]["measures"] if k.startswith("matched/")]
    for key in keys:
        figures = "".join(_accuracy(slices[name]["measures"].get(key)) for name in shown)
        lines.append(f"{key[8:]:<{_NAME}}{figures}")
    return lines


def _accuracy(m: Mapping[str, Any] | None) -> str:
    return f"{_percent(m['recall']):>17}" if m else f"{'-':>17}"


def _calibration(rows: Mapping[str, Any]) -> list[str]:
    return list(_calibration_lines(rows))


def _calibration_lines(rows: Mapping[str, Any]) -> Iterator[str]:
    for name, row in rows.items():
        bins = "  ".join(f"{b['confidence']:.2f}:{b['right']:.2f} ({b['targets']})" for b in row["bins"])
        yield f"calibration error, {name}: {row['error']:.3f}   {bins}"
