"""The stage that reads VALUE and TIME entities: healed text in, ``Quantity`` and ``Deadline`` out.

In: the healed text of an entity with the span that the result is to carry, the characters of
its sentence on either side, and what the plan knows of its years. Out: the records of
section 3 of the annotation guide. Nothing is refused: a number that cannot be read has
``low`` and ``high`` ``None``, a time that says nothing and inherits nothing gives no deadline.
"""

from __future__ import annotations

from planie.normalise.deadlines import deadline
from planie.normalise.quantities import counts, quantity, several, unit_words

__all__ = ["counts", "deadline", "quantity", "several", "unit_words"]
