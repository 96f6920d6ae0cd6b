from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bordercoop.web import catalogues


class Command(BaseCommand):
    help = (
        "Bring locale/*/LC_MESSAGES/django.po up to date with the sources and compile them. "
        "With --check change nothing and fail when something is missing, fuzzy or stale."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--compile", action="store_true", help="only write the .mo files")
        what.add_argument("--check", action="store_true", help="only look")
        parser.add_argument("--root", type=Path, default=settings.BASE_DIR)
        parser.add_argument("--locale", type=Path, default=settings.LOCALE_PATHS[0])

    def handle(self, *args: Any, **options: Any) -> None:
        locale: Path = options["locale"]
        files = {
            language: locale / language / "LC_MESSAGES" / "django.po"
            for language, _name in settings.LANGUAGES
        }
        if options["compile"]:
            self._compile(files)
        elif options["check"]:
            self._check(files, options["root"])
        else:
            self._update(files, options["root"])
            self._compile(files)

    def _compile(self, files: dict[str, Path]) -> None:
        for language, po in files.items():
            if not po.exists():
                raise CommandError(f"There is no catalogue {po}. Run: manage.py catalogues")
            if catalogues.compile_catalogue(po):
                self.stdout.write(f"{language}: compiled")

    def _check(self, files: dict[str, Path], root: Path) -> None:
        messages = catalogues.collect(root)
        count = 0
        for language, po in files.items():
            catalogue = polib.pofile(str(po)) if po.exists() else polib.POFile()
            for problem in catalogues.problems(messages, catalogue, language):
                self.stderr.write(f"{language}: {problem}")
                count += 1
        if count:
            raise CommandError(
                f"{count} problems in the catalogues. Run manage.py catalogues, then translate."
            )
        self.stdout.write(f"{len(messages)} texts, complete in {', '.join(files)}.")

    def _update(self, files: dict[str, Path], root: Path) -> None:
        messages = catalogues.collect(root)
        for language, po in files.items():
            old = polib.pofile(str(po)) if po.exists() else None
            new = catalogues.merged(messages, old, language)
            po.parent.mkdir(parents=True, exist_ok=True)
            if old is None or str(old) != str(new):
                new.save(str(po))
            missing = len(new.untranslated_entries())
            self.stdout.write(f"{language}: {len(messages)} texts, {missing} not translated")
