"""An officer's calendar by a secret address: iCalendar, renewed, gone with the last posting."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from bordercoop.audit.models import Entry
from contactpoints import actions
from contactpoints.models import CalendarFeed

pytestmark = pytest.mark.django_db

# The night in which Riga turns the clock forward lies between.
NOON = datetime(2027, 3, 26, 12, tzinfo=UTC)


@pytest.fixture
def desk(unit, people, time_machine):
    time_machine.move_to(NOON - timedelta(days=40), tick=False)
    people.dgp_duty, people.dgp_head
    time_machine.move_to(NOON, tick=False)
    for who in (people.dgp_duty, people.dgp_head):
        who.language = "en"
        who.save(update_fields=["language"])
    return unit("DESK-DGP")


@pytest.fixture
def plan(desk, people):
    days = [datetime(2027, 3, day).date() for day in (27, 29)]
    hours = {"start": NOON.time(), "end": NOON.replace(hour=0).time()}
    return actions.plan_duty(
        people.dgp_duty, unit=desk, first_day=days[0], last_day=days[1], by=None, **hours
    )


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def test_the_shifts_are_read_without_signing_in_and_in_the_right_hours(plan, desk, people, client):
    secret = actions.renew_calendar(by=people.dgp_duty)
    calendar = read(client, f"/calendar/{secret}.ics")
    assert calendar["version"] == "2.0"
    events = calendar.walk("VEVENT")
    starts = [event["dtstart"].dt for event in events]
    assert starts == [
        datetime(2027, 3, 27, 10, tzinfo=UTC),
        datetime(2027, 3, 28, 9, tzinfo=UTC),
        datetime(2027, 3, 29, 9, tzinfo=UTC),
    ]
    assert all(e["dtend"].dt - e["dtstart"].dt == timedelta(hours=12) for e in events)
    assert len({str(event["uid"]) for event in events}) == 3
    assert str(events[0]["summary"]) == f"Duty: {unit_name(desk)} (Primary)"
    again = read(client, f"/calendar/{secret}.ics").walk("VEVENT")
    assert [e["uid"] for e in again] == [e["uid"] for e in events]
    assert b"Dgp Head" not in client.get(f"/calendar/{secret}.ics").content


def unit_name(unit):
    return unit.name_en


def test_a_shift_that_was_taken_back_or_swapped_is_gone_and_is_with_the_other(plan, people, client):
    secrets = {who: actions.renew_calendar(by=who) for who in (people.dgp_duty, people.dgp_head)}
    first, second, _third = plan.dutyshift_set.order_by("period")
    actions.cancel_duty(first, by=None)
    offer = actions.offer_shift(second, to=people.dgp_head, by=people.dgp_duty)
    actions.accept_shift(offer, by=people.dgp_head)
    counts = {
        who: len(read(client, f"/calendar/{secret}.ics").walk("VEVENT"))
        for who, secret in secrets.items()
    }
    assert counts == {people.dgp_duty: 1, people.dgp_head: 1}


def test_a_renewed_address_ends_the_one_before_and_only_a_hash_is_kept(desk, people, client):
    first, second = (actions.renew_calendar(by=people.dgp_duty) for _time in range(2))
    assert client.get(f"/calendar/{first}.ics").status_code == 404
    assert client.get(f"/calendar/{second}.ics").status_code == 200
    row = CalendarFeed.objects.get()
    assert second not in str(vars(row))
    assert second not in str(list(Entry.objects.values_list("facts", "about")))
    for _again in range(2):
        actions.close_calendar(by=people.dgp_duty)
    assert client.get(f"/calendar/{second}.ics").status_code == 404
    assert Entry.objects.filter(verb="calendar.closed").count() == 1
    for strange in ("x", "x" * 3000, "%00", "%ff"):
        assert client.get(f"/calendar/{strange}.ics").status_code in (400, 404)


def test_it_ends_with_the_last_posting_and_with_the_account(
    desk, people, client, time_machine, unit
):
    secret = actions.renew_calendar(by=people.dgp_duty)
    address = f"/calendar/{secret}.ics"
    actions.set_posting_end(
        people.dgp_duty.postings.get(), ends_at=NOON + timedelta(hours=1), by=None
    )
    assert client.get(address).status_code == 200
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    assert client.get(address).status_code == 404
    other = f"/calendar/{actions.renew_calendar(by=people.dgp_head)}.ics"
    assert client.get(other).status_code == 200
    people.dgp_head.is_active = False
    people.dgp_head.save(update_fields=["is_active"])
    assert client.get(other).status_code == 404


def test_the_page_shows_the_address_once(desk, people, signed_in, client, settings):
    browser = signed_in(people.dgp_duty)
    page = browser.post("/duty/calendar/")
    address = page.context["address"]
    assert address.startswith(settings.BASE_URL)
    assert address in page.content.decode()
    assert address not in browser.get("/duty/").content.decode()
    assert client.get(address.removeprefix(settings.BASE_URL)).status_code == 200
    assert browser.post("/duty/calendar/close/").status_code == 302
    assert client.get(address.removeprefix(settings.BASE_URL)).status_code == 404
    assert signed_in(people.dgp_officer).post("/duty/calendar/").status_code == 404
