"""Emergency sessions: opening and ending one's own, and their review by both sides' auditors."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop.access.confirming import to_confirm
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.keyset import Page, page

from .. import actions
from ..access import EMERGENCY, audited_side, emergency_of, units_where
from ..emergency import KINDS, kind_of, kinds_of, requests_of
from ..models import BreakGlass, EmergencyReview
from ..models.emergency import LONGEST_REASON, LONGEST_REVIEW

REASON = "emergency_reason"  # kept in the session while password and factor are confirmed
LINES, SESSIONS = 50, 20


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it cannot wait"), required=False, max_length=LONGEST_REASON
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("How long"),
        coerce=int,
        choices=[(15, gettext_lazy("15 minutes")), (30, gettext_lazy("30 minutes")),
                 (60, gettext_lazy("60 minutes"))],
        initial=60,
    )  # fmt: skip


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("What you found"),
        choices=EmergencyReview.Verdict.choices,
        error_messages={
            "required": gettext_lazy("Choose whether it was in order or not."),
            "invalid_choice": gettext_lazy("Choose whether it was in order or not."),
        },
    )
    text = forms.CharField(
        label=gettext_lazy("In words"), required=False, max_length=LONGEST_REVIEW
    )


def _paged(found: Page | None) -> dict[str, Any]:
    """Names for `components/pages.html`."""
    return {
        which: f"?{urlencode({'cursor': cursor})}" if cursor else ""
        for which, cursor in (
            ("next", found and found.next),
            ("previous", found and found.previous),
        )
    }


def _say(form: forms.Form, refusal: Invalid) -> None:
    for field, sentences in refusal.fields.items():
        for sentence in sentences:
            form.add_error(field, str(sentence))
    if not refusal.fields:
        form.add_error(None, str(refusal))


@login_required
@require_safe
def emergencies(request: HttpRequest) -> HttpResponse:
    """The officer's own, and the way to open one."""
    may_open = bool(units_where(request.user, "break_glass"))
    own = BreakGlass.objects.visible_to(request.user).filter(officer_id=request.user.pk).whole()
    found = page(own, ("-opened_at", "-id"), size=SESSIONS, cursor=request.GET.get("cursor", ""))
    if not may_open and not found.rows and not request.GET.get("cursor"):
        raise NotAllowed(
            _(
                "Your posting does not allow an emergency session. "
                "Heads of contact points and headquarters officers may open one."
            )
        )
    return render(
        request,
        "contactpoints/emergencies.html",
        {
            "rows": found.rows,
            "may_open": may_open,
            "running": emergency_of(request.user),
            **_paged(found),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    """Password, second factor, reason; in this order, so that the reason is typed last.

    When the confirmations are five minutes old, what was typed waits in the session for them.
    """
    if not units_where(request.user, "break_glass"):
        raise NotAllowed(
            _(
                "Your posting does not allow an emergency session. "
                "Heads of contact points and headquarters officers may open one."
            )
        )
    if emergency_of(request.user):
        return redirect("emergencies")
    if request.method == "POST":
        form = ReasonForm(request.POST)
        if address := to_confirm(request, reverse("open_emergency")):
            request.session[REASON] = str(form.data.get("reason", ""))[: 2 * LONGEST_REASON]
            return redirect(address)
        if form.is_valid():
            try:
                opened = actions.open_emergency(
                    form.cleaned_data["reason"],
                    minutes=form.cleaned_data["minutes"],
                    by=request.user,
                )
            except Invalid as refusal:
                _say(form, refusal)
            else:
                request.session.pop(REASON, None)
                request.session[EMERGENCY] = str(opened.uid)
                return redirect("home")
        status = 400
    else:
        if address := to_confirm(request, reverse("open_emergency")):
            return redirect(address)
        form, status = ReasonForm(initial={"reason": request.session.get(REASON, "")}), 200
    return render(request, "contactpoints/emergency_open.html", {"form": form}, status=status)


@login_required
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """End the one of this session, or the officer's own that still runs elsewhere."""
    for running in BreakGlass.objects.running().filter(officer_id=request.user.pk):
        actions.end_emergency(running, by=request.user)
    request.session.pop(EMERGENCY, None)
    messages.info(request, _("The emergency session has ended."))
    return redirect("home")


@login_required
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Every emergency session of both sides, for those who audit a whole side."""
    side = audited_side(request.user)
    if not side:
        raise NotAllowed(_("Only auditors of a whole side review emergency sessions."))
    rows = BreakGlass.objects.visible_to(request.user).whole()
    found = page(rows, ("-opened_at", "-id"), size=SESSIONS, cursor=request.GET.get("cursor", ""))
    listed = [(each, each.review_of(side)) for each in found.rows]
    return render(
        request, "contactpoints/emergency_reviews.html", {"rows": listed, **_paged(found)}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest, uid: Any) -> HttpResponse:
    """One session: its officer and both sides' auditors see it; a POST is the review.

    Who audits the officer's own side sees every request. The other side sees how many there
    were of each kind and nothing that names a record.
    """
    found = get_object_or_404(BreakGlass.objects.visible_to(request.user).whole(), uid=uid)
    side = audited_side(request.user)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.review_emergency(found, by=request.user, **form.cleaned_data)
        except Invalid as refusal:
            _say(form, refusal)
        else:
            messages.info(request, _("The review is saved."))
            return redirect("emergency_reviews")
    context = {
        "emergency": found,
        "form": form,
        "kinds": kinds_of(found),
        "may_review": side
        and found.is_over
        and found.officer_id != request.user.pk
        and not found.review_of(side),
        **_lines(request, found, side),
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "contactpoints/emergency.html", context, status=status)


def _lines(request: HttpRequest, found: BreakGlass, side: str) -> dict[str, Any]:
    if side != found.side:
        return {"lines": None}
    entries = page(requests_of(found), ("-id",), size=LINES, cursor=request.GET.get("cursor", ""))
    lines = [
        {
            "at": entry.at,
            "kind": KINDS[kind_of(entry.facts["method"], entry.facts["route"])],
            "method": entry.facts["method"],
            "route": entry.facts["route"],
            "object": " ".join(entry.facts["object"].values()),
            "status": entry.facts["status"],
        }
        for entry in entries.rows
    ]
    return {"lines": lines, **_paged(entries)}
