"""The benchmark: readers of numbers, the linear model, the processes and the table."""

from __future__ import annotations

import dataclasses
import json
import sys
import types
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from learning import document as invented
from learning import save_start
from planie import benchmark as room
from planie import cli
from planie.annotations import load, to_dict, write
from planie.benchmark import child, linear, numbers, table
from planie.benchmark.child import Task
from planie.errors import CorpusError, FileError, PlanieError
from planie.evaluation import evaluate, page
from planie.evaluation.gold import Page

# --- numbers and dates -------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.26亿元", (126e6, 126e6)),
        ("93%以上", (93, 93)),
        ("近3万人次", (30000, 30000)),
        ("3,500元", (3500, 3500)),
        ("2—3名", (2, 3)),
        ("2—3万元", (20000, 30000)),
        ("5%—5.5%", None),  # two units
        ("三十五万人", (350000, 350000)),
        ("一百零三所", (103, 103)),
        ("十所", (10, 10)),
        ("一万亿元", (1e12, 1e12)),
        ("0.5个百分点", (0.5, 0.5)),
        ("3000多亿元", (3e11, 3e11)),
        ("386千瓦", (386, 386)),
        ("8倍以上", (8, 8)),
        *(
            (text, None)
            for text in "半年 两三所 百余所 一二三 1:12 六成 **% 15xx人次 三分之一 几所 万元 3所5班".split()
        ),
    ],
)
def test_plain_numbers(text: str, number: tuple[float, float] | None) -> None:
    assert numbers.plain_number(text) == number


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("到2025年", (2025, None, None)),
        ("2021—2023年", (2023, None, None)),
        ("2025年9月底前", (2025, 9, None)),
        ("2025年9月1日", (2025, 9, 1)),
        *((text, None) for text in "今年 2xxx年 9月底前 “十四五”期间 2023年春季至2024年 12025年".split()),
    ],
)
def test_plain_dates(text: str, date: tuple[int, int | None, int | None] | None) -> None:
    assert numbers.plain_date(text) == date


ASKED = numbers.Questions.of(["12所", "93%", "2—3名", "近3万人次", "半年"], ["到2025年", "今年"])


def test_our_own_readers_read_what_is_plain() -> None:
    reader = numbers.open_reader("planie")
    assert reader is not None
    assert numbers.score(reader, ASKED) == {"numbers": (4, 4), "dates": (1, 1)}
    assert ASKED.size(reader) == len("12所93%2—3名近3万人次到2025年")


def test_a_wrong_end_of_a_range_is_wrong() -> None:
    reader = numbers.NumberReader("odd", lambda text: (2.0, 2.0) if "名" in text else None, lambda _: (2025, 3, 1))
    assert numbers.score(reader, ASKED) == {"numbers": (0, 4), "dates": (1, 1)}


@pytest.mark.parametrize("name", ["jionlp", "cn2an"])
def test_a_library_that_is_not_installed_is_told(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, name, None)  # what import finds of a module that is not there
    assert numbers.open_reader(name) is None
    found = child.work(Task(name, (_slice(tmp_path),), ""))
    assert found == {"name": name, "missing": True}
    assert "not installed" in table.markdown(_data(found))
    assert "未安装" in table.markdown(_data(found), language="zh")


def _fake_jionlp() -> types.ModuleType:
    """As the real one: it refuses what is no money, and gives times as text."""

    def parse_money(text: str) -> dict[str, Any]:
        if not set(text) <= set("0123456789.万亿元"):
            raise ValueError(text)
        return {"num": "126000000.00" if "亿" in text else text.strip("元")}

    def parse_time(text: str, time_base: dict[str, int]) -> dict[str, Any]:
        if "年" not in text:
            raise ValueError(text)
        return {"time": [f"{text[-5:-1]}-01-01 00:00:00", f"{text[-5:-1]}-12-31 23:59:59"]}

    fake = types.ModuleType("jionlp")
    fake.__dict__.update(__version__="0", parse_money=parse_money, parse_time=parse_time)
    return fake


