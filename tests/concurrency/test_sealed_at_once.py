"""The sealed part by two at the same moment: one person, one opening, one copy, one correction."""

import uuid

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import Stale
from incidents import actions
from incidents.models import SealedCopy, SealedPerson, SealedReading
from tests.concurrency.test_races import errors, together
from tests.incidents.sealed import PERSON, WHY, add, give

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_sent_twice_at_once_is_one(incident, people):
    case, ref, by = incident(), uuid.uuid4(), people.dgp_duty
    send = [lambda: actions.add_sealed_person(case, content=PERSON, client_ref=ref, by=by)] * 3
    results = together(*send)
    assert errors(results) == []
    assert SealedPerson.objects.count() == 1
    assert Entry.objects.filter(verb="sealed.added").count() == 1


def test_two_browsers_of_an_officer_open_once_and_every_showing_counts(incident, people):
    case, by = incident(), people.dgp_duty

    def look():
        actions.open_sealed_part(case, **WHY, by=by)
        actions.read_sealed_part(case, by=by)

    assert errors(together(look, look, look)) == []
    assert SealedReading.objects.get().count == 3
    assert Entry.objects.filter(verb="sealed.opened").count() == 1
    assert Entry.objects.filter(verb="personal_data.read").count() == 1


def test_two_who_correct_at_once_and_one_is_told(incident, people):
    person = add(incident(), people.dgp_duty)
    results = together(
        *(
            lambda phone=phone, by=by: actions.correct_sealed_person(
                person, version=1, changes={"phone": phone}, reason="Misread.", by=by
            )
            for phone, by in (("1", people.dgp_duty), ("2", people.dgp_head))
        )
    )
    (refused,) = errors(results)
    assert isinstance(refused, Stale)
    assert SealedPerson.objects.get().version == 2


def test_two_who_release_at_once_leave_one_copy_in_force(released, people, unit):
    case, _delivery = released()
    add(case, people.dgp_officer)
    desk, head, other = unit("DESK-POL"), people.dgp_head, people.lv_hq
    results = together(
        lambda: give(case, head, desk),
        lambda: give(case, other, desk),
        lambda: give(case, other, desk, fields=["name_latin"]),
    )
    assert errors(results) == []
    assert SealedCopy.objects.in_force().count() == 1


def test_a_recall_and_a_release_at_once_end_in_one_state(released, people, unit):
    case, _delivery = released()
    add(case, people.dgp_officer)
    desk, head, other = unit("DESK-POL"), people.dgp_head, people.lv_hq
    copy = give(case, head, desk)
    results = together(
        lambda: actions.recall_sealed(copy, reason="Wrong person.", by=head),
        lambda: give(case, other, desk, fields=["name_latin"]),
    )
    # Replaced first: then the recall is told which one to recall.
    assert [str(error) for error in errors(results) if "later release" not in str(error)] == []
    assert SealedCopy.objects.in_force().count() == 1
    copy.refresh_from_db()
    assert bool(copy.recalled_at) != bool(copy.replaced_at)
