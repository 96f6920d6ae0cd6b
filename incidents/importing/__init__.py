"""Bulk import: which column is which field, and what a row says. Reads only; docs/import-export.md.

The verbs stand in `incidents/actions/importing.py` and `import_work.py`.
"""

from .columns import REQUIRED, TARGETS, guessed, mapped_twice, shown_headers
from .rows import Cells, Row, reader

__all__ = [
    "REQUIRED",
    "TARGETS",
    "Cells",
    "Row",
    "guessed",
    "mapped_twice",
    "reader",
    "shown_headers",
]