def test_jionlp_is_asked_for_money_and_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jionlp", _fake_jionlp())
    reader = numbers.open_reader("jionlp")
    assert reader is not None
    assert reader.name == "JioNLP 0"
    assert reader.number("1.26亿元") == (126e6, 126e6)
    assert reader.number("12所") == (12, 12)
    assert reader.number("2—3名") == (2, 3)
    assert reader.number("一所") is None
    assert numbers.score(reader, ASKED)["dates"] == (1, 1)


def test_cn2an_is_asked_for_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = types.ModuleType("cn2an")
    fake.__dict__.update(__version__="0", cn2an=lambda text, mode: {"3500": 3500, "十": 10}[text])
    monkeypatch.setitem(sys.modules, "cn2an", fake)
    reader = numbers.open_reader("cn2an")
    assert reader is not None
    assert reader.date is None
    assert (reader.number("3,500元"), reader.number("十所"), reader.number("**%")) == ((3500, 3500), (10, 10), None)


# --- the linear model --------------------------------------------------------


@cache
def _pages() -> tuple[Page, ...]:
    return tuple(page(invented(i)) for i in range(10))


@cache
def _weights() -> linear.Weights:
    pytest.importorskip("sklearn")
    return linear.train(_pages())


def test_a_linear_model_learns_and_is_evaluated() -> None:
    report = evaluate(linear.Linear(_weights()), [invented(i) for i in (10, 11)], resamples=5)
    assert report.model == "linear"
    assert report["values"].score.f1 == 1.0
    assert report["entities"].score.f1 > 0.5
    assert report["roles/metric/given"].score.right == 2
    assert report["everything/given"].score.right == 2


def test_weights_are_arrays_in_a_file(tmp_path: Path) -> None:
    _weights().save(tmp_path / "w.npz")
    again = linear.Weights.load(tmp_path / "w.npz")
    pieces = _pages()[0].pieces
    assert linear.Linear(again).read(pieces) == linear.Linear(_weights()).read(pieces)
    assert again.pair[0].shape == (linear.WIDTH["pair"], 11)


def test_a_linear_model_reads_any_text() -> None:
    reader = linear.Linear(_weights())
    for text in ("", "%", "12所" * 200, "\ud800 3所", "（，，，）"):
        assert child.plans(reader, text) is not None


def test_nothing_to_train_on_is_refused() -> None:
    bare = dataclasses.replace(invented(0), frames=(), programs=())
    with pytest.raises(CorpusError, match="no value has a frame"):
        linear.train([page(bare)])


# --- the whole ---------------------------------------------------------------


def _slice(folder: Path) -> str:
    """Two documents of the development set, short ones."""
    path = folder / "slice.jsonl"
    held = sorted(load(Path(__file__).parents[1] / "corpus" / "own" / "dev.jsonl"), key=lambda d: len(d.text))
    write(path, [to_dict(document) for document in held[:2]])
    return str(path)


def _data(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"corpus": "c.jsonl", "documents": 2, "characters": 1234, "targets": 30, "rows": list(rows)}


def test_contestants_run_in_processes_of_their_own(tmp_path: Path) -> None:
    corpus = _slice(tmp_path)
    found = room.benchmark(corpus, models=(), against=("planie", "rules"), passes=2)
    rules, readers = found.rows
    assert rules["name"] == "rules"
    assert 0 < rules["measures"]["targets"]["f1"] < 1
    assert readers["readings"]["numbers"]["right"] > 10
    assert rules["speed"] > 0
    assert rules["memory"] is None or 1e7 < rules["memory"] < 4e9
    assert found.documents == 2
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()


def test_a_model_is_timed_before_it_is_scored(tmp_path: Path) -> None:
    write(tmp_path / "c.jsonl", [to_dict(invented(i)) for i in range(2)])
    found = child.work(Task("model", (str(tmp_path / "c.jsonl"),), "", save_start(tmp_path / "m"), 1))
    assert found["name"] == "tiny 0"
    assert found["measures"]["targets"]["gold"] == 2


