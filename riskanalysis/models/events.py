"""Public events that draw travellers over the line, and how each side assesses them."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import LANGUAGES, Place, places, terms, utc_today
from bordercoop.reference.sides import ZONE, Side

from ..register_access import reads_own, reads_shared


class Readiness(models.TextChoices):
    """How far a side gets ready. Product decision."""

    NORMAL = "normal", pgettext_lazy("readiness", "Normal")
    HEIGHTENED = "heightened", pgettext_lazy("readiness", "Heightened")
    HIGH = "high", pgettext_lazy("readiness", "High")
    FULL = "full", pgettext_lazy("readiness", "Full")


class EventPhase(models.TextChoices):
    """How far an event has come, in this order. Product decision."""

    PLANNING = "planning", pgettext_lazy("public event", "Planning")
    RISK_ASSESSMENT = "risk_assessment", pgettext_lazy("public event", "Risk assessment")
    HEIGHTENED_READINESS = (
        "heightened_readiness",
        pgettext_lazy("public event", "Heightened readiness"),
    )
    LIVE = "live", pgettext_lazy("public event", "Under way")
    WIND_DOWN = "wind_down", pgettext_lazy("public event", "Winding down")
    LESSONS_LEARNED = "lessons_learned", pgettext_lazy("public event", "Lessons learned")


# Venues open before the first day of an event and close after its last one; travellers come and go.
VENUES_AROUND, FLOWS_AROUND = timedelta(days=30), timedelta(days=14)


class PublicEvent(models.Model):
    """An event that incidents may be tagged with: `code` is its term of the common list
    `public_event`. Its days are those of the hosts; `edition` counts how often they changed, or it
    was called off or is held after all (EventChange)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=40, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    phase = models.CharField(max_length=24, choices=EventPhase.choices, default=EventPhase.PLANNING)
    called_off_at = models.DateTimeField(null=True)
    edition = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=500, blank=True)
    verified = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["-starts_on", "code"]
        constraints = [
            models.CheckConstraint(
                name="a_public_event_ends_after_it_begins",
                condition=Q(ends_on__gte=F("starts_on")),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="public_event_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_public_event_stays_what_it_is", fields=["uid", "code"]),
            pgtrigger.Trigger(
                name="an_event_changes_by_what_was_written_down",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.starts_on <> NEW.starts_on OR OLD.ends_on <> NEW.ends_on"
                    " OR OLD.edition <> NEW.edition"
                    " OR OLD.called_off_at IS DISTINCT FROM NEW.called_off_at"
                ),
                func="""
                IF NEW.edition <> OLD.edition + 1 OR NOT EXISTS (
                    SELECT 1 FROM riskanalysis_eventchange
                    WHERE event_id = NEW.id AND number = NEW.edition
                      AND starts_on = NEW.starts_on AND ends_on = NEW.ends_on
                      AND (kind = 'called_off') = (NEW.called_off_at IS NOT NULL)
                ) THEN
                    RAISE EXCEPTION 'an_event_changes_by_what_was_written_down'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def ref(self) -> str:
        return f"public_event:{self.uid}"

    @property
    def name(self) -> str:
        """In the active language, as the common list has it."""
        term = terms("public_event").get(self.code)
        return term.name if term is not None else self.code

    @property
    def called_off_said(self) -> str:
        """What stands beside everything that belongs to it; "" while it is held."""
        if self.called_off_at is None:
            return ""
        return _("The event was called off on %(day)s.") % {"day": day_said(self.called_off_at)}

    @property
    def gone(self) -> list[str]:
        """That it was called off, and a sentence for each city that does not hold it any more,
        wherever the event is named."""
        off = [self.called_off_said] if self.called_off_at is not None else []
        return off + [host.gone_said for host in self.hosts.all() if host.dropped_on is not None]

    def has_within(self, day: date, around: timedelta) -> bool:
        """Whether a day is one of the event's, or not further than `around` from them."""
        return self.starts_on - around <= day <= self.ends_on + around

    @property
    def sides_gone(self) -> set[str]:
        """The sides none of whose cities holds it any more; both where no city does."""
        hosts = list(self.hosts.all())
        if hosts and all(host.dropped_on is not None for host in hosts):
            return {str(Side.LV), str(Side.BY)}
        standing = {host.side for host in hosts if host.dropped_on is None}
        return {host.side for host in hosts if host.side} - standing


# Cities that stand in the catalogues; others are written as they were entered.
CITIES = {
    "Minsk": pgettext_lazy("city of a clock", "Minsk"),
    "Riga": pgettext_lazy("city of a clock", "Riga"),
}


def day_said(at: datetime) -> str:
    """The day of a moment in a sentence that both sides read: by Riga's clock."""
    return f"{at.astimezone(ZoneInfo(ZONE[Side.LV])):%d.%m.%Y}"


# As officers of either side write them, in small letters.
SPELLINGS = {
    "minsk": "Minsk", "minska": "Minsk", "мінск": "Minsk", "минск": "Minsk",
    "riga": "Riga", "rīga": "Riga", "рыга": "Riga", "рига": "Riga",
}  # fmt: skip
CITY_SIDES = {"Minsk": "BY", "Riga": "LV"}


def _town(name: str) -> Place | None:
    """The town of the common list that is called so in any language or on either side."""
    wanted = name.casefold()
    for place in places().values():
        if place.kind == Place.Kind.TOWN:
            called = [place.code, place.name_lv_side, place.name_by_side]
            called += [place.name_in(language) for language in LANGUAGES]
            if wanted in (word.casefold() for word in called):
                return place
    return None


def side_of_city(name: str) -> str:
    """The side on which a city lies, by any of its names; "" where the portal does not know it."""
    if known := SPELLINGS.get(name.casefold()):
        return CITY_SIDES[known]
    town = _town(name)
    side = str(town.facts.get("position_of", "")) if town is not None else ""
    return side if side in (Side.LV, Side.BY) else ""


class EventHost(models.Model):
    """A city that was to hold the event; `dropped_on` is the day from which it is not any more.
    `side` is that of the city, "" where nobody said it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(PublicEvent, on_delete=models.PROTECT, related_name="hosts")
    name = models.CharField(max_length=80)
    side = models.CharField(max_length=2, choices=Side.choices, blank=True)
    place = models.CharField(max_length=40, blank=True)
    dropped_on = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "name"], name="a_host_is_named_once"),
            models.CheckConstraint(
                name="a_dropped_host_has_its_day_and_time",
                condition=Q(dropped_on=None, dropped_at=None)
                | Q(dropped_on__isnull=False, dropped_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="host_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_host_stays_what_it_is", fields=["uid", "event", "name"]),
            pgtrigger.Trigger(
                name="a_host_drops_out_once",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.dropped_on IS NOT NULL AND OLD.dropped_on IS DISTINCT FROM NEW.dropped_on"
                ),
                func="""
                RAISE EXCEPTION 'a_host_drops_out_once' USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The city's name in the active language, as far as it is known."""
        if known := SPELLINGS.get(self.name.casefold()):
            return str(CITIES[known])
        place = _town(self.name)
        return place.name if place is not None else self.name

    @property
    def gone_said(self) -> str:
        """What stands beside everything that belongs to the event; "" while the city holds it."""
        if self.dropped_on is None:
            return ""
        return _("%(city)s no longer holds the event, since %(day)s.") % {
            "city": self.called,
            "day": f"{self.dropped_on:%d.%m.%Y}",
        }


class EventAssessments(models.QuerySet["EventAssessment"]):
    def visible_to(self, user: Any) -> Self:
        """Those given to both sides, and with `read_risks` the drafts of the own side."""
        if not reads_shared(user):
            return self.none()
        given = Q(given_at__isnull=False)
        rows = self.standing()
        return rows.filter(given | Q(side=user.side) if reads_own(user) else given)

    def standing(self) -> Self:
        """Without the drafts that were thrown away."""
        return self.filter(dropped_at=None)

    def given(self) -> Self:
        return self.filter(given_at__isnull=False)


class EventAssessment(models.Model):
    """What a side expects of an event, in versions; one that was given never changes. A draft that
    was thrown away is kept, read by nobody, and its number is free again.

    `content` is plain JSON:

    - `flows`: a list of `{"day", "place", "host", "people"}`: how many travellers are expected on
      that day at that crossing (its code) because of that host
    - `threats`, `vulnerabilities`, `measures`: texts in `language`
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(PublicEvent, on_delete=models.PROTECT, related_name="assessments")
    side = models.CharField(max_length=2, choices=Side.choices)
    number = models.PositiveIntegerField()
    readiness = models.CharField(max_length=10, choices=Readiness.choices)
    # A past event may be worked through as it was known on an earlier day.
    as_of = models.DateField(default=utc_today)
    content = models.JSONField()
    language = models.CharField(max_length=2, choices=Language.choices)
    edition = models.PositiveIntegerField(default=1)
    given_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = EventAssessments.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="event_assessed_once"),
            models.UniqueConstraint(
                fields=["event", "side", "number"],
                condition=Q(dropped_at=None),
                name="assessment_of_an_event_counted_once",
            ),
            models.UniqueConstraint(
                fields=["event", "side"],
                condition=Q(given_at=None, dropped_at=None),
                name="a_side_drafts_one_assessment_of_an_event",
            ),
            models.CheckConstraint(
                name="what_was_given_of_an_event_is_not_thrown_away",
                condition=Q(given_at=None) | Q(dropped_at=None),
            ),
            models.CheckConstraint(
                name="the_two_sides_assess_events", condition=Q(side__in=["LV", "BY"])
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="event_assessment_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="event_assessment_stays_whose_it_is",
                fields=["uid", "event", "side", "number", "client_ref"],
            ),
            pgtrigger.Trigger(
                name="what_was_given_of_an_event_never_changes",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.given_at IS NOT NULL OR OLD.dropped_at IS NOT NULL"
                ),
                func="""
                RAISE EXCEPTION 'what_was_given_of_an_event_never_changes'
                    USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.side} {self.number}"

    @property
    def ref(self) -> str:
        return f"event_assessment:{self.uid}"
