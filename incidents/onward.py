"""Where an incident went beyond its first desk: marking, consent, passing on. Reads only."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from . import handling
from .models import Incident, Share
from .tidings import Entry


def onward(incident: Incident, share: Share, reader: Any) -> list[Entry]:
    """How the marking changed, and what was asked, answered and passed on.

    The originator's side reads all of it. Others read what binds the copy that they hold, and
    what their own units asked for or handed on.
    """
    own = share.own or incident.side == reader.side
    return sorted(
        [
            *_marked(incident, None if own else share),
            *_consents(incident, None if own else reader.side),
            *_passed_on(incident, None if own else reader.side),
        ],
        key=lambda entry: entry.at,
        reverse=True,
    )


def _marked(incident: Incident, copy: Share | None) -> list[Entry]:
    rows = incident.markings.select_related("by")
    if copy is not None:
        rows = rows.filter(stricter=True, at__gte=copy.released_at)
    return [
        Entry(
            at=change.at,
            icon="shield-check",
            sentence=_("changed the marking to %(marking)s") % {"marking": handling.short(change)},
            side=incident.side,
            audience="shared" if change.stricter else "own",
            by=change.by,
            text=change.restriction,
            detail="" if copy else handling.short(change.before),
        )
        for change in rows
    ]


def _consents(incident: Incident, side: str | None) -> list[Entry]:
    rows = incident.consents.select_related("unit", "to", "asked_by", "decided_by")
    if side:
        rows = rows.filter(unit__side=side)
    found = []
    for consent in rows:
        words = {"unit": consent.unit.name, "to": consent.to.name}
        asked = _("asked the originator's consent: %(unit)s wants to pass its copy on to %(to)s")
        found.append(
            Entry(
                consent.asked_at,
                "help",
                asked % words,
                consent.unit.side,
                "shared",
                consent.asked_by,
                consent.purpose,
            )
        )
        if consent.decided_at:
            given = consent.state == consent.State.GIVEN
            answer = (
                _("consented: %(unit)s may pass its copy on to %(to)s")
                if given
                else _("refused consent: %(unit)s must not pass its copy on to %(to)s")
            )
            found.append(
                Entry(
                    consent.decided_at,
                    "check" if given else "x",
                    answer % words,
                    incident.side,
                    "shared",
                    consent.decided_by,
                    consent.text,
                )
            )
    return found


def _passed_on(incident: Incident, side: str | None) -> list[Entry]:
    rows = incident.passed_on.select_related("unit", "to", "by")
    if side:
        rows = rows.filter(Q(unit__side=side) | Q(to__side=side))
    return [
        Entry(
            at=passed.at,
            icon="arrows-exchange",
            sentence=_("passed version %(version)s of %(unit)s on to %(to)s")
            % {"version": passed.version, "unit": passed.unit.name, "to": passed.to.name},
            side=passed.unit.side,
            audience="shared",
            by=passed.by,
            detail=handling.short(passed),
        )
        for passed in rows
    ]
