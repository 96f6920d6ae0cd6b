"""Where outbox messages leave the portal. Each looks again before it sends."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from bordercoop.access.models import User
from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from bordercoop.outbox.relay import WAITING
from bordercoop.reference.lists import LISTS, differences
from bordercoop.reference.models import Proposal, places, terms
from bordercoop.reference.translated import TRANSLATED, headline_in

from . import actions
from .access import may_propose, reads_delivery
from .actions.alerts import topics_of_delivery
from .board import EVENTS
from .directory import console_of
from .models import Delivery, Emergency, units
from .reaching.posting import is_present
from .reaching.sending import note_given_up, noting
from .saying import line_of, text_of_card


def _waiting(payload: dict[str, Any]) -> Delivery | None:
    """The delivery of a message, or None when there is nothing left to say."""
    delivery = Delivery.objects.bare().get(uid=payload["delivery"])
    return delivery if delivery.waits and is_present(payload, delivery) else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def send_live(payload: dict[str, Any], *, key: str) -> None:
    """Ring the doorbell of those whom this step tells. Ringing twice does no harm."""
    if delivery := _waiting(payload):
        with noting(delivery, "live", payload.get("step", delivery.step)):
            actions.mark_sent(delivery)
            ring_many(topics_of_delivery(delivery))


def send_mail(payload: dict[str, Any], *, key: str) -> None:
    """Send one officer the card in the officer's language.

    The Message-ID is made of the outbox key, so a receiver can tell a repeat by it.
    """
    delivery = _waiting(payload)
    if delivery is None:
        return
    to = User.objects.get(pk=payload["to"])
    if not reads_delivery(to, delivery):
        return  # the posting ended after the message was written
    card = delivery.card
    with translation.override(to.language):
        headline, _language, mark = headline_in(
            to.language, card.get("headline") or "", card.get("language"), card.get("texts") or {}
        )
        context = {
            "to": to,
            "delivery": delivery,
            "alert": delivery.alert,
            "card": {**card, "headline": headline},
            "line": line_of(card, to.side)[0],
            "text": text_of_card(card, to.side)[0],
            "translated": mark.label if mark in TRANSLATED else "",
            "event": EVENTS.get(card.get("event", ""), ""),
            "category": terms("incident_category").get(card.get("category", "")),
            "emergency": dict(Emergency.choices).get(card.get("emergency", ""), ""),
            "severity": terms("severity").get(str(card.get("severity", ""))),
            "place": places().get(card.get("place") or ""),
            "sender": units().get(delivery.alert.sender.code),
            "happened_at": _moment(card.get("happened_at")),
            "decided_at": _moment(card.get("decided_at")),
            "step": delivery.steps[payload["step"]],
            "named": _named(delivery),
            "link": settings.BASE_URL + console_of(delivery, to),
        }
        subject = render_to_string("contactpoints/mail_subject.txt", context)
        body = render_to_string("contactpoints/mail.txt", context)
    with noting(delivery, "mail", payload["step"], to):
        send_letter(to.email, subject, body, key=key)
    actions.mark_sent(delivery)
    actions.mark_delivered(delivery)


def _named(delivery: Delivery) -> set[int]:
    """The ids of those who were asked by name and have not acknowledged."""
    if not delivery.asked:
        return set()
    return set(delivery.named.missing().values_list("officer_id", flat=True))


def send_proposal(payload: dict[str, Any], *, key: str) -> None:
    """Tell an administrator of the other side of a proposal that still waits for a decision."""
    proposal = Proposal.objects.select_related("proposed_by").get(uid=payload["proposal"])
    to = User.objects.get(pk=payload["to"])
    if proposal.state != Proposal.State.OPEN or not may_propose(to):
        return  # decided meanwhile, or the posting ended after the message was written
    common = LISTS[proposal.listed]
    with translation.override(to.language):
        context = {
            "to": to,
            "proposal": proposal,
            "list": common.title,
            "changes": differences(common, proposal.before, proposal.after),
            "link": address_of("proposal", proposal.uid),
        }
        subject = render_to_string("contactpoints/proposal_mail_subject.txt", context)
        body = render_to_string("contactpoints/proposal_mail.txt", context)
    send_letter(to.email, subject, body, key=key)


def give_up(payload: dict[str, Any], *, failure: str) -> None:
    """The outbox gave a message up, or waits long for the mail server: the sender sees the delivery
    red."""
    if delivery := _waiting(payload):
        if not failure.startswith(WAITING):
            note_given_up(delivery, payload)
        actions.mark_failed(delivery, failure=failure)
