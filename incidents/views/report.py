"""The flash report and its supplements."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache

from bordercoop import sentences
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import offered, terms, usable_places
from contactpoints.access import may, roles_of, units_where
from contactpoints.models import BY_SEVERITY, Unit, units
from contactpoints.watch import partner_desks

from .. import actions, handling
from ..access import share_for
from ..content import CHOSEN, COLUMNS, FIELDS, cleaned, crosses, has_own_channel, parsed
from ..form_rows import country_names, nationality_names
from ..forms import IncidentForm, SupplementForm
from ..headline_forms import groups, preview_of, value_of
from ..models import Incident, IncidentVersion, Share, State
from ..presence import present
from ..reading import shown
from .maps import on_map
from .near import near_unseen, note_shown
from .record import allowed_verbs, visible


def _form_context(request: HttpRequest, form: IncidentForm, **more: Any) -> dict[str, Any]:
    """Names for incidents/form.html: `form`, `tiles` (categories with number keys),
    `more_categories`, `severities` (number, Term, priority), `crossings` (for the map),
    `never_crosses` and `land` (codes of categories), `copy_last` (values or None),
    `serious_elsewhere` (the category has a channel of its own),
    `headlines` (options by category), `headline_preview` (how the chosen one reads),
    `may_release`, `partner_desks` (Units of the other side at the same contact point), `near`
    (what may be the same event) and `ask_first` (it was not sent because of that)."""
    categories = offered("incident_category")
    tiles = [term for term in categories if term.facts.get("tile")]
    return {
        "form": form,
        "tiles": tiles,
        "more_categories": [term for term in categories if term not in tiles],
        "severities": [(n, terms("severity").get(str(n)), BY_SEVERITY[n]) for n in (1, 2, 3, 4)],
        "crossings": [
            on_map(place) for place in usable_places()
        ],
        "never_crosses": [term.code for term in categories if not crosses(term.code)],
        "land": [term.code for term in categories if "land" in term.facts.get("borders", [])],
        "copy_last": _last_values(request.user),
        "may_release": bool(units_where(request.user, "release_incidents")),
        "partner_desks": partner_desks(form.units[0]) if form.units else [],
        "now": now(),
        "countries": country_names(),
        "no_country": nationality_names(),
        "headlines": groups(form["headline_template"]),
        "headline_preview": preview_of(form),
        "serious_elsewhere": form.is_bound and has_own_channel(form.data.get("category", "")),
        **more,
    }  # fmt: skip


def _values(incident: Incident, content: dict[str, Any]) -> dict[str, Any]:
    """A content as initial values of the form, times left out."""
    position = (content["lat"], content["lon"]) if content.get("lat") is not None else None
    same = (
        "category", "severity", "place", "border_sign", "people_total",
        "people_minors", "people_injured", "narrative", "language", "internal_note",
        *CHOSEN, "means", *COLUMNS,
    )  # fmt: skip
    return {
        "unit": incident.unit.code,
        "coordinates": position,
        "headline": "" if content.get("headline_template") else content["headline"],
        "headline_template": value_of(content),
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
    for name in ("internal_note", "headline", "headline_template", "means", *COLUMNS):
        values.pop(name)
    return values


def _only_looks(request: HttpRequest, form: IncidentForm) -> bool:
    """Whether the form was sent for one more row, or to see how its headline reads."""
    looks = "add" in request.POST or "show" in request.POST
    if looks:
        form.is_valid()
        form.with_another_row(request.POST.get("add", ""))
    return looks


@login_required
@never_cache
def incident_new(request: HttpRequest) -> HttpResponse:
    """The flash report. The same form sent twice is one incident: `client_ref` says so."""
    user = request.user
    if not units_where(user, "report_incidents"):
        raise NotAllowed(sentences.NOT_ALLOWED)
    if request.method != "POST":
        form = IncidentForm(by=user, initial=_initial(request))
        return render(request, "incidents/form.html", _form_context(request, form))
    form, status = IncidentForm(request.POST, by=user), 400
    if _only_looks(request, form):
        return render(request, "incidents/form.html", _form_context(request, form))
    near = near_unseen(request, form) if form.is_valid() else []
    if form.is_valid() and not near:
        try:
            incident = actions.report_incident(
                unit=form.chosen_unit,
                content=form.content(),
                client_ref=form.cleaned_data["client_ref"],
                exercise=form.cleaned_data["exercise"],
                marking=form.marking(),
                by=user,
            )
        except Invalid as refusal:
            form.take(refusal)
        except NotAllowed:
            raise
        except Refused as refusal:
            # Sent, gone back to and changed: what was typed stays, and may become a new incident.
            status = refusal.status
            form.add_error(None, str(refusal))
            form.data["client_ref"] = str(uuid.uuid4())  # type: ignore[index]
        else:
            note_shown(request, incident)
            onward = form.cleaned_data["next"] == "release" and may(
                user, "release_incidents", incident.unit_id
            )
            releasable = onward and crosses(form.cleaned_data["category"])
            page = "incident_release" if releasable else "incident"
            response = redirect(page, uid=incident.uid)
            response["Location"] += f"?sent={incident.client_ref}"
            return response
    context = _form_context(request, form, near=near, ask_first=bool(near))
    return render(request, "incidents/form.html", context, status=409 if near else status)


def _initial(request: HttpRequest) -> dict[str, Any]:
    user: Any = request.user
    posted = [at for _role, at in roles_of(user) if may(user, "report_incidents", at)]
    unit = posted[0] if posted else None
    if unit is not None and unit.kind == Unit.Kind.DESK and unit.parent_id:
        unit = next(u for u in units().values() if u.pk == unit.parent_id)
    initial = {
        "client_ref": uuid.uuid4(),
        "unit": unit.code if unit else None,
        "language": user.language,
        "happened_precision": "minute",
        "detected_precision": "minute",
        **handling.default().columns,
    }
    like = request.GET.get("like", "")
    try:
        model = Share.objects.visible_to(user).get(incident__uid=uuid.UUID(like), own=True)
    except (ValueError, Share.DoesNotExist):
        return initial
    # Who and what was found belongs to that incident.
    values = _values(model.incident, model.fields)
    return {**initial, **{name: values[name] for name in values if name not in COLUMNS}}


@login_required
@never_cache
def incident_supplement(request: HttpRequest, uid: Any) -> HttpResponse:
    """A supplement. When somebody saved meanwhile, both versions are shown and nothing is lost."""
    incident = visible(request, uid)
    user: Any = request.user
    share = share_for(user, incident)
    # What was typed before the incident was closed is shown again, below why it was not added.
    typed = request.method == "POST" and share.own
    if not typed and not allowed_verbs(user, incident, share)["supplement"]:
        actions.supplement_incident(
            incident, version=incident.version, changes={}, by=user
        )  # says why not
        return redirect("incident", uid=uid)
    more: dict[str, Any] = {
        "incident": incident,
        "share": share,
        "present": present(incident, share, user),
        "checked": incident.state in (State.VERIFIED, State.VALIDATED),
    }
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
        form = SupplementForm(by=user, initial=initial, before=share.fields)
        return render(request, "incidents/form.html", _form_context(request, form, **more))
    form = SupplementForm(request.POST, by=user, before=share.fields)
    status = 400
    if _only_looks(request, form):
        return render(request, "incidents/form.html", _form_context(request, form, **more))
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
            form.based_on(stale.current.number)
        except NotAllowed:
            raise
        except Refused as refusal:
            status = refusal.status
            form.add_error(None, str(refusal))
        else:
            response = redirect("incident", uid=uid)
            response["Location"] += f"?sent={form.cleaned_data['client_ref'] or ''}"
            return response
    return render(
        request, "incidents/form.html", _form_context(request, form, **more), status=status
    )


def _differences(current: IncidentVersion, form: SupplementForm) -> list[dict[str, Any]]:
    """Field by field what stands now and what was typed, where they differ."""
    try:
        typed = cleaned(form.content(), before=current.content)
    except Invalid as refusal:
        form.take(refusal)  # shown beside the newer version; nothing typed is lost
        return []
    return [
        {
            "label": FIELDS[key],
            "theirs": shown(current.content.get(key), key),
            "yours": shown(typed[key], key),
        }
        for key in FIELDS
        if typed[key] != current.content.get(key)
    ]
