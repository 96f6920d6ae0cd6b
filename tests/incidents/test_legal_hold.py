"""A legal hold stops every purge of what the own side keeps, in the database too."""

from datetime import timedelta

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, Refused
from contactpoints.models import Role
from incidents import actions
from incidents.models import Attachment, LegalHold, SealedCopy, SealedVersion
from incidents.retention import due, record_clock, today
from tests import made_files as made
from tests.incidents.doors import refused_by_database, sql
from tests.incidents.kept import begun, closed, guardian, period, purge
from tests.incidents.sealed import WHY, add, give

pytestmark = pytest.mark.django_db
HUGE = "x" * 100_000
REASON = "Case 12-34/2027 of the court in Daugavpils"


def hold(case, by, **more):
    return actions.place_hold(case, reason=REASON, **more, by=by)


@pytest.mark.parametrize("door", ["verb", "html", "api"])
@pytest.mark.parametrize("role", [Role.DATA_PROTECTION, Role.HEADQUARTERS_OFFICER])
def test_a_hold_is_placed_and_lifted_with_a_reason(door, role, officer, incident, signed_in, api):
    case, by = incident(), officer("some.body", "LV-SBG", role)
    if door == "verb":
        actions.lift_hold(hold(case, by), reason="The case is over.", by=by)
    elif door == "html":
        browser = signed_in(by)
        answer = browser.post(f"/incidents/{case.uid}/hold/", {"reason": REASON})
        assert answer.status_code == 302
        assert REASON in browser.get("/retention/holds/").content.decode()
        uid = LegalHold.objects.get().uid
        answer = browser.post(f"/retention/holds/{uid}/lift/", {"reason": "The case is over."})
        assert answer.status_code == 302
    else:
        answer = api(by).post(f"/api/v1/incidents/{case.uid}/holds/", {"reason": REASON})
        assert answer.status_code == 201
        address = f"/api/v1/retention/holds/{answer.json()['uid']}/lift/"
        assert api(by).post(address, {"reason": "The case is over."}).status_code == 200
    row = LegalHold.objects.get()
    assert (row.side, row.reason, row.lift_reason) == ("LV", REASON, "The case is over.")
    assert Entry.objects.filter(verb__in=["hold.placed", "hold.lifted"]).count() == 2
    assert not Entry.objects.filter(facts__icontains="court").exists()


@pytest.mark.parametrize("who", ["dgp_head", "lv_admin", "lv_auditor", "lv_analyst"])
def test_nobody_else_places_or_lifts_one(who, incident, people, signed_in, api):
    case, by = incident(), getattr(people, who)
    row = hold(case, people.lv_hq)
    for client, prefix in ((signed_in(by), ""), (api(by), "/api/v1")):
        there = f"{prefix}/incidents/{case.uid}/" + ("holds/" if prefix else "hold/")
        assert client.post(there, {"reason": REASON}).status_code in (403, 404)
        answer = client.post(f"{prefix}/retention/holds/{row.uid}/lift/", {"reason": REASON})
        assert answer.status_code in (403, 404)
    assert LegalHold.objects.get().lifted_at is None


def test_a_hold_of_one_side_does_not_exist_for_the_other(released, people, officer, signed_in, api):
    case, _delivery = released()
    row = hold(case, people.lv_hq)
    theirs = guardian(officer, "BY")
    assert api(theirs).get(f"/api/v1/incidents/{case.uid}/retention/").json()["holds"] == []
    assert api(theirs).get("/api/v1/retention/holds/").json()["results"] == []
    assert signed_in(theirs).post(f"/retention/holds/{row.uid}/lift/", {}).status_code == 404
    with pytest.raises(Refused) as refusal:
        actions.lift_hold(row, reason=REASON, by=theirs)
    assert refusal.value.status == 404
    assert hold(case, theirs) != row


def test_the_same_hold_twice_is_one_and_lifted_twice_is_lifted_once(incident, people):
    case, by = incident(), people.lv_hq
    row = hold(case, by)
    assert hold(case, by) == row
    actions.lift_hold(row, reason="The case is over.", by=by)
    actions.lift_hold(row, reason="Another word.", by=by)
    row.refresh_from_db()
    assert row.lift_reason == "The case is over."
    assert hold(case, by) != row


@pytest.mark.parametrize(
    ("field", "value"),
    [("reason", ""), ("reason", " "), ("reason", HUGE), ("reason", "a\x00b"),
     ("until", "01.01.2020"), ("until", "soon"), ("until", "01.01.2999")],
    ids=["none", "blank", "long", "nul", "past", "word", "far"],
)  # fmt: skip
def test_what_cannot_be_a_hold_is_said_at_its_field(field, value, incident, people, signed_in):
    case = incident()
    typed = {"reason": REASON, field: value}
    answer = signed_in(people.lv_hq).post(f"/incidents/{case.uid}/hold/", typed)
    assert answer.status_code == 400
    assert list(answer.context["hold_form"].errors) == [field]
    if field == "until":
        assert REASON in answer.content.decode()
    assert not LegalHold.objects.exists()


def test_lifting_needs_a_reason_and_keeps_the_page(incident, people, signed_in):
    row = hold(incident(), people.lv_hq)
    answer = signed_in(people.lv_hq).post(f"/retention/holds/{row.uid}/lift/", {"reason": ""})
    assert answer.status_code == 400
    with pytest.raises(Invalid):
        actions.lift_hold(row, reason="", by=people.lv_hq)


