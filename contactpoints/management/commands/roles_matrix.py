"""`manage.py roles_matrix`: which role may do what, as the documentation shows it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from contactpoints.models import Role, Unit
from contactpoints.roles import CODENAMES, MEANINGS
from contactpoints.verbs import Verb, verbs

PAGE = Path(settings.BASE_DIR) / "docs" / "permissions.md"
BEGIN, END = "<!-- roles_matrix: begin -->", "<!-- roles_matrix: end -->"


def matrix() -> str:
    """Markdown: a row for each role and a column for each codename, then what each one allows."""
    with override("en"):
        meanings = {codename: str(MEANINGS[codename]) for codename, _name in Unit._meta.permissions}
        lines = [_row(["role", *(f"`{name}`" for name in meanings)])]
        lines.append(_row(["---", *[":-:" for _ in meanings]]))
        for role in Role:
            held = CODENAMES[role]
            lines.append(_row([str(role.label), *("x" if n in held else "" for n in meanings)]))
        lines += ["", _row(["codename", "what it allows"]), _row(["---", "---"])]
        lines += [_row([f"`{name}`", meaning]) for name, meaning in meanings.items()]
        lines += ["", _row(["verb", "right", "side", "roles"]), _row(["---"] * 4)]
        lines += [_row(_about(verb)) for verb in verbs() if verb.rights]
    return "\n".join(lines)


def _about(verb: Verb) -> list[str]:
    roles = [str(role.label) for role in Role if verb.rights & CODENAMES[role]]
    return [
        f"`{verb.app}.{verb.name}`",
        ", ".join(f"`{right}`" for right in sorted(verb.rights)),
        "own, or told" if verb.told else "own",
        ", ".join(roles),
    ]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def written(page: str) -> str:
    """`page` with the present matrix between its two marks."""
    try:
        before, rest = page.split(BEGIN)
        _old, after = rest.split(END)
    except ValueError as error:
        raise CommandError(f"{PAGE.name} must have {BEGIN} and {END} once each.") from error
    return f"{before}{BEGIN}\n\n{matrix()}\n\n{END}{after}"


class Command(BaseCommand):
    help = "Print the table of rights as Markdown; --write puts it into docs/permissions.md."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="write it into the page")

    def handle(self, *, write: bool, **options: Any) -> None:
        if write:
            PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
        else:
            self.stdout.write(matrix())
