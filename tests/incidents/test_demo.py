"""The demo: invented people, a rota without a gap, and a week lived through by the verbs."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import override

from bordercoop.access.models import User
from bordercoop.audit.models import Entry
from bordercoop.outbox.models import Message
from bordercoop.reference.border import border_distance_km
from bordercoop.reference.models import offered
from contactpoints.actions import extend_rotas
from contactpoints.models import (
    BY_SEVERITY,
    Absence,
    Alert,
    Delivery,
    Display,
    DutyShift,
    Posting,
    Priority,
    RotaRule,
    ShiftSwap,
    Unit,
    units,
)
from incidents import serious
from incidents.actions import add_note
from incidents.demo import week
from incidents.demo.people import PASSWORD, WATCHES, make_accounts, set_rota
from incidents.models import (
    Incident,
    IncidentVersion,
    Measure,
    Note,
    Part,
    Precision,
    Release,
    Share,
    State,
)
from incidents.texts import headline_of
from tests.reference.test_words import FORBIDDEN

POSTINGS = {
    **{
        f"{x}.{part}": code
        for x, regional in (
            ("dgp", "LV-DGP"),
            ("pol", "BY-POL"),
            ("rix", "LV-RIX"),
            ("msq", "BY-MSQ"),
        )
        for part, code in (
            ("officer", regional),
            ("leader", regional),
            ("duty", f"DESK-{x.upper()}"),
            ("head", f"DESK-{x.upper()}"),
        )
    },
    "fp.duty": "DESK-FP-MSQ",
    "fp.head": "DESK-FP-MSQ",
    **{
        f"{side}.{part}": root
        for side, root in (("lv", "LV-SBG"), ("by", "BY-GPK"))
        for part in (
            "hq",
            "representative",
            "analyst",
            "coordinator",
            "approver",
            "admin",
            "auditor",
            "handler",
            "dpo",
            "interpreter",
        )
    },
    "expert": "EU-FRX",
    "lud.analyst": "LV-LUD",
    "msq.analyst": "BY-MSQ",
}
TABLES = (
    *(User, Posting, RotaRule, DutyShift, Absence, ShiftSwap, Display),
    *(Alert, Delivery, Message, Entry),
    *(Incident, IncidentVersion, Share, Release, Note, Measure, Part),
)


def run(command="demo", *args):
    out = StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue().splitlines()


def watched_each_hour(start, days=30):
    """Every hour of `days` from `start` at which a desk or headquarters has not one primary."""
    shifts = DutyShift.objects.filter(cancelled_at=None, rank="primary").select_related("unit")
    held = {code: [] for code in WATCHES}
    for shift in shifts:
        held[shift.unit.code].append(shift.period)
    hours = [start + timedelta(hours=n) for n in range(days * 24)]
    return [
        (code, hour)
        for code, periods in held.items()
        for hour in hours
        if sum(hour in period for period in periods) != 1
    ]


@pytest.mark.django_db
class TestBeforeTheWeek:
    def test_demo_data_is_refused_outside_demo_mode(self, settings):
        settings.DEMO = False
        with pytest.raises(CommandError, match="not a demo installation"):
            run()
        assert not User.objects.exists()
        assert not Incident.objects.exists()

    def test_outside_demo_mode_prepare_makes_no_accounts(self, settings):
        settings.DEMO = False
        run("prepare")
        assert Unit.objects.exists()
        assert not User.objects.exists()

    def test_the_table_of_accounts_is_all_that_is_printed_and_makes_nothing(self, settings):
        settings.DEMO = True
        head, *rows, blank, last = run("demo", "--accounts")
        assert head.split() == ["user", "name", "who", "where", "language"]
        assert sorted(row.split()[0] for row in rows) == sorted(POSTINGS)
        assert (blank, last) == ("", f"password of every account: {PASSWORD}")
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        "change", [datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)]
    )
    def test_a_clock_change_leaves_no_hour_without_its_one_primary(self, change):
        with time_machine.travel(change - timedelta(days=5), tick=False):
            make_accounts()
            set_rota()
            extend_rotas()
            assert watched_each_hour(now()) == []

    def test_an_account_that_exists_keeps_its_password_and_name(self, settings):
        settings.DEMO = True
        kept = User.objects.create(
            username="dgp.duty", email="own@lv.example", side="LV", name_latin="Own", password="x"
        )
        make_accounts()
        kept.refresh_from_db()
        assert (kept.email, kept.name_latin, kept.password) == ("own@lv.example", "Own", "x")


@pytest.fixture(scope="module")
def lived(django_db_setup, django_db_blocker):
    """The demo made once for all tests below, and rolled back after the last; its first output."""
    from django.conf import settings

    before, settings.DEMO = settings.DEMO, True
    with django_db_blocker.unblock(), transaction.atomic():
        yield run("prepare")
        transaction.set_rollback(True)
    settings.DEMO = before


@pytest.fixture
def own_changes(lived):
    """What the test changes is gone after it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def released():
    return Share.objects.filter(own=False, origin="service").select_related("incident", "unit")


