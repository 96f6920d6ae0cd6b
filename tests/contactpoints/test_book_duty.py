"""Putting officers on duty, one at a time and one place at a time."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed, Refused
from contactpoints import actions
from contactpoints.models import Booking, DutyShift, Role
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db

BACKUP = DutyShift.Rank.BACKUP


def at(hour, day=1):
    return datetime(2027, 2, day, hour, tzinfo=UTC)


@pytest.fixture
def book(unit):
    def make(user, code="DESK-DGP", start=8, end=16, by=None, **more):
        return actions.book_duty(
            user, unit=unit(code), starts_at=at(start), ends_at=at(end), by=by, **more
        )

    return make


def test_the_head_books_an_officer_and_the_audit_says_so(book, people):
    shift = book(people.dgp_duty, by=people.dgp_head)
    assert (shift.officer, shift.rank) == (people.dgp_duty, "primary")
    assert (shift.period.lower, shift.period.upper) == (at(8), at(16))
    entry = Entry.objects.get(verb="duty.booked", actor=people.dgp_head)
    assert entry.facts["unit"] == "DESK-DGP"


@pytest.mark.parametrize("who", ["dgp_duty", "dgp_leader", "rix_head", "pol_head", "lv_admin"])
def test_nobody_without_the_rota_of_the_desk_books(who, book, people):
    by = getattr(people, who)
    before = DutyShift.objects.count()
    with pytest.raises(NotAllowed):
        book(people.dgp_head, by=by)
    assert DutyShift.objects.count() == before


def test_headquarters_books_at_every_desk_of_its_side(book, people):
    assert book(people.rix_head, "DESK-RIX", by=people.lv_hq)
    with pytest.raises(NotAllowed):
        book(people.pol_head, "DESK-POL", by=people.lv_hq)


def test_an_officer_never_serves_at_a_desk_of_the_other_side(book, people):
    with pytest.raises(Refused) as refusal:
        book(people.pol_duty)
    assert refusal.value.code == "other_side"


def test_only_who_may_acknowledge_there_all_the_time_is_put_on_duty(book, people, unit):
    with pytest.raises(Refused) as refusal:
        book(people.rix_head)
    assert refusal.value.code == "not_posted"
    actions.post_officer(
        people.rix_head,
        unit=unit("DESK-DGP"),
        role=Role.DUTY_OFFICER,
        starts_at=at(0),
        ends_at=at(12),
        by=None,
    )
    assert book(people.rix_head, end=12)
    with pytest.raises(Refused) as refusal:
        book(people.rix_head, start=12, end=13)
    assert refusal.value.code == "not_posted"


def test_a_shift_over_two_postings_in_a_row_is_covered(book, people, unit):
    for starts, ends, role in ((0, 12, Role.DUTY_OFFICER), (12, 20, Role.HEAD_OF_POINT)):
        actions.post_officer(
            people.rix_head,
            unit=unit("DESK-DGP"),
            role=role,
            starts_at=at(starts),
            ends_at=at(ends),
            by=None,
        )
    assert book(people.rix_head, start=8, end=16)


def test_the_same_shift_booked_twice_is_one(book, people):
    people.dgp_head
    assert book(people.dgp_head) == book(people.dgp_head)
    assert Booking.objects.filter(officer=people.dgp_head).count() == 1


def test_nobody_is_in_two_places_at_once(book, people, unit):
    book(people.dgp_head)
    actions.post_officer(people.dgp_head, unit=unit("DESK-RIX"), role=Role.DUTY_OFFICER, by=None)
    with pytest.raises(Refused) as refusal:
        book(people.dgp_head, "DESK-RIX", start=15, end=18)
    assert refusal.value.code == "booked_elsewhere"
    assert "Dgp Head" in str(refusal.value)


def test_a_desk_has_one_primary_at_a_time(book, people):
    book(people.dgp_head)
    with pytest.raises(Refused) as refusal:
        book(people.dgp_duty, start=15, end=18)
    assert refusal.value.code == "primary_taken"
    assert book(people.dgp_duty, start=15, end=18, rank=BACKUP).rank == "backup"


def test_a_refused_shift_takes_nobodys_time(book, people):
    book(people.dgp_head)
    people.dgp_duty
    before = Booking.objects.filter(officer=people.dgp_duty).count()
    with pytest.raises(Refused):
        book(people.dgp_duty)
    assert Booking.objects.filter(officer=people.dgp_duty).count() == before


def test_one_shift_begins_the_moment_another_ends(book, people):
    book(people.dgp_head, start=8, end=16)
    book(people.dgp_head, start=16, end=20)
    assert DutyShift.objects.current(at(16)).filter(booking__officer=people.dgp_head).count() == 1


@pytest.mark.parametrize("end", [8, 7])
def test_a_shift_ends_after_it_starts(end, book, people):
    with pytest.raises(Refused):
        book(people.dgp_head, end=end)


def booking(user, start, end):
    return sql(
        "INSERT INTO contactpoints_booking (officer_id, kind, period) "
        "VALUES (%s, 'training', tstzrange(%s, %s)) RETURNING id",
        user.pk,
        at(start),
        at(end),
    )[0][0]


def shift(booking_id, desk, rank="primary"):
    return sql(
        "INSERT INTO contactpoints_dutyshift (uid, booking_id, unit_id, rank, period) "
        "VALUES (%s, %s, %s, %s, tstzrange('1999-01-01', '1999-01-02')) RETURNING id",
        str(uuid.uuid4()),
        booking_id,
        desk.pk,
        rank,
    )[0][0]


def test_the_database_keeps_training_and_duty_apart(book, people):
    book(people.dgp_head)
    with refused_by_database("nobody_in_two_places_at_once"):
        booking(people.dgp_head, 10, 11)


def test_the_database_keeps_one_primary_whatever_period_the_shift_claims(book, people, unit):
    book(people.dgp_head)
    other = booking(people.dgp_duty, 10, 11)
    with refused_by_database("one_primary_per_desk"):
        shift(other, unit("DESK-DGP"))
    shift(other, unit("DESK-DGP"), "backup")


def test_a_shift_has_the_period_of_its_booking_and_no_other(people, unit):
    made = shift(booking(people.dgp_head, 10, 11), unit("DESK-DGP"))
    period = DutyShift.objects.get(pk=made).period
    assert (period.lower, period.upper) == (at(10), at(11))


def test_a_moved_booking_that_would_overlap_is_refused(book, people):
    book(people.dgp_head)
    later = book(people.dgp_head, start=16, end=18)
    with refused_by_database("nobody_in_two_places_at_once"):
        sql(
            "UPDATE contactpoints_booking SET period = tstzrange(%s, %s) WHERE id = %s",
            at(15),
            at(18),
            later.booking_id,
        )


def test_a_cancelled_shift_gives_the_time_and_the_desk_back(book, people):
    first = book(people.dgp_head)
    actions.cancel_duty(first, by=people.dgp_head)
    assert not DutyShift.objects.current(at(10)).exists()
    assert book(people.dgp_head) != first
    with pytest.raises(Refused):
        book(people.dgp_duty)


def test_cancelled_twice_is_cancelled_once(book, people):
    first = book(people.dgp_head)
    when = actions.cancel_duty(first, by=None).cancelled_at
    assert actions.cancel_duty(first, by=None).cancelled_at == when
    assert Entry.objects.filter(verb="duty.cancelled").count() == 1


@pytest.mark.parametrize("who", ["dgp_duty", "pol_head", "rix_head"])
def test_nobody_without_the_rota_cancels(who, book, people):
    first = book(people.dgp_head)
    with pytest.raises(NotAllowed):
        actions.cancel_duty(first, by=getattr(people, who))
    first.refresh_from_db()
    assert first.cancelled_at is None


def test_the_officer_on_duty_is_the_one_whose_shift_covers_the_moment(book, people, unit):
    from contactpoints.watch import next_on_duty, on_duty

    desk = unit("DESK-DGP").pk
    early = book(people.dgp_head, start=8, end=16)
    late = book(people.dgp_head, start=16, end=20)
    # Posted at another desk: may not answer here, so does not count.
    shift(booking(people.rix_head, 10, 12), unit("DESK-DGP"), "backup")
    assert on_duty([desk], at(7)) == {}
    assert on_duty([desk], at(10) + timedelta(minutes=1)) == {desk: [early]}
    assert on_duty([desk], at(16)) == {desk: [late]}
    assert on_duty([desk], at(20)) == {}
    assert next_on_duty([desk], at(10)) == {desk: late}


def test_the_primary_comes_before_the_backup(book, people, unit):
    from contactpoints.watch import on_duty

    backup = book(people.dgp_head, rank=BACKUP)
    primary = book(people.dgp_duty)
    desk = unit("DESK-DGP").pk
    assert on_duty([desk], at(10))[desk] == [primary, backup]
