"""The monthly statement of exchange: counted by both sides, reconciled and signed by both.

Signatures are bound to the SHA-256 of the whole. Whatever is changed afterwards voids them; what
both sides have signed never changes (docs/ledger.md).
"""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

A_SUM = r"^[0-9a-f]{64}$"


def canonical(content: Any) -> str:
    """A content as JSON with sorted keys and no spaces: the same content is the same text."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sum_of(said: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(said.encode()).hexdigest()


class StatementQuerySet(models.QuerySet["ExchangeStatement"]):
    def visible_to(self, user: Any) -> "StatementQuerySet":
        """All of them for whoever of one of the two services sees alerts somewhere."""
        from ..access import SERVICES, units_where

        reads = user.side in SERVICES and units_where(user, "view_alerts")
        return self.all() if reads else self.none()

    def open(self) -> "StatementQuerySet":
        """Those that one side at least has not signed."""
        return self.filter(closed_at=None)

    def whole(self) -> "StatementQuerySet":
        return self.prefetch_related("entries__by", "signatures__by")


class ExchangeStatement(models.Model):
    """What the two sides sent each other in a month, as each of them counts it.

    `month` is its first day; a month is one of UTC. `said` is the whole as canonical JSON and
    `sha256` the sum of exactly these bytes:

    - `statement` (the number), `month` ("2026-10"), `zone` ("UTC"), `counted_at` (ISO 8601 UTC)
    - `lines`: a list of `{"from", "to", "kind", "LV", "BY"}` in the order of the table, from and to
      codes of units, `kind` one of `statements.KINDS`, and for each side
      `{"sent", "answered", "late"}` as that side counts
    - `late`: what came to closed months after they were closed, a list of `{"month", "from", "to",
      "kind", "was", "now"}` with the counts of both sides before and after
    - `entries`: what the sides said of lines: `{"uid", "line", "kind", "side", "text", "reading",
      "counts", "at", "name"}`

    `revision` grows with every change. `made_by` is null where the portal made it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    month = models.DateField(unique=True)
    said = models.TextField()
    sha256 = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                name="a_statement_is_of_a_whole_month", condition=Q(month__day=1)
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="statement_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="statement_stays_with_its_month", fields=["uid", "month", "made_at", "made_by"]
            ),
            pgtrigger.Protect(
                name="a_closed_statement_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="statement_is_named_by_its_sum",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF NEW.sha256 <> encode(sha256(convert_to(NEW.said, 'UTF8')), 'hex') THEN
                    RAISE EXCEPTION 'statement_is_named_by_its_sum'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF TG_OP = 'INSERT' AND NEW.closed_at IS NOT NULL THEN
                    RAISE EXCEPTION 'both_sides_close_a_statement'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF TG_OP = 'INSERT' AND NEW.made_at <
                       (NEW.month + interval '1 month')::timestamp AT TIME ZONE 'UTC' THEN
                    RAISE EXCEPTION 'a_month_is_stated_after_its_end'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="no_statement_changes_under_a_signature",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF (NEW.said, NEW.sha256, NEW.revision)
                       IS DISTINCT FROM (OLD.said, OLD.sha256, OLD.revision)
                   AND EXISTS (SELECT 1 FROM public.contactpoints_statementsignature s
                               WHERE s.statement_id = NEW.id AND s.voided_at IS NULL) THEN
                    RAISE EXCEPTION 'no_statement_changes_under_a_signature: void it first'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.closed_at IS NOT NULL AND
                   (SELECT count(*) FROM public.contactpoints_statementsignature s
                    WHERE s.statement_id = NEW.id AND s.voided_at IS NULL
                      AND s.sha256 = NEW.sha256) <> 2 THEN
                    RAISE EXCEPTION 'both_sides_close_a_statement'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="a_late_entry_is_claimed",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("said", "closed_at"),
                when=pgtrigger.After,
                func="""
                DELETE FROM public.contactpoints_statedlate WHERE statement_id = NEW.id;
                IF NEW.closed_at IS NULL THEN
                    INSERT INTO public.contactpoints_statedlate (statement_id, month, line)
                    SELECT NEW.id, l->>'month',
                           (l->>'from') || '>' || (l->>'to') || '/' || (l->>'kind')
                    FROM jsonb_array_elements(NEW.said::jsonb->'late') l;
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def ref(self) -> str:
        return f"statement:{self.uid}"

    @property
    def number(self) -> str:
        return f"ES-{self.month:%Y-%m}"

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said)
        return found

    @property
    def counted_at(self) -> datetime:
        return datetime.fromisoformat(self.content["counted_at"])

    @property
    def due_at(self) -> datetime:
        """Until when both sides are expected to have signed."""
        return self.made_at + timedelta(days=settings.STATEMENT_DAYS)

    @property
    def overdue(self) -> bool:
        return self.closed_at is None and now() > self.due_at

    @property
    def standing(self) -> "list[StatementSignature]":
        """The signatures that stand, in the order in which they were given."""
        return [one for one in self.signatures.all() if one.voided_at is None]


class StatedLate(models.Model):
    """That a late entry stands in a statement which is still open: of a closed `month` the line
    `line`. A trigger on the statement writes and takes away these rows by what the statement says,
    so that no two open statements say the same late entry."""

    statement = models.ForeignKey(ExchangeStatement, on_delete=models.PROTECT, related_name="+")
    month = models.CharField(max_length=7)
    line = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "line"], name="a_late_entry_is_of_one_statement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.line}"


def first_moment(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)


class EntryKind(models.TextChoices):
    DISPUTE = "dispute", pgettext_lazy("entry of a statement", "Disputed")
    ANSWER = "answer", pgettext_lazy("entry of a statement", "Answered")
    WITHDRAW = "withdraw", pgettext_lazy("entry of a statement", "Dispute taken back")
    PROPOSE = "propose", pgettext_lazy("entry of a statement", "Reading proposed")
    TAKE = "take", pgettext_lazy("entry of a statement", "Other side's count taken over")
    AGREE = "agree", pgettext_lazy("entry of a statement", "Reading agreed")


class StatementEntry(models.Model):
    """What a side said of a line. Append-only; none is added to a closed statement.

    `line` is "<from>><to>/<kind>". `reading` is `{"sent", "answered", "late"}` of what was
    proposed, taken over or agreed; null for a note, and where both counts shall stand side by side.
    `counts` is what both sides counted when it was written, so that an agreement about other counts
    holds no longer. `proposal` is what an agreement agrees to.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    statement = models.ForeignKey(
        ExchangeStatement, on_delete=models.PROTECT, related_name="entries"
    )
    line = models.CharField(max_length=100)
    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    text = models.CharField(max_length=1000, blank=True)
    reading = models.JSONField(null=True)
    counts = models.JSONField()
    proposal = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="agreed", db_index=False
    )
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="statement_entry_once"),
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(proposal__isnull=False),
                name="a_reading_is_agreed_once",
            ),
            models.CheckConstraint(
                name="a_statement_entry_has_words",
                condition=Q(kind__in=["agree", "withdraw"]) | ~Q(text=""),
            ),
            models.CheckConstraint(
                name="an_agreement_names_its_proposal",
                condition=Q(kind="agree", proposal__isnull=False)
                | ~Q(kind="agree") & Q(proposal=None),
            ),
            models.CheckConstraint(
                name="the_two_sides_reconcile", condition=Q(side__in=["LV", "BY"])
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="statement_entry_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="a_closed_statement_takes_no_entry",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF (SELECT s.closed_at FROM public.contactpoints_exchangestatement s
                    WHERE s.id = NEW.statement_id FOR SHARE) IS NOT NULL THEN
                    RAISE EXCEPTION 'a_closed_statement_takes_no_entry'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.side <> (SELECT side FROM public.access_user WHERE id = NEW.by_id) THEN
                    RAISE EXCEPTION 'a_statement_entry_is_of_the_officers_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.kind = 'agree' AND NEW.side = (
                       SELECT p.side FROM public.contactpoints_statemententry p
                       WHERE p.id = NEW.proposal_id) THEN
                    RAISE EXCEPTION 'nobody_agrees_to_the_own_reading'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.line} {self.kind}"


