"""A paper entered, or declared void, by several at the same moment."""

import uuid

import pytest

from contactpoints.models import Delivery
from incidents import actions
from incidents.models import Incident, PaperForm, PaperSet
from tests.concurrency.test_races import errors, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_numbers_are_reserved_and_entered_once_however_many_try(
    people, unit, both_sides_on_duty, content
):
    by, ref = people.dgp_duty, uuid.uuid4()

    def reserve():
        return actions.reserve_numbers(unit("DESK-DGP"), count=2, client_ref=ref, by=by)

    assert errors(together(reserve, reserve, reserve)) == []
    assert (PaperSet.objects.count(), PaperForm.objects.count()) == (1, 2)
    form = PaperForm.objects.order_by("number").first()
    said = content()

    def enter():
        return actions.enter_paper_form(form, unit=unit("LV-DGP"), content=said, by=by)

    failed = errors(
        together(enter, enter, lambda: actions.void_paper_form(form, reason="x", by=by))
    )
    assert {error.code for error in failed} <= {"already_entered", "void"}
    form.refresh_from_db()
    assert len(failed) == (3 if form.state == "void" else 2) - (form.state == "void")
    assert Incident.objects.count() == (form.state == "used")
    assert not Delivery.objects.exists()
