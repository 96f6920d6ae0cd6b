"""Advance notices: written, sent, acknowledged, changed, ended, cancelled, matched to incidents."""

import uuid
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from contactpoints.actions import acknowledge_delivery
from contactpoints.models import Alert, Booking, Delivery, DutyShift
from incidents import actions
from incidents.handling import Marking
from incidents.models import AdvanceNotice, NoticeMatch, NoticeVersion, Share
from incidents.notices.matching import matches_of, notices_at
from incidents.notices.reading import told
from incidents.notices.shapes import sign_between, to_area_km
from tests.incidents.notices import AT, Noticing, fresh, said, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def noticing(people, unit, both_sides_on_duty):
    people.pol_officer, people.dgp_leader
    return Noticing(people, unit)


def asleep(desk):
    """Nobody is on duty there any more."""
    Booking.objects.filter(dutyshift__unit=desk).update(cancelled_at=now())
    DutyShift.objects.filter(unit=desk).update(cancelled_at=now())


def reads(user, notice):
    return AdvanceNotice.objects.visible_to(user).filter(pk=notice.pk).exists()


def refused(kind, deed, word=""):
    with pytest.raises(kind) as caught, transaction.atomic():
        deed()
    assert word in str(caught.value)
    return caught.value


def test_a_draft_is_of_its_own_side_and_what_was_sent_is_of_both(noticing, people):
    notice = noticing.write()
    assert notice.number is None
    assert reads(noticing.writer, notice)
    assert not reads(people.pol_duty, notice)
    assert not reads(people.rix_officer, notice)
    assert not Alert.objects.exists()
    refused(NotAllowed, lambda: noticing.send(notice, by=noticing.writer))
    refused(Refused, lambda: noticing.send(notice, by=people.pol_duty), "no such notice")
    sent = noticing.send(notice)
    assert sent.number == f"N-LV-{now().year}-00001"
    for reader in (people.pol_duty, people.pol_officer, people.rix_officer):
        assert reads(reader, notice)
    assert not reads(people.stranger, notice)
    alert = Alert.objects.get()
    assert (alert.about, alert.priority, alert.card["event"]) == (notice.ref, "P3", "notice")
    assert "Shots" not in str(alert.card)


def test_what_begins_later_than_in_a_day_is_information(noticing):
    start = now() + timedelta(hours=30)
    noticing.send(starts_at=start, ends_at=start + timedelta(hours=2))
    assert Alert.objects.get().priority == "P4"


def test_sent_twice_is_sent_once_and_written_twice_is_written_once(noticing):
    ref = uuid.uuid4()
    with time_machine.travel(now(), tick=False):
        notice, again = noticing.write(client_ref=ref), noticing.write(client_ref=ref)
    assert notice.pk == again.pk
    refused(Refused, lambda: noticing.write(client_ref=ref, headline="Another"))
    noticing.send(notice)
    noticing.send(notice)
    assert Alert.objects.count() == 1


def test_a_change_waits_until_it_is_sent_and_goes_as_an_update(noticing, people):
    notice = noticing.send()
    before = fresh(notice).edition
    actions.change_notice(
        notice, content={"headline": "Longer hunt"}, edition=before, by=noticing.writer
    )
    assert standing(notice).headline == "Driven hunt"
    theirs = NoticeVersion.objects.visible_to(people.pol_duty).filter(notice=notice)
    assert [version.headline for version in theirs] == ["Driven hunt"]
    refused(
        Stale,
        lambda: actions.change_notice(
            notice, content={"headline": "Third"}, edition=before, by=noticing.lv
        ),
    )
    actions.change_notice(notice, content={"headline": "Longer hunt"}, by=noticing.lv)  # as it is
    assert fresh(notice).edition == before + 1
    noticing.send(notice)
    assert standing(notice).headline == "Longer hunt"
    first, update = Alert.objects.order_by("pk")
    assert (update.kind, update.references) == ("update", first)
    old, new = Delivery.objects.order_by("pk")
    assert old.recalled_at
    assert new.waits
    acknowledge_delivery(new, by=people.pol_duty)
    assert Delivery.objects.get(pk=new.pk).acknowledged_by == people.pol_duty
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        NoticeVersion.objects.filter(notice=notice).update(headline="Other words")


