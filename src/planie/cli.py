"""The command line: one small function a command; the work is done by the rooms they call.

Enters: what was typed. Leaves: plans or scores on standard output or in a file, always UTF-8, and
messages on standard error. A file that cannot be read is reported and the rest go on, with exit
status 1 at the end; a mistake in the command itself ends it with 2.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from planie import __version__
from planie.errors import ConfigError, PlanieError, counted
from planie.extraction import FORMATS, Inputs, check_apart, extract_files, format_for, opened

if TYPE_CHECKING:
    from planie.pipeline import Extractor

_BUNDLED: Final = "bundled"
_CORPORA: Final = ("planie", "conll", "conll-bioes", "brat", "doccano", "label-studio", "spacy")
_TOOLS: Final = ("label-studio", "doccano")


class _Group(click.Group):
    """Shows what planie raises on purpose as a message; anything else is a bug and keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PlanieError as error:
            raise click.ClickException(str(error)) from error
        except OSError as error:
            if error.filename is None:  # not about a file: a reader that went away, which click ends quietly
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="planie")
def cli() -> None:
    """Read the targets out of Chinese plans, schemes and work reports."""


def main() -> None:
    """Run the command line (the console script ``planie``)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the console's own encoding is
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    with contextlib.suppress(ValueError):  # not the main thread, as in tests
        signal.signal(signal.SIGTERM, _terminated)
    cli(prog_name="planie")


def _terminated(number: int, _: object) -> None:
    """End as an interrupt does, so that what was half written is cleared away."""
    sys.exit(128 + number)


# --- extract -----------------------------------------------------------------


@cli.command(short_help="Read plans and write what they promise.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("-o", "--output", metavar="OUT", help="File to write; by default standard output.")
@click.option("--format", type=click.Choice(FORMATS), help="By default what OUT ends with, else json.")
@click.option("--all", "every", is_flag=True, help="Read each plan on a page by itself.")
@click.option("--model", metavar="FOLDER", help="Model folder; by default the bundled model.")
@click.option(
    "--published",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Day of publication, as in 2024-03-01: what 今年 means when a text gives no year of its own.",
)
def extract(
    files: Sequence[str],
    output: str | None,
    format: str | None,
    every: bool,
    model: str | None,
    published: datetime.datetime | None,
) -> None:
    """Read each FILE and write its plan.

    FILE is a text, HTML, Markdown, DOCX or PDF file, a folder of them, or - for standard input.
    As json, a single FILE gives an object; several, a folder or --all give a list. csv and xlsx have
    a row a target, for Excel; html is one page to read, search and print.
    """
    try:
        format = format_for(output, format)
        inputs = Inputs(files, report=_report)
        check_apart(inputs.paths, output)
    except ConfigError as error:
        raise click.UsageError(str(error)) from error
    extract_files(
        inputs,
        output,
        load=lambda: _load(model),
        format=format,
        every=every,
        published=published.date() if published else None,
        watch=lambda paths: _bar(paths, output),
    )
    sys.exit(1 if inputs.failed else 0)


# --- what the commands share --------------------------------------------------


def _report(line: str) -> None:
    click.echo(f"planie: {line}", err=True)


def _load(model: str | None) -> Extractor:
    from planie.pipeline import load

    return load(None if model in (None, _BUNDLED) else model)


@contextlib.contextmanager
def _bar(paths: list[str], output: str | None) -> Iterator[Iterable[str]]:
    """Show how far the files are, when a person watches and the plans go elsewhere."""
    watched = sys.stderr.isatty() and (output is not None or not sys.stdout.isatty())
    with click.progressbar(paths, label="planie", file=sys.stderr, hidden=not watched, show_pos=True) as bar:
        yield bar


# --- evaluate ----------------------------------------------------------------


@cli.command(short_help="Score a model against annotated plans.")
@click.argument("model")
@click.argument("corpus")
@click.option("--json", "json_to", metavar="OUT", help="File to write the scores to as JSON, too.")
@click.option(
    "--errors",
    "errors_to",
    metavar="OUT",
    help="File to write the sentences to that went wrong, worst first: a page if it ends in .html, else text.",
)
@click.option(
    "--noise",
    multiple=True,
    metavar="KIND",
    help="Score the documents with this noise put in, too, as traditional or furniture; all for every kind.",
)
@click.option(
    "--compare", metavar="OTHER", help="Another model folder, 'bundled' or 'rules': is the difference more than chance?"
)
def evaluate(
    model: str,
    corpus: str,
    json_to: str | None,
    errors_to: str | None,
    noise: Sequence[str],
    compare: str | None,
) -> None:
    """Score MODEL against CORPUS, a file or folder of annotated plans.

    MODEL is a folder, 'bundled', or 'rules', the rule baseline.
    """
    from planie.evaluation import evaluate_files

    for output in (json_to, errors_to):
        check_apart([corpus], output)
    found = evaluate_files(
        None if model == _BUNDLED else model,
        corpus,
        json_to=json_to,
        errors_to=errors_to,
        noise=noise,
        compare=compare,
    )
    click.echo(found.table())


# --- benchmark ---------------------------------------------------------------


@cli.command(short_help="Compare the model with the baselines.")
@click.argument("corpus", required=False)
@click.option(
    "--train",
    multiple=True,
    metavar="CORPUS",
    help="Annotated plans for the linear baseline, by default those of a clone of planie; may be given again.",
)
@click.option(
    "--model", "models", multiple=True, metavar="FOLDER", help="Model folder, or 'bundled'; the first is 1 ×."
)
@click.option(
    "--only", metavar="NAMES", help="Baselines to run, as in rules,linear,planie,jionlp,cn2an; 'none' for none."
)
@click.option(
    "--passes", type=click.IntRange(min=1), default=1, show_default=True, help="Readings; the quickest counts."
)
@click.option("--json", "json_to", metavar="OUT", help="File to write the figures to as JSON, too.")
@click.option("--write", multiple=True, metavar="README", help="File to put the table into, between its two marks.")
def benchmark(
    corpus: str | None,
    train: Sequence[str],
    models: Sequence[str],
    only: str | None,
    passes: int,
    json_to: str | None,
    write: Sequence[str],
) -> None:
    """Compare the bundled model with the baselines on CORPUS: accuracy, speed and memory, one table.

    CORPUS is a file or folder of annotated plans, by default the development set of a clone of planie.
    """
    from planie.benchmark import AGAINST, put
    from planie.benchmark import benchmark as compared

    against = AGAINST if only is None else tuple(name for name in only.split(",") if name != "none")
    found = compared(
        corpus,
        train=train,
        models=models or (_BUNDLED,),
        against=against,
        passes=passes,
        report=_report,
    )
    click.echo(found.table())
    if json_to is not None:
        with opened(json_to) as save:
            save((json.dumps(found.to_dict(), ensure_ascii=False, indent=1) + "\n").encode())
    for path in write:
        put(path, found.to_dict())


# --- finetune ----------------------------------------------------------------


@cli.command(short_help="Fine-tune a model on annotated plans.")
@click.argument("config")
@click.option("--resume", is_flag=True, help="Go on from the last finished epoch of a run that was cut off.")
@click.option("--check", "only", is_flag=True, help="Only look for faults of the data; exit status 1 if there are any.")
def finetune(config: str, resume: bool, only: bool) -> None:
    """Fine-tune as CONFIG (a TOML file) says, and write a model folder to OUTPUT/model."""
    from planie.learn.config import load_config

    settings = load_config(config)
    if only:
        from planie.learn.check import check_data

        data = check_data(settings)
        click.echo(str(data))
        sys.exit(1 if data.faults else 0)
    from planie.learn.train import finetune as finetuned

    finetuned(settings, resume=resume, report=click.echo)


# --- convert and suggest -----------------------------------------------------


@cli.command(short_help="Convert annotated plans between formats.")
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option("--from", "given", type=click.Choice(_CORPORA), required=True, help="What IN is.")
@click.option("--to", "wanted", type=click.Choice(_CORPORA), required=True, help="What OUT is to be.")
@click.option(
    "--overlaps",
    type=click.Choice(("refuse", "longest")),
    default="refuse",
    show_default=True,
    help="Of spans that overlap, refuse all or keep the longest.",
)
@click.option(
    "--offsets",
    type=click.Choice(("auto", "characters", "utf16", "bytes")),
    default="auto",
    show_default=True,
    help="What the offsets in IN count.",
)
@click.option(
    "--label", "labels", multiple=True, metavar="THEIRS=OURS", help="A label's name in IN, as in 指标=METRIC."
)
def convert(
    source: str, target: str, given: str, wanted: str, overlaps: str, offsets: str, labels: Sequence[str]
) -> None:
    """Convert the annotated plans in IN, and say on standard error what OUT does not hold.

    IN and OUT are files; for brat, folders.
    """
    from planie.convert import convert as converted

    if faults := [label for label in labels if "=" not in label]:
        raise click.BadParameter(f"{', '.join(faults)}: write THEIRS=OURS, as in 指标=METRIC", param_hint="--label")
    names = dict(label.rsplit("=", 1) for label in labels)
    loss = converted(source, target, source=given, target=wanted, overlaps=overlaps, offsets=offsets, labels=names)
    _report(str(loss))


@cli.command(short_help="Annotate raw text for a person to correct.")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("-o", "--output", required=True, metavar="OUT", help="File to write the tasks to.")
@click.option("--to", "tool", type=click.Choice(_TOOLS), required=True, help="The tool that the tasks are for.")
@click.option(
    "--by", type=click.Choice(("paragraph", "document")), default="paragraph", show_default=True, help="What a task is."
)
@click.option("--model", metavar="FOLDER", help="Model folder; by default the bundled model.")
def suggest(files: Sequence[str], output: str, tool: str, by: str, model: str | None) -> None:
    """Read each FILE and write tasks with what the model found, the least certain first."""
    from planie.suggest import save
    from planie.suggest import suggest as suggested

    inputs = Inputs(files, report=_report)
    check_apart(inputs.paths, output)
    extractor = _load(model)
    with _bar(inputs.paths, output) as paths:
        pages = [(Path(path).as_posix(), text) for path, text in inputs.texts(paths)]
    if inputs.read:
        found = suggested(pages, extractor, to=tool, unit=by)
        save(output, found, to=tool)
        aside = f", {counted(found.set_aside, 'paragraph')} of site furniture left out" * bool(found.set_aside)
        odd = f", lone surrogates or NULs written U+FFFD: {found.replaced}" * bool(found.replaced)
        _report(f"{counted(len(found.tasks), 'task')}{aside}{odd}")
    sys.exit(1 if inputs.failed else 0)
