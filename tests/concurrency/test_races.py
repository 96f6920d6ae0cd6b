"""Two officers, two programs, two processes at the same moment: the fact happens once."""

import threading
import uuid
from datetime import time, timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Refused, Stale
from bordercoop.outbox.models import Message
from contactpoints import actions as duty
from contactpoints.models import Alert, Delivery, DutyShift, Posting, Role
from incidents import actions, handling
from incidents.models import (
    Consent,
    Incident,
    NumberSeries,
    Part,
    PassOn,
    Release,
    Share,
)
from tests.incidents.doors import sent

pytestmark = pytest.mark.django_db(transaction=True)

GREEN = handling.Marking("H1", "GREEN")
OVER = "event_over_response_complete"


def together(*calls):
    """Call all at once, each in a thread with a connection of its own; results or exceptions."""
    start, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            connection.ensure_connection()
            start.wait(20)
            results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def errors(results):
    return [result for result in results if isinstance(result, Exception)]


def test_two_who_acknowledge_at_once_and_the_first_stands(released, people):
    for _round in range(3):
        _case, delivery = released()
        results = together(
            lambda d=delivery: duty.acknowledge_delivery(d, line="one", by=people.pol_duty),
            lambda d=delivery: duty.acknowledge_delivery(d, line="two", by=people.pol_head),
        )
        assert errors(results) == []
        delivery.refresh_from_db()
        assert {r.acknowledged_at for r in results} == {delivery.acknowledged_at}
        assert {r.acknowledged_by for r in results} == {delivery.acknowledged_by}
        pairs = {"one": people.pol_duty, "two": people.pol_head}
        assert pairs[delivery.line] == delivery.acknowledged_by
        ref = f"delivery:{delivery.uid}"
        assert Entry.objects.filter(verb="delivery.acknowledged", about=ref).count() == 1


def test_one_accepts_while_another_declines_and_one_of_them_stands(released, people):
    _case, delivery = released()
    results = together(
        lambda: duty.accept_delivery(delivery, line="yes", by=people.pol_duty),
        lambda: duty.decline_delivery(delivery, reason="no", by=people.pol_head),
    )
    (refused,) = errors(results)
    assert isinstance(refused, Refused)
    delivery.refresh_from_db()
    assert delivery.state in ("accepted", "declined")
    assert bool(delivery.accepted_at) != bool(delivery.declined_at)


def test_the_same_report_sent_by_two_tabs_at_once_is_one(people, unit, content):
    people.dgp_officer
    ref, at, said = uuid.uuid4(), unit("LV-DGP"), content()

    def report():
        return actions.report_incident(unit=at, content=said, client_ref=ref, by=people.dgp_officer)

    results = together(*[report] * 4)
    assert errors(results) == []
    assert len({case.pk for case in results}) == 1
    assert (Incident.objects.count(), NumberSeries.objects.get().last) == (1, 1)
    assert Share.objects.count() == 1


def test_the_same_key_sent_at_once_is_one_incident_and_one_answer(people, api):
    programs = [api(people.dgp_officer) for _ in range(4)]
    key = str(uuid.uuid4())

    def post(program):
        return program.post("/api/v1/incidents/", sent(), HTTP_IDEMPOTENCY_KEY=key)

    results = together(*[lambda p=program: post(p) for program in programs])
    assert errors(results) == []
    assert {answer.status_code for answer in results} == {201}
    assert len({answer.json()["uid"] for answer in results}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in results) == 3
    assert Incident.objects.count() == 1


def test_eight_at_once_get_numbers_that_are_unique_and_without_a_gap(people, unit, content):
    people.dgp_officer, people.pol_officer
    here, there, said = unit("LV-DGP"), unit("BY-POL"), content()

    def report(at, by):
        return [actions.report_incident(unit=at, content=said, by=by).number for _ in range(3)]

    results = together(
        *[lambda: report(here, people.dgp_officer)] * 8,
        *[lambda: report(there, people.pol_officer)] * 2,
    )
    assert errors(results) == []
    for prefix, many in (("LV-DGP", 24), ("BY-POL", 6)):
        numbers = sorted(
            int(number[-5:]) for found in results for number in found if number.startswith(prefix)
        )
        assert numbers == list(range(1, many + 1))


