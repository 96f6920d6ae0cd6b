"""The duty console and the answers given there."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.access.sessions import BEGAN
from bordercoop.audit.actions import record_readings
from bordercoop.errors import Invalid

from .. import actions
from ..access import may, roles_of
from ..board import Watch, board, desks_of
from ..broadcasts import senders
from ..dead_letters import count_of
from ..directory import console_of
from ..following import called_off_at
from ..handovers import waiting_for
from ..lines import strip
from ..models import Delivery, Unit, units
from ..pausing import standing
from ..saying import of_text, suggestions
from ..wallboard import wall_of


def chosen_desks(request: HttpRequest, code: str) -> tuple[list[Unit], Unit | None]:
    """The desks on the board and the one that was picked; 404 for a desk out of reach.

    Without a choice: the desk the officer is posted at, else all desks within reach.
    """
    mine = desks_of(request.user)
    if code:
        picked = [desk for desk in mine if desk.code == code]
        if not picked:
            raise Http404
        return picked, picked[0]
    own = {unit.pk for _role, unit in roles_of(request.user)}
    posted = [desk for desk in mine if desk.pk in own]
    if posted:
        return posted[:1], posted[0]
    return mine, None


def _context(request: HttpRequest, code: str = "") -> dict[str, Any]:
    """Names for the console's templates: `desks` (all within reach), `desk` (the one picked or
    None), `listen` (codes for the live stream), `line` (lines.Strip), `pauses` (that stand),
    `dead` (how many alerts of the own side were not delivered),
    `suggestions` (phrases without slots), `in_force` (lines of the apps above on what is in
    force at these desks now) and everything of `board.board`."""
    shown, picked = chosen_desks(request, code or request.GET.get("desk", ""))
    drawn = board(request.user, shown)
    _record_contacts(request.user, drawn["watches"])
    return {
        "desks": desks_of(request.user),
        "desk": picked,
        "listen": [desk.code for desk in shown],
        "line": strip(request.user, shown, drawn["watches"]),
        "pauses": standing() if shown else [],
        "dead": count_of(request.user),
        "suggestions": suggestions(),
        "in_force": [
            import_string(name)(request.user, shown) for name in settings.IN_FORCE_AT_DESKS
        ],
        **drawn,
    }


def _record_contacts(user: Any, watches: list[Watch]) -> None:
    """Whose telephone number the board shows: one entry a desk and hour."""
    shown = {
        f"duty:{watch.desk.code}"
        for watch in watches
        if any(shift.officer != user and shift.officer.phone for shift in watch.shifts)
    }
    record_readings(shown, by=user)


@login_required
@require_safe
@never_cache
def console(request: HttpRequest) -> HttpResponse:
    """The whole page; `shifts`: handovers that wait for this officer. Officers without a desk get
    an empty board that says so. With `?wall=1` the same for a screen on the wall."""
    if request.GET.get("wall") == "1":
        return _wall(request)
    context = {
        **_context(request),
        "shifts": waiting_for(request.user),
        "may_broadcast": bool(senders(request.user)),
    }
    return render(request, "contactpoints/console.html", context)


def _wall(request: HttpRequest) -> HttpResponse:
    shown, _picked = chosen_desks(request, request.GET.get("desk", ""))
    began = request.session.get(BEGAN)
    since = datetime.fromtimestamp(began, UTC) if began else None
    context = wall_of(request.user, shown, since)
    return render(request, "contactpoints/wall.html", context)


@login_required
@require_safe
@never_cache
def console_board(request: HttpRequest) -> HttpResponse:
    """The board alone, for the page's own script, with `off`: the alerts that were called off since
    it may have drawn them, and that nothing newer about the same thing took the place of."""
    context = _context(request)
    ids = [units()[code].pk for code in context["listen"]]
    context["off"] = called_off_at(ids, request.user)
    return render(request, "contactpoints/_board.html", context)


def _delivery(request: HttpRequest, uid: Any) -> Delivery:
    return get_object_or_404(Delivery.objects.visible_to(request.user).bare(), uid=uid)


def _answered(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        person = delivery.declined_by or delivery.accepted_by or delivery.acknowledged_by
        return JsonResponse(
            {
                "uid": str(delivery.uid),
                "state": delivery.state,
                "acknowledged_at": delivery.acknowledged_at.isoformat()
                if delivery.acknowledged_at
                else None,
                "by": person.display_name if person else None,
            }
        )
    back = request.POST.get("next", "")
    if back.startswith(("/incidents/", "/risk/reports/")) and "//" not in back[1:]:
        return redirect(back)
    return redirect(console_of(delivery, request.user))


def _refused(
    request: HttpRequest, delivery: Delivery, refusal: Invalid, typed: str
) -> HttpResponse:
    """The console again, with the sentence at its card and what was typed kept."""
    if "application/json" in request.headers.get("Accept", ""):
        raise refusal
    known = may(request.user, "view_alerts", delivery.desk_id)
    context = _context(request, delivery.desk.code if known else "")
    for card in context["need"]:
        if card.delivery.pk == delivery.pk:
            card.error, card.typed = str(refusal), typed
            break
    else:
        raise refusal  # acknowledged meanwhile: no card of it has a place for the sentence
    return render(request, "contactpoints/console.html", context, status=refusal.status)


@login_required
@require_POST
def acknowledge(request: HttpRequest, uid: Any) -> HttpResponse:
    """`ready` is a line that was pressed instead of typed."""
    delivery, note = _delivery(request, uid), request.POST.get("note", "")
    note = request.POST.get("ready", note)
    try:
        done = actions.acknowledge_delivery(delivery, line=of_text(note), by=request.user)
    except Invalid as refusal:
        return _refused(request, delivery, refusal, note)
    return _answered(request, done)


@login_required
@require_POST
def accept(request: HttpRequest, uid: Any) -> HttpResponse:
    delivery, note = _delivery(request, uid), request.POST.get("note", "")
    try:
        done = actions.accept_delivery(delivery, line=of_text(note), by=request.user)
    except Invalid as refusal:
        return _refused(request, delivery, refusal, note)
    return _answered(request, done)


@login_required
@require_POST
def decline(request: HttpRequest, uid: Any) -> HttpResponse:
    delivery, reason = _delivery(request, uid), request.POST.get("reason", "")
    try:
        done = actions.decline_delivery(delivery, reason=of_text(reason), by=request.user)
    except Invalid as refusal:
        return _refused(request, delivery, refusal, reason)
    return _answered(request, done)


@login_required
@require_POST
def drawn(request: HttpRequest) -> HttpResponse:
    """The page drew these cards (`uid`, many): a sign that they were delivered to the screen."""
    rows = Delivery.objects.visible_to(request.user).open().bare()
    uids = [uid for uid in map(_uuid, request.POST.getlist("uid")[:200]) if uid]
    for delivery in rows.filter(uid__in=uids, state__in=["queued", "sent"]):
        if may(request.user, "acknowledge_alerts", delivery.desk_id):
            actions.mark_delivered(delivery)
    return HttpResponse(status=204)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
