"""What each side brings into a joint investigation, in whose hands it is, what the other says."""

import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .investigation import Investigation


class EntryQuerySet(models.QuerySet["CaseEntry"]):
    def readable_by(self, side: str) -> Self:
        """What the side wrote, and what the other one has exchanged."""
        return self.filter(Q(side=side) | Q(exchanged_at__isnull=False))


class CaseEntry(models.Model):
    """Something that a side brings into a case: a statement, a trace, a picture, a thing.

    Only its side writes it; the other one reads it once it is exchanged, and comments. What it
    says lies in its versions. `number` counts the entries of the case, so that the act can name
    them; a number not yet exchanged is a gap to the other side. `exchanged_version` is the first
    version that the other side has: drafts before it stay at home.
    """

    class Kind(models.TextChoices):
        STATEMENT = "statement", pgettext_lazy("entry of a case", "Statement")
        TRACE = "trace", pgettext_lazy("entry of a case", "Trace")
        PICTURE = "picture", pgettext_lazy("entry of a case", "Picture")
        DOCUMENT = "document", pgettext_lazy("entry of a case", "Document")
        THING = "thing", pgettext_lazy("entry of a case", "Thing")
        OBSERVATION = "observation", pgettext_lazy("entry of a case", "Observation")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="entries", db_index=False
    )
    number = models.PositiveIntegerField()
    side = models.CharField(max_length=2, choices=Side.choices)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    version = models.PositiveIntegerField(default=1)
    exchanged_at = models.DateTimeField(null=True)
    exchanged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    exchanged_version = models.PositiveIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["investigation", "number"], name="entry_of_a_case_counted_once"
            ),
            models.UniqueConstraint(fields=["by", "client_ref"], name="entry_written_once"),
            models.CheckConstraint(
                name="withdrawing_an_entry_has_a_reason",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
            ),
            models.CheckConstraint(
                name="an_exchange_begins_with_a_version",
                condition=Q(exchanged_at=None, exchanged_version=None)
                | Q(exchanged_at__isnull=False, exchanged_version__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="entry_of_a_case_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="entry_stays_with_its_side",
                fields=["uid", "investigation", "number", "side", "kind", "by", "at"],
            ),
            pgtrigger.Protect(
                name="an_exchange_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.exchanged_at IS NOT NULL AND (NEW.exchanged_at, NEW.exchanged_version)"
                    " IS DISTINCT FROM (OLD.exchanged_at, OLD.exchanged_version)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} {self.number} {self.kind}"


class EntryVersion(models.Model):
    """What an entry said from then on. Append-only.

    `texts` is `{language: text}`; `language` the one it was written in, the others are
    translations of `marks[language]` (original, human). `taken_at` is when the statement was
    made or the trace found, `where` says where in words.
    """

    entry = models.ForeignKey(
        CaseEntry, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    language = models.CharField(max_length=2)
    texts = models.JSONField()
    where = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "number"], name="version_of_an_entry_counted_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="version_of_an_entry_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.number}"


class EntryFile(models.Model):
    """A file that an entry stands on. `sha256` names the bytes in the store (bordercoop/files);
    `rendition_sha256` those of a picture without its metadata, "" where there is none."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(CaseEntry, on_delete=models.PROTECT, related_name="files")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    rendition_sha256 = models.CharField(max_length=64, blank=True)
    rendition_size = models.PositiveIntegerField(null=True)
    scan = models.CharField(max_length=14)
    finding = models.CharField(max_length=120, blank=True)
    scanned_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="file_of_an_entry_counted"),
            models.UniqueConstraint(fields=["entry", "sha256"], name="same_bytes_once_an_entry"),
            models.CheckConstraint(
                name="file_of_an_entry_is_named_by_its_sum",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="file_of_an_entry_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="file_of_an_entry_never_changes",
                fields=["uid", "entry", "number", "name", "kind", "size", "sha256", "by", "at"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.name}"


class EntryCustody(models.Model):
    """One line of an entry's custody log: in whose hands it is since when, and why. Append-only.

    `digest` is the SHA-256 of `previous` (the digest of the line before, "" at the first), a line
    end, and the line as JSON with sorted keys (`investigation.custody.said_by`).
    """

    class Deed(models.TextChoices):
        TAKEN = "taken", pgettext_lazy("custody of evidence", "Taken")
        EXCHANGED = "exchanged", pgettext_lazy("custody of evidence", "Exchanged")
        HANDED_OVER = "handed_over", pgettext_lazy("custody of evidence", "Handed over")
        RETURNED = "returned", pgettext_lazy("custody of evidence", "Returned")
        FILE_ADDED = "file_added", pgettext_lazy("custody of evidence", "File added")
        WITHDRAWN = "withdrawn", pgettext_lazy("custody of evidence", "Withdrawn")

    entry = models.ForeignKey(
        CaseEntry, on_delete=models.PROTECT, related_name="custody", db_index=False
    )
    number = models.PositiveIntegerField()
    deed = models.CharField(max_length=12, choices=Deed.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    holder = models.CharField(max_length=200)
    purpose = models.CharField(max_length=500, blank=True)
    sums = models.JSONField(default=list)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="custody_line_counted_once"),
            models.UniqueConstraint(
                fields=["entry", "client_ref"], name="custody_line_written_once"
            ),
            models.CheckConstraint(
                name="hands_that_change_have_a_purpose",
                condition=~Q(deed__in=["handed_over", "returned"]) | ~Q(purpose=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="custody_of_evidence_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.number} {self.deed}"


class EntryComment(models.Model):
    """What the other side says to an entry, or proposes in place of its text; its side answers."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("comment on an entry", "Open")
        ACCEPTED = "accepted", pgettext_lazy("comment on an entry", "Accepted")
        REFUSED = "refused", pgettext_lazy("comment on an entry", "Refused")
        NOTED = "noted", pgettext_lazy("comment on an entry", "Noted")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(CaseEntry, on_delete=models.PROTECT, related_name="comments")
    side = models.CharField(max_length=2, choices=Side.choices)
    version = models.PositiveIntegerField()
    text = models.CharField(max_length=2_000)
    proposed = models.TextField(blank=True)
    language = models.CharField(max_length=2)
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.CharField(max_length=2_000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="comment_written_once"),
            models.CheckConstraint(
                name="refusing_a_proposal_has_an_answer",
                condition=~Q(state="refused") | ~Q(answer=""),
            ),
            models.CheckConstraint(
                name="only_a_proposal_is_accepted_or_refused",
                condition=~Q(state__in=["accepted", "refused"]) | ~Q(proposed=""),
            ),
            models.CheckConstraint(
                name="answered_comment_of_a_case_has_its_time",
                condition=Q(state="open", answered_at=None)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="comment_of_a_case_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="comment_of_a_case_stands",
                fields=["uid", "entry", "side", "version", "text", "proposed", "by", "at"],
            ),
            pgtrigger.Trigger(
                name="a_side_comments_on_the_parts_of_the_other",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.incidents_caseentry e
                           WHERE e.id = NEW.entry_id
                             AND (e.side = NEW.side OR e.exchanged_at IS NULL)) THEN
                    RAISE EXCEPTION 'a_side_comments_on_the_parts_of_the_other'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.side}"
