from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bordercoop.access.actions import password_address
from bordercoop.errors import Refused
from contactpoints.actions import invite_officer
from contactpoints.models import Role, Unit


class Command(BaseCommand):
    help = "Invite the first administrator of a side; later ones are invited in the portal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("side", choices=["LV", "BY", "EU"])
        parser.add_argument("username")
        parser.add_argument("email")
        parser.add_argument("name", help="in Latin letters")
        parser.add_argument("--language", default="en", choices=["lv", "be", "ru", "en"])
        parser.add_argument(
            "--print-link",
            action="store_true",
            help="print the link for the first password as the last line: it works once, for "
            "three days, for whoever has it",
        )

    def handle(self, *, side: str, print_link: bool, **options: Any) -> None:
        root = Unit.objects.filter(side=side, parent=None, retired_at=None).first()
        if root is None:
            raise CommandError("There are no units yet. Run: python manage.py prepare")
        try:
            user = invite_officer(
                username=options["username"],
                email=options["email"],
                name_latin=options["name"],
                language=options["language"],
                unit=root,
                role=Role.ADMINISTRATOR,
                by=None,
            )
        except Refused as refusal:
            told = [str(text) for texts in refusal.fields.values() for text in texts]
            raise CommandError(" ".join(told) or str(refusal)) from refusal
        self.stderr.write(f"{user.username} is an administrator at {root.code}; a letter follows.")
        if print_link:
            self.stdout.write(password_address(user))
