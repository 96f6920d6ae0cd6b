"""Pages of incidents: list, report, record, release."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bordercoop import keyset
from bordercoop.errors import Invalid, Refused, Stale
from bordercoop.reference.models import offered, places, terms
from bordercoop.reference.sides import ZONE
from contactpoints.access import may, postings_of, units_where
from contactpoints.actions import mark_opened
from contactpoints.models import BY_SEVERITY, Delivery, Priority, Unit, units
from contactpoints.watch import on_duty

from . import actions, filters
from .access import share_for
from .actions.release import released_copy
from .content import FIELDS, crosses, parsed, release_names
from .forms import CloseForm, IncidentForm, MeasureForm, RemarkForm, SupplementForm
from .models import RELEASABLE_STATES, Incident, IncidentVersion, Share, State
from .reading import facts, held_by_desks, release_choices, shown, timeline

PAGE = 50


@login_required
@require_safe
def incident_list(request: HttpRequest) -> HttpResponse:
    """Names: `rows` (Share with .term, .place_term), `next`, `previous` (query strings or None),
    `asked` (the filters as typed), `wrong` (sentences by filter), `filtered` (any filter set),
    `categories`, `places`, `states`, `sides`."""
    rows = Share.objects.visible_to(request.user).select_related("incident")
    wrong: dict[str, Any] = {}
    try:
        rows = filters.filtered(rows, request.GET, zone=ZONE[request.user.side])
        page = keyset.page(
            rows,
            ("-reported_at", "-incident_id"),
            size=PAGE,
            cursor=request.GET.get("cursor", ""),
        )
    except Invalid as refusal:
        wrong, page = refusal.fields, keyset.Page([], None, None)
    known, spots = terms("incident_category"), places()
    for row in page.rows:
        row.term, row.place_term = known.get(row.category), spots.get(row.place)
    asked = {name: request.GET.get(name, "") for name in filters.NAMES}
    context = {
        "rows": page.rows,
        "next": _with_cursor(request, page.next),
        "previous": _with_cursor(request, page.previous),
        "asked": asked,
        "wrong": wrong,
        "filtered": any(asked.values()),
        "categories": offered("incident_category"),
        "places": [place for place in spots.values() if place.retired_at is None],
        "states": [choice for choice in State.choices if choice[0] != State.DRAFT],
        "sides": ["LV", "BY"] if request.user.side != "BY" else ["BY", "LV"],
        "may_report": bool(units_where(request.user, "report_incidents")),
    }
    return render(request, "incidents/list.html", context, status=400 if wrong else 200)


def _with_cursor(request: HttpRequest, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"


def _form_context(request: HttpRequest, form: IncidentForm, **more: Any) -> dict[str, Any]:
    """Names for incidents/form.html: `form`, `tiles` (categories for number keys), `more_categories`,
    `severities` ((Term, priority) pairs), `crossings` (for map and select), `draft_key`,
    `copy_last` (values to copy, or None), `never_crosses` (codes), `may_release`, `desks` (Units of
    the other side at the officer's own contact point)."""
    categories = offered("incident_category")
    tiles = [term for term in categories if term.facts.get("tile")]
    session = request.session.session_key or ""
    return {
        "form": form,
        "tiles": tiles,
        "more_categories": [term for term in categories if term not in tiles],
        "severities": [(n, terms("severity").get(str(n)), BY_SEVERITY[n]) for n in (1, 2, 3, 4)],
        "crossings": [
            {"code": p.code, "name": p.name, "lat": p.lat, "lon": p.lon, "kind": p.kind, "mode": p.mode,
             "lv": p.name_lv_side, "by": p.name_by_side, "verified": p.position_verified}
            for p in places().values()
            if p.retired_at is None
        ],
        "never_crosses": [term.code for term in categories if not crosses(term.code)],
        "land": [term.code for term in categories if "land" in term.facts.get("borders", [])],
        "draft_key": salted_hmac("incidents.draft", f"{request.user.pk}:{session}").hexdigest(),
        "copy_last": _last_values(request.user),
        "may_release": bool(units_where(request.user, "release_incidents")),
        "partner_desks": _partner_desks(request.user),
        "now": now(),
        **more,
    }  # fmt: skip


def _partner_desks(user: Any) -> list[Unit]:
    """Desks of another side at the contact points of the officer's own desks."""
    mine = units_where(user, "view_incidents")
    desks = [unit for unit in units().values() if hasattr(unit, "desk")]
    points = {unit.desk.point_id for unit in desks if unit.pk in mine}
    partners = [u for u in desks if u.side != user.side]
    near = [u for u in partners if u.desk.point_id in points]
    return near or partners


def _values(incident: Incident, content: dict[str, Any]) -> dict[str, Any]:
    """A content as initial values of the form, times left out."""
    position = (content["lat"], content["lon"]) if content.get("lat") is not None else None
    same = (
        "category", "severity", "headline", "place", "border_sign", "people_total",
        "people_minors", "people_injured", "narrative", "language", "internal_note",
    )  # fmt: skip
    return {
        "unit": incident.unit.code,
        "coordinates": position,
        **{name: content.get(name) for name in same},
    }


def _last_values(user: Any) -> dict[str, Any] | None:
    """What this officer reported last, for "copy last"; None when there is nothing yet."""
    last = (
        IncidentVersion.objects.filter(incident__reported_by=user, number=1)
        .select_related("incident__unit")
        .order_by("-pk")
        .first()
    )
    if last is None or not may(user, "view_incidents", last.incident.unit_id):
        return None
    values = _values(last.incident, last.content)
    if values["coordinates"]:
        values["coordinates"] = "{:.6f}, {:.6f}".format(*values["coordinates"])
    for name in ("internal_note", "headline"):
        values.pop(name)
    return values


@login_required
@never_cache
def incident_new(request: HttpRequest) -> HttpResponse:
    """The flash report. The same form sent twice is one incident: `client_ref` says so."""
    user = request.user
    if not units_where(user, "report_incidents"):
        raise Http404
    if request.method != "POST":
        form = IncidentForm(by=user, initial=_initial(request))
        return render(request, "incidents/form.html", _form_context(request, form))
    form = IncidentForm(request.POST, by=user)
    if form.is_valid():
        try:
            incident = actions.report_incident(
                unit=form.chosen_unit,
                content=form.content(),
                client_ref=form.cleaned_data["client_ref"],
                exercise=form.cleaned_data["exercise"],
                by=user,
            )
        except Invalid as refusal:
            form.take(refusal)
        else:
            onward = form.cleaned_data["next"] == "release" and may(
                user, "release_incidents", incident.unit_id
            )
            releasable = onward and crosses(form.cleaned_data["category"])
            page = "incident_release" if releasable else "incident"
            response = redirect(page, uid=incident.uid)
            response["Location"] += f"?sent={incident.client_ref}"
            return response
    return render(request, "incidents/form.html", _form_context(request, form), status=400)


def _initial(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    posted = [p.unit for p in postings_of(user) if may(user, "report_incidents", p.unit)]
    unit = posted[0] if posted else None
    if unit is not None and unit.kind == Unit.Kind.DESK and unit.parent_id:
        unit = next(u for u in units().values() if u.pk == unit.parent_id)
    initial = {
        "client_ref": uuid.uuid4(),
        "unit": unit.code if unit else None,
        "language": user.language,
        "happened_precision": "minute",
        "detected_precision": "minute",
    }
    like = request.GET.get("like", "")
    try:
        model = Share.objects.visible_to(user).get(incident__uid=uuid.UUID(like), own=True)
    except (ValueError, Share.DoesNotExist):
        return initial
    return {**initial, **_values(model.incident, model.fields)}


def _visible(request: HttpRequest, uid: Any) -> Incident:
    rows = Incident.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("unit", "category", "reported_by", "verified_by", "validated_by"),
        uid=uid,
    )


def _allowed(user: Any, incident: Incident, share: Share) -> dict[str, bool]:
    """Which verbs this officer may use now; the verbs ask again themselves."""
    own = share.own
    at = share.unit_id
    still_open = incident.state not in (State.CLOSED, State.WITHDRAWN, State.MERGED)
    return {
        "supplement": own and still_open and may(user, "report_incidents", at),
        "verify": own
        and incident.state in (State.SUBMITTED, State.REOPENED)
        and incident.reported_by_id != user.pk
        and may(user, "verify_incidents", at),
        "validate": own
        and incident.state == State.VERIFIED
        and may(user, "validate_incidents", at),
        "release": own
        and incident.state in RELEASABLE_STATES
        and incident.origin == Incident.Origin.SERVICE
        and crosses(incident.category.code)
        and may(user, "release_incidents", at),
        "annotate": may(user, "annotate_incidents", at),
        "close": still_open
        and incident.origin == Incident.Origin.SERVICE
        and may(user, "close_incidents", at),
    }


def _record(request: HttpRequest, incident: Incident, **more: Any) -> dict[str, Any]:
    """Names for incidents/detail.html: `incident`, `share`, `facts`, `category`, `held` (desks, for
    the owner), `entries` (timeline), `deliveries` (waiting at the reader's desks), `may` (verbs),
    `parts`, `note_form`, `measure_form`, `close_form`, `crossings`, `sent`."""
    user: Any = request.user
    share = share_for(user, incident)
    deliveries = [
        d
        for d in Delivery.objects.about(incident.ref).open().whole()
        if may(user, "acknowledge_alerts", d.desk_id)
    ]
    allowed = _allowed(user, incident, share)
    parts = list(incident.parts.select_related("closed_by").order_by("side"))
    if any(part.side == user.side and part.closed_at for part in parts):
        allowed["close"] = False
    return {
        "incident": incident,
        "share": share,
        "facts": facts(share.fields),
        "category": terms("incident_category").get(share.category),
        "held": held_by_desks(incident) if share.own else [],
        "entries": timeline(incident, share, user),
        "deliveries": deliveries,
        "may": allowed,
        "parts": sorted(parts, key=lambda part: part.side != user.side),
        "note_form": RemarkForm(auto_id="note_%s"),
        "measure_form": MeasureForm(auto_id="measure_%s"),
        "close_form": CloseForm(auto_id="close_%s"),
        "crossings": [
            {
                "code": p.code,
                "name": p.name,
                "lat": p.lat,
                "lon": p.lon,
                "kind": p.kind,
                "mode": p.mode,
            }
            for p in places().values()
            if p.lat is not None and p.retired_at is None
        ],
        "sent": request.GET.get("sent", ""),
        **more,
    }


@login_required
@require_safe
@never_cache
def incident_detail(request: HttpRequest, uid: Any) -> HttpResponse:
    """The record. Opening it at a desk that was alerted is the read receipt."""
    incident = _visible(request, uid)
    own_desks = {posting.unit_id for posting in postings_of(request.user)}
    for delivery in Delivery.objects.about(incident.ref).open().at(own_desks).whole():
        if may(request.user, "acknowledge_alerts", delivery.desk_id):
            mark_opened(delivery, by=request.user)
    template = "incidents/detail.html"
    if request.GET.get("part") in ("ladder", "timeline"):
        template = f"incidents/_{request.GET['part']}.html"
    return render(request, template, _record(request, incident))


@login_required
@never_cache
def incident_supplement(request: HttpRequest, uid: Any) -> HttpResponse:
    """A supplement. When somebody saved meanwhile, both versions are shown and nothing is lost."""
    incident = _visible(request, uid)
    user: Any = request.user
    share = share_for(user, incident)
    if not _allowed(user, incident, share)["supplement"]:
        actions.supplement_incident(
            incident, version=incident.version, changes={}, by=user
        )  # says why not
        return redirect("incident", uid=uid)
    more: dict[str, Any] = {"incident": incident, "share": share}
    if request.method != "POST":
        last = parsed(share.fields)
        initial = {
            **_values(incident, share.fields),
            "happened": last["happened_at"],
            "detected": last["detected_at"],
            "happened_precision": last["happened_precision"],
            "detected_precision": last["detected_precision"],
            "version": share.version,
            "client_ref": uuid.uuid4(),
        }
        form = SupplementForm(by=user, initial=initial)
        return render(request, "incidents/form.html", _form_context(request, form, **more))
    form = SupplementForm(request.POST, by=user)
    status = 400
    if form.is_valid():
        try:
            actions.supplement_incident(
                incident,
                version=form.cleaned_data["version"],
                changes=form.content(),
                by=user,
            )
        except Invalid as refusal:
            form.take(refusal)
        except Stale as stale:
            status = stale.status
            more["stale"] = str(stale)
            more["differences"] = _differences(stale.current, form)
            form.data = form.data.copy()
            form.data["version"] = stale.current.number
        else:
            response = redirect("incident", uid=uid)
            response["Location"] += f"?sent={form.cleaned_data['client_ref'] or ''}"
            return response
    return render(
        request, "incidents/form.html", _form_context(request, form, **more), status=status
    )


def _differences(current: IncidentVersion, form: SupplementForm) -> list[dict[str, Any]]:
    """Field by field what stands now and what was typed, where they differ."""
    from .content import cleaned

    typed = cleaned(form.content())
    return [
        {
            "label": FIELDS[key],
            "theirs": shown(current.content.get(key), key),
            "yours": shown(typed[key], key),
        }
        for key in FIELDS
        if typed[key] != current.content.get(key)
    ]


def _release_asked(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    """What the release page was asked for: desks, fields, priority; defaults on the first visit."""
    asked = request.POST if request.method == "POST" else request.GET
    desks = [unit for unit in units().values() if hasattr(unit, "desk") and unit.retired_at is None]
    if "chosen" in asked:
        codes = set(asked.getlist("desks"))
        names = release_names([name for name in asked.getlist("fields") if name])
    else:
        codes = {unit.code for unit in _partner_desks(request.user) if _fits(unit, incident)}
        names = release_names(None)
    return {
        "desks": [desk for desk in desks if desk.code in codes],
        "all_desks": sorted(desks, key=lambda d: (d.side == incident.side, d.order)),
        "names": names,
        "priority": asked.get("priority") or "",
    }


def _fits(desk: Unit, incident: Incident) -> bool:
    """Whether a desk is the natural partner: the other end of the point that the unit hosts."""
    ends = [
        u for u in units().values() if hasattr(u, "desk") and u.desk.point_id == desk.desk.point_id
    ]
    near = [u for u in ends if u.parent_id and incident.unit.path.startswith(u.parent.path)]
    return bool(near) or not any(
        incident.unit.path.startswith(u.parent.path)
        for u in units().values()
        if hasattr(u, "desk") and u.parent_id
    )


@login_required
@never_cache
def incident_release(request: HttpRequest, uid: Any) -> HttpResponse:
    """Choose desks and fields, see exactly what they will read, release.

    Names: `choices` (fields), `desks` (unit, ticked, people on duty), `priorities`, `preview`
    (the copy a desk would hold), `preview_facts`, `version`, `refusal` (a sentence or "").
    """
    incident = _visible(request, uid)
    user: Any = request.user
    share = share_for(user, incident)
    if not share.own or not may(user, "release_incidents", incident.unit_id):
        actions.release_incident(incident, desks=[], by=user)  # says why not
    asked = _release_asked(request, incident)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            actions.release_incident(
                incident,
                desks=asked["desks"],
                fields=asked["names"],
                priority=asked["priority"] if asked["priority"] in Priority.values else None,
                version=int(request.POST.get("version") or 0) or None
                if (request.POST.get("version") or "0").isdigit()
                else None,
                by=user,
            )
        except Refused as no:
            if no.status in (403, 404):
                raise
            refusal, status = str(no), no.status
            share = share_for(user, incident)
        else:
            response = redirect("incident", uid=uid)
            response["Location"] += "?released=1"
            return response
    present = (
        Incident.objects.visible_to(user).select_related("unit", "category").get(pk=incident.pk)
    )
    example = asked["desks"][0] if asked["desks"] else asked["all_desks"][0]
    preview = released_copy(present, example, share.fields, asked["names"])
    watched = on_duty([desk.pk for desk in asked["all_desks"]])
    held = {s.unit_id: s for s in incident.shares.filter(own=False)}
    context = {
        "incident": present,
        "share": share,
        "version": present.version,
        "choices": release_choices(share.fields, asked["names"]),
        "desks": [
            {
                "unit": desk,
                "ticked": desk in asked["desks"],
                "people": [shift.officer for shift in watched.get(desk.pk, [])],
                "holds": held[desk.pk].version if desk.pk in held else None,
            }
            for desk in asked["all_desks"]
        ],
        "priorities": Priority.choices,
        "priority": asked["priority"] or BY_SEVERITY[share.severity].value,
        "preview": preview,
        "preview_facts": facts(preview.fields),
        "preview_category": terms("incident_category").get(preview.category),
        "refusal": refusal,
        "never": not crosses(present.category.code),
        "sent": request.GET.get("sent", ""),
    }
    template = (
        "incidents/_preview.html"
        if request.GET.get("part") == "preview"
        else "incidents/release.html"
    )
    return render(request, template, context, status=status)


def _did(request: HttpRequest, uid: Any) -> HttpResponse:
    return redirect("incident", uid=uid)


@login_required
@require_POST
def incident_verify(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.verify_incident(_visible(request, uid), by=request.user)
    return _did(request, uid)


@login_required
@require_POST
def incident_validate(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.validate_incident(_visible(request, uid), by=request.user)
    return _did(request, uid)


@login_required
@require_POST
def incident_note(request: HttpRequest, uid: Any) -> HttpResponse:
    incident, form = _visible(request, uid), RemarkForm(request.POST, auto_id="note_%s")
    if not form.is_valid():
        return render(
            request, "incidents/detail.html", _record(request, incident, note_form=form), status=400
        )
    given = form.cleaned_data
    actions.add_note(
        incident,
        text=given["text"],
        audience=given["audience"],
        client_ref=given["client_ref"],
        by=request.user,
    )
    return _did(request, uid)


@login_required
@require_POST
def incident_measure(request: HttpRequest, uid: Any) -> HttpResponse:
    incident, form = _visible(request, uid), MeasureForm(request.POST, auto_id="measure_%s")
    if not form.is_valid():
        return render(
            request,
            "incidents/detail.html",
            _record(request, incident, measure_form=form),
            status=400,
        )
    given = form.cleaned_data
    planned = given["status"] == "planned"
    actions.add_measure(
        incident,
        text=given["text"],
        audience=given["audience"],
        done_at=None if planned else given["moment"],
        due_at=(given["moment"] or now()) if planned else None,
        client_ref=given["client_ref"],
        by=request.user,
    )
    return _did(request, uid)


@login_required
@require_POST
def incident_close(request: HttpRequest, uid: Any) -> HttpResponse:
    actions.close_part(
        _visible(request, uid), ground=request.POST.get("ground", ""), by=request.user
    )
    return _did(request, uid)
