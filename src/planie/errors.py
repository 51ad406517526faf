"""What planie raises, and how it asks for an optional library.

    PlanieError
    ├── FileError        a file that cannot be read as what it says it is
    ├── BundleError      a model folder that is not whole, or of another schema
    ├── CorpusError      annotated documents that break a rule of the guide
    ├── ConfigError      a configuration with an unknown key or a wrong type
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
    """A configuration has an unknown key, a missing key or a value of a wrong type."""


class PlanError(PlanieError):
    """A dict or JSON text does not describe a plan."""


class DependencyError(PlanieError, ImportError):
    """An optional library is needed and not installed."""


def require(name: str, *, extra: str) -> ModuleType:
    """Import the module *name*, or say which extra of planie installs it.

    Raises:
        DependencyError: the module is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise DependencyError(f"{name!r} is needed here and is not installed: pip install 'planie[{extra}]'") from error
