"""Acknowledging: the first one stands, with its person, its time and its line."""

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed
from contactpoints import actions
from contactpoints.models import Delivery, Role
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db

LINE = "Patrol 3 is on its way."


@pytest.fixture
def through_html(signed_in):
    def door(user, delivery, line=LINE, verb="acknowledge"):
        name = "reason" if verb == "decline" else "note"
        answer = signed_in(user).post(f"/deliveries/{delivery.uid}/{verb}/", {name: line})
        return {302: 200}.get(answer.status_code, answer.status_code)

    return door


@pytest.fixture
def through_api(api):
    def door(user, delivery, line=LINE, verb="acknowledge"):
        name = "reason" if verb == "decline" else "note"
        return (
            api(user).post(f"/api/v1/deliveries/{delivery.uid}/{verb}/", {name: line}).status_code
        )

    return door


@pytest.fixture(params=["html", "api"])
def door(request):
    return request.getfixturevalue(f"through_{request.param}")


def test_the_duty_officer_acknowledges_with_a_line(released, people, door):
    _case, delivery = released()
    assert door(people.pol_duty, delivery) == 200
    delivery.refresh_from_db()
    assert (delivery.state, delivery.acknowledged_by) == ("acknowledged", people.pol_duty)
    assert (delivery.line, delivery.escalate_at) == (LINE, None)
    entry = Entry.objects.get(verb="delivery.acknowledged")
    assert (entry.actor, entry.facts["desk"]) == (people.pol_duty, "DESK-POL")
    assert entry.facts["subject"] == delivery.alert.about


@pytest.mark.parametrize("priority", ["P1", "P2"])
@pytest.mark.parametrize("line", ["", "   ", "\n\t"])
def test_an_urgent_alert_wants_a_line(line, priority, released, people, door):
    _case, delivery = released(priority=priority)
    assert door(people.pol_duty, delivery, line) == 400
    delivery.refresh_from_db()
    assert (delivery.acknowledged_at, delivery.escalate_at is None) == (None, False)
    assert door(people.pol_duty, delivery) == 200


@pytest.mark.parametrize("priority", ["P1", "P2"])
def test_the_database_wants_the_line_too(priority, released, people):
    _case, delivery = released(priority=priority)
    with refused_by_database("urgent_acknowledgement_has_a_line"):
        sql(
            "UPDATE contactpoints_delivery SET acknowledged_at = now(), acknowledged_by_id = %s, "
            "escalate_at = NULL WHERE id = %s",
            people.pol_duty.pk,
            delivery.pk,
        )


@pytest.mark.parametrize("priority", ["P3", "P4"])
def test_a_routine_alert_wants_none(priority, released, people, door):
    _case, delivery = released(priority=priority)
    assert door(people.pol_duty, delivery, "") == 200
    delivery.refresh_from_db()
    assert (delivery.state, delivery.line) == ("acknowledged", "")


def test_a_line_of_500_characters_fits_and_of_501_does_not(released, people, door):
    _case, delivery = released()
    assert door(people.pol_duty, delivery, "ж" * 501) == 400
    assert door(people.pol_duty, delivery, "ж" * 500) == 200
    delivery.refresh_from_db()
    assert delivery.line == "ж" * 500


def test_an_acknowledged_alert_is_left_alone(released, people, door):
    _case, delivery = released()
    assert door(people.pol_duty, delivery) == 200
    first = Delivery.objects.get(pk=delivery.pk)
    assert door(people.pol_head, delivery, "Something else.") == 200
    again = Delivery.objects.get(pk=delivery.pk)
    for name in ("acknowledged_at", "acknowledged_by", "line", "state"):
        assert getattr(again, name) == getattr(first, name)
    assert Entry.objects.filter(verb="delivery.acknowledged").count() == 1


def test_a_repeat_needs_no_line_and_says_who_was_first(released, people, api):
    _case, delivery = released()
    actions.acknowledge_delivery(delivery, line=LINE, by=people.pol_duty)
    answer = api(people.pol_head).post(f"/api/v1/deliveries/{delivery.uid}/acknowledge/", {})
    assert answer.status_code == 200
    assert answer.json()["acknowledged_by"] == "Pol Duty"
    assert answer.json()["note"] == LINE


