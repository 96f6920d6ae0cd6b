from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bordercoop.access.actions import issue_token
from bordercoop.access.models import User


class Command(BaseCommand):
    help = "Print a new API token for an account, as the last line. It is shown only once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--days", type=int, default=90, help="days until it expires (1-365)")

    def handle(self, *args: Any, username: str, days: int, **options: Any) -> None:
        if not 1 <= days <= 365:
            raise CommandError("A token lives from 1 to 365 days.")
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no account {username}.") from error
        if not user.is_active:
            raise CommandError(f"The account {username} is suspended.")
        token, expires_at = issue_token(user, expires_in=timedelta(days=days), by=None)
        self.stderr.write(f"Token of {username}, valid until {expires_at:%Y-%m-%d %H:%M} UTC:")
        self.stdout.write(token)
