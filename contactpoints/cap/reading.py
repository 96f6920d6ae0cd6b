"""CAP messages as pages and API show them: the log, one message, the documents. Reads only."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy

from bordercoop.formats.cap import Info, Message, Reference, parse, write

from ..access import units_where
from ..models import Alert, CapMessage, Unit, units
from .addresses import OURS, address_of
from .incoming import language_of
from .words import sentence

KINDS = {
    "Alert": pgettext_lazy("CAP", "Alert"),
    "Update": pgettext_lazy("CAP", "Update"),
    "Cancel": pgettext_lazy("CAP", "Cancel"),
    "Ack": pgettext_lazy("CAP", "Acknowledgement"),
    "Error": pgettext_lazy("CAP", "Error"),
}
STATUS = {
    "Actual": pgettext_lazy("alert", "Actual"),
    "Exercise": pgettext_lazy("alert", "Exercise"),
    "Test": pgettext_lazy("alert", "Test"),
    "System": pgettext_lazy("CAP", "System"),
    "Draft": pgettext_lazy("CAP", "Draft"),
}
TYPE = "application/cap+xml"


def desks_in(user: Any) -> list[Unit]:
    """Desks at which the officer may take messages in, in the order of the tree."""
    mine = units_where(user, "acknowledge_alerts")
    return [
        unit
        for unit in units().values()
        if unit.pk in mine and unit.kind == Unit.Kind.DESK and unit.retired_at is None
    ]


def reason_of(row: CapMessage) -> str:
    """Why it was refused, in the reader's language as far as the portal's own rules say so."""
    return sentence(row.code, row.facts) or row.reason


@dataclass
class Line:
    """One message of the log."""

    row: CapMessage
    kind: str
    status: str
    reason: str

    @property
    def refused(self) -> bool:
        return self.row.state == CapMessage.State.REFUSED

    @property
    def exercise(self) -> bool:
        return self.row.status not in ("", "Actual")


def line_of(row: CapMessage) -> Line:
    return Line(row, str(KINDS.get(row.kind, "")), str(STATUS.get(row.status, "")), reason_of(row))


def content_of(row: CapMessage) -> Message:
    """What an accepted message says: it is kept as it came."""
    return parse(bytes(row.xml or b""), most=max(row.size, settings.CAP_MOST_BYTES))


def infos_of(message: Message) -> list[tuple[str, Info]]:
    """Each info with its language, the reader's own first."""
    reader = get_language() or "en"
    told = [(language_of(info), info) for info in message.infos]
    return sorted(told, key=lambda pair: pair[0] != reader)


def receipt_of(row: CapMessage) -> bytes | None:
    """The answer to what came in, as a document: an Ack when it was accepted, an Error with the
    reason when it was refused. None to an accepted Ack or Error, or answers would answer answers.

    Made from the row alone, so that the same message gets the same answer.
    """
    refused = row.state == CapMessage.State.REFUSED
    if not refused and row.kind in ("Ack", "Error"):
        return None
    at = row.at.replace(microsecond=0).astimezone(UTC)
    refers = ()
    if row.sent is not None:
        refers = (Reference(row.sender, row.identifier, row.sent.astimezone(UTC)),)
    status = row.status if row.status in ("Actual", "Exercise", "Test") else "Actual"
    return write(
        Message(
            identifier=f"{OURS}receipt.{row.uid}",
            sender=address_of(row.desk) if row.desk else f"portal@{settings.CAP_DOMAIN}",
            sent=at,
            status=status,
            kind="Error" if refused else "Ack",
            scope="Private",
            addresses=(row.sender or "unknown",),
            note=reason_of(row) if refused else row.number,
            # What could not be read has no name; the schema of an Error does not ask for one.
            references=refers,
        ),
        unnamed=refused,
    )


def later_of(row: CapMessage, user: Any) -> list[CapMessage]:
    """Every accepted message of the same chain, oldest first."""
    if row.alert is None:
        return [row]
    rows = CapMessage.objects.visible_to(user).taken().filter(alert__about=row.alert.about)
    return list(rows.whole().order_by("pk"))


def delivery_to(alert: Alert | None, desk: Unit | None) -> Any:
    """The delivery of a message's alert at its desk."""
    if alert is None or desk is None:
        return None
    return alert.deliveries.filter(desk=desk).select_related("alert", "desk").first()
