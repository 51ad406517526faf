"""How quick planie is, and where its time goes.

    python training/benchmark.py [--quick] [--threads N] [--long FILE …]

Prints, for the bundled model on this machine's CPU: what ``import planie`` costs and loads, the
time to the first plan of a fresh process, the time of a plan of 2,000 characters, the speed of
the whole way and of its stages, the share of the CPU's own speed at matrix products that the encoder
reaches, memory and time against length, and the ratio to a Hugging Face token-classification pipeline
of BERT-base size (random weights, float32, batches of 8 sentences) on the same text in the same run. The quickest of a few runs is printed: noise only ever adds.
The text is ``examples/plan.txt``, over and over with other numbers, so that nothing is a repeat. ``--long``
reads files as one text (10 MB of them, say), and does nothing else.
Needs ``planie[train]`` for the comparison alone. About four minutes on two cores, one with ``--quick``.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

import planie
from planie import linker, pipeline, tagger

PAGE = (Path(__file__).parents[1] / "examples" / "plan.txt").read_text("utf-8")
HEAVY = ("torch", "numpy", "transformers", "spacy", "pandas", "opencc", "click", "safetensors")
PATTERNS = {
    "(": "(",
    "1.": "1.",
    "“": "“",
    "一、": "一、\n",
    "12所、": "12所、",
    "2024年": "2024年",
    "\\u0301": "\u0301",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="shorter texts, fewer runs")
    parser.add_argument("--threads", type=int, help="torch's threads; by default torch's own choice")
    parser.add_argument(
        "--long", type=Path, nargs="+", metavar="FILE", help="read these as one long text, nothing else"
    )
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    quick = arguments.quick
    print(f"planie {planie.__version__}, torch {torch.__version__}, {torch.get_num_threads()} threads")
    starts(1 if quick else 3)
    extractor = planie.load(device="cpu")
    extractor(PAGE)
    row("precision", "bfloat16" if extractor.scorer.half else "float32: this CPU has no bfloat16")
    if arguments.long:
        long_text(extractor, "\n".join(path.read_text("utf-8") for path in arguments.long))
        return
    speed(extractor, 5_000 if quick else 20_000, 1 if quick else 3)
    stages(extractor, 5_000 if quick else 20_000)
    peak(extractor, 5_000 if quick else 20_000)
    lengths(extractor, 2_500 if quick else 10_000)
    patterns(extractor, 500 if quick else 3_000)
    memory(extractor, (5_000, 20_000) if quick else (20_000, 100_000))
    against_bert(extractor, 1_500 if quick else 6_000)


def text_of(size: int, seed: int = 1) -> str:
    """The example page, again and again with other numbers, cut at *size* characters."""
    rng = random.Random(seed)
    rows: list[str] = []
    while sum(map(len, rows)) < size:
        rows.append(re.sub(r"(?<![\d年])\d{1,2}(?=[\d.]*[%所名个])", lambda _: str(rng.randint(10, 99)), PAGE))
    return "\n".join(rows)[:size]


def best(run: Callable[[], Any], times: int) -> float:
    """Seconds of the quickest of some runs."""
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        run()
        found.append(time.perf_counter() - begin)
    return min(found)


def row(name: str, value: str) -> None:
    print(f"{name:44} {value}")


def starts(times: int) -> None:
    def fresh(code: str) -> str:
        command = [sys.executable, "-c", code]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603  no shell

    bare = best(lambda: fresh("pass"), times)
    row("import planie", f"{(best(lambda: fresh('import planie'), times) - bare) * 1000:.0f} ms")
    loaded = fresh(f"import sys, planie; print(*[m for m in {HEAVY!r} if m in sys.modules])")
    row("heavy modules that it loads", loaded or "none")
    plan = f"import planie; planie.extract({PAGE!r})"
    row("fresh process to the first plan", f"{best(lambda: fresh(plan), times):.2f} s")


def speed(extractor: planie.Extractor, size: int, times: int) -> None:
    short, long = text_of(2_000), text_of(size)
    row("a plan of 2,000 characters", f"{best(lambda: extractor(short), times + 2):.3f} s")
    plans = [text_of(2_000, seed) for seed in range(size // 2_000)]
    row("one long text", f"{size / best(lambda: extractor(long), times):,.0f} characters a second")
    took = best(lambda: list(extractor.pipe(plans)), times)
    row("plans of 2,000 characters, in a pipe", f"{2_000 * len(plans) / took:,.0f} characters a second")


def stages(extractor: planie.Extractor, size: int) -> None:
    """Time the functions that the pipeline calls, where it calls them."""
    spent: dict[str, float] = defaultdict(float)
    rooms: list[tuple[str, Any, str]] = [
        ("heal", pipeline, "heal"),
        ("structure", pipeline, "analyse"),
        ("tag", tagger, "tag"),
        ("link", linker, "link"),
        ("assemble", pipeline, "assemble"),
    ]
    kept = [getattr(room, name) for _, room, name in rooms]

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            begin = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent[stage] += time.perf_counter() - begin

        return call

    text = text_of(size)
    for (stage, room, name), function in zip(rooms, kept, strict=True):
        setattr(room, name, timed(stage, function))
    whole = best(lambda: extractor(text), 1)
    for (_, room, name), function in zip(rooms, kept, strict=True):
        setattr(room, name, function)
    for stage, seconds in spent.items():
        row(f"  {stage}", f"{seconds / whole:6.1%}  {size / seconds:>12,.0f} characters a second")
    row("  the rest", f"{1 - sum(spent.values()) / whole:6.1%}")


def peak(extractor: planie.Extractor, size: int) -> None:
    """Hold the encoder's multiplications a second against those of one large product in the same precision."""
    scorer, text = extractor.scorer, text_of(size)
    config = scorer.reader.encoder.config
    work = 0
    spent = 0.0
    kept = scorer.tag

    def counted(ids: Any, lengths: Any) -> Any:
        nonlocal work, spent
        begin = time.perf_counter()
        found = kept(ids, lengths)
        spent += time.perf_counter() - begin
        width, wide = config.hidden_size, config.intermediate_size
        token = 4 * width * width + 2 * width * wide + 2 * ids.shape[1] * width  # multiplications a layer
        work += 2 * config.num_hidden_layers * token * ids.size
        return found

    scorer.tag = counted
    extractor(text)
    del scorer.tag
    matrix = torch.randn(2048, 2048, dtype=torch.bfloat16 if scorer.half else torch.float32)
    most = 2 * 2048**3 / best(lambda: matrix @ matrix, 5)
    row("operations a second of the encoder", f"{work / spent / 1e9:,.0f} thousand million")
    row(
        "  of one product of 2,048 x 2,048",
        f"{most / 1e9:,.0f} thousand million; the share is {work / spent / most:.0%}",
    )


