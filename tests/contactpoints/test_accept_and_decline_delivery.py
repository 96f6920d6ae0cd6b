"""Taking the task or giving it back: two ends of one road."""

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, Refused
from contactpoints import actions
from contactpoints.models import Delivery

pytestmark = pytest.mark.django_db

LINE, REASON = "Patrol 3 is on its way.", "No patrol is free before noon."


@pytest.fixture
def delivery(released):
    return released()[1]


def test_accepting_acknowledges_first_where_nobody_has(delivery, people):
    done = actions.accept_delivery(delivery, line=LINE, by=people.pol_duty)
    assert (done.state, done.line, done.escalate_at) == ("accepted", LINE, None)
    assert done.acknowledged_by == done.accepted_by == people.pol_duty
    assert Entry.objects.filter(verb="delivery.accepted").count() == 1


def test_accepting_an_urgent_alert_unread_wants_the_line(delivery, people):
    with pytest.raises(Invalid) as refusal:
        actions.accept_delivery(delivery, by=people.pol_duty)
    assert "note" in refusal.value.fields


def test_accepting_after_the_acknowledgement_keeps_who_acknowledged(delivery, people):
    actions.acknowledge_delivery(delivery, line=LINE, by=people.pol_duty)
    done = actions.accept_delivery(delivery, by=people.pol_head)
    assert (done.acknowledged_by, done.accepted_by) == (people.pol_duty, people.pol_head)
    assert done.line == LINE


def test_declining_wants_a_reason_which_also_serves_as_the_line(delivery, people):
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(Invalid) as refusal:
            actions.decline_delivery(delivery, reason=reason, by=people.pol_duty)
        assert list(refusal.value.fields) == ["reason"]
    done = actions.decline_delivery(delivery, reason=REASON, by=people.pol_duty)
    assert (done.state, done.reason, done.line) == ("declined", REASON, REASON)
    assert done.escalate_at is None


def test_declining_after_the_acknowledgement_keeps_its_line(delivery, people):
    actions.acknowledge_delivery(delivery, line=LINE, by=people.pol_duty)
    done = actions.decline_delivery(delivery, reason=REASON, by=people.pol_head)
    assert (done.line, done.reason) == (LINE, REASON)
    assert (done.acknowledged_by, done.declined_by) == (people.pol_duty, people.pol_head)


def test_what_was_accepted_cannot_be_declined(delivery, people):
    actions.accept_delivery(delivery, line=LINE, by=people.pol_duty)
    with pytest.raises(Refused) as refusal:
        actions.decline_delivery(delivery, reason=REASON, by=people.pol_head)
    assert refusal.value.code == "accepted"
    assert Delivery.objects.get().state == "accepted"


def test_what_was_declined_cannot_be_accepted(delivery, people):
    actions.decline_delivery(delivery, reason=REASON, by=people.pol_duty)
    with pytest.raises(Refused) as refusal:
        actions.accept_delivery(delivery, line=LINE, by=people.pol_head)
    assert refusal.value.code == "declined"
    assert Delivery.objects.get().state == "declined"


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_the_first_answer_stands(verb, delivery, people):
    def answer(text, by):
        if verb == "accept":
            return actions.accept_delivery(delivery, line=text, by=by)
        return actions.decline_delivery(delivery, reason=text, by=by)

    answer(REASON, people.pol_duty)
    answer("Another reason.", people.pol_head)
    kept = Delivery.objects.get()
    assert (kept.accepted_by or kept.declined_by) == people.pol_duty
    assert kept.line == REASON
    assert Entry.objects.filter(verb__startswith="delivery.").count() == 1


def test_acknowledging_what_was_answered_changes_nothing(delivery, people):
    actions.accept_delivery(delivery, line=LINE, by=people.pol_duty)
    done = actions.acknowledge_delivery(delivery, line="late", by=people.pol_head)
    assert (done.state, done.line) == ("accepted", LINE)


@pytest.mark.parametrize("door", ["html", "api"])
def test_each_door_accepts_and_declines(door, released, people, signed_in, api):
    for verb, state in (("accept", "accepted"), ("decline", "declined")):
        case, delivery = released()
        body = {"note": LINE, "reason": REASON}
        if door == "html":
            answer = signed_in(people.pol_duty).post(f"/deliveries/{delivery.uid}/{verb}/", body)
            assert answer.status_code == 302
        else:
            body = {"note": LINE} if verb == "accept" else {"reason": REASON}
            answer = api(people.pol_duty).post(f"/api/v1/deliveries/{delivery.uid}/{verb}/", body)
            assert (answer.status_code, answer.json()["state"]) == (200, state)
        assert Delivery.objects.about(case.ref).get().state == state


@pytest.mark.parametrize("door", ["html", "api"])
def test_each_door_refuses_the_opposite_answer_with_a_conflict(
    door, delivery, people, unit, signed_in, api
):
    actions.accept_delivery(delivery, line=LINE, by=people.pol_duty)
    path, body = f"deliveries/{delivery.uid}/decline/", {"reason": REASON}
    if door == "html":
        answer = signed_in(people.pol_duty).post(f"/{path}", body)
    else:
        answer = api(people.pol_duty).post(f"/api/v1/{path}", body)
        assert answer.json()["code"] == "accepted"
    assert answer.status_code == 409
    assert delivery.desk.name_be in answer.content.decode()


@pytest.mark.parametrize("door", ["html", "api"])
def test_each_door_wants_the_reason(door, delivery, people, signed_in, api):
    path = f"deliveries/{delivery.uid}/decline/"
    if door == "html":
        answer = signed_in(people.pol_duty).post(f"/{path}", {"reason": " "})
    else:
        answer = api(people.pol_duty).post(f"/api/v1/{path}", {"reason": " "})
        assert "reason" in answer.json()["fields"]
    assert answer.status_code == 400
