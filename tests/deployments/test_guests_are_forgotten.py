"""Of guests in the pool of experts nothing is kept longer than each side decided."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from bordercoop.audit.models import Entry
from bordercoop.web.finding.query import Query
from incidents.kept_elsewhere import due_elsewhere
from incidents.models import LegalHold, PurgeLine
from tests.incidents.kept import guardian, period, purge
from tests.training.operations_made import Operations
from training.deployments import actions
from training.deployments.models import (
    Accreditation,
    Briefing,
    Debriefing,
    Deployment,
    DeploymentMove,
    Expert,
    Extension,
)
from training.deployments.tiles import found_in
from training.joint_operations.actions import tag_incident

pytestmark = pytest.mark.django_db

NAME, REASON, NUMBER = "Zebulon Quist", "Quist was late.", "QX-77"
WORDS = (NAME, "Quist", NUMBER, "Second line only.", "Went well.", "Bring a lamp.", "+375 1")


def at(days):
    return time_machine.travel(now() + timedelta(days=days))


@pytest.fixture
def stayed(made):
    """A guest who deployed to Minsk, with everything that is said of one, and is over."""
    period("expert", side="BY")
    expert = made.expert(name=NAME)
    made.accredited(expert, last=20, number=NUMBER)
    one = made.brought("deployed", expert)
    asked = actions.ask_extension(
        one, last_day=one.last_day + timedelta(days=3), reason=REASON, by=made.asker("BY")
    )
    actions.answer_extension(asked, agreed=False, answer=REASON, by=made.hq["BY"])
    one.refresh_from_db()
    while one.state != "ended":
        one = made.step(one)
    return Deployment.objects.get(pk=one.pk), expert


def test_when_the_period_has_passed_a_guest_is_nowhere_and_the_figures_stay(
    made, people, officer, signed_in, api, stayed
):
    one, expert = stayed
    other = made.expert(name="Still Needed")  # in the pool and never deployed: by the day it came
    ready = made.expert(name="Ready Guest")
    actions.state_availability(ready, by=made.hq["BY"], **made.days("BY", 0, 200))
    guard = guardian(officer, "BY")
    hq, page = people.by_hq, f"/deployments/{one.uid}/"
    figures = (one.number, one.state, one.profile, one.first_day, one.last_day, one.side)
    with at(49):  # the accreditation ends on the 20th day
        assert ("expert", expert.number) not in due_elsewhere("BY")
    with at(29):
        assert purge() == []
        assert NAME in signed_in(hq).get(page).content.decode()
    with at(53):
        assert ("expert", expert.number) in due_elsewhere("BY")
        [certificate] = purge()
        assert purge() == []  # twice is once
        lines = {line.number: line for line in PurgeLine.objects.filter(purge=certificate)}
        assert set(lines) == {expert.number, other.number}
        assert lines[expert.number].rows > 4
        one.refresh_from_db()
        assert one.blanked_at
        assert one.expert is None
        assert figures == (
            one.number, one.state, one.profile, one.first_day, one.last_day, one.side
        )  # fmt: skip
        moves = one.moves.all()
        assert [move.after for move in moves][-1] == "ended"
        assert {move.reason for move in moves} == {""}
        gone = Expert.objects.get(pk=expert.pk)
        assert (gone.name, gone.service, gone.officer, gone.languages.count()) == ("", "", None, 0)
        assert gone.left_at
        assert Expert.objects.get(pk=ready.pk).name == "Ready Guest"
        # Nowhere: pages, programs, the search, the trail.
        browser, program = signed_in(hq), api(hq)
        for answer in (
            browser.get(page), browser.get("/deployments/?over=1"), browser.get("/experts/"),
            browser.get("/focal-point/"), program.get(f"/api/v1/deployments/{one.uid}/"),
            program.get("/api/v1/experts/"),
            signed_in(guard).get(f"/retention/certificates/{certificate.uid}/"),
        ):  # fmt: skip
            said = answer.content.decode()
            assert answer.status_code == 200, answer.request["PATH_INFO"]
            assert [word for word in WORDS if word in said] == [], answer.request["PATH_INFO"]
        assert "is no longer kept" in browser.get(page).content.decode()
        assert browser.get(f"/experts/{expert.uid}/").status_code == 404
        assert not found_in(hq, Query(NAME), 5).hits
        assert not any(word in f"{entry.facts}" for entry in Entry.objects.all() for word in WORDS)
    # The database lets a blanking through and nothing else, and nothing comes back.
    for rows, change in (
        (Expert, {"name": NAME, "blanked_at": None}), (Deployment, {"blanked_at": None}),
        (Briefing, {"text": "x"}), (Debriefing, {"report": "x"}), (Extension, {"reason": "x"}),
        (DeploymentMove, {"reason": "x"}), (Accreditation, {"number": "x"}),
    ):  # fmt: skip
        mine = {"pk": expert.pk} if rows is Expert else {}
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.objects.filter(**mine).update(**change)


def test_what_is_open_or_of_the_other_side_stays_and_the_database_guards_it(made, people, stayed):
    one, expert = stayed
    # Nothing is blanked beside a purge of what is over.
    bound = made.need()
    for _step in range(2):
        bound = made.step(bound)
    bound = made.step(bound, expert)
    for rows, change in (
        (Deployment.objects.filter(pk=bound.pk), {"expert": None, "blanked_at": now()}),
        (Expert.objects.filter(pk=expert.pk), {"name": "", "service": "", "blanked_at": now(),
                                               "left_at": now()}),
        (Accreditation.objects.all(), {"number": ""}), (Briefing.objects.all(), {"text": ""}),
        (Debriefing.objects.all(), {"report": "", "lessons": []}),
        (DeploymentMove.objects.filter(deployment=one), {"reason": ""}),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    with at(60):
        # A request names the guest still.
        assert purge() == []
        assert actions.blank_experts(expert, "BY") == 0
        actions.decline_deployment(bound, reason="Not now.", by=people.by_hq)
        assert purge() == []  # its own period begins
        # The other side accredited the guest: that is its own, by its own period.
        made.hq["LV"].refresh_from_db()
        made.accredited(expert, side="LV", first=0, last=10)
    with at(95):
        assert ("expert", expert.number) in due_elsewhere("BY")
        purge()
        one.refresh_from_db()
        expert.refresh_from_db()
        assert one.expert is None
        assert expert.name == NAME
        assert Accreditation.objects.get(side="BY").number == ""
        assert Accreditation.objects.get(side="LV").number != ""
        # No word comes back to what was blanked.
        held = Accreditation.objects.get(side="BY")
        assert actions.withdraw_accreditation(held, reason=REASON, by=made.hq["BY"]) == held
        assert Accreditation.objects.get(side="BY").reason == ""
    period("expert", side="LV")
    with at(120):
        purge()
        expert.refresh_from_db()
        assert expert.name == ""
        assert set(Accreditation.objects.values_list("number", flat=True)) == {""}


def test_a_hold_on_an_incident_of_the_operation_keeps_the_guest(made, people, unit, incident):
    period("expert", side="LV")
    operation, told = Operations(people, unit).running(), incident()
    expert = made.expert(name=NAME, by="LV")
    made.accredited(expert, side="LV", last=20)
    made.brought("ended", expert, side="LV", operation=operation)
    tag_incident(told, operation, by=people.dgp_officer)
    hold = LegalHold.objects.create(incident=told, side="LV", reason="Court", by=people.lv_hq)
    with at(60):
        assert purge() == []
        hold.lifted_at, hold.lift_reason = now(), "Over"
        hold.save(update_fields=["lifted_at", "lift_reason"])
        assert [line.number for line in PurgeLine.objects.filter(purge__in=purge())] == [
            expert.number
        ]


def test_an_account_is_no_longer_named(made, people, signed_in):
    period("expert", side="BY")
    guest = people.stranger
    expert = made.expert(guest)
    made.accredited(expert, last=20)
    one = made.brought("ended", expert)
    named, page = guest.display_name, f"/deployments/{one.uid}/"
    assert named in signed_in(people.by_hq).get(page).content.decode()
    with at(60):
        assert len(purge()) == 1
        assert named not in signed_in(people.by_hq).get(page).content.decode()
    assert Expert.objects.get(pk=expert.pk).officer is None
