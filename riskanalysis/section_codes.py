"""The ten parts into which the line between Latvia and Belarus is cut, and their agreed levels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bordercoop.errors import Invalid
from bordercoop.reference.loader import read_file

from .sections import COUNT, name_of
from .wordings import Said, said

FILES = Path(__file__).parent / "reference"

CODES = {f"S{order:02}": order for order in range(1, COUNT + 1)}


def section_orders() -> dict[str, int]:
    """The code of each section with its place in the line, from 1 in the west."""
    return CODES


def section_name(code: str) -> str:
    """“6 · Pāternieki – Grigorovshchina”; the code itself where there is no such section."""
    order = section_orders().get(code)
    return name_of(order) if order else code


def section_choices() -> list[tuple[str, str]]:
    return [(code, section_name(code)) for code in section_orders()]


def sound_sections(given: Any) -> list[str]:
    """The sections in the order of the line, each once. Raises Invalid for one there is not."""
    asked = [str(code) for code in given or []]
    for code in asked:
        require_section(code, "sections")
    return [code for code in section_orders() if code in asked]


def require_section(code: str, field: str = "section") -> str:
    if code not in section_orders():
        sentence = _("There is no section with the code %(code)s.") % {"code": code[:10]}
        raise Invalid(sentence, fields={field: [sentence]})
    return code


@dataclass(frozen=True)
class Agreed:
    """What an impact level means, and the reaction that goes with it."""

    code: str
    means: Said
    reaction: Said


@cache
def _file() -> dict[str, Any]:
    return read_file(FILES / "impact_levels.yaml")


def agreed_levels() -> list[Agreed]:
    """The impact levels from low to critical in the active language."""
    return [
        Agreed(row["code"], said(row["means"]), said(row["reaction"])) for row in _file()["levels"]
    ]


def source_of_levels() -> str:
    return " ".join(str(_file()["source"]).split())
