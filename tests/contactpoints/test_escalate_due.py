"""Escalation: from the duty officer to the head to headquarters, and there it stays."""

import pytest

from bordercoop.audit.models import Entry
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.models import Alert, Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(released, people):
    people.pol_head
    return released()[1]


def told(delivery, step):
    """Who gets a mail of this step."""
    prefix = f"delivery:{delivery.uid}:{step}:mail:"
    return {int(m.key.removeprefix(prefix)) for m in Message.objects.filter(key__startswith=prefix)}


def test_nothing_moves_before_its_time(delivery, later):
    later(minutes=14, seconds=58)
    assert actions.escalate_due() == 0


def test_it_passes_the_head_and_ends_at_headquarters(delivery, later, people):
    assert told(delivery, 0) == {people.pol_duty.pk}
    steps = [(1, {people.pol_head.pk}), (2, {people.by_hq.pk})]
    for step, who in steps:
        later(minutes=15, seconds=1)
        assert actions.escalate_due() == 1
        delivery.refresh_from_db()
        assert (delivery.step, told(delivery, step)) == (step, who)
        assert delivery.escalated_at
    assert delivery.escalate_at is None
    later(days=3)
    assert actions.escalate_due() == 0
    assert Delivery.objects.get().step == 2
    entries = Entry.objects.filter(verb="delivery.escalated").order_by("pk")
    assert [entry.facts["to"] for entry in entries] == ["head", "headquarters"]
    assert {entry.actor for entry in entries} == {None}


def test_each_step_has_its_own_messages_and_each_of_them_once(delivery, later):
    for _step in range(3):
        later(minutes=15, seconds=1)
        actions.escalate_due()
        actions.escalate_due()
    keys = list(Message.objects.values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == 6


def test_a_step_without_anybody_still_passes_on(released, later, people):
    _case, delivery = released()  # nobody is posted as head of the desk
    later(minutes=15, seconds=1)
    assert actions.escalate_due() == 1
    assert told(delivery, 1) == set()
    later(minutes=15, seconds=1)
    actions.escalate_due()
    assert told(delivery, 2) == {people.by_hq.pk}


def test_an_acknowledged_delivery_escalates_no_more(delivery, later, people):
    later(minutes=15, seconds=1)
    actions.escalate_due()
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_head)
    later(days=1)
    assert actions.escalate_due() == 0


def test_after_a_long_silence_it_moves_one_step_at_a_time(delivery, later):
    later(days=1)
    assert actions.escalate_due() == 1
    assert actions.escalate_due() == 0
    assert Delivery.objects.get().step == 1


def test_an_exercise_never_escalates(released, later):
    _case, delivery = released()
    sent = actions.raise_alert(
        "incident:x",
        card={},
        priority="P1",
        status="exercise",
        to=[delivery.desk],
        sender=delivery.alert.sender,
        by=None,
    )
    later(days=1)
    actions.escalate_due()
    assert sent.deliveries.get().step == 0


def test_one_call_takes_at_most_its_limit_oldest_first(released, later, people):
    deliveries = [released()[1] for _ in range(3)]
    later(minutes=20)
    assert actions.escalate_due(limit=2) == 2
    assert [Delivery.objects.get(pk=d.pk).step for d in deliveries] == [1, 1, 0]
    assert actions.escalate_due(limit=2) == 1


def test_headquarters_hears_the_doorbell_once_it_was_passed_on(delivery, later):
    from contactpoints.actions.alerts import topics_of_delivery

    assert topics_of_delivery(delivery) == ["DESK-DGP", "DESK-POL"]
    for _step in range(2):
        later(minutes=15, seconds=1)
        actions.escalate_due()
    assert topics_of_delivery(Delivery.objects.get()) == ["BY-GPK", "DESK-DGP", "DESK-POL"]


def test_many_due_deliveries_cost_few_statements(released, later, django_assert_max_num_queries):
    for _ in range(5):
        released()
    later(minutes=20)
    with django_assert_max_num_queries(60):
        assert actions.escalate_due() == 5


def test_a_flood_climbs_at_once_in_few_statements(
    delivery, people, unit, later, django_assert_max_num_queries
):
    """However many are due at one moment, the last waits for no further tick."""
    alert, count = delivery.alert, 230
    Alert.objects.bulk_create(
        Alert(
            about=f"incident:{number}", card={}, priority="P2", sender=alert.sender,
            raised_at=alert.raised_at,
        )
        for number in range(count)
    )  # fmt: skip
    Delivery.objects.bulk_create(
        Delivery(
            alert=one, desk=delivery.desk, priority="P2", steps=delivery.steps,
            policy=delivery.policy, escalate_at=delivery.escalate_at,
        )
        for one in Alert.objects.exclude(pk=alert.pk)
    )  # fmt: skip
    later(minutes=15, seconds=1)
    with django_assert_max_num_queries(40):
        assert actions.escalate_all_due() == count + 1
    assert set(Delivery.objects.values_list("step", flat=True)) == {1}
    assert Message.objects.filter(key__regex=":1:mail:").count() == count + 1
    assert Entry.objects.filter(verb="delivery.escalated").count() == count + 1
    assert actions.escalate_all_due() == 0
