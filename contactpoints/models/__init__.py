"""Units, contact points and desks; who is posted and on duty; alerts and their deliveries."""

from .alerting import (
    BY_SEVERITY,
    MOVES,
    URGENT,
    Alert,
    AlertQuerySet,
    Delivery,
    DeliveryQuerySet,
    DeliveryState,
    EscalationStep,
    Priority,
)
from .emergency import BreakGlass, EmergencyReview
from .people import (
    ACTIVE,
    Booking,
    DutyShift,
    DutyShiftQuerySet,
    Posting,
    PostingQuerySet,
    Role,
    RotaRule,
)
from .tree import (
    ContactPoint,
    Desk,
    Unit,
    UnitGroupGrant,
    UnitUserGrant,
    forget_units,
    units,
)

__all__ = [
    "ACTIVE",
    "BY_SEVERITY",
    "MOVES",
    "URGENT",
    "Alert",
    "AlertQuerySet",
    "Booking",
    "BreakGlass",
    "ContactPoint",
    "Delivery",
    "DeliveryQuerySet",
    "DeliveryState",
    "Desk",
    "DutyShift",
    "DutyShiftQuerySet",
    "EmergencyReview",
    "EscalationStep",
    "Posting",
    "PostingQuerySet",
    "Priority",
    "Role",
    "RotaRule",
    "Unit",
    "UnitGroupGrant",
    "UnitUserGrant",
    "forget_units",
    "units",
]
