"""What the database itself refuses about handovers, whoever writes the row."""

import uuid

import pytest

from incidents import actions
from incidents.investigation.receipts import listed
from tests.incidents.doors import refused_by_database, sql
from tests.incidents.receipts import (
    CLEAR,
    STOPPING,
    answered,
    case_of,
    check_all,
    completed,
    opened,
    prepared,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("both_sides_on_duty")]
OPEN = """UPDATE incidents_handover SET state = 'opened', opened_at = now(),
          sha256 = repeat('a', 64) WHERE id = %s"""
COMPLETE = """UPDATE incidents_handover SET state = 'completed', outcome = 'accepted',
              ended_at = now() WHERE id = %s"""
CHECK = """INSERT INTO incidents_handovercheck
           (handover_id, person_id, kind, answer, stops, language, authority, reason, at, by_id)
           VALUES (%s, %s, %s, %s, %s, %s, '', %s, now(), %s)"""


@pytest.fixture
def case(people):
    return case_of(people)


def write(handover, kind, answer, stops, *, by, reason="", language=""):
    person = handover.items.first().person_id
    return sql(CHECK, handover.pk, person, kind, answer, stops, language, reason, by.pk)


@pytest.mark.parametrize("column", ["basis_from_id", "basis_to_id"])
def test_no_handover_is_open_without_a_basis_of_each_side(case, people, column):
    made = prepared(case, people)
    sql(f"UPDATE incidents_handover SET {column} = NULL WHERE id = %s", made.pk)
    with refused_by_database("handover_stands_on_a_basis_of_each_side"):
        sql(OPEN, made.pk)


@pytest.mark.parametrize(
    ("column", "code"),
    [
        ("basis_to_id", "LV-HO-BORDER"),
        ("basis_to_id", "BY-HO-AGREEMENT-1994"),
        ("basis_from_id", "LV-HO-CUSTOMS"),
        ("basis_from_id", "adult"),
    ],
    ids=["of the wrong side", "ended", "of goods", "of another list"],
)
def test_a_basis_is_of_its_side_in_force_and_covers_persons(case, people, column, code):
    made = check_all(prepared(case, people, kind="persons"), people.lv_representative)
    sql(
        f"""UPDATE incidents_handover SET {column} =
            (SELECT id FROM reference_term WHERE code = %s LIMIT 1) WHERE id = %s""",
        code,
        made.pk,
    )
    with refused_by_database("handover_stands_on_a_basis_of_each_side"):
        sql(OPEN, made.pk)


def test_no_handover_of_persons_is_open_before_five_clear_answers(case, people):
    made = prepared(case, people, kind="persons")
    kinds = list(CLEAR)
    for kind in kinds:
        with refused_by_database("no_handover_while_a_check_stops"):
            sql(OPEN, made.pk)
        said = CLEAR[kind]
        write(made, kind, said["answer"], False, language=said.get("language", ""),
              by=people.lv_hq)  # fmt: skip
    assert sql(OPEN, made.pk) == 1


@pytest.mark.parametrize(("kind", "answer"), STOPPING)
def test_a_row_that_stops_stops_whatever_the_code_does(case, people, kind, answer):
    made = opened(case, people, kind="persons")
    write(made, kind, answer, True, by=people.lv_hq)
    made.refresh_from_db()
    assert made.state == "stopped"
    with refused_by_database("opened|handover_moves|Invalid transition"):
        sql(OPEN, made.pk)
    with refused_by_database("completed|Invalid transition"):
        sql(COMPLETE, made.pk)


def test_nobody_writes_that_a_claim_does_not_stop(case, people):
    made = prepared(case, people, kind="persons")
    for kind, answer in STOPPING:
        with refused_by_database("a_claim_or_a_doubt_stops"):
            write(made, kind, answer, False, by=people.lv_hq)
    with refused_by_database("a_check_has_an_answer_of_its_kind"):
        write(made, "age", "fit", False, by=people.lv_hq)


def test_a_claim_is_never_cleared_and_a_doubt_by_another_with_a_reason(case, people):
    made, by = prepared(case, people, kind="persons"), people.lv_representative
    write(made, "protection", "claim", True, by=by)
    write(made, "age", "doubt", True, by=by)
    with refused_by_database("a_claim_is_never_cleared"):
        write(made, "protection", "no_claim", False, reason="x", by=people.lv_hq)
    for officer, reason in ((by, "x"), (people.lv_hq, "")):
        with refused_by_database("a_doubt_is_cleared_by_another_officer"):
            write(made, "age", "adult", False, reason=reason, by=officer)
    write(made, "age", "adult", False, reason="x", by=people.lv_hq)


def test_checks_are_appended_by_the_delivering_side_before_the_end(case, people):
    made = prepared(case, people, kind="persons")
    write(made, "age", "adult", False, by=people.lv_hq)
    for change in ("UPDATE incidents_handovercheck SET answer = 'doubt'",
                   "DELETE FROM incidents_handovercheck"):  # fmt: skip
        with refused_by_database("Cannot"):
            sql(change)
    with refused_by_database("checks_are_of_the_delivering_side"):
        write(made, "health", "fit", False, by=people.by_hq)
    other = prepared(case, people, kind="persons")
    with refused_by_database("checks_are_of_the_delivering_side"):
        sql(CHECK, made.pk, other.items.get().person_id, "age", "adult", False, "", "",
            people.lv_hq.pk)  # fmt: skip
    done = completed(case, people, kind="persons")
    with refused_by_database("checks_come_before_the_end"):
        write(done, "protection", "claim", True, by=people.lv_hq)


