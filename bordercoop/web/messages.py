"""Messages that no attempt could carry out, for the operator to see and to send again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.outbox.actions import resend_message
from bordercoop.outbox.models import Message

MOST = 200


def _operator(user: Any) -> Any:
    """The officer, or 404: to others the page does not exist."""
    if not import_string(settings.OPERATOR_CHECK)(user):
        raise Http404
    return user


@login_required
@require_safe
@never_cache
def given_up(request: HttpRequest) -> HttpResponse:
    """Names: `messages_given_up` (Message, newest first, at most 200), `retrying` (how many still
    try). What a message says is not shown: an operator sees no incident content."""
    _operator(request.user)
    context = {
        "messages_given_up": Message.objects.given_up().order_by("-given_up_at")[:MOST],
        "retrying": Message.objects.open().filter(attempts__gt=0).count(),
    }
    return render(request, "messages.html", context)


@login_required
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    user = _operator(request.user)
    resend_message(get_object_or_404(Message.objects.given_up(), pk=pk), by=user)
    return redirect("given_up")
