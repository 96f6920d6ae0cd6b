"""The report of a day: what both sides say of it."""

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bordercoop.errors import Refused
from incidents.investigation.form_kit import carried_out
from training.activity_forms import CITIES
from training.views.kit import reader, whole

from .. import actions
from ..access import approves_operations, works_on_operations
from ..daily import sides_of_day, span_of
from ..forms import DayForm, ReasonForm
from ..models import OperationDay
from ..models.operations import CORRECTED_IN
from .kit import operation_of

VERBS = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@VERBS
@never_cache
def joint_operation_day(request: HttpRequest, number: str, day: str) -> HttpResponse:
    """Both sides' reports of a day, the own one first; a POST writes or approves the own one,
    or begins to correct it. Names: `operation`, `day`, `since`, `until`, `city`, `sides`
    (SideOfDay), `form`, `correct_form`, `may_approve`, `refusal`."""
    user = reader(request)
    operation = operation_of(user, number)
    try:
        when = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    if not operation.first_day <= when <= operation.last_day:
        raise Http404
    status, refusal, typed, asked = 200, "", None, None
    if request.method == "POST":
        rows = OperationDay.objects.visible_to(user).filter(operation=operation, side=user.side)
        rows = rows.select_related("operation").filter(day=when).order_by("-number")
        row = rows.first()
        if row is None:
            raise Http404
        if request.POST.get("do") == "correct":
            asked = ReasonForm(request.POST, by=user, auto_id="why_%s")
            status = carried_out(
                asked,
                lambda given: actions.correct_operation_day(
                    row, reason=given["reason"] or "", by=user
                ),
            )
        elif request.POST.get("do") == "approve":
            try:
                edition = whole(request.POST.get("edition", ""))
                actions.approve_operation_day(row, edition=edition, by=user)
                status = 0
            except Refused as no:
                if no.status == 404:
                    raise
                status, refusal = no.status, str(no)
        else:
            typed = DayForm(request.POST, by=user)
            status = carried_out(
                typed,
                lambda given: actions.write_operation_day(
                    row, language=given["language"], text=given["text"], edition=given["edition"],
                    by=user,
                ),
            )  # fmt: skip
        if not status:
            return redirect("joint_operation_day", number=number, day=day)
    sides = sides_of_day(user, operation, when)
    since, until = span_of(operation, when)
    context: dict[str, Any] = {
        "operation": operation, "day": when, "since": since, "until": until, "sides": sides,
        "city": CITIES.get(operation.zone, operation.zone), "refusal": refusal, "form": None,
        "may_approve": False, "correct_form": None,
    }  # fmt: skip
    own = sides[0].report
    if own is not None and own.approved_at is None and own.side == user.side:
        works = works_on_operations(user)
        if works:
            first = {"edition": own.edition, "text": own.text}
            if own.text:
                first["language"] = own.language
            context["form"] = typed or DayForm(by=user, initial=first)
        context["may_approve"] = (
            bool(own.text) and (works or approves_operations(user)) and user.pk not in own.editors
        )
    elif (
        own is not None
        and own.side == user.side
        and operation.state in CORRECTED_IN
        and works_on_operations(user)
    ):
        context["correct_form"] = asked or ReasonForm(by=user, auto_id="why_%s")
    return render(request, "joint_operations/day.html", context, status=status)
