"""A shift that two take over, or two hand over, at the same moment."""

import pytest

from contactpoints import actions
from contactpoints.models import Role, ShiftHandover
from tests.concurrency.test_races import errors, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_sign_one_has_it_and_the_other_is_told(people, unit, officer):
    desk = unit("DESK-POL")
    people.pol_duty, people.pol_head
    third = officer("pol.third", "DESK-POL", Role.DUTY_OFFICER)
    leaving = together(
        lambda: actions.hand_over_shift(desk, note="One.", by=people.pol_duty),
        lambda: actions.hand_over_shift(desk, note="Two.", by=people.pol_head),
    )
    assert [error.code for error in errors(leaving)] == ["handover_waits"]
    handover = ShiftHandover.objects.get()
    arriving = [who for who in (people.pol_duty, people.pol_head) if who != handover.left_by]
    taking = together(
        lambda: actions.take_over_shift(handover, by=third),
        lambda: actions.take_over_shift(handover, by=arriving[0]),
    )
    assert [error.code for error in errors(taking)] == ["taken"]
    handover.refresh_from_db()
    assert handover.taken_by in (third, *arriving)


def test_taken_back_and_taken_over_at_once_it_is_one_of_both(people, unit):
    people.pol_duty, people.pol_head
    handover = actions.hand_over_shift(unit("DESK-POL"), note="x", by=people.pol_duty)
    results = together(
        lambda: actions.withdraw_handover(handover, by=people.pol_duty),
        lambda: actions.take_over_shift(handover, by=people.pol_head),
    )
    assert [error.code for error in errors(results)] in (["taken"], ["withdrawn"])
    handover.refresh_from_db()
    assert (handover.taken_at is None) != (handover.withdrawn_at is None)
