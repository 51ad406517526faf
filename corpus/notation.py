"""The notation in which plans are annotated by hand, and its compiler.

A document is shown as numbered units (a line, or the sentences of a long line). The
annotator writes one file a document; every span is quoted, never counted:

    region 1-40                 every unit from 1 to 40 is annotated in full
    @12                         what follows is in unit 12
    V 97.5%以上 | p | m=全市毛入园率 | t=到2025年
    & m=普惠率                  one more frame on the same value; what is not said is as above
    V 46% | b | m=占比 | t=2020年
    V 58% | p | m=占比 | base=46%
    O 市教育局                  an ORG (so P, M, A, T) that no frame names
    P 名师工程 | t=年内 | o=市教育局

``p``, ``a``, ``b`` are planned, achieved, baseline. Roles: ``m`` metric, ``h`` head, ``s``
subject, ``a`` action, ``t`` when, ``base``, ``p`` program, ``o`` org. Values are looked for
in order of writing; a role is the nearest place that says it; ``x#2`` is the second in the
unit, ``x@11`` the nearest in unit 11. ``t=-`` after ``&`` leaves the role out. A line that
begins with ``//`` is a remark.

    python corpus/notation.py show TEXT
    python corpus/notation.py check TEXT NOTES       faults, and numbers that no span covers
    python corpus/notation.py compile TEXT NOTES -o OUT.json [--id ID] [--embed]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LABELS = {"O": "ORG", "P": "PROGRAM", "M": "METRIC", "A": "ACTION", "V": "VALUE", "T": "TIME"}
ROLES = {
    "m": ("metric", "METRIC"), "h": ("head", "METRIC"), "s": ("subject", "METRIC"),
    "a": ("action", "ACTION"), "t": ("when", "TIME"), "base": ("base", "VALUE"),
    "p": ("program", "PROGRAM"), "o": ("org", "ORG"),
}  # fmt: skip
STATUS = {"p": "planned", "a": "achieved", "b": "baseline"}
LONG = 320  # characters: longer lines are shown sentence by sentence
OUTER = " \t\r\n　,，。;；:：、!！?？《》“”\"'‘’"
NUMBER = re.compile(
    r"[*＊xX×○]{1,4}(?=[%％所个名人万亿元])|[0-9０-９][0-9０-９.,．·]*[%％‰]?"
    r"|[一二三四五六七八九十百千万亿两]+余?(?=[所个名人次场项间套台件家万亿元类门支期批%成倍分])"
)


class Fault(Exception):
    """One thing that the notes say and the text does not."""


def units(text: str) -> list[tuple[int, int]]:
    """Split *text* into half-open spans: lines, or the sentences of a line over ``LONG`` characters."""
    spans: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\r\n]+", text):
        if not line.group().strip():
            continue
        if len(line.group()) <= LONG:
            spans.append(line.span())
            continue
        start = line.start()
        for end in re.finditer(r"[。；;！!？?]", line.group()):
            if line.start() + end.end() - start >= LONG // 2:
                spans.append((start, line.start() + end.end()))
                start = line.start() + end.end()
        if text[start : line.end()].strip():
            spans.append((start, line.end()))
    return spans


@dataclass
class Notes:
    """The document being compiled: its entities by span, its frames, and where they may stand."""

    text: str
    units: list[tuple[int, int]]
    entities: dict[tuple[int, int], str] = field(default_factory=dict)
    frames: list[dict[str, Any]] = field(default_factory=list)
    programs: list[dict[str, Any]] = field(default_factory=list)
    regions: list[tuple[int, int]] = field(default_factory=list)

    def places(self, quote: str, unit: int) -> list[tuple[int, int]]:
        if not 1 <= unit <= len(self.units):
            raise Fault(f"there is no unit {unit}; say @1 to @{len(self.units)} first")
        if not quote:
            raise Fault("quote the words of the span")
        start, end = self.units[unit - 1]
        found = [m.start() for m in re.finditer(f"(?={re.escape(quote)})", self.text[start:end])]
        return [(start + f, start + f + len(quote)) for f in found]

    def free(self, span: tuple[int, int], label: str) -> bool:
        if self.entities.get(span) == label:
            return True
        return not any(s < span[1] and span[0] < e for s, e in self.entities)

    def add(self, span: tuple[int, int], label: str) -> tuple[int, int]:
        quote = self.text[slice(*span)]
        if quote != quote.strip(OUTER):
            raise Fault(f"“{quote}” begins or ends with punctuation or a space")
        if not self.free(span, label):
            other = next((s for s in self.entities if s[0] < span[1] and span[0] < s[1]), span)
            raise Fault(f"{label} “{quote}” overlaps {self.entities[other]} “{self.text[slice(*other)]}”")
        self.entities[span] = label
        return span

    def value(self, quote: str, unit: int, after: int) -> tuple[int, int]:
        if match := re.fullmatch(r"(.+)#(\d+)", quote):
            quote, after, found = match[1], 0, self.places(match[1], unit)[int(match[2]) - 1 : int(match[2])]
        else:
            found = [s for s in self.places(quote, unit) if not self._inside_number(s)]
        spans = [s for s in found if self.free(s, "VALUE")]
        later = [s for s in spans if s[0] >= after] or [s for s in spans if s not in self.entities]
        if not later:
            raise Fault(f"value “{quote}” is not in the unit (or is taken)")
        return self.add(later[0], "VALUE")

    def _inside_number(self, span: tuple[int, int]) -> bool:
        before = self.text[span[0] - 1 : span[0]]
        return before.isascii() and before.isdigit() and self.text[span[0]].isascii() and self.text[span[0]].isdigit()

    def role(self, quote: str, label: str, unit: int, near: tuple[int, int]) -> tuple[int, int]:
        if match := re.fullmatch(r"(.+)@(\d+)", quote):
            quote, unit = match[1], int(match[2])
        if match := re.fullmatch(r"(.+)#(\d+)", quote):
            spans = self.places(match[1], unit)[int(match[2]) - 1 : int(match[2])]
        else:
            spans = [s for s in self.places(quote, unit) if self.free(s, label)]
        if not spans:
            raise Fault(f"{label} “{quote}” is not in unit {unit} (or every place overlaps another span)")
        sentence = self._sentence(near)
        return self.add(min(spans, key=lambda s: (not (sentence[0] <= s[0] < sentence[1]), self._gap(s, near))), label)

    def _sentence(self, near: tuple[int, int]) -> tuple[int, int]:
        start = max(self.text.rfind(c, 0, near[0]) for c in "。；;\n")
        ends = [e for c in "。；;\n" if (e := self.text.find(c, near[1])) >= 0]
        return start, min(ends, default=len(self.text))

    @staticmethod
    def _gap(span: tuple[int, int], near: tuple[int, int]) -> tuple[int, bool]:
        return (near[0] - span[1], False) if span[1] <= near[0] else (span[0] - near[1], True)


def fields(line: str) -> tuple[str, dict[str, str], str | None]:
    """Take ``V 12所 | p | m=幼儿园`` apart: the quote, the roles, the status."""
    parts = [p.strip() for p in line.split("|")]
    roles, status, quote = {}, None, ""
    for i, part in enumerate(parts):
        if part in STATUS and i:
            status = STATUS[part]
        elif (eq := part.find("=")) > 0 and part[:eq].strip() in ROLES:
            roles[part[:eq].strip()] = part[eq + 1 :].strip()
        elif i == 0:
            quote = part
        elif part:
            raise Fault(f"“{part}” is no role and no status")
    return quote, roles, status


def read(text: str, notes: str) -> tuple[Notes, list[str]]:
    """Compile *notes* on *text*; every fault is collected, none stops the reading."""
    doc, faults = Notes(text, units(text)), []
    unit, after, last = 0, 0, None
    for number, raw in enumerate(notes.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("//"):
            continue
        try:
            if line.startswith("region"):
                doc.regions += [_range(part, len(doc.units)) for part in line[6:].replace(",", " ").split()]
            elif line.startswith("@"):
                unit, last = 0, None  # what follows a wrong @ belongs nowhere, not to the unit before
                unit = _unit(line, len(doc.units))
                after = doc.units[unit - 1][0]
            elif line[0] in "V&":
                last, after = _frame(doc, line, unit, after, last)
            elif line[0] in LABELS and line[1:2] == " ":
                _entity(doc, line, unit)
            else:
                raise Fault("a line begins with region, @, V, &, or one of O P M A T")
        except (Fault, ValueError, IndexError) as fault:
            faults.append(f"line {number} (unit {unit}): {fault} ← {line}")
    return doc, faults


def _unit(line: str, count: int) -> int:
    unit = int(line[1:].split()[0])
    if not 1 <= unit <= count:
        raise Fault(f"there is no unit {unit}; the last is {count}")
    return unit


def _range(part: str, count: int) -> tuple[int, int]:
    start, _, end = part.partition("-")
    low, high = int(start), count if end == "end" else int(end or start)
    if not 1 <= low <= min(high, count):
        raise Fault(f"region {part} holds no unit; the last is {count}")
    return low, high


def _frame(doc: Notes, line: str, unit: int, after: int, last: dict[str, Any] | None) -> tuple[dict[str, Any], int]:
    quote, roles, status = fields(line[1:].strip())
    if line[0] == "&":
        if last is None:
            raise Fault("& follows no value of this unit")
        span, status = last["value"], status or last["status"]
        roles = {**last["said"], **roles}
    else:
        span = doc.value(quote, unit, after)
    if status is None:
        raise Fault("say p, a or b")
    filled = {}
    for key, said in roles.items():
        if said in ("", "-"):
            continue
        name, label = ROLES[key]
        filled[name] = doc.role(said, label, unit, span)
    frame = {"value": span, "status": status, "roles": filled, "said": roles}
    doc.frames.append(frame)
    return frame, span[1] if line[0] == "V" else after


def _entity(doc: Notes, line: str, unit: int) -> None:
    label = LABELS[line[0]]
    quote, roles, _ = fields(line[2:].strip())
    if match := re.fullmatch(r"(.+)#(\d+)", quote):
        spans = doc.places(match[1], unit)[int(match[2]) - 1 : int(match[2])]
    else:
        spans = [s for s in doc.places(quote, unit) if doc.free(s, label)]
    if not spans:
        raise Fault(f"{label} “{quote}” is not in unit {unit} (or every place overlaps another span)")
    for span in spans:
        doc.add(span, label)
    if label == "PROGRAM":
        if wrong := roles.keys() - set("to"):
            raise Fault(f"a programme has no role {', '.join(sorted(wrong))}; only t and o")
        filled = {ROLES[k][0]: doc.role(v, ROLES[k][1], unit, spans[0]) for k, v in roles.items()}
        doc.programs.append({"program": spans[0], "roles": filled})


def uncovered(doc: Notes) -> list[str]:
    """Numbers of the annotated regions that no span covers, for the annotator to look at once more."""
    rows = []
    for low, high in doc.regions or [(1, len(doc.units))]:
        for unit in range(low, min(high, len(doc.units)) + 1):
            start, end = doc.units[unit - 1]
            for match in NUMBER.finditer(doc.text, start, end):
                if doc.free(match.span(), "-"):
                    left, right = max(start, match.start() - 8), min(end, match.end() + 8)
                    rows.append(f"@{unit} …{doc.text[left:right]}…".replace("\n", " "))
    return rows


def compiled(doc: Notes, name: str, embed: bool, meta: dict[str, Any]) -> dict[str, Any]:
    """The document as ``ANNOTATION.md`` section 4 has it; ``embed`` keeps the text, else it is stand-off."""
    order = sorted(doc.entities)
    number = {span: i for i, span in enumerate(order)}
    entities: list[dict[str, Any]] = []
    for span in order:
        row: dict[str, Any] = {"id": number[span], "label": doc.entities[span], "start": span[0], "end": span[1]}
        if not embed:
            row["digest"] = hashlib.sha256(doc.text[slice(*span)].encode()).hexdigest()[:8]
        entities.append(row)
    frames = [
        {"value": number[f["value"]], "status": f["status"], "roles": {k: number[v] for k, v in f["roles"].items()}}
        for f in doc.frames
    ]
    programs = [
        {"program": number[p["program"]], "roles": {k: number[v] for k, v in p["roles"].items()}} for p in doc.programs
    ]
    meta = {**meta, "regions": [list(s) for s in _merged(doc)] or [[0, len(doc.text)]]}
    head = (
        {"id": name, "text": doc.text}
        if embed
        else {"doc": name, "sha256": hashlib.sha256(doc.text.encode()).hexdigest()}
    )
    return {**head, "meta": meta, "entities": entities, "frames": frames, "programs": programs}


def _merged(doc: Notes) -> list[tuple[int, int]]:
    """The regions as spans of characters, in order; those that overlap are one."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(doc.regions):
        start, end = doc.units[first - 1][0], doc.units[min(last, len(doc.units)) - 1][1]
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def load(path: str) -> str:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return file.read()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["show", "check", "compile"])
    parser.add_argument("text")
    parser.add_argument("notes", nargs="?")
    parser.add_argument("-o", "--output")
    parser.add_argument("--id")
    parser.add_argument("--embed", action="store_true")
    parser.add_argument("--meta", default="{}", help="JSON object")
    arguments = parser.parse_args(argv)
    if arguments.command != "show" and arguments.notes is None:
        parser.error(f"{arguments.command} needs NOTES")
    if arguments.command == "compile" and arguments.output is None:
        parser.error("compile needs -o OUT")
    text = load(arguments.text)
    if arguments.command == "show":
        for i, (start, end) in enumerate(units(text), 1):
            print(f"[{i}] {text[start:end].strip()}")
        return 0
    doc, faults = read(text, load(arguments.notes))
    for fault in faults:
        print("FAULT", fault)
    if arguments.command == "check":
        for row in uncovered(doc):
            print("number without a span:", row)
        print(f"{len(doc.entities)} entities, {len(doc.frames)} frames, {len(faults)} faults")
    elif not faults:
        name = arguments.id or Path(arguments.text).stem
        document = compiled(doc, name, arguments.embed, json.loads(arguments.meta))
        Path(arguments.output).write_text(json.dumps(document, ensure_ascii=False) + "\n", "utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
