"""What a risk report says: a part for each step of the procedure, and every text that was saved."""

from __future__ import annotations

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side
from contactpoints.models import Unit

from .assessments import Confidence, Probability
from .reports import RiskReport

PART_MOST = 20_000


def stays_with_the_report(name: str, *columns: str) -> pgtrigger.Trigger:
    """What was approved stays until the report is in work again; of an update these columns, all of
    them where none is named."""
    changed = "NEW IS DISTINCT FROM OLD"
    if columns:
        new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD"))
        changed = f"({new}) IS DISTINCT FROM ({old})"
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func=f"""
        IF (TG_OP = 'INSERT' OR {changed}) AND EXISTS (
            SELECT 1 FROM public.riskanalysis_riskreport r
            WHERE r.id = NEW.report_id
              AND r.state NOT IN ('tasked', 'collection', 'drafting', 'peer_review')
        ) THEN
            RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
        """,  # noqa: S608
    )


def passes_to_the_leading_side(name: str) -> pgtrigger.Trigger:
    """What a side wrote stays its own; once it has left, the leading side may take it over."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Condition("OLD.side IS DISTINCT FROM NEW.side"),
        func=f"""
        IF NOT EXISTS (
            SELECT 1 FROM public.riskanalysis_riskreport r
            WHERE r.id = NEW.report_id AND NOT r.joint AND r.side = NEW.side
        ) THEN
            RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
        """,  # noqa: S608
    )


class OfWorkspace(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Of the reports whose workspace `user` reads."""
        return self.filter(report__in=RiskReport.objects.worked_by(user))

    def standing(self) -> Self:
        return self.filter(removed_at=None)


class ReportPart(models.Model):
    """One step of the procedure in a report. `side` owns it in a joint one.

    `road` marks the step that the road of the report itself carries out: its review, approval and
    sending. `edition` grows with every text that was taken.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("part of a report", "Open")
        DONE = "done", pgettext_lazy("part of a report", "Done")
        SKIPPED = "skipped", pgettext_lazy("part of a report", "Left out")

    report = models.ForeignKey(
        RiskReport, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    collects = models.BooleanField(default=False)
    road = models.BooleanField(default=False)
    side = models.CharField(max_length=2, choices=Side.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    text = models.TextField(blank=True)
    reason = models.CharField(max_length=500, blank=True)
    edition = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    objects = OfWorkspace.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="part_of_a_report_counted_once"
            ),
            models.CheckConstraint(
                name="no_part_is_left_out_without_a_reason",
                condition=Q(state="skipped") & ~Q(reason="") | ~Q(state="skipped") & Q(reason=""),
            ),
            models.CheckConstraint(
                name="a_done_part_says_something",
                condition=~Q(state="done") | ~Q(text="") | Q(road=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="part_of_a_report_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="part_stays_the_step_it_is",
                fields=["report", "number", "code", "collects", "road"],
            ),
            stays_with_the_report("part_stays_as_it_was_approved"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"

    def text_for(self, side: str) -> str:
        """The text as `side` reads it: of a step that was left out its owner alone reads it."""
        return "" if self.state == self.State.SKIPPED and side != self.side else self.text


class Texts(models.QuerySet["ReportText"]):
    def read_by(self, user: Any, report: RiskReport) -> Self:
        """Of one report, without those of the side which leads it that stood no longer when it
        asked the other one, or stand in a step that is left out."""
        since = report.asked_of(user.side)
        if since is None:
            return self
        later = self.model.objects.filter(
            part=OuterRef("part"), refused=False, edition__gt=OuterRef("edition"), at__lte=since
        )
        stood = Q(refused=False) & ~Q(part__state="skipped") & ~Exists(later)
        return self.filter(Q(at__gt=since) | Q(by__side=user.side) | stood)


class ReportText(models.Model):
    """A text as somebody saved it, the refused ones as well. Append-only.

    `edition` is that of the part with it; a text that was `refused`, because somebody else had
    saved meanwhile, names the edition from which it was written.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    part = models.ForeignKey(ReportPart, on_delete=models.PROTECT, related_name="texts")
    edition = models.PositiveIntegerField()
    refused = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = Texts.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "edition"],
                condition=Q(refused=False),
                name="one_text_stands_at_an_edition",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="text_of_a_report_is_kept", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.edition}"


