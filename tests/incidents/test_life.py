"""Turning back: a report is returned, submitted again, withdrawn and opened again."""

import pytest
from django.db import transaction

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints.models import Alert, Delivery
from incidents.actions import (
    close_part,
    release_incident,
    reopen_incident,
    resubmit_incident,
    return_incident,
    supplement_incident,
    validate_incident,
    verify_incident,
    withdraw_incident,
)
from incidents.models import Decision, Incident, Part, Share
from tests.incidents.doors import refused_by_database, sql

pytestmark = pytest.mark.django_db

OVER = "event_over_response_complete"
WHY = "The border sign is not the one on the photograph."


@pytest.fixture(params=["html", "api"])
def door(request, signed_in, api):
    """door(verb, user, case, reason) -> status; what a browser is sent on from counts as 200."""

    def press(verb, user, case, reason=WHY):
        body = {} if verb == "resubmit" else {"reason": reason}
        if request.param == "html":
            answer = signed_in(user).post(f"/incidents/{case.uid}/{verb}/", body)
            return {302: 200}.get(answer.status_code, answer.status_code)
        return api(user).post(f"/api/v1/incidents/{case.uid}/{verb}/", body).status_code

    return press


def english(user):
    user.language = "en"
    user.save(update_fields=["language"])
    return user


@pytest.fixture
def closed(released, people):
    case, delivery = released()
    close_part(case, ground=OVER, by=people.dgp_duty)
    close_part(case, ground="not_proven", by=people.pol_duty)
    return case, delivery


@pytest.fixture
def validated(released, people):
    case, delivery = released()
    verify_incident(case, by=people.dgp_leader)
    validate_incident(case, by=people.lv_hq)
    return case, delivery


# --- returning


def test_a_returned_report_is_corrected_and_submitted_again(incident, people, door, signed_in):
    case = incident()
    assert door("return", people.dgp_leader, case) == 200
    assert Share.objects.get().state == "returned"
    page = signed_in(people.dgp_officer).get(f"/incidents/{case.uid}/").content.decode()
    assert WHY in page
    supplement_incident(case, version=1, changes={"border_sign": "215"}, by=people.dgp_officer)
    page = signed_in(people.dgp_officer).get(f"/incidents/{case.uid}/").content.decode()
    assert f"/incidents/{case.uid}/resubmit/" in page
    assert door("resubmit", people.dgp_officer, case) == 200
    case.refresh_from_db()
    assert (case.state, case.version) == ("submitted", 2)
    verify_incident(case, by=people.dgp_leader)
    assert Incident.objects.get().state == "verified"


def test_verified_before_it_was_returned_it_is_verified_anew(incident, people):
    case = incident()
    verify_incident(case, by=people.dgp_leader)
    return_incident(case, reason=WHY, by=people.lv_hq)
    assert Incident.objects.get().verified_at is None
    resubmit_incident(case, by=people.dgp_officer)
    verify_incident(case, by=people.dgp_leader)
    case.refresh_from_db()
    assert (case.state, case.verified_by) == ("verified", people.dgp_leader)
    assert [d.deed for d in Decision.objects.order_by("pk")] == [
        "verified", "returned", "resubmitted", "verified",
    ]  # fmt: skip


RETURNERS = {
    "dgp_officer": 403, "dgp_duty": 403, "pol_leader": 403, "by_hq": 403, "rix_leader": 404,
    "stranger": 404,
}  # fmt: skip


def test_nobody_but_who_may_verify_or_validate_returns(released, people, door):
    case, _delivery = released()
    for who, status in RETURNERS.items():
        assert door("return", getattr(people, who), case) == status, who
    assert Incident.objects.get().state == "submitted"


def test_what_headquarters_validated_only_headquarters_returns(validated, people, door):
    case, delivery = validated
    assert door("return", people.dgp_leader, case) == 403
    assert door("return", people.lv_hq, case) == 200
    assert {share.unverified for share in Share.objects.all()} == {True}
    delivery.alert.refresh_from_db()
    assert delivery.alert.card["unverified"] is True


def test_the_other_side_learns_that_a_validation_ended_and_not_why(validated, people, signed_in):
    case, _delivery = validated
    return_incident(case, reason=WHY, by=people.lv_hq)
    page = signed_in(english(people.pol_duty)).get(f"/incidents/{case.uid}/").content.decode()
    assert WHY not in page
    assert "is being checked again" in page


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001, "nul \x00 byte"])
@pytest.mark.parametrize("verb", ["return", "withdraw"])
def test_a_reason_that_is_none_is_refused_and_nothing_is_lost(
    incident, people, signed_in, api, verb, reason
):
    case = incident()
    by = people.dgp_leader
    page = signed_in(by).post(f"/incidents/{case.uid}/{verb}/", {"reason": reason})
    assert page.status_code == 400
    answer = api(by).post(f"/api/v1/incidents/{case.uid}/{verb}/", {"reason": reason})
    assert answer.status_code == 400
    if "\x00" not in reason:  # which no address takes
        assert "reason" in answer.json()["fields"]
    if len(reason) > 2000:
        assert reason in page.content.decode()
    assert Incident.objects.get().state == "submitted"


