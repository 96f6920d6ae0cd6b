"""Each verb of the risk register as every role of each side tries it."""

import copy
from datetime import date, timedelta
from types import SimpleNamespace

from bordercoop.reference.models import utc_today
from contactpoints.models import Role
from riskanalysis import actions
from riskanalysis.models import EventHost, PublicEvent, matrix_in_force
from tests.contactpoints.procedures_made import someone
from tests.riskanalysis.risks_made import SAID, Register, watched

TITLE = {"title": {"en": "x"}, "language": "en"}
# Each side does it for itself, or both look at one thing.
OF_BOTH = {
    "write_risk", "assess_risk", "plan_treatment", "change_treatment", "finish_treatment",
    "drop_treatment", "set_section_level", "add_event", "drop_host", "set_host_side",
    "write_event_assessment", "change_event_days", "call_off_event", "reinstate_event",
    "move_event", "add_venue", "change_venue", "drop_venue", "take_event_checklist",
    "add_event_item", "tick_event_item", "untick_event_item", "leave_out_event_item",
    "tie_to_event", "untie_from_event",
    "give_event_assessment", "discard_event_assessment", "draft_matrix", "approve_matrix",
    "export_risks", "write_watch", "export_watch_list",
    "note_matrix_export",
}  # fmt: skip
OF_THE_OTHER = {"join_risk", "leave_risk"}


def scene_of_risks(people, unit):
    """A risk of Latvia that both read, one that it alone reads, and what each side does."""
    made = Register(people, unit, [someone(side, Role.ANALYST) for side in ("LV", "BY")])
    both = (made.lv, made.by)
    shared, joint = made.shared(), made.shared()
    actions.join_risk(joint, unit=made.roots["BY"], by=made.by)
    draft = actions.draft_matrix(by=made.lv)
    draft = actions.change_matrix(
        draft, content=draft.content, effective_on=utc_today() + timedelta(days=3),
        revision=draft.revision, by=made.lv,
    )  # fmt: skip
    event = PublicEvent.objects.get(code="IIHF2021")
    host = EventHost.objects.get(event=event, name="Riga")
    days = {"first_on": event.starts_on, "last_on": event.ends_on}
    venue = actions.add_venue(host, name="Arena", by=made.lv, **days)
    actions.take_event_checklist(event, by=made.lv)
    tie = actions.tie_to_event(event, kind="risk", ref=str(joint.uid), by=made.lv)
    given = {
        by.side: actions.write_event_assessment(
            event, readiness="high", content={}, language="en", by=by
        )
        for by in both
    }
    return SimpleNamespace(
        watcher=made.lv, roots=made.roots, own=made.risk(), shared=shared, joint=joint, draft=draft,
        holding=matrix_in_force(), event=event, host=host, given=given, venue=venue, days=days,
        tie=tie, items={side: event.items.get(side=side, code="briefed") for side in made.roots},
        others={side: event.items.get(side=side, code="rota_set") for side in made.roots},
        watched=made.watch(category="UBC"), kept=made.watch(category="UBC"),
        plans={by.side: made.plan(shared, by=by, given=True) for by in both},
    )  # fmt: skip


def _content(s):
    return {**copy.deepcopy(s.risks.draft.content), "rule": "likelihood_impact"}


