"""What changes a rota from day to day: absences, swaps, the daily check, addresses of calendars."""

import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .people import Booking, DutyShift


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> "AbsenceQuerySet":
        """Absences that were not taken back and are not over, the earliest first."""
        rows = self.filter(booking__cancelled_at=None, booking__period__endswith__gt=now())
        return rows.select_related("booking__officer").order_by("booking__period", "pk")


class Absence(models.Model):
    """Why an officer's time is taken when nobody may put the officer on duty.

    The time itself is a booking, so that the database keeps it and a shift apart. The ground is for
    the officer and for whoever sets a rota on which the officer stands; to others it is an absence.
    """

    class Ground(models.TextChoices):
        LEAVE = "leave", pgettext_lazy("absence", "Leave")
        ILLNESS = "illness", pgettext_lazy("absence", "Illness")
        TRAINING = "training", pgettext_lazy("absence", "Training")
        TRAVEL = "travel", pgettext_lazy("absence", "Official travel")
        OTHER = "other", pgettext_lazy("absence", "Other ground")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT)
    ground = models.CharField(max_length=8, choices=Ground.choices, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(default=now)
    # Since when the ground is kept no longer.
    purged_at = models.DateTimeField(null=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_absence_has_a_ground_until_it_is_purged",
                condition=models.Q(purged_at=None) & ~models.Q(ground="")
                | models.Q(purged_at__isnull=False, ground=""),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_purged_absence_stays_so",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.purged_at IS NOT NULL"),
            ),
            pgtrigger.Trigger(
                name="absence_has_a_booking_of_its_kind",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("taken_as", "text")],
                func="""
                    SELECT kind INTO taken_as FROM contactpoints_booking
                        WHERE id = NEW.booking_id;
                    IF taken_as <> 'absence' THEN
                        RAISE EXCEPTION 'absence_has_a_booking_of_its_kind'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"absence {self.uid}"

    @property
    def officer(self) -> Any:
        return self.booking.officer

    @property
    def starts_at(self) -> Any:
        return self.booking.period.lower

    @property
    def ends_at(self) -> Any:
        return self.booking.period.upper


class ShiftSwapQuerySet(models.QuerySet["ShiftSwap"]):
    def open(self) -> "ShiftSwapQuerySet":
        """Offers that can still be taken: not answered, of shifts that stand and have not begun."""
        return self.filter(
            accepted_at=None,
            declined_at=None,
            withdrawn_at=None,
            shift__cancelled_at=None,
            shift__period__startswith__gt=now(),
        )

    def whole(self) -> "ShiftSwapQuerySet":
        """With everything that a page shows of an offer."""
        return self.select_related("shift__unit", "shift__booking__officer", "to", "taken")


class ShiftSwap(models.Model):
    """An officer offers a shift to another, who takes it over or not.

    `taken` is the shift that then stands instead, of the same time and rank.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    shift = models.ForeignKey(DutyShift, on_delete=models.PROTECT, related_name="swaps")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=now)
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    taken = models.OneToOneField(
        DutyShift, on_delete=models.PROTECT, null=True, related_name="taken_over"
    )

    objects = ShiftSwapQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shift"],
                condition=Q(declined_at=None, withdrawn_at=None),
                name="a_shift_is_offered_to_one_officer_at_a_time",
            ),
            models.CheckConstraint(
                name="an_offer_has_one_answer",
                condition=Q(accepted_at=None, declined_at=None)
                | Q(accepted_at=None, withdrawn_at=None)
                | Q(declined_at=None, withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="an_accepted_offer_names_the_new_shift",
                condition=Q(accepted_at=None, taken=None)
                | Q(accepted_at__isnull=False, taken__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_takes_a_shift_over_with_itself",
                condition=Q(taken=None) | ~Q(taken=F("shift")),
            ),
        ]

    def __str__(self) -> str:
        return f"swap {self.uid}"

    @property
    def officer(self) -> Any:
        """Who offers."""
        return self.shift.booking.officer


class RotaCheck(models.Model):
    """When the rotas of a side were last looked through for hours without anybody."""

    side = models.CharField(max_length=2, choices=Side.choices, primary_key=True)
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.side} {self.checked_at}"


class CalendarFeed(models.Model):
    """The secret address of an officer's calendar: only its hash is kept.

    `digest`: SHA-256 of the secret part, hexadecimal. Renewing writes it over, and the old address
    is gone at once.
    """

    officer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of {self.officer_id}"
