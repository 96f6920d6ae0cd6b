"""What an upgrade finds without: the words by which activities are searched."""

from __future__ import annotations

from bordercoop.web.finding.query import sought

from .models import Activity


def load() -> str:
    """Find the words of activities that stand without. Safe twice."""
    rows, count = Activity.objects.filter(words="").only("number", "title", "place", "host"), 0
    for row in rows.iterator(1_000):
        words = sought(row.number, row.title, row.place, row.host)
        count += Activity.objects.filter(pk=row.pk, words="").update(words=words)
    return f"words of activities: {count} added, 0 changed, 0 retired"
