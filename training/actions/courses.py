"""Courses: drafted by a coordinator, agreed by both sides, chosen for activities."""

import hashlib
import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import Language, User
from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused, Stale
from bordercoop.reference.models import Procedure, ProcedureVersion, terms
from bordercoop.reference.wording import worded
from incidents.actions.once import written_before

from ..access import agrees
from ..models import (
    Activity,
    ActivityState,
    Course,
    CourseAgreement,
    CourseState,
    Level,
    SameTraining,
)
from ..models.activities import CHANGEABLE, OVER
from .activity_kit import keep, locked_activity, moved, not_now, require_planner, void, wrong
from .training_again import note_course_held

State = CourseState
MOST_HOURS, MOST_MONTHS = 400, 120
GIVEN = ("confirmed", "running", "held", "evaluated")


def course_digest(course: Course) -> str:
    """SHA-256 of what both sides agree to."""
    said = {
        "title": course.title, "about": course.about, "levels": course.levels,
        "topics": course.topics, "hours": course.hours, "valid_months": course.valid_months,
        "procedures": sorted(course.procedures.values_list("code", flat=True)),
    }  # fmt: skip
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def require_coordinator(by: Any) -> None:
    if not agrees(by):
        raise NotAllowed(_("A coordinator at the head of a side writes courses and materials."))


