"""Letters about activities and the answers to them, over a real mail server and a real Maildir."""

import mailbox as boxes
import re
import sys
import uuid
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
import time_machine
from icalendar import Calendar

from bordercoop.access.models import User
from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed, Refused
from contactpoints.models import Booking
from training import actions
from training.answer_letters import MOST_BYTES
from training.answers_address import address_for, uid_in
from training.models import Activity, AnswerLetter, Participation, Reminder, TimeProposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def maildir(settings, tmp_path):
    settings.ANSWERS_ADDRESS = "answers@portal.example"
    settings.ANSWERS_MAILDIR = str(tmp_path / "answers")
    return boxes.Maildir(settings.ANSWERS_MAILDIR)


@pytest.fixture
def seated(made, people):
    activity = made.nominating()
    made.approved(activity, people.dgp_officer, "LV-DGP", people.lv_hq)
    actions.invite_participants(activity, by=made.lv)
    return Participation.objects.get()


def invitation(letter):
    """The calendar of a letter, by the two ways in which programs find it."""
    part = next(p for p in letter.walk() if p.get_content_type() == "text/calendar")
    file = next(p for p in letter.walk() if p.get_filename() == "invite.ics")
    assert part.get_content().replace("\r\n", "\n") == (
        file.get_content().decode().replace("\r\n", "\n")
    )
    calendar = Calendar.from_ical(part.get_content())
    assert part.get_param("method") == str(calendar["METHOD"])
    assert part.get_content_charset() == "utf-8"
    return calendar


def reply(letter, partstat="ACCEPTED", method="REPLY", change=lambda text: text, **headers):
    """What a calendar program answers to that letter."""
    calendar = invitation(letter)
    event = calendar.walk("VEVENT")[0]
    calendar["METHOD"] = method
    event["ATTENDEE"].params["PARTSTAT"] = partstat
    answer = EmailMessage(policy=policy.SMTP)
    answer["From"], answer["To"] = letter["To"], letter["Reply-To"]
    answer["Message-ID"], answer["Subject"] = f"<{partstat}.{method}@calendar.example>", "Re"
    for name, value in headers.items():
        del answer[name]
        answer[name] = value
    answer.set_content("Yes.")
    text = change(calendar.to_ical().decode())
    answer.add_alternative(text, subtype="calendar", params={"method": method})
    return answer.as_bytes()


def state(part):
    return Participation.objects.get(pk=part.pk).state


def test_an_invitation_is_answered_by_letter_and_a_moved_activity_asks_again(
    made, people, mailbox, maildir, seated, carry_out
):
    User.objects.filter(pk=people.dgp_officer.pk).update(language="en")
    carry_out()
    [letter] = mailbox.to(people.dgp_officer)
    event = invitation(letter).walk("VEVENT")[0]
    assert (str(event["SUMMARY"]), int(event["SEQUENCE"])) == (made.said()["title"], 0)
    assert event["DTSTART"].dt == seated.activity.starts_at
    assert event["ORGANIZER"] == f"mailto:{address_for(seated)}"
    assert len(address_for(seated).partition("@")[0]) <= 64
    assert uid_in(address_for(seated).upper()) == seated.uid
    assert uid_in(address_for(seated).replace("+", "+a")) is None
    for partstat, charset in (("TENTATIVE", b"utf-16"), ("ACCEPTED", b"x-none")):
        raw = reply(letter, partstat).replace(b'charset="utf-8"', b'charset="%s"' % charset)
        for _twice in range(2):
            maildir.add(raw)
        assert (actions.take_answers(), actions.take_answers()) == (1, 0)
        assert state(seated) == partstat.lower()
    assert len(maildir) == 0
    assert Entry.objects.filter(verb="participation.accepted", actor=None).count() == 1
    # The time moves: a new letter with a higher SEQUENCE; an answer to the old one says nothing.
    old = reply(letter, "DECLINED")
    starts = seated.activity.starts_at + timedelta(days=1)
    actions.change_activity(
        seated.activity, by=made.lv,
        **made.said(starts_at=starts, ends_at=starts + timedelta(days=1)),
    )  # fmt: skip
    carry_out()
    moved = mailbox.to(people.dgp_officer)[-1]
    event = invitation(moved).walk("VEVENT")[0]
    assert (int(event["SEQUENCE"]), event["DTSTART"].dt) == (1, starts)
    assert str(event["ATTENDEE"].params["PARTSTAT"]) == "NEEDS-ACTION"
    assert "answer again" in moved.get_body(("plain",)).get_content()
    late = reply(letter, "ACCEPTED", **{"Message-ID": "<late@calendar.example>"})
    for number, raw in enumerate((old, late), 1):
        maildir.add(raw)
        assert actions.take_answers() == 1
        assert AnswerLetter.objects.filter(outcome="outdated").count() == number
    assert state(seated) == "invited"
    maildir.add(reply(moved, "DECLINED"))
    actions.take_answers()
    assert state(seated) == "declined"
    assert not Booking.objects.filter(officer=people.dgp_officer, cancelled_at=None).exists()


