"""The brochure of the common risk analysis: what it says, and its figures. Reads only.

It is made of the procedures in force and of `reference/brochure.yaml`, so that the page and the
paper of one edition say the same. `actions.build_brochure` keeps an edition.
"""

from .content import LANGUAGES, content_of, contents, numbered
from .sources import of_now, prepared, versions_in_force

__all__ = [
    "LANGUAGES",
    "content_of",
    "contents",
    "numbered",
    "of_now",
    "prepared",
    "versions_in_force",
]
