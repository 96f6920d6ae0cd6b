"""Standard phrases in an emergency broadcast: what is added to it, and how it ended."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from .. import actions
from ..access import SERVICES, may
from ..broadcasts import all_clear_of, senders
from ..models import Broadcast, Emergency
from ..saying import Said
from .kinds import Deed, Purpose

READERS = [side.value for side in SERVICES]


def broadcast(user: Any, uid: UUID) -> Purpose:
    """A broadcast that is still to be sent; `uid` becomes its `client_ref`."""
    units = {unit.code: unit for unit in senders(user)}
    if not units:
        raise Http404

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        sent = actions.send_broadcast(
            units[given["sender"]],
            what=given["emergency"],
            text=said,
            drill=deed == "drill",
            client_ref=uid,
            by=user,
        )
        return reverse("broadcast", args=[sent.uid])

    return Purpose(
        _("Emergency broadcast with a standard phrase"),
        _("Emergency broadcast"),
        reverse("broadcast_new"),
        READERS,
        [
            Deed("send", _("Wake every desk now"), "bell-ringing"),
            Deed("drill", _("Send it as a drill"), "clock"),
        ],
        do,
        {
            "emergency": forms.ChoiceField(label=_("What happened"), choices=Emergency.choices),
            "sender": forms.ChoiceField(
                label=_("Sent for"),
                choices=[(unit.code, unit.name) for unit in units.values()],
            ),
        },
    )


def all_clear(user: Any, uid: UUID) -> Purpose:
    rows = Broadcast.objects.visible_to(user).whole()
    found: Broadcast = get_object_or_404(rows.distinct(), uid=uid)
    if not may(user, "acknowledge_alerts", found.sender):
        raise Http404
    back = reverse("broadcast", args=[uid])

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        actions.end_broadcast(found, outcome=said, by=user)
        return back

    return Purpose(
        _("All-clear with a standard phrase"),
        f"{found.number} · {found.get_what_display()}",
        back,
        READERS,
        [Deed("end", _("Give the all-clear"), "check")] if all_clear_of(found) is None else [],
        do,
    )
