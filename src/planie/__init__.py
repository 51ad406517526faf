"""Planie reads the targets out of Chinese plans, schemes and work reports.

    import planie

    plan = planie.extract(text)
    for target in plan.targets:
        print(target.metric, target.value.low, target.value.unit, target.status)

Every public name is loaded when it is first used, so that ``import planie`` itself is quick and
loads neither torch nor any other library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from planie.errors import (
        BundleError,
        ConfigError,
        CorpusError,
        DependencyError,
        FileError,
        PlanError,
        PlanieError,
    )
    from planie.pipeline import Extractor, extract, extract_all, load
    from planie.plan import (
        Baseline,
        Deadline,
        Institution,
        Mention,
        Model,
        Part,
        Period,
        Plan,
        Program,
        Quantity,
        RepairNote,
        SetAsideNote,
        Source,
        Target,
        WarningNote,
    )

__version__ = "0.1.0"

__all__ = [
    "Baseline",
    "BundleError",
    "ConfigError",
    "CorpusError",
    "Deadline",
    "DependencyError",
    "Extractor",
    "FileError",
    "Institution",
    "Mention",
    "Model",
    "Part",
    "Period",
    "Plan",
    "PlanError",
    "PlanieError",
    "Program",
    "Quantity",
    "RepairNote",
    "SetAsideNote",
    "Source",
    "Target",
    "WarningNote",
    "__version__",
    "extract",
    "extract_all",
    "load",
]

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "planie.errors": (
        "BundleError",
        "ConfigError",
        "CorpusError",
        "DependencyError",
        "FileError",
        "PlanError",
        "PlanieError",
    ),
    "planie.pipeline": ("Extractor", "extract", "extract_all", "load"),
    "planie.plan": (
        "Baseline",
        "Deadline",
        "Institution",
        "Mention",
        "Model",
        "Part",
        "Period",
        "Plan",
        "Program",
        "Quantity",
        "RepairNote",
        "SetAsideNote",
        "Source",
        "Target",
        "WarningNote",
    ),
}
_ROOMS: Final = {name: room for room, names in _NAMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module 'planie' has no attribute {name!r}")
    value = getattr(import_module(_ROOMS[name]), name)
    globals()[name] = value  # the next look-up finds it here
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


del annotations  # the name that the future import leaves would hide the room that is called so
