"""Makers for the tests of retention: a period that counts, and an incident that ended."""

from django.utils.timezone import now

from contactpoints.models import Role
from incidents import actions
from incidents.models import Purge, RetentionPeriod
from incidents.retention import today

WORDS = {"ground": "Section 5 of the Act", "source": "The service's letter"}


def period(kind, days=30, side="LV", **more):
    """A confirmed period from today on; the tests' time goes forward from here."""
    said = {"starts_on": today(side), "ground": "Section 5", "confirmed": True, **more}
    return RetentionPeriod.objects.create(side=side, kind=kind, days=days, **said)


def closed(case, by):
    actions.close_part(case, ground="did_not_occur", by=by)
    return case


def guardian(officer, side="LV"):
    root = {"LV": "LV-SBG", "BY": "BY-GPK"}[side]
    return officer(f"{side.lower()}.dpo", root, Role.DATA_PROTECTION)


def purge():
    return actions.purge_expired(process=Purge.Process.COMMAND)


def begun(side="LV"):
    """A purge that has begun, for what raw SQL would do in its name."""
    return Purge.objects.create(side=side, process=Purge.Process.COMMAND, at=now())
