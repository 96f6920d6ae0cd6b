"""Three invented risk reports: one sent by each side, and one that waits for its review."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.reference.models import utc_today
from contactpoints.actions import acknowledge_delivery
from contactpoints.models import Delivery, units
from incidents.content import crosses
from incidents.models import Share

from .. import actions
from ..models import Risk, RiskReport
from ..reports import digest_of_snapshot, snapshot_of
from .report_texts import REPORTS

DEMO = uuid.UUID("5c0e1d7a-93f4-4b6d-8b1e-0f6a7c2d9e31")


def live_with_reports(people: Mapping[str, Any]) -> str:
    """Written by the SOP in force, reviewed by somebody else, approved, sent. Done once."""
    if RiskReport.objects.filter(client_ref=uuid.uuid5(DEMO, "0")).exists():
        return "demo risk reports: there already"
    # Their figures are frozen with the review, so what was reported is counted before.
    actions.count_indicators()
    for number, said in enumerate(REPORTS):
        began = now() - timedelta(hours=30 - 2 * number)
        with time_machine.travel(began, tick=False) as clock:
            _live(said, number, people, clock)
    return f"demo risk reports: {len(REPORTS)} new"


def _live(said: dict[str, Any], number: int, people: Mapping[str, Any], clock: Any) -> None:
    by, reviewer = people[said["by"]], people[said["reviewer"]]
    unit, day = units()[said["unit"]], utc_today()
    report = actions.task_report(
        unit=unit, level="operational", title=said["title"], language=said["language"],
        tasking=said["tasking"], deadline=now() + timedelta(days=said["days"]),
        starts_on=day - timedelta(days=20), ends_on=day, sections=said["sections"],
        client_ref=uuid.uuid5(DEMO, str(number)), by=people[said["tasked_by"]],
    )  # fmt: skip
    clock.shift(timedelta(minutes=40))
    report = actions.begin_collection(report, by=by)
    cites = [actions.cite_in_report(report, one, by=by).number for one in _cited(said, by)]
    for step, text in enumerate(said["texts"], start=1):
        clock.shift(timedelta(minutes=25))
        actions.save_part(report, step, text=text, edition=None, by=by)
        actions.finish_part(report, step, by=by)
    report = actions.begin_drafting(report, by=by)
    for one in said["judgements"]:
        actions.write_judgement(report, cites=cites[: one["cites"]], by=by, **{
            name: one[name] for name in ("text", "probability", "confidence", "alternative")
        })  # fmt: skip
    for text, owner, days in said["recommendations"]:
        actions.write_recommendation(
            report, text=text, unit=units()[owner], due=utc_today() + timedelta(days=days), by=by
        )
    clock.shift(timedelta(minutes=30))
    actions.ask_review(report, reviewer=reviewer, by=by)
    clock.shift(timedelta(minutes=50))
    comment = actions.comment_report(report, part=2, text=said["comment"], by=reviewer)
    if not said["desk"]:
        return
    actions.resolve_comment(comment, resolution=said["resolution"], by=by)
    actions.pass_review(report, by=reviewer)
    clock.shift(timedelta(hours=2))
    report = RiskReport.objects.get(pk=report.pk)
    digest = digest_of_snapshot(snapshot_of(report))
    report = actions.approve_report(report, sha256=digest, by=people[said["approver"]])
    actions.disseminate_report(report, units=[unit, units()[said["desk"]]], by=by)
    clock.shift(timedelta(minutes=14))
    for delivery in Delivery.objects.about(report.ref):
        acknowledge_delivery(delivery, line=said["line"], by=people[said["duty"]])


def _cited(said: dict[str, Any], by: Any) -> list[Any]:
    """Two incidents that the officer reads, the newest first, and a risk of the register."""
    rows = Share.objects.visible_to(by).filter(
        own=True, side=by.side, origin="service", category__in=said["categories"]
    )
    found: list[Any] = [
        share.incident
        for share in rows.exclude(number="").select_related("incident").newest()[:6]
        if crosses(share.category)
    ][:2]
    risk = Risk.objects.visible_to(by).filter(number=said["risk"]).first()
    return [*found, risk] if risk is not None else found
