"""Letters, calendar files and lists that somebody made to stop or to mislead the portal."""

import sys

import pytest

from tests.training.test_answers_by_mail import maildir, reply, seated, state
from training import actions
from training.models import AnswerLetter

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
