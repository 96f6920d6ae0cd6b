"""What an officer does with the own channels, and what becomes of them while alerts go out."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.access.models import User
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import post
from bordercoop.reference.wording import worded

from ..models import (
    PERSONAL,
    Attempt,
    CalendarFeed,
    Channel,
    ChannelKind,
    ChannelState,
    Delivery,
    Trouble,
)
from ..reaching.kinds import address_of, masked, offered
from ..reaching.reading import who_leads
from ..reaching.sealed import mark_of, opened, resealed, seal

MOST = 12
BETWEEN_TESTS = timedelta(seconds=30)
TESTS_IN_AN_HOUR = 20
State = ChannelState


def _mine(channel: Channel, by: Any) -> Channel:
    """The channel under its lock; only its officer does anything with it."""
    found: Channel = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    if by is not None and found.officer_id != by.pk:
        raise NotAllowed(_("This channel belongs to another officer."))
    return found


@transaction.atomic
def add_channel(kind: str, address: str, *, name: str = "", by: Any) -> Channel:
    """Note by what `by` wants to be reached; nothing is sent there before a test was confirmed.

    The same address twice is the same channel. Raises Invalid for what is no such address.
    """
    if kind not in PERSONAL or not offered(kind):
        sentence = _("The portal does not offer this kind of channel. Choose another one.")
        raise Invalid(sentence, fields={"kind": [sentence]})
    kept = address_of(kind, address)
    name = worded(name, "name", most=60, one_line=True) or masked(kind, kept)
    # One officer's additions wait for each other, so that the limit holds.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    mark = mark_of(kind, kept)
    known: Channel | None = Channel.objects.filter(officer=by, kind=kind, mark=mark).first()
    if known is not None:
        return known
    if Channel.objects.filter(officer=by).count() >= MOST:
        raise Refused(
            _("You have %(most)s channels already. Remove one that you do not use.")
            % {"most": MOST},
            code="too_many",
        )
    channel = Channel(
        officer=by,
        kind=kind,
        address=seal(kept),
        mark=mark,
        name=name or str(ChannelKind(kind).label),
    )
    channel.save(force_insert=True)
    record("reach.added", channel.ref, by=by, kind=kind)
    return channel


@transaction.atomic
def test_channel(channel: Channel, *, by: Any) -> Channel:
    """Send a message that says it is a test; the officer then answers whether it arrived.

    Refused within 30 seconds of the test before, and after twenty in an hour.
    """
    channel = _mine(channel, by)
    at = now()
    last = max(filter(None, (channel.asked_at, channel.test_sent_at)), default=None)
    if last is not None and at - last < BETWEEN_TESTS:
        raise Refused(
            _("A test message is on its way already. Wait half a minute before the next one."),
            code="too_soon",
            status=429,
        )
    recent = Message.objects.filter(
        key__startswith=f"reach-test:{channel.officer_id}:", created_at__gt=at - timedelta(hours=1)
    )
    if recent.count() >= TESTS_IN_AN_HOUR:
        raise Refused(
            _("There were %(most)s test messages in this hour. Wait before you send another one.")
            % {"most": TESTS_IN_AN_HOUR},
            code="too_many_tests",
            status=429,
        )
    channel.asked_at, channel.test_sent_at = at, None
    if channel.state != State.ON:
        channel.state = State.TESTED
    channel.save(update_fields=["asked_at", "test_sent_at", "state"])
    post(
        channel.kind,
        f"reach-test:{channel.officer_id}:{channel.uid}:{at.timestamp():.0f}",
        {"test": str(channel.uid)},
    )
    record("reach.tested", channel.ref, by=by, kind=channel.kind)
    return channel


@transaction.atomic
def answer_test(channel: Channel, *, arrived: bool, by: Any) -> Channel:
    """Say whether the test message arrived. If it did, alerts use the channel from now on; if not,
    none does until another test. A repeat changes nothing."""
    channel = _mine(channel, by)
    if channel.asked_at is None:
        if arrived == (channel.state == State.ON):
            return channel
        raise Refused(_("Send a test message first."), code="not_tested")
    if arrived and channel.test_sent_at is None:
        raise Refused(
            _("The test message has not left yet. Wait until it did."), code="test_not_sent"
        )
    at = now()
    channel.asked_at = None
    if arrived:
        channel.state, channel.confirmed_at, channel.last_success_at = State.ON, at, at
        channel.failure, channel.failed_at, channel.failures, channel.off_at = "", None, 0, None
    else:
        channel.state, channel.failure = State.NEW, Trouble.NOT_ARRIVED
    channel.save(
        update_fields=["asked_at", "state", "confirmed_at", "last_success_at", "failure",
                       "failed_at", "failures", "off_at"]
    )  # fmt: skip
    record("reach.answered", channel.ref, by=by, kind=channel.kind, arrived=arrived)
    return channel


@transaction.atomic
def switch_channel(channel: Channel, *, on: bool, by: Any) -> Channel:
    """Switch an own channel off, or on again after that. One that failed, or that was never
    confirmed, comes back by a test alone. A repeat changes nothing."""
    channel = _mine(channel, by)
    if on == (channel.state == State.ON) and (on or channel.state == State.OFF):
        return channel
    if on and (channel.state != State.OFF or channel.confirmed_at is None or channel.failure):
        raise Refused(
            _("Send a test message first: a channel is switched on when one arrived."),
            code="not_tested",
        )
    if not on and channel.state == State.NEW:
        return channel  # nothing is sent there anyway
    channel.state, channel.off_at = (State.ON, None) if on else (State.OFF, now())
    channel.asked_at = None
    channel.save(update_fields=["state", "off_at", "asked_at"])
    record("reach.switched", channel.ref, by=by, kind=channel.kind, on=on)
    return channel


@transaction.atomic
def remove_channel(channel: Channel, *, by: Any) -> None:
    """Forget an own channel with its address. What went through it stays in the alerts' logs."""
    found = Channel.objects.select_for_update(no_key=True).filter(pk=channel.pk).first()
    if found is None:
        return
    if by is not None and found.officer_id != by.pk:
        raise NotAllowed(_("This channel belongs to another officer."))
    record("reach.removed", found.ref, by=by, kind=found.kind)
    found.delete()


