"""Files in, plans out, without the command line (which test_cli drives)."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planie.errors import ConfigError, FileError
from planie.export import FORMATS as WRITTEN
from planie.extraction import FORMATS, Inputs, check_apart, extract_files, format_for
from planie.plan import Plan
from plans import SAMPLE


class Reader:
    """Stands in for an extractor that asks for two texts before it gives a plan."""

    def pipe(self, texts: Iterable[str], *, batch_size: int, published: object) -> Iterator[Plan]:
        held: list[str] = []
        for text in texts:
            held.append(text)
            if len(held) > 1:
                yield replace(SAMPLE, text=held.pop(0))
        yield from (replace(SAMPLE, text=text) for text in held)


def _inputs(*names: str) -> tuple[Inputs, list[str]]:
    said: list[str] = []
    return Inputs(names, report=said.append), said


def test_the_formats_are_those_that_plans_are_written_in() -> None:
    assert tuple(WRITTEN) == FORMATS


@pytest.mark.parametrize(
    ("output", "asked", "format"),
    [
        (None, None, "json"),
        ("-", None, "json"),
        ("plans", None, "json"),
        ("a.b/plans", None, "json"),
        ("PLANS.CSV", None, "csv"),
        ("plans.yaml", "jsonl", "jsonl"),
    ],
)
def test_the_format_asked_for_comes_before_the_name(output: str | None, asked: str | None, format: str) -> None:
    assert format_for(output, asked) == format


def test_an_unknown_ending_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"OUT ends in \.yaml; name it \.json, "):
        format_for("plans.yaml")


def test_out_is_no_file_that_is_read(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    check_apart([str(page)], str(page))  # there is none yet
    page.touch()
    check_apart(["-", str(tmp_path / "b.html")], str(page))
    with pytest.raises(ConfigError, match="which is among the files to read"):
        check_apart([str(tmp_path / "." / "a.html")], str(page))


def test_plans_keep_the_names_of_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model reads ahead, and a file between others cannot be read."""
    monkeypatch.chdir(tmp_path)
    for name in "abc":
        Path(f"{name}.txt").write_text(name, "utf-8")
    inputs, said = _inputs("c.txt", "no.txt", "a.txt", "b.txt")
    extract_files(inputs, "out.jsonl", load=Reader, format="jsonl")  # type: ignore[arg-type]
    plans = [json.loads(line) for line in Path("out.jsonl").read_text("utf-8").splitlines()]
    assert [(plan["source"]["name"], plan["text"]) for plan in plans] == [
        ("c.txt", "c"),
        ("a.txt", "a"),
        ("b.txt", "b"),
    ]
    assert (inputs.read, inputs.failed, len(said)) == (3, 1, 1)
    assert said[0].startswith("no.txt: ")


def test_files_of_a_folder_that_are_not_read_are_counted(tmp_path: Path) -> None:
    names = "a.txt .b.doc ~$c.docx d.doc e.DOC f.xlsx g".split()
    for name in names:
        (tmp_path / name).touch()
    inputs, said = _inputs(str(tmp_path))
    assert said == [
        f"{tmp_path}: 4 files not read (2 × .doc, 1 × .xlsx, 1 × no ending); "
        "of a folder, only .docx, .htm, .html, .md, .pdf, .txt are"
    ]
    assert (inputs.paths, inputs.failed) == ([str(tmp_path / "a.txt")], 0)
    for number in range(9):
        (tmp_path / f"a.{number}").touch()
    assert ", …); of a folder" in _inputs(str(tmp_path))[1][0]


def test_the_caller_sees_each_file_as_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a", "utf-8")
    inputs, _ = _inputs(str(tmp_path))
    seen: list[str] = []

    @contextlib.contextmanager
    def watch(paths: list[str]) -> Iterator[Iterable[str]]:
        yield (seen.append(path) or path for path in paths)

    extract_files(inputs, str(tmp_path / "out.json"), load=Reader, format="json", watch=watch)  # type: ignore[arg-type]
    assert seen == inputs.paths == [str(tmp_path / "a.txt")]
    assert isinstance(json.loads((tmp_path / "out.json").read_text("utf-8")), list)  # a folder, though of one file


def test_the_model_is_loaded_when_out_is_known_to_be_writable(tmp_path: Path) -> None:
    def load() -> Any:
        raise AssertionError("loaded")

    inputs, _ = _inputs(str(tmp_path))
    with pytest.raises(FileError, match=r"out.json: cannot be written \(there is no folder"):
        extract_files(inputs, str(tmp_path / "no" / "out.json"), load=load, format="json")


def test_a_failed_run_leaves_the_old_file(tmp_path: Path) -> None:
    def load() -> Any:
        raise ZeroDivisionError

    out = tmp_path / "out.json"
    out.write_text("old", "utf-8")
    with pytest.raises(ZeroDivisionError):
        extract_files(_inputs("-")[0], str(out), load=load, format="json")
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("out.json", "old")]