def test_a_contestant_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(PlanieError, match=r"model: .*no model folder"):
        room.benchmark(_slice(tmp_path), models=(str(tmp_path),), against=())


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(PlanieError, match="no contestant is called bert; there are rules, linear"):
        room.benchmark(against=("bert",))


def test_a_clone_has_a_corpus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert Path(room.default_corpus()).name == "dev.jsonl"
    monkeypatch.setattr(room, "_PLACES", (tmp_path,))
    with pytest.raises(CorpusError, match="name a corpus"):
        room.default_corpus()


# --- the table ---------------------------------------------------------------

MODEL = {
    "name": "planie-zh 0.1.0",
    "speed": 12345.0,
    "memory": 400_000_000,
    "measures": {k: {"f1": 0.5} for k in child.MEASURES},
}
RULES = {**MODEL, "name": "rules", "speed": 246900.0, "memory": None}
OURS = {"name": "planie", "speed": 9e4, "memory": 5e7, "readings": {"numbers": {"right": 9, "asked": 10}}}


def test_speeds_are_held_against_the_first_of_their_kind() -> None:
    rows = table.markdown(_data(MODEL, RULES, OURS)).splitlines()
    assert rows[2] == "| planie-zh 0.1.0 | 50.0 | 50.0 | 50.0 | – | – | 12,000 | 1.00 × | 400 MB |"
    assert rows[3] == "| rules | 50.0 | 50.0 | 50.0 | – | – | 250,000 | 20 × | – |"
    assert rows[4] == "| planie | – | – | – | 90.0 | – | 90,000 | 1.00 × | 50 MB |"
    assert "2 documents, 1,234 characters, 30 targets of c.jsonl" in rows[6]
    assert len({row.count("|") for row in rows[:5]}) == 1


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_table_goes_between_the_marks(name: str, tmp_path: Path, root: Path) -> None:
    path = tmp_path / name
    path.write_text((root / name).read_text("utf-8"), "utf-8")  # both have the marks
    before, after = path.read_text("utf-8").split(table.BEGIN)[0], path.read_text("utf-8").split(table.END)[1]
    for _ in range(2):
        table.put(path, _data(MODEL))
    text = path.read_text("utf-8")
    assert text.startswith(before)
    assert text.endswith(after)
    assert text.count("12,000") == 1
    assert ("每秒字数" in text) == ("zh" in name)


@pytest.mark.parametrize("text", ["", f"{table.BEGIN}\n", f"{table.END}\n{table.BEGIN}", table.BEGIN * 2 + table.END])
def test_a_file_without_the_marks_stays(text: str, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(text, "utf-8")
    with pytest.raises(FileError, match="once each"):
        table.put(path, _data(MODEL))
    assert path.read_text("utf-8") == text


def test_the_command_prints_and_writes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: dict[str, Any] = {}

    def benchmark(corpus: str | None, **options: Any) -> room.Benchmark:
        asked.update(options, corpus=corpus)
        options["report"]("rules")
        return room.Benchmark("c.jsonl", 2, 1234, 30, (MODEL,))

    monkeypatch.setattr(room, "benchmark", benchmark)
    monkeypatch.chdir(tmp_path)
    Path("README.md").write_text(f"a\n{table.BEGIN}\n{table.END}\nz\n", "utf-8")
    line = "c.jsonl --train a --train b --only rules,linear --write README.md --json out.json"
    result = CliRunner().invoke(cli.cli, ["benchmark", *line.split()])
    assert result.exit_code == 0, result.output
    assert (asked["corpus"], asked["train"], asked["against"]) == ("c.jsonl", ("a", "b"), ("rules", "linear"))
    assert asked["models"] == ("bundled",)
    assert "12,000" in result.stdout
    assert "12,000" in Path("README.md").read_text("utf-8")
    assert json.loads(Path("out.json").read_text("utf-8"))["rows"][0]["name"] == MODEL["name"]
