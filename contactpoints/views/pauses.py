"""Pausing the exchange at a point, and lifting that."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bordercoop.errors import Refused

from .. import actions
from ..actions.pausing import require_pausing
from ..models import ContactPoint, ExchangePause
from ..pause_forms import PauseForm
from ..pausing import standing


@login_required
@never_cache
def point_pause(request: HttpRequest, code: str) -> HttpResponse:
    """Choose what, until when and why. Names: `point`, `form`, `pauses` (of the point)."""
    point = get_object_or_404(ContactPoint, code=code, retired_at=None)
    user: Any = request.user
    require_pausing(user, point)
    form, status = PauseForm(request.POST or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.pause_exchange(
                    point,
                    until=now() + timedelta(hours=int(form.cleaned_data["hours"])),
                    reason=form.cleaned_data["reason"],
                    category=form.cleaned_data["category"],
                    by=user,
                )
            except Refused as refusal:
                if refusal.status == 403:
                    raise
                form.take(refusal)
                status = refusal.status
            else:
                return redirect("contact_point", code)
    pauses = [pause for pause in standing() if pause.point_id == point.pk]
    context = {"point": point, "form": form, "pauses": pauses}
    return render(request, "contactpoints/pause.html", context, status=status)


@login_required
@require_POST
def pause_end(request: HttpRequest, uid: Any) -> HttpResponse:
    """Lift a pause. Both sides see every pause; only the pausing side may lift it."""
    pause = get_object_or_404(ExchangePause.objects.select_related("point"), uid=uid)
    actions.resume_exchange(pause, by=request.user)
    return redirect("contact_point", pause.point.code)
