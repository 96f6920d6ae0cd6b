"""Releasing a version to desks."""

import pytest

from incidents.models import Share

pytestmark = pytest.mark.django_db


def test_a_desk_that_was_told_reads_its_own_copy_only(released, people):
    case, delivery = released(fields=["headline"])
    copy = Share.objects.visible_to(people.pol_duty).get()
    assert copy.fields == {
        "category": "UBC-LND",
        "severity": 3,
        "headline": case.own_share.headline,
        "headline_template": None,
        "language": "en",
    }
    assert delivery.state == "queued"
