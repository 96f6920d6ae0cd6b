from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...loader import Malformed, load_reference


class Command(BaseCommand):
    help = "Bring vocabularies, places and what the apps add into line with their files."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = load_reference()
        except Malformed as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        for line in lines:
            self.stdout.write(line)
