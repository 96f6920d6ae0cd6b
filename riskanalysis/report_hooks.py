"""What webhooks are told of risk reports: no word that anybody wrote."""

from collections.abc import Mapping
from typing import Any

from contactpoints.models import units

from .models import RiskReport


def told_of(uid: str, facts: Mapping[str, Any]) -> tuple[set[int], dict[str, Any]]:
    """Ids of the units that are told now, all that ever were where that is not said, and what each
    of them reads of a report even after it was withdrawn."""
    report = RiskReport.objects.get(uid=uid)
    if "units" in facts:
        told = {units()[code].pk for code in facts["units"]}
    else:
        told = set(report.told.values_list("unit_id", flat=True))
    return told, {"number": report.number, "side": report.side, "exercise": report.exercise}
