"""Webhooks: who of a side's systems is told what, by which secret, and what becomes of it."""

import base64
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import knock_after_commit, post
from bordercoop.reference.wording import worded

from ..access import officers_with, require
from ..models import (
    Trouble,
    Unit,
    Webhook,
    WebhookAttempt,
    WebhookSecret,
    WebhookState,
    root_of,
    units,
)
from ..models.webhooks import KEPT
from ..reaching.sealed import opened, resealed, seal
from ..webhooks.addresses import address_of
from ..webhooks.catalogue import EVENTS
from ..webhooks.queueing import queue_test

SALT = "contactpoints.webhook"
MOST = 20
SECRETS_MOST = 4
BETWEEN_TESTS = timedelta(seconds=10)
# What took longer rests for four times as long, so that others get their turn.
SLOW = timedelta(seconds=1)
FIRST_REST, LONGEST_REST = timedelta(seconds=15), timedelta(minutes=5)
State = WebhookState
Outcome = WebhookAttempt.Outcome


def _require(by: Any, desks: Iterable[Unit]) -> None:
    for desk in desks:
        require(by, "administer_accounts", desk)


def _locked(webhook: Webhook, by: Any) -> Webhook:
    """The webhook under its lock, for whoever administers every desk of it."""
    found: Webhook | None = (
        Webhook.objects.select_for_update(no_key=True).filter(pk=webhook.pk).first()
    )
    if found is None:
        raise Refused(_("This webhook was removed meanwhile."), code="removed", status=404)
    by_id = {unit.pk: unit for unit in units().values()}
    _require(by, [by_id[pk] for pk in found.desks])
    return found


def _root(side: str) -> Unit:
    root = root_of(side)
    assert root is not None, "a side with desks has a head of its tree"
    return root


def _wanted_desks(desks: Iterable[Unit], side: str) -> list[Unit]:
    wanted = sorted(set(desks), key=lambda desk: desk.pk)
    if not wanted:
        sentence = _("Choose at least one desk.")
        raise Invalid(sentence, fields={"desks": [sentence]})
    for desk in wanted:
        if desk.kind != Unit.Kind.DESK or desk.side != side:
            sentence = _("%(unit)s is not a desk of your side.") % {"unit": desk.name}
            raise Invalid(sentence, fields={"desks": [sentence]})
    return wanted


def _wanted_events(events: Iterable[str]) -> list[str]:
    wanted = set(events)
    if unknown := sorted(wanted - EVENTS.keys()):
        sentence = _("There is no such code: %(code)s.") % {"code": unknown[0][:40]}
        raise Invalid(sentence, fields={"events": [sentence]})
    if not wanted:
        sentence = _("Choose at least one event.")
        raise Invalid(sentence, fields={"events": [sentence]})
    return [event for event in EVENTS if event in wanted]


def _named(name: str) -> str:
    needed = _("Write what the system is called.")
    return worded(name, "name", most=60, one_line=True, empty=needed)


def _known_already() -> Invalid:
    sentence = _("A webhook of your side leads to this address already. Change that one.")
    return Invalid(sentence, code="known_already", status=409, fields={"address": [sentence]})


def _new_secret(webhook: Webhook) -> str:
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    WebhookSecret(webhook=webhook, sealed=seal(secret, SALT), made_at=now()).save(force_insert=True)
    return secret


@transaction.atomic
def register_webhook(
    name: str, address: str, *, desks: Iterable[Unit], events: Iterable[str], by: Any
) -> tuple[Webhook, str]:
    """Let a system of the own side be told what happens at some of its desks.

    Returns the webhook and the secret that signs what is posted, this one time: only a sealed copy
    is kept. Refused for an address that the side has already. Asks the permission to administer
    the accounts of every desk: whoever may let a person read a desk's alerts may let a system.
    """
    wanted = sorted(set(desks), key=lambda desk: desk.pk)
    _require(by, wanted)
    wanted = _wanted_desks(wanted, by.side)
    name, address, follows = _named(name), address_of(address), _wanted_events(events)
    # A side's additions wait for each other, so that the limit holds.
    Unit.objects.select_for_update(no_key=True).get(pk=_root(by.side).pk)
    if Webhook.objects.filter(side=by.side, address=address).exists():
        raise _known_already()
    if Webhook.objects.filter(side=by.side).count() >= MOST:
        raise Refused(
            _("Your side has %(most)s webhooks already. Remove one that nobody uses.")
            % {"most": MOST},
            code="too_many",
        )
    webhook = Webhook(
        side=by.side,
        name=name,
        address=address,
        desks=[desk.pk for desk in wanted],
        events=follows,
        added_by=by,
    )
    webhook.save(force_insert=True)
    secret = _new_secret(webhook)
    record("webhook.added", webhook.ref, by=by, **_said(webhook))
    return webhook, secret


