"""A joint investigation goes its road, and nobody leaves it where the guideline says otherwise."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused
from contactpoints.models import Alert, Delivery
from incidents import actions
from incidents.models import CaseMove, CaseState, CaseStep, Investigation
from tests.incidents.cases import Cases, facts, guideline_in_force

pytestmark = pytest.mark.django_db


def refused(code, verb, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        verb(*args, **kwargs)
    assert refusal.value.code == code, refusal.value
    return str(refusal.value)


def fresh(case):
    return Investigation.objects.get(pk=case.pk)


# --- proposing


def test_a_representative_proposes_and_the_other_desk_is_asked(cases, people):
    case = cases.propose()
    assert case.number.startswith("JI-")
    assert case.state == CaseState.PROPOSED
    delivery = Delivery.objects.get(alert__about=case.ref)
    assert delivery.desk.code == "DESK-POL"
    assert delivery.alert.card["event"] == "proposed"
    assert {part.side: part.unit.code for part in case.sides.all()} == {
        "LV": "LV-DGP", "BY": "BY-POL",
    }  # fmt: skip
    assert Entry.objects.filter(verb="case.proposed", actor=cases.lv).count() == 1
    assert case in Investigation.objects.visible_to(cases.by)
    assert case in Investigation.objects.visible_to(people.pol_duty)
    assert case not in Investigation.objects.visible_to(people.rix_duty)
    assert case not in Investigation.objects.visible_to(people.dgp_officer)


def test_the_same_proposal_sent_twice_is_one(cases):
    ref = "6c3f8f9c-0000-4000-8000-000000000001"
    assert cases.propose(client_ref=ref) == cases.propose(client_ref=ref)
    assert Alert.objects.filter(about__startswith="investigation:").count() == 1


def test_numbers_follow_one_another(cases):
    first, second = cases.propose(), cases.propose(by=cases.by)
    assert int(second.number[-5:]) == int(first.number[-5:]) + 1


def test_who_does_not_lead_does_not_propose(people, unit, cases):
    for who in (people.dgp_duty, people.dgp_officer, people.lv_analyst):
        with pytest.raises(NotAllowed):
            actions.propose_case(unit=unit("LV-DGP"), point="CCP-LAND", facts=facts(), by=who)
    with pytest.raises(NotAllowed):
        actions.propose_case(unit=unit("BY-POL"), point="CCP-LAND", facts=facts(), by=cases.lv)


def test_nobody_on_duty_over_there_is_said_before(people, unit):
    people.dgp_duty, people.lv_hq
    refused("nobody_on_duty", Cases(people, unit).propose)
    assert not Investigation.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"category": "ASY"}, "category"),
        ({"category": "SIR"}, "category"),
        ({"category": "nonsense"}, "category"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"grounds": ""}, "grounds"),
        ({"grounds": "a\x00b"}, "grounds"),
        ({"grounds": "RESTREINT UE/EU RESTRICTED"}, "grounds"),
        ({"happened_at": None}, "happened_at"),
        ({"lat": 55.0, "lon": None}, "lon"),
        ({"lat": 95.0}, "lat"),
        ({"language": "fr"}, "language"),
        ({"by_language": "lv"}, "by_language"),
        ({"border_sign": "", "place": "", "lat": None, "lon": None}, "border_sign"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(cases, unit, wrong, field):
    with pytest.raises(Invalid) as refusal:
        actions.propose_case(
            unit=unit("LV-DGP"), point="CCP-LAND", facts=facts(**wrong), by=cases.lv
        )
    assert field in refusal.value.fields
    assert not Investigation.objects.exists()


def test_a_point_without_both_ends_is_refused(cases, unit):
    for point in ("FP-AIR-MSQ", "nonsense"):
        with pytest.raises(Invalid):
            actions.propose_case(unit=unit("LV-DGP"), point=point, facts=facts(), by=cases.lv)


def test_a_case_cites_no_incident_that_never_crosses(cases, incident):
    kept = incident(category="ASY")
    refused("never_released", cases.propose, incident=kept)
    case = cases.propose(incident=incident())
    refused("never_released", actions.cite_incident, case, kept, by=cases.lv)
    with (
        pytest.raises(DatabaseError, match="no_case_cites_what_never_crosses"),
        transaction.atomic(),
    ):
        case.cited.create(incident=kept, side="LV")


# --- the answer


def test_the_other_side_agrees_and_the_guideline_of_that_day_holds(cases):
    version = guideline_in_force()
    case = cases.propose()
    with pytest.raises(NotAllowed):
        actions.agree_case(case, by=cases.lv)
    actions.agree_case(case, by_language="be", by=cases.by)
    actions.agree_case(case, by=cases.by)
    case = fresh(case)
    assert (case.state, case.guideline, case.by_language) == ("agreed", version, "be")
    assert case.sides.get(side="BY").representative == cases.by
    assert case.due_at - case.entered_at == timedelta(hours=48)
    assert CaseMove.objects.filter(investigation=case).count() == 2
    guideline_in_force()
    assert fresh(case).guideline == version


def test_declining_and_withdrawing_need_a_reason_and_end_it(cases):
    first, second = cases.propose(), cases.propose()
    with pytest.raises(Invalid):
        actions.decline_case(first, reason=" ", by=cases.by)
    actions.decline_case(first, reason="No traces here.", by=cases.by)
    actions.decline_case(first, reason="No traces here.", by=cases.by)
    actions.withdraw_case(second, reason="Found at home.", by=cases.lv)
    assert (fresh(first).state, fresh(second).state) == ("declined", "withdrawn")
    refused("wrong_state", actions.agree_case, first, by=cases.by)
    refused("wrong_state", actions.decline_case, second, reason="x", by=cases.by)
    with pytest.raises(NotAllowed):
        actions.decline_case(cases.propose(), reason="x", by=cases.lv)


# --- the road


def test_no_step_of_the_guideline_is_passed_over(cases):
    guideline_in_force()
    case = cases.at("agreed")
    cases.team(case)
    assert "Do agreed" in refused("steps_open", actions.form_team, case, by=cases.lv)
    actions.tick_step(case, "do_agreed", by=cases.lv)
    refused("steps_open", actions.form_team, case, by=cases.lv)  # each side does it
    with pytest.raises(Invalid):
        actions.skip_step(case, "do_agreed", reason="", by=cases.by)
    actions.skip_step(case, "do_agreed", reason="Done last week.", by=cases.by)
    actions.form_team(case, by=cases.by)
    assert fresh(case).state == "team_formed"


def test_several_steps_are_left_out_with_one_reason_all_or_none(cases, signed_in, api):
    guideline_in_force()
    case = cases.at("agreed")
    actions.tick_step(case, "do_agreed", by=cases.lv)
    page = f"/investigations/{case.uid}/"
    browser, program = signed_in(cases.lv), api(cases.by)
    assert browser.get(page).content.decode().count('form="leave-out"') == 4
    two = ["do_on_site", "do_drafted"]
    for steps, reason in (([], "x"), (two, " "), (two, "a\x00"), (two, "x" * 2_001)):
        with pytest.raises(Invalid):
            actions.skip_steps(case, steps, reason=reason, by=cases.lv)
        kept = browser.post(f"{page}steps/", {"step": steps, "reason": reason})
        assert kept.status_code == 400
        assert kept.content.decode().count(" checked") == len(steps)
    refused("not_found", actions.skip_steps, case, [*two, "no"], reason="x", by=cases.lv)
    refused("not_found", actions.skip_steps, case, ["\x00"], reason="x", by=cases.lv)
    assert CaseStep.objects.count() == 1
    done = {"step": ["do_agreed", *two, two[0]], "reason": "Snow lay on it."}
    for _twice in range(2):
        assert browser.post(f"{page}steps/", done).url == f"{page}#steps"
    rows = CaseStep.objects.filter(outcome="skipped").order_by("code")
    assert [(row.code, row.side, row.reason) for row in rows] == [
        ("do_drafted", "LV", "Snow lay on it."), ("do_on_site", "LV", "Snow lay on it."),
    ]  # fmt: skip
    door = f"/api/v1{page}steps/"
    assert program.post(door, {"steps": ["do_agreed"], "reason": ""}).status_code == 400
    assert program.post(door, {"steps": "do_agreed", "reason": "x"}).status_code == 400
    assert program.post(door, {"steps": ["do_agreed"], "reason": "x"}).status_code == 201
    cases.team(case)
    actions.form_team(case, by=cases.by)


def test_a_step_may_be_taken_back_with_a_reason_while_its_state_lasts(cases):
    guideline_in_force()
    case = cases.at("agreed")
    actions.tick_step(case, "do_agreed", by=cases.lv)
    actions.take_step_back(case, "do_agreed", reason="Ticked by mistake.", by=cases.lv)
    assert actions.take_step_back(case, "do_agreed", reason="Again.", by=cases.lv) is None
    refused("not_found", actions.tick_step, case, "nonsense", by=cases.lv)
    done = cases.at("team_formed")
    refused("wrong_state", actions.take_step_back, done, "do_agreed", reason="Late.", by=cases.lv)


def test_a_team_has_a_leader_and_an_interpreter_of_each_side(cases):
    case = cases.at("agreed")
    refused("team_incomplete", actions.form_team, case, by=cases.lv)
    cases.team(case)
    member = case.members.filter(side="BY", function="interpreter").get()
    with pytest.raises(Refused):
        actions.end_member(member, by=cases.lv)
    actions.end_member(member, by=cases.by)
    assert "BY" in refused("team_incomplete", actions.form_team, case, by=cases.lv)


def test_a_member_reads_and_writes_and_ends_with_the_membership(cases, people):
    case = cases.at("agreed")
    officer = people.dgp_officer
    member = actions.add_member(case, function="member", officer=officer, by=cases.lv)
    assert actions.add_member(case, function="member", officer=officer, by=cases.lv) == member
    assert case in Investigation.objects.visible_to(officer)
    cases.entry(case, by=officer)
    actions.end_member(member, by=cases.lv)
    refused("not_found", cases.entry, case, by=officer)
    with pytest.raises(Invalid):
        actions.add_member(case, function="member", officer=people.pol_officer, by=cases.lv)


def test_an_observer_reads_and_does_not_write(cases, people):
    case = cases.at("agreed")
    actions.add_member(case, function="observer", officer=people.dgp_officer, by=cases.lv)
    assert case in Investigation.objects.visible_to(people.dgp_officer)
    with pytest.raises(NotAllowed):
        cases.entry(case, by=people.dgp_officer)


def test_both_go_on_site_once_time_and_place_are_said(cases):
    case = cases.at("team_formed")
    refused("no_meeting", actions.go_on_site, case, by=cases.lv)
    with pytest.raises(Invalid):
        actions.plan_meeting_on_line(case, meet_at=now() - timedelta(days=3), by=cases.lv)
    when = now() + timedelta(hours=1)
    actions.plan_meeting_on_line(case, meet_at=when, border_sign="215", by=cases.by)
    actions.plan_meeting_on_line(case, meet_at=when, border_sign="215", by=cases.by)
    assert Alert.objects.filter(about=case.ref, card__event="meeting").count() == 1
    actions.go_on_site(case, by=cases.lv)
    actions.go_on_site(case, by=cases.by)
    assert fresh(case).state == "on_site"


def test_the_exchange_ends_when_both_have_given_something(cases):
    case = cases.at("on_site")
    actions.exchange_entries(case, [cases.entry(case)], by=cases.lv)
    assert "BY" in refused("nothing_exchanged", actions.finish_exchange, case, by=cases.lv)
    actions.exchange_entries(case, [cases.entry(case, by=cases.by)], by=cases.by)
    actions.finish_exchange(case, by=cases.lv)
    assert fresh(case).state == "exchanged"


def test_who_only_reads_moves_nothing(cases, people):
    case = cases.at("agreed")
    for verb in (actions.form_team, actions.go_on_site, actions.finish_exchange):
        with pytest.raises(NotAllowed):
            verb(case, by=people.dgp_duty)
        refused("not_found", verb, case, by=people.rix_duty)


@pytest.mark.parametrize("after", ["signed", "closed", "on_site", "handed_over"])
def test_the_database_knows_the_road(cases, after):
    case = cases.at("agreed")
    with pytest.raises(DatabaseError), transaction.atomic():
        Investigation.objects.filter(pk=case.pk).update(state=after)


def test_a_late_case_is_told_to_both_desks_once(cases, people, on_duty, time_machine):
    case = cases.at("agreed")
    time_machine.move_to(now() + timedelta(hours=25), tick=True)
    assert actions.alarm_late_cases() == 0  # nobody is there to hear it
    for officer, at in (
        (people.dgp_duty, "DESK-DGP"), (people.pol_duty, "DESK-POL"),
        (people.lv_hq, "LV-SBG"), (people.by_hq, "BY-GPK"),
    ):  # fmt: skip
        on_duty(officer, at)
    assert actions.alarm_late_cases() == 1
    assert actions.alarm_late_cases() == 0
    told = Delivery.objects.filter(alert__about=case.ref, alert__card__event="late")
    assert {delivery.desk.code for delivery in told} == {"DESK-DGP", "DESK-POL"}
    assert case in Investigation.objects.visible_to(cases.by).late()


def test_either_team_translates_what_the_case_is_about(cases, people):
    case = cases.at("agreed")
    words = {"title": "Следы", "grounds": "Четыре человека."}
    with pytest.raises(NotAllowed):
        actions.translate_case(case, language="ru", **words, by=people.pol_duty)
    with pytest.raises(Invalid):
        actions.translate_case(case, language="en", **words, by=cases.by)
    actions.translate_case(case, language="ru", **words, by=cases.by)
    assert fresh(case).said_in("ru") == ("Следы", "Четыре человека.", "ru")
    assert fresh(case).said_in("lv")[2] == "en"
