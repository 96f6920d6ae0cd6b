"""Coordinators of both sides, units and rotas at the same moment: each fact happens once, and
whoever comes second is told with a sentence."""

from datetime import timedelta

import pytest
import time_machine

from bordercoop.errors import Refused
from contactpoints.actions import book_duty
from contactpoints.models import Booking, DutyShift
from tests.concurrency.test_races import errors, together
from training import actions
from training.attendance import days_of
from training.models import Agreement, Certificate, ProgrammeSession

pytestmark = pytest.mark.django_db(transaction=True)


def state(row):
    return type(row).objects.get(pk=row.pk).state


def taken(officer):
    """What takes an officer's time, which two things never do at once."""
    rows = Booking.objects.filter(officer=officer, cancelled_at=None)
    return sorted(rows.values_list("kind", flat=True))


def refusals(results):
    """Their codes; anything but a refusal with a sentence is an error of the portal."""
    found = errors(results)
    assert all(isinstance(error, Refused) and str(error).endswith(".") for error in found), found
    return sorted(error.code for error in found)


def test_agreements_seats_rooms_and_shifts_meet_and_each_happens_once(made, people, unit):
    """One flush of the database for all meetings."""
    # Made before threads ask for them.
    people.dgp_officer, people.rix_officer, people.dgp_leader, people.dgp_duty, people.rix_duty
    people.pol_duty, people.pol_officer
    # Both agree at once, twice each.
    activity = made.planned()
    agree = lambda by: lambda: actions.agree_activity(activity, edition=1, by=by)  # noqa: E731
    both = (made.lv, made.by)
    assert refusals(together(*(agree(by) for by in (*both, *both)))) == []
    assert Agreement.objects.filter(activity=activity).count() == 2
    # One agrees to what the other changes: to the old words, and then void, or not at all.
    activity = made.planned()
    said = made.said(title="Other")
    met = refusals(
        together(
            lambda: actions.agree_activity(activity, edition=1, by=made.by),
            lambda: actions.change_activity(activity, edition=1, by=made.lv, **said),
        )
    )
    assert met in ([], ["stale_version"])
    assert not Agreement.objects.filter(activity=activity).standing().exists()
    # One confirms while the other gives it up.
    activity = made.nominating()
    met = refusals(
        together(
            lambda: actions.confirm_activity(activity, by=made.lv),
            lambda: actions.cancel_activity(activity, reason="x", by=made.by),
        )
    )
    assert (met in ([], ["wrong_state"]), state(activity)) == (True, "cancelled")
    # Both give it up.
    activity = made.planned()
    give_up = lambda by: lambda: actions.cancel_activity(activity, reason="x", by=by)  # noqa: E731
    assert refusals(together(*map(give_up, both))) == []
    assert activity.moves.filter(after="cancelled").count() == 1

    # The same nomination from two heads, and the last seat asked for by two units at once.
    activity = made.nominating(quotas={"LV": 1, "BY": 1})
    parts = together(
        *[lambda: made.nominated(activity, people.dgp_officer, "LV-DGP", people.lv_hq)] * 2
    )
    assert refusals(parts) == []
    assert parts[0] == parts[1]
    first = actions.approve_nomination(parts[0], by=people.lv_hq)
    second = made.approved(activity, people.rix_officer, "LV-RIX", people.lv_hq)
    invite = lambda: actions.invite_participants(activity, by=made.lv)  # noqa: E731
    assert refusals(together(invite, invite, invite)) == []
    assert (state(first), state(second)) == ("invited", "waitlisted")
    # Declined twice and withdrawn at once: the seat goes on once.
    decline = lambda: actions.answer_invitation(  # noqa: E731
        first, answer="declined", by=people.dgp_officer
    )
    assert refusals(together(decline, decline, invite)) == []
    assert (state(first), state(second)) == ("declined", "invited")
    assert (taken(people.dgp_officer), taken(people.rix_officer)) == ([], ["training"])
    # Two who want the seat that is free again: one has it, the other waits.
    third = made.approved(activity, people.dgp_leader, "LV-DGP", people.lv_hq)
    invite()
    met = together(
        lambda: actions.answer_invitation(first, answer="accepted", by=people.dgp_officer),
        lambda: actions.withdraw_participation(second, reason="x", by=people.lv_hq),
    )
    assert refusals(met) == []
    seated = activity.participations.seated().get()
    assert (seated, taken(seated.officer)) == (third, ["training"])

    # Two activities give seats to the same people, in another order: no deadlock, one place each.
    ones, others = made.nominating(), made.nominating(title="Another visit")
    people_of = [(people.dgp_duty, "LV-DGP"), (people.rix_duty, "LV-RIX")]
    for each, line in ((ones, people_of), (others, people_of[::-1])):
        for officer, code in line:
            made.approved(each, officer, code, people.lv_hq)
    met = together(
        lambda: actions.invite_participants(ones, by=made.lv),
        lambda: actions.invite_participants(others, by=made.lv),
    )
    assert refusals(met) == []
    assert sum(invited for invited, _waiting in met) == 2
    # Beside the shift of today, which is another time.
    assert [taken(officer) for officer, _code in people_of] == [["duty", "training"]] * 2

    # A shift and a seat at once: the officer is on duty and waits, or has the seat and is not
    # booked; a shift and a session: one of them is refused.
    later = {"starts_at": activity.starts_at + timedelta(days=40)}
    later["ends_at"] = later["starts_at"] + timedelta(hours=6)
    visit = made.nominating(**later)
    part = made.approved(visit, people.dgp_duty, "LV-DGP", people.lv_hq)
    shift = lambda: book_duty(  # noqa: E731
        people.dgp_duty, unit=unit("DESK-DGP"), by=people.lv_hq, **later
    )
    met = refusals(together(shift, lambda: actions.invite_participants(visit, by=made.lv)))
    on_duty = DutyShift.objects.filter(booking__officer=people.dgp_duty).exists()
    assert (met, state(part)) == (
        ([], "waitlisted") if on_duty else (["booked_elsewhere"], "invited")
    )
    at = {name: moment + timedelta(days=1) for name, moment in later.items()}
    talk = made.nominating(title="Talk", **at)
    book = lambda: book_duty(  # noqa: E731
        people.pol_duty, unit=unit("DESK-POL"), by=people.by_hq, **at
    )
    speak = lambda: actions.add_session(  # noqa: E731
        talk, title="x", speaker=people.pol_duty, by=made.by, **at
    )
    assert refusals(together(book, speak)) == ["booked_elsewhere"]

    # One room of two activities, and the same item twice.
    room = {"room": "Hall 1"}
    met = together(
        *(
            lambda each=each: actions.add_session(each, title="x", by=made.lv, **later, **room)
            for each in (visit, made.nominating(title="Beside", **later))
        )
    )
    assert refusals(met) == ["room_taken"]
    assert ProgrammeSession.objects.filter(room="Hall 1").count() == 1
    # The tick that withdraws who is gone, by several processes.
    gone = made.nominated(visit, people.dgp_leader, "LV-DGP", people.lv_hq)
    people.dgp_leader.is_active = False
    people.dgp_leader.save(update_fields=["is_active"])
    counts = together(*[actions.withdraw_gone] * 3)
    assert (errors(counts), sum(counts)) == ([], 2)  # this one, and the seat that `third` had
    assert (state(gone), state(third)) == ("withdrawn", "withdrawn")
    assert gone.moves.filter(after="withdrawn").count() == 1

    # Both sides' coordinators issue certificates, twice each: one for each person.
    far = {name: moment + timedelta(days=90) for name, moment in later.items()}
    visit = made.nominating(title="Held", **far)
    seats = [made.approved(visit, people.dgp_officer, "LV-DGP", made.lv),
             made.approved(visit, people.pol_officer, "BY-POL", made.by)]  # fmt: skip
    for by in both:
        actions.invite_participants(visit, by=by)
    actions.confirm_activity(visit, by=made.lv)
    with time_machine.travel(visit.ends_at + timedelta(hours=1), tick=False):
        for _twice in range(2):
            actions.run_due_activities()
        visit.refresh_from_db()
        marks = [(part.uid, day, True) for part in seats for day in days_of(visit)]
        actions.mark_attendance(visit, marks=marks, by=made.lv)
        actions.close_attendance(visit, by=made.lv)
        issue = lambda by: lambda: actions.issue_certificates(visit, by=by)  # noqa: E731
        assert refusals(together(*(issue(by) for by in (*both, *both)))) == []
    given = Certificate.objects.filter(participation__activity=visit)
    assert sorted(one.participation_id for one in given) == sorted(part.pk for part in seats)
    assert len({one.number for one in given}) == 2
    assert [one.moves.filter(after="certified").count() for one in seats] == [1, 1]
