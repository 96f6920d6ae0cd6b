"""Joint inspections of the line: both sides walk it together and confirm what they saw."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.models import Place
from bordercoop.reference.sides import Side
from contactpoints.models import Unit

from .investigation import SERVICES
from .signs import Condition, RegisterQuerySet


class LineState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("joint inspection", "Proposed")
    AGREED = "agreed", pgettext_lazy("joint inspection", "Agreed")
    CONFIRMED = "confirmed", pgettext_lazy("joint inspection", "Confirmed by both sides")
    DECLINED = "declined", pgettext_lazy("joint inspection", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("joint inspection", "Withdrawn")


LINE_MOVES = [
    ("proposed", "agreed"),
    ("proposed", "declined"),
    ("proposed", "withdrawn"),
    ("agreed", "confirmed"),
    ("agreed", "withdrawn"),
]


class LineInspection(models.Model):
    """Both sides walk the line together from one sign to another.

    `side` proposed it, the other agrees to the time; then what was seen is written sign by sign
    by either side, and counts once both have confirmed the same results (`sha256`).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Of the side that was asked, once it has agreed.
    other_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=10, choices=LineState.choices, default=LineState.PROPOSED)
    first = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    last = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=2)
    sha256 = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    proposed_at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects = RegisterQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="line_proposed_once"),
            models.CheckConstraint(name="line_side_is_a_service", condition=Q(side__in=SERVICES)),
            models.CheckConstraint(
                name="refusing_a_line_inspection_has_a_reason",
                condition=~Q(state__in=["declined", "withdrawn"]) | ~Q(reason=""),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="line_moves", field="state", transitions=LINE_MOVES),
            pgtrigger.Protect(name="line_inspection_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="line_inspection_stays_what_it_is",
                fields=["uid", "side", "unit", "first", "last", "by", "proposed_at"],
            ),
            pgtrigger.Trigger(
                name="both_sides_confirm_the_same_results",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'confirmed'"),
                func="""
                IF (SELECT count(DISTINCT c.side) FROM public.incidents_lineconfirmation c
                    WHERE c.line_id = NEW.id AND c.sha256 = NEW.sha256) < 2 THEN
                    RAISE EXCEPTION 'both_sides_confirm_the_same_results: %', NEW.id
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.at:%Y-%m-%d}"

    @property
    def ref(self) -> str:
        return f"line_inspection:{self.uid}"


class LineResult(models.Model):
    """What was seen at one sign of a joint inspection; either side writes it until both confirm."""

    line = models.ForeignKey(
        LineInspection, on_delete=models.PROTECT, related_name="results", db_index=False
    )
    sign = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    condition = models.CharField(max_length=8, choices=Condition.choices)
    seen = models.CharField(max_length=2_000, blank=True)
    # Grows each time it is written, so that nobody overwrites what was not read.
    version = models.PositiveIntegerField(default=1)
    language = models.CharField(max_length=2)
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "sign"], name="one_result_for_each_sign"),
            models.CheckConstraint(
                name="result_that_is_not_good_says_what",
                condition=Q(condition="good") | ~Q(seen=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="result_of_a_line_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="result_stays_on_its_line", fields=["line", "sign"]),
            pgtrigger.Trigger(
                name="confirmed_results_never_change",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF (SELECT state FROM public.incidents_lineinspection WHERE id = NEW.line_id)
                   <> 'agreed' THEN
                    RAISE EXCEPTION 'confirmed_results_never_change: %', NEW.line_id
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.sign_id} {self.condition}"


class LineConfirmation(models.Model):
    """A side confirmed the results with this sum. Append-only; void once they are others."""

    line = models.ForeignKey(
        LineInspection, on_delete=models.PROTECT, related_name="confirmations", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "side", "sha256"], name="a_side_confirms_results_once"
            ),
            models.CheckConstraint(name="a_service_confirms", condition=Q(side__in=SERVICES)),
        ]
        triggers = [
            pgtrigger.Protect(
                name="confirmation_of_a_line_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="a_line_is_confirmed_for_the_own_side",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.side <> (SELECT side FROM public.access_user WHERE id = NEW.by_id) THEN
                    RAISE EXCEPTION 'a_line_is_confirmed_for_the_own_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.sha256 <> (SELECT sha256 FROM public.incidents_lineinspection
                                  WHERE id = NEW.line_id) THEN
                    RAISE EXCEPTION 'a_confirmation_is_of_the_present_results'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.side}"
