"""The empty incident form, to be filled in by hand while the portal is out of reach."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.access.models import Language
from bordercoop.reference.models import offered
from bordercoop.web.both import Both
from bordercoop.web.clocks import CITY
from bordercoop.web.templatetags.portal import SEVERITY
from contactpoints.models import units

from .content import COLUMNS, FIELDS, RELEASE_LABELS
from .models import Precision
from .printing import frame

BLANK_ROWS = {"people": 3, "vehicles": 2, "goods": 2, "documents": 2}


def empty_form(both: Both, *, by: Any, at: datetime) -> dict[str, Any]:
    """What `templates/pdf/form.typ` prints: the fields in the order of the screen, the codes of
    the categories, and the telephones of the desks."""
    desks = [unit for unit in units().values() if hasattr(unit, "desk") and unit.retired_at is None]
    cities = ("BY", "LV") if by.side == "BY" else ("LV", "BY")
    moment = {
        "date": both(lambda: _("Date")),
        "time": both(lambda: _("Time")),
        "zones": [both(CITY[side]) for side in cities],
        "precisions": [both(precision.label) for precision in Precision],
    }
    return {
        **frame(both, by, at, handling=None),
        "title": both(lambda: _("Incident form to be filled in by hand"))[0],
        "heading": both(lambda: _("Incident form")),
        "hint": both(
            lambda: _(
                "For when the portal is out of reach: fill it in, read it to the other desk by "
                "telephone, and log it as soon as the portal is back."
            )
        ),
        "entry": both(lambda: pgettext("column of a form", "Entry")),
        "number": both(lambda: _("Number")),
        "number_hint": both(lambda: _("The portal gives it afterwards")),
        "unit": both(lambda: _("Unit")),
        "category": both(FIELDS["category"]),
        "category_hint": both(lambda: _("Code from the list on the last page")),
        "severity": both(FIELDS["severity"]),
        "severities": [both(word) for word in SEVERITY.values()],
        "headline": both(FIELDS["headline"]),
        "people": [
            both(FIELDS[name]) for name in ("people_total", "people_minors", "people_injured")
        ],
        "happened": both(FIELDS["happened_at"]),
        "detected": both(FIELDS["detected_at"]),
        "moment": moment,
        "place": both(FIELDS["place"]),
        "border_sign": both(FIELDS["border_sign"]),
        "position": both(RELEASE_LABELS["position"]),
        "narrative": both(FIELDS["narrative"]),
        "language": both(FIELDS["language"]),
        "all_languages": [{"code": code, "name": name} for code, name in Language.choices],
        "note": both(FIELDS["internal_note"]),
        "note_hint": both(lambda: _("Never leaves your side")),
        "exercise": both(lambda: _("This is an exercise")),
        "things": [
            {
                "label": both(FIELDS[name]),
                "columns": [both(column.label) for column in COLUMNS[name]],
                "rows": rows,
            }
            for name, rows in BLANK_ROWS.items()
        ],
        "told": {
            "label": both(lambda: _("Read to the other desk by telephone")),
            "cells": [
                both(lambda: _("Desk")),
                both(lambda: _("Read to (name, post)")),
                both(lambda: _("Date and time")),
                both(lambda: _("Answer: accepted or declined, and what will be done")),
            ],
        },
        "signatures": {
            "names": [both(lambda: _("Reported by")), both(lambda: _("Received by"))],
            "hint": both(lambda: _("Name, post, date and time, signature")),
        },
        "categories": {
            "label": both(lambda: _("Categories")),
            "code": both(lambda: pgettext("column of a form", "Code")),
            "never": both(lambda: _("never leaves its side")),
            "rows": [
                {
                    "code": term.code,
                    "name": [term.name_in(language) for language in both.languages],
                    "top": term.parent_id is None,
                    "never": not term.facts.get("crosses", True),
                }
                for term in offered("incident_category")
            ],
        },
        "desks": {
            "label": both(lambda: _("Telephones of the desks")),
            "columns": [both(lambda: _("Desk")), both(lambda: _("Phone"))],
            "rows": [
                {
                    "side": desk.side,
                    "name": [desk.name_in(language) for language in both.languages],
                    "phone": desk.desk.phone or "—",
                }
                for desk in desks
            ],
        },
    }
