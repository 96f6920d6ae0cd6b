"""An information request as one reader has it. Reads only."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q

from bordercoop.reference.models import Term, terms
from contactpoints.access import may, units_for, units_where
from contactpoints.models import Delivery, Unit, units

from ..handling import Marking, is_guest_s, of, permitted
from ..models import (
    Audience,
    Consent,
    InformationRequest,
    RequestAnswer,
    RequestConsent,
    RequestFile,
    RequestMessage,
    Share,
)

SERVICES = ("LV", "BY")


def reads_requests(user: Any) -> bool:
    """Whether the officer reads the alerts of some desk of the two services."""
    return user.side in SERVICES and bool(units_where(user, "view_alerts"))


def own_desks(user: Any) -> list[Unit]:
    """Desks for which the officer asks and answers."""
    if user.side not in SERVICES:
        return []
    return [
        unit
        for unit in units_for(user, "acknowledge_alerts")
        if unit.kind == Unit.Kind.DESK and unit.side == user.side
    ]


def other_desks(user: Any) -> list[Unit]:
    """Desks of the other side, which may be asked."""
    return [
        unit
        for unit in units().values()
        if unit.kind == Unit.Kind.DESK
        and unit.retired_at is None
        and unit.side in SERVICES
        and unit.side != user.side
    ]


def grounds(vocabulary: str) -> list[Term]:
    return [term for term in terms(vocabulary).values() if term.retired_at is None]


def ground_name(vocabulary: str, code: str) -> str:
    """The name of a ground in the active language; "" for none."""
    term = terms(vocabulary).get(code)
    return term.name if term else code


def desk_of(asked: InformationRequest, user: Any) -> Unit:
    """The desk of the reader's side."""
    return asked.desk if user.side == asked.side else asked.to


def acts_for(asked: InformationRequest, user: Any) -> bool:
    """Whether the officer acts in the request for the own side."""
    return user.side in SERVICES and may(user, "acknowledge_alerts", desk_of(asked, user))


def thread(asked: InformationRequest, user: Any) -> list[RequestMessage]:
    """Messages that the reader reads: of the own side, and those for both. Oldest first."""
    rows = asked.messages.select_related("by")
    return [row for row in rows if row.side == user.side or row.audience == Audience.SHARED]


def files_of(asked: InformationRequest, user: Any) -> list[RequestFile]:
    """Files that the reader reads, in the order in which they came."""
    return list(RequestFile.objects.visible_to(user).filter(asked=asked).select_related("by"))


def linked(asked: InformationRequest, user: Any) -> list[Share]:
    """The reader's own copies of the incidents that the request is about; nothing of those of which
    the reader holds none."""
    ids = list(asked.links.values_list("incident_id", flat=True))
    if not ids:
        return []
    rows = Share.objects.visible_to(user).filter(incident_id__in=ids).select_related("incident")
    return sorted(rows, key=lambda share: ids.index(share.incident_id))


def linkable(asked: InformationRequest, user: Any, most: int = 50) -> list[Share]:
    """The reader's copies of incidents that the other side reported or its desk holds as well, and
    that are not linked yet; the newest first."""
    other = asked.to if user.side == asked.side else asked.desk
    held = Share.objects.filter(unit=other).values("incident_id")
    rows = Share.objects.visible_to(user).filter(Q(incident_id__in=held) | Q(side=other.side))
    rows = rows.exclude(incident_id__in=asked.links.values("incident_id"))
    return list(rows.select_related("incident").newest()[:most])


def first_delivery(asked: InformationRequest) -> Delivery | None:
    """The alert with which it was asked, at the desk that was asked."""
    rows = Delivery.objects.about(asked.ref).at([asked.to_id])
    found: Delivery | None = rows.select_related("acknowledged_by").order_by("pk").first()
    return found


# --- passing on


def halves_of_other(asked: InformationRequest, holder: Unit) -> list[Marking]:
    """Under which markings the half of the other side stands: the question, or every answer."""
    if holder.side != asked.side:
        return [of(asked)]
    return [of(answer) for answer in asked.answers.all()]


def permits(asked: InformationRequest, holder: Unit, to: Unit) -> str:
    """What the half of the other side says of passing the whole on: at_once, consent, never."""
    return _permits(halves_of_other(asked, holder), holder, to)


def _permits(halves: list[Marking], holder: Unit, to: Unit) -> str:
    said = {permitted(marking, holder, to) for marking in halves}
    return next((word for word in ("never", "consent") if word in said), "at_once")


def goals(asked: InformationRequest, holder: Unit) -> list[Unit]:
    """To whom a desk may think of passing it on: units of its own side, guests at the focal point;
    no desk that is part of it."""
    return [
        unit
        for unit in units().values()
        if unit.retired_at is None
        and unit.pk not in (asked.desk_id, asked.to_id)
        and (unit.side == holder.side or is_guest_s(unit))
    ]


def open_goals(asked: InformationRequest, holder: Unit) -> list[Unit]:
    """Those of `goals` that the marking of the other half does not shut out."""
    halves = halves_of_other(asked, holder)
    return [unit for unit in goals(asked, holder) if _permits(halves, holder, unit) != "never"]


def consent_to(
    asked: InformationRequest, holder: Unit, to: Unit, answers: int
) -> RequestConsent | None:
    """A consent that covers the other side's half as it stands now, if there is one."""
    given = asked.consents.filter(
        unit=holder, to=to, state=Consent.State.GIVEN, answers__gte=answers
    )
    found: RequestConsent | None = given.order_by("-pk").first()
    return found


@dataclass
class Passed:
    """What was passed on to a reader's unit: the question and the first answers."""

    asked: InformationRequest
    answers: list[RequestAnswer]


def passed_to(asked: InformationRequest, user: Any) -> Passed:
    """What `user`, to whom it was passed on, reads of it."""
    ids = units_where(user, "view_incidents")
    most = asked.passed.filter(to_id__in=ids).aggregate(most=Max("answers"))["most"] or 0
    return Passed(asked, list(asked.answers.filter(number__lte=most).select_related("by")))
