"""An officer's own channels, and the log of the attempts to tell of an alert."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.errors import Invalid

from .. import actions
from ..models import Channel, Delivery
from ..reaching.kinds import offered
from ..reaching.reading import kinds_offered, log_of, reach_of_point
from ..reaching.transport import public_key


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `channels` (the officer's own), `kinds` (offered for numbers and handles), `push_key`
    ("" where the portal has none), `messenger`, `officers` (of the point, for its head), `error`,
    `typed`, `picked` (kind) after a refusal."""
    user: Any = request.user
    context = {
        "channels": Channel.objects.visible_to(user).order_by("kind", "pk"),
        "kinds": [kind for kind in kinds_offered() if kind.code != "push"],
        "push_key": public_key() if offered("push") else "",
        "messenger": settings.CHANNEL_MESSENGER_NAME,
        "officers": reach_of_point(user),
        "digest_at": settings.DIGEST_AT,
        **more,
    }
    return render(request, "contactpoints/channels.html", context, status=status)


@login_required
@require_safe
@never_cache
def channels(request: HttpRequest) -> HttpResponse:
    return _page(request)


@login_required
@require_POST
def channel_add(request: HttpRequest) -> HttpResponse:
    kind, typed = request.POST.get("kind", ""), request.POST.get("address", "")
    try:
        actions.add_channel(kind, typed, name=request.POST.get("name", ""), by=request.user)
    except Invalid as refusal:
        shown = typed[:100] if kind != "push" else ""
        return _page(request, status=400, error=str(refusal), typed=shown, picked=kind)
    return redirect("channels")


def _own(request: HttpRequest, uid: Any) -> Channel:
    return get_object_or_404(Channel.objects.visible_to(request.user), uid=uid)


@login_required
@require_POST
def channel_test(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.test_channel(_own(request, uid), by=request.user)
    return redirect("channels")


@login_required
@require_POST
def channel_answer(request: HttpRequest, uid: Any) -> HttpResponse:
    arrived = request.POST.get("arrived")
    if arrived not in ("yes", "no"):
        raise Http404
    actions.answer_test(_own(request, uid), arrived=arrived == "yes", by=request.user)
    return redirect("channels")


@login_required
@require_POST
def channel_switch(request: HttpRequest, uid: Any) -> HttpResponse:
    on = request.POST.get("on") == "yes"
    actions.switch_channel(_own(request, uid), on=on, by=request.user)
    return redirect("channels")


@login_required
@require_POST
def channel_remove(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.remove_channel(_own(request, uid), by=request.user)
    return redirect("channels")


@login_required
@require_safe
@never_cache
def attempts(request: HttpRequest, uid: Any) -> HttpResponse:
    """The log of one delivery: by which channel, when and with what outcome somebody was told."""
    rows = Delivery.objects.visible_to(request.user).whole()
    delivery = get_object_or_404(rows, uid=uid)
    context = {"delivery": delivery, "lines": log_of(delivery, request.user)}
    return render(request, "contactpoints/attempts.html", context)


@require_safe
@cache_control(max_age=0, must_revalidate=True)
def push_worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It stands at the root, because a worker serves what is below it."""
    found = finders.find("js/push-worker.js")
    with open(str(found), encoding="utf-8") as file:
        return HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
