"""A border incident that both sides investigate together (docs/investigation.md).

A case is shared from the moment it is proposed: both sides read it, each writes its own part, and
what a side has not exchanged yet stays with that side.
"""

import uuid
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.models import Place, ProcedureVersion, Term
from bordercoop.reference.sides import Side
from contactpoints.access import units_where

SERVICES = ("LV", "BY")


class CaseState(models.TextChoices):
    """Source: the services' procedure of joint investigation, docs/glossary.md."""

    PROPOSED = "proposed", pgettext_lazy("joint investigation", "Proposed")
    AGREED = "agreed", pgettext_lazy("joint investigation", "Agreed")
    TEAM_FORMED = "team_formed", pgettext_lazy("joint investigation", "Team formed")
    ON_SITE = "on_site", pgettext_lazy("joint investigation", "On site")
    EXCHANGED = "exchanged", pgettext_lazy("joint investigation", "Evidence exchanged")
    DRAFTED = "drafted", pgettext_lazy("joint investigation", "Findings drafted")
    SIGNED_ONE = "signed_one", pgettext_lazy("joint investigation", "Signed by one side")
    SIGNED = "signed", pgettext_lazy("joint investigation", "Signed by both sides")
    HANDED_OVER = "handed_over", pgettext_lazy("joint investigation", "Handed over")
    CLOSED = "closed", pgettext_lazy("joint investigation", "Closed")
    NO_AGREEMENT = "no_agreement", pgettext_lazy("joint investigation", "No agreement")
    HIGHER = "higher", pgettext_lazy("joint investigation", "At a higher level")
    DECLINED = "declined", pgettext_lazy("joint investigation", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("joint investigation", "Withdrawn")


CASE_MOVES = [
    ("proposed", "agreed"),
    ("proposed", "declined"),
    ("proposed", "withdrawn"),
    ("agreed", "team_formed"),
    ("team_formed", "on_site"),
    ("on_site", "exchanged"),
    ("exchanged", "drafted"),
    ("drafted", "signed_one"),
    # A change after the first signature voids it.
    ("signed_one", "drafted"),
    ("signed_one", "signed"),
    ("signed", "handed_over"),
    ("signed", "closed"),
    ("handed_over", "closed"),
    ("drafted", "no_agreement"),
    ("signed_one", "no_agreement"),
    ("no_agreement", "higher"),
    ("no_agreement", "drafted"),
    ("higher", "drafted"),
    ("higher", "closed"),
]
# The road of a case without dispute, as screens draw it.
ROAD = [
    CaseState.PROPOSED, CaseState.AGREED, CaseState.TEAM_FORMED, CaseState.ON_SITE,
    CaseState.EXCHANGED, CaseState.DRAFTED, CaseState.SIGNED_ONE, CaseState.SIGNED,
    CaseState.HANDED_OVER, CaseState.CLOSED,
]  # fmt: skip
ENDED = (CaseState.CLOSED, CaseState.DECLINED, CaseState.WITHDRAWN)
# In which the parts of a case are written; from the first signature on its act is what counts.
WRITTEN = (
    CaseState.AGREED, CaseState.TEAM_FORMED, CaseState.ON_SITE, CaseState.EXCHANGED,
    CaseState.DRAFTED, CaseState.SIGNED_ONE, CaseState.NO_AGREEMENT, CaseState.HIGHER,
)  # fmt: skip


class InvestigationQuerySet(models.QuerySet["Investigation"]):
    def visible_to(self, user: Any) -> Self:
        """Cases of which the unit of the own side lies within the reach of `user`, and those in
        whose team `user` is."""
        ids = units_where(user, "view_investigations")
        from .case_team import CaseMember, CaseSide

        part = CaseSide.objects.filter(
            investigation=OuterRef("pk"), side=user.side, unit_id__in=ids
        )
        team = CaseMember.objects.filter(
            investigation=OuterRef("pk"), officer=user.pk, ended_at=None, side=user.side
        )
        return self.filter(Exists(part) | Exists(team))

    def going_on(self) -> Self:
        return self.exclude(state__in=ENDED)

    def late(self) -> Self:
        """Those whose present step should have been done by now; the longest late first."""
        rows = self.going_on().filter(due_at__lt=now(), historic="")
        return rows.order_by("due_at", "pk")


class Investigation(models.Model):
    """A joint investigation: from a border representative's proposal to two signatures.

    `side` proposed it. `happened_at` is when what is investigated happened, `meet_at` when both
    meet on the line. `guideline` is the version that it follows, chosen when it was agreed; what
    changes later changes nothing here. `due_at` is by when the present state should be left.
    `historic` says that it re-enacts a case that is over, and which.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    client_ref = models.UUIDField(default=uuid.uuid4)
    side = models.CharField(max_length=2, choices=Side.choices)
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    category = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=160)
    grounds = models.TextField()
    language = models.CharField(max_length=2)
    # Translations of the two by language: {"title", "grounds"}.
    texts = models.JSONField(default=dict)
    sign = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    border_sign = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=200, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    happened_at = models.DateTimeField()
    meet_at = models.DateTimeField(null=True)
    # In which languages the act is written: Latvian, and Belarusian or Russian as Belarus chooses.
    by_language = models.CharField(max_length=2, default="ru")
    guideline = models.ForeignKey(
        ProcedureVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    historic = models.CharField(max_length=80, blank=True)
    exercise = models.BooleanField(default=False)
    entered_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    proposed_at = models.DateTimeField(default=now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=2_000, blank=True)

    objects = InvestigationQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposed_by", "client_ref"], name="case_proposed_once"
            ),
            models.CheckConstraint(name="case_side_is_a_service", condition=Q(side__in=SERVICES)),
            models.CheckConstraint(
                name="act_is_in_a_language_of_belarus", condition=Q(by_language__in=["be", "ru"])
            ),
            models.CheckConstraint(
                name="declining_a_case_has_a_reason",
                condition=~Q(state__in=["declined", "withdrawn"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="ended_case_has_its_time",
                condition=Q(state__in=["closed", "declined", "withdrawn"], ended_at__isnull=False)
                | (~Q(state__in=["closed", "declined", "withdrawn"]) & Q(ended_at=None)),
            ),
            models.CheckConstraint(
                name="case_position_has_both_coordinates",
                condition=Q(lat__isnull=True, lon__isnull=True)
                | Q(
                    lat__isnull=False,
                    lon__isnull=False,
                    lat__range=(-90, 90),
                    lon__range=(-180, 180),
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="case_due",
                condition=~Q(state__in=["closed", "declined", "withdrawn"]),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="case_moves", field="state", transitions=CASE_MOVES),
            pgtrigger.Protect(name="case_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="case_stays_whose_it_is",
                fields=["uid", "number", "side", "proposed_by", "proposed_at", "historic"],
            ),
            # Applications for protection and serious incidents are never shared.
            pgtrigger.Trigger(
                name="no_case_of_what_never_crosses",
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("category_id"),
                when=pgtrigger.Before,
                func="""
                IF EXISTS (SELECT 1 FROM public.reference_term t
                           WHERE t.id = NEW.category_id
                             AND (t.code ~ '^(ASY|SIR)(-|$)' OR t.facts @> '{"crosses": false}'))
                THEN
                    RAISE EXCEPTION 'no_case_of_what_never_crosses'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/investigations/{self.uid}/"

    @property
    def ref(self) -> str:
        return f"investigation:{self.uid}"

    @property
    def other_side(self) -> str:
        """The side that was asked."""
        return "BY" if self.side == "LV" else "LV"

    def said_in(self, language: str) -> tuple[str, str, str]:
        """(title, grounds, language): in the wanted language, else as they were written."""
        wanted = language.split("-")[0]
        found = self.texts.get(wanted) if wanted != self.language else None
        if found:
            return found["title"], found["grounds"], wanted
        return self.title, self.grounds, self.language

    @property
    def languages(self) -> tuple[str, str]:
        """Of the act: Latvia's column, Belarus's column."""
        return "lv", self.by_language

    @property
    def going_on(self) -> bool:
        return self.state not in ENDED

    @property
    def late(self) -> bool:
        """Whether the present step should have been done by now; never of a re-enacted case."""
        due = self.due_at if self.going_on and not self.historic else None
        return due is not None and due < now()


class CaseStep(models.Model):
    """One step of the guideline, done or left out with a reason, by a side. The last row of a step
    and side counts; all are kept."""

    class Outcome(models.TextChoices):
        DONE = "done", pgettext_lazy("step of a guideline", "Done")
        SKIPPED = "skipped", pgettext_lazy("step of a guideline", "Left out")
        TAKEN_BACK = "taken_back", pgettext_lazy("step of a guideline", "Taken back")

    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    code = models.CharField(max_length=40)
    side = models.CharField(max_length=2, choices=Side.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=2_000, blank=True)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["investigation", "code"], name="steps_of_a_case")]
        constraints = [
            models.CheckConstraint(
                name="no_step_is_left_out_without_a_reason",
                condition=Q(outcome="done") | ~Q(reason=""),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="step_of_a_case_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} {self.code} {self.side} {self.outcome}"


class CaseMove(models.Model):
    """The case went from one state to the next: who, when, why. Append-only."""

    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="moves", db_index=False
    )
    before = models.CharField(max_length=12, choices=CaseState.choices, blank=True)
    after = models.CharField(max_length=12, choices=CaseState.choices)
    side = models.CharField(max_length=2, choices=Side.choices)
    reason = models.CharField(max_length=2_000, blank=True)
    late = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["investigation", "id"], name="moves_of_a_case")]
        triggers = [
            pgtrigger.Protect(
                name="move_of_a_case_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} {self.before} {self.after}"


class CaseSeries(models.Model):
    """The last number that was given in a year, as in JI-2026-00001."""

    year = models.PositiveIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year} {self.last}"
