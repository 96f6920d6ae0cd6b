"""Information requests asked, answered and found overdue by several at the same moment."""

import uuid

import pytest

from contactpoints.models import Alert
from incidents import actions
from incidents.models import InformationRequest, RequestAnswer
from tests.concurrency.test_races import errors, together
from tests.incidents.asking import Asking

pytestmark = pytest.mark.django_db(transaction=True)


def test_asked_answered_and_late_at_once_each_once(people, unit, both_sides_on_duty, time_machine):
    asking, ref = Asking(people, unit), uuid.uuid4()
    results = together(*(lambda: asking.ask(client_ref=ref, urgency="urgent") for _ in range(3)))
    assert errors(results) == []
    asked = InformationRequest.objects.get()
    assert (asked.number[-5:], Alert.objects.count()) == ("00001", 1)
    time_machine.move_to(asked.due_at, tick=True)
    results = together(*(actions.alarm_late_questions for _ in range(3)))
    assert errors(results) == []
    assert Alert.objects.filter(card__event="request_overdue").count() == 2
    results = together(*(lambda: asking.answer(asked, client_ref=ref) for _ in range(3)))
    assert errors(results) == []
    results = together(
        lambda: asking.answer(asked), lambda: asking.refuse(asked),
        lambda: actions.withdraw_request(asked, reason="x", by=asking.lv),
    )  # fmt: skip
    assert {error.code for error in errors(results)} == {"wrong_state"}
    assert RequestAnswer.objects.count() == 1
