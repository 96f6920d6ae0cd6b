"""Certificates: the rule of an activity, issued, revoked, printed."""

import secrets
from collections.abc import Iterable
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import NotAllowed, Refused
from bordercoop.reference.wording import worded

from ..attendance import shares_of, takes_for
from ..certificate_paper import content_of, paper
from ..certificates import LETTERS, LONG, share_needed
from ..models import (
    Activity,
    Certificate,
    CertificateLevel,
    CertificateRule,
    CertificateSeries,
    Participation,
    PartState,
)
from ..models.activities import OVER
from .activity_kit import keep, locked_activity, not_now, require_planner, ring_activity, wrong
from .nominating import _move, no_part
from .numbering import next_in


@transaction.atomic
def set_certificate_rule(activity: Activity, *, share: int, by: Any) -> CertificateRule:
    """How large a share of the days, in per cent, a certificate takes. By who plans the activity,
    until the first certificate is issued. The same again changes nothing."""
    activity = locked_activity(activity, by)
    require_planner(activity, by)
    if not 1 <= share <= 100:
        raise wrong("share", _("Write a share from 1 to 100 per cent."))
    if share == share_needed(activity):
        return CertificateRule.objects.filter(activity=activity).first() or CertificateRule(
            activity=activity, share=share
        )
    if Certificate.objects.filter(participation__activity=activity).exists():
        raise Refused(
            _("Certificates were issued by the share that stands. It stays."), code="wrong_state"
        )
    rule, _new = CertificateRule.objects.update_or_create(
        activity=activity, defaults={"share": share, "by": by, "at": now()}
    )
    keep(activity, "certificate_rule", by=by, share=share)
    return rule


@transaction.atomic
def issue_certificates(
    activity: Activity,
    *,
    level: str = CertificateLevel.ATTENDED,
    participations: Iterable[UUID] | None = None,
    by: Any,
) -> list[Certificate]:
    """Certify who attended long enough: these participations (public ids), or all for whom `by`
    may. Each side's coordinators for its own people, the planning side's for all.

    Whoever holds one already keeps it: issued twice, or by two at once, it is one. Refused for
    somebody named who was there too little.
    """
    activity = locked_activity(activity, by)
    sides = takes_for(by, activity)
    if not sides:
        raise NotAllowed(_("A coordinator of the side issues certificates."))
    if level not in CertificateLevel.values:
        raise wrong("level", _("Choose attended, passed or trainer."))
    if activity.state not in OVER:
        raise not_now(activity)
    rows = Participation.objects.visible_to(by).filter(activity=activity)
    rows = rows.select_related("activity__unit", "officer", "unit").order_by("pk")
    if participations is None:
        parts = list(rows.filter(side__in=sides, state__in=("attended", "certified")))
    else:
        asked = set(participations)
        parts = list(rows.filter(uid__in=asked))
        if len(parts) < len(asked):
            raise no_part()
    shares, needed, found = shares_of(activity), share_needed(activity), []
    for part in parts:
        if part.side not in sides:
            raise NotAllowed(_("The other side's coordinators certify its people."))
        if standing := part.certificates.standing().first():
            found.append(standing)
            continue
        if part.state != PartState.ATTENDED or shares.get(part.pk, 0) < needed:
            if participations is None:
                continue
            raise Refused(
                _("%(officer)s was there on %(share)s %% of the days; %(needed)s %% are needed.")
                % {
                    "officer": part.officer.display_name,
                    "share": shares.get(part.pk, 0),
                    "needed": needed,
                },
                code="too_little",
            )
        found.append(_issue(part, level, by))
    return found


def _issue(part: Participation, level: str, by: Any) -> Certificate:
    at = now()
    year = at.astimezone(UTC).year
    number = f"CERT-{year}-{next_in(CertificateSeries, year=year):05d}"
    certificate = Certificate.objects.create(
        number=number, code="".join(secrets.choice(LETTERS) for _at in range(LONG)),
        participation=part, level=level, content=content_of(part, level), issued_at=at,
        issued_by=by,
    )  # fmt: skip
    _move(part, PartState.CERTIFIED, by=by)
    record(
        "certificate.issued", certificate.ref, by=by, trail=part.side, number=number, level=level,
        activity=part.activity.number,
    )  # fmt: skip
    return certificate


@transaction.atomic
def revoke_certificate(certificate: Certificate, *, reason: str, by: Any) -> Certificate:
    """The certificate holds no longer; the page that verifies it says so. Revoked twice is once;
    a new one has another number."""
    part = certificate.participation
    activity = locked_activity(part.activity, by)
    if not Certificate.objects.visible_to(by).filter(pk=certificate.pk).exists():
        raise no_part()
    if part.side not in takes_for(by, activity):
        raise NotAllowed(_("A coordinator of the side revokes certificates."))
    whole = Certificate.objects.select_related("participation__activity", "participation__unit",
                                               "participation__officer")  # fmt: skip
    certificate = whole.get(pk=certificate.pk)
    if certificate.revoked_at is not None:
        return certificate
    certificate.reason = worded(
        reason, "reason", most=500, empty=_("Write the reason: the officer reads it.")
    )
    certificate.revoked_at, certificate.revoked_by = now(), by
    certificate.save(update_fields=["reason", "revoked_at", "revoked_by"])
    if certificate.participation.state == PartState.CERTIFIED:
        _move(certificate.participation, PartState.ATTENDED, by=by)
    record(
        "certificate.revoked", certificate.ref, by=by, trail=part.side, number=certificate.number
    )
    ring_activity(activity)
    return certificate


def print_certificate(certificate: Certificate, *, language: str, by: Any) -> bytes:
    """The paper of a certificate in one of the four languages: the same bytes each time. For the
    officer, and coordinators who see the participation. A revoked one is not printed."""
    if not Certificate.objects.visible_to(by).filter(pk=certificate.pk).exists():
        raise no_part()
    part = certificate.participation
    if part.officer_id != by.pk and part.side not in takes_for(by, part.activity):
        raise NotAllowed(_("The officer, and coordinators, print a certificate."))
    if language not in certificate.content["texts"]:
        raise wrong("language", _("Choose Latvian, Belarusian, Russian or English."))
    if certificate.revoked_at is not None:
        raise Refused(_("This certificate was revoked and is not printed."), code="revoked")
    return paper(certificate, language)
