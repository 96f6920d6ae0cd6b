"""Calendar files of others, read (RFC 5545). Nothing here writes."""

from .events import FileEvent, Reading, RefusedEvent, read_file
from .lines import BadCalendar

__all__ = ["BadCalendar", "FileEvent", "Reading", "RefusedEvent", "read_file"]