def test_a_change_may_be_given_up_and_a_draft_thrown_away(noticing, people):
    notice = noticing.send()
    actions.change_notice(notice, content={"headline": "Never sent"}, by=noticing.writer)
    for _ in range(2):
        actions.discard_notice(notice, by=noticing.writer)
    assert not NoticeVersion.objects.filter(notice=notice, sent_at=None, dropped_at=None).exists()
    noticing.send(notice)
    assert Alert.objects.count() == 1
    draft = noticing.write()
    actions.discard_notice(draft, by=noticing.writer)
    assert fresh(draft).state == "discarded"
    refused(Refused, lambda: noticing.send(draft), "Thrown away")


def test_a_further_desk_is_told_and_the_first_one_is_left_alone(noticing, unit, people):
    people.msq_duty
    notice = noticing.send()
    noticing.send(notice, desks=[unit("DESK-MSQ"), noticing.to])
    assert [d.desk.code for d in Delivery.objects.open().order_by("pk")] == ["DESK-POL", "DESK-MSQ"]


def test_it_goes_nowhere_else_and_to_nobody_who_would_not_hear(noticing, unit, people):
    notice = noticing.write()
    for code in ("DESK-RIX", "BY-POL"):
        refused(Invalid, lambda code=code: noticing.send(notice, desks=[unit(code)]))
    refused(Invalid, lambda: actions.send_notice(notice, desks=[], by=noticing.lv))
    asleep(noticing.to)
    refused(Refused, lambda: noticing.send(notice), "Nobody is on duty")
    assert fresh(notice).state == "draft"
    with pytest.raises(DatabaseError), transaction.atomic():
        AdvanceNotice.objects.filter(pk=notice.pk).update(
            state="sent", number="N-LV-2026-09999", sent_at=now()
        )


def test_cancelled_with_a_reason_and_acknowledged_as_well(noticing, people):
    notice = noticing.send()
    refused(Invalid, lambda: actions.cancel_notice(notice, reason=" ", by=noticing.lv))
    refused(NotAllowed, lambda: actions.cancel_notice(notice, reason="x", by=people.pol_duty))
    asleep(noticing.to)
    for _ in range(2):  # also when nobody is there to hear it
        actions.cancel_notice(notice, reason="Bad weather.", by=noticing.lv)
    cancel = Alert.objects.order_by("pk").last()
    assert (Alert.objects.count(), cancel.kind, cancel.card["reason"]) == (
        2,
        "cancel",
        "Bad weather.",
    )
    waiting = Delivery.objects.open().get()
    assert waiting.alert == cancel
    acknowledge_delivery(waiting, by=people.pol_duty)
    refused(Refused, lambda: noticing.send(notice), "Cancelled")


def test_ended_early_once_it_has_begun(noticing):
    later = now() + timedelta(hours=1)
    coming = noticing.send(starts_at=later, ends_at=later + timedelta(hours=1))
    refused(Refused, lambda: actions.end_notice(coming, by=noticing.lv), "not begun")
    notice = noticing.send()
    for _ in range(2):
        actions.end_notice(notice, by=noticing.lv)
    assert fresh(notice).state == "ended"
    assert not NoticeVersion.objects.get(notice=notice).holds_at(now() + timedelta(seconds=1))
    assert Alert.objects.about(notice.ref).order_by("pk").last().card["event"] == "notice_ended"


