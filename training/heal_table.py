"""Compute the table of common characters and pairs that healing judges readings by.

Enters: ``../shared/corpora/*.txt.xz`` (see its datasheet; law, news, commentary, government
and prose, 66 million characters). Leaves: ``src/planie/heal/pairs.xz``, counts only, no text.

    python training/heal_table.py [CORPORA]

The file, unpacked, is one line of JSON and then bytes. The JSON holds the characters from the
most frequent down, how many of them take each number of bits (-log2 of the frequency), and
what a pair of each class saves. The bytes hold the pairs: class by class, first character by
first character, the ranks of the second ones in rising order as gaps (one byte below 240, two
above), a zero byte ending each row. Expect 4,096 characters, 42,000 pairs, about 56 KB; it
takes 20 seconds and 1 GB.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "src" / "planie" / "heal" / "pairs.xz"
CHARACTERS = 4096  # rarer ones come up less than 30 times in 66 million
PAIRS = 42_000  # what fits in 60 KB
CLASSES = 5
BACKOFF = 2.0  # bits that an unlisted pair costs beyond its second character
WORTH = 2.0  # a pair that saves less is not listed
MARKS = "，。、“”（）《》；：—？！…·〔〕【】‘’〇%0a\n"  # 0: digits, a: Latin letters
HALF = str.maketrans(",;:!?()", "，；：！？（）")


def read(path: Path) -> np.ndarray:
    """Return a corpus as code points, numbers and Latin words folded to one character each."""
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        text = file.read().translate(HALF)
    text = re.sub("[0-9０-９]+", "0", text)
    text = re.sub("[A-Za-zＡ-Ｚａ-ｚ]+", "a", text)
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    return np.where(codes < 0x10000, codes, 0xFFFD)


def count(paths: list[Path]) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Return the kept code points, their counts, their pairs' counts, and the total."""
    texts = [read(path) for path in paths]
    single = sum(np.bincount(text, minlength=0x10000) for text in texts)
    marks = {ord(c) for c in MARKS}
    order = [int(i) for i in np.argsort(-single) if 0x4E00 <= i < 0xA000 or int(i) in marks]
    kept = np.array(order[:CHARACTERS])
    rank = np.full(0x10000, CHARACTERS)
    rank[kept] = np.arange(CHARACTERS)
    width = CHARACTERS + 1
    double = np.zeros(width * width, np.int64)
    for text in texts:
        ranks = rank[text]
        double += np.bincount(ranks[:-1] * width + ranks[1:], minlength=width * width)
    return kept, single[kept], double.reshape(width, width)[:-1, :-1], int(single.sum())


def choose(single: np.ndarray, double: np.ndarray, total: int) -> tuple[np.ndarray, ...]:
    """Return first ranks, second ranks and savings of the pairs worth listing."""
    bits = -np.log2(single / total)
    first, second = np.nonzero(double >= 8)
    seen = double[first, second]
    saved = bits[second] + BACKOFF + np.log2(seen / single[first])
    # The square root keeps rare but firm pairs, which is what a lost byte is searched by.
    weight = np.where(saved >= WORTH, np.sqrt(seen) * saved, -1.0)
    best = np.argsort(-weight)[:PAIRS]
    return first[best], second[best], saved[best]


def gaps(first: np.ndarray, second: np.ndarray) -> bytes:
    """Write the pairs of one class, row by row."""
    out = bytearray()
    for row in range(CHARACTERS):
        last = -1
        for rank in np.sort(second[first == row]):
            gap, last = int(rank) - last, int(rank)
            out += bytes([gap]) if gap < 240 else bytes([240 + (gap >> 8), gap & 255])
        out.append(0)
    return bytes(out)


def main() -> None:
    """Write the table and say what is in it."""
    corpora = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent / "shared" / "corpora"
    paths = sorted(corpora.glob("*.txt.xz"))
    kept, single, double, total = count(paths)
    first, second, saved = choose(single, double, total)
    klass = np.digitize(saved, np.percentile(saved, np.linspace(0, 100, CLASSES + 1)[1:-1]))
    bits = np.round(-np.log2(single / total)).astype(int)
    head = {
        "source": [path.name for path in paths],
        "characters": "".join(map(chr, kept)),
        "bits": [int((bits == b).sum()) for b in range(int(bits.max()) + 1)],
        "saved": [round(float(saved[klass == k].mean()), 2) for k in range(CLASSES)],
    }
    body = b"".join(gaps(first[klass == k], second[klass == k]) for k in range(CLASSES))
    payload = json.dumps(head, ensure_ascii=False).encode() + b"\n" + body
    OUT.write_bytes(lzma.compress(payload, preset=9 | lzma.PRESET_EXTREME))
    print(f"{OUT}: {len(kept)} characters, {len(first)} pairs, {OUT.stat().st_size} bytes, saved {head['saved']}")


if __name__ == "__main__":
    main()
