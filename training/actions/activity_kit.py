"""What every verb of an activity needs: its lock, its rights, and what a change of it means."""

import hashlib
import json
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from contactpoints.access import require
from contactpoints.models import root_of

from ..access import agrees
from ..models import Activity, ActivityMove, ActivityState, Course, CourseState
from ..models.activities import CHANGEABLE

State = ActivityState


def wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def no_activity() -> Refused:
    return Refused(_("There is no such activity."), code="not_found", status=404)


def locked_activity(activity: Activity, by: Any) -> Activity:
    """The activity under its lock. Raises Refused (404) unless `by` reads it; the portal itself
    (`by` None) reads all."""
    Activity.objects.filter(pk=activity.pk).select_for_update(no_key=True).values_list("pk").get()
    if by is not None and not Activity.objects.visible_to(by).filter(pk=activity.pk).exists():
        raise no_activity()
    return Activity.objects.select_related("unit").get(pk=activity.pk)


def not_now(activity: Activity) -> Refused:
    return Refused(
        _("This activity is at “%(state)s” now, so this is not possible. Read it again.")
        % {"state": State(activity.state).label},
        code="wrong_state",
    )


def require_planner(activity: Activity, by: Any) -> None:
    """Raise NotAllowed unless `by` plans for the unit that coordinates it."""
    if by.side != activity.side:
        raise NotAllowed(_("The side that plans this activity does this."), code="other_side")
    require(by, "plan_activities", activity.unit)


def require_either(activity: Activity, by: Any) -> None:
    """Raise NotAllowed unless `by` plans it, or agrees to it for the other side."""
    if by.side == activity.side:
        require(by, "plan_activities", activity.unit)
    elif not (activity.joint and agrees(by)):
        raise NotAllowed(_("A coordinator of either side does this."))


def require_changeable(activity: Activity) -> None:
    if activity.state not in CHANGEABLE:
        raise not_now(activity)


def require_agreed(activity: Activity) -> None:
    """Refused, naming the side, unless each side that is in it agreed to what it says, and both to
    its course. Until the end of the transaction the course stays as it is."""
    if activity.course_id is not None:
        rows = Course.objects.select_for_update(no_key=True)
        if rows.get(pk=activity.course_id).state != CourseState.AGREED:
            raise Refused(_("Both sides agree to a course before it is given."), code="not_agreed")
    agreed = set(activity.agreements.standing().values_list("side", flat=True))
    for side in activity.sides:
        if side not in agreed:
            raise Refused(
                _("%(side)s has not agreed to it as it stands.")
                % {"side": _("Latvia") if side == "LV" else _("Belarus")},
                code="not_agreed",
            )


def digest_of(activity: Activity) -> str:
    """SHA-256 of what both sides agree to: what, where, when, for whom and at what cost. The
    programme is the hosts' and changes without a new agreement."""
    quotas = {quota.side: quota.seats for quota in activity.quotas.all()}
    said = {
        "kind": activity.kind, "mode": activity.mode, "title": activity.title,
        "purpose": activity.purpose, "host_country": activity.host_country,
        "host": activity.host, "place": activity.place, "zone": activity.zone,
        "starts_at": activity.starts_at.isoformat(), "ends_at": activity.ends_at.isoformat(),
        "levels": activity.levels, "topics": activity.topics,
        "budget_line": activity.budget_line,
        "budget_planned": str(activity.budget_planned),
        "quotas": quotas, "joint": activity.joint,
    }  # fmt: skip
    if activity.course is not None:
        said["course"] = str(activity.course.uid)
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def void(activity: Activity) -> None:
    """The agreements to what it said before hold no longer; they are kept."""
    activity.agreements.filter(voided_at=None).update(voided_at=now())


def moved(
    activity: Activity, after: str, *fields: str, reason: str = "", by: Any, **facts: Any
) -> None:
    """Take the activity to `after`, with `fields` saved too, and its entry in the audit trail."""
    before, activity.state = activity.state, ActivityState(after)
    activity.save(update_fields=["state", *fields])
    ActivityMove.objects.create(activity=activity, before=before, after=after, reason=reason, by=by)
    # activity.planned, .invited, .nominations, .confirmed, .running, .held, .evaluated,
    # .reported, .postponed, .cancelled
    keep(activity, after, by=by, **facts)


def keep(activity: Activity, deed: str, *, by: Any, **facts: Any) -> None:
    side = by.side if by is not None else activity.side
    record(f"activity.{deed}", activity.ref, by=by, trail=side, **facts)
    ring_activity(activity)


def ring_activity(activity: Activity) -> None:
    """Pages of the units that coordinate it hear of it."""
    told = [activity.unit, *(root_of(side) for side in activity.sides)]
    ring_many(sorted({unit.code for unit in told if unit is not None}))
