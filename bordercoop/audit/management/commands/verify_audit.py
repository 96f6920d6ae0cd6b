"""`manage.py verify_audit`: is the audit trail still what was sealed?"""

from argparse import ArgumentParser
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bordercoop.audit.check_export import Bad, check
from bordercoop.audit.models import TRAILS
from bordercoop.audit.verifying import Verified, compare, verify

SIDES = {side or "system": side for side in TRAILS}


class Command(BaseCommand):
    help = (
        "Compute every row and seal of the audit trail again. Exit 0 and a line for each side, "
        "or exit 1 and a sentence for each thing that is wrong, the first one first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--side", choices=SIDES, help="one trail instead of all")
        parser.add_argument(
            "--since", type=_day, metavar="DAY", help="begin at this day (UTC), as 2026-11-22"
        )
        parser.add_argument(
            "--expect",
            type=_noted,
            action="append",
            default=[],
            metavar="SIDE:DAY:DIGEST",
            help="a digest that was noted outside; may be given several times",
        )
        parser.add_argument(
            "--file", type=Path, metavar="EXPORT", help="check an export, and the trail against it"
        )

    def handle(
        self,
        *,
        side: str | None,
        since: date | None,
        expect: list[tuple[str, date, str]],
        file: Path | None,
        **options: Any,
    ) -> None:
        wrong: list[str] = []
        if file:
            wrong += self._compare(file)
        noted: dict[str, dict[date, str]] = defaultdict(dict)
        for trail, day, digest in expect:
            noted[trail][day] = digest
        for name, trail in SIDES.items():
            if side in (None, name):
                found = verify(trail, since=since, expect=noted[trail])
                wrong += [finding.sentence for finding in found.findings]
                if not found.findings:
                    self.stdout.write(_line(name, found))
        if wrong:
            raise CommandError("\n".join(dict.fromkeys(wrong)))

    def _compare(self, path: Path) -> list[str]:
        try:
            with path.open(encoding="utf-8") as lines:
                whole = check(lines)
            with path.open(encoding="utf-8") as lines:
                differs = [finding.sentence for finding in compare(lines)]
        except (Bad, OSError, UnicodeDecodeError) as error:
            return [f"{path}: {error}"]
        if not differs:
            self.stdout.write(
                f"{path}: whole, {len(whole.digests)} days, {whole.rows} rows, as in the database."
            )
        return differs


def _line(name: str, found: Verified) -> str:
    if found.last_day is None:
        return f"{name}: nothing sealed yet, {found.unsealed} rows not sealed yet."
    return (
        f"{name}: {found.days} days, {found.rows} rows, "
        f"last {name}:{found.last_day}:{found.digest}, {found.unsealed} rows not sealed yet."
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _noted(text: str) -> tuple[str, date, str]:
    side, day, digest = text.split(":")
    if side not in SIDES:
        raise ValueError(side)
    return SIDES[side], date.fromisoformat(day), digest


# What argparse calls them in its own sentence about a word that cannot be right.
_day.__name__, _noted.__name__ = "DAY", "SIDE:DAY:DIGEST"