class Numbered(models.Model):
    """Counted within its report; one that was removed keeps its number, so none ever moves."""

    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=2, choices=Side.choices)
    client_ref = models.UUIDField(null=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        abstract = True
        ordering = ["number"]


class ReportJudgement(Numbered):
    """One sentence of what is to be expected, with its probability and how far it is trusted.

    `cites` are numbers of citations of the report; `no_cites` says why there are none. `edition`
    grows with every change.
    """

    report = models.ForeignKey(
        RiskReport, on_delete=models.PROTECT, related_name="judgements", db_index=False
    )
    text = models.CharField(max_length=2_000)
    probability = models.CharField(max_length=16, choices=Probability.choices, blank=True)
    confidence = models.CharField(max_length=8, choices=Confidence.choices, blank=True)
    alternative = models.CharField(max_length=2_000, blank=True)
    cites = ArrayField(models.PositiveSmallIntegerField(), default=list)
    no_cites = models.CharField(max_length=500, blank=True)
    edition = models.PositiveIntegerField(default=1)

    objects = OfWorkspace.as_manager()

    class Meta(Numbered.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="judgement_of_a_report_counted_once"
            ),
            models.UniqueConstraint(fields=["by", "client_ref"], name="judgement_written_once"),
            models.CheckConstraint(name="a_judgement_says_something", condition=~Q(text="")),
        ]
        triggers = [
            pgtrigger.Protect(name="judgement_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="judgement_stays_whose_it_is",
                fields=["report", "number", "at", "by", "client_ref"],
            ),
            passes_to_the_leading_side("judgement_passes_to_the_leading_side"),
            stays_with_the_report("judgement_stays_as_it_was_approved"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"


class Recommendations(OfWorkspace):
    def for_owners(self, user: Any, units: Any) -> Self:
        """Those of disseminated reports that `user` reads, owned by one of these units."""
        from .reports import SENT

        read = RiskReport.objects.visible_to(user).filter(state__in=SENT, withdrawn_at=None)
        return self.standing().filter(report__in=read, unit_id__in=units)

    def overdue(self, today: Any) -> Self:
        """Neither done nor declined, and their day has passed."""
        return self.standing().filter(
            state__in=["open", "accepted"], due__lt=today, report__disseminated_at__isnull=False
        )


class ReportRecommendation(Numbered):
    """What a unit should do by a day; after the sending that unit answers."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("recommendation", "Not answered")
        ACCEPTED = "accepted", pgettext_lazy("recommendation", "Accepted")
        DECLINED = "declined", pgettext_lazy("recommendation", "Declined")
        DONE = "done", pgettext_lazy("recommendation", "Done")

    report = models.ForeignKey(
        RiskReport, on_delete=models.PROTECT, related_name="recommendations", db_index=False
    )
    text = models.CharField(max_length=2_000)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    edition = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answer = models.CharField(max_length=2_000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    objects = Recommendations.as_manager()

    class Meta(Numbered.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="recommendation_of_a_report_counted_once"
            ),
            models.UniqueConstraint(
                fields=["by", "client_ref"], name="recommendation_written_once"
            ),
            models.CheckConstraint(name="a_recommendation_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="an_answered_recommendation_has_its_person",
                condition=Q(state="open", answered_at=None, answered_by=None)
                | ~Q(state="open") & Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="declined_with_a_reason_and_done_with_evidence",
                condition=Q(state__in=["open", "accepted"]) | ~Q(answer=""),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="recommendation_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="recommendation_stays_whose_it_is",
                fields=["report", "number", "at", "by", "client_ref"],
            ),
            passes_to_the_leading_side("recommendation_passes_to_the_leading_side"),
            stays_with_the_report(
                "recommendation_stays_as_it_was_approved", "text", "unit_id", "due", "removed_at"
            ),
            pgtrigger.FSM(
                name="recommendation_moves",
                field="state",
                transitions=[
                    ("open", "accepted"), ("open", "declined"), ("open", "done"),
                    ("accepted", "done"), ("accepted", "declined"), ("declined", "accepted"),
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"
