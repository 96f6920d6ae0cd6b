"""A desk that cannot do what it acknowledged hands it back: open again, and nothing is lost."""

from datetime import timedelta

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.journal import journal_of_day, today_at
from contactpoints.models import Delivery, HandBack, units
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db
WHY = "The patrol is bound at sign 214."


@pytest.fixture
def accepted(released, people):
    """A P1 that Polotsk accepted; gives (incident, delivery)."""

    def make(**how):
        people.pol_head
        case, delivery = released(priority="P1", **how)
        return case, actions.accept_delivery(delivery, line="On it.", by=people.pol_duty)

    return make


def fresh(delivery):
    return Delivery.objects.get(pk=delivery.pk)


def in_english(*users):
    for user in users:
        user.language = "en"
        user.save(update_fields=["language"])


def test_it_is_open_again_climbs_from_the_first_step_and_both_sides_see_why(
    accepted, later, people, signed_in
):
    case, delivery = accepted()
    in_english(people.pol_duty, people.dgp_duty)
    later(minutes=3)
    actions.hand_back_delivery(delivery, reason=f"  {WHY} ", turn=0, by=people.pol_head)
    back = fresh(delivery)
    assert (back.acknowledged_at, back.accepted_at, back.line, back.step) == (None, None, "", 0)
    assert (back.wakes, back.note_by) == (1, None)
    assert back in Delivery.objects.open()
    given = back.handed_back
    assert (given.reason, given.by, given.acknowledged_by) == (
        WHY, people.pol_head, people.pol_duty,
    )  # fmt: skip
    assert (given.line, given.accepted_by) == ("On it.", people.pol_duty)
    assert back.escalate_at == given.at + timedelta(minutes=5)
    assert Message.objects.filter(key=f"delivery:{delivery.uid}:0.1:mail:{people.pol_duty.pk}")
    later(minutes=5, seconds=1)
    assert actions.escalate_due() == 1
    assert fresh(delivery).step == 1
    assert Message.objects.filter(key__startswith=f"delivery:{delivery.uid}:1.1:mail:").exists()
    # The sender, in red, on the ladder and the console; the desk on its card; the timeline has all.
    ladder = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/").content.decode()
    for page in (
        ladder,
        signed_in(people.dgp_duty).get("/console/").content.decode(),
        signed_in(people.pol_duty).get("/console/").content.decode(),
    ):
        assert "Handed back" in page
        assert WHY in page
        assert "pol.head" in page
    for sentence in ("handed the alert back at", "accepted the task at", "acknowledged the alert"):
        assert sentence in ladder
    assert Entry.objects.get(verb="delivery.handed_back").actor == people.pol_head
    desk = units()["DESK-POL"]
    kinds = [line.kind for line in journal_of_day(desk, today_at(desk), people.pol_head).lines]
    assert {"acknowledged", "handed_back"} <= set(kinds)


def test_it_is_acknowledged_anew_and_each_hand_back_stays(accepted, later, people):
    _case, delivery = accepted()
    for turn in range(2):
        actions.hand_back_delivery(delivery, reason=WHY, turn=turn, by=people.pol_duty)
        later(minutes=1)
        actions.acknowledge_delivery(delivery, line=f"Now {turn}.", by=people.pol_head)
    rows = [(row.turn, row.acknowledged_by, row.line) for row in HandBack.objects.all()]
    assert rows == [(0, people.pol_duty, "On it."), (1, people.pol_head, "Now 0.")]
    assert (fresh(delivery).acknowledged_by, fresh(delivery).line) == (people.pol_head, "Now 1.")
    later(minutes=31)  # nothing noted: it wakes up as any other, and can be handed back from there
    assert actions.settle_deliveries() == 1
    actions.hand_back_delivery(delivery, reason=WHY, by=people.pol_duty)
    assert (fresh(delivery).woken_at, fresh(delivery).wakes) == (None, 4)


def test_twice_and_late_is_once(accepted, people):
    _case, delivery = accepted()
    for _time in range(2):
        actions.hand_back_delivery(delivery, reason=WHY, by=people.pol_duty)
    actions.acknowledge_delivery(delivery, line="We have it.", by=people.pol_head)
    # The same form again, after somebody else took it: their answer is not the one handed back.
    actions.hand_back_delivery(delivery, reason=WHY, turn=0, by=people.pol_duty)
    assert HandBack.objects.count() == 1
    assert fresh(delivery).acknowledged_by == people.pol_head


