"""`manage.py export_audit SIDE`: a side's sealed trail on standard output."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from bordercoop.audit.exporting import export_lines, sealed_rows
from bordercoop.audit.models import TRAILS, record


class Command(BaseCommand):
    help = "Write one side's sealed audit trail as lines of JSON; check_export.py checks it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("side", choices=[side or "system" for side in TRAILS])

    def handle(self, *, side: str, **options: Any) -> None:
        trail = "" if side == "system" else side
        rows = sealed_rows(trail)
        record("data.exported", "export:sealed audit", by=None, trail=trail, rows=rows)
        for line in export_lines(trail):
            self.stdout.write(line, ending="")
