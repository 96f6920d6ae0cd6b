"""Two at headquarters merge, take back and link at the same moment."""

import pytest

from bordercoop.errors import Refused
from incidents import actions
from incidents.models import Incident, Link, Merge
from tests.concurrency.test_races import errors, together

pytestmark = pytest.mark.django_db(transaction=True)


def states(*cases):
    return [Incident.objects.get(pk=case.pk).state for case in cases]


def test_two_records_are_not_merged_into_each_other_at_once(incident, people):
    by = people.lv_hq
    for _round in range(3):
        a, b = incident(), incident()
        results = together(
            lambda a=a, b=b: actions.merge_incidents(a, b, reason="x", by=by),
            lambda a=a, b=b: actions.merge_incidents(b, a, reason="x", by=by),
        )
        assert [type(error) for error in errors(results)] == [Refused]
        assert sorted(states(a, b)) == ["merged", "submitted"]


def test_three_that_merge_in_a_ring_at_once_leave_one_that_speaks_for_all(incident, people):
    by = people.lv_hq
    for _round in range(3):
        a, b, c = (incident() for _ in range(3))
        results = together(
            lambda a=a, b=b: actions.merge_incidents(b, a, reason="x", by=by),
            lambda b=b, c=c: actions.merge_incidents(c, b, reason="x", by=by),
            lambda a=a, c=c: actions.merge_incidents(a, c, reason="x", by=by),
        )
        assert all(isinstance(error, Refused) for error in errors(results))
        assert "submitted" in states(a, b, c)
        merges = Merge.objects.filter(source__in=[a, b, c], undone_at=None)
        assert merges.count() == states(a, b, c).count("merged") >= 1


def test_the_same_merge_and_its_undoing_at_once_happen_once(incident, people):
    by = people.lv_hq
    a, b = incident(), incident()
    merge = lambda: actions.merge_incidents(a, b, reason="x", by=by)  # noqa: E731
    assert errors(together(merge, merge, merge)) == []
    assert Merge.objects.count() == 1
    undo = lambda: actions.unmerge_incidents(b, reason="y", by=by)  # noqa: E731
    assert errors(together(undo, undo, undo)) == []
    assert states(a, b) == ["submitted", "submitted"]
    results = together(merge, undo)
    assert errors(results) == []
    assert Merge.objects.filter(undone_at=None).count() <= 1
    assert ("merged" in states(b)) == Merge.objects.filter(undone_at=None).exists()


def test_a_merge_and_a_verification_at_once_leave_a_state_that_can_be_given_back(incident, people):
    for _round in range(3):
        a, b = incident(), incident()
        together(
            lambda a=a, b=b: actions.merge_incidents(a, b, reason="x", by=people.lv_hq),
            lambda b=b: actions.verify_incident(b, by=people.dgp_leader),
        )
        before = Merge.objects.get(source=b).before
        assert (before == "verified") == (Incident.objects.get(pk=b.pk).verified_at is not None)
        actions.unmerge_incidents(b, reason="y", by=people.lv_hq)
        assert states(b) == [before]


def test_the_same_link_from_two_at_once_is_one(incident, people):
    a, b = incident(), incident()
    results = together(
        *[
            lambda by=by: actions.link_incidents(a, b, kind="same_group", by=by)
            for by in (people.dgp_officer, people.dgp_leader, people.lv_hq)
        ]
    )
    assert errors(results) == []
    assert Link.objects.count() == 1
