"""Who takes part: seats of each side, nominations, answers (docs/nominations.md)."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES, units_where
from contactpoints.models import Unit

from .activities import Activity, Level


class Quota(models.Model):
    """How many of a side take part."""

    activity = models.ForeignKey(
        Activity, on_delete=models.PROTECT, related_name="quotas", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    seats = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "side"], name="a_side_has_one_quota"),
            models.CheckConstraint(
                name="the_two_sides_have_quotas", condition=Q(side__in=SERVICES)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.side} {self.seats}"


class PartState(models.TextChoices):
    NOMINATED = "nominated", pgettext_lazy("participation", "Nominated")
    APPROVED = "approved", pgettext_lazy("participation", "Approved by the unit")
    INVITED = "invited", pgettext_lazy("participation", "Invited")
    ACCEPTED = "accepted", pgettext_lazy("participation", "Accepted")
    TENTATIVE = "tentative", pgettext_lazy("participation", "Tentative")
    DECLINED = "declined", pgettext_lazy("participation", "Declined")
    WAITLISTED = "waitlisted", pgettext_lazy("participation", "On the waiting list")
    ATTENDED = "attended", pgettext_lazy("participation", "Attended")
    NO_SHOW = "no_show", pgettext_lazy("participation", "Did not come")
    CERTIFIED = "certified", pgettext_lazy("participation", "Certified")
    WITHDRAWN = "withdrawn", pgettext_lazy("participation", "Withdrawn")


# With a seat: the time is taken.
SEATED = ("invited", "accepted", "tentative", "attended", "no_show", "certified")
ANSWERED = ("accepted", "tentative", "declined")
# Who is asked again when the activity moves.
ASKED_ANEW = ("accepted", "tentative")
STANDING = ("nominated", "approved", "waitlisted", *SEATED)
# Whoever may still come.
COMING = ("nominated", "approved", "waitlisted", "invited", "accepted", "tentative")
PART_MOVES = [
    ("nominated", "approved"), ("nominated", "withdrawn"),
    ("approved", "invited"), ("approved", "waitlisted"), ("approved", "withdrawn"),
    ("waitlisted", "invited"), ("waitlisted", "declined"), ("waitlisted", "withdrawn"),
    ("invited", "accepted"), ("invited", "tentative"), ("invited", "declined"),
    ("invited", "withdrawn"), ("invited", "attended"), ("invited", "no_show"),
    ("accepted", "tentative"), ("accepted", "declined"), ("accepted", "withdrawn"),
    ("accepted", "attended"), ("accepted", "no_show"),
    ("tentative", "accepted"), ("tentative", "declined"), ("tentative", "withdrawn"),
    ("tentative", "attended"), ("tentative", "no_show"),
    # The activity moved: the answer was to another time.
    ("accepted", "invited"), ("tentative", "invited"),
    # Whoever declined may think again and stands in line like anybody else.
    ("declined", "waitlisted"), ("declined", "invited"),
    # An error in the list of who came.
    ("attended", "no_show"), ("no_show", "attended"),
    ("attended", "certified"),
    # The certificate was revoked.
    ("certified", "attended"),
]  # fmt: skip


class Participations(models.QuerySet["Participation"]):
    def visible_to(self, user: Any) -> Self:
        """Of activities in reach: whose unit `user` nominates or plans for, the own ones; and those
        of the other side that have a seat, for whoever plans activities."""
        mine = Q(officer=user.pk)
        if user.side not in SERVICES:
            return self.filter(mine)
        at = units_where(user, "nominate") | units_where(user, "approve_nominations")
        seen = mine | Q(unit_id__in=at)
        if plans := units_where(user, "plan_activities"):
            seated = Q(state__in=SEATED)
            seen |= Q(unit_id__in=plans) | seated & Q(
                activity__in=Activity.objects.visible_to(user)
            )
        return self.filter(seen)

    def seated(self) -> Self:
        return self.filter(state__in=SEATED)

    def standing(self) -> Self:
        return self.filter(state__in=STANDING)

    def waiting(self) -> Self:
        """The waiting list, whose turn comes first."""
        return self.filter(state="waitlisted").order_by("waits_since", "pk")


class Participation(models.Model):
    """An officer nominated for an activity.

    `unit` nominated; `level` is that of the officer's work, `sex` a code of the list of sexes or ""
    (both for the figures of the programme). `waits_since` is the place in the line. `blanked_at`:
    when the period of retention ended; from then on neither sex nor note is in it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="participations")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participations"
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=8, choices=Level.choices)
    sex = models.CharField(max_length=8, blank=True)
    state = models.CharField(max_length=10, choices=PartState.choices, default=PartState.NOMINATED)
    note = models.CharField(max_length=500, blank=True)
    nominated_at = models.DateTimeField(default=now)
    nominated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    waits_since = models.DateTimeField(null=True)
    blanked_at = models.DateTimeField(null=True)

    objects = Participations.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["nominated_by", "client_ref"], name="an_officer_is_nominated_once_by_a_form"
            ),
            models.UniqueConstraint(
                fields=["activity", "officer"],
                condition=~Q(state="withdrawn"),
                name="an_officer_takes_part_once",
            ),
            models.CheckConstraint(name="the_two_sides_take_part", condition=Q(side__in=SERVICES)),
            models.CheckConstraint(
                name="who_waits_has_a_place_in_the_line",
                condition=~Q(state="waitlisted") | Q(waits_since__isnull=False),
            ),
            models.CheckConstraint(
                name="a_part_that_was_purged_is_empty",
                condition=Q(blanked_at=None) | Q(sex="", note=""),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="participation_moves", field="state", transitions=PART_MOVES),
            pgtrigger.Protect(name="participation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="a_participation_stays_whose_it_is",
                fields=["uid", "activity", "officer", "side", "unit", "client_ref"],
            ),
            pgtrigger.Trigger(
                name="who_takes_part_is_of_the_side",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.contactpoints_unit u
                           WHERE u.id = NEW.unit_id AND u.side <> NEW.side)
                   OR EXISTS (SELECT 1 FROM public.access_user a
                              WHERE a.id = NEW.officer_id AND a.side <> NEW.side) THEN
                    RAISE EXCEPTION 'who_takes_part_is_of_the_side: %', NEW.side
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            # No more seats than the side has; whoever gives seats locks the activity.
            pgtrigger.Trigger(
                name="a_side_has_no_more_than_its_seats",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.After,
                condition=pgtrigger.Condition("NEW.state = 'invited'"),
                func="""
                IF (SELECT count(*) FROM public.training_participation p
                    WHERE p.activity_id = NEW.activity_id AND p.side = NEW.side
                      AND p.state IN ('invited', 'accepted', 'tentative', 'attended', 'no_show',
                                      'certified'))
                   > coalesce((SELECT q.seats FROM public.training_quota q
                               WHERE q.activity_id = NEW.activity_id AND q.side = NEW.side), 0) THEN
                    RAISE EXCEPTION 'a_side_has_no_more_than_its_seats: %', NEW.side
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} {self.officer_id} {self.state}"

    @property
    def ref(self) -> str:
        return f"participation:{self.uid}"


class PartMove(models.Model):
    """A participation went from one state to the next: who, when, why. Append-only, but for the
    reason, which a purge blanks."""

    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, related_name="moves", db_index=False
    )
    before = models.CharField(max_length=10, choices=PartState.choices, blank=True)
    after = models.CharField(max_length=10, choices=PartState.choices)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["participation", "at"], name="moves_of_a_participation")]
        triggers = [
            pgtrigger.Protect(name="move_of_a_participation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="of_a_move_the_reason_alone_is_blanked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.reason <> '' OR (NEW.id, NEW.participation_id, NEW.before, NEW.after,"
                    " NEW.at, NEW.by_id) IS DISTINCT FROM (OLD.id, OLD.participation_id,"
                    " OLD.before, OLD.after, OLD.at, OLD.by_id)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} {self.before} {self.after}"
