"""Makers of joint investigations, at any state of their road, by the verbs themselves."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from bordercoop.reference.models import (
    Procedure,
    ProcedureApproval,
    ProcedureState,
    ProcedureVersion,
    digest_of,
)
from incidents import actions
from incidents.models import CaseState, Investigation

PHASES = ("agreed", "team_formed", "on_site", "exchanged", "drafted")


def text(words):
    return {language: f"{words} {language}" for language in ("en", "lv", "be", "ru")}


def guideline_in_force(steps=None, code="JI"):
    """A small guideline in force: one step of each phase, done by one side for both but the first,
    which each side does; 48 hours for each."""
    steps = steps or [
        {"code": f"do_{phase}", "phase": phase, "each": phase == "agreed", "hours": 48,
         "title": text(f"Step of {phase}"), "text": text("How"), "who": text("Who")}
        for phase in PHASES
    ]  # fmt: skip
    content = {"origin": "en", "title": text("Guideline"), "purpose": text("Why"), "steps": steps}
    procedure, _new = Procedure.objects.get_or_create(
        code=code, defaults={"kind": Procedure.Kind.GUIDELINE}
    )
    procedure.versions.filter(state="in_force").update(state="superseded")
    last = procedure.versions.order_by("-number").first()
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=last.number + 1 if last else 1,
        content=content,
        sha256=digest_of(content),
        side="LV",
        state=ProcedureState.CONSULTATION,
    )
    for side in ("LV", "BY"):
        ProcedureApproval.objects.create(version=version, side=side, sha256=version.sha256)
    version.state, version.effective_on = ProcedureState.AGREED, now().date()
    version.save(update_fields=["state", "effective_on"])
    version.state, version.in_force_at = ProcedureState.IN_FORCE, now()
    version.save(update_fields=["state", "in_force_at"])
    return version


FACTS = {
    "category": "UBC-LND",
    "title": "Tracks across the control strip",
    "grounds": "Four people crossed towards Latvia; the tracks begin on the other side.",
    "language": "en",
    "border_sign": "214",
    "place": "Forest edge north of the river",
    "lat": 55.79,
    "lon": 27.61,
}


def facts(**more):
    return {**FACTS, "happened_at": now() - timedelta(hours=3), **more}


class Cases:
    """Makes cases by the border representatives of both sides."""

    def __init__(self, people, unit):
        self.people, self.unit = people, unit

    @property
    def lv(self):
        return self.people.lv_representative

    @property
    def by(self):
        return self.people.by_representative

    def of(self, side):
        return self.lv if side == "LV" else self.by

    def propose(self, *, by=None, **more):
        by = by or self.lv
        at = self.unit("LV-DGP" if by.side == "LV" else "BY-POL")
        said = {key: more.pop(key) for key in list(more) if key in {*FACTS, "happened_at", "sign"}}
        return actions.propose_case(unit=at, point="CCP-LAND", facts=facts(**said), by=by, **more)

    def settle(self, case):
        """Tick what the guideline asks for in the present state."""
        case = Investigation.objects.get(pk=case.pk)
        for step in case.guideline.steps if case.guideline else ():
            if step["phase"] == case.state:
                for by in (self.lv, self.by) if step["each"] else (self.lv,):
                    actions.tick_step(case, step["code"], by=by)

    def team(self, case):
        for by in (self.lv, self.by):
            actions.add_member(case, function="leader", officer=by, by=by)
            actions.add_member(case, function="interpreter", name="Interpreter", by=by)

    def entry(self, case, *, by=None, kind="trace", title="Shoe print", **more):
        said = {"text": "Size 43, towards the west.", "language": "en", **more}
        return actions.write_entry(case, kind=kind, title=title, by=by or self.lv, **said)

    def exchange(self, case):
        for by in (self.lv, self.by):
            actions.exchange_entries(case, [self.entry(case, by=by)], by=by)

    def at(self, state, **more):
        """A case that has gone the road as far as `state`: up to evidence exchanged."""
        case = self.propose(**more)
        steps = (
            (CaseState.PROPOSED, lambda: None),
            (CaseState.AGREED, lambda: actions.agree_case(case, by=self.of(case.other_side))),
            (CaseState.TEAM_FORMED, lambda: self._form(case)),
            (CaseState.ON_SITE, lambda: self._go(case)),
            (CaseState.EXCHANGED, lambda: self._exchange(case)),
        )
        for name, go in steps:
            go()
            if name == state:
                return Investigation.objects.get(pk=case.pk)
        raise ValueError(state)

    def _form(self, case):
        self.team(case)
        self.settle(case)
        actions.form_team(case, by=self.lv)

    def _go(self, case):
        actions.plan_meeting_on_line(case, meet_at=now() + timedelta(hours=2), by=self.lv)
        self.settle(case)
        actions.go_on_site(case, by=self.lv)

    def _exchange(self, case):
        self.exchange(case)
        self.settle(case)
        actions.finish_exchange(case, by=self.lv)


@pytest.fixture
def cases(people, unit, both_sides_on_duty):
    return Cases(people, unit)