def forget_reach(officer: Any, *, devices_only: bool = False) -> None:
    """Remove the channels and the calendar address of an officer who serves nowhere any more; with
    `devices_only` what a lost device holds: notifications and the address. The caller has asked."""
    channels = Channel.objects.filter(officer=officer)
    if devices_only:
        channels = channels.filter(kind=ChannelKind.PUSH)
    channels.delete()
    CalendarFeed.objects.filter(officer=officer).delete()


@transaction.atomic
def fail_channel(channel: Channel, *, reason: Trouble | str) -> Channel:
    """Switch a channel off because nothing gets through, and tell its officer and whoever heads
    the officer's desk. Done twice, they are told once."""
    channel = _mine(channel, None)
    if channel.state == State.FAILED:
        return channel
    channel.state, channel.failure, channel.failed_at = State.FAILED, str(reason), now()
    channel.asked_at = None
    channel.save(update_fields=["state", "failure", "failed_at", "asked_at"])
    officer = channel.officer
    record(
        "reach.failed",
        channel.ref,
        by=None,
        trail=officer.side,
        kind=channel.kind,
        reason=str(reason),
        officer=officer.ref,
    )
    stamp = f"{channel.failed_at.timestamp():.0f}"
    for told in [officer, *who_leads(officer)]:
        post(
            "unreached",
            f"unreached:{channel.uid}:{stamp}:{told.pk}",
            {"channel": str(channel.uid), "to": told.pk},
        )
    return channel


@transaction.atomic
def note_test_sent(channel: Channel) -> None:
    """The provider took the test message."""
    waiting = Channel.objects.filter(pk=channel.pk, asked_at__isnull=False)
    waiting.update(test_sent_at=now(), failures=0)


@transaction.atomic
def note_failure(channel: Channel, *, reason: Trouble | str, permanent: bool) -> bool:
    """An attempt failed; whether the channel is off now: at once for what does not pass, else at
    the attempt in a row that CHANNEL_FAILURES_MOST names."""
    counted = reason not in (Trouble.SLOW_DOWN, Trouble.NO_PROVIDER)
    if counted:
        Channel.objects.filter(pk=channel.pk).update(failures=F("failures") + 1)
    channel.refresh_from_db(fields=["failures", "state"])
    if permanent or (counted and channel.failures >= settings.CHANNEL_FAILURES_MOST):
        fail_channel(channel, reason=reason)
        return True
    return False


@transaction.atomic
def note_sent(channel: Channel) -> None:
    """Something got through: what failed before does not count any more."""
    Channel.objects.filter(pk=channel.pk).update(last_success_at=now(), failures=0)


@transaction.atomic
def note_attempts(
    deliveries: Iterable[Delivery],
    kind: ChannelKind | str,
    outcome: Attempt.Outcome | str,
    *,
    reason: str = "",
    officer: Any = None,
    channel: Channel | None = None,
    steps: dict[int, int] | None = None,
    together: int | None = None,
) -> None:
    """Write one line into the log of each delivery. The same sending by the same channel at the
    same step is written once.

    `steps`: the step a line belongs to, by the id of its delivery, where it is not the present one.
    """
    if channel is not None:
        officer = officer or channel.officer
        # The officer may have removed it while its message was under way.
        kept = Channel.objects.select_for_update(no_key=True).filter(pk=channel.pk)
        channel = kept.first()
    rows = [
        Attempt(
            delivery=delivery,
            step=(steps or {}).get(delivery.pk, delivery.step),
            turn=delivery.wakes,
            kind=kind,
            officer=officer,
            channel=channel,
            outcome=outcome,
            reason=reason,
            together=together,
        )
        for delivery in deliveries
    ]
    Attempt.objects.bulk_create(rows, ignore_conflicts=outcome == Attempt.Outcome.SENT)


@transaction.atomic
def reseal_channels() -> int:
    """Seal every address with the present SECRET_KEY; how many. Running it twice is safe."""
    count = 0
    for channel in Channel.objects.select_for_update(no_key=True).order_by("pk"):
        address = opened(channel.address)
        if address:
            channel.address = resealed(channel.address)
            channel.mark = mark_of(channel.kind, address)
            channel.save(update_fields=["address", "mark"])
            count += 1
    return count
