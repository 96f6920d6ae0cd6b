"""What the page of an activity says of its people."""

from typing import Any

from django import template

from contactpoints.access import may

from ..models import Activity
from ..people import proposals_of

register = template.Library()


@register.inclusion_tag("training/_activity_people.html", takes_context=True)
def activity_people(context: dict[str, Any], activity: Activity) -> dict[str, Any]:
    """Names: `activity`, `proposals` (TimeProposal), `may_move` (who changes the activity)."""
    user = context["user"]
    return {
        "activity": activity,
        "user": user,
        "csrf_token": context.get("csrf_token"),
        "proposals": proposals_of(activity, user),
        "may_move": user.side == activity.side and may(user, "plan_activities", activity.unit_id),
    }


@register.inclusion_tag("training/_proposals.html", takes_context=True)
def activity_proposals(context: dict[str, Any], activity: Activity) -> dict[str, Any]:
    """The proposed times alone."""
    return activity_people(context, activity)
