"""Several officers at the same moment: each fact of a risk report happens once."""

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import Stale
from contactpoints.models import Delivery
from riskanalysis import actions
from riskanalysis.models import ReportText
from riskanalysis.reports import digest_of_snapshot, snapshot_of
from tests.concurrency.test_races import errors, together
from tests.riskanalysis.reports_made import Reports, fresh

pytestmark = pytest.mark.django_db(transaction=True)


def test_saves_approvals_numbers_and_sendings_meet_and_each_happens_once(
    people, unit, officer, both_sides_on_duty
):
    """One flush of the database for all meetings."""
    made = Reports(people, unit, officer)
    tasked = made.tasked()
    assert errors(together(*[lambda: actions.begin_collection(tasked, by=made.lud)] * 3)) == []
    assert tasked.parts.count() == 6

    def saved(text):
        return lambda: made.save(tasked, 1, text, edition=0)

    refused = errors(together(*(saved(f"Text {n}.") for n in range(3))))
    assert [type(one) for one in refused] == [Stale, Stale]
    texts = ReportText.objects.filter(part__report=tasked)
    assert {text.text for text in texts} == {"Text 0.", "Text 1.", "Text 2."}
    assert texts.filter(refused=False).count() == 1

    one, other = made.passed(made.ready()), made.passed(made.ready())

    def approved(report):
        digest = digest_of_snapshot(snapshot_of(report))
        by = people.lv_approver
        return lambda: actions.approve_report(report, sha256=digest, by=by)

    assert errors(together(approved(one), approved(one), approved(other))) == []
    one, other = fresh(one), fresh(other)
    assert {one.number[-5:], other.number[-5:]} == {"00001", "00002"}
    assert one.approvals.count() == one.snapshots.count() == 1

    def sent():
        return actions.disseminate_report(one, units=[unit("DESK-POL")], by=made.lud)

    assert errors(together(sent, sent, sent)) == []
    assert Delivery.objects.about(one.ref).count() == one.told.count() == 1
    assert Entry.objects.filter(about=one.ref, verb="risk_report.disseminated").count() == 1

    def changed():
        return made.save(other, 2, "Changed meanwhile.")

    met = together(changed, lambda: actions.disseminate_report(
        other, units=[unit("LV-DGP")], by=made.lud
    ))  # fmt: skip
    assert len(errors(met)) == 1
    other = fresh(other)
    assert (other.state, other.told.count()) in {("drafting", 0), ("disseminated", 1)}
