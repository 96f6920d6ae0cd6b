"""The risk register: list, one risk with both views, writing, assessing, history, export."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.models import terms
from bordercoop.web.exporting import export_page
from incidents.investigation.form_kit import carried_out
from incidents.retention import today

from .. import actions
from ..event_beside import of_risk
from ..history import history_of
from ..models import Assessment, Citation, Risk, RiskState, Treatment, matrix_in_force
from ..register import asked_of, register, rows_of
from ..register_access import reads_own, writing_units
from ..register_exporting import risk_listing
from ..risk_forms import (
    AssessForm,
    DropForm,
    EvidenceForm,
    JoinForm,
    MoveForm,
    RiskForm,
    ShareForm,
    TreatmentForm,
)
from ..scales import bands, places_table
from ..section_codes import section_choices
from .kit import reader, risk_of, uid_of, units_of_writer, writes_for

MOST = 500


def _no_writer() -> str:
    return _("Analysts of the two services write and assess risks.")


@login_required
@require_safe
@never_cache
def risk_register(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (Row), `asked`, `states`, `bands`, `categories`, `sections`, `may_write`,
    `reads_own`, `query` (for the export)."""
    user = reader(request)
    asked = asked_of(request.GET)
    rows = register(user, asked)
    holding = matrix_in_force()
    used = {row.risk.category for row in rows} | {asked.category}
    context = {
        "rows": rows[:MOST],
        "count": len(rows),
        "asked": asked,
        "states": RiskState.choices,
        "bands": bands(holding.content) if holding else [],
        "categories": [term for code, term in terms("incident_category").items() if code in used],
        "sections": section_choices(),
        "may_write": bool(writing_units(user)),
        "reads_own": reads_own(user),
        "query": request.GET.urlencode(),
        "tab": "register",
    }
    return render(request, "riskanalysis/register.html", context)


@login_required
@require_safe
@never_cache
def risk_register_export(request: HttpRequest) -> HttpResponseBase:
    user = reader(request)
    return export_page(
        request,
        lambda: risk_listing(user, request.GET),
        lambda form: actions.export_risks(request.GET, form=form, by=user),
        back=reverse("risk_register"),
    )


def _form_page(
    request: HttpRequest, form: RiskForm, risk: Risk | None, status: int
) -> HttpResponse:
    context = {"form": form, "risk": risk, "tab": "register"}
    return render(request, "riskanalysis/risk_form.html", context, status=status)


