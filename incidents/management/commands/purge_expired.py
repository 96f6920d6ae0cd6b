"""`manage.py purge_expired`: blank personal data whose period has passed. After a restore, too."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from contactpoints.access import SERVICES
from incidents.actions import purge_expired
from incidents.kept_elsewhere import due_elsewhere
from incidents.models import Incident, Purge
from incidents.retention import due, lines_of


class Command(BaseCommand):
    help = "Blanks the personal data whose retention period has passed, and closes a certificate."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only list, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.list_due()
            return
        closed = purge_expired(process=Purge.Process.COMMAND)
        for purge in closed:
            lines = lines_of(purge)
            self.stdout.write(
                f"{purge.side}: certificate {purge.number} with {len(lines)} lines, "
                f"{sum(line.rows for line in lines)} rows blanked."
            )
        if not closed:
            self.stdout.write("Nothing was due.")
        for purge in Purge.objects.filter(finished_at=None):
            self.stdout.write(f"{purge.side}: a purge is not finished; run the command again.")

    def list_due(self) -> None:
        for side in SERVICES:
            found = due(side)
            numbers = dict(
                Incident.objects.filter(pk__in=[pk for pk, _kinds in found]).values_list(
                    "pk", "number"
                )
            )
            for pk, kinds in found:
                self.stdout.write(f"{side}: {numbers[pk]}: {', '.join(kinds)}")
            others = Counter(due_elsewhere(side))
            for (kind, number), count in sorted(others.items()):
                self.stdout.write(f"{side}: {number or count}: {kind}")
            self.stdout.write(f"{side}: {len(found)} incidents are due.")
            self.stdout.write(f"{side}: {others.total()} other things are due.")
