"""What the page of a record says of merges and links, and where an old number leads."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from contactpoints.access import may

from ..access import share_for
from ..joining import Absorbed, absorbed_for, linked_for, survivor_for
from ..models import Incident, Share, State


def onward(request: HttpRequest, incident: Incident) -> HttpResponse | None:
    """To the record that speaks for a merged one, when both are the reader's own side's.

    `?alone=1` reads the merged record itself; so does a desk that holds a released copy of it.
    """
    if incident.state != State.MERGED or {"alone", "part"} & request.GET.keys():
        return None
    if not share_for(request.user, incident).own:
        return None
    survivor = survivor_for(request.user, incident)
    if survivor is None:
        return None
    address = reverse("incident", kwargs={"uid": survivor.uid})
    return redirect(f"{address}?merged={incident.number}")


def joined(
    request: HttpRequest, incident: Incident, share: Share, absorbed: list[Absorbed] | None = None
) -> dict[str, Any]:
    """Names for incidents/detail.html: `absorbed`, `held_of_merged` (desks hold copies of those),
    `links`, `survivor` (a Share or None, for a merged record), `came_from` (the old number that
    led here), `may_merge`."""
    user: Any = request.user
    if absorbed is None:
        absorbed = absorbed_for(user, incident)
    asked = request.GET.get("merged", "")
    numbers = [one.share.number for one in absorbed]
    return {
        "absorbed": absorbed,
        "held_of_merged": any(one.held for one in absorbed),
        "links": linked_for(user, incident),
        "survivor": survivor_for(user, incident) if incident.state == State.MERGED else None,
        "came_from": asked if asked in numbers else "",
        "may_merge": may_merge(user, share),
    }


def refs(incident: Incident, absorbed: list[Absorbed]) -> list[str]:
    """What alerts about this record are about: itself and what was merged into it."""
    return [incident.ref, *(one.merge.source.ref for one in absorbed)]


def may_merge(user: Any, share: Share) -> bool:
    return (
        share.own
        and share.origin == Incident.Origin.SERVICE
        and may(user, "merge_incidents", share.unit_id)
    )
