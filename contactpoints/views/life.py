"""The further life of an alert: handed back, forwarded to posts, sent again, answered together."""

from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop.errors import Invalid, Refused
from bordercoop.reference.models import terms
from bordercoop.reference.sides import Side
from bordercoop.web import groups

from .. import actions
from ..access import may, posts_of_officer, units_where
from ..answering import MOST_AT_ONCE, PAGE, after, open_alerts_at, together, wanted_of
from ..board import card_of, desks_of
from ..dead_letters import dead_letters
from ..directory import console_of
from ..forwards import at_posts_of, choices
from ..life_forms import ForwardForm, HandBackForm
from ..models import Delivery, Forward, Priority, Unit
from ..saying import of_text, suggestions
from .console import chosen_desks


def _at_desk(request: HttpRequest, uid: Any) -> Delivery:
    """The delivery, or 404 for everybody who does not read the alerts of its desk."""
    rows = Delivery.objects.visible_to(request.user).whole()
    delivery: Delivery = get_object_or_404(rows, uid=uid)
    at = {delivery.desk_id, *(delivery.passed_to or [])}
    if not at & units_where(request.user, "view_alerts"):
        raise Http404
    return delivery


# --- handed back


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def hand_back(request: HttpRequest, uid: Any) -> HttpResponse:
    """The form, or the reason taken: the alert is open at the desk again."""
    delivery = _at_desk(request, uid)
    form = HandBackForm(request.POST or None, initial={"turn": delivery.wakes})
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                reason, turn = of_text(form.cleaned_data["reason"]), form.cleaned_data["turn"]
                actions.hand_back_delivery(delivery, reason=reason, turn=turn, by=request.user)
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                form.take(refusal)
                status = refusal.status
            else:
                return redirect(console_of(delivery, request.user))
    context = {"form": form, "card": card_of(delivery, request.user), "delivery": delivery}
    return render(request, "contactpoints/life/hand_back.html", context, status=status)


# --- forwarded to posts


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def forward(request: HttpRequest, uid: Any) -> HttpResponse:
    """To which posts an alert stands forwarded, and the form to forward it. Of the own side
    only."""
    delivery = _at_desk(request, uid)
    if delivery.desk_id not in units_where(request.user, "view_alerts"):
        raise Http404  # it climbed here from another point, whose posts are not this one's to send
    standing = list(delivery.forwards.whole())
    posts = choices(delivery, standing)
    form = ForwardForm(request.POST or None, posts=posts)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                line = of_text(form.cleaned_data["line"])
                actions.forward_delivery(delivery, to=form.to, line=line, by=request.user)
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                form.take(refusal)
                status = refusal.status
            else:
                return redirect("forward", uid=uid)
    context = {
        "card": card_of(delivery, request.user),
        "delivery": delivery,
        "forwards": standing,
        "posts": posts,
        "form": form,
        "may_forward": may(request.user, "acknowledge_alerts", delivery.desk_id),
        "listen": [delivery.desk.code],
    }
    return render(request, "contactpoints/life/forward.html", context, status=status)


def _forward(request: HttpRequest, uid: Any) -> Forward:
    return get_object_or_404(Forward.objects.visible_to(request.user).whole(), uid=uid)


@login_required
@require_POST
def forward_withdraw(request: HttpRequest, uid: Any) -> HttpResponse:
    found = _forward(request, uid)
    actions.withdraw_forward(found, by=request.user)
    return redirect("forward", uid=found.delivery.uid)


def _posts(request: HttpRequest, status: int = 200, **refused: Any) -> HttpResponse:
    """Names: `posts` (the officer's), `waiting` and `done` (forwards.Sent), `suggestions` (phrases
    without slots), `listen`."""
    posts = posts_of_officer(request.user)
    if not posts:
        raise Http404
    waiting, done = at_posts_of(request.user)
    for one in waiting:
        if one.forward.pk == refused.get("pk"):
            one.error, one.typed = refused["error"], refused["typed"]
    context = {
        "posts": posts,
        "waiting": waiting,
        "done": done,
        "suggestions": suggestions(),
        "listen": [unit.code for unit in posts],
    }
    return render(request, "contactpoints/life/forwards.html", context, status=status)


@login_required
@require_safe
@never_cache
def forwards(request: HttpRequest) -> HttpResponse:
    """What desks forwarded to the posts where the officer is posted."""
    return _posts(request)


@login_required
@require_POST
def forward_acknowledge(request: HttpRequest, uid: Any) -> HttpResponse:
    found, note = _forward(request, uid), request.POST.get("note", "")
    try:
        actions.acknowledge_forward(found, line=of_text(note), by=request.user)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        refused = {"pk": found.pk, "error": str(refusal), "typed": note[:500].replace("\0", "")}
        return _posts(request, refusal.status, **refused)
    return redirect("forwards")


# --- dead letters