def test_returned_twice_is_returned_once(incident, people, door):
    case = incident()
    for _round in range(2):
        assert door("return", people.dgp_leader, case) == 200
    for _round in range(2):
        assert door("resubmit", people.dgp_officer, case) == 200
    assert Decision.objects.count() == 2
    assert Entry.objects.filter(verb="incident.returned").count() == 1
    assert Entry.objects.filter(verb="incident.resubmitted").count() == 1


def test_too_late_to_return_what_was_closed(closed, people, door):
    case, _delivery = closed
    assert door("return", people.lv_hq, case) == 409
    assert door("resubmit", people.dgp_officer, case) == 409
    assert door("withdraw", people.dgp_duty, case) == 409


# --- withdrawing


def test_each_desk_that_holds_a_copy_acknowledges_the_withdrawal(
    released, people, unit, signed_in, api, door
):
    people.rix_duty, people.msq_duty
    case, first = released(fields=["place"])
    release_incident(case, desks=[unit("DESK-MSQ")], by=people.dgp_duty)
    assert door("withdraw", people.dgp_head, case) == 200
    cancels = Alert.objects.filter(kind="cancel").order_by("pk")
    assert {d.desk.code for d in Delivery.objects.filter(alert__in=cancels)} == {
        "DESK-POL", "DESK-MSQ",
    }  # fmt: skip
    for alert in cancels:
        assert alert.card["withdrawn"] is True
        assert alert.card["reason"] == WHY
        assert alert.references is not None
        polotsk = alert.deliveries.filter(desk__code="DESK-POL").exists()
        assert ("headline" in alert.card) is not polotsk  # each desk the fields of its own copy
    assert set(Share.objects.values_list("state", flat=True)) == {"withdrawn"}
    page = signed_in(english(people.pol_duty)).get(f"/incidents/{case.uid}/").content.decode()
    assert WHY in page
    assert "takes it back" in page
    card = signed_in(people.pol_duty).get("/console/board/").content.decode()
    assert "do not act on it" in card
    shown = api(people.pol_duty).get(f"/api/v1/incidents/{case.uid}/").json()
    assert shown["state"] == "withdrawn"
    first.alert.refresh_from_db()
    assert first.alert.card["withdrawn"] is True


def test_the_mail_about_a_withdrawal_says_so(released, people, carry_out, mailbox):
    case, _delivery = released()
    withdraw_incident(case, reason=WHY, by=people.dgp_duty)
    carry_out()
    said = "\n".join(letter.get_content() for letter in mailbox.to(people.pol_duty))
    assert WHY in said


def test_who_reported_it_withdraws_it_and_a_colleague_does_not(incident, people, officer, door):
    case = incident()
    colleague = officer("col.league", "LV-DGP", "officer")
    assert door("withdraw", colleague, case) == 403
    assert door("withdraw", people.dgp_officer, case) == 200
    assert Incident.objects.get().state == "withdrawn"


def test_the_other_side_withdraws_nothing(released, people, door):
    case, _delivery = released()
    assert door("withdraw", people.pol_duty, case) == 403
    assert door("withdraw", people.by_hq, case) == 403
    assert door("withdraw", people.rix_duty, case) == 404
    assert Incident.objects.get().state == "submitted"


def test_withdrawn_twice_is_withdrawn_once_and_alerts_once(released, people, door):
    case, _delivery = released()
    for _round in range(2):
        assert door("withdraw", people.dgp_duty, case) == 200
    assert Alert.objects.filter(kind="cancel").count() == 1
    assert Entry.objects.filter(verb="incident.withdrawn").count() == 1


def test_a_withdrawal_that_nobody_would_hear_is_refused_and_nothing_is_lost(
    released, people, signed_in, later
):
    case, _delivery = released()
    later(hours=30)
    page = signed_in(people.dgp_duty).post(f"/incidents/{case.uid}/withdraw/", {"reason": WHY})
    assert page.status_code == 409
    assert WHY in page.content.decode()
    assert Incident.objects.get().state == "submitted"


def test_what_was_withdrawn_is_neither_released_nor_supplemented(incident, people, unit):
    people.pol_duty, people.by_hq, people.lv_hq
    case = incident()
    withdraw_incident(case, reason=WHY, by=people.dgp_officer)
    with pytest.raises(Refused), transaction.atomic():
        release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    with pytest.raises(Refused), transaction.atomic():
        supplement_incident(case, version=1, changes={"severity": 1}, by=people.dgp_officer)


# --- opening again


