"""Whoever approves for a side is told once of each revision that waits for nothing else."""

from datetime import timedelta

import pytest

from bordercoop.outbox.models import Message
from bordercoop.reference.models import utc_today
from contactpoints import actions
from tests.contactpoints.procedures_made import approve, consulted, drafted

pytestmark = pytest.mark.django_db


def told():
    rows = Message.objects.filter(channel="approval").order_by("pk")
    return [(row.payload["to"], row.payload["revision"]) for row in rows]


@pytest.fixture
def approvers(people):
    return [people.lv_approver, people.by_approver]


def test_the_approvers_of_both_sides_get_a_letter_and_find_it_on_the_home_page(
    approvers, carry_out, mailbox, signed_in
):
    version = consulted("TST")
    assert sorted(told()) == sorted((who.pk, version.revision) for who in approvers)
    carry_out()
    for who in approvers:
        (letter,) = mailbox.to(who)
        assert "TST" in letter["Subject"]
        assert "/guidelines/TST/1/" in letter.get_content()
        assert "/guidelines/TST/1/" in signed_in(who).get("/").content.decode()


def test_nobody_is_told_before_it_has_its_day_or_while_a_comment_is_open(approvers, people):
    version = actions.open_consultation(drafted("TST"), by=people.lv_hq)
    comment = actions.comment_step(version, text="Why?", by=people.by_hq)
    actions.set_version_days(
        version, effective_on=utc_today(), review_on=None, revision=version.revision, by=version.by
    )
    assert told() == []
    actions.answer_comment(comment, taken_up=False, answer="So.", by=version.by)
    assert len(told()) == 2
    again = actions.comment_step(version, text="And?", by=people.by_hq)
    actions.answer_comment(again, taken_up=False, answer="So.", by=version.by)
    assert len(told()) == 2  # the same revision, so the same letter


def test_a_change_after_an_approval_tells_both_again_and_the_old_letter_is_not_sent(
    approvers, carry_out, mailbox
):
    version = consulted("TST")
    approve(version, "LV")
    first = version.revision
    version = actions.set_version_days(
        version, effective_on=utc_today() + timedelta(days=3), review_on=None,
        revision=version.revision, by=version.by,
    )  # fmt: skip
    assert [revision for _who, revision in told()] == [first, first, version.revision,
                                                       version.revision]  # fmt: skip
    approve(version, "BY")
    carry_out()
    assert [len(mailbox.to(who)) for who in approvers] == [1, 0]


def test_who_wrote_some_of_it_gets_no_letter(approvers, people, unit):
    from contactpoints.models import Role

    actions.post_officer(people.lv_approver, unit=unit("LV-SBG"), role=Role.HEADQUARTERS_OFFICER,
                         by=None)  # fmt: skip
    version = drafted("TST")
    version = actions.change_version(
        version, content={**version.content, "title": {"en": "Ours"}}, revision=version.revision,
        by=people.lv_approver,
    )  # fmt: skip
    version = actions.set_version_days(
        version, effective_on=utc_today(), review_on=None, revision=version.revision, by=version.by
    )
    actions.open_consultation(version, by=version.by)
    assert [who for who, _revision in told()] == [people.by_approver.pk]