def _said(webhook: Webhook) -> dict[str, Any]:
    by_id = {unit.pk: unit.code for unit in units().values()}
    return {
        "name": webhook.name,
        "address": webhook.address,
        "desks": [by_id[pk] for pk in webhook.desks],
        "events": list(webhook.events),
    }


@transaction.atomic
def change_webhook(
    webhook: Webhook,
    *,
    name: str,
    address: str,
    desks: Iterable[Unit],
    events: Iterable[str],
    by: Any,
) -> Webhook:
    """Set anew what the system is called, where it is, and what it is told of. What waits already
    goes to the new address. The same once more changes nothing."""
    webhook = _locked(webhook, by)
    wanted = sorted(set(desks), key=lambda desk: desk.pk)
    _require(by, wanted)
    wanted = _wanted_desks(wanted, webhook.side)
    before = _said(webhook)
    webhook.name, webhook.address = _named(name), address_of(address)
    webhook.desks, webhook.events = [desk.pk for desk in wanted], _wanted_events(events)
    if _said(webhook) == before:
        return webhook
    try:
        with transaction.atomic():
            webhook.save(update_fields=["name", "address", "desks", "events"])
    except IntegrityError as error:
        if "one_webhook_per_side_and_address" not in str(error):
            raise
        raise _known_already() from error
    record("webhook.changed", webhook.ref, by=by, **_said(webhook))
    return webhook


@transaction.atomic
def rotate_webhook_secret(webhook: Webhook, *, at_once: bool = False, by: Any) -> str:
    """Make a new secret, and return it this one time.

    What is posted is signed by the one before as well for WEBHOOK_OVERLAP_HOURS, so that the
    receiver can change over; with `at_once`, because somebody else knows it, those before it end
    now. Refused for a fifth secret within that time.
    """
    webhook = _locked(webhook, by)
    at = now()
    webhook.secrets.filter(ends_at__lte=at).delete()
    standing = webhook.secrets.select_for_update(no_key=True)
    if at_once:
        standing.all().delete()
    elif standing.count() >= SECRETS_MOST:
        raise Refused(
            _("%(count)s secrets sign already. Wait until the oldest has ended, or end them now.")
            % {"count": SECRETS_MOST},
            code="too_many",
        )
    else:
        until = at + timedelta(hours=settings.WEBHOOK_OVERLAP_HOURS)
        webhook.secrets.filter(ends_at=None).update(ends_at=until)
    secret = _new_secret(webhook)
    record("webhook.secret_renewed", webhook.ref, by=by, at_once=at_once)
    return secret


@transaction.atomic
def test_webhook(webhook: Webhook, *, by: Any) -> str:
    """Post a message that says it is a test, whatever state the webhook is in; its webhook-id.

    Refused within 10 seconds of the test before.
    """
    webhook = _locked(webhook, by)
    at = now()
    if webhook.tested_at is not None and at - webhook.tested_at < BETWEEN_TESTS:
        raise Refused(
            _("A test event is on its way already. Wait ten seconds before the next one."),
            code="too_soon",
            status=429,
        )
    webhook.tested_at = at
    webhook.save(update_fields=["tested_at"])
    record("webhook.tested", webhook.ref, by=by)
    return queue_test(webhook)


@transaction.atomic
def switch_webhook(webhook: Webhook, *, on: bool, by: Any) -> Webhook:
    """Pause a webhook, or let it go on; also one that the portal has switched off.

    While it is paused nothing is queued, and what waits is not sent: what was missed is fetched
    through the API. A repeat changes nothing.
    """
    webhook = _locked(webhook, by)
    if on == (webhook.state == State.ON) and (on or webhook.state == State.PAUSED):
        return webhook
    webhook.state = State.ON if on else State.PAUSED
    webhook.off_at, webhook.trouble, webhook.failing_since = None, "", None
    webhook.resting_until, webhook.rests = None, 0
    webhook.save(
        update_fields=["state", "off_at", "trouble", "failing_since", "resting_until", "rests"]
    )
    record("webhook.switched", webhook.ref, by=by, on=on)
    return webhook


@transaction.atomic
def remove_webhook(webhook: Webhook, *, by: Any) -> None:
    """Forget a webhook with its secrets and its log. What waits for it is not sent. Removed twice
    is removed once."""
    if not Webhook.objects.filter(pk=webhook.pk).exists():
        return
    webhook = _locked(webhook, by)
    record("webhook.removed", webhook.ref, by=by, **_said(webhook))
    webhook.delete()


