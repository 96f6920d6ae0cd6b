"""The watch-list: the list, one entry with what matches, writing it, its deeds, its export."""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bordercoop.errors import NotAllowed, Refused
from bordercoop.web.exporting import export_page
from contactpoints.models import Unit
from incidents.investigation.form_kit import carried_out

from .. import actions, charts, picturing
from ..models import Risk, RiskReport, WatchEntry, WatchLevel, WatchStanding, WatchVersion
from ..register_access import may_approve, reads_own, reads_shared, writing_units
from ..section_codes import section_choices
from ..watch_exporting import watch_listing
from ..watch_forms import WatchForm, WithdrawForm
from ..watch_terms import terms_in_words
from ..watching import (
    INCIDENTS,
    MOST,
    filter_of,
    first_day,
    matching,
    rows_of,
    watch_list,
    weeks_matched,
)
from .kit import units_of_writer, writes_for


def _reader(request: HttpRequest) -> Any:
    if not reads_shared(request.user):
        raise Http404
    return request.user


def _entry(user: Any, uid: Any) -> WatchEntry:
    rows = WatchEntry.objects.visible_to(user).select_related(
        "unit", "holding", "by", "shared_by", "ended_by"
    )
    found: WatchEntry = get_object_or_404(rows, uid=uid)
    return found


def _no_writer() -> str:
    return _("Analysts of the two services write the watch-list.")