@pytest.fixture
def overdue(released, people, unit, later):
    """Everything that can be purged, of an incident that ended long ago: the incident."""
    case, _delivery = released()
    add(case, people.dgp_officer)
    actions.attach_file(case, made.upload(made.pdf(b"1"), "a.pdf"), by=people.dgp_duty)
    actions.open_sealed_part(case, **WHY, by=people.dgp_duty)
    give(case, people.dgp_head, unit("DESK-POL"))
    actions.add_note(case, text="Zqnote.", by=people.dgp_duty)
    for kind in ("sealed", "file", "note", "reading"):
        period(kind)
    closed(case, people.dgp_duty)
    later(days=31)
    return case


def test_a_hold_stops_the_purge_and_lifting_it_lets_the_next_one_go_on(overdue, people):
    row = hold(overdue, people.lv_hq)
    assert record_clock(overdue, overdue.parts.all()).held
    assert due("LV") == []
    assert purge() == []
    assert "name_latin" in SealedVersion.objects.get().content
    actions.lift_hold(row, reason="The case is over.", by=people.lv_hq)
    assert len(purge()) == 1
    assert SealedVersion.objects.get().content == {}


def test_a_hold_with_a_last_day_ends_after_it(overdue, people, later):
    row = hold(overdue, people.lv_hq, until=today("LV") + timedelta(days=3))
    later(days=3)
    assert purge() == []
    later(days=1)
    assert len(purge()) == 1
    row.refresh_from_db()
    assert (row.lifted_by, row.lift_reason) == (None, "")
    assert Entry.objects.get(verb="hold.ended").side == "LV"


def test_a_hold_covers_the_records_that_were_merged_into_it(incident, people, later):
    into, source = incident(), incident()
    add(source, people.dgp_officer)
    period("sealed")
    actions.merge_incidents(into, source, reason="The same.", by=people.lv_hq)
    closed(into, people.dgp_duty)
    hold(into, people.lv_hq)
    later(days=31)
    assert purge() == []


BLANKED = {
    "incidents_sealedversion": "content = '{}', reason = ''",
    "incidents_sealedreading": "text = ''",
    "incidents_note": "text = ''",
    "incidents_attachment": "name = '', description = '', withdrawn_at = now()",
    "incidents_incidentversion": "content = jsonb_set(content, '{internal_note}', '\"\"')",
}


@pytest.mark.parametrize("table", BLANKED)
def test_the_database_itself_blanks_nothing_under_a_hold(table, overdue, people):
    hold(overdue, people.lv_hq)
    run = begun().pk
    with refused_by_database("under_legal_hold"):
        sql(f"UPDATE {table} SET {BLANKED[table]}, purge_id = %s", run)
    with refused_by_database("under_legal_hold"):
        sql(f"UPDATE {table} SET {BLANKED[table]}")
    actions.lift_hold(LegalHold.objects.get(), reason="Over.", by=people.lv_hq)
    assert sql(f"UPDATE {table} SET {BLANKED[table]}, purge_id = %s", run) > 0


@pytest.mark.parametrize("table", BLANKED)
def test_the_database_itself_blanks_nothing_without_a_purge_that_has_begun(table, overdue):
    for row in ("", ", purge_id = 999999"):
        with refused_by_database("only a purge that has begun"):
            sql(f"UPDATE {table} SET {BLANKED[table]}{row}")


@pytest.mark.parametrize(
    ("table", "change"),
    [("incidents_sealedversion", "content = '{\"name_latin\": \"Other\"}', reason = ''"),
     ("incidents_incidentversion", "content = '{}'"),
     ("incidents_note", "text = 'other'"),
     ("incidents_attachment", "name = 'other.pdf', withdrawn_at = now()")],
    ids=["sealed", "version", "note", "file"],
)  # fmt: skip
def test_a_purge_can_only_blank_and_write_nothing_else(table, change, overdue):
    with refused_by_database("only a purge that has begun"):
        sql(f"UPDATE {table} SET {change}, purge_id = %s", begun().pk)


def test_rows_under_a_hold_are_not_deleted_either(overdue, people):
    hold(overdue, people.lv_hq)
    for table in ("sealedversion", "sealedcopy", "sealedreading", "attachment", "legalhold"):
        with refused_by_database("Cannot delete"):
            sql(f"DELETE FROM incidents_{table}")


def test_a_hold_stands_as_it_was_placed(incident, people):
    row = hold(incident(), people.lv_hq)
    for change in ("reason = 'x'", "until = current_date", "side = 'BY'"):
        with refused_by_database("Cannot update"):
            sql(f"UPDATE incidents_legalhold SET {change}")
    with refused_by_database("lifting_a_hold_says_why"):
        sql("UPDATE incidents_legalhold SET lifted_at = now()")
    actions.lift_hold(row, reason="Over.", by=people.lv_hq)
    with refused_by_database("Cannot update"):
        sql("UPDATE incidents_legalhold SET lifted_at = NULL, lift_reason = ''")


def test_a_hold_at_the_desk_keeps_the_copy_that_nobody_reads_any_more(overdue, officer):
    hold(overdue, guardian(officer, "BY"))
    assert len(purge()) == 1
    copy = SealedCopy.objects.get()
    assert copy.people
    assert (copy.expired, copy.recalled_at is not None) == (True, True)
    assert Attachment.objects.get().name == ""
    assert not SealedCopy.objects.in_force().exists()
