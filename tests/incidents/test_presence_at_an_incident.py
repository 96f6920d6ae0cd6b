"""Who reads or edits now: by name at home, a desk that holds a copy to the originator, no more."""

import pytest
from django.db import connection

from bordercoop.audit.models import Entry
from incidents.actions import be_present, leave, recall_release, release_incident
from incidents.models import IncidentPresence

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(api):
    """What `user` is told when it says that it reads: (who, editing) of each other one."""

    def ask(user, case):
        answer = api(user).post(f"/api/v1/incidents/{case.uid}/presence/", {"doing": "reading"})
        assert answer.status_code == 200
        return [(each["officer"] or each["desk"], each["editing"]) for each in answer.json()]

    return ask


def test_the_own_side_sees_names_and_who_edits(incident, people, seen):
    case = incident()
    be_present(case, editing=True, by=people.dgp_leader)
    be_present(case, by=people.dgp_head)
    told = seen(people.dgp_officer, case)
    assert told == [
        (people.dgp_leader.display_name, True), (people.dgp_head.display_name, False),
    ]  # fmt: skip


def test_the_originator_sees_the_desk_that_reads_its_copy_and_no_name(released, people, seen):
    case, _delivery = released()
    be_present(case, by=people.pol_duty)
    be_present(case, by=people.pol_head)
    assert seen(people.dgp_officer, case) == [("DESK-POL", False)]


def test_the_holder_learns_nothing_of_the_originator_nor_of_others_who_were_told(
    released, people, seen
):
    people.rix_duty, people.msq_duty
    case, _delivery = released(desks=("DESK-POL", "DESK-RIX"))
    be_present(case, editing=True, by=people.dgp_leader)
    be_present(case, by=people.rix_duty)
    be_present(case, by=people.lv_hq)
    assert seen(people.pol_duty, case) == []
    be_present(case, by=people.pol_head)
    assert seen(people.pol_duty, case) == [(people.pol_head.display_name, False)]


def test_it_ends_45_seconds_after_the_last_sign_and_begins_anew(incident, people, seen, later):
    case = incident()
    be_present(case, by=people.dgp_leader)
    first = IncidentPresence.objects.get()
    later(seconds=30)
    be_present(case, by=people.dgp_leader)
    assert IncidentPresence.objects.get().since == first.since
    later(seconds=46)
    assert seen(people.dgp_officer, case) == []
    be_present(case, by=people.dgp_leader)
    assert IncidentPresence.objects.get(user=people.dgp_leader).since > first.since


def test_nothing_of_it_is_kept(incident, people, later):
    case, other = incident(), incident()
    people.dgp_leader
    entries = Entry.objects.count()
    be_present(case, by=people.dgp_leader)
    later(seconds=46)
    be_present(other, by=people.dgp_officer)
    assert [row.user for row in IncidentPresence.objects.all()] == [people.dgp_officer]
    leave(other, by=people.dgp_officer)
    leave(other, by=people.dgp_officer)
    assert not IncidentPresence.objects.exists()
    assert Entry.objects.count() == entries
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relpersistence FROM pg_class WHERE relname = 'incidents_incidentpresence'"
        )
        assert cursor.fetchone() == ("u",)


def test_after_the_recall_the_desk_is_not_reading_any_more(released, people, unit, seen):
    case, _delivery = released()
    be_present(case, by=people.pol_duty)
    recall_release(case, desks=[unit("DESK-POL")], reason="x", by=people.dgp_head)
    assert seen(people.dgp_officer, case) == []
    release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)


def test_the_page_draws_it_and_who_sees_nothing_gets_404(released, people, signed_in):
    people.dgp_officer.language = "en"
    people.dgp_officer.save(update_fields=["language"])
    case, _delivery = released()
    path = f"/incidents/{case.uid}/presence/"
    assert signed_in(people.pol_duty).post(path, {"doing": "reading"}).status_code == 200
    assert signed_in(people.msq_duty).post(path).status_code == 404
    assert signed_in(people.pol_duty).get(path).status_code == 405
    line = signed_in(people.dgp_officer).post(path, {"doing": "editing"}).content.decode()
    assert "Polotsk desk of the land border contact point is reading" in line
    assert "contact point is reading" in (
        signed_in(people.dgp_officer).get(f"/incidents/{case.uid}/").content.decode()
    )
    assert signed_in(people.pol_duty).post(path, {"doing": "leaving"}).status_code == 204
