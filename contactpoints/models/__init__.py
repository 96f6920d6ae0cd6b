"""Units, contact points and desks; who is posted and on duty; alerts and their deliveries."""

from .alerting import BY_SEVERITY, NUMBER_ONLY, TAKES_BACK, URGENT, Alert, AlertQuerySet, Priority
from .broadcast import Broadcast, Emergency
from .cap import CapMessage, CapMessageQuerySet
from .delivering import MOVES, WAITS, Delivery, DeliveryQuerySet, DeliveryState
from .displays import Display, DisplayQuerySet
from .duty import (
    Absence,
    AbsenceQuerySet,
    CalendarFeed,
    RotaCheck,
    ShiftSwap,
    ShiftSwapQuerySet,
)
from .emergency import BreakGlass, EmergencyReview
from .focal import ExpertiseRequest, ExpertiseState, FocalDeployment, FocalExpert
from .forwarding import FORWARD_WITHIN, POSTS, Forward, ForwardQuerySet
from .handing_back import HandBack
from .handover import DutyNote, ShiftHandover
from .lines import LineBreak, LineCheck, LineCheckQuerySet
from .pausing import PAUSE_MOST, ExchangePause, HeldRelease
from .people import (
    ACTIVE,
    Booking,
    DutyRank,
    DutyShift,
    DutyShiftQuerySet,
    Posting,
    PostingQuerySet,
    Role,
    RotaRule,
)
from .policies import (
    HELD,
    NEXT_SHIFT,
    AskedByName,
    AskedByNameQuerySet,
    EscalationPolicy,
    Who,
)
from .reaching import (
    FLOOR,
    PERSONAL,
    Attempt,
    Channel,
    ChannelKind,
    ChannelState,
    Trouble,
)
from .statements import EntryKind, ExchangeStatement, StatedLate, StatementEntry, StatementSignature
from .tree import (
    ContactPoint,
    Desk,
    Unit,
    UnitGroupGrant,
    UnitUserGrant,
    forget_units,
    root_of,
    units,
)
from .webhooks import Webhook, WebhookAttempt, WebhookSecret, WebhookState

__all__ = [
    "ACTIVE",
    "BY_SEVERITY",
    "FLOOR",
    "FORWARD_WITHIN",
    "HELD",
    "MOVES",
    "NEXT_SHIFT",
    "NUMBER_ONLY",
    "PAUSE_MOST",
    "PERSONAL",
    "POSTS",
    "TAKES_BACK",
    "URGENT",
    "WAITS",
    "Absence",
    "AbsenceQuerySet",
    "Alert",
    "AlertQuerySet",
    "AskedByName",
    "AskedByNameQuerySet",
    "Attempt",
    "Booking",
    "BreakGlass",
    "Broadcast",
    "CalendarFeed",
    "CapMessage",
    "CapMessageQuerySet",
    "Channel",
    "ChannelKind",
    "ChannelState",
    "ContactPoint",
    "Delivery",
    "DeliveryQuerySet",
    "DeliveryState",
    "Desk",
    "Display",
    "DisplayQuerySet",
    "DutyNote",
    "DutyRank",
    "DutyShift",
    "DutyShiftQuerySet",
    "Emergency",
    "EmergencyReview",
    "EntryKind",
    "EscalationPolicy",
    "ExchangePause",
    "ExchangeStatement",
    "ExpertiseRequest",
    "ExpertiseState",
    "FocalDeployment",
    "FocalExpert",
    "Forward",
    "ForwardQuerySet",
    "HandBack",
    "HeldRelease",
    "LineBreak",
    "LineCheck",
    "LineCheckQuerySet",
    "Posting",
    "PostingQuerySet",
    "Priority",
    "Role",
    "RotaCheck",
    "RotaRule",
    "ShiftHandover",
    "ShiftSwap",
    "ShiftSwapQuerySet",
    "StatedLate",
    "StatementEntry",
    "StatementSignature",
    "Trouble",
    "Unit",
    "UnitGroupGrant",
    "UnitUserGrant",
    "Webhook",
    "WebhookAttempt",
    "WebhookSecret",
    "WebhookState",
    "Who",
    "forget_units",
    "root_of",
    "units",
]
