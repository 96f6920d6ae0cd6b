"""The common lists: what each holds, and what a proposal may say about a row of it.

A row's values are one flat mapping of plain JSON: its fields, what lies in its `facts`, and
`retired`. The same mapping is what a proposal keeps as `before` and `after`.
"""

from .catalogue import (
    CATEGORIES,
    DEADLINES,
    LISTS,
    NAME_LABELS,
    PHRASES,
    PLACES,
    TEMPLATES,
    TEXT_LABELS,
    CommonList,
)
from .fields import Field, Values, shown
from .values import (
    Difference,
    check_code,
    check_text_line,
    clean_names,
    cleaned,
    differences,
    last_place,
    values,
    whole,
    write,
)

__all__ = [
    "CATEGORIES",
    "DEADLINES",
    "LISTS",
    "NAME_LABELS",
    "PHRASES",
    "PLACES",
    "TEMPLATES",
    "TEXT_LABELS",
    "CommonList",
    "Difference",
    "Field",
    "Values",
    "check_code",
    "check_text_line",
    "clean_names",
    "cleaned",
    "differences",
    "last_place",
    "shown",
    "values",
    "whole",
    "write",
]
