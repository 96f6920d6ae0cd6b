"""What an edition says in one language: the same for the page and for the paper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.reference.models import ProcedureVersion, terms
from bordercoop.web import documents
from bordercoop.web.emblem import emblem
from contactpoints.access import SERVICES
from contactpoints.models import root_of
from contactpoints.procedure_diff import LABELS
from contactpoints.procedure_pages import MARKS, said

from ..models import MatrixVersion, matrix_in_force
from . import figures
from .method import method
from .weighing import day_said, weigh

LANGUAGES = ("lv", "be", "ru", "en")
# Terms of the glossary by their chapter: the whole chapter, or these.
TERMS: dict[str, tuple[str, ...]] = {
    "Risk analysis": (),
    "Incident": ("incident", "flash report", "version", "verified", "validated", "unverified",
                 "severity", "impact level", "handling code", "open-source record"),
    "Release, alert, acknowledgement": ("information request",),
    "Training, visits, operations": ("public event",),
}  # fmt: skip
# Where letters stand that come last by their number: ā beside a, і where и would be.
ALPHABET = str.maketrans("āčēģīķļņšūžіўё", "acegiklnsuzиуе")
STEP_PARTS = ("purpose", "who", "inputs", "text", "output", "check")


def contents(versions: Sequence[ProcedureVersion], *, agreed: bool) -> tuple[dict[str, Any], str]:
    """The content in each language, and the SHA-256 of all of it."""
    scales = matrix_in_force()
    found = {
        language: content_of(language, versions, agreed=agreed, scales=scales)
        for language in LANGUAGES
    }
    said = json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return found, hashlib.sha256(said.encode()).hexdigest()


def content_of(
    language: str,
    versions: Sequence[ProcedureVersion],
    *,
    agreed: bool,
    scales: MatrixVersion | None = None,
) -> dict[str, Any]:
    """Everything that the brochure says in `language`, without number and date of the edition.

    - `agreed`: whether both sides have agreed to the versions; else it is a preview
    - `method`: `reference/brochure.yaml` in this language, with the levels, bands and rule of
      `scales`, which are those in force unless others are given; `grading`: (code, meaning) of both
      scales; `placed`: where the example stands on the matrix, with its `band`
    - `figures`: SVG of `cycle`, `matrix` and `example`
    - `sops`: code, title, purpose, level, number, effective_on, sha256, mark, and `steps` with
      their texts in the order of the page; a text is `{"text", "language"}`, since one that was
      never translated stands as it was written
    - `glossary`: rows of terms, one text for each of `columns`
    - `services`: the two, in the order of the alphabet; `funding`: statement and emblem
    """
    with translation.override(language):
        whole = method(language)
        scales = scales or matrix_in_force()
        assert scales is not None, "the scales come with the SOPs"
        place = weigh(whole, scales, language)
        example = whole["example"]
        impact = whole["weighing"]["scales"][3]["levels"]
        marked = (int(place["row"]), int(place["column"]), "N")
        columns = [language, *(code for code in LANGUAGES if code != language)]
        return {
            "language": language,
            "agreed": agreed,
            "services": _services(),
            "method": whole,
            "placed": place,
            "grading": {
                name: [[code, term.name] for code, term in terms(name).items()]
                for name in ("source_4x4", "information_4x4")
            },
            "figures": {
                "cycle": figures.cycle(
                    whole["cycle"]["phases"], whole["cycle"]["centre"], _told(whole["cycle"])
                ),
                "matrix": figures.matrix(whole["matrix"], impact, _squares(whole["matrix"])),
                "example": figures.matrix(whole["matrix"], impact, example["sum"], marked=marked),
            },
            "alts": {
                "cycle": _told(whole["cycle"]),
                "matrix": _squares(whole["matrix"]),
                "example": example["sum"],
            },
            "sops": [_procedure(version, language) for version in versions],
            "glossary": {
                "columns": columns,
                "names": [str(dict(settings.LANGUAGES)[code]) for code in columns],
                "rows": _terms(columns),
            },
            "funding": {
                "text": settings.FUNDING_STATEMENT.get(language)
                or settings.FUNDING_STATEMENT.get("", ""),
                **emblem().named,
            },
            "labels": _labels(),
        }


def numbered(content: dict[str, Any], *, number: int, at: datetime) -> dict[str, Any]:
    """The content with what names its edition; number 0 is a preview."""
    with translation.override(content["language"]):
        if number:
            name = _("Edition %(number)s") % {"number": number}
        else:
            name = pgettext("brochure", "Preview")
        return {
            **content,
            "edition": name,
            "date": day_said(at),
            "marking": None if content["agreed"] else content["method"]["stamp"],
        }


def _services() -> list[str]:
    roots = [root_of(side) for side in SERVICES]
    return sorted((root.name for root in roots if root is not None), key=str.casefold)


def _told(part: dict[str, Any]) -> str:
    """What a figure of steps says, for whoever does not see it."""
    names = "; ".join(f"{n}. {phase['name']}" for n, phase in enumerate(part["phases"], start=1))
    return f"{part['heading']}: {names}."


def _squares(part: dict[str, Any]) -> str:
    least, told = 1, []
    for band in part["bands"]:
        told.append(f"{least}–{band['until']} {band['name'].lower()}")
        least = band["until"] + 1
    return f"{part['heading']}, {part['steps']} × {part['steps']}: {', '.join(told)}."


def _procedure(version: ProcedureVersion, language: str) -> dict[str, Any]:
    def text(texts: Any) -> dict[str, str]:
        found = said(version, texts, language)
        return {"text": found.text, "language": found.language}

    content = version.content
    return {
        "code": version.procedure.code,
        "title": text(content["title"]),
        "purpose": text(content["purpose"]),
        "level": str(version.procedure.get_level_display()),
        "number": version.number,
        "effective_on": date_format(version.effective_on, "DATE_FORMAT")
        if version.effective_on
        else "",
        "sha256": version.sha256,
        "mark": str(MARKS[content.get("marks", {}).get(language, "draft")]),
        "steps": [
            {
                "title": text(step["title"]),
                "texts": [
                    {"label": str(LABELS[part]), **text(step[part])}
                    for part in STEP_PARTS
                    if step.get(part)
                ],
            }
            for step in version.steps
        ],
    }


def _terms(columns: list[str]) -> list[list[str]]:
    """Terms in the order of the reader's language."""
    rows = [
        [entry.name(code) for code in columns]
        for chapter in documents.glossary()
        if chapter.heading in TERMS
        for entry in chapter.entries
        if not TERMS[chapter.heading] or entry.names["en"] in TERMS[chapter.heading]
    ]
    return sorted(rows, key=lambda row: row[0].casefold().translate(ALPHABET))


def _labels() -> dict[str, str]:
    """The words around the texts, in the active language."""
    return {
        "page": _("Page {page} of {total}"),
        "contents": pgettext("brochure", "Contents"),
        "step": pgettext("brochure", "Step"),
        "procedure": pgettext("brochure", "Procedure"),
        "level": pgettext("brochure", "Level"),
        "version": pgettext("brochure", "Version"),
        "from": _("In force from"),
        "state": _("State of this text"),
        "figure": pgettext("brochure", "Figure"),
        "emblem": pgettext("brochure", "Emblem of the donor"),
        "score": pgettext("brochure", "Score"),
        "band": pgettext("brochure", "Band"),
        "reaction": pgettext("brochure", "What follows"),
        "made_by": _("Made by the portal BorderCoop from the agreed procedures."),
    }