def test_the_other_direction_works_alike(noticing, people, unit):
    notice = noticing.write(by=people.pol_officer, unit=unit("BY-POL"))
    noticing.send(notice, by=people.pol_duty, desks=[unit("DESK-DGP")])
    assert fresh(notice).number.startswith("N-BY-")
    assert reads(people.dgp_officer, notice)


def test_red_is_read_where_it_was_written_or_sent_alone(noticing, people):
    notice = noticing.send(marking=Marking("H1", "RED"))
    assert reads(people.pol_duty, notice)
    assert not reads(people.rix_officer, notice)
    assert not reads(people.msq_duty, notice)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "x" * 100_000}, "kind"),
        ({"headline": " \u200b "}, "headline"),
        ({"headline": "a\x00b"}, "headline"),
        ({"text": "y" * 100_000}, "text"),
        ({"text": "EU SECRET"}, "text"),
        ({"ends_at": None}, "ends_at"),
        ({"starts_at": datetime(9999, 12, 31, tzinfo=UTC)}, "starts_at"),
        ({"daily_from": time(8)}, "daily_to"),
        ({"daily_from": time(8), "daily_to": time(8)}, "daily_to"),
        ({"shape": "cloud"}, "shape"),
        ({"shape": "place", "place": "NOWHERE"}, "place"),
        ({"shape": "signs", "from_sign": "1"}, "to_sign"),
        ({"lat": 91.0}, "lat"),
        ({"lat": float("nan")}, "lat"),
        ({"radius_m": 10**30}, "radius_m"),
        ({"radius_m": True}, "radius_m"),
        ({"shape": "area", "points": [[1, 2]]}, "points"),
        ({"shape": "area", "points": [["a", "b"]] * 3}, "points"),
        ({"shape": "area", "points": [[0, 0], [0, 50], [50, 0]]}, "points"),
        ({"kind": "drone"}, "altitude_m"),
        ({"contact_phone": ""}, "contact_phone"),
        ({"language": "de"}, "language"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(noticing, wrong, field):
    refusal = refused(Invalid, lambda: noticing.write(**wrong))
    assert field in refusal.fields


def test_daily_hours_hold_by_the_clock_of_the_side_that_wrote_it():
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    version = NoticeVersion(
        notice=AdvanceNotice(side="LV"),
        starts_at=start,
        ends_at=start + timedelta(days=3),
        daily_from=time(22),
        daily_to=time(2),
    )
    # Riga puts its clocks back in the night of the 25th: summer time until 01:00 UTC.
    for at, holds in (
        (datetime(2026, 10, 24, 18, 59), False),
        (datetime(2026, 10, 24, 19), True),
        (datetime(2026, 10, 24, 22, 59), True),
        (datetime(2026, 10, 24, 23), False),
        (datetime(2026, 10, 25, 19, 30), False),
        (datetime(2026, 10, 25, 20), True),
    ):
        assert version.holds_at(at.replace(tzinfo=UTC)) is holds, at
    assert version.hours_on(start)[0] == datetime(2026, 10, 24, 19, tzinfo=UTC)
    assert version.hours_on(start + timedelta(days=3)) is None


def test_between_signs_and_within_an_area():
    assert sign_between("V 07", "V 5", "V 9")
    assert not sign_between("V 10", "V 5", "V 9")
    assert not sign_between("B 7", "V 5", "V 9")
    assert sign_between("12a", "12 A", "x")
    square = [(55.0, 27.0), (55.0, 27.2), (55.2, 27.2), (55.2, 27.0)]
    assert to_area_km((55.1, 27.1), square) == 0
    assert 11 < to_area_km((55.3, 27.1), square) < 11.3


def happened(**more):
    return {"happened_at": now(), "category": "UBC-LND", **AT, **more}


def test_a_notice_in_force_at_the_place_and_time_is_found(noticing, people):
    notice = noticing.send()
    found = lambda user, **more: notices_at(user, happened(**more))  # noqa: E731
    for user in (people.pol_officer, people.dgp_officer):
        assert [version.notice_id for version in found(user)] == [notice.pk]
    assert not found(people.dgp_officer, lat=56.5)
    assert not found(people.dgp_officer, happened_at=now() + timedelta(days=2))
    assert not found(people.dgp_officer, lat=None, lon=None)
    assert not notices_at(people.dgp_officer, happened(), exercise=True)
    draft = noticing.write()
    assert draft.pk not in [version.notice_id for version in found(people.pol_officer)]
    actions.cancel_notice(notice, reason="x", by=noticing.lv)
    assert not found(people.pol_officer)


def test_by_place_by_sign_and_within_daily_hours_alone(noticing, people):
    who = people.dgp_officer
    hour = now().astimezone(UTC)
    later = [(hour + timedelta(hours=n)).time().replace(microsecond=0) for n in (6, 8)]
    noticing.send(daily_from=later[0], daily_to=later[1])
    assert not notices_at(who, happened())
    noticing.send(shape="place", place="PAT-GRI", headline="Works at the crossing")
    (found,) = notices_at(who, {"happened_at": now(), "place": "PAT-GRI"})
    assert found.headline == "Works at the crossing"
    noticing.send(shape="signs", from_sign="100", to_sign="110")
    (found,) = notices_at(who, {"happened_at": now(), "border_sign": "104"})
    assert found.shape == "signs"


def test_each_side_says_for_itself_what_belongs_to_it(noticing, people, released):
    case, _delivery = released()
    notice = noticing.send()
    match = lambda by, state="linked": actions.match_notice(notice, case, state=state, by=by)  # noqa: E731
    first = match(people.dgp_officer)
    assert match(people.dgp_officer).pk == first.pk
    match(people.pol_duty, "dismissed")
    own, theirs = (
        Share.objects.get(incident=case, own=True),
        Share.objects.get(incident=case, own=False),
    )
    assert [m.said for m in matches_of(people.dgp_officer, case, own)] == ["linked"]
    assert [m.said for m in matches_of(people.pol_duty, case, theirs)][:1] in ([], ["dismissed"])
    assert NoticeMatch.objects.count() == 2
    refused(Invalid, lambda: match(people.dgp_officer, "perhaps"))
    refused(Refused, lambda: match(people.msq_duty), "no such incident")
    draft = noticing.write()
    refused(
        Refused,
        lambda: actions.match_notice(draft, case, state="linked", by=people.dgp_officer),
        "no such notice",
    )


def test_a_side_matches_nothing_that_it_does_not_hold(noticing, people, incident):
    case, notice = incident(), noticing.send()
    refused(
        Refused,
        lambda: actions.match_notice(notice, case, state="linked", by=people.pol_duty),
        "no such incident",
    )
    with pytest.raises(DatabaseError, match="holds"), transaction.atomic():
        NoticeMatch.objects.create(
            notice=notice, incident=case, side="BY", state="linked", by=people.pol_duty
        )


def test_translated_by_an_officer_of_either_side_and_read_by_both(noticing, people):
    notice = noticing.send()
    say = lambda by, **more: actions.translate_notice(  # noqa: E731
        notice, **{"language": "be", "headline": "Паляванне", "text": "Чакайце стрэлаў.", "by": by,
                   **more}
    )  # fmt: skip
    refused(Invalid, lambda: say(people.pol_duty, language="en"))
    refused(Invalid, lambda: say(people.pol_duty, text=""))
    say(people.pol_duty)
    say(people.pol_duty, headline="Загоннае паляванне")
    refused(Refused, lambda: say(people.dgp_duty), "already")
    from django.utils.translation import override

    with override("be"):
        read = told(NoticeVersion.objects.get(notice=notice))
    assert (read.headline, read.translated) == ("Загоннае паляванне", True)
    update = actions.change_notice(notice, content=said(headline="Other"), by=noticing.writer)
    assert update.versions.count() == 2
