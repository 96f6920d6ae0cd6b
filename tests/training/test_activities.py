"""An activity: planned by one side, agreed by both, its people in one place at a time."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from contactpoints.actions import book_duty, cancel_duty, enter_absence
from contactpoints.models import Booking
from training import actions
from training.models import Activity, ActivityMove, Agreement, Participation, Quota

pytestmark = pytest.mark.django_db


def whole(activity):
    return Activity.objects.agreed().get(pk=activity.pk)


def test_a_plan_goes_its_road_from_the_idea_to_the_report(made):
    idea = made.idea()
    assert idea.number == f"ACT-{now().year}-00001"
    assert not Activity.objects.visible_to(made.by).exists()
    with pytest.raises(Refused) as hidden:
        actions.agree_activity(idea, edition=1, by=made.by)
    assert hidden.value.status == 404
    activity = actions.put_activity(idea, by=made.lv)
    assert Activity.objects.visible_to(made.by).get() == activity
    with pytest.raises(Refused, match="has not agreed"):
        actions.send_invitations(activity, by=made.lv)
    for who in (made.lv, made.by, made.by):
        actions.agree_activity(activity, edition=1, by=who)
    assert Agreement.objects.count() == 2
    assert (whole(activity).agreed_lv, whole(activity).agreed_by) == (True, True)
    for step in (actions.send_invitations, actions.open_nominations, actions.confirm_activity):
        assert step(activity, by=made.lv).state == step(activity, by=made.lv).state
    with time_machine.travel(activity.starts_at + timedelta(hours=1)):
        assert (actions.run_due_activities(), actions.run_due_activities()) == (1, 0)
        assert Activity.objects.get().state == "running"
    with time_machine.travel(activity.ends_at + timedelta(minutes=1)):
        assert actions.run_due_activities() == 1
        actions.close_evaluation(activity, by=made.lv)
        with pytest.raises(Invalid):
            actions.report_activity(activity, lessons=" ", budget_used=None, by=made.lv)
        actions.report_activity(
            activity, lessons="Queues by flights.", budget_used=Decimal("11000.5"), by=made.lv
        )
        done = actions.report_activity(activity, lessons="Other.", budget_used=None, by=made.lv)
    assert (done.state, done.lessons, str(done.budget_used)) == (
        "reported", "Queues by flights.", "11000.50",
    )  # fmt: skip
    road = ["planned", "invited", "nominations", "confirmed", "running", "held", "evaluated",
            "reported"]  # fmt: skip
    assert list(ActivityMove.objects.values_list("after", flat=True)) == road
    written = Entry.objects.filter(verb__startswith="activity.").values_list("verb", flat=True)
    assert set(written) == {f"activity.{verb}" for verb in ["noted", "agreed", *road]}


def test_a_change_voids_what_both_agreed_to_and_the_programme_does_not(made):
    activity = actions.confirm_activity(made.nominating(), by=made.lv)
    said = made.said(title="Checks at a large airport")
    changed = actions.change_activity(activity, edition=1, by=made.lv, **said)
    assert (changed.state, changed.edition, changed.sequence) == ("nominations", 2, 1)
    assert not whole(activity).agreed_lv
    assert actions.change_activity(activity, edition=1, by=made.lv, **said).edition == 2
    with pytest.raises(Stale):
        actions.change_activity(activity, edition=1, by=made.lv, **made.said())
    with pytest.raises(Stale):
        actions.agree_activity(activity, edition=1, by=made.by)
    with pytest.raises(Refused, match="has not agreed"):
        actions.confirm_activity(activity, by=made.lv)
    with (
        pytest.raises(IntegrityError, match="a_confirmed_activity_is_agreed"),
        transaction.atomic(),
    ):
        Activity.objects.filter(pk=activity.pk).update(state="confirmed")
    with pytest.raises(NotAllowed):
        actions.change_activity(activity, by=made.by, **made.said())
    for who in (made.lv, made.by):
        actions.agree_activity(activity, edition=2, by=who)
    actions.confirm_activity(activity, by=made.lv)
    starts = activity.starts_at
    actions.add_session(
        activity, title="Tour", starts_at=starts, ends_at=starts + timedelta(hours=2), by=made.by
    )
    assert whole(activity).agreed_by
    back = actions.take_back_agreement(activity, reason="No money.", by=made.by)
    assert (back.state, whole(activity).agreed_by, whole(activity).agreed_lv) == (
        "nominations", False, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"mode": "sea"}, "mode"),
        ({"title": " \u200b "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"place": ""}, "place"),
        ({"host_country": "DE"}, "host_country"),
        ({"topics": ["astrology"]}, "topics"),
        ({"levels": ["world"]}, "levels"),
        ({"languages": ["de"]}, "languages"),
        ({"budget_planned": Decimal("-1")}, "budget_planned"),
        ({"budget_planned": Decimal("NaN")}, "budget_planned"),
        ({"budget_planned": Decimal("1e9")}, "budget_planned"),
        ({"quotas": {"AT": 2}}, "quotas"),
        ({"quotas": {"LV": -1}}, "quotas"),
        ({"quotas": {"LV": 5_000}}, "quotas"),
        ({"starts_at": None}, "starts_at"),
        ({"ends_at": now() - timedelta(days=1)}, "ends_at"),
        ({"ends_at": now() + timedelta(days=500)}, "ends_at"),
        ({"nominations_until": now() + timedelta(days=60)}, "nominations_until"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(made, changes, field):
    with pytest.raises(Invalid) as wrong:
        made.idea(**changes)
    assert list(wrong.value.fields) == [field]
    assert str(wrong.value).endswith(".")
    assert not Activity.objects.exists()


def test_the_same_form_twice_is_one_activity(made):
    ref = uuid.uuid4()
    assert made.idea(client_ref=ref) == made.idea(client_ref=ref)
    assert made.idea().number == f"ACT-{now().year}-00002"


def test_nobody_is_in_two_places_at_once(made, people):
    activity = made.nominating()
    starts = activity.starts_at
    shift = book_duty(
        people.dgp_duty, unit=made.unit("DESK-DGP"), starts_at=starts - timedelta(hours=2),
        ends_at=starts + timedelta(hours=6), by=people.lv_hq,
    )  # fmt: skip
    with pytest.raises(Refused, match=r"not free then: duty at .*, \d\d\.\d\d\.\d{4} \d\d:\d\d"):
        made.approved(activity, people.dgp_duty, "LV-DGP", people.lv_hq)
    cancel_duty(shift, by=people.lv_hq)
    part = made.approved(activity, people.dgp_duty, "LV-DGP", people.lv_hq)
    assert actions.invite_participants(activity, by=made.lv) == (1, 0)
    part.refresh_from_db()
    assert part.state == "invited"
    booking = Booking.objects.get(officer=people.dgp_duty, kind="training", cancelled_at=None)
    assert (booking.kind, booking.period) == ("training", activity.period)
    # From the other side of the constraint: no shift and no absence over it.
    with pytest.raises(Refused):
        book_duty(
            people.dgp_duty, unit=made.unit("DESK-DGP"), starts_at=starts,
            ends_at=starts + timedelta(hours=6), by=people.lv_hq,
        )  # fmt: skip
    with pytest.raises(Refused):
        enter_absence(
            people.dgp_duty, unit=made.unit("DESK-DGP"), starts_at=starts,
            ends_at=starts + timedelta(hours=6), ground="leave", by=people.dgp_duty,
        )  # fmt: skip
    # A second activity at that time, and one that moves onto it.
    other = made.nominating(title="Another visit")
    with pytest.raises(Refused, match=activity.number):
        made.nominated(other, people.dgp_duty, "LV-DGP", people.lv_hq)
    later = made.nominating(
        title="Later", starts_at=starts + timedelta(days=20), ends_at=starts + timedelta(days=21)
    )
    made.approved(later, people.dgp_duty, "LV-DGP", people.lv_hq)
    actions.invite_participants(later, by=made.lv)
    with pytest.raises(Refused, match=activity.number):
        actions.change_activity(later, by=made.lv, **made.said(title="Later"))
    # Put off, the time is free again, and taken again with the new time.
    actions.postpone_activity(activity, reason="Strike.", by=made.by)
    assert (
        Booking.objects.filter(officer=people.dgp_duty, kind="training", cancelled_at=None).count()
        == 1
    )


def test_who_speaks_and_interprets_is_taken_for_that_session_alone(made, people):
    activity, other = made.nominating(), made.nominating(title="Another visit")
    starts = activity.starts_at
    hour = timedelta(hours=1)
    first = actions.add_session(
        activity, title="Lanes", starts_at=starts, ends_at=starts + hour, room="Hall 1",
        speaker=people.rix_duty, language="lv", interpreter=people.dgp_duty, by=made.lv,
    )  # fmt: skip
    for changes, field in (
        ({"room": "HALL 1"}, "room"),
        ({"speaker": people.rix_duty}, "speaker"),
        ({"interpreter": people.dgp_duty, "speaker_name": "A. Guest"}, "speaker"),
    ):
        with pytest.raises(Refused) as taken:
            actions.add_session(
                other, title="Queues", starts_at=starts + hour / 2, ends_at=starts + 2 * hour,
                by=made.lv, **changes,
            )  # fmt: skip
        assert list(taken.value.fields) == [field]
    with pytest.raises(Invalid, match="is in “Lanes” then"):
        actions.add_session(
            activity, title="x", starts_at=starts, ends_at=starts + hour,
            speaker=people.dgp_duty, by=made.lv,
        )  # fmt: skip
    with pytest.raises(Invalid, match="outside the time"):
        actions.add_session(
            activity, title="x", starts_at=starts - hour, ends_at=starts, by=made.lv
        )
    # With a seat the whole of it is taken, and it clashes with itself in nothing.
    made.approved(activity, people.rix_duty, "LV-RIX", people.lv_hq)
    actions.invite_participants(activity, by=made.lv)
    held = Booking.objects.get(officer=people.rix_duty, kind="training", cancelled_at=None)
    assert held.period == activity.period
    actions.remove_session(actions.remove_session(first, by=made.by), by=made.by)
    assert not Booking.objects.filter(
        officer=people.dgp_duty, kind="training", cancelled_at=None
    ).exists()
    assert Booking.objects.get(officer=people.rix_duty, kind="training", cancelled_at=None) == held
    actions.add_session(
        other, title="Queues", starts_at=starts, ends_at=starts + hour, room="Hall 1", by=made.lv
    )


def test_seats_go_down_the_line_by_themselves(made, people):
    activity = made.nominating(quotas={"LV": 1, "BY": 1})
    first = made.approved(activity, people.dgp_officer, "LV-DGP", people.lv_hq)
    second = made.approved(activity, people.dgp_leader, "LV-DGP", people.lv_hq)
    third = made.approved(activity, people.rix_officer, "LV-RIX", people.lv_hq)
    with pytest.raises(NotAllowed):
        actions.approve_nomination(
            made.nominated(activity, people.lv_hq, "LV-SBG", people.lv_hq), by=people.lv_hq
        )
    assert actions.invite_participants(activity, by=made.lv) == (1, 2)
    state = lambda part: Participation.objects.get(pk=part.pk).state  # noqa: E731
    assert [state(p) for p in (first, second, third)] == ["invited", "waitlisted", "waitlisted"]
    with pytest.raises(IntegrityError, match="no_more_than_its_seats"), transaction.atomic():
        Participation.objects.filter(pk=second.pk).update(state="invited")
    with pytest.raises(NotAllowed):
        actions.answer_invitation(first, answer="accepted", by=made.lv)
    # The next in the line is on duty by then: the one after gets the seat, the place is kept.
    book(people.dgp_leader, activity)
    actions.answer_invitation(first, answer="declined", reason="Ill.", by=people.dgp_officer)
    assert [state(p) for p in (first, second, third)] == ["declined", "waitlisted", "invited"]
    actions.answer_invitation(third, answer="accepted", by=people.rix_officer)
    actions.answer_invitation(third, answer="accepted", by=people.rix_officer)
    # Who thinks again stands at the end of the line.
    actions.answer_invitation(first, answer="accepted", by=people.dgp_officer)
    assert state(first) == "waitlisted"
    with pytest.raises(Invalid, match="have a seat already"):
        actions.change_activity(activity, by=made.lv, **made.said(quotas={"LV": 0, "BY": 1}))
    actions.withdraw_participation(third, reason="Needed here.", by=people.lv_hq)
    assert (state(first), state(second), state(third)) == ("invited", "waitlisted", "withdrawn")
    assert Quota.objects.get(activity=activity, side="LV").seats == 1
    again = made.nominated(activity, people.rix_officer, "LV-RIX", people.lv_hq)
    assert again.pk != third.pk


def book(officer, activity):
    """A deployment: nobody asks for it here yet."""
    Booking.objects.create(officer=officer, kind="deployment", period=activity.period)


def test_nominations_are_of_the_own_side_and_its_units(made, people):
    activity = made.nominating()
    for officer, code, by, error in (
        (people.dgp_officer, "LV-RIX", people.lv_hq, Invalid),
        (people.pol_officer, "LV-DGP", people.lv_hq, NotAllowed),
        (people.dgp_officer, "LV-DGP", people.dgp_officer, NotAllowed),
        (people.dgp_officer, "LV-DGP", people.by_hq, NotAllowed),
    ):
        with pytest.raises(error):
            made.nominated(activity, officer, code, by)
    part = made.approved(activity, people.dgp_officer, "LV-DGP", people.lv_hq)
    seen = Participation.objects.visible_to
    assert seen(people.lv_hq).get() == seen(people.dgp_officer).get() == part
    assert not seen(people.by_hq).exists()  # without a seat it is the own side's matter
    assert not seen(people.rix_officer).exists()
    actions.invite_participants(activity, by=made.lv)
    assert seen(people.by_hq).get() == part
    late = time_machine.travel(activity.nominations_until + timedelta(minutes=1))
    with late, pytest.raises(Refused, match="ended already"):
        made.nominated(activity, people.dgp_leader, "LV-DGP", people.lv_hq)
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(
            activity=activity, officer=people.pol_officer, side="LV", unit=part.unit, level="local"
        )
