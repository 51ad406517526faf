"""Text for libraries that keep theirs in UTF-8, which has no lone surrogates.

Enters: any ``str``. Leaves: one of the same length, each lone surrogate as U+FFFD.
"""

from __future__ import annotations

import re

_LONE = re.compile("[\ud800-\udfff]")


def well_formed(text: str) -> str:
    """Return *text* with U+FFFD in the place of lone surrogates, so that offsets stay."""
    return _LONE.sub("\ufffd", text)
