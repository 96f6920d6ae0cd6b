from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from bordercoop.operations.doctor import WARNING, WRONG, examine


class Command(BaseCommand):
    help = (
        "Say what is wrong with this installation and how to mend it, a line a check. "
        "Changes nothing; the exit code is 1 when something is wrong."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        count = {WRONG: 0, WARNING: 0}
        with translation.override("en"):
            for finding in examine():
                style = {WRONG: self.style.ERROR, WARNING: self.style.WARNING}
                self.stdout.write(style.get(finding.state, str)(str(finding)))
                if finding.state in count:
                    count[finding.state] += 1
        if count[WRONG]:
            raise CommandError(f"wrong: {count[WRONG]}, warnings: {count[WARNING]}.", returncode=1)
        self.stdout.write(f"Nothing is wrong; warnings: {count[WARNING]}.")
