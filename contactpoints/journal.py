"""The duty journal of a desk: what happened there from midnight to midnight, in order. Reads only.

Nobody keeps it: it is what the desk's alerts, releases, notes, turns of duty and handovers say.
What the apps above know of the desk they say themselves: the setting JOURNAL_OF_DESK names their
functions.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Choices, Q
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bordercoop.audit.models import Entry

from .models import (
    Alert,
    Delivery,
    DutyNote,
    DutyRank,
    DutyShift,
    Posting,
    Priority,
    ShiftHandover,
    Unit,
    Who,
)
from .saying import wording

# More lines than an officer could read of one day.
MOST = 2000
# What a line says, with the names of its facts.
SENTENCES: dict[str, Promise] = {
    "alert_in": _("Alert in, %(priority)s: %(number)s from %(unit)s."),
    "update_in": _("Update in, %(priority)s: %(number)s from %(unit)s."),
    "cancel_in": _("Cancel in, %(priority)s: %(number)s from %(unit)s."),
    "alert_out": _("Alert out, %(priority)s: %(number)s to %(unit)s."),
    "update_out": _("Update out, %(priority)s: %(number)s to %(unit)s."),
    "cancel_out": _("Cancel out, %(priority)s: %(number)s to %(unit)s."),
    "opened": _("%(officer)s opened %(number)s."),
    "acknowledged": _("%(officer)s acknowledged %(number)s."),
    "acknowledged_by_phone": _(
        "%(name)s acknowledged %(number)s by telephone. Written down by %(officer)s."
    ),
    "accepted": _("%(officer)s accepted %(number)s."),
    "declined": _("%(officer)s declined %(number)s."),
    "acknowledged_there": _("%(unit)s acknowledged %(number)s."),
    "accepted_there": _("%(unit)s accepted %(number)s."),
    "declined_there": _("%(unit)s declined %(number)s."),
    "escalated": _("%(number)s was not acknowledged in time and went on to: %(step)s."),
    "handed_back": _("%(officer)s handed %(number)s back: the alert is open again."),
    "handed_back_there": _("%(unit)s handed %(number)s back: %(officer)s."),
    "forwarded": _("%(officer)s forwarded %(number)s to %(unit)s."),
    "post_acknowledged": _("%(unit)s acknowledged the forwarded %(number)s: %(officer)s."),
    "post_knows_recall": _("%(unit)s knows that %(number)s was recalled: %(officer)s."),
    "forward_withdrawn": _("%(officer)s took %(number)s back from %(unit)s."),
    "failed": _("A channel could not deliver %(number)s."),
    "recalled": _("%(number)s was taken back by its sender."),
    "duty_began": _("By the rota %(officer)s came on duty: %(rank)s."),
    "duty_ended": _("By the rota the duty of %(officer)s ended: %(rank)s."),
    "handed_over": _("%(officer)s signed the handover of the shift."),
    "taken_over": _("%(officer)s took the shift over."),
    "handover_withdrawn": _("The handover of %(officer)s was taken back."),
    "noted": _("%(officer)s wrote into the journal."),
    "reported": _("%(officer)s reported %(number)s."),
    "released": _("%(officer)s released version %(version)s of %(number)s to %(unit)s."),
    "note": _("%(officer)s wrote a note on %(number)s."),
    "asked": _("%(officer)s asked %(unit)s for information: %(number)s."),
    "answered": _("%(officer)s answered %(number)s. %(answer)s."),
    "answered_there": _("%(unit)s answered %(number)s. %(answer)s."),
    "notice_sent": _("%(officer)s sent the advance notice %(number)s."),
    "measure": _("%(officer)s recorded a measure on %(number)s."),
}
SYSTEM = pgettext_lazy("audit", "The system")


@dataclass
class Line:
    """One thing that happened. `facts` fill the sentence of its `kind`; units, officers and
    choices among them are named in the language that is active when it is read."""

    at: datetime
    kind: str
    facts: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    link: str = ""
    exercise: bool = False

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.kind]) % {name: _named(fact) for name, fact in self.facts.items()}


def _named(fact: Any) -> str:
    if isinstance(fact, Priority):
        return f"{fact.value} {fact.label}"
    if isinstance(fact, Choices):
        return str(fact.label)
    if isinstance(fact, Unit):
        return str(fact.name)
    if hasattr(fact, "name_for"):
        return str(fact.name_for(get_language() or "en"))
    return str(SYSTEM if fact is None else fact)


@dataclass
class Span:
    """What is asked of a desk: from `starts` up to `ends`; `people` are the ids of those who
    worked there then."""

    unit: Unit
    starts: datetime
    ends: datetime
    people: frozenset[int]
    user: Any

    def holds(self, at: datetime | None) -> bool:
        return at is not None and self.starts <= at < self.ends

    @property
    def between(self) -> tuple[datetime, datetime]:
        return self.starts, self.ends


@dataclass
class Journal:
    """The lines of a day or shift, oldest first; who was on duty. `more`: some were left out."""

    unit: Unit
    starts: datetime
    ends: datetime
    shifts: list[DutyShift]
    lines: list[Line]
    more: bool


def day_of(unit: Unit, day: date) -> tuple[datetime, datetime]:
    """Midnight to midnight on the desk's own clock: 23, 24 or 25 hours."""
    zone = ZoneInfo(unit.zone)
    return (
        datetime.combine(day, time(), zone),
        datetime.combine(day + timedelta(days=1), time(), zone),
    )


