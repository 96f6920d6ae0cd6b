"""Advance notices: list, one notice, writing and sending it, what belongs to it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop import keyset
from bordercoop.errors import Invalid, NotAllowed, Stale
from bordercoop.reference.models import offered, usable_places
from bordercoop.web.paging import address_of_page
from bordercoop.web.pdf import as_file
from contactpoints.access import may, units_where
from contactpoints.actions import mark_opened
from contactpoints.models import Delivery, Unit, units
from contactpoints.pausing import held_for, pauses_at
from contactpoints.pausing import waiting as held_waiting
from contactpoints.watch import partner_desks

from .. import actions
from ..investigation.form_kit import ReasonForm, carried_out
from ..models import AdvanceNotice, Incident
from ..notices.forms import NoticeForm, SendForm, TranslateForm, initial_of
from ..notices.reading import (
    deliveries_of,
    drawn,
    listed,
    matched,
    may_with,
    reads_notices,
    told,
    versions,
    writers,
)
from .maps import on_map

PAGE = 50
# What begins soonest stands first where it is still to come.
ORDER = {"now": ("ends_at", "id"), "coming": ("starts_at", "id")}
LATEST = ("-starts_at", "-id")


def _reader(request: HttpRequest) -> Any:
    """The officer, who may read notices; 404 for everybody else."""
    if not reads_notices(request.user):
        raise Http404
    return request.user


@login_required
@require_safe
@never_cache
def notice_list(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (reading.Told), `show`, `kinds`, `asked` (filters as typed), `wrong`, `next`,
    `previous`, `may_write`, `tabs` ((code, label))."""
    user = _reader(request)
    wrong: dict[str, Any] = {}
    show, page = "now", keyset.Page([], None, None)
    try:
        rows, show = listed(user, request.GET)
        order = ORDER.get(show, LATEST)
        page = keyset.page(rows, order, size=PAGE, cursor=request.GET.get("cursor", ""))
    except Invalid as refusal:
        wrong = refusal.fields
    at = now()
    found = [told(row, at) for row in page.rows]
    context = {
        "rows": found,
        "show": show,
        "kinds": offered("notice_kind"),
        "asked": {name: request.GET.get(name, "")[:40] for name in ("kind", "side")},
        "sides": ["BY", "LV"] if user.side == "BY" else ["LV", "BY"],
        "wrong": wrong,
        "next": address_of_page(request, page.next),
        "previous": address_of_page(request, page.previous),
        "may_write": bool(writers(user)),
    }
    return render(request, "incidents/notices/list.html", context, status=400 if wrong else 200)


def _desks(side: str) -> list[Unit]:
    """Desks that a notice of this side may go to."""
    return [
        unit
        for unit in units().values()
        if unit.kind == Unit.Kind.DESK
        and unit.retired_at is None
        and unit.side in ("LV", "BY")
        and unit.side != side
    ]


def _form_page(
    request: HttpRequest, form: NoticeForm, status: int = 200, **more: Any
) -> HttpResponse:
    """Names for form.html: `form`, `notice` (when it exists), `may_send`, `crossings`, `signs`
    (for the map)."""
    signs = [on_map(place) for place in usable_places() if place.lat is not None]
    context = {"form": form, "crossings": signs, **more}
    return render(request, "incidents/notices/form.html", context, status=status)


def _kept(form: NoticeForm, deed: Callable[[], Any]) -> int:
    """0 once the deed is done; else the status, the form saying why and nothing typed lost."""

    def carry(_given: dict[str, Any]) -> None:
        deed()

    return carried_out(form, carry)


@login_required
@never_cache
def notice_new(request: HttpRequest) -> HttpResponse:
    user = _reader(request)
    own = writers(user)
    if not own:
        raise NotAllowed(_("Your posting does not let you write notices."))
    releases = bool(units_where(user, "release_incidents"))
    known: dict[str, Any] = {"by": user, "units": own, "desks": _desks(user.side)}
    if request.method != "POST":
        partner = [desk.code for desk in partner_desks(own[0])]
        form = NoticeForm(initial={"desks": partner}, **known)
        return _form_page(request, form, may_send=releases)
    form = NoticeForm(request.POST, **known)
    made: list[AdvanceNotice] = []

    def write() -> None:
        made.append(
            actions.write_notice(
                unit=form.chosen_unit,
                content=form.content(),
                marking=form.marking(),
                exercise=form.cleaned_data["exercise"],
                client_ref=form.cleaned_data["client_ref"],
                by=user,
            )
        )

    status = _kept(form, write)
    if status:
        return _form_page(request, form, status, may_send=releases)
    return _sent(request, form, made[0], releases)


