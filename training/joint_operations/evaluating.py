"""The final evaluation report drafted from what is there: plan, resources, shifts, days. Reads
only."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.reference.models import terms
from bordercoop.web.clocks import written
from contactpoints.access import SERVICES

from ..models import Activity
from .daily import figures_said
from .models import JointOperation, OperationDay
from .operation_papers import JOINT, area_names, content_of, facts_in_words, owner_name

Draft = tuple[str, str, str, str]
# Which part of the plan a heading begins with.
FROM_PLAN = {"background": "situation", "aim": "objectives"}


def figures_of_report(operation: JointOperation) -> dict[str, Any]:
    """By side: `days` of the operation, `given` of them, and what the given ones count, by
    category; `incidents` is None where a side has given none."""
    days = (operation.last_day - operation.first_day).days + 1
    found: dict[str, Any] = {}
    rows = OperationDay.objects.given().filter(operation=operation)
    for side in SERVICES:
        counted: Counter[str] = Counter()
        given = 0
        for row in rows:
            if row.side == side:
                given += 1
                for cell in figures_said(row.content).own:
                    counted[cell.category] += cell.count
        found[str(side)] = {
            "days": days,
            "given": given,
            "incidents": sum(counted.values()) if given else None,
            "by_category": dict(sorted(counted.items())),
        }
    return found


def figures_in_words(figures: dict[str, Any]) -> list[str]:
    """A sentence for each side, and one for each category below it."""
    known, lines = terms("incident_category"), []
    for side, said in figures.items():
        if said["incidents"] is None:
            lines.append(
                _("%(side)s: no daily report was given, so its number is not known.")
                % {"side": owner_name(side)}
            )
            continue
        lines.append(
            ngettext(
                "%(side)s: %(count)s incident in the reports of %(given)s of %(days)s days.",
                "%(side)s: %(count)s incidents in the reports of %(given)s of %(days)s days.",
                said["incidents"],
            )
            % {
                "side": owner_name(side),
                "count": said["incidents"],
                "given": said["given"],
                "days": said["days"],
            }
        )
        for category, count in said["by_category"].items():
            name = known[category].name if category in known else category
            lines.append(f"– {name}: {count}")
    return lines


def _participants(operation: JointOperation) -> str:
    lines = facts_in_words(content_of(operation, "plan", 0))
    for side in SERVICES:
        rows = operation.shifts.standing().filter(side=side)
        people = rows.values("booking__officer").distinct().count()
        if people:
            lines.append(
                ngettext(
                    "%(side)s: %(people)s officer on shifts (%(shifts)s).",
                    "%(side)s: %(people)s officers on shifts (%(shifts)s).",
                    people,
                )
                % {"side": owner_name(side), "people": people, "shifts": rows.count()}
            )
    return "\n".join(lines)


def _activity_of_both(operation: JointOperation) -> Activity | None:
    """What stands for it in the calendar, once both sides read it."""
    activity = operation.activity
    return activity if activity is not None and activity.joint and activity.put_at else None


def _finances(operation: JointOperation) -> str:
    activity = _activity_of_both(operation)
    if activity is None or activity.budget_planned is None:
        return ""
    lines = [_("Planned: %(amount)s EUR") % {"amount": activity.budget_planned}]
    if activity.budget_used is not None:
        lines.append(_("Used: %(amount)s EUR") % {"amount": activity.budget_used})
    if activity.budget_line:
        lines.append(_("Budget line: %(line)s") % {"line": activity.budget_line})
    return "\n".join(lines)


def drafted_texts(operation: JointOperation, language: str) -> list[Draft]:
    """(heading, owner, language, text): those from the plan in the words and the language of who
    wrote them, the others in `language`. The assessment is nobody's but the sides' own."""
    found: list[Draft] = []
    for heading, section in FROM_PLAN.items():
        for one in operation.texts.filter(paper="plan", section=section).order_by("owner"):
            found.append((heading, one.owner, one.language, one.text))
    with translation.override(language):
        times = [written(operation.starts_at), written(operation.ends_at)]
        area = "\n".join(area_names(operation))
        found.append(("period_and_areas", JOINT, language, " –\n".join(times) + f"\n{area}"))
        found.append(("participants", JOINT, language, _participants(operation)))
        found.append(("finances", JOINT, language, _finances(operation)))
        lines = figures_in_words(figures_of_report(operation))
        found.append(("achievement", JOINT, language, "\n".join(lines)))
        if (activity := _activity_of_both(operation)) is not None:
            named = f"{activity.number} {activity.title}"
            found.append(("links", JOINT, language, named))
    return found
