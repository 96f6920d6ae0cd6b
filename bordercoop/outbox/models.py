"""What must still be told to the outside, and which processes are alive to tell it."""

from datetime import datetime, timedelta
from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import Min, Q
from django.db.models.functions import Now
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


class Messages(models.QuerySet["Message"]):
    """Messages by where they stand."""

    def open(self) -> Self:
        return self.filter(done_at=None, given_up_at=None)

    def due(self) -> Self:
        return self.open().filter(due_at__lte=now())

    def given_up(self) -> Self:
        return self.filter(given_up_at__isnull=False)


class Message(models.Model):
    """Something to be told to the outside, written in the same transaction as the fact itself.

    Open until `done_at` (a channel carried it out) or `given_up_at` (every attempt failed; stays
    visible until an operator sends it again). `due_at` is when the next attempt may start; while
    an attempt runs it is the end of that attempt's lease.
    """

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=20)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(default=now)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    # Of the request that posted it: what a channel does and logs later belongs to it as well.
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="")

    objects = Messages.as_manager()

    class Meta:
        verbose_name = _("message to the outside")
        verbose_name_plural = _("messages to the outside")
        indexes = [
            models.Index(
                fields=["channel", "due_at", "id"],
                name="outbox_due",
                condition=Q(done_at=None, given_up_at=None),
            ),
            models.Index(
                fields=["given_up_at"],
                name="outbox_given_up",
                condition=Q(given_up_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="given_up_is_not_done", condition=Q(done_at=None) | Q(given_up_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.key


# Between two signs of life further apart a process did not work; a restart is shorter.
BREAK = timedelta(seconds=30)
BEAT = """
    INSERT INTO outbox_pulse AS pulse (process, at, since)
    VALUES (%(process)s, %(now)s, %(now)s)
    ON CONFLICT (process) DO UPDATE SET at = excluded.at,
        since = CASE WHEN pulse.at < %(break)s THEN excluded.since ELSE pulse.since END
"""


class Pulse(models.Model):
    """When a kind of process (relay, worker, beat, live) last proved that it works, and since when
    it has done so without a break."""

    process = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField(default=now)
    since = models.DateTimeField(default=now, db_default=Now())

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return f"{self.process} {self.at:%Y-%m-%d %H:%M:%S}"

    @staticmethod
    def beat(process: str) -> None:
        """This kind of process is alive now. One statement."""
        moment = now()
        facts: dict[str, str | datetime] = {
            "process": process, "now": moment, "break": moment - BREAK,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(BEAT, facts)

    @staticmethod
    def up_since() -> datetime | None:
        """Since when some process of the server has worked without a break; this moment when none
        did, as in the first tick after an outage; None where none ever gave a sign. One statement.
        """
        moment = now()
        found = Pulse.objects.aggregate(
            ever=Min("since"), since=Min("since", filter=Q(at__gte=moment - BREAK))
        )
        if found["ever"] is None:
            return None
        since: datetime = found["since"] or moment
        return since
