"""Who was trained in which version, whom a new version wants trained again, and the plan of it."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.outbox.relay import post
from bordercoop.reference.models import Procedure, ProcedureVersion
from bordercoop.reference.models.procedures import months_after
from bordercoop.reference.sides import ZONE
from contactpoints.access import SERVICES, require
from contactpoints.models import Unit, root_of
from incidents.actions.once import written_before

from ..access import agrees, coordinators
from ..models import Activity, Course, CourseState, Level, Listed, Participation, Trained
from ..models.courses import ATTENDED
from ..retraining import to_train
from .activities import MOST_SEATS, plan_activity
from .activity_kit import keep, locked_activity
from .nominating import NOMINATED_IN, nominate

AHEAD = timedelta(weeks=4)
HOURS_A_DAY = 8
LEVEL_OF = {Unit.Kind.HEADQUARTERS: Level.CENTRAL, Unit.Kind.REGIONAL: Level.REGIONAL}


def follow_attendance(_verb: str, told: list[tuple[str, str, Mapping[str, Any]]]) -> None:
    """settings.FOLLOWERS: who came to an activity was written down, or mended."""
    uids = [about.partition(":")[2] for about, _side, _facts in told]
    parts = Participation.objects.filter(uid__in=uids, activity__course__isnull=False)
    for activity in Activity.objects.filter(pk__in=parts.values("activity")):
        note_course_held(activity)


@transaction.atomic
def note_course_held(activity: Activity) -> int:
    """Whoever attended was trained in the versions in force when it began, of what its course
    teaches; whoever did not after all was not. Returns how many rows are new. Safe twice."""
    Activity.objects.filter(pk=activity.pk).select_for_update(no_key=True).values_list("pk").get()
    activity = Activity.objects.select_related("course").get(pk=activity.pk)
    if activity.course is None:
        return 0
    came = dict(activity.participations.filter(state__in=ATTENDED).values_list("pk", "officer_id"))
    standing = Trained.objects.filter(participation__activity=activity, voided_at=None)
    standing.exclude(participation__in=came).update(voided_at=now())
    known = set(standing.values_list("participation_id", flat=True))
    until, begun = None, activity.starts_at
    if activity.course.valid_months:
        day = activity.ends_at.astimezone(ZoneInfo(activity.zone)).date()
        until = months_after(day, activity.course.valid_months)
    versions = ProcedureVersion.objects.filter(
        procedure__in=activity.course.procedures.all(), in_force_at__lte=begun
    ).exclude(ended_at__lte=begun)
    rows = Trained.objects.bulk_create(
        Trained(participation_id=pk, course=activity.course, version=version, until=until)
        for version in versions
        for pk in came
        if pk not in known
    )
    return len(rows)


def queue_retraining(_verb: str, told: list[tuple[str, str, Mapping[str, Any]]]) -> None:
    """settings.FOLLOWERS: a version came into force; coordinators hear when somebody of their side
    must be trained again. In the transaction of the verb."""
    for about, _side, _facts in told:
        uid = about.partition(":")[2]
        for side in SERVICES:
            for officer in coordinators(side):
                post(
                    "retraining", f"retraining:{uid}:{officer.pk}",
                    {"version": uid, "to": officer.pk},
                )  # fmt: skip


@transaction.atomic
def plan_retraining(
    procedure: Procedure,
    *,
    course: Course,
    edition: int,
    version: int,
    joint: bool = False,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Activity:
    """Note down an activity of the course with the officers of the own side on its list who must be
    trained again in the procedure and are on no other list: four weeks ahead, at the headquarters.

    `edition` is of the course and `version` the number of the version in force, as they were read:
    Stale when either is another by now. The same `client_ref` is one activity; Refused when nobody
    is left.
    """
    if not agrees(by):
        raise NotAllowed(_("A coordinator at the head of a side plans from this list."))
    # Who plans from the list at the same moment waits for this procedure's line.
    Procedure.objects.filter(pk=procedure.pk).select_for_update(no_key=True).values_list("pk").get()
    unit = root_of(by.side)
    assert unit is not None, "whoever agrees has a root"
    ref = client_ref or uuid.uuid4()
    mine = Activity.objects.filter(by=by)
    if known := written_before(mine, ref, unit=unit, course=course):
        return known
    held = _course_now(course, edition, by)
    holding = ProcedureVersion.objects.holding().filter(procedure=procedure).first()
    if holding is None or holding.number != version:
        raise Stale(
            _("Another version is in force by now, or none. Read the list again."),
            current=holding.number if holding else None,
        )
    if not held.procedures.filter(pk=procedure.pk).exists():
        raise Refused(_("This course does not teach that procedure any more."), code="wrong_state")
    people = [one for one in to_train(by, procedure) if not one.planned][:MOST_SEATS]
    if not people:
        raise Refused(
            _("Nobody is left to be trained again who is on no list yet."), code="nobody_left"
        )
    starts_at, ends_at = _times(by.side, held.hours)
    activity = plan_activity(
        unit=unit, kind="training", title=held.title, language=held.language, purpose=held.about,
        host_country=by.side, place=unit.name, starts_at=starts_at, ends_at=ends_at, joint=joint,
        levels=held.levels, topics=held.topics, quotas={by.side: len(people)}, client_ref=ref,
        by=by,
    )  # fmt: skip
    activity.course = held
    activity.save(update_fields=["course"])
    Listed.objects.bulk_create(
        Listed(activity=activity, officer_id=one.officer_id, side=by.side, unit_id=one.unit_id)
        for one in people
    )
    keep(activity, "retraining_planned", by=by, code=procedure.code, number=version,
         rows=len(people))  # fmt: skip
    return activity


def _course_now(course: Course, edition: int, by: Any) -> Course:
    held = Course.objects.visible_to(by).filter(pk=course.pk).first()
    if held is None:
        raise Refused(_("There is no such course."), code="not_found", status=404)
    if held.edition != edition:
        raise Stale(_("This course was changed while you read it. Read it again."), current=held)
    if held.state != CourseState.AGREED:
        raise Refused(_("Both sides agree to a course before it is given."), code="not_agreed")
    return held


def _times(side: str, hours: int) -> tuple[datetime, datetime]:
    """From nine on a Monday, on the wall of the side, eight hours a day."""
    zone = ZoneInfo(ZONE[side])
    day = (now() + AHEAD).astimezone(zone).date()
    day += timedelta(days=-day.weekday() % 7)
    begin = datetime.combine(day, time(9), zone)
    days, rest = divmod(hours - 1, HOURS_A_DAY)
    end = datetime.combine(day + timedelta(days=days + days // 5 * 2), time(9), zone)
    return begin, end + timedelta(hours=rest + 1)


def nominate_listed(
    activity: Activity, *, unit: Unit, by: Any
) -> tuple[list[Participation], list[tuple[Any, str]]]:
    """Nominate whoever is listed of a unit. Returns who was nominated, and (officer, sentence) for
    each who could not be, such as with what it clashes. Twice is once."""
    with transaction.atomic():
        activity = locked_activity(activity, by)
        require(by, "nominate", unit)
        rows = list(activity.listed.to_nominate().filter(unit=unit))
    done: list[Participation] = []
    left: list[tuple[Any, str]] = []
    if rows and activity.state not in NOMINATED_IN:
        raise Refused(_("Nominations are not open yet."), code="wrong_state")
    level = LEVEL_OF.get(Unit.Kind(unit.kind), Level.LOCAL)
    for row in rows:
        try:
            done.append(nominate(activity, officer=row.officer, unit=unit, level=str(level), by=by))
        except Refused as refusal:
            left.append((row.officer, _in_words(refusal)))
    if done:
        record("activity.listed_nominated", activity.ref, by=by, unit=unit.code, rows=len(done))
    return done, left


def _in_words(refusal: Refused) -> str:
    fields: Mapping[str, Iterable[str]] = getattr(refusal, "fields", None) or {}
    return " ".join(text for texts in fields.values() for text in texts) or str(refusal)
