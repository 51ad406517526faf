"""The command line, with a model that finds one target in any text (the real one runs in test_offline)."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import planie
from planie import cli, evaluation, pipeline
from planie.errors import BundleError
from planie.plan import Plan
from plans import SAMPLE


class FakeExtractor:
    """Returns the sample with the text that it was given; a page's plans are its paragraphs."""

    def __init__(self) -> None:
        self.published: object = None

    def pipe(self, texts: Iterable[str], *, batch_size: int, published: object) -> Iterator[Plan]:
        self.published = published
        for text in texts:
            yield dataclasses.replace(SAMPLE, text=text, source=dataclasses.replace(SAMPLE.source, name=None))

    def extract_all(self, page: str, *, published: object) -> list[Plan]:
        return list(self.pipe(page.split("\n\n"), batch_size=1, published=published))


@pytest.fixture
def extractor(monkeypatch: pytest.MonkeyPatch) -> FakeExtractor:
    fake = FakeExtractor()
    monkeypatch.setattr(pipeline, "load", lambda path=None, **_: fake)
    return fake


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(cli.cli, arguments, input=stdin, prog_name="planie")


def _texts(data: bytes) -> list[Any]:
    return [json.loads(line)["text"] for line in data.decode("utf-8").splitlines()]


# --- what comes out ----------------------------------------------------------


@pytest.mark.usefixtures("extractor")
def test_one_file_gives_one_plan(here: Path) -> None:
    (here / "a.txt").write_text("甲", "utf-8")
    result = run("extract", "a.txt")
    assert result.exit_code == 0
    read = Plan.from_json(result.stdout)
    assert read.text == "甲"
    assert read.source.name == "a.txt"
    assert result.stderr == ""


@pytest.mark.usefixtures("extractor")
def test_several_files_give_a_list_in_order(here: Path) -> None:
    for name in ("b", "a", "c"):
        (here / f"{name}.txt").write_text(name, "utf-8")
    result = run("extract", "c.txt", "a.txt", "b.txt")
    assert [plan["text"] for plan in json.loads(result.stdout)] == ["c", "a", "b"]


@pytest.mark.usefixtures("extractor")
def test_a_folder_is_read_by_name_and_hidden_files_are_not(here: Path) -> None:
    (here / "in" / "deep").mkdir(parents=True)
    for name in ("b.txt", "a.md", "deep/c.TXT", ".hidden.txt", "data.bin"):
        (here / "in" / name).write_text(name, "utf-8")
    result = run("extract", "in", "--format", "jsonl")
    assert result.exit_code == 0
    names = [json.loads(line)["source"]["name"] for line in result.stdout.splitlines()]
    assert names == ["in/a.md", "in/b.txt", "in/deep/c.TXT"]
    assert result.stderr.startswith("planie: in: 1 file not read (1 × .bin); of a folder, only .docx, ")


@pytest.mark.usefixtures("extractor")
def test_all_gives_each_plan_of_a_page(here: Path) -> None:
    (here / "a.txt").write_text("一\n\n二", "utf-8")
    (here / "b.txt").write_text("三", "utf-8")
    result = run("extract", "a.txt", "b.txt", "--all", "--format", "jsonl")
    assert _texts(result.stdout_bytes) == ["一", "二", "三"]
    assert [json.loads(line)["source"]["name"] for line in result.stdout.splitlines()] == ["a.txt", "a.txt", "b.txt"]
    assert isinstance(json.loads(run("extract", "b.txt", "--all").stdout), list)


@pytest.mark.usefixtures("extractor")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_standard_input_is_a_file(encoding: str) -> None:
    text = "全市学前三年毛入园率达到97.5%以上,普惠性幼儿园覆盖率不低于88%。"
    read = Plan.from_json(run("extract", "-", stdin=text.encode(encoding)).stdout)
    assert read.text == text
    assert read.source.name is None


@pytest.mark.usefixtures("extractor")
@pytest.mark.parametrize("name", ["out.json", "out.jsonl", "out.csv", "OUT.CSV", "out.xlsx", "out.html"])
def test_the_format_is_what_out_ends_with(here: Path, name: str) -> None:
    (here / "a.txt").write_text("甲", "utf-8")
    result = run("extract", "a.txt", "-o", name)
    assert (result.exit_code, result.output) == (0, "")
    format = Path(name).suffix[1:].lower()
    assert (here / name).read_bytes() == run("extract", "a.txt", "--format", format).stdout_bytes


@pytest.mark.usefixtures("extractor")
def test_csv_has_a_row_a_target(here: Path) -> None:
    (here / "a.txt").write_text("甲", "utf-8")
    data = run("extract", "a.txt", "--format", "csv").stdout_bytes
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [(row["source"], row["metric"]) for row in rows] == [
        ("a.txt", "普惠性幼儿园覆盖率"),
        ("a.txt", "公办幼儿园"),
    ]


