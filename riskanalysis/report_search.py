"""Risk reports in the one search. Reads only."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from bordercoop.web.finding.groups import Group, Hit
from bordercoop.web.finding.query import Query

from .models import RiskReport

LOOKED_AT = 1_000
READ = ("uid", "number", "title", "side", "joint", "withdrawn_at")


def found_in(user: Any, query: Query, most: int) -> Group | None:
    """Reports that the officer reads, the newest first, by number and title; of what was withdrawn
    from the officer's side the number alone."""
    rows = RiskReport.objects.visible_to(user).only(*READ)
    hits = []
    for row in rows[:LOOKED_AT]:
        gone = row.withdrawn_at is not None and user.side not in row.sides
        title = "" if gone else row.title
        if query.found_in(row.number or "", title):
            url = settings.ABOUT_LINKS["risk_report"].format(uid=row.uid)
            hits.append(Hit(url, title or row.number or "", row.number or "", row.side))
    return Group("risk_reports", _("Risk reports"), "file-text", hits[:most])