def _sent(
    request: HttpRequest, form: NoticeForm, notice: AdvanceNotice, releases: bool
) -> HttpResponse:
    """What was saved is sent as well when that was pressed; a refusal of the sending keeps the
    draft and is shown on its page."""
    if request.POST.get("do") != "send":
        return redirect("notice", uid=notice.uid)
    send = SendForm(request.POST, by=request.user, desks=_desks(notice.side), auto_id="send_%s")
    status = carried_out(
        send, lambda _g: actions.send_notice(notice, desks=form.chosen_desks, by=request.user)
    )
    if status:
        fresh = _found(request, notice.uid)
        return _page(request, fresh, status, send_form=send, form=send, saved=True)
    return redirect("notice", uid=notice.uid)


def _found(request: HttpRequest, uid: Any) -> AdvanceNotice:
    rows = AdvanceNotice.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("unit", "by", "ended_by"), uid=uid)


@login_required
@never_cache
def notice_change(request: HttpRequest, uid: Any) -> HttpResponse:
    user = _reader(request)
    notice = _found(request, uid)
    if user.side != notice.side or not may(user, "report_incidents", notice.unit):
        raise NotAllowed(_("The side that wrote the notice changes it."), code="not_own")
    releases = may(user, "release_incidents", notice.unit)
    rows = versions().visible_to(user).filter(notice=notice)
    last = rows.filter(sent_at=None).first() or rows.get(current=True)
    known: dict[str, Any] = {
        "by": user, "units": [notice.unit], "desks": _desks(notice.side), "known": True,
    }  # fmt: skip
    told_desks = [desk.code for desk in notice.desks.all()]
    more: dict[str, Any] = {"notice": notice, "may_send": releases, "told_desks": told_desks}
    if request.method != "POST":
        initial = initial_of(last, notice.edition)
        initial["desks"] = told_desks or [desk.code for desk in partner_desks(notice.unit)]
        return _form_page(request, NoticeForm(initial=initial, **known), **more)
    form = NoticeForm(request.POST, **known)

    def change() -> None:
        actions.change_notice(
            notice,
            content=form.content(),
            marking=form.marking(),
            edition=form.cleaned_data["edition"],
            by=user,
        )

    status = _kept(form, change)
    if status == Stale.status:
        # Kept on top of what stands now, for a second try.
        data: Any = form.data
        form.data = data.copy()
        form.data["edition"] = _found(request, uid).edition  # type: ignore[index]
    if status:
        return _form_page(request, form, status, **more)
    return _sent(request, form, _found(request, uid), releases)


def _page(
    request: HttpRequest, notice: AdvanceNotice, status: int = 200, **more: Any
) -> HttpResponse:
    """Names for notice.html: `notice`, `one` (reading.Told, the version that stands), `waiting`
    (Told of what waits to be sent, or None), `held` (what a pause holds, own side),
    `pauses` (that stop it), `own`, `deliveries`, `matched` (own copies), `history`
    (versions that were sent), `may`, `shape` (for the map), forms by name."""
    user: Any = request.user
    rows = versions().visible_to(user).filter(notice=notice)
    found = list(rows.select_related("by", "sent_by").order_by("-number"))
    version = next(row for row in found if row.current)
    waiting = next((row for row in found if row.sent_at is None and not row.current), None)
    allowed = may_with(
        notice, user, draft=version.sent_at is None or waiting is not None, version=version
    )
    desks = _desks(notice.side)
    told_desks = list(notice.desks.all())
    held = held_waiting(held_for(notice.ref)) if user.side == notice.side else []
    forms: dict[str, Any] = {}
    if allowed.send:
        names = told_desks or partner_desks(notice.unit)
        initial = {"desks": [desk.code for desk in names]}
        forms["send_form"] = SendForm(by=user, desks=desks, initial=initial, auto_id="send_%s")
    if allowed.cancel:
        forms["cancel_form"] = ReasonForm(by=user, auto_id="cancel_%s")
    if allowed.end:
        forms["end_form"] = ReasonForm(by=user, auto_id="end_%s")
    if allowed.translate:
        forms["translate_form"] = TranslateForm(by=user, version=version, auto_id="translate_%s")
    one = told(version)
    shape = drawn(one)
    context = {
        "notice": notice,
        "one": one,
        "waiting": told(waiting) if waiting else None,
        "held": held,
        "pauses": pauses_at([*told_desks, *(one.held.desk for one in held)]),
        "own": user.side == notice.side,
        "deliveries": deliveries_of(notice) if version.sent_at else [],
        "told_desks": [desk.code for desk in told_desks],
        "matched": matched(notice, user),
        "history": [row for row in found if row.sent_at],
        "may": allowed,
        "shapes": [shape] if shape else [],
        "crossings": [on_map(place) for place in usable_places() if place.lat is not None],
        **forms,
        **more,
    }
    return render(request, "incidents/notices/notice.html", context, status=status)


