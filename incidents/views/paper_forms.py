"""Paper for when everything is down: overview, forms printed ahead, entered afterwards, void."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop.errors import Refused
from bordercoop.files.kinds import BY_ENDING
from bordercoop.reference.models import offered, terms
from bordercoop.web.both import partner_language
from bordercoop.web.pdf import as_file
from contactpoints.models import BY_SEVERITY
from contactpoints.watch import partner_desks

from .. import actions, handling
from ..models import PaperForm, PaperSet, PaperState
from ..paper_entry import (
    PaperEntryForm,
    ReserveForm,
    VoidForm,
    on_paper,
    paper_desks,
    paper_named,
)
from .record import visible

MOST = 200


def _languages(user: Any) -> tuple[str, str]:
    language = get_language() or "en"
    return language, partner_language(user.side, language)


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    """Names: `desks` (lines of OnPaper), `rows` (forms in the state `show`), `more_rows` (whether
    there are more), `show`, `sets` (the latest), `form` (ReserveForm), `made` (the set that was
    just reserved), `typed` and `wrong` (a number that cannot be entered), `known` (its form)."""
    user: Any = request.user
    own = paper_desks(user)
    if not own:
        raise Http404
    show = request.GET.get("show", "")
    show = show if show in PaperState.values else PaperState.RESERVED.value
    rows = PaperForm.objects.visible_to(user).filter(state=show)
    rows = rows.select_related("unit", "set__by", "ended_by", "incident")
    found = list(
        rows.order_by("number" if show == PaperState.RESERVED else "-ended_at")[: MOST + 1]
    )
    sets = PaperSet.objects.visible_to(user).select_related("unit", "by")
    context = {
        "desks": on_paper(user),
        "rows": found[:MOST],
        "more_rows": len(found) > MOST,
        "show": show,
        "sets": list(sets[:10]),
        "form": ReserveForm(desks=own, initial={"count": 5, "client_ref": uuid.uuid4()}),
        "void_form": VoidForm(),
        **more,
    }
    return render(request, "incidents/paper/overview.html", context, status=status)


@login_required
@require_safe
@never_cache
def paper(request: HttpRequest) -> HttpResponse:
    """What is on paper. With `number` the form to enter it, or a sentence why it cannot be."""
    typed = request.GET.get("number", "")[:60]
    made = request.GET.get("made", "")
    more: dict[str, Any] = {}
    if made:
        sets = PaperSet.objects.visible_to(request.user).select_related("unit")
        known = _uuid(made)
        more["made"] = sets.filter(uid=known).first() if known else None
    if not typed.strip():
        return _page(request, **more)
    found = paper_named(request.user, typed)
    if found is None:
        wrong = _(
            "%(number)s is not on a form of your desks. Compare it with the paper, digit by digit. "
            "A form of another desk is entered there."
        ) % {"number": typed.strip()}
        return _page(request, 400, typed=typed, wrong=wrong)
    if found.state == PaperState.RESERVED:
        return redirect("paper_entry", uid=found.uid)
    return _page(request, 409, typed=typed, known=found)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@login_required
@require_POST
@never_cache
def paper_reserve(request: HttpRequest) -> HttpResponse:
    form = ReserveForm(request.POST, desks=paper_desks(request.user))
    status = 400
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.reserve_numbers(
                form.desks[given["desk"]],
                count=given["count"],
                client_ref=given["client_ref"],
                by=request.user,
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
            status = refusal.status
        else:
            return redirect(f"{reverse('paper')}?made={made.uid}")
    return _page(request, status, form=form)


@login_required
@require_safe
@never_cache
def paper_set_pdf(request: HttpRequest, uid: Any) -> HttpResponse:
    sets = PaperSet.objects.visible_to(request.user).select_related("unit")
    printed = actions.print_paper_forms(
        get_object_or_404(sets, uid=uid), languages=_languages(request.user), by=request.user
    )
    return as_file(printed.content, printed.name)


@login_required
@require_safe
@never_cache
def paper_copy_pdf(request: HttpRequest, uid: Any) -> HttpResponse:
    """The form of an incident under its own number, to be read out or faxed."""
    printed = actions.print_paper_copy(
        visible(request, uid), languages=_languages(request.user), by=request.user
    )
    return as_file(printed.content, printed.name)


def _found(request: HttpRequest, uid: Any) -> PaperForm:
    rows = PaperForm.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("unit", "set__by", "incident"), uid=uid)


@login_required
@require_POST
@never_cache
def paper_void(request: HttpRequest, uid: Any) -> HttpResponse:
    found, form = _found(request, uid), VoidForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            actions.void_paper_form(found, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
            status = refusal.status
        else:
            return redirect("paper")
    return _page(request, status, void_form=form, voided=found.uid)


@login_required
@never_cache
def paper_entry(request: HttpRequest, uid: Any) -> HttpResponse:
    """Type a paper in. Whoever comes second is led to the incident.

    Names: `paper` (the form), `form`, `tiles`, `more_categories`, `severities`, `calls` (the fields
    of each call), `accept` (kinds of files)."""
    user: Any = request.user
    found = _found(request, uid)
    if found.state != PaperState.RESERVED:
        return _page(request, 409, typed=found.number, known=found)
    if request.method != "POST":
        first = next(iter(partner_desks(found.unit)), None)
        initial = {
            "unit": found.unit.parent.code if found.unit.parent else None,
            "language": user.language,
            "happened_precision": "minute",
            "detected_precision": "minute",
            "call0_desk": first.code if first else "",
            **handling.default().columns,
        }
        return _entry(request, found, PaperEntryForm(by=user, paper=found, initial=initial))
    form, status = PaperEntryForm(request.POST, request.FILES, by=user, paper=found), 400
    if form.is_valid():
        try:
            done = actions.enter_paper_form(
                found,
                unit=form.chosen_unit,
                content=form.content(),
                calls=form.calls,
                priority=form.cleaned_data["priority"] or None,
                exercise=form.cleaned_data["exercise"],
                marking=form.marking(),
                by=user,
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            if refusal.code in ("already_entered", "void"):
                return _page(
                    request, refusal.status, typed=found.number, known=_found(request, uid)
                )
            form.take(refusal)
            status = refusal.status
        else:
            _tell(request, done, form.cleaned_data["scan"])
            return redirect("incident", uid=done.incident.uid)
    return _entry(request, found, form, status)


def _entry(
    request: HttpRequest, found: PaperForm, form: PaperEntryForm, status: int = 200
) -> HttpResponse:
    categories = offered("incident_category")
    tiles = [term for term in categories if term.facts.get("tile")]
    context = {
        "paper": found,
        "form": form,
        "tiles": tiles,
        "more_categories": [term for term in categories if term not in tiles],
        "severities": [(n, terms("severity").get(str(n)), BY_SEVERITY[n]) for n in (1, 2, 3, 4)],
        "calls": form.call_rows,
        "accept": ",".join(f".{ending}" for ending in sorted(BY_ENDING)),
    }
    return render(request, "incidents/paper/entry.html", context, status=status)


def _tell(request: HttpRequest, done: Any, scan: Any) -> None:
    """What became of it, as messages above the incident; the scan is a file of the incident."""
    for desk in done.told:
        messages.info(
            request,
            _("%(desk)s has it now; its acknowledgement by telephone is written down.")
            % {"desk": desk.name},
        )
    for desk, why in done.untold:
        messages.warning(
            request,
            _("%(desk)s does not have it in the portal yet: %(why)s")
            % {"desk": desk.name, "why": why},
        )
    if not scan:
        return
    try:
        actions.attach_file(
            done.incident,
            scan,
            description=_("Scan of the paper form"),
            evidence=False,
            by=request.user,
        )
    except Refused as refusal:
        messages.warning(
            request,
            _("The scan was not added: %(why)s Add it under Files.") % {"why": str(refusal)},
        )
