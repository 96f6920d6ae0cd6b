"""The act of a joint investigation: one text in two languages that both sides sign.

A signature is bound to the SHA-256 of the text. Whatever is changed afterwards voids it; what both
sides have signed never changes.
"""

import hashlib
import json
import secrets
import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import pgettext_lazy

from bordercoop.reference.sides import Side

from .investigation import Investigation

# Letters of a code that is read from paper: none that looks like another one.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
A_SUM = r"^[0-9a-f]{64}$"


class Section(models.TextChoices):
    """In the order of the paper. Source: the services' procedure, docs/glossary.md."""

    CIRCUMSTANCES = "circumstances", pgettext_lazy("section of an act", "Circumstances")
    FACTS = "facts", pgettext_lazy("section of an act", "Agreed facts")
    DISPUTED = "disputed", pgettext_lazy("section of an act", "Disputed facts")
    FINDINGS = "findings", pgettext_lazy("section of an act", "Findings")
    MEASURES = "measures", pgettext_lazy("section of an act", "Measures")
    GOODS = "goods", pgettext_lazy("section of an act", "Persons and goods")
    RECOMMENDATIONS = "recommendations", pgettext_lazy("section of an act", "Recommendations")


class ParagraphKind(models.TextChoices):
    AGREED = "agreed", pgettext_lazy("paragraph of an act", "Agreed")
    DISPUTED = "disputed", pgettext_lazy("paragraph of an act", "Disputed")
    DISSENT = "dissent", pgettext_lazy("paragraph of an act", "Dissent")