def test_it_begins_prepared_moves_one_way_and_is_kept(case, people):
    made = prepared(case, people)
    with refused_by_database("handover_begins_prepared"):
        sql("""INSERT INTO incidents_handover (uid, number, client_ref, investigation_id, kind,
                   side, state, outcome, planned_at, border_sign, place, sha256, cancel_reason,
                   prepared_at)
               SELECT gen_random_uuid(), 'HR-0', gen_random_uuid(), investigation_id, kind, side,
                   'opened', '', planned_at, '', '', '', '', now() FROM incidents_handover""")
    with refused_by_database("Cannot"):
        sql("DELETE FROM incidents_handover")
    with refused_by_database("Cannot"):
        sql("UPDATE incidents_handover SET side = 'BY'")
    actions.stop_handover(made, note="x", by=people.lv_representative)
    for state in ("prepared", "cancelled"):
        with refused_by_database("Invalid transition|transition"):
            sql("UPDATE incidents_handover SET state = %s WHERE id = %s", state, made.pk)


def test_an_open_list_is_frozen_and_answered_only_while_open(case, people):
    made = prepared(case, people, items=2)
    with refused_by_database("items_are_answered_while_it_is_open"):
        sql("UPDATE incidents_handoveritem SET accepted = true, answered_at = now()")
    made = actions.open_handover(made, by=people.lv_representative)
    for change in ("condition = 'new'", "quantity = 1", "removed_at = now()", "number = 9"):
        with refused_by_database("list_is_frozen_once_open"):
            sql(f"UPDATE incidents_handoveritem SET {change}")
    for change in (
        "basis_to_id = NULL",
        "place = 'x'",
        "planned_at = now()",
        "deliverer_id = NULL",
    ):
        with refused_by_database("Cannot"):
            sql(f"UPDATE incidents_handover SET {change}")
    with refused_by_database("list_is_frozen_once_open"):
        sql("""INSERT INTO incidents_handoveritem (uid, handover_id, number, description, quantity,
               unit_id, mark, condition, remark, client_ref, at, received_condition, refusal_text,
               received_remark)
               SELECT gen_random_uuid(), handover_id, 7, description, quantity, unit_id, '',
               condition, '', gen_random_uuid(), now(), '', '', '' FROM incidents_handoveritem
               LIMIT 1""")


def test_a_person_has_no_name_on_the_list(case, people):
    prepared(case, people, kind="persons")
    for change in ("description = 'Ivan'", "mark = 'Petrov'"):
        with refused_by_database("no_names_in_a_handover_of_persons"):
            sql(f"UPDATE incidents_handoveritem SET {change}")


def test_not_accepting_has_a_ground(case, people):
    opened(case, people)
    with refused_by_database("refusing_an_item_has_a_ground"):
        sql("UPDATE incidents_handoveritem SET accepted = false, answered_at = now()")


def test_it_is_completed_once_both_sides_confirmed_the_same_after_the_act(case, people):
    made = answered(opened(case, people), people)
    with refused_by_database("completed_once_both_sides_confirmed_the_same"):
        sql(COMPLETE, made.pk)
    confirm = """INSERT INTO incidents_handoverconfirmation (handover_id, side, sha256, at, by_id)
                 VALUES (%s, %s, %s, now(), %s)"""
    with refused_by_database("a_confirmation_is_of_officer_and_receipt"):
        sql(confirm, made.pk, "BY", made.sha256, people.lv_representative.pk)
    with refused_by_database("a_confirmation_is_of_officer_and_receipt"):
        sql(confirm, made.pk, "LV", "b" * 64, people.lv_representative.pk)
    sql(confirm, made.pk, "LV", made.sha256, people.lv_representative.pk)
    with refused_by_database("completed_once_both_sides_confirmed_the_same"):
        sql(COMPLETE, made.pk)
    with refused_by_database("Cannot"):
        sql("UPDATE incidents_handoverconfirmation SET side = 'BY'")


def test_it_is_not_completed_before_the_act_is_signed(people):
    from incidents.models import CaseState

    made = answered(opened(case_of(people, CaseState.ON_SITE), people), people)
    for side, by in (("LV", people.lv_representative), ("BY", people.by_representative)):
        sql(
            """INSERT INTO incidents_handoverconfirmation (handover_id, side, sha256, at, by_id)
               VALUES (%s, %s, %s, now(), %s)""",
            made.pk,
            side,
            made.sha256,
            by.pk,
        )
    with refused_by_database("completed_after_the_act_is_signed"):
        sql(COMPLETE, made.pk)


def test_a_person_belongs_to_the_delivering_side(case, people):
    ours, theirs = (prepared(case, people, kind="persons", side=side) for side in ("LV", "BY"))
    person = listed(theirs)[0].person_id
    with refused_by_database("persons_are_of_the_delivering_side"):
        sql("UPDATE incidents_handoveritem SET person_id = %s WHERE handover_id = %s",
            person, ours.pk)  # fmt: skip
    assert uuid.UUID(str(ours.uid))