@pytest.mark.parametrize("who", ["dgp_duty", "pol_duty"])
def test_either_side_opens_a_closed_record_and_the_other_is_told(
    closed, people, door, signed_in, who
):
    case, _delivery = closed
    assert door("reopen", getattr(people, who), case) == 200
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("reopened", None)
    assert [part.closed_at for part in Part.objects.all()] == [None, None]
    assert set(Share.objects.values_list("state", "outcome")) == {("reopened", "")}
    told = Delivery.objects.filter(alert__kind="update").get()
    assert told.desk.code == {"dgp_duty": "DESK-POL", "pol_duty": "DESK-DGP"}[who]
    assert "internal_note" not in told.alert.card
    assert told.alert.card["reason"] == WHY
    for reader in (people.pol_duty, people.dgp_officer):
        assert WHY in signed_in(reader).get(f"/incidents/{case.uid}/").content.decode()
    # The parts that were closed before stay in the timeline.
    assert Decision.objects.filter(deed="part_closed").count() == 2


def test_a_reopened_report_is_unverified_until_it_is_validated_anew(validated, people):
    case, delivery = validated
    close_part(case, ground=OVER, by=people.dgp_duty)
    close_part(case, ground=OVER, by=people.pol_duty)
    assert {share.unverified for share in Share.objects.all()} == {False}
    reopen_incident(case, reason=WHY, by=people.dgp_duty)
    assert {share.unverified for share in Share.objects.all()} == {True}
    delivery.alert.refresh_from_db()
    assert delivery.alert.card["unverified"] is True
    verify_incident(case, by=people.dgp_leader)
    validate_incident(case, by=people.lv_hq)
    assert {share.unverified for share in Share.objects.all()} == {False}
    assert case.gradings.count() == 2


def test_who_may_not_close_does_not_open_again(closed, people, door):
    case, _delivery = closed
    wanted = {"dgp_officer": 403, "pol_officer": 403, "lv_analyst": 403, "rix_duty": 404,
              "stranger": 404}  # fmt: skip
    for who, status in wanted.items():
        assert door("reopen", getattr(people, who), case) == status, who
    assert Incident.objects.get().state == "closed"


def test_opened_twice_is_opened_once_and_what_is_open_is_not_opened(closed, incident, people, door):
    case, _delivery = closed
    for _round in range(2):
        assert door("reopen", people.dgp_duty, case) == 200
    assert Alert.objects.filter(kind="update").count() == 1
    assert door("reopen", people.dgp_duty, incident()) == 409


# --- outcomes


def test_what_did_not_occur_or_was_not_proven_is_counted(incident, people, signed_in, api):
    for ground in ("did_not_occur", "not_proven", "not_proven", OVER):
        close_part(incident(), ground=ground, by=people.dgp_leader)
    incident()
    program, browser = api(people.dgp_officer), signed_in(english(people.dgp_officer))
    counted = {row["outcome"]: row["count"] for row in program.get(
        "/api/v1/incidents/outcomes/").json()}  # fmt: skip
    assert counted == {
        "did_not_occur": 1, "not_proven": 2, "impact_does_not_justify_reporting": 0, OVER: 1,
    }  # fmt: skip
    rows = program.get("/api/v1/incidents/?outcome=not_proven").json()["results"]
    assert [row["outcome"] for row in rows] == ["not_proven"] * 2
    assert len(program.get("/api/v1/incidents/?outcome=any").json()["results"]) == 4
    page = browser.get("/incidents/?outcome=did_not_occur").content.decode()
    assert ("It did not occur: <b>1</b>" in page, "It was not proven: <b>2</b>" in page) == (
        True, True,
    )  # fmt: skip
    assert program.get("/api/v1/incidents/?outcome=nonsense").status_code == 400
    assert browser.get("/incidents/?outcome=nonsense").status_code == 400


def test_outcomes_count_what_the_reader_holds_and_no_exercise(closed, incident, people, api):
    case = incident()
    close_part(case, ground="did_not_occur", by=people.dgp_leader)
    counted = {row["outcome"]: row["count"] for row in api(people.pol_duty).get(
        "/api/v1/incidents/outcomes/").json()}  # fmt: skip
    assert (counted["did_not_occur"], counted[OVER]) == (0, 1)


# --- kept by the database


def test_the_database_keeps_decisions_and_wants_their_reasons(incident, people):
    case = incident()
    return_incident(case, reason=WHY, by=people.dgp_leader)
    with refused_by_database("decision_is_kept|[Cc]annot"):
        sql("UPDATE incidents_decision SET reason = 'x'")
    with refused_by_database("decision_is_kept|[Cc]annot"):
        sql("DELETE FROM incidents_decision")
    with refused_by_database("turning_back_has_a_reason"), transaction.atomic():
        Decision.objects.create(
            incident=case, deed="withdrawn", side="LV", before="returned", version=1
        )


def test_a_verb_without_a_right_or_a_reason_changes_nothing(incident, people):
    case = incident()
    with pytest.raises(NotAllowed), transaction.atomic():
        return_incident(case, reason=WHY, by=people.dgp_officer)
    with pytest.raises(Invalid), transaction.atomic():
        withdraw_incident(case, reason="", by=people.dgp_officer)
    assert not Decision.objects.exists()
