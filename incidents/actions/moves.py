"""How an incident goes from one state to the next, and who is told."""

import json
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from bordercoop.errors import Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded
from contactpoints.access import roles_of
from contactpoints.actions import raise_alert
from contactpoints.models import Alert, Unit

from ..access import sender_for
from ..models import Decision, Incident, Share, State
from .sending import card_of

LONGEST = 2_000
CHECKING = (State.SUBMITTED, State.VERIFIED, State.VALIDATED, State.RETURNED)
CHECKED = ["verified_at", "verified_by", "validated_at", "validated_by"]


def move(
    incident: Incident,
    state: State,
    fields: list[str],
    *,
    everywhere: bool = False,
    **copies: Any,
) -> None:
    """Give the incident this state and save `fields` with it; the copies take it and `copies`.

    While a supplement is being checked, a copy of the version that headquarters validated stays
    what it is and tells nothing of the later one, unless the step holds `everywhere`.
    """
    incident.state = state
    incident.save(update_fields=["state", *fields])
    copies_take(incident, state, everywhere=everywhere, **copies)
    ring(incident)


def copies_take(incident: Incident, state: State, *, everywhere: bool = False, **more: Any) -> None:
    """The copies have the state of the incident, but for those that `move` names."""
    shares = incident.shares.all()
    if state in CHECKING and not everywhere:
        shares.filter(own=False).exclude(validated_at=None).update(state=State.VALIDATED)
        shares = shares.filter(Q(own=True) | Q(validated_at=None))
    shares.update(state=state, **more)


def unchecked(incident: Incident) -> None:
    """Both pairs of eyes have to look again; what they decided stays in the decisions."""
    incident.verified_at = incident.verified_by = None
    incident.validated_at = incident.validated_by = None


def ring(incident: Incident) -> None:
    """The doorbell of every unit that holds a copy."""
    ring_many(sorted(incident.shares.values_list("unit__code", flat=True)))


def decided(incident: Incident, deed: Decision.Deed, *, by: Any, **more: Any) -> Decision:
    """Keep the step that is about to be taken; `incident` still has the state before it."""
    return Decision.objects.create(
        incident=incident,
        deed=deed,
        side=by.side if by is not None else incident.side,
        before=incident.state,
        version=incident.version,
        by=by,
        **more,
    )


def wrong_state(incident: Incident) -> Refused:
    return Refused(
        _("%(number)s is %(state)s now, so this is not possible. Read it again.")
        % {"number": incident.number, "state": State(incident.state).label},
        code="wrong_state",
    )


def sound_reason(text: str) -> str:
    """The reason without outer space. Raises Invalid when it is empty or cannot be kept."""
    return worded(text, "reason", most=LONGEST, empty=_("Write the reason: others act on it."))


def tell_desks(incident: Incident, kind: Alert.Kind, *, asker: Share, by: Any, **said: Any) -> None:
    """Ask every desk that exchanged the incident, except the officer's own, to acknowledge.

    Each card has the fields of the desk's own copy; a desk of the owner's side that sent it and
    holds no copy reads those of the copy of `asker`. Refused when nobody is on duty at one of them.
    """
    releases = list(incident.releases.select_related("alert__sender", "desk").order_by("pk"))
    copies = {copy.unit_id: copy for copy in incident.shares.filter(own=False)}
    to: dict[int, tuple[Unit, Share]] = {}
    for release in releases:
        if release.desk_id in copies:
            to[release.desk_id] = (release.desk, copies[release.desk_id])
        sender = release.alert.sender
        if not asker.own and sender.kind == Unit.Kind.DESK and sender.side == incident.side:
            to.setdefault(sender.pk, (sender, asker))
    for _role, own in roles_of(by) if by is not None else []:
        to.pop(own.pk, None)
    groups: dict[str, list[Unit]] = {}
    cards = {}
    for desk, copy in to.values():
        card = {**card_of(copy), **said}
        groups.setdefault(key := json.dumps(card, sort_keys=True), []).append(desk)
        cards[key] = card
    for key, desks in groups.items():
        last = next((r.alert for r in reversed(releases) if r.desk in desks), releases[-1].alert)
        anew = kind == Alert.Kind.UPDATE and bool(last.card.get("called_off"))
        raise_alert(
            incident.ref,
            card=cards[key],
            priority=last.priority,
            to=desks,
            sender=sender_for(by, incident) if asker.own else asker.unit,
            # What was called off is over: news of the thing is an alert of its own.
            kind=Alert.Kind.ALERT if anew else kind,
            status=Alert.Status.EXERCISE if incident.exercise else Alert.Status.ACTUAL,
            references=None if anew else last,
            by=by,
        )
