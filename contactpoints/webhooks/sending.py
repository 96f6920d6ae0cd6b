"""The outbox channel of webhooks: look again, sign, post, and write down how it ended."""

import json
import time
from datetime import timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils.timezone import now
from standardwebhooks import Webhook as Signer

from bordercoop.outbox.relay import NotNow

from .. import actions
from ..models import Trouble, Webhook, WebhookAttempt, WebhookState
from ..reaching.sealed import opened
from .catalogue import TEST
from .content import body_of
from .transport import Answer, post

SALT = "contactpoints.webhook"
Outcome = WebhookAttempt.Outcome


class NotTaken(Exception):
    """An attempt failed; says why in one word, and to whom not at all."""


def secrets_of(webhook: Webhook) -> list[str]:
    """The secrets that sign now, the present one first."""
    rows = webhook.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=now())).order_by("-made_at")
    return [secret for row in rows if (secret := opened(row.sealed, SALT))]


def signatures(secrets: list[str], key: str, at: Any, body: str) -> str:
    """What the header webhook-signature says, as the Standard Webhooks scheme has it."""
    return " ".join(Signer(secret).sign(key, at, body) for secret in secrets)


def send_webhook(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel. The webhook-id is the key, so a receiver tells a repeat by it.

    Nothing goes out to a webhook that was paused, switched off or removed meanwhile, but for the
    test that its administrator asked for.
    """
    webhook = Webhook.objects.filter(uid=payload["webhook"]).first()
    test = payload["type"] == TEST
    if webhook is None or (webhook.state != WebhookState.ON and not test):
        return
    if webhook.resting_until is not None and webhook.resting_until > now() and not test:
        raise NotNow(webhook.resting_until)
    message = body_of(webhook, payload)
    if message is None:
        return
    body = json.dumps(message, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    at, began = now(), time.monotonic()
    secrets = secrets_of(webhook)
    if secrets:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "BorderCoop",
            "webhook-id": key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signatures(secrets, key, at, body),
        }
        answer = post(webhook.address, body.encode(), headers)
    else:
        answer = Answer(Trouble.NO_PROVIDER)  # SECRET_KEY was lost: nothing can be signed
    took = timedelta(seconds=time.monotonic() - began)
    gone = answer.trouble == Trouble.GONE
    actions.note_webhook_attempt(
        webhook,
        key=key,
        event=payload["type"],
        outcome=Outcome.ENDED if gone else Outcome.FAILED if answer.trouble else Outcome.SENT,
        status=answer.status,
        trouble=answer.trouble,
        took=took,
        wait=timedelta(seconds=answer.wait),
    )
    if answer.trouble and not gone:
        raise NotTaken(answer.trouble)


def give_up_webhook(payload: dict[str, Any], *, failure: str) -> None:
    """The outbox gave a message up: its log says so, and its page offers to send it again."""
    webhook = Webhook.objects.filter(uid=payload["webhook"]).first()
    if webhook is None:
        return
    word = failure.rsplit(" ", 1)[-1]
    actions.note_webhook_given_up(
        webhook,
        key=payload["id"],
        event=payload["type"],
        trouble=Trouble(word) if word in Trouble.values else Trouble.UNREACHABLE,
    )
