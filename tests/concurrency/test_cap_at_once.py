"""CAP messages posted by several programs at the same moment."""

import hashlib

import pytest

from contactpoints import actions as points
from contactpoints.models import Alert, CapMessage
from tests.concurrency.test_races import errors, together
from tests.contactpoints.cap_made import message

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_message_twice_at_once_is_one_alert(both_sides_on_duty, people):
    raw = message()
    results = together(*[lambda: points.receive_cap(raw, by=people.dgp_duty)] * 3)
    assert errors(results) == []
    assert CapMessage.objects.get().sha256 == hashlib.sha256(raw).hexdigest()
    assert Alert.objects.count() == 1


def test_different_messages_at_once_get_different_numbers(both_sides_on_duty, people):
    results = together(
        *[
            lambda n=n: points.receive_cap(message(identifier=f"A.{n}"), by=people.dgp_duty)
            for n in range(3)
        ]
    )
    assert errors(results) == []
    assert len(set(CapMessage.objects.values_list("number", flat=True))) == 3


def test_an_alert_asked_for_twice_at_once_is_one_document(released, people):
    _case, delivery = released()
    results = together(*[lambda: points.write_cap(delivery, by=people.pol_duty)] * 3)
    assert errors(results) == []
    assert len(set(results)) == 1
    assert CapMessage.objects.count() == 1
