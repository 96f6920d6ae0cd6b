"""An alert cancelled, updated and acknowledged at the same moment: each fact once, none lost."""

import pytest

from contactpoints import actions
from contactpoints.models import Alert
from tests.concurrency.test_races import errors, together

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
