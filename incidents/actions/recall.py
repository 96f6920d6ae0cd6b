"""Taking back what a desk was allowed to read."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded
from contactpoints.access import require
from contactpoints.actions import cancel_deliveries, drop_held, raise_alert
from contactpoints.models import TAKES_BACK, Alert, Delivery, Unit

from ..access import sender_for
from ..letters import tell_recalled
from ..models import (
    AttachmentCopy,
    Consent,
    ContentProposal,
    Incident,
    Part,
    Recall,
    SealedCopy,
    Share,
)
from .sealed_release import recall_sealed
from .shares import locked

REASON_MOST = 500


@transaction.atomic
def recall_release(
    incident: Incident, *, desks: Iterable[Unit], reason: str, by: Any
) -> list[Recall]:
    """Take the copies of these desks away at once, and ask each desk to acknowledge that.

    What stays with a desk is number, reason and time; what was printed or written down there stays
    with it. Copies that it passed on go as well, from holder to holder, and their units are told by
    letter; files that it was given and personal data in force there go too. A release that waits
    for the end of a pause is dropped, and the desk learns nothing of it. Alerts about the
    incident that still wait there wait no more; open proposals of the desk and its requests for
    consent end. `reason` goes to the desk. A desk from which it was recalled already is left out;
    Refused for one that never held a copy. It may be released again. Nobody needs to be on duty.
    """
    incident = locked(incident)
    require(by, "recall_releases", incident.unit)
    desks = sorted(set(desks), key=lambda desk: desk.pk)
    if not desks:
        sentence = _("Choose at least one desk.")
        raise Invalid(sentence, fields={"desks": [sentence]})
    reason = worded(
        reason, "reason", most=REASON_MOST, empty=_("Write why it is recalled."), one_line=True
    )
    if incident.origin != Incident.Origin.SERVICE:
        raise Refused(
            _("An open-source record is public, so nothing of it can be taken back."),
            code="open_source",
        )
    rows = incident.shares.filter(own=False).select_related("unit")
    copies = {share.unit_id: share for share in rows}
    last = {
        recall.desk_id: recall for recall in incident.recalls.filter(desk__in=desks).order_by("pk")
    }
    waited = drop_held(incident.ref, desks=desks, why="recalled", by=by)
    for desk in desks:
        if desk.pk not in copies and desk.pk not in last and desk.pk not in waited:
            sentence = _("%(desk)s holds no copy of it. Choose a desk that does.") % {
                "desk": desk.name
            }
            raise Refused(sentence, code="not_held", fields={"desks": [sentence]})
    held = [copies[desk.pk] for desk in desks if desk.pk in copies]
    onward = _passed_on_from(held, copies) if held else []
    gone = held + onward
    for copy in gone:
        _take_what_went_along(incident, copy.unit, reason, by)
    made = [_take_back(incident, copy, reason, by) for copy in gone]
    if made:
        _forget_parts(incident)
        along: dict[str, Any] = {}
        if onward:
            along["onward"] = [copy.unit.code for copy in onward]
        record(
            "incident.recalled",
            incident.ref,
            by=by,
            desks=[copy.unit.code for copy in held],
            why=reason,
            **along,
        )
        ring_many(sorted({incident.unit.code, *(copy.unit.code for copy in gone)}))
    elif waited:
        ring_many([incident.unit.code])
    return made[: len(held)] or [last[desk.pk] for desk in desks if desk.pk in last]


def _passed_on_from(gone: list[Share], copies: Mapping[int, Share]) -> list[Share]:
    """Copies that come, from holder to holder, from no copy of the originator any more."""
    left = {pk: copy for pk, copy in copies.items() if copy not in gone}
    stay = {pk for pk, copy in left.items() if copy.passed_by_id is None}
    while more := {pk for pk in left.keys() - stay if left[pk].passed_by_id in stay}:
        stay |= more
    return [left[pk] for pk in sorted(left.keys() - stay)]


def _take_what_went_along(incident: Incident, unit: Unit, reason: str, by: Any) -> None:
    """Files, personal data, and what the unit still asked for; while its copy is there."""
    AttachmentCopy.objects.filter(attachment__incident=incident, desk=unit).delete()
    sealed = SealedCopy.objects.about(incident).in_force().filter(desk=unit)
    for copy in sealed.select_related("incident"):
        recall_sealed(copy, reason=reason, by=by)
    ContentProposal.objects.filter(incident=incident, unit=unit).open().update(
        state=ContentProposal.State.LAPSED, ended_at=now()
    )
    Consent.objects.filter(incident=incident, unit=unit).open().update(
        state=Consent.State.REFUSED, text=reason, decided_at=now(), decided_by=by
    )


def _take_back(incident: Incident, copy: Share, reason: str, by: Any) -> Recall:
    desk = copy.unit
    cancel_deliveries(incident.ref, desks=[desk], by=by)
    recall = Recall(
        incident=incident,
        desk=desk,
        number=copy.number,
        side=copy.side,
        version=copy.version,
        reason=reason,
        alert=None if copy.passed_by_id else _cancel(incident, copy, reason, by),
        by=by,
    )
    copy.delete()
    recall.save(force_insert=True)
    if recall.alert is None:
        tell_recalled(recall)
    return recall


def _cancel(incident: Incident, copy: Share, reason: str, by: Any) -> Alert:
    taken_back = Alert.objects.about(incident.ref).filter(TAKES_BACK)
    before = (
        Delivery.objects.about(incident.ref)
        .at([copy.unit_id])
        .exclude(alert__in=taken_back)
        .select_related("alert")
        .order_by("-pk")[0]
    )
    return raise_alert(
        incident.ref,
        card={
            "number": copy.number,
            "side": copy.side,
            "exercise": copy.exercise,
            "reason": reason,
        },
        # As urgent as what it takes back: somebody may be acting on that.
        priority=before.alert.priority,
        to=[copy.unit],
        sender=sender_for(by, incident),
        kind=Alert.Kind.CANCEL,
        status=Alert.Status.EXERCISE if incident.exercise else Alert.Status.ACTUAL,
        references=before.alert,
        by=by,
    )


def _forget_parts(incident: Incident) -> None:
    """A side that holds no copy any more has no part that it could close."""
    told = incident.shares.filter(passed_by=None)
    sides = {incident.side, *told.values_list("unit__side", flat=True)}
    Part.objects.filter(incident=incident, closed_at=None).exclude(side__in=sides).delete()
