from typing import Any

from django.core.management.base import BaseCommand

from contactpoints.actions import reseal_channels, reseal_webhooks


class Command(BaseCommand):
    help = (
        "Seal addresses of officers' channels and secrets of webhooks with the present SECRET_KEY."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Channels sealed anew: {reseal_channels()}")
        self.stdout.write(f"Secrets of webhooks sealed anew: {reseal_webhooks()}")