@transaction.atomic
def resend_webhook(webhook: Webhook, key: str, *, by: Any) -> None:
    """Try a given-up message of a webhook again, under the same webhook-id. A message that waits
    or went out is left alone: Refused."""
    webhook = _locked(webhook, by)
    message = (
        Message.objects.given_up()
        .filter(channel="webhook", key=key, key__startswith=webhook.key)
        .select_for_update(no_key=True)
        .first()
    )
    if message is None:
        raise Refused(
            _("This message was not given up, so there is nothing to send again."),
            code="not_given_up",
        )
    record("webhook.resent", webhook.ref, by=by, message=key)
    message.given_up_at, message.attempts, message.due_at = None, 0, now()
    message.save(update_fields=["given_up_at", "attempts", "due_at"])
    knock_after_commit("webhook")


# --- by the system


@transaction.atomic
def note_webhook_attempt(
    webhook: Webhook,
    *,
    key: str,
    event: str,
    outcome: str,
    status: int | None,
    trouble: str,
    took: timedelta,
    wait: timedelta = timedelta(0),
) -> None:
    """Write down how an attempt ended, and what follows from it.

    A receiver that does not answer, or slowly, or that asks to wait, rests for a while. One that
    says that it is gone, or that took nothing for WEBHOOK_FAILING_DAYS, is switched off.
    """
    found = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook.pk).first()
    if found is None:
        return
    at = now()
    WebhookAttempt(
        webhook=found,
        key=key,
        event=event,
        at=at,
        outcome=outcome,
        status=status,
        took_ms=int(took.total_seconds() * 1000),
        trouble=trouble,
    ).save(force_insert=True)
    rest = wait
    if outcome == Outcome.SENT:
        found.last_success_at, found.failing_since, found.rests = at, None, 0
    else:
        found.last_failure_at = at
        found.failing_since = found.failing_since or at
        if status is None:
            rest = max(rest, min(FIRST_REST * 2 ** min(found.rests, 10), LONGEST_REST))
            found.rests = min(found.rests + 1, 100)
    if took > SLOW:
        rest = max(rest, 4 * took)
    found.resting_until = at + rest if rest else None
    found.save(
        update_fields=[
            "last_success_at", "last_failure_at", "failing_since", "resting_until", "rests",
        ]
    )  # fmt: skip
    failing = found.failing_since and at - found.failing_since
    if trouble == Trouble.GONE or (
        failing and failing >= timedelta(days=settings.WEBHOOK_FAILING_DAYS)
    ):
        _switch_off(found, trouble)


def _switch_off(webhook: Webhook, trouble: str) -> None:
    """Nothing is sent any more until somebody says so; who administers the side is told once."""
    if webhook.state != State.ON:
        return
    webhook.state, webhook.off_at, webhook.trouble = State.OFF, now(), trouble
    webhook.save(update_fields=["state", "off_at", "trouble"])
    record(
        "webhook.failed", webhook.ref, by=None, trail=webhook.side, name=webhook.name,
        reason=trouble,
    )  # fmt: skip
    for to in officers_with("administer_accounts", _root(webhook.side)):
        post(
            "webhook_off",
            f"webhook_off:{webhook.uid}:{webhook.off_at.timestamp():.0f}:{to.pk}",
            {"webhook": str(webhook.uid), "to": to.pk},
        )


@transaction.atomic
def note_webhook_given_up(webhook: Webhook, *, event: str, key: str, trouble: str) -> None:
    """The outbox ended its attempts with a message: one line of the log says so."""
    if Webhook.objects.filter(pk=webhook.pk).exists():
        WebhookAttempt(
            webhook=webhook, key=key, event=event, outcome=Outcome.ENDED, trouble=trouble
        ).save(force_insert=True)


@transaction.atomic
def forget_webhook_attempts() -> int:
    """Delete what of the logs is older than 30 days; how many lines. Running it twice is safe."""
    gone, _rows = WebhookAttempt.objects.filter(at__lt=now() - KEPT).delete()
    WebhookSecret.objects.filter(Q(ends_at__lte=now())).delete()
    return gone


@transaction.atomic
def reseal_webhooks() -> int:
    """Seal every secret with the present SECRET_KEY; how many. Running it twice is safe."""
    count = 0
    for row in WebhookSecret.objects.select_for_update(no_key=True).order_by("pk"):
        if opened(row.sealed, SALT):
            row.sealed = resealed(row.sealed, SALT)
            row.save(update_fields=["sealed"])
            count += 1
    return count
