"""The three points: who reads what there, and what a count may never tell."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.live.models import Presence
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.access import forget_grants
from contactpoints.directory import staffed
from contactpoints.models import Booking, ContactPoint, DutyShift, Role
from contactpoints.points import ends, ladders, told_after

pytestmark = pytest.mark.django_db

LAND = "/points/CCP-LAND/"


@pytest.fixture
def land():
    return ContactPoint.objects.get(code="CCP-LAND")


@pytest.fixture
def expert(officer):
    return officer("expert", "EU-FRX", Role.EXPERT)


@pytest.fixture
def english():
    """Let somebody read English, to compare exact words."""

    def read(user):
        user.language = "en"
        user.save(update_fields=["language"])
        return user

    return read


def by_desk(point, user):
    forget_grants(user)
    return {end.staff.unit.code: end for end in ends(user, point)}


@pytest.mark.parametrize("who", ["dgp_officer", "lv_admin", "by_auditor", "stranger"])
def test_everybody_signed_in_reads_the_points(who, people, signed_in):
    browser = signed_in(getattr(people, who))
    assert browser.get("/points/").status_code == 200
    for code in ("CCP-AIR", "CCP-LAND", "FP-AIR-MSQ"):
        assert browser.get(f"/points/{code}/").status_code == 200


@pytest.mark.parametrize("path", ["/points/", LAND, "/contacts/", "/contacts/call-sheet/"])
def test_nobody_else_does(path, client):
    assert client.get(path).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("code", ["CCP-SEA", "ccp-land", "x" * 5000, "DESK-POL"])
def test_an_unknown_point_is_not_found(code, people, signed_in):
    assert signed_in(people.dgp_duty).get(f"/points/{code}/").status_code == 404


def test_a_retired_point_is_not_found(land, people, signed_in):
    land.retired_at = now()
    land.save(update_fields=["retired_at"])
    assert signed_in(people.dgp_duty).get(LAND).status_code == 404


def test_each_point_says_what_it_is_for_in_the_reader_s_language(people, signed_in):
    told = set()
    for language in ("en", "lv", "be", "ru"):
        people.dgp_duty.language = language
        people.dgp_duty.save(update_fields=["language"])
        point = signed_in(people.dgp_duty).get(LAND).context["point"]
        told.add(getattr(point, f"about_{language}"))
    assert len(told) == 4
    assert all("173 km" in text or "173 км" in text for text in told)


@pytest.mark.parametrize(("who", "first"), [("dgp_duty", "DESK-DGP"), ("pol_duty", "DESK-POL")])
def test_the_own_side_stands_first(who, first, land, people):
    assert ends(getattr(people, who), land)[0].staff.unit.code == first


# --- what waits


def test_own_desks_list_what_waits_and_the_other_s_counts_what_we_sent(land, released, people):
    released()
    here, there = by_desk(land, people.dgp_duty), by_desk(land, people.pol_duty)
    assert [card.number for card in there["DESK-POL"].items or []]
    assert there["DESK-POL"].waiting == 1
    assert (here["DESK-POL"].items, here["DESK-POL"].waiting) == (None, 1)
    assert (here["DESK-DGP"].items, here["DESK-DGP"].waiting) == ([], 0)


def test_what_the_other_side_keeps_to_itself_leaves_no_trace(
    land, incident, people, unit, both_sides_on_duty, carry_out
):
    """An alert of Polotsk to its own desk, its mails, its answer: Daugavpils learns nothing."""
    before = by_desk(land, people.dgp_duty)["DESK-POL"]
    alert = actions.raise_alert(
        "incident:inside",
        card={"number": "BY-POL-1", "severity": 4, "headline": "Inside"},
        priority="P3",
        to=[unit("DESK-POL")],
        sender=unit("BY-POL"),
        by=None,
    )
    carry_out()
    inside = by_desk(land, people.pol_duty)["DESK-POL"]
    assert inside.waiting == 1
    assert inside.last_alert_at is not None
    assert {channel.state for channel in inside.channels} != {"unknown"}
    after = by_desk(land, people.dgp_duty)["DESK-POL"]
    actions.acknowledge_delivery(alert.deliveries.get(), by=people.pol_duty)
    answered = by_desk(land, people.dgp_duty)["DESK-POL"]
    for seen in (after, answered):
        assert (seen.items, seen.waiting) == (before.items, 0)
        assert (seen.last_alert_at, seen.last_answer_at) == (None, None)
        assert {channel.state for channel in seen.channels} == {"unknown"}


def test_who_sees_no_alerts_is_told_of_none(released, people, land, signed_in, expert):
    released(headline="Not for everybody")
    for reader in (people.dgp_officer, people.by_admin, expert):
        for end in ends(reader, land):
            assert (end.items, end.waiting, end.last_alert_at) == (None, None, None)
        page = signed_in(reader).get(LAND).content.decode()
        assert "Not for everybody" not in page


def test_the_last_alert_and_the_last_answer_are_those_the_reader_may_know(land, released, people):
    _case, delivery = released()
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    delivery.refresh_from_db()
    for reader in (people.dgp_duty, people.pol_duty):
        end = by_desk(land, reader)["DESK-POL"]
        assert end.last_alert_at == delivery.queued_at
        assert end.last_answer_at == delivery.acknowledged_at


# --- channels


def test_a_channel_says_when_it_worked_and_when_it_failed(land, released, people):
    _case, delivery = released()
    mail = Message.objects.get(channel="mail", key__startswith=f"delivery:{delivery.uid}:")

    def state():
        end = by_desk(land, people.dgp_duty)["DESK-POL"]
        return {channel.code: channel.state for channel in end.channels}

    assert state() == {"live": "unknown", "mail": "unknown"}
    Message.objects.filter(pk=mail.pk).update(last_error="refused")
    assert state()["mail"] == "trying"
    Message.objects.filter(pk=mail.pk).update(given_up_at=now())
    assert state()["mail"] == "bad"
    Message.objects.filter(pk=mail.pk).update(given_up_at=None, done_at=now(), last_error="")
    assert state() == {"live": "unknown", "mail": "ok"}


def test_no_content_of_a_message_is_shown(released, people, signed_in, carry_out):
    _case, delivery = released(headline="A headline of ours")
    Message.objects.filter(channel="mail").update(last_error="secret address", given_up_at=now())
    page = signed_in(people.dgp_duty).get(LAND).content.decode()
    assert "secret address" not in page
    assert str(delivery.uid) not in page


# --- who is there


def test_the_page_says_until_when_and_who_is_next(land, people, on_duty):
    relief = people.pol_head
    actions.book_duty(
        relief,
        unit=ends(people.pol_duty, land)[0].staff.unit,
        starts_at=now() + timedelta(hours=24),
        ends_at=now() + timedelta(hours=30),
        by=None,
    )
    staff = by_desk(land, people.pol_duty)["DESK-POL"].staff
    assert [person.name for person in staff.people] == [people.pol_duty.name_for("en")]
    assert staff.next.name == relief.name_for("en")
    assert staff.gap_from is not None  # the relief begins an hour after the shift ends
    assert [person.name for person in staff.heads] == [relief.name_for("en")]


def test_nobody_on_duty_is_said_in_red_with_whom_to_call(people, signed_in, english):
    people.pol_head
    page = signed_in(english(people.dgp_duty)).get(LAND).content.decode()
    assert "Nobody is on duty here now." not in page.split('id="end-DESK-POL"')[0]
    red = page.split('id="end-DESK-POL"')[1]
    assert "Nobody is on duty here now." in red
    assert people.pol_head.phone in red


def test_an_end_of_the_rota_is_said_before_it_comes(people, signed_in, english):
    page = signed_in(english(people.dgp_duty)).get(LAND).content.decode()
    assert "Nobody is entered after that" in page


def test_a_cancelled_shift_is_neither_now_nor_next(people, land):
    people.dgp_duty
    Booking.objects.update(cancelled_at=now())
    DutyShift.objects.update(cancelled_at=now())
    staff = by_desk(land, people.dgp_duty)["DESK-DGP"].staff
    assert (staff.people, staff.next, staff.until) == ([], None, None)


def test_an_open_screen_shows_as_watching(people, signed_in, english):
    Presence.objects.create(
        user=people.pol_duty, unit_code="DESK-POL", seen_at=now() - timedelta(seconds=12)
    )
    page = signed_in(english(people.dgp_duty)).get(LAND).content.decode()
    assert "watching, 12 s ago" in page or "watching, 13 s ago" in page


# --- who may know whom


@pytest.mark.parametrize("who", ["dgp_duty", "pol_head", "lv_hq", "by_auditor"])
def test_officers_who_see_alerts_read_personal_numbers(who, people, land):
    people.dgp_duty, people.pol_duty
    phones = {p.phone for end in ends(getattr(people, who), land) for p in end.staff.people}
    assert phones == {"+000 000"}


@pytest.mark.parametrize("who", ["dgp_officer", "lv_admin", "lv_analyst", "stranger"])
def test_others_read_names_or_less_and_the_desk_s_own_number(who, people, land, signed_in):
    people.dgp_duty, people.pol_duty
    reader = getattr(people, who)
    for end in ends(reader, land):
        assert {(p.phone, p.email) for p in end.staff.people} == {("", "")}
    page = signed_in(reader).get(LAND).content.decode()
    assert "+000 000" not in page
    assert people.pol_duty.email not in page
    assert "+375 00 000 002" in page


def test_a_guest_reads_names_at_the_focal_point_only(people, officer, expert, signed_in):
    people.fp_duty, people.pol_duty
    assert signed_in(expert).get("/points/FP-AIR-MSQ/").status_code == 404
    browser = signed_in(officer("guest", "EU-FRX", Role.AUDITOR))
    assert people.fp_duty.name_for("en") in browser.get("/points/FP-AIR-MSQ/").content.decode()
    land = browser.get(LAND).content.decode()
    assert people.pol_duty.name_for("en") not in land
    assert "An officer of the service" in land
    assert people.pol_duty.name_for("en") not in browser.get("/points/").content.decode()


def test_a_guest_posted_like_an_officer_still_reads_no_numbers(officer, people, land):
    """The side decides first: no role makes personal numbers of the services a guest's."""
    guest = officer("guest", "EU-FRX", Role.AUDITOR)
    people.pol_duty
    assert {p.phone for row in staffed(guest, [e.staff.unit for e in ends(guest, land)])
            for p in row.people} == {""}  # fmt: skip


