"""Procedures that both sides agree on: guidelines, and standard operating procedures (SOPs).

A procedure is known by its code; what it says lies in its versions. Both sides approve one revision
of a version by the hash of its content, so whatever is changed afterwards, its day included, has to
be approved again, also when it is changed back.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from calendar import monthrange
from datetime import date
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import get_language, pgettext_lazy

from ..sides import Side
from .proposals import utc_today


class ProcedureState(models.TextChoices):
    """Source: the services' procedure; a version that is in force may be reviewed meanwhile."""

    DRAFT = "draft", pgettext_lazy("procedure", "Draft")
    CONSULTATION = "consultation", pgettext_lazy("procedure", "In consultation")
    AGREED = "agreed", pgettext_lazy("procedure", "Agreed")
    IN_FORCE = "in_force", pgettext_lazy("procedure", "In force")
    UNDER_REVIEW = "under_review", pgettext_lazy("procedure", "Under review")
    SUPERSEDED = "superseded", pgettext_lazy("procedure", "Superseded")
    WITHDRAWN = "withdrawn", pgettext_lazy("procedure", "Withdrawn")


PROCEDURE_MOVES = [
    ("draft", "consultation"),
    ("draft", "withdrawn"),
    ("consultation", "draft"),
    ("consultation", "agreed"),
    ("consultation", "withdrawn"),
    # A change after both have approved voids their approvals.
    ("agreed", "consultation"),
    ("agreed", "in_force"),
    ("agreed", "withdrawn"),
    ("in_force", "under_review"),
    ("in_force", "superseded"),
    ("in_force", "withdrawn"),
    ("under_review", "in_force"),
    ("under_review", "superseded"),
    ("under_review", "withdrawn"),
]
# Those by which the services work now: a version under review holds until another one does.
HOLDS = (ProcedureState.IN_FORCE, ProcedureState.UNDER_REVIEW)
MOST_MONTHS = 36  # between two reviews
OPEN_TO_CHANGE = (ProcedureState.DRAFT, ProcedureState.CONSULTATION, ProcedureState.AGREED)


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or the last one of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def digest_of(content: Any) -> str:
    """SHA-256 of a content as JSON with sorted keys, no spaces, UTF-8."""
    said = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


