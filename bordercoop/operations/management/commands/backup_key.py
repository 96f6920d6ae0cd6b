import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pyrage
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = (
        "Make a key pair for backups: the secret key goes to FILE, the public one is printed. "
        "Keep FILE away from this machine; without it no backup can be read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="where the secret key is written; a new file")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        identity = pyrage.x25519.Identity.generate()
        public = identity.to_public()
        try:
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(f"# public key: {public}\n{identity}\n")
        except FileExistsError as error:
            raise CommandError(
                f"{file} is there already, and it may be the only key of older backups. "
                "Nothing was written; give another name."
            ) from error
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stderr.write(f"The secret key is in {file}. The public key:")
        self.stdout.write(str(public))
