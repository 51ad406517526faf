"""Score the number and date readers on three libraries' own test cases.

The suites turn spoken Chinese into written (``itn``), written into spoken (``tn``), or numerals
into numbers (``cn2an``). planie writes neither form: it reads. A case is right when what planie
reads first on the Chinese side is the number, range or date on the Arabic side, which the few
lines below read, never planie. Classes that hold no number or date of a plan stand below the
line (``APART``); where planie's convention is another one on purpose, ``NOTES`` says which.

    python training/normalise_benchmark.py [FOLDER]     # default: ../shared/bench/normalise

Runs in a second; no model is loaded.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from planie.normalise import quantity
from planie.numerals import parse_number
from planie.periods import read_time

FOLDER = Path(__file__).parents[2] / "shared" / "bench" / "normalise"

APART = {
    "cn2an strict errors": "planie reads what people write: 一一 is 11 and 百十一 111, where the suite wants an error",
    "NeMo itn time": "clock times are no VALUE and no TIME with a date",
    "NeMo tn time": "clock times",
    "WeTextProcessing itn time": "clock times",
    "WeTextProcessing tn time": "clock times",
    "NeMo itn whitelist": "abbreviations",
    "NeMo tn whitelist": "abbreviations",
    "WeTextProcessing itn whitelist": "idioms that are to stay as they are",
    "WeTextProcessing tn whitelist": "abbreviations and erhua",
    "NeMo itn word": "no numbers",
    "NeMo tn word": "no numbers",
    "WeTextProcessing itn char": "no numbers",
    "WeTextProcessing tn char": "no numbers",
    "WeTextProcessing itn license_plate": "number plates",
    "WeTextProcessing itn train_number": "train numbers",
    "WeTextProcessing itn math": "equations",
    "WeTextProcessing tn math": "equations",
    "WeTextProcessing tn sport": "scores, read as ranges",
    "WeTextProcessing itn normalizer": "whole sentences: finding the values is the tagger's work; the first is read",
    "WeTextProcessing tn normalizer": "whole sentences",
    "WeTextProcessing tn normalizer_tag_oov": "foreign script",
    "WeTextProcessing tn postprocessor": "punctuation",
    "WeTextProcessing tn preprocessor": "script conversion is heal's",
}
MERGED = re.compile(r"normalizer_(?:dis|en)able.*")  # the same sentences under four settings
NOTES = {
    "NeMo itn date": "years outside 1940 to 2099 and eras (公元前) are no years of a plan",
    "NeMo tn date": "so too, and bare years of two digits (50年, 12/2/2)",
    "NeMo itn cardinal": "一百一 is 110 here as in speech, 101 there",
    "WeTextProcessing itn date": "years of two digits (八五年)",
    "WeTextProcessing itn measure": "兆 is a unit of bandwidth; of a sentence the first number is read",
    "WeTextProcessing tn measure": "兆 is a unit of bandwidth",
    "WeTextProcessing itn cardinal": "telephone and identity numbers",
    "WeTextProcessing tn cardinal": "telephone numbers",
}
MERGED = re.compile(r"normalizer_(?:dis|en)able.*")  # the same sentences under four settings
UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12, "": 1}


def arabic(text: str) -> tuple[float, float] | None:
    """Read the Arabic side: 1,100 · 1亿2300 · 3又1/5 · 3~5万 · 45-6万 (45 to 46)."""
    text = text.replace(",", "")
    below_zero = re.match(r"[-负]", text) is not None
    if found := re.search(r"(?:(\d+)又)?(\d+) ?/ ?(\d+)", text) or re.search(r"(?:(\d+)又)?(\d*)分之(\d+)", text):
        above, below = (found[3], found[2]) if "分" in text else (found[2], found[3])
        low = high = int(found[1] or 0) + int(above) / int(below or 1)  # 百分之1 keeps its 1
    elif found := re.search(r"(\d+)[~-](\d+)([万亿]?)", text):
        last = found[1][: -len(found[2])] + found[2] if int(found[2]) < int(found[1]) else found[2]
        low, high = float(int(found[1]) * UNITS[found[3]]), float(int(last) * UNITS[found[3]])
    elif found := re.search(r"(?:\d+(?:\.\d+)?[万萬亿億兆]?)+", text):
        parts = re.findall(r"(\d+(?:\.\d+)?)([万萬亿億兆]?)", found.group())
        low = high = float(sum(Decimal(number) * UNITS[unit] for number, unit in parts))
        below_zero = below_zero or text[: found.start()].endswith("-")
    else:
        return None
    return (-high, -low) if below_zero else (low, high)


def date(text: str) -> tuple[int | None, ...] | None:
    """Read the Arabic side of a date: 1994年1月2日, 2008/08/08."""
    numbers = re.findall(r"\d+", text)
    year = [-int(n) if "前" in text else int(n) for n in numbers if len(n) == 4][:1]
    rest = [int(n) for n in numbers if len(n) < 3]
    rest = rest if len(numbers) > 1 or not year else []
    month, day = (*rest, None, None)[:2]
    return (year[0] if year else None, month, day)


def right(task: str, name: str, given: str, expected: Any) -> bool:
    """Whether planie reads the Chinese side of the case as its Arabic side says."""
    if task == "cn2an":
        value = quantity(given, (0, 0)).low if re.search(r"[元圆]", given) and len(given) > 2 else parse_number(given)
        return value is None if expected == "ValueError" else value == float(expected)
    spoken, written = (given, str(expected)) if task == "itn" else (str(expected), given)
    if name == "date":
        reading, wanted = read_time(spoken), date(written)
        return wanted == (reading.years and reading.years[1], reading.month, reading.day)
    truth, got = arabic(written), quantity(spoken.lstrip("第"), (0, 0))
    return truth is not None and (got.low, got.high) == truth


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    score: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    missed: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            case = json.loads(line)
            name = MERGED.sub("normalizer", str(case.get("file") or case.get("mode")).removesuffix(".txt"))
            if name.startswith("error"):
                name = "strict errors" if "strict" in name else "errors"
            key = " ".join(dict.fromkeys((case["suite"], case["task"], name)))
            score[key][0] += 1
            if right(case["task"], name, case["input"], case["expected"]):
                score[key][1] += 1
            else:
                missed[key].append(f"{case['input']} → {case['expected']}")
    for apart in (False, True):
        keys = [key for key in sorted(score) if (key in APART) is apart]
        print("\nread for something else, or not at all, on purpose\n" if apart else "")
        for key in keys:
            cases, good = score[key]
            note = APART.get(key) or (NOTES.get(key) or "; ".join(missed[key][:3])[:90] if missed[key] else "")
            print(f"{key:40} {good:4} of {cases:4}  {good / cases:6.1%}  {note}")
        cases, good = (sum(score[key][i] for key in keys) for i in (0, 1))
        print(f"{'together':40} {good:4} of {cases:4}  {good / max(cases, 1):6.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
