"""The yearly plans: written, put to both sides, signed; which activity carries out which line."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop.access.confirming import to_confirm
from bordercoop.errors import NotAllowed, Refused
from bordercoop.web.both import partner_language
from bordercoop.web.pdf import as_file
from incidents.investigation.form_kit import carried_out

from .. import actions
from ..access import coordinates
from ..models import PlanLine, PlanVersion, YearPlan
from ..plan_forms import PlanLineForm, initial_of_line
from ..plan_progress import progress_of
from ..plans import difference, drafts_plans, signs_plans, state_of, words_of
from .kit import activity_of, reader, whole

VERBS = require_http_methods(["GET", "HEAD", "POST"])


def _plan(user: Any, year: int) -> YearPlan:
    found: YearPlan = get_object_or_404(YearPlan.objects.visible_to(user), year=year)
    return found


@login_required
@VERBS
@never_cache
def year_plans(request: HttpRequest) -> HttpResponse:
    """Every plan, the latest first; a POST begins that of `year`, with the lines of `like` where
    one is chosen. Names: `plans` (State), `years`, `may_draft`, `refusal`, `typed`."""
    user = reader(request)
    refusal, status, typed = "", 200, {}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip()[:20] for name in ("year", "like")}
        like = _plan(user, whole(typed["like"])) if typed["like"] else None
        try:
            made = actions.open_plan(year=whole(typed["year"]), like=like, by=user)
        except Refused as no:
            if no.status in (403, 404):
                raise
            refusal, status = str(no), no.status
        else:
            return redirect("year_plan", year=made.year)
    rows = YearPlan.objects.visible_to(user).prefetch_related("versions__signatures")
    plans = [state_of(plan) for plan in rows]
    known = {state.plan.year for state in plans}
    this = now().year
    context = {
        "plans": plans,
        "years": [year for year in range(this, this + 3) if year not in known],
        "may_draft": drafts_plans(user),
        "refusal": refusal,
        "typed": typed,
    }
    return render(request, "training/year_plans.html", context, status=status)


@login_required
@VERBS
@never_cache
def year_plan(request: HttpRequest, year: int) -> HttpResponse:
    """One plan with the progress of each line; a POST puts it to both. Names: `plan`, `state`,
    `lines` (Progress), `late` (how many), `sides` (side, signature or None), `may_draft`,
    `may_sign`, `refusal`."""
    user = reader(request)
    plan, refusal, status = _plan(user, year), "", 200
    if request.method == "POST":
        try:
            actions.put_plan(plan, edition=whole(request.POST.get("edition", "")), by=user)
        except Refused as no:
            if no.status in (403, 404):
                raise
            refusal, status = str(no), no.status
            plan = _plan(user, year)
        else:
            return redirect("year_plan", year=year)
    state = state_of(plan)
    lines = progress_of(year, list(plan.lines.standing().select_related("by")))
    asked = state.waiting or state.in_force
    signed = {one.side: one for one in asked.standing} if asked else {}
    context = {
        "plan": plan,
        "state": state,
        "lines": lines,
        "late": sum(bool(one.late) for one in lines),
        "sides": [(side, signed.get(side)) for side in _order(user)],
        "may_draft": drafts_plans(user),
        "may_sign": state.waiting is not None and signs_plans(user)
        and not state.signed_by(user.side),
        "refusal": refusal,
    }  # fmt: skip
    return render(request, "training/year_plan.html", context, status=status)


def _order(user: Any) -> tuple[str, str]:
    return ("BY", "LV") if user.side == "BY" else ("LV", "BY")


@login_required
@VERBS
@never_cache
def year_plan_sign(request: HttpRequest, year: int) -> HttpResponse:
    """Password, second factor, then exactly what is signed. Names: `plan`, `version`, `lines`,
    `refusal`."""
    user, refusal, status = reader(request), "", 200
    plan = _plan(user, year)
    if not signs_plans(user):
        raise NotAllowed(_("An approver at the head of a side signs the yearly plan."))
    state = state_of(plan)
    if request.method == "POST":
        if address := to_confirm(request):
            return redirect(address)
        try:
            actions.sign_plan(plan, sha256=request.POST.get("sha256", "")[:200], by=user)
        except Refused as no:
            if no.status == 404:
                raise
            refusal, status = str(no), no.status
            state = state_of(plan)
        else:
            messages.info(request, _("You have signed the plan."))
            return redirect("year_plan", year=year)
    elif state.waiting is None or state.signed_by(user.side):
        return redirect("year_plan", year=year)
    elif address := to_confirm(request):
        return redirect(address)
    version = state.waiting
    context = {
        "plan": plan,
        "version": version,
        "lines": _said(version) if version else [],
        "refusal": refusal,
    }
    return render(request, "training/year_plan_sign.html", context, status=status)


def _said(version: PlanVersion) -> list[dict[str, Any]]:
    return [
        {**line, "words": words_of(line)} for line in version.content["lines"]
    ]  # fmt: skip


# --- lines


def _drafted(user: Any, year: int) -> YearPlan:
    plan = _plan(user, year)
    if not drafts_plans(user):
        raise NotAllowed(_("Coordinators of the two services write the yearly plan."))
    return plan


@login_required
@VERBS
@never_cache
def plan_line_new(request: HttpRequest, year: int) -> HttpResponse:
    """Names: `form`, `plan`, `line` None, `waiting`."""
    user = reader(request)
    plan = _drafted(user, year)
    form, status = PlanLineForm(request.POST or None, by=user), 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.add_plan_line(
                plan, client_ref=given["client_ref"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("year_plan", year=year)
    context = {"form": form, "plan": plan, "line": None, "waiting": state_of(plan).waiting}
    return render(request, "training/plan_line_form.html", context, status=status)


@login_required
@VERBS
@never_cache
def plan_line_change(request: HttpRequest, year: int, uid: Any) -> HttpResponse:
    """A line changed by the side that wrote it, or taken out. Names: `form`, `plan`, `line`,
    `waiting`, `refusal`."""
    user = reader(request)
    plan = _drafted(user, year)
    rows = PlanLine.objects.visible_to(user).standing().select_related("plan")
    line = get_object_or_404(rows, plan=plan, uid=uid)
    if line.side != user.side:
        raise NotAllowed(_("The side that wrote this line changes it."), code="other_side")
    form = PlanLineForm(request.POST or None, by=user, line=line, initial=initial_of_line(line))
    status, refusal = 200, ""
    if request.method == "POST" and request.POST.get("do") == "remove":
        form = PlanLineForm(by=user, line=line, initial=initial_of_line(line))
        try:
            actions.remove_plan_line(line, by=user)
        except Refused as no:
            if no.status in (403, 404):
                raise
            refusal, status = str(no), no.status
        else:
            return redirect("year_plan", year=year)
    elif request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.change_plan_line(
                line, edition=given["edition"], by=user, **form.said()
            ),
        )
        if not status:
            return redirect("year_plan", year=year)
    context = {
        "form": form, "plan": plan, "line": line, "refusal": refusal,
        "waiting": state_of(plan).waiting,
    }  # fmt: skip
    return render(request, "training/plan_line_form.html", context, status=status)


# --- versions


def _version(user: Any, year: int, number: int) -> PlanVersion:
    rows = PlanVersion.objects.visible_to(user).prefetch_related("signatures__by")
    found: PlanVersion = get_object_or_404(
        rows.select_related("plan", "by"), plan__year=year, number=number
    )
    return found


@login_required
@require_safe
@never_cache
def plan_version(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """A version as it was put, and what is another than in `?against=`, by default the one before.
    Names: `version`, `lines`, `against`, `others`, `changes`, `sides`."""
    user = reader(request)
    version = _version(user, year, number)
    rows = PlanVersion.objects.visible_to(user).filter(plan=version.plan).exclude(pk=version.pk)
    others = list(rows)
    asked = whole(request.GET.get("against", "")) or number - 1
    against = next((one for one in others if one.number == asked), None)
    signed = {one.side: one for one in version.standing}
    context = {
        "version": version,
        "lines": _said(version),
        "against": against,
        "others": others,
        "changes": difference(against.content, version.content) if against else [],
        "sides": [(side, signed.get(side)) for side in _order(user)],
    }
    return render(request, "training/plan_version.html", context)


@login_required
@require_safe
@never_cache
def plan_paper(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """The version as a PDF in the reader's language and the other side's; `?with=` is another."""
    user = reader(request)
    first = get_language() or "en"
    second = request.GET.get("with", "") or partner_language(user.side, first)
    made, name = actions.print_plan(
        _version(user, year, number), languages=(first, second), by=user
    )
    return as_file(made, name)


# --- activities


@login_required
@VERBS
@never_cache
def activity_plan_line(request: HttpRequest, number: str) -> HttpResponse:
    """Which line of the plan of its year the activity carries out. Names: `activity`, `year`,
    `lines`, `tied`, `refusal`."""
    user = reader(request)
    activity = activity_of(user, number)
    if not coordinates(user, activity):
        raise NotAllowed(_("A coordinator of either side does this."))
    year = activity.starts_at.astimezone(ZoneInfo(activity.zone)).year
    rows = PlanLine.objects.visible_to(user).standing().select_related("plan")
    lines = list(rows.filter(plan__year=year))
    refusal, status = "", 200
    if request.method == "POST":
        uid = request.POST.get("line", "")
        line = next((one for one in lines if str(one.uid) == uid), None)
        if uid and line is None:
            raise Http404
        try:
            actions.tie_activity(activity, line, by=user)
        except Refused as no:
            if no.status in (403, 404):
                raise
            refusal, status = str(no), no.status
        else:
            return redirect("activity", number=number)
    tied = activity.plan_links.standing().first()
    context = {
        "activity": activity, "year": year, "lines": lines, "tied": tied and tied.line_id,
        "refusal": refusal,
    }  # fmt: skip
    return render(request, "training/activity_plan_line.html", context, status=status)
