"""What the brochure says besides the procedures, from `reference/brochure.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bordercoop.reference.models import LANGUAGES

FILE = Path(__file__).resolve().parent.parent / "reference" / "brochure.yaml"


@cache
def _all() -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return said


def method(language: str) -> dict[str, Any]:
    """The whole file with every text in one language, to be filled by `weighing.weigh`."""
    said: dict[str, Any] = _in(_all(), language)
    return said


def _in(value: Any, language: str) -> Any:
    if isinstance(value, dict):
        if set(value) == set(LANGUAGES):
            return value[language]
        return {key: _in(each, language) for key, each in value.items()}
    if isinstance(value, list):
        return [_in(each, language) for each in value]
    return value
