"""Emergency sessions: opened with a reason, over within the hour, reviewed by both sides."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.access.models import User
from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.outbox.relay import post
from bordercoop.reference import classified

from ..access import audited_side, auditors, forget_grants, units_where
from ..models import BreakGlass, EmergencyReview
from ..models.emergency import (
    LONGEST,
    LONGEST_REASON,
    LONGEST_REVIEW,
    REVIEWING,
    SHORTEST_REASON,
)

MINUTES = int(LONGEST.total_seconds() // 60)
# Numbers of incidents (docs/adr/0009-numbers.md): the other side's auditor reads the reason.
NUMBER = re.compile(r"\b[A-Z]{2}-[A-Z0-9-]+-20\d\d-\d+", re.IGNORECASE)


def _sound_text(text: str, *, field: str, shortest: int, longest: int) -> str:
    text = text.strip()
    sentence = ""
    if len(text) < shortest:
        sentence = ngettext(
            "Write at least %(count)d character, so that the auditors of both sides understand it.",
            "Write at least %(count)d characters, so that the auditors of both sides "
            "understand it.",
            shortest,
        ) % {"count": shortest}
    elif len(text) > longest:
        sentence = _("This is too long. Shorten it to %(count)d characters.") % {"count": longest}
    elif NUMBER.search(text):
        sentence = _(
            "Leave the numbers of incidents out: auditors of the other side read this text too."
        )
    sentence = sentence or classified.refusal(text)
    if sentence:
        raise Invalid(sentence, fields={field: [sentence]})
    return text


@transaction.atomic
def open_emergency(reason: str, *, minutes: int = MINUTES, by: Any) -> BreakGlass:
    """Let the officer read the whole own side and answer at its desks, for at most an hour.

    The door has asked for password and second factor again, and keeps the result in the signed-in
    session, the only one in which it holds. Auditors of both sides are told. The same reason
    while one is running is the running one; another reason ends it and opens a new one.
    """
    if not units_where(by, "break_glass") or by.side not in REVIEWING:
        raise NotAllowed(
            _(
                "Your posting does not allow an emergency session. "
                "Heads of contact points and headquarters officers may open one."
            )
        )
    reason = _sound_text(reason, field="reason", shortest=SHORTEST_REASON, longest=LONGEST_REASON)
    if not 1 <= minutes <= MINUTES:
        raise Invalid(
            _("An emergency session lasts from 1 to %(minutes)d minutes.") % {"minutes": MINUTES}
        )
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    for running in BreakGlass.objects.running().filter(officer_id=by.pk):
        if running.reason == reason:
            return running
        end_emergency(running, by=by)
    opened_at = now()
    emergency = BreakGlass.objects.create(
        officer=by,
        side=by.side,
        reason=reason,
        opened_at=opened_at,
        expires_at=opened_at + timedelta(minutes=minutes),
    )
    record("emergency.opened", emergency.ref, by=by, reason=reason, expires_at=emergency.expires_at)
    for auditor in auditors():
        key = f"emergency:{emergency.uid}:{auditor.pk}"
        post("emergency", key, {"emergency": str(emergency.uid), "to": auditor.pk})
    forget_grants(by)
    return emergency


@transaction.atomic
def end_emergency(emergency: BreakGlass, *, by: Any) -> BreakGlass:
    """End it now, by the officer whose it is. One that is over already is left alone."""
    emergency = BreakGlass.objects.select_for_update(no_key=True, of=("self",)).get(pk=emergency.pk)
    if by is not None and by.pk != emergency.officer_id:
        raise NotAllowed(_("Only the officer who opened an emergency session can end it early."))
    if not emergency.is_over:
        emergency.ended_at = max(now(), emergency.opened_at)
        emergency.save(update_fields=["ended_at"])
        record("emergency.ended", emergency.ref, by=by)
    if by is not None:
        forget_grants(by)
    return emergency


@transaction.atomic
def review_emergency(emergency: BreakGlass, *, verdict: str, text: str, by: Any) -> EmergencyReview:
    """An auditor of either side says whether it was in order, once it is over.

    The first review of a side stands: the same again is the same, another one is refused.
    """
    side = audited_side(by)
    if side not in REVIEWING:
        raise NotAllowed(_("Only auditors of a whole side review emergency sessions."))
    emergency = BreakGlass.objects.select_for_update(no_key=True, of=("self",)).get(pk=emergency.pk)
    if by.pk == emergency.officer_id:
        raise NotAllowed(
            _("Nobody reviews an emergency session of their own. Ask another auditor.")
        )
    if not emergency.is_over:
        raise Refused(
            _("This emergency session is still running. Review it when it is over."),
            code="still_running",
        )
    if verdict not in EmergencyReview.Verdict.values:
        sentence = _("Choose whether it was in order or not.")
        raise Invalid(sentence, fields={"verdict": [sentence]})
    text = _sound_text(text, field="text", shortest=3, longest=LONGEST_REVIEW)
    if stands := emergency.review_of(side):
        if (stands.reviewer_id, stands.verdict, stands.text) == (by.pk, verdict, text):
            return stands
        raise Refused(
            _("Your side has reviewed this emergency session already: %(verdict)s.")
            % {"verdict": stands.get_verdict_display()},
            code="already_reviewed",
        )
    review = EmergencyReview.objects.create(
        emergency=emergency, side=side, reviewer=by, verdict=verdict, text=text
    )
    record("emergency.reviewed", emergency.ref, by=by, verdict=verdict)
    return review


def note_request(
    emergency: UUID, *, method: str, route: str, object: dict[str, str], status: int, by: Any
) -> None:
    """Write into the audit what was asked for during an emergency session: the way, not the words.

    `route` is the address without its values, `object` those values.
    """
    record(
        "emergency.request",
        f"emergency:{emergency}",
        by=by,
        method=method,
        route=route,
        object=object,
        status=status,
    )
