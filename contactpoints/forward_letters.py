"""Letters to posts about what a desk forwarded to them."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from bordercoop.access.models import User
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from bordercoop.reference.models import places, terms
from bordercoop.reference.translated import headline_in

from . import actions
from .access import posts_of_officer
from .board import EVENTS
from .models import Emergency, Forward
from .saying import wording


def send_forward(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell an officer of a post what a desk forwards, took back, or what the
    sender recalled. Nothing once that does not stand any more, or the officer serves elsewhere."""
    forward = Forward.objects.whole().get(uid=payload["forward"])
    to = User.objects.get(pk=payload["to"])
    what = payload["what"]
    stands = {
        "forwarded": forward.waits,
        "withdrawn": forward.withdrawn_at is not None,
        "recalled": forward.recall_waits,
    }[what]
    if not stands or not to.is_active or forward.unit not in posts_of_officer(to):
        return
    card = forward.delivery.card
    with translation.override(to.language):
        headline, _language, _mark = headline_in(
            to.language, card.get("headline") or "", card.get("language"), card.get("texts") or {}
        )
        category = terms("incident_category").get(card.get("category", ""))
        context = {
            "to": to,
            "forward": forward,
            "line": wording(forward, "line", to.side),
            "what": what,
            "delivery": forward.delivery,
            "alert": forward.delivery.alert,
            "card": {**card, "headline": headline},
            "category": category,
            "event": EVENTS.get(card.get("event", ""), ""),
            "emergency": dict(Emergency.choices).get(card.get("emergency", ""), ""),
            "place": places().get(card.get("place") or ""),
            "happened_at": datetime.fromisoformat(card["happened_at"])
            if card.get("happened_at")
            else None,
            "link": address_of("forwards"),
        }
        subject = render_to_string("contactpoints/life/forward_subject.txt", context).strip()
        body = render_to_string("contactpoints/life/forward_mail.txt", context)
    send_letter(to.email, subject, body, key=key)


def give_up_forward(payload: dict[str, Any], *, failure: str) -> None:
    """The outbox gave the letter up: the desk sees that the post may not know."""
    forward = Forward.objects.filter(uid=payload["forward"]).first()
    if forward is not None and payload["what"] == "forwarded":
        actions.mark_forward_failed(forward)
