"""What an incident says: its fields, what may be released of them, and when they are wrong.

A content is a plain dict with the keys of FIELDS; times are ISO 8601 UTC strings, so that a
version, a share and a card hold the same values. Rows (`people`, `vehicles`, `goods`, `documents`)
are lists of dicts and `transit` is one dict, with the columns of `ROWS`; nothing said is None.
"""

from .checks import moment_of, utc_text
from .cleaning import (
    category_of,
    cleaned,
    crosses,
    has_own_channel,
    laid_over,
    parsed,
    same_content,
)
from .fields import (
    ALWAYS,
    CARRIED,
    EARLIEST,
    FIELDS,
    LONGEST,
    ONE_LINE,
    PART_OF,
    PEOPLE_MOST,
    RELEASABLE,
    RELEASE_LABELS,
    TOLERANCE,
)
from .headline import (
    CHANGED,
    facts_of,
    headline_in_words,
    headlines,
    offered_headlines,
    said_in,
    slots_in,
    tells_all_of,
    values_of,
)
from .releasing import narrowed, release_names, released, untold
from .things import CHOSEN, COLUMNS, CURRENCIES, ROWS, ROWS_MOST, Claimed, Column

__all__ = [
    "ALWAYS",
    "CARRIED",
    "CHANGED",
    "CHOSEN",
    "COLUMNS",
    "CURRENCIES",
    "EARLIEST",
    "FIELDS",
    "LONGEST",
    "ONE_LINE",
    "PART_OF",
    "PEOPLE_MOST",
    "RELEASABLE",
    "RELEASE_LABELS",
    "ROWS",
    "ROWS_MOST",
    "TOLERANCE",
    "Claimed",
    "Column",
    "category_of",
    "cleaned",
    "crosses",
    "facts_of",
    "has_own_channel",
    "headline_in_words",
    "headlines",
    "laid_over",
    "moment_of",
    "narrowed",
    "offered_headlines",
    "parsed",
    "release_names",
    "released",
    "said_in",
    "same_content",
    "slots_in",
    "tells_all_of",
    "untold",
    "utc_text",
    "values_of",
]
