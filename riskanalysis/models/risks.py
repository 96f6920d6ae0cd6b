"""The risk register: risks, how each side assesses them, and what is done about them.

A risk is its side's own until it is put to both. From then on both sides read it, and each assesses
it for itself: two views beside each other, not one compromise (docs/risk-register.md).
"""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES
from contactpoints.models import Unit

from ..register_access import reads_own, reads_shared
from ..wordings import Said, said


class RiskState(models.TextChoices):
    OPEN = "open", pgettext_lazy("risk", "Open")
    WATCHED = "watched", pgettext_lazy("risk", "Watched")
    CLOSED = "closed", pgettext_lazy("risk", "Closed")


RISK_MOVES = [
    ("open", "watched"), ("watched", "open"), ("open", "closed"), ("watched", "closed"),
    ("closed", "open"),
]  # fmt: skip


class Risks(models.QuerySet["Risk"]):
    def visible_to(self, user: Any) -> Self:
        """Those put to both sides, and with `read_risks` everything of the own side."""
        if not reads_shared(user):
            return self.none()
        shared = Q(shared_at__isnull=False)
        return self.filter(shared | Q(side=user.side) if reads_own(user) else shared)

    def going_on(self) -> Self:
        return self.exclude(state=RiskState.CLOSED)


class Risk(models.Model):
    """Something that may happen on the border, such as R3; LV-3 while only its side reads it.

    `title` and `text` are texts by language, `language` the one that was written first. `sections`
    are codes of the border's ten parts, none for the whole of it. `unit` owns it for its side,
    `officer` of it where one is named; `other_unit` is the other side's, once that side has said
    that the risk is its own as well. `edition` grows with every change.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    own_number = models.PositiveIntegerField()
    number = models.PositiveIntegerField(null=True, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    other_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    title = models.JSONField()
    text = models.JSONField(default=dict)
    language = models.CharField(max_length=2, choices=Language.choices)
    category = models.CharField(max_length=40, blank=True)
    sections = ArrayField(models.CharField(max_length=3), default=list)
    state = models.CharField(max_length=7, choices=RiskState.choices, default=RiskState.OPEN)
    reason = models.CharField(max_length=500, blank=True)
    edition = models.PositiveIntegerField(default=1)
    shared_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects = Risks.as_manager()

    class Meta:
        ordering = [models.F("number").asc(nulls_last=True), "side", "own_number"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="risk_written_once"),
            models.UniqueConstraint(
                fields=["side", "own_number"], name="risk_of_a_side_counted_once"
            ),
            models.CheckConstraint(
                name="risk_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="a_risk_has_its_number_once_it_is_shared",
                condition=Q(number=None, shared_at=None)
                | Q(number__isnull=False, shared_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_shared_risk_is_of_both",
                condition=Q(other_unit=None) | Q(shared_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_closed_risk_says_why", condition=~Q(state="closed") | ~Q(reason="")
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="risk_moves", field="state", transitions=RISK_MOVES),
            pgtrigger.Protect(name="risk_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="risk_stays_whose_it_is",
                fields=["uid", "own_number", "client_ref", "side", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="what_both_read_stays_shared",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.shared_at IS NOT NULL AND (OLD.shared_at, OLD.number) "
                    "IS DISTINCT FROM (NEW.shared_at, NEW.number)"
                ),
                func="""
                RAISE EXCEPTION 'what_both_read_stays_shared' USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def ref(self) -> str:
        return f"risk:{self.uid}"

    @property
    def code(self) -> str:
        return f"R{self.number}" if self.number else f"{self.side}-{self.own_number}"

    @property
    def name(self) -> Said:
        return said(self.title, self.language)

    @property
    def about(self) -> Said:
        return said(self.text, self.language)

    @property
    def joint(self) -> bool:
        return self.other_unit_id is not None

    def of_side(self, side: str) -> bool:
        """Whether that side owns it, alone or with the other."""
        return self.side == side or self.joint


class RiskStep(models.Model):
    """What a risk said after a deed. Append-only; `given` is what both sides read."""

    class Deed(models.TextChoices):
        WRITTEN = "written", pgettext_lazy("step of a risk", "Written")
        CHANGED = "changed", pgettext_lazy("step of a risk", "Changed")
        SHARED = "shared", pgettext_lazy("step of a risk", "Put to both sides")
        JOINED = "joined", pgettext_lazy("step of a risk", "Taken on by the other side as well")
        LEFT = "left", pgettext_lazy("step of a risk", "No longer of both sides")
        MOVED = "moved", pgettext_lazy("step of a risk", "Its state changed")

    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="steps", db_index=False)
    number = models.PositiveIntegerField()
    deed = models.CharField(max_length=7, choices=Deed.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    given = models.BooleanField()
    content = models.JSONField()
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["risk", "number"], name="step_of_a_risk_counted_once")
        ]
        triggers = [
            pgtrigger.Protect(
                name="step_of_a_risk_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.risk_id} {self.deed}"


class Treatments(models.QuerySet["Treatment"]):
    def visible_to(self, user: Any) -> Self:
        """With the risk: those given to both, and with `read_risks` those of the own side."""
        rows = self.filter(risk__in=Risk.objects.visible_to(user))
        given = Q(given=True, risk__shared_at__isnull=False)
        return rows.filter(given | Q(side=user.side) if reads_own(user) else given)

    def overdue(self, today: Any) -> Self:
        return self.filter(state="open", due__lt=today)


class Treatment(models.Model):
    """Something that a side does to make a risk smaller, or its harm.

    `unit` does it, `officer` of it where one is named. Done with `evidence`, dropped with a
    `reason`. With `given` both sides read it. `edition` grows with every change.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("treatment of a risk", "Open")
        DONE = "done", pgettext_lazy("treatment of a risk", "Done")
        DROPPED = "dropped", pgettext_lazy("treatment of a risk", "Dropped")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    risk = models.ForeignKey(Risk, on_delete=models.PROTECT, related_name="treatments")
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    what = models.CharField(max_length=500)
    language = models.CharField(max_length=2, choices=Language.choices)
    due = models.DateField()
    given = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    evidence = models.CharField(max_length=2_000, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    edition = models.PositiveIntegerField(default=1)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects = Treatments.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="treatment_planned_once"),
            models.CheckConstraint(
                name="an_ended_treatment_has_its_time",
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_done_treatment_has_evidence", condition=~Q(state="done") | ~Q(evidence="")
            ),
            models.CheckConstraint(
                name="a_dropped_treatment_says_why", condition=~Q(state="dropped") | ~Q(reason="")
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="treatment_moves",
                field="state",
                transitions=[("open", "done"), ("open", "dropped")],
            ),
            pgtrigger.Protect(name="treatment_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="treatment_stays_whose_it_is",
                fields=["uid", "risk", "side", "client_ref", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="a_given_treatment_stays_given",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.given AND NOT NEW.given"),
                func="""
                RAISE EXCEPTION 'a_given_treatment_stays_given' USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="an_ended_treatment_says_what_it_said",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'open' AND (OLD.what, OLD.evidence, OLD.reason, OLD.ended_at, "
                    "OLD.ended_by_id) IS DISTINCT FROM (NEW.what, NEW.evidence, NEW.reason, "
                    "NEW.ended_at, NEW.ended_by_id)"
                ),
                func="""
                RAISE EXCEPTION 'an_ended_treatment_says_what_it_said'
                    USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.risk_id} {self.side} {self.state}"
