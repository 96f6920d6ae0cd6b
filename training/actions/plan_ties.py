"""Which activity carries out which line of the yearly plan; the plan on paper."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf

from ..models import Activity, PlanLine, PlanLink, PlanVersion
from ..models.plans import reads_plans
from ..plan_paper import plan_document, plan_file_name
from .activity_kit import keep, locked_activity, require_either


@transaction.atomic
def tie_activity(activity: Activity, line: PlanLine | None, *, by: Any) -> PlanLink | None:
    """Let an activity carry out a line of the plan of its year, and no other line any more; None
    unties it. What one side plans for itself is counted for both from then on. The same again
    changes nothing."""
    activity = locked_activity(activity, by)
    require_either(activity, by)
    known = activity.plan_links.standing().first()
    if line is not None:
        line = PlanLine.objects.select_for_update(no_key=True, of=("self",)).get(pk=line.pk)
        if line.removed_at is not None:
            raise Refused(_("This line was taken out of the plan."), code="removed")
        year = _year(activity)
        if line.plan.year != year:
            raise Refused(
                _("The activity begins in %(year)s. Choose a line of the plan of that year.")
                % {"year": year},
                code="other_year",
            )
    if known is not None:
        if line is not None and known.line_id == line.pk:
            return known
        _remove(known)
    elif line is None:
        return None
    if line is None:
        keep(activity, "untied", by=by)
        return None
    link = PlanLink.objects.create(activity=activity, line=line, by=by)
    keep(activity, "tied", by=by, line=f"{line.plan.year}/{line.number}")
    return link


def _year(activity: Activity) -> int:
    return activity.starts_at.astimezone(ZoneInfo(activity.zone)).year


def _remove(link: PlanLink) -> None:
    link.removed_at = now()
    link.save(update_fields=["removed_at"])


def untie_of_another_year(activity: Activity, *, by: Any) -> None:
    """The activity moved: it carries out no line of the plan of another year. Its lock is the
    caller's."""
    link = activity.plan_links.standing().select_related("line__plan").first()
    if link is not None and link.line.plan.year != _year(activity):
        _remove(link)
        keep(activity, "untied", by=by)


def print_plan(version: PlanVersion, *, languages: Sequence[str], by: Any) -> tuple[bytes, str]:
    """A version of the plan as a PDF in two languages, the same for both sides, and the name of
    the file; recorded. Raises Invalid for two languages that are alike or unknown."""
    if not reads_plans(by):
        raise Refused(_("There is no such plan."), code="not_found", status=404)
    both, at = Both(*two_languages(*languages)), now()
    made = pdf("year_plan.typ", plan_document(version, both=both, by=by, at=at), at=at)
    record(
        "year_plan.printed", version.plan.ref, by=by, trail=by.side, year=version.plan.year,
        version=version.number, sha256=version.sha256,
    )  # fmt: skip
    return made, plan_file_name(version)
