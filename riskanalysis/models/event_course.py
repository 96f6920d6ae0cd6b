"""How a public event goes: the phases it went through, its venues, and what belongs to it."""

from __future__ import annotations

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .events import VENUES_AROUND, EventHost, EventPhase, PublicEvent, day_said

ORDER = ", ".join(f"'{phase}'" for phase in EventPhase.values)


def _officer(*, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=null,
        related_name="+",
        db_index=False,
    )


class EventPhaseStep(models.Model):
    """An event came from one phase into another. Kept as it was written."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(PublicEvent, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    came = models.CharField(max_length=24, choices=EventPhase.choices)
    phase = models.CharField(max_length=24, choices=EventPhase.choices)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = _officer()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "number"], name="a_step_of_an_event_is_counted_once"
            ),
            models.CheckConstraint(
                name="a_step_of_an_event_leads_elsewhere", condition=~Q(came=F("phase"))
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_step_of_an_event_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="a_step_begins_where_the_event_stands",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.came <> (
                    SELECT phase FROM riskanalysis_publicevent WHERE id = NEW.event_id
                ) THEN
                    RAISE EXCEPTION 'a_step_begins_where_the_event_stands'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="an_event_goes_back_with_a_reason",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=f"""
                IF NEW.reason = '' AND array_position(ARRAY[{ORDER}], NEW.phase::text)
                    < array_position(ARRAY[{ORDER}], NEW.came::text) THEN
                    RAISE EXCEPTION 'an_event_goes_back_with_a_reason'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.number}"

    @property
    def back(self) -> bool:
        order = EventPhase.values
        return order.index(self.phase) < order.index(self.came)


class EventChangeKind(models.TextChoices):
    DAYS = "days", pgettext_lazy("change of an event", "Other days")
    CALLED_OFF = "called_off", pgettext_lazy("change of an event", "Called off")
    REINSTATED = "reinstated", pgettext_lazy("change of an event", "Held after all")


