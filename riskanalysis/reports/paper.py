"""A risk report on paper, made of its snapshot alone.

Headings and words are in the reader's language; what officers wrote stays in the language of the
report. docs/report-paper.md says what stands where.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.access.models import Language
from bordercoop.reference.marking import lines_of, said_of
from bordercoop.reference.models import terms
from bordercoop.reference.sides import Side
from bordercoop.web.clocks import written
from bordercoop.web.pdf import pdf
from contactpoints.access import roles_of

from . import words
from .charts import figures, scale
from .words import Citation, Snapshot

OTHER = {"LV": "BY", "BY": "LV"}


def paper(
    snapshot: Snapshot, language: str, *, sha256: str = "", by: Any = None, at: datetime
) -> bytes:
    """The PDF of a report for a reader of `language`, A4 and tagged.

    `snapshot` is what the reader's side reads (`snapshot_of`). `sha256` is the sum that was
    approved and stands on every page; without one every page says that this is a draft. `by` is
    who prints it, `at` when. Small numbers are hidden. Raises Busy (503) and TooLong (413).
    """
    made = content_of(snapshot, language, sha256=sha256, by=by, at=at)
    return pdf("risk_report.typ", made, at=at)


def file_name(snapshot: Snapshot, language: str) -> str:
    """ "RR-LV-2026-00001-ru.pdf"; a draft has no number."""
    stem = snapshot["number"] or f"RR-{snapshot['side']}-draft"
    return f"{re.sub('[^A-Za-z0-9-]', '', stem)}-{language}.pdf"


def content_of(
    snapshot: Snapshot, language: str, *, sha256: str, by: Any, at: datetime
) -> dict[str, Any]:
    """What `templates/pdf/risk_report.typ` prints, every label in `language`."""
    with translation.override(language):
        side = getattr(by, "side", "") or snapshot["side"]
        drawn = figures(snapshot)
        numbers = {one["number"] for one in snapshot["citations"]}
        return {
            "language": language,
            "written_in": snapshot["language"],
            "number": snapshot["number"] or pgettext("risk report", "No number yet"),
            "title": snapshot["title"],
            "kind": _kind(snapshot),
            "sides": _sides(snapshot, side),
            "marking": said_of(words.marking_of(snapshot)),
            "marking_lines": lines_of(words.marking_of(snapshot)),
            "watermark": _watermark(snapshot, sha256),
            "warning": _warning(snapshot, sha256),
            "facts": _facts(snapshot),
            "approvals": [
                {
                    "side": one["side"],
                    "name": one["name"],
                    "at": words.moment(one.get("at"), side),
                }
                for one in snapshot["approvals"]
            ],
            "judgements": [_judgement(one, numbers) for one in snapshot["judgements"]],
            "scales": {
                one["probability"]: str(scale(one["probability"]))
                for one in snapshot["judgements"]
            },
            "recommendations": [
                {
                    "number": str(one["number"]),
                    "text": _paragraphs(one["text"]),
                    "owner": words.unit_called(one["owner"]),
                    "due": words.day(one["due"]),
                }
                for one in snapshot["recommendations"]
            ],
            "parts": [_part(one, joint=snapshot["joint"]) for one in snapshot["parts"]],
            "figures": [
                {"name": one.name, "title": one.title, "told": one.told, "notes": list(one.notes)}
                for one in drawn
            ],
            "drawings": {one.name: str(one.svg) for one in drawn},
            "citations": [_citation(one, side) for one in snapshot["citations"]],
            "probabilities": [words.probability_called(code) for code in words.PERCENT],
            "grades": _grades(snapshot),
            "sha256": sha256,
            "printed": _printed(by, at, language, side),
            "labels": _labels(),
        }  # fmt: skip


def _kind(snapshot: Snapshot) -> str:
    return " · ".join([
        _("Joint risk report") if snapshot["joint"] else _("Risk report"),
        words.level_called(snapshot),
    ])  # fmt: skip


def _sides(snapshot: Snapshot, reader: str) -> list[dict[str, str]]:
    """Whose report it is; of both, the reader's side first."""
    found = [snapshot["side"]]
    if snapshot["joint"]:
        found = sorted([*found, OTHER.get(found[0], found[0])], key=lambda side: side != reader)
    return [{"code": side, "name": words.side_called(side)} for side in found]


def _watermark(snapshot: Snapshot, sha256: str) -> str | None:
    if snapshot.get("exercise"):
        return pgettext("watermark", "EXERCISE")
    return None if sha256 else pgettext("watermark", "DRAFT")


def _warning(snapshot: Snapshot, sha256: str) -> list[str]:
    found = [_("Exercise: this did not happen.")] if snapshot.get("exercise") else []
    if not sha256:
        found.append(_("Draft: nobody has approved this text. It may still change."))
    return found


def _facts(snapshot: Snapshot) -> list[list[str]]:
    """(label, value) under the title; nothing without a value."""
    sop = snapshot["sop"]
    followed = ""
    if sop["number"]:
        followed = _("%(code)s, version %(number)s: %(title)s") % {
            "code": sop["code"], "number": sop["number"], "title": sop["title"],
        }  # fmt: skip
    rows = [
        (_("Period"), words.period_called(snapshot)),
        (_("Sections and places"), words.places_called(snapshot)),
        (_("Unit"), "; ".join(
            words.unit_called(code)
            for code in (snapshot["unit"], snapshot.get("other_unit")) if code
        )),
        (_("Procedure that was followed"), followed),
        (_("Written by"), "; ".join(_person(one) for one in snapshot["authors"])),
        (_("Reviewed by"), _person(snapshot["reviewer"]) if snapshot["reviewer"] else ""),
        (_("Language of the text"), str(dict(Language.choices)[snapshot["language"]])),
    ]  # fmt: skip
    return [[label, value] for label, value in rows if value]


