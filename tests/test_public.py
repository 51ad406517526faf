"""The public face, pinned: a name that goes or comes is a change for users."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

import planie

NAMES = [
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


def test_all_is_pinned() -> None:
    assert sorted(planie.__all__) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_there(name: str) -> None:
    assert getattr(planie, name) is not None
    assert name in dir(planie)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'extracts'"):
        planie.extracts  # noqa: B018  the look-up is the test


def test_star_import_gives_all() -> None:
    scope: dict[str, object] = {}
    exec("from planie import *", scope)  # noqa: S102  a star import is allowed at module level alone
    assert set(NAMES) <= scope.keys()


def test_a_room_is_not_hidden_by_the_future_import() -> None:
    code = "from planie import annotations; print(annotations.__name__)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "planie.annotations\n"


def test_version_is_the_same_everywhere(root: Path) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", planie.__version__)
    assert f"\nversion: {planie.__version__}\n" in (root / "CITATION.cff").read_text("utf-8")
    assert f"\n## [{planie.__version__}]" in (root / "CHANGELOG.md").read_text("utf-8")
    assert importlib.metadata.version("planie") == planie.__version__