def service():
    """Those of the week; a broken border sign opened one more on each side."""
    lived_through = [week.client_ref(entry) for entry in week.entries()]
    rows = Incident.objects.filter(origin="service", client_ref__in=lived_through)
    return rows.select_related("category", "unit")


def border_of(incident):
    return "air" if incident.unit.code[:6] in ("LV-RIX", "BY-MSQ") else "land"


# --- people


def test_the_accounts_are_posted_where_their_names_say(lived):
    found = {p.officer.username: p for p in Posting.objects.select_related("officer", "unit")}
    assert {name: posting.unit.code for name, posting in found.items()} == POSTINGS
    assert found["pol.duty"].role == "duty_officer"
    assert found["rix.leader"].role == "shift_leader"
    assert found["by.admin"].role == "administrator"
    assert all(p.officer.side == p.unit.side for p in found.values())
    assert all(p.officer.email.endswith(f"@{p.unit.side.lower()}.example") for p in found.values())
    assert min(p.starts_at for p in found.values()) < now() - timedelta(days=9)


def test_one_password_opens_every_account(lived):
    hashes = set(User.objects.values_list("password", flat=True))
    assert len(hashes) == 1
    assert check_password(PASSWORD, hashes.pop())


def test_names_are_in_latin_letters_and_in_the_letters_of_the_officers_language(lived):
    for user in User.objects.all():
        assert not re.search("[Ѐ-ӿ]", user.name_latin)
        letters = user.name_local.lower()
        assert bool(re.search("[Ѐ-ӿ]", letters)) == (user.side == "BY")
        assert not (user.language == "be" and re.search("[ищъ]", letters)), user.name_local
        assert not (user.language == "ru" and re.search("[іў]", letters)), user.name_local
    spoken = Counter(User.objects.values_list("side", "language"))
    assert set(spoken) == {("LV", "lv"), ("BY", "be"), ("BY", "ru"), ("EU", "en")}
    assert abs(spoken["BY", "be"] - spoken["BY", "ru"]) <= 2


def test_every_desk_and_headquarters_has_one_primary_each_hour_for_30_days(lived):
    assert watched_each_hour(now()) == []


def test_the_desks_were_staffed_all_week(lived):
    assert watched_each_hour(now() - timedelta(days=8), days=8) == []


# --- the channel of serious incidents


def test_each_handler_has_reports_with_and_without_a_name_and_the_code_opens_one(lived):
    handlers = {side: User.objects.get(username=f"{side}.handler") for side in ("lv", "by")}
    (said,) = (line for line in run("prepare") if line.startswith("demo serious"))
    for side, handler in handlers.items():
        rows = serious.handled_by(handler)
        assert {row.anonymous for row in rows} == {True, False}
        assert all(row.text.endswith(week.MARK[language_of(row)]) for row in rows)
        code = re.search(rf"{side.upper()} ((?:[A-Z2-9]{{5}}-?){{4}})", said)[1]
        assert serious.by_code(handler, code).side == handler.side
    assert not Message.objects.filter(channel="waiting", done_at=None).exists()


