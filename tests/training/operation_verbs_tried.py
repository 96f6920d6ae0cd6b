"""Each verb of joint operations as every role of each side tries it."""

from datetime import timedelta
from types import SimpleNamespace

import time_machine

from tests.training.operations_made import Operations
from training.joint_operations import actions
from training.joint_operations.models import JointOperation

# Each side does it for itself, or either may.
OF_BOTH = {
    "begin_operation", "cancel_operation", "add_resource", "remove_resource",
    "set_operation_shift", "cancel_operation_shift", "write_operation_text",
    "draft_evaluation_report", "put_operation_paper", "approve_operation_paper",
    "write_operation_day", "approve_operation_day",
    "correct_operation_day",
}  # fmt: skip


def scene_of_operations(people, unit, officer, case):
    """Operations that Latvia plans, at each step, with a line and a shift of each side."""
    signers = [officer(f"{code}.signs".lower(), code, "approver") for code in ("LV-SBG", "BY-GPK")]
    ops = Operations(people, unit, signers)
    proposed, running = ops.proposed(), ops.running()
    officers = {"LV": people.dgp_officer, "BY": people.pol_officer}
    at = {"place": "S06", "starts_at": proposed.starts_at,
          "ends_at": proposed.starts_at + timedelta(hours=8)}  # fmt: skip
    lines, shifts = {}, {}
    for who in (ops.lv, ops.by):
        lines[who.side] = actions.add_resource(proposed, kind="dogs", count=1, by=who)
        shifts[who.side] = actions.set_operation_shift(
            proposed, officer=officers[who.side], by=who, **at
        )
    waiting = ops.proposed()
    version = ops.put(waiting)
    tagged = {"LV": ops.running(), "BY": ops.running()}
    for who in (people.dgp_duty, people.pol_duty):
        actions.tag_incident(case, tagged[who.side], by=who)
    actions.draft_due_days()
    days, written, given = {}, {}, {}
    for who in (ops.lv, ops.by):
        first, second = running.days.filter(side=who.side).order_by("day")
        days[who.side] = first
        written[who.side] = actions.write_operation_day(second, language="en", text="x", by=who)
        more = tagged[who.side].days.filter(side=who.side).first()
        more = actions.write_operation_day(more, language="en", text="x", by=who)
        signer = next(one for one in signers if one.side == who.side)
        given[who.side] = actions.approve_operation_day(more, edition=more.edition, by=signer)
    ended = ops.running()
    with time_machine.travel(ended.ends_at):
        actions.run_due_operations()
    return SimpleNamespace(
        ops=ops, roots={"LV": unit("LV-SBG"), "BY": unit("BY-GPK")}, draft=ops.draft(),
        proposed=JointOperation.objects.get(pk=proposed.pk), running=running, waiting=waiting,
        sha256=version.sha256, lines=lines, shifts=shifts, days=days, written=written, given=given,
        ended=JointOperation.objects.get(pk=ended.pk), officers=officers, at=at, case=case,
        tagged=tagged, full=ops.proposed(),
    )  # fmt: skip


def put(s, by):
    operation = s.operations.full
    for section in (
        "situation", "objectives", "area", "resources", "briefing", "command", "reporting",
        "contacts",
    ):  # fmt: skip
        s.operations.ops.text(operation, section)
    operation.refresh_from_db()
    return actions.put_operation_paper(operation, paper="plan", edition=operation.edition, by=by)


def shift(s, by):
    at = dict(s.operations.at)
    at["starts_at"] += timedelta(days=1)
    at["ends_at"] += timedelta(days=1)
    return actions.set_operation_shift(
        s.operations.proposed, officer=s.operations.officers[by.side], by=by, **at
    )


TRY = {
    "joint_operations.begin_operation": lambda s, by: actions.begin_operation(
        unit=s.operations.roots[by.side], by=by, **s.operations.ops.said()
    ),
    "joint_operations.change_operation": lambda s, by: actions.change_operation(
        s.operations.proposed, by=by, **s.operations.ops.said(title="y")
    ),
    "joint_operations.propose_operation": lambda s, by: actions.propose_operation(
        s.operations.draft, by=by
    ),
    "joint_operations.cancel_operation": lambda s, by: actions.cancel_operation(
        s.operations.proposed, reason="x", by=by
    ),
    "joint_operations.tie_operation": lambda s, by: actions.tie_operation(
        s.operations.proposed, None, by=by
    ),
    "joint_operations.add_resource": lambda s, by: actions.add_resource(
        s.operations.proposed, kind="dogs", count=1, by=by
    ),
    "joint_operations.remove_resource": lambda s, by: actions.remove_resource(
        s.operations.lines[by.side], by=by
    ),
    "joint_operations.set_operation_shift": shift,
    "joint_operations.cancel_operation_shift": lambda s, by: actions.cancel_operation_shift(
        s.operations.shifts[by.side], by=by
    ),
    "joint_operations.write_operation_text": lambda s, by: actions.write_operation_text(
        s.operations.proposed, paper="plan", section="area", owner=by.side, language="en",
        text="x", by=by,
    ),
    "joint_operations.draft_evaluation_report": lambda s, by: actions.draft_evaluation_report(
        s.operations.ended, by=by
    ),
    "joint_operations.put_operation_paper": put,
    "joint_operations.approve_operation_paper": lambda s, by: actions.approve_operation_paper(
        s.operations.waiting, paper="plan", sha256=s.operations.sha256, by=by
    ),
    "joint_operations.write_operation_day": lambda s, by: actions.write_operation_day(
        s.operations.days[by.side], language="en", text="y", by=by
    ),
    "joint_operations.approve_operation_day": lambda s, by: actions.approve_operation_day(
        s.operations.written[by.side], edition=s.operations.written[by.side].edition, by=by
    ),
    "joint_operations.correct_operation_day": lambda s, by: actions.correct_operation_day(
        s.operations.given[by.side], reason="x", by=by
    ),
    "joint_operations.tag_incident": lambda s, by: actions.tag_incident(
        s.operations.case, s.operations.running, by=by
    ),
    "joint_operations.untag_incident": lambda s, by: actions.untag_incident(
        s.operations.case, s.operations.tagged[by.side], by=by
    ),
}  # fmt: skip
