"""What recommendations and contingency plans add to the menu, the home page and the search."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query
from training.listing import holding

from .access import keeps_lessons, reads_lessons, watches_due_days
from .contingency import waiting_for_approval
from .models import ContingencyActivation, ContingencyPlan, Recommendation

ICON, PLAN_ICON = "target", "shield-check"


def navigation(user: Any) -> list[dict[str, Any]]:
    if not reads_lessons(user):
        return []
    return [
        {
            "url": reverse("contingency_plans"), "icon": PLAN_ICON,
            "label": _("Contingency plans"),
            "short": pgettext("navigation", "Contingency"), "count": 0, "count_label": "",
        },
        {
            "url": reverse("recommendations"), "icon": ICON,
            "label": pgettext("register", "Recommendations"),
            "short": pgettext("navigation", "Lessons"), "count": 0, "count_label": "",
        },
    ]  # fmt: skip


def _tile(
    title: str, sentence: str, count: int, url: str, *, icon: str = ICON, urgent: bool = False
) -> dict[str, Any]:
    return {"title": title, "sentence": sentence % {"count": count}, "count": count, "url": url,
            "icon": icon, "urgent": urgent}  # fmt: skip


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """Plans that are active now; what waits for an approver; what an owner has to do; what is
    overdue, for coordinators and approvers; what waits to be confirmed."""
    if not reads_lessons(user):
        return []
    tiles: list[dict[str, Any]] = []
    active = ContingencyActivation.objects.visible_to(user).going_on().filter(exercise=False)
    for one in active.select_related("plan", "place")[:3]:
        sentence = _("%(plan)s is active at %(place)s.") % {
            "plan": one.plan.number, "place": one.place.name,
        }  # fmt: skip
        url = reverse("contingency_activation", args=[one.uid])
        title = _("Contingency plan is active")
        tiles.append(
            {"title": title, "sentence": sentence, "count": 1, "url": url, "icon": PLAN_ICON,
             "urgent": True}
        )  # fmt: skip
    for version in waiting_for_approval(user)[:3]:
        sentence = _("%(plan)s waits for the approval of your side.") % {
            "plan": version.plan.number
        }
        url = reverse("contingency_plan", args=[version.plan.number])
        tiles.append(_tile(_("Approve a contingency plan"), sentence, 1, url, icon=PLAN_ICON))
    return [*tiles, *_of_recommendations(user)]


def _of_recommendations(user: Any) -> list[dict[str, Any]]:
    rows, base = Recommendation.objects.visible_to(user), reverse("recommendations")
    tiles: list[dict[str, Any]] = []
    if count := rows.under_way().answered_by(user).count():
        sentence = ngettext(
            "%(count)s recommendation is for your unit to carry out.",
            "%(count)s recommendations are for your unit to carry out.",
            count,
        )
        tiles.append(_tile(_("Recommendations to carry out"), sentence, count, f"{base}?show=mine"))
    if watches_due_days(user) and (count := rows.overdue().count()):
        sentence = ngettext(
            "%(count)s recommendation is overdue.", "%(count)s recommendations are overdue.", count
        )
        tiles.append(
            _tile(_("Overdue recommendations"), sentence, count, f"{base}?show=overdue",
                  urgent=True)
        )  # fmt: skip
    if keeps_lessons(user):
        done = rows.filter(state="done", side=user.side).exclude(done_by=user)
        if count := done.exclude(owner_officer=user).count():
            sentence = ngettext(
                "%(count)s recommendation that your side raised waits to be confirmed.",
                "%(count)s recommendations that your side raised wait to be confirmed.",
                count,
            )
            url = f"{base}?show=to_confirm"
            tiles.append(_tile(_("Confirm recommendations"), sentence, count, url))
    return tiles


def recommendations_in(user: Any, query: Query, most: int) -> Group | None:
    """Recommendations by number, title and text; the newest first."""
    if not reads_lessons(user):
        return None
    rows = holding(Recommendation.objects.visible_to(user), query).order_by("-pk")
    hits = [
        Hit(reverse("recommendation", args=[row.number]), row.title, second=row.number,
            side=row.side)
        for row in rows[: most + 1]
    ]  # fmt: skip
    asked = urlencode({"show": "all", "q": query.text})
    more = f"{reverse('recommendations')}?{asked}" if len(hits) > most else ""
    return Group(
        "recommendations", pgettext("register", "Recommendations"), ICON, hits[:most], more
    )


def plans_in(user: Any, query: Query, most: int) -> Group | None:
    """Contingency plans by number, title and what activates them; the newest first."""
    if not reads_lessons(user):
        return None
    rows = holding(ContingencyPlan.objects.visible_to(user), query).order_by("-pk")
    hits = [
        Hit(reverse("contingency_plan", args=[row.number]), row.title, second=row.number,
            side=row.side)
        for row in rows[: most + 1]
    ]  # fmt: skip
    more = reverse("contingency_plans") if len(hits) > most else ""
    return Group("contingency", _("Contingency plans"), PLAN_ICON, hits[:most], more)
