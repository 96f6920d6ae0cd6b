"""Standard phrases in the timeline of an incident and in information requests."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from contactpoints.access import SERVICES, may
from contactpoints.purposes import Deed, Purpose
from contactpoints.saying import Said

from . import actions
from .access import share_for
from .asking.forms import AnswerForm
from .asking.reading import acts_for
from .handling import parsed
from .models import AnswerKind, Audience, Incident, InformationRequest

# What a phrase says by itself, or the form of the phrase has.
LEFT_OUT = ("text", "language", "client_ref")


def note(user: Any, uid: UUID) -> Purpose:
    """A note for both sides, or for the own one. Raises Http404 for who may not write any."""
    incident = get_object_or_404(Incident.objects.visible_to(user), uid=uid)
    share = share_for(user, incident)
    if not may(user, "annotate_incidents", share.unit):
        raise Http404
    back = reverse("incident", args=[uid])

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        ref = given["client_ref"]
        actions.add_note(incident, text=said, audience=deed, client_ref=ref, by=user)
        return f"{back}#tl"

    return Purpose(
        _("Note a standard phrase"),
        share.number,
        back,
        [side.value for side in SERVICES if side != user.side],
        [
            Deed(Audience.SHARED.value, _("Add for both sides"), "arrows-exchange"),
            Deed(Audience.OWN.value, _("Add for the own side only"), "lock"),
        ],
        do,
    )


def _asked(user: Any, uid: UUID) -> InformationRequest:
    """A request in which the officer acts. Raises Http404."""
    rows = InformationRequest.objects.visible_to(user).select_related("desk", "to")
    asked: InformationRequest = get_object_or_404(rows, uid=uid)
    if not acts_for(asked, user):
        raise Http404
    return asked


def _subject(asked: InformationRequest) -> str:
    return f"{asked.number} · {asked.subject}"


def request_answer(user: Any, uid: UUID) -> Purpose:
    """The answer to an information request, or why it is refused."""
    asked = _asked(user, uid)
    if user.side == asked.side:
        raise Http404
    form: Any = AnswerForm(by=user, asked=asked)
    beside = {name: form.fields[name] for name in form.fields if name not in LEFT_OUT}
    for name, field in beside.items():
        field.initial = form.initial.get(name)

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        how = {
            "text": said,
            "marking": parsed(given["handling"], given["tlp"], given["restriction"]),
            "client_ref": given["client_ref"],
            "by": user,
        }
        if given["kind"] == AnswerKind.REFUSED:
            actions.refuse_request(asked, ground=given["ground"], **how)
        else:
            actions.answer_request(asked, kind=given["kind"], **how)
        return reverse("information_request", args=[uid])

    return Purpose(
        _("Answer with a standard phrase"),
        _subject(asked),
        reverse("request_answer", args=[uid]),
        [asked.side],
        [Deed("answer", _("Send the answer"), "message")] if asked.open else [],
        do,
        beside,
    )


def request_withdrawal(user: Any, uid: UUID) -> Purpose:
    """Why the side that asked takes an information request back."""
    asked = _asked(user, uid)
    if user.side != asked.side:
        raise Http404
    back = reverse("information_request", args=[uid])

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        actions.withdraw_request(asked, reason=said, by=user)
        return back

    return Purpose(
        _("Take the request back with a standard phrase"),
        _subject(asked),
        back,
        [asked.to.side],
        [Deed("withdraw", _("Take it back"), "arrow-back-up")] if asked.open else [],
        do,
    )


def request_message(user: Any, uid: UUID) -> Purpose:
    """A message beside an information request, for both sides or for the own one."""
    asked = _asked(user, uid)
    back = reverse("information_request", args=[uid])

    def do(deed: str, said: Said, given: Mapping[str, Any]) -> str:
        ref = given["client_ref"]
        actions.write_to_request(asked, text=said, audience=deed, client_ref=ref, by=user)
        return f"{back}#thread"

    return Purpose(
        _("Write a standard phrase"),
        _subject(asked),
        back,
        [side.value for side in SERVICES if side != user.side],
        [
            Deed(Audience.SHARED.value, _("Add for both sides"), "arrows-exchange"),
            Deed(Audience.OWN.value, _("Add for the own side only"), "lock"),
        ],
        do,
    )
