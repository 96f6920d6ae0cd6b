"""Numbers that stand on paper before the portal knows what happened under them."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.access import units_where
from contactpoints.models import Delivery, Unit

from .incident import Incident


class PaperState(models.TextChoices):
    RESERVED = "reserved", pgettext_lazy("paper form", "On paper")
    USED = "used", pgettext_lazy("paper form", "Entered")
    VOID = "void", pgettext_lazy("paper form", "Void")


class PaperSetQuerySet(models.QuerySet["PaperSet"]):
    def visible_to(self, user: Any) -> "PaperSetQuerySet":
        """Those of the desks for which `user` logs incidents."""
        return self.filter(unit_id__in=units_where(user, "report_incidents"))


class PaperSet(models.Model):
    """Numbers in a row that a desk took for its forms, by whom and when; `count` of them, from
    `first` to `last`. The same `client_ref` from one officer is one set."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=2, choices=Side.choices)
    first = models.CharField(max_length=30)
    last = models.CharField(max_length=30)
    count = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = PaperSetQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="paper_reserved_once"),
            models.CheckConstraint(name="paper_set_has_numbers", condition=Q(count__gte=1)),
        ]
        triggers = [
            pgtrigger.Protect(
                name="paper_set_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.first} – {self.last}"

    @property
    def ref(self) -> str:
        return f"paper_set:{self.uid}"


class PaperFormQuerySet(models.QuerySet["PaperForm"]):
    def visible_to(self, user: Any) -> "PaperFormQuerySet":
        """Those of the desks for which `user` logs incidents."""
        return self.filter(unit_id__in=units_where(user, "report_incidents"))

    def outstanding(self) -> "PaperFormQuerySet":
        return self.filter(state=PaperState.RESERVED)


class PaperForm(models.Model):
    """One reserved number of a desk. It becomes the number of one incident, or void, or it waits.

    An incident takes the number by its `client_ref`, which is this `uid`: nothing else can.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    set = models.ForeignKey(PaperSet, on_delete=models.PROTECT, related_name="forms")
    number = models.CharField(max_length=30, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=2, choices=Side.choices)
    state = models.CharField(max_length=8, choices=PaperState.choices, default=PaperState.RESERVED)
    incident = models.OneToOneField(
        Incident, on_delete=models.PROTECT, null=True, related_name="paper_form"
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    reason = models.CharField(max_length=500, blank=True)

    objects = PaperFormQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["unit", "state", "number"], name="paper_of_a_desk")]
        constraints = [
            models.CheckConstraint(
                name="entered_paper_has_its_incident",
                condition=Q(state="used", incident__isnull=False)
                | ~Q(state="used") & Q(incident=None),
            ),
            models.CheckConstraint(
                name="void_paper_has_a_reason", condition=~Q(state="void") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="ended_paper_has_a_person",
                condition=Q(state="reserved", ended_at=None, ended_by=None)
                | ~Q(state="reserved") & Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="paper_number_is_used_once",
                field="state",
                transitions=[("reserved", "used"), ("reserved", "void")],
            ),
            pgtrigger.Protect(name="paper_form_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="ended_paper_never_changes",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="reserved"),
            ),
            pgtrigger.ReadOnly(
                name="reserved_number_stays", fields=["uid", "set", "number", "unit", "side"]
            ),
            pgtrigger.Trigger(
                name="paper_and_incident_have_one_number",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF TG_OP = 'INSERT' AND (NEW.state <> 'reserved' OR EXISTS (
                       SELECT 1 FROM public.incidents_incident i WHERE i.number = NEW.number))
                   OR TG_OP = 'UPDATE' AND NEW.state = 'used' AND NOT EXISTS (
                       SELECT 1 FROM public.incidents_incident i
                       WHERE i.id = NEW.incident_id AND i.number = NEW.number
                         AND i.side = NEW.side) THEN
                    RAISE EXCEPTION 'paper_and_incident_have_one_number: %', NEW.number
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> str:
        return f"paper_form:{self.uid}"


class PaperCall(models.Model):
    """A telephone call as it stands on a paper form: by its clock, not by that of the entry.

    `acknowledged_at` is null where nobody acknowledged. `delivery` is the alert that was then
    raised and acknowledged with this call; null where none was.
    """

    form = models.ForeignKey(PaperForm, on_delete=models.PROTECT, related_name="calls")
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    said_by = models.CharField(max_length=80)
    answered_by = models.CharField(max_length=80)
    read_back = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True)
    line = models.CharField(max_length=500, blank=True)
    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["form", "desk"], name="one_call_per_paper_and_desk"),
            models.CheckConstraint(
                name="call_on_paper_has_its_names", condition=~Q(said_by="") & ~Q(answered_by="")
            ),
            models.CheckConstraint(
                name="acknowledged_after_the_call",
                condition=Q(acknowledged_at=None) | Q(acknowledged_at__gte=models.F("at")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="call_on_paper_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.desk_id}"