def language_of(report):
    if report.reporter:
        return report.reporter.language
    return {"LV": "lv", "BY": "be"}[report.side]


# --- the rota, the walls, and headlines from the list


def test_an_absence_a_swap_and_screens_of_both_sides_are_there_and_nothing_waits(lived):
    assert set(Absence.objects.values_list("booking__officer__side", flat=True)) == {"LV", "BY"}
    swaps = {swap.taken is not None: swap for swap in ShiftSwap.objects.select_related("taken")}
    assert set(swaps) == {True, False}
    assert swaps[True].taken.period.lower > now()
    assert not ShiftSwap.objects.open().exists()
    screens = Display.objects.values_list("unit__side", "ended_at")
    assert {side for side, ended_at in screens if ended_at is None} == {"LV", "BY"}
    assert not Display.objects.filter(opened_at=None).exists()
    assert not Message.objects.filter(done_at=None, channel__in=("waiting", "rota_gaps")).exists()


def test_both_sides_use_the_list_of_headlines_and_the_other_reads_them_in_its_own_language(lived):
    copies = [share for share in released() if share.fields.get("headline_template")]
    assert {share.side for share in copies} == {"LV", "BY"}
    for share in copies:
        with override("be"):
            assert re.search("[іў]", headline_of(share)[0])


# --- repeating


def test_a_second_run_adds_nothing(lived, own_changes):
    before = [table.objects.count() for table in TABLES]
    said = run("prepare")[-22:]
    assert said[:5] == [
        "demo accounts: 0 new",
        "demo rota: 0 new shifts",
        "open-source records: 0 new",
        "demo incidents: 0 new",
        "demo joint investigation: there already",
    ]
    assert said[5].startswith("demo serious incidents: 0 new")
    assert said[6:] == [
        "demo reports of half a year: there already",
        "demo reports of Ludza: there already",
        "demo SOPs: none new",
        "demo risks: there already",
        "demo risk reports: there already",
        "demo watch-list: there already",
        "demo activities: there already",
        "demo people of activities: there already, or no activity",
        "demo courses: there already",
        "demo training that is over: there already",
        "demo plans: there already",
        "demo joint operations: there already",
        "demo lessons: there already",
        "demo deployments: there already",
        "demo exercises: there already",
        "demo public event: there already",
    ]
    assert [table.objects.count() for table in TABLES] == before


def test_a_later_run_leaves_the_week_alone_and_extends_the_rota(lived, own_changes):
    incident = service().get(number__startswith="LV-DGP", category__code="UBC-LND")
    add_note(incident, text="Mine", by=User.objects.get(username="dgp.duty"))
    notes, incidents = Note.objects.count(), Incident.objects.count()
    later = now() + timedelta(days=45)
    with time_machine.travel(later, tick=False):
        run()
        assert watched_each_hour(later) == []
    assert (Note.objects.count(), Incident.objects.count()) == (notes, incidents)


# --- the week


def test_every_category_happens_except_serious_incidents(lived):
    happened = set(service().values_list("category__code", flat=True))
    assert happened == {term.code for term in offered("incident_category")} - {"SIR"}


def test_the_sides_are_even_in_number_severity_and_border(lived):
    seen = [
        (share.side, border_of(share.incident), share.severity)
        for share in Share.objects.filter(own=True, incident__in=service()).select_related(
            "incident__unit"
        )
    ]
    for fact in (1, 2):
        lv, by = (Counter(row[fact] for row in seen if row[0] == side) for side in ("LV", "BY"))
        assert lv == by
    assert service().filter(side="LV").count() == service().filter(side="BY").count() == 20
    answers = Counter(
        Delivery.objects.exclude(desk__code="DESK-FP-MSQ").values_list(
            "alert__sender__side", "state"
        )
    )
    assert answers["LV", "declined"] == answers["BY", "declined"] == 1
    of_week = Release.objects.filter(incident__in=service())
    parts = of_week.values_list("incident__side", flat=True).distinct("incident")
    assert Counter(parts)["LV"] == Counter(parts)["BY"]


