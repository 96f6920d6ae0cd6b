from typing import Any

from django.core.management.base import BaseCommand

from bordercoop.access.second_factor import reseal


class Command(BaseCommand):
    help = "Seal the secrets of every second factor with the present SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Factors sealed anew: {reseal()}")
