"""What the pages of an activity say of its people."""

from typing import Any

from django import template

from ..access import plans
from ..models import Activity
from ..people import proposals_of

register = template.Library()


@register.inclusion_tag("training/_proposals.html", takes_context=True)
def activity_proposals(context: dict[str, Any], activity: Activity) -> dict[str, Any]:
    """Names: `activity`, `proposals` (TimeProposal), `may_move` (whether the reader changes it)."""
    user = context["user"]
    return {
        "activity": activity,
        "user": user,
        "csrf_token": context.get("csrf_token"),
        "proposals": proposals_of(activity, user),
        "may_move": plans(user, activity),
    }
