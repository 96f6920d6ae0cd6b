"""A joint investigation: proposed by a border representative, answered by the other side."""

import uuid
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.reference.models import Place, version_in_force
from bordercoop.reference.wording import worded
from contactpoints.access import require
from contactpoints.models import ContactPoint, Priority, Unit

from ..access import share_for
from ..content import category_of, crosses
from ..content.checks import Check, moment, position
from ..investigation.guideline import CODE, due_after
from ..models import (
    CaseIncident,
    CaseMove,
    CaseSide,
    CaseState,
    Incident,
    Investigation,
)
from .case_moves import (
    locked_case,
    moved,
    not_now,
    require_lead,
    require_state,
    require_team,
    ring_case,
    tell_other_side,
)

State = CaseState
SERVICES = ("LV", "BY")
LONGEST = 2_000
NEXT_CASE = """
    INSERT INTO incidents_caseseries (year, last) VALUES (%s, 1)
    ON CONFLICT (year) DO UPDATE SET last = incidents_caseseries.last + 1
    RETURNING last
"""
REASON = gettext_lazy("Write the reason: the other side reads it.")


def _ends(point: str, by: Any) -> dict[str, Unit]:
    """The desk of each side at a common contact point."""
    found = ContactPoint.objects.filter(code=point).first()
    desks = found.desks.select_related("unit", "unit__parent") if found else []
    ends = {desk.unit.side: desk.unit for desk in desks}
    if set(ends) != set(SERVICES):
        sentence = _("Choose a contact point at which both services have a desk.")
        raise Invalid(sentence, fields={"point": [sentence]})
    return ends


