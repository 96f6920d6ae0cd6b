"""Handling codes, TLP and onward sharing: strictness, what is permitted, words for exports.

The one place that knows what a marking means. Whatever is marked (an incident, a copy, a release,
an alert's card) has `handling` (H0 to H3, Europol), `tlp` (TLP 2.0) and `restriction` (what H3
means here, else ""). Both scales are ordered from the loosest to the strictest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from bordercoop.errors import Invalid, NotAllowed
from bordercoop.reference.marking import lines_of, meaning_of, said_of
from bordercoop.reference.wording import fault
from bordercoop.web.both import Both
from contactpoints.models import ContactPoint, Unit, units

from .models import Consent, Handling, Incident, Share, Tlp

HANDLING, TLP = list(Handling.values), list(Tlp.values)
LONGEST = 500
# The name that TLP 1.0 used.
EARLIER = {"WHITE": Tlp.CLEAR.value}


@dataclass(frozen=True)
class Marking:
    """A handling code, a TLP and, with H3, the restriction in words."""

    handling: str
    tlp: str
    restriction: str = ""

    @property
    def columns(self) -> dict[str, str]:
        return {"handling": self.handling, "tlp": self.tlp, "restriction": self.restriction}

    def covers(self, other: "Marking") -> bool:
        """Whether this is at least as strict as `other` on both scales."""
        return HANDLING.index(self.handling) >= HANDLING.index(other.handling) and TLP.index(
            self.tlp
        ) >= TLP.index(other.tlp)


def of(row: Any) -> Marking:
    """The marking of an incident, a copy, a release or a card."""
    if isinstance(row, Mapping):
        return Marking(row["handling"], row["tlp"], row.get("restriction", ""))
    return Marking(row.handling, row.tlp, row.restriction)


def stricter(one: Marking, other: Marking) -> Marking:
    """The stricter code of each scale, with the restrictions of whoever has H3."""
    handling = max(one.handling, other.handling, key=HANDLING.index)
    texts = [m.restriction for m in (one, other) if m.handling == handling and m.restriction]
    return Marking(
        handling,
        max(one.tlp, other.tlp, key=TLP.index),
        "\n".join(dict.fromkeys(texts))[:LONGEST],
    )


def default() -> Marking:
    """What an incident is marked with when its officer says nothing."""
    return Marking(settings.DEFAULT_HANDLING, settings.DEFAULT_TLP)


def open_source() -> Marking:
    """A public source binds nobody."""
    return Marking(Handling.H0.value, Tlp.CLEAR.value)


def parsed(
    handling: str | None = None,
    tlp: str | None = None,
    restriction: str | None = None,
    *,
    otherwise: Marking | None = None,
) -> Marking:
    """The marking that somebody typed; what is left out comes from `otherwise` or the settings.

    Takes "TLP:" in front, small letters and the earlier name WHITE. Raises Invalid with a sentence
    for every wrong field.
    """
    base, wrong = otherwise or default(), {}
    code = (handling or base.handling).strip().upper()
    colour = (tlp or base.tlp).strip().upper().removeprefix("TLP:").strip()
    colour = EARLIER.get(colour, colour)
    if code not in HANDLING:
        wrong["handling"] = _("Choose a handling code from H0 to H3.")
    if colour not in TLP:
        wrong["tlp"] = _("Choose CLEAR, GREEN, AMBER, AMBER+STRICT or RED.")
    if restriction is None:
        restriction = base.restriction if code == Handling.H3 else ""
    words = " ".join(restriction.split())
    if sentence := fault(words, LONGEST):
        wrong["restriction"] = sentence
    elif code == Handling.H3 and not words:
        wrong["restriction"] = _("With H3, write what the restriction is.")
    elif code != Handling.H3 and words:
        wrong["restriction"] = _(
            "A restriction in words belongs to H3. Choose H3 or empty this field."
        )
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields={k: [v] for k, v in wrong.items()})
    return Marking(code, colour, words)


def require_covers(marking: Marking, least: Marking) -> None:
    """Raise Invalid unless `marking` is at least as strict as the incident's own."""
    wrong = {}
    if HANDLING.index(marking.handling) < HANDLING.index(least.handling):
        wrong["handling"] = _(
            "The incident is marked %(own)s, so a copy goes out under %(own)s or stricter."
        ) % {"own": least.handling}
    if TLP.index(marking.tlp) < TLP.index(least.tlp):
        wrong["tlp"] = _(
            "The incident is marked %(own)s, so a copy goes out under %(own)s or stricter."
        ) % {"own": f"TLP:{least.tlp}"}
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields={k: [v] for k, v in wrong.items()})


