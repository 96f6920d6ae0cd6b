"""Policies, names and waking up, by several at the same moment: each fact happens once."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Stale
from contactpoints import actions
from contactpoints.models import Delivery, EscalationPolicy
from contactpoints.policies import policy_of
from incidents.actions import add_note, release_incident
from tests.concurrency.test_races import errors, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_set_a_policy_at_once_one_is_told_of_the_other(people, unit):
    desk = unit("DESK-POL")
    people.pol_head, people.by_hq

    def put(by, seconds):
        steps = policy_of(desk).steps
        steps[0]["wait"]["P1"] = seconds
        return actions.set_policy(
            desk, steps=steps, note_within=policy_of(desk).note_within, why="Faster.", version=1,
            by=by,
        )  # fmt: skip

    results = together(lambda: put(people.pol_head, 120), lambda: put(people.by_hq, 180))
    (refused,) = errors(results)
    assert isinstance(refused, Stale)
    assert EscalationPolicy.objects.filter(desk__unit=desk).count() == 2


def test_named_people_at_once_all_count_and_one_of_them_is_the_last(
    incident, people, unit, both_sides_on_duty
):
    named = [people.pol_duty, people.pol_head]
    alert = release_incident(
        incident(), desks=[unit("DESK-POL")], named=[one.uid for one in named], by=people.dgp_duty
    )
    delivery = alert.deliveries.get()
    results = together(
        *(
            lambda by=by: actions.acknowledge_delivery(delivery, line="On it.", by=by)
            for by in named
        )
    )
    assert errors(results) == []
    delivery.refresh_from_db()
    assert delivery.acknowledged_by in named
    assert not delivery.named.missing().exists()
    assert Entry.objects.filter(verb="delivery.acknowledged").count() == 1


def test_several_ticks_wake_it_once_and_a_note_meanwhile_ends_it(released, people):
    people.pol_head
    case, delivery = released(priority="P1")
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    row = Delivery.objects.filter(pk=delivery.pk)
    row.update(note_by=now() - timedelta(seconds=1))
    results = together(*(actions.settle_deliveries for _tick in range(3)))
    assert errors(results) == []
    assert sum(results) == 1
    assert row.get().wakes == 1
    results = together(
        lambda: add_note(case, text="There.", by=people.pol_duty),
        actions.settle_deliveries,
        actions.escalate_due,
    )
    assert errors(results) == []
    actions.settle_deliveries()
    assert row.get().woken_at is None
