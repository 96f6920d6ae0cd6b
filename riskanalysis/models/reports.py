"""Risk reports: from the tasking to the copy that the other side reads (docs/risk-reports.md)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import ProcedureVersion
from bordercoop.reference.sides import Side
from contactpoints.access import SERVICES, units_where
from contactpoints.models import Unit
from incidents.models import Tlp
from incidents.models.marked import Marked, marked_rules

from ..register_access import reads_own


class ReportState(models.TextChoices):
    """Source: the services' procedure, `SOP-OPERATIONAL` and `SOP-STRATEGIC`."""

    TASKED = "tasked", pgettext_lazy("risk report", "Tasked")
    COLLECTION = "collection", pgettext_lazy("risk report", "Collection")
    DRAFTING = "drafting", pgettext_lazy("risk report", "Drafting")
    PEER_REVIEW = "peer_review", pgettext_lazy("risk report", "Peer review")
    APPROVED = "approved", pgettext_lazy("risk report", "Approved")
    DISSEMINATED = "disseminated", pgettext_lazy("risk report", "Disseminated")
    SUPERSEDED = "superseded", pgettext_lazy("risk report", "Superseded")
    CANCELLED = "cancelled", pgettext_lazy("risk report", "Cancelled")
    ARCHIVED = "archived", pgettext_lazy("risk report", "Archived")


class ReportLevel(models.TextChoices):
    OPERATIONAL = "operational", pgettext_lazy("level of a risk report", "Operational")
    STRATEGIC = "strategic", pgettext_lazy("level of a risk report", "Strategic")


REPORT_MOVES = [
    ("tasked", "collection"), ("tasked", "cancelled"),
    ("collection", "drafting"), ("collection", "cancelled"),
    ("drafting", "peer_review"), ("drafting", "cancelled"),
    ("peer_review", "drafting"), ("peer_review", "approved"), ("peer_review", "cancelled"),
    # A change after the approval voids it.
    ("approved", "drafting"), ("approved", "disseminated"),
    ("disseminated", "superseded"), ("disseminated", "archived"), ("superseded", "archived"),
]  # fmt: skip
# What may be written; a change of the last two takes it back to drafting.
WRITABLE = ("collection", "drafting", "peer_review", "approved")
JOINABLE = ("tasked", "collection", "drafting")
IN_WORK = ("tasked", "collection", "drafting", "peer_review")
SENT = ("disseminated", "superseded", "archived")


class RiskReports(models.QuerySet["RiskReport"]):
    def visible_to(self, user: Any) -> Self:
        """Those that the own side writes, alone or with the other, for whoever reads its risks; and
        what was disseminated to the own units. With TLP:RED the told units alone."""
        told_at = sorted(units_where(user, "view_incidents"))
        if user.side not in SERVICES or not (told_at or reads_own(user)):
            return self.none()
        told = ReportTold.objects.filter(report=models.OuterRef("pk"))
        sent = Q(state__in=SENT)
        seen: Any = sent & models.Exists(told.filter(unit_id__in=told_at))
        if reads_own(user):
            crossed = models.Exists(told.filter(unit__side=user.side))
            seen |= Q(side=user.side) | Q(joint=True) | sent & ~Q(tlp=Tlp.RED) & crossed
        return self.filter(seen)

    def worked_by(self, user: Any) -> Self:
        """Those of which `user` reads the workspace: everything that is written."""
        if not reads_own(user):
            return self.none()
        return self.filter(Q(side=user.side) | Q(joint=True))

    def offered_to(self, user: Any) -> Self:
        """Taskings to which the other side invited the side of `user`, not answered yet."""
        if not reads_own(user):
            return self.none()
        open_ = self.filter(joint=False, invited_at__isnull=False, state__in=JOINABLE)
        return open_.exclude(side=user.side)

    def left_by(self, user: Any) -> Self:
        """Those that the side of `user` wrote as well and left."""
        if not reads_own(user):
            return self.none()
        from .report_road import ReportStep

        steps = ReportStep.objects.filter(report=models.OuterRef("pk"), deed="left", side=user.side)
        return self.filter(models.Exists(steps), joint=False)

    def not_withdrawn_from(self, user: Any) -> Self:
        """Without those of which the side of `user` reads no more than that they were withdrawn,
        whose words and places nobody looks for any more."""
        return self.filter(Q(withdrawn_at=None) | Q(side=user.side) | Q(joint=True))

    def in_work(self) -> Self:
        return self.filter(state__in=IN_WORK)

    def overdue(self, at: Any) -> Self:
        """Taskings whose deadline passed before the report was approved."""
        return self.in_work().filter(deadline__lt=at)


