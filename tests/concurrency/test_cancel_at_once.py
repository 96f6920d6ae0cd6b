"""An alert cancelled, updated and acknowledged at the same moment: each fact once, none lost."""

import threading

import pytest
from django.db import connection, transaction

from contactpoints import actions
from contactpoints.models import Alert
from incidents.actions import recall_release
from tests.concurrency.test_races import errors, together
from tests.kernel.machinery import eventually

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_cancel_beside_an_acknowledgement_and_an_update_is_one(released, people):
    _case, delivery = released(priority="P1")
    alert = delivery.alert
    results = together(
        lambda: actions.cancel_alert(alert, reason="False alarm.", by=people.dgp_duty),
        lambda: actions.cancel_alert(alert, reason="Nothing there.", by=people.dgp_duty),
        lambda: actions.update_alert(alert, line="More.", by=people.dgp_duty),
        lambda: actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty),
    )
    assert {error.code for error in errors(results)} <= {"called_off"}
    cancels = Alert.objects.about(alert.about).filter(kind="cancel")
    assert cancels.count() == 1
    delivery.refresh_from_db()
    assert delivery.escalate_at is None
    assert (delivery.acknowledged_at is None) == (delivery.recalled_at is not None)
    for update in Alert.objects.about(alert.about).filter(kind="update"):
        assert not update.deliveries.get().waits


def test_a_recall_takes_an_update_along_that_is_just_being_sent(released, people, unit):
    """Else the desk would keep the place and the headline on the card of the update, for good."""
    case, delivery = released()
    written = threading.Event()

    def recall_waits():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")
            return cursor.fetchone()

    def update():
        with transaction.atomic():
            actions.update_alert(delivery.alert, line="They moved on.", by=people.dgp_duty)
            written.set()
            eventually(recall_waits, 10)

    def recall():
        assert written.wait(10)
        recall_release(case, desks=[unit("DESK-POL")], reason="Wrong place.", by=people.dgp_head)

    assert errors(together(update, recall)) == []
    told = Alert.objects.about(case.ref).get(kind="update").deliveries.get()
    assert told.recalled_at is not None
    assert set(told.card) <= {"number", "side", "exercise"}
