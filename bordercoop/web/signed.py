"""What papers that both sides sign have in common: a row for each side, and the foot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bordercoop.reference.sides import Side

from .both import Both
from .clocks import written


def signature_rows(
    standing: Mapping[str, Any], both: Both, *, none: Any, sides: Iterable[str] = ("LV", "BY")
) -> list[dict[str, Any]]:
    """For each side the signature or approval that stands, with the name as it was that day; `none`
    says that there is no such thing yet."""
    return [_row(side, standing.get(side), both, none) for side in sides]


def _row(side: str, given: Any, both: Both, none: Any) -> dict[str, Any]:
    def name() -> str:
        local = given.name_local if get_language() in ("be", "ru") or side == "LV" else ""
        return str(local or given.name_latin)

    return {
        "side": side,
        "label": both(Side(side).label),
        "name": both(name) if given else None,
        "when": both(lambda: written(given.at, side)) if given else None,
        "sum": given.sha256 if given else "",
        "none": both(none),
    }


def foot(both: Both, *, number: int, sha256: str, at: datetime, by: Any) -> dict[str, Any]:
    """Page, for whom and when it was printed, version, and the sum on each sheet."""
    return {
        "page": both(lambda: _("Page {page} of {total}")),
        "printed": both(
            lambda: (
                _("Printed for %(side)s on %(when)s.")
                % {"side": Side(by.side).label, "when": written(at, by.side)}
            )
        ),
        "from": both(lambda: _("Version %(n)s") % {"n": number}),
        "mark_label": ["SHA-256", "SHA-256"],
        "mark": sha256,
        "handling": None,
        "marking": None,
    }
