"""Joint operations: plan of both sides, shifts, tags, daily reports, final evaluation."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from bordercoop.errors import Invalid, NotAllowed, Refused, Stale
from contactpoints.actions import end_posting
from contactpoints.models import Booking, Posting
from contactpoints.models.statements import sum_of
from incidents.models import Share
from tests.training.operations_made import Operations, midnight
from training.joint_operations import actions, daily, evaluating, tagging
from training.joint_operations.demo import live_with_operations
from training.joint_operations.models import (
    JointOperation,
    OperationApproval,
    OperationDay,
    OperationShift,
    OperationTag,
    OperationText,
    OperationVersion,
)
from training.joint_operations.operation_papers import difference, missing_parts, standing_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(people, unit):
    return Operations(people, unit)


@pytest.fixture
def own_words(people):
    """Whoever reads sentences in a test reads them in English."""
    for one in (people.lv_hq, people.by_hq, people.lv_approver, people.by_approver):
        one.language = "en"
        one.save(update_fields=["language"])


def refused(verb, *args, **kwargs):
    with pytest.raises(Refused) as no:
        verb(*args, **kwargs)
    return no.value


def test_a_draft_is_the_own_sides_and_the_same_form_begins_one(ops, people):
    ref = uuid.uuid4()
    one = ops.draft(client_ref=ref, in_calendar=True)
    assert ops.draft(client_ref=ref, in_calendar=True).pk == one.pk
    assert one.number == f"JOP-{now().year}-00001"
    assert one.activity.kind == "operation"
    assert not JointOperation.objects.visible_to(ops.by).exists()
    assert refused(actions.propose_operation, one, by=ops.by).status == 404
    assert not JointOperation.objects.visible_to(people.stranger).exists()
    with pytest.raises(NotAllowed):
        actions.propose_operation(one, by=people.dgp_officer)
    one = actions.propose_operation(actions.propose_operation(one, by=ops.lv), by=ops.lv)
    assert one.state == "proposed"
    assert list(JointOperation.objects.visible_to(ops.by)) == [one]
    other = ops.draft()
    assert refused(actions.tie_operation, other, one.activity, by=ops.lv).code == "taken"
    assert refused(actions.propose_operation, ops.draft(places=[], sections=[]), by=ops.lv).fields


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": " "}), ("zone", {"zone": "Europe/Warsaw"}),
        ("places", {"places": ["NOWHERE"]}), ("sections", {"sections": ["S99"]}),
        ("ends_at", {"ends_at": now() - timedelta(days=9)}), ("language", {"language": "xx"}),
        ("starts_at", {"starts_at": now() + timedelta(days=9000),
                       "ends_at": now() + timedelta(days=9001)}),
    ],
)  # fmt: skip
def test_what_cannot_be_right_says_where(ops, field, changes):
    with pytest.raises(Invalid) as no:
        ops.draft(**changes)
    assert list(no.value.fields) == [field]
    assert not JointOperation.objects.exists()


def test_a_plan_is_written_part_by_part_and_approved_by_both_with_one_hash(ops, people):
    lv, by = ops.lv, ops.by
    operation = ops.proposed()
    assert len(missing_parts(operation, "plan")) == 8
    with pytest.raises(NotAllowed):
        ops.text(operation, "area", by=by, owner="LV")
    with pytest.raises(NotAllowed):
        ops.text(operation, "area", by=people.pol_officer, owner="BY")
    first = ops.text(operation, "area", owner="LV", text="Our road")
    theirs = ops.text(operation, "area", by=by, owner="BY", text="Their road", edition=0)
    with pytest.raises(Stale):
        ops.text(operation, "area", owner="LV", text="Another", edition=first.edition + 1)
    operation.refresh_from_db()
    incomplete = refused(
        actions.put_operation_paper, operation, paper="plan", edition=operation.edition, by=lv
    )
    assert incomplete.code == "incomplete"
    version = ops.put(operation)
    assert ops.put(operation).pk == version.pk
    said = {part["section"]: part["texts"] for part in version.content["parts"]}
    assert len(said) == 8
    assert [one["owner"] for one in said["area"]] == ["BY", "LV"]
    with pytest.raises(NotAllowed):
        actions.approve_operation_paper(operation, paper="plan", sha256=version.sha256, by=lv)
    with pytest.raises(Stale):
        actions.approve_operation_paper(
            operation, paper="plan", sha256="0" * 64, by=people.lv_approver
        )
    one = actions.approve_operation_paper(
        operation, paper="plan", sha256=version.sha256, by=people.lv_approver
    )
    with pytest.raises(DatabaseError), transaction.atomic():  # the database holds it as well
        OperationText.objects.filter(pk=theirs.pk).update(text="Changed under an approval")
    with pytest.raises(DatabaseError), transaction.atomic():
        JointOperation.objects.filter(pk=operation.pk).update(state="approved")
    # A change voids what one side approved.
    actions.add_resource(operation, kind="dogs", count=2, by=by)
    one.refresh_from_db()
    version.refresh_from_db()
    assert one.voided_at
    assert version.voided_at
    operation = ops.approve(operation)
    assert operation.state == "approved"
    second = standing_of(operation, "plan").in_force
    with translation.override("en"):
        [change] = difference(version.content, second.content)
    assert "2 · Dog teams" in change.values[0][2]
    # So does a change of what both approved; an approver who wrote approves nothing.
    ops.text(operation, "contacts", text="A new telephone")
    operation.refresh_from_db()
    assert operation.state == "proposed"
    assert standing_of(operation, "plan").code == "draft"
    third = ops.put(operation)
    OperationText.objects.filter(pk=-1).update(text="")
    for broken in (
        lambda: OperationVersion.objects.filter(pk=third.pk).update(said="{}"),
        lambda: OperationVersion.objects.filter(pk=third.pk).update(signed_at=now()),
        lambda: OperationApproval.objects.create(
            version=third, side="LV", sha256=third.sha256, name_latin="x", by=people.by_approver
        ),
        lambda: OperationApproval.objects.create(
            version=third, side="LV", sha256=third.sha256, name_latin="x", by=lv
        ),
        lambda: JointOperation.objects.filter(pk=operation.pk).update(title="Another"),
        lambda: JointOperation.objects.filter(pk=operation.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()


def test_whoever_wrote_does_not_approve(ops, people):
    operation = ops.proposed()
    JointOperation.objects.filter(pk=operation.pk).update(editors=[people.lv_approver.pk])
    version = ops.put(operation)
    no = refused(
        actions.approve_operation_paper, operation, paper="plan", sha256=version.sha256,
        by=people.lv_approver,
    )  # fmt: skip
    assert no.code == "own_text"


def test_it_begins_and_ends_by_itself_and_is_given_up_before(ops, people):
    operation = ops.approved()
    waiting = ops.proposed()
    assert actions.run_due_operations() == 0
    with time_machine.travel(operation.starts_at + timedelta(minutes=1)):
        assert actions.run_due_operations() == 1
        assert actions.run_due_operations() == 0
        operation.refresh_from_db()
        assert operation.state == "running"
        for late in (
            lambda: actions.cancel_operation(operation, reason="Ice", by=ops.by),
            lambda: actions.change_operation(operation, by=ops.lv, **ops.said()),
        ):
            assert refused(late).code == "wrong_state"
    with time_machine.travel(operation.ends_at):
        assert actions.run_due_operations() == 1
    waiting.refresh_from_db()
    assert waiting.state == "proposed"  # nothing begins that was not approved
    shift = actions.set_operation_shift(
        waiting, officer=people.pol_officer, place="PAT-GRI", starts_at=waiting.starts_at,
        ends_at=waiting.starts_at + timedelta(hours=8), by=ops.by,
    )  # fmt: skip
    with pytest.raises(Invalid):
        actions.cancel_operation(waiting, reason=" ", by=ops.by)
    waiting = actions.cancel_operation(waiting, reason="Ice", by=ops.by)
    assert actions.cancel_operation(waiting, reason="Ice", by=ops.lv).state == "cancelled"
    assert Booking.objects.get(operation_shift=shift).cancelled_at


def test_a_shift_takes_the_time_of_an_officer_of_the_own_side(ops, people, made):
    operation = ops.proposed()
    begins = operation.starts_at

    def put(officer=people.dgp_officer, by=ops.lv, hours=8, on=operation, **more):
        return actions.set_operation_shift(
            on, officer=officer, by=by,
            **{"place": "S06", "starts_at": begins, "ends_at": begins + timedelta(hours=hours),
               **more},
        )  # fmt: skip

    with pytest.raises(NotAllowed):
        put(by=ops.by)
    with pytest.raises(NotAllowed):
        put(by=people.dgp_officer)
    for changes in (
        {"hours": 0}, {"hours": 25}, {"starts_at": begins - timedelta(hours=1)},
        {"place": "RIX"},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            put(**changes)
    shift = put()
    assert put().pk == shift.pk
    second = ops.proposed()
    translation.activate("en")
    no = refused(put, on=second, hours=2)
    assert no.code == "booked_elsewhere"
    assert operation.number in str(no)  # named for the own side
    activity = made.nominating(
        starts_at=begins, ends_at=begins + timedelta(days=1), nominations_until=None
    )
    no = refused(
        made.nominated, activity, people.dgp_officer, "LV-DGP", made.lv
    )  # whose seat would take it
    assert operation.number in str(no)
    # The time of the operation cannot leave its shifts outside.
    moved = {**ops.said(), "starts_at": begins + timedelta(hours=4)}
    assert "starts_at" in refused(actions.change_operation, operation, by=ops.lv, **moved).fields
    outside = Booking.objects.create(
        officer=people.pol_officer, kind="deployment", period=(begins - timedelta(hours=2), begins)
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        OperationShift.objects.create(
            operation=operation, side="BY", booking=outside, place="S06", by=ops.by
        )
    with pytest.raises(NotAllowed):
        actions.cancel_operation_shift(shift, by=ops.by)
    actions.cancel_operation_shift(shift, by=ops.lv)
    assert actions.cancel_operation_shift(shift, by=ops.lv).cancelled_at
    assert put(on=second, hours=2).pk


def test_a_tag_is_seen_where_the_incident_is(ops, people, incident, released):
    operation = ops.running()
    kept, (given, _delivery) = incident(), released()
    for case in (kept, given):
        tag = actions.tag_incident(case, operation, by=people.dgp_officer)
        assert actions.tag_incident(case, operation, by=people.dgp_officer).pk == tag.pk
    assert OperationTag.objects.visible_to(people.lv_hq).count() == 2
    assert [one.incident for one in OperationTag.objects.visible_to(people.by_hq)] == [given]
    assert refused(actions.tag_incident, kept, operation, by=people.pol_duty).status == 404
    with pytest.raises(NotAllowed):
        actions.untag_incident(given, operation, by=people.pol_duty)
    with pytest.raises(NotAllowed):
        actions.tag_incident(given, operation, by=people.lv_auditor)
    draft = ops.draft()
    assert refused(actions.tag_incident, kept, draft, by=people.dgp_officer).code == "wrong_state"
    actions.untag_incident(given, operation, by=people.dgp_officer)
    actions.untag_incident(given, operation, by=people.dgp_officer)
    assert not OperationTag.objects.visible_to(people.by_hq).standing().exists()


def test_incidents_and_alerts_are_filtered_by_operation(
    ops, people, incident, released, api, client
):
    operation, secret = ops.running(), ops.draft()
    given, _delivery = released()
    incident()
    actions.tag_incident(given, operation, by=people.dgp_officer)
    asked = {"operation": operation.number}
    for who in (people.lv_hq, people.by_hq):
        rows = api(who).get("/api/v1/incidents/", asked).json()["results"]
        assert [row["uid"] for row in rows] == [str(given.uid)]
    assert (
        api(people.by_hq).get("/api/v1/incidents/", {"operation": secret.number}).status_code == 400
    )
    duty = api(people.pol_duty)
    assert len(duty.get("/api/v1/deliveries/", asked).json()["results"]) == 1
    # A guest learns of no operation, not even that it exists.
    assert tagging.incidents_of(operation.number, "EU") is None
    other = ops.running()
    asked = {"operation": other.number}
    assert not duty.get("/api/v1/deliveries/", asked).json()["results"]
    people.pol_duty.language = "en"
    people.pol_duty.save(update_fields=["language"])
    client.force_login(people.pol_duty)
    page = client.get(reverse("open_alerts"), {"operation": operation.number})
    assert page.context["total"] == 1
    assert client.get(reverse("open_alerts"), asked).context["total"] == 0
    listed = client.get(reverse("incidents"), {"operation": operation.number})
    assert [row.incident_id for row in listed.context["rows"]] == [given.pk]


def test_a_day_is_drafted_after_midnight_completed_approved_and_given(
    ops, people, incident, released
):
    operation = ops.running()
    assert actions.draft_due_days() == 4  # two days of Riga are over, for both sides
    assert actions.draft_due_days() == 0
    yesterday = operation.first_day + timedelta(days=1)
    noon = daily.span_of(operation, yesterday)[0] + timedelta(hours=12)
    kept = incident(happened_at=noon, detected_at=noon)
    given, _delivery = released(happened_at=noon, detected_at=noon)
    sealed = incident(category="ASY", happened_at=noon, detected_at=noon)
    for case in (kept, given, sealed):
        actions.tag_incident(case, operation, by=people.dgp_officer)
    own, theirs = (OperationDay.objects.get(side=side, day=yesterday) for side in ("LV", "BY"))
    assert own.due_at == daily.span_of(operation, yesterday)[1] + timedelta(hours=24)
    figures = daily.figures_of_day(operation, "LV", yesterday)
    assert (figures.total, figures.total_released) == (2, 0)  # the sealed one is counted nowhere
    assert figures.numbers == [given.number]
    seen = daily.figures_of_day(operation, "BY", yesterday)
    assert (seen.total, seen.total_released) == (0, 1)
    first, second = daily.sides_of_day(people.by_hq, operation, yesterday)
    assert (first.side, first.draft) == ("BY", True)
    assert (second.report, second.figures) == (None, None)  # missing, not zero
    with pytest.raises(NotAllowed):
        actions.write_operation_day(own, language="en", text="x", by=ops.by)
    assert refused(
        actions.approve_operation_day, own, edition=1, by=people.lv_approver
    ).fields  # words first
    own = actions.write_operation_day(own, language="en", text="Calm.", edition=1, by=ops.lv)
    with pytest.raises(NotAllowed):
        actions.approve_operation_day(own, edition=own.edition, by=ops.lv)
    with pytest.raises(Stale):
        actions.approve_operation_day(own, edition=1, by=people.lv_approver)
    own = actions.approve_operation_day(own, edition=own.edition, by=people.lv_approver)
    assert actions.approve_operation_day(own, edition=own.edition, by=people.lv_approver).sha256
    actions.untag_incident(kept, operation, by=people.dgp_officer)
    _first, second = daily.sides_of_day(people.by_hq, operation, yesterday)
    assert second.figures.total == 2  # what was approved stands
    assert kept.number not in own.said
    with pytest.raises(Stale):
        actions.write_operation_day(own, language="en", text="Not calm.", by=ops.lv)
    with pytest.raises(DatabaseError), transaction.atomic():
        OperationDay.objects.filter(pk=own.pk).update(text="Not calm.")
    with time_machine.travel(theirs.due_at + timedelta(minutes=1)):
        assert theirs in daily.late_days("BY")
        assert own not in daily.late_days("LV")
        assert theirs.late


def test_an_approved_day_is_corrected_by_a_version_that_is_approved_anew(
    ops, people, own_words, incident, client, api
):
    operation = ops.running()
    actions.draft_due_days()
    day = OperationDay.objects.filter(side="LV").order_by("day").first()
    with pytest.raises(Refused) as no:
        actions.correct_operation_day(day, reason="x", by=ops.lv)
    assert no.value.code == "not_approved"
    day = actions.write_operation_day(day, language="en", text="Calm.", by=ops.lv)
    day = actions.approve_operation_day(day, edition=day.edition, by=people.lv_approver)
    noon = daily.span_of(operation, day.day)[0] + timedelta(hours=12)
    actions.tag_incident(
        incident(happened_at=noon, detected_at=noon), operation, by=people.dgp_officer
    )
    with pytest.raises(NotAllowed):
        actions.correct_operation_day(day, reason="x", by=ops.by)
    with pytest.raises(Invalid):
        actions.correct_operation_day(day, reason=" ", by=ops.lv)
    page = reverse("joint_operation_day", args=[operation.number, day.day.isoformat()])
    client.force_login(ops.lv)
    assert client.post(page, {"do": "correct", "reason": ""}).status_code == 400
    assert client.post(page, {"do": "correct", "reason": "Tagged later."}).status_code == 302
    second = operation.days.get(number=2)
    # Begun twice it is the same one, at the doors too, which pass the open one.
    for one in (day, second):
        assert actions.correct_operation_day(one, reason="Again.", by=ops.lv) == second
    assert client.post(page, {"do": "correct", "reason": "Again."}).status_code == 302
    again = api(ops.lv).post(
        f"/api/v1/joint-operations/{operation.number}/days/{day.day}/correct/", {"reason": "Again."}
    )
    assert (again.status_code, again.json()["number"]) == (201, 2)
    assert operation.days.filter(number__gt=1).count() == 1
    assert second not in daily.late_days("LV")
    assert not second.late
    seen = daily.sides_of_day(people.by_hq, operation, day.day)[1]
    assert (seen.report, seen.figures.total, seen.earlier) == (day, 0, [])  # until it is approved
    assert evaluating.figures_of_report(operation)["LV"]["incidents"] == 0
    with pytest.raises(Stale):  # what was read is the version before
        actions.approve_operation_day(second, edition=day.edition, by=people.lv_approver)
    with pytest.raises(NotAllowed):
        actions.approve_operation_day(second, edition=second.edition, by=ops.lv)
    actions.approve_operation_day(second, edition=second.edition, by=people.lv_approver)
    seen = daily.sides_of_day(people.by_hq, operation, day.day)[1]
    assert (seen.report, seen.figures.total, seen.earlier[0].report) == (second, 1, day)
    figures = evaluating.figures_of_report(operation)["LV"]
    assert (figures["incidents"], figures["given"]) == (1, 1)
    client.force_login(people.by_hq)
    shown = client.get(page).content.decode()
    assert day.sha256 in shown
    assert second.sha256 in shown
    for broken in (
        lambda: OperationDay.objects.filter(pk=second.pk).update(reason="Another"),
        lambda: OperationDay.objects.create(
            operation=operation,
            side="BY",
            day=day.day,
            number=3,
            reason="x",
            language="en",
            due_at=day.due_at,
        ),
        lambda: OperationDay.objects.create(
            operation=operation,
            side="BY",
            day=operation.last_day,
            language="en",
            text="x",
            due_at=day.due_at,
            said="{}",
            sha256=sum_of("{}"),
            approved_by=people.by_approver,
            approved_at=daily.span_of(operation, operation.last_day)[1] - timedelta(minutes=1),
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()
    # No report is put while a day is corrected; what is begun later and not finished hides nothing.
    third = actions.correct_operation_day(second, reason="Counted again.", by=ops.lv)
    with time_machine.travel(operation.ends_at + timedelta(hours=1)):
        actions.run_due_operations()
        with pytest.raises(Refused) as no:
            ops.put(operation, "report")
        assert (no.value.code, f"LV {day.day:%d.%m.%Y}" in str(no.value)) == (
            "correction_open", True
        )  # fmt: skip
        third = actions.approve_operation_day(third, edition=third.edition, by=people.lv_approver)
        version = ops.put(operation, "report")
        fourth = actions.correct_operation_day(third, reason="Late.", by=ops.lv)
        assert daily.sides_of_day(ops.lv, operation, day.day)[0].report == fourth
        for who in ops.approvers:
            actions.approve_operation_paper(
                operation, paper="report", sha256=version.sha256, by=who
            )
        operation.refresh_from_db()
        seen = daily.sides_of_day(ops.lv, operation, day.day)[0]
        assert (operation.state, seen.report, seen.draft) == ("evaluated", third, False)
    # The operation ends in the morning of its last day: the report waits for the evening.
    morning = ops.running(ends_at=midnight(2) + timedelta(hours=6))
    with time_machine.travel(morning.ends_at + timedelta(hours=1)):
        actions.run_due_operations()
        morning.refresh_from_db()
        with pytest.raises(Refused) as no:
            ops.put(morning, "report")
        assert no.value.code == "not_over"


def test_letters_tell_of_papers_that_wait_and_of_shifts_and_the_gone_lose_theirs(
    ops, people, unit, mailbox, carry_out
):
    operation = ops.proposed()
    ops.put(operation)
    carry_out()
    for approver in ops.approvers:
        [letter] = mailbox.to(approver)
        assert f"/joint-operations/{operation.number}/" in letter.get_content()
    at = {"place": "S06", "starts_at": operation.starts_at,
          "ends_at": operation.starts_at + timedelta(hours=8)}  # fmt: skip
    gone, stays = people.dgp_officer, people.dgp_duty
    shifts = [
        actions.set_operation_shift(operation, officer=who, by=ops.lv, **at)
        for who in (gone, stays)
    ]
    carry_out()
    assert operation.number in mailbox.to(gone)[-1]["subject"]
    actions.cancel_operation_shift(shifts[1], by=ops.lv)
    actions.cancel_operation_shift(shifts[1], by=ops.lv)
    carry_out()
    assert len(mailbox.to(stays)) == 2
    assert actions.withdraw_shifts_of_gone() == 0
    for posting in Posting.objects.active().filter(officer=gone):
        end_posting(posting, by=None)
    assert actions.withdraw_shifts_of_gone() == 1
    assert actions.withdraw_shifts_of_gone() == 0
    shifts[0].refresh_from_db()
    assert shifts[0].cancelled_at
    assert Booking.objects.get(operation_shift=shifts[0]).cancelled_at
    carry_out()
    assert len(mailbox.to(gone)) == 1
    assert operation.number in mailbox.to(ops.lv)[-1]["subject"]
    # Between two postings nobody is gone; a shift that has begun is not struck, nor written about
    # once it is over.
    with pytest.raises(Invalid, match="posted nowhere"):
        actions.set_operation_shift(operation, officer=gone, by=ops.lv, **at)
    last = Posting.objects.filter(officer=gone).first()
    Posting.objects.create(  # one that ran out by its day
        officer=gone, unit=unit("DESK-RIX"), role=last.role, group=last.group,
        starts_at=now() - timedelta(days=9), ends_at=now() - timedelta(days=2),
    )  # fmt: skip
    to_come = Posting.objects.create(
        officer=gone, unit=last.unit, role=last.role, group=last.group,
        starts_at=now() + timedelta(days=1),
    )  # fmt: skip
    shift = actions.set_operation_shift(operation, officer=gone, by=ops.lv, **at)
    assert actions.withdraw_shifts_of_gone() == 0
    with time_machine.travel(shift.ends_at + timedelta(hours=1)):
        carry_out()
    assert len(mailbox.to(gone)) == 1
    with time_machine.travel(shift.starts_at + timedelta(hours=1)):
        end_posting(to_come, by=None)
        assert actions.withdraw_shifts_of_gone() == 0
    # Who goes to another unit of the side serves still, and not on this shift.
    moves = people.dgp_head
    shift = actions.set_operation_shift(operation, officer=moves, by=ops.lv, **at)
    carry_out()
    assert len(mailbox.to(moves)) == 1
    assert actions.withdraw_shifts_of_gone() == 0
    [held] = Posting.objects.active().filter(officer=moves)
    end_posting(held, by=None)
    Posting.objects.create(
        officer=moves, unit=unit("DESK-RIX"), role=held.role, group=held.group,
        starts_at=now(),
    )  # fmt: skip
    assert actions.withdraw_shifts_of_gone() == 1
    shift.refresh_from_db()
    assert shift.cancelled_at


def test_the_final_report_is_drafted_from_what_is_there_and_evaluates(ops, people, own_words):
    operation = ops.running(in_calendar=True)
    actions.draft_due_days()
    day = OperationDay.objects.filter(side="LV").first()
    day = actions.write_operation_day(day, language="en", text="Calm.", by=ops.lv)
    actions.approve_operation_day(day, edition=day.edition, by=people.lv_approver)
    with time_machine.travel(operation.ends_at + timedelta(minutes=1)):
        actions.run_due_operations()
        operation.refresh_from_db()
        assert operation.state == "ended"
        figures = evaluating.figures_of_report(operation)
        assert figures["LV"]["incidents"] == 0
        assert figures["BY"]["incidents"] is None
        ops.text(operation, "aim", paper="report", text="Our own words")
        assert actions.draft_evaluation_report(operation, by=ops.lv)
        assert actions.draft_evaluation_report(operation, by=ops.lv) == 0
        texts = {one.section: one.text for one in operation.texts.filter(paper="report")}
        assert texts["aim"] == "Our own words"
        assert "its number is not known" in texts["achievement"]
        # An idea in the calendar is the own side's until it is put to both.
        assert "links" not in texts
        assert "assessment" not in texts
        operation = ops.approve(operation, "report")
        assert operation.state == "evaluated"
        version = standing_of(operation, "report").in_force
        made, name = actions.print_operation_paper(version, languages=("lv", "ru"), by=ops.by)
    assert made.startswith(b"%PDF")
    assert name == f"{operation.number}-report-v1.pdf"


def test_pages_of_an_operation(ops, people, own_words, client, incident):
    operation = ops.running()
    actions.draft_due_days()
    case = incident()
    client.force_login(ops.lv)
    number = operation.number
    said = ops.said()
    form = {
        "title": "Another", "unit": "LV-SBG", "language": "en", "zone": "Europe/Riga",
        "starts_at_date": "01.12.2027", "starts_at_time": "08:00", "starts_at_zone": "Europe/Riga",
        "ends_at_date": "03.12.2027", "ends_at_time": "08:00", "ends_at_zone": "Europe/Riga",
        "places": said["places"], "sections": said["sections"], "calendar": "none",
    }  # fmt: skip
    got = client.post(reverse("joint_operation_new"), {**form, "title": ""})
    assert got.status_code == 400
    got = client.post(reverse("joint_operation_new"), form)
    assert got.status_code == 302, got.content.decode()
    new = JointOperation.objects.get(title="Another")
    assert new.activity is None
    for page in (
        reverse("joint_operations"), reverse("joint_operation", args=[number]),
        reverse("joint_operation", args=[new.number]),
        reverse("joint_operation_change", args=[new.number]),
        reverse("joint_operation_paper", args=[number, "plan"]),
        reverse("joint_operation_paper", args=[number, "report"]),
        reverse("joint_operation_part", args=[number, "plan", "area"]),
        reverse("joint_operation_version", args=[number, "plan", 1]),
        reverse("joint_operation_shifts", args=[number]),
        reverse("joint_operation_day", args=[number, operation.first_day.isoformat()]),
    ):  # fmt: skip
        assert client.get(page).status_code == 200, page
    assert (
        client.get(reverse("joint_operation_pdf", args=[number, "plan", 1])).content[:4] == b"%PDF"
    )
    assert (
        client.get(reverse("joint_operation_day", args=[number, "2020-01-01"])).status_code == 404
    )
    assert client.get(reverse("joint_operation_approve", args=[number, "plan"])).status_code == 403
    one = reverse("joint_operation", args=[new.number])
    assert client.post(one, {"do": "resource", "kind": "dogs", "count": "x"}).status_code == 400
    assert client.post(one, {"do": "resource", "kind": "dogs", "count": "2"}).status_code == 302
    assert client.post(one, {"do": "propose"}).status_code == 302
    assert client.post(one, {"do": "cancel", "reason": ""}).status_code == 400
    part = reverse("joint_operation_part", args=[new.number, "plan", "area"])
    text = {"do": "LV", "owner": "LV", "language": "en", "text": "Our road", "edition": "0"}
    assert client.post(part, text).status_code == 302
    assert client.post(part, {**text, "text": "Stale"}).status_code == 409
    tag = reverse("joint_operation_tag", args=[case.uid])
    assert client.post(tag, {"operation": number}).status_code == 302
    page = client.get(reverse("incident", args=[case.uid])).content.decode()
    assert number in page
    day = reverse("joint_operation_day", args=[number, operation.first_day.isoformat()])
    words = {"do": "write", "language": "en", "text": "Calm.", "edition": "1"}
    assert client.post(day, words).status_code == 302
    client.force_login(people.lv_approver)
    assert client.post(day, {"do": "approve", "edition": "2"}).status_code == 302
    client.force_login(ops.by)
    page = client.get(day).content.decode()
    assert "Calm." in page
    client.force_login(people.by_approver)
    asked = client.get(reverse("joint_operation_paper", args=[number, "plan"]))
    assert asked.status_code == 200
    client.force_login(people.stranger)
    assert client.get(reverse("joint_operations")).status_code == 404
    assert client.post(tag, {"operation": number}).status_code == 404


def test_the_api_does_the_same(ops, people, api, incident):
    lv, by = api(ops.lv), api(ops.by)
    said = {name: str(value) if "_at" in name else value for name, value in ops.said().items()}
    made = lv.post("/api/v1/joint-operations/", {**said, "unit": "LV-SBG"}, format="json")
    assert made.status_code == 201, made.content
    one = f"/api/v1/joint-operations/{made.json()['number']}/"
    assert by.get(one).status_code == 404
    assert lv.post(f"{one}propose/").json()["state"] == "proposed"
    assert by.get("/api/v1/joint-operations/").json()["results"][0]["state"] == "proposed"
    row = by.post(f"{one}resources/", {"kind": "boats", "count": 1}, format="json").json()
    assert by.post(f"{one}resources/{row['uid']}/remove/").json()["removed_at"]
    text = {"section": "area", "owner": "BY", "language": "en", "text": "Our road"}
    assert by.put(f"{one}papers/plan/texts/", text, format="json").status_code == 200
    paper = lv.get(f"{one}papers/plan/").json()
    assert paper["texts"][0]["text"] == "Our road"
    put = lv.post(f"{one}papers/plan/put/", {"edition": paper["edition"]}, format="json")
    assert (put.status_code, put.json()["code"]) == (409, "incomplete")
    shift = {
        "officer": people.pol_officer.username, "place": "S06", "starts_at": said["starts_at"],
        "ends_at": str(ops.said()["starts_at"] + timedelta(hours=8)),
    }  # fmt: skip
    assert lv.post(f"{one}shifts/", shift, format="json").status_code == 400
    row = by.post(f"{one}shifts/", shift, format="json")
    assert row.status_code == 201, row.content
    assert len(lv.get(f"{one}shifts/").json()) == 1
    assert by.post(f"{one}shifts/{row.json()['uid']}/cancel/").json()["cancelled_at"]
    operation, case = ops.running(), incident()
    actions.draft_due_days()
    tags = f"/api/v1/incidents/{case.uid}/operations/"
    assert lv.post(tags, {"operation": operation.number}, format="json").status_code == 201
    assert lv.post(f"{tags}{operation.number}/remove/").json() == []
    sha = {"sha256": standing_of(operation, "plan").latest.sha256}
    running = f"/api/v1/joint-operations/{operation.number}/"
    token = api(people.lv_approver).post(f"{running}papers/plan/approve/", sha, format="json")
    assert token.json()["code"] == "confirm_first"
    day = f"{running}days/{operation.first_day}/"
    assert [one["report"] is None for one in lv.get(day).json()] == [False, True]
    words = {"language": "en", "text": "Calm."}
    assert lv.put(day, words, format="json").json()["edition"] == 2
    done = api(people.lv_approver).post(f"{day}approve/", {"edition": 2}, format="json")
    assert done.json()["figures"]["total"] == 0
    assert by.get(f"{running}papers/plan/versions/1/pdf/").status_code == 200


def test_the_demo_lives_with_operations_and_runs_twice(people, officer):
    named = {
        f"{side}.{part}": getattr(people, f"{side}_{part}")
        for side in ("lv", "by")
        for part in ("approver", "hq")
    }
    for side, code in (("lv", "LV-SBG"), ("by", "BY-GPK")):
        named[f"{side}.coordinator"] = officer(f"{side}.coordinator", code, "coordinator")
    named |= {"dgp.officer": people.dgp_officer, "pol.officer": people.pol_officer}
    assert live_with_operations(named) == "demo joint operations: 3 new"
    assert live_with_operations(named) == "demo joint operations: there already"
    states = sorted(JointOperation.objects.values_list("state", flat=True))
    assert states == ["evaluated", "proposed", "running"]


def test_shares_are_read_as_one_side_holds_them(ops, people, released):
    """A copy that both a desk and its headquarters hold is one incident."""
    operation = ops.running()
    given, _delivery = released(desks=("DESK-POL",))
    actions.tag_incident(given, operation, by=people.dgp_officer)
    since, until = now() - timedelta(days=1), now() + timedelta(days=1)
    assert Share.objects.filter(incident=given, unit__side="BY").exists()
    assert len(daily.copies_of(operation, "BY", since, until)) == 1


def test_the_same_facts_again_change_nothing(ops):
    operation = ops.approved()
    before = (operation.edition, list(operation.places))
    said = ops.said(starts_at=operation.starts_at, ends_at=operation.ends_at)
    for _twice in range(2):
        operation = actions.change_operation(
            operation, edition=operation.edition, by=ops.lv, **said
        )
    assert (operation.edition, list(operation.places), operation.state) == (*before, "approved")
