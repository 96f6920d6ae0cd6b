"""The rota in the portal: its holders set it, its own side reads it, and gaps are said."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints import actions
from contactpoints.models import Booking, DutyShift, Role, RotaRule
from contactpoints.rota import gaps, posted_times, rota, rules_of, within, without
from contactpoints.watch import on_duty

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 3, 20, 12, tzinfo=UTC)
FIRST, LAST = date(2027, 3, 21), date(2027, 4, 20)


@pytest.fixture
def desk(unit, people, time_machine):
    """Daugavpils with a head and an officer who are free, a week before the clocks change."""
    time_machine.move_to(NOON - timedelta(days=3), tick=False)
    people.dgp_head, people.dgp_duty, people.pol_head, people.lv_hq
    time_machine.move_to(NOON, tick=False)
    return unit("DESK-DGP")


@pytest.fixture
def plan(desk, people):
    def make(user, start=8, end=20, first=FIRST, last=LAST, by=None, **more):
        return actions.plan_duty(
            user,
            unit=desk,
            start=time(start),
            end=time(end),
            first_day=first,
            last_day=last,
            by=by or people.dgp_head,
            **more,
        )

    return make


def turns(rule):
    return DutyShift.objects.filter(rule=rule, cancelled_at=None)


def typed(who, /, **more):
    days = {"first_day": "21.03.2027", "last_day": "20.04.2027"}
    hours = {"start": "0800", "end": "20:00", "rank": "primary"}
    return {"officer": str(who.uid), **hours, **days, **more}


def test_a_month_is_planned_and_every_turn_is_booked_at_once(plan, people):
    rule = plan(people.dgp_duty)
    assert turns(rule).count() == 31
    entry = Entry.objects.get(verb="rota.rule_set")
    assert (entry.actor, entry.facts["last_day"]) == (people.dgp_head, "2027-04-20")


def test_planned_twice_is_planned_once(plan, people):
    assert plan(people.dgp_duty) == plan(people.dgp_duty)
    assert RotaRule.objects.count() == 1
    assert DutyShift.objects.filter(rule__isnull=False).count() == 31


@pytest.mark.parametrize("who", ["dgp_duty", "pol_head", "lv_admin"])
def test_nobody_without_the_rota_plans_or_ends(who, plan, people):
    by = getattr(people, who)
    with pytest.raises(NotAllowed):
        plan(people.dgp_duty, by=by)
    assert not RotaRule.objects.exists()
    rule = plan(people.dgp_duty)
    with pytest.raises(NotAllowed):
        actions.end_rota_rule(rule, by=by)
    assert turns(rule).count() == 31


def test_days_that_are_taken_are_left_out_and_named(plan, desk, people):
    free = {"unit": desk, "by": people.dgp_head}
    for day in (23, 25):
        at = datetime(2027, 3, day, 9, tzinfo=UTC)
        actions.book_duty(people.dgp_head, starts_at=at, ends_at=at + timedelta(hours=1), **free)
    rule = plan(people.dgp_duty)
    assert turns(rule).count() == 29
    (shown,) = rules_of(desk, LAST)
    assert shown.left_out == [date(2027, 3, 23), date(2027, 3, 25)]


def test_days_without_a_posting_are_left_out(plan, desk, people, officer):
    short = officer("short.time", "DESK-DGP", Role.DUTY_OFFICER)
    posting = short.postings.get()
    actions.set_posting_end(posting, ends_at=datetime(2027, 3, 24, tzinfo=UTC), by=None)
    assert turns(plan(short)).count() == 3


def test_a_turn_that_has_begun_is_booked_for_whoever_was_posted_since(plan, officer, people):
    new = officer("just.posted", "DESK-DGP", Role.DUTY_OFFICER)
    new.postings.update(starts_at=now())
    rule = plan(new, start=8, end=20, first=NOON.date())
    assert turns(rule).current().exists()


def test_a_plan_of_which_nothing_can_be_booked_is_refused_whole(plan, people):
    plan(people.dgp_duty)
    with pytest.raises(Refused) as refusal:
        plan(people.dgp_head, start=10, end=12, last=FIRST)
    assert refusal.value.code == "no_turn_free"
    assert RotaRule.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2027, 3, 22), date(2027, 3, 21), "last_day"),
        (date(2027, 3, 19), date(2027, 3, 21), "first_day"),
        (date(2027, 3, 21), date(2028, 3, 23), "last_day"),
    ],
)
def test_days_that_cannot_be_right_are_refused(first, last, field, plan, people):
    with pytest.raises(Invalid) as refusal:
        plan(people.dgp_duty, first=first, last=last)
    assert list(refusal.value.fields) == [field]


def test_an_ended_rule_takes_its_later_turns_back_and_books_no_more(plan, people):
    rule = plan(people.dgp_duty)
    actions.end_rota_rule(rule, last_day=date(2027, 3, 30), by=people.dgp_head)
    assert turns(rule).count() == 10
    assert Booking.objects.filter(officer=people.dgp_duty, cancelled_at=None).count() == 11
    assert actions.extend_rotas() == 0
    actions.end_rota_rule(rule, by=people.dgp_head)
    assert turns(rule).count() == 0
    actions.end_rota_rule(rule, by=people.dgp_head)
    assert Entry.objects.filter(verb="rota.rule_ended").count() == 2


def test_an_ended_rule_is_not_made_longer(plan, people):
    rule = plan(people.dgp_duty)
    actions.end_rota_rule(rule, last_day=date(2027, 3, 30), by=people.dgp_head)
    with pytest.raises(Invalid):
        actions.end_rota_rule(rule, last_day=date(2027, 4, 2), by=people.dgp_head)


def test_the_same_days_are_planned_again_after_an_end(plan, people):
    actions.end_rota_rule(plan(people.dgp_duty), by=people.dgp_head)
    assert turns(plan(people.dgp_duty)).count() == 31


def test_whoever_has_begun_a_turn_stays_on_duty_when_the_rule_ends(
    plan, desk, people, time_machine
):
    rule = plan(people.dgp_duty)
    time_machine.move_to(datetime(2027, 3, 22, 9, tzinfo=UTC), tick=False)
    actions.end_rota_rule(rule, by=people.dgp_head)
    assert on_duty([desk.pk])[desk.pk][0].officer == people.dgp_duty
    assert turns(rule).filter(period__startswith__gt=now()).count() == 0


def test_the_hours_between_turns_are_gaps_and_one_who_serves_all_day_leaves_none(
    plan, desk, people
):
    plan(people.dgp_duty)
    days = rota(desk, FIRST, 10)
    assert [len(day.gaps) for day in days] == [2] * 10
    plan(people.dgp_head, start=20, end=8)
    assert [len(day.gaps) for day in rota(desk, FIRST, 10)] == [1] + [0] * 9


def test_a_day_of_the_clock_change_is_as_long_as_it_is(plan, desk, people):
    plan(people.dgp_duty, start=0, end=0)
    by_day = {day.date: day for day in rota(desk, FIRST, 10)}
    changed = by_day[date(2027, 3, 28)]
    assert (changed.minutes, changed.bars) == (1380, [("primary", 0, 1380)])
    assert by_day[date(2027, 3, 29)].minutes == 1440
    assert not any(day.gaps for day in by_day.values())


def test_a_shift_whose_officer_was_transferred_away_covers_nothing(plan, desk, people, unit):
    plan(people.dgp_duty, start=0, end=0)
    posting = people.dgp_duty.postings.get()
    actions.set_posting_end(posting, ends_at=datetime(2027, 3, 25, 10, tzinfo=UTC), by=None)
    (first, *_rest) = gaps([desk], datetime(2027, 4, 1, tzinfo=UTC))[desk.pk][1:]
    assert first[0] == datetime(2027, 3, 25, 10, tzinfo=UTC)
    lost = [turn for day in rota(desk, FIRST, 10) for turn in day.turns if turn.lost]
    assert lost


def test_postings_in_a_row_are_one_time(desk, people, unit):
    (span,) = posted_times([desk])[desk.pk, people.dgp_duty.pk]
    posting = people.dgp_duty.postings.get()
    actions.transfer_officer(posting, unit=desk, role=Role.HEAD_OF_POINT, by=None)
    assert posted_times([desk])[desk.pk, people.dgp_duty.pk] == [span]


@pytest.mark.parametrize(
    ("spans", "left"),
    [
        ([], [(0, 10)]),
        ([(0, 10)], []),
        ([(-5, 20)], []),
        ([(2, 4), (3, 6)], [(0, 2), (6, 10)]),
        ([(8, 12), (-3, 1)], [(1, 8)]),
        ([(12, 14)], [(0, 10)]),
    ],
)
def test_what_is_left_of_a_time(spans, left):
    assert without(spans, (0, 10)) == left


def test_what_lies_within_a_time():
    assert within([(-2, 3), (5, 7), (9, 12), (10, 20)], (0, 10)) == [(0, 3), (5, 7), (9, 10)]


def test_the_head_puts_somebody_on_duty_for_a_month_in_the_browser(desk, people, signed_in):
    browser = signed_in(people.dgp_head)
    page = browser.post("/rota/DESK-DGP/plan/", typed(people.dgp_duty), follow=True)
    assert page.redirect_chain[0][0] == "/rota/DESK-DGP/"
    rule = RotaRule.objects.get()
    assert turns(rule).count() == 31
    shift = turns(rule).order_by("period").first()
    browser.post(f"/shifts/{shift.uid}/cancel/")
    assert turns(rule).count() == 30
    browser.post(f"/rota-rules/{rule.uid}/end/", {"last_day": "30.03.2027"})
    assert turns(rule).count() == 9
    browser.post(f"/rota-rules/{rule.uid}/end/", {"now": "1"})
    assert turns(rule).count() == 0


def test_one_shift_over_midnight_is_booked_in_the_browser(desk, people, signed_in):
    given = typed(people.dgp_duty, start="2000", end="8:00", last_day="")
    assert signed_in(people.dgp_head).post("/rota/DESK-DGP/plan/", given).status_code == 302
    shift = DutyShift.objects.get(unit=desk, period__startswith__gt=now())
    assert shift.period.lower == datetime(2027, 3, 21, 18, tzinfo=UTC)
    assert shift.period.upper == datetime(2027, 3, 22, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        {"officer": ""},
        {"officer": "0f3b2a4e-6a55-4c43-9a3e-3a3a5f6b7c8d"},
        {"start": "25:00"},
        {"end": "\0"},
        {"first_day": "31.02.2027"},
        {"first_day": "19.03.2027"},
        {"last_day": "1" * 5000},
        {"last_day": "20.03.2027"},
        {"rank": "captain"},
    ],
    ids=lambda wrong: f"{next(iter(wrong))}-{len(next(iter(wrong.values())))}",
)
def test_bad_input_is_said_and_what_was_typed_stays(wrong, desk, people, signed_in):
    page = signed_in(people.dgp_head).post("/rota/DESK-DGP/plan/", typed(people.dgp_duty, **wrong))
    assert page.status_code == 400
    assert page.context["form"].errors
    assert b'value="20:00"' in page.content or "end" in wrong
    assert not RotaRule.objects.exists()


def test_a_taken_place_is_said_above_the_form(plan, people, signed_in):
    plan(people.dgp_duty)
    given = typed(people.dgp_head, last_day="")
    page = signed_in(people.dgp_head).post("/rota/DESK-DGP/plan/", given)
    assert page.status_code == 400
    assert page.context["form"].non_field_errors()


@pytest.mark.parametrize(
    ("who", "code", "status"),
    [
        ("dgp_head", "DESK-DGP", 200),
        ("dgp_duty", "DESK-DGP", 200),
        ("lv_hq", "DESK-DGP", 200),
        ("lv_hq", "LV-SBG", 200),
        ("lv_admin", "DESK-DGP", 200),
        ("dgp_head", "DESK-RIX", 404),
        ("dgp_head", "DESK-POL", 404),
        ("by_hq", "DESK-DGP", 404),
        ("by_admin", "DESK-DGP", 404),
        ("dgp_officer", "DESK-DGP", 404),
        ("dgp_head", "LV-DGP", 404),
        ("dgp_head", "NOWHERE", 404),
    ],
)
def test_the_own_side_reads_the_rota_and_nobody_else(who, code, status, people, signed_in):
    browser = signed_in(getattr(people, who))
    assert browser.get(f"/rota/{code}/").status_code == status
    assert browser.get("/rota/").status_code == (404 if who == "dgp_officer" else 200)


@pytest.mark.parametrize(
    ("who", "status"), [("dgp_duty", 403), ("lv_admin", 403), ("pol_head", 404)]
)
def test_only_the_holder_of_the_rota_changes_it(who, status, plan, people, signed_in):
    rule = plan(people.dgp_duty)
    shift = turns(rule).first()
    browser = signed_in(getattr(people, who))
    for path, given in (
        ("/rota/DESK-DGP/plan/", typed(people.dgp_duty, start="0100", end="0200")),
        (f"/rota-rules/{rule.uid}/end/", {"now": "1"}),
        (f"/rota-rules/{rule.uid}/end/", {"last_day": "30.03.2027"}),
        (f"/shifts/{shift.uid}/cancel/", {}),
    ):
        assert browser.post(path, given).status_code == status, path
    assert turns(rule).count() == 31
    if status == 403:
        page = browser.get("/rota/DESK-DGP/").content.decode()
        assert "<form class=" not in page.partition("<main")[2]


@pytest.mark.parametrize("asked", ["2027-05-01", "", "x", "2099-01-01", "2027-02-30"])
def test_later_days_are_shown_and_strange_ones_are_today(asked, desk, people, signed_in):
    page = signed_in(people.dgp_head).get("/rota/DESK-DGP/", {"from": asked})
    wanted = date(2027, 5, 1) if asked == "2027-05-01" else NOON.date()
    assert page.context["days"][0].date == wanted


def test_the_first_page_says_where_nobody_will_be(desk, people, signed_in):
    people.dgp_head.language = "en"
    people.dgp_head.save(update_fields=["language"])
    page = signed_in(people.dgp_head).get("/").content.decode()
    assert "At 1 desk nobody is on duty at some hour of the next 14 days." in page
    assert 'href="/rota/DESK-DGP/"' in page