def today_at(unit: Unit) -> date:
    return now().astimezone(ZoneInfo(unit.zone)).date()


def journal_of_day(unit: Unit, day: date, user: Any) -> Journal:
    """00:00 to 24:00 of a day on the desk's own clock, as far as `user` may read it."""
    return journal(unit, *day_of(unit, day), user)


def journal(unit: Unit, starts: datetime, ends: datetime, user: Any) -> Journal:
    """What happened at a desk from `starts` up to `ends`, as far as `user` may read it.

    The caller has asked whether `user` reads the desk's journal at all.
    """
    shifts = list(
        DutyShift.objects.filter(
            unit=unit, cancelled_at=None, period__overlap=DateTimeTZRange(starts, ends)
        )
        .select_related("booking__officer")
        .order_by("period", "-rank", "pk")
    )
    span = Span(unit, starts, ends, _people(unit, starts, ends, shifts), user)
    lines = [*_turns(span, shifts)]
    for name in settings.JOURNAL_OF_DESK:
        lines += import_string(name)(span)
    reached = [line for line in lines if line.at <= now()]
    reached.sort(key=lambda line: line.at)
    return Journal(unit, starts, ends, shifts, reached[:MOST], len(reached) > MOST)


def _people(
    unit: Unit, starts: datetime, ends: datetime, shifts: list[DutyShift]
) -> frozenset[int]:
    posted = Posting.objects.filter(unit=unit, starts_at__lt=ends)
    posted = posted.exclude(ends_at__lte=starts).exclude(ended_at__lte=starts)
    return frozenset(
        [
            *posted.values_list("officer_id", flat=True),
            *(shift.booking.officer_id for shift in shifts),
        ]
    )


def _turns(span: Span, shifts: list[DutyShift]) -> Iterator[Line]:
    for shift in shifts:
        facts = {"officer": shift.officer, "rank": DutyRank(shift.rank)}
        if span.holds(shift.period.lower):
            yield Line(shift.period.lower, "duty_began", facts)
        if span.holds(shift.period.upper):
            yield Line(shift.period.upper, "duty_ended", facts)


def events(span: Span) -> Iterator[Line]:
    """What this app knows: alerts and their answers, notes, handovers."""
    yield from _alerts_in(span)
    yield from _alerts_out(span)
    yield from _escalations(span)
    for note in (
        DutyNote.objects.visible_to(span.user)
        .filter(unit=span.unit, at__gte=span.starts, at__lt=span.ends)
        .select_related("by")
    ):
        yield Line(note.at, "noted", {"officer": note.by}, note.text)
    yield from _handovers(span)


def _within(span: Span, *names: str) -> Q:
    found = Q()
    for name in names:
        found |= Q(**{f"{name}__gte": span.starts, f"{name}__lt": span.ends})
    return found


def _link(alert: Alert) -> str:
    subject, _colon, uid = alert.about.partition(":")
    return str(settings.ABOUT_LINKS.get(subject, "").format(uid=uid))


