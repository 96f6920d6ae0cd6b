"""Anomaly reports: the list, a new one, one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import HiddenInput, IntegerField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bordercoop import sentences
from bordercoop.errors import Invalid, NotAllowed
from contactpoints.access import may, units_where
from incidents.investigation.form_kit import Form, area, carried_out

from .. import actions, anomalies_read, findings, picturing
from ..indicators import picture
from ..models import WORDS_MOST, Anomaly
from .picture import asked_in, query_of

MOST = 200


class WordsForm(Form):
    words = area(gettext_lazy("What you see, and what you think of it"), WORDS_MOST, rows=5)
    edition = IntegerField(widget=HiddenInput, required=False)


@login_required
@never_cache
@require_safe
def anomalies(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (anomalies_read.Shown)."""
    if not units_where(request.user, "view_incidents"):
        raise NotAllowed(sentences.NOT_ALLOWED)
    rows = Anomaly.objects.visible_to(request.user).select_related("unit", "by")[:MOST]
    context = {"rows": [anomalies_read.shown(row, request.user) for row in rows]}
    return render(request, "riskanalysis/anomalies.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def anomaly_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `asked`, `where`, `trend` (SVG), `query`, `told`."""
    user: Any = request.user
    if not units_where(user, "file_anomalies"):
        raise NotAllowed(sentences.NOT_ALLOWED)
    try:
        asked = asked_in(request)
    except Invalid as refusal:
        raise Http404 from refusal
    form, status = WordsForm(by=user), 200
    if request.method == "POST":
        form = WordsForm(request.POST, by=user)
        made: list[Anomaly] = []
        status = carried_out(
            form,
            lambda said: made.append(
                actions.file_anomaly(
                    asked, words=said["words"], client_ref=said["client_ref"], by=user
                )
            ),
        )
        if not status:
            messages.success(request, _("The anomaly report is filed."))
            return redirect("anomaly", uid=made[0].uid)
    found = picture(asked)
    bars = picturing.bars(found.weeks, findings.found_of(found).usual)
    told = picturing.trend_told(bars)
    context = {
        "form": form,
        "asked": asked,
        "where": picturing.asked_in_words(asked),
        "trend": picturing.drawn_trend(bars, told),
        "told": told,
        "query": query_of(asked),
    }
    return render(request, "riskanalysis/anomaly_new.html", context, status=status or 200)


def _found(request: HttpRequest, uid: Any) -> Anomaly:
    rows = Anomaly.objects.visible_to(request.user).select_related("unit", "by")
    return get_object_or_404(rows, uid=uid)


@login_required
@never_cache
@require_safe
def anomaly(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `shown` (anomalies_read.Shown), `form`, `may_act`, `edition` (for who may act)."""
    return _page(request, _found(request, uid), None, 200)


def _page(request: HttpRequest, found: Anomaly, form: Form | None, status: int) -> HttpResponse:
    user: Any = request.user
    context: dict[str, Any] = {
        "shown": anomalies_read.shown(found, user),
        "form": form or WordsForm(by=user),
        "may_act": may(user, "file_anomalies", found.unit),
    }
    if context["may_act"]:
        context["edition"] = found.edition
    return render(request, "riskanalysis/anomaly.html", context, status=status)


@login_required
@require_POST
def anomaly_do(request: HttpRequest, uid: Any, deed: str) -> HttpResponse:
    found, user = _found(request, uid), request.user
    if deed == "share":
        actions.share_anomaly(found, by=user)
        messages.success(request, _("Both sides read the report now."))
        return redirect("anomaly", uid=uid)
    verbs = {"assess": actions.assess_anomaly, "close": actions.close_anomaly}
    if deed not in verbs:
        raise Http404
    form = WordsForm(request.POST, by=user)
    status = carried_out(
        form,
        lambda said: verbs[deed](found, words=said["words"], edition=said["edition"], by=user),
    )
    if status:
        # As it stands now: the next sending is meant.
        return _page(request, _found(request, uid), form, status)
    return redirect("anomaly", uid=uid)
