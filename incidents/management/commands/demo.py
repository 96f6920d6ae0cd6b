from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bordercoop.errors import Refused
from contactpoints.models import Unit

from ...demo import make_demo, people


class Command(BaseCommand):
    help = "Make invented accounts, a rota and a week of invented incidents; demo mode only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--accounts",
            action="store_true",
            help="print the accounts and their password, and do nothing else",
        )

    def handle(self, *args: Any, accounts: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "This is not a demo installation, and demo accounts have a known password. "
                "Nothing was done. Set DEMO=1 on a machine that is for demonstration only."
            )
        if not Unit.objects.exists():
            raise CommandError(
                "There are no units yet. Nothing was done. Run: python manage.py prepare"
            )
        if accounts:
            lines = people.table()
        else:
            try:
                lines = make_demo()
            except Refused as refusal:
                raise CommandError(f"No demo data was made. {refusal}") from refusal
        for line in lines:
            self.stdout.write(line)
