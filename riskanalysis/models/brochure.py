"""Editions of the brochure: what each was built from, what it says, and its file in each language.

An edition is never changed and never deleted, so that a printed copy can always be looked up.
"""

from __future__ import annotations

import uuid
from typing import Any

import pgtrigger
from django.db import models
from django.utils.timezone import now

from bordercoop.access.models import Language
from bordercoop.reference.models import ProcedureVersion

A_SUM = r"^[0-9a-f]{64}$"


def _append_only(what: str) -> pgtrigger.Trigger:
    return pgtrigger.Protect(
        name=f"{what}_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
    )


class BrochureEditions(models.QuerySet["BrochureEdition"]):
    def visible_to(self, user: Any) -> BrochureEditions:
        """All of them for whoever reads procedures, none for others."""
        from ..access import reads_brochure

        return self.all() if reads_brochure(user) else self.none()

    def with_papers(self) -> BrochureEditions:
        """With their papers, without what these say and without their files."""
        papers = BrochurePaper.objects.defer("content", "pdf")
        return self.prefetch_related(
            models.Prefetch("papers", queryset=papers),
            models.Prefetch(
                "parts", queryset=BrochurePart.objects.select_related("version__procedure")
            ),
        )


class BrochureEdition(models.Model):
    """The brochure as it was built once. `sum` is the SHA-256 of all that it says, number and time
    left out: what would say the same is the same edition."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    made_at = models.DateTimeField(default=now)
    sum = models.CharField(max_length=64)

    objects = BrochureEditions.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                name="an_edition_is_counted_from_one", condition=models.Q(number__gte=1)
            ),
            models.CheckConstraint(
                name="an_edition_has_a_sum", condition=models.Q(sum__regex=A_SUM)
            ),
        ]
        triggers = [_append_only("edition")]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def ref(self) -> str:
        return f"brochure:{self.uid}"


class BrochurePart(models.Model):
    """A version of a procedure that an edition was built from, by the sum of its text."""

    edition = models.ForeignKey(
        BrochureEdition, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "version"], name="an_edition_has_a_version_once"
            )
        ]
        triggers = [
            _append_only("part"),
            pgtrigger.Trigger(
                name="an_edition_is_built_from_what_holds",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NOT EXISTS (SELECT 1 FROM public.reference_procedureversion
                               WHERE id = NEW.version_id AND sha256 = NEW.sha256
                                 AND state IN ('in_force', 'under_review')) THEN
                    RAISE EXCEPTION 'an_edition_is_built_from_what_holds'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.version_id}"


class BrochurePaper(models.Model):
    """An edition in one language. `content` is what the page and the paper show, as described at
    `riskanalysis.brochure.content_of`; `sha256` and `size` (bytes) are of the file `pdf`."""

    edition = models.ForeignKey(
        BrochureEdition, on_delete=models.PROTECT, related_name="papers", db_index=False
    )
    language = models.CharField(max_length=2, choices=Language.choices)
    content = models.JSONField()
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "language"], name="an_edition_has_a_language_once"
            ),
        ]
        triggers = [
            _append_only("paper"),
            pgtrigger.Trigger(
                name="a_paper_is_named_by_its_sum",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                IF NEW.sha256 <> encode(sha256(NEW.pdf), 'hex')
                   OR NEW.size <> octet_length(NEW.pdf) THEN
                    RAISE EXCEPTION 'a_paper_is_named_by_its_sum'
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.language}"
