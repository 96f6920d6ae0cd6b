"""The duty console: what waits, for whom, and what a signed-in browser's drawing means."""

import re
import uuid
from datetime import timedelta

import pytest

from contactpoints import actions
from contactpoints.board import board, desks_of
from contactpoints.models import Delivery

pytestmark = pytest.mark.django_db


def test_an_alert_waits_at_its_desk_and_is_shown_as_sent_to_the_sender(released, people, signed_in):
    case, delivery = released()
    there = signed_in(people.pol_duty).get("/console/")
    assert there.status_code == 200
    assert [c.delivery.pk for c in there.context["need"]] == [delivery.pk]
    assert case.number in there.content.decode()
    here = signed_in(people.dgp_duty).get("/console/")
    assert here.context["need"] == []
    assert [c.delivery.pk for c in here.context["sent"]] == [delivery.pk]


def test_the_board_alone_has_the_same_cards(released, people, signed_in):
    _case, delivery = released()
    part = signed_in(people.pol_duty).get("/console/board/")
    assert str(delivery.uid) in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "data-off" not in part.content.decode()
    _other, off = released()
    actions.let_rest(off.alert.about, by=None)
    part = signed_in(people.pol_duty).get("/console/board/")
    assert f'data-off="{off.uid}"' in part.content.decode()
    # Something newer about it took its place: that is no call-off.
    actions.raise_alert(
        off.alert.about, card=off.card, priority=2, to=[off.desk], sender=off.alert.sender,
        by=people.dgp_duty,
    )  # fmt: skip
    part = signed_in(people.pol_duty).get("/console/board/")
    assert "data-off" not in part.content.decode()


def test_an_acknowledged_alert_moves_from_waiting_to_in_hand(released, people):
    _case, delivery = released()
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    shown = board(people.pol_duty, desks_of(people.pol_duty))
    assert shown["need"] == []
    assert [card.delivery.pk for card in shown["in_hand"]] == [delivery.pk]
    assert shown["median_s"] is not None


def test_the_most_severe_comes_first_and_the_oldest_of_equals(released, people):
    made = [released(severity=severity)[1].pk for severity in (2, 4, 3, 4)]
    shown = board(people.pol_duty, desks_of(people.pol_duty))
    order = [card.delivery.pk for card in shown["need"]]
    assert order == [made[1], made[3], made[2], made[0]]


@pytest.mark.parametrize("path", ["/console/", "/console/board/"])
def test_a_desk_out_of_reach_is_not_found_like_one_that_does_not_exist(path, people, signed_in):
    browser = signed_in(people.pol_duty)
    for code in ("DESK-DGP", "DESK-MSQ", "DESK-XXX", "BY-POL"):
        assert browser.get(path, {"desk": code}).status_code == 404, code
    assert browser.get(path, {"desk": "DESK-POL"}).status_code == 200


def test_headquarters_chooses_among_the_desks_of_its_side_only(people, signed_in):
    page = signed_in(people.by_hq).get("/console/")
    assert [d.code for d in page.context["desks"]] == ["DESK-POL", "DESK-MSQ", "DESK-FP-MSQ"]


def test_an_officer_without_a_desk_gets_an_empty_board(people, signed_in):
    page = signed_in(people.pol_officer).get("/console/")
    assert page.status_code == 200
    assert page.context["desks"] == []
    assert page.context["need"] == page.context["sent"] == []


def test_an_auditor_sees_the_alert_and_no_button(released, people, signed_in):
    _case, delivery = released()
    page = signed_in(people.by_auditor).get("/console/", {"desk": "DESK-POL"})
    assert str(delivery.uid) in page.content.decode()
    assert f"/deliveries/{delivery.uid}/acknowledge/" not in page.content.decode()


def test_a_drawn_card_is_delivered_to_the_screen(released, people, signed_in):
    _case, delivery = released()
    answer = signed_in(people.pol_duty).post("/deliveries/drawn/", {"uid": str(delivery.uid)})
    assert answer.status_code == 204
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


@pytest.mark.parametrize("who", ["dgp_duty", "by_auditor", "msq_duty", "lv_hq"])
def test_only_the_desks_own_screen_counts_as_delivered(who, released, people, signed_in):
    _case, delivery = released()
    answer = signed_in(getattr(people, who)).post("/deliveries/drawn/", {"uid": str(delivery.uid)})
    assert answer.status_code == 204
    delivery.refresh_from_db()
    assert delivery.state == "queued"


def test_a_screen_that_reports_nonsense_harms_nothing(released, people, signed_in):
    _case, delivery = released()
    answer = signed_in(people.pol_duty).post(
        "/deliveries/drawn/", {"uid": ["x", "", str(uuid.uuid4()), "1" * 5000, str(delivery.uid)]}
    )
    assert answer.status_code == 204
    assert Delivery.objects.get().state == "delivered"


def test_opening_the_record_at_the_desk_is_the_read_receipt(released, people, signed_in):
    case, delivery = released()
    for who in ("by_hq", "dgp_duty", "by_auditor"):
        assert signed_in(getattr(people, who)).get(f"/incidents/{case.uid}/").status_code == 200
        assert Delivery.objects.get().state == "queued", who
    signed_in(people.pol_duty).get(f"/incidents/{case.uid}/")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.opened_by) == ("opened", people.pol_duty)


@pytest.mark.parametrize("path", ["/console/", "/console/board/", "/"])
def test_nobody_signed_in_is_led_to_the_sign_in_page(path, client, db):
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_the_board_costs_the_same_for_one_alert_and_for_many(
    released, people, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    released()
    people.pol_duty.__dict__.pop("_grants", None)
    with CaptureQueriesContext(connection) as one:
        board(people.pol_duty, desks_of(people.pol_duty))
    for _ in range(4):
        released()
    with django_assert_max_num_queries(len(one)):
        board(people.pol_duty, desks_of(people.pol_duty))


def test_the_boards_of_both_sides_say_until_when_and_who_then(people, unit, signed_in):
    """Polotsk has a relief at the very end of the shift, Daugavpils none."""
    desk = unit("DESK-POL")
    people.dgp_duty, people.pol_duty
    for who in (people.dgp_duty, people.pol_duty):
        who.language = "en"
        who.save(update_fields=["language"])
    ends_at = desk.shifts.get().period.upper
    relief = actions.book_duty(
        people.pol_head, unit=desk, starts_at=ends_at, ends_at=ends_at + timedelta(hours=8), by=None
    )
    for who in (people.dgp_duty, people.pol_duty):
        page = signed_in(who).get("/console/").content.decode()
        assert re.search(r"then (Pol Head|pol\.head)", page)
        assert page.count("Then nobody is entered.") == 1
    actions.cancel_duty(relief, by=None)
    page = signed_in(people.dgp_duty).get("/console/").content.decode()
    assert page.count("Then nobody is entered.") == 2
    later = ends_at + timedelta(hours=1)
    actions.book_duty(
        people.pol_head, unit=desk, starts_at=later, ends_at=later + timedelta(hours=8), by=None
    )
    page = signed_in(people.dgp_duty).get("/console/").content.decode()
    assert "Then nobody is on duty, and from" in page
    actions.set_posting_end(people.pol_head.postings.get(), ends_at=ends_at, by=None)
    page = signed_in(people.dgp_duty).get("/console/").content.decode()
    assert page.count("Then nobody is entered.") == 2