class RiskReport(Marked):
    """One report, such as RR-LV-2026-00001; the number comes with the first approval and stays.

    `unit` writes it; `joint` with `other_unit` of the other side, once that side said yes.
    `version` is that of the SOP by which it is written, set when the work begins. `sections` are
    codes of the border's ten parts, `places` of known places; the period has both its days.
    `writers` are those who wrote any of it, who never review or approve it. `edition` grows with
    every change of what it says; `figures` are the indicators by side, frozen when the review
    passed.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24, null=True, unique=True)
    level = models.CharField(max_length=11, choices=ReportLevel.choices)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=Language.choices)
    state = models.CharField(max_length=12, choices=ReportState.choices, default=ReportState.TASKED)
    exercise = models.BooleanField(default=False)
    sop = models.CharField(max_length=40)
    version = models.ForeignKey(
        ProcedureVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    invited_at = models.DateTimeField(null=True)
    joint = models.BooleanField(default=False)
    other_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    sections = ArrayField(models.CharField(max_length=3), default=list)
    places = ArrayField(models.CharField(max_length=40), default=list)
    tasking = models.CharField(max_length=4_000)
    deadline = models.DateTimeField()
    tasked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    writers = ArrayField(models.BigIntegerField(), default=list)
    edition = models.PositiveIntegerField(default=1)
    figures = models.JSONField(default=dict)
    at = models.DateTimeField(default=now)
    approved_at = models.DateTimeField(null=True)
    disseminated_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="supersedes"
    )
    ended_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # Why it was cancelled or withdrawn.
    reason = models.CharField(max_length=500, blank=True)

    objects = RiskReports.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["state", "deadline"], name="reports_by_deadline")]
        constraints = [
            *marked_rules("risk_report"),
            models.UniqueConstraint(fields=["tasked_by", "client_ref"], name="report_tasked_once"),
            models.CheckConstraint(
                name="a_report_is_of_the_two_services", condition=Q(side__in=SERVICES)
            ),
            models.CheckConstraint(
                name="a_report_ends_after_it_begins", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="a_report_in_work_follows_a_procedure",
                condition=Q(state__in=["tasked", "cancelled"])
                | Q(version__isnull=False, author__isnull=False),
            ),
            models.CheckConstraint(
                name="a_joint_report_has_its_other_unit",
                condition=Q(joint=False, other_unit=None)
                | Q(joint=True, other_unit__isnull=False, invited_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_approved_report_has_its_number",
                condition=Q(state__in=["tasked", "collection", "drafting", "peer_review"])
                | Q(state="cancelled")
                | Q(number__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_report_that_went_out_has_its_time",
                condition=~Q(state__in=SENT) & Q(disseminated_at=None)
                | Q(state__in=SENT, disseminated_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_superseded_report_names_the_newer_one",
                condition=~Q(state="superseded") | Q(superseded_by__isnull=False),
            ),
            models.CheckConstraint(
                name="a_report_given_up_says_why",
                condition=~Q(state="cancelled") & Q(withdrawn_at=None) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="only_what_went_out_is_withdrawn",
                condition=Q(withdrawn_at=None) | Q(state="archived"),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="report_moves", field="state", transitions=REPORT_MOVES),
            pgtrigger.Protect(name="report_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="report_stays_whose_it_is",
                fields=[
                    "uid",
                    "side",
                    "unit",
                    "exercise",
                    "client_ref",
                    "tasked_by",
                    "at",
                    "level",
                ],
            ),
            pgtrigger.Trigger(
                name="what_a_report_was_given_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "NOT NEW.writers @> OLD.writers"
                    " OR OLD.number IS NOT NULL AND OLD.number IS DISTINCT FROM NEW.number"
                    " OR OLD.version_id IS NOT NULL"
                    " AND OLD.version_id IS DISTINCT FROM NEW.version_id"
                    " OR OLD.joint AND NOT NEW.joint"
                    " AND NEW.state NOT IN ('tasked', 'collection', 'drafting')"
                    " OR NEW.edition < OLD.edition"
                ),
                func="""
                RAISE EXCEPTION 'what_a_report_was_given_stays' USING ERRCODE = 'check_violation';
                """,
            ),
            # What was approved stays word for word until it is in work again.
            pgtrigger.Trigger(
                name="an_approved_report_says_what_was_approved",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "OLD.state IN ('approved', 'disseminated', 'superseded', 'archived')"
                    " AND NEW.state <> 'drafting' AND (OLD.title, OLD.language, OLD.starts_on,"
                    " OLD.ends_on, OLD.sections, OLD.places, OLD.handling, OLD.tlp,"
                    " OLD.restriction, OLD.figures, OLD.edition, OLD.writers)"
                    " IS DISTINCT FROM (NEW.title, NEW.language, NEW.starts_on, NEW.ends_on,"
                    " NEW.sections, NEW.places, NEW.handling, NEW.tlp, NEW.restriction,"
                    " NEW.figures, NEW.edition, NEW.writers)"
                ),
                func="""
                RAISE EXCEPTION 'an_approved_report_says_what_was_approved'
                    USING ERRCODE = 'check_violation';
                """,
            ),
            # A review by somebody who wrote none of it, and the approval of each side, of this
            # very edition.
            pgtrigger.Trigger(
                name="a_report_is_reviewed_and_approved",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'approved'"),
                func="""
                IF NOT EXISTS (
                    SELECT 1 FROM public.riskanalysis_reportreview r
                    WHERE r.report_id = NEW.id AND r.outcome = 'passed'
                      AND r.edition = NEW.edition AND NOT r.reviewer_id = ANY (NEW.writers)
                ) THEN
                    RAISE EXCEPTION 'a_report_is_reviewed_by_somebody_else'
                        USING ERRCODE = 'check_violation';
                END IF;
                IF (SELECT count(DISTINCT a.side) FROM public.riskanalysis_reportapproval a
                    WHERE a.report_id = NEW.id AND a.voided_at IS NULL AND a.edition = NEW.edition
                      AND NOT a.by_id = ANY (NEW.writers) AND (NEW.joint OR a.side = NEW.side))
                   < 1 + NEW.joint::int THEN
                    RAISE EXCEPTION 'a_report_is_approved_by_each_side'
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
        return f"risk_report:{self.uid}"

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that write it, the leading one first."""
        other = tuple(side for side in SERVICES if side != self.side)
        return (self.side, *other) if self.joint else (self.side,)

    def asked_of(self, side: str) -> datetime | None:
        """When `side` was asked to write it too; None for the side that leads it."""
        return self.invited_at if side != self.side else None

    def owned_by(self, side: str, owner: str) -> bool:
        """Whether `side` may change what `owner` wrote in it: its own, and what a side that writes
        it no longer has left."""
        return owner == side or owner not in self.sides

    def unit_of(self, side: str) -> Unit | None:
        """The unit that writes it for that side."""
        return self.unit if side == self.side else self.other_unit


class ReportTold(models.Model):
    """A unit to which a report was disseminated; a desk of the other side was alerted."""

    report = models.ForeignKey(
        RiskReport, on_delete=models.PROTECT, related_name="told", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "unit"], name="a_unit_is_told_of_a_report_once"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="told_unit_of_a_report_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.unit_id}"
