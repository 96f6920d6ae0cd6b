"""Posting an officer at a unit."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints import actions
from contactpoints.access import forget_grants, may
from contactpoints.models import Posting, Role

pytestmark = pytest.mark.django_db


def test_an_administrator_posts_people_of_the_own_side(people, unit):
    posting = actions.post_officer(
        people.dgp_officer, unit=unit("LV-RIX"), role=Role.OFFICER, by=people.lv_admin
    )
    assert posting.posted_by == people.lv_admin
    assert may(people.dgp_officer, "report_incidents", unit("LV-RIX"))
    entry = Entry.objects.get(verb="posting.started", actor=people.lv_admin)
    assert (entry.side, entry.facts["unit"]) == ("LV", "LV-RIX")


@pytest.mark.parametrize("who", ["dgp_head", "lv_hq", "by_admin", "stranger"])
def test_nobody_but_the_sides_administrator_posts(who, people, unit):
    with pytest.raises(NotAllowed):
        actions.post_officer(
            people.dgp_officer, unit=unit("LV-RIX"), role=Role.OFFICER, by=getattr(people, who)
        )
    assert people.dgp_officer.postings.count() == 1


def test_an_officer_is_never_posted_at_the_other_side(people, unit):
    with pytest.raises(Refused) as refusal:
        actions.post_officer(people.pol_officer, unit=unit("LV-DGP"), role=Role.OFFICER, by=None)
    assert refusal.value.code == "other_side"
    assert not may(people.pol_officer, "view_incidents", unit("LV-DGP"))


def test_the_same_posting_twice_is_one(people, unit):
    again = actions.post_officer(
        people.dgp_officer, unit=unit("LV-DGP"), role=Role.OFFICER, by=None
    )
    assert list(people.dgp_officer.postings.all()) == [again]


def test_the_database_refuses_the_same_posting_twice(people):
    posting = people.dgp_officer.postings.get()
    posting.pk, posting.uid = None, uuid.uuid4()
    with pytest.raises(IntegrityError, match="posted_once"), transaction.atomic():
        posting.save(force_insert=True)


def test_a_posting_that_has_not_begun_gives_nothing_yet(people, unit, later):
    actions.post_officer(
        people.dgp_officer,
        unit=unit("LV-RIX"),
        role=Role.OFFICER,
        starts_at=now() + timedelta(days=2),
        by=None,
    )
    assert not may(people.dgp_officer, "view_incidents", unit("LV-RIX"))
    later(days=2, seconds=1)
    forget_grants(people.dgp_officer)
    assert may(people.dgp_officer, "view_incidents", unit("LV-RIX"))


def test_a_posting_for_a_time_ends_by_itself(people, unit, later):
    actions.post_officer(
        people.dgp_officer,
        unit=unit("LV-RIX"),
        role=Role.OFFICER,
        ends_at=now() + timedelta(hours=1),
        by=None,
    )
    assert may(people.dgp_officer, "view_incidents", unit("LV-RIX"))
    later(hours=1, seconds=1)
    forget_grants(people.dgp_officer)
    assert not may(people.dgp_officer, "view_incidents", unit("LV-RIX"))
    assert may(people.dgp_officer, "view_incidents", unit("LV-DGP"))


def test_a_posting_cannot_end_before_it_starts(people, unit):
    with pytest.raises(Invalid) as refusal:
        actions.post_officer(
            people.dgp_officer,
            unit=unit("LV-RIX"),
            role=Role.OFFICER,
            starts_at=now(),
            ends_at=now() - timedelta(hours=1),
            by=None,
        )
    assert set(refusal.value.fields) == {"ends_at"}
    posting = actions.post_officer(
        people.dgp_officer, unit=unit("LV-RIX"), role=Role.OFFICER, by=None
    )
    with pytest.raises(IntegrityError, match="posting_ends_after_it_starts"), transaction.atomic():
        Posting.objects.filter(pk=posting.pk).update(ends_at=now() - timedelta(hours=1))
