"""The focal point as tests make it."""

from datetime import date, timedelta
from types import SimpleNamespace

from contactpoints import actions
from contactpoints.models import ContactPoint


def point():
    return ContactPoint.objects.get(code="FP-AIR-MSQ")


def days(first=0, last=9):
    today = date.today()
    return {"starts_on": today + timedelta(first), "ends_on": today + timedelta(last)}


def expert(by, **more):
    said = {
        "name": "A B", "service": "EU", "profile": "ALDO", "languages": ["en"],
        "phone": "+375 1700", "legal_basis": "Working arrangement", **days(), **more,
    }  # fmt: skip
    return actions.enter_expert(point(), by=by, **said)


def deployment(by, **more):
    said = {"what": "Second line", "place": "Minsk", **days(), **more}
    return actions.enter_deployment(point(), by=by, **said)


def ask(by, **more):
    said = {"profile": "INT", "place": "Daugavpils", "reason": "Nobody speaks Pashto.",
            "language": "en", **days(), **more}  # fmt: skip
    return actions.ask_expertise(point(), by=by, **said)


def scene(people):
    return SimpleNamespace(
        expert=expert(people.fp_head),
        deployment=deployment(people.fp_head),
        asked={by.side: ask(by) for by in (people.dgp_head, people.pol_head)},
    )