def test_two_supplements_on_one_version_make_one_version_and_one_conflict(incident, people):
    for _round in range(2):
        case = incident()
        results = together(
            lambda c=case: actions.supplement_incident(
                c, version=1, changes={"people_total": 11}, by=people.dgp_officer
            ),
            lambda c=case: actions.supplement_incident(
                c, version=1, changes={"people_total": 12}, by=people.dgp_leader
            ),
        )
        (stale,) = errors(results)
        assert isinstance(stale, Stale)
        case.refresh_from_db()
        assert (case.version, case.versions.count()) == (2, 2)
        (done,) = [result for result in results if not isinstance(result, Exception)]
        own = Share.objects.get(incident=case)
        assert own.fields == done.versions.get(number=2).content


def test_two_releases_at_once_are_one_alert(incident, people, unit, both_sides_on_duty):
    people.dgp_head
    case, desk = incident(), unit("DESK-POL")
    results = together(
        *[
            lambda by=by: actions.release_incident(case, desks=[desk], by=by)
            for by in (people.dgp_duty, people.dgp_head)
        ]
    )
    assert errors(results) == []
    assert len({alert.pk for alert in results}) == 1
    assert (Alert.objects.count(), Delivery.objects.count(), Release.objects.count()) == (1, 1, 1)
    assert Share.objects.filter(incident=case, own=False).count() == 1


def test_a_release_and_a_change_to_what_never_leaves_never_both_happen(
    incident, people, unit, both_sides_on_duty
):
    people.dgp_officer
    desk = unit("DESK-POL")
    for _round in range(3):
        case = incident()
        results = together(
            lambda c=case: actions.release_incident(c, desks=[desk], by=people.dgp_duty),
            lambda c=case: actions.supplement_incident(
                c, version=1, changes={"category": "ASY"}, by=people.dgp_officer
            ),
        )
        (refused,) = errors(results)
        assert refused.code == "never_released"
        case.refresh_from_db()
        crossed = case.shares.filter(unit=desk).exists()
        assert crossed == (case.category.code != "ASY")


def test_two_processes_that_escalate_move_each_delivery_once(released, people, later):
    people.pol_head
    deliveries = [released()[1] for _ in range(4)]
    later(minutes=16)
    results = together(*[duty.escalate_due] * 3)
    assert errors(results) == []
    assert sum(results) == 4
    for delivery in deliveries:
        delivery.refresh_from_db()
        assert delivery.step == 1
        prefix = f"delivery:{delivery.uid}:1:"
        assert Message.objects.filter(key__startswith=prefix).count() == 2
    assert Entry.objects.filter(verb="delivery.escalated").count() == 4


def test_an_acknowledgement_and_an_escalation_at_once_leave_nothing_that_still_escalates(
    released, people, later
):
    for _round in range(3):
        _case, delivery = released()
        later(minutes=16)
        results = together(
            lambda d=delivery: duty.acknowledge_delivery(d, line="On it.", by=people.pol_duty),
            duty.escalate_due,
        )
        assert errors(results) == []
        delivery.refresh_from_db()
        assert (delivery.state, delivery.escalate_at) == ("acknowledged", None)
        assert duty.escalate_due() == 0


def test_verifying_and_closing_at_once_end_closed_and_whole(incident, people):
    people.dgp_leader, people.dgp_duty
    for _round in range(3):
        case = incident()
        results = together(
            lambda c=case: actions.verify_incident(c, by=people.dgp_leader),
            lambda c=case: actions.close_part(c, ground=OVER, by=people.dgp_duty),
        )
        assert all(error.code == "wrong_state" for error in errors(results))
        case.refresh_from_db()
        assert case.state == "closed"
        assert Share.objects.get(incident=case).state == "closed"
        assert bool(case.verified_at) == (errors(results) == [])


