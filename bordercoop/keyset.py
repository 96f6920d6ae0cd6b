"""Pages of a list by the place of their last row: page 1,000 costs what page 1 costs.

Works for querysets of models and of `values()`. The ordering has to end in something unique, and
its fields must not be null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bordercoop.errors import Invalid


@dataclass(frozen=True)
class Page:
    """Some rows in the list's order, and the cursors of their neighbours (None: there is none)."""

    rows: list[Any]
    next: str | None
    previous: str | None


def page(rows: QuerySet[Any], ordering: Sequence[str], *, size: int, cursor: str = "") -> Page:
    """One page, by one statement. A cursor that was not given out here raises `Invalid`."""
    backward, place = _read(cursor, ordering) if cursor else (False, None)
    if place is not None:
        rows = rows.filter(_beyond(ordering, place, backward))
    found = list(rows.order_by(*_order(ordering, backward))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    if not found:
        return Page([], None, None)
    has_next = True if backward else more
    has_previous = more if backward else place is not None
    return Page(
        found,
        _write(False, found[-1], ordering) if has_next else None,
        _write(True, found[0], ordering) if has_previous else None,
    )


def _order(ordering: Sequence[str], backward: bool) -> list[Any]:
    return [
        F(name.lstrip("-")).desc()
        if name.startswith("-") != backward
        else F(name.lstrip("-")).asc()
        for name in ordering
    ]


def _beyond(ordering: Sequence[str], place: Sequence[Any], backward: bool) -> Q:
    """Rows after `place`: bounded on the first column, so that an index finds its beginning."""
    beyond, same = Q(), Q()
    for name, value in zip(ordering, place, strict=True):
        field = name.lstrip("-")
        side = "lt" if name.startswith("-") != backward else "gt"
        beyond |= same & Q(**{f"{field}__{side}": value})
        same &= Q(**{field: value})
    first = ordering[0].lstrip("-")
    side = "lte" if ordering[0].startswith("-") != backward else "gte"
    return Q(**{f"{first}__{side}": place[0]}) & beyond


def _write(backward: bool, row: Any, ordering: Sequence[str]) -> str:
    place = [_value(row, name.lstrip("-")) for name in ordering]
    return signing.dumps([backward, place], salt=_salt(ordering), serializer=_Json)


def _read(cursor: str, ordering: Sequence[str]) -> tuple[bool, list[Any]]:
    try:
        backward, place = signing.loads(cursor, salt=_salt(ordering), serializer=_Json)
    except (signing.BadSignature, ValueError) as error:
        sentence = _("This page of the list is no longer known. Go back to the first page.")
        raise Invalid(sentence, fields={"cursor": [sentence]}) from error
    return backward, place


def _salt(ordering: Sequence[str]) -> str:
    return "bordercoop.keyset:" + ",".join(ordering)


def _value(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for part in name.split("__"):
        row = getattr(row, part)
    return row


class _Json(signing.JSONSerializer):
    """Times keep their microseconds: cut to milliseconds, rows of one instant would repeat."""

    def dumps(self, obj: Any) -> bytes:
        import json

        return json.dumps(obj, cls=_Exact, separators=(",", ":")).encode()


class _Exact(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
