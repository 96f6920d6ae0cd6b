"""The page that verifies a paper: open to whoever holds it, and silent about everything else."""

import re

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..investigation.act_forms import VerifyForm
from ..investigation.verifying import verified

RATES = {"verify_act": "30/m/ip"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_act(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the paper with this code. Names: `known` (verifying.Verified or None, for
    a code that nobody gave as for a text that nobody signed), `form`, `said` ("signed", "voided"
    or "other" of the sum that was typed, "" when none was)."""
    held = ratelimit.consume(
        request, app="incidents", action="verify_act", config=RATES, limit_get=True
    )
    if held is None:
        return ratelimit.respond_429(request)
    known = verified(code)
    form = VerifyForm(request.POST if request.method == "POST" else None)
    said = ""
    if form.is_bound and form.is_valid():
        typed = re.sub(r"\s", "", form.cleaned_data["sha256"]).lower()
        if typed:
            said = known.said_of(typed) if known else "other"
    context = {"known": known, "form": form, "said": said}
    return render(request, "incidents/investigation/verify.html", context)