def test_both_sides_that_close_at_once_close_the_incident(released, people):
    case, _delivery = released()
    results = together(
        lambda: actions.close_part(case, ground=OVER, by=people.dgp_duty),
        lambda: actions.close_part(case, ground=OVER, by=people.pol_duty),
    )
    assert errors(results) == []
    case.refresh_from_db()
    assert case.state == "closed"
    assert not Part.objects.filter(closed_at=None).exists()
    assert Entry.objects.filter(verb="incident.closed").count() == 1


def test_two_heads_who_fill_the_same_hours_get_one_primary(people, unit):
    starts, desk = now() + timedelta(days=3), unit("DESK-DGP")
    officers = [people.dgp_head, people.dgp_duty]
    results = together(
        *[
            lambda who=who: duty.book_duty(
                who, unit=desk, starts_at=starts, ends_at=starts + timedelta(hours=8), by=None
            )
            for who in officers
        ]
    )
    (refused,) = errors(results)
    assert refused.code == "primary_taken"
    assert DutyShift.objects.current(starts + timedelta(hours=1)).count() == 1


def month(first):
    return {"start": time(8), "end": time(20), "first_day": first,
            "last_day": first + timedelta(days=30)}  # fmt: skip


def test_the_same_month_planned_twice_at_once_is_one_rule(people, unit):
    first = (now() + timedelta(days=3)).date()

    def plan():
        return duty.plan_duty(
            people.dgp_duty, unit=unit("DESK-DGP"), by=people.dgp_head, **month(first)
        )

    people.dgp_duty, people.dgp_head
    results = together(plan, plan, plan)
    assert errors(results) == []
    assert len({rule.pk for rule in results}) == 1
    assert DutyShift.objects.filter(rule=results[0], cancelled_at=None).count() == 31


def test_a_rule_that_ends_while_it_is_extended_leaves_no_later_turn(people, unit):
    first = (now() + timedelta(days=3)).date()
    people.dgp_head
    rule = duty.plan_duty(people.dgp_duty, unit=unit("DESK-DGP"), by=None, **month(first))
    results = together(
        lambda: duty.end_rota_rule(rule, last_day=first, by=people.dgp_head),
        lambda: duty.extend_rotas(until=first + timedelta(days=30)),
        lambda: duty.end_rota_rule(rule, last_day=first, by=people.dgp_head),
    )
    assert errors(results) == []
    assert DutyShift.objects.filter(rule=rule, cancelled_at=None).count() == 1


def test_the_same_note_sent_twice_at_once_is_one(incident, people):
    case, ref = incident(), uuid.uuid4()

    def write():
        return actions.add_note(case, text="Once.", client_ref=ref, by=people.dgp_officer)

    results = together(write, write, write)
    assert errors(results) == []
    assert len({note.pk for note in results}) == 1


def test_the_same_invitation_sent_twice_at_once_is_one_account_with_one_posting(people, unit):
    def invite():
        return duty.invite_officer(
            username="a.lapa",
            name_latin="Anna Lapa",
            email="anna@lv.example",
            language="lv",
            unit=unit("DESK-DGP"),
            role=Role.DUTY_OFFICER,
            by=people.lv_admin,
        )

    people.lv_admin
    results = together(invite, invite)
    assert errors(results) == []
    assert results[0].pk == results[1].pk
    assert Posting.objects.filter(officer=results[0]).count() == 1
    assert Message.objects.filter(channel="invitation").count() == 1


def test_two_administrators_who_end_each_other_at_once_leave_the_side_one(people, officer):
    first, second = people.lv_admin, officer("lv.admin2", "LV-SBG", Role.ADMINISTRATOR)
    mine, theirs = first.postings.get(), second.postings.get()
    results = together(
        lambda: duty.end_posting(theirs, by=first), lambda: duty.end_posting(mine, by=second)
    )
    (refused,) = errors(results)
    assert isinstance(refused, Refused)
    assert Posting.objects.active().filter(role=Role.ADMINISTRATOR, unit__side="LV").count() == 1


def test_two_transfers_at_once_are_one_place_and_one_conflict(people, unit):
    posting = people.dgp_duty.postings.get()
    results = together(
        *(
            lambda code=code: duty.transfer_officer(
                posting, unit=unit(code), role=Role.OFFICER, by=people.lv_admin
            )
            for code in ("LV-RIX", "LV-VIL")
        )
    )
    assert len(errors(results)) == 1
    assert Posting.objects.active().filter(officer=people.dgp_duty).count() == 1


