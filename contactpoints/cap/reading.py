"""CAP messages as pages and API show them: the log, one message, the documents. Reads only."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy

from bordercoop.formats.cap import Info, Message, Reference, parse, write
from bordercoop.reference.translated import headline_in

from ..access import units_where
from ..models import Alert, CapMessage, Unit, units
from .addresses import OURS, address_of
from .incoming import language_of
from .words import remark, sentence

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
SCALES = {
    "urgency Immediate": pgettext_lazy("CAP", "Act at once"),
    "urgency Expected": pgettext_lazy("CAP", "Act within the hour"),
    "urgency Future": pgettext_lazy("CAP", "Act in the near future"),
    "urgency Past": pgettext_lazy("CAP", "Nothing to do any more"),
    "urgency Unknown": pgettext_lazy("CAP", "Urgency unknown"),
    "severity Extreme": pgettext_lazy("CAP", "Extreme threat"),
    "severity Severe": pgettext_lazy("CAP", "Significant threat"),
    "severity Moderate": pgettext_lazy("CAP", "Possible threat"),
    "severity Minor": pgettext_lazy("CAP", "Minimal threat"),
    "severity Unknown": pgettext_lazy("CAP", "Severity unknown"),
    "certainty Observed": pgettext_lazy("CAP", "Observed"),
    "certainty Likely": pgettext_lazy("CAP", "Likely"),
    "certainty Possible": pgettext_lazy("CAP", "Possible, but not likely"),
    "certainty Unlikely": pgettext_lazy("CAP", "Not expected"),
    "certainty Unknown": pgettext_lazy("CAP", "Certainty unknown"),
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
    remark: str = ""
    number: str = ""
    headline: str = ""
    language: str = ""

    @property
    def refused(self) -> bool:
        return self.row.state == CapMessage.State.REFUSED

    @property
    def exercise(self) -> bool:
        return self.row.status not in ("", "Actual")


def line_of(row: CapMessage) -> Line:
    line = Line(
        row,
        str(KINDS.get(row.kind, "")),
        str(STATUS.get(row.status, "")),
        reason_of(row),
        remark(row.facts) if row.state == CapMessage.State.ACCEPTED else "",
        row.number,
    )
    if row.way == CapMessage.Way.OUT and row.delivery is not None:
        # The alert of what went out is that of its delivery, and read with the row.
        row.delivery.alert = row.alert  # type: ignore[assignment]
        line.number = row.delivery.card.get("number", "")
    elif row.alert is not None:
        card = row.alert.card
        line.headline, line.language, _mark = headline_in(
            get_language() or "en",
            card.get("headline", ""),
            card.get("language"),
            card.get("texts") or {},
        )
    return line


def content_of(row: CapMessage) -> Message:
    """What an accepted message says: it is kept as it came."""
    return parse(bytes(row.xml or b""), most=max(row.size, settings.CAP_MOST_BYTES))


def infos_of(message: Message) -> list[tuple[str, Info, list[str]]]:
    """Each info with its language and its scales in the reader's, the reader's own first."""
    reader = get_language() or "en"
    told = [
        (
            language_of(info),
            info,
            [str(SCALES.get(word, word)) for word in _scales(info)],
        )
        for info in message.infos
    ]
    return sorted(told, key=lambda pair: pair[0] != reader)


def _scales(info: Info) -> tuple[str, str, str]:
    # The same word stands for three things.
    said = {"urgency": info.urgency, "severity": info.severity, "certainty": info.certainty}
    urgency, severity, certainty = (f"{name} {word}" for name, word in said.items())
    return urgency, severity, certainty


def receipt_of(row: CapMessage) -> bytes | None:
    """The answer to what came in, as a document: an Ack when it was accepted, an Error with the
    reason when it was refused. None to an accepted Ack or Error, or answers would answer answers.

    Made from the row alone, so that the same message gets the same answer.
    """
    refused = row.state == CapMessage.State.REFUSED
    if not refused and row.kind in ("Ack", "Error"):
        return None
    at = row.at.replace(microsecond=0).astimezone(UTC)
    refers: tuple[Reference, ...] = ()
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
