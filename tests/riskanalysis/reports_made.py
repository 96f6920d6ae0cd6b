"""Risk reports as tests make them, by the verbs."""

from datetime import timedelta

from django.utils.timezone import now

from bordercoop.reference.models import utc_today
from incidents.handling import Marking
from riskanalysis import actions
from riskanalysis.models import RiskReport
from riskanalysis.reports import digest_of_snapshot, snapshot_of
from tests.riskanalysis.sops_made import sop_in_force


class Reports:
    """`lud` writes at LV-DGP, `lv` and `by` at the roots; nobody of them approves."""

    def __init__(self, people, unit, officer, roots=None):
        """`roots`: the analyst of each side and its approver, where others hold these names."""
        self.people, self.unit, self.officer = people, unit, officer
        self.lv, self.by, *approvers = roots or (
            people.lv_analyst,
            people.by_analyst,
            people.lv_approver,
            people.by_approver,
        )
        self.lud = officer("lud.analyst", "LV-DGP", "analyst")
        self.approvers = dict(zip(("LV", "BY"), approvers, strict=True))
        sop_in_force("SOP-OPERATIONAL")

    def tasked(self, by=None, at="LV-DGP", **more):
        by = by or self.lv
        said = {
            "unit": self.unit(at), "level": "operational", "title": "Crossings in November",
            "language": "en", "tasking": "What is to be expected?",
            "deadline": now() + timedelta(days=5), "starts_on": utc_today() - timedelta(days=20),
            "ends_on": utc_today(), **more,
        }  # fmt: skip
        return actions.task_report(by=by, **said)

    def begun(self, by=None, **more):
        return actions.begin_collection(self.tasked(**more), by=by or self.lud)

    def written(self, report, by=None, texts=True):
        """Every part of the officer's side done, collection over."""
        by = by or self.lud
        for part in report.parts.filter(side=by.side, road=False):
            self.save(report, part.number, f"Text {part.number}.", by)
            actions.finish_part(report, part.number, by=by)
        return fresh(report)

    def save(self, report, number, text, by=None, edition=None):
        return actions.save_part(report, number, text=text, edition=edition, by=by or self.lud)

    def judged(self, report, by=None, **more):
        said = {"text": "Crossings go on.", "probability": "likely", "confidence": "moderate",
                "no_cites": "Nothing was reported.", **more}  # fmt: skip
        return actions.write_judgement(report, by=by or self.lud, **said)

    def ready(self, cite=None, **more):
        """In drafting, with everything that its review needs."""
        report = self.written(self.begun(**more))
        actions.begin_drafting(report, by=self.lud)
        cites = [actions.cite_in_report(report, cite, by=self.lud).number] if cite else []
        self.judged(report, cites=cites)
        return fresh(report)

    def passed(self, report, reviewer=None, by=None):
        reviewer = reviewer or self.lv
        actions.ask_review(report, reviewer=reviewer, by=by or self.lud)
        return fresh(actions.pass_review(report, by=reviewer))

    def approve(self, report, *sides):
        for side in sides or ("LV",):
            digest = digest_of_snapshot(snapshot_of(fresh(report), side))
            report = actions.approve_report(report, sha256=digest, by=self.approvers[side])
        return fresh(report)

    def approved(self, **more):
        return self.approve(self.passed(self.ready(**more)))

    def sent(self, *codes, **more):
        units = [self.unit(code) for code in codes or ("DESK-POL",)]
        return fresh(actions.disseminate_report(self.approved(**more), units=units, by=self.lud))


def fresh(report):
    return RiskReport.objects.select_related("unit", "other_unit", "version").get(pk=report.pk)


def cross(owner, people, unit, cases, word):
    """A report of the owner's side about these incidents, as a desk of the other side was told of
    it, and a draft that its own side alone reads; `word` makes what must not be found."""
    low = owner.side.lower()
    by, reviewer, approver = (getattr(people, f"{low}_{one}") for one in
                              ("analyst", "hq", "approver"))  # fmt: skip
    sop_in_force("SOP-OPERATIONAL")
    said = {
        "unit": unit(owner.unit), "level": "operational", "language": "en",
        "starts_on": utc_today(),
        "ends_on": utc_today(), "deadline": now() + timedelta(days=5), "by": by,
    }  # fmt: skip
    draft = actions.task_report(title=word("title"), tasking=word("tasking"), **said)
    sent = actions.task_report(title="Crossings", tasking=word("own tasking"), **said)
    for report in (draft, sent):
        actions.begin_collection(report, by=by)
        for case in cases:
            actions.cite_in_report(report, case, by=by)
    actions.save_part(draft, 1, text=word("text"), edition=0, by=by)
    actions.write_judgement(draft, text=word("judgement"), by=by)
    actions.save_part(sent, 1, text=word("older text"), edition=0, by=by)
    for part in sent.parts.filter(road=False):
        actions.save_part(sent, part.number, text="Known to both.", edition=None, by=by)
        actions.finish_part(sent, part.number, by=by)
    actions.begin_drafting(sent, by=by)
    actions.write_judgement(
        sent, text="It goes on.", probability="likely", confidence="low", cites=[1, 2], by=by
    )
    actions.change_report(
        sent, title="Crossings", language="en", starts_on=utc_today(), ends_on=utc_today(),
        marking=Marking("H3", "AMBER", "Ask first."), by=by,
    )  # fmt: skip
    actions.ask_review(sent, reviewer=reviewer, by=by)
    remark = actions.comment_report(sent, text=word("comment"), by=reviewer)
    actions.resolve_comment(remark, resolution=word("resolution"), by=by)
    sent = fresh(actions.pass_review(sent, words=word("review"), by=reviewer))
    digest = digest_of_snapshot(snapshot_of(sent, owner.side))
    actions.approve_report(sent, sha256=digest, by=approver)
    actions.disseminate_report(sent, units=[unit(owner.told)], by=by)