def locked_course(course: Course, by: Any) -> Course:
    """The course under its lock. Raises Refused (404) unless `by` reads it."""
    rows = Course.objects.filter(pk=course.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    if not Course.objects.visible_to(by).filter(pk=course.pk).exists():
        raise Refused(_("There is no such course."), code="not_found", status=404)
    return Course.objects.get(pk=course.pk)


def _whole(field: str, value: Any, most: int, sentence: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise wrong(field, sentence)
    return value


def _codes(field: str, values: Iterable[str], known: Iterable[str], sentence: str) -> list[str]:
    found = sorted({str(value) for value in values or []})
    if set(found) - set(known):
        raise wrong(field, sentence)
    return found


def _said(
    *,
    title: str,
    language: str,
    about: str,
    procedures: Iterable[str],
    levels: Iterable[str],
    topics: Iterable[str],
    hours: Any,
    valid_months: Any,
) -> tuple[dict[str, Any], list[Procedure]]:
    if language not in Language.values:
        raise wrong("language", _("Choose the language you write in."))
    codes = sorted({str(code) for code in procedures or []})
    taught = list(Procedure.objects.filter(code__in=codes))
    if not taught or len(taught) != len(codes):
        raise wrong("procedures", _("Choose the procedures that the course teaches."))
    if valid_months is not None:
        _whole(
            "valid_months", valid_months, MOST_MONTHS,
            _("Give months from 1 to 120, or leave it empty."),
        )  # fmt: skip
    return {
        "title": worded(
            title, "title", most=160, one_line=True, empty=_("Say in one line what it is about.")
        ),
        "language": language,
        "about": worded(about, "about", most=4_000),
        "levels": _codes("levels", levels, Level.values, _("Choose levels from the list.")),
        "topics": _codes(
            "topics", topics, terms("training_topic"), _("Choose topics from the list.")
        ),
        "hours": _whole("hours", hours, MOST_HOURS, _("Give its length in hours, 1 to 400.")),
        "valid_months": valid_months,
    }, taught


@transaction.atomic
def draft_course(
    *,
    title: str,
    language: str,
    procedures: Iterable[str],
    hours: int,
    about: str = "",
    levels: Iterable[str] = (),
    topics: Iterable[str] = (),
    valid_months: int | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Course:
    """Draft a course, which the own side alone reads until it agrees to it. `procedures` are codes.
    The same `client_ref` from one officer is one course."""
    require_coordinator(by)
    said, taught = _said(
        title=title, language=language, about=about, procedures=procedures, levels=levels,
        topics=topics, hours=hours, valid_months=valid_months,
    )  # fmt: skip
    ref = client_ref or uuid.uuid4()
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.pk)
    if known := written_before(Course.objects.filter(by=by), ref):
        return known
    course = Course.objects.create(side=by.side, client_ref=ref, by=by, **said)
    course.procedures.set(taught)
    record("course.drafted", course.ref, by=by)
    return course


@transaction.atomic
def change_course(course: Course, *, edition: int | None = None, by: Any, **said: Any) -> Course:
    """Say anew what a course is, whole, by a coordinator of either side. What both agreed to before
    holds no longer; the same again changes nothing; Stale when it was changed after `edition`. What
    it teaches and how long that holds stays while an activity gives it: Refused."""
    course = locked_course(course, by)
    require_coordinator(by)
    _require_given(course)
    wanted, taught = _said(**said)
    changes = [name for name, value in wanted.items() if getattr(course, name) != value]
    if set(course.procedures.values_list("pk", flat=True)) != {one.pk for one in taught}:
        changes.append("procedures")
    if not changes:
        return course
    _require_read(course, edition, must=False)
    if {"procedures", "valid_months"} & set(changes):
        _require_not_given_now(course)
    course.agreements.filter(voided_at=None).update(voided_at=now())
    for name, value in wanted.items():
        setattr(course, name, value)
    course.procedures.set(taught)
    course.edition += 1
    course.state = State.DRAFT
    course.save(update_fields=[*wanted, "edition", "state"])
    record("course.changed", course.ref, by=by, fields=sorted(changes))
    return course


def _require_given(course: Course) -> None:
    if course.state == State.RETIRED:
        raise Refused(_("This course is not given any more."), code="wrong_state")


def _require_not_given_now(course: Course) -> None:
    """Who attended is trained in what the course teaches, as both agreed to it before."""
    if Activity.objects.filter(course=course, state__in=GIVEN).exists():
        raise Refused(
            _("An activity is given by this course now. Draft a new course."), code="in_use"
        )


def _require_read(course: Course, edition: int | None, *, must: bool = True) -> None:
    if (edition is not None or must) and edition != course.edition:
        raise Stale(_("This course was changed while you read it. Read it again."), current=course)


@transaction.atomic
def agree_course(course: Course, *, edition: int, by: Any) -> Course:
    """Agree for the own side to the course as it stands at `edition`; with the first agreement of
    the side that drafted it the other side reads it. Agreed twice is once."""
    course = locked_course(course, by)
    require_coordinator(by)
    _require_given(course)
    _require_read(course, edition)
    if course.agreements.filter(side=by.side, voided_at=None).exists():
        return course
    CourseAgreement.objects.create(
        course=course, side=by.side, edition=edition, sha256=course_digest(course), by=by
    )
    if course.put_at is None:
        course.put_at = now()
    if course.agreements.filter(voided_at=None).count() == 2:
        course.state = State.AGREED
    course.save(update_fields=["put_at", "state"])
    record("course.agreed", course.ref, by=by, edition=edition)
    return course


@transaction.atomic
def retire_course(course: Course, *, reason: str, by: Any) -> Course:
    """It is not given any more; what was learned in it stays. Twice is once."""
    course = locked_course(course, by)
    require_coordinator(by)
    if course.state == State.RETIRED:
        return course
    course.reason = worded(reason, "reason", most=500, empty=_("Write the reason."))
    course.state = State.RETIRED
    course.save(update_fields=["reason", "state"])
    record("course.retired", course.ref, by=by)
    return course


@transaction.atomic
def waive_training(
    course: Course, *, version: ProcedureVersion, reason: str, by: Any
) -> SameTraining:
    """Whoever of the own side took the course before need not be trained again for this version,
    with the reason. Twice is once."""
    course = locked_course(course, by)
    require_coordinator(by)
    reason = worded(
        reason, "reason", most=500,
        empty=_("Write why this version does not need a new training."),
    )  # fmt: skip
    if known := course.same.filter(version=version, side=by.side).first():
        return known
    if version.in_force_at is None:
        raise wrong("version", _("This version is not in force yet."))
    row = SameTraining.objects.create(
        course=course, version=version, side=by.side, reason=reason, by=by
    )
    record(
        "course.waived", course.ref, by=by,
        code=version.procedure.code, number=version.number,
    )  # fmt: skip
    return row


@transaction.atomic
def choose_course(activity: Activity, *, course: Course | None, by: Any) -> Activity:
    """Name the course that an activity gives, None for none. What both sides agreed to before holds
    no longer, unless it is over; who attended is trained in what it teaches."""
    activity = locked_activity(activity, by)
    require_planner(activity, by)
    if course is not None:
        course = locked_course(course, by)
    if activity.course_id == (course.pk if course else None):
        return activity
    if course is not None and course.state != State.AGREED:
        raise wrong("course", _("Both sides agree to a course before it is given."))
    if activity.state in OVER:
        if activity.state == ActivityState.REPORTED or activity.course_id is not None:
            raise not_now(activity)
    elif activity.state not in CHANGEABLE:
        raise not_now(activity)
    activity.course = course
    names = ["course"]
    if activity.state in CHANGEABLE:
        void(activity)
        activity.edition += 1
        names.append("edition")
    if activity.state == ActivityState.CONFIRMED:
        moved(activity, ActivityState.NOMINATIONS, *names, by=by)
    else:
        activity.save(update_fields=names)
    keep(activity, "course_chosen", by=by)
    if activity.state in OVER:
        note_course_held(activity)
    return activity
