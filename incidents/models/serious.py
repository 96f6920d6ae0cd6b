"""Serious incidents: a channel of each side outside the reporter's chain (docs/serious.md).

Nothing else of the portal reads these tables; no relation leads back to them.
"""

import hashlib
import uuid
from datetime import timedelta
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

# A month in days: the final report is due then (deadline `serious_final`).
MONTH = timedelta(days=30)
# Letters that are not taken for one another when they are copied by hand: 32, so 5 bits each.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class SeriousKind(models.TextChoices):
    """What the category of serious incidents covers; codes below `SIR`."""

    RIGHTS = "SIR-RIGHTS", pgettext_lazy("serious", "Possible violation of fundamental rights")
    CONDUCT = "SIR-CONDUCT", pgettext_lazy("serious", "Possible misconduct")
    FORCE = "SIR-FORCE", pgettext_lazy("serious", "Use of force or of a weapon")
    STAFF = "SIR-STAFF", pgettext_lazy("serious", "Harm or threat to an officer")
    OTHER = "SIR-OTHER", pgettext_lazy("serious", "Something else of this weight")


class SeriousState(models.TextChoices):
    REPORTED = "reported", pgettext_lazy("serious", "Reported")
    ASSESSED = "assessed", pgettext_lazy("serious", "Assessed")
    NOT_LAUNCHED = "not_launched", pgettext_lazy("serious", "Not launched")
    LAUNCHED = "launched", pgettext_lazy("serious", "Launched")
    ASSIGNED = "handler_assigned", pgettext_lazy("serious", "Handler assigned")
    IN_HANDLING = "in_handling", pgettext_lazy("serious", "In handling")
    FINAL = "final_report", pgettext_lazy("serious", "Final report")
    CLOSED = "administratively_closed", pgettext_lazy("serious", "Administratively closed")


SERIOUS_MOVES = [
    ("reported", "assessed"),
    ("assessed", "not_launched"),
    ("assessed", "launched"),
    ("launched", "handler_assigned"),
    ("handler_assigned", "in_handling"),
    # To another handler while the matter is being handled.
    ("in_handling", "handler_assigned"),
    ("in_handling", "final_report"),
    ("final_report", "administratively_closed"),
    ("not_launched", "administratively_closed"),
]


class SeriousGround(models.TextChoices):
    """Why the record is closed; not what was found, which the final report says."""

    ANSWERED = "answered", pgettext_lazy("serious", "The final report was given")
    PASSED_ON = "passed_on", pgettext_lazy("serious", "Another authority has taken it over")
    NOT_SERIOUS = "not_serious", pgettext_lazy("serious", "It is not a serious incident")
    UNANSWERED = "unanswered", pgettext_lazy("serious", "Questions were left unanswered")


class SeriousQuerySet(models.QuerySet["SeriousReport"]):
    def about(self, filters: Q) -> Self:
        return self.filter(filters)


def code_for(ref: uuid.UUID) -> str:
    """The code of the form with this ref, such as K7QXM-2HVRA-9TB4C-WEYPD: 100 bits that only the
    portal can make of it. So the same form sent twice has one code, and `ref` need not be kept."""
    digest = salted_hmac("incidents.serious", str(ref), algorithm="sha256").digest()
    letters = "".join(ALPHABET[byte % 32] for byte in digest[:20])
    return "-".join(letters[n : n + 5] for n in range(0, 20, 5))


