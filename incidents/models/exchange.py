"""What happens to a copy after its release: taken back, answered with proposals, being read."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.access import units_where
from contactpoints.guests import is_expert_alone
from contactpoints.models import Alert, Unit

from .incident import Incident
from .sharing import Share


class RecallQuerySet(models.QuerySet["Recall"]):
    def visible_to(self, user: Any) -> "RecallQuerySet":
        """What was taken back from desks that `user` reads for, newest first; from a guest who is
        here as an expert, of the own operation alone."""
        mine = self.filter(desk_id__in=units_where(user, "view_incidents"))
        if is_expert_alone(user):
            mine = mine.filter(incident__in=import_string(settings.GUEST_INCIDENTS)(user))
        return mine.order_by("-pk")


class Recall(models.Model):
    """The decision that a copy goes. Kept for ever; the copy itself is gone.

    It is all that the desk, or the unit to which a copy was passed on, still reads of the incident:
    number, reason and time. Who was passed it on was never alerted, so `alert` is null there.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="recalls", db_index=False
    )
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=30)
    side = models.CharField(max_length=2, choices=Side.choices)
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = RecallQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="recall_has_a_reason", condition=~Q(reason=""))]
        indexes = [models.Index(fields=["incident", "desk", "-id"], name="recall_latest")]
        triggers = [
            pgtrigger.Protect(name="recall_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.number} from {self.desk_id}"


class ContentProposalQuerySet(models.QuerySet["ContentProposal"]):
    def visible_to(self, user: Any) -> "ContentProposalQuerySet":
        """All about an own incident; else those of the units that `user` reads for, while the
        unit holds its copy."""
        mine = units_where(user, "view_incidents")
        copies = Share.objects.filter(incident=models.OuterRef("incident"), unit_id__in=mine)
        return self.filter(
            models.Exists(copies.filter(own=True))
            | Q(unit_id__in=mine) & models.Exists(copies.filter(unit=models.OuterRef("unit")))
        )

    def open(self) -> "ContentProposalQuerySet":
        return self.filter(state=ContentProposal.State.OPEN)


class ContentProposal(models.Model):
    """Other values for fields of a copy, proposed by who holds it and decided by the originator.

    `before` and `values` have the keys of `content.FIELDS`; `answers` maps the name of each
    proposed field to "accept" or "refuse". Accepted ones are a version of the incident,
    `became`; nobody but the originator reads that number.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("proposal of content", "Waits for an answer")
        ANSWERED = "answered", pgettext_lazy("proposal of content", "Answered")
        WITHDRAWN = "withdrawn", pgettext_lazy("proposal of content", "Withdrawn")
        LAPSED = "lapsed", pgettext_lazy("proposal of content", "Ended with the recall")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="proposals")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=2, choices=Side.choices)
    version = models.PositiveIntegerField()
    before = models.JSONField()
    values = models.JSONField()
    reason = models.CharField(max_length=500)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answers = models.JSONField(default=dict)
    answer = models.CharField(max_length=500, blank=True)
    became = models.PositiveIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ContentProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="content_proposed_once"),
            models.CheckConstraint(name="proposal_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="open_proposal_has_no_end",
                condition=Q(state="open", ended_at=None) | ~Q(state="open") & ~Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="answered_proposal_answers_each_field",
                condition=~Q(state="answered") | ~Q(answers={}),
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="content_proposal_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="content_proposal_is_kept", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="content_proposal_moves",
                field="state",
                transitions=[("open", "answered"), ("open", "withdrawn"), ("open", "lapsed")],
            ),
            pgtrigger.ReadOnly(
                name="what_was_proposed_stays",
                fields=["incident", "unit", "side", "version", "before", "values", "reason", "by"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} by {self.unit_id}"

    @property
    def ref(self) -> str:
        return f"content_proposal:{self.uid}"


class IncidentPresence(models.Model):
    """An officer has the incident on the screen, last seen at `seen_at`. Forgotten soon after.

    `unit` is the one whose copy is read. The table is unlogged: a crash empties it.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+", db_index=False)
    editing = models.BooleanField(default=False)
    since = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "user"], name="one_presence_per_incident")
        ]
        indexes = [models.Index(fields=["seen_at"], name="incident_presence_seen")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.incident_id}"
