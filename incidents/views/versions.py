"""The versions of an incident that the reader holds, and any two of them side by side."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..access import share_for
from ..comparing import Kept, compared, kept_for
from ..content import FIELDS
from .record import visible


def _chosen(kept: list[Kept], typed: str, fallback: Kept) -> Kept:
    return next((one for one in kept if str(one.number) == typed), fallback)


@login_required
@require_safe
@never_cache
def incident_versions(request: HttpRequest, uid: Any) -> HttpResponse:
    """`from` and `to` are numbers of the list; the last two without them, or for nonsense.

    Names: `kept` (Kept with .fields, the labels of what it changed), newest first; `old`, `new`
    (Kept, the same one when there is only one), `rows`, `changes` (how many fields differ).
    """
    incident = visible(request, uid)
    share = share_for(request.user, incident)
    kept = kept_for(incident, share)
    new = _chosen(kept, request.GET.get("to", ""), kept[-1])
    before = kept[max(0, new.number - 2)]
    old = _chosen(kept, request.GET.get("from", ""), before)
    rows = compared(old.content, new.content)
    context = {
        "incident": incident,
        "share": share,
        "kept": [
            {
                "version": one,
                "fields": ", ".join(str(FIELDS[name]) for name in one.changed if name in FIELDS),
            }
            for one in reversed(kept)
        ],
        "old": old,
        "new": new,
        "rows": rows,
        "changes": sum(row.changed for row in rows),
    }
    return render(request, "incidents/versions.html", context)
