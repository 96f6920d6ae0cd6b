"""The handover of a desk at the change of shift, and what officers write into its duty journal."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from .people import DutyShift
from .tree import Unit

# Who signs a handover belongs to the side of the desk, whatever door it came through.
OF_THE_SIDE = """
    IF EXISTS (SELECT 1 FROM access_user p, contactpoints_unit u
               WHERE u.id = NEW.unit_id AND p.side <> u.side
                 AND p.id IN (NEW.left_by_id, NEW.to_id, NEW.taken_by_id)) THEN
        RAISE EXCEPTION 'a_desk_is_handed_over_within_its_side: %', NEW.unit_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class OfDesk(models.QuerySet[Any]):
    """Rows of a desk, which its own side alone reads."""

    def visible_to(self, user: Any) -> Any:
        """Those of the desks of the own side whose alerts `user` sees."""
        from ..access import units_where

        return self.filter(unit__in=units_where(user, "view_alerts"), unit__side=user.side)


class ShiftHandoverQuerySet(OfDesk):
    def waiting(self) -> "ShiftHandoverQuerySet":
        """Signed by the officer who leaves, and by nobody else yet."""
        return self.filter(taken_at=None, withdrawn_at=None)

    def whole(self) -> "ShiftHandoverQuerySet":
        return self.select_related("unit", "left_by", "to", "taken_by")


class ShiftHandover(models.Model):
    """An officer leaves a desk to the next one, with a note and with what is still open.

    Signed twice: by whoever leaves, and by whoever arrives. `items` is what was open when the
    first signed: a list of {"kind", "ref", "about", "number", "at" (ISO 8601 UTC or null),
    "priority"}. It repeats no words of a report, so that what is taken back or purged later is
    not kept here. `since` is when the shift of the leaving officer began; `to` is whom that
    officer expected. It changes nothing in the rota.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="handovers")
    shift = models.ForeignKey(DutyShift, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    note = models.TextField(max_length=4000)
    items = models.JSONField(default=list)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(default=now)
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = ShiftHandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(taken_at=None, withdrawn_at=None),
                name="one_handover_waits_at_a_desk",
            ),
            models.CheckConstraint(name="a_handover_has_a_note", condition=~Q(note="")),
            models.CheckConstraint(
                name="a_shift_is_taken_over_by_a_person",
                condition=Q(taken_at=None, taken_by=None)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_takes_over_from_themselves",
                condition=Q(taken_by=None) | ~Q(taken_by=F("left_by")),
            ),
            models.CheckConstraint(
                name="a_handover_ends_one_way",
                condition=Q(taken_at=None) | Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="a_shift_is_taken_over_after_it_was_left",
                condition=Q(since__lte=F("signed_at"))
                & (Q(taken_at=None) | Q(taken_at__gte=F("signed_at"))),
            ),
        ]
        indexes = [models.Index(fields=["unit", "-signed_at"], name="handover_of_desk")]
        triggers = [
            pgtrigger.Trigger(
                name="a_desk_is_handed_over_within_its_side",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=OF_THE_SIDE,
            ),
            pgtrigger.ReadOnly(
                name="what_was_handed_over_stands",
                fields=["uid", "unit", "shift", "since", "note", "items", "left_by", "signed_at"],
            ),
            pgtrigger.Protect(
                name="a_handover_ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.taken_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL"
                ),
            ),
            pgtrigger.Protect(name="a_handover_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.signed_at:%Y-%m-%d %H:%M}"

    @property
    def ref(self) -> str:
        return f"shift_handover:{self.uid}"

    @property
    def waits(self) -> bool:
        return self.taken_at is None and self.withdrawn_at is None


class DutyNote(models.Model):
    """A line that an officer wrote into the duty journal of a desk. Never changed."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(max_length=1000)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = OfDesk.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="duty_note_written_once"),
            models.CheckConstraint(name="a_duty_note_says_something", condition=~Q(text="")),
        ]
        indexes = [models.Index(fields=["unit", "at"], name="duty_note_of_desk")]
        triggers = [
            pgtrigger.Protect(
                name="a_duty_note_stands", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.at:%Y-%m-%d %H:%M}"
