"""What running the portal adds to the frame and to the first page, for operators only."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.web.health import measure

from . import overview


def navigation(user: Any) -> list[dict[str, Any]]:
    """The operator's page. It costs no statement: what it would count is on the page itself."""
    if not import_string(settings.OPERATOR_CHECK)(user):
        return []
    return [
        {
            "url": reverse("operations"),
            "icon": "heartbeat",
            "label": _("Operations"),
            "short": pgettext("navigation", "Operations"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """A tile: how many lines of the operator's page are not in order; urgent when one is bad."""
    if not import_string(settings.OPERATOR_CHECK)(user):
        return []
    states = [line.state for line in overview.everything(measure())]
    count = len(states) - states.count("ok")
    return [
        {
            "title": _("State of the portal"),
            "sentence": ngettext(
                "%(count)s thing needs the operator.",
                "%(count)s things need the operator.",
                count,
            )
            % {"count": count}
            if count
            else _("Everything the portal measures is in order."),
            "count": count,
            "url": reverse("operations"),
            "icon": "heartbeat",
            "urgent": "bad" in states,
        }
    ]
