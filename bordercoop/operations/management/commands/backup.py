from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bordercoop.operations.backup import BackupTrouble
from bordercoop.operations.backup.make import make_backup


class Command(BaseCommand):
    help = "Write database and files into one encrypted file, while the portal goes on working."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", type=Path, help="a folder, or the name of a new file")
        parser.add_argument(
            "--recipient",
            type=Path,
            required=True,
            metavar="KEYFILE",
            help="public keys of age, one a line; any one of their secret keys opens the backup",
        )
        parser.add_argument(
            "--keep", type=int, metavar="N", help="keep only the N newest backups of the folder"
        )

    def handle(
        self, *args: Any, target: Path, recipient: Path, keep: int | None, **options: Any
    ) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep is at least 1: the backup just made always stays.")
        try:
            made = make_backup(target, recipients=recipient, keep=keep)
        except BackupTrouble as trouble:
            raise CommandError(str(trouble)) from trouble
        seconds = (made.finished_at - made.taken_at).total_seconds()
        self.stdout.write(
            f"{made.file}: {made.rows} rows, {made.size / 1e6:.1f} MB in {seconds:.1f} s\n"
            f"SHA-256 {made.sha256}"
        )
