"""What a conversion lost, changed or could not read: counted, with a few places each.

Enters: one call a happening, from the readers and writers. Leaves: a :class:`Loss`. Faults, which no
conversion may pass over, are collected and refused together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from planie.errors import CorpusError, counted

_EXAMPLES: Final = 3  # places named for each kind of loss; the count says how many there are
_FAULTS: Final = 200  # faults written out; a file in the wrong format has one a line


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of loss or change, how often it happened, and where it did first."""

    what: str
    count: int
    where: tuple[str, ...] = ()

    def __str__(self) -> str:
        places = f" ({'; '.join(self.where)}{'; …' if self.count > len(self.where) else ''})" if self.where else ""
        return f"{self.count} × {self.what}{places}"


@dataclass(frozen=True, slots=True)
class Loss:
    """The report of one conversion: *lost* is gone from the output, *noted* was read in another way than written."""

    documents: int
    lost: tuple[Item, ...] = ()
    noted: tuple[Item, ...] = ()

    def __iter__(self) -> Iterator[Item]:
        return iter(self.lost)

    def __len__(self) -> int:
        return len(self.lost)

    def __str__(self) -> str:
        rows = [counted(self.documents, "document")]
        rows += [f"lost: {item}" for item in self.lost]
        rows += [f"note: {item}" for item in self.noted]
        return "\n".join(rows)


@dataclass
class _Count:
    count: int = 0
    where: list[str] = field(default_factory=list)

    def add(self, where: str, count: int) -> None:
        self.count += count
        if where and len(self.where) < _EXAMPLES:
            self.where.append(where)


class Ledger:
    """Where readers and writers put down what happened."""

    def __init__(self) -> None:
        self._lost: dict[str, _Count] = {}
        self._noted: dict[str, _Count] = {}
        self._faults: list[str] = []

    def lose(self, what: str, where: str = "", *, count: int = 1) -> None:
        """Put down *count* things that the output does not hold."""
        if count:
            self._lost.setdefault(what, _Count()).add(where, count)

    def note(self, what: str, where: str = "", *, count: int = 1) -> None:
        """Put down *count* things that were read in another way than they stand there."""
        if count:
            self._noted.setdefault(what, _Count()).add(where, count)

    def has_lost(self, what: str) -> bool:
        """Whether *what* was lost at least once."""
        return what in self._lost

    def fault(self, what: str) -> None:
        """Put down what makes the whole file be refused."""
        self._faults.append(what)

    def refuse(self, name: str) -> None:
        """Raise if there are faults.

        Raises:
            CorpusError: every fault, a line each.
        """
        if not self._faults:
            return
        more = len(self._faults) - _FAULTS
        rows = [f"{name}: {fault}" for fault in self._faults[:_FAULTS]]
        raise CorpusError("\n".join([*rows, f"{name}: and {more} more"] if more > 0 else rows))

    def loss(self, documents: int) -> Loss:
        """Close the ledger."""
        items = [tuple(Item(w, c.count, tuple(c.where)) for w, c in kind.items()) for kind in (self._lost, self._noted)]
        return Loss(documents, *items)
