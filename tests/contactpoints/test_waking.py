"""An acknowledgement that nothing follows does not last, and people asked by name all answer."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.models import AskedByName, Delivery
from incidents import actions as incidents

pytestmark = pytest.mark.django_db
MINSK = ZoneInfo("Europe/Minsk")


@pytest.fixture
def acknowledged(released, people):
    """A released incident that Polotsk acknowledged; gives (incident, delivery)."""

    def make(**how):
        people.pol_head
        case, delivery = released(**how)
        return case, actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)

    return make


def fresh(delivery):
    return Delivery.objects.get(pk=delivery.pk)


# --- waking up


def test_what_nobody_followed_wakes_up_and_climbs_anew_from_the_first_step(
    acknowledged, later, people, signed_in
):
    case, delivery = acknowledged(priority="P1")
    assert delivery.note_by == delivery.acknowledged_at + timedelta(minutes=30)
    later(minutes=29)
    assert actions.settle_deliveries() == 0
    later(minutes=1, seconds=5)
    assert actions.settle_deliveries() == 1
    assert actions.settle_deliveries() == 0
    awake = fresh(delivery)
    assert (awake.step, awake.wakes, awake.note_by) == (0, 1, None)
    assert awake.acknowledged_by == people.pol_duty
    assert awake in Delivery.objects.open()
    assert Message.objects.filter(key=f"delivery:{delivery.uid}:0.1:mail:{people.pol_duty.pk}")
    for _step in range(2):
        later(minutes=5, seconds=1)
        assert actions.escalate_due() == 1
    assert fresh(delivery).step == 2
    assert Message.objects.filter(key__startswith=f"delivery:{delivery.uid}:2.1:mail:").exists()
    for user in (people.pol_duty, people.dgp_duty):
        user.language = "en"
        user.save(update_fields=["language"])
    page = signed_in(people.pol_duty).get("/console/").content.decode()
    assert "Nothing was noted since." in page
    assert f'href="/incidents/{case.uid}/#note_text"' in page
    assert f"/deliveries/{delivery.uid}/acknowledge/" not in page
    page = signed_in(people.pol_duty).get(f"/incidents/{case.uid}/").content.decode()
    assert "puts it to rest" in page
    page = signed_in(people.dgp_duty).get(f"/incidents/{case.uid}/?part=ladder").content.decode()
    assert "nothing was noted after the acknowledgement" in page
    assert "Awake again" in signed_in(people.dgp_duty).get("/console/").content.decode()
    assert [e.verb for e in Entry.objects.filter(verb__startswith="delivery.wok")]


def note(case, people, by="pol_duty"):
    incidents.add_note(case, text="The patrol is there.", by=getattr(people, by))


def measure(case, people):
    incidents.add_measure(case, text="Patrol sent.", done_at=now(), by=people.pol_duty)


def task(case, people):
    incidents.add_task(case, what="Look at the camera.", by=people.pol_duty)


def close(case, people):
    incidents.close_part(case, ground="event_over_response_complete", by=people.pol_duty)


@pytest.mark.parametrize("deed", [note, measure, task, close])
def test_progress_within_the_limit_keeps_it_asleep_for_good(deed, acknowledged, later, people):
    case, delivery = acknowledged(priority="P1")
    later(minutes=10)
    deed(case, people)
    later(minutes=21)
    assert actions.settle_deliveries() == 0
    assert (fresh(delivery).woken_at, fresh(delivery).note_by) == (None, None)
    later(days=30)
    assert actions.settle_deliveries() == 0


@pytest.mark.parametrize("by", ["pol_duty", "pol_officer"])
def test_progress_later_puts_it_to_rest(by, acknowledged, later, people):
    case, delivery = acknowledged(priority="P1")
    later(minutes=31)
    actions.settle_deliveries()
    note(case, people, by)
    assert actions.settle_deliveries() == 1
    rested = fresh(delivery)
    assert (rested.woken_at, rested.escalate_at) == (None, None)
    assert rested not in Delivery.objects.open()
    later(days=1)
    assert (actions.escalate_due(), actions.settle_deliveries()) == (0, 0)


def test_a_note_of_the_other_side_or_from_before_is_no_progress(released, later, people):
    people.pol_head
    case, delivery = released(priority="P1")
    incidents.add_note(case, text="Looking.", by=people.pol_duty)
    later(minutes=1)
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    later(minutes=5)
    incidents.add_note(case, text="And?", audience="shared", by=people.dgp_duty)
    later(minutes=26)
    assert actions.settle_deliveries() == 1
    assert fresh(delivery).woken_at


def test_one_desk_of_a_side_does_not_answer_for_the_other(released, later, people, unit):
    people.msq_duty, people.pol_head
    case, delivery = released(desks=("DESK-POL", "DESK-MSQ"), priority="P1")
    other = delivery.alert.deliveries.get(desk__code="DESK-MSQ")
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    actions.acknowledge_delivery(other, line="On it.", by=people.msq_duty)
    later(minutes=1)
    note(case, people)
    later(minutes=31)
    assert actions.settle_deliveries() == 1
    assert (fresh(delivery).woken_at, bool(fresh(other).woken_at)) == (None, True)


def test_a_declined_a_recalled_and_an_exercise_alert_never_wake_up(
    acknowledged, later, people, released
):
    _case, declined = acknowledged(priority="P1")
    actions.decline_delivery(declined, reason="Not our sector.", by=people.pol_duty)
    case, recalled = acknowledged(priority="P1")
    actions.cancel_deliveries(case.ref, desks=[recalled.desk], by=None)
    case, real = acknowledged(priority="P1")
    incidents.add_note(case, text="Seen.", by=people.pol_duty)
    drill = actions.raise_alert(
        case.ref, card={}, priority="P1", status="exercise", to=[real.desk],
        sender=real.alert.sender, by=None,
    ).deliveries.get()  # fmt: skip
    actions.acknowledge_delivery(drill, line="Seen.", by=people.pol_duty)
    other = actions.raise_alert(
        "meeting:x", card={}, priority="P1", to=[drill.desk], sender=drill.alert.sender, by=None
    ).deliveries.get()
    actions.acknowledge_delivery(other, line="Seen.", by=people.pol_duty)
    later(days=3)
    assert actions.settle_deliveries() == 0
    assert not Delivery.objects.exclude(woken_at=None).exists()


def test_an_alert_that_woke_up_can_be_given_back_and_recalled(acknowledged, later, people):
    _case, given = acknowledged(priority="P1")
    case, recalled = acknowledged(priority="P1")
    later(minutes=31)
    assert actions.settle_deliveries() == 2
    actions.decline_delivery(given, reason="Not our sector.", by=people.pol_duty)
    actions.cancel_deliveries(case.ref, desks=[recalled.desk], by=None)
    assert not Delivery.objects.open().exists()
    later(days=1)
    assert (actions.settle_deliveries(), actions.escalate_due()) == (0, 0)


def test_of_two_alerts_about_one_incident_the_newer_wakes_up(acknowledged, later, people, unit):
    case, first = acknowledged(priority="P1")
    incidents.supplement_incident(
        case, version=1, changes={"people_total": 9}, by=people.dgp_officer
    )
    alert = incidents.release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    second = alert.deliveries.get()
    actions.acknowledge_delivery(second, line="Seen.", by=people.pol_duty)
    later(hours=3)
    assert actions.settle_deliveries() == 1
    assert (fresh(first).woken_at, bool(fresh(second).woken_at)) == (None, True)


def test_a_routine_alert_of_friday_afternoon_wakes_up_on_monday(time_machine, request):
    friday = datetime(2027, 1, 8, 16, 0, tzinfo=MINSK)
    time_machine.move_to(friday, tick=True)
    _case, delivery = request.getfixturevalue("acknowledged")(priority="P3")
    monday = datetime(2027, 1, 11, 16, 0, tzinfo=MINSK)
    assert abs(delivery.note_by - monday) < timedelta(seconds=30)
    time_machine.move_to(datetime(2027, 1, 10, 23, tzinfo=MINSK), tick=True)
    assert actions.settle_deliveries() == 0
    time_machine.move_to(monday + timedelta(minutes=1), tick=True)
    assert actions.settle_deliveries() == 1


def test_the_database_lets_only_the_acknowledged_wake_up(released):
    _case, delivery = released()
    with pytest.raises(IntegrityError, match="only_the_acknowledged"), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(woken_at=now())


# --- asked by name


@pytest.fixture
def asked(incident, people, unit, both_sides_on_duty):
    """An incident released to Polotsk with its duty officer and its head asked by name."""

    def make(*named, **how):
        named = named or (people.pol_duty, people.pol_head)
        case = incident()
        alert = incidents.release_incident(
            case,
            desks=[unit("DESK-POL")],
            named=[officer.uid for officer in named],
            by=people.dgp_duty,
            **how,
        )
        return case, alert.deliveries.get()

    return make


def missing(delivery):
    return [row.officer.username for row in delivery.named.missing().order_by("pk")]


def test_the_desk_has_acknowledged_when_all_named_people_did(asked, people, later, signed_in):
    case, delivery = asked()
    mails = Message.objects.filter(key__startswith=f"delivery:{delivery.uid}:0:mail:")
    assert {int(mail.key.rpartition(":")[2]) for mail in mails} == {
        people.pol_duty.pk, people.pol_head.pk,
    }  # fmt: skip
    half = actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    assert (half.acknowledged_at, missing(half)) == (None, ["pol.head"])
    again = actions.acknowledge_delivery(delivery, line="Again.", by=people.pol_duty)
    assert again.acknowledged_at is None
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    browser = signed_in(people.dgp_duty)
    page = browser.get(f"/incidents/{case.uid}/?part=ladder").content.decode()
    assert "is missing" in page
    assert "Asked by name, missing:" in browser.get("/console/").content.decode()
    done = actions.acknowledge_delivery(delivery, line="I too.", by=people.pol_head)
    assert (done.acknowledged_by, done.line, done.escalate_at) == (
        people.pol_head, "I too.", None,
    )  # fmt: skip
    rows = AskedByName.objects.order_by("pk")
    assert [(row.line, row.acknowledged_by_id == row.officer_id) for row in rows] == [
        ("On it.", True), ("I too.", True),
    ]  # fmt: skip


def test_nobody_else_acknowledges_until_it_climbed_to_the_head(asked, people, later, officer):
    from contactpoints.models import Role

    _case, delivery = asked(people.pol_duty)
    third = officer("pol.third", "DESK-POL", Role.DUTY_OFFICER)
    for by in (third, people.pol_head, people.by_hq):
        with pytest.raises(Refused) as refusal:
            actions.acknowledge_delivery(delivery, line="I do it.", by=by)
        assert refusal.value.code == "asked_by_name"
        assert people.pol_duty.display_name in str(refusal.value)
    with pytest.raises(Refused):
        actions.accept_delivery(delivery, line="I do it.", by=third)
    later(minutes=15, seconds=1)
    actions.escalate_due()
    with pytest.raises(Refused):
        actions.acknowledge_delivery(delivery, line="I do it.", by=third)
    done = actions.acknowledge_delivery(delivery, line="For him.", by=people.pol_head)
    assert (done.acknowledged_by, missing(done)) == (people.pol_head, [])
    assert AskedByName.objects.get().acknowledged_by == people.pol_head


def test_whose_posting_ends_meanwhile_is_asked_no_longer(asked, people, later):
    _case, delivery = asked()
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    assert actions.settle_deliveries() == 0
    actions.end_posting(people.pol_head.postings.get(), by=None)
    later(seconds=2)
    assert actions.settle_deliveries() == 1
    done = fresh(delivery)
    assert (done.acknowledged_by, done.line) == (people.pol_duty, "On it.")
    assert done.note_by
    assert delivery.named.exclude(excused_at=None).get().officer == people.pol_head


def test_where_nobody_named_is_left_anybody_of_the_desk_answers(asked, people, later):
    _case, delivery = asked(people.pol_head)
    people.pol_head.is_active = False
    people.pol_head.save(update_fields=["is_active"])
    assert actions.settle_deliveries() == 1
    assert fresh(delivery).acknowledged_at is None
    assert fresh(delivery).escalate_at
    done = actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    assert done.acknowledged_by == people.pol_duty


def test_only_people_of_the_desks_that_are_told_can_be_named(asked, people):
    people.pol_head
    for wrong in (people.msq_head, people.dgp_head, people.pol_officer):
        with pytest.raises(Invalid) as refusal:
            asked(wrong)
        assert "named" in refusal.value.fields


def test_the_database_waits_for_everybody_named(asked, people):
    _case, delivery = asked()
    with (
        pytest.raises(IntegrityError, match="all_asked_by_name_acknowledge"),
        transaction.atomic(),
    ):
        Delivery.objects.filter(pk=delivery.pk).update(
            acknowledged_at=now(), acknowledged_by=people.pol_duty, line="x", escalate_at=None
        )


def test_the_doors_of_asking_by_name(incident, people, api, signed_in, both_sides_on_duty):
    people.pol_head
    sender, head = api(people.dgp_duty), api(people.pol_head)
    rows = sender.get("/api/v1/desks/DESK-POL/nameable/").json()
    assert {row["name"] for row in rows} == {
        people.pol_duty.display_name, people.pol_head.display_name,
    }  # fmt: skip
    assert sender.get("/api/v1/desks/LV-DGP/nameable/").status_code == 404
    assert api(people.dgp_officer).get("/api/v1/desks/DESK-POL/nameable/").status_code == 404
    case = incident()
    body = {"desks": ["DESK-POL"], "named": [str(people.pol_head.uid)]}
    for wrong in (["x"], [str(people.dgp_head.uid)]):
        refused = sender.post(f"/api/v1/incidents/{case.uid}/release/", {**body, "named": wrong})
        assert refused.status_code == 400
    made = sender.post(f"/api/v1/incidents/{case.uid}/release/", body).json()
    (delivery,) = made["deliveries"]
    assert [row["acknowledged_at"] for row in delivery["asked_by_name"]] == [None]
    path = f"/api/v1/deliveries/{delivery['uid']}/acknowledge/"
    assert api(people.pol_duty).post(path, {"note": "I do it."}).status_code == 409
    with pytest.raises(NotAllowed):
        actions.acknowledge_delivery(Delivery.objects.get(), line="x", by=people.dgp_duty)
    done = head.post(path, {"note": "On it."}).json()
    assert done["asked_by_name"][0]["note"] == "On it."
    assert done["state"] == "acknowledged"
    second = incident(headline="Second")
    browser = signed_in(people.dgp_duty)
    page = browser.get(f"/incidents/{second.uid}/release/").content.decode()
    assert f'name="named" value="{people.pol_head.uid}"' in page
    form = {
        "chosen": "1", "version": "1", "desks": "DESK-POL", "fields": "severity", "backlog": "yes",
        "priority": "P2", "named": str(people.dgp_head.uid),
    }  # fmt: skip
    refused = browser.post(f"/incidents/{second.uid}/release/", form)
    assert refused.status_code == 400
    good = {**form, "named": str(people.pol_head.uid)}
    assert browser.post(f"/incidents/{second.uid}/release/", good).status_code == 302
    assert AskedByName.objects.missing().get().officer == people.pol_head
    page = signed_in(people.pol_duty).get("/console/").content.decode()
    assert f"/deliveries/{AskedByName.objects.missing().get().delivery.uid}/acknow" not in page
    page = signed_in(people.pol_head).get("/console/").content.decode()
    assert f"/deliveries/{AskedByName.objects.missing().get().delivery.uid}/acknow" in page
