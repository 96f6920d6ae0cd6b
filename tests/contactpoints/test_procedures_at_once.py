"""Two approvers, two drafters, two ticks at the same moment: the fact happens once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Refused, Stale
from bordercoop.reference.models import ProcedureVersion, utc_today
from contactpoints import actions
from contactpoints.models import Role
from tests.concurrency.test_races import errors, together
from tests.contactpoints.procedures_made import (
    approve,
    consulted,
    content,
    guideline_in_force,
    someone,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_approvals_drafts_and_ticks_meet_and_each_happens_once(people):
    """One flush of the database for the six meetings: each has a procedure of its own."""
    lv, by = someone("LV", Role.APPROVER), someone("BY", Role.APPROVER)
    ours, theirs, reader = people.lv_hq, people.by_hq, people.pol_officer

    def approved(version, officer):
        return lambda: actions.approve_version(
            version, sha256=version.sha256, revision=version.revision, by=officer
        )

    version = consulted("ONE")
    assert (
        errors(together(approved(version, lv), approved(version, by), approved(version, by))) == []
    )
    version.refresh_from_db()
    assert version.state == "in_force"
    assert version.approvals.count() == 2
    assert Entry.objects.filter(verb="procedure.in_force", about=version.ref).count() == 1

    sop = consulted("SOP-ONE", kind="sop", level="strategic")
    assert errors(together(approved(sop, by), approved(sop, lv), approved(sop, lv))) == []
    sop.refresh_from_db()
    assert (sop.state, sop.approvals.count()) == ("in_force", 2)

    torn = consulted("TWO")
    approve(torn, "LV")
    changed = lambda: actions.change_version(  # noqa: E731
        torn, content=content(title="Other"), revision=torn.revision, by=torn.by
    )
    failed = errors(together(approved(torn, by), changed))
    torn.refresh_from_db()
    assert len(failed) == 1, "either the text that was read is approved, or it was changed"
    assert isinstance(failed[0], Refused)
    assert (torn.state == "in_force") == (not isinstance(failed[0], Stale))

    next_ones = together(
        lambda: actions.draft_version(version.procedure, by=ours),
        lambda: actions.draft_version(version.procedure, by=theirs),
    )
    assert [refusal.code for refusal in errors(next_ones)] == ["one_is_prepared"]
    assert ProcedureVersion.objects.prepared().filter(procedure=version.procedure).count() == 1

    guideline_in_force("DUE")
    due = consulted("DUE", day=utc_today() + timedelta(days=1))
    approve(due, "LV")
    approve(due, "BY")
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        moved = together(*[actions.advance_procedures] * 3)
    assert errors(moved) == []
    assert sum(moved) == 1

    read = together(*[lambda: actions.confirm_reading(due, by=reader)] * 3)
    assert errors(read) == []
    assert due.readings.count() == 1
