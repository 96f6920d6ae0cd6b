"""How long a side keeps personal data, and the holds that stop their end."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.wording import worded
from contactpoints.access import require
from contactpoints.models import root_of

from ..access import share_for
from ..models import Incident, Kept, LegalHold, RetentionPeriod
from ..retention import today
from .shares import locked

LONGEST = 500
MOST_DAYS = 36_525
FARTHEST = timedelta(days=50 * 366)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


@transaction.atomic
def set_retention(
    kind: str,
    *,
    days: int,
    starts_on: date,
    ground: str,
    source: str = "",
    confirmed: bool = False,
    by: Any,
) -> RetentionPeriod:
    """From a day of the own side on, keep this kind of personal data for so many days.

    Rows are only added: a later one for the same day stands in place of an earlier one. What has
    been purged stays purged. The same again changes nothing.
    """
    root = root_of(by.side) if by is not None else None
    if root is None:
        raise NotAllowed(_("Only an officer of a side sets how long it keeps personal data."))
    require(by, "set_retention", root)
    if kind not in Kept.values:
        raise _wrong("kind", _("Choose one from the list."))
    if not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        raise _wrong("days", _("Give a number of days from 1 to %(most)s.") % {"most": MOST_DAYS})
    first = today(by.side)
    if not first <= starts_on <= first + FARTHEST:
        raise _wrong("starts_on", _("A period begins today or later. Check the date."))
    said = {
        "days": days,
        "starts_on": starts_on,
        "ground": worded(
            ground, "ground", most=LONGEST, empty=_("Name the legal ground."), one_line=True
        ),
        "source": worded(source, "source", most=LONGEST, one_line=True),
        "confirmed": confirmed,
    }
    # Two at once for one side wait for each other, so that the same again is seen.
    type(root).objects.select_for_update(no_key=True).filter(pk=root.pk).first()
    rows = RetentionPeriod.objects.filter(side=by.side, kind=kind, starts_on=starts_on)
    last = rows.order_by("-pk").first()
    if last is not None and all(getattr(last, name) == value for name, value in said.items()):
        return last
    period = RetentionPeriod.objects.create(side=by.side, kind=kind, by=by, **said)
    record(
        "retention.set",
        f"retention:{by.side}",
        by=by,
        kind=kind,
        count=days,
        starts_at=starts_on.isoformat(),
        confirmed=confirmed,
    )
    return period


@transaction.atomic
def place_hold(incident: Incident, *, reason: str, until: date | None = None, by: Any) -> LegalHold:
    """Stop every purge of what the own side keeps of the incident, to the end of the day `until`
    or until it is lifted.

    For who holds a copy it stops the own side's purges and tells the owner nothing. The same
    reason and day again are the same hold.
    """
    share = share_for(by, incident)
    require(by, "place_holds", share.unit)
    incident = locked(incident)
    reason = worded(
        reason, "reason", most=LONGEST, empty=_("Write in a few words why."), one_line=True
    )
    first = today(by.side)
    if until is not None and not first <= until <= first + FARTHEST:
        raise _wrong("until", _("A hold ends today or later. Check the date."))
    standing = LegalHold.objects.filter(
        incident=incident, side=by.side, lifted_at=None, reason=reason, until=until
    ).first()
    if standing is not None:
        return standing
    hold = LegalHold.objects.create(
        incident=incident, side=by.side, reason=reason, until=until, by=by
    )
    record("hold.placed", incident.ref, by=by, **({"ends_at": until.isoformat()} if until else {}))
    return hold


@transaction.atomic
def lift_hold(hold: LegalHold, *, reason: str, by: Any) -> LegalHold:
    """End a hold of the own side before its day. What is overdue then goes with the next purge.

    Lifted twice is lifted once; the first reason stands.
    """
    share = share_for(by, hold.incident)
    if hold.side != by.side:
        raise Refused(_("There is no such hold."), code="not_found", status=404)
    require(by, "place_holds", share.unit)
    incident = locked(hold.incident)
    hold = LegalHold.objects.get(pk=hold.pk)
    if hold.lifted_at is not None:
        return hold
    hold.lift_reason = worded(
        reason, "reason", most=LONGEST, empty=_("Write in a few words why."), one_line=True
    )
    hold.lifted_at, hold.lifted_by = now(), by
    hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    record("hold.lifted", incident.ref, by=by)
    return hold