@pytest.mark.usefixtures("extractor")
@pytest.mark.parametrize("inputs", [("page.html",), ("-", "."), ("a.txt", "./page.html")])
def test_a_page_that_is_read_is_not_written_over(here: Path, inputs: tuple[str, ...]) -> None:
    (here / "a.txt").write_text("甲", "utf-8")
    (here / "page.html").write_text("<p>甲</p>", "utf-8")
    result = run("extract", *inputs, "-o", "page.html")
    assert result.exit_code == 2
    assert "page.html, which is among the files to read; name another" in " ".join(result.stderr.split())
    assert (here / "page.html").read_text("utf-8") == "<p>甲</p>"


def test_a_workbook_is_not_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", _Terminal())
    with pytest.raises(click.UsageError, match="name a file with -o"):
        cli.extract.main(["a.txt", "--format", "xlsx"], standalone_mode=False)


def test_published_goes_to_the_model(here: Path, extractor: FakeExtractor) -> None:
    (here / "a.txt").write_text("甲", "utf-8")
    assert run("extract", "a.txt", "--published", "2024-03-01").exit_code == 0
    assert str(extractor.published) == "2024-03-01"


@pytest.mark.usefixtures("extractor")
def test_names_with_spaces_and_chinese(here: Path) -> None:
    (here / "工作 要点.txt").write_text("甲", "utf-8")
    result = run("extract", str(here / "工作 要点.txt"))
    assert json.loads(result.stdout)["source"]["name"] == (here / "工作 要点.txt").as_posix()


# --- what goes wrong ---------------------------------------------------------


@pytest.mark.usefixtures("extractor")
def test_a_bad_file_is_reported_and_the_rest_go_on(here: Path) -> None:
    (here / "a.txt").write_text("甲", "utf-8")
    result = run("extract", "no.txt", "a.txt", "no2.txt", "-o", "out.jsonl")
    assert result.exit_code == 1
    first, second = result.stderr.splitlines()
    assert first.startswith("planie: ")
    assert "no.txt" in first
    assert "no2.txt" in second
    assert _texts((here / "out.jsonl").read_bytes()) == ["甲"]


@pytest.mark.usefixtures("extractor")
def test_nothing_read_leaves_out_as_it_was(here: Path) -> None:
    (here / "out.jsonl").write_text("old", "utf-8")
    result = run("extract", "no.txt", "-o", "out.jsonl")
    assert result.exit_code == 1
    assert [(path.name, path.read_text("utf-8")) for path in here.iterdir()] == [("out.jsonl", "old")]


@pytest.mark.usefixtures("extractor")
def test_an_empty_folder_is_reported(here: Path) -> None:
    (here / "in").mkdir()
    result = run("extract", "in")
    assert result.exit_code == 1
    assert "planie: in: no file in this folder ends in" in result.stderr
    assert ".txt" in result.stderr


@pytest.mark.usefixtures("extractor")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("extract",), "Missing argument"),
        (
            ("extract", "a.txt", "-o", "out.yaml"),
            "OUT ends in .yaml; name it .json, .jsonl, .csv, .xlsx, .html, or give --format",
        ),
        (("extract", "a.txt", "--format", "yaml"), "'yaml' is not one of"),
        (("extract", "a.txt", "--published", "March"), "'March' does not match"),
        (("extrakt", "a.txt"), "No such command"),
    ],
)
def test_a_mistake_in_the_command_ends_it(here: Path, arguments: tuple[str, ...], says: str) -> None:
    (here / "a.txt").write_text("甲", "utf-8")
    result = run(*arguments)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())


@pytest.mark.usefixtures("extractor")
@pytest.mark.parametrize("out", ["no/such/out.json", "."])
def test_a_place_that_cannot_be_written_is_named(here: Path, out: str) -> None:
    (here / "a.txt").write_text("甲", "utf-8")
    result = run("extract", "a.txt", "-o", out, "--format", "json")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert Path(out).name in result.stderr or str(here) in result.stderr


def test_a_bad_model_is_one_message(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object = None) -> None:
        raise BundleError(f"{path}: no model folder, it lacks config.json")

    monkeypatch.setattr(pipeline, "load", refuse)
    (here / "a.txt").write_text("甲", "utf-8")
    result = run("extract", "a.txt", "--model", "nowhere", "-o", "out.json")
    assert result.exit_code == 1
    assert result.stderr == "Error: nowhere: no model folder, it lacks config.json\n"
    assert not (here / "out.json").exists()


def test_a_bug_keeps_its_traceback(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: object = None) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline, "load", broken)
    (here / "a.txt").write_text("甲", "utf-8")
    assert isinstance(run("extract", "a.txt").exception, ZeroDivisionError)


