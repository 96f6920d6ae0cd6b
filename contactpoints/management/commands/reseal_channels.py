from typing import Any

from django.core.management.base import BaseCommand

from contactpoints.actions import reseal_channels


class Command(BaseCommand):
    help = "Seal the addresses of officers' channels with the present SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Channels sealed anew: {reseal_channels()}")