# --- escalation in words


@pytest.mark.parametrize(
    ("waits", "words"),
    [
        ([], "at once"),
        ([300], "after 5 min"),
        ([300, 300], "after 10 min"),
        (["next_shift"], "at the end of the shift"),
        (["next_shift", "next_shift"], "as long again"),
        ([300, None], "never"),
    ],
)
def test_a_step_is_told_in_words(waits, words):
    assert told_after(waits) == words


def test_desks_with_one_policy_share_one_table_and_others_have_their_own(land, people, unit):
    desks = [unit("DESK-DGP"), unit("DESK-POL")]
    shared = ladders(desks)
    assert [len(some) for some, _rungs in shared] == [2]
    assert [name for name, *_rest in ((r.who,) for r in shared[0][1])] == [
        "Duty officer",
        "Head of point",
        "Headquarters",
    ]
    old = desks[1].desk.policies.get()
    old.steps[0]["wait"]["P1"] = 120
    desks[1].desk.policies.create(number=2, steps=old.steps, note_within=old.note_within)
    assert [len(some) for some, _rungs in ladders(desks)] == [1, 1]


def test_a_point_costs_the_same_for_one_alert_and_for_many(
    released, people, django_assert_max_num_queries, signed_in
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = signed_in(people.pol_duty)
    released()
    browser.get(LAND)
    with CaptureQueriesContext(connection) as one:
        browser.get(LAND)
    assert len(one) <= 24
    for _ in range(4):
        released()
    with django_assert_max_num_queries(len(one)):
        browser.get(LAND)
