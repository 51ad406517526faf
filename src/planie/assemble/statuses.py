"""Which numbers are planned whatever stands around them: their own name says so.

In: the healed text, the entities, a frame and the unit that was read. Out: the status to write, the linker's but for
this: an amount whose METRIC begins with 计划 (计划投资3000万元, 计划招生900人: rule 78 of corpus/GUIDELINES.md) is planned, also
where what is built is told as under way. Not what is done of a plan (完成计划投资3亿元, a share of 计划投资), nor the
计划总投资 of projects, which reports give as theirs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from planie.plan import Quantity
from planie.schema import Status
from planie.spans import Entity, Frame

_AMOUNT: Final = re.compile(r"(?:计划|拟|预计)(?:投资|投入|招生|招聘|招收)$")
_DONE: Final = re.compile(r"(?:完成|实现|达到|超|占|已|原)[^,，。;；]{0,4}$")
_UNITS: Final = frozenset({"元", "美元", "人", "名"})
_REACH: Final = 8


def status_of(text: str, entities: Sequence[Entity], frame: Frame, value: Quantity) -> Status:
    """Return the status of *frame*."""
    if frame.status != "achieved" or "metric" not in frame.roles or value.unit not in _UNITS:
        return frame.status
    metric = entities[frame.roles["metric"]]
    done = _DONE.search(text, max(0, metric.start - _REACH), metric.start)
    named = _AMOUNT.match(text, metric.start, metric.end)
    return "planned" if named and not done else frame.status
