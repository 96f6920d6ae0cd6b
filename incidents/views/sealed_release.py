"""Releasing personal data to a desk, recalling them, and the log of who opened what."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop import keyset
from bordercoop.audit.actions import record_reading
from bordercoop.errors import Invalid, Refused
from bordercoop.reference.sides import ZONE
from bordercoop.web.paging import address_of_page
from contactpoints.access import may_audit
from contactpoints.models import Unit, units

from .. import actions
from ..content import crosses
from ..models import Incident, SealedCopy, SealedReading
from ..sealed_content import FIELDS, RELEASABLE, legal_bases
from ..sealed_forms import ReadingsForm, SealedReleaseForm
from ..sealed_reading import Shown, people_of, persons_of
from .record import visible
from .sealed import require_own

READINGS = 50


def _holding(incident: Incident) -> list[Unit]:
    """Desks that hold the incident, the other side's first."""
    held = set(incident.shares.filter(own=False).values_list("unit_id", flat=True))
    desks = [unit for unit in units().values() if unit.pk in held]
    return sorted(desks, key=lambda desk: (desk.side == incident.side, desk.order))


def _previewed(form: SealedReleaseForm) -> dict[UUID, int]:
    """uid -> version of the ticked people, as the page showed them."""
    chosen = (value.rsplit(":", 1) for value in form.cleaned_data["persons"])
    return {UUID(uid): int(version) for uid, version in chosen}


def preview(people: list[Shown], form: SealedReleaseForm) -> list[Shown]:
    """What the desk would read: the ticked fields of the ticked people."""
    chosen = set(form["persons"].value() or [])
    names = [name for name in RELEASABLE if name in set(form["fields_chosen"].value() or [])]
    found = []
    for person in people:
        said = {name: person.content[name] for name in names if person.content.get(name)}
        if said and f"{person.uid}:{person.version}" in chosen:
            found.append(Shown(person.uid, person.version, said))
    return found


@login_required
@never_cache
def incident_sealed_release(request: HttpRequest, uid: Any) -> HttpResponse:
    """Choose people, fields, desk and grounds; see what the desk will read; release.

    Takes an opening in this hour. Names: `incident`, `people`, `form`, `bases` (terms), `desks`,
    `previewing`, `preview` (Shown), `never` (the category never crosses).
    """
    incident = visible(request, uid)
    require_own(request, incident, "release_sealed")
    user: Any = request.user
    actions.read_sealed_part(incident, by=user)
    people, bases, desks = people_of(incident), legal_bases(incident.side), _holding(incident)
    form = SealedReleaseForm(request.POST if request.method == "POST" else None)
    form.offer(
        persons=[(f"{each.uid}:{each.version}", each.title) for each in people],
        fields_chosen=[(name, FIELDS[name]) for name in RELEASABLE],
        desk=[(desk.code, desk.name) for desk in desks],
        legal_basis=[(term.code, term.name) for term in bases],
    )
    status, previewing = 200, False
    if request.method == "POST":
        previewing = form.is_valid()
        status = 200 if previewing else 400
    if previewing and "release" in request.POST:
        given, versions = form.cleaned_data, _previewed(form)
        try:
            actions.release_sealed(
                incident,
                persons=persons_of(incident, versions),
                fields=given["fields_chosen"],
                desk=next(desk for desk in desks if desk.code == given["desk"]),
                legal_basis=given["legal_basis"],
                purpose=given["purpose"],
                recipient=given["recipient"],
                versions=versions,
                by=user,
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            form.take(refusal)
            status, previewing = refusal.status, False
        else:
            return redirect("incident_sealed", uid=uid)
    context = {
        "incident": incident,
        "people": people,
        "form": form,
        "bases": bases,
        "desks": desks,
        "previewing": previewing,
        "preview": preview(people, form),
        "never": not crosses(incident.category.code),
    }
    return render(request, "incidents/sealed_release.html", context, status=status)


@login_required
@require_POST
def incident_sealed_recall(request: HttpRequest, uid: Any) -> HttpResponse:
    """Take a release back: `copy` is its uid, `reason` why."""
    incident = visible(request, uid)
    require_own(request, incident, "release_sealed")
    try:
        wanted = UUID(request.POST.get("copy", ""))
    except ValueError as nonsense:
        raise Http404 from nonsense
    copy = SealedCopy.objects.about(incident).whole().filter(uid=wanted).first()
    if copy is None:
        raise Http404
    actions.recall_sealed(copy, reason=request.POST.get("reason", ""), by=request.user)
    return redirect("incident_sealed", uid=uid)


def _start(day: Any, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def readings_for(user: Any, form: ReadingsForm) -> Any:
    """The rows of the log that the filters ask for. Of the other side's readings neither the name
    nor the reason is known here, so neither can be asked for."""
    given = form.cleaned_data
    other = given["whose"] == "other"
    rows = (
        SealedReading.objects.of_what_others_opened(user.side).filter(count__gt=0)
        if other
        else SealedReading.objects.of_side(user.side)
    )
    if given["officer"] and not other:
        rows = rows.filter(officer__username__iexact=given["officer"])
    if given["reason"] and not other:
        rows = rows.filter(reason=given["reason"])
    if given["number"]:
        rows = rows.filter(incident__number__iexact=given["number"])
    zone = ZONE[user.side]
    if day := form.day("since"):
        rows = rows.filter(at__gte=_start(day, zone))
    if day := form.day("until"):
        rows = rows.filter(at__lt=_start(day + timedelta(days=1), zone))
    return rows.whole()


@login_required
@require_safe
@never_cache
def sealed_readings(request: HttpRequest) -> HttpResponse:
    """Who opened sealed parts, when, how often and why: for who audits a side. Never the content.

    Names: `rows` (SealedReading), `other` (they are the other side's: no name, no reason), `form`,
    `filtered`, `next`, `previous`.
    """
    user: Any = request.user
    if not may_audit(user):
        raise Http404
    form = ReadingsForm(request.GET, by=user)
    page, other = keyset.Page([], None, None), False
    if form.is_valid():
        other = form.cleaned_data["whose"] == "other"
        try:
            page = keyset.page(
                readings_for(user, form),
                ("-at", "-id"),
                size=READINGS,
                cursor=request.GET.get("cursor", ""),
            )
        except Invalid as refusal:
            form.add_error(None, str(refusal))
    record_reading(f"trail:sealed:{user.side}", by=user)
    context = {
        "rows": page.rows,
        "other": other,
        "form": form,
        "filtered": any(request.GET.get(name) for name in form.fields),
        "next": address_of_page(request, page.next),
        "previous": address_of_page(request, page.previous),
        "title": _("Readings of sealed parts"),
    }
    status = 400 if form.errors else 200
    return render(request, "incidents/sealed_readings.html", context, status=status)
