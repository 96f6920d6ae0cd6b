"""How alerts climb at a desk: the policy in force, its versions, a preview, and the editor."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop.errors import Refused, Stale
from bordercoop.web.clocks import CITY

from .. import actions
from ..access import may, require
from ..models import HELD, EscalationPolicy, Priority, Unit
from ..points import rungs_of
from ..policies import FORESEEN, policies_of, policy_desks, preview
from ..policy_forms import PolicyForm, PreviewForm
from ..watch import heads

SHOWN = 50


def _desk(request: HttpRequest, code: str) -> Unit:
    """The desk, or 404: the other side's policies do not exist here."""
    found = next((unit for unit in policy_desks(request.user) if unit.code == code), None)
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
@never_cache
def policies(request: HttpRequest) -> HttpResponse:
    """`rows`: (desk, its policy in force, its steps in words, may set it)."""
    desks = policy_desks(request.user)
    if not desks:
        raise Http404
    known = policies_of(desks)
    rows = [
        (
            desk,
            known[desk.pk],
            [rung.who for rung in rungs_of(known[desk.pk].steps)],
            may(request.user, "set_rota", desk),
        )
        for desk in desks
        if desk.pk in known
    ]
    return render(request, "contactpoints/policies.html", {"rows": rows})


def _limits(policy: EscalationPolicy) -> list[tuple[str, str, int | None, bool]]:
    """(priority, its name, seconds or None, whether they count in working hours)."""
    return [
        (code, str(name), policy.note_within.get(code), code in HELD)
        for code, name in Priority.choices
    ]


@login_required
@require_safe
@never_cache
def policy(request: HttpRequest, code: str) -> HttpResponse:
    """Names: `unit`, `policy` (shown), `current` (in force), `rungs`, `limits`, `versions`,
    `may_set`, `heads`, `city`, `form` (of the preview), `told` (Told), `asked_at`, `asked`."""
    unit = _desk(request, code)
    rows = EscalationPolicy.objects.filter(desk_id=unit.pk).select_related("made_by")
    versions = list(rows.order_by("-number")[:SHOWN])
    if not versions:
        raise Http404
    current = shown = versions[0]
    typed = request.GET.get("version", "")
    if typed:
        number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
        shown = get_object_or_404(rows, number=number)
    form = PreviewForm(request.GET if "priority" in request.GET else {})
    at = form.moment(unit.zone) if form.is_valid() else now()
    if abs(at - now()) > FORESEEN:
        form.add_error("day", _("Choose a moment at most a year from now."))
        at = now()
    asked = form.cleaned_data.get("priority") or Priority.P1.value
    context = {
        "unit": unit,
        "policy": shown,
        "current": current,
        "rungs": rungs_of(shown.steps),
        "limits": _limits(shown),
        "priorities": Priority.choices,
        "versions": versions,
        "may_set": may(request.user, "set_rota", unit),
        "heads": heads([unit.pk]).get(unit.pk, []),
        "city": CITY[unit.side],
        "form": form,
        "told": preview(shown, unit, asked, at),
        "asked_at": at,
        "asked": asked,
        "asked_name": Priority(asked).label,
    }
    return render(request, "contactpoints/policy.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def policy_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Names: `unit`, `form`, `current`, `stale` (a version that somebody set meanwhile)."""
    unit = _desk(request, code)
    require(request.user, "set_rota", unit)
    current = policies_of([unit]).get(unit.pk)
    if current is None:
        raise Http404
    status, stale = 200, None
    form = PolicyForm(request.POST or None, unit=unit, policy=current)
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.set_policy(unit, by=request.user, **form.asked())
            except Stale as refusal:
                status, stale = refusal.status, refusal.current
                form.add_error(None, str(refusal))
                # Pressed again, it is set in place of the version that is named in the sentence.
                typed = request.POST.copy()
                typed["version"] = str(stale.number)
                form.data = typed
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                status = refusal.status
                form.take(refusal)
            else:
                return redirect("policy", code=unit.code)
    context: dict[str, Any] = {
        "unit": unit,
        "form": form,
        "current": stale or current,
        "rungs": rungs_of((stale or current).steps),
        "priorities": Priority.choices,
        "limits": _limits(stale or current),
        "stale": stale,
        "city": CITY[unit.side],
    }
    return render(request, "contactpoints/policy_edit.html", context, status=status)
