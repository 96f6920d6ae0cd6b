"""What readers of a procedure say to it: comments, lessons, and that they have read it."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from ..sides import Side
from .procedures import ProcedureVersion


class ProcedureComment(models.Model):
    """A remark of the consultation, or a lesson from a case that asks for a change.

    `step` is the code of the step it is about, "" for the whole. `about` names what taught the
    lesson ("investigation:<uid>"), "" for a plain remark. `proposed` is other words for the step.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("comment on a procedure", "Open")
        TAKEN_UP = "taken_up", pgettext_lazy("comment on a procedure", "Taken up")
        NOT_TAKEN_UP = "not_taken_up", pgettext_lazy("comment on a procedure", "Not taken up")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="comments")
    step = models.CharField(max_length=40, blank=True)
    side = models.CharField(max_length=2, choices=Side.choices)
    text = models.CharField(max_length=2_000)
    proposed = models.CharField(max_length=4_000, blank=True)
    about = models.CharField(max_length=80, blank=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    answer = models.CharField(max_length=2_000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The version that carries the change.
    became = models.ForeignKey(
        ProcedureVersion, on_delete=models.PROTECT, null=True, related_name="lessons"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "client_ref"], name="comment_on_a_procedure_written_once"
            ),
            models.CheckConstraint(
                name="comment_not_taken_up_has_an_answer",
                condition=~Q(state="not_taken_up") | ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="answered_comment_has_officer_and_time",
                condition=Q(state="open", answered_at=None, answered_by=None)
                | (~Q(state="open") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="comment_on_a_procedure_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="comment_on_a_procedure_stands",
                fields=["uid", "version", "step", "side", "text", "proposed", "about", "by", "at"],
            ),
            pgtrigger.FSM(
                name="comment_on_a_procedure_is_answered_once",
                field="state",
                transitions=[("open", "taken_up"), ("open", "not_taken_up")],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.step}"


class ProcedureReading(models.Model):
    """An officer confirmed to have read and understood a version that holds. Append-only."""

    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="readings")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "officer"], name="an_officer_confirms_a_version_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="confirmation_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="what_holds_is_confirmed",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (SELECT 1 FROM public.reference_procedureversion
                               WHERE id = NEW.version_id
                                 AND state IN ('in_force', 'under_review')) THEN
                    RAISE EXCEPTION 'what_holds_is_confirmed' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.officer_id}"
