"""How an incident may be handled: its marking, and the consents of its originator."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from contactpoints.access import units_where
from contactpoints.models import Unit

from .incident import Incident
from .marked import Marked, marked_rules
from .words import Handling, Tlp


class MarkingChange(Marked):
    """The originator gave an incident another marking; the fields of `Marked` say which.

    `before` is the marking until then: {"handling", "tlp", "restriction"}. `stricter` when it binds
    those who hold a copy more than before; then their copies were marked anew with it.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="markings")
    before = models.JSONField()
    stricter = models.BooleanField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = marked_rules("change")
        triggers = [
            pgtrigger.Protect(name="marking_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.handling} {self.tlp}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def open(self) -> "ConsentQuerySet":
        """Those that still wait for the originator."""
        return self.filter(state="asked")

    def visible_to(self, user: Any) -> "ConsentQuerySet":
        """Those about incidents of the reader's units, and those that units of theirs asked for."""
        ids = units_where(user, "view_incidents")
        return self.filter(Q(incident__unit_id__in=ids) | Q(unit_id__in=ids))


class Consent(models.Model):
    """A holder asked the originator whether its copy may be passed on to one unit more.

    It covers exactly the copy that was asked about: `version`, `fields` (the keys of the copy) and
    no stricter marking than `handling` and `tlp`. `text` is what the originator answered: the
    conditions of a consent, the reason of a refusal.
    """

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("consent", "Waits for the originator")
        GIVEN = "given", pgettext_lazy("consent", "Consent given")
        REFUSED = "refused", pgettext_lazy("consent", "Consent refused")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="consents")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    purpose = models.TextField()
    version = models.PositiveIntegerField()
    fields = models.JSONField()
    handling = models.CharField(max_length=2, choices=Handling.choices)
    tlp = models.CharField(max_length=12, choices=Tlp.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(default=now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    text = models.TextField(blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "unit", "to"],
                condition=Q(state="asked"),
                name="one_open_consent_for_a_unit",
            ),
            models.CheckConstraint(
                name="a_decided_consent_has_a_time",
                condition=Q(state="asked", decided_at=None, decided_by=None)
                | (~Q(state="asked") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_refused_consent_has_a_reason",
                condition=~Q(state="refused") | ~Q(text=""),
            ),
        ]
        indexes = [
            models.Index(fields=["incident"], name="consent_open", condition=Q(state="asked")),
        ]
        triggers = [
            pgtrigger.Protect(name="a_consent_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_consent_stays_as_it_was_asked",
                fields=[
                    "uid", "incident", "unit", "to", "purpose", "version", "fields", "handling",
                    "tlp", "asked_at", "asked_by",
                ],
            ),
            pgtrigger.FSM(
                name="a_consent_is_decided_once",
                field="state",
                transitions=[("asked", "given"), ("asked", "refused")],
            ),
            pgtrigger.Trigger(
                name="the_originator_consents",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.decided_by_id IS NOT NULL"),
                func="""
                IF (SELECT side FROM access_user WHERE id = NEW.decided_by_id)
                   <> (SELECT side FROM incidents_incident WHERE id = NEW.incident_id) THEN
                    RAISE EXCEPTION 'the_originator_consents'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.incident_id} {self.unit_id} to {self.to_id}: {self.state}"

    @property
    def ref(self) -> str:
        return f"consent:{self.uid}"


class PassOn(Marked):
    """A holder passed its copy on to one unit more, by its marking or by a consent. Kept for ever.

    `fields` are the keys of the copy; the marking is the copy's at that moment.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="passed_on")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    fields = models.JSONField()
    consent = models.ForeignKey(
        Consent, on_delete=models.PROTECT, null=True, related_name="passed_on"
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            *marked_rules("pass_on"),
            models.CheckConstraint(name="red_is_never_passed_on", condition=~Q(tlp="RED")),
        ]
        triggers = [
            pgtrigger.Protect(name="pass_on_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} v{self.version} from {self.unit_id} to {self.to_id}"
