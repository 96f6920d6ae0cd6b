"""What the audit trail adds to the frame and to the home page of an auditor."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.audit.actions import REFUSED
from bordercoop.audit.models import Entry

NOTABLE = (REFUSED, "account.sign_in_failed", "account.locked_out")
MOST = 1000


def navigation(user: Any) -> list[dict[str, Any]]:
    """The audit trail, for who may read it."""
    if not import_string(settings.AUDITOR_CHECK)(user):
        return []
    return [
        {
            "url": reverse("audit"),
            "icon": "history",
            "label": _("Audit trail"),
            "short": pgettext("navigation", "Audit"),
            "count": 0,
            "count_label": "",
        }
    ]


def tasks_of(user: Any) -> list[dict[str, Any]]:
    """How many refusals and failed sign-ins the own side had in a day; counted up to MOST."""
    if not import_string(settings.AUDITOR_CHECK)(user):
        return []
    recent = Entry.objects.filter(side=user.side, at__gte=now() - timedelta(days=1))
    count = recent.filter(verb__in=NOTABLE)[:MOST].count()
    return [
        {
            "title": _("Audit trail"),
            "sentence": ngettext(
                "%(count)s refusal or failed sign-in on your side in 24 hours.",
                "%(count)s refusals and failed sign-ins on your side in 24 hours.",
                count,
            )
            % {"count": count}
            if count
            else _("No refusal and no failed sign-in on your side in 24 hours."),
            "count": count,
            "url": reverse("audit"),
            "icon": "history",
            "urgent": False,
        }
    ]
