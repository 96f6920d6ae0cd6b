"""What a meeting of border representatives leaves: agenda, protocol, decisions."""

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .investigation import SERVICES
from .meetings import Meeting, MeetingState
from .signs import today


class AgendaItem(models.Model):
    """A numbered point of the agenda, proposed by a side, and what the protocol says to it.

    `topics` and `protocol` are `{language: text}`; `marks` says for each language of the protocol
    whether the text is `original` or `translated`. `about` names a joint investigation
    ("investigation:<uid>"), "" for none; only who reads that case is told of it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="items", db_index=False
    )
    number = models.PositiveIntegerField()
    side = models.CharField(max_length=2, choices=Side.choices)
    topics = models.JSONField()
    language = models.CharField(max_length=2)
    about = models.CharField(max_length=80, blank=True)
    protocol = models.JSONField(default=dict)
    marks = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="agenda_item_counted_once"),
            models.UniqueConstraint(fields=["by", "client_ref"], name="agenda_item_proposed_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="agenda_item_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="agenda_item_stays_whose_it_is",
                fields=["uid", "meeting", "number", "side", "by", "at"],
            ),
            pgtrigger.Trigger(
                name="agenda_of_a_confirmed_protocol_never_changes",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF (SELECT state FROM public.incidents_meeting WHERE id = NEW.meeting_id)
                   IN ('signed', 'cancelled') THEN
                    RAISE EXCEPTION 'agenda_of_a_confirmed_protocol_never_changes'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.number}"


class ItemVersion(models.Model):
    """What the protocol said to an item from then on. Append-only."""

    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    topics = models.JSONField()
    protocol = models.JSONField()
    marks = models.JSONField()
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="version_of_an_item_counted")
        ]
        triggers = [
            pgtrigger.Protect(
                name="version_of_an_item_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.number}"


class ProtocolConfirmation(models.Model):
    """A side's representative confirmed the protocol with this sum. Append-only; void once the
    protocol has another one."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="confirmations", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "side", "sha256"], name="a_side_confirms_a_protocol_once"
            ),
            models.CheckConstraint(
                name="services_confirm_a_protocol", condition=Q(side__in=SERVICES)
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="confirmation_of_a_protocol_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="a_protocol_is_confirmed_for_the_own_side",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.side <> (SELECT side FROM public.access_user WHERE id = NEW.by_id) THEN
                    RAISE EXCEPTION 'a_protocol_is_confirmed_for_the_own_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.sha256 <> (SELECT sha256 FROM public.incidents_meeting
                                  WHERE id = NEW.meeting_id) THEN
                    RAISE EXCEPTION 'a_confirmation_is_of_the_present_protocol'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.side}"


class DecisionQuerySet(models.QuerySet["MeetingDecision"]):
    def visible_to(self, user: Any) -> Self:
        return self.filter(meeting__in=Meeting.objects.visible_to(user))

    def followed(self) -> Self:
        """Those of protocols that both sides have confirmed."""
        return self.filter(meeting__state=MeetingState.SIGNED)

    def overdue(self) -> Self:
        """Followed ones that are open after their day, in UTC; the longest overdue first."""
        late = self.followed().filter(state="open", due__lt=today())
        return late.order_by("due", "pk")


class MeetingDecision(models.Model):
    """Something that was decided: which side does it, who there, by when, and how it stands.

    Part of the protocol until both sides have confirmed that; from then on its side alone says
    that it is `done`, with a proof, or `dropped`, with a reason. Both are told once it is overdue.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("decision", "Open")
        DONE = "done", pgettext_lazy("decision", "Done")
        DROPPED = "dropped", pgettext_lazy("decision", "Dropped")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="decisions", db_index=False
    )
    number = models.PositiveIntegerField()
    texts = models.JSONField()
    marks = models.JSONField(default=dict)
    side = models.CharField(max_length=2, choices=Side.choices)
    owner = models.CharField(max_length=160)
    due = models.DateField()
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    outcome = models.CharField(max_length=1_000, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    alarmed_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["due"], name="decisions_due", condition=Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="decision_counted_once"),
            models.UniqueConstraint(fields=["by", "client_ref"], name="decision_written_once"),
            models.CheckConstraint(name="decision_is_of_a_service", condition=Q(side__in=SERVICES)),
            models.CheckConstraint(
                name="ended_decision_says_how",
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="decision_moves",
                field="state",
                transitions=[("open", "done"), ("open", "dropped"), ("done", "open"),
                             ("dropped", "open")],
            ),
            pgtrigger.Protect(name="decision_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="decision_stays_what_it_is", fields=["uid", "meeting", "number", "by", "at"]
            ),
            pgtrigger.Trigger(
                name="no_decision_joins_a_confirmed_protocol",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF (SELECT state FROM public.incidents_meeting WHERE id = NEW.meeting_id)
                   = 'signed' THEN
                    RAISE EXCEPTION 'no_decision_joins_a_confirmed_protocol'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="a_confirmed_decision_is_moved_by_its_own_side",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF (SELECT state FROM public.incidents_meeting WHERE id = NEW.meeting_id)
                   = 'signed' AND (OLD.texts, OLD.marks, OLD.side, OLD.owner, OLD.due)
                   IS DISTINCT FROM (NEW.texts, NEW.marks, NEW.side, NEW.owner, NEW.due) THEN
                    RAISE EXCEPTION 'a_confirmed_decision_never_changes'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.side <> (SELECT side FROM public.access_user WHERE id = NEW.ended_by_id)
                THEN
                    RAISE EXCEPTION 'a_decision_is_moved_by_its_own_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.number}"

    @property
    def ref(self) -> str:
        return f"decision:{self.uid}"

    @property
    def overdue(self) -> bool:
        return self.state == self.State.OPEN and self.due < today()


class DecisionLine(models.Model):
    """What became of a decision, or what a side said to it. Append-only. `state` is "" for a
    comment."""

    decision = models.ForeignKey(
        MeetingDecision, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    state = models.CharField(max_length=7, choices=MeetingDecision.State.choices, blank=True)
    text = models.CharField(max_length=1_000)
    language = models.CharField(max_length=2)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["decision", "id"], name="lines_of_a_decision")]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="line_of_a_decision_once")
        ]
        triggers = [
            pgtrigger.Protect(
                name="line_of_a_decision_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.side}"
