"""Courses: the list, one course, its forms; the course of an activity."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import ProcedureVersion, terms
from bordercoop.web.beside import beside
from incidents.investigation.form_kit import ReasonForm, carried_out

from .. import actions
from ..access import agrees, plans
from ..course_forms import ChooseForm, CourseForm, WaiveForm, initial_of_course
from ..models import Course, Trained
from ..retraining import reads_retraining
from .kit import activity_of, reader


def course_of(user: Any, uid: Any) -> Course:
    rows = Course.objects.visible_to(user).agreed().prefetch_related("procedures")
    found: Course = get_object_or_404(rows, uid=uid)
    return found


@login_required
@require_safe
@never_cache
def courses(request: HttpRequest) -> HttpResponse:
    """Names: `rows`, `may_write`, `may_train` (reads who must be trained again)."""
    user = reader(request)
    rows = Course.objects.visible_to(user).agreed().prefetch_related("procedures")
    rows = rows.order_by("state", "title", "pk")
    context = {"rows": rows, "may_write": agrees(user), "may_train": reads_retraining(user)}
    return render(request, "training/courses.html", context)


def _writer(request: HttpRequest) -> Any:
    user = reader(request)
    if not agrees(user):
        raise NotAllowed(_("A coordinator at the head of a side writes courses and materials."))
    return user


@login_required
@never_cache
def course_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `course` None."""
    user = _writer(request)
    form, status = CourseForm(request.POST or None, by=user), 200
    if request.method == "POST":
        made: list[Course] = []
        status = carried_out(
            form,
            lambda given: made.append(
                actions.draft_course(client_ref=given["client_ref"], by=user, **form.said())
            ),
        )
        if not status:
            return redirect("course", uid=made[0].uid)
    context = {"form": form, "course": None}
    return render(request, "training/course_form.html", context, status=status)


@login_required
@never_cache
def course_change(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `form`, `course`."""
    user = _writer(request)
    course = course_of(user, uid)
    form = CourseForm(
        request.POST or None, by=user, course=course, initial=initial_of_course(course)
    )
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.change_course(
                course, edition=given["edition"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("course", uid=uid)
    context = {"form": form, "course": course}
    return render(request, "training/course_form.html", context, status=status)


@login_required
@never_cache
def course_page(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `course`, `may_write`, `agreed` (by the own side), `topics`, `holding` (versions in
    force of what it teaches), `same` (waivers of the own side), `trained` (how many of the own
    side), `waive_form`, `retire_form`, `refusal`."""
    user = reader(request)
    course, status = course_of(user, uid), 200
    more: dict[str, Any] = {}
    if request.method == "POST":
        more["refusal"] = ""
        try:
            status = _do(request, course, user, more)
        except NotAllowed:
            raise
        except Refused as refusal:
            if refusal.status == 404:
                raise
            status, more["refusal"] = refusal.status, str(refusal)
        if not status:
            return redirect("course", uid=uid)
        course = course_of(user, uid)
    writes = agrees(user) and course.state != "retired"
    if writes:
        more.setdefault("retire_form", ReasonForm(by=user, auto_id="retire_%s"))
        waive = more.setdefault("waive_form", WaiveForm(by=user, course=course, auto_id="waive_%s"))
        if not waive.versions:
            del more["waive_form"]
    names = terms("training_topic")
    trained = Trained.objects.of_side(user.side).filter(course=course)
    holding = ProcedureVersion.objects.holding().filter(procedure__in=course.procedures.all())
    context = {
        "course": course,
        "may_write": writes,
        "agreed": getattr(course, f"agreed_{user.side.lower()}"),
        "topics": [names[code].name for code in course.topics if code in names],
        "holding": holding.select_related("procedure"),
        "same": course.same.filter(side=user.side).select_related("version__procedure", "by"),
        "trained": trained.values("participation").distinct().count(),
        "beside": beside("course", user, course),
        **more,
    }
    return render(request, "training/course.html", context, status=status)


def _do(request: HttpRequest, course: Course, user: Any, more: dict[str, Any]) -> int:
    do = request.POST.get("do", "")
    if do == "agree":
        edition = request.POST.get("edition", "")
        read = int(edition) if edition.isascii() and edition.isdigit() else 0
        actions.agree_course(course, edition=read, by=user)
    elif do == "retire":
        form = ReasonForm(request.POST, by=user, auto_id="retire_%s")
        more |= {"retire_form": form, "form": form}
        return carried_out(
            form, lambda given: actions.retire_course(course, reason=given["reason"], by=user)
        )
    elif do == "waive":
        waive = WaiveForm(request.POST, by=user, course=course, auto_id="waive_%s")
        more |= {"waive_form": waive, "form": waive}
        return carried_out(
            waive,
            lambda given: actions.waive_training(
                course, version=waive.versions[given["version"]], reason=given["reason"], by=user
            ),
        )
    return 0


@login_required
@never_cache
def activity_course(request: HttpRequest, number: str) -> HttpResponse:
    """The course of an activity, chosen. Names: `activity`, `form`."""
    user = reader(request)
    activity = activity_of(user, number)
    if not plans(user, activity):
        raise NotAllowed(_("The unit that coordinates this activity changes it."))
    now = activity.course
    form = ChooseForm(
        request.POST or None, by=user, initial={"course": str(now.uid) if now else ""}
    )
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.choose_course(
                activity, course=form.courses.get(given["course"]), by=user
            ),
        )
        if not status:
            return redirect("activity", number=number)
    context = {"activity": activity, "form": form}
    return render(request, "training/activity_course.html", context, status=status)
