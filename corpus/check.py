"""Check the corpus, both parts: what breaks a rule, what wants a second look, and how many.

    python corpus/check.py                  faults, the first remarks of every kind, a table
    python corpus/check.py --all            every remark
    python corpus/check.py --documents DIR  where the real documents lie (default: ../shared)

Exit status 1 if there is a fault. Without the real documents their spans are checked as far as
that goes without a text: no digests, no punctuation, no copies, no remarks.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import near
import remarks
import rules
from parts import DOCUMENTS, HERE, Frozen, Record, cells, read

FEW = 3  # remarks shown of a kind, unless all are asked for
PLACE = re.compile(r"(?:\d{4}年)?(?:关于)?([^\d年]{2,8}?[省市县区])")


@dataclass(frozen=True)
class Finding:
    """What the check found; *remarks* by kind, *closest* the nearest documents of two splits."""

    records: list[Record]
    faults: list[rules.Fault]
    remarks: dict[str, list[str]]
    closest: rules.Close | None


def check(folder: Path, documents: Path | None) -> Finding:
    """Check the corpus in *folder*, its real part with the texts below *documents*."""
    records, unread = read(folder, documents)
    close = rules.near_pairs(records)
    frozen = Frozen.load(folder / "splits.toml")
    faults = [("reading", what) for what in unread] + list(rules.faults(records, frozen, close))
    found: dict[str, list[str]] = defaultdict(list)
    for kind, record, what in remarks.remarks(records):
        found[kind].append(f"{record.part}/{record.split} {record.name} {what}")
    for share, one, two in close:
        if one.split == two.split and share >= near.COPY:
            found["near copies in one split"].append(f"{one.name} and {two.name} ({one.split}): {share:.2f}")
    found["frozen in splits.toml and not annotated"] += sorted(frozen.real.keys() - {r.name for r in records})
    found["a place in two splits"] += places(records, documents)
    found["no text at hand"] += [f"{r.part}/{r.split} {r.name}" for r in records if r.text is None]
    across = (pair for pair in close if pair[1].split != pair[2].split)
    return Finding(records, faults, {kind: rows for kind, rows in found.items() if rows}, next(across, None))


def places(records: Sequence[Record], documents: Path | None) -> Iterator[str]:
    """Places whose documents stand in two splits, by the titles that the documents' index gives."""
    index = sorted(documents.rglob("INDEX.tsv")) if documents else []
    splits = {r.name: r.split for r in records if r.part == "real"}
    by_place: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in index:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                match = PLACE.match(row["title"])
                if match and row["id"] in splits:
                    by_place[match[1]][splits[row["id"]]].append(row["id"])
    for place, held in sorted(by_place.items()):
        if len(held) > 1:
            yield f"{place}: " + "; ".join(f"{split} {', '.join(names)}" for split, names in held.items())


def table(finding: Finding) -> Iterator[str]:
    """Documents, entities, frames by part and split; then remarks and faults by kind."""
    yield f"{'part':<6}{'split':<7}{'documents':>10}{'entities':>10}{'frames':>8}{'programmes':>12}"
    for part, split in cells():
        held = [r.row for r in finding.records if (r.part, r.split) == (part, split)]
        sizes = [sum(len(row.get(key, ())) for row in held) for key in ("entities", "frames", "programs")]
        yield f"{part:<6}{split:<7}{len(held):>10}{sizes[0]:>10}{sizes[1]:>8}{sizes[2]:>12}"
    for kind, rows in sorted(finding.remarks.items()):
        yield f"remark  {len(rows):>5}  {kind}"
    for rule, count in sorted(Counter(rule for rule, _ in finding.faults).items()):
        yield f"FAULT   {count:>5}  {rule}"
    if finding.closest is not None:
        share, one, two = finding.closest
        yield f"closest in two splits: {one.name} ({one.split}) and {two.name} ({two.split}), {share:.3f}; limit {near.LIMIT}"
    yield f"{len(finding.faults)} faults, {sum(map(len, finding.remarks.values()))} remarks"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=HERE)
    parser.add_argument("--documents", type=Path, default=DOCUMENTS)
    parser.add_argument("--all", action="store_true", help="show every remark")
    options = parser.parse_args(argv)
    finding = check(options.corpus, options.documents if options.documents.is_dir() else None)
    for rule, what in finding.faults:
        print(f"FAULT {rule}: {what}")
    for kind, rows in sorted(finding.remarks.items()):
        print(f"\n{kind} ({len(rows)})")
        shown = rows if options.all else rows[:FEW]
        print("\n".join(f"  {row}" for row in shown))
        if len(shown) < len(rows):
            print(f"  and {len(rows) - len(shown)} more (--all)")
    print("", *table(finding), sep="\n")
    return 1 if finding.faults else 0


if __name__ == "__main__":
    sys.exit(main())
