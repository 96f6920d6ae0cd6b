"""What is added to a checked report is checked like the report, and the other side is told apart
what was validated from what was not."""

import pytest

from bordercoop.errors import NotAllowed
from contactpoints.actions import restate_alerts
from contactpoints.models import Delivery, Role
from incidents.actions import (
    merge_incidents,
    release_incident,
    return_incident,
    supplement_incident,
    unmerge_incidents,
    validate_incident,
    verify_incident,
    withdraw_incident,
)
from incidents.models import Incident, Share
from incidents.timeline import timeline
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db
EARLIER = "2026-01-01T00:00:00Z"


@pytest.fixture
def validated(released, people):
    """A report that Polotsk holds as version 1, validated."""
    case, _delivery = released()
    verify_incident(case, by=people.dgp_leader)
    return validate_incident(case, impact="high", by=people.lv_hq)


def added(case, people, by=None, **changes):
    case.refresh_from_db()
    changes = changes or {"people_total": 11}
    return supplement_incident(
        case, version=case.version, changes=changes, by=by or people.dgp_officer
    )


def own(case):
    return Share.objects.get(incident=case, own=True)


def there(case):
    return Share.objects.get(incident=case, unit__code="DESK-POL")


def told(case, user):
    return [entry.sentence for entry in timeline(case, there(case), user)]


def test_only_the_new_version_says_unverified(validated, people):
    before = Share.objects.filter(pk=there(validated).pk).values().get()
    said = told(validated, people.pol_duty)
    case = added(validated, people)
    assert (case.state, case.verified_at, case.validated_at) == ("submitted", None, None)
    assert (own(case).state, own(case).unverified) == ("submitted", True)
    # To the byte what it was, its timeline, too: the desk learns of no later version.
    assert Share.objects.filter(pk=there(case).pk).values().get() == before
    assert told(case, people.pol_duty) == said
    assert Delivery.objects.get().alert.card["unverified"] is False


def test_released_it_says_so_until_it_is_validated_anew(validated, people, unit):
    case = added(validated, people)
    alert = release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    assert alert.card["unverified"] is True
    assert (there(case).version, there(case).unverified) == (2, True)
    verify_incident(case, by=people.dgp_leader)
    assert there(case).state == "verified"
    first = Delivery.objects.order_by("pk").first().alert
    restate_alerts(case.ref, only=[first.pk], validated_at=EARLIER)
    validate_incident(case, impact="critical", by=people.lv_hq)
    assert (there(case).unverified, there(case).impact) == (False, "critical")
    cards = [row.alert.card for row in Delivery.objects.order_by("pk")]
    assert [card["unverified"] for card in cards] == [False, False]
    assert cards[0]["validated_at"] == EARLIER != cards[1]["validated_at"]


def test_what_becomes_of_it_at_home_tells_the_holder_of_the_first_nothing(validated, people):
    before = Share.objects.filter(pk=there(validated).pk).values().get()
    said = told(validated, people.pol_duty)
    case = added(validated, people)
    for step in (
        lambda: return_incident(case, reason="The number is not clear.", by=people.dgp_leader),
        lambda: added(case, people, people_total=12),
        lambda: Incident.objects.filter(pk=case.pk).update(state="submitted"),
        lambda: verify_incident(case, by=people.dgp_leader),
        lambda: validate_incident(case, impact="critical", by=people.lv_hq),
    ):
        step()
        assert Share.objects.filter(pk=there(case).pk).values().get() == before
        assert told(case, people.pol_duty) == said
    case.refresh_from_db()
    assert (case.state, case.version) == ("validated", 3)
    assert (own(case).impact, own(case).unverified) == ("critical", False)


def test_a_returned_validation_and_a_withdrawal_reach_every_copy(
    validated, people, both_sides_on_duty
):
    return_incident(validated, reason="Wrong place.", by=people.lv_hq)
    assert there(validated).unverified
    case = added(validated, people)
    withdraw_incident(case, reason="It was a drill.", by=people.dgp_officer)
    assert there(case).state == "withdrawn"


def test_a_verified_report_is_verified_anew(incident, people):
    case = verify_incident(incident(), by=people.dgp_leader)
    case = added(case, people)
    assert (case.state, case.verified_at) == ("submitted", None)
    assert verify_incident(case, by=people.dgp_leader).state == "verified"


@pytest.mark.parametrize("door", ["verb", "html", "api"])
def test_who_wrote_the_supplement_does_not_verify_it(
    door, validated, people, officer, signed_in, api
):
    another = officer("another.leader", "LV-DGP", Role.SHIFT_LEADER)
    case = added(validated, people, by=people.dgp_leader)
    path = f"incidents/{case.uid}/verify/"
    if door == "verb":
        with pytest.raises(NotAllowed) as refusal:
            verify_incident(case, by=people.dgp_leader)
        assert refusal.value.code == "four_eyes"
    elif door == "html":
        browser = signed_in(people.dgp_leader)
        assert browser.post(f"/{path}").status_code == 403
        assert path not in browser.get(f"/incidents/{case.uid}/").content.decode()
    else:
        assert api(people.dgp_leader).post(f"/api/v1/{path}").status_code == 403
    case.refresh_from_db()
    assert case.state == "submitted"
    assert verify_incident(case, by=another).state == "verified"
    # Once somebody has looked, the writer of that version may verify a later one of others.
    case = added(case, people, people_total=13)
    assert verify_incident(case, by=people.dgp_leader).state == "verified"


def test_nothing_new_leaves_a_validation_alone(validated, people):
    case = added(validated, people, people_total=8)
    assert (case.version, case.state) == (1, "validated")


def test_a_merge_taken_back_leaves_the_validated_copy_validated(validated, people, incident):
    case, other = added(validated, people), incident()
    merge_incidents(other, case, reason="The same tracks.", by=people.lv_hq)
    assert there(case).state == "merged"
    unmerge_incidents(case, reason="Two events.", by=people.lv_hq)
    case.refresh_from_db()
    assert (case.state, own(case).state, there(case).state) == (
        "submitted", "submitted", "validated",
    )  # fmt: skip


def test_the_pages_say_what_it_means(validated, people, signed_in):
    for user in (people.dgp_officer, people.dgp_leader):
        user.language = "en"
        user.save(update_fields=["language"])
    form = signed_in(people.dgp_officer).get(f"/incidents/{validated.uid}/supplement/")
    assert "verified and validated anew" in form.content.decode()
    case = added(validated, people)
    page = signed_in(people.dgp_leader).get(f"/incidents/{case.uid}/").content.decode()
    assert "something was added after your headquarters had validated" in page
    form = signed_in(people.dgp_officer).get(f"/incidents/{case.uid}/supplement/")
    assert "verified and validated anew" not in form.content.decode()


def test_the_database_lets_no_other_state_go_back(incident, people):
    case = incident()
    sql("UPDATE incidents_incident SET state = 'withdrawn' WHERE id = %s", case.pk)
    with refused_by_database("transition"):
        sql("UPDATE incidents_incident SET state = 'submitted' WHERE id = %s", case.pk)