def hash_of(code: str) -> str:
    """What is kept of a code; how it was spaced and capitalised does not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(f"serious:{plain}".encode()).hexdigest()


class SeriousReport(models.Model):
    """A serious incident of one side, from one officer to one handler.

    Without a name there is `code_hash` in place of `reporter`, and `reported_at` is the start of
    the day. `handler` is who reads it: the first handler of the side until another is assigned.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    side = models.CharField(max_length=2, choices=Side.choices)
    kind = models.CharField(max_length=12, choices=SeriousKind.choices)
    subject = models.CharField(max_length=160)
    text = models.TextField()
    circumstances = models.CharField(max_length=400, blank=True)
    state = models.CharField(
        max_length=24, choices=SeriousState.choices, default=SeriousState.REPORTED
    )
    ground = models.CharField(max_length=12, choices=SeriousGround.choices, blank=True)
    reported_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    code_hash = models.CharField(max_length=64, null=True, unique=True)
    client_ref = models.UUIDField(null=True)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    mail_wanted = models.BooleanField(default=False)
    # Whether something new waits for them.
    handler_waits = models.BooleanField(default=True)
    reporter_waits = models.BooleanField(default=False)

    # The code of a report without a name, known only while it is made.
    code: str = ""

    objects = SeriousQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["side", "-reported_at"], name="serious_of_a_side")]
        constraints = [
            models.UniqueConstraint(fields=["reporter", "client_ref"], name="serious_sent_once"),
            models.CheckConstraint(
                name="serious_has_a_reporter_or_a_code",
                condition=Q(reporter=None, code_hash__isnull=False, client_ref=None)
                | Q(reporter__isnull=False, code_hash=None),
            ),
            models.CheckConstraint(
                name="nobody_handles_the_own_report",
                condition=Q(reporter=None) | ~Q(reporter=F("handler")),
            ),
            models.CheckConstraint(
                name="no_mail_without_a_name", condition=Q(mail_wanted=False) | ~Q(reporter=None)
            ),
            models.CheckConstraint(
                name="serious_closing_has_a_ground",
                condition=Q(state="administratively_closed", ground__gt="")
                | (~Q(state="administratively_closed") & Q(ground="")),
            ),
            models.CheckConstraint(
                name="serious_side_is_a_service", condition=Q(side__in=["LV", "BY"])
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="serious_moves", field="state", transitions=SERIOUS_MOVES),
            pgtrigger.Protect(name="serious_report_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="serious_begins_reported",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state <> 'reported'"),
                func="""
                RAISE EXCEPTION 'serious_begins_reported: not %', NEW.state
                    USING ERRCODE = 'check_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="what_was_reported_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF (OLD.uid, OLD.side, OLD.kind, OLD.subject, OLD.text, OLD.circumstances,
                    OLD.reported_at, OLD.due_at)
                   IS DISTINCT FROM
                   (NEW.uid, NEW.side, NEW.kind, NEW.subject, NEW.text, NEW.circumstances,
                    NEW.reported_at, NEW.due_at)
                   OR OLD.reporter_id IS DISTINCT FROM NEW.reporter_id
                   OR OLD.code_hash IS DISTINCT FROM NEW.code_hash THEN
                    RAISE EXCEPTION 'what_was_reported_stays: %', OLD.uid
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def anonymous(self) -> bool:
        return self.reporter_id is None

    @property
    def open(self) -> bool:
        return self.state != SeriousState.CLOSED

    @property
    def overdue(self) -> bool:
        """Whether the final report is late."""
        done = (SeriousState.FINAL, SeriousState.CLOSED, SeriousState.NOT_LAUNCHED)
        return self.state not in done and now() > self.due_at


class SeriousEntry(models.Model):
    """One line between reporter and handler, or a step of the handler. Kept for ever.

    `for_reporter` is false for what only the handler reads. `by` is empty for a reporter without
    a name, whose `at` is the start of the day; `number` gives the order.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", pgettext_lazy("serious entry", "Message")
        NOTE = "note", pgettext_lazy("serious entry", "Handler's note")
        ASSESSED = "assessed", pgettext_lazy("serious entry", "Assessed")
        LAUNCHED = "launched", pgettext_lazy("serious entry", "Handling launched")
        NOT_LAUNCHED = "not_launched", pgettext_lazy("serious entry", "Handling not launched")
        ASSIGNED = "assigned", pgettext_lazy("serious entry", "Handler assigned")
        TAKEN_UP = "taken_up", pgettext_lazy("serious entry", "Handling begun")
        FINAL = "final", pgettext_lazy("serious entry", "Final report")
        CLOSED = "closed", pgettext_lazy("serious entry", "Administratively closed")

    report = models.ForeignKey(
        SeriousReport, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    from_reporter = models.BooleanField(default=False)
    for_reporter = models.BooleanField(default=True)
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    client_ref = models.UUIDField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="serious_entry_counted_once"),
            models.UniqueConstraint(
                fields=["report", "client_ref"], name="serious_entry_written_once"
            ),
            models.CheckConstraint(
                name="a_handler_has_a_name", condition=Q(from_reporter=True) | ~Q(by=None)
            ),
            models.CheckConstraint(
                name="a_reporter_reads_the_own_words",
                condition=Q(from_reporter=False) | Q(for_reporter=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="serious_entry_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="no_name_on_a_report_without_one",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.from_reporter"),
                func="""
                IF NEW.by_id IS DISTINCT FROM (SELECT reporter_id
                                               FROM public.incidents_seriousreport
                                               WHERE id = NEW.report_id) THEN
                    RAISE EXCEPTION 'no_name_on_a_report_without_one'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"

    @property
    def seal(self) -> str:
        """What the audit keeps of it: a digest that says nothing and fits this entry alone."""
        facts: list[Any] = [
            self.report.uid, self.number, self.kind, self.from_reporter, self.for_reporter,
            self.text, self.at.isoformat(), self.by_id,
        ]  # fmt: skip
        return hashlib.sha256(repr([str(fact) for fact in facts]).encode()).hexdigest()
