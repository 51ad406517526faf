"""A report as plain text: the measures that matter, aligned, percent with one decimal.

In: what ``Report.to_dict`` gives. Out: lines of ASCII but for the names of noise kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from planie.errors import counted

_MAIN: Final[dict[str, str]] = {
    "entities": "entities, strict",
    "entities/overlap": "entities, by overlap",
    "values": "values found",
    "status/found": "values with status, strict",
    "roles/given": "roles given gold entities",
    "roles": "roles end to end",
    "targets/given": "targets given gold entities",
    "everything/given": "everything given gold entities",
    "quantities": "targets: right quantity",
    "deadlines": "targets: right deadline",
    "targets": "targets: right metric",
    "everything": "everything right",
    "exact": "with name and action exact",
}
_SHOWN: Final = ("all", "real", "own", "status=planned", "status=achieved")
_FIGURES: Final = ("values", "targets", "everything", "exact")
_NAME: Final = 31


def aligned(data: Mapping[str, Any]) -> str:
    """Write the whole report."""
    blocks = [_head(data)]
    for name, part in data["slices"].items():
        if name in ("all", "real", "own"):
            blocks.append(_slice(name, part))
    blocks.append(_overview(data["slices"]))
    everything = data["slices"]["all"]["measures"]
    blocks += [_noised(data["noised"], everything), _compared(data["model"], data["comparison"])]
    blocks += [_entities(everything), _confusion(data["confusion"]), _roles(everything), _matched(data["slices"])]
    blocks += [_calibration(name, row) for name, row in data["calibration"].items()]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _head(data: Mapping[str, Any]) -> list[str]:
    lost = ", ".join(f"{n} {what}" for what, n in data["lost"].items() if n)
    lines = [f"model {data['model']}, {counted(data['documents'], 'document')}"]
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
    head = f"{name} ({counted(part['documents'], 'document')})"
    columns = "".join(f"{c:>6}" for c in ("F1", "P", "R", "mean"))
    measures = part["measures"]
    return [
        f"{head:<{_NAME}}{columns}  95% by document right  pred  gold",
        *(_row(title, measures[key]) for key, title in _MAIN.items() if key in measures),
    ]


def _overview(slices: Mapping[str, Any]) -> list[str]:
    """F1 of the target measures for every slice."""
    columns = "".join(f"{k:>11}" for k in _FIGURES)
    lines = [f"{'slice':<{_NAME}}{columns}  95% everything{'gold':>8}{'documents':>12}"]
    for name, part in slices.items():
        if found := part["measures"]:
            lines.append(f"{name:<{_NAME}}{_figures(found)}{found['targets']['gold']:>8}{part['documents']:>12}")
    return lines


def _figures(found: Mapping[str, Any]) -> str:
    figures = "".join(f"{_percent(found[k]['f1']):>11}" for k in _FIGURES)
    return f"{figures}{_interval(found['everything']):>16}"


def _interval(m: Mapping[str, Any]) -> str:
    low, high = m["interval"]
    return f"{100 * low:.1f}-{100 * high:.1f}"


def _noised(rows: Mapping[str, Any], clean: Mapping[str, Any]) -> list[str]:
    """F1 of the same documents with noise put in, a row a kind, under what they are without."""
    if not rows:
        return []
    columns = "".join(f"{k:>11}" for k in _FIGURES)
    lines = [f"{'noise put in':<{_NAME}}{columns}  95% everything{'cost':>8}{'changed':>12}"]
    lines.append(f"{'none':<{_NAME}}{_figures(clean)}")
    for kind, row in rows.items():
        cost = 100 * (clean["everything"]["f1"] - row["measures"]["everything"]["f1"])
        changed = f"{row['changed']} of {row['documents']}"
        lines.append(f"{kind:<{_NAME}}{_figures(row['measures'])}{cost:>8.1f}{changed:>12}")
    return lines


def _compared(model: str, found: Mapping[str, Any] | None) -> list[str]:
    if found is None:
        return []
    lines = [f"{model} against {found['other']}", f"paired bootstrap, {found['resamples']} draws of the documents"]
    lines.append(
        f"{'F1':<{_NAME}}" + "".join(f"{c:>11}" for c in ("this", "other", "difference")) + f"{'95%':>18}{'p':>9}"
    )
    for key, d in found["differences"].items():
        low, high = (f"{100 * bound:+.1f}" for bound in d["interval"])
        gap = f"{100 * d['difference']:+.1f}"
        row = f"{_percent(d['f1']):>11}{_percent(d['other']):>11}{gap:>11}{low + ' to ' + high:>18}{d['p']:>9.3f}"
        lines.append(f"{_MAIN[key]:<{_NAME}}{row}")
    return lines


def _entities(measures: Mapping[str, Any]) -> list[str]:
    lines = [f"{'entities':<{_NAME}}" + "".join(f"{c:>9}" for c in ("strict", "P", "R", "overlap", "gold"))]
    lines[0] += f"{'95% strict':>13}"
    for key, m in measures.items():
        if key.startswith("entities/") and key.count("/") == 1 and key != "entities/overlap":
            overlap = measures[f"{key}/overlap"]
            figures = (m["f1"], m["precision"], m["recall"], overlap["f1"])
            lines.append(
                f"{key[9:]:<{_NAME}}"
                + "".join(f"{_percent(f):>9}" for f in figures)
                + f"{m['gold']:>9}{_interval(m):>13}"
            )
    return lines


def _confusion(rows: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Gold labels down, predicted ones across."""
    names = list(rows)
    lines = [f"{'gold label, read as':<{_NAME}}" + "".join(f"{name:>9}" for name in names)]
    for gold, row in rows.items():
        lines.append(f"{gold:<{_NAME}}" + "".join(f"{row.get(said, '-'):>9}" for said in names))
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


def _calibration(name: str, row: Mapping[str, Any]) -> list[str]:
    """The reliability table: in each bin, how sure the targets are and how many are right."""
    lines = [f"expected calibration error, {name}: {row['error']:.3f}"]
    lines.append(f"{'confidence':<13}{'mean':>8}{'right':>8}{'gap':>8}{'targets':>9}")
    for b in row["bins"]:
        figures = f"{'-':>8}" * 3
        if b["targets"]:
            figures = f"{b['confidence']:>8.3f}{b['right']:>8.3f}{b['right'] - b['confidence']:>+8.3f}"
        lines.append(f"{b['from']:.1f} to {b['to']:.1f}   {figures}{b['targets']:>9}")
    return lines
