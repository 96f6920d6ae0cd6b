"""Asking desks to acknowledge something; nobody on duty is an error before anything is sent."""

from datetime import timedelta

import pgtrigger
import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Refused
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.models import Alert, Delivery, DutyShift, EscalationPolicy, Priority
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db

CARD = {"number": "LV-DGP-2026-00001", "severity": 3, "side": "LV", "version": 1}


@pytest.fixture
def alert(unit, both_sides_on_duty):
    def make(*desks, priority="P2", **more):
        return actions.raise_alert(
            "incident:1",
            card=CARD,
            priority=priority,
            to=[unit(code) for code in desks or ("DESK-POL",)],
            sender=unit("DESK-DGP"),
            by=both_sides_on_duty[0],
            **more,
        )

    return make


def test_each_desk_has_one_delivery_of_its_own(alert, people):
    people.msq_duty
    raised = alert("DESK-POL", "DESK-MSQ")
    assert {d.desk.code for d in raised.deliveries.all()} == {"DESK-POL", "DESK-MSQ"}
    assert {d.state for d in raised.deliveries.all()} == {"queued"}
    assert Entry.objects.get(verb="alert.raised").facts["desks"] == ["DESK-POL", "DESK-MSQ"]


def test_the_same_desk_named_twice_gets_one_delivery(alert, unit):
    raised = alert("DESK-POL", "DESK-POL")
    assert raised.deliveries.count() == 1


def test_nobody_on_duty_is_refused_and_the_head_to_ask_is_named(alert, people):
    people.msq_head.phone = "+375 17 000"
    people.msq_head.save(update_fields=["phone"])
    with pytest.raises(Refused) as refusal:
        alert("DESK-MSQ")
    assert refusal.value.code == "nobody_on_duty"
    assert refusal.value.status == 409
    assert "Msq Head +375 17 000" in str(refusal.value)


def test_without_a_head_the_sentence_says_what_else_to_do(alert, people):
    with pytest.raises(Refused, match="choose another desk, and tell headquarters"):
        alert("DESK-MSQ")


def test_one_unstaffed_desk_of_two_refuses_the_whole_and_nothing_is_sent(alert):
    with pytest.raises(Refused):
        alert("DESK-POL", "DESK-MSQ")
    assert not Alert.objects.exists()
    assert not Message.objects.exists()


def test_nobody_at_headquarters_is_refused_too_since_the_last_step_would_tell_nobody(
    alert, both_sides_on_duty, unit
):
    for shift in DutyShift.objects.filter(unit=unit("BY-GPK")):
        actions.cancel_duty(shift, by=None)
    with pytest.raises(Refused) as refusal:
        alert()
    assert refusal.value.code == "nobody_on_duty"


def test_a_backup_alone_is_somebody_on_duty(people, alert, on_duty, unit):
    on_duty(people.msq_head, "DESK-MSQ", rank=DutyShift.Rank.BACKUP)
    assert alert("DESK-MSQ").deliveries.get().escalate_at


def test_an_alert_goes_to_desks_only(alert, unit):
    with pytest.raises(Refused) as refusal:
        alert("BY-POL")
    assert refusal.value.code == "not_a_desk"


def test_a_desk_without_a_policy_is_refused(alert):
    with pgtrigger.ignore():
        EscalationPolicy.objects.filter(desk__unit__code="DESK-POL").delete()
    with pytest.raises(Refused) as refusal:
        alert()
    assert refusal.value.code == "no_escalation_policy"


@pytest.mark.parametrize(("priority", "seconds"), [("P1", 300), ("P2", 900), ("P3", 3600)])
def test_the_time_to_acknowledge_follows_the_priority(priority, seconds, alert):
    delivery = alert(priority=priority).deliveries.get()
    assert delivery.escalate_at == delivery.queued_at + timedelta(seconds=seconds)
    assert [step["wait"] for step in delivery.steps] == [seconds, seconds, None]


def test_information_waits_for_the_next_shift(alert, unit):
    delivery = alert(priority="P4").deliveries.get()
    ends = DutyShift.objects.current().get(unit=unit("DESK-POL")).period.upper
    assert abs(delivery.escalate_at - ends) < timedelta(seconds=2)


def test_information_just_before_the_shift_ends_waits_five_minutes_at_least(
    alert, people, unit, on_duty
):
    people.msq_head
    actions.book_duty(
        people.msq_head,
        unit=unit("DESK-MSQ"),
        starts_at=now() - timedelta(hours=1),
        ends_at=now() + timedelta(seconds=20),
        by=None,
    )
    delivery = alert("DESK-MSQ", priority="P4").deliveries.get()
    assert delivery.escalate_at == delivery.queued_at + timedelta(seconds=300)


def test_the_policy_is_stamped_so_a_later_change_changes_nothing(alert, later):
    delivery = alert().deliveries.get()
    steps = delivery.steps
    old = EscalationPolicy.objects.get(desk_id=delivery.desk_id)
    EscalationPolicy.objects.create(
        desk=old.desk, number=2, steps=old.steps[-1:], note_within=old.note_within
    )
    assert len(alert().deliveries.get().steps) == 1
    later(minutes=15, seconds=1)
    assert actions.escalate_due() == 1
    delivery.refresh_from_db()
    assert (delivery.steps, delivery.step) == (steps, 1)


@pytest.mark.parametrize("status", [Alert.Status.EXERCISE, Alert.Status.TEST])
def test_an_exercise_or_test_never_escalates(status, alert, later):
    delivery = alert(status=status, priority="P1").deliveries.get()
    assert delivery.escalate_at is None
    later(days=2)
    assert actions.escalate_due() == 0


def test_each_message_of_a_step_is_posted_once_under_its_own_key(alert, people):
    delivery = alert().deliveries.get()
    keys = {message.key for message in Message.objects.all()}
    base = f"delivery:{delivery.uid}:0"
    assert keys == {f"{base}:live", f"{base}:mail:{people.pol_duty.pk}"}


def test_a_message_carries_no_content(alert):
    alert()
    for message in Message.objects.all():
        assert set(message.payload) <= {"delivery", "step", "turn", "to"}


@pytest.mark.parametrize(("severity", "priority"), [(4, "P1"), (3, "P2"), (2, "P3"), (1, "P4")])
def test_the_default_priority_follows_the_severity(severity, priority, released):
    _case, delivery = released(severity=severity)
    assert delivery.priority == delivery.alert.priority == priority


@pytest.mark.parametrize("priority", Priority)
def test_the_sender_may_choose_another_priority(priority, released):
    _case, delivery = released(severity=1, priority=priority)
    assert delivery.priority == delivery.alert.priority == priority


def test_the_database_keeps_one_delivery_for_an_alert_and_desk(alert):
    delivery = alert().deliveries.get()
    with refused_by_database("one_delivery_per_alert_and_desk"):
        Delivery.objects.create(
            alert=delivery.alert, desk=delivery.desk, priority="P2", steps=delivery.steps
        )


def test_nobody_may_rewrite_whom_an_acknowledgement_came_from(alert):
    delivery = alert().deliveries.get()
    with refused_by_database("acknowledged_has_a_person"):
        sql(
            "UPDATE contactpoints_delivery SET acknowledged_at = now(), line = 'x', "
            "escalate_at = NULL WHERE id = %s",
            delivery.pk,
        )
