"""Meetings of the border representatives: agenda, people, protocol, decisions (docs/meetings.md).

A meeting is shared from the moment it is called. The protocol says the same in two languages,
item by item; both sides confirm its hash, so whatever changes afterwards has to be confirmed again.
"""

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.access import units_where
from contactpoints.models import Unit

from .investigation import SERVICES


class MeetingState(models.TextChoices):
    CALLED = "called", pgettext_lazy("meeting", "Called")
    AGREED = "agreed", pgettext_lazy("meeting", "Agreed")
    HELD = "held", pgettext_lazy("meeting", "Held")
    DRAFTED = "drafted", pgettext_lazy("meeting", "Protocol drafted")
    SIGNED = "signed", pgettext_lazy("meeting", "Protocol confirmed by both sides")
    POSTPONED = "postponed", pgettext_lazy("meeting", "Postponed")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


MEETING_MOVES = [
    ("called", "agreed"),
    ("called", "postponed"),
    ("called", "cancelled"),
    ("agreed", "held"),
    ("agreed", "postponed"),
    ("agreed", "cancelled"),
    ("postponed", "called"),
    ("postponed", "cancelled"),
    ("held", "drafted"),
    ("drafted", "signed"),
]
MEETING_ROAD = [
    MeetingState.CALLED,
    MeetingState.AGREED,
    MeetingState.HELD,
    MeetingState.DRAFTED,
    MeetingState.SIGNED,
]
# In which the agenda and the people are written, and in which the protocol is.
PREPARED = (MeetingState.CALLED, MeetingState.AGREED, MeetingState.POSTPONED)
WRITTEN_UP = (MeetingState.HELD, MeetingState.DRAFTED)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: Any) -> Self:
        """Meetings of which the unit or the desk of the own side lies within the reach of `user`,
        and those in which `user` takes part."""
        ids = units_where(user, "view_investigations")
        part = MeetingSide.objects.filter(meeting=OuterRef("pk"), side=user.side)
        there = MeetingPerson.objects.filter(
            meeting=OuterRef("pk"), side=user.side, officer=user.pk, removed_at=None
        )
        reach = part.filter(Q(unit_id__in=ids) | Q(desk_id__in=ids))
        return self.filter(Exists(reach) | Exists(there))


class Meeting(models.Model):
    """A meeting of border representatives, such as BRM-2026-00001.

    `side` called it; `asked` is the side that has yet to agree to `at`. `by_language` is the
    language of Belarus's column of the protocol. `sha256` is the sum of what the protocol says
    now, "" before there is one. `held_at` is when it really began.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    asked = models.CharField(max_length=2, choices=Side.choices)
    state = models.CharField(
        max_length=9, choices=MeetingState.choices, default=MeetingState.CALLED
    )
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=2)
    by_language = models.CharField(max_length=2, default="ru")
    place = models.CharField(max_length=200)
    at = models.DateTimeField()
    ends_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    called_at = models.DateTimeField(default=now)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="meetings_by_time")]
        constraints = [
            models.UniqueConstraint(fields=["called_by", "client_ref"], name="meeting_called_once"),
            models.CheckConstraint(
                name="meeting_is_of_the_two_services",
                condition=Q(side__in=SERVICES, asked__in=SERVICES),
            ),
            models.CheckConstraint(
                name="protocol_is_in_a_language_of_belarus",
                condition=Q(by_language__in=["be", "ru"]),
            ),
            models.CheckConstraint(
                name="meeting_ends_after_it_begins", condition=Q(ends_at__gt=F("at"))
            ),
            models.CheckConstraint(
                name="meeting_put_off_has_a_reason",
                condition=~Q(state__in=["postponed", "cancelled"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="held_meeting_has_its_time",
                condition=~Q(state__in=["held", "drafted", "signed"])
                | Q(held_at__isnull=False, ended_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="meeting_moves", field="state", transitions=MEETING_MOVES),
            pgtrigger.Protect(name="meeting_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="meeting_stays_whose_it_is",
                fields=["uid", "number", "side", "called_by", "called_at"],
            ),
            pgtrigger.Protect(
                name="confirmed_protocol_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state = 'signed' AND OLD.* IS DISTINCT FROM NEW.*"
                ),
            ),
            pgtrigger.Trigger(
                name="both_sides_confirm_the_same_protocol",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'signed'"),
                func="""
                IF (SELECT count(DISTINCT c.side) FROM public.incidents_protocolconfirmation c
                    WHERE c.meeting_id = NEW.id AND c.sha256 = NEW.sha256) < 2 THEN
                    RAISE EXCEPTION 'both_sides_confirm_the_same_protocol: %', NEW.number
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> str:
        return f"meeting:{self.uid}"

    @property
    def languages(self) -> tuple[str, str]:
        """Of the protocol: Latvia's column, Belarus's column."""
        return "lv", self.by_language


class MeetingSide(models.Model):
    """A side's part in a meeting: the unit and desk it hangs on, and its representative."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="sides", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    representative = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "side"], name="a_side_meets_once"),
            models.CheckConstraint(name="services_meet", condition=Q(side__in=SERVICES)),
        ]
        triggers = [
            pgtrigger.Protect(name="side_of_a_meeting_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="who_meets_is_of_the_side",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.contactpoints_unit u
                           WHERE u.id IN (NEW.unit_id, NEW.desk_id) AND u.side <> NEW.side)
                   OR EXISTS (SELECT 1 FROM public.access_user a
                              WHERE a.id = NEW.representative_id AND a.side <> NEW.side) THEN
                    RAISE EXCEPTION 'who_meets_is_of_the_side: %', NEW.side
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.side}"


class MeetingMove(models.Model):
    """The meeting went from one state to the next: who, when, why. Append-only."""

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="moves", db_index=False
    )
    after = models.CharField(max_length=9, choices=MeetingState.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["meeting", "id"], name="moves_of_a_meeting")]
        triggers = [
            pgtrigger.Protect(
                name="move_of_a_meeting_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.after}"


class MeetingPerson(models.Model):
    """Somebody whom a side brings to a meeting, with or without an account."""

    class Function(models.TextChoices):
        REPRESENTATIVE = "representative", pgettext_lazy("meeting", "Border representative")
        DEPUTY = "deputy", pgettext_lazy("meeting", "Deputy")
        EXPERT = "expert", pgettext_lazy("meeting", "Expert")
        SECRETARY = "secretary", pgettext_lazy("meeting", "Secretary")
        INTERPRETER = "interpreter", pgettext_lazy("meeting", "Interpreter")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="people", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(max_length=120)
    function = models.CharField(max_length=14, choices=Function.choices)
    removed_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "side", "name", "function"],
                condition=Q(removed_at=None),
                name="somebody_takes_part_once",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="person_of_a_meeting_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="person_of_a_meeting_stays",
                fields=["uid", "meeting", "side", "officer", "name", "function", "by", "at"],
            ),
            pgtrigger.Trigger(
                name="people_of_a_confirmed_protocol_stay",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF (SELECT state FROM public.incidents_meeting WHERE id = NEW.meeting_id)
                   = 'signed' THEN
                    RAISE EXCEPTION 'people_of_a_confirmed_protocol_stay'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="each_side_names_its_own_people",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.access_user a
                           WHERE a.id IN (NEW.officer_id, NEW.by_id) AND a.side <> NEW.side) THEN
                    RAISE EXCEPTION 'each_side_names_its_own_people: %', NEW.side
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.name}"


class MeetingSeries(models.Model):
    """The last number that was given in a year, as in BRM-2026-00001."""

    year = models.PositiveIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year} {self.last}"
