"""The corpus in figures, by part and split, as the tables of ``README.md``.

    python corpus/counts.py                  prints the tables
    python corpus/counts.py --write          puts them into README.md, between their markers

Enters: the records of :mod:`parts`. Leaves: Markdown tables. A cell that needs the text of real
documents reads ``–`` where they are not there (``--documents``, default: ../shared).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from hard import CASES, Case, View
from parts import DOCUMENTS, HERE, Record, cells, read
from planie.annotations import Document
from planie.schema import KINDS, LABELS, PROGRAM_ROLES, ROLES, STATUSES

Count = Callable[[Document], int]
UNKNOWN: Final = "–"
LICENCES: Final[dict[str, str]] = {  # where real documents were found → what that place says
    "ZhouYNF/platform-1": "none stated; official text",
    "alexzhu0/government_report_rag": "MIT (repository)",
    "derek-s/Python-GovWorkReportAnalyze": "none stated",
    "en-jai-neer/CompressKV": "MIT (LongBench)",
    "johncodes404/china-provincial-gov-reports-2026": "none stated",
    "molumitu/Text-analysis-of-the-national-aesthetic-education-policy": "none stated; official text",
    "seeds": "none stated; scraped pages",
}


def _kind(kind: str) -> Count:
    return lambda d: d.meta.get("kind") == kind


def _label(label: str) -> Count:
    return lambda d: sum(e.label == label for e in d.entities)


def _status(status: str) -> Count:
    return lambda d: sum(f.status == status for f in d.frames)


def _role(role: str) -> Count:
    return lambda d: sum(role in f.roles for f in d.frames)


def _program_role(role: str) -> Count:
    return lambda d: sum(role in p.roles for p in d.programs)


def _case(case: Case) -> Count:
    return lambda d: len(set(case.find(View(d))))


ROWS: Final[tuple[tuple[str, Count, bool], ...]] = (  # name, count, whether it reads the text
    ("documents", lambda d: 1, False),
    *((f"– {kind}", _kind(kind), False) for kind in KINDS),
    ("characters in annotated regions", lambda d: sum(end - start for start, end in d.regions), False),
    ("entities", lambda d: len(d.entities), False),
    *((f"– {label}", _label(label), False) for label in LABELS),
    ("frames", lambda d: len(d.frames), False),
    *((f"– {status}", _status(status), False) for status in STATUSES),
    *((f"role `{role}`", _role(role), False) for role in ROLES),
    ("programme frames", lambda d: len(d.programs), False),
    *((f"role `{role}` of a programme", _program_role(role), False) for role in PROGRAM_ROLES),
    *((f"{case.name}: {case.example}", _case(case), case.reads_text) for case in CASES),
)


def _cells(groups: Sequence[Sequence[Record]], count: Count, reads_text: bool) -> list[str]:
    """One cell a group, and one for all of them."""
    sums = [_sum(group, count, reads_text) for group in groups]
    total = None if None in sums else sum(s for s in sums if s is not None)
    return [UNKNOWN if s is None else str(s) for s in (*sums, total)]


def _sum(group: Sequence[Record], count: Count, reads_text: bool) -> int | None:
    documents = [record.document if reads_text else record.skeleton for record in group]
    if None in documents:
        return None
    return sum(count(d) for d in documents if d is not None)


def main_table(records: Sequence[Record]) -> str:
    """The counts, a row a thing."""
    groups = [[r for r in records if (r.part, r.split) == cell] for cell in cells()]
    head = ["", *(f"{part} {split}" for part, split in cells()), "all"]
    return _markdown(head, [[name, *_cells(groups, count, reads_text)] for name, count, reads_text in ROWS])


def source_table(records: Sequence[Record]) -> str:
    """Where the real documents were found, and how many of which kind."""
    real = [r for r in records if r.part == "real"]
    found = Counter((r.row["meta"]["source"], r.row["meta"]["type"]) for r in real)
    body = [[s, t, LICENCES.get(s, UNKNOWN), str(n)] for (s, t), n in sorted(found.items())]
    return _markdown(["found at", "type", "licence stated there", "documents"], body)


def _markdown(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    rule = ["---" if cell in ("", "found at", "type", "licence stated there") else "---:" for cell in head]
    return "\n".join("| " + " | ".join(cells_) + " |" for cells_ in (head, rule, *body))


TABLES: Final[dict[str, Callable[[Sequence[Record]], str]]] = {"counts": main_table, "sources": source_table}


def between(text: str, name: str) -> str:
    """Return what stands between the markers of the table *name*."""
    match = re.search(f"<!-- {name} -->\n(.*?)\n?<!-- /{name} -->", text, re.DOTALL)
    if match is None:
        raise ValueError(f"there is no <!-- {name} --> … <!-- /{name} -->")
    return match[1]


def written(text: str, records: Sequence[Record]) -> str:
    """Return *text* with the tables put between their markers."""
    for name, table in TABLES.items():
        old = f"<!-- {name} -->\n{between(text, name)}"
        text = text.replace(old, f"<!-- {name} -->\n{table(records)}")
    return text


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=HERE)
    parser.add_argument("--documents", type=Path, default=DOCUMENTS)
    parser.add_argument("--write", action="store_true", help="put the tables into README.md")
    options = parser.parse_args(argv)
    records, faults = read(options.corpus, options.documents if options.documents.is_dir() else None)
    if faults or any(record.skeleton is None for record in records):
        print("the corpus is faulty; see check.py", *faults, sep="\n", file=sys.stderr)
        return 1
    for table in TABLES.values():
        print(table(records), end="\n\n")
    if options.write:
        if any(record.text is None for record in records):
            print("not written: some real documents are not there", file=sys.stderr)
            return 1
        readme = options.corpus / "README.md"
        readme.write_text(written(readme.read_text("utf-8"), records), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
