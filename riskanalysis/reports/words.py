"""Words of a report's snapshot, in the active language. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from bordercoop.reference.models import places
from bordercoop.reference.sides import ZONE, Side
from bordercoop.reference.small_numbers import LEAST
from bordercoop.web.clocks import written
from contactpoints.models import units

from ..models import Confidence, Probability, SectionLevel
from ..picturing import category_called
from ..section_codes import section_name

Snapshot = Mapping[str, Any]
Citation = Mapping[str, Any]

LEVELS = {
    "operational": pgettext_lazy("level of a risk report", "Operational"),
    "strategic": pgettext_lazy("level of a risk report", "Strategic"),
}
KINDS = {
    "incident": pgettext_lazy("citation", "Incident"),
    "open_source": pgettext_lazy("citation", "Open source"),
    "anomaly": pgettext_lazy("citation", "Anomaly report"),
    "risk": pgettext_lazy("citation", "Risk of the register"),
    "report": pgettext_lazy("citation", "Risk report"),
}
WITHHELD = {
    "incident": gettext_lazy("An incident of %(side)s, number withheld."),
    "anomaly": gettext_lazy("An anomaly report of %(side)s that was not put to both sides."),
    "risk": gettext_lazy("A risk in the register of %(side)s that was not put to both sides."),
    "report": gettext_lazy("A risk report of %(side)s that was not given to the other side."),
}
# Percent, from the taxonomy that `Probability` names.
PERCENT = {
    "almost_no_chance": (1, 5),
    "very_unlikely": (5, 20),
    "unlikely": (20, 45),
    "even": (45, 55),
    "likely": (55, 80),
    "very_likely": (80, 95),
    "almost_certain": (95, 99),
}


def level_called(snapshot: Snapshot) -> str:
    return str(LEVELS.get(snapshot["level"], snapshot["level"]))


def side_called(side: str) -> str:
    return str(Side(side).label) if side in Side.values else side


def probability_called(code: str) -> str:
    return str(Probability(code).label) if code in Probability.values else _("Not said")


def confidence_called(code: str) -> str:
    return str(Confidence(code).label) if code in Confidence.values else _("Not said")


def unit_called(code: str) -> str:
    known = units().get(code)
    return str(known.name) if known else code


def place_called(code: str) -> str:
    known = places().get(code)
    return str(known.name) if known else code


def places_called(snapshot: Snapshot) -> str:
    """Sections and places of a report; the whole line where it names none."""
    found = [section_name(code) for code in snapshot["sections"]]
    found += [place_called(code) for code in snapshot["places"]]
    return "; ".join(found) or _("The whole common line")


def day(text: str | None) -> str:
    """A date of a snapshot."""
    return date_format(date.fromisoformat(text[:10]), "DATE_FORMAT") if text else ""


def period_called(snapshot: Snapshot) -> str:
    return " – ".join(day(text) for text in snapshot["period"])


def moment(text: str | None, side: str, precision: str = "minute", zone: str = "") -> str:
    """A time of a snapshot by the clocks that a reader of `side` compares."""
    return written(datetime.fromisoformat(text), side, precision, zone) if text else ""


def withheld(citation: Citation) -> bool:
    return bool(citation.get("withheld"))


def week_called(text: str) -> str:
    """“Week of 16.11.2026” of a Monday; a week such as 2026-W47 as it stands."""
    if not text:
        return ""
    said = text if "W" in text else day(text)
    return pgettext("citation", "Week of %(day)s") % {"day": said}


def heading_of(citation: Citation) -> str:
    """What was cited, in one line; of what is withheld a sentence says so."""
    kind = citation["kind"]
    if withheld(citation):
        return str(WITHHELD.get(kind, "")) % {"side": side_called(citation.get("side", ""))}
    if kind == "anomaly":
        return week_called(citation.get("week", ""))
    ref = citation.get("ref", "")
    if citation.get("version"):
        ref = pgettext("citation", "%(ref)s, version %(n)s") % {
            "ref": ref, "n": citation["version"],
        }  # fmt: skip
    return str(ref)


def facts_of(citation: Citation, side: str) -> list[str]:
    """When, where and of what category, by the clocks of a reader of `side`."""
    found = []
    if citation.get("occurred_at"):
        zone = ZONE.get(citation.get("side", ""), "")
        precision = citation.get("precision") or "minute"
        found.append(moment(citation["occurred_at"], side, precision, zone))
    elif withheld(citation):
        found.append(week_called(citation.get("week", "")))
    if citation.get("section"):
        found.append(section_name(citation["section"]))
    if citation.get("place"):
        found.append(place_called(citation["place"]))
    if citation.get("category"):
        found.append(category_called(citation["category"]))
    if citation.get("usual") and (citation.get("count") or 0) >= LEAST:
        low, high = citation["usual"]
        found.append(
            _("%(count)s in that week, usual range %(low)s–%(high)s")
            % {"count": citation["count"], "low": f"{low:.0f}", "high": f"{high:.0f}"}
        )
    return [text for text in found if text]


def marking_of(snapshot: Snapshot) -> Mapping[str, Any]:
    return snapshot.get("marking") or {}


def band_called(code: str) -> str:
    """A band of the risk matrix, in the words that levels have everywhere."""
    known = SectionLevel.Level
    return str(known(code).label).lower() if code in known.values else code