def test_what_is_called_off_is_called_off_in_the_calendar_and_planned_anew_asked_again(
    made, people, mailbox, seated, carry_out
):
    actions.postpone_activity(seated.activity, reason="Strike.", by=made.by)
    carry_out()
    calendar = invitation(mailbox.to(people.dgp_officer)[-1])
    event = calendar.walk("VEVENT")[0]
    assert (str(calendar["METHOD"]), str(event["STATUS"])) == ("CANCEL", "CANCELLED")
    assert int(event["SEQUENCE"]) == 1
    assert not Booking.objects.filter(officer=people.dgp_officer, cancelled_at=None).exists()
    activity = actions.put_activity(Activity.objects.get(), by=made.lv)
    carry_out()
    calendar = invitation(mailbox.to(people.dgp_officer)[-1])
    assert str(calendar["METHOD"]) == "REQUEST"
    assert int(calendar.walk("VEVENT")[0]["SEQUENCE"]) == 2
    assert Booking.objects.filter(officer=people.dgp_officer, cancelled_at=None).count() == 1
    actions.cancel_activity(activity, reason="No money.", by=made.lv)
    carry_out()
    letters = mailbox.to(people.dgp_officer)
    assert str(invitation(letters[-1])["METHOD"]) == "CANCEL"
    assert "No money" not in letters[-1].as_string()


def test_another_time_is_proposed_by_letter_and_declined_or_taken(
    made, people, mailbox, maildir, seated, carry_out
):
    carry_out()
    [letter] = mailbox.to(people.dgp_officer)
    day = seated.activity.starts_at + timedelta(days=7)

    def moved(text):
        return re.sub(r"(DTSTART|DTEND):\d{8}", lambda m: f"{m[1]}:{day:%Y%m%d}", text)

    def counter(number):
        identity = f"<counter{number}@calendar.example>"
        return reply(letter, "TENTATIVE", "COUNTER", change=moved, **{"Message-ID": identity})

    maildir.add(counter(1))
    assert actions.take_answers() == 1
    proposal = TimeProposal.objects.open().visible_to(people.by_hq).get()
    assert (state(seated), proposal.period.lower.date()) == ("invited", day.date())
    assert not TimeProposal.objects.visible_to(people.dgp_officer).exists()
    with pytest.raises(NotAllowed):
        actions.decline_time(proposal, by=people.dgp_officer)
    for _twice in range(2):
        actions.decline_time(proposal, by=made.by)
    carry_out()
    calendar = invitation(mailbox.to(people.dgp_officer)[-1])
    assert str(calendar["METHOD"]) == "DECLINECOUNTER"
    assert len(mailbox.to(people.dgp_officer)) == 2
    # Whoever proposes twice means the second; a move of the activity answers it.
    for number in (2, 3):
        maildir.add(counter(number))
        actions.take_answers()
    assert TimeProposal.objects.open().count() == 1
    said = made.said(starts_at=day, ends_at=day + timedelta(hours=8))
    actions.change_activity(seated.activity, by=made.lv, **said)
    assert not TimeProposal.objects.open().exists()


