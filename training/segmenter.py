"""Train the word segmenter for the spaCy component: spacy-pkuseg on text that a dictionary has cut.

    python -m training.segmenter build/segmenter --characters 2_000_000 --rounds 10
    python -m training.segmenter build/segmenter --score           # word F1 of a folder that is there
    python -m training.segmenter src/planie/segmenter --least-weight 0.2   # the one that planie ships

There is no segmented corpus that may be trained on, so the teacher is jieba (MIT) by its dictionary alone,
with the words of our field below added, on a sample of ``../shared/corpora`` (government text first). The
student is a linear CRF over characters and words (Luo et al. 2019, https://arxiv.org/abs/1906.11455), so it
learns how such words look, and cuts unseen ones as well. It is scored by word F1 on the SIGHAN 2005 test
sets (PKU and MSR), which cut names and numbers by rules of their own that neither teacher nor student knows:
the teacher's own F1 stands beside. ``--least-weight`` drops the features that hardly weigh. Needs ``planie[spacy]`` and ``pip install jieba``.
"""

from __future__ import annotations

import argparse
import contextlib
import lzma
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import srsly

from planie.spacy_words import FILES, load_segmenter

SHARED = Path(__file__).resolve().parents[2] / "shared"
SHARES = {"government": 0.5, "law": 0.15, "news": 0.2, "commentary": 0.1, "prose": 0.05}
HELD_OUT = 0.02  # of the lines, to watch the training by
LEXICON = (
    "毛入园率 毛入学率 巩固率 入园率 覆盖率 普及率 合格率 优良率 达标率 就业率 近视率 升学率 参保率 城镇化率 绿化率 "
    "普惠性 公办 民办 学前教育 义务教育 职业教育 特殊教育 高中阶段 幼儿园 寄宿制 专任教师 骨干教师 学位 学时 学分 教研 "
    "控辍保学 集团化 办学 双减 课后服务 劳动教育 思政课 校医室 功能室 近视防控 生均 公用经费 一般公共预算 固定资产投资 "
    "地区生产总值 规模以上 工业增加值 社会消费品零售总额 进出口总额 居民人均可支配收入 主要污染物 空气质量 高质量发展 "
    "十三五 十四五 十五五 百分点 个百分点 万元 亿元 平方米 人次 以上 以下 左右 不低于 不少于 不超过 同比 年均 力争 确保"
).split()

Cut = Callable[[str], Sequence[str]]


# --- the text and its teacher -------------------------------------------------


def sample(folder: Path, characters: int, *, seed: int) -> list[str]:
    """Lines of each corpus, from places all over it, up to its share of *characters*."""
    rng, lines = random.Random(seed), []
    for name, share in SHARES.items():
        with lzma.open(folder / f"{name}.txt.xz", "rt", encoding="utf-8") as file:
            wanted, step = characters * share, 1 if characters > 10**7 else 7
            for number, line in enumerate(file):
                if number % step == 0 and 10 < len(line) < 400:
                    lines.append(line.strip())
                    wanted -= len(line)
                if wanted <= 0:
                    break
    rng.shuffle(lines)
    return lines


def teacher() -> Cut:
    import logging

    try:
        import jieba
    except ImportError:
        sys.exit("jieba is the teacher and is not installed: pip install jieba")
    jieba.setLogLevel(logging.ERROR)
    for word in LEXICON:
        jieba.add_word(word)

    def cut(text: str) -> list[str]:
        words: list[str] = []
        for word in jieba.cut(text, HMM=False):
            if word.isdigit() and len(words) > 1 and words[-1] in ".．" and words[-2].isdigit():
                words[-2:] = [words[-2] + words[-1] + word]  # jieba takes a decimal apart
            else:
                words.append(word)
        return words

    return cut


def write_words(path: Path, lines: Iterable[str], cut: Cut) -> None:
    """A sentence a line, its words apart; figures that belong together stay so."""
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            for sentence in re.findall(r"[^。；！？]+[。；！？]?", "".join(line.split())):
                file.write(" ".join(cut(sentence)) + "\n")


