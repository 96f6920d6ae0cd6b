from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Make an installation ready to start: tables, reference data, in demo mode demo data."

    def handle(self, *args: Any, **options: Any) -> None:
        """Repeatable: a second run finds everything done. The cache table and the grants of the
        roles need no step of their own; a migration makes the one, loading the units the other."""
        self.stdout.write("tables")
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write("reference data")
        call_command("load_reference", stdout=self.stdout)
        if settings.DEMO:
            self.stdout.write("demo data")
            call_command("demo", stdout=self.stdout)
