from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bordercoop.operations.backup import BackupTrouble
from bordercoop.operations.backup.restore import read_manifest, restore_backup


class Command(BaseCommand):
    help = "Restore a backup into an empty database; --check only proves that it is whole."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--identity",
            type=Path,
            required=True,
            metavar="KEYFILE",
            help="the secret key, as `backup_key` wrote it",
        )
        parser.add_argument(
            "--check", action="store_true", help="prove every byte, restore nothing"
        )

    def handle(self, *args: Any, file: Path, identity: Path, check: bool, **options: Any) -> None:
        try:
            if check:
                manifest = read_manifest(file, identity=identity)
            else:
                manifest = restore_backup(file, identity=identity)
        except BackupTrouble as trouble:
            raise CommandError(str(trouble)) from trouble
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(
            f"{'The backup is whole' if check else 'Restored'}: {rows} rows of "
            f"{len(manifest['tables'])} tables, {len(manifest['files'])} files, as of "
            f"{manifest['taken_at']}, portal {manifest['portal_version']}."
        )
