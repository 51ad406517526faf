"""Plans as a tidy table, a row a target, each column documented and of one type.

Enters: one plan or any iterable of plans. Leaves: rows as dicts, or a pandas DataFrame. Nothing is
refused; a plan without targets gives no row. :data:`COLUMNS` is the one list of columns, which
the CSV writer reads too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from planie.errors import require
from planie.export.text import well_formed
from planie.plan import Deadline, Part, Plan, Target
from planie.schema import STATUSES, Change, Comparator, DeadlineKind, DeadlineSource, Kind, SectionRole

if TYPE_CHECKING:
    import pandas as pd

Dtype = Literal["string", "float64", "Int64", "bool"] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its pandas dtype (a tuple lists the categories) and what it holds."""

    name: str
    dtype: Dtype
    about: str
    read: Callable[[Plan, Target], Any]


def _due(field: str) -> Callable[[Plan, Target], Any]:
    return lambda plan, target: None if target.deadline is None else getattr(target.deadline, field)


def _base(field: str) -> Callable[[Plan, Target], Any]:
    return lambda plan, target: None if target.baseline is None else getattr(target.baseline.value, field)


def _base_year(_plan: Plan, target: Target) -> int | None:
    due: Deadline | None = target.baseline.deadline if target.baseline else None
    return due.year if due else None


def _part(plan: Plan, target: Target) -> Part | None:
    return None if target.section is None else plan.sections[target.section]


def _heading(plan: Plan, target: Target) -> str | None:
    part = _part(plan, target)
    return part.heading if part else None


def _section_role(plan: Plan, target: Target) -> str | None:
    part = _part(plan, target)
    return part.role if part else None


COLUMNS: Final = (
    # where it stands: "2024.txt" · "临江市教育局2024年工作要点" · plan
    Column("source", "string", "name of the file, if any", lambda p, t: p.source.name),
    Column("title", "string", "title of the plan", lambda p, t: p.title),
    Column("kind", get_args(Kind), "kind of document", lambda p, t: p.kind),
    Column("issuer", "string", "body that issued the plan", lambda p, t: p.issuer),
    # what is counted: "公办幼儿园" · "新建、改扩建"
    Column("metric", "string", "what the number measures or counts, written out", lambda p, t: t.metric),
    Column("action", "string", "what is done to the counted thing", lambda p, t: t.action),
    # the value: "97.5%以上" · 97.5 · 97.5 · "%" · ">=" · level
    Column("value", "string", "the value as the page has it", lambda p, t: t.value.text),
    Column("low", "float64", "lower end, multiplied out; empty when redacted or not read", lambda p, t: t.value.low),
    Column("high", "float64", "upper end; equals low unless a range", lambda p, t: t.value.high),
    Column("unit", "string", 'unit; "" for a bare number', lambda p, t: t.value.unit),
    Column("comparator", get_args(Comparator), "how the value bounds", lambda p, t: t.value.comparator),
    Column("change", get_args(Change), "level, or the amount of a rise or fall", lambda p, t: t.value.change),
    Column("redacted", "bool", "whether the number was blacked out", lambda p, t: t.value.redacted),
    Column("status", STATUSES, "to be reached, or reported as reached", lambda p, t: t.status),
    # when: "2025年底前" · 2025 · 12 · by · stated
    Column("deadline", "string", "the deadline as the page has it; empty when inherited", _due("text")),
    Column("year", "Int64", "year of the deadline", _due("year")),
    Column("month", "Int64", "month of the deadline", _due("month")),
    Column("day", "Int64", "day of the deadline", _due("day")),
    Column("deadline_kind", get_args(DeadlineKind), "by, in, every or from", _due("kind")),
    Column("deadline_source", get_args(DeadlineSource), "where the deadline was found", _due("source")),
    # measured from: 71.0 · 71.0 · "%" · 2020
    Column("baseline_low", "float64", "lower end of the earlier level", _base("low")),
    Column("baseline_high", "float64", "upper end of the earlier level", _base("high")),
    Column("baseline_unit", "string", "unit of the earlier level", _base("unit")),
    Column("baseline_year", "Int64", "year of the earlier level", _base_year),
    # whose it is: "名师培养工程" · "市教育局" · "主要目标" · goals
    Column("program", "string", "programme that the number belongs to", lambda p, t: t.program),
    Column("org", "string", "body that must do it", lambda p, t: t.org),
    Column("section", "string", "heading that it stands under", _heading),
    Column("section_role", get_args(SectionRole), "role of that section", _section_role),
    # how sure, and the proof
    Column("confidence", "float64", "calibrated, 0 to 1", lambda p, t: t.confidence),
    Column("start", "Int64", "offset of the value in the text", lambda p, t: t.value.span[0]),
    Column("end", "Int64", "offset behind the value", lambda p, t: t.value.span[1]),
    Column("evidence", "string", "the sentence as the page has it", lambda p, t: t.evidence),
)
"""Every column in order."""


def rows(plans: Plan | Iterable[Plan]) -> Iterator[dict[str, Any]]:
    """Yield a dict a target, keys as in :data:`COLUMNS`, ``None`` where nothing is known."""
    for plan in (plans,) if isinstance(plans, Plan) else plans:
        for target in plan.targets:
            yield {column.name: column.read(plan, target) for column in COLUMNS}


def to_frame(plans: Plan | Iterable[Plan]) -> pd.DataFrame:
    """Return one plan or several as a DataFrame, a row a target; types hold for an empty one too.

    A lone surrogate of the text stands as U+FFFD.

    Raises:
        DependencyError: pandas is not installed.
    """
    pandas = require("pandas", extra="table")
    table = list(rows(plans))
    data = {column.name: _series(pandas, column, [row[column.name] for row in table]) for column in COLUMNS}
    frame: pd.DataFrame = pandas.DataFrame(data)
    return frame


def _series(pandas: Any, column: Column, values: list[Any]) -> Any:
    if isinstance(column.dtype, tuple):
        return pandas.Series(pandas.Categorical(values, categories=column.dtype))
    if column.dtype == "string":  # which pandas may keep in Arrow, and so in UTF-8
        values = [None if value is None else well_formed(value) for value in values]
    return pandas.Series(values, dtype=column.dtype)