def test_a_unit_that_is_retired_while_somebody_is_posted_there_holds_nobody(people, unit, officer):
    spare, _admin = officer("s.pare", "LV-RIX", Role.OFFICER), people.lv_admin
    empty = unit("LV-DGP-SIL")
    results = together(
        lambda: duty.post_officer(spare, unit=empty, role=Role.OFFICER, by=people.lv_admin),
        lambda: duty.retire_unit(empty, by=people.lv_admin),
    )
    (refused,) = errors(results)
    assert isinstance(refused, Refused)
    posted = Posting.objects.active().filter(officer=spare, unit=empty).exists()
    assert posted != (unit("LV-DGP-SIL").retired_at is not None)


def test_one_returns_while_another_verifies_and_the_report_is_in_one_state(released, people):
    case, _delivery = released()
    results = together(
        lambda: actions.return_incident(case, reason="Look again.", by=people.lv_hq),
        lambda: actions.verify_incident(case, by=people.dgp_leader),
    )
    assert all(isinstance(error, Refused) for error in errors(results))
    case.refresh_from_db()
    assert case.state == "returned" or (case.state, len(errors(results))) == ("verified", 1)
    assert (case.verified_at is None) == (case.state == "returned")


def test_both_sides_open_a_closed_record_at_once_and_each_desk_hears_it_once(released, people):
    case, _delivery = released()
    actions.close_part(case, ground=OVER, by=people.dgp_duty)
    actions.close_part(case, ground=OVER, by=people.pol_duty)
    results = together(
        lambda: actions.reopen_incident(case, reason="One.", by=people.dgp_duty),
        lambda: actions.reopen_incident(case, reason="Two.", by=people.pol_duty),
    )
    assert errors(results) == []
    assert Incident.objects.get().state == "reopened"
    assert Alert.objects.filter(kind="update").count() == 1
    assert Entry.objects.filter(verb="incident.reopened").count() == 1


def test_two_who_withdraw_at_once_cancel_once(released, people):
    case, _delivery = released()
    results = together(
        lambda: actions.withdraw_incident(case, reason="One.", by=people.dgp_duty),
        lambda: actions.withdraw_incident(case, reason="Two.", by=people.dgp_head),
    )
    assert errors(results) == []
    assert Alert.objects.filter(kind="cancel").count() == 1


def test_two_who_revise_the_impact_at_once_are_both_kept(released, people):
    case, _delivery = released()
    actions.verify_incident(case, by=people.dgp_leader)
    actions.validate_incident(case, impact="low", by=people.lv_hq)
    results = together(
        lambda: actions.revise_impact(case, impact="high", reason="One.", by=people.lv_hq),
        lambda: actions.revise_impact(case, impact="medium", reason="Two.", by=people.lv_hq),
    )
    assert errors(results) == []
    assert case.gradings.count() == 3
    last = case.gradings.order_by("number").last()
    assert set(Share.objects.values_list("impact", flat=True)) == {last.impact}


def test_two_who_press_done_and_drop_at_once_end_a_task_once(released, people):
    case, _delivery = released()
    task = actions.add_task(case, what="Call the patrol.", by=people.dgp_duty)
    results = together(
        lambda: actions.finish_task(task, version=1, by=people.dgp_duty),
        lambda: actions.drop_task(task, reason="No need.", version=1, by=people.dgp_head),
    )
    (refused,) = errors(results)
    assert isinstance(refused, Stale)
    task.refresh_from_db()
    assert (task.version, task.steps.count()) == (2, 2)


def test_a_task_recorded_twice_at_once_is_one_measure(released, people):
    case, _delivery = released()
    task = actions.add_task(case, what="Call the patrol.", by=people.dgp_duty)
    actions.finish_task(task, by=people.dgp_duty)
    results = together(
        lambda: actions.record_task(task, by=people.dgp_duty),
        lambda: actions.record_task(task, by=people.dgp_head),
    )
    assert errors(results) == []
    assert case.measures.count() == 1


