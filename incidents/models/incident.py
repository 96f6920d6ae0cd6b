"""An incident, its number and its versions."""

import uuid
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.models import Term
from bordercoop.reference.sides import Side
from contactpoints.access import units_where
from contactpoints.guests import is_expert_alone
from contactpoints.models import Unit

from .marked import Marked, marked_rules
from .purging import blanked_by_a_purge_alone
from .words import MOVES, State

if TYPE_CHECKING:
    from .sharing import Share


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: Any) -> "IncidentQuerySet":
        """Incidents of which a unit within the reach of `user` holds a copy; no other way in. A
        guest who is here as an expert reads those of the own operation alone."""
        from .sharing import Share

        ids = units_where(user, "view_incidents")
        held = self.filter(Exists(Share.objects.filter(incident=OuterRef("pk"), unit_id__in=ids)))
        if is_expert_alone(user):
            return held.filter(pk__in=import_string(settings.GUEST_INCIDENTS)(user))
        return held


class Incident(Marked):
    """Something that happened at the border, owned by the side that reported it.

    What it says lies in its versions; who may read what of it lies in its shares. `client_ref`
    is made by the form or program that reports, so that the same report sent twice is one.
    """

    class Origin(models.TextChoices):
        SERVICE = "service", pgettext_lazy("origin", "Border service")
        OPEN_SOURCE = "open_source", pgettext_lazy("origin", "Open source")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Every report pays for every index, so there is one only where something is looked up or must
    # be unique; lists ask the shares.
    number = models.CharField(max_length=30, null=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="incidents")
    side = models.CharField(max_length=2, choices=Side.choices)
    category = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", db_index=False)
    origin = models.CharField(max_length=12, choices=Origin.choices, default=Origin.SERVICE)
    source_ref = models.CharField(max_length=80, null=True)
    exercise = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    reported_at = models.DateTimeField(default=now)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,  # incident_reported_once begins with it
    )
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    validated_at = models.DateTimeField(null=True)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    closed_at = models.DateTimeField(null=True)
    own_share: "Share"

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reported_by", "client_ref"], name="incident_reported_once"
            ),
            models.UniqueConstraint(fields=["number"], name="number_given_once"),
            models.UniqueConstraint(
                fields=["source_ref"],
                condition=Q(source_ref__isnull=False),
                name="source_recorded_once",
            ),
            models.CheckConstraint(
                name="reporter_may_not_verify",
                condition=Q(verified_by=None)
                | Q(reported_by=None)
                | ~Q(verified_by=models.F("reported_by")),
            ),
            models.CheckConstraint(
                name="submitted_has_a_number", condition=Q(state="draft") | ~Q(number=None)
            ),
            models.CheckConstraint(
                name="no_service_is_author_of_an_open_source_record",
                condition=~Q(origin="open_source") | Q(reported_by=None),
            ),
            *marked_rules("incident"),
        ]
        triggers = [
            pgtrigger.FSM(name="incident_moves", field="state", transitions=MOVES),
            pgtrigger.Protect(name="incident_is_kept", operation=pgtrigger.Delete),
            # A number on paper is for the incident of that paper alone, and a void one for none.
            pgtrigger.Trigger(
                name="number_on_paper_is_for_its_paper",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("number"),
                func="""
                IF EXISTS (SELECT 1 FROM public.incidents_paperform p
                           WHERE p.number = NEW.number
                             AND (p.state <> 'reserved' OR p.uid <> NEW.client_ref)) THEN
                    RAISE EXCEPTION 'number_on_paper_is_for_its_paper: %', NEW.number
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="released_never_turns_unreleasable",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("category_id"),
                func="""
                IF EXISTS (SELECT 1 FROM reference_term t
                           WHERE t.id = NEW.category_id AND t.code ~ '^(ASY|SIR)(-|$)')
                   AND EXISTS (SELECT 1 FROM incidents_share s
                               JOIN contactpoints_unit u ON u.id = s.unit_id
                               WHERE s.incident_id = NEW.id AND u.side <> NEW.side) THEN
                    RAISE EXCEPTION 'never_released: the other side holds this incident'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.uid)

    @property
    def ref(self) -> str:
        return f"incident:{self.uid}"

    def is_author(self, user: Any) -> bool:
        """Whether `user` reported it or wrote a version that nobody has verified yet. Such a one
        never verifies it: four eyes."""
        if self.reported_by_id == user.pk:
            return True
        last = self.decisions.filter(deed="verified").order_by("-version").values("version")[:1]
        return self.versions.filter(by=user, number__gt=Coalesce(Subquery(last), 0)).exists()


class NumberSeries(models.Model):
    """The last number given at a regional unit in a year of the side's own time zone."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="one_series_per_unit_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}-{self.year}: {self.last}"


class IncidentVersion(models.Model):
    """What an incident said at one version. Never changed: a supplement adds the next one.

    `content` has the keys of `content.FIELDS`; times are ISO 8601 UTC strings. A purge empties the
    internal note in it, and nothing else.
    """

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    changed = models.JSONField(default=list)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    purge = models.ForeignKey(
        "incidents.Purge", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="version_counted_once")
        ]
        triggers = [
            pgtrigger.Protect(name="version_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="version_never_changes", fields=["incident", "number", "changed", "at", "by"]
            ),
            blanked_by_a_purge_alone(
                "internal_note_ends_by_a_purge",
                columns=["content"],
                blank="NEW.content = jsonb_set(OLD.content, '{internal_note}', '\"\"'::jsonb)",
                incident="NEW.incident_id",
                side="(SELECT i.side FROM public.incidents_incident i"
                " WHERE i.id = NEW.incident_id)",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} v{self.number}"
