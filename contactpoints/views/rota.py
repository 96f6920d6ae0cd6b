"""The rota of a desk or headquarters: who serves when, and the verbs that change it."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.errors import Refused
from bordercoop.web.clocks import CITY

from .. import actions
from ..access import may
from ..forms import AbsenceForm, DutyForm, RuleEndForm
from ..models import Absence, DutyShift, RotaRule, Unit
from ..my_duty import own_unit
from ..rota import (
    DAYS,
    SOON,
    absences,
    gaps,
    lacking_hours,
    officers_for,
    rota,
    rota_units,
    rules_of,
    swaps,
)
from ..watch import heads

FARTHEST = timedelta(days=366)


def _unit(request: HttpRequest, code: str) -> Unit:
    """The unit, or 404: the other side's rota does not exist here."""
    found = next((unit for unit in rota_units(request.user) if unit.code == code), None)
    if found is None:
        raise Http404
    return found


def _first_day(request: HttpRequest, today: date) -> date:
    """The day that was asked for as `from`, at most a year away; today without a good one."""
    try:
        asked = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return today
    return asked if abs(asked - today) <= FARTHEST else today


@login_required
@require_safe
@never_cache
def rotas(request: HttpRequest) -> HttpResponse:
    """`rows`: (unit, may set it, the spans without anybody, how many seconds these are);
    `serves`: the officer has a page of the own duty."""
    at = rota_units(request.user)
    if not at:
        raise Http404
    missing = gaps(at, now() + SOON)
    rows = [
        (
            unit,
            may(request.user, "set_rota", unit),
            missing[unit.pk],
            lacking_hours(missing[unit.pk]) * 3600,
        )
        for unit in at
    ]
    context = {"rows": rows, "serves": own_unit(request.user) is not None, "state_at": now()}
    return render(request, "contactpoints/rotas.html", context)


def _page(request: HttpRequest, unit: Unit, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `unit`, `days` (Day), `rules` (Rule), `may_set`, `form`, `first`, `last`, `before`,
    `after` (days for the links), `hole` (the first hours without anybody), `soon` and `soon_s`
    (those of the next 14 days, and how many seconds), `absences`, `absence_form`, `swaps`, `heads`,
    `city` (whose clock), `today`, `now`; `ending` and `end_form` after a refusal."""
    today = now().astimezone(ZoneInfo(unit.zone)).date()
    first = _first_day(request, today)
    last = first + timedelta(days=DAYS - 1)
    may_set = may(request.user, "set_rota", unit)
    days = rota(unit, first)
    soon = gaps([unit], now() + SOON)[unit.pk]
    context = {
        "unit": unit,
        "days": days,
        "rules": rules_of(unit, last),
        "may_set": may_set,
        "form": DutyForm(unit=unit, initial={"first_day": f"{max(first, today):%d.%m.%Y}"}),
        "end_form": RuleEndForm(),
        "ending": "",
        "first": first,
        "last": last,
        "before": max(first - timedelta(days=DAYS), today) if first > today else None,
        "after": last + timedelta(days=1) if last + timedelta(days=1) - today <= FARTHEST else None,
        "soon": soon,
        "soon_s": lacking_hours(soon) * 3600,
        "absences": absences(unit),
        "absence_form": AbsenceForm(unit=unit) if may_set else None,
        "swaps": swaps(unit, now()),
        "hole": next((gap for day in days for gap in day.gaps), None),
        "heads": heads([unit.pk]).get(unit.pk, []),
        "today": today,
        "city": CITY[unit.side],
        "now": now(),
        **more,
    }
    return render(request, "contactpoints/rota.html", context, status=status)


@login_required
@require_safe
@never_cache
def rota_of(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _unit(request, code))


@login_required
@require_POST
def rota_plan(request: HttpRequest, code: str) -> HttpResponse:
    """Put an officer on duty: once, or every day until a last day."""
    unit = _unit(request, code)
    form = DutyForm(request.POST, unit=unit)
    if form.is_valid():
        given = form.cleaned_data
        try:
            if given["last_day"]:
                times = {n: given[n] for n in ("start", "end", "rank", "first_day", "last_day")}
                actions.plan_duty(form.chosen, unit=unit, by=request.user, **times)
            else:
                actions.book_duty(
                    form.chosen, unit=unit, rank=given["rank"], by=request.user, **form.shift()
                )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
        else:
            return redirect("rota", code=unit.code)
    return _page(request, unit, status=400, form=form)


@login_required
@require_POST
def rota_rule_end(request: HttpRequest, uid: Any) -> HttpResponse:
    """Set a rule's last day, or (`now`) end it at once."""
    rules = RotaRule.objects.filter(unit__in=rota_units(request.user))
    rule = get_object_or_404(rules.select_related("unit"), uid=uid)
    if "now" in request.POST:
        actions.end_rota_rule(rule, by=request.user)
        return redirect("rota", code=rule.unit.code)
    form = RuleEndForm(request.POST)
    if form.is_valid():
        try:
            actions.end_rota_rule(rule, last_day=form.cleaned_data["last_day"], by=request.user)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
        else:
            return redirect("rota", code=rule.unit.code)
    return _page(request, rule.unit, status=400, end_form=form, ending=str(rule.uid))


@login_required
@require_POST
def shift_cancel(request: HttpRequest, uid: Any) -> HttpResponse:
    """Take a shift back; it is never deleted."""
    shifts = DutyShift.objects.filter(unit__in=rota_units(request.user))
    shift = get_object_or_404(shifts.select_related("unit"), uid=uid)
    actions.cancel_duty(shift, by=request.user)
    return redirect("rota", code=shift.unit.code)


@login_required
@require_POST
def rota_absence(request: HttpRequest, code: str) -> HttpResponse:
    """Enter that somebody who serves here is absent."""
    unit = _unit(request, code)
    form = AbsenceForm(request.POST, unit=unit)
    if form.is_valid():
        try:
            actions.enter_absence(form.chosen, unit=unit, by=request.user, **form.asked())
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
        else:
            return redirect("rota", code=unit.code)
    return _page(request, unit, status=400, absence_form=form)


@login_required
@require_POST
def absence_end(request: HttpRequest, uid: Any) -> HttpResponse:
    """End an absence: the own one, or one on a rota that the officer reads."""
    absence = get_object_or_404(Absence.objects.select_related("booking__officer"), uid=uid)
    if absence.officer == request.user and (unit := own_unit(request.user)):
        actions.end_absence(absence, unit=unit, by=request.user)
        return redirect("my_duty")
    for unit in rota_units(request.user):
        if absence.officer in officers_for(unit):
            actions.end_absence(absence, unit=unit, by=request.user)
            return redirect("rota", code=unit.code)
    raise Http404