def broken(letter, address):
    """(letter, part of the reason, whether a line is to blame) of letters that are no answers."""

    def plain(**headers):
        answer = EmailMessage(policy=policy.SMTP)
        answer["From"], answer["To"] = letter["To"], letter["Reply-To"]
        for name, value in headers.items():
            del answer[name]
            answer[name] = value
        answer.set_content("I am on holiday.")
        return answer.as_bytes()

    alarms = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\n" * 20_000
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(3_000)
    )
    sealed = f"To: {letter['Reply-To']}\r\n".encode()
    stranger = {"From": "someone@else.example"}
    return [
        (plain(), "no calendar part", None),
        (plain(To="answers@portal.example"), None, None),
        (reply(letter, To="answers+" + "a" * 46 + "@portal.example"), None, None),
        (plain(To=address_for(Participation(uid=uuid.uuid4()))), "address of an", None),
        (reply(letter, method="PUBLISH"), "METHOD", True),
        (reply(letter, partstat="DELEGATED"), "neither accepted", None),
        (
            reply(letter, change=lambda t: t.replace(address, "x@else.example"), **stranger),
            "not from the officer",
            None,
        ),
        (reply(letter, change=lambda t: t.replace("UID:", "UID:other")), "another invit", None),
        (reply(letter, change=lambda t: t.replace("SEQUENCE:0", "SEQUENCE:7")), "never sent", None),
        (reply(letter, change=lambda t: t.replace("SEQUENCE:0", "SEQUENCE:x")), "SEQUENCE", True),
        (reply(letter, change=lambda t: t.replace("END:VEVENT\r\n", "")), "END:VCALENDAR", None),
        (reply(letter, change=lambda t: t.replace("\r\nUID", "\r\n\x00\x01 UID")), "", True),
        (
            reply(letter, change=lambda t: t.replace("END:VEVENT", alarms + "END:VEVENT")),
            "too large",
            None,
        ),
        (
            reply(letter, method="COUNTER", change=lambda t: re.sub("DTEND:.*", "DTEND:soon", t)),
            "DTEND",
            None,
        ),
        (sealed + deep, "too many parts", None),
        (
            sealed + b'Content-Type: multipart/mixed; a="' + b";" * 9_000 + b'"\r\n\r\n',
            "too m",
            None,
        ),
        (sealed + b"\r\n" + b"--b\r\n" * 190 + b"\r" * 20_000, "too many parts", None),
        (sealed + b"\r\n" + b"A" * (MOST_BYTES + 1), "too large", None),
        (deep + b"To: x", None, None),
        (b"\xff\xfe" * 500, None, None),
        (b"", None, None),
    ]


