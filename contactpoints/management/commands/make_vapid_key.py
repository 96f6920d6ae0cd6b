"""`manage.py make_vapid_key`: a key for Web Push, written to standard output and nowhere else."""

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management.base import BaseCommand


def new_key() -> str:
    """A private key on P-256 as 43 characters, the shape that VAPID_PRIVATE_KEY takes."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


class Command(BaseCommand):
    help = "Print a new VAPID_PRIVATE_KEY. A new key makes every browser subscribe again."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(new_key())
