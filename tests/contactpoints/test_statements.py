"""The monthly statement of exchange: both sides count, reconcile line by line, and sign."""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.core.cache import cache
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.actions import statements as verbs
from contactpoints.ledger_tiles import tasks_of
from contactpoints.models import (
    ExchangeStatement,
    StatedLate,
    StatementEntry,
    StatementSignature,
)
from contactpoints.models.statements import sum_of
from contactpoints.statements import content_of, last_month, late_entries, line_of, lines_of
from tests.contactpoints.statement_scene import BACK, MONTH, P2, P3, SEP, exchange, stated

UPGRADE = "0037_late_entries_of_statements_that_are_open"
pytestmark = pytest.mark.django_db
PASSWORD = "border-demo-2026"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.clear()
    verbs._stated.clear()


@pytest.fixture
def scene(people, unit, time_machine):
    return exchange(people, unit, time_machine)


def fresh(statement):
    return ExchangeStatement.objects.get(pk=statement.pk)


def code_of(call):
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def sign(statement, by, sha256=None):
    return actions.sign_statement(statement, sha256=sha256 or fresh(statement).sha256, by=by)


def settled(scene):
    """A statement whose one difference both sides have settled."""
    statement = stated(scene)
    actions.take_other_count(statement, P2, text="Our server was down.", by=scene.people.dgp_head)
    return fresh(statement)


