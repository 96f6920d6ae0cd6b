"""Channels of the demo officers: tested telephones, and a browser that is gone.

The numbers are of no subscriber. Only what this installation offers is set up.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.outbox.models import Message
from contactpoints import actions
from contactpoints.models import Channel, Trouble
from contactpoints.reaching.kinds import offered

TELEPHONES = {
    "dgp.duty": ("sms", "+37120000001"),
    "dgp.head": ("voice", "+37120000002"),
    "pol.duty": ("sms", "+375290000001"),
    "pol.head": ("messenger", "@pol.head"),
    "rix.duty": ("sms", "+37120000003"),
}
# A subscription that no browser holds. It is never pushed to, because it has failed.
GONE = json.dumps(
    {
        "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/example",
        "keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22},
    }
)


def live_with_channels(people: Mapping[str, Any]) -> int:
    """Set up and test what is not there yet; how many are new."""
    begun = now() - timedelta(days=6)
    made = 0
    for minutes, (username, (kind, address)) in enumerate(TELEPHONES.items()):
        officer = people[username]
        if offered(kind) and not Channel.objects.filter(officer=officer).exists():
            _tested(officer, kind, address, begun + timedelta(minutes=minutes))
            made += 1
    officer = people["dgp.duty"]
    if offered("push") and not Channel.objects.filter(officer=officer, kind="push").exists():
        channel = _tested(
            officer, "push", GONE, begun + timedelta(hours=1), name="Firefox, Windows"
        )
        with time_machine.travel(now() - timedelta(hours=9), tick=False):
            actions.fail_channel(channel, reason=Trouble.GONE)
        made += 1
    told = Message.objects.filter(channel__in=("sms", "voice", "messenger", "push", "unreached"))
    told.filter(done_at=None).update(done_at=now())
    return made


def _tested(officer: Any, kind: str, address: str, at: Any, *, name: str = "") -> Channel:
    with time_machine.travel(at, tick=False):
        channel = actions.add_channel(kind, address, name=name, by=officer)
        actions.test_channel(channel, by=officer)
        actions.note_test_sent(channel)
        return actions.answer_test(channel, arrived=True, by=officer)
