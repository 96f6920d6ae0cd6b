"""Exercises and injects written."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.investigation.form_kit import carried_out

from ...views.kit import units_of_planner
from .. import actions
from ..forms import ExerciseForm, InjectForm, initial_of, initial_of_inject
from ..models import Exercise
from .kit import coordinated, deed, exercise_of, inject_of, reader

VERBS = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@VERBS
@never_cache
def exercise_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `exercise` None."""
    user = reader(request)
    units = units_of_planner(user)
    form, status = ExerciseForm(request.POST or None, by=user, units=units), 200
    if request.method == "POST":
        made: list[Exercise] = []
        status = carried_out(
            form,
            lambda given: made.append(
                actions.plan_exercise(
                    unit=form.unit, client_ref=given["client_ref"], by=user, **form.said()
                )
            ),
        )
        if not status:
            return redirect("exercise", number=made[0].number)
    context = {"form": form, "exercise": None}
    return render(request, "exercises/exercise_form.html", context, status=status)


@login_required
@VERBS
@never_cache
def exercise_change(request: HttpRequest, number: str) -> HttpResponse:
    """Names: `form`, `exercise`."""
    user = reader(request)
    exercise = coordinated(user, number)
    form = ExerciseForm(
        request.POST or None, by=user, exercise=exercise, initial=initial_of(exercise)
    )
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.change_exercise(
                exercise, edition=given["edition"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("exercise", number=number)
    context = {"form": form, "exercise": exercise}
    return render(request, "exercises/exercise_form.html", context, status=status)


@login_required
@VERBS
@never_cache
def inject_new(request: HttpRequest, number: str) -> HttpResponse:
    """Names: `form`, `exercise`, `inject` None."""
    user = reader(request)
    exercise = coordinated(user, number)
    first: dict[str, Any] = {"category": exercise.category, "place": exercise.place}
    form, status = InjectForm(request.POST or None, by=user, initial=first), 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.add_inject(
                exercise, client_ref=given["client_ref"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("exercise", number=number)
    context = {"form": form, "exercise": exercise, "inject": None}
    return render(request, "exercises/inject_form.html", context, status=status)


@login_required
@VERBS
@never_cache
def inject_change(request: HttpRequest, number: str, uid: Any) -> HttpResponse:
    """An inject changed, or taken out. Names: `form`, `exercise`, `inject`, `refusal`."""
    user = reader(request)
    exercise = coordinated(user, number)
    inject = inject_of(exercise, uid)
    first = initial_of_inject(inject)
    form, status, refusal = InjectForm(by=user, initial=first), 200, ""
    if request.method == "POST" and request.POST.get("do") == "remove":
        status, refusal = deed(request, lambda _do: _removed(inject, user))
        if not status:
            return redirect("exercise", number=number)
    elif request.method == "POST":
        form = InjectForm(request.POST, by=user, initial=first)
        status = carried_out(
            form,
            lambda given: actions.change_inject(
                inject, edition=given["edition"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("exercise", number=number)
    context = {
        "form": form, "exercise": exercise_of(user, number), "inject": inject, "refusal": refusal,
    }  # fmt: skip
    return render(request, "exercises/inject_form.html", context, status=status)


def _removed(inject: Any, user: Any) -> int:
    actions.remove_inject(inject, by=user)
    return 0
