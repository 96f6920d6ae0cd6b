"""How a risk report went: each deed, its reviews, approvals, and what was frozen with them."""

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

from .report_parts import OfWorkspace
from .reports import RiskReport


class ReportStep(models.Model):
    """What was done with a report, by whom and in which words. Append-only."""

    class Deed(models.TextChoices):
        TASKED = "tasked", pgettext_lazy("step of a report", "Tasked")
        BEGUN = "begun", pgettext_lazy("step of a report", "Collection begun")
        INVITED = "invited", pgettext_lazy("step of a report", "Other side invited")
        JOINED = "joined", pgettext_lazy("step of a report", "Other side takes part")
        DECLINED = "declined", pgettext_lazy("step of a report", "Other side declined")
        LEFT = "left", pgettext_lazy("step of a report", "Other side left")
        DRAFTING = "drafting", pgettext_lazy("step of a report", "Drafting begun")
        ASKED = "asked", pgettext_lazy("step of a report", "Review asked")
        RETURNED = "returned", pgettext_lazy("step of a report", "Returned to its authors")
        PASSED = "passed", pgettext_lazy("step of a report", "Review passed")
        SIGNED = "signed", pgettext_lazy("step of a report", "Approved by a side")
        APPROVED = "approved", pgettext_lazy("step of a report", "Approved")
        VOIDED = "voided", pgettext_lazy("step of a report", "Changed; review and approval void")
        SENT = "disseminated", pgettext_lazy("step of a report", "Disseminated")
        SUPERSEDED = "superseded", pgettext_lazy("step of a report", "Superseded")
        CANCELLED = "cancelled", pgettext_lazy("step of a report", "Cancelled")
        WITHDRAWN = "withdrawn", pgettext_lazy("step of a report", "Withdrawn")
        ARCHIVED = "archived", pgettext_lazy("step of a report", "Archived")

    report = models.ForeignKey(RiskReport, on_delete=models.PROTECT, related_name="steps")
    deed = models.CharField(max_length=12, choices=Deed.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    edition = models.PositiveIntegerField()
    words = models.CharField(max_length=2_000, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    objects = OfWorkspace.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        triggers = [
            pgtrigger.Protect(
                name="step_of_a_report_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.deed}"


class ReportReview(models.Model):
    """A review by an officer who wrote none of the report. `edition` is the one that was asked
    about and, with `passed`, the one that passed."""

    class Outcome(models.TextChoices):
        OPEN = "open", pgettext_lazy("review of a report", "Waits")
        PASSED = "passed", pgettext_lazy("review of a report", "Passed")
        RETURNED = "returned", pgettext_lazy("review of a report", "Returned")
        VOID = "void", pgettext_lazy("review of a report", "Void")

    report = models.ForeignKey(RiskReport, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    edition = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN)
    words = models.CharField(max_length=2_000, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)

    objects = OfWorkspace.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=Q(outcome__in=["open", "passed"]),
                name="one_review_of_a_report_stands",
            ),
            models.CheckConstraint(
                name="a_returned_report_says_why", condition=~Q(outcome="returned") | ~Q(words="")
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="review_of_a_report_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="review_stays_whose_it_is",
                fields=["report", "reviewer", "edition", "at", "by"],
            ),
            pgtrigger.FSM(
                name="review_of_a_report_moves",
                field="outcome",
                transitions=[
                    ("open", "passed"), ("open", "returned"), ("open", "void"), ("passed", "void"),
                    ("passed", "returned"),
                ],
            ),
            pgtrigger.Trigger(
                name="nobody_reviews_what_they_wrote",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.riskanalysis_riskreport r
                           WHERE r.id = NEW.report_id AND NEW.reviewer_id = ANY (r.writers)) THEN
                    RAISE EXCEPTION 'nobody_reviews_what_they_wrote'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.report_id} {self.outcome}"


class Comments(OfWorkspace):
    def read_by(self, user: Any, report: RiskReport) -> Self:
        """Of one report, without those that the side which leads it had done with before it asked
        the other one: resolved, or on a judgement that was taken out."""
        since = report.asked_of(user.side)
        if since is None:
            return self
        gone = report.judgements.filter(removed_at__lte=since).values("number")
        over = Q(resolved_at__lte=since) | Q(judgement__in=gone)
        return self.exclude(over & Q(at__lte=since) & ~Q(by__side=user.side))

    def open_on(self, report: RiskReport) -> Self:
        """Those of one report that wait for a resolution; on a judgement that was taken out, or on
        the road itself, nothing waits."""
        gone = report.judgements.exclude(removed_at=None).values("number")
        road = report.parts.filter(road=True).values("number")
        waiting = self.filter(report=report, resolved_at=None)
        return waiting.exclude(Q(judgement__in=gone) | Q(part__in=road))


class ReportComment(models.Model):
    """A remark on a part or a judgement, and how it was resolved. `part` and `judgement` are
    numbers within the report, both None for the whole of it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(RiskReport, on_delete=models.PROTECT, related_name="comments")
    part = models.PositiveSmallIntegerField(null=True)
    judgement = models.PositiveSmallIntegerField(null=True)
    text = models.CharField(max_length=2_000)
    client_ref = models.UUIDField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    resolution = models.CharField(max_length=2_000, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    objects = Comments.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="report_commented_once"),
            models.CheckConstraint(name="a_comment_on_a_report_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="a_comment_on_a_report_is_on_one_thing",
                condition=Q(part=None) | Q(judgement=None),
            ),
            models.CheckConstraint(
                name="a_resolved_comment_says_how",
                condition=Q(resolved_at=None, resolution="", resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False) & ~Q(resolution=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="comment_on_a_report_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="comment_on_a_report_stays",
                fields=["uid", "report", "part", "judgement", "text", "client_ref", "at", "by"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.at}"


class ReportApproval(models.Model):
    """A side approved one edition by the hash of the snapshot that it read. Void after a change,
    and kept."""

    report = models.ForeignKey(RiskReport, on_delete=models.PROTECT, related_name="approvals")
    side = models.CharField(max_length=2, choices=Side.choices)
    edition = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    voided_at = models.DateTimeField(null=True)

    objects = OfWorkspace.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "side"], condition=Q(voided_at=None),
                name="a_side_approves_a_report_once",
            ),
            models.CheckConstraint(
                name="approval_of_a_report_names_its_sum",
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="approval_of_a_report_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="approval_of_a_report_stays",
                fields=["report", "side", "edition", "sha256", "at", "by"],
            ),
            pgtrigger.Trigger(
                name="nobody_approves_what_they_wrote",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.riskanalysis_riskreport r
                    JOIN public.access_user u ON u.id = NEW.by_id
                    WHERE r.id = NEW.report_id AND u.side = NEW.side
                      AND (r.joint OR r.side = NEW.side)
                      AND r.edition = NEW.edition AND NOT NEW.by_id = ANY (r.writers)
                ) THEN
                    RAISE EXCEPTION 'nobody_approves_what_they_wrote'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.side}"


class Snapshots(models.QuerySet["ReportSnapshot"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the own side, of the reports that `user` reads."""
        return self.filter(side=user.side, report__in=RiskReport.objects.visible_to(user))


class ReportSnapshot(models.Model):
    """What a side reads of an approved edition, frozen. `sha256` is that of `content` without the
    number and the approvals, which came with it."""

    report = models.ForeignKey(
        RiskReport, on_delete=models.PROTECT, related_name="snapshots", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    edition = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)

    objects = Snapshots.as_manager()

    class Meta:
        ordering = ["-edition", "side"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "side", "edition"], name="one_copy_of_a_report_for_each_side"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="copy_of_a_report_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.side} {self.edition}"
