"""Letters of this app that are not about an alert."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.outbox.addresses import address_of
from bordercoop.outbox.letters import send_letter
from bordercoop.reference.models import ProcedureState, ProcedureVersion
from bordercoop.web.clocks import duration

from .access import audited_side, may, still_posted
from .models import BreakGlass, ExchangeStatement, Webhook, WebhookState
from .procedures import approved_by, kind_of, may_approve, may_draft, waits_for_approval
from .rota import SOON, gaps, lacking_hours, rota_units
from .statements import may_sign


def send_emergency(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell an auditor of an emergency session, in the auditor's language.

    Why it was opened is read in the portal: a reason is not for the mail servers on the way.
    """
    emergency = BreakGlass.objects.whole().get(uid=payload["emergency"])
    to = User.objects.get(pk=payload["to"])
    if not to.is_active or not audited_side(to):
        return  # the posting ended after the message was written
    with translation.override(to.language):
        address = address_of("emergency", emergency.uid)
        context = {"to": to, "emergency": emergency, "address": address}
        subject = render_to_string("contactpoints/emergency_subject.txt", context).strip()
        body = render_to_string("contactpoints/emergency_mail.txt", context)
    send_letter(to.email, subject, body, key=key)


def send_waiting(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell an officer that something waits in the portal, and not what."""
    to = User.objects.get(pk=payload["to"])
    if not to.is_active or not still_posted(to):
        return
    with translation.override(to.language):
        context = {"to": to, "address": address_of("home")}
        subject = render_to_string("contactpoints/waiting_subject.txt", context).strip()
        body = render_to_string("contactpoints/waiting_mail.txt", context)
    send_letter(to.email, subject, body, key=key)


def send_approval(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell an approver that a version of a procedure waits for the approval of
    the own side. Nothing once that was given, or the version was changed or withdrawn."""
    version = ProcedureVersion.objects.select_related("procedure").get(uid=payload["version"])
    to = User.objects.get(pk=payload["to"])
    kind = kind_of(version.procedure)
    waits = version.revision == payload["revision"] and waits_for_approval(version)
    if not waits or to.side in approved_by(version) or not may_approve(to, kind):
        return
    with translation.override(to.language):
        path = f"{kind.base}{version.procedure.code}/{version.number}/"
        address = settings.BASE_URL.rstrip("/") + path
        context = {"to": to, "kind": kind, "version": version, "address": address}
        subject = render_to_string("contactpoints/approval_subject.txt", context).strip()
        body = render_to_string("contactpoints/approval_mail.txt", context)
    send_letter(to.email, subject, body, key=key)


def send_review(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell a drafter or an approver that what holds is under review.

    Looked up when it is sent: nothing once the review has ended or a next version is prepared."""
    version = ProcedureVersion.objects.select_related("procedure").get(uid=payload["version"])
    to = User.objects.get(pk=payload["to"])
    kind = kind_of(version.procedure)
    others = ProcedureVersion.objects.prepared().filter(procedure=version.procedure_id)
    concerned = may_draft(to, kind) or may_approve(to, kind)
    if version.state != ProcedureState.UNDER_REVIEW or others.exists() or not concerned:
        return
    with translation.override(to.language):
        address = f"{settings.BASE_URL.rstrip('/')}{kind.base}{version.procedure.code}/"
        context = {"to": to, "kind": kind, "version": version, "address": address}
        subject = render_to_string("contactpoints/review_subject.txt", context).strip()
        body = render_to_string("contactpoints/review_mail.txt", context)
    send_letter(to.email, subject, body, key=key)


def send_rota_gaps(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell whoever sets rotas at which units hours without anybody are to come.

    Looked up when it is sent: nothing goes out once somebody is on duty at every hour. Which hours
    these are is read in the portal; that is not for the mail servers on the way.
    """
    to = User.objects.get(pk=payload["to"])
    at = [unit for unit in rota_units(to) if may(to, "set_rota", unit)]
    missing = gaps(at, now() + SOON)
    lacking = [unit for unit in at if missing[unit.pk]]
    if not to.is_active or not lacking:
        return
    with translation.override(to.language):
        rows = [(unit, duration(lacking_hours(missing[unit.pk]) * 3600)) for unit in lacking]
        only = lacking[0].code if len(lacking) == 1 else ""
        address = address_of("rota", only) if only else address_of("rotas")
        context = {"to": to, "rows": rows, "address": address}
        subject = render_to_string("contactpoints/rota_gaps_subject.txt", context).strip()
        body = render_to_string("contactpoints/rota_gaps_mail.txt", context)
    send_letter(to.email, subject, body, key=key)


def send_statement(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell a signer that a statement of exchange waits, and nothing of its counts.
    Nothing once the own side has signed it as it stands."""
    rows = ExchangeStatement.objects.prefetch_related("signatures")
    statement = rows.get(uid=payload["statement"])
    to = User.objects.get(pk=payload["to"])
    if not to.is_active or not may_sign(to) or statement.closed_at is not None:
        return
    if to.side in {signature.side for signature in statement.standing}:
        return
    with translation.override(to.language):
        address = address_of("statement", statement.uid)
        context = {"to": to, "statement": statement, "address": address}
        subject = render_to_string("contactpoints/ledger/mail_subject.txt", context).strip()
        body = render_to_string("contactpoints/ledger/mail.txt", context)
    send_letter(to.email, subject, body, key=key)


def send_webhook_off(payload: dict[str, Any], *, key: str) -> None:
    """Outbox channel: tell an administrator that a webhook of the side was switched off.

    Nothing when it is on again, or when the administrator may not see it any more."""
    to = User.objects.get(pk=payload["to"])
    webhook = Webhook.objects.visible_to(to).filter(uid=payload["webhook"]).first()
    if webhook is None or webhook.state != WebhookState.OFF or not to.is_active:
        return
    with translation.override(to.language):
        address = address_of("webhook", webhook.uid)
        context = {"to": to, "webhook": webhook, "address": address}
        subject = render_to_string("contactpoints/webhooks/off_subject.txt", context).strip()
        body = render_to_string("contactpoints/webhooks/off_mail.txt", context)
    send_letter(to.email, subject, body, key=key)
