"""Experts and deployments: the road with each step written, briefing and accreditation before
anybody deploys, what an expert sees and until when."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.errors import Invalid, KeyReused, NotAllowed, Refused, Stale
from contactpoints.models import Booking, Posting
from tests.deployments.deployments_made import ROAD, SPOKEN
from training.deployments import actions
from training.deployments.actions.telling import tell_deployment
from training.deployments.matching import matches
from training.deployments.models import (
    Accreditation,
    Briefing,
    Deployment,
    DeploymentMove,
    Expert,
)
from training.deployments.page import deeds_of

pytestmark = pytest.mark.django_db


def refused_by_the_database(rows, rule, **change):
    with pytest.raises(DatabaseError, match=rule), transaction.atomic():
        rows.update(**change)


def test_the_road_is_walked_with_each_step_written_and_twice_is_once(made, people):
    expert = made.expert()
    made.accredited(expert)
    one = made.need()
    walked = ["need"]
    while one.state != "ended":
        one = made.step(one, expert)
        walked.append(one.state)
        rows = Deployment.objects.filter(pk=one.pk)
        if one.state not in ("declined", "ended"):
            # No step is left out, none goes without its line, and none is written over.
            refused_by_the_database(rows, "each_step|[Ii]nvalid|debriefing|what_is", state="ended")
            after = ROAD[ROAD.index(one.state) + 1]
            refused_by_the_database(rows, "each_step|nobody|what_is|debriefing", state=after)
    assert walked == ROAD
    moves = list(one.moves.values_list("before", "after", "by"))
    assert [after for _before, after, _by in moves] == ROAD
    assert all(by for *_states, by in moves)
    assert {by for _before, _after, by in moves} == {people.fp_head.pk, people.by_hq.pk}
    refused_by_the_database(DeploymentMove.objects.all(), "step_of_a_deployment", reason="x")
    with pytest.raises(DatabaseError, match="a_step_goes_on"), transaction.atomic():
        DeploymentMove.objects.create(deployment=one, before="need", after="requested")
    # The last verb again is one; an earlier one says where it stands.
    count = one.moves.count()
    assert actions.close_deployment(one, by=people.fp_head).state == "ended"
    with pytest.raises(Refused, match="is at “Ended” now"):
        actions.accept_expert(one, by=people.by_hq)
    assert one.moves.count() == count
    ref = one.uid
    twice = {**made.said(), "client_ref": ref, "by": people.by_hq}
    assert actions.note_need(**twice) == actions.note_need(**twice)
    with pytest.raises(KeyReused):
        actions.note_need(**{**twice, "unit": made.unit("DESK-MSQ")})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"sender": "BY"}, "sender"), ({"sender": "XX"}, "sender"), ({"profile": "NO"}, "profile"),
        ({"languages": ["xx"]}, "languages"), ({"level": "Z9"}, "level"),
        ({"legal_basis": " "}, "legal_basis"), ({"tasks": ""}, "tasks"),
        ({"purpose": "x" * 2_000}, "purpose"), ({"language": "xx"}, "language"),
        ({"first_day": None}, "first_day"),
    ],
)  # fmt: skip
def test_a_need_that_cannot_be_right_is_said_at_its_field(made, wrong, field):
    with pytest.raises(Invalid) as caught:
        made.need(**wrong)
    assert field in caught.value.fields


def test_nobody_deploys_without_a_briefing_and_an_accreditation_over_all_the_days(made, people):
    expert, asker = made.expert(), people.fp_head
    one = made.brought("committed", expert)
    rows = Deployment.objects.filter(pk=one.pk)
    with pytest.raises(Refused, match="was not briefed yet"):
        actions.start_deployment(one, by=asker)
    with pytest.raises(Invalid, match="cannot be still to come"):
        actions.brief_expert(one, held_at=now() + timedelta(hours=1), given_by="x", text="x",
                             contact="x", language="en", by=asker)  # fmt: skip
    one = made.step(one)
    refused_by_the_database(Briefing.objects.all(), "a_briefing_loses", text="x")
    DeploymentMove.objects.create(deployment=one, before="briefed", after="deployed")
    refused_by_the_database(rows, "nobody_deploys_unaccredited", state="deployed")


def test_the_database_too_wants_a_briefing(made):
    """Without the verb: the steps are written by hand, the briefing is not."""
    expert = made.expert()
    made.accredited(expert)
    one = made.brought("committed", expert)
    rows = Deployment.objects.filter(pk=one.pk)
    DeploymentMove.objects.create(deployment=one, before="committed", after="briefed")
    rows.update(state="briefed")
    DeploymentMove.objects.create(deployment=one, before="briefed", after="deployed")
    refused_by_the_database(rows, "nobody_deploys_unbriefed", state="deployed")


def test_an_accreditation_that_is_short_of_another_kind_side_or_withdrawn_does_not_count(
    made, people
):
    expert, asker = made.expert(), people.fp_head
    one = made.brought("briefed", expert)
    last = {"valid_until": one.last_day - timedelta(1)}
    short = made.accredited(expert, number="short", **last)
    made.accredited(expert, number="area", kind="area")
    made.accredited(expert, side="LV")
    gone = made.accredited(expert, number="gone")
    actions.withdraw_accreditation(gone, reason="Expired mandate.", by=people.by_hq)
    for _ in range(2):
        with pytest.raises(Refused, match="no accreditation of the host side that is valid from"):
            actions.start_deployment(one, by=asker)
    with pytest.raises(NotAllowed):
        actions.withdraw_accreditation(short, reason="x", by=people.lv_hq)
    with pytest.raises(NotAllowed):
        made.accredited(made.expert(people.pol_officer), side="BY")
    refused_by_the_database(
        Accreditation.objects.filter(pk=short.pk), "as_granted", valid_until=one.last_day
    )
    refused_by_the_database(
        Accreditation.objects.filter(pk=gone.pk), "stays_so",
        withdrawn_at=None, withdrawn_by=None, reason="",
    )  # fmt: skip
    made.accredited(expert, number="whole")
    one = actions.start_deployment(one, by=asker)
    # Powers: none until somebody of the host says by what.
    assert one.powers_ground == ""
    with pytest.raises(NotAllowed):
        actions.grant_powers(one, ground="Order 12", by=asker)
    one = actions.grant_powers(one, ground="Order 12", by=people.by_hq)
    with pytest.raises(Refused):
        actions.grant_powers(one, ground="Order 13", by=people.by_hq)
    rows = Deployment.objects.filter(pk=one.pk)
    refused_by_the_database(rows, "executive_powers_have_a_ground", powers_by=None)
    refused_by_the_database(rows, "says_its_legal_basis", legal_basis="")
    # A longer stay is a request of its own, and needs an accreditation to its end.
    far = one.last_day + timedelta(90)
    with pytest.raises(Refused, match="no accreditation"):
        actions.ask_extension(one, last_day=far, reason="Season.", by=asker)
    refused_by_the_database(rows, "nobody_deploys_unaccredited", last_day=far)
    asked = actions.ask_extension(
        one, last_day=one.last_day + timedelta(5), reason="Season.", by=asker
    )
    with pytest.raises(Refused, match="waits for its answer"):
        actions.ask_extension(one, last_day=far, reason="x", by=asker)
    with pytest.raises(NotAllowed):
        actions.answer_extension(asked, agreed=True, by=asker)
    with pytest.raises(Invalid):
        actions.answer_extension(asked, agreed=False, by=people.by_hq)
    for _ in range(2):
        actions.answer_extension(asked, agreed=True, by=people.by_hq)
    one.refresh_from_db()
    assert (one.state, one.last_day) == ("extended", asked.last_day)
    assert [m.after for m in one.moves.all()][-2:] == ["deployed", "extended"]
    # Again, with the state as it is; and the withdrawal of the last accreditation ends it.
    more = actions.ask_extension(one, last_day=one.last_day + timedelta(1), reason="x", by=asker)
    actions.answer_extension(more, agreed=True, by=people.by_hq)
    whole = Accreditation.objects.get(number="whole")
    refused_by_the_database(
        Accreditation.objects.filter(pk=whole.pk), "stays_accredited",
        withdrawn_at=now(), withdrawn_by=people.by_hq, reason="x",
    )  # fmt: skip
    for _ in range(2):
        actions.withdraw_accreditation(whole, reason="Recalled.", by=people.by_hq)
    one.refresh_from_db()
    assert (one.state, one.reason) == ("cancelled", "Recalled.")
    assert one.access_ended_at


def test_a_guest_sees_the_own_deployment_while_it_lasts_and_nothing_else(
    made, people, signed_in, api
):
    guest = made.guest
    expert = made.expert(guest)
    made.accredited(expert)
    one = made.brought("briefed", expert)
    assert not Posting.objects.filter(officer=guest).exists()
    one = made.step(one)
    posting = Posting.objects.get(officer=guest)
    assert (posting.unit.code, posting.role, posting.ends_at) == ("EU-FRX", "expert", one.ends_at)
    page, program = f"/deployments/mine/{one.uid}/", "/api/v1/deployments/mine/"
    browser, caller = signed_in(guest), api(guest)
    shown = browser.get(page)
    assert shown.status_code == 200
    for word in ("Look at documents with the shift.", "Second line only.", "No executive powers",
                 "Desk, +375 1", "Working arrangement"):  # fmt: skip
        assert word in shown.content.decode()
    assert [row["number"] for row in caller.get(program).json()] == [one.number]
    for closed in (f"/deployments/{one.uid}/", "/deployments/", "/experts/", "/activities/",
                   f"/experts/{expert.uid}/", "/focal-point/", "/contacts/", "/risk/",
                   "/search/"):  # fmt: skip
        assert browser.get(closed).status_code == 404, closed
    for closed in ("deployments/", f"deployments/{one.uid}/"):
        assert caller.get(f"/api/v1/{closed}").status_code == 404, closed
    assert caller.get("/api/v1/experts/").status_code == 404
    one = made.step(one)
    assert browser.get(page).status_code == 200
    one = made.step(one)
    posting.refresh_from_db()
    assert posting.ended_at
    # The page that was open leads to the sign-in, the token is void, and signed in anew it is 404.
    gone = browser.get(page)
    assert gone.status_code == 302
    assert "login" in gone.url
    assert caller.get(program).status_code == 401
    assert not Deployment.objects.own_of(guest).exists()


def test_a_guest_with_another_posting_stays_signed_in_and_finds_nothing_of_it(
    made, officer, signed_in, api
):
    guest = officer("fx.expert", "EU-FRX", "expert")
    expert = made.expert(guest)
    made.accredited(expert)
    one = made.brought("deployed", expert)
    page = f"/deployments/mine/{one.uid}/"
    browser, caller = signed_in(guest), api(guest)
    assert browser.get(page).status_code == 200
    assert page in browser.get("/").content.decode()
    actions.cancel_deployment(one, reason="Recalled.", by=made.hq["BY"])
    assert browser.get(page).status_code == 404
    assert one.number not in browser.get("/deployments/mine/").content.decode()
    assert caller.get("/api/v1/deployments/mine/").json() == []
    assert Posting.objects.active().filter(officer=guest).count() == 1


def test_access_ends_at_the_midnight_of_the_last_day_without_anybody(made, people, signed_in):
    guest = made.guest
    expert = made.expert(guest)
    made.accredited(expert)
    one = made.brought("deployed", expert)
    page = f"/deployments/mine/{one.uid}/"
    assert signed_in(guest).get(page).status_code == 200
    with time_machine.travel(one.ends_at + timedelta(seconds=5)):
        assert not Deployment.objects.own_of(guest).exists()
        assert signed_in(guest).get(page).status_code != 200
        assert actions.end_due_deployments() == 1
        assert actions.end_due_deployments() == 0
        assert Posting.objects.get(officer=guest).ended_at
        one.refresh_from_db()
        assert (one.state, bool(one.access_ended_at)) == ("deployed", True)
        # What is left to be done still goes its way.
        for state in ("debriefed", "ended"):
            one = made.step(one)
            assert one.state == state


@pytest.mark.parametrize(("host", "sender"), [("BY", "LV"), ("LV", "BY")])
def test_the_two_services_deploy_to_each_other_without_a_posting_at_the_other_side(
    made, people, signed_in, api, host, sender
):
    officer = {"LV": people.dgp_officer, "BY": people.pol_officer}[sender]
    officer.language = "en"
    officer.save(update_fields=["language"])
    expert = made.expert(officer, by=sender)
    made.accredited(expert, host)
    one = made.need(host, sender)
    # The side that is asked reads it once the host has found it right.
    theirs = made.hq[sender]
    for state in ("need", "requested"):
        assert not Deployment.objects.visible_to(theirs).filter(pk=one.pk).exists(), state
        one = made.step(one)
    assert Deployment.objects.visible_to(theirs).filter(pk=one.pk).exists()
    for wrong in (made.hq[host], made.asker(host), officer):
        with pytest.raises(Refused):
            actions.offer_expert(one, expert=expert, by=wrong)
    foreign = made.expert(by=host)
    with pytest.raises(Invalid):
        actions.offer_expert(one, expert=foreign, by=theirs)
    while one.state != "accepted":
        one = made.step(one, expert)
    # The time is taken: by one booking, which nothing else may overlap.
    elsewhere = Booking.objects.create(
        officer=officer, kind="duty", period=(one.starts_at, one.starts_at + timedelta(hours=8))
    )
    with pytest.raises(Refused, match="is not free then"):
        actions.commit_expert(one, by=theirs)
    elsewhere.cancelled_at = now()
    elsewhere.save(update_fields=["cancelled_at"])
    one = made.step(one)
    held = Booking.objects.get(officer=officer, kind="deployment", cancelled_at=None)
    assert (held.period.lower, held.period.upper) == (one.starts_at, one.ends_at)
    page = f"/deployments/mine/{one.uid}/"
    browser, caller = signed_in(officer), api(officer)
    assert browser.get(page).status_code == 200
    while one.state != "deployed":
        one = made.step(one)
    assert not Posting.objects.filter(officer=officer).exclude(unit__side=sender).exists()
    assert "Second line only." in browser.get(page).content.decode()
    for _step in ("debriefed", "ended"):
        one = made.step(one)
    assert browser.get(page).status_code == 404
    assert caller.get("/api/v1/deployments/mine/").json() == []
    held.refresh_from_db()
    assert held.cancelled_at


def test_declined_and_cancelled_say_why_and_by_whom_it_may_be(made, people):
    expert = made.expert(people.dgp_officer, by="LV")
    made.accredited(expert)
    requested = made.brought("requested", sender="LV")
    with pytest.raises(Invalid, match="Say why"):
        actions.decline_deployment(requested, reason=" ", by=people.by_hq)
    with pytest.raises(NotAllowed):
        actions.decline_deployment(requested, reason="x", by=people.fp_head)
    for _ in range(2):
        done = actions.decline_deployment(requested, reason="No room.", by=people.by_hq)
    assert (done.state, done.moves.last().reason) == ("declined", "No room.")
    assert not Deployment.objects.visible_to(people.lv_hq).filter(pk=done.pk).exists()
    assessed = made.brought("assessed", sender="LV")
    with pytest.raises(NotAllowed):
        actions.decline_deployment(assessed, reason="x", by=people.by_hq)
    with pytest.raises(NotAllowed):
        actions.cancel_deployment(assessed, reason="x", by=people.lv_hq)
    actions.decline_deployment(assessed, reason="Nobody free.", by=people.lv_hq)
    there = made.brought("deployed", expert, sender="LV")
    for _ in range(2):
        there = actions.cancel_deployment(there, reason="Recalled.", by=people.lv_hq)
    assert (there.state, there.reason) == ("cancelled", "Recalled.")
    assert not Booking.objects.filter(kind="deployment", cancelled_at=None).exists()
    over = made.brought("ended", expert, sender="LV")
    with pytest.raises(Refused, match="is at “Ended” now"):
        actions.cancel_deployment(over, reason="x", by=people.fp_head)


def test_the_pool_is_kept_by_each_side_and_says_why_somebody_does_not_fit(made, people):
    own = made.expert(people.dgp_officer, by="LV", languages={"ru": "A2"}, profiles=["BSO"])
    with pytest.raises(Refused, match="in the pool already"):
        made.expert(people.dgp_officer, by="LV")
    wrong = (
        {"officer": people.pol_officer}, {"profiles": []}, {"profiles": ["NO"]},
        {"languages": {}}, {"languages": {"xx": "B1"}}, {"languages": {"lv": "Z"}},
    )  # fmt: skip
    for bad in wrong:
        with pytest.raises(Invalid):
            made.expert(by="LV", **bad)
    with pytest.raises(NotAllowed):
        actions.add_expert(name="x", service="x", profiles=["ALDO"], languages=SPOKEN,
                           by=people.dgp_head)  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.change_expert(own, profiles=["ALDO"], languages=SPOKEN, by=people.by_hq)
    fits = made.expert(people.rix_officer, by="LV")
    one = made.brought("assessed", sender="LV")
    actions.state_availability(fits, by=people.lv_hq, **made.days("BY", 0, 4))
    more = actions.state_availability(fits, by=people.lv_hq, **made.days("BY", 5, 20))
    made.accredited(fits)
    Booking.objects.create(
        officer=people.dgp_officer, kind="absence", period=(one.starts_at, one.ends_at)
    )
    first, second = matches(people.lv_hq, one)
    assert (first.expert, first.misses, first.accredited) == (fits, [], True)
    assert second.expert == own
    said = second.words
    for word in ("another profile than", "A2, B1 is asked", "no days stated", "an absence"):
        assert word in said
    assert matches(people.by_hq, one) == []
    actions.remove_availability(more, by=people.lv_hq)
    assert "available until" in matches(people.lv_hq, one)[0].words
    while one.state != "committed":
        one = made.step(one, fits)
    with pytest.raises(Refused, match="still needs this expert"):
        actions.leave_experts(fits, by=people.lv_hq)
    for _ in range(2):
        actions.leave_experts(own, by=people.lv_hq)
    assert not Expert.objects.visible_to(people.by_hq).filter(pk=own.pk).exists()
    assert Expert.objects.visible_to(people.lv_hq).filter(pk=own.pk).exists()
    refused_by_the_database(Expert.objects.filter(pk=own.pk), "has_left", left_at=None)
    refused_by_the_database(Expert.objects.filter(pk=fits.pk), "who_it_is", side="BY")
    # Nobody without an account is at two places either.
    guest = made.expert()
    made.brought("committed", guest)
    other = made.brought("accepted", guest)
    with pytest.raises(Refused, match="bound to another deployment"):
        actions.commit_expert(other, by=people.by_hq)


def test_the_focal_points_page_shows_who_is_there_who_comes_and_what_is_asked(
    made, people, signed_in
):
    here = made.expert(name="B. Here")
    made.accredited(here)
    made.brought("deployed", here)
    coming = made.expert(name="C. Coming")
    made.brought("committed", coming, **made.days("BY", 20, 25))
    made.brought("requested", purpose="Zqx secret")
    made.need(purpose="Zqx need")
    people.dgp_duty.language = "en"
    people.dgp_duty.save(update_fields=["language"])
    page = signed_in(people.dgp_duty).get("/focal-point/").content.decode()
    for word in ("B. Here", "C. Coming", "Here now", "No executive powers"):
        assert word in page
    # What was not assessed the host alone reads.
    assert "Requested" not in page
    assert "Requested" in signed_in(people.fp_head).get("/focal-point/").content.decode()
    assert "Zqx" not in page
    assert "DEP-" not in page
    assert "DEP-" in signed_in(people.fp_head).get("/focal-point/").content.decode()


def test_another_expert_is_offered_after_an_offer_was_declined(made, people, mailbox, carry_out):
    first = made.expert()
    second = made.expert(name="B. Guest")
    refused = made.brought("requested")
    refused = actions.decline_deployment(refused, reason="Not needed.", by=people.by_hq)
    with pytest.raises(Refused):  # the request itself was declined
        actions.offer_expert(refused, expert=second, by=people.by_hq)
    with pytest.raises(DatabaseError, match="goes_on_from_where"), transaction.atomic():
        DeploymentMove.objects.create(deployment=refused, before="declined", after="offered")
    one = made.brought("offered", made.expert(people.rix_officer, by="LV"), sender="LV")
    carry_out()
    [letter] = mailbox.to(people.by_hq)
    assert f"/deployments/{one.uid}/" in letter.get_content()
    one = actions.decline_deployment(one, reason="Speaks no Russian.", by=people.by_hq)
    assert "offer" in deeds_of(people.lv_hq, one)
    assert "offer" not in deeds_of(people.by_hq, one)
    with pytest.raises(NotAllowed):
        actions.offer_expert(one, expert=first, by=people.by_hq)
    another = made.expert(people.dgp_officer, by="LV")
    one = actions.offer_expert(one, expert=another, by=people.lv_hq)
    assert (one.state, one.reason, one.expert) == ("offered", "", another)
    assert [move.reason for move in one.moves.all()][-2:] == ["Speaks no Russian.", ""]
    # Of two offers the letter of the one that stands goes, and none once the days are over.
    told = len(mailbox.to(people.by_hq))
    assert made.step(one).state == "accepted"
    one.refresh_from_db()
    actions.grant_powers(one, ground="Order 5", by=people.by_hq)
    one = actions.decline_deployment(one, reason="Ill.", by=people.lv_hq)
    one = actions.offer_expert(one, expert=another, by=people.lv_hq)
    assert (one.state, one.powers_ground, one.powers_at, one.powers_by) == (
        "offered", "", None, None
    )  # fmt: skip
    one.refresh_from_db()
    assert one.powers_at is None
    refused_by_the_database(
        Deployment.objects.filter(pk=one.pk), "accepted_expert",
        powers_ground="x", powers_at=now(), powers_by=people.by_hq,
    )  # fmt: skip
    carry_out()
    assert len(mailbox.to(people.by_hq)) == told + 1
    one = actions.decline_deployment(one, reason="No.", by=people.by_hq)
    actions.offer_expert(one, expert=another, by=people.lv_hq)
    with time_machine.travel(one.ends_at + timedelta(seconds=5)):
        carry_out()
    assert len(mailbox.to(people.by_hq)) == told + 1


def test_letters_go_once_and_an_answer_to_a_longer_stay_that_was_replaced_is_stale(
    made, people, mailbox, carry_out
):
    expert = made.expert(people.dgp_officer, by="LV")
    granted = made.accredited(expert, last=20)
    one = made.brought("committed", expert, sender="LV", **made.days("BY", 0, 5))
    carry_out()
    told = len(mailbox.to(people.fp_head))
    # Whoever was told is not looked at again: there is room for the next.
    for looked_at in (2, 0):
        assert actions.remind_of_deployments() == looked_at
        carry_out()
    assert len(mailbox.to(people.fp_head)) == told + 1
    assert "no briefing was recorded" in mailbox.to(people.fp_head)[-1].get_content()
    assert granted.number in mailbox.to(people.by_hq)[-1].get_content()
    one = made.step(made.step(one))
    asker, offers = people.fp_head, people.lv_hq
    day = one.last_day
    first = actions.ask_extension(one, last_day=day + timedelta(1), reason="x", by=asker)
    actions.answer_extension(first, agreed=False, answer="No.", by=offers)
    actions.ask_extension(one, last_day=day + timedelta(9), reason="x", by=asker)
    with pytest.raises(Stale):
        actions.answer_extension(first, agreed=True, by=offers)
    assert Deployment.objects.get(pk=one.pk).last_day == day
    with time_machine.travel(one.ends_at - timedelta(hours=30)):
        actions.remind_of_deployments()
        carry_out()
        assert "ends tomorrow" in mailbox.to(people.fp_head)[-1].get_content()
        own = mailbox.to(people.dgp_officer)[-1].get_content()
        assert f"/deployments/mine/{one.uid}/" in own
    # A letter that waited is not true any more a day later.
    count = len(mailbox.to(people.fp_head))
    with time_machine.travel(one.ends_at - timedelta(hours=2)):
        tell_deployment(one, "ends", "late", [people.fp_head])
        carry_out()
    assert len(mailbox.to(people.fp_head)) == count
