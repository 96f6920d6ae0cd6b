"""Letters about consents, markings and copies that were passed on.

They say what happened and where to read it, never what the incident says. Who may not open the
incident when the letter leaves gets none.
"""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from bordercoop.access.models import User
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from bordercoop.outbox.relay import post
from contactpoints.access import may
from contactpoints.models import Role, Unit, units
from contactpoints.watch import headquarters_of, heads, on_duty

from .models import (
    Consent,
    Incident,
    InformationRequest,
    MarkingChange,
    Recall,
    RequestPass,
    Share,
    Summary,
)

LEADING = (Role.HEAD_OF_POINT, Role.UNIT_HEAD, Role.SHIFT_LEADER, Role.EXPERT)


def _readers(unit: Unit) -> list[Any]:
    """Whom news for a unit reaches: who is on duty there, else who leads or works there."""
    shifts = on_duty([unit.pk]).get(unit.pk, [])
    if shifts:
        return list({shift.officer.pk: shift.officer for shift in shifts}.values())
    return heads([unit.pk], LEADING).get(unit.pk, [])


def _deciders(unit: Unit) -> list[Any]:
    """Who is on duty now and may decide for the originator: at its desks, else at headquarters."""
    desks = [u.pk for u in units().values() if u.side == unit.side and u.kind == Unit.Kind.DESK]
    for ids in (desks, [headquarters_of(unit).pk]):
        officers = {
            shift.officer.pk: shift.officer for shifts in on_duty(ids).values() for shift in shifts
        }
        found = [who for who in officers.values() if may(who, "release_incidents", unit)]
        if found:
            return found
    return []


def _post(news: str, key: str, incident: Incident, to: list[Any], **facts: Any) -> None:
    for officer in to:
        payload = {"news": news, "incident": str(incident.uid), "to": officer.pk, **facts}
        post("handling", f"{key}:{officer.pk}", payload)


def tell_passed_on(share: Share) -> None:
    """Tell the unit that a copy was passed on to it."""
    key = f"passed-on:{share.pk}:{share.version}:{share.released_at}"
    _post("passed_on", key, share.incident, _readers(share.unit), unit=share.unit.code)


def tell_recalled(recall: Recall) -> None:
    """Tell the unit that the copy that was passed on to it was recalled."""
    key = f"recalled:{recall.uid}"
    _post("recalled", key, recall.incident, _readers(recall.desk), unit=recall.desk.code)


def tell_narrowed(share: Share, release: Any) -> None:
    """Tell the unit that the copy that was passed on to it shows less since a release."""
    key = f"narrowed:{share.pk}:{release}"
    _post("narrowed", key, share.incident, _readers(share.unit), unit=share.unit.code)


def tell_consent(consent: Consent) -> None:
    """Tell the originator of a request, and the asking unit of the answer."""
    asked = consent.state == Consent.State.ASKED
    to = _deciders(consent.incident.unit) if asked else _readers(consent.unit)
    _post(
        f"consent_{consent.state}",
        f"{consent.ref}:{consent.state}",
        consent.incident,
        to,
        unit=consent.to.code,
    )


def tell_marking(change: MarkingChange, share: Share) -> None:
    """Tell the holder of a copy that it is bound more strictly."""
    key = f"marking:{change.pk}:{share.pk}"
    _post("marking", key, change.incident, _readers(share.unit), unit=share.unit.code)


def tell_request_passed(passed: RequestPass) -> None:
    """Tell the unit that an information request was passed on to it."""
    facts = {"request": str(passed.asked.uid), "unit": passed.to.code}
    for officer in _readers(passed.to):
        post("request", f"request-passed:{passed.pk}:{officer.pk}", {**facts, "to": officer.pk})


def _share_or_recall(to: User, payload: dict[str, Any]) -> Share | Recall | None:
    """What the officer may open now: the copy, or after a recall its number alone."""
    if payload["news"] == "recalled":
        return Recall.objects.visible_to(to).filter(incident__uid=payload["incident"]).first()
    visible = Share.objects.visible_to(to).select_related("incident")
    return visible.filter(incident__uid=payload["incident"]).first()


def send_summary(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: a desk is told that the summary of a day is there, in the desk's language.

    The letter holds totals, no categories: mail is read elsewhere, too.
    """
    summary = Summary.objects.get(uid=payload["summary"])
    desk = units()[payload["desk"]]
    if desk.retired_at is not None or not desk.desk.email:
        return
    with translation.override(next(iter(desk.desk.languages), "en")):
        context = {
            "desk": desk,
            "summary": summary,
            "facts": summary.content["facts"],
            "address": address_of("summary", summary.uid),
        }
        subject = render_to_string("incidents/summary_subject.txt", context)
        body = render_to_string("incidents/summary_mail.txt", context)
    send_letter(desk.desk.email, subject, body, key=key)


def send(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: one letter in the officer's language; none without the right to open it."""
    to = User.objects.get(pk=payload["to"])
    share = _share_or_recall(to, payload)
    if not to.is_active or share is None:
        return
    with translation.override(to.language):
        page = "incident" if payload["news"] == "recalled" else "incident_consents"
        context = {
            "to": to,
            "news": payload["news"],
            "share": share,
            "unit": units().get(payload["unit"]),
            "address": address_of(page, payload["incident"]),
        }
        subject = render_to_string("incidents/handling_subject.txt", context)
        body = render_to_string("incidents/handling_mail.txt", context)
    send_letter(to.email, subject, body, key=key)


def send_request(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: an officer is told that an information request was passed on to a unit; none
    without the right to open it. The letter holds its number and marking alone."""
    to = User.objects.get(pk=payload["to"])
    asked = InformationRequest.objects.passed_to(to).filter(uid=payload["request"]).first()
    if not to.is_active or asked is None:
        return
    with translation.override(to.language):
        context = {
            "to": to,
            "asked": asked,
            "unit": units().get(payload["unit"]),
            "address": address_of("information_request", asked.uid),
        }
        subject = render_to_string("incidents/requests/mail_subject.txt", context)
        body = render_to_string("incidents/requests/mail.txt", context)
    send_letter(to.email, subject, body, key=key)