def _parsed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a proposal, checked; raises Invalid with a sentence for each wrong field."""
    check, at = Check(), now()
    category = str(facts.get("category", ""))
    try:
        term = category_of(category)
    except Refused:
        term = None
    if term is None:
        check.no("category", _("Choose a category."))
    elif not crosses(category):
        check.no("category", _("Incidents of this category are never shared."))
    moment(check, "happened_at", facts.get("happened_at"), at)
    if facts.get("happened_at") is None:
        check.no("happened_at", _("Say when it happened."))
    lat, lon = position(check, facts.get("lat"), facts.get("lon"))
    if facts.get("language") not in ("lv", "be", "ru", "en"):
        check.no("language", _("Choose the language you write in."))
    if facts.get("by_language", "ru") not in ("be", "ru"):
        check.no("by_language", _("The act is in Latvian, and in Belarusian or Russian."))
    said: dict[str, Any] = {}
    for name, most, empty in (
        ("title", 160, _("Say in one line what is to be investigated.")),
        ("border_sign", 40, ""),
        ("place", 200, ""),
        ("grounds", 5_000, _("Write why both sides should look into it together.")),
    ):
        try:
            said[name] = worded(
                str(facts.get(name) or ""), name, most=most, empty=empty,
                one_line=name != "grounds",
            )  # fmt: skip
        except Invalid as wrong:
            check.no(name, str(wrong))
    sign = facts.get("sign")
    if sign is not None and not (isinstance(sign, Place) and sign.kind == Place.Kind.SIGN):
        check.no("sign", _("Choose a border sign from the register."))
    if not (sign or said.get("border_sign") or said.get("place") or lat is not None):
        check.no("border_sign", _("Say where: a border sign, a place in words or coordinates."))
    if check.wrong:
        first = next(iter(check.wrong.values()))[0]
        raise Invalid(first, fields=check.wrong)
    return {
        **said,
        "category": term,
        "happened_at": facts["happened_at"],
        "lat": lat,
        "lon": lon,
        "sign": sign,
        "language": facts["language"],
        "by_language": facts.get("by_language", "ru"),
    }


def _cited(incident: Incident | None, by: Any) -> Incident | None:
    if incident is None:
        return None
    share_for(by, incident)
    if not crosses(incident.category.code):
        raise Refused(
            _("Incidents of this category never leave their side, and are investigated there."),
            code="never_released",
            status=403,
        )
    return incident


@transaction.atomic
def propose_case(
    *,
    unit: Unit,
    point: str,
    facts: Mapping[str, Any],
    incident: Incident | None = None,
    client_ref: uuid.UUID | None = None,
    exercise: bool = False,
    historic: str = "",
    by: Any,
) -> Investigation:
    """Propose to the other side to investigate a border incident together.

    `facts` has category (code), title, grounds, language, happened_at (aware), and where: `sign` (a
    Place), border_sign, place, lat and lon in WGS 84 degrees; by_language is that of Belarus's
    column. `point` is the contact point whose two desks hear of it. `incident` is one that the
    officer reads. The same `client_ref` is the same proposal. The other side's desk gets an alert,
    so it is refused when nobody is on duty there.
    """
    if by.side not in SERVICES or unit.side != by.side:
        raise NotAllowed(_("Border representatives of the two services propose this."))
    require(by, "lead_investigations", unit)
    ref = client_ref or uuid.uuid4()
    if known := Investigation.objects.filter(proposed_by=by, client_ref=ref).first():
        return known
    ends = _ends(point, by)
    said = _parsed(facts)
    incident = _cited(incident, by)
    at = now()
    with connection.cursor() as cursor:
        cursor.execute(NEXT_CASE, [at.astimezone(UTC).year])
        number = f"JI-{at.astimezone(UTC).year}-{cursor.fetchone()[0]:05d}"
    case = Investigation.objects.create(
        number=number,
        client_ref=ref,
        side=by.side,
        proposed_at=at,
        proposed_by=by,
        entered_at=at,
        due_at=due_after(version_in_force(CODE), State.PROPOSED, at),
        exercise=exercise,
        historic=historic,
        **said,
    )
    for side, desk in ends.items():
        own = side == by.side
        CaseSide.objects.create(
            investigation=case,
            side=side,
            unit=unit if own else desk.parent or desk,
            desk=desk,
            representative=by if own else None,
        )
    if incident is not None:
        CaseIncident.objects.create(investigation=case, incident=incident, side=by.side, by=by)
    CaseMove.objects.create(investigation=case, after=State.PROPOSED, side=by.side, by=by)
    record("case.proposed", case.ref, by=by, number=number, category=case.category.code)
    tell_other_side(case, by=by, event="proposed")
    ring_case(case)
    return case


@transaction.atomic
def cite_incident(case: Investigation, incident: Incident, *, by: Any) -> CaseIncident:
    """Name an incident that the case is about. The other side reads its number where it holds a
    copy of it, and nothing otherwise. Twice is once."""
    case = locked_case(case)
    require_team(case, by)
    if not case.going_on:
        raise not_now(case)
    _cited(incident, by)
    row, new = CaseIncident.objects.get_or_create(
        investigation=case, incident=incident, side=by.side, defaults={"by": by}
    )
    if new:
        record("case.cited", case.ref, by=by, incident=incident.number)
        ring_case(case)
    return row


# --- the answer


@transaction.atomic
def agree_case(
    case: Investigation, *, unit: Unit | None = None, by_language: str = "", by: Any
) -> Investigation:
    """Agree for the side that was asked; the officer is its representative in the case.

    From then on the case follows the guideline in force. `unit` of the own side does the work (the
    one that the proposal named without); `by_language` is Belarus's choice for the act. Agreed
    twice is agreed once.
    """
    case = locked_case(case)
    part = require_lead(case, by)
    if by.side == case.side:
        raise NotAllowed(_("The other side agrees to what yours proposed."), code="own_proposal")
    if case.state == State.AGREED and part.representative_id == by.pk:
        return case
    require_state(case, State.PROPOSED)
    fields: dict[str, Any] = {"guideline": version_in_force(CODE)}
    if by_language and by.side == "BY":
        if by_language not in ("be", "ru"):
            sentence = _("The act is in Latvian, and in Belarusian or Russian.")
            raise Invalid(sentence, fields={"by_language": [sentence]})
        fields["by_language"] = by_language
    if unit is not None:
        if unit.side != by.side:
            sentence = _("Choose a unit of your own side.")
            raise Invalid(sentence, fields={"unit": [sentence]})
        require(by, "lead_investigations", unit)
        part.unit = unit
    part.representative = by
    part.save(update_fields=["unit", "representative"])
    moved(case, State.AGREED, by=by, fields=fields)
    tell_other_side(case, by=by, event="agreed", priority=Priority.P4)
    return case


@transaction.atomic
def decline_case(case: Investigation, *, reason: str, by: Any) -> Investigation:
    """Decline for the side that was asked, with a reason that the other side reads."""
    case = locked_case(case)
    require_lead(case, by)
    if by.side == case.side:
        raise NotAllowed(_("Your side proposed it: withdraw it instead."), code="own_proposal")
    if case.state == State.DECLINED:
        return case
    require_state(case, State.PROPOSED)
    reason = worded(reason, "reason", most=LONGEST, empty=REASON)
    moved(case, State.DECLINED, by=by, reason=reason, fields={"reason": reason})
    tell_other_side(case, by=by, event="declined", priority=Priority.P4, reason=reason[:200])
    return case


@transaction.atomic
def withdraw_case(case: Investigation, *, reason: str, by: Any) -> Investigation:
    """Take a proposal of the own side back while nobody has answered it."""
    case = locked_case(case)
    require_lead(case, by)
    if by.side != case.side:
        raise NotAllowed(_("The other side proposed it: decline it instead."), code="not_yours")
    if case.state == State.WITHDRAWN:
        return case
    require_state(case, State.PROPOSED)
    reason = worded(reason, "reason", most=LONGEST, empty=REASON)
    moved(case, State.WITHDRAWN, by=by, reason=reason, fields={"reason": reason})
    tell_other_side(case, by=by, event="withdrawn", priority=Priority.P4, reason=reason[:200])
    return case
