"""The names that the annotation guide fixes: labels, roles, statuses, and what may fill what.

Nothing here has behaviour beyond look-up; every stage and every file format reads these tables.
"""

from __future__ import annotations

from typing import Final, Literal

Label = Literal["ORG", "PROGRAM", "METRIC", "ACTION", "VALUE", "TIME"]
Status = Literal["planned", "achieved", "baseline"]
Comparator = Literal[">=", ">", "<=", "<", "~", "="]
Change = Literal["increase", "decrease", "level"]
Kind = Literal["plan", "scheme", "report", "speech", "other"]
SectionRole = Literal["review", "goals", "tasks", "safeguards", "other"]
DeadlineKind = Literal["by", "in", "every", "from"]
DeadlineSource = Literal["stated", "heading", "title", "period"]

SCHEMA_VERSION: Final = 1

LABELS: Final[tuple[Label, ...]] = ("ORG", "PROGRAM", "METRIC", "ACTION", "VALUE", "TIME")
STATUSES: Final[tuple[Status, ...]] = ("planned", "achieved", "baseline")
KINDS: Final[tuple[Kind, ...]] = ("plan", "scheme", "report", "speech", "other")

ROLES: Final[dict[str, Label]] = {
    "metric": "METRIC",
    "head": "METRIC",
    "subject": "METRIC",
    "action": "ACTION",
    "when": "TIME",
    "base": "VALUE",
    "program": "PROGRAM",
    "org": "ORG",
}
"""Role of a target frame → the label that may fill it. ``metric`` may be filled by several
entities of one value (a frame each); every other role by at most one."""

PROGRAM_ROLES: Final[dict[str, Label]] = {"when": "TIME", "org": "ORG"}
"""Role of a programme frame → the label that may fill it."""
