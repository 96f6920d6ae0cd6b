"""Refusals: every 403 and 404 of a signed-in officer has a row, and none can fail for it."""

import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils.timezone import now

from bordercoop.audit.actions import MOST_REFUSALS, OMITTED, REFUSED, record_refusal
from bordercoop.audit.models import Entry
from bordercoop.outbox.models import Message
from incidents.models import Incident

pytestmark = pytest.mark.django_db


def refusals():
    return Entry.objects.filter(verb=REFUSED).order_by("pk")


def test_what_the_officer_may_not_see_leaves_a_row_on_the_page_and_in_the_api(
    incident, people, signed_in, api
):
    case = incident()
    assert signed_in(people.pol_duty).get(f"/incidents/{case.uid}/").status_code == 404
    assert api(people.msq_duty).get(f"/api/v1/incidents/{case.uid}/").status_code == 404
    page, call = refusals()
    assert (page.actor, page.side, page.about) == (
        people.pol_duty,
        "BY",
        f"incident:{case.uid}",
    )
    assert page.facts == {
        "code": "not_found",
        "status": 404,
        "method": "GET",
        "path": "incidents/<uuid:uid>/",
    }
    assert (call.actor, call.about) == (people.msq_duty, f"incident:{case.uid}")
    assert call.facts["path"] == "api/v1/incidents/<uuid:uid>/"
    assert page.request_id


def test_what_does_not_exist_is_written_alike(people, signed_in):
    nothing = uuid.uuid4()
    signed_in(people.pol_duty).get(f"/incidents/{nothing}/")
    assert refusals().get().about == f"incident:{nothing}"


@pytest.mark.parametrize("door", ["page", "api"])
def test_a_verb_that_is_not_allowed_leaves_a_row_though_it_was_rolled_back(
    door, incident, people, signed_in, api
):
    case = incident()
    if door == "page":
        answer = signed_in(people.dgp_officer).post(f"/incidents/{case.uid}/verify/")
    else:
        answer = api(people.dgp_officer).post(f"/api/v1/incidents/{case.uid}/verify/")
    assert answer.status_code == 403
    row = refusals().get()
    assert row.facts["status"] == 403
    assert row.facts["code"] == "not_allowed"
    assert Incident.objects.get(pk=case.pk).verified_at is None


def test_a_page_that_is_hidden_as_a_whole_leaves_a_row(people, signed_in):
    assert signed_in(people.dgp_duty).get("/messages/").status_code == 404
    assert refusals().get().about == "page:messages/"


def test_guests_unknown_addresses_and_other_answers_leave_none(client, people, signed_in):
    client.get(f"/incidents/{uuid.uuid4()}/")
    browser = signed_in(people.dgp_duty)
    assert browser.get("/no/such/page/").status_code == 404
    assert browser.get("/incidents/?state=nonsense").status_code == 400
    assert not refusals().exists()


def test_words_from_the_address_are_not_written(people, signed_in):
    signed_in(people.dgp_duty).get("/console/?desk=DESK-POL&secret=1")
    row = refusals().get()
    assert (row.about, row.facts["path"]) == ("page:console/", "console/")


def test_the_same_refusal_is_one_row_in_a_minute(people, signed_in, time_machine):
    time_machine.move_to("2026-11-22T10:05:00Z", tick=False)
    browser = signed_in(people.dgp_duty)
    for _ in range(3):
        browser.get("/messages/")
    assert refusals().count() == 1
    time_machine.shift(timedelta(minutes=1))
    browser.get("/messages/")
    assert refusals().count() == 2


def test_a_flood_cannot_fill_the_table(people, time_machine):
    time_machine.move_to("2026-11-22T10:05:00Z", tick=False)
    for number in range(MOST_REFUSALS + 20):
        record_refusal(f"incident:{number}", by=people.dgp_duty, code="not_found")
    record_refusal("incident:1", by=people.pol_duty, code="not_found")
    assert refusals().filter(actor=people.dgp_duty).count() == MOST_REFUSALS
    assert Entry.objects.filter(verb=OMITTED).count() == 1
    assert refusals().filter(actor=people.pol_duty).count() == 1


def test_a_refusal_costs_a_count_and_an_insert(people, django_assert_num_queries):
    officer = people.dgp_duty
    with django_assert_num_queries(4) as asked:
        record_refusal("incident:1", by=officer, code="not_found")
    work = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert [sql.split()[0] for sql in work] == ["SELECT", "INSERT"]


def test_a_refusal_stays_a_refusal_when_it_cannot_be_written(people, signed_in, api, caplog):
    def broken(execute, sql, *rest):
        if "audit_entry" in sql:
            raise OperationalError("the database went away")
        return execute(sql, *rest)

    browser, program = signed_in(people.dgp_duty), api(people.dgp_duty)
    with connection.execute_wrapper(broken):
        assert browser.get("/messages/").status_code == 404
        assert program.get(f"/api/v1/incidents/{uuid.uuid4()}/").status_code == 404
    assert "could not be written" in caplog.text
    assert not refusals().exists()


def test_a_refused_command_leaves_a_row(people):
    Message.objects.create(channel="mail", key="k:1", payload={}, given_up_at=now())
    people.dgp_duty
    with pytest.raises(CommandError, match="operator"):
        call_command("messages", resend="k:1", by="dgp.duty")
    row = refusals().get()
    assert (row.about, row.actor) == ("message:k:1", people.dgp_duty)


def test_a_token_that_is_not_valid_leaves_a_row_a_minute_and_address(client, time_machine):
    time_machine.move_to("2026-11-22T10:05:00Z", tick=False)
    for token in ("a" * 64, "b" * 64):
        answer = client.get("/api/v1/units/", headers={"Authorization": f"Token {token}"})
        assert answer.status_code == 401
    row = refusals().get()
    assert (row.about, row.side) == ("token", "")
    assert row.facts == {"code": "token_refused", "address": "127.0.0.1"}
