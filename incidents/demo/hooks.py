"""A dispatch system of each side that was told what happens, and is paused now.

Its address leads nowhere: only what the portal wrote down of it is shown.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from contactpoints import actions
from contactpoints.models import Trouble, Webhook, units
from contactpoints.webhooks.addresses import allowed
from contactpoints.webhooks.catalogue import EVENTS

SYSTEMS = {
    "lv.admin": (
        "Daugavpils dispečeru sistēma",
        "https://dispatch.lv.example/bordercoop",
        ["DESK-DGP", "DESK-RIX"],
    ),
    "by.admin": (
        "Дыспетчарская сістэма",
        "https://dispatch.by.example/bordercoop",
        ["DESK-POL"],
    ),
}
# Hours before now, event, status and milliseconds of what was posted.
LOG = [
    (30.0, "alert.raised", 200, 84),
    (29.9, "delivery.acknowledged", 200, 61),
    (27.0, "line.missed", 503, 212),
    (26.99, "line.missed", 200, 95),
    (26.5, "line.repaired", 200, 58),
]


def live_with_webhooks(people: Mapping[str, Any]) -> None:
    """Register the systems that are not there yet, with what became of their first messages."""
    for username, (name, address, codes) in SYSTEMS.items():
        by = people[username]
        if not allowed(address) or Webhook.objects.filter(side=by.side, address=address).exists():
            continue
        with time_machine.travel(now() - timedelta(hours=31), tick=False):
            webhook, _secret = actions.register_webhook(
                name, address, desks=[units()[code] for code in codes], events=EVENTS, by=by
            )
        for number, (hours, event, status, took) in enumerate(LOG):
            with time_machine.travel(now() - timedelta(hours=hours), tick=False):
                actions.note_webhook_attempt(
                    webhook,
                    key=f"{webhook.key}demo-{2 if number == 3 else number}",
                    event=event,
                    outcome="sent" if status == 200 else "failed",
                    status=status,
                    trouble="" if status == 200 else Trouble.RECEIVER,
                    took=timedelta(milliseconds=took),
                )
        with time_machine.travel(now() - timedelta(hours=25), tick=False):
            actions.switch_webhook(webhook, on=False, by=by)
