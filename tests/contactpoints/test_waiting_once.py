"""What is sent twice about waiting is said once, and with other words refused."""

import uuid
from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.errors import KeyReused
from contactpoints import actions
from contactpoints.models import WaitingTime

pytestmark = pytest.mark.django_db


def test_sent_twice_is_said_once(say, people, place, monkeypatch):
    ref, at = uuid.uuid4(), now() - timedelta(minutes=5)
    once = say(client_ref=ref, at=at)
    assert say(client_ref=ref, at=at) == once
    # A clock that goes ahead: what is stored is cut, and it is the same all the same.
    soon = now() + timedelta(seconds=30)
    ahead = uuid.uuid4()
    assert say(client_ref=ahead, at=soon) == say(client_ref=ahead, at=soon)
    assert WaitingTime.objects.count() == 2
    for other in (
        {"minutes": 91}, {"code": "SIL-URB"}, {"note": "x"}, {"at": at - timedelta(minutes=1)},
    ):  # fmt: skip
        with pytest.raises(KeyReused):
            say(**{"client_ref": ref, "at": at, **other})
    assert say(by=people.dgp_head, client_ref=ref, at=at), "another officer's form is another one"
    # A correction has its own: not that of what it corrects, nor of another correction.
    fix = {"minutes": 10, "waiting": None, "reason": "Typo.", "by": people.dgp_duty}
    with pytest.raises(KeyReused):
        actions.correct_waiting(once, client_ref=ref, **fix)
    mended, second = uuid.uuid4(), say(30)
    right = actions.correct_waiting(once, client_ref=mended, **fix)
    assert actions.correct_waiting(once, client_ref=mended, **fix) == right
    assert actions.correct_waiting(once, client_ref=uuid.uuid4(), **fix) == right
    for wrong, more in (
        (once, {"minutes": 11}), (once, {"reason": "Other."}), (second, {}),
        (once, {"observed_at": at - timedelta(minutes=1)}),
    ):  # fmt: skip
        with pytest.raises(KeyReused):
            actions.correct_waiting(wrong, client_ref=mended, **{**fix, **more})

    # Another place at the very moment: after nobody was found, before the row is written.
    def slipped_in(key, after):
        calls = []

        def late():
            calls.append(1)
            if len(calls) == after:
                WaitingTime.objects.create(
                    place=place("SIL-URB"), side="LV", direction="exit", lane="trucks", minutes=1,
                    observed_at=at, recorded_by=people.dgp_duty, client_ref=key,
                )  # fmt: skip
            return now()

        monkeypatch.setattr("contactpoints.actions.waiting.now", late)

    count = WaitingTime.objects.count()
    slipped_in(key := uuid.uuid4(), after=3)
    with pytest.raises(KeyReused):
        say(client_ref=key, at=at)
    slipped_in(key := uuid.uuid4(), after=2)
    with pytest.raises(KeyReused):
        actions.correct_waiting(second, client_ref=key, **fix)
    assert WaitingTime.objects.count() == count, "all of it is undone"
