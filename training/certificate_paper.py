"""What a certificate says, in each language, and its paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bordercoop.access.models import Language
from bordercoop.reference.models import terms
from bordercoop.reference.sides import ZONE
from bordercoop.web.emblem import emblem
from bordercoop.web.pdf import pdf
from bordercoop.web.qr import qr_picture
from contactpoints.access import SERVICES
from contactpoints.models import root_of

from .attendance import days_of
from .certificates import verify_address
from .models import Activity, AttendanceMark, Certificate, CertificateLevel, Participation


def content_of(part: Participation, level: str) -> dict[str, Any]:
    """What is kept of it when it is issued; `texts` by language."""
    activity = part.activity
    days = AttendanceMark.objects.came().filter(participation=part).values_list("day", flat=True)
    came = sorted(set(days))
    said: dict[str, Any] = {
        "title": activity.title,
        "title_language": activity.language,
        "activity": activity.number,
        "place": activity.place,
        "days": [day.isoformat() for day in came],
        "names": {code: part.officer.name_for(code) for code in Language.values},
        "texts": {},
    }
    for code in Language.values:
        with translation.override(code):
            said["texts"][code] = _texts(activity, level, len(came))
    return said


def _texts(activity: Activity, level: str, days: int) -> dict[str, Any]:
    of = days_of(activity)
    period = date_format(of[0], "DATE_FORMAT")
    if len(of) > 1:
        period = f"{period} – {date_format(of[-1], 'DATE_FORMAT')}"
    known = terms("training_topic")
    roots = [root_of(side) for side in SERVICES]
    return {
        "level": str(CertificateLevel(level).label),
        "said": {
            "attended": _("has attended"),
            "passed": _("has attended and passed"),
            "trainer": _("has attended, passed and may teach"),
        }[level],
        "kind": str(activity.get_kind_display()),
        "when": period,
        "days": ngettext("%(days)s day attended", "%(days)s days attended", days) % {"days": days},
        "country": str(activity.get_host_country_display()),
        "topics": [str(known[code].name) for code in activity.topics if code in known],
        "services": [root.name for root in roots if root is not None],
        "funding": settings.FUNDING_STATEMENT.get(translation.get_language() or "")
        or settings.FUNDING_STATEMENT.get("", ""),
    }


def document(certificate: Certificate, language: str) -> dict[str, Any]:
    """Everything that `templates/pdf/certificate.typ` prints."""
    held, address = certificate.content, verify_address(certificate)
    texts = held["texts"][language]
    with translation.override(language):
        return {
            "language": language,
            "title": f"{pgettext('paper', 'Certificate')} {certificate.number}",
            "heading": pgettext("paper", "Certificate"),
            "number": certificate.number,
            "code": "-".join(certificate.code[at : at + 4] for at in range(0, 16, 4)),
            "name": held["names"][language],
            "activity": {"title": held["title"], "language": held["title_language"],
                         "number": held["activity"]},
            "said": texts["said"],
            "facts": [
                [label, value]
                for label, value in (
                    (pgettext("certificate", "Kind"), texts["kind"]),
                    (pgettext("certificate", "When"), texts["when"]),
                    (pgettext("certificate", "Days"), texts["days"]),
                    (pgettext("certificate", "Place"), f"{held['place']}, {texts['country']}"),
                    (pgettext("certificate", "Topics"), ", ".join(texts["topics"])),
                    (pgettext("certificate", "Level"), texts["level"]),
                    (pgettext("certificate", "Issued on"),
                     date_format(_day(certificate.issued_at, certificate), "DATE_FORMAT")),
                )
                if value
            ],
            "services": texts["services"],
            "funding": texts["funding"],
            "emblem": emblem().printed,
            "emblem_alt": pgettext("brochure", "Emblem of the donor"),
            "verify": {
                "said": _("Whoever holds this paper verifies it at the address in the QR code."),
                "alt": _("QR code with the address at which this certificate is verified"),
                "address": address,
                "qr": qr_picture(address),
            },
        }  # fmt: skip


def _day(at: datetime, certificate: Certificate) -> Any:
    return at.astimezone(ZoneInfo(ZONE[certificate.participation.side])).date()


def paper(certificate: Certificate, language: str) -> bytes:
    return pdf("certificate.typ", document(certificate, language), at=certificate.issued_at)
