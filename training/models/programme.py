"""The programme of an activity: its sessions, and whose time they take."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from bordercoop.access.models import Language
from contactpoints.models import Booking

from .activities import Activity


class Sessions(models.QuerySet["ProgrammeSession"]):
    def visible_to(self, user: Any) -> Self:
        """Of the activities that `user` reads."""
        return self.filter(activity__in=Activity.objects.visible_to(user))

    def standing(self) -> Self:
        return self.filter(removed_at=None)


class ProgrammeSession(models.Model):
    """One item of the programme. Speaker and interpreter are officers of the portal, or names.

    `period` holds UTC moments and lies within that of the activity. `venue` is the place and the
    room in lower case, "" without a room: the database keeps two sessions out of one room. It is
    written over with every change; `removed_at` takes the item out.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=160)
    period = DateTimeRangeField()
    room = models.CharField(max_length=80, blank=True)
    venue = models.CharField(max_length=300, blank=True)
    speaker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    speaker_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    interpreter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    interpreter_name = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField(default=now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    removed_at = models.DateTimeField(null=True)

    objects = Sessions.as_manager()

    class Meta:
        ordering = ["period", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["added_by", "client_ref"], name="session_added_once"),
            ExclusionConstraint(
                name="one_session_in_a_room",
                expressions=[("venue", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(removed_at=None) & ~Q(venue=""),
            ),
            models.CheckConstraint(
                name="a_session_takes_time",
                condition=Q(
                    period__isempty=False, period__lower_inf=False, period__upper_inf=False
                ),
            ),
            models.CheckConstraint(
                name="nobody_interprets_for_oneself",
                condition=Q(speaker=None)
                | Q(interpreter=None)
                | ~Q(speaker=models.F("interpreter")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="session_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_session_stays_where_it_is", fields=["uid", "activity", "client_ref"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.title}"

    @property
    def starts_at(self) -> Any:
        return self.period.lower

    @property
    def ends_at(self) -> Any:
        return self.period.upper


class TakenTime(models.Model):
    """A booking that an activity made. The booking is what nobody else may overlap."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="taken")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="taken_by")

    class Meta:
        triggers = [
            pgtrigger.Protect(
                name="taken_time_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.booking_id}"
