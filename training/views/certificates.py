"""Certificates: issued and revoked, the own ones, the paper, and the open page that verifies it."""

from typing import Any
from uuid import UUID

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop.access.models import Language
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.web.pdf import as_file

from .. import actions
from ..access import plans
from ..attendance import takes_for
from ..certificates import lines_of, own_certificates, revoked_of, share_needed, verified
from ..models import Activity, Certificate, CertificateLevel
from .kit import activity_of, reader

RATES = {"verify_certificate": "30/m/ip"}


def _page(
    request: HttpRequest, activity: Activity, refusal: str = "", status: int = 200
) -> HttpResponse:
    """Names: `activity`, `lines` (CertificateLine), `issuable`, `revoked`, `share`, `plans`
    (whether the reader can set it still), `levels`, `languages`, `typed` (what was sent, after a
    refusal), `refusal`."""
    user: Any = request.user
    lines, revoked = lines_of(activity, user), revoked_of(activity, user)
    issued = bool(revoked) or any(line.certificate for line in lines)
    context = {
        "activity": activity,
        "lines": lines,
        "issuable": any(line.may_issue for line in lines),
        "revoked": revoked,
        "share": share_needed(activity),
        "plans": not issued and plans(user, activity),
        "levels": CertificateLevel.choices,
        "languages": Language.choices,
        "typed": request.POST if refusal else {},
        "refusal": refusal,
    }
    return render(request, "training/certificates.html", context, status=status)


@login_required
@never_cache
def activity_certificates(request: HttpRequest, number: str) -> HttpResponse:
    user = reader(request)
    activity = activity_of(user, number)
    if not takes_for(user, activity):
        raise NotAllowed(_("Coordinators of the sides that take part issue certificates."))
    if request.method != "POST":
        return _page(request, activity)
    said, do = request.POST, request.POST.get("do", "")
    try:
        if do == "rule":
            actions.set_certificate_rule(activity, share=_number(said.get("share", "")), by=user)
        elif do == "revoke":
            rows = Certificate.objects.visible_to(user).filter(participation__activity=activity)
            found = get_object_or_404(rows.select_related("participation__activity"),
                                      number=said.get("certificate", ""))  # fmt: skip
            actions.revoke_certificate(found, reason=said.get("reason", ""), by=user)
        else:
            chosen = _chosen(said.getlist("part"))
            level = said.get("level", "")
            actions.issue_certificates(activity, level=level, participations=chosen, by=user)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        return _page(request, activity, str(refusal), refusal.status)
    return redirect("activity_certificates", number=activity.number)


def _number(typed: str) -> int:
    text = typed.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _chosen(typed: list[str]) -> list[UUID]:
    if not typed:
        raise Invalid(_("Choose at least one person."))
    try:
        return [UUID(one) for one in typed]
    except ValueError as error:
        raise Invalid(_("This list cannot be read. Open the page again.")) from error


@login_required
@require_safe
@never_cache
def certificates_mine(request: HttpRequest) -> HttpResponse:
    """Names: `certificates`, `languages`."""
    user = reader(request)
    context = {"certificates": own_certificates(user), "languages": Language.choices}
    return render(request, "training/certificates_mine.html", context)


@login_required
@require_safe
@never_cache
def certificate_pdf(request: HttpRequest, number: str, language: str) -> HttpResponse:
    user = reader(request)
    rows = Certificate.objects.visible_to(user).select_related("participation__activity__unit")
    certificate = get_object_or_404(rows, number=number)
    made = actions.print_certificate(certificate, language=language, by=user)
    return as_file(made, f"{certificate.number}-{language}.pdf")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_certificate(request: HttpRequest, number: str = "", code: str = "") -> HttpResponse:
    """Open to whoever holds a paper. Names: `asked`, `known` (Certificate or None, alike for a
    wrong number and a wrong code), `said` (its texts), `name`, `number`."""
    held = ratelimit.consume(
        request, app="training", action="verify_certificate", config=RATES, limit_get=True
    )
    if held is None:
        return ratelimit.respond_429(request)
    if request.method == "POST":
        number, code = request.POST.get("number", "")[:40], request.POST.get("code", "")[:80]
    asked = bool(number or code)
    known = verified(number, code) if asked else None
    language = getattr(request, "LANGUAGE_CODE", "en")
    context: dict[str, Any] = {"asked": asked, "known": known, "number": number}
    if known is not None:
        texts = known.content["texts"]
        context |= {
            "said": texts.get(language) or texts["en"],
            "name": known.content["names"].get(language) or known.content["names"]["en"],
        }
    return render(request, "training/verify.html", context)
