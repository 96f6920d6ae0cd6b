"""What webhooks are told of information requests: no word that anybody wrote."""

from collections.abc import Mapping
from typing import Any

from ..models import InformationRequest


def told_of(uid: str, facts: Mapping[str, Any]) -> tuple[set[int], dict[str, Any]]:
    """Ids of the two desks, and what both read of the request from its first moment."""
    asked = InformationRequest.objects.select_related("desk", "to").get(uid=uid)
    return {asked.desk_id, asked.to_id}, {
        "number": asked.number,
        "state": str(asked.state),
        "urgency": str(asked.urgency),
        "from": asked.desk.code,
        "to": asked.to.code,
        "due_at": asked.due_at.isoformat(),
        "exercise": asked.exercise,
    }