# --- evaluate ----------------------------------------------------------------


class FakeReport:
    def table(self) -> str:
        return "targets  0.90"


@pytest.mark.parametrize(("model", "path"), [("bundled", None), ("my/model", "my/model")])
def test_evaluate_prints_the_table(model: str, path: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def evaluate_files(*arguments: Any, **options: Any) -> FakeReport:
        asked.extend([*arguments, options])
        return FakeReport()

    monkeypatch.setattr(evaluation, "evaluate_files", evaluate_files)
    result = run(
        "evaluate",
        model,
        "gold.jsonl",
        "--json",
        "out.json",
        "--noise",
        "width",
        "--noise",
        "lost",
        "--compare",
        "rules",
    )
    assert (result.exit_code, result.stdout) == (0, "targets  0.90\n")
    assert asked == [
        path,
        "gold.jsonl",
        {"json_to": "out.json", "errors_to": None, "noise": ("width", "lost"), "compare": "rules"},
    ]


@pytest.mark.usefixtures("here")
def test_a_corpus_that_is_not_there_is_one_message() -> None:
    result = run("evaluate", "bundled", "no.jsonl")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: no.jsonl")


@pytest.mark.parametrize("option", ["--json", "--errors"])
def test_a_folder_that_is_not_there_is_told_before_anything_is_read(option: str) -> None:
    out = Path("no/such/out.json")
    result = run("evaluate", "bundled", "no.jsonl", option, str(out))
    assert result.exit_code == 1
    assert result.stderr == f"Error: {out}: cannot be written (there is no folder {out.parent}); make it first\n"


def test_no_command_writes_over_what_it_reads(here: Path) -> None:
    (here / "a.txt").write_text("新建幼儿园12所。", "utf-8")
    for line in ("suggest a.txt --to doccano -o a.txt", "evaluate bundled a.txt --json a.txt"):
        result = run(*line.split())
        assert (result.exit_code, "among the files to read" in result.stderr) == (1, True)
    assert (here / "a.txt").read_text("utf-8") == "新建幼儿园12所。"


# --- the rest ----------------------------------------------------------------


def test_version() -> None:
    assert run("--version").output == f"planie, version {planie.__version__}\n"


def _commands() -> list[tuple[str, click.Command]]:
    return [("planie", cli.cli), *cli.cli.commands.items()]


@pytest.mark.parametrize(("name", "command"), _commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_help_says_what_it_does(name: str, command: click.Command) -> None:
    result = run(*([] if name == "planie" else [name]), "--help")
    assert result.exit_code == 0
    assert (command.help or "").split("\n")[0] in " ".join(result.output.split())
    assert all(isinstance(p, click.Argument) or getattr(p, "help", None) for p in command.params)


def test_main_writes_utf8_whatever_the_console_is(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    monkeypatch.setattr(sys, "argv", ["planie", "extract", "没有\udc80.txt"])
    monkeypatch.setattr(pipeline, "load", lambda path=None, **_: FakeExtractor())
    with pytest.raises(SystemExit) as ended:
        cli.main()
    err.flush()
    assert ended.value.code == 1
    assert "没有\\udc80.txt" in err.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("watched", [True, False])
def test_the_bar_is_for_people(watched: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    err = _Terminal() if watched else io.StringIO()
    monkeypatch.setattr(sys, "stderr", err)
    with cli._bar(["a", "b"], "out.json") as paths:
        assert list(paths) == ["a", "b"]
    assert ("2/2" in err.getvalue()) == watched


SLOW = """
import sys, time
from planie import cli, pipeline
from plans import SAMPLE

class Slow:
    def pipe(self, texts, **_):
        for text in texts:
            yield SAMPLE
            print("half", flush=True)
            time.sleep(60)

pipeline.load = lambda path=None, **_: Slow()
sys.argv = ["planie", "extract", "a.txt", "b.txt", "-o", "out.jsonl"]
cli.main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without a signal")
def test_a_command_that_is_told_to_end_leaves_the_old_file_and_nothing_else(here: Path) -> None:
    for name in ("a.txt", "b.txt", "out.jsonl"):
        (here / name).write_text("old", "utf-8")
    path = os.pathsep.join([str(Path(cli.__file__).parent.parent), str(Path(__file__).parent)])
    ran = subprocess.Popen(
        [sys.executable, "-c", SLOW], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path}
    )  # fmt: skip
    assert ran.stdout is not None
    assert ran.stdout.readline() == b"half\n"
    assert len(list(here.glob(".out.jsonl.*.partial"))) == 1
    ran.terminate()
    ran.communicate(timeout=60)
    assert ran.returncode == 128 + signal.SIGTERM
    assert (here / "out.jsonl").read_text("utf-8") == "old"
    assert len(list(here.iterdir())) == 3
