"""Who reads what of an officer's travel. Reads only; whoever shows it calls `read_travel`."""

from typing import Any

from contactpoints.access import SERVICES, may
from contactpoints.models import root_of

from .access import agrees
from .models import Activity, Participation
from .models.people import SEATED

# What the host side needs at its crossing point, and nothing else.
OF_HOSTS = ("arrives_at", "departs_at", "pass_number")
WHOLE = ("transport", *OF_HOSTS, "document", "remarks")


def host_side(activity: Activity) -> str:
    """The side that receives the others; where a third country does, the side that plans it."""
    country = activity.host_country
    return country if country in SERVICES else activity.side


def writes_travel(user: Any, part: Participation) -> bool:
    """The officer, and coordinators of the officer's side: of the unit, or at the head."""
    if user.pk == part.officer_id:
        return True
    return user.side == part.side and (agrees(user) or may(user, "plan_activities", part.unit))


def readable_fields(user: Any, part: Participation) -> tuple[str, ...]:
    """What of it `user` may read: all, the times and the pass as the host's coordinator, or ()."""
    if writes_travel(user, part):
        return WHOLE
    root = root_of(user.side) if user.side in SERVICES else None
    hosts = user.side == host_side(part.activity) and part.activity.joint
    if hosts and part.state in SEATED and root is not None and agrees(user):
        return OF_HOSTS
    return ()