def _alerts_in(span: Span) -> Iterator[Line]:
    told = ("queued_at", "opened_at", "acknowledged_at", "accepted_at", "declined_at",
            "failed_at", "recalled_at")  # fmt: skip
    rows = Delivery.objects.visible_to(span.user).filter(desk=span.unit, queued_at__lt=span.ends)
    for delivery in rows.filter(_within(span, *told)).whole().order_by("pk"):
        alert = delivery.alert
        more: dict[str, Any] = {
            "link": _link(alert),
            "exercise": alert.status != Alert.Status.ACTUAL,
        }
        facts = {
            "number": delivery.card.get("number") or "—",
            "unit": alert.sender,
            "priority": Priority(delivery.priority),
            "name": delivery.phoned,
        }
        happened = [
            (delivery.queued_at, f"{alert.kind}_in", None, ""),
            (delivery.opened_at, "opened", delivery.opened_by, ""),
            (
                delivery.acknowledged_at,
                "acknowledged_by_phone" if delivery.phoned else "acknowledged",
                delivery.acknowledged_by,
                wording(delivery, "line", span.user.side),
            ),
            (delivery.accepted_at, "accepted", delivery.accepted_by, ""),
            (
                delivery.declined_at,
                "declined",
                delivery.declined_by,
                wording(delivery, "reason", span.user.side),
            ),
            (delivery.failed_at, "failed", None, ""),
            (delivery.recalled_at, "recalled", None, ""),
        ]
        for at, kind, officer, text in happened:
            if at is not None and span.holds(at):
                yield Line(at, kind, {**facts, "officer": officer}, text, **more)


def _alerts_out(span: Span) -> Iterator[Line]:
    told = ("queued_at", "acknowledged_at", "accepted_at", "declined_at")
    rows = Delivery.objects.visible_to(span.user).filter(
        alert__sender=span.unit, queued_at__lt=span.ends
    )
    rows = rows.exclude(desk=span.unit).filter(_within(span, *told))
    for delivery in rows.whole().order_by("pk"):
        alert = delivery.alert
        facts = {
            "number": alert.card.get("number") or "—",
            "unit": delivery.desk,
            "priority": Priority(delivery.priority),
        }
        happened = [
            (delivery.queued_at, f"{alert.kind}_out", ""),
            (
                delivery.acknowledged_at,
                "acknowledged_there",
                wording(delivery, "line", span.user.side),
            ),
            (delivery.accepted_at, "accepted_there", ""),
            (delivery.declined_at, "declined_there", wording(delivery, "reason", span.user.side)),
        ]
        for at, kind, text in happened:
            if at is not None and span.holds(at):
                exercise = alert.status != Alert.Status.ACTUAL
                yield Line(at, kind, facts, text, _link(alert), exercise)


def _escalations(span: Span) -> Iterator[Line]:
    """From the audit trail, since a delivery remembers its last step alone."""
    entries = list(
        Entry.objects.filter(
            side=span.unit.side,
            verb="delivery.escalated",
            at__gte=span.starts,
            at__lt=span.ends,
        ).values_list("at", "about", "facts")
    )
    uids = [uid for _at, about, _facts in entries if (uid := _uid(about))]
    rows = Delivery.objects.visible_to(span.user).filter(uid__in=uids, desk=span.unit)
    known = {delivery.ref: delivery for delivery in rows.select_related("alert")}
    for at, about, facts in entries:
        if delivery := known.get(about):
            step = Who(facts["to"])
            yield Line(
                at,
                "escalated",
                {"number": delivery.card.get("number") or "—", "step": step},
                link=_link(delivery.alert),
                exercise=delivery.alert.status != Alert.Status.ACTUAL,
            )


def _uid(about: str) -> UUID | None:
    try:
        return UUID(about.partition(":")[2])
    except ValueError:
        return None


def _handovers(span: Span) -> Iterator[Line]:
    rows = ShiftHandover.objects.visible_to(span.user).filter(
        _within(span, "signed_at", "taken_at", "withdrawn_at"), unit=span.unit
    )
    for handover in rows.whole():
        link = settings.ABOUT_LINKS["shift_handover"].format(uid=handover.uid)
        for at, kind, officer in (
            (handover.signed_at, "handed_over", handover.left_by),
            (handover.taken_at, "taken_over", handover.taken_by),
            (handover.withdrawn_at, "handover_withdrawn", handover.left_by),
        ):
            if at is not None and span.holds(at):
                yield Line(at, kind, {"officer": officer}, link=link)
