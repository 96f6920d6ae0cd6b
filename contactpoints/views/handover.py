"""The change of shift at a desk and its duty journal, with the papers of both."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bordercoop.errors import Refused
from bordercoop.web.both import partner_language
from bordercoop.web.clocks import CITY
from bordercoop.web.pdf import as_file
from bordercoop.web.when import Unclear, parse_date

from .. import actions
from ..access import may
from ..handover_forms import DutyNoteForm, HandoverForm, TakeOverForm
from ..handovers import carried, journal_desks, on_rota, shown, works_at
from ..journal import journal_of_day, today_at
from ..models import ShiftHandover, Unit

# No desk is older than the project.
FIRST_DAY = date(2019, 1, 1)

LATEST = 14


def _desk(request: HttpRequest, code: str) -> Unit:
    """The desk, or 404: the other side's shifts and journals do not exist here."""
    found = next((desk for desk in journal_desks(request.user) if desk.code == code), None)
    if found is None:
        raise Http404
    return found


def _languages(user: Any) -> tuple[str, str]:
    language = get_language() or "en"
    return language, partner_language(user.side, language)


@login_required
@require_safe
@never_cache
def handovers(request: HttpRequest) -> HttpResponse:
    """The own desk's page, or the choice of a desk."""
    return _choose(request, "desk_handovers")


@login_required
@require_safe
@never_cache
def journals(request: HttpRequest) -> HttpResponse:
    """The own desk's journal, or the choice of a desk."""
    return _choose(request, "desk_journal")


def _choose(request: HttpRequest, name: str) -> HttpResponse:
    desks = journal_desks(request.user)
    if not desks:
        raise Http404
    own = works_at(request.user)
    if len(desks) == 1 or len(own) == 1:
        return redirect(name, code=(own or desks)[0].code)
    context = {"rows": [(desk, reverse(name, args=[desk.code])) for desk in desks], "name": name}
    return render(request, "contactpoints/handover_desks.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def desk_handovers(request: HttpRequest, code: str) -> HttpResponse:
    """What is open, the form that signs it, and the last handovers. A POST hands the shift over."""
    unit = _desk(request, code)
    if request.method != "POST":
        return _desk_page(request, unit, HandoverForm(unit=unit, by=request.user))
    form = HandoverForm(request.POST, unit=unit, by=request.user)
    if form.is_valid():
        try:
            done = actions.hand_over_shift(
                unit, note=form.cleaned_data["note"], to=form.chosen, by=request.user
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
        else:
            return redirect("shift_handover", uid=done.uid)
    return _desk_page(request, unit, form, status=400)


def _desk_page(
    request: HttpRequest, unit: Unit, form: HandoverForm, status: int = 200
) -> HttpResponse:
    """Names: `unit`, `form`, `may_sign`, `waiting` (the handover that waits, or None), `items`
    (what is open now), `latest` (the last handovers)."""
    rows = list(
        ShiftHandover.objects.visible_to(request.user).whole().filter(unit=unit)[: LATEST + 1]
    )
    context = {
        "unit": unit,
        "form": form,
        "may_sign": may(request.user, "acknowledge_alerts", unit),
        "waiting": next((row for row in rows if row.waits), None),
        "items": shown(carried(unit, by=request.user), request.user),
        "latest": [row for row in rows if not row.waits][:LATEST],
    }
    return render(request, "contactpoints/desk_handovers.html", context, status=status)


def _found(request: HttpRequest, uid: Any) -> ShiftHandover:
    rows = ShiftHandover.objects.visible_to(request.user).whole()
    found: ShiftHandover = get_object_or_404(rows, uid=uid)
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def shift_handover(request: HttpRequest, uid: Any) -> HttpResponse:
    """One handover. A POST takes it over, or (`do=withdraw`) takes it back."""
    handover = _found(request, uid)
    form = TakeOverForm(request.POST or None)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("do") == "withdraw":
                actions.withdraw_handover(handover, by=request.user)
                return redirect("shift_handover", uid=uid)
            if form.is_valid():
                actions.take_over_shift(
                    handover, remark=form.cleaned_data["remark"], by=request.user
                )
                return redirect("shift_handover", uid=uid)
            status = 400
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            status = refused.status
            if refused.fields:
                form.take(refused)
            else:
                refusal = str(refused)
        handover = _found(request, uid)
    user: Any = request.user
    answers = may(user, "acknowledge_alerts", handover.unit)
    own = handover.left_by_id == user.pk
    sets_rota = may(user, "set_rota", handover.unit)
    arriving = handover.taken_by or user
    context = {
        "handover": handover,
        "unit": handover.unit,
        "items": shown(handover.items, user),
        "form": form,
        "refusal": refusal,
        "own": own,
        "may_take": handover.waits and answers and not own,
        "may_withdraw": handover.waits and ((own and answers) or sets_rota),
        "off_rota": (handover.waits or handover.taken_by_id == user.pk)
        and not own
        and answers
        and on_rota(arriving, handover.unit) is None,
        "sets_rota": sets_rota,
    }
    return render(request, "contactpoints/shift_handover.html", context, status=status)


@login_required
@require_safe
@never_cache
def shift_handover_pdf(request: HttpRequest, uid: Any) -> HttpResponse:
    printed = actions.print_handover(
        _found(request, uid), languages=_languages(request.user), by=request.user
    )
    return as_file(printed.content, printed.name)


def _day(request: HttpRequest, unit: Unit) -> tuple[date, str]:
    """The day that was asked for as `day`, and what is wrong with it: then it is today by the
    desk's clock."""
    today, asked = today_at(unit), request.GET.get("day", "").strip()
    if not asked:
        return today, ""
    try:
        day = parse_date(asked, today=today)
    except Unclear as unclear:
        return today, str(unclear)
    if not FIRST_DAY <= day <= today:
        return today, _("A journal is kept for each day up to today.")
    return day, ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def desk_journal(request: HttpRequest, code: str) -> HttpResponse:
    """A day of the journal; a POST writes a line into that of today."""
    unit = _desk(request, code)
    form = DutyNoteForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.write_duty_note(unit, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                form.take(refusal)
            else:
                return redirect("desk_journal", code=unit.code)
    today, (day, wrong) = today_at(unit), _day(request, unit)
    context = {
        "unit": unit,
        "journal": journal_of_day(unit, day, request.user),
        "day": day,
        "wrong": wrong,
        "asked": request.GET.get("day", "")[:40] if wrong else f"{day:%d.%m.%Y}",
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < today else None,
        "form": form,
        "may_write": day == today and may(request.user, "acknowledge_alerts", unit),
        "city": CITY[unit.side],
    }
    return render(request, "contactpoints/desk_journal.html", context, status=status)


@login_required
@require_safe
@never_cache
def desk_journal_pdf(request: HttpRequest, code: str) -> HttpResponse:
    unit = _desk(request, code)
    printed = actions.print_journal(
        unit, day=_day(request, unit)[0], languages=_languages(request.user), by=request.user
    )
    return as_file(printed.content, printed.name)
