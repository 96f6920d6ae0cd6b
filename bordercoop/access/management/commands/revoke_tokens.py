from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bordercoop.access.actions import revoke_tokens
from bordercoop.access.models import User


class Command(BaseCommand):
    help = "End every API token of an account at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no account {username}.") from error
        self.stdout.write(f"Tokens ended: {revoke_tokens(user, by=None)}")
