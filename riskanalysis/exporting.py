"""Charts that leave the portal, with small numbers hidden."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.actions import record_export
from bordercoop.errors import Invalid, NotAllowed
from bordercoop.tables.listing import Export, actor, taken_out
from bordercoop.web.clocks import written
from contactpoints.access import roles_of, units_where

from .indicators import Picture
from .picturing import chart, chart_listing, whole_border_only

PICTURES = {"svg": "image/svg+xml", "png": "image/png"}
FORMS = (*PICTURES, "csv", "xlsx", "pdf")


def export_chart(
    found: Picture, name: str, usual: Mapping[str, Sequence[float]], *, form: str, by: Any
) -> Export:
    """One chart as a picture (`svg`, `png`) or its figures as a list; recorded as an export.

    Raises Invalid for another format, and for one section alone.
    """
    if not units_where(by, "view_incidents"):
        raise NotAllowed(_("Your posting does not let you read incidents."))
    if found.asked.section:
        sentence = whole_border_only()
        raise Invalid(sentence, fields={"section": [sentence]})
    made = chart(found, name, usual)
    listing = chart_listing(made, found)
    if form not in PICTURES:
        unit = next((unit for _role, unit in roles_of(by)), None)
        return taken_out(
            listing, form, of=actor(by, unit), at_clocks=lambda at: written(at, by.side), by=by
        )
    if form not in FORMS:
        sentence = _("Choose one of these formats: %(formats)s.") % {"formats": ", ".join(FORMS)}
        raise Invalid(sentence, fields={"as": [sentence]})
    record_export(listing.code, by=by, filter={**listing.asked, "as": form}, rows=listing.count)
    content = made.svg.encode()
    if form == "png":
        from bordercoop.web.pdf import png

        content = png(str(made.svg))
    name = f"bordercoop-{listing.code}-{now():%Y%m%d-%H%M}.{form}"
    return Export(name, PICTURES[form], iter([content]))
