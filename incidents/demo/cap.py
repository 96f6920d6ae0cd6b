"""Warnings of the two weather services yesterday, taken in as CAP messages and acknowledged."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.utils.timezone import now

from bordercoop.errors import Refused
from bordercoop.formats.cap import Area, Circle, Info, Message, write
from contactpoints import actions
from contactpoints.cap.addresses import address_of
from contactpoints.models import CapMessage, Unit, units

AGO = timedelta(days=1, hours=5)
# The river between the two towns.
PLACE, RADIUS = (Decimal("55.79"), Decimal("27.55")), Decimal(40)
# Desk, who answers there, sender, what is said by language: event, headline.
WARNINGS = [
    (
        "DESK-DGP",
        "dgp.duty",
        "warnings@weather.lv.example",
        {
            "lv-LV": ("Migla", "Bieza migla pie Daugavas līdz rītam. Demonstrācijas ieraksts."),
            "en-GB": ("Fog", "Dense fog along the Daugava until morning. Demonstration record."),
        },
    ),
    (
        "DESK-POL",
        "pol.duty",
        "warnings@weather.by.example",
        {
            "be-BY": ("Туман", "Густы туман уздоўж Дзвіны да раніцы. Дэманстрацыйны запіс."),
            "ru": ("Туман", "Густой туман вдоль Двины до утра. Демонстрационная запись."),
        },
    ),
]


def take_warnings(people: Mapping[str, Any]) -> bool:
    """Take one warning in at each end of the land point, where none was; returns whether it did.
    Under another name, a day late, it is refused."""
    if CapMessage.objects.exists():
        return False
    at = now() - AGO
    for number, (code, officer, sender, texts) in enumerate(WARNINGS, 1):
        desk, by = units()[code], people[officer]
        with time_machine.travel(at + timedelta(minutes=number), tick=False):
            raw = _warning(desk, sender, f"FOG-{number}", texts)
            row = actions.receive_cap(raw, by=by)
        assert row.alert is not None
        with time_machine.travel(at + timedelta(minutes=number + 4), tick=False):
            actions.acknowledge_delivery(row.alert.deliveries.get(), by=by)
        late = _late(raw)
        try:
            actions.receive_cap(late, by=by)
        except Refused as refusal:
            actions.refuse_cap(late, refusal, by=by)
    return True


def _late(raw: bytes) -> bytes:
    """The same warning under another name."""
    return raw.replace(b"<identifier>FOG-", b"<identifier>FOG-LATE-")


def _warning(desk: Unit, sender: str, name: str, texts: Mapping[str, tuple[str, str]]) -> bytes:
    infos = tuple(
        Info(
            language=language,
            categories=("Met",),
            event=event,
            urgency="Expected",
            severity="Moderate",
            certainty="Likely",
            headline=headline,
            areas=(Area(desk.name, circles=(Circle(*PLACE, RADIUS),)),),
        )
        for language, (event, headline) in texts.items()
    )
    return write(
        Message(
            identifier=name,
            sender=sender,
            sent=now(),
            status="Actual",
            kind="Alert",
            scope="Private",
            addresses=(address_of(desk),),
            infos=infos,
        )
    )
