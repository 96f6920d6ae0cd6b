"""Why somebody reads an incident: through which unit's copy, and how that came there."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from bordercoop.errors import Refused

from .models import Incident, Share
from .sealed_reading import door_to


def copies(user: Any, uid: Any) -> list[str]:
    """A sentence for each copy within reach; Http404 when there is none."""
    shares = Share.objects.visible_to(user).select_related("unit", "incident", "passed_by")
    share = shares.filter(incident__uid=uid).first()
    if share is None:
        raise Http404
    if share.own:
        return [
            _(
                "%(number)s was reported at %(unit)s, which lies within reach of your posting. "
                "You read the whole record of your side."
            )
            % {"number": share.number, "unit": share.unit.name}
        ]
    if share.origin == Incident.Origin.OPEN_SOURCE:
        return [
            _("%(number)s is a record of a public source. Every unit of both sides reads it.")
            % {"number": share.number}
        ]
    if share.passed_by is not None:
        return [
            _(
                "%(holder)s passed version %(version)s of %(number)s on to %(unit)s. You read that "
                "copy, with the fields that were released, and nothing of what came later."
            )
            % {
                "holder": share.passed_by.name,
                "version": share.version,
                "number": share.number,
                "unit": share.unit.name,
            }
        ]
    release = share.incident.releases.filter(desk=share.unit).select_related("by").last()
    released_by = release.by.display_name if release and release.by else ""
    return [
        _(
            "Version %(version)s of %(number)s was released to %(unit)s by %(by)s. You read that "
            "copy, with the fields that were released, and nothing of what came later."
        )
        % {
            "version": share.version,
            "number": share.number,
            "unit": share.unit.name,
            "by": released_by,
        }
    ]


def sealed(user: Any, uid: Any, **_more: Any) -> list[str]:
    """Why somebody reaches the sealed part of an incident; Http404 where it would be one."""
    incident = Incident.objects.visible_to(user).select_related("unit").filter(uid=uid).first()
    if incident is None:
        raise Http404
    try:
        door = door_to(user, incident)
    except Refused as refusal:
        raise Http404 from refusal
    if door.own:
        return [
            _("%(number)s belongs to %(unit)s, which lies within reach of your posting.")
            % {"number": incident.number, "unit": incident.unit.name}
        ]
    return [
        _("Personal data of %(number)s were released to %(desk)s.")
        % {"number": incident.number, "desk": copy.desk.name}
        for copy in (door.copies or door.recalled)
    ]


def both_copies(user: Any, uid: Any, other: Any) -> list[str]:
    """The sentences of both records that are compared; Http404 when one is out of reach."""
    return [*copies(user, uid), *copies(user, other)]
