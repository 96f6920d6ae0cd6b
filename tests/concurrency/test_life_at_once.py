"""Two who hand back, answer together, or acknowledge for a post at the same moment; many who guess
an address."""

import pytest

from bordercoop.access.guessing import MOST, count_wrong, refuse_guessing
from bordercoop.audit.models import Entry
from bordercoop.errors import Refused
from contactpoints import actions
from contactpoints.models import Delivery, Forward, HandBack
from tests.concurrency.test_races import errors, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_at_once_one_has_its_effect_and_the_other_changes_nothing(
    released, people, unit, officer
):
    _case, delivery = released(priority="P2")
    duty, head = people.pol_duty, people.pol_head
    post = officer("pol.second", "BY-POL", "officer")
    first, other = people.pol_officer, post
    actions.acknowledge_delivery(delivery, line="On it.", by=duty)
    given = together(
        *[lambda by=by: actions.hand_back_delivery(delivery, reason="No.", turn=0, by=by)
          for by in (duty, head)]
    )  # fmt: skip
    assert errors(given) == []
    assert (HandBack.objects.count(), Delivery.objects.get(pk=delivery.pk).wakes) == (1, 1)

    together(
        *[lambda by=by: actions.acknowledge_many([delivery.uid], line="We do.", by=by)
          for by in (duty, head)]
    )  # fmt: skip
    done = Entry.objects.filter(verb="delivery.acknowledged", facts__together=1)
    assert done.count() == 1
    assert Delivery.objects.get(pk=delivery.pk).acknowledged_by_id == done.get().actor_id

    sent = together(
        *[lambda by=by: actions.forward_delivery(
            delivery, to=[unit("BY-POL")], line="Go.", by=by) for by in (duty, head)]
    )  # fmt: skip
    assert errors(sent) == []
    forward = Forward.objects.get()
    together(*[lambda by=by: actions.acknowledge_forward(forward, by=by) for by in (first, other)])
    assert Entry.objects.filter(verb="forward.acknowledged").count() == 1
    assert Delivery.objects.get(pk=delivery.pk).forwards_heard == 1


def test_of_many_wrong_addresses_at_once_each_counts(rf):
    here = rf.get("/display/x/", REMOTE_ADDR="192.0.2.77")

    def guess():
        for _again in range(6):
            count_wrong(here)

    refuse_guessing(here)
    assert errors(together(*[guess] * (MOST // 6))) == []
    with pytest.raises(Refused) as refusal:
        refuse_guessing(here)
    assert refusal.value.status == 429
    refuse_guessing(rf.get("/display/x/", REMOTE_ADDR="192.0.2.78"))
