"""What an operator can do about messages that were given up."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused

from .models import Message
from .relay import knock_after_commit

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


@transaction.atomic
def resend_message(message: Message, *, by: "AbstractBaseUser") -> Message:
    """Try a given-up message again, from its first attempt; the other side still gets it once."""
    if not import_string(settings.OPERATOR_CHECK)(by):
        raise NotAllowed(
            _("Only an operator may send a message again. Ask your administrator to do it.")
        )
    return send_again(message, by=by)


@transaction.atomic
def send_again(message: Message, *, by: "AbstractBaseUser") -> Message:
    """The same for whoever may have this very message sent again: the caller has asked."""
    message = Message.objects.select_for_update(no_key=True, of=("self",)).get(pk=message.pk)
    if message.given_up_at is None:
        raise Refused(
            _("This message was not given up, so there is nothing to send again."),
            code="not_given_up",
        )
    record(
        "message.resent",
        f"message:{message.key}",
        by=by,
        channel=message.channel,
        given_up_at=message.given_up_at,
        last_error=message.last_error,
    )
    message.given_up_at, message.attempts, message.due_at = None, 0, now()
    message.save(update_fields=["given_up_at", "attempts", "due_at"])
    knock_after_commit(message.channel)
    return message
