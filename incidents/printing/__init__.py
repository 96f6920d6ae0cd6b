"""An incident on paper: which copy may be printed, and everything that then stands on it.

The internal view is the owner's copy. The shared view is the copy of one unit outside the owner's
and repeats nothing but it, so that a paper can say no more than that unit's screen. Reads only;
`actions.print_incident` is the verb, `templates/pdf/incident.typ` the form.
"""

from .copies import View, content_mark, copy_to_print, file_name, released_copies
from .document import ENTRIES_MOST, document, frame, handling

__all__ = [
    "ENTRIES_MOST",
    "View",
    "content_mark",
    "copy_to_print",
    "document",
    "file_name",
    "frame",
    "handling",
    "released_copies",
]
