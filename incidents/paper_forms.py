"""The one-page form with its number already on it, empty or filled; `paper_form.typ` prints it.

The words are those of the screen. Reads only; the verbs are in `actions/paper_forms.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.errors import NotAllowed
from bordercoop.reference.models import offered, places, terms
from bordercoop.reference.sides import Side
from bordercoop.web.both import Both
from bordercoop.web.clocks import CITY, written
from bordercoop.web.templatetags.portal import SEVERITY
from contactpoints.models import BY_SEVERITY, Priority, Unit, units

from . import handling as markings
from .content import FIELDS, crosses, headline_in_words, moment_of, release_names, released
from .models import Handling, Incident, PaperForm, PaperSet, Share
from .printing import frame

# Rows of calls on the paper; more calls stand on its back.
CALLS = 2
# Of a narrative on one page; the rest is read out from the screen or its print.
NARRATIVE_MOST = 900


@dataclass(frozen=True)
class Called:
    """A telephone call as it stands on a form: which desk, when, who told whom, whether it was read
    back, when the desk acknowledged (None: it did not), and what it said it will do."""

    desk: Unit
    at: datetime
    said_by: str
    answered_by: str
    read_back: bool = False
    acknowledged_at: datetime | None = None
    line: str = ""


def blank_forms(
    made: PaperSet, numbers: Iterable[str], *, both: Both, by: Any, at: datetime
) -> dict[str, Any]:
    """What the form prints for each of these numbers of a set."""
    return {
        **_words(made.unit, both, by, at),
        "handling": both(lambda: _("Handling code: write it below")),
        "marking": None,
        "title": made.first,
        "forms": [{"number": number} for number in numbers],
    }


def filled_form(
    incident: Incident, share: Share, *, both: Both, by: Any, at: datetime
) -> dict[str, Any]:
    """The same, filled with the reader's copy as far as it may be released. Raises NotAllowed for
    what never leaves its side."""
    if not crosses(share.category):
        raise NotAllowed(
            _("Incidents of this category never leave their side, so there is no form to fax.")
        )
    fields = released(share.fields, release_names(None)) if share.own else dict(share.fields)
    category = terms("incident_category").get(share.category)
    place = places().get(fields.get("place") or "")
    happened = moment_of(fields.get("happened_at"))
    precision = fields.get("happened_precision") or "minute"
    position = f"{fields['lat']:.4f}, {fields['lon']:.4f}" if fields.get("lat") is not None else ""
    where = " · ".join(
        part for part in (place.name if place else "", fields.get("border_sign"), position) if part
    )
    people = [fields.get(name) for name in ("people_total", "people_minors", "people_injured")]
    narrative = fields.get("narrative") or ""
    return {
        **_words(incident.unit, both, by, at),
        "handling": both(
            lambda: (
                _("To be read out or faxed: only what may be released")
                if share.own
                else _("SHARED with %(desk)s, %(side)s")
                % {"desk": share.unit.name, "side": Side(share.unit.side).label}
            )
        ),
        "marking": markings.on_paper(share, both),
        "title": f"{share.number} v{share.version}",
        "forms": [
            {
                "number": share.number,
                "category": both(
                    lambda: f"{share.category} {category.name}" if category else share.category
                ),
                "severity": share.severity,
                "priority": str(BY_SEVERITY[share.severity]),
                "headline": (
                    both(lambda: headline_in_words(fields))
                    if fields.get("headline_template")
                    else fields.get("headline") or ""
                ),
                "happened": written(happened, by.side, precision, share.zone) if happened else "",
                "where": where,
                "people": ["" if value is None else str(value) for value in people],
                "narrative": narrative[:NARRATIVE_MOST]
                + (" […]" if len(narrative) > NARRATIVE_MOST else ""),
                "exercise": share.exercise,
                "handling": f"{share.handling} · TLP:{share.tlp}",
                "unit": both(lambda: incident.unit.name),
            }
        ],
    }


def paper_of(incident: Incident) -> PaperForm | None:
    """The form on which the incident was written first, with its calls; None for most."""
    form: PaperForm | None = getattr(incident, "paper_form", None)
    if form is not None:
        form.told = list(form.calls.select_related("desk"))  # type: ignore[attr-defined]
    return form


def _words(unit: Unit, both: Both, by: Any, at: datetime) -> dict[str, Any]:
    desks = [one for one in units().values() if hasattr(one, "desk") and one.retired_at is None]
    cities = ("BY", "LV") if by.side == "BY" else ("LV", "BY")
    return {
        **frame(both, by, at, handling=None),
        "heading": both(lambda: _("Incident by telephone or fax")),
        "hint": both(
            lambda: _(
                "For when the portal is out of reach. Fill it in, telephone the other desk, let it "
                "read the number back, and enter the form in the portal as soon as it is back."
            )
        ),
        "words": {
            name: both(label)
            for name, label in {
                "number": lambda: _("Number"),
                "unit": lambda: _("Unit"),
                "category": FIELDS["category"],
                "severity": FIELDS["severity"],
                "priority": lambda: _("Priority"),
                "headline": FIELDS["headline"],
                "happened": FIELDS["happened_at"],
                "date": lambda: _("Date"),
                "time": lambda: _("Time"),
                "where": lambda: _("Where: place, border sign, coordinates"),
                "total": FIELDS["people_total"],
                "minors": FIELDS["people_minors"],
                "injured": FIELDS["people_injured"],
                "narrative": FIELDS["narrative"],
                "exercise": lambda: _("This is an exercise"),
                "handling": lambda: _("Handling code"),
                "call": lambda: pgettext("paper form", "Telephone call"),
                "desk": lambda: _("Desk"),
                "said_by": lambda: pgettext("paper form", "Told by (name)"),
                "answered_by": lambda: pgettext("paper form", "Told to (name)"),
                "read_back": lambda: pgettext("paper form", "Number read back"),
                "told_at": lambda: pgettext("paper form", "Told at"),
                "acknowledged_at": lambda: pgettext("paper form", "Acknowledged at"),
                "will_do": lambda: _("What will be done"),
                "desks": lambda: _("Telephone and fax of the desks"),
                "entered": lambda: pgettext("paper form", "Entered in the portal on, by"),
                "reported": lambda: _("Reported by"),
                "signature": lambda: _("Name, post, date and time, signature"),
            }.items()
        },
        "watermark": both(lambda: pgettext("watermark", "EXERCISE")),
        "zones": [both(CITY[side]) for side in cities],
        "severities": [both(word) for word in SEVERITY.values()],
        "priorities": [[str(code), both(Priority(code).label)] for code in Priority.values],
        "categories": [
            {"code": term.code, "name": [term.name_in(each) for each in both.languages]}
            for term in offered("incident_category")
            if term.facts.get("tile") and crosses(term.code)
        ],
        "codes": list(Handling.values),
        "calls": CALLS,
        "desks": [
            {
                "side": one.side,
                "name": [one.name_in(each) for each in both.languages],
                "phone": one.desk.phone or "—",
                "fax": one.desk.fax,
            }
            for one in desks
        ],
    }
