"""What tests of crossing points say: fixtures of its conftest."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.reference.models import Place
from contactpoints import actions


@pytest.fixture
def place(db):
    return lambda code="PAT-GRI": Place.objects.get(code=code)


@pytest.fixture
def say(place, people):
    """Say minutes of a lane, by dgp_duty of the exit of trucks unless told otherwise."""

    def make(
        minutes=90, *, by=None, code="PAT-GRI", direction="exit", lane="trucks", ago=5, **more
    ):
        given = {"waiting": None, "client_ref": None, **more}
        line = {"direction": direction, "lane": lane, "minutes": minutes,
                "waiting": given.pop("waiting")}  # fmt: skip
        at = given.pop("at", now() - timedelta(minutes=ago))
        rows = actions.record_waiting(
            place(code), lines=[line], observed_at=at, by=by or people.dgp_duty, **given
        )
        return rows[0]

    return make