class StatementSignature(models.Model):
    """An officer signed the statement with this sum for a side. It stands until it is voided, and
    for good once both sides have signed."""

    class Why(models.TextChoices):
        COUNTED = "counted", pgettext_lazy("void signature", "The month was counted anew.")
        SAID = "said", pgettext_lazy("void signature", "Something was said of a line.")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    statement = models.ForeignKey(
        ExchangeStatement, on_delete=models.PROTECT, related_name="signatures"
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    sha256 = models.CharField(max_length=64)
    revision = models.PositiveIntegerField()
    # As they stood that day.
    name_latin = models.CharField(max_length=150)
    name_local = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    voided_why = models.CharField(max_length=8, choices=Why.choices, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "side"],
                condition=Q(voided_at=None),
                name="a_side_signs_a_statement_once",
            ),
            models.CheckConstraint(
                name="the_two_sides_sign_a_statement", condition=Q(side__in=["LV", "BY"])
            ),
            models.CheckConstraint(
                name="signature_names_the_sum_of_a_statement", condition=Q(sha256__regex=A_SUM)
            ),
            models.CheckConstraint(
                name="voiding_says_why",
                condition=Q(voided_at=None, voided_why="")
                | (Q(voided_at__isnull=False) & ~Q(voided_why="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="statement_signature_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="statement_signature_stays",
                fields=["uid", "statement", "side", "sha256", "revision", "name_latin",
                        "name_local", "by", "at"],
            ),
            pgtrigger.Trigger(
                name="both_sides_sign_the_same_statement",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.sha256 <> (SELECT s.sha256 FROM public.contactpoints_exchangestatement s
                                  WHERE s.id = NEW.statement_id FOR SHARE) THEN
                    RAISE EXCEPTION 'both_sides_sign_the_same_statement: %', NEW.sha256
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NEW.side <> (SELECT side FROM public.access_user WHERE id = NEW.by_id) THEN
                    RAISE EXCEPTION 'a_signature_is_of_the_officers_side'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="signatures_of_a_closed_statement_stand",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF OLD.voided_at IS NOT NULL
                   OR (SELECT s.closed_at FROM public.contactpoints_exchangestatement s
                       WHERE s.id = OLD.statement_id) IS NOT NULL THEN
                    RAISE EXCEPTION 'signatures_of_a_closed_statement_stand'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.statement_id} {self.side} {self.sha256[:8]}"
