"""Which copy of an incident may be printed, and what the file is called."""

import hashlib
import json
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from bordercoop.errors import Invalid, NotAllowed, Refused

from ..access import share_for
from ..content import crosses
from ..models import Incident, Share


class View(models.TextChoices):
    INTERNAL = "internal", pgettext_lazy("print", "Internal")
    SHARED = "shared", pgettext_lazy("print", "Shared view")


def released_copies(incident: Incident) -> list[Share]:
    """What the other side holds of this incident: one copy for each unit, desks in their order."""
    copies = incident.shares.filter(own=False).exclude(unit__side=incident.side)
    return list(copies.select_related("unit").order_by("unit__order", "unit__code"))


def copy_to_print(incident: Incident, *, view: str, desk: str, by: Any) -> Share:
    """The copy that `by` may print in this view.

    `desk` is the code of the unit whose copy the shared view repeats; it may stay empty where
    there is only one, and for a reader who was told: there it is the reader's own. Raises Refused:
    404 for who reads nothing of the incident, 403 for the internal view of another unit and for
    the shared view of what never crosses, 409 when nobody was told; Invalid for an unknown view or
    desk and when several desks hold a copy and none is named.
    """
    share = share_for(by, incident)
    if view == View.INTERNAL:
        if not share.own:
            raise NotAllowed(
                _(
                    "The internal view belongs to the side and unit that reported the incident. "
                    "Print it as it was released to you."
                )
            )
        return share
    if view != View.SHARED:
        raise _no("view", _("Choose the internal view or the shared view."))
    if not crosses(incident.category.code):
        raise NotAllowed(
            _("Incidents of this category never leave their side, so there is no shared view.")
        )
    copies = released_copies(incident) if share.own else [share]
    if not copies:
        raise Refused(
            _("No desk of the other side holds this incident, so there is no shared view yet."),
            code="not_released",
        )
    chosen = [copy for copy in copies if copy.unit.code == desk] if desk else copies
    if not chosen:
        raise _no("desk", _("This desk holds no copy that you could print. Choose another one."))
    if len(chosen) > 1:
        raise _no("desk", _("Several desks hold a copy. Choose whose copy is to be printed."))
    chosen[0].incident = incident
    return chosen[0]


def _no(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


def content_mark(copy: Share) -> str:
    """Sixteen hexadecimal digits of the SHA-256 of what the copy says, in groups of four.

    Two papers with the same mark say the same of the incident, whoever printed them.
    """
    said = {"number": copy.number, "version": copy.version, "fields": copy.fields}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    digits = hashlib.sha256(text.encode()).hexdigest()[:16]
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))


def file_name(copy: Share, view: str) -> str:
    """ "LV-DGP-2026-00012-v2-shared.pdf", in ASCII."""
    number = "".join(c if c.isascii() and c.isalnum() else "-" for c in copy.number)
    return f"{number}-v{copy.version}-{view}.pdf"
