"""Broadcasts, policies, channels, names and pauses where they meet."""

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.timezone import now

from bordercoop.errors import Invalid
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.board import MOST, board, desks_of
from contactpoints.journal import journal_of_day, today_at
from contactpoints.models import Attempt, CalendarFeed, Channel, Delivery, EscalationPolicy, Who
from contactpoints.policies import expects_progress, policy_of, stamped
from contactpoints.reaching.kinds import allowed_push_host
from contactpoints.reaching.sealed import mark_of, seal
from contactpoints.reaching.transport import Undelivered, send_text
from incidents import actions as incidents
from incidents.access import share_for
from incidents.actions import release_incident
from incidents.timeline import timeline
from tests.receivers import provider

__all__ = ["provider"]
pytestmark = pytest.mark.django_db
NUMBER = "+375290000017"


def with_sms(officer, address=NUMBER):
    return Channel.objects.create(
        officer=officer, kind="sms", address=seal(address), mark=mark_of("sms", address),
        name="x", state="on", confirmed_at=now(),
    )  # fmt: skip


def to_minsk(policy):
    wait = policy.steps[0]["wait"]
    return {"who": "point", "at": "DESK-MSQ", "channels": ["sms"], "wait": wait}


def test_a_broadcast_is_drawn_first_however_much_else_waits(released, people, unit):
    _case, delivery = released(priority="P4", severity=1)
    alert = delivery.alert
    for number in range(MOST + 5):
        alert.pk, alert.uid = None, uuid.uuid4()
        alert.about = f"incident:{number}"
        alert.save(force_insert=True)
        Delivery.objects.create(
            alert=alert, desk=unit("DESK-POL"), priority="P4", steps=delivery.steps
        )
    sent = actions.send_broadcast(unit("DESK-DGP"), what="crowd", drill=True, by=people.dgp_duty)
    drawn = board(people.pol_duty, desks_of(people.pol_duty))["need"]
    assert len(drawn) == MOST
    assert (drawn[0].siren, drawn[0].number) == (True, sent.number)


def test_what_wakes_up_rings_the_telephone_again(released, people, later, provider, carry_out):
    with_sms(people.pol_duty)
    _case, delivery = released(priority="P1")
    carry_out()
    assert len(provider.got) == 1
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    later(minutes=30, seconds=5)
    assert actions.settle_deliveries() == 1
    carry_out()
    assert len(provider.got) == 2
    sent = Attempt.objects.of(delivery).filter(kind="sms", outcome="sent")
    assert [row.turn for row in sent] == [0, 1]


def test_an_alert_that_climbs_to_another_point_rings_there_and_is_answered_there(
    released, people, unit, later, provider, carry_out, signed_in, mailbox
):
    pol, head = unit("DESK-POL"), people.pol_head
    people.msq_duty, people.by_hq
    with_sms(people.msq_duty)
    policy = policy_of(pol)
    at_minsk = {
        "who": "point",
        "at": "DESK-MSQ",
        "channels": ["sms"],
        "wait": policy.steps[0]["wait"],
    }
    actions.set_policy(
        pol, steps=[policy.steps[0], at_minsk, policy.steps[-1]], note_within=policy.note_within,
        why="Minsk helps.", version=policy.number, by=head,
    )  # fmt: skip
    _case, delivery = released(priority="P1")
    later(minutes=5, seconds=5)
    assert actions.escalate_due() == 1
    carry_out()
    assert len(provider.got) == 1
    (letter,) = [one for one in mailbox.letters if one["To"] == people.msq_duty.email]
    assert "/console/?desk=DESK-POL" not in letter.get_content()
    browser = signed_in(people.msq_duty)
    short = browser.post(f"/deliveries/{delivery.uid}/acknowledge/", {"note": ""})
    assert (short.status_code, "err-" in short.content.decode()) == (400, True)
    done = browser.post(f"/deliveries/{delivery.uid}/acknowledge/", {"note": "Minsk has it."})
    assert (done.status_code, done.url) == (302, "/console/")
    assert browser.get(done.url).status_code == 200


def test_a_broadcast_leaves_the_step_of_another_point_for_when_it_climbs(
    people, unit, both_sides_on_duty
):
    pol = unit("DESK-POL")
    people.pol_head, people.msq_duty
    policy = policy_of(pol)
    at_minsk = to_minsk(policy)
    actions.set_policy(
        pol, steps=[policy.steps[0], at_minsk, policy.steps[-1]], note_within=policy.note_within,
        why="Minsk helps.", version=policy.number, by=people.pol_head,
    )  # fmt: skip
    sent = actions.send_broadcast(unit("DESK-DGP"), what="crowd", by=people.dgp_duty)
    uid = sent.alert.deliveries.get(desk=pol).uid
    steps = {key.split(":")[2] for key in Message.objects.filter(
        key__startswith=f"delivery:{uid}:").values_list("key", flat=True)}  # fmt: skip
    assert steps == {"0", "2"}


def test_names_do_not_make_headquarters_wait_longer(unit):
    policy = policy_of(unit("DESK-POL"))
    slow = EscalationPolicy(desk=policy.desk, steps=[
        {"who": "primary", "channels": ["live"], "wait": {"P1": 1800}},
        {"who": "headquarters", "channels": ["live", "sms"], "wait": {}},
    ])  # fmt: skip
    steps = stamped(slow, "P1", [], now(), by_name=True)
    assert [step["who"] for step in steps] == ["primary", "head", "headquarters"]
    assert sum(step["wait"] or 0 for step in steps) == 1800
    alone = EscalationPolicy(desk=policy.desk, steps=slow.steps[1:])
    assert [step["who"] for step in stamped(alone, "P1", [], now(), by_name=True)] == [
        Who.HEADQUARTERS
    ]


