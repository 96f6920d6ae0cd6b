"""How long the rows of a file are kept."""

from datetime import timedelta

from django.db.models import Q
from django.utils.timezone import now

from ..models import Import

KEPT = timedelta(days=30)


def rows_still_needed() -> set[str]:
    """Names in the store of what imports still need: 30 days from the end, or from the upload of
    one that never began."""
    before = now() - KEPT
    needed = Import.objects.filter(
        Q(finished_at__gte=before) | Q(finished_at=None, at__gte=before) | Q(state="running")
    )
    return set(needed.values_list("rows_sha256", flat=True))
