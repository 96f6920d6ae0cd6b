"""Information requests between desks: asked, answered, refused, overdue, read by whom."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused
from contactpoints.actions import acknowledge_delivery
from contactpoints.models import Alert, Delivery
from incidents import actions
from incidents.asking.reading import files_of, linkable, linked, passed_to, thread
from incidents.asking.tiles import tasks_of
from incidents.handling import Marking
from incidents.models import (
    InformationRequest,
    RequestAnswer,
    RequestFile,
    RequestLink,
    RequestMessage,
    RequestPass,
)
from tests import made_files as made
from tests.incidents.asking import QUESTION, Asking, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking(people, unit, both_sides_on_duty):
    return Asking(people, unit)


def events():
    return list(Alert.objects.order_by("pk").values_list("card__event", "priority"))


def refused(deed, rule):
    """The database refuses by the rule with this name, whatever the code says."""
    with pytest.raises(DatabaseError, match=rule), transaction.atomic():
        deed()


# --- asking


def test_a_request_is_numbered_marked_and_alerts_the_other_desk(asking, people):
    asked = asking.ask(marking=Marking("H2", "RED"), ground_text="Article 12")
    assert asked.number == f"RQ-{now().year}-00001"
    assert asking.ask().number == f"RQ-{now().year}-00002"
    delivery = Delivery.objects.order_by("pk").first()
    assert (delivery.desk.code, delivery.alert.about) == ("DESK-POL", asked.ref)
    card = delivery.alert.card
    assert (card["event"], card["number"], card["tlp"]) == ("asked", asked.number, "RED")
    assert QUESTION not in str(card)
    assert Entry.objects.filter(verb="request.asked", about=asked.ref).exists()
    for who in (people.dgp_duty, people.dgp_head, people.lv_hq, people.pol_duty, people.by_hq):
        assert InformationRequest.objects.visible_to(who).filter(pk=asked.pk).exists(), who
    for who in (people.dgp_officer, people.pol_officer, people.msq_duty, people.stranger):
        assert not InformationRequest.objects.visible_to(who).exists(), who


def test_urgency_sets_the_deadline_and_how_loud_the_alert_is(asking, settings):
    settings.REQUEST_HOURS = {"urgent": 2, "soon": 72, "routine": 168}
    for urgency, hours, priority in (
        ("urgent", 2, "P2"), ("soon", 72, "P3"), ("routine", 168, "P4")
    ):  # fmt: skip
        asked = asking.ask(urgency=urgency)
        assert asked.due_at - asked.asked_at == timedelta(hours=hours)
        assert events()[-1] == ("asked", priority)


def test_an_exercise_reaches_nobody_as_real(asking):
    asked = asking.ask(exercise=True)
    alert = Alert.objects.get()
    assert (asked.exercise, alert.status) == (True, "exercise")
    assert alert.deliveries.get().escalate_at is None


def test_the_same_request_twice_is_one_and_another_text_under_its_key_is_refused(asking):
    ref = uuid.uuid4()
    assert asking.ask(client_ref=ref).pk == asking.ask(client_ref=ref).pk
    with pytest.raises(KeyReused):
        asking.ask(client_ref=ref, question="Something else?")
    assert (InformationRequest.objects.count(), Alert.objects.count()) == (1, 1)
    assert asking.ask().number.endswith("00002")  # no number was lost


def test_it_is_refused_when_nobody_is_on_duty_at_the_other_desk(people, unit):
    with pytest.raises(Refused) as refusal:
        Asking(people, unit).ask(to=unit("DESK-MSQ"))
    assert refusal.value.code == "nobody_on_duty"
    assert not InformationRequest.objects.exists()


def test_only_who_answers_for_a_desk_asks(asking, people, unit):
    for more in (
        {"by": people.dgp_officer},
        {"by": people.dgp_leader},
        {"by": people.pol_duty},
        {"by": people.rix_duty},
        {"by": people.stranger},
    ):
        with pytest.raises(NotAllowed):
            asking.ask(**more)
    assert not Alert.objects.exists()


def test_what_cannot_be_right_is_said_at_its_field(asking, unit):
    for field, more in (
        ("subject", {"subject": " "}),
        ("subject", {"subject": "x" * 161}),
        ("question", {"question": "a\0b"}),
        ("question", {"question": "x" * 100_000}),
        ("language", {"language": "xx"}),
        ("ground", {"ground": "none"}),
        ("ground", {"ground": "\0"}),
        ("ground_text", {"ground": "other"}),
        ("urgency", {"urgency": "now"}),
        ("to", {"to": unit("DESK-RIX")}),
        ("to", {"to": unit("BY-POL")}),
    ):
        with pytest.raises(Invalid) as refusal:
            asking.ask(**more)
        assert field in refusal.value.fields, more
    assert not InformationRequest.objects.exists()


# --- answering


def test_acknowledging_is_seen_by_the_side_that_asked(asking):
    asked = asking.ask()
    delivery = acknowledge_delivery(Delivery.objects.get(), by=asking.by)
    assert delivery.acknowledged_by == asking.by
    assert fresh(asked).state == "asked"


def test_the_whole_answer_ends_it_acknowledges_the_alert_and_tells_who_asked(asking):
    asked = asking.ask(urgency="urgent")
    answer = asking.answer(asked, marking=Marking("H2", "AMBER"))
    asked = fresh(asked)
    assert (asked.state, asked.ended_at) == ("answered", answer.at)
    assert (answer.handling, answer.side, answer.late) == ("H2", "BY", False)
    first = Delivery.objects.get(desk=asking.to)
    assert (first.acknowledged_by, first.line, first.escalate_at) == (
        asking.by, asked.number, None,
    )  # fmt: skip
    assert events()[-1] == ("request_answered", "P3")
    with pytest.raises(Refused) as refusal:
        asking.answer(asked)
    assert refusal.value.code == "wrong_state"


def test_in_parts_first_a_hit_then_a_part_then_the_rest(asking):
    asked = asking.ask()
    for kind, text, state in (
        ("hit", "", "partly"),
        ("partly", "A grey car, yes.", "partly"),
        ("whole", "At 03:10, eastwards.", "answered"),
    ):
        asking.answer(asked, kind, text)
        assert fresh(asked).state == state
    assert [a.number for a in asked.answers.all()] == [1, 2, 3]


def test_no_hit_without_a_word_is_an_answer_and_ends_it(asking):
    asked = asking.ask()
    asking.answer(asked, "no_hit", "")
    assert fresh(asked).state == "answered"


def test_an_answer_is_given_once_and_in_words_where_it_needs_them(asking):
    asked, ref = asking.ask(), uuid.uuid4()
    for kind in ("whole", "partly"):
        with pytest.raises(Invalid):
            asking.answer(asked, kind, " ")
    for kind in ("refused", "maybe"):
        with pytest.raises(Invalid):
            asking.answer(asked, kind)
    rows = {asking.answer(asked, client_ref=ref).pk for _ in range(2)}
    assert len(rows) == 1
    with pytest.raises(KeyReused):
        asking.answer(asked, text="Other words.", client_ref=ref)
    other = asking.ask()
    with pytest.raises(KeyReused):
        asking.answer(other, client_ref=ref)


def test_only_the_desk_that_was_asked_answers(asking, people):
    asked = asking.ask()
    for who, status in (
        (people.dgp_duty, 403), (people.pol_officer, 404), (people.msq_duty, 404),
        (people.stranger, 404), (people.by_auditor, 403),
    ):  # fmt: skip
        for deed in (asking.answer, asking.refuse):
            with pytest.raises(Refused) as refusal:
                deed(asked, by=who)
            assert refusal.value.status == status, who
    assert not RequestAnswer.objects.exists()


def test_a_refusal_has_a_ground_and_words_and_may_end_what_was_answered_in_part(asking):
    asked = asking.ask()
    asking.answer(asked, "partly")
    for more in ({"ground": "because"}, {"text": ""}):
        with pytest.raises(Invalid):
            asking.refuse(asked, **more)
    answer = asking.refuse(asked)
    assert (fresh(asked).state, answer.ground) == ("refused", "security")
    assert events()[-1] == ("request_refused", "P4")


def test_an_answer_does_not_wait_for_an_empty_desk(asking, people):
    asked = asking.ask()
    with time_machine.travel(now() + timedelta(hours=30)):  # nobody has a shift any more
        answer = asking.answer(asked)
    assert (fresh(asked).state, answer.late) == ("answered", False)
    assert events() == [("asked", "P3")]


# --- taking back


def test_taken_back_with_a_reason_it_waits_for_nobody(asking):
    asked = asking.ask(urgency="urgent")
    with pytest.raises(Invalid):
        actions.withdraw_request(asked, reason=" ", by=asking.lv)
    with pytest.raises(NotAllowed):
        actions.withdraw_request(asked, reason="x", by=asking.by)
    for _ in range(2):
        actions.withdraw_request(asked, reason="Found him.", by=asking.lv)
    assert fresh(asked).state == "withdrawn"
    assert events() == [("asked", "P2"), ("request_withdrawn", "P4")]
    first = Delivery.objects.order_by("pk").first()
    assert first.recalled_at is not None
    assert first.escalate_at is None
    with pytest.raises(Refused):
        asking.answer(asked)


# --- overdue


def test_overdue_alarms_both_desks_once_and_one_step_louder(asking, people):
    asked, answered = asking.ask(urgency="urgent"), asking.ask(urgency="urgent")
    asking.answer(answered)
    told = len(events())
    with time_machine.travel(asked.due_at - timedelta(minutes=1)):
        assert actions.alarm_late_questions() == 0
    with time_machine.travel(asked.due_at + timedelta(minutes=1)):
        assert [actions.alarm_late_questions() for _ in range(2)] == [1, 0]
        assert fresh(asked).overdue
        assert tasks_of(asking.by)[0]["urgent"]
        assert asking.answer(asked).late
    assert events()[told : told + 2] == [("request_overdue", "P1")] * 2
    late = Delivery.objects.filter(alert__card__event="request_overdue")
    assert {d.desk.code for d in late} == {"DESK-DGP", "DESK-POL"}
    assert late.get(desk__code="DESK-POL").acknowledged_by == asking.by
    assert Entry.objects.filter(verb="request.overdue").count() == 1


def test_the_alarm_waits_until_somebody_can_hear_it(asking, on_duty, people):
    asked = asking.ask(urgency="soon")
    with time_machine.travel(asked.due_at + timedelta(hours=1)):
        assert actions.alarm_late_questions() == 0
        on_duty(people.pol_head, "DESK-POL")
        on_duty(people.by_hq, "BY-GPK")
        assert actions.alarm_late_questions() == 1
    assert events()[-1] == ("request_overdue", "P2")


def test_a_part_does_not_stop_the_clock(asking):
    asked = asking.ask(urgency="urgent")
    asking.answer(asked, "hit", "")
    with time_machine.travel(asked.due_at + timedelta(minutes=1)):
        assert actions.alarm_late_questions() == 1


# --- beside it


def test_the_thread_shows_each_message_to_its_audience(asking, people):
    asked = asking.ask()
    asking.write(asked, "Ours alone.")
    asking.write(asked, "For both.", "shared")
    asking.write(asked, "Theirs alone.", by=asking.by)
    assert [m.text for m in thread(asked, asking.lv)] == ["Ours alone.", "For both."]
    assert [m.text for m in thread(asked, asking.by)] == ["For both.", "Theirs alone."]
    asking.answer(asked)
    asking.write(asked, "Thank you.", "shared")  # also afterwards
    ref = uuid.uuid4()
    assert asking.write(asked, client_ref=ref).pk == asking.write(asked, client_ref=ref).pk
    for more in ({"text": ""}, {"audience": "all"}, {"language": ""}, {"text": "\0"}):
        with pytest.raises(Invalid):
            asking.write(asked, **more)
    with pytest.raises(Refused):
        asking.write(asked, by=people.dgp_officer)


def test_only_what_the_other_desk_holds_is_linked_and_a_recall_takes_it_out_of_sight(
    asking, released, incident, people
):
    asked = asking.ask()
    held, _delivery = released()
    kept = incident()
    assert [s.number for s in linkable(asked, asking.lv)] == [held.number]
    for _ in range(2):
        actions.link_request(asked, held, by=asking.lv)
    assert RequestLink.objects.count() == 1
    assert linkable(asked, asking.by) == []
    with pytest.raises(Refused) as refusal:
        actions.link_request(asked, kept, by=asking.lv)
    assert refusal.value.code == "not_released"
    with pytest.raises(Refused) as refusal:  # no such incident for whoever holds no copy
        actions.link_request(asked, kept, by=asking.by)
    assert refusal.value.status == 404
    refused(
        lambda: RequestLink.objects.create(asked=asked, incident=kept, side="LV", by=asking.lv),
        "linked_only_where_the_other_side_holds_it",
    )
    for who in (asking.lv, asking.by):
        assert [s.number for s in linked(asked, who)] == [held.number]
    actions.recall_release(held, desks=[asking.to], reason="By mistake.", by=people.dgp_head)
    assert linked(asked, asking.by) == []
    assert [s.number for s in linked(asked, asking.lv)] == [held.number]


def test_the_side_that_was_told_links_what_the_other_one_reported(asking, released):
    asked = asking.ask()
    held, _delivery = released()
    assert [s.number for s in linkable(asked, asking.by)] == [held.number]
    actions.link_request(asked, held, by=asking.by)
    assert [s.number for s in linked(asked, asking.lv)] == [held.number]


def test_an_application_for_protection_is_linked_by_nobody(asking, incident):
    case = incident(category="ASY", severity=2)
    asked = asking.ask()
    assert linkable(asked, asking.lv) == []
    with pytest.raises(Refused):
        actions.link_request(asked, case, by=asking.lv)


def test_files_go_to_their_readers_and_pictures_without_metadata(asking, people):
    asked = asking.ask()
    own = actions.add_request_file(asked, made.upload(made.pdf(b"1"), "own.pdf"), by=asking.lv)
    photo = [
        actions.add_request_file(asked, made.upload(made.photo()), audience="shared", by=asking.lv)
        for _ in range(2)
    ]
    assert photo[0].pk == photo[1].pk
    assert [f.name for f in files_of(asked, asking.by)] == ["photo.jpg"]
    assert [f.pk for f in files_of(asked, asking.lv)] == [own.pk, photo[0].pk]
    taken = actions.download_request_file(photo[0], by=asking.by).file.read()
    assert not any(secret in taken for secret in made.SECRETS)
    original = actions.download_request_file(photo[0], by=asking.lv).file.read()
    assert any(secret in original for secret in made.SECRETS)
    for file, who in ((own, asking.by), (photo[0], people.pol_officer)):
        with pytest.raises(Refused) as refusal:
            actions.download_request_file(file, by=who)
        assert refusal.value.status == 404
    with pytest.raises(Invalid):
        actions.add_request_file(
            asked, made.upload(made.pdf(), "a.pdf"), audience="x", by=asking.lv
        )
    with pytest.raises(Refused):
        actions.add_request_file(asked, made.upload(made.pdf(), "a.pdf"), by=people.dgp_officer)


def test_what_a_request_names_is_not_swept_from_the_disk(asking):
    from incidents.stored import named_sums

    row = actions.add_request_file(asking.ask(), made.upload(made.pdf(b"2"), "a.pdf"), by=asking.lv)
    assert row.sha256 in named_sums()


# --- consent over both halves


def test_each_side_decides_about_its_own_half(asking, people, unit, mailbox, carry_out):
    people.rix_leader.language = "en"
    people.rix_leader.save(update_fields=["language"])
    asked = asking.ask(marking=Marking("H1", "AMBER"))
    asking.answer(asked, marking=Marking("H1", "AMBER"))
    for holder, other, goal in (
        (asking.lv, asking.by, unit("LV-RIX")),
        (asking.by, asking.lv, unit("BY-MSQ")),
    ):
        with pytest.raises(NotAllowed) as refusal:
            actions.pass_request_on(asked, to=goal, by=holder)
        assert refusal.value.code == "consent_needed"
        rows = {
            actions.ask_request_consent(asked, to=goal, purpose="x", by=holder).pk for _ in range(2)
        }
        assert len(rows) == 1
        consent = asked.consents.get(pk=rows.pop())
        with pytest.raises(NotAllowed):
            actions.decide_request_consent(consent, given=True, by=holder)
        for _ in range(2):
            actions.decide_request_consent(consent, given=True, text="Once.", by=other)
        with pytest.raises(Refused):
            actions.decide_request_consent(consent, given=False, text="No.", by=other)
        for _ in range(2):
            actions.pass_request_on(asked, to=goal, by=holder)
    assert RequestPass.objects.count() == 2
    reader = people.rix_officer
    carry_out()
    told = [letter for letter in mailbox.letters if f"{asked.number}: passed" in letter["Subject"]]
    assert [letter["To"] for letter in told] == [people.rix_leader.email]
    assert QUESTION not in told[0].get_content()
    assert not InformationRequest.objects.visible_to(reader).exists()
    assert InformationRequest.objects.passed_to(reader).get() == asked
    assert [a.text for a in passed_to(asked, reader).answers] == ["It was seen."]
    assert not InformationRequest.objects.passed_to(people.dgp_officer).exists()


def test_a_later_answer_is_not_covered_by_an_earlier_consent(asking, people, unit):
    asked, goal = asking.ask(), unit("LV-RIX")
    asking.answer(asked, "partly", "First.")
    consent = actions.ask_request_consent(asked, to=goal, purpose="x", by=asking.lv)
    actions.decide_request_consent(consent, given=True, by=asking.by)
    actions.pass_request_on(asked, to=goal, by=asking.lv)
    asking.answer(asked, "whole", "Second.")
    with pytest.raises(NotAllowed):
        actions.pass_request_on(asked, to=goal, by=asking.lv)
    assert [a.text for a in passed_to(asked, people.rix_officer).answers] == ["First."]
    refused(
        lambda: RequestPass.objects.create(
            asked=asked, unit=asking.desk, to=goal, answers=2, consent=consent, by=asking.lv
        ),
        "a_request_is_passed_on_within_its_marking",
    )


def test_the_marking_says_what_needs_no_consent_and_what_nobody_may(asking, unit):
    green, red = (
        asking.ask(marking=Marking("H1", "GREEN")),
        asking.ask(marking=Marking("H1", "RED")),
    )
    for asked in (green, red):
        asking.answer(asked)
    inside, guests = unit("BY-MSQ"), unit("DESK-FP-MSQ")
    with pytest.raises(Refused) as refusal:
        actions.ask_request_consent(green, to=inside, purpose="x", by=asking.by)
    assert refusal.value.code == "no_consent_needed"
    actions.pass_request_on(green, to=inside, by=asking.by)
    with pytest.raises(NotAllowed) as refusal:
        actions.pass_request_on(green, to=guests, by=asking.by)
    assert refusal.value.code == "consent_needed"
    for deed in (
        lambda: actions.pass_request_on(red, to=inside, by=asking.by),
        lambda: actions.ask_request_consent(red, to=inside, purpose="x", by=asking.by),
    ):
        with pytest.raises(NotAllowed) as refusal:
            deed()
        assert refusal.value.code == "tlp_red"
    with pytest.raises(Refused) as refusal:
        actions.pass_request_on(green, to=unit("LV-RIX"), by=asking.by)
    assert refusal.value.code == "not_a_target"
    consent = actions.ask_request_consent(green, to=guests, purpose="x", by=asking.by)
    with pytest.raises(Invalid):
        actions.decide_request_consent(consent, given=False, text="", by=asking.lv)
    actions.decide_request_consent(consent, given=False, text="Not them.", by=asking.lv)
    with pytest.raises(NotAllowed):
        actions.pass_request_on(green, to=guests, by=asking.by)


# --- what the database keeps


def test_the_database_refuses_impossible_requests(asking, unit):
    asked = asking.ask()
    rows = InformationRequest.objects.filter(pk=asked.pk)
    answer = asking.answer(asking.ask())
    closed = InformationRequest.objects.filter(pk=answer.asked_id)
    message = asking.write(asked)

    def written(**more):
        said = {"asked": asked, "number": 9, "kind": "whole", "side": "BY", "text": "x",
                "language": "en", "by": asking.by, **more}  # fmt: skip
        return lambda: RequestAnswer.objects.create(**said)

    for rule, deed in (
        ("no_state_of_a_request", lambda: rows.update(state="answered", ended_at=now())),
        ("no_state_of_a_request", lambda: rows.update(state="refused", ended_at=now())),
        ("no_state_of_a_request", lambda: rows.update(state="partly")),
        ("request_taken_back_has_a", lambda: rows.update(state="withdrawn", ended_at=now())),
        ("ended_request_has_its_time", lambda: rows.update(ended_at=now())),
        ("request_moves", lambda: closed.update(state="asked", ended_at=None)),
        ("request_stays_as_it_was", lambda: rows.update(due_at=now() + timedelta(days=99))),
        ("request_ends_by_a_purge", lambda: rows.update(question="Other?")),
        ("request_is_kept", lambda: rows._raw_delete("default")),
        ("answer_ends_by_a_purge", lambda: RequestAnswer.objects.update(text="x")),
        ("answer_stays_as_given", lambda: RequestAnswer.objects.update(late=True)),
        ("the_side_that_was_asked", written(side="LV", by=asking.lv)),
        ("the_side_that_was_asked", written(by=asking.lv)),
        ("an_ended_request_is_not", written(asked=answer.asked)),
        ("a_refusal_has_a_ground", written(kind="refused")),
        ("an_answer_in_words_has_words", written(text="")),
        ("message_stays_as_written", lambda: RequestMessage.objects.update(audience="shared")),
        ("message_is_append_only", message.delete),
        ("message_is_of_the_side", lambda: RequestMessage.objects.create(
            asked=asked, side="BY", audience="own", text="x", language="en", by=asking.lv)),
        ("request_goes_to_a_desk", lambda: InformationRequest.objects.create(
            number="x", side="LV", desk=asking.desk, to=unit("DESK-RIX"), subject="x",
            question="x", language="en", ground="x", urgency="soon", by=asking.lv,
            due_at=now() + timedelta(days=1))),
    ):  # fmt: skip
        refused(deed, rule)
    assert RequestFile.objects.count() == 0
