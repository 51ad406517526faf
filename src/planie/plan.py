"""The objects that users hold: ``Plan`` and its parts, with dict and JSON both ways.

All spans are ``[start, end)`` in the text that was passed in. ``Plan.from_dict(plan.to_dict())``
equals the plan, also when the text was left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, get_args

from planie import schema
from planie.errors import PlanError
from planie.schema import (
    SCHEMA_VERSION,
    Change,
    Comparator,
    DeadlineKind,
    DeadlineSource,
    Kind,
    Label,
    SectionRole,
    Status,
)
from planie.spans import Span

if TYPE_CHECKING:
    import pandas
    import spacy.tokens


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: ``18.26亿元`` is low = high = 1826000000.0, unit ``元``.

    ``low`` and ``high`` are equal unless the text gives a range, and ``None`` when the number
    is redacted (``redacted`` is true) or cannot be read (若干名, several). Percent stays percent (97.5, ``%``); percentage points are ``个百分点``.
    """

    text: str
    span: Span
    low: float | None
    high: float | None
    unit: str
    comparator: Comparator = "="
    change: Change = "level"
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a target is, or was, to be met; ``span`` is ``None`` and ``text`` empty when inherited."""

    text: str
    span: Span | None
    year: int | None
    month: int | None = None
    day: int | None = None
    kind: DeadlineKind = "in"
    source: DeadlineSource = "stated"
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Baseline:
    """The earlier level that a target is measured from."""

    value: Quantity
    deadline: Deadline | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One metric brought to one value: planned, or reported as achieved.

    ``metric`` is the action's word where the text names no counted thing. ``section`` is an index into
    ``Plan.sections``, and ``roles`` gives, a role each, one into ``Plan.entities``. ``span`` and ``evidence``
    are the sentence; ``value.span`` is the number. ``deadline`` is ``None`` where nothing gives a time.
    ``confidence`` is calibrated.
    """

    metric: str
    action: str | None
    value: Quantity
    deadline: Deadline | None
    status: Status
    baseline: Baseline | None
    program: str | None
    org: str | None
    section: int | None
    roles: Mapping[str, int]
    span: Span
    evidence: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Program:
    """A named initiative, with the time and the body that the text gives it."""

    name: str
    deadline: Deadline | None
    org: str | None
    mentions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Institution:
    """A named body and every place that names it."""

    name: str
    mentions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity as the page has it, with the tagger's confidence."""

    label: Label
    text: str
    span: Span
    confidence: float


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the plan; ``parent`` is an index into ``Plan.sections``."""

    number: str
    heading: str
    level: int
    role: SectionRole
    span: Span
    parent: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """The years that a plan covers, both included."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where the text came from: a file's name, if any, and the text's sha256."""

    name: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class RepairNote:
    """One run of neighbouring characters that was read as *after* where the page has *before*."""

    kind: str
    span: Span
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SetAsideNote:
    """A stretch that was kept in the text and not read."""

    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class WarningNote:
    """What could not be read, was cut or was guessed."""

    message: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Model:
    """The model that read the plan."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan, read: what ``extract`` returns. ``planie.export.json_schema()`` tells every field."""

    text: str | None
    source: Source
    title: str | None
    kind: Kind
    issuer: str | None
    period: Period | None
    published: str | None
    span: Span
    sections: tuple[Part, ...] = ()
    targets: tuple[Target, ...] = ()
    programs: tuple[Program, ...] = ()
    institutions: tuple[Institution, ...] = ()
    entities: tuple[Mention, ...] = ()
    repairs: tuple[RepairNote, ...] = ()
    set_aside: tuple[SetAsideNote, ...] = ()
    warnings: tuple[WarningNote, ...] = ()
    model: Model = field(default_factory=lambda: Model("", ""))

    def to_dict(self, *, text: bool = True) -> dict[str, Any]:
        """Return the plan as plain dicts, lists, strings and numbers; ``text=False`` leaves the text out."""
        body: dict[str, Any] = _plain(self)
        if not text:
            del body["text"]
        return {"schema": SCHEMA_VERSION, **body}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Plan:
        """Build a plan from what :meth:`to_dict` gave.

        Raises:
            PlanError: a key is missing or unknown, or the schema is another one.
        """
        if not isinstance(data, Mapping):
            raise PlanError(f"a plan is a JSON object, found {type(data).__name__}")
        if data.get("schema") != SCHEMA_VERSION:
            raise PlanError(
                f"schema is {data.get('schema')!r}; this planie reads {SCHEMA_VERSION}. "
                "Write the plan again with this version."
            )
        body = {"text": None, **{k: v for k, v in data.items() if k != "schema"}}
        plan: Plan = _record(cls, body, "plan")
        return plan

    def to_json(self, *, text: bool = True, indent: int | None = None) -> str:
        """Return :meth:`to_dict` as JSON, Chinese characters as they are."""
        return json.dumps(self.to_dict(text=text), ensure_ascii=False, indent=indent)

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Build a plan from what :meth:`to_json` gave.

        Raises:
            PlanError: the text is no JSON, or no plan.
        """
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            raise PlanError(f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}") from error
        return cls.from_dict(data)

    def to_frame(self) -> pandas.DataFrame:
        """Return a pandas DataFrame, a row a target (needs ``planie[table]``)."""
        from planie.export import to_frame

        return to_frame(self)

    def to_doc(self) -> spacy.tokens.Doc:
        """Return a spaCy ``Doc``, a token a character, spans under ``planie`` (needs ``planie[spacy]``)."""
        from planie.export import to_doc

        return to_doc(self)


# --- records and plain data -------------------------------------------------

_SEQUENCES: dict[tuple[type, str], type] = {
    (Plan, "sections"): Part,
    (Plan, "targets"): Target,
    (Plan, "programs"): Program,
    (Plan, "institutions"): Institution,
    (Plan, "entities"): Mention,
    (Plan, "repairs"): RepairNote,
    (Plan, "set_aside"): SetAsideNote,
    (Plan, "warnings"): WarningNote,
}
_RECORDS: dict[tuple[type, str], type] = {
    (Plan, "source"): Source,
    (Plan, "period"): Period,
    (Plan, "model"): Model,
    (Target, "value"): Quantity,
    (Target, "deadline"): Deadline,
    (Target, "baseline"): Baseline,
    (Baseline, "value"): Quantity,
    (Baseline, "deadline"): Deadline,
    (Program, "deadline"): Deadline,
}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value


def _record(cls: type, data: Any, where: str) -> Any:
    if not isinstance(data, Mapping):
        raise PlanError(f"{where}: expected an object, found {type(data).__name__}")
    names = [f.name for f in fields(cls)]
    missing, unknown = [n for n in names if n not in data], [k for k in data if k not in names]
    if missing or unknown:
        raise PlanError(f"{where}: missing {missing}, unknown {unknown}; allowed are {names}")
    return cls(**{name: _value(cls, name, data[name], f"{where}.{name}") for name in names})


def _value(cls: type, name: str, data: Any, where: str) -> Any:
    if (item := _SEQUENCES.get((cls, name))) is not None:
        if not isinstance(data, list | tuple):
            raise PlanError(f"{where}: expected a list, found {type(data).__name__}")
        return tuple(_record(item, entry, f"{where}[{i}]") for i, entry in enumerate(data))
    if (record := _RECORDS.get((cls, name))) is not None:
        return None if data is None and _optional(cls, name) else _record(record, data, where)
    if name == "span":
        return None if data is None and _optional(cls, name) else _span(data, where)
    if name == "mentions":
        if not isinstance(data, list | tuple):
            raise PlanError(f"{where}: expected a list, found {type(data).__name__}")
        return tuple(_span(s, f"{where}[{i}]") for i, s in enumerate(data))
    if name == "roles":
        return _roles(data, where)
    kind = next(str(f.type) for f in fields(cls) if f.name == name)
    if not _fits(data, kind):
        raise PlanError(f"{where}: expected {_allowed(kind)}, found {data!r}")
    return data


def _optional(cls: type, name: str) -> bool:
    return next(str(f.type) for f in fields(cls) if f.name == name).endswith("| None")


_PLAIN: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "bool": bool,
    "int": int,
    "float": (int, float),
    "None": type(None),
}


def _allowed(kind: str) -> str:
    names = kind.split(" | ")
    return " or ".join(
        name if name in _PLAIN else f"one of {', '.join(get_args(getattr(schema, name)))}" for name in names
    )


def _fits(data: Any, kind: str) -> bool:
    """Tell whether *data* is of the type that a field is annotated with (``int | None``, ``Comparator``)."""
    for name in kind.split(" | "):
        if name not in _PLAIN:
            if data in get_args(getattr(schema, name)):
                return True
        elif isinstance(data, _PLAIN[name]) and (name == "bool" or not isinstance(data, bool)):
            return True
    return False


def _roles(data: Any, where: str) -> dict[str, int]:
    if not (isinstance(data, Mapping) and all(isinstance(k, str) and _fits(v, "int") for k, v in data.items())):
        raise PlanError(f"{where}: expected an object of role names and indices, found {data!r}")
    return dict(data)


def _span(data: Any, where: str) -> Span:
    if not (isinstance(data, list | tuple) and len(data) == 2 and all(_fits(i, "int") for i in data)):
        raise PlanError(f"{where}: expected [start, end], found {data!r}")
    return int(data[0]), int(data[1])