def test_what_cannot_be_read_is_laid_aside_once_with_its_reason(
    made, people, mailbox, maildir, seated, carry_out
):
    carry_out()
    [letter] = mailbox.to(people.dgp_officer)
    cases = broken(letter, people.dgp_officer.email)
    for number, (raw, reason, line) in enumerate(cases, 1):
        # Delivered as a mail server does it: the library would mend what is broken.
        (Path(maildir._path) / "new" / f"{number}.portal").write_bytes(raw)
        assert actions.take_answers() == int(reason is not None), number
        if reason is None:  # of no invitation: laid aside, and nobody is asked about it
            continue
        kept = AnswerLetter.objects.order_by("pk").last()
        assert kept.outcome == "unread", number
        assert reason in kept.reason["en"], (number, kept.reason)
        assert set(kept.reason) == {"lv", "be", "ru", "en"}
        if line:
            assert kept.line > 1, number
    assert state(seated) == "invited"
    assert len(maildir) == 0
    assert len(maildir.get_folder("Aside")) == len(cases)
    assert AnswerLetter.objects.count() == len([one for one in cases if one[1] is not None])
    # The same again is neither a second letter nor a second file.
    maildir.add(BytesParser(policy=policy.SMTP).parsebytes(cases[0][0]).as_bytes())
    actions.take_answers()
    # Coordinators of the side see it; of unknown origin, those of both.
    assert not AnswerLetter.objects.unread_by(people.dgp_officer).exists()
    of_lv = AnswerLetter.objects.unread_by(people.lv_hq)
    of_by = AnswerLetter.objects.unread_by(people.by_hq)
    assert of_by.exists()
    assert [one.participation_id for one in of_lv][-1] is None
    assert set(of_by.values_list("side", flat=True)) == {""}
    assert set(of_lv.values_list("side", flat=True)) == {"", "LV"}
    one = of_lv.filter(side="LV").first()
    with pytest.raises(Refused):
        actions.settle_letter(one, by=people.by_hq)
    for _twice in range(2):
        actions.settle_letter(one, by=people.lv_hq)
    assert not of_lv.filter(pk=one.pk).exists()


def test_an_answer_that_is_not_possible_any_more_is_kept_and_a_killed_taker_loses_nothing(
    made, people, mailbox, maildir, seated, carry_out, monkeypatch
):
    carry_out()
    [letter] = mailbox.to(people.dgp_officer)
    actions.withdraw_participation(seated, reason="Needed here.", by=people.lv_hq)
    maildir.add(reply(letter))
    from training.actions import answer_taking

    lay_aside = answer_taking.lay_aside
    monkeypatch.setattr(answer_taking, "lay_aside", lambda *_: sys.exit())
    with pytest.raises(SystemExit):
        actions.take_answers()
    monkeypatch.setattr(answer_taking, "lay_aside", lay_aside)
    assert actions.take_answers() == 0
    kept = AnswerLetter.objects.get()
    assert (kept.outcome, state(seated)) == ("refused", "withdrawn")
    assert len(maildir.get_folder("Aside")) == 1
    assert len(maildir) == 0


def test_reminders_go_once_a_week_and_a_day_before_and_never_after_a_cancel(
    made, people, mailbox, seated, carry_out
):
    people.dgp_officer.language = "lv"
    people.dgp_officer.save(update_fields=["language"])
    starts = seated.activity.starts_at
    week, day = starts - timedelta(days=7), starts - timedelta(days=1)
    with time_machine.travel(week - timedelta(minutes=1)):
        assert actions.remind_due() == 0
    with time_machine.travel(week + timedelta(minutes=1)):
        assert (actions.remind_due(), actions.remind_due()) == (1, 0)
        carry_out()
    with time_machine.travel(day + timedelta(minutes=1)):
        actions.answer_invitation(seated, answer="accepted", by=people.dgp_officer)
        assert (actions.remind_due(), actions.remind_due()) == (1, 0)
        carry_out()
    subjects = [letter["Subject"] for letter in mailbox.to(people.dgp_officer)]
    assert len(subjects) == 3
    assert all("In a week" not in subject for subject in subjects)
    assert Reminder.objects.count() == 2
    # Moved, it is another day to be reminded of; called off it is none.
    later = starts + timedelta(days=30)
    said = made.said(starts_at=later, ends_at=later + timedelta(hours=8), nominations_until=None)
    activity = actions.change_activity(seated.activity, by=made.lv, **said)
    with time_machine.travel(later - timedelta(days=6)):
        assert actions.remind_due() == 1
        actions.cancel_activity(activity, reason="No money.", by=made.lv)
        carry_out()
        assert "CANCEL" in mailbox.to(people.dgp_officer)[-1].as_string()
        assert len(mailbox.to(people.dgp_officer)) == 5  # and no reminder
    with time_machine.travel(later - timedelta(hours=20)):
        assert actions.remind_due() == 0
