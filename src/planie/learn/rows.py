"""Samples in a ``datasets.Dataset``: plain columns in Arrow's memory, samples again when they are read.

Enters: samples. Leaves: a dataset whose rows are ``{"sample": Sample}``. Arrays are kept as bytes with
their shape, and roles as the places of their ones, for they are nearly all zeros.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from planie import pairs
from planie.errors import require
from planie.learn.samples import Group, Sample

_LISTS: Final = ("windows", "starts", "ends", "labels", "statuses")


def dataset_of(samples: Sequence[Sample]) -> Any:
    """Return the samples as a dataset.

    Raises:
        DependencyError: the library datasets is not installed.
    """
    datasets = require("datasets", extra="train")
    return datasets.Dataset.from_list([to_row(s) for s in samples]).with_transform(_read)


def _read(batch: dict[str, list[Any]]) -> dict[str, list[Sample]]:
    names = list(batch)
    rows = (dict(zip(names, cells, strict=True)) for cells in zip(*batch.values(), strict=True))
    return {"sample": [from_row(row) for row in rows]}


def to_row(sample: Sample) -> dict[str, Any]:
    """Return a sample in plain columns."""
    return {"ids": sample.ids, "tags": sample.tags, "groups": [_group_row(g) for g in sample.groups]}


def from_row(row: dict[str, Any]) -> Sample:
    """Return the sample of a row."""
    return Sample(row["ids"], row["tags"], [_group(g) for g in row["groups"]])


def _group_row(group: Group) -> dict[str, Any]:
    return {
        **{name: list(getattr(group, name)) for name in _LISTS},
        "features": np.ascontiguousarray(group.features).tobytes(),
        "dtype": str(group.features.dtype),
        "roles": [int(i) for i in np.flatnonzero(group.roles)],
    }


def _group(row: dict[str, Any]) -> Group:
    n = len(row["labels"])
    features = np.frombuffer(row["features"], row["dtype"]).reshape(n, n, -1).copy()
    roles = np.zeros(n * n * len(pairs.PAIR_ROLES), np.float32)
    roles[row["roles"]] = 1
    lists = {name: list(row[name]) for name in _LISTS}
    return Group(**lists, features=features, roles=roles.reshape(n, n, -1))
