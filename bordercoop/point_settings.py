"""Settings of the contact points: line checks, broadcasts, requests, escalation. Part of the
settings; read from the environment like the rest.
"""

import re
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_env = environ.FileAwareEnv()
_demo = _env.bool("DEMO", default=False)

# --- the line between the desks (docs/line-check.md); all in seconds

# How often each desk is called by the scheduler, 0 for never. Nobody sits at the desks of a demo,
# so each call there would be missed.
LINE_CHECK_EVERY = _env.int("LINE_CHECK_EVERY", default=0 if _demo else 3600)
# A check that has reached no screen, or that no officer has answered, for so long is missed.
LINE_CHECK_SCREEN_WITHIN = _env.int("LINE_CHECK_SCREEN_WITHIN", default=300)
LINE_CHECK_ANSWER_WITHIN = _env.int("LINE_CHECK_ANSWER_WITHIN", default=1200)
# How long an officer who asked for a check waits before asking again for one of the same line.
LINE_CHECK_AGAIN_AFTER = _env.int("LINE_CHECK_AGAIN_AFTER", default=300)
if not 0 < LINE_CHECK_SCREEN_WITHIN <= LINE_CHECK_ANSWER_WITHIN:
    raise ImproperlyConfigured("LINE_CHECK_SCREEN_WITHIN must not be above ..._ANSWER_WITHIN.")
if LINE_CHECK_EVERY < 0 or 0 < LINE_CHECK_EVERY <= LINE_CHECK_ANSWER_WITHIN:
    raise ImproperlyConfigured("LINE_CHECK_EVERY must be 0 or above LINE_CHECK_ANSWER_WITHIN.")

# --- emergency broadcasts

# Seconds until a broadcast goes out again to desks that have not acknowledged (docs/broadcast.md).
BROADCAST_REPEAT_S = _env.int("BROADCAST_REPEAT_S", default=60)
if not 10 <= BROADCAST_REPEAT_S <= 600:
    raise ImproperlyConfigured("BROADCAST_REPEAT_S must be from 10 to 600 seconds.")

# --- messages of the Common Alerting Protocol (docs/cap.md)

# What stands behind the @ in the address of a desk; by default the host of the portal.
CAP_DOMAIN = _env.str(
    "CAP_DOMAIN",
    default=urlsplit(_env.str("BASE_URL", default="http://127.0.0.1:8000")).hostname or "portal",
).lower()
if not re.fullmatch(r"[a-z0-9.-]{1,100}", CAP_DOMAIN):
    raise ImproperlyConfigured("CAP_DOMAIN is a host name: letters, digits, dots and hyphens.")
# The largest message that is taken in.
CAP_MOST_BYTES = _env.int("CAP_MOST_BYTES", default=1024 * 1024)
# How long a message is in effect that names no end, and how far the clock of its sender may be
# ahead; in seconds.
CAP_IN_EFFECT_S = _env.int("CAP_IN_EFFECT_S", default=86_400)
CAP_CLOCK_AHEAD_S = _env.int("CAP_CLOCK_AHEAD_S", default=300)
if not 10_000 <= CAP_MOST_BYTES <= 5 * 1024 * 1024:
    raise ImproperlyConfigured("CAP_MOST_BYTES must be from 10000 to 5242880.")
if not (0 < CAP_IN_EFFECT_S <= 604_800 and 0 <= CAP_CLOCK_AHEAD_S <= 3600):
    raise ImproperlyConfigured("CAP_IN_EFFECT_S is at most a week, CAP_CLOCK_AHEAD_S an hour.")

# --- information requests

# Hours until a request must be answered, by its urgency (docs/requests.md).
REQUEST_HOURS = {
    "urgent": _env.int("REQUEST_HOURS_URGENT", default=8),
    "soon": _env.int("REQUEST_HOURS_SOON", default=72),
    "routine": _env.int("REQUEST_HOURS_ROUTINE", default=168),
}
if not 0 < REQUEST_HOURS["urgent"] <= REQUEST_HOURS["soon"] <= REQUEST_HOURS["routine"] <= 8760:
    raise ImproperlyConfigured(
        "REQUEST_HOURS_URGENT, _SOON and _ROUTINE must be hours of at most a year, the more urgent "
        "the fewer."
    )

# --- monthly statements of exchange (docs/ledger.md)

# Days until both sides are expected to have signed, hours after the end of a month until its
# statement is made, and for how many closed months back what came late is looked for.
STATEMENT_DAYS = _env.int("STATEMENT_DAYS", default=10)
STATEMENT_AFTER = _env.int("STATEMENT_AFTER", default=24)
STATEMENT_LATE_MONTHS = _env.int("STATEMENT_LATE_MONTHS", default=3)
if not (1 <= STATEMENT_DAYS <= 90 and 0 <= STATEMENT_AFTER <= 240):
    raise ImproperlyConfigured(
        "STATEMENT_DAYS must be from 1 to 90 days and STATEMENT_AFTER from 0 to 240 hours."
    )
if not 1 <= STATEMENT_LATE_MONTHS <= 12:
    raise ImproperlyConfigured("STATEMENT_LATE_MONTHS must be from 1 to 12.")

# --- waiting at crossing points (docs/crossing-points.md)

# Minutes after which what a side said is old, and by which the two sides must differ to be told so.
WAITING_OLD_AFTER = _env.int("WAITING_OLD_AFTER", default=120)
WAITING_DIFFERS_BY = _env.int("WAITING_DIFFERS_BY", default=60)
# Minutes from which both sides are told that one waits long, by lane.
WAITING_LONG = {
    "cars": _env.int("WAITING_LONG_CARS", default=120),
    "buses": _env.int("WAITING_LONG_BUSES", default=180),
    "trucks": _env.int("WAITING_LONG_TRUCKS", default=360),
    "pedestrians": _env.int("WAITING_LONG_PEDESTRIANS", default=60),
    "train": _env.int("WAITING_LONG_TRAIN", default=90),
    "air": _env.int("WAITING_LONG_AIR", default=45),
}
if not (10 <= WAITING_OLD_AFTER <= 1440 and 5 <= WAITING_DIFFERS_BY <= 1440):
    raise ImproperlyConfigured(
        "WAITING_OLD_AFTER must be from 10 to 1440 minutes, WAITING_DIFFERS_BY from 5 to 1440."
    )
if not all(1 <= minutes <= 4320 for minutes in WAITING_LONG.values()):
    raise ImproperlyConfigured("WAITING_LONG_... must be minutes from 1 to 4320.")

# --- escalation

# Seconds after which headquarters is told at the latest, by priority (docs/escalation.md).
ESCALATION_CEILINGS = {"P1": 1800, "P2": 7200, "P3": 43_200, "P4": 259_200}
# The longest limit, in seconds, within which an acknowledged alert must be followed by progress;
# those of P3 and P4 count in working hours.
PROGRESS_CEILINGS = {"P1": 7200, "P2": 43_200, "P3": 162_000, "P4": 324_000}
# From which hour to which the working day of a desk lasts, on its own wall; which days are working
# days: contactpoints/working_days.py.
WORKING_HOURS = (8, 17)
