"""What the page of an activity says of its people."""

from typing import Any

from django import template

from ..models import Activity
from ..people import proposals_of

register = template.Library()


@register.inclusion_tag("training/_activity_people.html", takes_context=True)
def activity_people(context: dict[str, Any], activity: Activity) -> dict[str, Any]:
    """Names: `activity`, `proposals` (TimeProposal), `seats` ((side, seats, taken), own first)."""
    user = context["user"]
    return {
        "activity": activity,
        "user": user,
        "csrf_token": context.get("csrf_token"),
        "proposals": proposals_of(activity, user),
    }
