"""The watchdog: a process that fell silent is noticed by those that go on.

Relay and worker both run `watch_processes` among their ticks, so each of them sees the other, and
both see beat. Operators read it on their page at once and get a letter when it lasts.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from bordercoop.outbox.models import Pulse
from bordercoop.outbox.relay import post

from .models import Silence

# Two ticks of beat. The worker answers beat's ticks through a broker, and may be at work.
SILENT_AFTER = {
    "beat": timedelta(seconds=10),
    "relay": timedelta(seconds=10),
    "worker": timedelta(seconds=60),
}
# A restart is over by then and nobody is woken for it.
LETTER_AFTER = timedelta(seconds=60)
# Whoever looked away for longer cannot say what happened meanwhile; less than any silence.
ATTENTION = 8.0


class _Watch:
    """How long this process has watched without a break, in seconds."""

    def __init__(self) -> None:
        self.began = self.looked = float("-inf")

    def look(self) -> float:
        moment = time.monotonic()
        if moment - self.looked > ATTENTION:
            self.began = moment
        self.looked = moment
        return moment - self.began


_watch = _Watch()


def watch_processes() -> int:
    """Note each process that fell silent, and the end of each silence; returns how many changed.

    A process that never gave a sign of life is not missed. Whoever begins to watch waits as long as
    for a silence first: after an outage of the whole server nobody is alarmed about its start. Safe
    in several processes at once: a silence is noted and told once.
    """
    watched = timedelta(seconds=_watch.look())
    moment = now()
    pulses = {one.process: one.at for one in Pulse.objects.filter(process__in=SILENT_AFTER)}
    silent = {
        process: at
        for process, at in pulses.items()
        if moment - at > SILENT_AFTER[process] <= watched
    }
    if "beat" in silent:
        silent.pop("worker", None)  # it has nothing to answer
    known = {one.process: one for one in Silence.objects.open()}
    changed = sum(_note(process, at) for process, at in silent.items() if process not in known)
    for process, silence in known.items():
        if process in pulses and moment - pulses[process] <= SILENT_AFTER[process]:
            changed += _end(silence)
    return changed


@transaction.atomic
def _note(process: str, since: Any) -> int:
    silence = Silence(process=process, since=since, noticed_at=now())
    Silence.objects.bulk_create([silence], ignore_conflicts=True)
    if not Silence.objects.filter(uid=silence.uid).exists():
        return 0
    due = silence.noticed_at + LETTER_AFTER
    for pk in import_string(settings.OPERATORS)():
        told = {"silence": str(silence.uid), "to": pk}
        post("silence", f"silence:{silence.uid}:{pk}", told, due=due)
    return 1


@transaction.atomic
def _end(silence: Silence) -> int:
    ended = now()
    if not Silence.objects.open().filter(pk=silence.pk).update(ended_at=ended):
        return 0
    if ended - silence.noticed_at < LETTER_AFTER:
        return 1  # nobody was written to
    for pk in import_string(settings.OPERATORS)():
        told = {"silence": str(silence.uid), "to": pk}
        post("silence", f"silence:{silence.uid}:{pk}:over", {**told, "over": True})
    return 1


def send_silence(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell an operator that a process is silent, and later that it works again.
    Nothing of a silence that has ended before it was told."""
    silence = Silence.objects.get(uid=payload["silence"])
    to = User.objects.get(pk=payload["to"])
    over = bool(payload.get("over"))
    if not to.is_active or not import_string(settings.OPERATOR_CHECK)(to):
        return  # the posting ended after the message was written
    if not over and silence.ended_at is not None:
        return
    with translation.override(to.language):
        address = address_of("operations")
        context = {"to": to, "silence": silence, "over": over, "address": address}
        subject = render_to_string("operations/silence_subject.txt", context).strip()
        body = render_to_string("operations/silence_mail.txt", context)
    send_letter(to.email, subject, body, key=key)