TRY = {
    "riskanalysis.write_risk": lambda s, by: actions.write_risk(
        unit=s.risks.roots[by.side], **TITLE, by=by
    ),
    "riskanalysis.change_risk": lambda s, by: actions.change_risk(s.risks.own, **TITLE, by=by),
    "riskanalysis.share_risk": lambda s, by: actions.share_risk(s.risks.own, by=by),
    "riskanalysis.move_risk": lambda s, by: actions.move_risk(
        s.risks.shared, state="watched", by=by
    ),
    "riskanalysis.join_risk": lambda s, by: actions.join_risk(
        s.risks.shared, unit=s.risks.roots[by.side], by=by
    ),
    "riskanalysis.leave_risk": lambda s, by: actions.leave_risk(s.risks.joint, by=by),
    "riskanalysis.assess_risk": lambda s, by: actions.assess_risk(s.risks.shared, **SAID, by=by),
    "riskanalysis.plan_treatment": lambda s, by: actions.plan_treatment(
        s.risks.shared, unit=s.risks.roots[by.side], what="x", language="en", due=s.first_day, by=by
    ),
    "riskanalysis.change_treatment": lambda s, by: actions.change_treatment(
        s.risks.plans[by.side], unit=s.risks.roots[by.side], what="y", due=s.first_day, by=by
    ),
    "riskanalysis.finish_treatment": lambda s, by: actions.finish_treatment(
        s.risks.plans[by.side], evidence="x", by=by
    ),
    "riskanalysis.drop_treatment": lambda s, by: actions.drop_treatment(
        s.risks.plans[by.side], reason="x", by=by
    ),
    "riskanalysis.set_section_level": lambda s, by: actions.set_section_level(
        section="S01", level="low", why="x", language="en", by=by
    ),
    "riskanalysis.add_event": lambda s, by: actions.add_event(
        code="IIHF2021",
        starts_on=s.risks.event.starts_on,
        ends_on=s.risks.event.ends_on,
        hosts=["Minsk", "Riga"],
        by=by,
    ),
    "riskanalysis.move_event": lambda s, by: actions.move_event(
        s.risks.event, phase="wind_down", reason="x", by=by
    ),
    "riskanalysis.change_event_days": lambda s, by: actions.change_event_days(
        s.risks.event,
        starts_on=s.risks.event.starts_on,
        ends_on=date(2021, 6, 9),
        reason="x",
        by=by,
    ),
    "riskanalysis.call_off_event": lambda s, by: actions.call_off_event(
        s.risks.event, reason="x", by=by
    ),
    "riskanalysis.reinstate_event": lambda s, by: actions.reinstate_event(
        actions.call_off_event(s.risks.event, reason="x", by=s.risks.watcher), reason="x", by=by
    ),
    "riskanalysis.add_venue": lambda s, by: actions.add_venue(
        s.risks.host, name=f"Hall of {by.pk}", by=by, **s.risks.days
    ),
    "riskanalysis.change_venue": lambda s, by: actions.change_venue(
        s.risks.venue, name="Arena Riga", by=by, **s.risks.days
    ),
    "riskanalysis.drop_venue": lambda s, by: actions.drop_venue(s.risks.venue, reason="x", by=by),
    "riskanalysis.take_event_checklist": lambda s, by: actions.take_event_checklist(
        s.risks.event, by=by
    ),
    "riskanalysis.add_event_item": lambda s, by: actions.add_event_item(
        s.risks.event, phase="live", text="x", language="en", by=by
    ),
    "riskanalysis.tick_event_item": lambda s, by: actions.tick_event_item(
        s.risks.items[by.side], by=by
    ),
    "riskanalysis.untick_event_item": lambda s, by: actions.untick_event_item(
        s.risks.items[by.side], reason="x", by=by
    ),
    "riskanalysis.leave_out_event_item": lambda s, by: actions.leave_out_event_item(
        s.risks.others[by.side], reason="x", by=by
    ),
    "riskanalysis.tie_to_event": lambda s, by: actions.tie_to_event(
        s.risks.event, kind="risk", ref=str(s.risks.shared.uid), by=by
    ),
    "riskanalysis.untie_from_event": lambda s, by: actions.untie_from_event(s.risks.tie, by=by),
    "riskanalysis.set_host_side": lambda s, by: actions.set_host_side(
        s.risks.host, side=by.side, by=by
    ),
    "riskanalysis.drop_host": lambda s, by: actions.drop_host(
        s.risks.host, on=s.risks.event.starts_on, note="x", by=by
    ),
    "riskanalysis.write_event_assessment": lambda s, by: actions.write_event_assessment(
        s.risks.event, readiness="full", content={}, language="en", edition=1, by=by
    ),
    "riskanalysis.give_event_assessment": lambda s, by: actions.give_event_assessment(
        s.risks.given[by.side], by=by
    ),
    "riskanalysis.discard_event_assessment": lambda s, by: actions.discard_event_assessment(
        s.risks.given[by.side], by=by
    ),
    "riskanalysis.draft_matrix": lambda s, by: actions.draft_matrix(by=by),
    "riskanalysis.change_matrix": lambda s, by: actions.change_matrix(
        s.risks.draft, content=_content(s), revision=s.risks.draft.revision, by=by
    ),
    "riskanalysis.propose_matrix": lambda s, by: actions.propose_matrix(s.risks.draft, by=by),
    "riskanalysis.approve_matrix": lambda s, by: actions.approve_matrix(
        s.risks.holding, sha256=s.risks.holding.sha256, revision=1, by=by
    ),
    "riskanalysis.withdraw_matrix": lambda s, by: actions.withdraw_matrix(
        s.risks.draft, reason="x", by=by
    ),
    "riskanalysis.write_watch": lambda s, by: actions.write_watch(
        unit=s.risks.roots[by.side], said=watched(category="DOC"), by=by
    ),
    "riskanalysis.change_watch": lambda s, by: actions.change_watch(
        s.risks.kept, said=watched(category="DOC"), by=by
    ),
    "riskanalysis.approve_watch": lambda s, by: actions.approve_watch(
        s.risks.watched, edition=1, by=by
    ),
    "riskanalysis.share_watch": lambda s, by: actions.share_watch(s.risks.kept, by=by),
    "riskanalysis.withdraw_watch": lambda s, by: actions.withdraw_watch(
        s.risks.kept, reason="x", by=by
    ),
    "riskanalysis.export_watch_list": lambda s, by: actions.export_watch_list(
        {}, form="csv", by=by
    ),
    "riskanalysis.export_risks": lambda s, by: actions.export_risks({}, form="csv", by=by),
    "riskanalysis.note_matrix_export": lambda s, by: actions.note_matrix_export(
        form="csv", rows=1, by=by
    ),
}
