"""Taking a notice out on paper."""

from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.actions import record_export
from bordercoop.errors import Refused
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf

from ..models import AdvanceNotice
from ..notices.paper import notice_document
from ..notices.reading import deliveries_of, told, versions
from .printing import Printed


def print_notice(notice: AdvanceNotice, *, by: Any) -> Printed:
    """The version that stands, in the languages of both sides; recorded as an export. Refused (404)
    for whoever does not read it."""
    version = versions().visible_to(by).filter(notice=notice, current=True).first()
    if version is None:
        raise Refused(_("There is no such notice."), code="not_found", status=404)
    both, at = Both(*two_languages("lv", "be")), now()
    deliveries = deliveries_of(notice) if version.sent_at else []
    content = notice_document(
        version.notice, told(version, at), deliveries, both=both, by=by, at=at
    )
    made = pdf("paper.typ", content, at=at)
    record_export("notice", by=by, filter={"notice": notice.uid}, rows=1)
    return Printed(f"{version.notice.number or 'notice'}.pdf", made)
