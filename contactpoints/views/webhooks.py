"""The systems of a side that are told by HTTP what happens at its desks."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop.errors import Refused

from .. import actions
from ..models import Webhook, units
from ..webhook_forms import WebhookForm
from ..webhooks.catalogue import EVENTS
from ..webhooks.reading import desks_for, given_up_of, health_of, log_of, secrets_end


def _one(request: HttpRequest, uid: Any) -> Webhook:
    """The webhook, or 404: those of the other side do not exist here."""
    return get_object_or_404(Webhook.objects.visible_to(request.user), uid=uid)


@login_required
@require_safe
@never_cache
def webhooks(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (Health), `hosts` (to which one may lead)."""
    if not desks_for(request.user):
        raise Http404
    rows = health_of(Webhook.objects.visible_to(request.user).order_by("name", "pk"))
    context = {"rows": rows, "hosts": settings.WEBHOOK_HOSTS}
    return render(request, "contactpoints/webhooks/list.html", context)


def _page(request: HttpRequest, webhook: Webhook, **more: Any) -> HttpResponse:
    """Names: `one` (Health), `webhook`, `given_up`, `lines`, `secrets_end`, `overlap_hours`, and
    `secret` once after it was made."""
    webhook.refresh_from_db()
    context = {
        "one": health_of([webhook])[0],
        "webhook": webhook,
        "given_up": given_up_of(webhook),
        "lines": log_of(webhook),
        "secrets_end": secrets_end(webhook),
        "overlap_hours": settings.WEBHOOK_OVERLAP_HOURS,
        **more,
    }
    return render(request, "contactpoints/webhooks/one.html", context)


@login_required
@require_safe
@never_cache
def webhook(request: HttpRequest, uid: Any) -> HttpResponse:
    return _page(request, _one(request, uid))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def webhook_new(request: HttpRequest) -> HttpResponse:
    """The answer to what was sent shows the secret, and no page does so again."""
    desks = desks_for(request.user)
    if not desks:
        raise Http404
    initial = {"desks": [desk.code for desk in desks], "events": list(EVENTS)}
    form = WebhookForm(request.POST or None, desks=desks, initial=initial)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made, secret = actions.register_webhook(by=request.user, **form.asked())
            except Refused as refusal:
                status = _taken(form, refusal)
            else:
                return _page(request, made, secret=secret)
    return _form(request, form, status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def webhook_change(request: HttpRequest, uid: Any) -> HttpResponse:
    found = _one(request, uid)
    codes = {unit.pk: unit.code for unit in units().values()}
    initial = {
        "name": found.name,
        "address": found.address,
        "desks": [codes[pk] for pk in found.desks],
        "events": found.events,
    }
    form = WebhookForm(request.POST or None, desks=desks_for(request.user), initial=initial)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.change_webhook(found, by=request.user, **form.asked())
            except Refused as refusal:
                status = _taken(form, refusal)
            else:
                return redirect("webhook", uid=found.uid)
    return _form(request, form, status, webhook=found)


def _taken(form: WebhookForm, refusal: Refused) -> int:
    if refusal.status in (403, 404):
        raise refusal
    form.take(refusal)
    return refusal.status


def _form(request: HttpRequest, form: WebhookForm, status: int, **more: Any) -> HttpResponse:
    """Names: `form`, `hosts`, and `webhook` when one is changed."""
    context = {"form": form, "hosts": settings.WEBHOOK_HOSTS, **more}
    return render(request, "contactpoints/webhooks/edit.html", context, status=status)


@login_required
@require_POST
def webhook_test(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.test_webhook(_one(request, uid), by=request.user)
    return redirect("webhook", uid=uid)


@login_required
@require_POST
def webhook_switch(request: HttpRequest, uid: Any) -> HttpResponse:
    on = request.POST.get("on")
    if on not in ("yes", "no"):
        raise Http404
    actions.switch_webhook(_one(request, uid), on=on == "yes", by=request.user)
    return redirect("webhook", uid=uid)


@login_required
@require_POST
@never_cache
def webhook_secret(request: HttpRequest, uid: Any) -> HttpResponse:
    """Make a new secret; the answer shows it, and no page does so again."""
    found = _one(request, uid)
    at_once = request.POST.get("at_once") == "yes"
    secret = actions.rotate_webhook_secret(found, at_once=at_once, by=request.user)
    return _page(request, found, secret=secret)


@login_required
@require_POST
def webhook_resend(request: HttpRequest, uid: Any) -> HttpResponse:
    key = request.POST.get("key", "")[:120].replace("\x00", "")
    actions.resend_webhook(_one(request, uid), key, by=request.user)
    return redirect("webhook", uid=uid)


@login_required
@require_POST
def webhook_remove(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.remove_webhook(_one(request, uid), by=request.user)
    return redirect("webhooks")
