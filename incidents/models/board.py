"""The action board of an incident: who does what by when, on both sides."""

import uuid
from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.access import roles_of, units_where
from contactpoints.models import Unit

from .incident import Incident
from .remarks import Audience, Measure, Remark
from .sharing import Share


class TaskState(models.TextChoices):
    OPEN = "open", pgettext_lazy("task", "Open")
    IN_PROGRESS = "in_progress", pgettext_lazy("task", "In progress")
    DONE = "done", pgettext_lazy("task", "Done")
    DROPPED = "dropped", pgettext_lazy("task", "Dropped")


GOING_ON = (TaskState.OPEN, TaskState.IN_PROGRESS)


class TaskQuerySet(models.QuerySet["Task"]):
    def readable_by(self, side: str) -> "TaskQuerySet":
        """The tasks of this side, and those that the other side gave to both; "" for the latter
        alone. Who reads the incident is asked elsewhere."""
        shared = Q(audience=Audience.SHARED)
        return self.filter(shared | Q(side=side) if side else shared)

    def visible_to(self, user: Any) -> "TaskQuerySet":
        """The tasks of the own side, of incidents of which `user` has a copy within reach. What
        the other side gave to both is read through a copy: `tidings.readable_tasks`."""
        ids = units_where(user, "view_incidents")
        held = Share.objects.filter(incident=OuterRef("incident"), unit_id__in=ids)
        return self.filter(Exists(held), side=user.side)

    def going_on(self) -> "TaskQuerySet":
        return self.filter(state__in=GOING_ON)

    def overdue(self, at: datetime | None = None) -> "TaskQuerySet":
        return self.going_on().filter(due_at__lt=at or now())

    def counted(self) -> dict[str, int]:
        """How many go on (`open`), and how many of those are overdue (`late`)."""
        late = Count("pk", filter=Q(due_at__lt=now()))
        return self.going_on().aggregate(open=Count("pk"), late=late)

    def for_whom(self, user: Any) -> "TaskQuerySet":
        """Those that wait for this officer or for a unit at which the officer is posted; overdue
        ones first, then by when they are due."""
        at = [unit.pk for _role, unit in roles_of(user)]
        mine = self.going_on().filter(Q(officer=user.pk) | Q(assigned__in=at), side=user.side)
        return mine.order_by(models.F("due_at").asc(nulls_last=True), "pk")


class Task(models.Model):
    """Something that a side has to do about an incident.

    `officer` or `assigned` (a unit or desk) says who does it, neither that it is still to be given
    to somebody. `version` grows with each step, so that nobody overwrites what was not read.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="tasks")
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=500)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    assigned = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True)
    audience = models.CharField(max_length=6, choices=Audience.choices)
    state = models.CharField(max_length=11, choices=TaskState.choices, default=TaskState.OPEN)
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    measure = models.OneToOneField(Measure, on_delete=models.PROTECT, null=True, related_name="+")
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="task_added_once"),
            models.CheckConstraint(
                name="a_task_is_for_an_officer_or_a_unit",
                condition=Q(officer=None) | Q(assigned=None),
            ),
            models.CheckConstraint(
                name="dropping_a_task_has_a_reason", condition=~Q(state="dropped") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="an_ended_task_has_its_time",
                condition=Q(state__in=["done", "dropped"], ended_at__isnull=False)
                | Q(state__in=["open", "in_progress"], ended_at=None),
            ),
        ]
        indexes = [
            models.Index(
                fields=["officer"],
                name="task_of_officer",
                condition=Q(state__in=["open", "in_progress"]),
            ),
            models.Index(
                fields=["assigned"],
                name="task_of_unit",
                condition=Q(state__in=["open", "in_progress"]),
            ),
        ]
        triggers = [pgtrigger.Protect(name="task_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.side} {self.state}"

    @property
    def overdue(self) -> bool:
        return self.state in GOING_ON and self.due_at is not None and self.due_at < now()


class TaskStep(models.Model):
    """One step in the life of a task, as it stood after it. Kept for ever."""

    class Deed(models.TextChoices):
        ADDED = "added", pgettext_lazy("step of a task", "Added")
        ASSIGNED = "assigned", pgettext_lazy("step of a task", "Assigned")
        MOVED = "moved", pgettext_lazy("step of a task", "Moved")
        FINISHED = "finished", pgettext_lazy("step of a task", "Finished")
        DROPPED = "dropped", pgettext_lazy("step of a task", "Dropped")
        RECORDED = "recorded", pgettext_lazy("step of a task", "Recorded as a measure")

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="steps", db_index=False)
    number = models.PositiveIntegerField()
    deed = models.CharField(max_length=8, choices=Deed.choices)
    state = models.CharField(max_length=11, choices=TaskState.choices)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    assigned = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="step_of_a_task_counted_once")
        ]
        triggers = [
            pgtrigger.Protect(
                name="step_of_a_task_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.deed}"


class TaskComment(Remark):
    """What an officer of either side says to a task. It has the audience that the task had."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="comments")
