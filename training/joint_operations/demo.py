"""The joint operations of the demo: one evaluated, one running, one proposed."""

import uuid
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from bordercoop.errors import Refused
from bordercoop.reference.models import usable_places
from contactpoints.models import Unit
from incidents.content import crosses
from incidents.models import Incident, Share

from . import actions
from .demo_texts import ASSESSMENT, CORRECTED, DAYS, NO_COSTS, PLAN
from .models import JointOperation, OperationDay
from .operation_papers import sections_of

DEMO = uuid.UUID("0f4c0b7a-9f0c-4d0e-8f0b-6a1c2e3d4f50")


def live_with_operations(people: Mapping[str, Any]) -> str:
    """Planned by the coordinators of both sides, approved by the approvers. Done once."""
    if JointOperation.objects.exists():
        return "demo joint operations: there already"
    _evaluated(people)
    _running(people)
    _proposed(people)
    return "demo joint operations: 3 new"


def _midnight(days: int, side: str = "LV") -> datetime:
    zone = ZoneInfo("Europe/Riga" if side == "LV" else "Europe/Minsk")
    day = now().astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(), zone)


def _places(*kinds: str) -> list[str]:
    return [place.code for place in usable_places() if place.kind in kinds][:4]


def _begun(
    people: Mapping[str, Any], key: str, side: str, title: str, language: str, first: int, last: int
) -> JointOperation:
    by = people[f"{side.lower()}.coordinator"]
    root = Unit.objects.get(side=side, parent=None, kind=Unit.Kind.HEADQUARTERS)
    operation = actions.begin_operation(
        unit=root, title=title, language=language, starts_at=_midnight(first, side),
        ends_at=_midnight(last, side), places=_places("crossing", "airport"),
        sections=["S06", "S07"], in_calendar=True, client_ref=uuid.uuid5(DEMO, key), by=by,
    )  # fmt: skip
    return actions.propose_operation(operation, by=by)


def _written(people: Mapping[str, Any], operation: JointOperation) -> JointOperation:
    for side, kind, count, note in (
        ("LV", "officers", 12, "document control"), ("LV", "dogs", 2, ""),
        ("BY", "officers", 10, "document control"), ("BY", "devices", 3, "mobile readers"),
    ):  # fmt: skip
        actions.add_resource(
            operation, kind=kind, count=count, note=note,
            client_ref=uuid.uuid5(DEMO, f"{operation.number}{side}{kind}"),
            by=people[f"{side.lower()}.coordinator"],
        )  # fmt: skip
    for section, owner, language, text in PLAN:
        by = people[f"{(owner or operation.side).lower()}.coordinator"]
        actions.write_operation_text(
            operation, paper="plan", section=section, owner=owner, language=language, text=text,
            by=by,
        )  # fmt: skip
    return JointOperation.objects.get(pk=operation.pk)


def _approved(people: Mapping[str, Any], operation: JointOperation, paper: str) -> None:
    operation.refresh_from_db()
    version = actions.put_operation_paper(
        operation, paper=paper, edition=operation.edition_of(paper),
        by=people[f"{operation.side.lower()}.coordinator"],
    )  # fmt: skip
    for name in ("lv.approver", "by.approver"):
        actions.approve_operation_paper(
            operation, paper=paper, sha256=version.sha256, by=people[name]
        )


def _tagged(people: Mapping[str, Any], operation: JointOperation) -> None:
    for name in ("lv.hq", "by.hq"):
        by = people[name]
        rows = Share.objects.visible_to(by).filter(side=by.side, exercise=False)
        rows = rows.exclude(state__in=("draft", "withdrawn", "merged")).newest()
        for share in [row for row in rows[:20] if crosses(row.category)][:4]:
            incident = Incident.objects.get(pk=share.incident_id)
            actions.tag_incident(incident, operation, by=by)


def _day_given(people: Mapping[str, Any], day: OperationDay) -> None:
    language, text = DAYS[day.side]
    side = day.side.lower()
    day = actions.write_operation_day(
        day, language=language, text=text, by=people[f"{side}.coordinator"]
    )
    actions.approve_operation_day(day, edition=day.edition, by=people[f"{side}.hq"])


def _evaluated(people: Mapping[str, Any]) -> None:
    title = "Documents of lorries before the holidays"
    operation = _written(people, _begun(people, "over", "LV", title, "en", -30, -28))
    _approved(people, operation, "plan")
    actions.run_due_operations()
    actions.draft_due_days()
    for day in operation.days.order_by("day", "side"):
        _day_given(people, day)
    by = people["lv.coordinator"]
    operation.refresh_from_db()
    actions.draft_evaluation_report(operation, by=by)
    for section in sections_of("report"):
        if not operation.texts.filter(paper="report", section=section).exists():
            text = ASSESSMENT if section == "assessment" else NO_COSTS
            actions.write_operation_text(
                operation, paper="report", section=section, owner="", language="en",
                text=text, by=by,
            )  # fmt: skip
    _approved(people, operation, "report")


def _running(people: Mapping[str, Any]) -> None:
    title = "Совместная проверка документов в зимний сезон"
    operation = _written(people, _begun(people, "now", "BY", title, "ru", -2, 5))
    starts = max(now(), _midnight(0)).replace(minute=0, second=0, microsecond=0)
    for hours, name in ((48, "dgp.officer"), (56, "pol.officer")):
        officer = people[name]
        begins = starts + timedelta(hours=hours)
        try:
            actions.set_operation_shift(
                operation, officer=officer, place=operation.places[0], starts_at=begins,
                ends_at=begins + timedelta(hours=8), task="Second line",
                client_ref=uuid.uuid5(DEMO, name),
                by=people[f"{officer.side.lower()}.coordinator"],
            )  # fmt: skip
        except Refused:  # on duty then
            continue
    _approved(people, operation, "plan")
    actions.run_due_operations()
    operation.refresh_from_db()
    _tagged(people, operation)
    actions.draft_due_days()
    first = operation.days.filter(side="LV").order_by("day").first()
    if first is not None:
        _day_given(people, first)
        by = people["lv.coordinator"]
        first.refresh_from_db()
        again = actions.correct_operation_day(first, reason=CORRECTED[0], by=by)
        again = actions.write_operation_day(again, language="lv", text=CORRECTED[1], by=by)
        actions.approve_operation_day(again, edition=again.edition, by=people["lv.hq"])


def _proposed(people: Mapping[str, Any]) -> None:
    title = "Pasažieru dokumenti lidostās"
    operation = _written(people, _begun(people, "ahead", "LV", title, "lv", 20, 24))
    actions.put_operation_paper(
        operation, paper="plan", edition=operation.edition, by=people["lv.coordinator"]
    )
