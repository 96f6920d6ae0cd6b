"""Both sides confirm, and forms are sent twice, at the same moment."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from contactpoints.models import Alert
from incidents import actions
from incidents.models import (
    Incident,
    LineInspection,
    Meeting,
    MeetingDecision,
    SignInspection,
)
from tests.concurrency.test_races import errors, together
from tests.incidents.signs import Meetings, inspect, sign

pytestmark = pytest.mark.django_db(transaction=True)


def test_both_sides_confirm_a_protocol_at_once_and_it_is_confirmed_once(
    people, unit, both_sides_on_duty
):
    meetings = Meetings(people, unit)
    meeting = meetings.held()
    meetings.write(meeting)
    sha256 = Meeting.objects.get().sha256
    results = together(
        *(
            lambda who=who: actions.confirm_protocol(meeting, sha256=sha256, by=who)
            for who in (meetings.lv, meetings.by)
            for _ in range(2)
        )
    )
    assert errors(results) == []
    meeting = Meeting.objects.get()
    assert (meeting.state, meeting.moves.filter(after="signed").count()) == ("signed", 1)
    assert meeting.confirmations.count() == 2


def test_both_sides_confirm_a_line_at_once_and_each_sign_is_inspected_once(
    people, unit, both_sides_on_duty
):
    one = sign()
    with time_machine.travel(now() - timedelta(minutes=5)):
        line = actions.propose_line(
            unit=unit("LV-DGP"), first=one, last=one, at=now(), language="en",
            by=people.dgp_officer,
        )  # fmt: skip
        actions.agree_line(line, unit=unit("BY-POL"), by=people.pol_officer)
    actions.write_result(
        line, one, condition="damaged", seen="Broken.", language="en", by=people.dgp_officer
    )
    sha256 = LineInspection.objects.get().sha256
    results = together(
        *(
            lambda who=who: actions.confirm_line(line, sha256=sha256, by=who)
            for who in (people.dgp_officer, people.pol_officer)
            for _ in range(2)
        )
    )
    assert errors(results) == []
    assert LineInspection.objects.get().state == "confirmed"
    assert (SignInspection.objects.count(), Incident.objects.count()) == (1, 1)


def test_one_inspection_sent_twice_at_once_is_one_with_one_incident(people, unit):
    one, ref, at, by = sign(), uuid.uuid4(), unit("LV-DGP"), people.dgp_officer
    when = now() - timedelta(minutes=1)
    results = together(
        *(
            lambda: inspect(
                one, by, at, condition="missing", seen="Gone.", client_ref=ref,
                at=when,
            )
            for _ in range(3)
        )
    )  # fmt: skip
    assert errors(results) == []
    assert (SignInspection.objects.count(), Incident.objects.count()) == (1, 1)


def test_an_overdue_decision_is_alarmed_once_by_several_ticks(people, unit, both_sides_on_duty):
    Meetings(people, unit).signed(due=now().date() - timedelta(days=1))
    results = together(*(actions.alarm_late_decisions for _ in range(3)))
    assert errors(results) == []
    assert Alert.objects.filter(card__event="decision_late").count() == 2
    assert MeetingDecision.objects.get().alarmed_at is not None