@pytest.mark.parametrize("order", [("dgp_head", "pol_head"), ("by_hq", "lv_hq")])
def test_both_sides_sign_what_both_have_settled_and_it_never_changes(scene, order, time_machine):
    first, second = (getattr(scene.people, name) for name in order)
    statement = settled(scene)
    assert hashlib.sha256(statement.said.encode()).hexdigest() == statement.sha256
    one = sign(statement, first)
    assert sign(statement, first) == one  # twice is once
    colleague = scene.people.lv_hq if first == scene.people.dgp_head else scene.people.pol_head
    assert code_of(lambda: sign(statement, colleague)) == "signed"
    assert fresh(statement).closed_at is None
    sign(statement, second)
    closed = fresh(statement)
    assert closed.closed_at is not None
    assert sign(statement, second).side == second.side  # late is the same
    verbs_after = (
        lambda: actions.recount_statement(statement, by=first),
        lambda: actions.dispute_line(statement, P3, text="No.", by=first),
        lambda: actions.propose_reading(statement, P3, reading=None, text="So.", by=first),
    )
    assert [code_of(verb) for verb in verbs_after] == ["closed"] * 3
    # Neither does it past the verbs.
    for text in (
        "UPDATE contactpoints_exchangestatement SET revision = 99",
        "UPDATE contactpoints_exchangestatement SET closed_at = NULL",
        "DELETE FROM contactpoints_exchangestatement",
        "UPDATE contactpoints_statementsignature SET voided_at = now(), voided_why = 'said'",
        "DELETE FROM contactpoints_statementsignature",
        "UPDATE contactpoints_statemententry SET text = 'x'",
        "DELETE FROM contactpoints_statemententry",
        "INSERT INTO contactpoints_statemententry (uid, client_ref, statement_id, line, kind, side,"
        " text, counts, at, by_id) SELECT gen_random_uuid(), gen_random_uuid(), statement_id, line,"
        " 'dispute', side, 'x', counts, now(), by_id FROM contactpoints_statemententry",
    ):
        with (
            pytest.raises((IntegrityError, InternalError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(text)
    assert not StatedLate.objects.exists()
    # What comes later is among the late entries of the next month.
    time_machine.move_to(datetime(2025, 12, 3, tzinfo=UTC), tick=False)
    scene.people._on_duty(scene.people.pol_duty, "DESK-POL")
    actions.acknowledge_delivery(scene.unanswered, by=scene.people.pol_duty)
    november = actions.make_statement(MONTH.replace(month=11), by=second)
    (late,) = november.content["late"]
    assert (late["month"], late["kind"]) == ("2025-10", "P3")
    assert late["was"]["LV"] == {"sent": 3, "answered": 2, "late": 2}
    assert late["now"]["BY"] == {"sent": 3, "answered": 3, "late": 2}
    assert november.content["lines"] == []
    # Of one open statement, whichever month was stated first; the database holds that.
    time_machine.move_to(datetime(2026, 1, 3, tzinfo=UTC), tick=False)
    december = actions.make_statement(MONTH.replace(month=12), by=second)
    assert december.content["late"] == []
    assert actions.recount_statement(december, by=second).content["late"] == []
    said = content_of(december.month, lines=[], late=[late], counted_at=now())
    raised = pytest.raises(IntegrityError, match="a_late_entry_is_of_one_statement")
    with raised, transaction.atomic():
        ExchangeStatement.objects.filter(pk=december.pk).update(said=said, sha256=sum_of(said))
    # An installation that comes from before has the same: what is open claims what it says.
    claimed = list(StatedLate.objects.values_list("statement", "month", "line"))
    StatedLate.objects.all().delete()
    upgrade = import_module(f"contactpoints.migrations.{UPGRADE}")
    with connection.cursor() as cursor:
        cursor.execute(upgrade.CLAIM)
        cursor.execute(upgrade.CLAIM)
    assert list(StatedLate.objects.values_list("statement", "month", "line")) == claimed
    for officer in (scene.people.dgp_head, scene.people.pol_head):
        sign(november, officer)
    december = actions.recount_statement(december, by=second)
    assert december.content["late"] == []  # said once
    # A later statement that says it first keeps it from the earlier one, also once it is closed.
    actions.hand_back_delivery(scene.unanswered, reason="Too far.", by=scene.people.pol_duty)
    december = actions.recount_statement(december, by=second)
    (back,) = december.content["late"]
    assert back["was"] == late["now"]
    for officer in (scene.people.dgp_head, scene.people.pol_head):
        sign(december, officer)
    assert late_entries(november.month, now()) == late_entries(date(2026, 1, 1), now()) == []
    assert not StatedLate.objects.exists()


def test_a_month_is_stated_after_its_end_once_and_by_whom_it_concerns(scene, time_machine):
    november = MONTH.replace(month=11)
    with pytest.raises(Invalid):
        actions.make_statement(november, by=scene.people.dgp_head)
    with pytest.raises(NotAllowed):
        actions.make_statement(MONTH, by=scene.people.dgp_duty)
    made = stated(scene)
    assert stated(scene, scene.people.by_hq) == made
    assert [line.key for line in lines_of(made)][:2] == [P2, P3]
    kinds = {line.kind for line in lines_of(made)}
    assert kinds == {"P2", "P3", "drill"}
    assert actions.make_statement(SEP, by=None).content["lines"] == []  # by hand, also empty
    told = Message.objects.filter(channel="statement", payload__statement=str(made.uid))
    assert told.count() == 4  # both heads and both headquarters


def test_the_portal_makes_it_once_a_day_after_the_month_where_anything_crossed(scene, time_machine):
    time_machine.move_to(datetime(2025, 11, 1, 23, tzinfo=UTC), tick=False)
    assert actions.make_due_statement() == 0
    time_machine.move_to(datetime(2025, 11, 2, 0, 1, tzinfo=UTC), tick=False)
    assert [actions.make_due_statement() for _turn in range(3)] == [1, 0, 0]
    assert last_month() == MONTH
    assert Entry.objects.filter(verb="statement.made").count() == 2  # in both sides' trails
    time_machine.move_to(datetime(2025, 12, 5, tzinfo=UTC), tick=False)
    assert actions.make_due_statement() == 0  # nothing crossed in November


def test_a_difference_is_settled_before_anybody_signs(scene):
    people, statement = scene.people, stated(scene)
    line = line_of(statement, P2)
    assert line.state == "differs"
    assert (line.counts["LV"]["late"], line.counts["BY"]["late"]) == (1, 0)
    assert code_of(lambda: sign(statement, people.dgp_head)) == "open_lines"
    actions.dispute_line(statement, P2, text="It came at 11:00.", by=people.pol_head)
    assert (
        code_of(lambda: actions.dispute_line(statement, P2, text="Again.", by=people.by_hq))
        == "disputed"
    )
    actions.answer_dispute(statement, P2, text="Our log says 10:00.", by=people.lv_hq)
    with pytest.raises(Invalid):
        actions.propose_reading(
            statement, P2, reading={"sent": 1, "answered": 2, "late": 0}, text="x",
            by=people.dgp_head,
        )  # fmt: skip
    reading = {"sent": 1, "answered": 1, "late": 0}
    made = actions.propose_reading(
        statement, P2, reading=reading, text="Our server was down.", by=people.dgp_head
    )
    assert code_of(lambda: actions.agree_reading(statement, made, by=people.lv_hq)) == "own"
    newer = actions.propose_reading(
        statement, P2, reading=None, text="Or both.", by=people.dgp_head
    )
    with pytest.raises(Stale):
        actions.agree_reading(statement, made, by=people.pol_head)
    agreed = actions.agree_reading(statement, newer, by=people.pol_head)
    assert actions.agree_reading(statement, newer, by=people.by_hq) == agreed
    line = line_of(fresh(statement), P2)
    assert (line.state, line.reading) == ("agreed", None)
    assert sign(statement, people.pol_head)
    assert {entry["kind"] for entry in fresh(statement).content["entries"]} == {
        "dispute", "answer", "propose", "agree",
    }  # fmt: skip


def test_a_line_that_agrees_can_be_disputed_and_the_dispute_taken_back(scene):
    statement, head = stated(scene), scene.people.pol_head
    actions.dispute_line(statement, BACK, text="Two were sent.", by=head)
    other = scene.people.dgp_head
    assert code_of(lambda: actions.withdraw_dispute(statement, BACK, by=other)) == "not_own"
    actions.withdraw_dispute(statement, BACK, by=head)
    assert line_of(fresh(statement), BACK).state == "alike"
    assert code_of(lambda: actions.take_other_count(statement, BACK, text="x", by=other)) == "alike"
    assert (
        code_of(lambda: actions.answer_dispute(statement, BACK, text="x", by=other))
        == "not_disputed"
    )
    ref = uuid.uuid4()
    made = actions.dispute_line(statement, BACK, text="Two.", client_ref=ref, by=head)
    again = actions.dispute_line(statement, BACK, text="Two.", client_ref=ref, by=head)
    assert made == again
    for line in ("", "x", "\x00", "DESK-DGP>DESK-POL/SIR", "x" * 100_000):
        with pytest.raises(Invalid):
            actions.dispute_line(statement, line, text="x", by=head)


def test_any_change_voids_what_was_signed_and_an_outdated_sum_is_not_signed(scene):
    people, statement = scene.people, settled(scene)
    read = statement.sha256
    sign(statement, people.dgp_head)
    assert actions.recount_statement(statement, by=people.pol_head).sha256 == read
    assert StatementSignature.objects.get().voided_at is None  # nothing was counted otherwise
    actions.dispute_line(statement, BACK, text="Two were sent.", by=people.pol_head)
    void = StatementSignature.objects.get()
    assert (void.voided_why, void.voided_by) == ("said", people.pol_head)
    with pytest.raises(Stale):
        sign(statement, people.dgp_head, sha256=read)
    actions.withdraw_dispute(statement, BACK, by=people.pol_head)
    assert fresh(statement).sha256 != read  # what was said stays said
    sign(statement, people.dgp_head)
    # A late acknowledgement is counted anew.
    scene.people._on_duty(people.pol_duty, "DESK-POL")
    actions.acknowledge_delivery(scene.unanswered, by=people.pol_duty)
    actions.recount_statement(statement, by=people.by_hq)
    assert [one.voided_why for one in StatementSignature.objects.all()] == ["said", "counted"]
    assert line_of(fresh(statement), P2).state == "agreed"  # its counts are the same
    told = Message.objects.filter(channel="statement", key__contains=":voided:")
    assert told.exists()
    for text, rule in (
        ("UPDATE contactpoints_exchangestatement SET said = '{}'", "named_by_its_sum"),
        ("UPDATE contactpoints_exchangestatement SET closed_at = now()", "both_sides_close"),
    ):
        with (
            pytest.raises((IntegrityError, InternalError), match=rule),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(text)
    sign(statement, people.pol_head)
    with (
        pytest.raises((IntegrityError, InternalError), match="under_a_signature"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE contactpoints_exchangestatement SET revision = 7")


def test_an_agreement_about_other_counts_settles_nothing(scene):
    people, statement = scene.people, stated(scene)
    actions.take_other_count(statement, P2, text="Ours was down.", by=people.dgp_head)
    assert line_of(fresh(statement), P2).state == "agreed"
    row = StatementEntry.objects.get()
    changed = json.loads(statement.said)["lines"][0]
    assert row.counts == {side: changed[side] for side in ("LV", "BY")}
    verbs.rewrite_statement(
        ExchangeStatement.objects.get(),
        lines=[{**changed, "BY": {"sent": 2, "answered": 2, "late": 0}}],
        late=[], counted_at=statement.counted_at, why="counted", by=people.dgp_head,
    )  # fmt: skip
    assert line_of(fresh(statement), P2).state == "differs"


def test_one_side_s_word_ends_no_dispute_of_the_other(scene):
    head, other, statement = scene.people.dgp_head, scene.people.pol_head, stated(scene)
    actions.dispute_line(statement, BACK, text="Two were sent.", by=head)
    actions.propose_reading(statement, BACK, reading=None, text="As counted.", by=other)
    actions.withdraw_dispute(statement, BACK, by=other)  # its own proposal
    assert line_of(fresh(statement), BACK).state == "disputed"
    actions.withdraw_dispute(statement, BACK, by=head)
    assert line_of(fresh(statement), BACK).state == "alike"
    actions.dispute_line(statement, P2, text="Our paper says two.", by=other)
    take = lambda by: actions.take_other_count(statement, P2, text="So be it.", by=by)  # noqa: E731
    assert code_of(lambda: take(head)) == "disputed"
    take(other)
    assert line_of(fresh(statement), P2).state == "agreed"


def test_a_proposal_about_other_counts_waits_for_nobody(scene):
    statement = stated(scene)
    actions.propose_reading(statement, P2, reading=None, text="So.", by=scene.people.pol_head)
    assert line_of(fresh(statement), P2).state == "proposed"
    changed = json.loads(statement.said)["lines"][0]
    verbs.rewrite_statement(
        ExchangeStatement.objects.get(),
        lines=[{**changed, "BY": {"sent": 2, "answered": 2, "late": 0}}],
        late=[], counted_at=statement.counted_at, why="counted", by=scene.people.dgp_head,
    )  # fmt: skip
    assert line_of(fresh(statement), P2).state == "differs"


def test_who_speaks_for_a_line_and_who_reads(scene, people, signed_in, api):
    statement = stated(scene)
    here, door = f"/statements/{statement.uid}/", f"/api/v1/statements/{statement.uid}/"
    for officer in (people.dgp_duty, people.rix_head, people.lv_auditor):
        with pytest.raises(NotAllowed):
            actions.dispute_line(statement, P3, text="x", by=officer)
        assert signed_in(officer).get(here).status_code == 200
    assert sign(settled(scene), people.rix_head)  # the head of any point of the side
    for reader in (people.stranger, people.dgp_officer):
        assert signed_in(reader).get(here).status_code == 404
        assert api(reader).get(door).status_code == 404
        assert api(reader).post(f"{door}dispute/", {"line": P3, "text": "x"}).status_code == 404
    assert api(people.stranger).get("/api/v1/statements/").json()["results"] == []


def test_pages_and_api_are_doors_to_the_same_verbs(scene, people, signed_in, api):
    for officer in (people.dgp_head, people.pol_head):
        officer.language = "en"
        officer.save(update_fields=["language"])
    browser = signed_in(people.dgp_head)
    assert browser.post("/statements/", {"month": "2025-11"}).status_code == 400
    assert browser.post("/statements/", {"month": "2025-10"}).status_code == 302
    statement = ExchangeStatement.objects.get()
    here, door = f"/statements/{statement.uid}/", f"/api/v1/statements/{statement.uid}/"
    (tile,) = tasks_of(people.pol_head)
    assert (tile["url"], tile["urgent"]) == (here, False)
    shown = browser.get(here).content.decode()
    assert "1 line is not settled" in shown
    assert statement.sha256 in shown
    typed = {"line": P2, "do": "propose", "sent": "1", "answered": "1", "late": "7", "text": "x"}
    assert browser.post(f"{here}line/", typed).status_code == 400
    assert browser.post(f"{here}line/", {**typed, "late": "x", "text": "\x00"}).status_code == 400
    assert browser.post(f"{here}line/", {**typed, "line": "x"}).status_code == 404
    assert browser.post(f"{here}line/", {**typed, "late": "0"}).status_code == 302
    theirs = api(people.pol_head)
    said = theirs.get(door).json()
    line = next(one for one in said["lines"] if one["line"] == P2)
    assert (line["state"], line["entries"][0]["reading"]["late"]) == ("proposed", 0)
    for given, fields in (
        ({"proposal": str(uuid.uuid4())}, ["proposal"]), ({}, ["proposal"]),
    ):  # fmt: skip
        refused = theirs.post(f"{door}agree/", given)
        assert (refused.status_code, list(refused.json()["fields"])) == (400, fields)
    for given in (
        {"line": P3, "text": "x" * 100_000}, {"line": "x", "text": "x"}, {"line": [], "text": {}},
        {"line": P3, "text": "\x00"},
    ):  # fmt: skip
        assert theirs.post(f"{door}dispute/", given, format="json").status_code == 400
    huge = {"line": P3, "text": "x", "reading": {"sent": 10**30, "answered": 0, "late": 0}}
    assert theirs.post(f"{door}propose/", huge, format="json").status_code == 400
    done = theirs.post(f"{door}agree/", {"proposal": line["proposal"]})
    assert done.status_code == 200
    assert theirs.post("/api/v1/statements/", {"month": "2025-10"}).status_code == 201
    assert theirs.post("/api/v1/statements/", {"month": ""}).status_code == 400
    # No token signs; the page asks for the password anew, and then signs exactly what was read.
    sum_ = fresh(statement).sha256
    refused = theirs.post(f"{door}sign/", {"sha256": sum_})
    assert (refused.status_code, refused.json()["code"]) == (403, "confirm_first")
    there = f"{here}sign/"
    assert browser.get(there)["Location"].startswith("/accounts/reauthenticate/")
    people.dgp_head.set_password(PASSWORD)
    people.dgp_head.save(update_fields=["password"])
    browser = signed_in(people.dgp_head)
    browser.post(f"/accounts/reauthenticate/?next={there}", {"password": PASSWORD, "next": there})
    assert browser.get(there).content.decode().count(sum_) == 2
    assert browser.post(there, {"sha256": "0" * 64}).status_code == 409
    assert browser.post(there, {"sha256": sum_}).status_code == 302
    assert StatementSignature.objects.get().by == people.dgp_head
    assert signed_in(people.pol_duty).get(there).status_code == 403
    paper = signed_in(people.pol_head).get(f"{here}pdf/?languages=lv,be")
    assert paper.content.startswith(b"%PDF")
    assert b"".join(browser.get(f"{here}export/?as=xlsx").streaming_content).startswith(b"PK")
    assert api(people.pol_head).get(f"{door}export/", {"as": "csv"}).status_code == 200
    assert tasks_of(people.dgp_head) == []


def test_what_is_overdue_says_so_and_the_letter_says_no_count(
    scene, people, carry_out, mailoutbox, time_machine
):
    statement = stated(scene)
    carry_out()
    told = [mail for mail in mailoutbox if str(statement.uid) in mail.body]
    assert sorted(mail.to[0] for mail in told) == sorted(
        one.email for one in (people.dgp_head, people.pol_head, people.lv_hq, people.by_hq)
    )
    time_machine.shift(timedelta(days=11))
    assert fresh(statement).overdue
    (tile,) = tasks_of(people.by_hq)
    assert tile["urgent"]


def test_what_never_crosses_is_in_no_count(scene, incident, people, time_machine):
    before = stated(scene).content["lines"]
    time_machine.move_to(datetime(2025, 10, 20, tzinfo=UTC), tick=False)
    for category in ("ASY", "SIR"):
        incident(category=category)
    time_machine.move_to(datetime(2025, 11, 4, tzinfo=UTC), tick=False)
    statement = ExchangeStatement.objects.get()
    assert actions.recount_statement(statement, by=people.by_hq).content["lines"] == before