def test_people_asked_by_name_are_asked_where_they_are_and_never_lost(
    incident, people, unit, both_sides_on_duty
):
    people.msq_duty
    pol, msq = unit("DESK-POL"), unit("DESK-MSQ")
    case = incident()
    asked = [people.pol_duty.uid]
    alert = release_incident(case, desks=[pol, msq], named=asked, by=people.dgp_duty)
    assert {row.desk.code: row.asked for row in alert.deliveries.select_related("desk")} == {
        "DESK-POL": 1, "DESK-MSQ": 0,
    }  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        release_incident(case, desks=[pol, msq], named=asked, by=people.dgp_duty)
    assert "named" in refusal.value.fields
    other = incident()
    release_incident(other, desks=[pol], by=people.dgp_duty)
    both = release_incident(
        other, desks=[pol, msq], named=[people.msq_duty.uid], by=people.dgp_duty
    )
    assert [row.asked for row in both.deliveries.all()] == [1]
    with pytest.raises(Invalid):
        release_incident(incident(), desks=[pol], named=[people.msq_duty.uid], by=people.dgp_duty)


def test_the_head_ends_an_exercise_in_which_somebody_asked_by_name_has_gone(
    people, unit, content, both_sides_on_duty
):
    people.pol_head
    drill = incidents.report_incident(
        unit=unit("LV-DGP"), content=content(), exercise=True, by=people.dgp_officer
    )
    alert = release_incident(
        drill, desks=[unit("DESK-POL")], named=[people.pol_duty.uid],
        by=people.dgp_duty,
    )  # fmt: skip
    done = actions.acknowledge_delivery(alert.deliveries.get(), line="Over.", by=people.pol_head)
    assert done.acknowledged_by == people.pol_head


def test_what_was_said_by_telephone_stands_so_in_journal_and_timeline(released, people, unit):
    case, delivery = released()
    actions.acknowledge_by_phone(delivery, name="A. Ozols", line="Read.", by=people.dgp_duty)
    with translation.override("en"):
        desk = unit("DESK-POL")
        lines = journal_of_day(desk, today_at(desk), people.pol_head).lines
        said = [line.sentence for line in lines if line.kind == "acknowledged_by_phone"]
        name = people.dgp_duty.name_for("en")
        assert said == [
            f"A. Ozols acknowledged {case.number} by telephone. Written down by {name}."
        ]
        assert "A. Ozols" in str(timeline(case, share_for(people.dgp_duty, case), people.dgp_duty))


def test_a_withdrawal_that_was_read_does_not_wake_anybody(released, people):
    case, _delivery = released()
    incidents.withdraw_incident(case, reason="It was a drill.", by=people.dgp_duty)
    told = Delivery.objects.about(case.ref).order_by("pk").last()
    assert told.alert.kind == "cancel"
    assert not expects_progress(told.alert)


@pytest.mark.parametrize("at", ["9999-12-31T23:58:00Z", "0001-01-01T00:00:00Z"])
def test_a_preview_far_away_is_refused_in_a_sentence(at, people, api, signed_in):
    people.dgp_head
    answer = api(people.dgp_head).get(f"/api/v1/policies/DESK-DGP/preview/?at={at}")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["at"])
    page = signed_in(people.dgp_head).get(
        "/policies/DESK-DGP/", {"priority": "P1", "day": "31.12.9999", "time": "23:59"}
    )
    assert page.status_code == 200


def test_the_other_side_does_not_learn_when_a_desk_is_quiet(released, people, api):
    _case, delivery = released(priority="P3")
    Delivery.objects.filter(pk=delivery.pk).update(held_until=now() + timedelta(hours=2))
    path = f"/api/v1/deliveries/{delivery.uid}/"
    assert api(people.pol_duty).get(path).json()["held_until"]
    assert api(people.dgp_duty).get(path).json()["held_until"] is None


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example\\.push.apple.com/x",
        "https://evil.example\\@web.push.apple.com/x",
        "https://web.push.apple.com:443\\x",
        "https://ev|il.push.apple.com/x",
        "https://web.push.apple.com/x y",
    ],
)
def test_an_address_that_reads_two_ways_is_no_push_service(endpoint, settings):
    settings.PUSH_HOSTS = ["*.push.apple.com"]
    assert allowed_push_host("https://web.push.apple.com/QN-x_1/~a=b")
    assert not allowed_push_host(endpoint)


def test_a_text_without_an_address_goes_to_nobody(provider):
    with pytest.raises(Undelivered) as trouble:
        send_text("sms", "", "x")
    assert trouble.value.permanent
    assert provider.got == []


def test_what_reaches_an_officer_outside_the_portal_ends_with_the_account(people):
    officer, admin = people.pol_duty, people.by_admin
    push = {"officer": officer, "kind": "push", "address": seal(json.dumps({})), "mark": "p",
            "name": "x"}  # fmt: skip

    def equip():
        with_sms(officer)
        Channel.objects.create(**push)
        actions.renew_calendar(by=officer)

    equip()
    actions.sign_out_officer(officer, by=admin)
    assert [one.kind for one in Channel.objects.filter(officer=officer)] == ["sms"]
    assert not CalendarFeed.objects.exists()
    Channel.objects.filter(officer=officer).delete()
    equip()
    actions.suspend_officer(officer, reason="Left the service.", by=admin)
    assert not Channel.objects.filter(officer=officer).exists()
    assert not CalendarFeed.objects.exists()
    officer = actions.reinstate_officer(officer, by=admin)
    push["officer"] = officer
    equip()
    for posting in officer.postings.active():
        actions.end_posting(posting, by=admin)
    assert not Channel.objects.filter(officer=officer).exists()
    assert not CalendarFeed.objects.exists()
