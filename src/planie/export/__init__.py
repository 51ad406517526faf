"""Views of a plan that leave the house: tables, spaCy documents, files, and the JSON Schema.

What enters is a :class:`~planie.plan.Plan` or several; nothing here changes them. pandas and
spaCy are loaded only by the function that gives one of their objects.
"""

from __future__ import annotations

from planie.export.doc import to_doc
from planie.export.table import COLUMNS, Column, rows, to_frame
from planie.export.write import FORMATS, chunks, json_schema, save
from planie.replacing import replacing

__all__ = [
    "COLUMNS",
    "FORMATS",
    "Column",
    "chunks",
    "json_schema",
    "replacing",
    "rows",
    "save",
    "to_doc",
    "to_frame",
]
