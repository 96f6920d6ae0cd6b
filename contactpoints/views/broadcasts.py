"""Emergency broadcasts: sent, watched until every desk has acknowledged, ended."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop.audit.actions import record_readings
from bordercoop.errors import NotAllowed, Refused

from .. import actions
from ..access import may_call
from ..board import desks_of
from ..broadcast_forms import BroadcastForm, OutcomeForm, PhonedForm
from ..broadcasts import Board, board_of, counted, desks_told, senders
from ..models import Broadcast, Delivery
from ..saying import of_text, suggestions

LATEST = 50


@login_required
@require_safe
@never_cache
def broadcasts(request: HttpRequest) -> HttpResponse:
    """Those that go on and those that ended, the newest first."""
    if not desks_of(request.user):
        raise Http404
    context = {"rows": counted(request.user)[:LATEST], "may_send": bool(senders(request.user))}
    return render(request, "contactpoints/broadcasts/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def broadcast_new(request: HttpRequest) -> HttpResponse:
    """The form; `drill=1` on either button or address makes it a drill. `ref`: under which a
    standard phrase in its place is sent."""
    units = senders(request.user)
    if not units:
        raise NotAllowed(
            _("An emergency broadcast is sent by whoever answers alerts at a desk or headquarters.")
        )
    initial = {"language": get_language() or "en", "sender": units[0].code}
    form = BroadcastForm(request.POST or None, units=units, initial=initial)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            said = {
                key: form.cleaned_data[key] for key in ("what", "text", "language", "client_ref")
            }
            said["text"] = of_text(said["text"])
            try:
                sent = actions.send_broadcast(
                    form.unit, drill="drill" in request.POST, by=request.user, **said
                )
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                form.take(refusal)
                status = refusal.status
            else:
                return redirect("broadcast", uid=sent.uid)
    ref = getattr(form, "cleaned_data", {}).get("client_ref") or uuid.uuid4()
    context = {"form": form, "ref": ref, "desks_told": desks_told(units[0])}
    return render(request, "contactpoints/broadcasts/new.html", context, status=status)


def _found(request: HttpRequest, uid: Any) -> Broadcast:
    rows = Broadcast.objects.visible_to(request.user).whole()
    found: Broadcast = get_object_or_404(rows.distinct(), uid=uid)
    return found


def _board(request: HttpRequest, uid: Any, **forms: Any) -> dict[str, Any]:
    """Names: `board`, `listen` (desks for the live stream), `suggestions` (phrases without slots),
    `outcome_form`, `phoned_form` and, of the one that was refused, `phoned_at` (the delivery)."""
    board = board_of(_found(request, uid), request.user)
    _record_contacts(request.user, board)
    return {
        "board": board,
        "broadcast": board.broadcast,
        "listen": [desk.code for desk in desks_of(request.user)],
        "suggestions": suggestions(),
        "outcome_form": OutcomeForm(),
        "phoned_form": PhonedForm(),
        "state_at": now(),
        **forms,
    }


def _record_contacts(user: Any, board: Board) -> None:
    """Whose telephone number the board shows: one entry a unit and hour."""
    shown = {
        f"duty:{staff.unit.code}"
        for line in board.lines
        for staff in (line.staff, line.root)
        if any(one.phone and not one.oneself for one in (*staff.people, *staff.heads))
    }
    record_readings(shown, by=user)


@login_required
@require_safe
@never_cache
def broadcast(request: HttpRequest, uid: Any) -> HttpResponse:
    """Who has acknowledged and who has not, as it stands now."""
    return render(request, "contactpoints/broadcasts/board.html", _board(request, uid))


@login_required
@require_safe
@never_cache
def broadcast_sheet(request: HttpRequest, uid: Any) -> HttpResponse:
    """On paper: whom to call at each desk that is silent."""
    if not may_call(request.user):
        raise NotAllowed(_("The call sheet is for officers of the two services who see alerts."))
    context = {**_board(request, uid), "printed_at": now()}
    return render(request, "contactpoints/broadcasts/sheet.html", context)


@login_required
@require_POST
def broadcast_end(request: HttpRequest, uid: Any) -> HttpResponse:
    found, form = _found(request, uid), OutcomeForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            outcome = of_text(form.cleaned_data["outcome"])
            actions.end_broadcast(found, outcome=outcome, by=request.user)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
            status = refusal.status
        else:
            return redirect("broadcast", uid=uid)
    context = _board(request, uid, outcome_form=form)
    return render(request, "contactpoints/broadcasts/board.html", context, status=status)


@login_required
@require_POST
def broadcast_phoned(request: HttpRequest, uid: Any, delivery: Any) -> HttpResponse:
    """A desk of the broadcast acknowledged by telephone."""
    found, form = _found(request, uid), PhonedForm(request.POST)
    rows = Delivery.objects.visible_to(request.user).bare().filter(alert_id=found.alert_id)
    asked = get_object_or_404(rows, uid=delivery)
    status = 400
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.acknowledge_by_phone(
                asked, name=said["name"], line=of_text(said["note"]), by=request.user
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
            status = refusal.status
        else:
            return redirect("broadcast", uid=uid)
    context = _board(request, uid, phoned_form=form, phoned_at=asked.uid)
    return render(request, "contactpoints/broadcasts/board.html", context, status=status)
