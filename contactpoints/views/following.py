"""An alert as its sender and its desks see it: the chain, and the sender's update or cancel."""

import uuid
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.errors import Refused
from bordercoop.web.fields import CleanCharField, TakesRefusals

from .. import actions
from ..access import may
from ..board import card_of
from ..following import OWN_END, alert_of, cancel_of, chain_of, raised_priorities
from ..held_updates import held_update_of, held_updates
from ..models import Alert, Delivery, Priority
from ..saying import of_text, suggestions


class UpdateForm(TakesRefusals):
    client_ref = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    line = CleanCharField(label=_("What is new, in one line"), max_length=500)
    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.choices, required=False)

    def __init__(self, *args: Any, offered: list[Priority], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["priority"]
        field.choices = [(one.value, f"{one.value} {one.label}") for one in offered]


class CancelForm(TakesRefusals):
    reason = CleanCharField(label=_("Why it is cancelled, in one line"), max_length=500)


def _shown(request: HttpRequest, uid: uuid.UUID, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `alert`, `rows` (alert, cards of its deliveries), `cancelled`, `held` (updates that a
    pause holds), `may_change`, `update_form`, `cancel_form`, `suggestions`."""
    user: Any = request.user
    found = alert_of(user, uid)
    chain = chain_of(found)
    seen = Delivery.objects.visible_to(user).filter(alert__in=[each.pk for each in chain])
    cards: dict[int, list[Any]] = {}
    for delivery in seen.whole().order_by("pk"):
        cards.setdefault(delivery.alert_id, []).append(card_of(delivery, user))
    rows = [(each, cards[each.pk]) for each in chain if each.pk in cards]
    cancelled = cancel_of(chain)
    context = {
        "alert": found,
        "card": cards[found.pk][0] if found.pk in cards else None,
        "rows": rows,
        "cancelled": cancelled,
        "held": [] if cancelled else held_updates(chain, user),
        "may_change": cancelled is None and not found.takes_back and _may_change(user, found),
        "update_form": UpdateForm(offered=raised_priorities(found)),
        "cancel_form": CancelForm(),
        "suggestions": suggestions(),
        **more,
    }
    return render(request, "contactpoints/alert.html", context, status=status)


def _may_change(user: Any, alert: Alert) -> bool:
    own_end = alert.about.partition(":")[0] in OWN_END
    return not own_end and may(user, "acknowledge_alerts", alert.sender_id)


@login_required
@require_safe
@never_cache
def alert(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    return _shown(request, uid)


@login_required
@require_POST
def alert_update(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    found = alert_of(request.user, uid)
    form = UpdateForm(request.POST, offered=raised_priorities(found))
    status = 400
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.update_alert(
                found,
                line=of_text(given["line"]),
                priority=given["priority"] or None,
                client_ref=given["client_ref"],
                by=request.user,
            )
            return redirect("alert", uid=(made or found).uid)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
            status = refusal.status
    return _shown(request, uid, status, update_form=form)


@login_required
@require_POST
def alert_cancel(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    found, form = alert_of(request.user, uid), CancelForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            line = of_text(form.cleaned_data["reason"])
            made = actions.cancel_alert(found, reason=line, by=request.user)
            return redirect("alert", uid=made.uid)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
            status = refusal.status
    return _shown(request, uid, status, cancel_form=form)


@login_required
@require_POST
def alert_held_drop(request: HttpRequest, uid: uuid.UUID, held: uuid.UUID) -> HttpResponse:
    """Take back an update that waits for the end of a pause."""
    found = alert_of(request.user, uid)
    actions.drop_held_update(held_update_of(found, held, request.user), by=request.user)
    return redirect("alert", uid=found.uid)