# --- passing on


def is_guest_s(unit: Unit) -> bool:
    """Whether guest experts read there: the focal point, and an agency that is no service."""
    return unit.kind == Unit.Kind.AGENCY or (
        hasattr(unit, "desk") and unit.desk.point.kind == ContactPoint.Kind.FOCAL
    )


def targets(share: Share) -> list[Unit]:
    """To whom the holder of a copy may think of passing it on: the units of its own side and the
    guests at the focal point; never the originator's own unit."""
    return [
        unit
        for unit in units().values()
        if unit.retired_at is None
        and unit.pk not in (share.unit_id, share.incident.unit_id)
        and (unit.side == share.unit.side or is_guest_s(unit))
    ]


def permits(share: Share, to: Unit) -> str:
    """What the marking of a copy says of passing it on to a unit: "at_once", "consent", "never"."""
    return permitted(of(share), share.unit, to)


def permitted(marking: Marking, holder: Unit, to: Unit) -> str:
    """The same for whatever `holder` received under a marking."""
    if marking.tlp == Tlp.RED:
        return "never"
    if marking.handling not in (Handling.H0, Handling.H1):
        return "consent"
    if marking.tlp == Tlp.CLEAR:
        return "at_once"
    inside = to.side == holder.side and not is_guest_s(to)
    return "at_once" if marking.tlp == Tlp.GREEN and inside else "consent"


def refuse_red(share: Share) -> None:
    """Raise NotAllowed for a copy that nobody may pass on, whoever consents."""
    if share.tlp == Tlp.RED:
        raise NotAllowed(
            _(
                "%(number)s is marked TLP:RED: only those who received it may read it, and nobody "
                "may pass it on. Ask the originator to release it to them."
            )
            % {"number": share.number},
            code="tlp_red",
        )


def consent_for(share: Share, to: Unit) -> Consent | None:
    """The latest consent that covers passing this very copy on to the unit, if there is one. A
    recall ends those that were asked for until then."""
    given = Consent.objects.filter(
        incident_id=share.incident_id,
        unit_id=share.unit_id,
        to=to,
        state=Consent.State.GIVEN,
        version=share.version,
    )
    recall = share.incident.recalls.filter(desk_id=share.unit_id).order_by("-pk").first()
    if recall is not None:
        given = given.filter(asked_at__gt=recall.at)
    for consent in given.order_by("-pk"):
        asked = Marking(consent.handling, consent.tlp)
        if set(share.fields) <= set(consent.fields) and asked.covers(of(share)):
            return consent
    return None


# --- words, for whatever is shown or exported


def badge(row: Any) -> dict[str, str]:
    """`handling`, `tlp`, `restriction`; `handling_means`, `tlp_means` in the active language."""
    return meaning_of(row)


def short(row: Any) -> str:
    """ "H2 · TLP:AMBER"."""
    return said_of(row)


def lines(row: Any) -> list[str]:
    """The marking with its meaning in the active language, a line each, for an export or a mail."""
    return lines_of(row)


def on_paper(row: Any, both: Both) -> dict[str, Any]:
    """What `pdf/base.typ` prints at the head of every page (`short`) and explains on the first."""
    return {"short": said_of(row), "lines": both.each(lambda: lines_of(row))}


def first_marking(incident: Incident) -> Marking:
    """The marking with which the incident was reported."""
    change = incident.markings.order_by("pk").first()
    return of(change.before) if change else of(incident)
