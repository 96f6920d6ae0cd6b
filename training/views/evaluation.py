"""Evaluation of an activity: the own answers, and the results without names."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from bordercoop.errors import Refused

from .. import actions
from ..evaluation import FEWEST, answers_now, held_of, questions, results_of
from ..models import Activity, Asked
from .kit import activity_of, reader


def _page(
    request: HttpRequest, activity: Activity, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Names: `activity`, `forms` (dicts of asked, label, unit, questions as (code, sentence, mark),
    words, changed), `results` (Result), `fewest`, `scale`, `refusal`."""
    user: Any = request.user
    typed, forms = request.POST if refusal else {}, []
    for asked, unit in answers_now(activity, user):
        held = held_of(activity, user, asked, unit)
        marks, words = (held.marks, held.words) if held else ({}, "")
        mine = (asked, unit.code if unit else "")
        if typed and (typed.get("asked"), typed.get("unit", "")) == mine:
            marks = {code: typed.get(f"q-{code}", "") for code, _said in questions(activity, asked)}
            words = typed.get("words", "")
        forms.append(
            {
                "asked": asked, "label": Asked(asked).label, "unit": unit, "words": words,
                "changed": held is not None,
                "questions": [(code, said, str(marks.get(code, "")))
                              for code, said in questions(activity, asked)],
            }
        )  # fmt: skip
    context = {
        "activity": activity, "forms": forms, "results": results_of(activity), "fewest": FEWEST,
        "scale": ["1", "2", "3", "4", "5"], "refusal": refusal,
    }  # fmt: skip
    return render(request, "training/evaluation.html", context, status=status)


@login_required
@never_cache
def activity_evaluation(request: HttpRequest, number: str) -> HttpResponse:
    user = reader(request)
    activity = activity_of(user, number)
    if request.method != "POST":
        return _page(request, activity)
    asked, code = request.POST.get("asked", ""), request.POST.get("unit", "")
    unit = next((one for _asked, one in answers_now(activity, user) if one and one.code == code),
                None)  # fmt: skip
    marks = {
        name[2:]: int(value) if value in ("1", "2", "3", "4", "5") else 0
        for name, value in request.POST.items()
        if name.startswith("q-")
    }
    try:
        actions.answer_evaluation(
            activity, asked=asked, marks=marks, words=request.POST.get("words", ""), unit=unit,
            by=user,
        )  # fmt: skip
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, activity, str(refusal), refusal.status)
    return redirect("activity_evaluation", number=activity.number)