class Procedure(models.Model):
    """Something both sides do in one agreed way. `code` is its short name, such as `JI`."""

    class Kind(models.TextChoices):
        GUIDELINE = "guideline", pgettext_lazy("procedure", "Guidelines")
        SOP = "sop", pgettext_lazy("procedure", "Standard operating procedure")

    class Level(models.TextChoices):
        NONE = "", pgettext_lazy("level of a procedure", "Every level")
        OPERATIONAL = "operational", pgettext_lazy("level of a procedure", "Operational")
        STRATEGIC = "strategic", pgettext_lazy("level of a procedure", "Strategic")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    level = models.CharField(max_length=11, choices=Level.choices, blank=True, default="")
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]
        triggers = [
            pgtrigger.Protect(name="a_procedure_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="a_procedure_stays_what_it_is", fields=["uid", "code", "kind"]),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def ref(self) -> str:
        return f"procedure:{self.uid}"


class ProcedureVersions(models.QuerySet["ProcedureVersion"]):
    def of_kind(self, *kinds: str) -> Self:
        return self.filter(procedure__kind__in=kinds).select_related("procedure")

    def holding(self) -> Self:
        """Those by which the services work now, one of a procedure at most."""
        return self.filter(state__in=HOLDS)

    def readable_by(self, side: str) -> Self:
        """Everything but what the other side has drafted and never put to both."""
        return self.filter(Q(shown_at__isnull=False) | Q(side=side))

    def prepared(self) -> Self:
        """Those on the way to both approvals, one of a procedure at most."""
        return self.filter(state__in=OPEN_TO_CHANGE)

    def due(self) -> Self:
        """Agreed ones whose day has begun in UTC."""
        return self.filter(state=ProcedureState.AGREED, effective_on__lte=utc_today())

    def review_due(self) -> Self:
        """Those in force whose day of review has come in UTC."""
        return self.filter(state=ProcedureState.IN_FORCE, review_on__lte=utc_today())


class ProcedureVersion(models.Model):
    """What a procedure says, from `effective_on` on until another version does.

    `content` is plain JSON. Texts are `{"en": …, "lv": …, "be": …, "ru": …}`:

    - `title`, `purpose`: texts; `origin`: the language that was written first
    - `marks`: for each language `original`, `checked` or `draft`
    - `steps`: a list of `{"code", "phase", "each", "hours", "title", "purpose", "who", "inputs",
      "text", "output", "check"}`. `code` names the step in every version, such as `notice`; `phase`
      is the state of a case in which it is done, "" for procedures without cases; `each` says that
      both sides do it, not one for both; `hours` by when after the phase began, null without a
      limit; the rest are texts, of which all but `title` may be empty, and `purpose` is left out
      where it is.

    `sha256` is `digest_of(content)`; approvals name it. Nothing changes once it is in force.
    `based_on` is the version that it was written from. `side` prepares it; "" is what came with the
    portal, which both sides prepare. `shown_at` is when it was put to both sides. `review_months`
    is after how many months it is reviewed again, null where each review sets its own day.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(
        max_length=12, choices=ProcedureState.choices, default=ProcedureState.DRAFT
    )
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    # Grows with every change, so that nobody overwrites or approves what was not read.
    revision = models.PositiveIntegerField(default=1)
    note = models.CharField(max_length=500, blank=True)
    source = models.CharField(max_length=500, blank=True)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    side = models.CharField(max_length=2, choices=Side.choices, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    at = models.DateTimeField(default=now)
    shown_at = models.DateTimeField(null=True)
    # Days in UTC, as with the common lists: it holds from 00:00 UTC.
    effective_on = models.DateField(null=True)
    review_on = models.DateField(null=True)
    review_months = models.PositiveSmallIntegerField(null=True)
    in_force_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = ProcedureVersions.as_manager()

    class Meta:
        ordering = ["procedure", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "number"], name="version_of_a_procedure_counted_once"
            ),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(state__in=["in_force", "under_review"]),
                name="one_version_of_a_procedure_holds",
            ),
            models.UniqueConstraint(
                fields=["procedure"],
                condition=Q(state__in=["draft", "consultation", "agreed"]),
                name="one_version_of_a_procedure_is_prepared",
            ),
            models.CheckConstraint(
                name="version_is_named_by_its_sum", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
            models.CheckConstraint(
                name="agreed_version_has_its_day",
                condition=Q(state__in=["draft", "consultation", "withdrawn"])
                | Q(effective_on__isnull=False),
            ),
            models.CheckConstraint(
                name="holding_version_has_its_time",
                condition=~Q(state__in=["in_force", "under_review", "superseded"])
                | Q(in_force_at__isnull=False),
            ),
            models.CheckConstraint(
                name="withdrawn_version_has_a_reason",
                condition=~Q(state="withdrawn") | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="what_is_not_a_draft_was_shown_to_both",
                condition=Q(state__in=["draft", "withdrawn"]) | Q(shown_at__isnull=False),
            ),
            models.CheckConstraint(
                name="review_comes_after_the_beginning",
                condition=Q(review_on=None)
                | Q(effective_on=None)
                | Q(review_on__gt=F("effective_on")),
            ),
            models.CheckConstraint(
                name="reviewed_every_one_to_36_months",
                condition=Q(review_months=None) | Q(review_months__range=(1, MOST_MONTHS)),
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="procedure_moves", field="state", transitions=PROCEDURE_MOVES),
            pgtrigger.Protect(name="version_of_a_procedure_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="version_that_holds_never_changes",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF OLD.state NOT IN ('draft', 'consultation', 'agreed')
                   AND (OLD.content, OLD.sha256, OLD.number, OLD.procedure_id, OLD.revision,
                        OLD.effective_on, OLD.review_months)
                       IS DISTINCT FROM (NEW.content, NEW.sha256, NEW.number, NEW.procedure_id,
                                         NEW.revision, NEW.effective_on, NEW.review_months)
                THEN
                    RAISE EXCEPTION 'version_that_holds_never_changes: write a new one'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            # Approvals name the revision, so no change may hide behind the number of another text.
            pgtrigger.Trigger(
                name="every_change_of_a_version_is_counted",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF OLD.state IN ('draft', 'consultation', 'agreed')
                   AND NEW.revision <= OLD.revision
                   AND (OLD.content, OLD.sha256, OLD.effective_on, OLD.review_on,
                        OLD.review_months)
                       IS DISTINCT FROM (NEW.content, NEW.sha256, NEW.effective_on, NEW.review_on,
                                         NEW.review_months)
                THEN
                    RAISE EXCEPTION 'every_change_of_a_version_is_counted'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            # Both approvals of this very text, or the state is refused; a review changes no text.
            pgtrigger.Trigger(
                name="both_sides_approve_the_same_text",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(
                    "NEW.state IN ('agreed', 'in_force', 'under_review')"
                ),
                func="""
                IF (SELECT count(DISTINCT a.side) FROM public.reference_procedureapproval a
                    WHERE a.version_id = NEW.id AND a.sha256 = NEW.sha256
                      AND a.revision = NEW.revision) < 2 THEN
                    RAISE EXCEPTION 'both_sides_approve_the_same_text: % %', NEW.id, NEW.sha256
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure.code} {self.number}"

    @property
    def ref(self) -> str:
        return f"procedure_version:{self.uid}"

    @property
    def holds(self) -> bool:
        return self.state in HOLDS

    def review_after(self, day: date) -> date | None:
        """The day of review that its interval proposes after `day`; None without one."""
        return months_after(day, self.review_months) if self.review_months else None

    @property
    def title(self) -> str:
        """In the active language, else in the one it was written in."""
        return self.text_of(self.content.get("title"))

    def text_of(self, texts: Any, language: str = "") -> str:
        """One of the content's texts in `language` (the active one without), else as written."""
        said: dict[str, str] = texts if isinstance(texts, dict) else {}
        wanted = (language or get_language() or "en").split("-")[0]
        first = str(self.content.get("origin", "en"))
        return said.get(wanted) or said.get(first) or next(filter(None, said.values()), "")

    @property
    def steps(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.content.get("steps", [])
        return found


def version_in_force(code: str) -> ProcedureVersion | None:
    """The version of the procedure by which the services work now."""
    rows = ProcedureVersion.objects.holding().filter(procedure__code=code)
    return rows.select_related("procedure").first()
