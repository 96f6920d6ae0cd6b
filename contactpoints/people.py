"""A side's people as its administrators look for them. Reads only."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.timezone import now

from .access import people_of
from .models import Posting


def people_asked(query: Mapping[str, Any]) -> dict[str, str]:
    """The filters as typed; what is not asked is ""."""
    return {name: str(query.get(name) or "").strip() for name in ("q", "unit", "role", "standing")}


def people_found(by: Any, asked: Mapping[str, str]) -> Any:
    """Whom `by` may look after and who match, each with `held`: postings in force or to come."""
    current = Posting.objects.filter(ended_at=None).exclude(ends_at__lte=now())
    return _matching(people_of(by), asked).prefetch_related(
        Prefetch("postings", current.select_related("unit").order_by("starts_at"), to_attr="held")
    )


def _matching(rows: Any, asked: Mapping[str, str]) -> Any:
    if words := asked["q"][:100].replace("\0", ""):
        rows = rows.filter(
            Q(name_latin__icontains=words)
            | Q(name_local__icontains=words)
            | Q(username__icontains=words)
            | Q(email__icontains=words)
        )
    held = Posting.objects.filter(ended_at=None).exclude(ends_at__lte=now())
    if asked["unit"]:
        held = held.filter(unit__code=asked["unit"])
    if asked["role"]:
        held = held.filter(role=asked["role"])
    if asked["unit"] or asked["role"]:
        rows = rows.filter(postings__in=held).distinct()
    posted = Q(pk__in=Posting.objects.active().values("officer"))
    standing: dict[str, Q] = {
        "posted": posted & Q(is_active=True),
        "invited": Q(welcomed_at=None, is_active=True),
        "suspended": Q(is_active=False),
        "unposted": ~posted,
    }
    return rows.filter(standing[asked["standing"]]) if asked["standing"] in standing else rows