@login_required
@require_safe
@never_cache
def not_delivered(request: HttpRequest) -> HttpResponse:
    """Alerts of the own side that could not be delivered, and why. `again`: how many messages
    were just sent again."""
    if not units_where(request.user, "view_alerts"):
        raise Http404
    again = request.GET.get("again", "")
    context = {
        "rows": dead_letters(request.user),
        "again": int(again) if again.isascii() and again.isdigit() and len(again) < 5 else None,
        "listen": [desk.code for desk in desks_of(request.user)],
    }
    return render(request, "contactpoints/life/not_delivered.html", context)


@login_required
@require_POST
def resend_alert(request: HttpRequest, uid: Any) -> HttpResponse:
    """Send what was given up of one delivery again."""
    rows = Delivery.objects.visible_to(request.user).bare()
    sent = actions.resend_delivery(get_object_or_404(rows, uid=uid), by=request.user)
    return redirect(f"{reverse('not_delivered')}?again={sent}")


# --- many at once


def _shown(request: HttpRequest) -> tuple[list[Unit], Unit | None]:
    shown, picked = chosen_desks(request, request.GET.get("desk", ""))
    if not shown:
        raise Http404
    return shown, picked


@login_required
@require_safe
@never_cache
def open_alerts(request: HttpRequest) -> HttpResponse:
    """What waits at a desk, narrowed and page by page, to be ticked."""
    desks, picked = _shown(request)
    wanted = wanted_of(request.GET, cast(Any, request.user).side)
    rows = open_alerts_at(desks, wanted)
    matching = together(rows, request.user)
    last = _uuid(request.GET.get("after", ""))
    found = list(after(rows, rows.filter(uid=last).first() if last else None).whole()[: PAGE + 1])
    query = request.GET.copy()
    if len(found) > PAGE:
        query["after"] = str(found[PAGE - 1].uid)
    context = {
        "desks": desks_of(request.user),
        "desk": picked,
        "wanted": wanted,
        "cards": [card_of(delivery, request.user) for delivery in found[:PAGE]],
        "able": {str(uid) for uid in matching.uids},
        "matching": matching,
        "total": matching.count + matching.over + matching.left.total(),
        "next": query.urlencode() if len(found) > PAGE else "",
        "filter": {
            name: request.GET.get(name, "")
            for name in ("priority", "category", "side", *groups.names())
        },
        "groups": groups.choices(request.user, request.GET),
        "priorities": Priority.choices,
        "sides": Side.choices,
        "categories": [
            (code, term.name)
            for code, term in terms("incident_category").items()
            if term.retired_at is None
        ],
        "most": MOST_AT_ONCE,
        "listen": [desk.code for desk in desks],
    }
    return render(request, "contactpoints/life/open_alerts.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _named(request: HttpRequest) -> list[UUID]:
    """The alerts that were ticked, or confirmed: in many fields or in one, apart by spaces."""
    words = " ".join(request.POST.getlist("uids")).split()
    found = [_uuid(word) for word in words[:MOST_AT_ONCE]]
    uids = [uid for uid in found if uid is not None]
    if len(uids) != len(words) or not uids:  # none, too many, or no public ids
        sentence = _("Tick the alerts first, then send the page again.")
        raise Invalid(sentence, fields={"uids": [sentence]})
    return uids


def _confirm(
    request: HttpRequest, rows: Any, desk: str, status: int = 200, **refused: Any
) -> HttpResponse:
    context = {"together": together(rows, request.user), "desk_code": desk, **refused}
    return render(request, "contactpoints/life/confirm.html", context, status=status)


@login_required
@require_POST
@never_cache
def open_alerts_confirm(request: HttpRequest) -> HttpResponse:
    """What is about to be acknowledged: those that were ticked or, with `all`, every one that the
    filter matches at this moment, also on other pages."""
    desk = request.POST.get("desk", "")
    if "all" in request.POST:
        desks, _picked = chosen_desks(request, desk)
        side = cast(Any, request.user).side
        rows = open_alerts_at(desks, wanted_of(request.POST, side))
    else:
        rows = open_alerts_at(desks_of(request.user), wanted_of({}))
        rows = rows.filter(uid__in=_named(request))
    return _confirm(request, rows, desk)


@login_required
@require_POST
@never_cache
def open_alerts_acknowledge(request: HttpRequest) -> HttpResponse:
    """Acknowledge the alerts that were confirmed, and say of each other one why not."""
    uids, note, desk = _named(request), request.POST.get("note", ""), request.POST.get("desk", "")
    try:
        result = actions.acknowledge_many(uids, line=of_text(note), by=request.user)
    except Invalid as refusal:
        rows = open_alerts_at(desks_of(request.user), wanted_of({})).filter(uid__in=uids)
        typed = note[:500].replace("\0", "")
        return _confirm(request, rows, desk, refusal.status, error=str(refusal), typed=typed)
    left = [(card_of(delivery, request.user), why) for delivery, why in result.left]
    context = {"result": result, "left": left, "desk_code": desk}
    return render(request, "contactpoints/life/acknowledged.html", context)
