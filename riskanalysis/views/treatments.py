"""What is done about risks: the list of all treatments, and the change of one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed
from incidents.investigation.form_kit import carried_out
from incidents.retention import today

from .. import actions
from ..models import Treatment
from ..register_access import writing_units
from ..risk_forms import TreatmentForm
from .kit import reader, writes_for

MOST = 500


@login_required
@require_safe
@never_cache
def risk_treatments(request: HttpRequest) -> HttpResponse:
    """What is done about all risks. Names: `treatments` (overdue first), `show`, `overdue`."""
    user = reader(request)
    show = request.GET.get("show", "open")
    show = show if show in ("open", "overdue", "ended", "mine") else "open"
    rows = Treatment.objects.visible_to(user).select_related("risk", "unit", "officer")
    day = today(user.side)
    overdue = rows.overdue(day).count()
    if show == "overdue":
        rows = rows.overdue(day)
    elif show == "ended":
        rows = rows.exclude(state="open").order_by("-ended_at")
    else:
        rows = rows.filter(state="open")
        rows = rows.filter(officer=user.pk) if show == "mine" else rows
    treatments: list[Any] = list(rows[:MOST])
    for one in treatments:
        one.late = one.state == "open" and one.due < day
    context = {"treatments": treatments, "show": show, "overdue": overdue, "tab": "treatments"}
    return render(request, "riskanalysis/treatments.html", context)


@login_required
@never_cache
def risk_treatment(request: HttpRequest, uid: Any) -> HttpResponse:
    """Change what is done. Names: `form`, `risk`, `treatment`."""
    user = reader(request)
    rows = Treatment.objects.visible_to(user).select_related("risk", "unit", "officer")
    one = get_object_or_404(rows, uid=uid)
    if one.side != user.side or not writes_for(user, one.unit):
        raise NotAllowed(_("This treatment is changed by the unit that does it."))
    first = {
        "what": one.what,
        "due": f"{one.due:%d.%m.%Y}",
        "unit": one.unit.code,
        "officer": str(one.officer.uid) if one.officer else "",
        "given": "both" if one.given else "own",
        "language": one.language,
        "edition": one.edition,
    }
    units = writing_units(user)
    form, status = TreatmentForm(request.POST or None, by=user, units=units, initial=first), 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.change_treatment(
                one, edition=given["edition"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("risk_page", uid=one.risk.uid)
    context = {"form": form, "risk": one.risk, "treatment": one, "tab": "treatments"}
    return render(request, "riskanalysis/treatment.html", context, status=status)
