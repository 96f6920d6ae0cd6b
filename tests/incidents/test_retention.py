"""How long personal data are kept: periods by side and kind, and the clock on the record."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed
from contactpoints.models import Role
from incidents import actions
from incidents.models import Kept, RetentionPeriod
from incidents.retention import clocks, due, periods, record_clock, today
from incidents.retention_loader import load
from tests.incidents.doors import refused_by_database, sql
from tests.incidents.kept import WORDS, closed, guardian, period, purge
from tests.incidents.sealed import add, give

pytestmark = pytest.mark.django_db
HUGE = "x" * 100_000


def typed(**changes):
    return {"kind": "file", "days": 730, "starts_on": f"{today('LV'):%d.%m.%Y}", **WORDS, **changes}


@pytest.mark.parametrize("door", ["verb", "html", "api"])
def test_the_data_protection_officer_sets_a_period_of_the_own_side(door, officer, signed_in, api):
    by = guardian(officer)
    if door == "verb":
        actions.set_retention("file", days=730, starts_on=today("LV"), **WORDS, by=by)
    elif door == "html":
        assert signed_in(by).post("/retention/", typed()).status_code == 302
    else:
        body = typed(starts_on=today("LV").isoformat())
        answer = api(by).post("/api/v1/retention/periods/", body)
        assert (answer.status_code, answer.json()["in_force"]) == (201, True)
    assert periods("LV")["file"].days == 730
    assert periods("BY")["file"].days == 1095
    assert Entry.objects.get(verb="retention.set").side == "LV"


@pytest.mark.parametrize("who", ["lv_admin", "lv_hq", "dgp_head", "lv_auditor", "by_hq"])
def test_nobody_else_sets_one(who, people, signed_in, api):
    by = getattr(people, who)
    with pytest.raises(NotAllowed):
        actions.set_retention("file", days=730, starts_on=today(by.side), **WORDS, by=by)
    assert signed_in(by).post("/retention/", typed()).status_code in (403, 404)
    body = typed(starts_on=today(by.side).isoformat())
    assert api(by).post("/api/v1/retention/periods/", body).status_code == 403
    assert not RetentionPeriod.objects.filter(days=730).exists()


def test_the_same_period_twice_is_one_and_a_later_row_of_a_day_stands(officer):
    by, day = guardian(officer), today("LV")
    first = actions.set_retention("note", days=9, starts_on=day, **WORDS, by=by)
    assert actions.set_retention("note", days=9, starts_on=day, **WORDS, by=by) == first
    actions.set_retention("note", days=8, starts_on=day, **WORDS, by=by)
    actions.set_retention("note", days=7, starts_on=day + timedelta(days=1), **WORDS, by=by)
    assert periods("LV")["note"].days == 8
    assert periods("LV", day + timedelta(days=1))["note"].days == 7


@pytest.mark.parametrize(
    ("field", "value"),
    [("days", "0"), ("days", "x"), ("days", "99999999999"), ("starts_on", "01.01.2020"),
     ("starts_on", "\x00"), ("ground", ""), ("ground", HUGE), ("ground", "a\x00b"),
     ("source", HUGE), ("kind", "other")],
    ids=["none", "word", "many", "past", "nul day", "no ground", "long", "nul", "source", "kind"],
)  # fmt: skip
def test_what_cannot_be_a_period_is_said_at_its_field(field, value, officer, signed_in):
    answer = signed_in(guardian(officer)).post("/retention/", typed(**{field: value}))
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    if field not in ("kind", "days"):
        assert "730" in answer.content.decode()
    assert not RetentionPeriod.objects.filter(by__isnull=False).exists()


def test_a_period_is_never_changed_or_deleted():
    with refused_by_database("Cannot update"):
        sql("UPDATE incidents_retentionperiod SET days = 1")
    with refused_by_database("Cannot update or delete"):
        sql("DELETE FROM incidents_retentionperiod")


def test_the_loaded_ones_are_placeholders_and_a_second_load_changes_nothing():
    for side in ("LV", "BY"):
        assert set(periods(side)) == set(Kept)
        assert not any(row.confirmed for row in periods(side).values())
    assert load() == "retention periods: 0 added, 0 changed, 0 retired"


def test_nothing_is_due_under_a_period_that_nobody_confirmed(incident, people, later):
    case = incident()
    add(case, people.dgp_officer)
    closed(case, people.dgp_duty)
    later(days=20 * 365)
    assert due("LV") == []


def test_the_clock_begins_when_the_own_part_is_closed(released, people, later):
    case, _delivery = released()
    add(case, people.dgp_officer)
    period("sealed", 30)
    assert {clock.kind: clock.until for clock in clocks(case, "LV")}["sealed"] is None
    later(days=400)
    assert due("LV") == []
    closed(case, people.dgp_duty)  # the other side has not closed its part
    day = today("LV") + timedelta(days=30)
    assert {clock.kind: clock.until for clock in clocks(case, "LV")}["sealed"] == day
    later(days=30)
    assert due("LV") == []
    later(days=1)
    assert due("LV") == [(case.pk, ["sealed"])]
    assert due("BY") == []


def test_what_is_added_after_the_end_begins_the_clock_anew(incident, people, later):
    case = incident()
    add(case, people.dgp_officer)
    period("sealed", 30)
    closed(case, people.dgp_duty)
    later(days=20)
    add(case, people.dgp_officer, name_latin="Another One")
    later(days=20)
    assert due("LV") == []
    later(days=11)
    assert due("LV") == [(case.pk, ["sealed"])]


def test_a_reopened_incident_has_no_clock(incident, people, later):
    case = incident()
    add(case, people.dgp_officer)
    period("sealed", 30)
    closed(case, people.dgp_duty)
    actions.reopen_incident(case, reason="New facts.", by=people.dgp_duty)
    later(days=400)
    assert due("LV") == []


def test_a_withdrawn_report_counts_from_its_withdrawal_and_a_merged_one_with_the_other(
    incident, people, later
):
    case, into, source = incident(), incident(), incident()
    for each in (case, source):
        add(each, people.dgp_officer)
    period("sealed", 30)
    actions.withdraw_incident(case, reason="Twice.", by=people.dgp_officer)
    actions.merge_incidents(into, source, reason="The same.", by=people.lv_hq)
    later(days=31)
    assert due("LV") == [(case.pk, ["sealed"])]
    closed(into, people.dgp_duty)
    later(days=31)
    assert due("LV") == [(case.pk, ["sealed"]), (source.pk, ["sealed"])]


def test_a_recalled_copy_counts_from_its_recall(released, people, unit, later):
    case, _delivery = released()
    add(case, people.dgp_officer)
    copy = give(case, people.dgp_head, unit("DESK-POL"))
    period("copy", 30, side="BY")
    later(days=40)
    assert due("BY") == []
    actions.recall_sealed(copy, reason="Wrong person.", by=people.dgp_head)
    later(days=31)
    assert due("BY") == [(case.pk, ["copy"])]


@pytest.mark.parametrize("side", ["LV", "BY"])
def test_a_day_is_a_day_of_the_side(side, incident, people, later, time_machine):
    """Closed at half past ten in the evening UTC: the next day in Riga and in Minsk."""
    time_machine.move_to(datetime(2027, 3, 1, 22, 30, tzinfo=UTC))
    by = people.dgp_officer if side == "LV" else people.pol_officer
    case = incident(by=by, at="LV-DGP" if side == "LV" else "BY-POL")
    add(case, by)
    period("sealed", 10, side=side)
    closed(case, people.dgp_duty if side == "LV" else people.pol_duty)
    (clock,) = [clock for clock in clocks(case, side) if clock.kind == "sealed"]
    assert clock.until.isoformat() == "2027-03-12"


def test_the_record_says_until_when_and_nothing_of_whether_anybody_stands_there(
    incident, people, signed_in
):
    case = incident()
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    browser = signed_in(people.dgp_duty)
    address = f"/incidents/{case.uid}/"
    assert "begins when your side closes its part" in browser.get(address).content.decode()
    period("sealed", 30)
    closed(case, people.dgp_duty)
    day = today("LV") + timedelta(days=30)
    empty = browser.get(address)
    assert f"kept until {day:%d.%m.%Y}" in empty.content.decode()
    add(case, people.dgp_officer)
    assert record_clock(case, case.parts.all()).until == day
    assert len(browser.get(address).content) == len(empty.content)


def test_the_other_side_reads_no_clock_of_the_owner(released, people, signed_in):
    case, _delivery = released()
    closed(case, people.dgp_duty)
    page = signed_in(people.pol_duty).get(f"/incidents/{case.uid}/")
    assert page.context["clock"] is None


@pytest.mark.parametrize(
    ("code", "role", "status"),
    [("LV-SBG", Role.DATA_PROTECTION, 200), ("LV-SBG", Role.AUDITOR, 200),
     ("LV-SBG", Role.HEADQUARTERS_OFFICER, 200), ("LV-SBG", Role.ADMINISTRATOR, 404),
     ("DESK-DGP", Role.HEAD_OF_POINT, 404)],
    ids=["guardian", "auditor", "headquarters", "administrator", "head"],
)  # fmt: skip
def test_who_reads_the_periods_and_the_clock_of_an_incident(
    code, role, status, officer, incident, people, signed_in, api
):
    case, by = incident(), officer("some.body", code, role)
    add(case, people.dgp_officer)
    assert signed_in(by).get("/retention/").status_code == status
    assert signed_in(by).get("/retention/holds/").status_code == status
    assert api(by).get("/api/v1/retention/periods/").status_code == status
    assert api(by).get("/api/v1/retention/holds/").status_code == status
    assert signed_in(by).get(f"/incidents/{case.uid}/retention/").status_code == status
    answer = api(by).get(f"/api/v1/incidents/{case.uid}/retention/")
    assert answer.status_code == status
    if status == 200:
        kinds = {clock["kind"]: clock["count"] for clock in answer.json()["clocks"]}
        assert kinds["sealed"] == 1


def test_the_page_of_a_holder_counts_only_what_its_own_side_keeps(
    released, people, unit, officer, api
):
    case, _delivery = released()
    add(case, people.dgp_officer)
    actions.add_note(case, text="Ours.", by=people.dgp_duty)
    theirs = guardian(officer, "BY")
    address = f"/api/v1/incidents/{case.uid}/retention/"
    assert api(theirs).get(address).json() == {"clocks": [], "holds": []}
    give(case, people.dgp_head, unit("DESK-POL"))
    (clock,) = api(theirs).get(address).json()["clocks"]
    assert (clock["kind"], clock["count"]) == ("copy", 1)


def test_an_unknown_kind_is_refused(officer):
    with pytest.raises(Invalid, match="list"):
        actions.set_retention("x", days=1, starts_on=today("LV"), **WORDS, by=guardian(officer))


@pytest.mark.parametrize(
    "path", ["/retention/", "/retention/holds/", "/retention/certificates/", "/subject-access/log/"]
)
def test_a_list_costs_the_same_statements_for_one_row_and_for_many(
    path, people, incident, signed_in, later, django_assert_max_num_queries
):
    by = people.lv_dpo
    case = incident()
    add(case, people.dgp_officer)
    period("sealed")

    def more(number):
        actions.place_hold(incident(), reason=f"Case {number} of the court", by=by)
        search = {"name": "Nobody", "case_ref": str(number), "reason": "A letter"}
        actions.search_subjects(**search, by=by)
        actions.set_retention("file", days=number, starts_on=today("LV"), **WORDS, by=by)

    closed(case, people.dgp_duty)
    later(days=31)
    purge()
    browser = signed_in(by)
    more(1)
    with CaptureQueriesContext(connection) as one:
        assert browser.get(path).status_code == 200
    for number in range(2, 6):
        more(number)
    with django_assert_max_num_queries(len(one)):
        assert browser.get(path).status_code == 200
