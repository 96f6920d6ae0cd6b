"""A version of a procedure as its page and its paper show it. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from bordercoop.access.models import Language
from bordercoop.reference.models import LANGUAGES, ProcedureComment, ProcedureVersion
from bordercoop.reference.procedure_texts import STEP_TEXTS

from .procedure_diff import LABELS
from .procedures import approvals_of

SHOWN = ("lv", "be", "ru", "en")  # in this order
MARKS = {
    "original": pgettext_lazy("text of a guideline", "Written first"),
    "checked": pgettext_lazy("text of a guideline", "Translation, checked"),
    "draft": pgettext_lazy("text of a guideline", "Translation, draft"),
}


@dataclass(frozen=True)
class Said:
    """A text with the language that it is in, which is another than the one that was `asked` for
    where nobody has written it in that one."""

    text: str
    language: str
    asked: str

    @property
    def elsewhere(self) -> bool:
        return self.language != self.asked


@dataclass(frozen=True)
class Part:
    """A text of a step; `beside` is the same in the other languages that the reader chose."""

    name: str
    label: str
    said: Said
    beside: list[Said]


@dataclass
class ShownStep:
    """A step with its number, its texts in reading order, and the comments on it."""

    number: int
    code: str
    title: Part
    parts: list[Part]
    each: bool
    hours: int | None
    comments: list[ProcedureComment] = field(default_factory=list)

    def part(self, name: str) -> str:
        """One of its texts, "" where it says nothing of the kind."""
        return next((part.said.text for part in self.parts if part.name == name), "")

    @property
    def open_comments(self) -> int:
        return sum(comment.state == "open" for comment in self.comments)


@dataclass
class Phase:
    code: str
    name: str
    steps: list[ShownStep]


def phases_of(kind: str) -> dict[str, str]:
    """The phases that steps of a kind may belong to, in their order: code -> name."""
    named = settings.PROCEDURE_PHASES.get(kind)
    return {code: str(name) for code, name in import_string(named)()} if named else {}


def said(version: ProcedureVersion, texts: Any, language: str) -> Said:
    """The text in `language`, or as it was written first where there is none."""
    known = texts if isinstance(texts, dict) else {}
    origin = version.content.get("origin", "en")
    return (
        Said(known[language], language, language)
        if known.get(language)
        else Said(known.get(origin, ""), origin, language)
    )


def part_of(
    version: ProcedureVersion,
    name: str,
    texts: Any,
    language: str,
    beside: Iterable[str] = (),
) -> Part:
    others = [said(version, texts, other) for other in beside]
    return Part(name, str(LABELS[name]), said(version, texts, language), others)


def steps_shown(
    version: ProcedureVersion,
    language: str,
    comments: list[ProcedureComment],
    beside: Collection[str] = (),
) -> list[Phase]:
    """The steps by phase, in the order of the version, with other languages `beside`."""
    names = phases_of(version.procedure.kind)
    found: list[Phase] = []
    for number, step in enumerate(version.steps, start=1):
        if not found or found[-1].code != step["phase"]:
            found.append(Phase(step["phase"], names.get(step["phase"], step["phase"]), []))
        found[-1].steps.append(
            ShownStep(
                number,
                step["code"],
                part_of(version, "title", step["title"], language, beside),
                [
                    part_of(version, name, step[name], language, beside)
                    for name in STEP_TEXTS
                    if name != "title" and step.get(name)
                ],
                step["each"],
                step["hours"],
                [comment for comment in comments if comment.step == step["code"]],
            )
        )
    return found


@dataclass(frozen=True)
class Tongue:
    """A language of a version: what state its texts are in, and how many titles are missing."""

    code: str
    name: str
    mark: str
    label: str
    missing: int
    current: bool
    beside: bool = False


def tongues(version: ProcedureVersion, language: str, beside: Collection[str] = ()) -> list[Tongue]:
    marks, names = version.content.get("marks", {}), dict(Language.choices)
    return [
        Tongue(
            code,
            str(names[code]),
            marks.get(code, "draft"),
            str(MARKS[marks.get(code, "draft")]),
            sum(not step["title"].get(code) for step in version.steps),
            code == language,
            code in beside,
        )
        for code in SHOWN
    ]


def chosen_language(asked: Any) -> str:
    """What the reader chose, else the language of the page."""
    here = (translation.get_language() or "en").split("-")[0]
    return asked if asked in LANGUAGES else here if here in LANGUAGES else "en"


def languages_beside(asked: Any, language: str) -> list[str]:
    """The languages that the reader wants to see beside the first: one, or all the others."""
    others = [code for code in SHOWN if code != language]
    return others if asked == "all" else [code for code in others if code == asked]


def paper_of(version: ProcedureVersion, *, language: str, at: datetime) -> dict[str, Any]:
    """What `templates/pdf/list.typ` prints of a version."""
    with translation.override(language):
        title = said(version, version.content["title"], language).text
        phases = steps_shown(version, language, [])
        # Hours, and that each side does it, belong to procedures with cases.
        timed = any(step.hours for phase in phases for step in phase.steps)
        return {
            "language": language,
            "languages": [language, language],
            "title": f"{version.procedure.code} · {title}",
            "marking": None if version.holds else str(version.get_state_display()),
            "head": [[label, text] for label, text in _head(version, language)],
            "widths": [0.6, 4, 8, 3, 1.6][: 5 if timed else 4],
            "labels": [
                "",
                pgettext("step of a guideline", "Step"),
                str(LABELS["text"]),
                str(LABELS["who"]),
                *([pgettext("step of a guideline", "Hours")] if timed else []),
            ],
            "rows": [row for phase in phases for row in _rows(phase, timed=timed)],
            "page": _("Page {page} of {total}"),
            "from": _("Printed from BorderCoop."),
        }


def _head(version: ProcedureVersion, language: str) -> Iterator[tuple[str, str]]:
    if version.procedure.level:
        yield pgettext("procedure", "Level"), str(version.procedure.get_level_display())
    yield pgettext("guideline", "Version"), f"{version.number} · {version.get_state_display()}"
    if version.effective_on:
        yield _("In force from"), f"{version.effective_on:%d.%m.%Y} (UTC)"
    if version.review_on:
        yield _("To be reviewed on"), f"{version.review_on:%d.%m.%Y}"
    approvals = [
        f"{approval.side}: {approval.by.name_for(language)}, {approval.at:%d.%m.%Y} (UTC)"
        for approval in approvals_of(version)
        if approval.by is not None
    ]
    if approvals:
        yield _("Approvals"), "; ".join(approvals)
    yield _("Purpose"), said(version, version.content["purpose"], language).text
    mark = version.content.get("marks", {}).get(language, "draft")
    yield _("State of this text"), str(MARKS[mark])
    yield "SHA-256", version.sha256


def _rows(phase: Phase, *, timed: bool) -> Iterator[list[str]]:
    for step in phase.steps:
        more = [
            f"{part.label}: {part.said.text}"
            for part in step.parts
            if part.name in ("inputs", "output", "check")
        ]
        row = [
            str(step.number),
            "\n".join(filter(None, [step.title.said.text, phase.name, step.part("purpose")])),
            "\n".join(filter(None, [step.part("text"), *more])),
            "\n".join(
                filter(None, [step.part("who"), _("Each side does it") if step.each else ""])
            ),
        ]
        yield [*row, str(step.hours or "")] if timed else row
