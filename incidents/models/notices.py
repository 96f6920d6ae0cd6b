"""Advance notices: what one side will do near the line, told to the other before it begins.

A notice is written at a unit and sent in versions. What is written lies in `NoticeVersion` alone:
one that was sent never changes, and the other side reads nothing but those (docs/notices.md).
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import ZONE, Side
from contactpoints.access import units_where
from contactpoints.models import Unit

from .investigation import SERVICES
from .marked import Marked, marked_rules
from .words import Tlp


class NoticeState(models.TextChoices):
    """How a notice stands. Whether it is in force now is a fact of its times, not a state."""

    DRAFT = "draft", pgettext_lazy("advance notice", "Draft")
    SENT = "sent", pgettext_lazy("advance notice", "Sent")
    ENDED = "ended", pgettext_lazy("advance notice", "Ended early")
    CANCELLED = "cancelled", pgettext_lazy("advance notice", "Cancelled")
    DISCARDED = "discarded", pgettext_lazy("advance notice", "Thrown away")


NOTICE_MOVES = [
    ("draft", "sent"), ("draft", "discarded"), ("sent", "ended"), ("sent", "cancelled"),
]  # fmt: skip


class NoticeShape(models.TextChoices):
    """How the place of a notice is said."""

    PLACE = "place", pgettext_lazy("advance notice", "At a known place or border section")
    SIGNS = "signs", pgettext_lazy("advance notice", "Between two border signs")
    POINT = "point", pgettext_lazy("advance notice", "Around a point")
    AREA = "area", pgettext_lazy("advance notice", "Within an area")


def _sent_to(ids: Any) -> Q:
    """Notices written at one of these units, or sent to one of them."""
    told = NoticeDesk.objects.filter(desk_id__in=ids).values("notice_id")
    return Q(notice__unit_id__in=ids) | Q(notice_id__in=told)


class AdvanceNoticeQuerySet(models.QuerySet["AdvanceNotice"]):
    def visible_to(self, user: Any) -> Self:
        """Notices of which `user` reads the version that stands."""
        read = NoticeVersion.objects.visible_to(user).filter(current=True)
        return self.filter(pk__in=read.values("notice_id"))


class AdvanceNotice(models.Model):
    """One notice of a unit, such as N-LV-2026-00012; the number comes with the first sending, so
    that no gap betrays a draft. `edition` grows with every save of what is written."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=24, null=True, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.DRAFT)
    exercise = models.BooleanField(default=False)
    edition = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Why it was cancelled or ended early; the other side reads it.
    reason = models.CharField(max_length=500, blank=True)
    desks = models.ManyToManyField(Unit, through="NoticeDesk", related_name="+")

    objects = AdvanceNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="notice_written_once"),
            models.CheckConstraint(
                name="notice_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="a_notice_has_its_number_once_it_was_sent",
                condition=Q(state__in=["draft", "discarded"], number=None, sent_at=None)
                | Q(
                    state__in=["sent", "ended", "cancelled"],
                    number__isnull=False,
                    sent_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="a_notice_that_is_over_has_its_time",
                condition=Q(state__in=["draft", "sent"], ended_at=None)
                | Q(state__in=["ended", "cancelled", "discarded"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_cancelled_notice_says_why", condition=~Q(state="cancelled") | ~Q(reason="")
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="notice_moves", field="state", transitions=NOTICE_MOVES),
            pgtrigger.Protect(name="notice_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="notice_stays_whose_it_is",
                fields=["uid", "side", "unit", "exercise", "made_at", "by", "client_ref"],
            ),
            pgtrigger.Trigger(
                name="no_notice_is_sent_without_a_version",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state IN ('sent', 'ended', 'cancelled')"),
                func="""
                IF NOT EXISTS (SELECT 1 FROM public.incidents_noticeversion v
                               WHERE v.notice_id = NEW.id AND v.sent_at IS NOT NULL) THEN
                    RAISE EXCEPTION 'no_notice_is_sent_without_a_version: %', NEW.uid
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.uid)

    @property
    def ref(self) -> str:
        return f"notice:{self.uid}"

    @property
    def zone(self) -> str:
        """The clock by which the daily hours are meant."""
        return ZONE[self.side]


class NoticeDesk(models.Model):
    """A desk of the other side to which a notice was sent."""

    notice = models.ForeignKey(AdvanceNotice, on_delete=models.PROTECT, db_index=False)
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "desk"], name="a_desk_is_told_of_a_notice_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="told_desk_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="a_notice_goes_to_a_desk_of_the_other_side",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.contactpoints_unit u, public.incidents_advancenotice n
                    WHERE u.id = NEW.desk_id AND n.id = NEW.notice_id
                      AND u.kind = 'desk' AND u.side IN ('LV', 'BY') AND u.side <> n.side
                ) THEN
                    RAISE EXCEPTION 'a_notice_goes_to_a_desk_of_the_other_side: %', NEW.desk_id
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.desk_id}"


class NoticeVersionQuerySet(models.QuerySet["NoticeVersion"]):
    def visible_to(self, user: Any) -> Self:
        """What `user` reads: all that was sent, for officers of the two services who read
        incidents; drafts of the own units; TLP:RED only where it was written or sent to."""
        ids = units_where(user, "view_incidents")
        if user.side not in SERVICES or not ids:
            return self.none()
        sent = Q(sent_at__isnull=False) & (~Q(tlp=Tlp.RED) | _sent_to(ids))
        draft = Q(sent_at=None, dropped_at=None, notice__side=user.side, notice__unit_id__in=ids)
        return self.filter(sent | draft)

    def standing(self) -> Self:
        """The version that stands of each notice that was not thrown away."""
        return self.filter(current=True).exclude(notice__state=NoticeState.DISCARDED)

    def now(self, at: datetime) -> Self:
        """Within their days at `at`, whatever their daily hours."""
        return self._in_force().filter(starts_at__lte=at, ends_at__gt=at)

    def coming(self, at: datetime) -> Self:
        return self._in_force().filter(starts_at__gt=at)

    def past(self, at: datetime) -> Self:
        """Over, ended early or cancelled."""
        over = Q(notice__state__in=[NoticeState.ENDED, NoticeState.CANCELLED])
        sent = Q(notice__state=NoticeState.SENT, ends_at__lte=at)
        return self.standing().filter(over | sent)

    def drafts(self) -> Self:
        """Never sent yet."""
        return self.standing().filter(notice__state=NoticeState.DRAFT)

    def _in_force(self) -> Self:
        return self.standing().filter(notice__state=NoticeState.SENT)


class NoticeVersion(Marked):
    """What a notice says, once for each sending. `current` is the version that stands: the last
    that was sent, or the draft while none was. One that was sent never changes.

    `kind` is a code of `notice_kind`. `daily_from` and `daily_to` are hours of each day on the
    clock of the side that wrote it; past midnight when the second is the smaller. By `shape`:
    `place` (a code), `from_sign` and `to_sign`, `lat`, `lon` and `radius_m`, or `points`
    ([[lat, lon], ...]). `south` to `east` is the box around it in WGS 84 degrees, null where no
    position is known. `altitude_m`: up to how many metres above the ground.
    """

    notice = models.ForeignKey(
        AdvanceNotice, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    current = models.BooleanField(default=False)
    kind = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    daily_from = models.TimeField(null=True)
    daily_to = models.TimeField(null=True)
    shape = models.CharField(max_length=5, choices=NoticeShape.choices)
    place = models.CharField(max_length=40, blank=True)
    from_sign = models.CharField(max_length=40, blank=True)
    to_sign = models.CharField(max_length=40, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    radius_m = models.PositiveIntegerField(null=True)
    points = models.JSONField(null=True)
    south = models.FloatField(null=True)
    west = models.FloatField(null=True)
    north = models.FloatField(null=True)
    east = models.FloatField(null=True)
    altitude_m = models.PositiveIntegerField(null=True)
    headline = models.CharField(max_length=160)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_phone = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # A change that was written and given up before it was sent.
    dropped_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = NoticeVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-starts_at", "-id"], name="notices_by_begin", condition=Q(current=True)
            ),
            models.Index(fields=["ends_at"], name="notices_by_end", condition=Q(current=True)),
        ]
        constraints = [
            *marked_rules("notice"),
            models.UniqueConstraint(
                fields=["notice", "number"], name="notice_version_counted_once"
            ),
            models.UniqueConstraint(
                fields=["notice"], condition=Q(current=True), name="one_version_of_a_notice_stands"
            ),
            models.UniqueConstraint(
                fields=["notice"],
                condition=Q(sent_at=None, dropped_at=None),
                name="one_draft_of_a_notice",
            ),
            models.CheckConstraint(
                name="a_notice_ends_after_it_begins", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="daily_hours_have_both_ends",
                condition=Q(daily_from=None, daily_to=None)
                | Q(daily_from__isnull=False, daily_to__isnull=False)
                & ~Q(daily_from=F("daily_to")),
            ),
            models.CheckConstraint(
                name="a_notice_says_where",
                condition=Q(shape="place") & ~Q(place="")
                | Q(shape="signs") & ~Q(from_sign="") & ~Q(to_sign="")
                | Q(shape="point", lat__isnull=False, lon__isnull=False, radius_m__gt=0)
                | Q(shape="area", points__isnull=False, south__isnull=False),
            ),
            models.CheckConstraint(name="a_notice_has_a_headline", condition=~Q(headline="")),
            models.CheckConstraint(
                name="what_was_given_up_is_not_sent",
                condition=Q(dropped_at=None) | Q(sent_at=None, current=False),
            ),
            models.CheckConstraint(
                name="a_sent_version_has_its_person",
                condition=Q(sent_at=None, sent_by=None)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="version_of_a_notice_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="what_was_sent_of_a_notice_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.sent_at IS NOT NULL AND (to_jsonb(NEW.*) - 'current')"
                    " IS DISTINCT FROM (to_jsonb(OLD.*) - 'current')"
                ),
                func="""
                RAISE EXCEPTION 'what_was_sent_of_a_notice_stays: %', OLD.id
                    USING ERRCODE = 'check_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}/{self.number}"

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """(south, west, north, east), or None."""
        if self.south is None or self.west is None or self.north is None or self.east is None:
            return None
        return self.south, self.west, self.north, self.east

    @property
    def over_at(self) -> datetime:
        """When it is over: as it says, or earlier where its side ended it."""
        ended = self.notice.ended_at
        return min(self.ends_at, ended) if ended else self.ends_at

    def hours_on(self, at: datetime) -> tuple[datetime, datetime] | None:
        """From when to when it holds at `at` or next after it, daily hours counted; None when
        nothing is left of it."""
        over = self.over_at
        if at >= over:
            return None
        if self.daily_from is None or self.daily_to is None:
            return self.starts_at, over
        zone = ZoneInfo(self.notice.zone)
        day = max(at, self.starts_at).astimezone(zone).date() - timedelta(days=1)
        while True:
            begin = datetime.combine(day, self.daily_from, zone)
            last = day + timedelta(days=1) if self.daily_to < self.daily_from else day
            end = datetime.combine(last, self.daily_to, zone)
            if begin >= over:
                return None
            if end > at and end > self.starts_at:
                return max(begin, self.starts_at), min(end, over)
            day += timedelta(days=1)

    def holds_at(self, at: datetime) -> bool:
        """Whether it is in force at this moment, daily hours counted."""
        hours = self.hours_on(at) if self.starts_at <= at else None
        return hours is not None and hours[0] <= at < hours[1]
