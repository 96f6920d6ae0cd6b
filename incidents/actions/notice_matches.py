"""What an officer says of a notice and an incident: that it belongs to it, or not."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require

from ..access import share_for
from ..models import AdvanceNotice, Incident, NoticeMatch, NoticeState
from .request_moves import wrong_at


@transaction.atomic
def match_notice(
    notice: AdvanceNotice, incident: Incident, *, state: NoticeMatch.State | str, by: Any
) -> NoticeMatch:
    """Say for the own side that an incident belongs to a notice (`linked`), or that it does not
    (`dismissed`), so that nobody is asked again. The other side never reads it.

    The last word counts; the same word twice is once. Raises Refused (404) for a notice or an
    incident that the officer does not read.
    """
    share = share_for(by, incident)
    require(by, "annotate_incidents", share.unit)
    readable = AdvanceNotice.objects.visible_to(by).filter(pk=notice.pk)
    if not readable.exclude(state__in=[NoticeState.DRAFT, NoticeState.DISCARDED]).exists():
        raise Refused(_("There is no such notice."), code="not_found", status=404)
    if state not in NoticeMatch.State.values:
        raise wrong_at("state", _("Say whether the incident belongs to the notice."))
    match, new = NoticeMatch.objects.select_for_update(no_key=True, of=("self",)).get_or_create(
        notice=notice,
        incident=incident,
        side=by.side,
        defaults={"state": str(state), "by": by},
    )
    if not new and match.state == state:
        return match
    if not new:
        match.state, match.by, match.at = str(state), by, now()
        match.save(update_fields=["state", "by", "at"])
    record(
        "notice.matched", incident.ref, by=by, trail=by.side, notice=notice.number, state=str(state)
    )
    ring_many([share.unit.code])
    return match
