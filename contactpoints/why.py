"""Why somebody sees a page: which right it takes, which posting gives that, and how far it reaches.

Reads only, and nothing that the page itself would not show.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils.module_loading import import_string

from .access import units_where
from .models import Posting, units
from .roles import CODENAMES, MEANINGS, reach

ROTA = ("set_rota", "view_alerts", "administer_accounts")
# The right that a page takes, or of which it takes one, by the name of its address; others are
# the officer's own pages.
RIGHTS: dict[str, str | tuple[str, ...]] = {
    "console": "view_alerts",
    "console_board": "view_alerts",
    **dict.fromkeys(
        ("console_line", "lines", "line_pair", "line_break", "line_export"), "view_alerts"
    ),
    **dict.fromkeys(("point_pause", "pause_end"), "set_rota"),
    "given_up": "operate_portal",
    "people": "administer_accounts",
    "people_export": "administer_accounts",
    "person": "administer_accounts",
    "person_invite": "administer_accounts",
    "call_sheet": "view_alerts",
    "policies": ROTA,
    "policy": ROTA,
    "policy_edit": "set_rota",
    "handovers": "view_alerts",
    "desk_handovers": "view_alerts",
    "shift_handover": "view_alerts",
    "shift_handover_pdf": "view_alerts",
    "journals": "view_alerts",
    "desk_journal": "view_alerts",
    "desk_journal_pdf": "view_alerts",
    "rotas": ROTA,
    "rota": ROTA,
    "incidents": "view_incidents",
    "incident_map": "view_incidents",
    "incident_export": "view_incidents",
    "rota_export": ROTA,
    "saved_filters": "view_incidents",
    "incident": "view_incidents",
    "incident_new": "report_incidents",
    "incident_supplement": "report_incidents",
    "incident_release": "release_incidents",
    "incident_print": "view_incidents",
    "incident_consents": "view_incidents",
    "incident_files": "view_incidents",
    "incident_links": "view_incidents",
    "incident_merge": "merge_incidents",
    "incident_unmerge": "merge_incidents",
    "incident_paired": "view_incidents",
}


@dataclass(frozen=True)
class Reason:
    """A posting in force that gives the right: at `posting.unit` and `others` more units."""

    posting: Posting
    meaning: str
    here: bool
    others: int


def explained(user: Any, path: str) -> dict[str, Any]:
    """Names for the page: `path`, `right` ("" for a page of one's own), `reasons`, `sentences`.

    Raises Http404 for an address that does not exist or that the officer may not open.
    """
    try:
        match = resolve(path)
    except Resolver404 as missing:
        raise Http404 from missing
    name = match.url_name or ""
    rights = {**RIGHTS, **settings.PAGE_RIGHTS}.get(name, "")
    held = [rights] if isinstance(rights, str) else rights
    right = next((each for each in held if units_where(user, each)), held[0])
    sentences = []
    if telling := settings.EXPLANATIONS.get(name):
        sentences = import_string(telling)(user, **match.kwargs)
    reasons = reasons_for(user, right) if right else []
    if right and not reasons:
        raise Http404
    return {"path": path, "right": right, "reasons": reasons, "sentences": sentences}


def reasons_for(user: Any, codename: str) -> list[Reason]:
    """The postings in force that give `codename`, in the order in which they began."""
    tree = list(units().values())
    rows = Posting.objects.active().filter(officer=user.pk).select_related("unit", "posted_by")
    found = []
    for posting in rows.order_by("starts_at"):
        if codename not in CODENAMES.get(posting.role, ()):  # type: ignore[call-overload]
            continue
        unit = next(unit for unit in tree if unit.pk == posting.unit_id)
        within = reach(unit, tree)
        found.append(
            Reason(posting, str(MEANINGS[codename]), unit in within, len(within) - (unit in within))
        )
    return found
