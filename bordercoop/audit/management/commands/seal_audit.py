"""`manage.py seal_audit`: close the days of the audit trail that are due."""

from typing import Any

from django.core.management.base import BaseCommand

from bordercoop.audit.sealing import seal_days


class Command(BaseCommand):
    help = (
        "Seal every day of the audit trail that is due and print SIDE:DAY:DIGEST for each. "
        "Note the digests outside: verify_audit --expect compares them."
    )

    def handle(self, **options: Any) -> None:
        made = seal_days()
        for seal in made:
            self.stdout.write(str(seal))
        if not made:
            self.stdout.write("No day was due.")
