"""`manage.py recount_indicators`: the indicators counted anew and proved against a recount."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from riskanalysis.actions import rebuild_indicators, recount_indicators


class Command(BaseCommand):
    help = "Counts every indicator anew and proves that they equal a full recount."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only prove, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        self.began = time.monotonic()
        if not options["check"]:
            rebuild_indicators(lambda done, total: self._tell("counted", done, total))
        wrong, tallies = recount_indicators(lambda done, total: self._tell("proved", done, total))
        if wrong:
            raise CommandError(
                f"{wrong} of {tallies} tallies differ from a recount: run it without --check."
            )
        self.stdout.write(f"{tallies} tallies equal a full recount.")

    def _tell(self, what: str, done: int, total: int) -> None:
        took = time.monotonic() - self.began
        self.stdout.write(f"{took:6.1f} s  {what} {done} of {total} incidents")
        self.stdout.flush()