@login_required
@never_cache
def risk_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `risk` None."""
    user = reader(request)
    units = units_of_writer(user, _no_writer())
    form, status = RiskForm(request.POST or None, by=user, units=units), 200
    if request.method == "POST":
        made: list[Risk] = []
        status = carried_out(
            form,
            lambda given: made.append(
                actions.write_risk(client_ref=given["client_ref"], by=user, **form.said())
            ),
        )
        if not status:
            return redirect("risk_page", uid=made[0].uid)
    return _form_page(request, form, None, status)


@login_required
@never_cache
def risk_change(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `form`, `risk`."""
    user = reader(request)
    risk = risk_of(user, uid)
    units = units_of_writer(user, _no_writer())
    if not writes_for(user, risk.unit):
        raise NotAllowed(_("This risk is changed by the unit that owns it."))
    first = RiskForm.initial_of(risk)
    form = RiskForm(request.POST or None, by=user, units=units, risk=risk, initial=first)
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.change_risk(
                risk, edition=given["edition"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("risk_page", uid=uid)
    return _form_page(request, form, risk, status)


@login_required
@never_cache
def risk_assess(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `form`, `risk`, `row` (what stands now), `holding` (the scales), `places` (for the
    script: the row for each likelihood, magnitude and vulnerability, and the bands)."""
    user = reader(request)
    risk = risk_of(user, uid)
    units_of_writer(user, _no_writer())
    holding = matrix_in_force()
    if holding is None:
        raise Refused(_("No scales hold at present, so nothing can be assessed."), code="no_matrix")
    first: dict[str, Any] = {}
    mine = Assessment.objects.visible_to(user).filter(risk=risk, side=user.side).first()
    if mine is not None and mine.matrix_id == holding.pk:
        first = {
            **{name: getattr(mine, name) for name in ("likelihood", "magnitude", "vulnerability",
                                                      "probability", "confidence")},
            **{f"impact_{code}": value for code, value in mine.impact.items()},
        }  # fmt: skip
        first = {name: str(value) for name, value in first.items()}
    first["edition"] = risk.edition
    form, status = AssessForm(request.POST or None, by=user, holding=holding, initial=first), 200
    if request.method == "POST":
        status = carried_out(form, lambda given: _assess(risk, form, given, user))
        if not status:
            return redirect("risk_page", uid=uid)
        if form.non_field_errors():
            # What holds now is in front of the officer, with what was typed.
            risk = risk_of(user, uid)
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["matrix"], form.data["edition"] = str(holding.uid), str(risk.edition)  # type: ignore[index]
    context = {
        "form": form,
        "risk": risk,
        "row": rows_of([risk], user)[0],
        "holding": holding,
        "places": places_table(holding.content),
        "tab": "register",
    }
    return render(request, "riskanalysis/assess.html", context, status=status)


def _assess(risk: Risk, form: AssessForm, given: dict[str, Any], user: Any) -> Assessment:
    if given["matrix"] != form.holding.uid:
        raise Refused(
            _("Other scales hold by now. Look at your levels again and send them anew."),
            code="other_matrix",
        )
    return actions.assess_risk(
        risk, matrix=form.holding, edition=given["edition"], client_ref=given["client_ref"],
        by=user, **form.said(),
    )  # fmt: skip


@login_required
@require_safe
@never_cache
def risk_history(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `risk`, `moments` (newest first)."""
    user = reader(request)
    risk = risk_of(user, uid)
    context = {"risk": risk, "moments": history_of(risk, user), "tab": "register"}
    return render(request, "riskanalysis/history.html", context)


# --- one risk and its deeds


def _risk_page(request: HttpRequest, risk: Risk, status: int = 200, **more: Any) -> HttpResponse:
    """Names for one.html: `risk`, `row`, `views` (side, View or None), `cited`, `treatments` (each
    with its forms), `may_write` (for the owning unit), `analyst`, `plan_form`, `move_form`,
    `join_form`, `forms` of a refused deed."""
    user: Any = request.user
    row = rows_of([risk], user)[0]
    units = writing_units(user)
    treatments: list[Any] = list(
        Treatment.objects.visible_to(user)
        .filter(risk=risk)
        .select_related("unit", "officer", "ended_by")
    )
    day = today(user.side)
    for one in treatments:
        one.late = one.state == "open" and one.due < day
        one.mine = (
            one.side == user.side
            and one.state == "open"
            and (one.officer_id == user.pk or writes_for(user, one.unit))
        )
        one.writes = one.side == user.side and writes_for(user, one.unit)
        first = {"edition": one.edition}
        one.finish_form = EvidenceForm(by=user, initial=first, auto_id=f"finish{one.pk}_%s")
        one.drop_form = DropForm(by=user, initial=first, auto_id=f"drop{one.pk}_%s")
        if one.uid == more.get("asked"):
            one.finish_form = more.get("finish_form", one.finish_form)
            one.drop_form = more.get("drop_form", one.drop_form)
    known = {view.side: view for view in row.views}
    sides = [user.side, "BY" if user.side == "LV" else "LV"]
    standing = [view.now.pk for view in row.views]
    context = {
        "risk": risk,
        "row": row,
        "views": [(side, known.get(side)) for side in sides],
        "cited": Citation.objects.visible_to(user)
        .filter(assessment__in=standing)
        .select_related("incident"),
        "treatments": treatments,
        "may_write": risk.side == user.side and writes_for(user, risk.unit),
        "analyst": bool(units),
        "plan_form": TreatmentForm(by=user, units=units, auto_id="plan_%s") if units else None,
        "move_form": MoveForm(
            by=user, initial={"state": risk.state, "edition": risk.edition}, auto_id="move_%s"
        ),
        "join_form": JoinForm(by=user, units=units, auto_id="join_%s"),
        "of_events": of_risk(user, risk),
        "tab": "register",
        **more,
    }
    return render(request, "riskanalysis/one.html", context, status=status)


@login_required
@never_cache
def risk_page(request: HttpRequest, uid: Any) -> HttpResponse:
    """One risk. Deeds: share, join, leave, move, plan, finish, drop."""
    user = reader(request)
    risk = risk_of(user, uid)
    if request.method != "POST":
        return _risk_page(request, risk)
    do = request.POST.get("do", "")
    more: dict[str, Any] = {}
    try:
        status = _do(do, request, risk, user, more)
    except NotAllowed:
        raise
    except Refused as refusal:
        if refusal.status == 404:
            raise
        status, more["refusal"] = refusal.status, str(refusal)
    if not status:
        return redirect("risk_page", uid=uid)
    return _risk_page(request, risk_of(user, uid), status, **more)


def _do(do: str, request: HttpRequest, risk: Risk, user: Any, more: dict[str, Any]) -> int:
    units = writing_units(user)
    if do == "share":
        form: Any = ShareForm(request.POST, by=user)
        more["form"] = form
        return carried_out(form, lambda given: actions.share_risk(risk, by=user, **form.read()))
    if do == "leave":
        actions.leave_risk(risk, by=user)
        return 0
    if do == "join":
        form = JoinForm(request.POST, by=user, units=units, auto_id="join_%s")
        more |= {"join_form": form, "form": form}
        if not units:
            raise NotAllowed(_no_writer())
        return carried_out(form, lambda given: actions.join_risk(risk, unit=form.unit, by=user))
    if do == "move":
        form = MoveForm(request.POST, by=user, auto_id="move_%s")
        more |= {"move_form": form, "form": form}
        return carried_out(
            form,
            lambda given: actions.move_risk(
                risk, state=given["state"], reason=given["reason"], edition=given["edition"],
                by=user,
            ),
        )  # fmt: skip
    if do == "plan":
        if not units:
            raise NotAllowed(_no_writer())
        form = TreatmentForm(request.POST, by=user, units=units, auto_id="plan_%s")
        more |= {"plan_form": form, "form": form}
        return carried_out(
            form,
            lambda given: actions.plan_treatment(
                risk, language=given["language"], client_ref=given["client_ref"], by=user,
                **form.said(),
            ),
        )  # fmt: skip
    rows = Treatment.objects.visible_to(user).filter(risk=risk)
    one = get_object_or_404(rows, uid=uid_of(request.POST.get("treatment", "")))
    more["asked"] = one.uid
    if do == "finish":
        form = EvidenceForm(request.POST, by=user, auto_id=f"finish{one.pk}_%s")
        more |= {"finish_form": form, "form": form}
        return carried_out(
            form,
            lambda given: actions.finish_treatment(
                one, evidence=given["evidence"], edition=given["edition"], by=user
            ),
        )
    form = DropForm(request.POST, by=user, auto_id=f"drop{one.pk}_%s")
    more |= {"drop_form": form, "form": form}
    return carried_out(
        form,
        lambda given: actions.drop_treatment(
            one, reason=given["reason"], edition=given["edition"], by=user
        ),
    )