def test_categories_happen_at_their_borders_and_positions_lie_near_the_line(lived):
    borders = {term.code: term.facts["borders"] for term in offered("incident_category")}
    for incident in service():
        share = incident.shares.get(own=True)
        border = border_of(incident)
        assert border in borders[share.category], share.category
        assert share.place or share.lat, share.number
        if share.lat is not None:
            assert border == "land"
            assert border_distance_km(share.lat, share.lon) < 1.2, share.number


def test_applications_for_protection_are_there_and_never_released(lived):
    asked = service().filter(category__code="ASY")
    assert {incident.side for incident in asked} == {"LV", "BY"}
    assert not Release.objects.filter(incident__in=asked).exists()
    assert not Share.objects.filter(incident__in=asked, own=False).exists()


def test_everything_released_was_acknowledged_in_time_and_in_order(lived):
    assert not Delivery.objects.open().exists()
    abouts = [incident.ref for incident in service()]
    deliveries = Delivery.objects.filter(alert__about__in=abouts).select_related(
        "alert", "desk", "acknowledged_by"
    )
    assert deliveries.count() > 30
    for delivery in deliveries:
        times = [
            delivery.queued_at,
            delivery.sent_at,
            delivery.delivered_at,
            delivery.opened_at,
            delivery.acknowledged_at,
        ]
        assert times == sorted(times)
        wait = delivery.steps[0]["wait"]
        assert delivery.acknowledged_at - delivery.queued_at < timedelta(seconds=wait)
        assert delivery.acknowledged_by.username == WATCHES[delivery.desk.code]
        assert delivery.desk.side != delivery.alert.sender.side or (
            delivery.desk.code == "DESK-FP-MSQ"
        )
    assert not deliveries.open().exists()
    assert deliveries.filter(step__gt=0).count() == 0


def test_an_answer_comes_within_the_shortest_time_its_priority_can_have():
    """Information may wait for the next shift; the week starts at any hour, so that can be soon."""
    shortest = {Priority.P1: 5, Priority.P2: 15, Priority.P3: 60, Priority.P4: 5}
    answers = 0
    for entry in week.entries():
        released, priority = None, None
        for step in entry["then"]:
            if step["do"] == "release":
                released, priority = step["after"], step.get("priority")
                priority = priority or BY_SEVERITY[entry["severity"]]
            elif step["do"] in ("acknowledge", "decline"):
                answers += 1
                assert 0 < step["after"] - released < shortest[priority], entry["headline"]
    assert answers > 30


def test_the_last_hours_show_work_in_hand_on_both_sides(lived):
    fresh = Delivery.objects.filter(acknowledged_at__gt=now() - timedelta(hours=9))
    assert set(fresh.values_list("desk__side", flat=True)) == {"LV", "BY"}
    assert set(fresh.values_list("state", flat=True)) == {"acknowledged", "accepted"}
    assert State.SUBMITTED in set(service().values_list("state", flat=True))


def test_on_each_side_a_recipient_holds_an_older_version_than_the_owner(lived):
    older = {s.side for s in released() if s.version < s.incident.version}
    assert older == {"LV", "BY"}
    assert {s.side for s in released() if s.version == s.incident.version == 2} == {"LV", "BY"}


def test_some_are_closed_by_both_sides_and_some_by_one(lived):
    closed = service().filter(state=State.CLOSED)
    assert {incident.side for incident in closed} == {"LV", "BY"}
    assert all(incident.parts.exclude(closed_at=None).count() == 2 for incident in closed)
    half = Part.objects.exclude(closed_at=None).exclude(incident__in=closed)
    assert {part.side for part in half} == {"LV", "BY"}


