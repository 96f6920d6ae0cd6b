"""The scales in force as the brochure says them: the words around them are the method's."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bordercoop.reference.sides import ZONE

from ..models import MatrixVersion
from ..scales import RULES, bands, domains, levels, place, size

SCALES = ("likelihood", "magnitude", "vulnerability", "impact")


def weigh(whole: dict[str, Any], version: MatrixVersion, language: str) -> dict[str, int | str]:
    """Fill the method with the levels, domains, bands and rule of `version`, and work its example
    by them: where that stands (`row`, `column`, `score`, `band`)."""
    content = version.content
    steps = size(content)
    weighing, matrix, example = whole["weighing"], whole["matrix"], whole["example"]
    weighing["scales_heading"] = weighing["scales_heading"].format(steps=steps)
    weighing["domains"] = [str(each.name) for each in domains(content, language)]
    for scale, said in zip(SCALES, weighing["scales"], strict=True):
        said["levels"] = [str(each.name) for each in levels(content, scale, language)]
    rule = RULES[content["rule"]]
    matrix["rule"], matrix["steps"], matrix["version"] = content["rule"], steps, version.number
    if rule.rows == "likelihood":
        matrix["rows"] = weighing["scales"][0]["name"]
    matrix["paragraphs"] = [str(rule.text), _said_of(version), matrix["changes"]]
    matrix["bands"] = [
        {"code": band.code, "until": band.last, "name": str(band.name), "action": str(band.do)}
        for band in bands(content, language)
    ]
    return _example(example, content, steps)


def day_said(at: datetime) -> str:
    """The day of a moment on the one calendar by which the brochure goes for both sides: Riga's,
    whose day has begun on both walls."""
    return date_format(at.astimezone(ZoneInfo(ZONE["LV"])), "DATE_FORMAT")


def _said_of(version: MatrixVersion) -> str:
    since = day_said(version.in_force_at) if version.in_force_at else ""
    said = {"number": version.number, "day": since}
    if version.shipped and len({each.side for each in version.approvals.all()}) < 2:
        return (
            _(
                "These are the scales that came with the portal, version %(number)s, in force "
                "since %(day)s: a proposal modelled on CIRAM that the two services have not both "
                "approved."
            )
            % said
        )
    return (
        _(
            "These are the scales that both services approved, version %(number)s, in force since "
            "%(day)s."
        )
        % said
    )


def _example(example: dict[str, Any], content: Any, steps: int) -> dict[str, int | str]:
    """The example's levels are of five; of more or fewer it takes those that lie nearest."""
    known = {scale: max(1, (2 * example[scale] * steps + 5) // 10) for scale in SCALES}
    for scale, row in zip(SCALES, example["weighing"], strict=True):
        row["value"] = str(known[scale])
    at = place(content, **{**known, "impact": {"any": known["impact"]}})  # type: ignore[arg-type]
    band = next(each for each in bands(content) if each.code == at.band)
    example["sum"] = example["sums"][content["rule"]].format(
        **known, row=at.row, score=at.score, band=str(band.name).lower(),
        threat=round((known["likelihood"] * known["magnitude"]) ** 0.5),
    )  # fmt: skip
    del example["sums"]
    return {"row": at.row, "column": at.column, "score": at.score, "band": at.band}
