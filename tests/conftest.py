"""The standing characters and makers that every test shares. Real PostgreSQL, real reference data.

`people` makes on first use: dgp_officer, dgp_leader (LV-DGP), dgp_duty, dgp_head (DESK-DGP), the
same for pol, rix and msq, lv_hq and by_hq at the roots, lv_admin, by_admin, and `stranger` without
any posting. Everybody on a desk or at a root is on duty.
"""

import gc
import os
import re
import uuid
from copy import copy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils.timezone import now
from psycopg2.extras import DateTimeTZRange
from whitenoise.middleware import WhiteNoiseMiddleware

from bordercoop.access.models import NOTICE, User
from bordercoop.outbox.relay import relay_due
from bordercoop.reference.models import forget
from contactpoints.access import forget_groups
from contactpoints.actions.postings import _group
from contactpoints.models import Booking, DutyShift, Posting, Role, Unit, forget_units, units
from incidents.actions import release_incident, report_incident
from incidents.actions.report import _submit
from incidents.content import cleaned
from tests.database import keep
from tests.portal import demo_database, drop_databases, tables_database

__all__ = ["demo_database"]


class QuickArgon2(Argon2PasswordHasher):
    """As in production, with the least work: signing in is tested often, its slowness never."""

    time_cost = parallelism = 1
    memory_cost = 8


def _scan_once(scan=WhiteNoiseMiddleware.add_files_from_finders, known={}):  # noqa: B006
    """The static files are the same for every client of the tests; to look for them is not free."""

    def add_files(self):
        if not known:
            scan(self)
            known.update(self.files)
        self.files.update(known)

    return add_files


WhiteNoiseMiddleware.add_files_from_finders = _scan_once()
settings.PASSWORD_HASHERS = [f"{__name__}.QuickArgon2"]
PASSWORD = "standing-character-1"
HASHED = make_password(PASSWORD)

# Past the first sign-in.
AT_HOME = {"welcomed_at": now(), "notice": NOTICE, "notice_at": now()}
PLACES = {
    "officer": ("regional", Role.OFFICER),
    "leader": ("regional", Role.SHIFT_LEADER),
    "duty": ("desk", Role.DUTY_OFFICER),
    "head": ("desk", Role.HEAD_OF_POINT),
}
POINTS = {
    "dgp": ("LV", "LV-DGP", "DESK-DGP", "lv"),
    "pol": ("BY", "BY-POL", "DESK-POL", "be"),
    "rix": ("LV", "LV-RIX", "DESK-RIX", "lv"),
    "msq": ("BY", "BY-MSQ", "DESK-MSQ", "ru"),
    "fp": ("BY", "BY-MSQ", "DESK-FP-MSQ", "ru"),
}
ROOTS = {"lv": ("LV", "LV-SBG", "lv"), "by": ("BY", "BY-GPK", "be")}
ROOT_ROLES = {
    "hq": Role.HEADQUARTERS_OFFICER,
    "analyst": Role.ANALYST,
    "admin": Role.ADMINISTRATOR,
    "auditor": Role.AUDITOR,
    "handler": Role.SERIOUS_HANDLER,
    "dpo": Role.DATA_PROTECTION,
    "representative": Role.REPRESENTATIVE,
    "approver": Role.APPROVER,
    "interpreter": Role.INTERPRETER,
}


