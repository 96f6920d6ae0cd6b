"""Risks, assessments and scales as tests make them, by the verbs."""

import copy
from datetime import timedelta

from bordercoop.reference.models import utc_today
from riskanalysis import actions
from riskanalysis.models import MatrixVersion, Risk, matrix_in_force

# What an assessment says; its place by the shipped scales is row 4, column 3.
SAID = {
    "likelihood": 4, "magnitude": 4, "vulnerability": 4, "impact": {"border_security": 3},
    "why": "More tracks than last month.", "language": "en", "probability": "likely",
    "confidence": "moderate",
}  # fmt: skip


def watched(**more):
    """What an entry of the watch-list says."""
    return {
        "level": "operational", "title": "Groups on forest tracks", "text": "On foot, at night.",
        "why": "More than last month.", "todo": "Look at the tracks.", "language": "en",
        "review_by": utc_today() + timedelta(days=30), **more,
    }  # fmt: skip


def fresh(row):
    return type(row).objects.get(pk=row.pk)


class Register:
    """`lv` and `by` are the analysts of the two sides, at the roots."""

    def __init__(self, people, unit, analysts=None):
        self.people, self.unit = people, unit
        self.lv, self.by = analysts or (people.lv_analyst, people.by_analyst)
        self.roots = {"LV": unit("LV-SBG"), "BY": unit("BY-GPK")}

    def risk(self, by=None, **more):
        by = by or self.lv
        said = {
            "unit": self.roots[by.side], "title": {"en": "Crossings outside crossing points"},
            "text": {"en": "On foot, at night."}, "language": "en", "sections": ["S06", "S02"],
            **more,
        }  # fmt: skip
        return actions.write_risk(by=by, **said)

    def shared(self, by=None, **more):
        risk = self.risk(by, **more)
        return actions.share_risk(risk, by=by or self.lv)

    def assess(self, risk, by=None, **more):
        return actions.assess_risk(fresh(risk), by=by or self.lv, **{**SAID, **more})

    def plan(self, risk, by=None, **more):
        by = by or self.lv
        said = {"unit": self.roots[by.side], "what": "Move the camera.", "language": "en",
                "due": utc_today() + timedelta(days=9), **more}  # fmt: skip
        return actions.plan_treatment(risk, by=by, **said)

    def watch(self, by=None, unit=None, **more):
        """An entry of the watch-list, a draft."""
        by = by or self.lv
        return actions.write_watch(unit=unit or self.roots[by.side], said=watched(**more), by=by)

    def in_force(self, by=None, shared=False, **more):
        """One that an approver let come into force."""
        by = by or self.lv
        entry = self.watch(by, **more)
        approver = getattr(self.people, f"{by.side.lower()}_approver")
        entry = actions.approve_watch(entry, edition=1, by=approver)
        return actions.share_watch(entry, edition=1, by=by) if shared else entry

    def proposed(self, by=None, rule="likelihood_impact", days=0):
        """A version with another rule, put to both sides."""
        by = by or self.lv
        draft = actions.draft_matrix(by=by)
        content = {**copy.deepcopy(draft.content), "rule": rule}
        draft = actions.change_matrix(
            draft, content=content, effective_on=utc_today() + timedelta(days=days),
            revision=draft.revision, by=by,
        )  # fmt: skip
        return actions.propose_matrix(draft, by=by)

    def approve(self, version, *sides):
        for side in sides:
            by = getattr(self.people, f"{side.lower()}_approver")
            version = actions.approve_matrix(
                version, sha256=version.sha256, revision=version.revision, by=by
            )
        return version

    def other_scales(self, **more):
        """A version with another rule, in force."""
        return self.approve(self.proposed(**more), "LV", "BY")


def holding() -> MatrixVersion:
    return matrix_in_force()


def codes(user):
    return {risk.code for risk in Risk.objects.visible_to(user)}
