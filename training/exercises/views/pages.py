"""Exercises listed, and one of them."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop.reference.models import places, terms
from bordercoop.web.beside import beside
from contactpoints.actions import mark_opened
from contactpoints.models import Delivery, DeliveryState, units
from incidents.investigation.form_kit import carried_out
from training.views.kit import whole

from ...access import planning_units
from .. import actions
from ..access import sees_scenario
from ..forms import ExerciseReasonForm, ObjectiveForm, PersonForm
from ..models import Exercise, ExerciseKind, ExerciseState
from ..reading import copy_of, may_do, named, scenario_of, tied_to, why_paused
from ..scoring import score_of
from .kit import deed, exercise_of, inject_of, own_desks, reader, uid_of

VERBS = require_http_methods(["GET", "HEAD", "POST"])
MOST = 200


@login_required
@require_safe
@never_cache
def exercises(request: HttpRequest) -> HttpResponse:
    """The exercises that the officer reads, the latest first; `?kind=`, `?state=`. Names: `rows`,
    `asked`, `kinds`, `states`, `may_plan`."""
    user = reader(request)
    rows = Exercise.objects.visible_to(user).agreed().select_related("unit")
    asked = {name: request.GET.get(name, "") for name in ("kind", "state")}
    if asked["kind"] in ExerciseKind.values:
        rows = rows.filter(kind=asked["kind"])
    if asked["state"] in ExerciseState.values:
        rows = rows.filter(state=asked["state"])
    context = {
        "rows": [(row, named(places(), row.place)) for row in rows[:MOST]],
        "asked": asked,
        "kinds": ExerciseKind.choices,
        "states": ExerciseState.choices,
        "may_plan": bool(planning_units(user)),
    }
    return render(request, "exercises/exercises.html", context)


@login_required
@require_safe
@never_cache
def exercise_by_uid(request: HttpRequest, uid: Any) -> HttpResponse:
    """Where the card of an inject leads to."""
    user = reader(request)
    found = get_object_or_404(Exercise.objects.visible_to(user), uid=uid)
    return redirect("exercise", number=found.number)


UNOPENED = (DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.DELIVERED)
OPENED_AT_ONCE = 50
PLAIN: dict[str, Callable[..., Any]] = {
    "put": actions.put_exercise,
    "start": actions.start_exercise,
}


@login_required
@VERBS
@never_cache
def exercise_page(request: HttpRequest, number: str) -> HttpResponse:
    """One exercise; a POST is one of its deeds. Opening it at a desk that plays is the read receipt
    of its cards; a page that a script draws again is not."""
    user = reader(request)
    exercise, status = exercise_of(user, number), 200
    if request.method == "GET" and request.headers.get("X-Requested-With") != "XMLHttpRequest":
        for delivery in (
            Delivery.objects.about(exercise.ref)
            .open()
            .at([desk.pk for desk in own_desks(user)])
            .filter(state__in=UNOPENED)
            .bare()
            .order_by("pk")[:OPENED_AT_ONCE]
        ):
            mark_opened(delivery, by=user)
    more: dict[str, Any] = {}
    if request.method == "POST":
        status, refusal = deed(request, lambda do: _do(do, request, exercise, user, more))
        if not status:
            started = request.POST.get("do") == "start"
            return redirect("exercise_control" if started else "exercise", number=number)
        more["refusal"] = refusal
        exercise = exercise_of(user, number)
    return render(request, "exercises/exercise.html", _names(user, exercise, more), status=status)


def _do(do: str, request: HttpRequest, exercise: Exercise, user: Any, more: dict[str, Any]) -> int:
    post = request.POST
    if do in PLAIN:
        PLAIN[do](exercise, by=user)
    elif do == "agree":
        actions.agree_exercise(exercise, edition=whole(post.get("edition", "")), by=user)
    elif do == "cancel":
        form: Any = ExerciseReasonForm(post, by=user, auto_id="cancel_%s")
        more |= {"cancel_form": form, "form": form}
        return carried_out(
            form,
            lambda given: actions.cancel_exercise(exercise, reason=given["reason"], by=user),
        )
    elif do == "person":
        form = PersonForm(post, by=user, auto_id="person_%s")
        more |= {"person_form": form, "form": form}
        return carried_out(
            form,
            lambda given: actions.name_person(
                exercise, officer=form.known[given["officer"]], part=given["part"], by=user
            ),
        )
    elif do == "objective":
        form = ObjectiveForm(post, by=user, auto_id="objective_%s")
        more |= {"objective_form": form, "form": form}
        return carried_out(form, lambda given: actions.add_objective(exercise, by=user, **given))
    elif do == "unname":
        people = exercise.people.standing()
        person = get_object_or_404(people, pk=whole(post.get("person", "")))
        actions.unname_person(person, by=user)
    elif do == "drop_objective":
        objectives = exercise.objectives.standing()
        found = get_object_or_404(objectives, uid=uid_of(post.get("objective", "")))
        actions.remove_objective(found, by=user)
    elif do == "use":
        like = get_object_or_404(Exercise.objects.visible_to(user), number=post.get("like", ""))
        actions.use_scenario(exercise, like=like, by=user)
    elif do == "tick":
        desk, step = units().get(post.get("desk", "")), post.get("step", "")
        if desk is not None and step.isascii() and step.isdigit():
            inject = inject_of(exercise, uid_of(post.get("inject", "")))
            actions.tick_step(inject, desk=desk, step=whole(step), by=user)
    return 0


def _names(user: Any, exercise: Exercise, more: dict[str, Any]) -> dict[str, Any]:
    """Names for exercise.html: `exercise`, `place`, `category`, `why`, `sides` (side, agreement),
    `people`, `scenario` (the exercise that it took it from), `copy` (of the closed incident that
    it was made from), `objectives` (row, title, address), `sees`, `injects` (row, headline,
    language, desks), `answers` (of the own desks while it is played), `others` to take a scenario
    from, `moves`, `may`, forms."""
    may, sees = may_do(exercise, user), sees_scenario(user, exercise)
    language = get_language() or "en"
    agreed = {one.side: one for one in exercise.agreements.standing().select_related("by")}
    own, other = ("BY", "LV") if user.side == "BY" else ("LV", "BY")
    rows = exercise.injects.standing().select_related("sender", "guideline__procedure")
    names = {code: unit.name for code, unit in units().items()}
    forms: dict[str, Any] = {}
    if "scenario" in may:
        forms = {
            "person_form": PersonForm(by=user, auto_id="person_%s"),
            "objective_form": ObjectiveForm(by=user, auto_id="objective_%s"),
        }
    if "cancel" in may:
        forms["cancel_form"] = ExerciseReasonForm(by=user, auto_id="cancel_%s")
    mine = {desk.pk for desk in own_desks(user)}
    return {
        "exercise": exercise,
        "scenario": scenario_of(exercise, user),
        "copy": copy_of(exercise, user),
        "place": named(places(), exercise.place),
        "category": named(terms("incident_category"), exercise.category),
        "why": why_paused(exercise, user),
        "sides": [(side, agreed.get(side)) for side in (own, other)],
        "people": list(exercise.people.standing().select_related("officer")),
        "objectives": [
            (one, *tied_to(one, user)) for one in exercise.objectives.standing()
        ],
        "sees": sees,
        "injects": [
            (one, *one.headline_for(language), [names.get(code, code) for code in one.desks])
            for one in rows
        ]
        if sees
        else [],
        "answers": [one for one in score_of(exercise).answers if one.desk.pk in mine]
        if exercise.started_at and mine
        else [],
        "others": [
            one
            for one in Exercise.objects.visible_to(user).exclude(pk=exercise.pk)[:50]
            if sees_scenario(user, one)
        ]
        if "scenario" in may
        else [],
        "moves": list(exercise.moves.select_related("by")),
        "may": may,
        "beside": beside("exercise", user, exercise),
        **forms,
        **more,
    }  # fmt: skip
