"""One contestant in a process of its own: how quick it reads, what it keeps in memory, how right it is.

In: a JSON file that names the system, the corpus and where to write. Out: the figures as JSON in that
file. The order matters: the reading is timed and the peak of memory noted before anything is scored.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from planie.annotations import Document
from planie.annotations import load as load_corpus
from planie.assemble import Reading, assemble
from planie.benchmark.numbers import Questions, open_reader, score
from planie.errors import CorpusError, counted
from planie.evaluation import ModelReader, Reader, evaluate, page
from planie.heal import heal
from planie.plan import Model
from planie.structure import analyse
from planie.tagger import Piece
from planie.windows import make

MEASURES: Final = ("entities", "values", "targets/given", "targets", "everything")
_MODEL: Final = "model"


@dataclass(frozen=True)
class Task:
    """What a child is to do.

    Args:
        system: ``model``, ``rules``, ``linear``, ``train`` (a linear model) or the name of a number reader.
        corpus: the annotated files to read; for ``train`` those to learn from.
        output: the file for the figures; for ``train`` the one for the weights.
        model: a model folder (``None``: the bundled one), or the weights of a linear model.
        passes: how often everything is read; the quickest time counts, noise only ever adds.
    """

    system: str
    corpus: tuple[str, ...]
    output: str
    model: str | None = None
    passes: int = 1


def documents(paths: Sequence[str]) -> list[Document]:
    """Load several corpora as one."""
    return [document for path in paths for document in load_corpus(path)]


def work(task: Task) -> dict[str, Any]:
    """Do *task* and return its figures.

    Raises:
        CorpusError: a corpus breaks a rule.
        BundleError: the model cannot be loaded.
        DependencyError: scikit-learn is needed and not installed.
    """
    held = documents(task.corpus)
    if task.system == "train":
        from planie.benchmark.linear import train

        train([page(document) for document in held]).save(Path(task.output))
        return {}
    if task.system in (_MODEL, "rules", "linear"):
        return _read(task, held)
    return _numbers(task, held)


# --- whole plans -------------------------------------------------------------


def _read(task: Task, held: Sequence[Document]) -> dict[str, Any]:
    reader, read = _contestant(task)
    read(held[0].text[:2000])  # loads what is loaded on first use
    texts = [document.text for document in held]
    seconds = _quickest(lambda: [read(text) for text in texts], task.passes)
    memory = peak_memory()
    found = evaluate(reader, held)
    measures = {name: found[name].to_dict() for name in MEASURES}
    return {"name": reader.name, "speed": sum(map(len, texts)) / seconds, "memory": memory, "measures": measures}


def _contestant(task: Task) -> tuple[Reader, Callable[[str], object]]:
    """The reader to score, and its way from a text to plans."""
    if task.system == _MODEL:
        from planie.pipeline import load

        extractor = load(task.model, device="cpu")
        return ModelReader(extractor), extractor
    if task.system == "rules":
        from planie.baseline import Rules

        reader: Reader = Rules()
    else:
        from planie.benchmark.linear import Linear, Weights

        reader = Linear(Weights.load(Path(task.model or "")))
    return reader, lambda text: plans(reader, text)


def plans(reader: Reader, text: str) -> list[object]:
    """Read *text* by the pipeline's road, with *reader* in the place of its two model stages."""
    healed = heal(text)
    written: list[object] = []
    for layout in analyse(healed.text):
        (found,) = reader.read([Piece(healed.text, tuple(make(healed.text, layout)))])
        reading = Reading(healed, layout, found.entities, found.frames, found.programs)
        written.append(assemble(reading, model=Model(reader.name, ""), calibration=reader.calibration))
    return written


# --- numbers and dates -------------------------------------------------------


def _numbers(task: Task, held: Sequence[Document]) -> dict[str, Any]:
    reader = open_reader(task.system)
    if reader is None:
        return {"name": task.system, "missing": True}
    asked = Questions.of(_spans(held, "VALUE"), _spans(held, "TIME"))
    if not asked.numbers:
        raise CorpusError(f"no plain number to read among {counted(len(held), 'document')}")
    found = score(reader, asked)  # loads what is loaded on first use
    seconds = _quickest(lambda: score(reader, asked), task.passes)
    rows = {name: {"right": right, "asked": count} for name, (right, count) in found.items()}
    return {
        "name": reader.name, "speed": asked.size(reader) / seconds, "memory": peak_memory(), "readings": rows
    }  # fmt: skip


def _spans(held: Sequence[Document], label: str) -> list[str]:
    """The healed text of every span of *label*, each way of writing once a document that writes it so."""
    found = []
    for one in map(page, held):
        spans = [one.healed.text[e.start : e.end] for e in one.gold.entities if e.label == label]
        found += sorted(set(spans))
    return found


# --- measuring ---------------------------------------------------------------


def _quickest(run: Callable[[], object], passes: int) -> float:
    found = []
    for _ in range(max(passes, 1)):
        begin = time.perf_counter()
        run()
        found.append(time.perf_counter() - begin)
    return max(min(found), 1e-9)


def peak_memory() -> int | None:
    """Bytes that this process has held at most; ``None`` where the system does not say."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would tell of the parent, too, until Python took its place
        rows = (line.split() for line in status.read_text("utf-8").splitlines())
        return next((int(row[1]) * 1024 for row in rows if row[0] == "VmHWM:"), None)
    if sys.platform == "win32":
        return None
    import resource  # type: ignore[unreachable, unused-ignore]

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def to_json(task: Task) -> str:
    """What :func:`main` reads."""
    return json.dumps(asdict(task))


def main() -> None:
    """Do the task that the first argument names; figures go to a file, for libraries print on their own."""
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    task = Task(**{**given, "corpus": tuple(given["corpus"])})
    figures = work(task)
    if figures:
        Path(task.output).write_text(json.dumps(figures), "utf-8")
