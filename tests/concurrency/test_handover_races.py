"""A handover by two at the same moment: a claim wins whenever it comes, a signature counts once."""

import json

import psycopg2
import pytest
from django.db import connection

from incidents import actions
from incidents.investigation.receipts import listed
from incidents.models import HandoverCheck
from tests.concurrency.test_races import errors, together
from tests.incidents.receipts import answered, case_of, check_all, opened, prepared

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(people, both_sides_on_duty):
    return case_of(people)


def test_a_claim_recorded_while_the_other_officer_opens_stops_it(case, people):
    made = check_all(prepared(case, people, kind="persons"), people.lv_representative)
    item, head, opener = listed(made)[0], people.lv_hq, people.lv_representative
    results = together(
        lambda: actions.record_check(item, kind="protection", answer="claim", by=head),
        lambda: actions.open_handover(made, by=opener),
    )
    assert len(errors(results)) <= 1  # the opening is refused when the claim came first
    assert HandoverCheck.objects.filter(answer="claim").count() == 1
    made.refresh_from_db()
    assert made.state == "stopped"


def test_a_claim_written_past_the_verbs_while_it_is_opened_stops_it_too(case, people):
    made = check_all(prepared(case, people, kind="persons"), people.lv_representative)
    person, officer = listed(made)[0].person_id, people.lv_hq.pk

    def write():
        with connection.cursor() as cursor:
            cursor.execute(
                """INSERT INTO incidents_handovercheck (handover_id, person_id, kind, answer, stops,
                   language, authority, reason, at, by_id)
                   VALUES (%s, %s, 'protection', 'claim', true, '', '', '', now(), %s)""",
                [made.pk, person, officer],
            )

    def opening():
        with connection.cursor() as cursor:
            cursor.execute(
                """UPDATE incidents_handover SET state = 'opened', opened_at = now(),
                   sha256 = repeat('a', 64) WHERE id = %s AND state = 'prepared'""",
                [made.pk],
            )

    together(write, opening)
    made.refresh_from_db()
    assert made.state == "stopped"


def test_both_sign_at_once_and_the_case_is_handed_over_once(case, people):
    made = answered(opened(case, people), people)
    lv, by = people.lv_representative, people.by_representative
    results = together(
        lambda: actions.confirm_handover(made, sha256=made.sha256, by=lv),
        lambda: actions.confirm_handover(made, sha256=made.sha256, by=by),
        lambda: actions.confirm_handover(made, sha256=made.sha256, by=lv),
    )
    assert errors(results) == []
    made.refresh_from_db()
    case.refresh_from_db()
    assert (made.state, case.state) == ("completed", "handed_over")
    assert case.moves.filter(after="handed_over").count() == 1


def test_an_answer_and_a_signature_at_once_never_complete_what_was_not_signed(case, people):
    made = answered(opened(case, people), people)
    lv, by = people.lv_representative, people.by_representative
    actions.confirm_handover(made, sha256=made.sha256, by=lv)
    item = listed(made)[0]
    results = together(
        lambda: actions.answer_item(item, accepted=False, refusal="papers", by=by),
        lambda: actions.confirm_handover(made, sha256=made.sha256, by=by),
    )
    assert len(errors(results)) == 1
    made.refresh_from_db()
    item.refresh_from_db()
    assert (made.state == "completed") == bool(item.accepted)


def test_two_who_prepare_at_once_get_two_numbers(case, people):
    lv, by = people.lv_representative, people.by_representative
    results = together(
        *(lambda side=side: prepared(case, people, side=side, ready=False) for side in ("LV", "BY"))
    )
    assert errors(results) == []
    assert lv != by
    assert {one.number[-5:] for one in results} == {"00001", "00002"}


def test_the_doorbell_of_the_other_side_stays_silent_while_checks_are_recorded(case, people):
    made = prepared(case, people, kind="persons")
    facts = connection.settings_dict
    line = psycopg2.connect(
        dbname=facts["NAME"], host=facts["HOST"], port=facts["PORT"], user=facts["USER"],
        password=facts["PASSWORD"] or None,
    )  # fmt: skip
    line.autocommit = True
    with line.cursor() as cursor:
        cursor.execute("LISTEN live")
    check_all(made, people.lv_representative)
    line.poll()
    rung = {json.loads(note.payload)["topic"] for note in line.notifies}
    line.close()
    assert rung
    assert all(topic.startswith(("LV-", "DESK-DGP")) for topic in rung)