@login_required
@never_cache
def notice_page(request: HttpRequest, uid: Any) -> HttpResponse:
    """One notice. Opening it at a desk that was told is the read receipt."""
    user = _reader(request)
    notice = _found(request, uid)
    if request.method != "POST":
        for delivery in Delivery.objects.about(notice.ref).open().bare():
            if may(user, "acknowledge_alerts", delivery.desk_id):
                mark_opened(delivery, by=user)
        return _page(request, notice)
    version = versions().visible_to(user).get(notice=notice, current=True)
    post, asked = request.POST, request.POST.get("do", "")
    if asked == "discard":
        actions.discard_notice(notice, by=user)
        gone = not AdvanceNotice.objects.visible_to(user).filter(pk=notice.pk).exists()
        return redirect("notices") if gone or notice.sent_at is None else redirect("notice", uid)
    deeds: dict[str, tuple[Any, Callable[[Any], Any]]] = {
        "send": (
            SendForm(post, by=user, desks=_desks(notice.side), auto_id="send_%s"),
            lambda form: actions.send_notice(notice, desks=form.chosen_desks, by=user),
        ),
        "end": (
            ReasonForm(post, by=user, auto_id="end_%s"),
            lambda form: actions.end_notice(notice, reason=form.cleaned_data["reason"], by=user),
        ),
        "cancel": (
            ReasonForm(post, by=user, auto_id="cancel_%s"),
            lambda form: actions.cancel_notice(notice, reason=form.cleaned_data["reason"], by=user),
        ),
        "translate": (
            TranslateForm(post, by=user, version=version, auto_id="translate_%s"),
            lambda form: actions.translate_notice(
                notice,
                language=form.cleaned_data["language"],
                headline=form.cleaned_data["headline"],
                text=form.cleaned_data["text"],
                by=user,
            ),
        ),
    }
    if asked not in deeds:
        raise Http404
    form, deed = deeds[asked]
    status = carried_out(form, lambda _given: deed(form))
    if status:
        fresh = _found(request, uid)
        return _page(request, fresh, status, form=form, **{f"{asked}_form": form})
    return redirect("notice", uid=uid)


@login_required
@require_POST
def notice_match(request: HttpRequest, uid: Any) -> HttpResponse:
    """Say that an incident belongs to the notice, or not; back to the incident."""
    _reader(request)
    notice = _found(request, uid)
    try:
        asked = uuid.UUID(request.POST.get("incident", ""))
    except ValueError as error:
        raise Http404 from error
    incident = get_object_or_404(Incident.objects.visible_to(request.user), uid=asked)
    actions.match_notice(notice, incident, state=request.POST.get("state", ""), by=request.user)
    return redirect("incident", uid=incident.uid)


@login_required
@require_safe
@never_cache
def notice_pdf(request: HttpRequest, uid: Any) -> HttpResponse:
    """The notice on paper, in two languages."""
    _reader(request)
    printed = actions.print_notice(_found(request, uid), by=request.user)
    return as_file(printed.content, printed.name)
