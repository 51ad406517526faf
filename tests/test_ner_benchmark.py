"""The recipe that measures the encoder: how it reads the sets, cuts windows, decodes and scores."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from learning import save_start

sys.path.append(str(Path(__file__).resolve().parent.parent / "training"))

import ner_benchmark as bench
from ner_benchmark import Line

SETS = {
    "cluener": '{"text": "浙商银行叶老桂博士", "label": {"name": {"叶老桂": [[4, 6]]}, "company": {"浙商银行": [[0, 3]]}}}\n',
    "resume": "浙 B-company\n商 M-company\n银 M-company\n行 E-company\n叶 B-name\n老 M-name\n桂 E-name\n博 O\n士 O\n",
    "weibo": "浙0\tB-company\n商1\tI-company\n银0\tI-company\n行1\tI-company\n叶0\tB-name\n老1\tI-name\n桂2\tI-name\n博0\tO\n士1\tO\n",
}
LINE = Line(tuple("浙商银行叶老桂博士"), (("company", 0, 4), ("name", 4, 7)))


@pytest.mark.parametrize("name", SETS)
def test_the_sets_are_read_alike(name: str, tmp_path: Path) -> None:
    path = tmp_path / bench.FILES[name][0]
    path.write_text(SETS[name] + "\n" + SETS[name], "utf-8")
    assert bench.load(path) == [LINE, LINE]


def test_a_character_may_be_a_space(tmp_path: Path) -> None:
    path = tmp_path / "set.bmes"
    path.write_text("甲\tB-X\n\u3000\tI-X\n乙\tI-X\n\n丙\tO\n", "utf-8")
    assert bench.load(path) == [Line(("甲", "\u3000", "乙"), (("X", 0, 3),)), Line(("丙",), ())]


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("B-A I-A O B-A", [("A", 0, 2), ("A", 3, 4)]),
        ("B-A B-A I-A", [("A", 0, 1), ("A", 1, 3)]),
        ("S-A B-B E-B S-B", [("A", 0, 1), ("B", 1, 3), ("B", 3, 4)]),
        ("B-A I-B", [("A", 0, 1), ("B", 1, 2)]),
        ("O I-A", [("A", 1, 2)]),
    ],
)
def test_tags_to_spans(tags: str, spans: bench.Spans) -> None:
    assert bench.spans_of(tags.split()) == spans


@pytest.mark.parametrize("length", [1, 126, 127, 300, 2427])
def test_every_character_is_the_middle_of_one_window(length: int) -> None:
    found = bench.windows([Line(("甲",) * length, ())])
    assert [i for w in found for i in range(w.low, w.high)] == list(range(length))
    assert all(w.start <= w.low <= w.high <= w.end <= w.start + bench.WIDTH for w in found)


def test_a_span_that_an_edge_cuts_is_not_learnt() -> None:
    tags = {tag: i for i, tag in enumerate(("O", "B-A", "I-A", "E-A", "S-A"))}
    line = Line(("甲",) * 200, (("A", 10, 13), ("A", 120, 130), ("A", 199, 200)))
    first, second = (bench.encode(window, line, tags) for window in bench.windows([line]))
    assert first[9:14] == [0, 1, 2, 3, 0]
    assert first[119:] == [0] + [bench.IGNORED] * 6
    start = bench.windows([line])[1].start
    assert second[120 - start : 130 - start] == [1, *[2] * 8, 3]
    assert second[-1] == 4


def test_batches_have_few_shapes_and_every_row() -> None:
    draw = random.Random(1)
    sizes = [draw.randint(1, 126) for _ in range(100)]
    for rng in (random.Random(2), None):
        found = bench.batches(sizes, 8, rng)
        assert {length for length, _ in found} == {32, 64, 96, 128}
        assert all(len(rows) == 8 for _, rows in found)
        assert {row for _, rows in found for row in rows} == set(range(100))
        assert all(sizes[row] + 2 <= length for length, rows in found for row in rows)


def test_the_best_path_is_legal() -> None:
    tags = ["O", "B-A", "I-A", "E-A", "S-A"]
    scores = np.log(np.array([[0.3, 0.6, 0.05, 0.04, 0.01], [0.5, 0.0, 0.1, 0.39, 0.01]]) + 1e-9)
    assert bench.best_path(scores, tags) == ["B-A", "E-A"]
    assert bench.best_path(scores[:1], tags) == ["O"]  # a span of one is no B


def test_scores_are_strict_and_count_what_was_missed() -> None:
    lines = [LINE, Line(("甲", "乙"), (("name", 0, 2),))]
    found = [[("company", 0, 4), ("name", 4, 6)], []]
    row = bench.score(lines, found)
    assert row["precision"] == 50
    assert row["recall"] == pytest.approx(100 / 3)
    assert row["f1"] == pytest.approx(40)


def _set(folder: Path) -> Path:
    """A set that can be learnt: 在 stands before a place, of two or three characters."""
    rng, rows = random.Random(3), []
    for _ in range(48):
        name = "".join(rng.choices("云青松柳河山", k=rng.choice([2, 3])))
        text = [
            ("我", "O"),
            ("在", "O"),
            *((c, f"{'I' if i else 'B'}-LOC") for i, c in enumerate(name)),
            ("见", "O"),
            ("他", "O"),
        ]
        rows.append("".join(f"{c} {tag}\n" for c, tag in text))
    (folder / "resume").mkdir()
    for name, part in zip(bench.FILES["resume"], (rows[:40], rows[36:]), strict=True):
        (folder / "resume" / name).write_text("\n".join(part), "utf-8")
    return folder


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    start = save_start(tmp_path / "start", "云青松柳河山我在见他")
    line = f"resume --bench {_set(tmp_path)} --encoder {start} --epochs 12 --batch 4 --rate 5e-3 --head-rate 2e-2 --threads 1"
    return line.split()


def test_end_to_end(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    threads = torch.get_num_threads()
    try:
        bench.main([*options, "--seeds", "2"])
    finally:
        torch.set_num_threads(threads)
    out = capsys.readouterr().out
    assert "40 lines to train on, 12 to test, " in out
    ours = next(line for line in out.splitlines() if "start, softmax" in line)
    assert float(ours.split("**")[3]) > 60
    assert "2 seeds" in ours
    assert "| W2NER | 96.7 |" in out


def test_the_schedule_ends_in_time(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    parsed: Any = bench.parse([*options, "--minutes", "0.00001"])
    (row,) = bench.run(parsed)
    assert "minutes are over in epoch 1 of 12" in capsys.readouterr().out
    assert 0 <= row["f1"] <= 100
