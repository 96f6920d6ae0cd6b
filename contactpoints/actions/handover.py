"""The change of shift at a desk: left with a note, taken over, and the desk's duty journal."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, NotAllowed, Refused
from bordercoop.live.doorbell import ring_many
from bordercoop.reference.wording import worded
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf

from ..access import officers_with, require
from ..handover_paper import handover_document, journal_document
from ..handovers import began, carried, shift_of
from ..models import DutyNote, ShiftHandover, Unit

NOTE_MOST, REMARK_MOST, LINE_MOST = 4000, 500, 1000


@dataclass(frozen=True)
class Printed:
    """A paper: the PDF and the ASCII name of its file."""

    content: bytes
    name: str


def _require_posted(by: Any, unit: Unit) -> None:
    """An emergency session answers alerts; it does not sign for a shift."""
    if by is not None and by not in officers_with("acknowledge_alerts", unit):
        raise NotAllowed(
            _(
                "Only an officer whose posting answers alerts at %(unit)s hands its shift over or "
                "takes it over. An emergency session does not."
            )
            % {"unit": unit.name}
        )


def _require_desk(unit: Unit) -> None:
    if unit.kind != Unit.Kind.DESK or unit.retired_at is not None:
        raise Refused(
            _("%(unit)s is not a desk of a contact point. Choose a desk.") % {"unit": unit.name},
            code="not_a_desk",
        )


def _locked(handover: ShiftHandover) -> ShiftHandover:
    rows = ShiftHandover.objects.select_for_update(no_key=True, of=("self",))
    found: ShiftHandover = rows.select_related("unit", "left_by").get(pk=handover.pk)
    return found


@transaction.atomic
def hand_over_shift(unit: Unit, *, note: str, to: Any = None, by: Any) -> ShiftHandover:
    """Leave a desk to the next officer: sign the note and the list of what is open at this moment.

    `to` is who is expected, None for whoever comes. One handover waits at a desk at a time; the
    same one signed twice is one. Duty by the rota stays as it is.
    """
    require(by, "acknowledge_alerts", unit)
    _require_desk(unit)
    _require_posted(by, unit)
    note = worded(note, "note", most=NOTE_MOST, empty=_("Write what the next officer has to know."))
    # Two who sign at once wait for each other here.
    list(Unit.objects.select_for_update(no_key=True).filter(pk=unit.pk).values_list("pk"))
    waiting = ShiftHandover.objects.waiting().whole().filter(unit=unit).first()
    if waiting is not None:
        if waiting.left_by_id == by.pk and waiting.note == note and waiting.to == to:
            return waiting
        raise Refused(
            _(
                "A handover that %(officer)s signed waits at %(unit)s. It is taken over or taken "
                "back before the next one is signed."
            )
            % {"officer": waiting.left_by.display_name, "unit": unit.name},
            code="handover_waits",
        )
    if to is not None and (to.pk == by.pk or to not in officers_with("acknowledge_alerts", unit)):
        sentence = _("Choose an officer who answers alerts at %(unit)s, not yourself.") % {
            "unit": unit.name
        }
        raise Invalid(sentence, fields={"to": [sentence]})
    at = now()
    shift = shift_of(by, unit, at)
    handover = ShiftHandover.objects.create(
        unit=unit,
        shift=shift,
        since=began(unit, shift, at),
        note=note,
        items=carried(unit, by=by),
        left_by=by,
        signed_at=at,
        to=to,
    )
    record(
        "duty.handed_over",
        handover.ref,
        by=by,
        unit=unit.code,
        items=len(handover.items),
        to=to.username if to else "",
    )
    ring_many([unit.code])
    return handover


@transaction.atomic
def take_over_shift(handover: ShiftHandover, *, remark: str = "", by: Any) -> ShiftHandover:
    """Sign as the officer who arrives, with a remark where something is not as it was left.

    The first one who signs has taken over; a repeat changes nothing.
    """
    handover = _locked(handover)
    require(by, "acknowledge_alerts", handover.unit)
    _require_posted(by, handover.unit)
    if handover.taken_by_id == by.pk:
        return handover
    _refuse_ended(handover)
    if handover.left_by_id == by.pk:
        raise Refused(
            _("You signed this handover yourself. The officer who arrives takes the shift over."),
            code="own_handover",
        )
    handover.remark = worded(remark, "remark", most=REMARK_MOST)
    handover.taken_at, handover.taken_by = now(), by
    handover.save(update_fields=["remark", "taken_at", "taken_by"])
    record("duty.taken_over", handover.ref, by=by, unit=handover.unit.code)
    ring_many([handover.unit.code])
    return handover


@transaction.atomic
def withdraw_handover(handover: ShiftHandover, *, by: Any) -> ShiftHandover:
    """Take a handover back before anybody took the shift over; a repeat changes nothing.

    Its officer does it; where that one cannot, whoever sets the rota of the desk.
    """
    handover = _locked(handover)
    if by is not None and by.pk == handover.left_by_id:
        require(by, "acknowledge_alerts", handover.unit)
    else:
        require(by, "set_rota", handover.unit)
    if handover.withdrawn_at is not None:
        return handover
    _refuse_ended(handover)
    handover.withdrawn_at = now()
    handover.save(update_fields=["withdrawn_at"])
    record("duty.handover_withdrawn", handover.ref, by=by, unit=handover.unit.code)
    ring_many([handover.unit.code])
    return handover


def _refuse_ended(handover: ShiftHandover) -> None:
    if handover.taken_by is not None:
        raise Refused(
            _("%(officer)s has taken this shift over already.")
            % {"officer": handover.taken_by.display_name},
            code="taken",
        )
    if handover.withdrawn_at is not None:
        raise Refused(
            _("This handover was taken back. Ask for a new one, or look at what waits."),
            code="withdrawn",
        )


@transaction.atomic
def write_duty_note(
    unit: Unit, *, text: str, client_ref: uuid.UUID | None = None, by: Any
) -> DutyNote:
    """Write a line into the duty journal of a desk, as of now. It is never changed.

    The same `client_ref` with the same text is one line; with another text it is refused.
    """
    require(by, "acknowledge_alerts", unit)
    _require_desk(unit)
    text = worded(text, "text", most=LINE_MOST, empty=_("Write something first."))
    note, new = DutyNote.objects.get_or_create(
        by=by, client_ref=client_ref or uuid.uuid4(), defaults={"unit": unit, "text": text}
    )
    if not new and (note.unit_id, note.text) != (unit.pk, text):
        raise Refused(
            _("Another line was written from this page already. Reload it and write again."),
            code="written",
        )
    if new:
        record("duty.noted", f"unit:{unit.code}", by=by, note=str(note.uid))
        ring_many([unit.code])
    return note


def print_handover(handover: ShiftHandover, *, languages: Sequence[str], by: Any) -> Printed:
    """A handover with the log of its shift as a PDF in two languages, for the own side.

    Recorded. Raises Invalid for two languages that are alike or unknown.
    """
    require(by, "view_alerts", handover.unit)
    both, at = Both(*two_languages(*languages)), now()
    content = pdf("shift.typ", handover_document(handover, both=both, by=by, at=at), at=at)
    record("duty.handover_printed", handover.ref, by=by, unit=handover.unit.code)
    return Printed(content, f"{handover.unit.code}-{handover.signed_at:%Y%m%d-%H%M}.pdf")


def print_journal(unit: Unit, *, day: date, languages: Sequence[str], by: Any) -> Printed:
    """A day of a desk's duty journal as a PDF in two languages, for the own side. Recorded."""
    require(by, "view_alerts", unit)
    both, at = Both(*two_languages(*languages)), now()
    content = pdf("shift.typ", journal_document(unit, day, both=both, by=by, at=at), at=at)
    record("duty.journal_printed", f"unit:{unit.code}", by=by, day=day.isoformat())
    return Printed(content, f"{unit.code}-{day:%Y%m%d}.pdf")