# What starts whole portals, servers or a browser comes first, folder by folder: a worker that goes
# from one file to the next of a folder keeps what they share, and at the end there are only short
# files left, which all workers finish together. The second and the third in the list are for the
# other workers, while the first one makes the demo database.
FIRST = (
    "journeys/test_bad_input", "incidents/test_nothing_leaks", "devstack/test_run", "journeys",
    "faults", "operations", "devstack", "kernel/live", "kernel/outbox", "concurrency", "api",
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    tests = Path(__file__).parent

    def rank(item):
        path = item.path.relative_to(tests).as_posix()
        starts = [number for number, start in enumerate(FIRST) if path.startswith(start)]
        return min(starts, default=len(FIRST)), path

    items.sort(key=rank)


def pytest_collection_finish(session):
    """What was imported and collected stays: to look through it for garbage again and again is a
    twentieth of the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        drop_databases()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """Several workers make the tables and the reference data once for all."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        connection.settings_dict["TEST"]["TEMPLATE"] = tables_database(tmp_path_factory)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Reference data once for the whole run."""
    with django_db_blocker.unblock():
        if not Unit.objects.exists():
            call_command("load_reference", verbosity=0)
        _make_groups()
        keep()


def _make_groups():
    """What the roles of the standing characters may, once: hundreds of rows for each."""
    at = {unit.code: unit for unit in Unit.objects.select_related("parent")}
    for _side, regional, desk, _language in POINTS.values():
        for kind, role in PLACES.values():
            _group(at[desk if kind == "desk" else regional], role)
    for _side, code, _language in ROOTS.values():
        for role in ROOT_ROLES.values():
            _group(at[code], role)


@pytest.fixture(scope="session", autouse=True)
def _files_of_the_tests(tmp_path_factory):
    """What tests upload lies in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


class Memory:
    """Reference data are remembered from one test to the next until something writes to them."""

    WRITES = re.compile(
        r"\s*(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\W+(public\W+)?"
        r"(reference_|contactpoints_(unit|desk|contactpoint)|auth_group)"
    )
    stale = True

    def watch(self, execute, sql, params, many, context):
        if self.WRITES.match(sql):
            self.stale = True
            self.drop()
        return execute(sql, params, many, context)

    def __init__(self):
        self.groups = {}

    def drop(self):
        forget()
        forget_units()
        forget_groups()
        self.groups.clear()

    def group(self, unit, role):
        """The group of a role at a unit, as `_group` gives it."""
        key = unit.code, role
        if key not in self.groups:
            self.groups[key] = _group(unit, role)
        return self.groups[key]


MEMORY = Memory()


@pytest.fixture(autouse=True)
def _fresh_memory(request):
    """Nothing remembered that another test wrote. What commits may write from other threads and
    processes, which nobody watches here."""
    marker = request.node.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction"))
    if MEMORY.stale or commits or marker is None:
        MEMORY.drop()
    MEMORY.stale = commits
    if MEMORY.watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(MEMORY.watch)
    yield
    MEMORY.stale = MEMORY.stale or commits


@pytest.fixture
def unit(db):
    def get(code):
        known = units().get(code)
        if known is None:
            raise Unit.DoesNotExist(code)
        return copy(known)

    return get


@pytest.fixture
def officer(unit):
    """Make an account of a side, posted at a unit in a role: the rows that the verb writes, which
    has its own tests. Nearly every test makes some, and pays for no more than it needs."""

    def make(username, code, role, language="en"):
        at = unit(code)
        user = User.objects.create(
            username=username,
            email=f"{username}@{at.side.lower()}.example",
            side=at.side,
            name_latin=username.replace(".", " ").title(),
            name_local=username,
            language=language,
            password=HASHED,
            phone="+000 000",
            **AT_HOME,
        )
        posting = Posting.objects.create(
            officer=user, unit=at, role=role, group=MEMORY.group(at, role),
            starts_at=now() - timedelta(days=1),
        )  # fmt: skip
        User.groups.through.objects.create(user=user, group=posting.group)
        return user

    return make


@pytest.fixture
def on_duty(unit):
    """Put an officer on duty at a unit from an hour ago for a day, as `officer` posts one."""

    def put(user, code, rank=DutyShift.Rank.PRIMARY, hours=24):
        period = DateTimeTZRange(now() - timedelta(hours=1), now() + timedelta(hours=hours))
        booking = Booking.objects.create(officer=user, kind=Booking.Kind.DUTY, period=period)
        return DutyShift.objects.create(booking=booking, unit=unit(code), rank=rank, period=period)

    return put


class People(SimpleNamespace):
    """Standing characters, made when first named."""

    def __init__(self, officer, on_duty):
        super().__init__()
        self._officer, self._on_duty = officer, on_duty

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name == "stranger":
            made = User.objects.create(
                username="stranger",
                email="stranger@eu.example",
                side="EU",
                name_latin="Stranger",
                **AT_HOME,
            )
        else:
            where, part = name.split("_")
            if where in POINTS:
                _side, regional, desk, language = POINTS[where]
                kind, role = PLACES[part]
                code = desk if kind == "desk" else regional
            else:
                _side, code, language = ROOTS[where]
                role = ROOT_ROLES[part]
            made = self._officer(f"{where}.{part}", code, role, language)
            if part in ("duty", "hq"):
                self._on_duty(made, code)
        setattr(self, name, made)
        return made


@pytest.fixture
def people(officer, on_duty):
    return People(officer, on_duty)


@pytest.fixture
def both_sides_on_duty(people):
    """Somebody answers at both ends of the land point and at both headquarters."""
    return people.dgp_duty, people.pol_duty, people.lv_hq, people.by_hq


@pytest.fixture
def content():
    """A whole content as parsed values; name what differs."""

    def make(**changes):
        return {
            "category": "UBC-LND",
            "severity": 3,
            "headline": "Eight people at border sign 214",
            "happened_at": now() - timedelta(minutes=20),
            "detected_at": now() - timedelta(minutes=10),
            "lat": 55.7912,
            "lon": 27.301,
            "people_total": 8,
            "narrative": "Tracks across the control strip.",
            "language": "en",
            "internal_note": "Ask the second patrol.",
            **changes,
        }

    return make


def older_serious(unit, said, by):
    """A serious incident as it was logged before the channel of its own (docs/serious.md)."""
    whole = cleaned(said, before={"category": "SIR"})
    return _submit(unit, whole, client_ref=uuid.uuid4(), exercise=False, reported_by=by)


@pytest.fixture
def incident(people, unit, content):
    """A submitted incident of LV-DGP, reported by its officer unless told otherwise."""

    def make(by=None, at="LV-DGP", **changes):
        said, by = content(**changes), by or people.dgp_officer
        if said["category"] == "SIR":
            return older_serious(unit(at), said, by)
        return report_incident(unit=unit(at), content=said, client_ref=uuid.uuid4(), by=by)

    return make


@pytest.fixture
def released(incident, people, unit, both_sides_on_duty):
    """An incident of LV-DGP released to Polotsk; gives (incident, delivery)."""

    def make(by=None, desks=("DESK-POL",), fields=None, priority=None, **changes):
        case = incident(**changes)
        alert = release_incident(
            case,
            desks=[unit(code) for code in desks],
            fields=fields,
            priority=priority,
            by=by or people.dgp_duty,
        )
        return case, alert.deliveries.get(desk__code=desks[0])

    return make


@pytest.fixture
def signed_in():
    """A browserless client signed in as somebody."""

    def make(user):
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return make


@pytest.fixture
def api():
    """An API client with a token: get(path), post(path, body, **headers)."""
    from knox.models import AuthToken
    from rest_framework.test import APIClient

    def make(user):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(user)[1]}")
        client.default_format = "json"
        return client

    return make


@pytest.fixture
def carry_out():
    """Drain the outbox as the relay would."""

    def drain():
        while relay_due():
            pass

    return drain