def train(lines: Sequence[str], cut: Cut, output: Path, *, rounds: int, say: bool = True) -> None:
    """Write a model folder; spacy-pkuseg's report goes to the terminal."""
    import spacy_pkuseg

    held = max(1, int(len(lines) * HELD_OUT))
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        paths = [Path(folder) / name for name in ("train.txt", "held.txt")]
        write_words(paths[0], [*lines[held:], *LEXICON], cut)
        write_words(paths[1], lines[:held], cut)
        if not say:
            stack.enter_context(contextlib.redirect_stdout(None))
        spacy_pkuseg.train(str(paths[0]), str(paths[1]), str(output), train_iter=rounds)


def prune(folder: Path, least: float) -> int:
    """Drop the features whose every weight is below *least*, and what only training needs; return how many stay.

    Weights are rounded to 16 bits, which a compressed file stores in few bytes.
    """
    features = srsly.read_msgpack(folder / "features.msgpack")
    with np.load(folder / "weights.npz") as saved:
        (tags, count), weights = map(int, saved["sizes"]), saved["w"]
    table, transitions = weights[: tags * count].reshape(count, tags), weights[tags * count :]
    strong = np.abs(table).max(axis=1) >= least
    kept = [(name, row) for name, row in features["feature_to_idx"].items() if strong[row]]
    features["feature_to_idx"] = {name: new for new, (name, _) in enumerate(kept)}
    features["bigram"] = []
    srsly.write_msgpack(folder / "features.msgpack", features)
    rounded = np.concatenate([table[[row for _, row in kept]].ravel(), transitions]).astype(np.float16)
    np.savez_compressed(folder / "weights.npz", sizes=np.array([tags, len(kept)]), w=rounded.astype(np.float64))
    return len(kept)


# --- scores -------------------------------------------------------------------


def places(words: Iterable[str]) -> set[tuple[int, int]]:
    found, at = set(), 0
    for word in words:
        found.add((at, at := at + len(word)))
    return found


def gold(path: Path, *, most: int | None = None) -> Iterator[list[str]]:
    """The words of each sentence of a SIGHAN gold file."""
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        if most is not None and number >= most:
            return
        if line.split():
            yield line.split()


def word_f1(sentences: Iterable[Sequence[str]], cut: Cut) -> float:
    right = said = wanted = 0
    for words in sentences:
        true, found = places(words), places(cut("".join(words)))
        right, said, wanted = right + len(true & found), said + len(found), wanted + len(true)
    return 200 * right / (said + wanted) if wanted else 0.0


def report(output: Path, bench: Path, *, most: int | None) -> None:
    size = sum((output / name).stat().st_size for name in FILES) / 1e6
    student, master = load_segmenter(output), teacher()
    for name in ("pku", "msr"):
        sentences = list(gold(bench / "gold" / f"{name}_test_gold.utf8", most=most))
        begin = time.perf_counter()
        ours = word_f1(sentences, student)
        speed = sum(len("".join(words)) for words in sentences) / (time.perf_counter() - begin)
        print(
            f"{name}: word F1 {ours:.1f}, its teacher {word_f1(sentences, master):.1f} "
            f"({len(sentences):,} sentences, {speed:,.0f} characters a second, {size:.1f} MB)"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, help="the model folder")
    parser.add_argument("--shared", type=Path, default=SHARED, help="the folder with corpora/ and bench/")
    parser.add_argument("--characters", type=int, default=1_000_000, help="to train on")
    parser.add_argument("--rounds", type=int, default=10, help="over the sample")
    parser.add_argument("--least-weight", type=float, default=0.0, help="drop features that weigh less in every tag")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sentences", type=int, help="of each test set, for a trial; by default all")
    parser.add_argument("--score", action="store_true", help="only score the folder")
    options = parser.parse_args(arguments)
    if not options.score:
        lines = sample(options.shared / "corpora", options.characters, seed=options.seed)
        print(f"{len(lines):,} lines, {sum(map(len, lines)):,} characters", flush=True)
        train(lines, teacher(), options.output, rounds=options.rounds)
        if options.least_weight:
            print(f"{prune(options.output, options.least_weight):,} features kept", flush=True)
    report(options.output, options.shared / "bench" / "segmentation", most=options.sentences)


if __name__ == "__main__":
    main()
