"""Taking back what a desk was allowed to read."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from contactpoints.actions import cancel_deliveries, raise_alert
from contactpoints.models import Alert, Delivery, Unit

from ..access import sender_for
from ..content import one_line
from ..models import ContentProposal, Incident, Part, Recall, Share
from .shares import locked

REASON_MOST = 500


@transaction.atomic
def recall_release(
    incident: Incident, *, desks: Iterable[Unit], reason: str, by: Any
) -> list[Recall]:
    """Take the copies of these desks away at once, and ask each desk to acknowledge that.

    What stays with a desk is number, reason and time; what was printed or written down there stays
    with it. Alerts about the incident that still wait there wait no more; open proposals of the
    desk end. `reason` goes to the desk. A desk from which it was recalled already is left out;
    Refused for one that never held a copy. It may be released again. Nobody needs to be on duty.
    """
    incident = locked(incident)
    require(by, "recall_releases", incident.unit)
    desks = sorted(set(desks), key=lambda desk: desk.pk)
    if not desks:
        sentence = _("Choose at least one desk.")
        raise Invalid(sentence, fields={"desks": [sentence]})
    reason = one_line(reason, "reason", most=REASON_MOST, missing=_("Write why it is recalled."))
    if incident.origin != Incident.Origin.SERVICE:
        raise Refused(
            _("An open-source record is public, so nothing of it can be taken back."),
            code="open_source",
        )
    copies = {share.unit_id: share for share in incident.shares.filter(own=False, unit__in=desks)}
    last = {
        recall.desk_id: recall for recall in incident.recalls.filter(desk__in=desks).order_by("pk")
    }
    for desk in desks:
        if desk.pk not in copies and desk.pk not in last:
            sentence = _("%(desk)s holds no copy of it. Choose a desk that does.") % {
                "desk": desk.name
            }
            raise Refused(sentence, code="not_held", fields={"desks": [sentence]})
    held = [desk for desk in desks if desk.pk in copies]
    made = [_take_back(incident, copies[desk.pk], desk, reason, by) for desk in held]
    if made:
        _forget_parts(incident)
        record(
            "incident.recalled",
            incident.ref,
            by=by,
            desks=[desk.code for desk in held],
            why=reason,
        )
        ring_many([incident.unit.code, *(desk.code for desk in held)])
    return made or [last[desk.pk] for desk in desks]


def _take_back(incident: Incident, copy: Share, desk: Unit, reason: str, by: Any) -> Recall:
    before = (
        Delivery.objects.about(incident.ref)
        .at([desk.pk])
        .exclude(alert__kind=Alert.Kind.CANCEL)
        .select_related("alert")
        .order_by("-pk")[0]
    )
    cancel_deliveries(incident.ref, desks=[desk], by=by)
    alert = raise_alert(
        incident.ref,
        card={
            "number": copy.number,
            "side": copy.side,
            "exercise": copy.exercise,
            "reason": reason,
        },
        # As urgent as what it takes back: somebody may be acting on that.
        priority=before.alert.priority,
        to=[desk],
        sender=sender_for(by, incident),
        kind=Alert.Kind.CANCEL,
        status=Alert.Status.EXERCISE if incident.exercise else Alert.Status.ACTUAL,
        references=before.alert,
        by=by,
    )
    copy.delete()
    ContentProposal.objects.filter(incident=incident, unit=desk).open().update(
        state=ContentProposal.State.LAPSED, ended_at=now()
    )
    return Recall.objects.create(
        incident=incident,
        desk=desk,
        number=copy.number,
        side=copy.side,
        version=copy.version,
        reason=reason,
        alert=alert,
        by=by,
    )


def _forget_parts(incident: Incident) -> None:
    """A side that holds no copy any more has no part that it could close."""
    sides = {incident.side, *incident.shares.values_list("unit__side", flat=True)}
    Part.objects.filter(incident=incident, closed_at=None).exclude(side__in=sides).delete()
