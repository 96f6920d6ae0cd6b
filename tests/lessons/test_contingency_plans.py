"""Contingency plans: written by both, approved by both, activated, ticked off, stood down."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.audit.models import Entry
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from bordercoop.reference.models import utc_today
from contactpoints.actions import acknowledge_delivery
from contactpoints.models import Alert, Desk
from training.lessons import actions
from training.lessons.contingency import contacts_of, difference, in_force, run_of, state_of
from training.lessons.models import (
    ContingencyActivation,
    ContingencyApproval,
    ContingencyPlan,
    ContingencyTick,
    ContingencyVersion,
)
from training.lessons.tiles import tasks_of

pytestmark = pytest.mark.django_db


def test_both_sides_approve_what_they_read_and_a_change_voids_it(
    lessons, people, mailbox, carry_out
):
    plan, version = lessons.put()
    assert actions.put_contingency(plan, edition=plan.edition, by=lessons.by).pk == version.pk
    carry_out()
    for approver in lessons.approvers.values():
        [letter] = mailbox.to(approver)
        assert f"/contingency/{plan.number}/" in letter.get_content()
    with pytest.raises(NotAllowed):
        actions.approve_contingency(plan, sha256=version.sha256, by=lessons.lv)
    with pytest.raises(Stale):
        actions.approve_contingency(plan, sha256="0" * 64, by=people.lv_approver)
    one = actions.approve_contingency(plan, sha256=version.sha256, by=people.lv_approver)
    same = actions.approve_contingency(plan, sha256=version.sha256, by=people.lv_approver)
    assert same.pk == one.pk
    assert in_force(plan) is None
    with pytest.raises(DatabaseError), transaction.atomic():  # under what waits
        ContingencyPlan.objects.filter(pk=plan.pk).update(title="Another", edition=99)
    with pytest.raises(DatabaseError), transaction.atomic():  # one of two
        ContingencyVersion.objects.filter(pk=version.pk).update(signed_at=now())
    task = plan.content["tasks"][1]
    changed = actions.set_contingency_item(
        plan, part="tasks", code=task["code"], phase=task["phase"], what=task["what"],
        who=task["who"], minutes=7, edition=plan.edition, by=lessons.by,
    )  # fmt: skip
    one.refresh_from_db()
    version.refresh_from_db()
    assert one.voided_at
    assert version.voided_at
    with pytest.raises(Stale):
        actions.approve_contingency(plan, sha256=version.sha256, by=people.by_approver)
    with pytest.raises(Stale):
        actions.put_contingency(plan, edition=plan.edition, by=lessons.lv)
    lessons.in_force(changed)
    second = in_force(plan)
    assert second.number == 2
    with translation.override("en"):
        [change] = difference(version.content, second.content)
    assert change.values == [("Within minutes", "5", "7")]
    assert "Call the other desk" in change.about
    # What was approved stands while the next is written.
    plan.refresh_from_db()
    actions.remove_contingency_item(plan, code=task["code"], by=lessons.lv)
    state = state_of(ContingencyPlan.objects.get(pk=plan.pk))
    assert (state.code, state.holds.number) == ("changing", 2)
    for broken in (
        lambda: ContingencyVersion.objects.filter(pk=second.pk).update(said="{}"),
        lambda: ContingencyVersion.objects.filter(pk=second.pk).update(voided_at=now()),
        lambda: ContingencyApproval.objects.filter(version=second).update(voided_at=now()),
        lambda: ContingencyApproval.objects.filter(version=second).update(sha256="0" * 64),
        lambda: ContingencyApproval.objects.filter(version=second).update(name_latin="Another"),
        lambda: ContingencyPlan.objects.filter(pk=plan.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()


def test_an_approver_wrote_nothing_of_it(lessons, people):
    plan, version = lessons.put()
    assert version.authors == sorted({lessons.lv.pk, lessons.by.pk})
    ContingencyPlan.objects.filter(pk=plan.pk).update(
        editors=[*plan.editors, people.lv_approver.pk]
    )
    changed = actions.set_contingency_item(
        plan, part="phases", name="After", client_ref=uuid.uuid4(), by=lessons.lv
    )
    version = actions.put_contingency(changed, edition=changed.edition, by=lessons.lv)
    with pytest.raises(NotAllowed) as no:
        actions.approve_contingency(plan, sha256=version.sha256, by=people.lv_approver)
    assert no.value.code == "own_text"
    with pytest.raises(DatabaseError), transaction.atomic():
        ContingencyApproval.objects.create(
            version=version, side="LV", sha256=version.sha256, name_latin="x",
            by=people.lv_approver,
        )  # fmt: skip


def test_one_sides_own_plan_is_approved_by_that_side(lessons, people):
    plan = lessons.in_force(lessons.begun(joint=False))
    assert in_force(plan)
    assert not ContingencyPlan.objects.visible_to(people.pol_officer).exists()
    with pytest.raises(Refused) as no:
        actions.activate_contingency(
            plan, place=lessons.here, reason="x", exercise=False, by=people.pol_duty
        )
    assert no.value.status == 404


def test_an_approved_plan_holds_from_its_day_on(lessons):
    plan = lessons.in_force(lessons.begun(effective_on=utc_today() + timedelta(days=3)))
    assert state_of(plan).code == "coming"
    with pytest.raises(Refused) as no:
        actions.activate_contingency(
            plan, place=lessons.here, reason="x", exercise=True, by=lessons.lv
        )
    assert no.value.code == "not_in_force"
    with pytest.raises(DatabaseError), transaction.atomic():
        ContingencyActivation.objects.create(
            plan=plan, version=plan.versions.get(), place=lessons.here, exercise=False,
            reason="x", side="LV", by=lessons.lv,
        )  # fmt: skip
    with time_machine.travel(now() + timedelta(days=3)):
        assert state_of(plan).code == "in_force"


@pytest.mark.parametrize(
    ("field", "part", "said"),
    [
        ("phase", "tasks", {"phase": "none", "what": "x", "who": "x", "minutes": 1}),
        ("minutes", "tasks", {"what": "x", "who": "x", "minutes": -1}),
        ("who", "tasks", {"what": "x", "who": " ", "minutes": 1}),
        ("desk", "contacts", {"desk": "LV-DGP"}), ("name", "contacts", {"name": ""}),
        ("name", "phases", {"name": ""}), ("part", "title", {}),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_right_says_where(lessons, field, part, said):
    plan = lessons.begun()
    if part == "tasks":
        said = {"phase": plan.content["phases"][0]["code"], **said}
    with pytest.raises(Invalid) as no:
        actions.set_contingency_item(plan, part=part, by=lessons.lv, **said)
    assert list(no.value.fields) == [field]
    with pytest.raises(Refused) as no:
        actions.remove_contingency_item(plan, code=plan.content["phases"][0]["code"], by=lessons.lv)
    assert no.value.code == "has_tasks"


def test_an_active_plan_is_ticked_by_both_sides_and_stood_down(lessons, people):
    plan = lessons.in_force()
    ref = uuid.uuid4()
    asked = {"place": lessons.here, "reason": "A bus with thirty people.", "exercise": False}
    with pytest.raises(NotAllowed):
        actions.activate_contingency(plan, by=people.dgp_officer, **asked)
    run = actions.activate_contingency(plan, client_ref=ref, by=people.dgp_duty, **asked)
    assert actions.activate_contingency(plan, client_ref=ref, by=people.dgp_duty, **asked) == run
    assert actions.activate_contingency(plan, by=people.pol_duty, **asked) == run
    drill = actions.activate_contingency(plan, by=people.pol_duty, **{**asked, "exercise": True})
    assert drill != run
    elsewhere = next(
        one
        for one in type(lessons.here).objects.exclude(pk=lessons.here.pk).filter(kind="crossing")
    )
    with pytest.raises(Invalid):
        actions.activate_contingency(plan, by=people.dgp_duty, **{**asked, "place": elsewhere})
    first, second = (task["code"] for task in plan.content["tasks"])
    tick = actions.tick_task(run, task=first, note="Lane 3", by=people.pol_officer)
    assert actions.tick_task(run, task=first, by=people.dgp_officer).pk == tick.pk
    with pytest.raises(Refused):
        actions.tick_task(run, task="none", by=people.dgp_officer)
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert (run_of(run).done, run_of(run).late) == (1, 1)
    assert any(tile["urgent"] for tile in tasks_of(people.pol_officer))
    with pytest.raises(Refused) as no:
        actions.retire_contingency(plan, reason="Old.", by=people.lv_approver)
    assert no.value.code == "active"
    with pytest.raises(NotAllowed):
        actions.stand_down(run, outcome="Over.", by=people.dgp_officer)
    actions.stand_down(run, outcome="Over.", by=people.pol_duty)
    assert actions.stand_down(run, outcome="Again.", by=people.dgp_duty).outcome == "Over."
    with pytest.raises(Refused):
        actions.tick_task(run, task=second, by=people.dgp_officer)
    rows = ContingencyActivation.objects.filter(pk=run.pk)
    for broken in (
        lambda: rows.update(outcome="Another"), lambda: rows.delete(),
        lambda: ContingencyTick.objects.create(
            activation=run, task=second, side="LV", by=lessons.lv
        ),
        lambda: ContingencyTick.objects.create(
            activation=drill, task="none", side="LV", by=lessons.lv
        ),
        lambda: ContingencyTick.objects.update(note="Another"),
        lambda: ContingencyActivation.objects.create(
            plan=plan, version=in_force(plan), place=elsewhere, exercise=False, reason="x",
            side="LV", by=lessons.lv,
        ),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()
    actions.stand_down(drill, outcome="Over.", by=people.pol_duty)
    actions.retire_contingency(plan, reason="Replaced.", by=people.lv_approver)
    assert in_force(plan) is None
    with pytest.raises(Refused):
        actions.set_contingency_item(plan, part="phases", name="x", by=lessons.lv)


def test_the_desks_of_the_plan_are_alerted_and_told_when_it_is_over(
    lessons, people, unit, client, monkeypatch
):
    plan = lessons.in_force()  # names DESK-POL; the Latvian desk is that of the same border
    asked = {"place": lessons.here, "reason": "A bus with thirty people."}
    run = actions.activate_contingency(plan, exercise=False, by=people.dgp_duty, **asked)
    [alert] = Alert.objects.about(run.ref)
    assert (alert.priority, alert.status, alert.sender) == ("P1", "actual", unit("DESK-DGP"))
    found = {row.desk.code: row for row in alert.deliveries.select_related("desk")}
    assert set(found) == {"DESK-DGP", "DESK-POL"}
    assert found["DESK-DGP"].acknowledged_by == people.dgp_duty
    assert found["DESK-POL"].escalate_at
    duty = people.pol_duty
    User.objects.update(language="en")
    client.force_login(duty)
    console = client.get(reverse("console")).content.decode()
    assert "A contingency plan is active" in console
    assert reverse("contingency_activation", args=[run.uid]) in console
    again = actions.activate_contingency(plan, exercise=False, by=people.pol_duty, **asked)
    assert (again, Alert.objects.about(run.ref).count()) == (run, 1)
    actions.stand_down(run, outcome="All went home.", by=people.pol_duty)
    actions.stand_down(run, outcome="Again.", by=people.dgp_duty)
    told = Alert.objects.about(run.ref).get(kind="update")
    assert (told.priority, told.card["text"], told.references) == ("P3", "All went home.", alert)
    assert {row.desk.code for row in told.deliveries.open()} == {"DESK-DGP"}
    # Nobody has to acknowledge the activation any more.
    assert not alert.deliveries.open().exists()
    drill = actions.activate_contingency(plan, exercise=True, by=people.by_hq, **asked)
    [alert] = Alert.objects.about(drill.ref)
    assert (alert.status, alert.card["exercise"], alert.sender.side) == ("exercise", True, "BY")
    assert alert.deliveries.open().filter(escalate_at=None).count() == 2
    for delivery in alert.deliveries.filter(desk__code="DESK-POL"):
        acknowledge_delivery(delivery, line="Read.", by=people.pol_duty)
    # What is in hand is marked as an exercise too.
    row = client.get(reverse("console")).content.decode().split(drill.ref.partition(":")[2])[1]
    assert ">Exercise<" in row[:1500]
    actions.stand_down(drill, outcome="Over.", by=people.by_hq)
    # A desk without an escalation policy stops nothing: it is called.
    Desk.objects.filter(unit__code="DESK-POL").update(phone="+375 00 000")
    known = {desk.pk: None for desk in (unit("DESK-DGP"), unit("DESK-RIX"))}
    monkeypatch.setattr("training.lessons.actions.activating.policies_of", lambda desks: known)
    run = actions.activate_contingency(plan, exercise=False, by=people.dgp_duty, **asked)
    reached = Alert.objects.about(run.ref).get().deliveries.values_list("desk__code", flat=True)
    assert list(reached) == ["DESK-DGP"]
    assert Entry.objects.filter(verb="activation.activated").order_by("pk").last().facts[
        "not_alerted"
    ] == ["DESK-POL"]
    page = client.get(reverse("contingency_activation", args=[run.uid])).content.decode()
    banner = page.split("Not alerted: call")[1].split("</ul>")[0]
    assert "+375 00 000" in banner
    assert unit("DESK-DGP").name not in banner
    known.clear()
    actions.stand_down(run, outcome="Over.", by=people.dgp_duty)
    alone = actions.activate_contingency(plan, exercise=False, by=people.dgp_duty, **asked)
    assert not Alert.objects.about(alone.ref).exists()
    actions.stand_down(alone, outcome="Over.", by=people.dgp_duty)
    page = client.get(reverse("contingency_activation", args=[alone.uid])).content.decode()
    assert "Not alerted" not in page


def test_a_plan_of_one_side_calls_that_side_alone(lessons, people):
    asked = {"place": lessons.here, "reason": "A bus with thirty people."}
    own = lessons.in_force(lessons.begun(joint=False))
    run = actions.activate_contingency(own, exercise=False, by=people.dgp_duty, **asked)
    [alert] = Alert.objects.about(run.ref)
    assert {row.desk.side for row in alert.deliveries.select_related("desk")} == {"LV"}


def test_minutes_count_from_the_begin_of_a_phase_and_a_tick_is_taken_back(lessons, people, client):
    plan = lessons.begun()
    plan = actions.set_contingency_item(plan, part="phases", name="After", by=lessons.lv)
    first, later = (phase["code"] for phase in plan.content["phases"])
    plan = actions.set_contingency_item(
        plan, part="tasks", phase=later, what="Open the lane", who="Shift leader", minutes=10,
        by=lessons.lv,
    )  # fmt: skip
    plan = lessons.in_force(plan)
    codes = {task["what"]: task["code"] for task in plan.content["tasks"]}
    begun = now()
    with time_machine.travel(begun, tick=False) as clock:
        run = actions.activate_contingency(
            plan, place=lessons.here, reason="Drill.", exercise=True, by=people.dgp_duty
        )
        assert [one.phase for one in run.begun.all()] == [first]
        clock.shift(timedelta(hours=1))
        assert run_of(run).late == 2  # of the first phase alone
        with pytest.raises(NotAllowed):
            actions.begin_phase(run, phase=later, by=people.lv_approver)
        with pytest.raises(Refused):
            actions.begin_phase(run, phase="none", by=people.pol_officer)
        made = actions.begin_phase(run, phase=later, by=people.pol_officer)
        assert actions.begin_phase(run, phase=later, by=people.dgp_officer) == made
        clock.shift(timedelta(minutes=9))
        assert run_of(run).late == 2
        tick = actions.tick_task(run, task=codes["Open the lane"], by=people.pol_officer)
        clock.shift(timedelta(minutes=2))
        assert run_of(run).late == 2
        with pytest.raises(Invalid):
            actions.take_tick_back(tick, reason=" ", by=people.dgp_officer)
        back = actions.take_tick_back(tick, reason="It was lane 4.", by=people.dgp_officer)
        same = actions.take_tick_back(tick, reason="Another", by=people.pol_officer)
        assert (same.taken_back_by, same.reason) == (people.dgp_officer, back.reason)
        assert (run_of(run).done, run_of(run).late) == (0, 3)
        anew = actions.tick_task(run, task=codes["Open the lane"], by=people.dgp_officer)
        assert anew.pk != tick.pk
        assert run_of(run).phases[1].tasks[0].taken_back == [tick]
    User.objects.update(language="en")
    page = reverse("contingency_activation", args=[run.uid])
    client.force_login(people.pol_officer)
    shown = client.get(page).content.decode()
    assert "It was lane 4." in shown
    wrong = client.post(page, {"do": "take_back", "tick": str(anew.uid), "reason": ""})
    assert wrong.status_code == 400
    assert client.post(page, {"do": "take_back", "tick": "none"}).status_code == 404
    sent = {"do": "take_back", "tick": str(anew.uid), "reason": "Closed again."}
    assert client.post(page, sent).status_code == 302
    assert client.post(page, {"do": "begin", "phase": later}).status_code == 302
    for broken in (
        lambda: ContingencyTick.objects.filter(pk=tick.pk).update(reason="Another"),
        lambda: ContingencyTick.objects.filter(pk=tick.pk).update(taken_back_at=None),
        lambda: run.begun.update(at=begun),
        lambda: run.begun.create(phase="none", side="LV", by=lessons.lv),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()


def test_desks_are_called_by_the_telephone_they_have_now(lessons):
    plan = lessons.begun()
    from contactpoints.models import Desk

    Desk.objects.filter(unit__code="DESK-POL").update(phone="+375 00 000")
    [contact] = contacts_of(plan.content)
    assert (contact.phone, contact.side) == ("+375 00 000", "BY")


def test_the_pages_carry_a_plan_from_draft_to_stood_down(lessons, people, client):
    people.dgp_duty, people.pol_officer, people.lv_approver
    User.objects.update(language="en")
    client.force_login(lessons.lv)
    typed = {"title": "Group", "language": "en", "joint": "both", "triggers": "Ten people.",
             "effective_on": "", "places_of": [lessons.here.code]}  # fmt: skip
    bad = client.post(reverse("contingency_new"), {**typed, "triggers": ""})
    assert bad.status_code == 400
    assert client.post(reverse("contingency_new"), typed).status_code == 302
    plan = ContingencyPlan.objects.get()
    page = reverse("contingency_plan", args=[plan.number])

    def item(part, code="new", **said):
        url = reverse("contingency_item", args=[plan.number, part, code])
        return client.post(url, {"do": "save", **said})

    assert client.get(reverse("contingency_item", args=[plan.number, "tasks", "new"])).url
    assert item("phases", name="First minutes").status_code == 302
    plan.refresh_from_db()
    phase = plan.content["phases"][0]["code"]
    assert item("tasks", phase=phase, what="Stop", who="", minutes="2").status_code == 400
    assert item("tasks", phase=phase, what="Stop", who="Leader", minutes="2").status_code == 302
    assert item("contacts", desk="DESK-POL").status_code == 302
    plan.refresh_from_db()
    code = plan.content["tasks"][0]["code"]
    assert client.get(
        reverse("contingency_item", args=[plan.number, "tasks", code])
    ).status_code == 200  # fmt: skip
    assert client.get(reverse("contingency_change", args=[plan.number])).status_code == 200
    assert client.post(page, {"do": "put", "edition": "1"}).status_code == 409
    assert client.post(page, {"do": "put", "edition": str(plan.edition)}).status_code == 302
    version = plan.versions.get()
    client.force_login(people.lv_approver)
    asked = client.get(reverse("contingency_approve", args=[plan.number]))
    assert asked.status_code == 302  # the password first
    for approver in lessons.approvers.values():
        actions.approve_contingency(plan, sha256=version.sha256, by=approver)
    client.force_login(people.dgp_duty)
    shown = client.get(page).content.decode()
    assert "Activate now" in shown
    assert client.post(page, {"do": "activate", "place": lessons.here.code, "exercise": "real",
                              "reason": ""}).status_code == 400  # fmt: skip
    made = client.post(page, {"do": "activate", "place": lessons.here.code,
                              "exercise": "exercise", "reason": "Drill"})  # fmt: skip
    client.force_login(people.pol_officer)
    assert "Exercise" in client.get(made.url).content.decode()
    assert client.post(made.url, {"do": "tick", "task": code, "note": ""}).status_code == 302
    assert "Stand it down" not in client.get(made.url).content.decode()
    client.force_login(people.dgp_duty)
    assert client.post(made.url, {"do": "end", "said": ""}).status_code == 400
    assert client.post(made.url, {"do": "end", "said": "Over."}).status_code == 302
    version_page = reverse("contingency_version", args=[plan.number, 1])
    assert version.sha256 in client.get(version_page).content.decode()
    paper = client.get(reverse("contingency_paper", args=[plan.number, 1]))
    assert paper.content.startswith(b"%PDF")
    assert plan.number in client.get(reverse("contingency_plans")).content.decode()