def reading(extractor: planie.Extractor, text: str, times: int = 1) -> float:
    """Seconds for one text."""
    return best(lambda: extractor(text), times)


def lengths(extractor: planie.Extractor, size: int) -> None:
    took = [reading(extractor, text_of(n), 2) for n in (size, 2 * size, 4 * size)]
    row(f"{size:,}, twice and four times as many", " · ".join(f"{t:.2f} s" for t in took))
    row("time of four times the text", f"{took[2] / took[0]:.2f} times")


def patterns(extractor: planie.Extractor, count: int) -> None:
    """One pattern over and over: twice as many may take about twice as long, never four times."""
    for name, pattern in PATTERNS.items():
        few, many = reading(extractor, pattern * (count // 2)), reading(extractor, pattern * count)
        row(f"  {name} {count:,} times", f"{many:.2f} s, {many / few:.1f} times that of half as many")


def memory(extractor: planie.Extractor, sizes: Sequence[int]) -> None:
    """Python's and numpy's peak; torch's buffers are of fixed size, as batches are."""
    peaks = []
    for size in sizes:
        text = text_of(size)
        tracemalloc.start()
        extractor(text)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        row(f"peak memory at {size:,} characters", f"{peaks[-1] / 1e6:.1f} MB")
    growth = (peaks[1] - peaks[0]) / (sizes[1] - sizes[0])
    row("memory growth", f"{growth:.0f} bytes a character")


def long_text(extractor: planie.Extractor, text: str) -> None:
    """How much slower the last nine tenths of a long text are than the first, and what they take of memory."""
    import resource  # Unix alone has it

    row("length", f"{len(text):,} characters, {len(text.encode()) / 1e6:.1f} MB")
    part = text[: len(text) // 10]
    first, whole = reading(extractor, part) / len(part), reading(extractor, text) / len(text)
    row("seconds a million characters", f"{1e6 * first:.0f} in the first tenth, {1e6 * whole:.0f} in the whole")
    row("most memory of the process", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def against_bert(extractor: planie.Extractor, size: int) -> None:
    try:
        import transformers
    except ImportError:
        row("against BERT-base", "not measured: needs planie[train]")
        return
    text = text_of(size)
    classify = bert_base(transformers)
    sentences = [s for s in re.split(r"(?<=[。；\n])", text) if s.strip()]
    classify(sentences[:8], batch_size=8)
    theirs = best(lambda: classify(sentences, batch_size=8), 1)
    ours = best(lambda: extractor(text), 2)
    single = planie.load(device="cpu", precision="float32")
    slower = best(lambda: single(text), 2)
    row("Hugging Face pipeline, BERT-base, float32", f"{size / theirs:,.0f} characters a second")
    row("planie on the same text", f"{size / ours:,.0f} characters a second")
    row("planie is quicker by", f"{theirs / ours:.1f} times; in float32 by {theirs / slower:.1f} times")


def bert_base(transformers: Any) -> Any:
    """A token-classification pipeline of BERT-base size; what its weights are does not change its speed."""
    import tempfile

    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *map(chr, range(33, 127)), *map(chr, range(0x3000, 0x3020))]
    tokens += [*"，。；：（）“”", *map(chr, range(0x4E00, 0x4E00 + 21128 - len(tokens) - 8))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vocab.txt"
        path.write_text("\n".join(tokens), "utf-8")
        tokenizer = transformers.BertTokenizerFast.from_pretrained(folder)
    config = transformers.BertConfig(vocab_size=len(tokenizer), num_labels=25)
    model = transformers.BertForTokenClassification(config).eval()
    return transformers.pipeline("token-classification", model=model, tokenizer=tokenizer, device="cpu")


if __name__ == "__main__":
    main()
