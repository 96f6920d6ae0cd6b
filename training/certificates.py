"""Certificates as pages and verbs ask for them: who may get one, the own ones, verified ones.
Reads only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from .attendance import shares_of, takes_for
from .models import Activity, Certificate, Participation
from .models.certificates import SHARE

# Without letters and digits that look alike; 80 bits.
LETTERS, LONG = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 16
NUMBER = re.compile(r"CERT-\d{4}-\d{5,7}")
NOBODYS = "-" * LONG


def share_needed(activity: Activity) -> int:
    rule = getattr(activity, "certificate_rule", None)
    return rule.share if rule is not None else SHARE


def verify_address(certificate: Certificate) -> str:
    address = reverse("verify_certificate", args=[certificate.number, certificate.code])
    return settings.BASE_URL.rstrip("/") + address


def verified(number: str, code: str) -> Certificate | None:
    """The certificate with this number and code; None alike for a wrong number and a wrong code,
    which is compared as long for both."""
    number, code = number.strip().upper(), re.sub(r"[\s-]", "", code).upper()
    known = None
    if NUMBER.fullmatch(number):
        known = Certificate.objects.select_related("participation").filter(number=number).first()
    right = constant_time_compare(code, known.code if known else NOBODYS)
    return known if known is not None and right else None


@dataclass
class CertificateLine:
    """Who attended: the share of days in per cent, and the certificate that stands."""

    part: Participation
    share: int
    certificate: Certificate | None
    may_issue: bool
    may_revoke: bool


def lines_of(activity: Activity, user: Any) -> list[CertificateLine]:
    """Those whom the reader sees, the own side first."""
    shares, needed, sides = shares_of(activity), share_needed(activity), takes_for(user, activity)
    rows = Participation.objects.visible_to(user).filter(
        activity=activity, state__in=("attended", "certified")
    )
    parts = sorted(rows.select_related("officer", "unit").order_by("officer__name_latin", "pk"),
                   key=lambda part: part.side != user.side)  # fmt: skip
    held = {
        one.participation_id: one
        for one in Certificate.objects.standing().filter(participation__in=parts)
    }
    return [
        CertificateLine(
            part,
            shares.get(part.pk, 0),
            held.get(part.pk),
            part.side in sides and part.pk not in held and shares.get(part.pk, 0) >= needed,
            part.side in sides and part.pk in held,
        )
        for part in parts
    ]


def revoked_of(activity: Activity, user: Any) -> list[Certificate]:
    rows = Certificate.objects.visible_to(user).exclude(revoked_at=None)
    rows = rows.filter(participation__activity=activity)
    return list(rows.select_related("participation__officer", "revoked_by").order_by("-pk")[:200])


def own_certificates(user: Any) -> list[Certificate]:
    rows = Certificate.objects.filter(participation__officer=user.pk)
    return list(rows.select_related("participation__activity").order_by("-pk")[:200])
