"""The register of border signs as it is read: condition, last inspection, stretches. Reads only."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bordercoop.reference.models import Place, digest_of, places
from bordercoop.tables.listing import Column, Listing
from contactpoints.access import units_where

from ..content.checks import utc_text
from ..models import BROKEN, Condition, LineInspection, Share, SignInspection, SignRepair

SERVICES = ("LV", "BY")
UNKNOWN = "unknown"
MOST = 500
COLUMNS = (
    Column("code", gettext_lazy("Code"), 12),
    Column("name", gettext_lazy("Name"), 20),
    Column("name_lv_side", gettext_lazy("Name used by Latvia"), 16),
    Column("name_by_side", gettext_lazy("Name used by Belarus"), 16),
    Column("lat", gettext_lazy("Latitude"), 9),
    Column("lon", gettext_lazy("Longitude"), 9),
    Column("position_verified", gettext_lazy("Position verified"), 9),
    Column("condition", pgettext_lazy("border sign", "Condition"), 12),
    Column("inspected_at", gettext_lazy("Last inspected (UTC)"), 12),
    Column("inspected_by", gettext_lazy("Inspected by"), 9),
    Column("repairs", gettext_lazy("Repairs that are open"), 9),
)


def reads_register(user: Any) -> bool:
    """Whether the officer reads the register: whoever reads incidents of either service."""
    return user.side in SERVICES and bool(units_where(user, "view_incidents"))


def all_signs(*, retired: bool = False) -> list[Place]:
    """The signs of the register in the order of the line."""
    found = [place for place in places().values() if place.kind == Place.Kind.SIGN]
    return [sign for sign in found if retired or sign.retired_at is None]


def sign_with(code: str) -> Place | None:
    found = places().get(code)
    return found if found is not None and found.kind == Place.Kind.SIGN else None


def stretch(line: LineInspection) -> list[Place]:
    """The signs from the first to the last of a joint inspection, both included."""
    known = all_signs(retired=True)
    at = {sign.pk: index for index, sign in enumerate(known)}
    low, high = sorted((at.get(line.first_id, 0), at.get(line.last_id, 0)))
    ends = {line.first_id, line.last_id}
    return [s for s in known[low : high + 1] if s.retired_at is None or s.pk in ends]


def results_digest(line: LineInspection) -> str:
    """The SHA-256 of what a joint inspection says, which both sides confirm."""
    rows = line.results.select_related("sign").order_by("sign__code")
    return digest_of(
        {
            "inspection": str(line.uid),
            "at": utc_text(line.at),
            "from": line.first.code,
            "to": line.last.code,
            "results": [
                {
                    "sign": row.sign.code,
                    "condition": row.condition,
                    "seen": row.seen,
                    "language": row.language,
                    # What was confirmed, changed and changed back is confirmed anew.
                    "version": row.version,
                }
                for row in rows
            ],
        }
    )


@dataclass
class SignRow:
    """One sign with what is known of it. `condition` is a Condition or "unknown"; `since` when it
    was so: the last inspection, or the repair that came after it."""

    place: Place
    condition: str = UNKNOWN
    since: datetime | None = None
    last: SignInspection | None = None
    repairs: list[SignRepair] = field(default_factory=list)

    @property
    def label(self) -> str:
        if self.condition == UNKNOWN:
            return _("Not inspected yet")
        return str(Condition(self.condition).label)

    @property
    def broken(self) -> bool:
        return self.condition in BROKEN

    @property
    def overdue(self) -> bool:
        return any(repair.overdue for repair in self.repairs)


def rows_of(signs: Iterable[Place]) -> list[SignRow]:
    """The signs with condition, last inspection and open repairs. Three statements."""
    rows = {sign.pk: SignRow(sign) for sign in signs}
    last = SignInspection.objects.filter(sign__in=rows).select_related("by", "unit")
    for one in last.order_by("sign_id", "-at", "-pk").distinct("sign_id"):
        row = rows[one.sign_id]
        row.last, row.condition, row.since = one, one.condition, one.at
    done = SignRepair.objects.filter(sign__in=rows, state=SignRepair.State.DONE)
    for repair in done.order_by("sign_id", "-done_at", "-pk").distinct("sign_id"):
        row = rows[repair.sign_id]
        if row.since is None or (repair.done_at is not None and repair.done_at >= row.since):
            row.condition, row.since = Condition.GOOD.value, repair.done_at
    for repair in SignRepair.objects.filter(sign__in=rows, state=SignRepair.State.PLANNED):
        rows[repair.sign_id].repairs.append(repair)
    return list(rows.values())


def register(query: Mapping[str, Any]) -> list[SignRow]:
    """The signs that the query asks for: `condition` (a Condition, "unknown", "broken"),
    `position` ("unverified"), `q` (part of a code or name). What means nothing is not asked."""
    rows = rows_of(all_signs())
    condition = str(query.get("condition") or "")
    if condition == "broken":
        rows = [row for row in rows if row.broken]
    elif condition in (*Condition.values, UNKNOWN):
        rows = [row for row in rows if row.condition == condition]
    if query.get("position") == "unverified":
        rows = [row for row in rows if not row.place.position_verified]
    if words := str(query.get("q") or "").strip()[:100].casefold():
        rows = [row for row in rows if words in " ".join(names_of(row.place)).casefold()]
    return rows


def names_of(sign: Place) -> list[str]:
    """Its code and every name, by which it is found."""
    return [
        sign.code,
        *(sign.name_in(language) for language in ("en", "lv", "be", "ru")),
        sign.name_lv_side,
        sign.name_by_side,
    ]


def numbers_for(user: Any, inspections: Iterable[SignInspection]) -> dict[int, tuple[Any, str]]:
    """Of the incidents that inspections opened those of which `user` reads a copy: incident's key
    -> (uid, number). Of all others nothing is said, not even that they exist."""
    ids = {one.incident_id for one in inspections if one.incident_id}
    if not ids:
        return {}
    shares = Share.objects.visible_to(user).filter(incident__in=ids).select_related("incident")
    return {share.incident_id: (share.incident.uid, share.number) for share in shares}


def register_listing(user: Any) -> Listing:
    """The whole register on its way out."""
    found = rows_of(all_signs())

    def rows() -> Iterator[list[Any]]:
        for row in found:
            yield [
                row.place.code,
                row.place.name,
                row.place.name_lv_side,
                row.place.name_by_side,
                row.place.lat,
                row.place.lon,
                _("Yes") if row.place.position_verified else _("No"),
                row.label,
                row.last.at if row.last else None,
                _("Both sides") if row.last and row.last.line_id else getattr(row.last, "side", ""),
                len(row.repairs),
            ]

    return Listing(
        code="signs",
        title=gettext_lazy("Register of border signs"),
        columns=COLUMNS,
        count=len(found),
        rows=rows,
    )
