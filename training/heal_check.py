"""Heal a whole corpus and count what was repaired, to see that clean text is left alone.

Enters: xz files of plain text (by default ``../shared/corpora/news.txt.xz``), read as a stream
of blocks of whole lines. Leaves: a count by kind, every repair that is no conversion of script
with its place, the conversions with their counts, the warnings, and the speed.

    python training/heal_check.py [FILE.txt.xz …]

Expect of ``news``, 10.5 million characters in 3 seconds: 8 conversions of single characters (鑑 內 別 會 樂),
95 full-width digits, letters and percent signs, 11 zero-width characters, 2 radicals, nothing else.
"""

from __future__ import annotations

import lzma
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from planie.heal import heal, replay
from planie.spans import Repair, Warning

NEWS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpora" / "news.txt.xz"
BLOCK = 1 << 20  # characters healed at once: a big page
SHOWN = 2000  # lines of each list


def blocks(path: Path) -> Iterator[str]:
    """Yield a corpus in blocks of whole lines."""
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        while lines := file.readlines(BLOCK):
            yield "".join(lines)


def describe(text: str, found: Repair | Warning) -> str:
    """Return a repair or warning with ten characters to either side."""
    start, end = found.span or (0, 0)
    around = text[max(0, start - 10) : end + 10].replace("\n", "⏎")
    if isinstance(found, Repair):
        return f"{found.kind}: {found.before!r} → {found.after!r} in {around!r}"
    return f"warning: {found.message} in {around!r}"


def check(path: Path) -> None:
    """Heal one corpus and print what happened."""
    kinds: Counter[str] = Counter()
    script: Counter[str] = Counter()
    other: list[str] = []
    characters, seconds = 0, 0.0
    for text in blocks(path):
        began = time.perf_counter()
        healed = heal(text)
        seconds += time.perf_counter() - began
        characters += len(text)
        assert replay(text, healed.repairs) == healed.text
        for repair in healed.repairs:
            kinds[repair.kind] += 1
            if repair.kind == "traditional":
                script[f"{repair.before}→{repair.after}"] += 1
            else:
                other.append(describe(text, repair))
        kinds["warning"] += len(healed.warnings)
        other += [describe(text, warning) for warning in healed.warnings]
    print(f"{path.name}: {characters} characters in {seconds:.1f} s, {characters / seconds / 1e6:.2f} million a second")
    print(dict(kinds))
    print(*other[:SHOWN], sep="\n")
    print(" ".join(f"{change}({many})" for change, many in script.most_common(SHOWN)))


if __name__ == "__main__":
    for argument in sys.argv[1:] or [str(NEWS)]:
        check(Path(argument))
