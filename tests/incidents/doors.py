"""The same case through each door: what an officer types, and what a program sends."""

import contextlib
import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.utils.timezone import now

from contactpoints.actions import grant_roles
from contactpoints.actions.postings import _group
from contactpoints.models import Unit
from tests.conftest import PLACES, POINTS, ROOT_ROLES, ROOTS

LAND = {"LV": "Europe/Riga", "BY": "Europe/Minsk"}


@pytest.fixture(scope="session", autouse=True)
def role_groups(django_db_setup, django_db_blocker):
    """The groups of the standing characters' roles once for the whole run, not for each test."""
    with django_db_blocker.unblock():
        units = {unit.code: unit for unit in Unit.objects.select_related("parent")}
        if not units:
            return  # a test before has emptied the database: each test makes what it needs
        for _side, regional, desk, _language in POINTS.values():
            for kind, role in PLACES.values():
                _group(units[desk if kind == "desk" else regional], role)
        for _side, root, _language in ROOTS.values():
            for role in ROOT_ROLES.values():
                _group(units[root], role)
        grant_roles()


@pytest.fixture
def signed_in():
    """A browser without scripts, signed in as somebody; `strict` also wants the CSRF token."""

    def make(user, strict=False):
        client = Client(enforce_csrf_checks=strict)
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return make


@pytest.fixture
def later(time_machine):
    """Let time pass: `later(minutes=16)`; from then on the clock goes on by itself."""

    def go(**how):
        time_machine.move_to(now() + timedelta(**how), tick=True)

    return go


def typed(side="LV", **changes):
    """The flash report as the form sends it; None takes a field out."""
    wall = now().astimezone(ZoneInfo(LAND[side]))
    values = {
        "client_ref": str(uuid.uuid4()),
        "unit": "LV-DGP" if side == "LV" else "BY-POL",
        "category": "UBC-LND",
        "severity": "3",
        "headline": "Eight people at border sign 214",
        "happened_date": f"{wall:%d.%m.%Y}",
        "happened_time": "00:00",
        "happened_zone": LAND[side],
        "happened_precision": "minute",
        "detected_date": "",
        "detected_time": "",
        "detected_zone": LAND[side],
        "detected_precision": "minute",
        "place": "",
        "border_sign": "",
        "coordinates": "55.7912, 27.3010",
        "people_total": "8",
        "people_minors": "",
        "people_injured": "",
        "narrative": "Tracks across the control strip.",
        "language": "lv",
        "internal_note": "Ask the second patrol.",
        "near_live": "yes",  # the page's script warned already; None for a page without scripts
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def sent(**changes):
    """The flash report as the API takes it; None stays null."""
    return {
        "unit": "LV-DGP",
        "category": "UBC-LND",
        "severity": 3,
        "happened_at": "2026-02-17T06:00:00Z",
        "detected_at": "2026-02-17T06:05:00Z",
        "headline": "Eight people at border sign 214",
        "lat": 55.79,
        "lon": 27.30,
        "place": None,
        "people_total": 8,
        "narrative": "Tracks across the control strip.",
        "language": "lv",
        **changes,
    }


def sql(statement, *values):
    """Raw SQL, as a mistake in code or a person at the database console would send it."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@contextlib.contextmanager
def refused_by_database(rule):
    """The database itself refuses what happens inside, and names the rule."""
    with pytest.raises((IntegrityError, InternalError), match=rule), transaction.atomic():
        yield


@contextlib.contextmanager
def rolled_back():
    """What happens inside goes well and is undone at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
