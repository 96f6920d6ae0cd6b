"""Why somebody reads an incident: through which unit's copy, and how that came there."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from .models import Incident, Recall, Share


def copies(user: Any, uid: Any) -> list[str]:
    """A sentence for each copy within reach; Http404 when there is none."""
    shares = Share.objects.visible_to(user).select_related("unit", "incident")
    share = shares.filter(incident__uid=uid).first()
    if share is None:
        recall = Recall.objects.visible_to(user).filter(incident__uid=uid).first()
        if recall is None:
            raise Http404
        return [
            _(
                "%(number)s was released to %(unit)s and then recalled. You read its number and "
                "why it was recalled, and nothing else of it."
            )
            % {"number": recall.number, "unit": recall.desk.name}
        ]
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