def test_what_cannot_be_handed_back(accepted, released, people, unit):
    _case, plain = released(priority="P3")
    with pytest.raises(Refused, match="has not acknowledged"):
        actions.hand_back_delivery(plain, reason=WHY, by=people.pol_duty)
    actions.decline_delivery(plain, reason="Not ours.", by=people.pol_duty)
    with pytest.raises(Refused, match="declined"):
        actions.hand_back_delivery(plain, reason=WHY, by=people.pol_duty)
    case, delivery = accepted()
    for reason in ("", " \u200b ", "x" * 501, "a\0b"):
        with pytest.raises(Invalid):
            actions.hand_back_delivery(delivery, reason=reason, by=people.pol_duty)
    for stranger in (people.dgp_duty, people.pol_officer):
        with pytest.raises(NotAllowed):
            actions.hand_back_delivery(delivery, reason=WHY, by=stranger)
    actions.cancel_deliveries(case.ref, desks=[delivery.desk], by=None)
    with pytest.raises(Refused, match="took this alert back"):
        actions.hand_back_delivery(delivery, reason=WHY, by=people.pol_duty)
    people.rix_duty, people.msq_duty
    sent = actions.send_broadcast(unit("DESK-DGP"), what="crowd", by=people.dgp_duty)
    heard = sent.alert.deliveries.get(desk__code="DESK-POL")
    actions.acknowledge_delivery(heard, line="Heard.", by=people.pol_duty)
    with pytest.raises(Refused, match="a call that was heard"):
        actions.hand_back_delivery(heard, reason=WHY, by=people.pol_duty)
    assert not HandBack.objects.exists()


def test_an_exercise_handed_back_climbs_nothing(accepted, later, people):
    case, real = accepted()
    drill = actions.raise_alert(
        case.ref, card={}, priority="P1", status="exercise", to=[real.desk],
        sender=real.alert.sender, by=None,
    ).deliveries.get()  # fmt: skip
    actions.acknowledge_delivery(drill, line="Seen.", by=people.pol_duty)
    actions.hand_back_delivery(drill, reason=WHY, by=people.pol_duty)
    assert (fresh(drill).escalate_at, fresh(drill).waits) == (None, True)
    later(days=1)
    actions.escalate_due()
    assert fresh(drill).step == 0


def test_the_database_opens_nothing_without_a_hand_back(accepted, people):
    _case, delivery = accepted()
    empty = "acknowledged_at = NULL, acknowledged_by_id = NULL, state = 'opened', line = ''"
    with refused_by_database("only_a_hand_back_opens_again"):
        sql(
            f"UPDATE contactpoints_delivery SET {empty}, wakes = 1 WHERE id = %s",
            delivery.pk,
        )
    with refused_by_database("only_a_hand_back_opens_again"):
        sql("UPDATE contactpoints_delivery SET state = 'opened' WHERE id = %s", delivery.pk)
    actions.hand_back_delivery(delivery, reason=WHY, by=people.pol_duty)
    for statement in ("UPDATE contactpoints_handback SET reason = 'x'",
                      "DELETE FROM contactpoints_handback"):  # fmt: skip
        with refused_by_database("Cannot"):
            sql(statement)


def test_each_door(accepted, people, signed_in, api):
    _case, delivery = accepted()
    path = f"/deliveries/{delivery.uid}/hand-back/"
    in_english(people.pol_duty)
    duty = signed_in(people.pol_duty)
    assert f'href="{path}"' in duty.get("/console/").content.decode()
    assert WHY not in duty.get(path).content.decode()
    long = "y" * 600
    refused = duty.post(path, {"reason": long, "turn": 0})
    assert refused.status_code == 400
    assert long in refused.content.decode()
    for bad in ({"reason": ""}, {"reason": "a\0"}, {"reason": WHY, "turn": "9" * 40}):
        assert duty.post(path, bad).status_code == 400
    assert signed_in(people.dgp_duty).get(path).status_code == 404
    assert duty.post(path, {"reason": WHY, "turn": 0}).status_code == 302
    assert fresh(delivery).waits
    assert "Nothing of this alert can be handed back" in duty.get(path).content.decode()
    # The API: the same, and the other side reads it.
    address = f"/api/v1/deliveries/{delivery.uid}/"
    ours, theirs = api(people.pol_duty), api(people.dgp_duty)
    ours.post(f"{address}acknowledge/", {"note": "Again."})
    assert ours.post(f"{address}hand-back/", {}).status_code == 400
    assert ours.post(f"{address}hand-back/", {"reason": WHY, "turn": 10**30}).status_code == 400
    assert theirs.post(f"{address}hand-back/", {"reason": WHY}).status_code == 403
    shown = ours.post(f"{address}hand-back/", {"reason": WHY, "turn": 1}).json()
    assert (shown["turn"], shown["acknowledged_at"]) == (2, None)
    read = theirs.get(address).json()
    assert (read["handed_back"]["reason"], read["handed_back"]["note"]) == (WHY, "Again.")
