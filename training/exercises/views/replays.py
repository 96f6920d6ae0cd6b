"""What each desk knew when, of an exercise or of a closed incident."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop.reference.models import places, terms
from incidents.investigation.form_kit import carried_out
from incidents.models import Share

from ...access import planning_units
from ...views.kit import units_of_planner
from .. import actions
from ..forms import ExerciseForm
from ..from_incident import injects_of
from ..models import Exercise
from ..reading import may_do, named
from ..replaying import closed_copy, replay_of_exercise, replay_of_incident
from ..scoring import score_of
from .kit import readable, reader

VERBS = require_http_methods(["GET", "HEAD", "POST"])


def asked_minute(request: HttpRequest) -> int | None:
    typed = request.GET.get("at", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None


@login_required
@require_safe
@never_cache
def exercise_replay(request: HttpRequest, number: str) -> HttpResponse:
    """What each desk knew when; `?at=` is the minute looked at. Names: `exercise`, `replay`."""
    user = reader(request)
    exercise = readable(user, number)
    at = asked_minute(request)
    replay = replay_of_exercise(exercise, score_of(exercise), get_language() or "en", at)
    context = {"exercise": exercise, "replay": replay, "may": may_do(exercise, user)}
    return render(request, "exercises/replay.html", context)


@login_required
@require_safe
@never_cache
def incident_replay(request: HttpRequest, uid: Any) -> HttpResponse:
    """A closed incident: what each desk knew when, as far as the officer may read it today; `?at=`
    is the minute looked at. Names: `share`, `replay`, `category`, `place`, `may_plan`."""
    user = reader(request)
    share = closed_copy(user, uid)
    context = {
        "share": share,
        "replay": replay_of_incident(share.incident, share, user, asked_minute(request)),
        **_named(share),
        "may_plan": bool(planning_units(user)),
    }
    return render(request, "exercises/incident_replay.html", context)


def _named(share: Share) -> dict[str, str]:
    return {
        "category": named(terms("incident_category"), share.category),
        "place": named(places(), share.place) if share.place else "",
    }


@login_required
@VERBS
@never_cache
def incident_scenario(request: HttpRequest, uid: Any) -> HttpResponse:
    """A draft that begins with the alerts of a closed incident. Names: `form`, `exercise` None,
    `share`, `count` of the injects."""
    user = reader(request)
    share, units = closed_copy(user, uid), units_of_planner(user)
    injects = injects_of(share.incident, share, user)
    # Of what crossed the border: both sides read the draft once it is put to them.
    told = injects[0] if injects else {"category": share.category, "place": ""}
    category = named(terms("incident_category"), told["category"])
    place = named(places(), told["place"]) if told["place"] else ""
    first = {
        "title": ": ".join(words for words in (category, place) if words)[:160],
        "kind": "tabletop", "place": told["place"], "category": told["category"],
        "planned_at": now() + timedelta(days=14),
    }  # fmt: skip
    form, status = ExerciseForm(request.POST or None, by=user, units=units, initial=first), 200
    if request.method == "POST":
        made: list[Exercise] = []
        status = carried_out(
            form,
            lambda given: made.append(
                actions.plan_from_incident(
                    share.incident, unit=form.unit, client_ref=given["client_ref"], by=user,
                    **form.said(),
                )
            ),
        )  # fmt: skip
        if not status:
            return redirect("exercise", number=made[0].number)
    context = {
        "form": form, "exercise": None, "share": share, "count": len(injects),
    }  # fmt: skip
    return render(request, "exercises/exercise_form.html", context, status=status)
