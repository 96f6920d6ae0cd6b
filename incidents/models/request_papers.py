"""What hangs on an information request: incidents, files, and who else may read it."""

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from bordercoop.reference.sides import Side
from contactpoints.access import units_where
from contactpoints.models import Unit

from .asking import InformationRequest
from .incident import Incident
from .marking import Consent
from .purging import blanked_by_a_purge_alone, linked_to
from .remarks import Audience


class RequestLink(models.Model):
    """An incident that a request is about. When it is linked, the other side reported it or its
    desk holds a copy; a reader who holds none, such as after a recall, is told of nothing."""

    asked = models.ForeignKey(
        InformationRequest, on_delete=models.PROTECT, related_name="links", db_index=False
    )
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["asked", "incident"], name="incident_linked_to_a_request_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="link_of_a_request_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="linked_only_where_the_other_side_holds_it",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.side = (SELECT i.side FROM public.incidents_incident i
                               WHERE i.id = NEW.incident_id)
                   AND NOT EXISTS (
                    SELECT 1 FROM public.incidents_informationrequest r
                    JOIN public.contactpoints_unit d ON d.id IN (r.desk_id, r.to_id)
                    JOIN public.incidents_share s
                      ON s.unit_id = d.id AND s.incident_id = NEW.incident_id
                    WHERE r.id = NEW.asked_id AND d.side <> NEW.side
                ) THEN
                    RAISE EXCEPTION 'linked_only_where_the_other_side_holds_it'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_id} {self.incident_id}"


class RequestFileQuerySet(models.QuerySet["RequestFile"]):
    def visible_to(self, user: Any) -> Self:
        """Files of requests that `user` reads: of the own side, and those for both."""
        ids = units_where(user, "view_alerts")
        return self.filter(
            Q(asked__desk_id__in=ids) | Q(asked__to_id__in=ids),
            Q(side=user.side) | Q(audience=Audience.SHARED),
            purge=None,
        )


class RequestFile(models.Model):
    """A file beside a request, for the own side or for both. The other side gets a picture without
    its metadata."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked = models.ForeignKey(
        InformationRequest, on_delete=models.PROTECT, related_name="files", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    audience = models.CharField(max_length=6, choices=Audience.choices)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    rendition_sha256 = models.CharField(max_length=64, blank=True)
    rendition_size = models.PositiveIntegerField(null=True)
    scan = models.CharField(max_length=14)
    finding = models.CharField(max_length=120, blank=True)
    scanned_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purge = models.ForeignKey(
        "incidents.Purge", on_delete=models.PROTECT, null=True, related_name="+"
    )
    bytes_gone_at = models.DateTimeField(null=True)

    objects = RequestFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["asked", "side", "audience", "sha256"],
                condition=Q(purge=None),
                name="same_bytes_once_a_request",
            ),
            models.CheckConstraint(
                name="file_of_a_request_is_named_by_its_sum",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="file_of_a_request_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="file_of_a_request_never_changes",
                fields=["uid", "asked", "side", "audience", "kind", "size", "sha256", "by", "at"],
            ),
            blanked_by_a_purge_alone(
                "file_of_a_request_ends_by_a_purge",
                columns=["name"],
                blank="NEW.name = ''",
                incident=linked_to("NEW.asked_id"),
                side="NEW.side",
                both="NEW.audience = 'shared'",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.asked_id} {self.name}"


class RequestConsent(models.Model):
    """A side asks the other one whether its half of a request may go to one unit more.

    `unit` is the desk that asks. It covers the half as it was: the question, or the answers up to
    the number `answers`. `text` holds the conditions of a consent, the reason of a refusal.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked = models.ForeignKey(InformationRequest, on_delete=models.PROTECT, related_name="consents")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    to = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    answers = models.PositiveIntegerField()
    purpose = models.TextField()
    state = models.CharField(
        max_length=8, choices=Consent.State.choices, default=Consent.State.ASKED
    )
    asked_at = models.DateTimeField(default=now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["asked", "unit", "to"],
                condition=Q(state="asked"),
                name="one_open_consent_to_pass_a_request",
            ),
            models.CheckConstraint(
                name="a_decided_consent_of_a_request_has_a_time",
                condition=Q(state="asked", decided_at=None, decided_by=None)
                | ~Q(state="asked") & Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_refused_consent_of_a_request_has_a_reason",
                condition=~Q(state="refused") | ~Q(text=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="consent_of_a_request_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="consent_of_a_request_stays_as_asked",
                fields=["uid", "asked", "unit", "to", "answers", "purpose", "asked_at", "asked_by"],
            ),
            pgtrigger.FSM(
                name="consent_of_a_request_is_decided_once",
                field="state",
                transitions=[("asked", "given"), ("asked", "refused")],
            ),
            pgtrigger.Trigger(
                name="the_owner_of_a_half_consents",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.decided_by_id IS NOT NULL"),
                func="""
                IF (SELECT a.side FROM public.access_user a WHERE a.id = NEW.decided_by_id)
                   = (SELECT u.side FROM public.contactpoints_unit u WHERE u.id = NEW.unit_id) THEN
                    RAISE EXCEPTION 'the_owner_of_a_half_consents'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_id} {self.unit_id} to {self.to_id}: {self.state}"

    @property
    def ref(self) -> str:
        return f"request_consent:{self.uid}"


class RequestPass(models.Model):
    """A request was passed on to one unit more, which reads the question and the answers up to the
    number `answers`, and nothing beside them. Kept for ever."""

    asked = models.ForeignKey(
        InformationRequest, on_delete=models.PROTECT, related_name="passed", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    to = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    answers = models.PositiveIntegerField()
    consent = models.ForeignKey(
        RequestConsent, on_delete=models.PROTECT, null=True, related_name="passed", db_index=False
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["asked", "to", "unit", "answers"], name="request_passed_on_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="passing_on_of_a_request_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            # The half of the other side: RED for nobody, the rest by its marking or a consent.
            pgtrigger.Trigger(
                name="a_request_is_passed_on_within_its_marking",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (
                    SELECT 1
                    FROM public.incidents_informationrequest r
                    JOIN public.contactpoints_unit holder ON holder.id = NEW.unit_id
                    JOIN public.contactpoints_unit goal ON goal.id = NEW.to_id
                    CROSS JOIN LATERAL (
                        SELECT r.side, r.handling, r.tlp
                        UNION ALL
                        SELECT a.side, a.handling, a.tlp FROM public.incidents_requestanswer a
                        WHERE a.asked_id = r.id AND a.number <= NEW.answers
                    ) half
                    WHERE r.id = NEW.asked_id AND half.side <> holder.side AND (
                        half.tlp = 'RED'
                        OR NOT (
                            half.handling IN ('H0', 'H1') AND (
                                half.tlp = 'CLEAR'
                                OR half.tlp = 'GREEN' AND goal.side = holder.side
                            )
                            OR EXISTS (
                                SELECT 1 FROM public.incidents_requestconsent c
                                WHERE c.id = NEW.consent_id AND c.asked_id = r.id
                                  AND c.unit_id = NEW.unit_id AND c.to_id = NEW.to_id
                                  AND c.state = 'given' AND c.answers >= NEW.answers
                            )
                        )
                    )
                ) THEN
                    RAISE EXCEPTION 'a_request_is_passed_on_within_its_marking'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_id} to {self.to_id}"