def test_one_desks_acknowledgement_never_silences_the_other(released, people, later, door):
    people.msq_duty
    case, delivery = released(desks=("DESK-POL", "DESK-MSQ"))
    door(people.pol_duty, delivery)
    other = Delivery.objects.about(case.ref).get(desk__code="DESK-MSQ")
    assert (other.acknowledged_at, other.escalate_at is None) == (None, False)
    later(minutes=16)
    assert actions.escalate_due() == 1


NOT_THEIRS = {
    "dgp_duty": 403,  # sent it: sees it, may not answer for the other side
    "lv_hq": 403,
    "by_auditor": 403,  # sees the desk's alerts, changes nothing
    "msq_duty": 404,  # another desk of the same side
    "fp_duty": 404,
    "rix_duty": 404,
    "pol_officer": 404,
    "pol_leader": 404,
    "by_analyst": 404,
    "by_admin": 404,
    "stranger": 404,
}


@pytest.mark.parametrize("verb", ["acknowledge", "accept", "decline"])
def test_nobody_answers_for_a_desk_that_is_not_theirs(verb, released, people, door):
    _case, delivery = released()
    for who, status in NOT_THEIRS.items():
        assert door(getattr(people, who), delivery, verb=verb) == status, who
    delivery.refresh_from_db()
    assert delivery.acknowledged_at is None


def test_the_verb_itself_refuses_whoever_has_no_right(released, people):
    _case, delivery = released()
    for who in ("dgp_duty", "msq_duty", "pol_officer", "by_auditor"):
        for verb in (actions.acknowledge_delivery, actions.accept_delivery):
            with pytest.raises(NotAllowed):
                verb(delivery, line=LINE, by=getattr(people, who))
        with pytest.raises(NotAllowed):
            actions.decline_delivery(delivery, reason=LINE, by=getattr(people, who))


@pytest.mark.parametrize("who", ["pol_head", "by_hq"])
def test_the_head_and_headquarters_may_answer_for_the_desk(who, released, people, door):
    _case, delivery = released()
    assert door(getattr(people, who), delivery) == 200


def test_nobody_signed_in_answers_nothing(released, client):
    from rest_framework.test import APIClient

    _case, delivery = released()
    path = f"deliveries/{delivery.uid}/acknowledge/"
    assert client.post(f"/{path}", {"note": LINE}).status_code == 302
    assert APIClient().post(f"/api/v1/{path}", {"note": LINE}, format="json").status_code == 401
    delivery.refresh_from_db()
    assert delivery.acknowledged_at is None


@pytest.mark.parametrize("verb", ["acknowledge", "accept", "decline"])
def test_a_page_of_another_site_cannot_answer(verb, released, people, signed_in):
    _case, delivery = released()
    answer = signed_in(people.pol_duty, strict=True).post(
        f"/deliveries/{delivery.uid}/{verb}/", {"note": LINE, "reason": LINE}
    )
    assert answer.status_code == 403
    delivery.refresh_from_db()
    assert delivery.acknowledged_at is None


@pytest.mark.parametrize("verb", ["acknowledge", "accept", "decline"])
def test_a_link_cannot_answer(verb, released, people, signed_in):
    _case, delivery = released()
    answer = signed_in(people.pol_duty).get(f"/deliveries/{delivery.uid}/{verb}/")
    assert answer.status_code == 405


@pytest.mark.parametrize("verb", ["acknowledge", "accept", "decline"])
def test_a_character_that_cannot_be_stored_is_refused_with_a_sentence(verb, released, people, door):
    _case, delivery = released()
    assert door(people.pol_duty, delivery, "a\0b", verb) == 400
    delivery.refresh_from_db()
    assert delivery.acknowledged_at is None


def test_what_was_typed_is_kept_beside_the_sentence(released, people, signed_in):
    _case, delivery = released()
    answer = signed_in(people.pol_duty).post(
        f"/deliveries/{delivery.uid}/acknowledge/", {"note": "x" * 501}
    )
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "x" * 501 in page
    assert str(delivery.uid) in page