def _person(one: Mapping[str, Any]) -> str:
    return f"{one['name']} ({one['side']})"


def _paragraphs(text: str) -> list[list[str]]:
    """Paragraphs as lines: an empty line parts them."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return [block.split("\n") for block in blocks if block.strip()]


def _judgement(one: Mapping[str, Any], known: set[int]) -> dict[str, Any]:
    return {
        "number": str(one["number"]),
        "text": _paragraphs(one["text"]),
        "probability": one["probability"],
        "word": words.probability_called(one["probability"]),
        "confidence": words.confidence_called(one["confidence"]),
        "alternative": _paragraphs(one["alternative"]),
        "cites": [number for number in one["cites"] if number in known],
        "no_cites": one.get("no_cites", ""),
    }


def _part(one: Mapping[str, Any], *, joint: bool) -> dict[str, Any]:
    skipped = one["state"] == "skipped"
    return {
        "step": str(one["step"]),
        "title": one["title"],
        "side": one["side"] if joint else "",
        "skipped": skipped,
        "reason": one["reason"] if skipped else "",
        "text": [] if skipped else _paragraphs(one["text"]),
    }


def _citation(one: Citation, side: str) -> dict[str, Any]:
    hidden = words.withheld(one)
    return {
        "number": one["number"],
        "kind": str(words.KINDS[one["kind"]]),
        "withheld": hidden,
        "heading": words.heading_of(one),
        "text": "" if hidden else str(one.get("headline") or one.get("title") or ""),
        "language": one.get("language") or "",
        "facts": words.facts_of(one, side),
        "grading": "" if hidden else _grading(one),
        "source": [] if hidden else _source(one),
        "url": one.get("url", "") if str(one.get("url", "")).startswith("https://") else "",
    }


def _grading(one: Citation) -> str:
    if one["kind"] == "risk" and one.get("level"):
        return _("Level when it was cited: %(level)s") % {"level": words.band_called(one["level"])}
    if not (one.get("source_grade") and one.get("information_grade")):
        return _("Not graded") if one["kind"] == "incident" else ""
    said = _("Grading %(code)s") % {"code": f"{one['source_grade']}{one['information_grade']}"}
    if one.get("scale"):
        said += f" ({one['scale']})"
    if one.get("other_source_grade"):
        other = f"{one['other_source_grade']}{one['other_information_grade']}"
        said += f" · {other} ({one['other_scale']})"
    if one.get("validation") and one["validation"] != "validated":
        said += " · " + _("Unverified")
    return said


def _source(one: Citation) -> list[str]:
    """Of a public source: who published it, when, and under which licence."""
    if one["kind"] != "open_source":
        return []
    rows = [
        (_("Source"), one.get("source", "")),
        (_("Published"), one.get("published", "")),
        (_("Licence"), one.get("licence", "")),
    ]
    return [f"{label}: {value}" for label, value in rows if value]


def _grades(snapshot: Snapshot) -> list[dict[str, Any]]:
    """What the grades of the cited incidents mean, for each scale that is used."""
    scales = sorted({one["scale"] for one in snapshot["citations"] if one.get("scale")})
    return [
        {
            "name": f"{label} ({name})",
            "rows": [[code, term.name] for code, term in terms(f"{part}_{name}").items()],
        }
        for name in scales
        for part, label in (
            ("source", pgettext("grading", "Reliability of the source")),
            ("information", pgettext("grading", "Credibility of the information")),
        )
    ]


def _printed(by: Any, at: datetime, language: str, side: str) -> str:
    when = written(at, side)
    if by is None:
        return _("Made by BorderCoop on %(when)s.") % {"when": when}
    unit = next((unit for _role, unit in roles_of(by)), None)
    return _("Printed by %(name)s, %(unit)s, on %(when)s.") % {
        "name": by.name_for(language),
        "unit": unit.name if unit else Side(by.side).label,
        "when": when,
    }


def _labels() -> dict[str, str]:
    """The words around the texts, in the active language."""
    return {
        "page": _("Page {page} of {total}"),
        "approved": pgettext("risk report", "Approved by"),
        "not_approved": pgettext("risk report", "Nobody has approved it."),
        "judgements": _("Judgements"),
        "confidence": _("Analytic confidence"),
        "alternative": _("Another explanation"),
        "rests_on": _("Rests on"),
        "rests_on_nothing": _("Rests on no citation"),
        "recommendations": _("Recommendations"),
        "what": pgettext("recommendation", "What to do"),
        "owner": pgettext("recommendation", "Owner"),
        "due": pgettext("recommendation", "By when"),
        "analysis": _("Analysis, step by step"),
        "step": pgettext("risk report", "Step"),
        "skipped": _("This step was left out. Reason:"),
        "empty": _("Nothing is written here."),
        "figures": _("Figures"),
        "figure": pgettext("risk report", "Figure"),
        "citations": _("Citations"),
        "no_citations": _("Nothing was cited."),
        "withheld": _(
            "What was not given to the reader's side stands here without number and content."
        ),
        "reading": _("How to read this report"),
        "probability": _("Words of probability"),
        "sum": pgettext("risk report", "SHA-256 of the approved text"),
        "no_sum": pgettext("risk report", "Not approved, so without a sum"),
    }
