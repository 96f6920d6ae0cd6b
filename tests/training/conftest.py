"""What several tests of training stand on."""

from datetime import timedelta

import pytest
import time_machine

from tests.incidents.doors import later
from tests.smtp import mailbox
from tests.training.activities_made import Made
from training import actions
from training.attendance import days_of
from training.models import Activity, AttendanceMark, Participation

__all__ = ["later", "mailbox"]


@pytest.fixture
def made(people, unit):
    return Made(people, unit)


@pytest.fixture
def held(made, people):
    """Four people attended, two of each side."""
    activity = made.nominating()
    chosen = (
        (people.dgp_officer, "LV-DGP", made.lv),
        (people.rix_officer, "LV-RIX", made.lv),
        (people.pol_officer, "BY-POL", made.by),
        (people.msq_officer, "BY-MSQ", made.by),
    )
    for officer, code, by in chosen:
        officer.language = "en"
        officer.save(update_fields=["language"])
        made.approved(activity, officer, code, by)
    for by in (made.lv, made.by):
        actions.invite_participants(activity, by=by)
    activity = actions.confirm_activity(activity, by=made.lv)
    for state in ("running", "held"):
        Activity.objects.filter(pk=activity.pk).update(state=state)
    for part in Participation.objects.all():
        AttendanceMark.objects.create(participation=part, day=days_of(activity)[0], present=True)
    Participation.objects.update(state="attended")
    with time_machine.travel(activity.ends_at + timedelta(hours=1)):
        yield Activity.objects.get(pk=activity.pk)
