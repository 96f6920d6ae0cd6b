"""Who may do what with risks."""

from typing import Any

from contactpoints.access import SERVICES, units_where


def reads_brochure(user: Any) -> bool:
    """Officers of the two services who read incidents anywhere, as with the procedures."""
    return user.side in SERVICES and bool(units_where(user, "view_incidents"))
