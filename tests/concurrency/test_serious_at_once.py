"""Reporters and handlers of serious incidents at the same moment: each step and line once."""

import uuid

import pytest

from bordercoop.audit.models import Entry
from bordercoop.errors import NotAllowed, Refused
from bordercoop.outbox.models import Message
from contactpoints.models import Role
from incidents import actions
from incidents.models import SeriousEntry, SeriousReport
from tests.concurrency.test_races import errors, together

pytestmark = pytest.mark.django_db(transaction=True)

SAID = {"kind": "SIR-CONDUCT", "subject": "Zqsubject", "text": "Zqtext"}


@pytest.fixture
def second(people, officer):
    people.lv_handler
    return officer("lv.handler2", "LV-SBG", Role.SERIOUS_HANDLER)


def in_handling(people):
    report = actions.report_serious(**SAID, by=people.dgp_officer)
    by = people.lv_handler
    actions.assess_serious(report, text="x", by=by)
    actions.decide_serious(report, launch=True, by=by)
    actions.assign_serious(report, handler=by.username, by=by)
    actions.take_up_serious(report, by=by)
    return report


def numbers(report):
    return list(report.entries.values_list("number", flat=True))


@pytest.mark.parametrize("anonymous", [False, True], ids=["named", "anonymous"])
def test_the_same_form_sent_three_times_at_once_is_one_report(anonymous, people):
    by, ref = people.dgp_officer, uuid.uuid4()
    people.lv_handler
    send = lambda: actions.report_serious(  # noqa: E731
        **SAID, anonymous=anonymous, client_ref=ref, by=by
    )
    results = together(send, send, send)
    assert errors(results) == []
    report = SeriousReport.objects.get()
    assert {made.pk for made in results} == {report.pk}
    assert len({made.code for made in results}) == 1
    assert bool(results[0].code) == anonymous
    assert Message.objects.filter(channel="waiting").count() == 1
    assert Entry.objects.filter(verb="channel.kept").count() == 1


def test_the_same_line_sent_three_times_at_once_is_one_line(people):
    people.lv_handler
    report, ref = (
        actions.report_serious(**SAID, anonymous=True, by=people.dgp_officer),
        uuid.uuid4(),
    )
    write = lambda: actions.write_serious(  # noqa: E731
        report, text="x", code=report.code, client_ref=ref, by=people.rix_officer
    )
    people.rix_officer
    assert errors(together(write, write, write)) == []
    assert SeriousEntry.objects.count() == 1
    assert Message.objects.filter(channel="waiting").count() == 2


def test_a_step_that_is_taken_twice_at_once_is_taken_once(people):
    by = people.lv_handler
    report = actions.report_serious(**SAID, by=people.dgp_officer)
    results = together(*[lambda: actions.assess_serious(report, text="x", by=by) for _ in range(3)])
    assert [error.code for error in errors(results)] == ["wrong_state"] * 2
    results = together(
        lambda: actions.decide_serious(report, launch=True, by=by),
        lambda: actions.decide_serious(report, launch=False, text="x", by=by),
    )
    assert [error.code for error in errors(results)] == ["wrong_state"]
    assert numbers(report) == [1, 2]
    report.refresh_from_db()
    assert report.state == report.entries.last().kind


def test_of_two_that_assign_it_to_each_other_at_once_one_has_it(people, second):
    """The first handler gives it away; whom it was given to gives it back only after that."""
    first = people.lv_handler
    for _round in range(3):
        report = in_handling(people)
        results = together(
            lambda report=report: actions.assign_serious(report, handler=second.username, by=first),
            lambda report=report: actions.finish_serious(report, text="x", by=first),
            lambda report=report: actions.take_up_serious(report, by=second),
        )
        report.refresh_from_db()
        assert all(isinstance(error, Refused) for error in errors(results))
        if report.state == "final_report":
            assert report.handler == first
        else:
            assert report.handler == second
            assert report.state in ("handler_assigned", "in_handling")
        assert numbers(report) == list(range(1, len(numbers(report)) + 1))


def test_whoever_loses_the_report_while_writing_writes_nothing_after_it(people, second):
    first = people.lv_handler
    for _round in range(3):
        report = in_handling(people)
        results = together(
            lambda report=report: actions.assign_serious(report, handler=second.username, by=first),
            lambda report=report: actions.write_serious(report, text="Zqlate", by=first),
            lambda report=report: actions.write_serious(
                report, text="Zqown", by=people.dgp_officer
            ),
        )
        lost = errors(results)
        assert all(isinstance(error, NotAllowed) for error in lost)
        rows = list(report.entries.order_by("number"))
        given = next(row.number for row in reversed(rows) if row.kind == "assigned")
        late = [row.number for row in rows if row.text == "Zqlate"]
        assert bool(late) == (not lost)
        assert all(number < given for number in late)
        assert "Zqown" in [row.text for row in rows]
        report.refresh_from_db()
        assert report.handler == second
        # The handler is told of what came: who has it now, or who had it when it was written.
        assert report.handler_waits
        assert numbers(report) == list(range(1, len(rows) + 1))


def test_a_closing_and_a_line_at_once_leave_no_line_after_the_closing(people):
    first = people.lv_handler
    for _round in range(3):
        report = in_handling(people)
        actions.finish_serious(report, text="x", by=first)
        results = together(
            lambda report=report: actions.close_serious(report, ground="answered", by=first),
            lambda report=report: actions.write_serious(
                report, text="Zqlate", by=people.dgp_officer
            ),
        )
        assert [error.code for error in errors(results)] in ([], ["closed"])
        assert report.entries.last().kind == "closed"
