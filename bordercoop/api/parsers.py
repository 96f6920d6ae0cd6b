"""JSON as the portal accepts it: of a bounded size, and only text that can be stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from bordercoop import sentences
from bordercoop.errors import Refused

DEEPEST = 32


class StrictJSONParser(BaseParser):
    """UTF-8 JSON. No NUL, no broken Unicode, no NaN, no repeated names, at most 32 levels deep."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise Refused(sentences.TOO_LARGE, code="too_large", status=413)
        try:
            value = json.loads(
                raw.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_no_repeats
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(sentences.BAD_REQUEST) from error
        if value is None:
            raise ParseError(sentences.BAD_REQUEST)
        _check(value, DEEPEST)
        return value


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers of a repeated name may each take another value."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is repeated")
    return found


def _check(value: Any, levels: int) -> None:
    if levels < 0:
        raise ParseError(sentences.BAD_REQUEST)
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Refused(sentences.BAD_CHARACTERS, code="invalid", status=400)
    elif isinstance(value, list):
        for each in value:
            _check(each, levels - 1)
    elif isinstance(value, dict):
        for name, each in value.items():
            _check(name, levels)
            _check(each, levels - 1)
