"""Letters, calendar files and lists that somebody made to stop or to mislead the portal."""

import os
import re
import shutil
import sys
import time
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from tests.training.test_answers_by_mail import invitation, maildir, reply, seated, state
from training import actions
from training.aside import _cleared
from training.calendar_files import read_file
from training.models import Activity, AnswerLetter, TimeProposal

__all__ = ["maildir", "seated"]
pytestmark = pytest.mark.django_db


def test_a_letter_that_breaks_the_taker_is_laid_aside_and_the_next_is_taken(
    people, mailbox, maildir, seated, carry_out, monkeypatch
):
    carry_out()
    [letter] = mailbox.to(people.dgp_officer)
    taking = sys.modules["training.actions.answer_taking"]
    identity_of = taking.identity_of
    monkeypatch.setattr(
        taking, "identity_of", lambda raw: 1 / (b"Break" not in raw) and identity_of(raw)
    )
    maildir.add(reply(letter, Subject="Break"))
    assert (actions.take_answers(), len(maildir), len(maildir.get_folder("Aside"))) == (0, 0, 1)
    # A letter of a language that hides half a sign: kept as one that cannot be read.
    raw = reply(letter, method="+2AA-").replace(b'charset="utf-8"', b'charset="utf-7"')
    maildir.add(raw)
    maildir.add(reply(letter))
    assert actions.take_answers() == 2
    assert (state(seated), len(maildir)) == ("accepted", 0)
    assert set(AnswerLetter.objects.values_list("outcome", flat=True)) == {"unread", "answered"}
    # What lies aside goes after its days, and not before.
    aside = Path(maildir._path) / ".Aside"
    for days, left in ((89, 2), (91, 0)):
        for file in (aside / "new").iterdir():
            os.utime(file, (time.time() - days * 86_400,) * 2)
        _cleared.clear()
        actions.take_answers()
        assert len(list((aside / "new").iterdir())) == left, days
    # Nor do letters that cannot be laid aside come first again for ever.
    shutil.rmtree(aside)
    aside.write_text("no folder")
    for number in range(taking.MOST):
        (Path(maildir._path) / "new" / f"0.{number}").write_bytes(b"To: nobody\n\nx")
    maildir.add(reply(letter, "TENTATIVE"))
    assert (actions.take_answers(), state(seated)) == (0, "accepted")
    assert (actions.take_answers(), state(seated)) == (1, "tentative")


def test_a_row_that_goes_wrong_does_not_stop_the_round(made, monkeypatch):
    first, second = made.nominating(), made.nominating()
    before = timezone.now() - timedelta(days=9)
    for one in (first, second):
        Activity.objects.filter(pk=one.pk).update(
            state="confirmed", period=DateTimeTZRange(before, before + timedelta(hours=2))
        )
    moves = sys.modules["training.actions.activity_moves"]
    moved = moves.moved

    def broken(row, *said, **by):
        assert row.pk != first.pk
        moved(row, *said, **by)

    monkeypatch.setattr(moves, "moved", broken)
    assert actions.run_due_activities() == 2  # the second runs, and is held
    assert Activity.objects.get(pk=second.pk).state == "held"


ZONED = """BEGIN:VCALENDAR
BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
SUMMARY:x
DTSTART;TZID={name}:20270301T120000
DTEND;TZID="{name}":20270301T130000
END:VEVENT
END:VCALENDAR
"""


def test_a_zone_is_what_its_own_file_says_and_not_an_earlier_one():
    hours = []
    for offset in ("+0300", "+0500"):
        read = read_file(ZONED.format(name="Made up", offset=offset).encode(), "UTC")
        hours.append((read.events[0].starts_at.hour, read.events[0].ends_at.hour))
    assert hours == [(9, 10), (7, 8)]


def test_what_the_other_side_reads_of_officers_and_what_an_officer_hears(
    made, people, mailbox, seated, carry_out, signed_in
):
    activity = seated.activity
    letter = AnswerLetter.objects.create(
        identity="a" * 64, participation=seated, side="LV", outcome="proposed"
    )
    TimeProposal.objects.create(
        participation=seated, letter=letter, period=activity.period, sequence=0
    )
    assert TimeProposal.objects.visible_to(people.by_hq).exists()
    # Withdrawn and nominated again before the letter went: the seat is not called off.
    carry_out()
    sent = len(mailbox.to(people.dgp_officer))
    actions.withdraw_participation(seated, reason="Needed here.", by=people.lv_hq)
    assert not TimeProposal.objects.visible_to(people.by_hq).exists()
    made.approved(activity, people.dgp_officer, "LV-DGP", people.lv_hq)
    actions.invite_participants(activity, by=made.lv)
    carry_out()
    new = mailbox.to(people.dgp_officer)[sent:]
    assert [str(invitation(one)["METHOD"]) for one in new] == ["REQUEST"]
    # A number of 5,000 digits is no number of a row.
    typed = {"content": "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "chosen": "9" * 5_000}
    assert signed_in(made.lv).post("/activities/import/", typed).status_code < 500


def test_an_older_letter_does_not_undo_what_the_officer_answered_in_the_portal(
    people, mailbox, maildir, seated, carry_out
):
    carry_out()
    [letter] = mailbox.to(people.dgp_officer)
    actions.answer_invitation(seated, answer="accepted", by=people.dgp_officer)
    moment = timezone.now().astimezone(UTC)
    for hours, partstat, after in ((-1, "DECLINED", "accepted"), (1, "TENTATIVE", "tentative")):
        stamp = f"DTSTAMP:{moment + timedelta(hours=hours):%Y%m%dT%H%M%SZ}"
        maildir.add(
            reply(
                letter,
                partstat,
                change=lambda text, stamp=stamp: re.sub("DTSTAMP:.{16}", stamp, text),
            )
        )
        actions.take_answers()
        assert state(seated) == after
