"""The end of a posting ends everything it gave, at once and through every door."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.errors import NotAllowed
from contactpoints import actions
from contactpoints.access import forget_grants, grants_of, may, roles_of, topics_of
from contactpoints.models import Role

pytestmark = pytest.mark.django_db


def ended(user, by=None):
    actions.end_posting(user.postings.get(), by=by)
    forget_grants(user)


def test_every_right_is_gone_with_the_posting(people):
    assert grants_of(people.pol_duty)
    ended(people.pol_duty)
    assert grants_of(people.pol_duty) == {}
    assert roles_of(people.pol_duty) == []
    assert people.pol_duty.groups.count() == 0


def test_no_doorbell_is_heard_any_more(people):
    assert "DESK-POL" in topics_of(people.pol_duty)
    ended(people.pol_duty)
    assert topics_of(people.pol_duty) == set()


def test_the_open_session_and_the_token_read_nothing_from_then_on(people, released, signed_in, api):
    case, delivery = released()
    browser, program = signed_in(people.pol_duty), api(people.pol_duty)
    assert program.get(f"/api/v1/incidents/{case.uid}/").status_code == 200
    assert len(program.get("/api/v1/deliveries/").json()["results"]) == 1
    ended(people.pol_duty)
    path = f"/deliveries/{delivery.uid}/acknowledge/"
    for answer in (
        program.get(f"/api/v1/incidents/{case.uid}/"),
        program.get("/api/v1/deliveries/"),
        program.post(f"/api/v1{path}", {"note": "late"}),
    ):
        assert answer.status_code == 401
        assert answer.json()["code"] == "authentication_failed"
    for answer in (
        browser.post(path, {"note": "late"}),
        browser.get(f"/incidents/{case.uid}/"),
    ):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
    delivery.refresh_from_db()
    assert delivery.acknowledged_at is None


def test_one_of_two_postings_ends_alone(people, unit):
    second = actions.post_officer(
        people.dgp_officer, unit=unit("LV-RIX"), role=Role.OFFICER, by=None
    )
    actions.end_posting(second, by=None)
    forget_grants(people.dgp_officer)
    assert not may(people.dgp_officer, "view_incidents", unit("LV-RIX"))
    assert may(people.dgp_officer, "view_incidents", unit("LV-DGP"))


def test_a_later_posting_in_the_same_role_still_begins_on_time(people, unit, later):
    user = people.dgp_officer
    actions.post_officer(
        user,
        unit=unit("LV-DGP"),
        role=Role.OFFICER,
        starts_at=now() + timedelta(days=7),
        ends_at=now() + timedelta(days=30),
        by=None,
    )
    actions.end_posting(user.postings.get(ends_at=None), by=None)
    forget_grants(user)
    assert grants_of(user) == {}
    later(days=8)
    forget_grants(user)
    assert may(user, "report_incidents", unit("LV-DGP"))


def test_ended_twice_is_ended_once(people):
    posting = people.dgp_officer.postings.get()
    first = actions.end_posting(posting, by=None).ended_at
    assert actions.end_posting(posting, by=None).ended_at == first


def test_posted_again_after_the_end_the_rights_are_back(people, unit):
    ended(people.dgp_officer)
    actions.post_officer(people.dgp_officer, unit=unit("LV-DGP"), role=Role.OFFICER, by=None)
    assert may(people.dgp_officer, "report_incidents", unit("LV-DGP"))


@pytest.mark.parametrize("who", ["by_admin", "dgp_head", "dgp_officer"])
def test_only_the_sides_administrator_ends_a_posting(who, people):
    posting = people.dgp_officer.postings.get()
    with pytest.raises(NotAllowed):
        actions.end_posting(posting, by=getattr(people, who))
    actions.end_posting(posting, by=people.lv_admin)


def test_whoever_left_is_on_duty_no_more(people, both_sides_on_duty, incident, unit):
    """The rota reaches weeks ahead; an alert must not count on somebody who cannot answer it."""
    from bordercoop.errors import Refused
    from incidents.actions import release_incident

    ended(people.pol_duty)
    with pytest.raises(Refused) as refusal:
        release_incident(incident(), desks=[unit("DESK-POL")], by=people.dgp_duty)
    assert refusal.value.code == "nobody_on_duty"


def test_whoever_left_before_the_mail_went_out_does_not_get_it(
    people, released, carry_out, mailbox
):
    released()
    ended(people.pol_duty)
    carry_out()
    assert mailbox.letters == []


def test_a_suspended_head_gets_no_mail(people, released, carry_out, mailbox, later):
    people.pol_head.is_active = False
    people.pol_head.save(update_fields=["is_active"])
    released()
    later(minutes=16)
    actions.escalate_due()
    carry_out()
    assert mailbox.to(people.pol_head) == []
