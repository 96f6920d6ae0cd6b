"""How desks, alerts and their messages are called in CAP."""

import re
import uuid
from collections.abc import Iterable

from django.conf import settings

from bordercoop.formats.cap import Reference

from ..models import Delivery, Unit

# Every message of the portal begins with it: of one delivery the first, its changes, its answers.
OURS = "bordercoop."
IDENTIFIER = re.compile(r"bordercoop\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.\d{1,6})?")


def address_of(unit: Unit) -> str:
    """Such as desk-dgp@portal.example: `sender` and `addresses` of the standard."""
    return f"{unit.code.lower()}@{settings.CAP_DOMAIN}"


def addressed(addresses: Iterable[str], desks: Iterable[Unit]) -> list[Unit]:
    """Those of the desks that are named, by address or by code alone."""
    named = {address.casefold() for address in addresses}
    return [desk for desk in desks if named & {desk.code.casefold(), address_of(desk)}]


def identifier_of(delivery: Delivery, turn: int = 1) -> str:
    """The first message of a delivery, and each change of it."""
    return f"{OURS}{delivery.uid}" + (f".{turn}" if turn > 1 else "")


def delivery_of(identifier: str) -> uuid.UUID | None:
    """The public id of the delivery that an identifier of ours names."""
    found = IDENTIFIER.fullmatch(identifier)
    return uuid.UUID(found[1]) if found else None


def first_reference(delivery: Delivery) -> Reference:
    """How the first message of a delivery is referred to, written already or not."""
    alert = delivery.alert
    sent = alert.raised_at.replace(microsecond=0)
    return Reference(address_of(alert.sender), identifier_of(delivery), sent)
