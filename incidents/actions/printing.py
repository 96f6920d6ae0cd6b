"""Printing: an export of what an officer may read, and recorded as one."""

from dataclasses import dataclass
from typing import Any

from django.utils.timezone import now

from bordercoop.audit.models import record
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf

from ..models import Incident
from ..printing import content_mark, copy_to_print, document, file_name


@dataclass(frozen=True)
class Printed:
    """A PDF and the ASCII name of its file."""

    name: str
    content: bytes


def print_incident(
    incident: Incident, *, view: str, desk: str = "", languages: tuple[str, str], by: Any
) -> Printed:
    """The A4 form of an incident as `by` may read it, in two languages side by side.

    `view` and `desk` as in `printing.copy_to_print`, whose refusals come through; Invalid for
    languages that are not two different ones of the portal; Busy and TooLong of `web.pdf`. Printed
    twice is recorded twice, each time only when the PDF was made.
    """
    both = Both(*two_languages(*languages))
    copy = copy_to_print(incident, view=view, desk=desk, by=by)
    at = now()
    made = pdf("incident.typ", document(incident, copy, view=view, both=both, by=by, at=at), at=at)
    record(
        "incident.printed",
        incident.ref,
        by=by,
        view=view,
        desk="" if copy.own else copy.unit.code,
        version=copy.version,
        languages=list(both.languages),
        mark=content_mark(copy),
    )
    return Printed(file_name(copy, view), made)
