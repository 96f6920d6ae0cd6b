"""`manage.py messages`: see what was given up, and send it again."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from bordercoop.audit.actions import record_refusal
from bordercoop.errors import Refused
from bordercoop.outbox.actions import resend_message
from bordercoop.outbox.models import Message


class Command(BaseCommand):
    help = "List the messages that were given up; --resend KEY --by USERNAME sends one again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--resend", metavar="KEY", help="the key of a given-up message")
        parser.add_argument("--by", metavar="USERNAME", help="the operator who decides it")

    def handle(self, *, resend: str | None, by: str | None, **options: Any) -> None:
        if resend:
            self._resend(resend, by)
            return
        for message in Message.objects.given_up().order_by("given_up_at"):
            self.stdout.write(
                f"{message.given_up_at:%Y-%m-%d %H:%M:%SZ}  {message.channel:<6} {message.key}  "
                f"{message.last_error}"
            )

    def _resend(self, key: str, username: str | None) -> None:
        user = get_user_model().objects.filter(username=username or "").first()
        if user is None:
            raise CommandError("Say who decides it: --by USERNAME of an operator's account.")
        message = Message.objects.filter(key=key).first()
        if message is None:
            raise CommandError(f"There is no message with the key {key}.")
        try:
            resend_message(message, by=user)
        except Refused as refusal:
            if refusal.status == 403:
                record_refusal(f"message:{key}", by=user, code=refusal.code, path="messages")
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{key} is due again.")
