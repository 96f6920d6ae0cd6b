"""What joint operations add to the home page and the search."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query
from training.access import reads_activities
from training.listing import holding

from .access import approves_operations, works_on_operations
from .daily import late_days
from .models import JointOperation
from .operation_papers import paper_name, waiting_versions

ICON = "users"


def tabs(user: Any) -> list[tuple[str, str, str]]:
    """The list, beside the pages of activities."""
    if not reads_activities(user):
        return []
    return [("operations", _("Joint operations"), reverse("joint_operations"))]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Plans and reports that wait for the approval of the own side, for its approvers; daily
    reports of the own side that are overdue, for its coordinators."""
    tiles = []
    if approves_operations(user):
        for version in waiting_versions(user.side):
            sentence = _("%(paper)s of %(number)s waits for the approval of your side.") % {
                "paper": paper_name(version.paper), "number": version.operation.number,
            }  # fmt: skip
            address = reverse(
                "joint_operation_paper", args=[version.operation.number, version.paper]
            )
            tiles.append(_tile(_("Approve a joint operation"), sentence, 1, address))
    if works_on_operations(user):
        late = list(late_days(user.side).order_by("day")[:100])
        if late:
            sentence = ngettext(
                "%(count)s daily report of your side is overdue.",
                "%(count)s daily reports of your side are overdue.",
                len(late),
            ) % {"count": len(late)}
            first = late[0]
            address = reverse(
                "joint_operation_day", args=[first.operation.number, first.day.isoformat()]
            )
            tiles.append(_tile(_("Daily reports"), sentence, len(late), address, urgent=True))
    return tiles


def _tile(
    title: str, sentence: str, count: int, url: str, *, urgent: bool = False
) -> dict[str, Any]:
    return {
        "title": title, "sentence": sentence, "count": count, "url": url, "icon": ICON,
        "urgent": urgent,
    }  # fmt: skip


def found_in(user: Any, query: Query, most: int) -> Group | None:
    """Joint operations by number and title; those that begin last stand first."""
    if not reads_activities(user):
        return None
    rows = holding(JointOperation.objects.visible_to(user), query)
    hits = [
        Hit(reverse("joint_operation", args=[row.number]), row.title, second=row.number,
            side=row.side)
        for row in rows.only("number", "title", "side")[: most + 1]
    ]  # fmt: skip
    more = f"{reverse('joint_operations')}?q={query.text}" if len(hits) > most else ""
    return Group("joint_operations", _("Joint operations"), ICON, hits[:most], more)
