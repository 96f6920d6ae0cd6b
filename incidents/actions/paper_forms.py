"""Paper for when everything is down: numbers reserved, forms printed, entered afterwards, void."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.reference.wording import worded
from bordercoop.web.both import Both, two_languages
from bordercoop.web.pdf import pdf
from contactpoints.access import require
from contactpoints.actions import acknowledge_by_phone
from contactpoints.models import Delivery, Priority, Unit

from ..access import share_for
from ..handling import Marking
from ..models import Incident, PaperCall, PaperForm, PaperSet, PaperState
from ..paper_forms import Called, blank_forms, filled_form
from .printing import Printed
from .release import release_incident
from .report import next_numbers, report_incident, series_of

# At a time, and lying at a desk: more would hide which ones are missing.
MOST_AT_ONCE, MOST_OUTSTANDING = 20, 100
TOLERANCE = timedelta(minutes=2)


@dataclass
class Entered:
    """What came of a paper: its incident, the desks whose acknowledgement was written down, and
    for each desk that could not be told a sentence that says why."""

    form: PaperForm
    incident: Incident
    told: list[Unit] = field(default_factory=list)
    untold: list[tuple[Unit, str]] = field(default_factory=list)


def _wrong(name: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={name: [sentence]})


def reserve_numbers(
    desk: Unit, *, count: int, client_ref: uuid.UUID | None = None, by: Any
) -> PaperSet:
    """Take the next numbers of the desk's region for forms on paper; the same `client_ref` from one
    officer is one set. Nothing else ever gets these numbers.

    Raises Invalid for another count than 1 to 20, and Refused while the desk has 100 numbers on
    paper that were neither entered nor declared void.
    """
    require(by, "report_incidents", desk)
    if desk.kind != Unit.Kind.DESK or desk.retired_at is not None:
        raise _wrong("desk", _("Choose a desk of a contact point."))
    if not 1 <= count <= MOST_AT_ONCE:
        raise _wrong(
            "count", _("Print between 1 and %(most)s forms at a time.") % {"most": MOST_AT_ONCE}
        )
    client_ref = client_ref or uuid.uuid4()
    try:
        return _reserve(desk, count, client_ref, by)
    except IntegrityError as clash:
        if "paper_reserved_once" not in str(clash):
            raise
    first = PaperSet.objects.select_related("unit").get(by=by, client_ref=client_ref)
    if (first.unit_id, first.count) != (desk.pk, count):
        raise Refused(
            _("This was sent before, with other words. Open the page again and send it anew."),
            code="sent_before",
        )
    return first


@transaction.atomic
def _reserve(desk: Unit, count: int, client_ref: uuid.UUID, by: Any) -> PaperSet:
    at = now()
    # The series is locked by this until the commit, so that the sum below cannot grow meanwhile.
    numbers = next_numbers(desk, at, count)
    outstanding = PaperForm.objects.outstanding().filter(unit=desk).count()
    known = PaperSet.objects.filter(by=by, client_ref=client_ref).exists()
    if outstanding + count > MOST_OUTSTANDING and not known:
        raise Refused(
            ngettext(
                "%(desk)s has %(count)s number on paper already. Enter it or declare it void "
                "before you reserve more.",
                "%(desk)s has %(count)s numbers on paper already. Enter them or declare them void "
                "before you reserve more.",
                outstanding,
            )
            % {"desk": desk.name, "count": outstanding},
            code="too_many_outstanding",
        )
    made = PaperSet.objects.create(
        client_ref=client_ref,
        unit=desk,
        side=desk.side,
        first=numbers[0],
        last=numbers[-1],
        count=count,
        at=at,
        by=by,
    )
    PaperForm.objects.bulk_create(
        PaperForm(set=made, number=number, unit=desk, side=desk.side) for number in numbers
    )
    record(
        "paper.reserved",
        made.ref,
        by=by,
        unit=desk.code,
        first=made.first,
        last=made.last,
        count=count,
    )
    return made


def print_paper_forms(made: PaperSet, *, languages: tuple[str, str], by: Any) -> Printed:
    """The forms of a set whose numbers are still free, one page each, in two languages; recorded.

    Refused when all of its numbers were entered or declared void.
    """
    require(by, "report_incidents", made.unit)
    both, at = Both(*two_languages(*languages)), now()
    numbers = list(made.forms.outstanding().values_list("number", flat=True))
    if not numbers:
        raise Refused(
            _("All numbers of this set were entered or declared void. Reserve new ones."),
            code="nothing_to_print",
        )
    document = blank_forms(made, numbers, both=both, by=by, at=at)
    content = pdf("paper_form.typ", document, at=at)
    record("paper.printed", made.ref, by=by, numbers=len(numbers), languages=list(both.languages))
    return Printed(f"{made.first}-{len(numbers)}.pdf", content)


def print_paper_copy(incident: Incident, *, languages: tuple[str, str], by: Any) -> Printed:
    """The paper form of an incident under its own number, filled with what the other side reads or
    may read of it: to be read out or faxed. Recorded.

    It is a release by voice, and asks for that right. Raises Refused (404) for who reads nothing
    of it, and (403) for what never crosses.
    """
    share = share_for(by, incident)
    require(by, "release_incidents", share.unit)
    both, at = Both(*two_languages(*languages)), now()
    document = filled_form(incident, share, both=both, by=by, at=at)
    content = pdf("paper_form.typ", document, at=at)
    record(
        "incident.printed",
        incident.ref,
        by=by,
        view="paper",
        version=share.version,
        languages=list(both.languages),
    )
    return Printed(f"{share.number}-paper.pdf", content)


def _locked(form: PaperForm) -> PaperForm:
    rows = PaperForm.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("unit").get(pk=form.pk)


def _refuse_ended(form: PaperForm) -> None:
    if form.state == PaperState.USED:
        raise Refused(
            _("%(number)s was entered already. Open that incident and add what is missing to it.")
            % {"number": form.number},
            code="already_entered",
        )
    if form.state == PaperState.VOID:
        raise Refused(
            _(
                "%(number)s was declared void: %(reason)s. Nothing can be entered under it. "
                "Log a new incident."
            )
            % {"number": form.number, "reason": form.reason.rstrip(".")},
            code="void",
        )


@transaction.atomic
def void_paper_form(form: PaperForm, *, reason: str, by: Any) -> PaperForm:
    """Say that a form was spoiled or lost: its number is never used. A repeat changes nothing."""
    form = _locked(form)
    require(by, "report_incidents", form.unit)
    reason = worded(
        reason,
        "reason",
        most=500,
        one_line=True,
        empty=_("Write in one line what became of the form."),
    )
    if form.state == PaperState.VOID:
        return form
    _refuse_ended(form)
    form.state, form.reason, form.ended_at, form.ended_by = PaperState.VOID, reason, now(), by
    form.save(update_fields=["state", "reason", "ended_at", "ended_by"])
    record("paper.voided", form.ref, by=by, number=form.number, unit=form.unit.code)
    return form


@transaction.atomic
def enter_paper_form(
    form: PaperForm,
    *,
    unit: Unit,
    content: Mapping[str, Any],
    calls: Iterable[Called] = (),
    priority: Priority | str | None = None,
    exercise: bool = False,
    marking: Marking | None = None,
    by: Any,
) -> Entered:
    """Log the incident that stands on a paper form, under the number of the form.

    `calls` are the telephone calls on it, one for a desk. Where one was acknowledged, the incident
    is released to that desk and its alert is acknowledged at once by that call, with its name and
    its time: nobody is woken for what was settled long ago, and the desk sees it. A desk that
    cannot be told now is named in the answer. Entered once only: everybody after the first is
    refused, with the code `already_entered`. Of a call that is wrong the refusal says which field,
    as `calls.0.at`.
    """
    form = _locked(form)
    require(by, "report_incidents", form.unit)
    _refuse_ended(form)
    if series_of(unit).pk != series_of(form.unit).pk:
        raise _wrong(
            "unit",
            _("%(number)s is a number of %(desk)s. Choose a unit of the same region.")
            % {"number": form.number, "desk": form.unit.name},
        )
    said = [_sound(call, f"calls.{at}.") for at, call in enumerate(calls)]
    if len({call.desk.pk for call in said}) < len(said):
        raise _wrong("calls", _("One call for each desk is enough: leave the others out."))
    incident = report_incident(
        unit=unit,
        content=content,
        client_ref=form.uid,
        exercise=exercise,
        marking=marking,
        number=form.number,
        by=by,
    )
    form.incident, form.state = incident, PaperState.USED
    form.ended_at, form.ended_by = now(), by
    form.save(update_fields=["incident", "state", "ended_at", "ended_by"])
    done = Entered(form, incident)
    rows = [_kept(call, done, priority, marking, by) for call in said]
    PaperCall.objects.bulk_create(rows)
    record(
        "paper.entered",
        form.ref,
        by=by,
        number=form.number,
        unit=unit.code,
        told=[desk.code for desk in done.told],
    )
    return done


def _sound(call: Called, at: str) -> Called:
    """The call with tidy words. Raises Invalid with a sentence at the field that is wrong, whose
    name begins with `at`."""
    if call.desk.kind != Unit.Kind.DESK or call.desk.retired_at is not None:
        raise _wrong(f"{at}desk", _("Choose a desk of a contact point."))
    said_by = worded(
        call.said_by, f"{at}said_by", most=80, one_line=True, empty=_("Write who telephoned.")
    )
    answered_by = worded(
        call.answered_by,
        f"{at}answered_by",
        most=80,
        one_line=True,
        empty=_("Write who answered the telephone."),
    )
    line = worded(call.line, f"{at}line", most=500, one_line=True)
    late = now() + TOLERANCE
    for name, moment in (("at", call.at), ("acknowledged_at", call.acknowledged_at)):
        if moment is not None and moment > late:
            raise _wrong(
                f"{at}{name}",
                _("This time is in the future. Check the date, the time and the time zone."),
            )
    if call.acknowledged_at is not None and call.acknowledged_at < call.at:
        raise _wrong(
            f"{at}acknowledged_at", _("It was acknowledged before it was told. Check both.")
        )
    return Called(
        call.desk, call.at, said_by, answered_by, call.read_back, call.acknowledged_at, line
    )


def _kept(
    call: Called, done: Entered, priority: str | None, marking: Marking | None, by: Any
) -> PaperCall:
    """The row of a call, after the desk was told where it acknowledged by telephone."""
    row = PaperCall(
        form=done.form,
        desk=call.desk,
        at=call.at,
        said_by=call.said_by,
        answered_by=call.answered_by,
        read_back=call.read_back,
        acknowledged_at=call.acknowledged_at,
        line=call.line,
    )
    if call.acknowledged_at is None:
        done.untold.append((call.desk, _("Nobody acknowledged by telephone. Release it now.")))
        return row
    try:
        with transaction.atomic():
            row.delivery = _acknowledged(call, done.incident, priority, marking, by)
    except Refused as refusal:
        done.untold.append((call.desk, str(refusal)))
    else:
        if row.delivery is None:
            done.untold.append(
                (call.desk, _("The exchange is paused, so it goes when the pause ends."))
            )
        else:
            done.told.append(call.desk)
    return row


def _acknowledged(
    call: Called, incident: Incident, priority: str | None, marking: Marking | None, by: Any
) -> Delivery | None:
    alert = release_incident(incident, desks=[call.desk], priority=priority, marking=marking, by=by)
    if alert is None:
        return None
    delivery = alert.deliveries.get(desk=call.desk)
    return acknowledge_by_phone(
        delivery,
        name=call.answered_by,
        line=call.line or _("Acknowledged by telephone, written on paper."),
        said_at=_not_after(call.acknowledged_at),
        by=by,
    )


def _not_after(moment: datetime | None) -> datetime | None:
    """The clock of who wrote may have been a minute ahead."""
    return min(moment, now()) if moment else None