def test_two_who_translate_at_once_are_both_in_the_owners_copy(released, people):
    case, _delivery = released()
    results = together(
        lambda: actions.translate_text(case, language="lv", headline="Viens", by=people.dgp_duty),
        lambda: actions.translate_text(case, language="ru", headline="Один", by=people.dgp_head),
    )
    assert errors(results) == []
    assert set(Share.objects.get(incident=case, own=True).texts) == {"lv", "ru"}


def test_two_who_pass_on_at_once_hand_over_one_copy(released, people, unit):
    case, _delivery = released()
    actions.mark_incident(case, marking=GREEN, by=people.dgp_duty)
    actions.release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    to = unit("DESK-MSQ")
    results = together(
        lambda: actions.pass_on(case, to=to, by=people.pol_duty),
        lambda: actions.pass_on(case, to=to, by=people.pol_head),
    )
    assert errors(results) == []
    assert Share.objects.filter(incident=case, unit=to).count() == 1
    assert PassOn.objects.count() == 1


def test_two_who_ask_at_once_ask_once_and_one_decision_stands(released, people, unit):
    case, _delivery = released()
    to = unit("DESK-MSQ")
    asked = together(
        lambda: actions.ask_consent(case, to=to, purpose="one", by=people.pol_duty),
        lambda: actions.ask_consent(case, to=to, purpose="two", by=people.pol_head),
    )
    assert errors(asked) == []
    consent = Consent.objects.get()
    decided = together(
        lambda: actions.give_consent(consent, by=people.dgp_duty),
        lambda: actions.refuse_consent(consent, reason="x", by=people.dgp_head),
    )
    (lost,) = errors(decided)
    assert lost.code == "decided"
    assert Entry.objects.filter(verb__in=("consent.given", "consent.refused")).count() == 1


def test_a_copy_is_not_passed_on_while_its_marking_turns_red(released, people, unit):
    case, _delivery = released()
    actions.mark_incident(case, marking=GREEN, by=people.dgp_duty)
    actions.release_incident(case, desks=[unit("DESK-POL")], by=people.dgp_duty)
    red = handling.Marking("H1", "RED")
    together(
        lambda: actions.mark_incident(case, marking=red, by=people.dgp_duty),
        lambda: actions.pass_on(case, to=unit("DESK-MSQ"), by=people.pol_duty),
    )
    assert {share.tlp for share in Share.objects.filter(incident=case)} == {"RED"}


def test_two_who_take_the_same_hours_and_one_primary_stands(people, unit):
    """One accepts the offered shift while the head books somebody else there."""
    desk = unit("DESK-DGP")
    third = people._officer("third.one", "DESK-DGP", Role.DUTY_OFFICER)
    people.dgp_head, people.dgp_duty
    for day in range(3, 6):
        starts = now() + timedelta(days=day)
        times = {"starts_at": starts, "ends_at": starts + timedelta(hours=8)}
        shift = duty.book_duty(people.dgp_duty, unit=desk, **times, by=None)
        offer = duty.offer_shift(shift, to=people.dgp_head, by=people.dgp_duty)

        def instead(shift=shift, times=times):
            duty.cancel_duty(shift, by=None)
            return duty.book_duty(third, unit=desk, **times, by=None)

        results = together(
            lambda o=offer: duty.accept_shift(o, by=people.dgp_head),
            lambda o=offer: duty.accept_shift(o, by=people.dgp_head),
            instead,
            lambda t=times: duty.enter_absence(
                people.dgp_head, unit=desk, **t, ground="illness", over_shifts=True, by=None
            ),
        )
        assert all(isinstance(error, Refused) for error in errors(results)), results
        standing = DutyShift.objects.filter(
            unit=desk, cancelled_at=None, period__contains=starts + timedelta(hours=1)
        )
        assert standing.count() <= 1


def test_the_daily_look_at_the_rotas_by_several_processes_writes_one_letter_each(people):
    people.dgp_head, people.pol_head
    results = together(*[duty.alarm_rota_gaps] * 4)
    assert errors(results) == []
    assert sum(results) == Message.objects.filter(channel="rota_gaps").count() == 2