@login_required
@require_safe
@never_cache
def watch(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (Row), `count`, `most` (are shown), `asked`, `standings`, `levels`, `sections`,
    `may_write`, `reads_own`, `query` (for the export)."""
    user = _reader(request)
    asked = filter_of(request.GET)
    rows = watch_list(user, asked, most=MOST)
    for row in rows[:MOST]:
        row.terms = terms_in_words(row.version)  # type: ignore[attr-defined]
    context = {
        "rows": rows[:MOST],
        "count": len(rows),
        "most": MOST,
        "asked": asked,
        "standings": WatchStanding.choices,
        "levels": WatchLevel.choices,
        "sections": section_choices(),
        "may_write": bool(writing_units(user)),
        "reads_own": reads_own(user),
        "query": request.GET.urlencode(),
        "tab": "watch",
    }
    return render(request, "riskanalysis/watch.html", context)


@login_required
@require_safe
@never_cache
def watch_export(request: HttpRequest) -> HttpResponseBase:
    user = _reader(request)
    return export_page(
        request,
        lambda: watch_listing(user, request.GET),
        lambda form: actions.export_watch_list(request.GET, form=form, by=user),
        back=reverse("watch"),
    )


@login_required
@never_cache
def watch_new(request: HttpRequest) -> HttpResponse:
    """Names: `form`, `entry` None."""
    user = _reader(request)
    units = units_of_writer(user, _no_writer())
    form, status = WatchForm(request.POST or None, by=user, units=units), 200
    if request.method == "POST":
        made: list[WatchEntry] = []
        status = carried_out(
            form,
            lambda given: made.append(
                actions.write_watch(
                    unit=cast("Unit", form.unit),
                    said=form.said(),
                    client_ref=given["client_ref"],
                    by=user,
                )
            ),
        )
        if not status:
            return redirect("watch_entry", uid=made[0].uid)
    context = {"form": form, "entry": None, "tab": "watch"}
    return render(request, "riskanalysis/watch_form.html", context, status=status)


@login_required
@never_cache
def watch_change(request: HttpRequest, uid: Any) -> HttpResponse:
    """Names: `form`, `entry`."""
    user = _reader(request)
    entry = _entry(user, uid)
    if entry.side != user.side or not writes_for(user, entry.unit):
        raise NotAllowed(_("This entry is changed by the unit that owns it."))
    rows = WatchVersion.objects.visible_to(user).select_related("risk", "report")
    newest = rows.get(entry=entry, number=entry.edition)
    first = WatchForm.initial_of(newest)
    form = WatchForm(request.POST or None, by=user, version=newest, initial=first)
    status = 200
    if request.method == "POST":
        status = carried_out(
            form,
            lambda given: actions.change_watch(
                entry, said=form.said(), edition=given["edition"], by=user
            ),
        )
        if not status:
            return redirect("watch_entry", uid=uid)
    context = {"form": form, "entry": entry, "tab": "watch"}
    return render(request, "riskanalysis/watch_form.html", context, status=status)


def _readable(kind: Any, row: Any, user: Any) -> Any:
    """What is cited, None where the reader may not read it."""
    if row is None or not kind.objects.visible_to(user).filter(pk=row.pk).exists():
        return None
    return row


def _page(request: HttpRequest, entry: WatchEntry, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `entry`, `version` (that is shown), `standing`, `waiting` (the newest, when it waits
    and the reader may read it), `terms`, `waiting_terms`, `risk`, `report` (None where the reader
    reads neither), `titled` (its title may be read), `trend` (SVG), `weeks`, `missing`, `recent`
    (matches of 28 days), `matched` (copies), `newest` (how many where there are more), `versions`
    (newest first), `may_write`, `may_approve`, `own_text`, `withdraw_form`."""
    user: Any = request.user
    row = rows_of([entry], user)[0]
    versions = list(
        WatchVersion.objects.visible_to(user)
        .filter(entry=entry)
        .select_related("by", "approved_by", "risk", "report")
        .order_by("-number")
    )
    version = next(one for one in versions if one.pk == row.version.pk)
    for one in versions:
        one.terms = terms_in_words(one)  # type: ignore[attr-defined]
    weeks, arrivals, recent = weeks_matched(version, user)
    bars = picturing.bars(weeks, {})
    report = _readable(RiskReport, version.report, user)
    may_write = entry.side == user.side and writes_for(user, entry.unit)
    held = entry.holding.number if entry.holding else 0
    context = {
        "entry": entry,
        "version": version,
        "standing": row.standing,
        "waiting": versions[0] if row.waits else None,
        "terms": terms_in_words(version),
        "waiting_terms": terms_in_words(versions[0]),
        "risk": _readable(Risk, version.risk, user),
        "report": report,
        "titled": report and (report.withdrawn_at is None or user.side in report.sides),
        "trend": charts.trend(
            bars, title=picturing.trend_told(bars), under=picturing.trend_under(bars)
        ),
        "weeks": list(zip(weeks, bars, strict=True)),
        "missing": [text for one in arrivals if (text := picturing.missing_in_words(one))],
        "recent": ngettext(
            "%(count)s incident of the last 28 days matches.",
            "%(count)s incidents of the last 28 days match.",
            recent,
        )
        % {"count": recent},
        "matched": matching(version, user, first_day(user)),
        "newest": INCIDENTS if recent > INCIDENTS else 0,
        "versions": versions,
        "may_write": may_write,
        "may_approve": row.waits and entry.side == user.side and may_approve(user),
        "own_text": any(one.by_id == user.pk for one in versions if one.number > held),
        "withdraw_form": WithdrawForm(
            by=user, initial={"edition": entry.edition}, auto_id="withdraw_%s"
        ),
        "tab": "watch",
        **more,
    }
    return render(request, "riskanalysis/watch_entry.html", context, status=status)


@login_required
@never_cache
def watch_entry(request: HttpRequest, uid: Any) -> HttpResponse:
    """One entry. Deeds: approve, share, withdraw."""
    user = _reader(request)
    entry = _entry(user, uid)
    if request.method != "POST":
        return _page(request, entry)
    more: dict[str, Any] = {}
    try:
        status = _do(request, entry, user, more)
    except Refused as refusal:
        if refusal.status in (403, 404):
            raise
        status, more["refusal"] = refusal.status, str(refusal)
    if not status:
        return redirect("watch_entry", uid=uid)
    return _page(request, _entry(user, uid), status, **more)


def _do(request: HttpRequest, entry: WatchEntry, user: Any, more: dict[str, Any]) -> int:
    do, typed = request.POST.get("do", ""), request.POST.get("edition", "")
    edition = int(typed) if typed.isdecimal() and len(typed) < 8 else 0
    if do == "approve":
        actions.approve_watch(entry, edition=edition, by=user)
        return 0
    if do == "share":
        actions.share_watch(entry, edition=edition, by=user)
        return 0
    if do != "withdraw":
        raise Refused(_("There is no such deed."), code="invalid", status=400)
    form = WithdrawForm(request.POST, by=user, auto_id="withdraw_%s")
    more |= {"withdraw_form": form, "form": form}
    return carried_out(
        form,
        lambda given: actions.withdraw_watch(
            entry, reason=given["reason"], edition=given["edition"], by=user
        ),
    )
