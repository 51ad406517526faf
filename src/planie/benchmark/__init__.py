"""The bundled model against the baselines on one annotated corpus: accuracy, speed and memory.

In: annotated plans to read, others to train the linear baseline on. Out: a :class:`Benchmark`, whose
table is Markdown. Contestants for whole plans are model folders, the rules of :mod:`planie.baseline` and a
linear model; JioNLP and cn2an read numbers and dates from the gold spans, beside planie's own readers.
Each runs in a process of its own, one after the other, so that memory is its own and speeds compare within
a run. A library that is not installed is told as such; a corpus that breaks a rule is refused.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from planie.benchmark.child import Task, documents, to_json
from planie.benchmark.table import markdown, put
from planie.errors import CorpusError, PlanieError

__all__ = ["AGAINST", "Benchmark", "benchmark", "default_corpus", "put"]

AGAINST: Final = ("rules", "linear", "planie", "jionlp", "cn2an")
"""What the models are compared with: two baselines for whole plans, three readers of numbers."""

_BUNDLED: Final = "bundled"
_PLACES: Final = (Path(), Path(__file__).resolve().parents[3])  # where a clone may be: here, or around this file


@dataclass(frozen=True)
class Benchmark:
    """A row a contestant, in the order of the table."""

    corpus: str
    documents: int
    characters: int
    targets: int
    rows: tuple[dict[str, Any], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {**self.__dict__, "rows": list(self.rows)}

    def table(self, *, language: str = "en") -> str:
        """Return one Markdown table (*language* ``en`` or ``zh``)."""
        return markdown(self.to_dict(), language=language)


def default_corpus(split: str = "dev") -> str:
    """Return the corpus of our own that comes with a clone of the repository.

    Raises:
        CorpusError: there is none; an installed planie brings no corpus.
    """
    for place in _PLACES:
        if (path := place / "corpus" / "own" / f"{split}.jsonl").is_file():
            return str(path)
    raise CorpusError(f"corpus/own/{split}.jsonl: no such file here; name a corpus, or run this in a clone of planie")


def benchmark(
    corpus: str | None = None,
    *,
    train: Sequence[str] = (),
    models: Sequence[str] = (_BUNDLED,),
    against: Sequence[str] = AGAINST,
    passes: int = 1,
    report: Callable[[str], object] = lambda _: None,
) -> Benchmark:
    """Compare *models* with what *against* names on *corpus*.

    Args:
        corpus: annotated plans, a file or folder; by default the development set of our own plans.
        train: annotated plans for the linear baseline; by default the training set of our own plans.
        models: model folders, or ``bundled``; the first is what speeds are held against.
        against: some of :data:`AGAINST`.
        passes: how often everything is read for its speed.
        report: called with the name of each contestant as its turn comes.

    Raises:
        CorpusError: a corpus breaks a rule.
        PlanieError: a contestant failed; the message is its own.
    """
    path = corpus or default_corpus()
    if unknown := [name for name in against if name not in AGAINST]:
        raise PlanieError(f"no contestant is called {', '.join(unknown)}; there are {', '.join(AGAINST)}")
    held = documents([path])
    targets = sum(frame.status != "baseline" for document in held for frame in document.frames)
    tasks = [Task("model", (path,), "", None if m == _BUNDLED else m, passes) for m in models]
    tasks += [Task(name, (path,), "", None, passes) for name in AGAINST if name in against]
    with tempfile.TemporaryDirectory(prefix="planie-") as folder:
        rows = []
        for task in tasks:
            report(f"{task.system} {task.model or ''}".rstrip())
            if task.system == "linear":
                task = replace(task, model=_trained(tuple(train) or (default_corpus("train"),), folder))
            rows.append(_run(task, Path(folder)))
    return Benchmark(Path(path).as_posix(), len(held), sum(len(d.text) for d in held), targets, tuple(rows))


def _trained(train: tuple[str, ...], folder: str) -> str | None:
    """Train the linear model; ``None`` where scikit-learn is not installed."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        return None
    weights = str(Path(folder) / "linear.npz")
    _run(Task("train", train, weights), Path(folder))
    return weights


def _run(task: Task, folder: Path) -> dict[str, Any]:
    """Run *task* in a fresh process that sees the modules of this one."""
    if task.system == "linear" and task.model is None:
        return {"name": "linear", "missing": True}
    ask, answer = folder / "task.json", folder / "answer.json"
    ask.write_text(to_json(task if task.output else replace(task, output=str(answer))), "utf-8")
    source = str(Path(__file__).resolve().parents[2])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([source, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep),
    }
    command = [sys.executable, "-c", "from planie.benchmark.child import main; main()", str(ask)]
    ran = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", env=environment)  # noqa: S603  this interpreter, no shell
    if ran.returncode:
        last = (ran.stderr.strip().splitlines() or [f"exit status {ran.returncode}"])[-1]
        raise PlanieError(f"{task.system}: {last}")
    if task.system == "train":
        return {}
    found: dict[str, Any] = json.loads(answer.read_text("utf-8"))
    return found