def canonical(content: Any) -> str:
    """A content as JSON with sorted keys and no spaces: the same content is the same text."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sum_of(said: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(said.encode()).hexdigest()


def new_code() -> str:
    """Ten letters, about 49 bits: the address on the paper cannot be guessed."""
    return "".join(secrets.choice(LETTERS) for _letter in range(10))


class Act(models.Model):
    """The act of a case. `code` is its address on paper, `/verify/<code>/`.

    `said` is the whole content as canonical JSON and `sha256` the sum of exactly these bytes;
    signatures name it. The content:

    - `act` (the code), `case` (the number), `languages` (Latvia's column, Belarus's column)
    - `heading`: `title` and `sign` (its name, none where the case names none) as `{language:
      text}`, `border_sign`, `place`, `lat` and `lon` (WGS 84 degrees or null), `happened_at` (UTC),
      `exercise`, `historic`
    - `teams`: `{side: [{"name", "function"}]}`, the border representative first
    - `paragraphs`: a list of `{"id", "number", "section", "kind", "side", "texts", "positions",
      "entries"}`. `number` is "<section>.<place>" and counts both columns; `side` is whose dissent
      it is, "" otherwise; `texts` is `{language: text}`; `positions` of a disputed one is
      `{side: {language: text}}`; `entries` names what it stands on: `{"number", "side", "version",
      "sha256", "files", "custody"}` with the version as it was cited and the sum of its words, the
      sums of the files, and the last digest of the custody log.

    `revision` grows with every change, so that nobody overwrites what was not read.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    investigation = models.OneToOneField(
        Investigation, on_delete=models.PROTECT, related_name="act"
    )
    code = models.CharField(max_length=10, unique=True, default=new_code)
    said = models.TextField()
    sha256 = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        triggers = [
            pgtrigger.Protect(name="act_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="act_stays_with_its_case", fields=["uid", "investigation", "code"]
            ),
            pgtrigger.Trigger(
                name="act_is_named_by_its_sum",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF NEW.sha256 <> encode(sha256(convert_to(NEW.said, 'UTF8')), 'hex') THEN
                    RAISE EXCEPTION 'act_is_named_by_its_sum'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
            # So a twice-signed act never changes: its signatures cannot be voided.
            pgtrigger.Trigger(
                name="no_act_changes_under_a_signature",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF (NEW.said, NEW.sha256, NEW.revision)
                       IS DISTINCT FROM (OLD.said, OLD.sha256, OLD.revision)
                   AND EXISTS (SELECT 1 FROM public.incidents_actsignature s
                               WHERE s.act_id = NEW.id AND s.voided_at IS NULL) THEN
                    RAISE EXCEPTION 'no_act_changes_under_a_signature: void it first'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def ref(self) -> str:
        return f"act:{self.uid}"

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said)
        return found


class ActVersion(models.Model):
    """What the whole act said after a change: who, when, what was done. Append-only.

    `deed` says what was done, `paragraph` the id and `number` the revision.
    """

    class Deed(models.TextChoices):
        BEGUN = "begun", pgettext_lazy("change of an act", "Draft begun")
        WRITTEN = "written", pgettext_lazy("change of an act", "Paragraph written")
        CHANGED = "changed", pgettext_lazy("change of an act", "Paragraph changed")
        POSITION = "position", pgettext_lazy("change of an act", "Position stated")
        MOVED = "moved", pgettext_lazy("change of an act", "Paragraph moved")
        REMOVED = "removed", pgettext_lazy("change of an act", "Paragraph removed")
        HEADING = "heading", pgettext_lazy("change of an act", "Heading or teams")

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    said = models.TextField()
    sha256 = models.CharField(max_length=64)
    deed = models.CharField(max_length=8, choices=Deed.choices)
    paragraph = models.CharField(max_length=36, blank=True)
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["act", "number"], name="version_of_an_act_counted_once")
        ]
        triggers = [
            pgtrigger.Protect(
                name="version_of_an_act_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.act_id} {self.number}"

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said)
        return found


class ActSignature(models.Model):
    """A border representative signed the act with this sum. It stands until it is voided, and for
    good once both sides have signed."""

    class Why(models.TextChoices):
        CHANGED = "changed", pgettext_lazy("void signature", "The act was changed.")
        NO_AGREEMENT = (
            "no_agreement",
            pgettext_lazy("void signature", "Both sides did not come to an agreement."),
        )

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="signatures")
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
    voided_why = models.CharField(max_length=12, choices=Why.choices, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["act", "side"], condition=Q(voided_at=None), name="a_side_signs_once"
            ),
            models.CheckConstraint(name="the_two_sides_sign", condition=Q(side__in=["LV", "BY"])),
            models.CheckConstraint(name="signature_names_a_sum", condition=Q(sha256__regex=A_SUM)),
            models.CheckConstraint(
                name="voiding_a_signature_has_a_reason",
                condition=Q(voided_at=None, voided_why="")
                | (Q(voided_at__isnull=False) & ~Q(voided_why="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="signature_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="signature_stays_what_it_is",
                fields=["uid", "act", "side", "sha256", "revision", "name_latin", "name_local",
                        "by", "at"],
            ),
            pgtrigger.Trigger(
                name="both_sides_sign_the_same_text",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.sha256 <> (SELECT a.sha256 FROM public.incidents_act a
                                  WHERE a.id = NEW.act_id FOR SHARE) THEN
                    RAISE EXCEPTION 'both_sides_sign_the_same_text: %', NEW.sha256
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
                name="two_signatures_stand",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                IF OLD.voided_at IS NOT NULL
                   OR (SELECT count(*) FROM public.incidents_actsignature s
                       WHERE s.act_id = OLD.act_id AND s.voided_at IS NULL) > 1 THEN
                    RAISE EXCEPTION 'two_signatures_stand: write an annex'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.act_id} {self.side} {self.sha256[:8]}"

    @property
    def stands(self) -> bool:
        return self.voided_at is None


class CaseOpinion(models.Model):
    """What a side thinks of a case without agreement, in its own words. The last one of a side
    counts; all are kept. `texts` is `{language: text}`."""

    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="opinions"
    )
    side = models.CharField(max_length=2, choices=Side.choices)
    texts = models.JSONField()
    client_ref = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["by", "client_ref"], name="opinion_stated_once"),
            models.CheckConstraint(
                name="the_two_sides_have_opinions", condition=Q(side__in=["LV", "BY"])
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="opinion_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} {self.side}"

    @property
    def columns(self) -> list[tuple[str, str]]:
        """(language, text), Latvia's first."""
        return [(code, self.texts[code]) for code in ("lv", "be", "ru", "en") if code in self.texts]


class CaseReferral(models.Model):
    """A case without agreement went to a higher level, which decides it."""

    class Level(models.TextChoices):
        HEADS = "heads", pgettext_lazy("higher level", "Heads of the services")
        DIPLOMATIC = "diplomatic", pgettext_lazy("higher level", "Diplomatic channel")

    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="referrals"
    )
    level = models.CharField(max_length=10, choices=Level.choices)
    reason = models.CharField(max_length=2_000)
    side = models.CharField(max_length=2, choices=Side.choices)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=4_000, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["investigation"],
                condition=Q(decided_at=None),
                name="a_case_is_at_one_higher_level",
            ),
            models.CheckConstraint(name="going_higher_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="decision_of_a_higher_level_says_something",
                condition=Q(decided_at=None, decision="")
                | (Q(decided_at__isnull=False) & ~Q(decision="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="referral_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="decision_of_a_higher_level_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.decided_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.investigation_id} {self.level}"
