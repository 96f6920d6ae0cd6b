"""`manage.py rebuild_cells`: the cells of the map, counted anew and proved against a recount."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from incidents.actions import rebuild_cells, recount_cells


class Command(BaseCommand):
    help = "Counts every cell of the map anew and proves that they equal a full recount."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only prove, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            rebuild_cells()
        wrong, cells = recount_cells()
        if wrong:
            raise CommandError(
                f"{wrong} of {cells} cells differ from a recount: run it without --check."
            )
        self.stdout.write(f"{cells} cells equal a full recount.")