class EventChange(models.Model):
    """The days of an event changed, it was called off, or it is held after all. Kept as it was
    written; `number` is the edition of the event that it led to."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(PublicEvent, on_delete=models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=EventChangeKind.choices)
    started_on = models.DateField()
    ended_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(default=now)
    by = _officer()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "number"], name="a_change_of_an_event_is_counted_once"
            ),
            models.CheckConstraint(name="an_event_changes_with_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="only_a_change_of_days_changes_them",
                condition=Q(kind="days")
                & (~Q(started_on=F("starts_on")) | ~Q(ended_on=F("ends_on")))
                | ~Q(kind="days") & Q(started_on=F("starts_on"), ended_on=F("ends_on")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_change_of_an_event_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="a_change_begins_where_the_event_stands",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM riskanalysis_publicevent
                    WHERE id = NEW.event_id AND edition + 1 = NEW.number
                      AND starts_on = NEW.started_on AND ends_on = NEW.ended_on
                      AND (called_off_at IS NOT NULL) = (NEW.kind = 'reinstated')
                ) THEN
                    RAISE EXCEPTION 'a_change_begins_where_the_event_stands'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.number}"

    @property
    def said(self) -> str:
        """What changed, in a sentence."""
        if self.kind == EventChangeKind.CALLED_OFF:
            return _("The event was called off on %(day)s.") % {"day": day_said(self.at)}
        days = {"first": f"{self.starts_on:%d.%m.%Y}", "last": f"{self.ends_on:%d.%m.%Y}"}
        if self.kind == EventChangeKind.REINSTATED:
            return _("The event is held after all, from %(first)s to %(last)s.") % days
        before = {"was": f"{self.started_on:%d.%m.%Y}", "until": f"{self.ended_on:%d.%m.%Y}"}
        return _(
            "The event takes place from %(first)s to %(last)s, not from %(was)s to %(until)s."
        ) % {**days, **before}


class EventVenues(models.QuerySet["EventVenue"]):
    def standing(self) -> Self:
        """Without those that were taken out; those of a city that dropped out stay, struck."""
        return self.filter(dropped_at=None)


class EventVenue(models.Model):
    """Where in a city that holds the event people come together. `capacity` is how many it holds,
    None where nobody knows."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    event = models.ForeignKey(PublicEvent, on_delete=models.PROTECT, related_name="venues")
    host = models.ForeignKey(EventHost, on_delete=models.PROTECT, related_name="venues")
    name = models.CharField(max_length=120)
    town = models.CharField(max_length=120, blank=True)
    capacity = models.PositiveIntegerField(null=True)
    first_on = models.DateField()
    last_on = models.DateField()
    edition = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=now)
    by = _officer()
    dropped_at = models.DateTimeField(null=True)
    dropped_by = _officer(null=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = EventVenues.as_manager()

    class Meta:
        ordering = ["host", "first_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="a_venue_is_added_once"),
            models.UniqueConstraint(
                fields=["host", "name"],
                condition=Q(dropped_at=None),
                name="a_venue_is_named_once_in_its_city",
            ),
            models.CheckConstraint(
                name="a_venue_ends_after_it_begins", condition=Q(last_on__gte=F("first_on"))
            ),
            models.CheckConstraint(
                name="a_venue_is_taken_out_with_a_reason",
                condition=Q(dropped_at=None, dropped_by=None, reason="")
                | Q(dropped_at__isnull=False, dropped_by__isnull=False) & ~Q(reason=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_venue_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_venue_stays_where_it_is", fields=["uid", "client_ref", "event", "host"]
            ),
            pgtrigger.Trigger(
                name="a_venue_lies_in_a_city_of_its_event",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.event_id <> (
                    SELECT event_id FROM riskanalysis_eventhost WHERE id = NEW.host_id
                ) THEN
                    RAISE EXCEPTION 'a_venue_lies_in_a_city_of_its_event'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="a_venue_that_was_taken_out_stays_so",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.dropped_at IS NOT NULL"),
                func="""
                RAISE EXCEPTION 'a_venue_that_was_taken_out_stays_so'
                    USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def outside(self) -> bool:
        """Whether one of its days lies further from the event than venues open and close."""
        days = (self.first_on, self.last_on)
        return not all(self.event.has_within(day, VENUES_AROUND) for day in days)

    @property
    def gone(self) -> list[str]:
        """Why nothing takes place there as it stands, in words; empty while it does."""
        off = [said for said in (self.event.called_off_said, self.host.gone_said) if said]
        return [*off, _("Outside the days of the event.")] if self.outside else off


class TiedKind(models.TextChoices):
    """What an event is tied to beside the incidents that are tagged with it; settings.EVENT_ROOMS
    say who reads which, and what it is called."""

    RISK = "risk", pgettext_lazy("tied to an event", "Risk")
    RISK_REPORT = "risk_report", pgettext_lazy("tied to an event", "Risk report")
    OPERATION = "operation", pgettext_lazy("tied to an event", "Joint operation")
    PLAN = "plan", pgettext_lazy("tied to an event", "Contingency plan")
    EXERCISE = "exercise", pgettext_lazy("tied to an event", "Exercise")
    ACTIVITY = "activity", pgettext_lazy("tied to an event", "Activity")


class EventTies(models.QuerySet["EventTie"]):
    def standing(self) -> Self:
        return self.filter(untied_at=None)


class EventTie(models.Model):
    """A thing belongs to an event. `ref` is its number, or its public id where it has none for
    both sides. Whoever does not read the thing does not learn of the tie."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(PublicEvent, on_delete=models.PROTECT, related_name="ties")
    kind = models.CharField(max_length=12, choices=TiedKind.choices)
    ref = models.CharField(max_length=60)
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = _officer()
    untied_at = models.DateTimeField(null=True)
    untied_by = _officer(null=True)

    objects = EventTies.as_manager()

    class Meta:
        ordering = ["kind", "pk"]
        indexes = [models.Index(fields=["kind", "ref"], name="event_tie_of")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "kind", "ref"],
                condition=Q(untied_at=None),
                name="a_thing_belongs_to_an_event_once",
            ),
            models.CheckConstraint(
                name="an_untied_thing_has_its_time_and_officer",
                condition=Q(untied_at=None, untied_by=None)
                | Q(untied_at__isnull=False, untied_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="a_tie_of_an_event_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_tie_of_an_event_stays_what_it_is",
                fields=["uid", "event", "kind", "ref", "side", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="what_was_untied_stays_so",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.untied_at IS NOT NULL"),
                func="""
                RAISE EXCEPTION 'what_was_untied_stays_so' USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"
