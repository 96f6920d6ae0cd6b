"""A side pauses the exchange at a point: what is released there waits, P1 goes, nothing is lost."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused
from contactpoints import actions as points
from contactpoints.models import (
    Alert,
    Booking,
    ContactPoint,
    Delivery,
    DutyShift,
    ExchangePause,
    HeldRelease,
    LineCheck,
)
from incidents import actions
from incidents.models import Recall, Release, Share
from tests.incidents.notices import Noticing, fresh, standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def paused(people, both_sides_on_duty):
    def make(by=None, code="CCP-LAND", hours=4, **said):
        said = {"reason": "The line is being serviced.", **said}
        point = ContactPoint.objects.get(code=code)
        until = now() + timedelta(hours=hours)
        return points.pause_exchange(point, until=until, by=by or people.pol_head, **said)

    return make


@pytest.fixture
def in_winter(time_machine):
    """Riga is at UTC+2 and Minsk an hour ahead."""
    time_machine.move_to(datetime(2027, 2, 17, 8, 0, tzinfo=UTC), tick=True)
    return time_machine


@pytest.fixture
def release(people, unit):
    def give(case, *codes, **said):
        desks = [unit(code) for code in codes or ("DESK-POL",)]
        return actions.release_incident(case, desks=desks, by=people.dgp_duty, **said)

    return give


def later(**by):
    return time_machine.travel(now() + timedelta(**by), tick=False)


def copies(case):
    return set(case.shares.filter(own=False).values_list("unit__code", flat=True))


def test_a_release_is_held_and_goes_out_once_with_its_own_alert_when_the_pause_ends(
    paused, incident, release, people
):
    pause, first, second = paused(), incident(), incident(headline="The second one")
    assert release(first) is None
    assert release(second) is None
    assert copies(first) == copies(second) == set()
    assert not Alert.objects.exists()
    points.end_pauses()
    assert HeldRelease.objects.open().count() == 2
    assert Entry.objects.filter(verb="release.held", side="LV").count() == 2
    assert not Entry.objects.filter(verb="release.held", side="BY").exists()
    with later(hours=4):
        assert points.end_pauses() == 2
        assert points.end_pauses() == 0
    pause.refresh_from_db()
    assert pause.ended_at == pause.until
    assert copies(first) == copies(second) == {"DESK-POL"}
    order = Delivery.objects.order_by("pk").values_list("alert__card__number", flat=True)
    assert list(order) == [first.number, second.number]
    assert Release.objects.get(incident=first).by == people.dgp_duty


def test_lifted_early_it_goes_with_the_next_tick_and_only_the_pausing_side_lifts_it(
    paused, incident, release, people
):
    pause, case = paused(), incident()
    release(case)
    for other in (people.dgp_head, people.lv_hq, people.pol_duty, people.msq_head):
        with pytest.raises(NotAllowed):
            points.resume_exchange(pause, by=other)
    with pytest.raises(DatabaseError), transaction.atomic():
        ExchangePause.objects.update(ended_at=now(), ended_by=people.lv_hq)
    points.resume_exchange(pause, by=people.by_hq)
    points.resume_exchange(pause, by=people.pol_head)
    assert points.end_pauses() == 1
    assert copies(case) == {"DESK-POL"}
    assert Entry.objects.filter(verb="exchange.resumed", side="BY", actor=people.by_hq).count() == 1
    assert Entry.objects.filter(verb="exchange.resumed", side="LV", actor=None).count() == 1


def test_an_emergency_always_goes_and_so_does_what_the_pause_does_not_cover(
    paused, incident, release, people
):
    people.msq_duty, people.dgp_duty
    paused(category="UBC-LND")
    assert release(incident(severity=4)) is not None
    assert release(incident(category="PEV")) is not None
    assert release(incident(), "DESK-MSQ") is not None
    assert release(incident()) is None
    assert release(incident(), priority="P1") is not None
    # Of two desks the one goes and the other waits.
    case = incident()
    assert release(case, "DESK-POL", "DESK-MSQ").deliveries.get().desk.code == "DESK-MSQ"
    assert copies(case) == {"DESK-MSQ"}


def test_the_pausing_side_s_own_releases_to_the_point_wait_as_well(paused, incident, people, unit):
    paused(by=people.dgp_head)
    case = incident()
    actions.release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    assert copies(case) == set()


def test_what_was_decided_goes_and_not_what_came_after(paused, incident, release, people):
    paused()
    case = incident()
    release(case, fields=["people_total"])
    actions.supplement_incident(case, version=1, changes={"people_total": 11}, by=people.dgp_duty)
    with later(hours=5):
        points.end_pauses()
    copy = case.shares.get(own=False)
    assert (copy.version, copy.fields["people_total"]) == (1, 8)
    assert "headline" not in copy.fields
    assert copy.unverified


def test_a_later_decision_replaces_the_one_that_waits(paused, incident, release):
    paused()
    case = incident()
    release(case, fields=["people_total"])
    release(case, fields=["headline"])
    assert HeldRelease.objects.open().count() == 1
    release(case, fields=["headline"], priority="P1")
    assert not HeldRelease.objects.open().exists()
    with later(hours=5):
        points.end_pauses()
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("how", ["recall", "drop", "withdraw"])
def test_taken_back_while_held_it_leaves_nothing_behind(paused, incident, release, people, how):
    paused()
    case = incident()
    release(case)
    held = HeldRelease.objects.get()
    if how == "recall":
        assert actions.recall_release(case, desks=[held.desk], reason="x", by=people.dgp_head) == []
    elif how == "drop":
        with pytest.raises(NotAllowed):
            actions.drop_held_release(held, by=people.pol_duty)
        actions.drop_held_release(held, by=people.dgp_duty)
        actions.drop_held_release(held, by=people.dgp_duty)
    else:
        actions.withdraw_incident(case, reason="Written twice.", by=people.dgp_duty)
    with later(hours=5):
        assert points.end_pauses() == 0
    assert not HeldRelease.objects.open().exists()
    assert copies(case) == set()
    assert not Recall.objects.exists()
    assert not Delivery.objects.exists()


def test_a_held_update_is_dropped_and_the_copy_taken_back_by_one_recall(
    released, paused, release, people
):
    case, _delivery = released()
    paused()
    assert release(case, fields=["people_total"]) is None
    assert copies(case) == {"DESK-POL"}
    desk = HeldRelease.objects.get().desk
    assert len(actions.recall_release(case, desks=[desk], reason="x", by=people.dgp_head)) == 1
    assert not HeldRelease.objects.open().exists()
    assert copies(case) == set()


def test_where_nobody_is_on_duty_at_the_end_it_waits_on_in_its_order(paused, incident, release):
    paused()
    first, second = incident(), incident()
    release(first)
    release(second)
    bookings = Booking.objects.filter(dutyshift__unit__code="DESK-POL")
    shifts = DutyShift.objects.filter(unit__code="DESK-POL")
    with later(hours=5) as clock:
        bookings.update(cancelled_at=now())
        shifts.update(cancelled_at=now())
        assert points.end_pauses() == 0
        assert HeldRelease.objects.open().count() == 2
        bookings.update(cancelled_at=None)
        shifts.update(cancelled_at=None)
        assert points.end_pauses() == 0  # not yet: tried again in half a minute
        clock.shift(31)
        assert points.end_pauses() == 2
    order = Delivery.objects.order_by("pk").values_list("alert__card__number", flat=True)
    assert list(order) == [first.number, second.number]


def test_a_category_that_never_leaves_its_side_is_refused_and_not_held(paused, incident, release):
    paused()
    with pytest.raises(Refused) as no:
        release(incident(category="ASY"))
    assert no.value.code == "never_released"
    assert not HeldRelease.objects.exists()


def test_who_may_pause_and_what_a_pause_needs(paused, people, officer):
    for who in (people.pol_duty, people.msq_head, people.pol_officer, people.stranger):
        with pytest.raises(NotAllowed):
            paused(by=who)
    for wrong in ({"hours": 0}, {"hours": 24 * 8}, {"reason": " "}, {"category": "NO-SUCH"},
                  {"reason": "x" * 100_000}, {"reason": "a\x00b"}):  # fmt: skip
        with pytest.raises(Invalid):
            paused(**wrong)
    pause = paused()
    with pytest.raises(Refused, match="already"):
        paused(hours=6)
    assert paused(by=people.dgp_head).side == "LV"
    assert paused(by=people.by_hq, category="PEV").side == "BY"
    # The head at Riga answers for the other end of the focal point's line.
    assert paused(by=people.rix_head, code="FP-AIR-MSQ").side == "LV"
    assert ExchangePause.objects.count() == 4
    trails = Entry.objects.filter(verb="exchange.paused", about=pause.ref)
    assert sorted(trails.values_list("side", "actor__username")) == [
        ("BY", "pol.head"),
        ("LV", None),
    ]


def test_a_pause_past_its_end_holds_nothing_even_before_the_tick(paused, incident, release, people):
    pause = paused()
    case = incident()
    with later(hours=4, minutes=1):
        assert release(case) is not None
        paused()  # and another one may begin
    pause.refresh_from_db()
    assert pause.ended_at == pause.until


def test_the_database_refuses_what_cannot_be(paused, incident, release, people):
    pause = paused()
    release(incident())
    held = HeldRelease.objects.get()
    for rows, wrong in (
        (ExchangePause.objects, {"until": now() + timedelta(days=9)}),
        (ExchangePause.objects, {"reason": ""}),
        (ExchangePause.objects, {"ended_at": now() + timedelta(days=1)}),
        (HeldRelease.objects, {"gone_at": now(), "dropped_at": now(), "why": "recalled"}),
        (HeldRelease.objects, {"dropped_at": now()}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**wrong)
    for row in (pause, held):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        HeldRelease.objects.create(about=held.about, desk=held.desk, side="LV", category="x",
                                   decision={}, by=None)  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        HeldRelease.objects.create(about="x", desk=held.desk, side="BY", category="x",
                                   decision={}, by=None)  # fmt: skip
    points.resume_exchange(pause, by=people.pol_head)
    points.end_pauses()
    for wrong in ({"gone_at": None}, {"try_at": now()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            HeldRelease.objects.update(**wrong)


def test_a_paused_point_s_line_check_says_so_and_alarms_nobody(paused, settings, people, unit):
    settings.LINE_CHECK_EVERY = 3600
    points.check_lines()
    paused()
    with later(hours=2):
        points.check_lines()
        states = LineCheck.objects.filter(caller__code="DESK-DGP").values_list("state", flat=True)
        assert set(states) == {"paused"}
        with pytest.raises(Refused, match="paused"):
            points.check_line(unit("DESK-DGP"), unit("DESK-POL"), by=people.dgp_duty)
    assert not Alert.objects.exists()


def test_both_sides_see_the_pause_on_every_screen_and_nothing_of_what_waits(
    paused, incident, release, people, signed_in, api
):
    paused(reason="Servicing the masts")
    case = incident()
    release(case)
    pages = ("/console/", "/points/", "/points/CCP-LAND/")
    for who in (people.dgp_duty, people.pol_duty):
        for path in pages:
            page = signed_in(who).get(path).content.decode()
            assert "Servicing the masts" in page, path
            assert case.number not in page
        (shown,) = api(who).get("/api/v1/pauses/").json()["results"]
        assert (shown["point"], shown["side"]) == ("CCP-LAND", "BY")
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    own = signed_in(people.dgp_duty)
    page = own.get(f"/incidents/{case.uid}/").content.decode()
    assert "Held until" in page
    assert "Servicing the masts" in own.get(f"/incidents/{case.uid}/release/").content.decode()
    held = HeldRelease.objects.get()
    address = f"/incidents/{case.uid}/held/{held.uid}/drop/"
    assert signed_in(people.pol_duty).post(address).status_code == 404
    assert own.post(address).status_code == 302
    assert not HeldRelease.objects.open().exists()


def test_paused_and_lifted_through_the_page_and_the_api(people, both_sides_on_duty, signed_in, api):
    head = signed_in(people.dgp_head)
    address = "/points/CCP-LAND/pause/"
    assert signed_in(people.pol_duty).get(address).status_code == 403
    assert head.get(address).status_code == 200
    said = {"hours": "4", "category": "", "reason": ""}
    assert head.post(address, said).status_code == 400
    said["reason"] = "Servicing the masts"
    assert head.post(address, said).status_code == 302
    pause = ExchangePause.objects.get()
    end = f"/pauses/{pause.uid}/end/"
    assert signed_in(people.pol_head).post(end).status_code == 403
    assert head.post(end).status_code == 302
    until = (now() + timedelta(hours=2)).isoformat()
    body = {"point": "CCP-LAND", "until": until, "reason": "x"}
    assert api(people.dgp_duty).post("/api/v1/pauses/", body).status_code == 403
    assert api(people.dgp_head).post("/api/v1/pauses/", {**body, "point": "X"}).status_code == 400
    made = api(people.dgp_head).post("/api/v1/pauses/", body)
    assert made.status_code == 201
    end = f"/api/v1/pauses/{made.json()['uid']}/end/"
    assert api(people.pol_head).post(end).status_code == 403
    assert api(people.dgp_head).post(end).json()["ended_at"]


def test_the_api_says_which_desk_is_held(paused, incident, people, api):
    paused()
    case = incident()
    answer = api(people.dgp_duty).post(
        f"/api/v1/incidents/{case.uid}/release/", {"desks": ["DESK-POL"]}
    )
    assert answer.status_code == 201
    assert answer.json() == {"alert": None, "deliveries": [], "held": ["DESK-POL"]}
    assert not Share.objects.filter(incident=case, own=False).exists()


def test_what_cannot_wait_is_refused_while_the_pause_stands(released, paused, people, unit):
    case, _delivery = released(desks=("DESK-POL",))
    person = actions.add_sealed_person(case, content={"name_latin": "X Y"}, by=people.dgp_duty)
    grounds = {
        "persons": [person], "fields": ["name_latin"], "desk": unit("DESK-POL"),
        "legal_basis": "LV-VITAL", "purpose": "To find the family.", "recipient": "The desk",
    }  # fmt: skip
    pause = paused()
    with pytest.raises(Refused) as no:
        actions.release_sealed(case, **grounds, by=people.dgp_head)
    assert no.value.code == "paused"
    points.resume_exchange(pause, by=people.pol_head)
    assert actions.release_sealed(case, **grounds, by=people.dgp_head)


def test_released_again_as_the_desk_holds_it_undoes_the_decision_that_waits(
    released, paused, release
):
    case, _delivery = released()
    paused()
    release(case, fields=["people_total"])
    assert release(case) is not None
    assert not HeldRelease.objects.open().exists()


def test_an_update_waits_like_a_release_and_both_sides_see_that_it_does(
    released, paused, people, unit, signed_in, api
):
    people.msq_duty
    _case, delivery = released(desks=["DESK-POL", "DESK-MSQ"], priority="P3")
    alert, pause, ref = delivery.alert, paused(), uuid.uuid4()

    def update(line="They went north.", **said):
        return points.update_alert(alert, line=line, by=people.dgp_duty, **said)

    part = update(client_ref=ref)
    assert [row.desk.code for row in part.deliveries.all()] == ["DESK-MSQ"]
    assert update(client_ref=ref) == part
    # The head of the point at Minsk pauses as well: nothing goes now.
    other = paused(by=people.msq_head, code="CCP-AIR")
    assert update("They split up.", client_ref=other.uid) is None
    assert update("They split up.", client_ref=other.uid) is None
    with pytest.raises(KeyReused):
        update("Other words.", client_ref=other.uid)
    assert HeldRelease.objects.open().updates().count() == 3
    urgent = update("Shots.", priority="P1")
    assert {row.desk.code for row in urgent.deliveries.all()} == {"DESK-POL", "DESK-MSQ"}
    for who, reads in ((people.dgp_duty, True), (people.pol_duty, False)):
        who.language = "en"
        who.save(update_fields=["language"])
        page = signed_in(who).get(f"/alerts/{alert.uid}/").content.decode()
        assert "Held until" in page
        assert ("They split up." in page) is reads
        (first, *_more) = api(who).get(f"/api/v1/alerts/{alert.uid}/").json()["held"]
        assert (first["desk"], bool(first["line"])) == ("DESK-POL", reads)
    assert Entry.objects.filter(verb="update.held", side="LV").count() == 3
    points.resume_exchange(pause, by=people.pol_head)
    assert points.end_pauses() == 2
    assert points.end_pauses() == 0
    lines = [row.card["line"] for row in Delivery.objects.at([unit("DESK-POL").pk]).order_by("pk")
             if "line" in row.card]  # fmt: skip
    assert lines == ["Shots.", "They went north.", "They split up."]
    # A false alarm waits for no pause, and what was held of it never goes.
    off = points.cancel_alert(alert, reason="A drill.", by=people.dgp_duty)
    assert off.deliveries.count() == 2
    assert HeldRelease.objects.get(what="update", desk=unit("DESK-MSQ")).why == "recalled"
    with later(hours=5):
        assert points.end_pauses() == 0


def test_what_a_pause_held_says_when_it_was_said_and_stands_before_what_overtook_it(
    in_winter, released, release, paused, people, signed_in, api, carry_out, mailbox
):
    case, delivery = released(priority="P3")
    for who in (people.dgp_duty, people.pol_duty):
        who.language = "en"
        who.save(update_fields=["language"])
    alert, pause = delivery.alert, paused()

    def update(line, **said):
        return points.update_alert(alert, line=line, by=people.dgp_duty, **said)

    in_winter.shift(timedelta(minutes=12))
    assert update("They went north.") is None
    in_winter.shift(timedelta(minutes=18))
    update("Shots.", priority="P1")
    in_winter.shift(timedelta(minutes=30))
    points.resume_exchange(pause, by=people.pol_head)
    carry_out()
    mailbox.raw.clear()
    assert points.end_pauses() == 1
    late = Delivery.objects.whole().order_by("pk").last()
    assert (late.card["line"], late.card["overtaken"]) == ("They went north.", True)
    assert late.card["decided_at"].startswith("2027-02-17T08:12:")
    assert late.alert.said_at < late.alert.raised_at
    # It is as urgent as what it belongs to, and nothing that follows looks like it.
    assert late.priority == "P1"
    last = update("Quiet again.")
    assert not {"decided_at", "overtaken"} & last.card.keys()
    for one in Delivery.objects.whole():
        marks = [(link["priority"], link["at"][11:16]) for link in one.card["chain"]]
        assert marks == [("P3", "08:00"), ("P1", "08:12"), ("P1", "08:30"), ("P1", "09:00")]
    there, newer = signed_in(people.pol_duty), "The desk has something newer already."
    held = "A pause of the exchange held it."
    for path in ("/console/", "/console/?wall=1", f"/alerts/{alert.uid}/"):
        page = there.get(path).content.decode()
        assert (page.count(held), page.count(newer)) == (1, 1), path
        assert "11:12 Minsk" in page
    assert page.index("They went north.") < page.index("Shots.") < page.index("Quiet again.")
    assert "Earlier update" in there.get("/console/").content.decode()
    carry_out()
    letter = next(text for one in mailbox.letters if "north" in (text := one.get_content()))
    assert "10:12 Riga" in letter.split(held)[0].splitlines()[-1]
    assert newer in letter
    chain = api(people.pol_duty).get(f"/api/v1/alerts/{alert.uid}/").json()["chain"]
    assert [link["said_at"][11:16] for link in chain] == ["08:00", "08:12", "08:30", "09:00"]
    assert chain[1]["deliveries"][0]["alert"]["card"]["overtaken"] is True
    document = points.write_cap(late, by=people.pol_duty).decode()
    assert "10:12 Riga" in document
    assert held in document
    assert newer in document
    # A release that waited says it too, and takes away nothing that came before.
    pause = paused()
    actions.supplement_incident(case, version=1, changes={"people_total": 9}, by=people.dgp_officer)
    case.refresh_from_db()
    release(case, priority="P3")
    points.resume_exchange(pause, by=people.pol_head)
    assert points.end_pauses() == 1
    card = Delivery.objects.whole().order_by("pk").last().card
    assert (card["version"], "decided_at" in card) == (2, True)
    assert "Decided at" in there.get("/console/").content.decode()
    assert {"version", "decided_at"} & update("And still.").card.keys() == set()


def test_the_sender_takes_back_an_update_that_waits_at_one_desk_and_it_never_goes(
    released, incident, release, paused, people, signed_in, api
):
    people.msq_duty
    _case, delivery = released(desks=["DESK-POL", "DESK-MSQ"], priority="P3")
    other = release(incident(headline="The second one"), priority="P3")
    alert = delivery.alert
    pauses = [paused(), paused(by=people.msq_head, code="CCP-AIR")]
    assert points.update_alert(alert, line="They went north.", by=people.dgp_duty) is None
    waits = {one["desk"]: one["uid"] for one in
             api(people.dgp_duty).get(f"/api/v1/alerts/{alert.uid}/").json()["held"]}  # fmt: skip
    for who in (people.dgp_duty, people.pol_duty):
        who.language = "en"
        who.save(update_fields=["language"])
    ours, theirs = signed_in(people.dgp_duty), signed_in(people.pol_duty)
    path = f"/alerts/{alert.uid}/held/{waits['DESK-POL']}/drop/"
    assert path in ours.get(f"/alerts/{alert.uid}/").content.decode()
    page = theirs.get(f"/alerts/{alert.uid}/").content.decode()
    assert "Update that is held" in page
    assert "Do not send it" not in page
    assert theirs.post(path).status_code == 403
    assert theirs.post(path.replace(waits["DESK-POL"], waits["DESK-MSQ"])).status_code == 404
    assert signed_in(people.stranger).post(path).status_code == 404
    assert ours.post(path.replace(str(alert.uid), str(other.uid))).status_code == 404
    assert HeldRelease.objects.open().updates().count() == 2
    for _again in range(2):
        assert ours.post(path).status_code == 302
    door = f"/api/v1{path.replace(waits['DESK-POL'], waits['DESK-MSQ'])}"
    assert api(people.pol_duty).post(door).status_code == 404
    for _again in range(2):
        answer = api(people.dgp_duty).post(door, HTTP_IDEMPOTENCY_KEY="d1")
        assert (answer.status_code, answer.json()["held"]) == (200, [])
    taken = Entry.objects.filter(verb="update.dropped", side="LV", actor=people.dgp_duty)
    assert [entry.facts["why"] for entry in taken] == ["recalled", "recalled"]
    for pause, by in zip(pauses, (people.pol_head, people.msq_head), strict=True):
        points.resume_exchange(pause, by=by)
    assert points.end_pauses() == 0
    assert Alert.objects.about(alert.about).count() == 1


def test_a_pause_of_one_category_holds_an_update_by_what_each_desk_has(
    released, release, paused, people
):
    people.msq_duty
    case, delivery = released(desks=["DESK-POL", "DESK-MSQ"], priority="P3")
    actions.supplement_incident(case, version=1, changes={"category": "REF"}, by=people.dgp_officer)
    case.refresh_from_db()
    release(case, "DESK-MSQ", priority="P3")
    paused(category="UBC-LND")
    told = points.update_alert(delivery.alert, line="More.", by=people.dgp_duty)
    held = HeldRelease.objects.open().updates().get()
    assert (held.desk.code, held.category) == ("DESK-POL", "UBC-LND")
    assert [row.desk.code for row in told.deliveries.all()] == ["DESK-MSQ"]


def test_a_held_update_is_dropped_by_a_recall_and_waits_on_where_nobody_is_on_duty(
    released, paused, people, unit
):
    case, delivery = released(priority="P3")
    paused()
    assert points.update_alert(delivery.alert, line="More.", by=people.dgp_duty) is None
    bookings = Booking.objects.filter(dutyshift__unit__code="DESK-POL")
    with later(hours=5):
        bookings.update(cancelled_at=now())
        DutyShift.objects.filter(unit__code="DESK-POL").update(cancelled_at=now())
        assert points.end_pauses() == 0
        assert HeldRelease.objects.open().updates().exists()
    desk = unit("DESK-POL")
    assert actions.recall_release(case, desks=[desk], reason="Wrong.", by=people.dgp_head)
    assert HeldRelease.objects.get().why == "recalled"


def test_an_advance_notice_waits_whole_and_its_draft_betrays_nothing(
    paused, people, unit, signed_in
):
    noticing = Noticing(people, unit)
    pause, notice = paused(), noticing.write()
    for _again in range(2):
        noticing.send(notice)
    assert (fresh(notice).state, fresh(notice).number) == ("draft", None)
    assert HeldRelease.objects.open().count() == 1
    assert not Alert.objects.exists()
    assert signed_in(people.pol_duty).get(f"/notices/{notice.uid}/").status_code == 404
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    assert "is held" in signed_in(people.dgp_duty).get(f"/notices/{notice.uid}/").content.decode()
    # Nobody decided to send other words.
    actions.change_notice(notice, content={"headline": "Other"}, by=noticing.writer)
    assert HeldRelease.objects.get().why == "changed"
    noticing.send(notice)
    points.resume_exchange(pause, by=people.pol_head)
    assert points.end_pauses() == 1
    assert (fresh(notice).state, standing(notice).headline) == ("sent", "Other")
    assert Delivery.objects.get().desk.code == "DESK-POL"
    # A change waits as well; the other side goes on reading what it has. The end goes at once.
    paused()
    actions.change_notice(notice, content={"headline": "Later"}, by=noticing.writer)
    noticing.send(notice)
    assert standing(notice).headline == "Other"
    assert Delivery.objects.get().waits
    page = signed_in(people.pol_duty).get(f"/notices/{notice.uid}/").content.decode()
    assert "The line is being serviced." in page
    assert "Later" not in page
    actions.end_notice(notice, by=noticing.lv)
    assert HeldRelease.objects.order_by("pk").last().why == "recalled"
    assert Alert.objects.order_by("pk").last().card["event"] == "notice_ended"


def test_of_two_desks_the_one_is_told_of_the_notice_now_and_the_other_when_the_pause_ends(
    paused, people, unit
):
    people.msq_duty
    noticing, both = Noticing(people, unit), [unit("DESK-POL"), unit("DESK-MSQ")]
    paused()
    notice = noticing.send(desks=both)
    assert (notice.state, Delivery.objects.get().desk.code) == ("sent", "DESK-MSQ")
    actions.change_notice(notice, content={"headline": "Later"}, by=noticing.writer)
    noticing.send(notice, desks=both)
    with later(hours=4, minutes=1):
        assert points.end_pauses() == 1
    told = Delivery.objects.filter(desk=both[0]).get()
    assert (told.card["event"], told.card["headline"]) == ("notice", "Later")
    assert notice.desks.count() == 2


def test_a_change_that_is_made_or_thrown_away_takes_nothing_from_a_desk_that_waits(
    paused, people, unit
):
    people.msq_duty
    noticing, both = Noticing(people, unit), [unit("DESK-POL"), unit("DESK-MSQ")]
    paused()
    notice = noticing.send(desks=both)
    for headline in ("Later", "Later still"):
        actions.change_notice(notice, content={"headline": headline}, by=noticing.writer)
    actions.discard_notice(notice, by=noticing.writer)
    with later(hours=4, minutes=1):
        assert points.end_pauses() == 1
    told = Delivery.objects.filter(desk=both[0]).get()
    assert told.card["headline"] == "Driven hunt"
