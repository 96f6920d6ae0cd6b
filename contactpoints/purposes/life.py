"""Standard phrases in an alert's further life at a desk: handed back, forwarded to posts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .. import actions
from ..access import may, posts_of_officer
from ..directory import console_of
from ..forwards import choices
from ..models import Delivery, Forward
from ..saying import Said
from .answering import delivery_of
from .kinds import Deed, Purpose


def _answers(user: Any, delivery: Delivery) -> bool:
    at = (delivery.desk_id, *(delivery.passed_to or []))
    return any(may(user, "acknowledge_alerts", pk) for pk in at)


def hand_back(user: Any, uid: UUID) -> Purpose:
    delivery, subject = delivery_of(user, uid)
    if not _answers(user, delivery):
        raise Http404

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        actions.hand_back_delivery(delivery, reason=said, turn=given["turn"], by=user)
        return console_of(delivery, user)

    turn = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=32767, required=False,
        initial=delivery.wakes,
    )  # fmt: skip
    return Purpose(
        _("Hand the alert back with a standard phrase"),
        subject,
        reverse("hand_back", args=[uid]),
        sorted({delivery.alert.sender.side, delivery.desk.side}),
        [Deed("hand_back", _("Hand it back"), "arrow-back-up")]
        if delivery.may_be_handed_back
        else [],
        do,
        {"turn": turn},
    )


def forward(user: Any, uid: UUID) -> Purpose:
    """What posts of the own side should do about an alert."""
    delivery, subject = delivery_of(user, uid)
    if not may(user, "acknowledge_alerts", delivery.desk_id):
        raise Http404
    rows = choices(delivery, list(delivery.forwards.whole()))
    posts = {row.unit.code: row for row in rows if row.officers or row.forwarded}

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        to = [posts[code].unit for code in given["units"]]
        actions.forward_delivery(delivery, to=to, line=said, by=user)
        return reverse("forward", args=[uid])

    told = pgettext("post", "was told")
    units = forms.MultipleChoiceField(
        label=_("Posts"),
        choices=[
            (code, f"{row.unit.name} ({told})" if row.forwarded else row.unit.name)
            for code, row in posts.items()
        ],
        error_messages={
            "required": _("Tick at least one post."),
            "invalid_choice": _("Choose posts of your own side from the list."),
        },
    )
    return Purpose(
        _("Forward with a standard phrase"),
        subject,
        reverse("forward", args=[uid]),
        [delivery.desk.side],
        [Deed("forward", _("Forward"), "send")] if posts and not delivery.is_over else [],
        do,
        {"units": units},
    )


def post_answer(user: Any, uid: UUID) -> Purpose:
    """What a post says to the desk that forwarded an alert to it."""
    rows = Forward.objects.visible_to(user).whole()
    found: Forward = get_object_or_404(rows, uid=uid)
    if found.unit not in posts_of_officer(user):
        raise Http404

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        actions.acknowledge_forward(found, line=said, by=user)
        return reverse("forwards")

    return Purpose(
        _("Acknowledge with a standard phrase"),
        " · ".join(filter(None, (found.delivery.card.get("number"), found.unit.name))),
        reverse("forwards"),
        [found.unit.side],
        [Deed("acknowledge", _("Acknowledge"), "check")] if found.waits else [],
        do,
    )
