"""The sender has the messages of its own alert sent again that were given up."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.outbox.actions import send_again
from bordercoop.outbox.models import Message

from ..access import require
from ..dead_letters import given_up_of, on_their_way
from ..models import Delivery
from .alerts import locked, topics_of_delivery


@transaction.atomic
def resend_delivery(delivery: Delivery, *, by: Any) -> int:
    """Try every message of a delivery again that was given up, each under the key it had, so that
    the desk gets it once. Returns how many go out; none when they are on their way already.

    Whoever answers alerts for the sender may do it. Refused once the desk needs it no more.
    """
    delivery = locked(delivery)
    require(by, "acknowledge_alerts", delivery.alert.sender)
    if not delivery.waits:
        raise Refused(
            _("%(desk)s waits for nothing of this alert any more, so there is nothing to send.")
            % {"desk": delivery.desk.name},
            code="waits_no_more",
        )
    given_up = list(given_up_of([delivery]).select_for_update(no_key=True).order_by("pk"))
    if not given_up:
        if not on_their_way([delivery]).exists():
            raise Refused(
                _("No message of this alert can be sent again. Call %(desk)s.")
                % {"desk": delivery.desk.name},
                code="nothing_to_resend",
            )
        return 0
    for message in given_up:
        send_again(Message(pk=message.pk), by=by)
    delivery.failed_at, delivery.failure = None, ""
    delivery.save(update_fields=["failed_at", "failure"])
    record(
        "delivery.resent",
        delivery.ref,
        by=by,
        subject=delivery.alert.about,
        desk=delivery.desk.code,
        messages=len(given_up),
    )
    ring_many(topics_of_delivery(delivery))
    return len(given_up)
