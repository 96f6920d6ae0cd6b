"""What is left of a guest in the pool of experts when the period of retention has passed."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now

from contactpoints.access import SERVICES

from ..kept import kept_by, parts_of, still_needed
from ..models import Briefing, Debriefing, Deployment, DeploymentMove, Expert, Extension


def _blank_words(deployments: Any) -> int:
    """Of deployments what was said at each step, at briefing, debriefing and longer stays."""
    rows = {"deployment__in": list(deployments.values_list("pk", flat=True))}
    there = Deployment.objects.filter(pk__in=rows["deployment__in"])
    count: int = there.update(expert=None, reason="", blanked_at=now())
    count += DeploymentMove.objects.filter(**rows).exclude(reason="").update(reason="")
    count += Briefing.objects.filter(**rows).update(text="", given_by="", contact="")
    count += Debriefing.objects.filter(**rows).update(report="", lessons=[])
    return count + Extension.objects.filter(**rows).update(reason="", answer="")


@transaction.atomic
def blank_experts(expert: Expert, side: str) -> int:
    """Leave of the deployments of a guest to the side what, where and when, with every step, and
    of its accreditations the days; and, where the other side keeps nothing of the guest, of the
    guest the profiles and the days in the pool. Returns how many rows held anything, none where
    something names the guest again. Asked by the purge alone."""
    # Deployments first and in order of their keys, as everywhere.
    deployments, granted = (rows.filter(expert=expert) for rows in parts_of(side))
    every = Deployment.objects.filter(expert=expert).order_by("pk")
    list(every.select_for_update(no_key=True).values_list("pk"))
    rows = Expert.objects.filter(pk=expert.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()
    if still_needed(rows).exists() or not kept_by(side).filter(pk=expert.pk).exists():
        return 0
    count = _blank_words(deployments) + granted.update(number="", reason="")
    if any(one.filter(expert=expert).exists() for other in SERVICES for one in parts_of(other)):
        return count
    gone = rows.get()
    gone.languages.all().delete()  # type: ignore[attr-defined]
    gone.periods.standing().update(removed_at=now())  # type: ignore[attr-defined]
    gone.officer, gone.name, gone.service = None, "", ""
    gone.blanked_at = now()
    gone.left_at = gone.left_at or gone.blanked_at
    gone.save(update_fields=["officer", "name", "service", "blanked_at", "left_at"])
    return count + 1
