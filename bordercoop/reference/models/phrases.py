"""Standard phrases: what one desk says to another, read by each officer in the own language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

import pgtrigger
from django.db import models
from django.utils.translation import pgettext_lazy

from .vocabulary import Named, _keep


class Phrase(Named):
    """A sentence with slots such as {place}; its names are its wordings. See `phrases.SLOTS`.

    The database keeps the wording of each version, so that what was said keeps its words. A phrase
    of the group `headline` is a template for reports of its `category` and of those below it.
    """

    class Group(models.TextChoices):
        ANSWER = "answer", pgettext_lazy("phrases", "Answers")
        PATROL = "patrol", pgettext_lazy("phrases", "Patrols")
        PEOPLE = "people", pgettext_lazy("phrases", "People")
        VEHICLE = "vehicle", pgettext_lazy("phrases", "Vehicles and goods")
        SEARCH = "search", pgettext_lazy("phrases", "Search")
        ASK = "ask", pgettext_lazy("phrases", "Questions and requests")
        CROSSING = "crossing", pgettext_lazy("phrases", "Crossing points")
        END = "end", pgettext_lazy("phrases", "End of the matter")
        HEADLINE = "headline", pgettext_lazy("phrases", "Headlines of reports")

    code = models.CharField(max_length=40, unique=True)
    group = models.CharField(max_length=10, choices=Group.choices)
    category = models.CharField(max_length=40, blank=True, default="", db_default="")
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                name="a_headline_is_for_a_category",
                condition=models.Q(group="headline") & ~models.Q(category="")
                | ~models.Q(group="headline") & models.Q(category=""),
            )
        ]
        triggers = [
            pgtrigger.Protect(name="a_phrase_is_retired_not_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="every_wording_of_a_phrase_is_kept",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.After,
                func="""
                IF TG_OP = 'UPDATE' AND NEW.version = OLD.version
                   AND (NEW.name_en, NEW.name_lv, NEW.name_be, NEW.name_ru) IS DISTINCT FROM
                       (OLD.name_en, OLD.name_lv, OLD.name_be, OLD.name_ru) THEN
                    RAISE EXCEPTION 'a_new_wording_has_a_new_version: %', NEW.code
                        USING ERRCODE = 'check_violation';
                END IF;
                INSERT INTO public.reference_phrasewording
                    (code, version, text_en, text_lv, text_be, text_ru)
                VALUES (NEW.code, NEW.version, NEW.name_en, NEW.name_lv, NEW.name_be, NEW.name_ru)
                ON CONFLICT (code, version) DO NOTHING;
                RETURN NULL;
                """,
            ),
        ]


class PhraseWording(models.Model):
    """How a version of a phrase reads in the four languages. Written by the database alone."""

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    text_en = models.CharField(max_length=200)
    text_lv = models.CharField(max_length=200)
    text_be = models.CharField(max_length=200)
    text_ru = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="a_version_of_a_phrase_has_one_wording"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="a_wording_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    def text_in(self, language: str) -> str:
        """The wording in `language` ("lv", "en-gb"), else in English."""
        return cast(str, getattr(self, f"text_{language.split('-')[0]}", "")) or self.text_en


def phrases() -> Mapping[str, Phrase]:
    """Every phrase by code, in order; retired ones too. At most 60 s old."""
    return _keep("phrases", _phrases)


def wording_of(code: str, version: int) -> PhraseWording | None:
    """How that version of the phrase reads; None for one that there never was."""
    known = _keep("wordings", _wordings)
    if (code, version) not in known:
        found = PhraseWording.objects.filter(code=code, version=version).first()
        if found is not None:
            known[code, version] = found
    return known.get((code, version))


def _phrases() -> Mapping[str, Phrase]:
    return MappingProxyType({phrase.code: phrase for phrase in Phrase.objects.all()})


def _wordings() -> dict[tuple[str, int], PhraseWording]:
    return {(row.code, row.version): row for row in PhraseWording.objects.all()}
