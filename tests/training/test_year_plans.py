"""The yearly joint plan: lines of both sides, versions, signatures, what carries it out."""

import uuid
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from bordercoop.access.models import User
from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from training import actions
from training.demo.plans import live_with_plans
from training.models import Activity, Participation, PlanSignature, PlanVersion, YearPlan
from training.plan_progress import progress_of
from training.plans import difference, state_of

pytestmark = pytest.mark.django_db
SAID = {
    "kind": "study_visit", "title": "Visit to an airport", "language": "en", "topic": "events",
    "quarter": 2, "host_country": "AT", "seats_lv": 6, "seats_by": 6, "budget_line": "A.2.1",
    "amount": Decimal("12000"), "measure": "participants", "indicator": "staff trained",
    "target": 2,
}  # fmt: skip


@pytest.fixture
def approvers(people):
    return {"LV": people.lv_approver, "BY": people.by_approver}


def written(plan, by, **changes):
    return actions.add_plan_line(plan, by=by, **{**SAID, **changes})


def test_a_plan_is_written_by_both_signed_by_both_and_changed_only_anew(
    made, approvers, mailbox, carry_out
):
    lv, by = made.lv, made.by
    plan = actions.open_plan(year=2027, by=lv)
    assert actions.open_plan(year=2027, by=by).pk == plan.pk
    ref = uuid.uuid4()
    line = written(plan, lv, client_ref=ref)
    assert written(plan, lv, client_ref=ref).pk == line.pk
    other = written(
        plan, by, title="Сустрэча", language="be", measure="", indicator="", target=None
    )
    with pytest.raises(NotAllowed):
        actions.change_plan_line(line, by=by, **SAID)
    plan.refresh_from_db()
    with pytest.raises(Stale):
        actions.put_plan(plan, edition=1, by=lv)
    version = actions.put_plan(plan, edition=plan.edition, by=by)
    assert actions.put_plan(plan, edition=plan.edition, by=lv).pk == version.pk
    User.objects.filter(pk=approvers["LV"].pk).update(language="en")
    carry_out()
    for signer in approvers.values():
        [letter] = mailbox.to(signer)
        assert "/activities/plans/2027/" in letter.get_content()
    assert "version 1 of the joint plan for 2027" in mailbox.to(approvers["LV"])[0].get_content()
    with pytest.raises(NotAllowed):
        actions.sign_plan(plan, sha256=version.sha256, by=lv)
    with pytest.raises(Stale):
        actions.sign_plan(plan, sha256="0" * 64, by=approvers["LV"])
    one = actions.sign_plan(plan, sha256=version.sha256, by=approvers["LV"])
    assert actions.sign_plan(plan, sha256=version.sha256, by=approvers["LV"]).pk == one.pk
    # A change before both signed voids the one signature.
    actions.change_plan_line(line, edition=line.edition, by=lv, **{**SAID, "target": 120})
    one.refresh_from_db()
    version.refresh_from_db()
    assert one.voided_at
    assert version.voided_at
    with pytest.raises(Stale):
        actions.sign_plan(plan, sha256=version.sha256, by=approvers["BY"])
    plan.refresh_from_db()
    second = actions.put_plan(plan, edition=plan.edition, by=lv)
    for signer in approvers.values():
        actions.sign_plan(plan, sha256=second.sha256, by=signer)
    state = state_of(plan)
    assert state.code == "in_force"
    assert state.in_force.number == 2
    with translation.override("en"):
        [change] = difference(version.content, second.content)
    assert change.values == [("Target", "2", "120")]
    assert change.number == line.number
    # What both signed stands while a new version is written, and is in force until that is signed.
    actions.remove_plan_line(other, by=by)
    state = state_of(plan.__class__.objects.get())
    assert state.in_force.number == 2
    assert state.code == "draft"
    assert state.changed
    assert len(state.in_force.content["lines"]) == 2
    for broken in (
        lambda: PlanSignature.objects.filter(version=second).update(voided_at=second.at),
        lambda: PlanVersion.objects.filter(pk=second.pk).update(voided_at=second.at),
        lambda: PlanVersion.objects.filter(pk=second.pk).update(said="{}"),
        lambda: PlanVersion.objects.create(
            plan=plan, number=9, edition=9, said="{}", sha256="0" * 64, by=lv
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()


def test_a_signer_wrote_nothing_of_it_and_a_copy_keeps_who_wrote(made, approvers):
    plan = actions.open_plan(year=2026, by=made.lv)
    written(plan, made.lv)
    theirs = written(plan, made.by)
    copy = actions.open_plan(year=2027, like=plan, by=made.lv)
    assert list(copy.lines.values_list("side", "by")) == [
        ("LV", made.lv.pk), ("BY", theirs.by_id),
    ]  # fmt: skip
    assert actions.open_plan(year=2027, like=plan, by=made.by).pk == copy.pk
    with pytest.raises(Refused) as no:
        actions.open_plan(year=2027, like=actions.open_plan(year=2028, by=made.lv), by=made.lv)
    assert no.value.code == "begun"
    version = actions.put_plan(copy, edition=copy.edition, by=made.lv)
    copy.lines.model.objects.filter(pk=-1).update(quarter=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        copy.lines.update(quarter=1)  # under what waits for signatures
    with pytest.raises(Stale):
        actions.sign_plan(plan, sha256=version.sha256, by=approvers["LV"])


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("kind", {"kind": "party"}), ("quarter", {"quarter": 5}), ("seats_by", {"seats_by": -1}),
        ("amount", {"amount": Decimal("NaN")}), ("measure", {"measure": ""}),
        ("target", {"target": 0}), ("indicator", {"indicator": " "}), ("title", {"title": " "}),
        ("topic", {"topic": "none such"}),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_right_says_where(made, field, changes):
    plan = actions.open_plan(year=2027, by=made.lv)
    with pytest.raises(Invalid) as no:
        written(plan, made.lv, **changes)
    assert list(no.value.fields) == [field]
    assert not plan.lines.exists()


def held(made, **changes):
    activity = made.nominating(**changes)
    for officer, code, who in (
        (made.people.dgp_officer, "LV-DGP", made.lv), (made.people.pol_officer, "BY-POL", made.by),
    ):  # fmt: skip
        made.approved(activity, officer, code, who)
        actions.invite_participants(activity, by=who)
    Participation.objects.filter(activity=activity, state="invited").update(state="attended")
    activity = actions.confirm_activity(activity, by=made.lv)
    for state in ("running", "held"):
        Activity.objects.filter(pk=activity.pk).update(state=state)
    Activity.objects.filter(pk=activity.pk).update(budget_used=Decimal("9000"))
    return Activity.objects.get(pk=activity.pk)


def test_what_carries_a_line_out_is_counted_and_a_late_line_says_so(made):
    activity = held(made)
    year = activity.starts_at.astimezone(ZoneInfo(activity.zone)).year
    plan = actions.open_plan(year=year, by=made.lv)
    line, late = written(plan, made.lv, quarter=4), written(plan, made.by, quarter=1)
    elsewhere = written(actions.open_plan(year=year + 1, by=made.lv), made.lv)
    with pytest.raises(Refused) as no:
        actions.tie_activity(activity, elsewhere, by=made.by)
    assert no.value.code == "other_year"
    link = actions.tie_activity(activity, late, by=made.by)
    link = actions.tie_activity(activity, line, by=made.lv)
    assert actions.tie_activity(activity, line, by=made.lv).pk == link.pk
    with pytest.raises(Refused):
        actions.remove_plan_line(line, by=made.lv)
    day = datetime(year, 12, 1).date()
    with translation.override("en"):
        first, second = progress_of(year, list(plan.lines.standing()), today=day)
    assert (first.tied, first.held, first.participants, first.people) == (1, 1, 2, 2)
    assert first.days == 6
    assert first.used == 9000
    assert first.reached == 2
    assert first.share == 100
    assert (first.code, first.late) == ("done", "")
    assert second.late == f"Quarter 1 of {year} is over, and no activity is tied to it."
    actions.tie_activity(activity, None, by=made.lv)
    assert progress_of(year, [line], today=day)[0].tied == 0


def test_pages_of_the_plan(made, approvers, client):
    made.lv.language = "en"
    made.lv.save(update_fields=["language"])
    client.force_login(made.lv)
    got = client.post(reverse("year_plans"), {"year": "2027", "like": ""})
    assert got.status_code == 302
    new = reverse("plan_line_new", args=[2027])
    form = {**SAID, "amount": "12 000,50", "quarter": "2"}
    assert client.post(new, {**form, "target": ""}).status_code == 400
    assert client.post(new, form).status_code == 302
    page = client.get(reverse("year_plan", args=[2027])).content.decode()
    assert "Visit to an airport" in page
    assert "000.50" in page
    assert "0 / 2" in page
    put = client.post(reverse("year_plan", args=[2027]), {"edition": "2"})
    assert put.status_code == 302
    shown = client.get(reverse("plan_version", args=[2027, 1]))
    assert shown.status_code == 200
    paper = client.get(reverse("plan_paper", args=[2027, 1]))
    assert paper.content.startswith(b"%PDF")
    assert paper["Content-Type"] == "application/pdf"
    assert client.get(reverse("year_plan_sign", args=[2027])).status_code == 403
    client.force_login(approvers["BY"])
    asked = client.get(reverse("year_plan_sign", args=[2027]))
    assert asked.status_code == 302
    assert "reauthenticate" in asked["Location"]
    assert client.get(new).status_code == 403
    client.force_login(made.people.stranger)
    for name, args in (("year_plans", []), ("year_plan", [2027]), ("plan_paper", [2027, 1])):
        assert client.get(reverse(name, args=args)).status_code == 404


def test_the_demo_has_a_signed_plan_and_a_draft_of_the_next_year(made, approvers):
    people = {
        "lv.coordinator": made.lv, "by.coordinator": made.by,
        "lv.approver": approvers["LV"], "by.approver": approvers["BY"],
    }  # fmt: skip
    held(made)
    assert live_with_plans(people) == "demo plans: 2 new"
    assert live_with_plans(people) == "demo plans: there already"
    draft, signed = (state_of(plan) for plan in YearPlan.objects.all())
    assert (draft.code, signed.code) == ("draft", "in_force")
    assert draft.plan.lines.count() == signed.plan.lines.count() == 4
    assert signed.plan.lines.filter(links__removed_at=None, links__isnull=False).count() <= 1
