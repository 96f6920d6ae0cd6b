"""Alerts by e-mail, to a real receiver: the card in the officer's language, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.module_loading import import_string

from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import claim
from bordercoop.reference.models import terms
from contactpoints import actions
from contactpoints.models import Delivery
from incidents.actions import release_incident, report_incident

pytestmark = pytest.mark.django_db


def text(letter):
    return letter.get_content()


def test_the_duty_officer_gets_the_card_and_the_delivery_is_delivered(
    released, people, carry_out, mailbox
):
    case, delivery = released()
    carry_out()
    (letter,) = mailbox.letters
    assert letter["To"] == people.pol_duty.email
    assert case.number in letter["Subject"]
    assert case.number in text(letter)
    assert "Eight people at border sign 214" in text(letter)
    assert "/console/?desk=DESK-POL" in text(letter)
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


@pytest.mark.parametrize("language", ["en", "lv", "be", "ru"])
def test_the_mail_is_in_the_language_of_its_reader(language, released, people, carry_out, mailbox):
    people.pol_duty.language = language
    people.pol_duty.save(update_fields=["language"])
    released()
    carry_out()
    category = terms("incident_category")["UBC-LND"].name_in(language)
    assert category in text(mailbox.letters[0])


@pytest.fixture
def in_winter(time_machine):
    """Riga is at UTC+2 and Minsk an hour ahead."""
    time_machine.move_to(datetime(2027, 2, 17, 8, 30, tzinfo=UTC), tick=True)


def test_both_walls_are_shown_with_the_readers_own_first(
    in_winter, released, people, carry_out, mailbox
):
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    released(happened_at=datetime.now(UTC) - timedelta(minutes=30), detected_at=None)
    carry_out()
    body = text(mailbox.letters[0])
    assert "<" not in body
    assert body.index("11:00 Minsk") < body.index("10:00 Riga")
    assert "08:00 UTC" in body


def test_only_released_fields_are_in_it(released, carry_out, mailbox):
    released(
        fields=["people_total"],
        headline="SECRET-HEADLINE",
        narrative="SECRET-STORY",
        internal_note="SECRET-NOTE",
        lat=12.34567,
        lon=23.45678,
    )
    carry_out()
    (raw,) = mailbox.raw
    for secret in (b"SECRET", b"12.34", b"23.45"):
        assert secret not in raw
    (letter,) = mailbox.letters
    assert "SECRET" not in text(letter)
    assert "12.34" not in text(letter)


def test_a_headline_cannot_add_a_header(released, carry_out, mailbox):
    released(headline="Eight people\r\nBcc: evil@evil.example")
    carry_out()
    (letter,) = mailbox.letters
    assert letter["Bcc"] is None
    assert "Bcc: evil@evil.example" in letter["Subject"]


def test_markup_in_a_headline_stays_as_it_was_typed(released, carry_out, mailbox):
    released(headline="Fence & <gate> 'north'")
    carry_out()
    assert "Fence & <gate> 'north'" in text(mailbox.letters[0])


def test_carried_out_twice_the_receiver_can_tell_the_repeat(released, carry_out, mailbox):
    released()
    carry_out()
    Message.objects.filter(channel="mail").update(done_at=None, due_at="2026-01-01T00:00Z")
    carry_out()
    first, again = mailbox.letters
    assert first["Message-ID"] == again["Message-ID"]


def test_acknowledged_before_the_relay_came_sends_nothing(released, people, carry_out, mailbox):
    _case, delivery = released()
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    carry_out()
    assert mailbox.letters == []
    assert not Message.objects.open().exists()


def test_acknowledged_between_claim_and_send_sends_nothing(released, people, mailbox, settings):
    _case, delivery = released()
    (message,) = claim("mail")
    actions.acknowledge_delivery(delivery, line="On it.", by=people.pol_duty)
    import_string(settings.OUTBOX_CHANNELS["mail"])(message.payload, key=message.key)
    assert mailbox.letters == []
    assert Delivery.objects.get().state == "acknowledged"


def test_each_escalation_step_writes_to_its_own_people(released, people, carry_out, mailbox, later):
    people.pol_head
    released()
    carry_out()
    for _step in range(2):
        later(minutes=15, seconds=1)
        actions.escalate_due()
        carry_out()
    assert [letter["To"] for letter in mailbox.letters] == [
        people.pol_duty.email,
        people.pol_head.email,
        people.by_hq.email,
    ]


def test_when_the_mail_server_is_gone_the_alert_still_rings_and_the_sender_sees_red(
    released, carry_out, settings, later
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    _case, delivery = released()
    carry_out()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.failed_at) == ("sent", None)
    for _attempt in range(6):
        later(minutes=16)
        carry_out()
    delivery.refresh_from_db()
    assert delivery.failed_at
    assert "refused" in delivery.failure.lower()


def test_an_exercise_says_so_in_subject_and_text(
    people, unit, content, both_sides_on_duty, carry_out, mailbox
):
    case = report_incident(
        unit=unit("LV-DGP"), content=content(), exercise=True, by=people.dgp_officer
    )
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    carry_out()
    (letter,) = mailbox.letters
    assert letter["Subject"].strip().startswith("Exercise")
    assert "exercise" in text(letter)