def test_a_script_gets_the_new_state_or_the_sentence_as_json(released, people, signed_in):
    _case, delivery = released()
    browser = signed_in(people.pol_duty)
    path = f"/deliveries/{delivery.uid}/acknowledge/"
    refused = browser.post(path, {"note": ""}, headers={"Accept": "application/json"})
    assert refused.status_code == 400
    assert refused.json()["code"] == "invalid"
    assert refused.json()["fields"]["note"]
    done = browser.post(path, {"note": LINE}, headers={"Accept": "application/json"}).json()
    assert (done["uid"], done["state"], done["by"]) == (
        str(delivery.uid),
        "acknowledged",
        "Pol Duty",
    )
    assert done["acknowledged_at"]


@pytest.mark.parametrize(
    "onward", ["//evil.example/", "https://evil.example/", "/incidents//evil", "/\\evil.example"]
)
def test_an_answer_never_leads_out_of_the_portal(onward, released, people, signed_in):
    _case, delivery = released()
    answer = signed_in(people.pol_duty).post(
        f"/deliveries/{delivery.uid}/acknowledge/", {"note": LINE, "next": onward}
    )
    assert answer["Location"] == "/console/?desk=DESK-POL"


def test_an_unknown_delivery_and_an_invisible_one_answer_alike(released, people, api, signed_in):
    import uuid

    _case, delivery = released()
    for verb in ("acknowledge", "accept", "decline"):
        bodies = [
            api(people.msq_duty).post(f"/api/v1/deliveries/{uid}/{verb}/", {"reason": "x"})
            for uid in (delivery.uid, uuid.uuid4())
        ]
        assert [body.status_code for body in bodies] == [404, 404]
        assert bodies[0].content == bodies[1].content


def test_a_late_earlier_step_changes_nothing(released, people):
    _case, delivery = released()
    actions.acknowledge_delivery(delivery, line=LINE, by=people.pol_duty)
    actions.mark_sent(delivery)
    actions.mark_delivered(delivery)
    actions.mark_opened(delivery, by=people.pol_head)
    actions.mark_failed(delivery, failure="late")
    delivery.refresh_from_db()
    assert delivery.state == "acknowledged"
    assert (delivery.sent_at, delivery.opened_by, delivery.failed_at) == (None, None, None)


def test_a_line_too_many_is_refused_in_the_officers_language(released, people):
    from django.utils import translation

    _case, delivery = released()
    with translation.override("lv"), pytest.raises(Invalid) as refusal:
        actions.acknowledge_delivery(delivery, line="", by=people.pol_duty)
    assert list(refusal.value.fields) == ["note"]


def test_an_officer_of_the_desks_region_in_a_reading_role_sees_no_alert(released, officer, api):
    _case, _delivery = released()
    reader = officer("a.b", "DESK-POL", Role.INTERPRETER)
    assert api(reader).get("/api/v1/deliveries/").json()["results"] == []


@pytest.mark.parametrize("verb", ["acknowledge", "accept", "decline"])
def test_a_line_that_cannot_be_stored_is_told_at_the_card_and_kept(
    verb, released, people, signed_in
):
    _case, delivery = released()
    words = {"note": "Patrol\0 three", "reason": "Patrol\0 three"}
    answer = signed_in(people.pol_duty).post(f"/deliveries/{delivery.uid}/{verb}/", words)
    assert answer.status_code == 400
    (card,) = answer.context["need"]
    assert card.error
    assert card.typed == "Patrol\0 three"


def test_a_refusal_without_a_card_to_stand_at_is_a_page_that_says_it(released, people, signed_in):
    _case, delivery = released()
    actions.acknowledge_delivery(delivery, line=LINE, by=people.pol_head)
    browser = signed_in(people.pol_duty)
    answer = browser.post(f"/deliveries/{delivery.uid}/decline/", {"reason": " "})
    assert answer.status_code == 400
    assert "refused.html" in [template.name for template in answer.templates]
