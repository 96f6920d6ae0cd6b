"""A director jumps while ticks of several processes let injects go out."""

from datetime import timedelta

import pytest

from contactpoints.models import Alert, Delivery
from tests.concurrency.test_races import errors, together
from tests.exercises.exercises_made import Made
from training.exercises import actions
from training.exercises.models import Exercise, Inject, InjectRelease

pytestmark = pytest.mark.django_db(transaction=True)
DUE, PAST, LATER = 12, 4, 7_200


def test_a_jump_inside_a_group_of_ticks_lets_each_inject_go_once_or_not_at_all(
    people, unit, both_sides_on_duty
):
    made = Made(people, unit)
    said = [{"offset_s": number // 4} for number in range(DUE)]
    said += [{"offset_s": 600 + number} for number in range(PAST)] + [{"offset_s": LATER}] * 2
    exercise = made.running(said, pauses_for_real=False)
    begun = exercise.started_at - timedelta(seconds=5)  # all of the first group are due
    Exercise.objects.filter(pk=exercise.pk).update(ticking_since=begun)
    target = exercise.injects.order_by("number").last()

    def jump():
        return actions.jump_to_inject(target, by=made.by)

    given = together(
        *[actions.release_due_injects] * 4, jump, jump, *[actions.release_due_injects] * 2
    )
    assert errors(given) == []
    actions.release_due_injects()
    actions.release_due_injects()
    exercise = made.fresh(exercise)
    assert exercise.clock() >= timedelta(seconds=LATER)
    assert not exercise.injects.waiting().exists()
    released = set(InjectRelease.objects.values_list("inject", flat=True))
    skipped = set(Inject.objects.exclude(skipped_at=None).values_list("pk", flat=True))
    assert released | skipped == set(exercise.injects.values_list("pk", flat=True))
    assert not released & skipped
    last = set(exercise.injects.filter(offset_s=LATER).values_list("pk", flat=True))
    between = set(
        exercise.injects.filter(offset_s__range=(600, LATER - 1)).values_list("pk", flat=True)
    )
    assert last <= released
    assert between <= skipped
    alerts = Alert.objects.about(exercise.ref)
    assert alerts.count() == len(released) == Delivery.objects.about(exercise.ref).count()
    # What went before the jump was called off by it; what went after waits for the desk.
    open_ones = Delivery.objects.about(exercise.ref).open()
    assert set(open_ones.values_list("alert", flat=True)) == set(
        InjectRelease.objects.filter(inject__in=last).values_list("alert", flat=True)
    )
