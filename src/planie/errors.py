"""What planie raises, how its messages count, and how it asks for an optional library.

    PlanieError
    ├── FileError        a file that cannot be read as what it says it is
    ├── BundleError      a model folder that is not whole, or of another schema
    ├── CorpusError      annotated documents that break a rule of the guide
    ├── ConfigError      a configuration or an argument with a value that it cannot have, or an unknown key
    ├── PlanError        a dict or JSON text that is no plan
    └── DependencyError  an optional library that is not installed (also an ImportError)

Every message says what was found, where, what is allowed and what to do.
"""

from __future__ import annotations

import importlib
from types import ModuleType


class PlanieError(Exception):
    """The base of everything that planie raises on purpose."""


class FileError(PlanieError):
    """A file cannot be read, or is not what its name says."""


class BundleError(PlanieError):
    """A model folder is missing a part, damaged, or written for another schema."""


class CorpusError(PlanieError):
    """An annotated document breaks a rule; the message lists every fault."""


class ConfigError(PlanieError):
    """A configuration has an unknown or a missing key, or it or an argument a value that it cannot have."""


class PlanError(PlanieError):
    """A dict or JSON text does not describe a plan."""


class DependencyError(PlanieError, ImportError):
    """An optional library is needed and not installed."""


def counted(number: int, what: str, plural: str | None = None) -> str:
    """Return *number* and the noun *what*, in the plural (by default with an s) unless there is one of it."""
    return f"{number} {what if number == 1 else plural or what + 's'}"


def require(name: str, *, extra: str) -> ModuleType:
    """Import the module *name*, or say which extra of planie installs it.

    Raises:
        DependencyError: the module is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        absent = isinstance(error, ModuleNotFoundError) and error.name in (name, name.split(".")[0])
        what = "is not installed" if absent else f"cannot be imported ({error})"
        raise DependencyError(f"{name!r} is needed here and {what}: pip install 'planie[{extra}]'") from error
