"""The register of recommendations: its list, one of them, what it changed, what changed a thing.
Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from bordercoop.reference.models import Procedure
from bordercoop.web.finding.query import read
from contactpoints.kinds import kinds
from contactpoints.procedures import may_read
from training.listing import holding
from training.models import Activity, Course

from .access import keeps, keeps_lessons, owns, reads_lessons, ties
from .models import (
    ContingencyPlan,
    LessonSource,
    Recommendation,
    RecommendationChange,
    RecommendationState,
)
from .models.recommendations import UNDER_WAY
from .sources import Resolved, resolved

State = RecommendationState
SHOWN = ("under_way", "overdue", "mine", "to_confirm", "all")
LONGEST = 100


@dataclass(frozen=True)
class Asked:
    show: str = "under_way"
    source: str = ""
    q: str = ""
    about: str = ""

    @property
    def any(self) -> bool:
        return bool(self.source or self.q or self.about)


def asked_of(given: Mapping[str, str]) -> Asked:
    """Codes that nobody knows are left out; text stays as typed."""
    show, source = given.get("show", ""), given.get("source", "")
    return Asked(
        show if show in SHOWN else "under_way",
        source if source in LessonSource.values else "",
        given.get("q", "").strip()[:LONGEST].replace("\0", ""),
        given.get("about", "").strip()[:80].replace("\0", ""),
    )


def listed(user: Any, asked: Asked) -> Any:
    """Those that `user` reads, as asked: what is due soonest first."""
    rows = Recommendation.objects.visible_to(user)
    if asked.show == "under_way":
        rows = rows.under_way()
    elif asked.show == "overdue":
        rows = rows.overdue()
    elif asked.show == "mine":
        rows = rows.under_way().answered_by(user)
    elif asked.show == "to_confirm":
        rows = rows.filter(state=State.DONE, side=user.side)
    if asked.source:
        rows = rows.filter(source=asked.source)
    if asked.about:
        rows = rows.filter(about=asked.about)
    if asked.q:
        rows = holding(rows, read(asked.q))
    return rows.select_related("owner_unit", "owner_officer", "place")


def deeds_of(user: Any, row: Recommendation) -> set[str]:
    """What `user` may do with it now."""
    found = set()
    if keeps(user, row):
        found.add("change" if row.state in UNDER_WAY else "reopen")
        if row.state == State.DONE and user.pk not in (row.done_by_id, row.owner_officer_id):
            found.add("confirm")
    if owns(user, row):
        if row.state in UNDER_WAY:
            found.add("decline")
        if row.state == State.OPEN:
            found.add("take")
        if row.state == State.IN_HAND:
            found.add("finish")
    if ties(user, row):
        found.add("tie")
    return found


# --- what it changed


@dataclass
class Tied:
    """A change by a recommendation as a reader sees it: `title` and, where they read the thing,
    `url`."""

    change: RecommendationChange
    title: str
    url: str = ""
    language: str = ""
    file: bool = False


def changes_of(user: Any, row: Recommendation) -> list[Tied]:
    rows = row.changes.standing().select_related(
        "procedure_version__procedure", "plan_version__plan", "activity", "course", "by"
    )
    files = set(RecommendationChange.objects.files_for(user).filter(recommendation=row)
                .values_list("pk", flat=True))  # fmt: skip
    found = []
    for change in rows:
        tied = _tied(user, change)
        tied.file = change.pk in files
        found.append(tied)
    return found


def _tied(user: Any, change: RecommendationChange) -> Tied:
    if (version := change.procedure_version) is not None:
        kind = kinds().get(version.procedure.kind)
        number = pgettext("procedure", "version %(n)s") % {"n": version.number}
        reads = kind is not None and may_read(user, kind)
        url = f"{kind.base}{version.procedure.code}/{version.number}/" if kind and reads else ""
        return Tied(change, f"{version.procedure.code}, {number}", url)
    if (plan := change.plan_version) is not None:
        number = pgettext("procedure", "version %(n)s") % {"n": plan.number}
        url = reverse("contingency_version", args=[plan.plan.number, plan.number])
        title = f"{plan.plan.number} {plan.plan.title}, {number}"
        return Tied(change, title, url, plan.plan.language)
    if (activity := change.activity) is not None:
        seen = Activity.objects.visible_to(user).filter(pk=activity.pk).exists()
        url = reverse("activity", args=[activity.number]) if seen else ""
        title = f"{activity.number} {activity.title}" if seen else activity.number
        return Tied(change, title, url, activity.language)
    if (course := change.course) is not None:
        seen = Course.objects.visible_to(user).filter(pk=course.pk).exists()
        url = reverse("course", args=[course.uid]) if seen else ""
        return Tied(change, course.title if seen else "–", url, course.language)
    return Tied(change, str(change.get_kind_display()))


@dataclass
class Moment:
    at: datetime
    text: str
    by: Any
    said: str = ""


def history(row: Recommendation) -> list[Moment]:
    """What became of it, the earliest first."""
    found = [Moment(row.at, pgettext("recommendation", "Raised"), row.by)]
    for move in row.moves.select_related("by"):
        again = move.after == State.OPEN
        text = pgettext("recommendation", "Opened again") if again else move.get_after_display()
        found.append(Moment(move.at, str(text), move.by, move.said))
    return found


def came_from(user: Any, row: Recommendation) -> Resolved | None:
    return resolved(row.about, user) if row.about else None


# --- beside other things: settings.BESIDE


def _beside(user: Any, rows: Any, **more: Any) -> dict[str, Any] | None:
    found = list(rows.distinct().order_by("due_on", "pk")[:50])
    if not found and not more.get("add"):
        return None
    return {"template": "lessons/_beside.html", "recommendations": found, **more}


def beside_activity(user: Any, activity: Activity) -> dict[str, Any] | None:
    """Recommendations that came from an activity or that it carries out, and where one is added."""
    if not reads_lessons(user):
        return None
    rows = Recommendation.objects.visible_to(user)
    about = f"activity:{activity.number}"
    tied = RecommendationChange.objects.standing().filter(activity=activity)
    ids = {*rows.filter(about=about).values_list("pk", flat=True),
           *tied.values_list("recommendation", flat=True)}  # fmt: skip
    add = f"{reverse('recommendation_new')}?about={about}" if keeps_lessons(user) else ""
    return _beside(user, rows.filter(pk__in=ids), add=add)


def beside_course(user: Any, course: Course) -> dict[str, Any] | None:
    """Recommendations that changed a course."""
    if not reads_lessons(user):
        return None
    tied = RecommendationChange.objects.standing().filter(course=course)
    return _beside(user, _of(user, tied))


def beside_procedure(user: Any, procedure: Procedure) -> dict[str, Any] | None:
    """Recommendations that changed a procedure in any version."""
    if not reads_lessons(user):
        return None
    tied = RecommendationChange.objects.standing().filter(procedure_version__procedure=procedure)
    return _beside(user, _of(user, tied))


def of_plan(user: Any, plan: ContingencyPlan) -> list[Recommendation]:
    """Recommendations that changed a contingency plan in any version."""
    tied = RecommendationChange.objects.standing().filter(plan_version__plan=plan)
    return list(_of(user, tied))


def _of(user: Any, tied: Any) -> Any:
    return Recommendation.objects.visible_to(user).filter(pk__in=tied.values("recommendation"))
