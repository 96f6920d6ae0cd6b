"""The states, grounds and precisions of an incident."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

OWN = 1_000_000


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("incident", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("incident", "Submitted")
    VERIFIED = "verified", pgettext_lazy("incident", "Verified by the unit")
    VALIDATED = "validated", pgettext_lazy("incident", "Validated")
    RETURNED = "returned", pgettext_lazy("incident", "Returned")
    WITHDRAWN = "withdrawn", pgettext_lazy("incident", "Withdrawn")
    MERGED = "merged", pgettext_lazy("incident", "Merged")
    CLOSED = "closed", pgettext_lazy("incident", "Closed")
    REOPENED = "reopened", pgettext_lazy("incident", "Reopened")


OPEN_MOVES = ["returned", "withdrawn", "merged", "closed"]
MOVES = [
    ("draft", "submitted"),
    ("returned", "submitted"),
    ("returned", "withdrawn"),
    ("submitted", "verified"),
    ("verified", "validated"),
    # A supplement has to be checked like the report.
    ("verified", "submitted"),
    ("validated", "submitted"),
    ("closed", "reopened"),
    ("reopened", "verified"),
    *[("submitted", after) for after in OPEN_MOVES],
    *[("verified", after) for after in OPEN_MOVES],
    *[("validated", after) for after in OPEN_MOVES],
    *[("reopened", after) for after in OPEN_MOVES],
    *[("merged", before) for before in ("submitted", "verified", "validated", "reopened")],
]
RELEASABLE_STATES = {
    State.SUBMITTED, State.VERIFIED, State.VALIDATED, State.REOPENED, State.CLOSED,
}  # fmt: skip


class Ground(models.TextChoices):
    """Why a side closes its part; the first and the third after Regulation (EU) 2021/581,
    Article 9(7)."""

    DID_NOT_OCCUR = "did_not_occur", _("It did not occur")
    NOT_PROVEN = "not_proven", _("It was not proven")
    NO_IMPACT = "impact_does_not_justify_reporting", _("Its impact does not justify reporting")
    OVER = "event_over_response_complete", _("The event is over and the response complete")


class Precision(models.TextChoices):
    MINUTE = "minute", pgettext_lazy("precision", "To the minute")
    DAY = "day", pgettext_lazy("precision", "Day only")
    MONTH = "month", pgettext_lazy("precision", "Month only")


class Handling(models.TextChoices):
    """Europol handling codes, from the loosest to the strictest; their meaning is a Term."""

    H0 = "H0", "H0"
    H1 = "H1", "H1"
    H2 = "H2", "H2"
    H3 = "H3", "H3"


class Tlp(models.TextChoices):
    """Traffic Light Protocol 2.0, from the loosest to the strictest; their meaning is a Term."""

    CLEAR = "CLEAR", "TLP:CLEAR"
    GREEN = "GREEN", "TLP:GREEN"
    AMBER = "AMBER", "TLP:AMBER"
    STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"
    RED = "RED", "TLP:RED"
