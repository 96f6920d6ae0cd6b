"""Two processes take the same answers by letter at the same moment."""

import mailbox as boxes

import pytest

from tests.concurrency.test_races import errors, together
from tests.smtp import mailbox  # noqa: F401
from tests.training.activities_made import Made
from tests.training.test_answers_by_mail import reply
from training import actions
from training.models import AnswerLetter, Participation, PartMove

pytestmark = pytest.mark.django_db(transaction=True)


def test_answers_that_two_processes_take_at_once_are_taken_once(
    people, unit, mailbox, carry_out, settings, tmp_path  # noqa: F811
):  # fmt: skip
    settings.ANSWERS_ADDRESS = "answers@portal.example"
    settings.ANSWERS_MAILDIR = str(tmp_path / "answers")
    maildir = boxes.Maildir(settings.ANSWERS_MAILDIR)
    made = Made(people, unit)
    activity = made.nominating()
    for officer in (people.dgp_officer, people.dgp_leader):
        made.approved(activity, officer, "LV-DGP", people.lv_hq)
    actions.invite_participants(activity, by=made.lv)
    carry_out()
    for officer in (people.dgp_officer, people.dgp_leader):
        [letter] = mailbox.to(officer)
        maildir.add(reply(letter))
        maildir.add(reply(letter, method="PUBLISH", **{"Message-ID": "<x@calendar.example>"}))
    results = together(*[actions.take_answers] * 4)
    assert errors(results) == []
    assert sum(results) == 4
    assert AnswerLetter.objects.filter(outcome="answered").count() == 2
    assert PartMove.objects.filter(after="accepted").count() == 2
    assert Participation.objects.filter(state="accepted").count() == 2
    assert (len(maildir), len(maildir.get_folder("Aside"))) == (0, 2)