def test_the_week_was_lived_in_order_and_not_in_the_future(lived):
    refs = [incident.ref for incident in service()]
    told = Delivery.objects.filter(alert__about__in=refs).select_related("alert")
    refs += [ref for delivery in told for ref in (delivery.ref, delivery.alert.ref)]
    of_the_week = Entry.objects.filter(about__in=refs).order_by("pk")
    times = list(of_the_week.values_list("at", flat=True))
    assert times == sorted(times)
    assert times[-1] <= now()
    assert timedelta(days=6) < times[-1] - times[0] < timedelta(days=7)


def test_every_incident_was_reported_by_an_officer_and_verified_by_another(lived):
    for incident in service().exclude(state=State.SUBMITTED):
        assert incident.reported_by is not None
        assert incident.verified_by not in (None, incident.reported_by)


def texts():
    """(language, text) of everything that is written in the week."""
    language = dict(User.objects.values_list("username", "language"))
    for entry in week.entries():
        for name in ("headline", "narrative", "internal_note"):
            if name in entry:
                yield entry["language"], entry[name]
        for step in entry["then"]:
            for name in ("headline", "narrative"):
                if name in step.get("changes", {}):
                    yield entry["language"], step["changes"][name]
            for name in ("line", "reason", "text"):
                if name in step:
                    told = [r["to"] for r in entry["then"] if r["do"] == "release"]
                    by = step.get("by") or WATCHES[step.get("desk", told[0][0])]
                    yield language[by], step[name]


def test_texts_are_in_the_letters_of_their_language_and_say_nothing_forbidden(lived):
    spoken = Counter(language for language, _ in texts())
    assert set(spoken) == {"lv", "be", "ru", "en"}
    for language, text in texts():
        low = text.lower()
        assert bool(re.search("[а-яёіў]", low)) == (language in ("be", "ru")), text
        assert not (language == "be" and re.search("[ищъ]", low)), text
        assert not (language == "ru" and re.search("[іў’]", low)), text
        assert not (language == "lv" and re.search("[qwxy]", low)), text
        assert [word for word in FORBIDDEN if word in low] == []


def test_every_narrative_says_that_it_is_invented(lived):
    for version in IncidentVersion.objects.filter(incident__in=service()):
        content = version.content
        assert content["narrative"].endswith(week.MARK[content["language"]])


# --- the records of a public source


def test_the_records_are_held_once_and_read_by_both_headquarters(lived):
    records = Incident.objects.filter(origin="open_source")
    assert records.count() == 59
    assert set(records.values_list("unit__code", "reported_by")) == {("LV-SBG", None)}
    for username in ("lv.hq", "by.hq", "by.analyst"):
        reader = User.objects.get(username=username)
        assert Share.objects.visible_to(reader).filter(origin="open_source").count() == 59
    shares = Share.objects.filter(origin="open_source")
    assert set(shares.values_list("happened_precision", flat=True)) == {Precision.MONTH}
    assert not Alert.objects.filter(about__in=[record.ref for record in records]).exists()


def test_the_week_stands_above_the_records_in_the_lists(lived):
    reader = User.objects.get(username="lv.hq")
    listed = list(Share.objects.visible_to(reader).newest().values_list("origin", flat=True))
    assert listed == sorted(listed, reverse=True)


def test_whoever_may_not_read_incidents_reads_none(lived):
    for username in ("lv.admin", "by.admin", "expert"):
        reader = User.objects.get(username=username)
        assert not Share.objects.visible_to(reader).exists()


def test_prepare_says_what_it_does(lived):
    assert lived[0] == "tables"
    assert "demo incidents: 40 new" in lived
    assert {unit.code for unit in units().values()} >= set(WATCHES)
