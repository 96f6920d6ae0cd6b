"""Where the page of an activity leads once it begins."""

from typing import Any

from django import template

from ..attendance import TAKEN_IN, takes_for
from ..models import Activity
from ..models.activities import OVER

register = template.Library()


@register.inclusion_tag("training/_activity_after_links.html", takes_context=True)
def activity_after(context: dict[str, Any], activity: Activity) -> dict[str, Any]:
    """Names: `activity`, `writes` (the reader writes the list now), `after` (it is over)."""
    writes = activity.state in (*TAKEN_IN, "confirmed") and takes_for(context["user"], activity)
    return {"activity": activity, "writes": bool(writes), "after": activity.state in OVER}
