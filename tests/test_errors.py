"""One tree of errors, and a message that says how to install what is missing."""

from __future__ import annotations

import pickle

import pytest

from planie import errors

CLASSES = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]


def test_the_tree_is_not_empty() -> None:
    assert len(CLASSES) >= 7


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_error_is_a_planie_error(cls: type[Exception]) -> None:
    assert issubclass(cls, errors.PlanieError)
    assert cls.__doc__


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_errors_cross_process_borders(cls: type[Exception]) -> None:
    assert str(pickle.loads(pickle.dumps(cls("what was found")))) == "what was found"  # noqa: S301  our own bytes


def test_a_missing_library_is_an_import_error_too() -> None:
    assert issubclass(errors.DependencyError, ImportError)


def test_require_gives_the_module() -> None:
    assert errors.require("json", extra="table").loads("1") == 1


def test_require_names_the_extra() -> None:
    with pytest.raises(errors.DependencyError, match=r"'no_such_library'.*pip install 'planie\[table\]'"):
        errors.require("no_such_library", extra="table")
