"""Taking the protocol of a meeting out on paper."""

from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.actions import record_export
from bordercoop.errors import Refused
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf

from ..investigation.protocol_paper import protocol_document
from ..models import Meeting
from .printing import Printed


def print_protocol(meeting: Meeting, *, by: Any) -> Printed:
    """The protocol as it stands, both languages side by side; recorded as an export.

    Refused while there is none, and (404) for whoever does not read the meeting.
    """
    row = Meeting.objects.visible_to(by).filter(pk=meeting.pk).first()
    if row is None:
        raise Refused(_("There is no such meeting."), code="not_found", status=404)
    if not row.sha256:
        raise Refused(_("There is no protocol of this meeting yet."), code="no_protocol")
    both, at = Both(*two_languages(*row.languages)), now()
    made = pdf("paper.typ", protocol_document(row, both=both, by=by, at=at), at=at)
    record_export("protocol", by=by, filter={"meeting": row.uid}, rows=1)
    return Printed(f"{row.number}.pdf", made)
