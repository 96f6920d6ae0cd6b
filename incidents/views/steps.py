"""Which steps an officer may take now, and which of them comes next."""

from typing import Any

from contactpoints.access import may

from ..actions.life import OPEN
from ..content import crosses
from ..models import RELEASABLE_STATES, Incident, Share, State

# Steps of the page's head in the order in which one of them is the next.
STEPS = (
    "resubmit", "verify", "validate", "release", "supplement", "revise", "turn_back", "withdraw",
    "reopen",
)  # fmt: skip


def allowed_verbs(user: Any, incident: Incident, share: Share) -> dict[str, bool]:
    """Which verbs this officer may use now; the verbs ask again themselves."""
    own = share.own
    at = share.unit_id
    service = incident.origin == Incident.Origin.SERVICE
    state = incident.state
    ended = state in (State.CLOSED, State.WITHDRAWN, State.MERGED)
    validates = may(user, "validate_incidents", at)
    closing = incident.unit_id if user.side == incident.side else at
    closes = service and may(user, "close_incidents", closing)
    reports = may(user, "report_incidents", at)
    return {
        "supplement": own and not ended and reports,
        "verify": own
        and state in (State.SUBMITTED, State.REOPENED)
        and may(user, "verify_incidents", at)
        and not incident.is_author(user),
        "validate": own and state == State.VERIFIED and validates,
        "release": own
        and state in RELEASABLE_STATES
        and service
        and crosses(incident.category.code)
        and may(user, "release_incidents", at),
        "annotate": may(user, "annotate_incidents", at),
        "translate": may(user, "translate_incidents", at),
        "propose": not own
        and share.released_at is not None
        and share.passed_by_id is None
        and service
        and may(user, "annotate_incidents", at),
        "recall": own and may(user, "recall_releases", at),
        "pass_on": not own and service and may(user, "release_incidents", at),
        "mark": own and service and may(user, "release_incidents", at),
        "close": not ended
        and state != State.RETURNED
        and (share.passed_by_id is None or user.side == incident.side)
        and closes,
        "turn_back": own
        and service
        and state in OPEN
        and (validates or (state != State.VALIDATED and may(user, "verify_incidents", at))),
        "resubmit": own and state == State.RETURNED and reports,
        "withdraw": own
        and service
        and (state in OPEN or state == State.RETURNED)
        and (closes or (incident.reported_by_id == user.pk and reports)),
        "reopen": state == State.CLOSED and closes,
        "revise": own
        and validates
        and incident.validated_at is not None
        and bool(share.impact)
        and state not in (State.WITHDRAWN, State.MERGED),
    }


def next_and_other(
    allowed: dict[str, bool], *, corrected: bool, told: bool, behind: bool
) -> tuple[str, list[str]]:
    """The one step that comes next ("" for none), and the others in their order.

    `corrected`: a returned report has a newer version; `told`: a desk holds a copy; `behind`: one
    of them holds an earlier version.
    """
    possible = [name for name in STEPS if allowed[name]]
    waiting = [
        name
        for name in possible
        if name in ("verify", "validate")
        or (name == "resubmit" and corrected)
        or (name == "release" and (behind or not told))
        or name == "supplement"
        or (name == "reopen" and possible == ["reopen"])
    ]
    first = waiting[0] if waiting else ""
    return first, [name for name in possible if name != first]
