"""A scenario made of a closed incident: its alerts, without anything that an officer wrote.

Only codes are taken: category, severity, place, desks, times, and headlines from the list, which
are made of fields. So no personal data and no sealed data can come along. Reads only.
"""

from __future__ import annotations

from typing import Any

from bordercoop.access.models import Language
from bordercoop.reference.models import places, terms
from contactpoints.models import Alert, Delivery, Unit, units
from incidents.content import facts_of, headlines
from incidents.models import Handling, Incident, Share, Tlp
from incidents.replaying import alerts_read

from .models.injects import LATEST_S, LONGEST_S, MOST_INJECTS

# Under what an alert went that both sides may read in a scenario, and whoever takes part.
SHARED_TLP = (Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER)
SHARED_HANDLING = (Handling.H0, Handling.H1)


def may_be_shared(marked: Any) -> bool:
    """Whether what stands under this marking may go into a scenario: never TLP:RED or what one
    service alone may read, nor what needs its originator's consent."""
    return marked.tlp in SHARED_TLP and marked.handling in SHARED_HANDLING


def injects_of(incident: Incident, share: Share, reader: Any) -> list[dict[str, Any]]:
    """The arguments of `add_inject` for each alert of it that crossed the border and that `reader`
    reads, in the order in which they went, a thousand at most; nothing under a marking that does
    not let it."""
    if not (may_be_shared(share) and may_be_shared(incident)):
        return []
    desks = {
        code: unit
        for code, unit in units().items()
        if unit.kind == Unit.Kind.DESK and unit.retired_at is None
    }
    by_alert: dict[int, list[Delivery]] = {}
    for one in alerts_read(incident, share, reader):
        if one.recalled_at is None and one.alert.kind != Alert.Kind.CANCEL:
            by_alert.setdefault(one.alert_id, []).append(one)
    began = None
    found: list[dict[str, Any]] = []
    for sent in by_alert.values():
        crossed = [one for one in sent if one.desk.side != incident.side]
        told = [one.desk.code for one in sent if one.desk.code in desks]
        card = crossed[0].card if crossed else {}
        if not crossed or not told or not _marked_for_both(card):
            continue
        at = crossed[0].queued_at
        began = began or at
        offset = int((at - began).total_seconds())
        if offset > LATEST_S or len(found) == MOST_INJECTS:
            break
        found.append(_inject(share, card, told, _sender(crossed[0], desks), offset, crossed[0]))
    return found


def _marked_for_both(card: dict[str, Any]) -> bool:
    tlp, handling = card.get("tlp", Tlp.AMBER), card.get("handling", Handling.H1)
    return tlp in SHARED_TLP and handling in SHARED_HANDLING


def _sender(one: Delivery, desks: dict[str, Unit]) -> str:
    """The desk that sent it; where a unit above did, the first desk of that side."""
    sender = one.alert.sender
    if sender.code in desks:
        return str(sender.code)
    return next((code for code, unit in desks.items() if unit.side == sender.side), one.desk.code)


def _inject(
    share: Share,
    card: dict[str, Any],
    told: list[str],
    sender: str,
    offset: int,
    first: Delivery,
) -> dict[str, Any]:
    category = card.get("category") or share.category
    place = card.get("place") or ""
    said = _headlines(share, card, category, place)
    wait = first.steps[0]["wait"] if first.steps else None
    return {
        "offset_s": offset,
        "desks": sorted(set(told)),
        "sender": sender,
        "headline": said["en"],
        "language": "en",
        "headlines": {code: words for code, words in said.items() if code != "en"},
        "severity": card.get("severity") or share.severity,
        "category": category,
        "place": place if place in places() else "",
        "acknowledge_s": min(wait, LONGEST_S) if wait else None,
    }


def _headlines(share: Share, card: dict[str, Any], category: str, place: str) -> dict[str, str]:
    """By language: the one from the list as the reader's copy has it now, where it crossed and is
    of this version, else the category and the place."""
    template = share.fields.get("headline_template")
    if template and card.get("headline") and card.get("version") == share.version:
        named = share.fields.get("border_sign") in (None, "", *places())
        if named or "border_sign" not in facts_of(template):
            return headlines(share.fields)
    term, where = terms("incident_category").get(category), places().get(place)
    return {
        code: ": ".join(
            named.name_in(code) for named in (term, where) if named is not None
        ) or category
        for code in Language.values
    }  # fmt: skip
