from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bordercoop.access.models import User
from bordercoop.errors import Refused
from contactpoints.models import units

from ... import open_source


class Command(BaseCommand):
    help = "Import a CSV file of IOM's Missing Migrants Project as open-source records."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the publisher's CSV file, in UTF-8")
        parser.add_argument("--unit", default="LV-SBG", help="the headquarters that keeps them")
        parser.add_argument("--by", metavar="USERNAME", help="the officer who imports them")
        parser.add_argument(
            "--dry-run", action="store_true", help="check the file, print, write nothing"
        )

    def handle(
        self, *args: Any, file: Path, unit: str, by: str | None, dry_run: bool, **options: Any
    ) -> None:
        keeper = units().get(unit)
        if keeper is None:
            raise CommandError(f"There is no unit {unit}. Nothing was imported.")
        officer = User.objects.filter(username=by, is_active=True).first() if by else None
        if by and officer is None:
            raise CommandError(f"There is no active account {by}. Nothing was imported.")
        try:
            open_source.may_keep(keeper, officer)
            reading = open_source.read(file)
            self._stop_at_errors(reading)
            if dry_run:
                self._preview(reading, unit)
                return
            new = open_source.keep(reading.rows, unit=keeper, by=officer, file=file.name)
        except (open_source.Unreadable, Refused) as error:
            raise CommandError(f"Nothing was imported. {error}") from error
        known = len(reading.rows) - new
        self.stdout.write(f"{new} open-source records imported for {unit}, {known} known already")

    def _stop_at_errors(self, reading: open_source.Reading) -> None:
        for line, reason in reading.errors:
            self.stderr.write(f"line {line}: {reason}")
        if reading.errors:
            rows = len({line for line, _ in reading.errors})
            raise CommandError(
                f"Nothing was imported: {rows} of {rows + len(reading.rows)} rows cannot be used. "
                "Correct them and import the file again."
            )

    def _preview(self, reading: open_source.Reading, unit: str) -> None:
        new = open_source.new_rows(reading.rows)
        for row in new:
            content = row.content
            self.stdout.write(
                f"line {row.line}: {content['happened_at']:%Y-%m}, severity "
                f"{content['severity']}: {content['headline']}"
            )
        self.stdout.write(
            f"{len(new)} open-source records would be imported for {unit}, "
            f"{len(reading.rows) - len(new)} are known already; nothing was written"
        )
