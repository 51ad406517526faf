"""Which room may import which, and what ``import planie`` loads."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import planie

# A room of src/planie → the rooms that it may import, in a function or at the top. Types count too.
STAGES = "heal structure windows tagger linker assemble"
ROOMS = {
    "__init__": "errors pipeline plan",  # for type checkers; users' look-ups go by name
    "errors": "",
    "schema": "errors",
    "spans": "errors schema",
    "plan": "errors schema spans export",  # export: for to_frame and to_doc, when they are called
    "files": "errors",
    "heal": "errors spans",
    "structure": "schema spans numerals periods",  # both: the years of a title, the day of publication
    "numerals": "errors",
    "units": "errors",
    "comparators": "schema",
    "periods": "numerals schema",
    "normalise": "numerals units comparators periods plan schema spans",
    "tags": "errors schema spans",
    "windows": "errors schema spans",
    "pairs": "errors schema spans",
    "tagger": "errors schema spans tags windows structure",  # structure: where the cells of a table end
    "linker": "errors schema spans pairs tagger",  # tagger: its Piece and Tagged come in
    "nets": "schema tags pairs",  # the sizes of their tables
    "scorer": "nets windows",
    "bundle": "errors schema tags windows linker nets",  # linker: its thresholds are stored
    "assemble": "schema spans plan structure normalise numerals periods units annotations",  # structure: its tables; annotations: the checksum
    "pipeline": f"{STAGES} errors spans plan bundle scorer",
    "replacing": "errors",
    "export": "errors schema spans plan replacing",
    "annotations": "errors schema spans replacing",
    "healed": "heal structure spans annotations",
    "scoring": "errors schema spans plan tagger",
    "evaluation": f"{STAGES} errors schema spans plan pairs annotations healed scoring pipeline export learn baseline replacing",
    "baseline": "schema spans tagger evaluation",  # evaluation: it is a reader that can be scored
    "benchmark": f"{STAGES} errors schema spans plan tags pairs normalise periods annotations evaluation baseline pipeline export replacing",
    "convert": "errors schema spans annotations replacing",
    "suggest": "errors spans plan annotations convert",
    "learn": "errors schema spans pairs tags windows nets bundle annotations healed scoring scorer heal structure tagger linker convert export replacing",
    "spacy_words": "errors",
    "spacy_component": "errors pipeline export bundle spacy_words",  # bundle: a model goes along with a saved pipeline
    "extraction": "errors plan pipeline export files replacing",
    "cli": "errors pipeline extraction evaluation convert suggest learn benchmark",
}
# evaluation: export for its page of errors; learn for the noise it puts in, baseline for a name, both when called
# A room → the third-party modules that it imports at the top, and those that it imports when called.
LIBRARIES = {
    "nets": ("torch", ""),
    "scorer": ("torch", "numpy"),
    "learn": (
        "torch numpy tomllib tomli",
        "opencc",
    ),  # and, by name, transformers, datasets, seqeval, sklearn, safetensors
    "cli": ("click", ""),
    "heal": ("", "opencc"),
    "bundle": ("", "torch safetensors"),
    "pipeline": ("", "torch"),
    "evaluation": ("", "numpy"),
    "tags": ("", "numpy"),
    "pairs": ("", "numpy"),
    "tagger": ("", "numpy"),
    "linker": ("", "numpy"),
    "plan": ("", "pandas spacy"),
    "export": ("", "pandas spacy"),
    "spacy_words": ("spacy srsly", ""),  # and, by name, spacy_pkuseg
    "spacy_component": ("spacy srsly", ""),  # spaCy's own entry point imports it
    "benchmark": ("", "numpy sklearn"),  # and, by name, jionlp and cn2an
    "convert": ("", "spacy"),
}
SOURCE = Path(__file__).resolve().parent.parent / "src" / "planie"


@dataclass(frozen=True)
class Import:
    """One import: of *module*, in line *line* of *path*; *late* when a function or a type checker does it."""

    path: Path
    line: int
    module: str
    late: bool

    @property
    def room(self) -> str:
        return _room(self.path.relative_to(SOURCE).parts[0])


def _room(part: str) -> str:
    return part.removesuffix(".py")


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"line {node.lineno}: a relative import; write it in full"
        if node.module == "planie":
            return [f"planie.{alias.name}" for alias in node.names if not alias.name.startswith("__")]
        return [node.module or ""]
    return []


def _walk(path: Path, node: ast.AST, late: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        guarded = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
        inside = late or guarded or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
        for module in _modules(child):
            yield Import(path, child.lineno, module, inside)  # type: ignore[attr-defined]
        yield from _walk(path, child, inside)


def imports() -> list[Import]:
    """Every import of the package."""
    trees = [(path, ast.parse(path.read_text("utf-8"))) for path in sorted(SOURCE.rglob("*.py"))]
    return [found for path, tree in trees for found in _walk(path, tree, False)]


def test_every_room_has_a_row() -> None:
    rooms = {_room(path.relative_to(SOURCE).parts[0]) for path in SOURCE.rglob("*.py")}
    assert len(rooms) > 10
    assert rooms <= ROOMS.keys(), "give the new room its row in ROOMS"


def test_rooms_import_what_their_row_allows() -> None:
    wrong = []
    for found in imports():
        parts = found.module.split(".")
        if parts[0] == "planie" and parts[1:] and parts[1] not in (found.room, *ROOMS[found.room].split()):
            wrong.append(f"{found.path.name}:{found.line} {found.room} imports {found.module}")
    assert not wrong


def test_libraries_are_imported_where_their_row_says() -> None:
    wrong = []
    for found in imports():
        name = found.module.split(".")[0]
        top, late = LIBRARIES.get(found.room, ("", ""))
        if name != "planie" and name not in sys.stdlib_module_names:
            allowed = [*top.split(), *(late.split() if found.late else [])]
            if name not in allowed:
                wrong.append(f"{found.path.name}:{found.line} {found.room} imports {name}")
    assert not wrong


def test_the_top_level_has_no_circles() -> None:
    below: dict[str, set[str]] = {}
    for found in imports():
        parts = found.module.split(".")
        if not found.late and parts[0] == "planie" and parts[1:] and parts[1] != found.room:
            below.setdefault(found.room, set()).add(parts[1])
    rooms = {*below, *(room for others in below.values() for room in others)}
    done: set[str] = set()
    while ready := {room for room in rooms - done if below.get(room, set()) <= done}:
        done |= ready
    assert not rooms - done


@pytest.mark.parametrize(
    ("code", "loads"),
    [
        ("import planie", ""),
        ("import planie; planie.__version__, dir(planie)", ""),
        ("from planie import Plan, Target, PlanieError", ""),
        ("import planie.cli", "click"),
        ("import planie.export", ""),
        ("import planie.pipeline", ""),
    ],
)
def test_imports_stay_light(code: str, loads: str) -> None:
    script = f"import sys; old = set(sys.modules); {code}; print(*{{m.split('.')[0] for m in set(sys.modules) - old}})"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    third = {
        name
        for name in ran.stdout.split()
        if name.lstrip("_") not in sys.stdlib_module_names and name not in sys.stdlib_module_names
    }
    assert third - {"planie"} == set(loads.split())


def test_the_tests_read_the_installed_source() -> None:
    assert Path(planie.__file__).resolve().parent.name == "planie"
