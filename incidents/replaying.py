"""What each desk knew of an incident when, as far as a reader may know it today. Reads only."""

from typing import Any

from django.utils.translation import gettext as _

from contactpoints.models import Delivery

from .joining import absorbed_for, whole_timeline
from .models import Incident, InformationRequest, Share
from .tidings import Entry, a_guest, told


def replay_entries(incident: Incident, share: Share, reader: Any) -> list[Entry]:
    """The timeline that `reader` reads through this copy, with when each alert went out and came
    onto the screen of a desk, and what was asked about it; oldest first."""
    entries = whole_timeline(incident, share, reader, absorbed_for(reader, incident))
    if not a_guest(incident, share, reader):
        entries += _on_their_way(incident, share, reader) + _asked(incident, reader)
    return sorted(entries, key=lambda entry: entry.at)


def alerts_read(incident: Incident, share: Share, reader: Any) -> list[Delivery]:
    """Alerts about it at the desks of which `reader` reads: the originator's side of all, others of
    their own side's, as far back as they were told. Oldest first."""
    own = share.own or incident.side == reader.side
    rows = Delivery.objects.about(incident.ref).bare().order_by("queued_at", "pk")
    if own:
        return list(rows)
    since = told(incident, share)
    return [one for one in rows.filter(desk__side=reader.side) if not since.hides(one.queued_at)]


def _on_their_way(incident: Incident, share: Share, reader: Any) -> list[Entry]:
    found = []
    for one in alerts_read(incident, share, reader):
        desk, side = {"desk": one.desk.name}, one.desk.side
        sent = _("The alert went to %(desk)s") % desk
        found.append(Entry(one.queued_at, "bell", sent, side, "shared", desk=one.desk))
        if one.delivered_at:
            drawn = _("The alert came onto the screen at %(desk)s") % desk
            found.append(Entry(one.delivered_at, "bell", drawn, side, "shared", desk=one.desk))
    return found


def _asked(incident: Incident, reader: Any) -> list[Entry]:
    """That something was asked and answered, for whoever reads the request; not what it says."""
    rows = InformationRequest.objects.visible_to(reader).filter(links__incident=incident)
    found = []
    for row in rows.select_related("to", "desk", "by").distinct():
        words = {"number": row.number, "desk": row.to.name}
        asked = _("asked %(desk)s for information, %(number)s") % words
        found.append(Entry(row.asked_at, "help", asked, row.side, "shared", row.by, desk=row.to))
        if row.ended_at:
            ended = f"{row.number}: {row.get_state_display()}"
            found.append(Entry(row.ended_at, "check", ended, row.to.side, "shared", desk=row.desk))
    return found
