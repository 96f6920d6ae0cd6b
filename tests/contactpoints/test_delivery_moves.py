"""A delivery moves forward only, and the database says so."""

import pytest

from contactpoints import actions
from contactpoints.models import Delivery, DeliveryState
from tests.incidents.doors import refused_by_database, rolled_back, sql

pytestmark = pytest.mark.django_db

ORDER = [str(state) for state in DeliveryState]
ANSWERED = ("acknowledged", "accepted", "declined")


def force(delivery, state, by):
    """Bring a delivery to a state by raw SQL, as no verb would."""
    answered = state in ANSWERED
    sql(
        "UPDATE contactpoints_delivery SET state = %s, reason = 'r', line = 'l', "
        "escalate_at = CASE WHEN %s THEN NULL ELSE escalate_at END, "
        "acknowledged_at = CASE WHEN %s THEN now() END, "
        "acknowledged_by_id = CASE WHEN %s THEN %s::bigint END WHERE id = %s",
        state,
        answered,
        answered,
        answered,
        by.pk,
        delivery.pk,
    )


@pytest.mark.parametrize("before", ORDER)
def test_any_forward_move_and_no_backward_one(before, released, people):
    _case, delivery = released()
    if before != "queued":
        force(delivery, before, people.pol_duty)
    for after in ORDER:
        forward = ORDER.index(before) < ORDER.index(after)
        if before == after:
            continue
        if forward and (before, after) != ("accepted", "declined"):
            with rolled_back():
                force(delivery, after, people.pol_duty)
                assert Delivery.objects.get(pk=delivery.pk).state == after
        else:
            with refused_by_database("[Ii]nvalid|transition|only_a_hand_back"):
                force(delivery, after, people.pol_duty)


def test_an_answer_without_an_acknowledgement_is_impossible(released):
    _case, delivery = released()
    with refused_by_database("answered_means_acknowledged"):
        sql("UPDATE contactpoints_delivery SET state = 'accepted' WHERE id = %s", delivery.pk)


def test_an_acknowledged_delivery_that_still_escalates_is_impossible(released, people):
    _case, delivery = released()
    with refused_by_database("acknowledged_stops_escalation"):
        sql(
            "UPDATE contactpoints_delivery SET acknowledged_at = now(), acknowledged_by_id = %s, "
            "line = 'x' WHERE id = %s",
            people.pol_duty.pk,
            delivery.pk,
        )


def test_a_declined_delivery_without_a_reason_is_impossible(released, people):
    _case, delivery = released()
    actions.acknowledge_delivery(delivery, line="x", by=people.pol_duty)
    with refused_by_database("declined_has_a_reason"):
        sql("UPDATE contactpoints_delivery SET state = 'declined' WHERE id = %s", delivery.pk)


def test_each_step_keeps_its_time_and_a_later_one_fills_what_it_implies(released, people):
    _case, delivery = released()
    actions.mark_delivered(delivery)
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert delivery.sent_at == delivery.delivered_at
    actions.mark_sent(delivery)
    actions.mark_opened(delivery, by=people.pol_duty)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.opened_by) == ("opened", people.pol_duty)
    assert delivery.sent_at == delivery.delivered_at


def test_the_first_who_opened_it_stands(released, people):
    _case, delivery = released()
    actions.mark_opened(delivery, by=people.pol_duty)
    actions.mark_opened(delivery, by=people.pol_head)
    delivery.refresh_from_db()
    assert delivery.opened_by == people.pol_duty


def test_a_failure_is_a_fact_beside_the_state_and_a_success_takes_it_off(released):
    _case, delivery = released()
    actions.mark_failed(delivery, failure="the mail server is gone " + "x" * 300)
    delivery.refresh_from_db()
    assert (delivery.state, len(delivery.failure)) == ("queued", 200)
    assert delivery.failed_at
    actions.mark_sent(delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.failed_at) == ("sent", None)
