"""Meetings of border representatives: called, agreed, held, written up, followed up."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused, Stale
from contactpoints.models import Alert, Delivery
from incidents import actions
from incidents.models import (
    AgendaItem,
    ItemVersion,
    Meeting,
    MeetingDecision,
    MeetingPerson,
    ProtocolConfirmation,
)
from tests.incidents.signs import Meetings

pytestmark = pytest.mark.django_db


@pytest.fixture
def meetings(people, unit, both_sides_on_duty):
    return Meetings(people, unit)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


# --- calling


def test_a_meeting_is_numbered_shared_and_alerts_the_other_desk(meetings, people):
    meeting = meetings.call()
    assert meeting.number == f"BRM-{now().year}-00001"
    assert Meeting.objects.visible_to(people.pol_duty).get() == meeting
    delivery = Delivery.objects.get()
    assert (delivery.desk.code, delivery.alert.about) == ("DESK-POL", meeting.ref)
    assert delivery.alert.card["event"] == "called"
    assert not Meeting.objects.visible_to(people.msq_officer).exists()


def test_the_same_call_twice_is_one(meetings):
    ref = uuid.uuid4()
    assert meetings.call(client_ref=ref).pk == meetings.call(client_ref=ref).pk
    assert Alert.objects.count() == 1


def test_it_is_refused_when_nobody_is_on_duty_at_the_other_desk(people, unit):
    with pytest.raises(Refused) as refusal:
        Meetings(people, unit).call()
    assert refusal.value.code == "nobody_on_duty"
    assert not Meeting.objects.exists()


def test_only_representatives_call_meetings(meetings, people, unit):
    with pytest.raises(NotAllowed):
        actions.call_meeting(
            unit=unit("LV-DGP"), point="CCP-LAND", title="x", place="x",
            at=now() + timedelta(days=1), language="lv", by=people.dgp_duty,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("title", {"title": ""}),
        ("title", {"title": "x" * 161}),
        ("title", {"title": "a\0b"}),
        ("place", {"place": " "}),
        ("language", {"language": "xx"}),
        ("by_language", {"by_language": "lv"}),
        ("ends_at", {"at": now() + timedelta(days=1), "ends_at": now()}),
    ],
    ids=["empty", "long", "nul", "place", "language", "column", "end"],
)
def test_what_cannot_be_right_is_said_at_its_field(meetings, field, more):
    with pytest.raises(Invalid) as refusal:
        meetings.call(**more)
    assert field in refusal.value.fields


def test_a_meeting_lies_ahead(meetings):
    with pytest.raises(Invalid):
        meetings.call(at=now() - timedelta(hours=1))


def test_the_side_that_was_asked_agrees_and_belarus_chooses_its_language(meetings):
    meeting = meetings.call()
    with pytest.raises(NotAllowed) as refusal:
        actions.agree_meeting(meeting, by=meetings.lv)
    assert refusal.value.code == "own_proposal"
    for _ in range(2):
        meeting = actions.agree_meeting(meeting, by_language="be", by=meetings.by)
    assert (meeting.state, meeting.languages) == ("agreed", ("lv", "be"))
    assert meeting.sides.get(side="BY").representative == meetings.by


def test_put_off_with_a_reason_and_called_anew_by_the_other_side(meetings):
    meeting = meetings.call()
    with pytest.raises(Invalid):
        actions.postpone_meeting(meeting, reason=" ", by=meetings.by)
    meeting = actions.postpone_meeting(meeting, reason="Flood.", by=meetings.by)
    at = now() + timedelta(days=9)
    for _ in range(2):
        meeting = actions.call_again(meeting, at=at, by=meetings.by)
    assert (meeting.state, meeting.asked, meeting.side) == ("called", "LV", "LV")
    with pytest.raises(NotAllowed):
        actions.agree_meeting(meeting, by=meetings.by)
    assert actions.agree_meeting(meeting, by=meetings.lv).state == "agreed"


def test_a_cancelled_meeting_is_over(meetings):
    meeting = actions.cancel_meeting(meetings.call(), reason="Flood.", by=meetings.lv)
    with pytest.raises(Refused) as refusal:
        actions.agree_meeting(meeting, by=meetings.by)
    assert refusal.value.code == "wrong_state"
    with pytest.raises(Refused):
        actions.propose_item(meeting, topic="x", language="lv", by=meetings.lv)


def test_whoever_reads_no_meetings_is_told_of_none(meetings, people):
    with pytest.raises(Refused) as refusal:
        actions.agree_meeting(meetings.call(), by=people.msq_officer)
    assert refusal.value.status == 404


# --- who comes, what about


def test_each_side_names_its_own_people(meetings, people):
    meeting = meetings.call()
    for _ in range(2):
        actions.add_participant(meeting, function="interpreter", name=" A  B ", by=meetings.lv)
    person = MeetingPerson.objects.get()
    assert (person.name, person.side) == ("A B", "LV")
    with pytest.raises(Invalid):
        actions.add_participant(
            meeting, function="expert", officer=people.dgp_officer, by=meetings.by
        )
    with pytest.raises(NotAllowed):
        actions.remove_participant(person, by=meetings.by)
    for _ in range(2):
        assert actions.remove_participant(person, by=meetings.lv).removed_at


def test_an_officer_who_takes_part_reads_the_meeting(meetings, people):
    meeting = meetings.call()
    assert not Meeting.objects.visible_to(people.lv_interpreter).exists()
    actions.add_participant(
        meeting, function="interpreter", officer=people.lv_interpreter, by=meetings.lv
    )
    assert Meeting.objects.visible_to(people.lv_interpreter).exists()


def test_either_side_puts_points_on_the_agenda_and_they_are_numbered(meetings):
    meeting, ref = meetings.call(), uuid.uuid4()
    first = actions.propose_item(meeting, topic="One", language="lv", by=meetings.lv)
    for _ in range(2):
        second = actions.propose_item(
            meeting, topic="Два", language="ru", client_ref=ref, by=meetings.by
        )
    assert (first.number, second.number, second.side) == (1, 2, "BY")
    assert AgendaItem.objects.count() == 2


def test_a_point_cites_only_a_case_that_the_officer_reads(meetings):
    with pytest.raises(Invalid) as refusal:
        actions.propose_item(
            meetings.call(), topic="x", language="lv", about="JI-2026-00001", by=meetings.lv
        )
    assert "about" in refusal.value.fields


# --- the protocol


def test_a_meeting_is_held_once_it_has_begun_and_both_sides_take_part(meetings):
    meeting = actions.agree_meeting(meetings.call(), by=meetings.by)
    with pytest.raises(Refused) as refusal:
        actions.hold_meeting(meeting, by=meetings.lv)
    assert refusal.value.code == "too_early"
    with time_machine.travel(now() + timedelta(days=3)):
        with pytest.raises(Refused) as refusal:
            actions.hold_meeting(meeting, by=meetings.lv)
        assert refusal.value.code == "nobody"


def test_the_protocol_stands_side_by_side_each_text_marked(meetings):
    meeting = meetings.held()
    item = meetings.write(meeting)
    assert item.marks == {"lv": "original", "ru": "translated"}
    assert fresh(meeting).state == "drafted"
    meetings.write(meeting)  # the same again
    assert list(ItemVersion.objects.values_list("number", flat=True)) == [1, 2]
    with pytest.raises(Stale):
        actions.write_protocol(
            item, topics={}, protocol={"lv": "x"}, original="lv", version=1, by=meetings.by
        )


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("protocol_lv", {"protocol": {"lv": "x" * 20_001}}),
        ("protocol_ru", {"protocol": {"ru": "\0"}}),
        ("topic_lv", {"topics": {"lv": "x" * 301}}),
        ("original", {"original": "en"}),
    ],
    ids=["long", "nul", "topic", "original"],
)
def test_a_protocol_that_cannot_be_kept_is_refused(meetings, field, more):
    meeting = meetings.held()
    with pytest.raises(Invalid) as refusal:
        meetings.write(meeting, **more)
    assert field in refusal.value.fields


def test_both_confirm_the_same_sum_and_then_it_stands(meetings):
    meeting, _decision = meetings.signed()
    assert meeting.state == "signed"
    with pytest.raises(Refused):
        meetings.write(meeting, protocol={"lv": "Other"})
    with pytest.raises(Refused):
        meetings.decide(meeting)
    again = actions.confirm_protocol(meeting, sha256=meeting.sha256, by=meetings.lv)
    assert (again.state, ProtocolConfirmation.objects.count()) == ("signed", 2)


def test_a_change_voids_what_was_confirmed(meetings):
    meeting = meetings.held()
    meetings.write(meeting)
    meeting = meetings.confirm(meeting, meetings.lv)
    read = meeting.sha256
    meetings.decide(meeting)
    with pytest.raises(Stale):
        actions.confirm_protocol(meeting, sha256=read, by=meetings.by)
    assert meetings.confirm(meeting, meetings.by).state == "drafted"
    assert meetings.confirm(meeting, meetings.lv).state == "signed"


def test_a_new_participant_voids_it_too(meetings):
    meeting = meetings.held()
    meetings.write(meeting)
    before = fresh(meeting).sha256
    actions.add_participant(meeting, function="expert", name="A B", by=meetings.by)
    assert fresh(meeting).sha256 != before


def test_a_protocol_in_one_language_is_not_confirmed(meetings):
    meeting = meetings.held()
    meetings.write(meeting, protocol={"lv": "Vienojās."})
    with pytest.raises(Refused) as refusal:
        meetings.confirm(meeting, meetings.lv)
    assert refusal.value.code == "protocol_incomplete"
    assert "RU" in str(refusal.value)


# --- decisions


def test_only_its_side_says_what_became_of_a_decision(meetings):
    _meeting, decision = meetings.signed()
    said = {"text": "Repaired, act 12.", "language": "ru"}
    with pytest.raises(NotAllowed) as refusal:
        actions.move_decision(decision, state="done", by=meetings.lv, **said)
    assert refusal.value.code == "not_yours"
    for _ in range(2):
        decision = actions.move_decision(decision, state="done", by=meetings.by, **said)
    assert (decision.state, decision.outcome) == ("done", "Repaired, act 12.")
    assert decision.lines.count() == 1
    with pytest.raises(Refused):
        actions.move_decision(decision, state="dropped", by=meetings.by, **said)
    decision = actions.move_decision(decision, state="open", by=meetings.by, **said)
    assert (decision.state, decision.ended_at) == ("open", None)


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_done_takes_a_proof_and_dropped_a_reason(meetings, state):
    _meeting, decision = meetings.signed()
    with pytest.raises(Invalid) as refusal:
        actions.move_decision(decision, state=state, text=" ", language="ru", by=meetings.by)
    assert "text" in refusal.value.fields


def test_the_other_side_comments(meetings):
    _meeting, decision = meetings.signed()
    ref = uuid.uuid4()
    for _ in range(2):
        actions.comment_decision(
            decision, text="And?", language="lv", client_ref=ref, by=meetings.lv
        )
    assert decision.lines.get().side == "LV"


def test_a_decision_is_followed_only_once_both_have_confirmed_it(meetings):
    meeting = meetings.held()
    meetings.write(meeting)
    decision = meetings.decide(meeting, due=now().date() - timedelta(days=1))
    assert not MeetingDecision.objects.overdue().exists()
    with pytest.raises(Refused):
        actions.move_decision(decision, state="done", text="x", language="ru", by=meetings.by)


def test_an_overdue_decision_alarms_both_desks_once(meetings):
    meeting, _decision = meetings.signed(due=now().date() - timedelta(days=1))
    assert actions.alarm_late_decisions() == 1
    assert actions.alarm_late_decisions() == 0
    late = Delivery.objects.filter(alert__card__event="decision_late")
    assert {one.desk.code for one in late} == {"DESK-DGP", "DESK-POL"}
    assert Entry.objects.filter(verb="meeting.decision_late").count() == 1
    assert late[0].alert.about == meeting.ref


def test_a_decision_that_is_due_today_is_not_late(meetings):
    meetings.signed(due=now().date())
    assert actions.alarm_late_decisions() == 0


def test_the_alarm_waits_until_somebody_is_on_duty(meetings):
    meetings.signed(due=now().date() - timedelta(days=1))
    with time_machine.travel(now() + timedelta(days=5)):
        assert actions.alarm_late_decisions() == 0
    assert actions.alarm_late_decisions() == 1


# --- the database


def test_the_database_keeps_what_both_have_confirmed(meetings):
    meetings.signed()
    for attempt in (
        lambda: Meeting.objects.update(title="x"),
        lambda: Meeting.objects.update(state="drafted"),
        lambda: AgendaItem.objects.update(protocol={}),
        lambda: AgendaItem.objects.update(side="BY"),
        lambda: MeetingDecision.objects.update(owner="x"),
        lambda: MeetingDecision.objects.update(due=now().date()),
        lambda: MeetingDecision.objects.update(
            state="done", outcome="x", ended_at=now(), ended_by=meetings.lv
        ),
        lambda: ProtocolConfirmation.objects.update(side="LV"),
        lambda: ItemVersion.objects.update(side="BY"),
        lambda: MeetingPerson.objects.filter(side="LV").update(removed_at=now()),
        lambda: MeetingPerson.objects.create(
            meeting=Meeting.objects.get(), side="LV", name="x", function="expert", by=meetings.lv
        ),
        lambda: MeetingDecision.objects.create(
            meeting=Meeting.objects.get(),
            number=9,
            texts={"lv": "x"},
            side="LV",
            owner="x",
            due=now().date(),
            by=meetings.lv,
        ),
        lambda: Meeting.objects.all()._raw_delete("default"),
        lambda: MeetingDecision.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_the_database_signs_nothing_that_one_side_has_confirmed(meetings):
    meeting = meetings.held()
    meetings.write(meeting)
    meeting = meetings.confirm(meeting, meetings.lv)
    with pytest.raises(DatabaseError), transaction.atomic():
        Meeting.objects.update(state="signed")
    with pytest.raises(DatabaseError), transaction.atomic():
        ProtocolConfirmation.objects.create(
            meeting=meeting, side="BY", sha256=meeting.sha256, by=meetings.lv
        )


def test_what_was_confirmed_changed_and_changed_back_is_confirmed_anew(meetings):
    meeting = meetings.held()
    meetings.write(meeting)
    decision = meetings.decide(meeting)
    said = {"original": "lv", "side": "BY", "owner": decision.owner, "due": decision.due}
    for change, back in (
        (lambda: meetings.write(meeting, protocol={"lv": "x", "ru": "y"}),
         lambda: meetings.write(meeting)),
        (lambda: actions.change_decision(decision, **said, texts={"lv": "x", "ru": "y"},
                                         version=1, by=meetings.by),
         lambda: actions.change_decision(decision, **said, texts=decision.texts, version=2,
                                         by=meetings.by)),
        (lambda: actions.remove_participant(meeting.people.get(side="BY"), by=meetings.by),
         lambda: actions.add_participant(meeting, function="representative",
                                         officer=meetings.by, by=meetings.by)),
    ):  # fmt: skip
        meetings.confirm(meeting, meetings.lv)
        change()
        back()
        present = fresh(meeting).sha256
        assert not meeting.confirmations.filter(sha256=present).exists()
    AgendaItem.objects.update(protocol={"lv": "Past the verbs", "ru": "x"})
    with pytest.raises(Stale):
        meetings.confirm(meeting, meetings.by)


def test_a_client_ref_of_another_meeting_is_a_sentence(meetings):
    one, two, ref = meetings.held(), meetings.held(), uuid.uuid4()
    actions.propose_item(one, topic="x", language="en", client_ref=ref, by=meetings.lv)
    decided = meetings.decide(one, client_ref=ref)
    with pytest.raises(KeyReused):
        actions.propose_item(two, topic="x", language="en", client_ref=ref, by=meetings.lv)
    with pytest.raises(KeyReused):
        meetings.decide(two, client_ref=ref)
    assert meetings.decide(one, client_ref=ref) == decided


def test_a_meeting_is_not_held_before_it_was_called(meetings):
    with time_machine.travel(now() - timedelta(minutes=30)):
        meeting = meetings.call(at=now() + timedelta(minutes=1))
        actions.agree_meeting(meeting, by=meetings.by)
    for begun in (now() - timedelta(days=9), now().replace(year=1)):
        with pytest.raises(Invalid) as refusal:
            actions.hold_meeting(meeting, held_at=begun, by=meetings.lv)
        assert list(refusal.value.fields) == ["held_at"]


def test_a_decision_opened_again_is_alarmed_again(meetings):
    _meeting, decision = meetings.signed(due=now().date() - timedelta(days=1))
    assert actions.alarm_late_decisions() == 1
    for state in ("done", "open"):
        actions.move_decision(decision, state=state, text="x", language="ru", by=meetings.by)
    assert actions.alarm_late_decisions() == 1
