"""Assessing a risk for the own side, by the scales that hold now."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bordercoop.audit.models import record
from bordercoop.errors import Invalid, Refused
from bordercoop.reference.wording import worded
from contactpoints.access import require
from incidents.access import share_for
from incidents.models import Incident

from ..models import (
    Assessment,
    Citation,
    Confidence,
    MatrixVersion,
    Probability,
    Risk,
    RiskState,
    matrix_in_force,
)
from ..register_access import writing_units
from ..scales import place, size
from ..wordings import require_language
from .matrix import advance_matrix, hold_matrix
from .risks import locked_risk, require_edition

CITED_MOST = 50


def sound_levels(matrix: MatrixVersion, given: Mapping[str, Any]) -> dict[str, Any]:
    """Likelihood, magnitude, vulnerability and impact by domain as numbers of these scales.

    Raises Invalid, with every field that cannot be.
    """
    highest = size(matrix.content)
    wrong: dict[str, list[str]] = {}
    found: dict[str, Any] = {}
    between = _("Choose a level from 1 to %(most)s.") % {"most": highest}
    for name in ("likelihood", "magnitude", "vulnerability"):
        found[name] = _whole(given.get(name), highest)
        if found[name] is None:
            wrong[name] = [between]
    known = {domain["code"] for domain in matrix.content["domains"]}
    asked = given.get("impact")
    impact = asked if isinstance(asked, Mapping) else {}
    found["impact"] = {code: _whole(value, highest) for code, value in impact.items()}
    for code, value in found["impact"].items():
        if code not in known:
            wrong["impact"] = [_("There is no domain with the code %(code)s.") % {"code": code}]
        elif value is None:
            wrong[f"impact_{code}"] = [between]
    if not impact:
        wrong["impact"] = [_("Choose the impact in at least one domain.")]
    if wrong:
        raise Invalid(next(iter(wrong.values()))[0], fields=wrong)
    return found


def _whole(value: Any, highest: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= highest:
        return None
    return value


@transaction.atomic
def assess_risk(
    risk: Risk,
    *,
    likelihood: int,
    magnitude: int,
    vulnerability: int,
    impact: Mapping[str, int],
    why: str,
    language: str,
    probability: str,
    confidence: str,
    cites: Iterable[Incident] = (),
    matrix: MatrixVersion | None = None,
    edition: int | None = None,
    client_ref: uuid.UUID | None = None,
    by: Any,
) -> Assessment:
    """Say for the own side how a risk stands. `impact` is by domain; `cites` are incidents that
    `by` reads, kept at the version that was read; both sides read it once the risk is shared.

    `matrix` is the version by which it was thought out: refused when another one holds by now. The
    same `client_ref` from one officer is one assessment. Raises Stale when somebody changed the
    risk after `edition`, or put it to both sides.
    """
    advance_matrix()
    hold_matrix()
    risk = locked_risk(risk, by)
    _require_assessor(risk, by)
    ref = client_ref or uuid.uuid4()
    known = Assessment.objects.filter(by=by, client_ref=ref).first()
    holding = matrix_in_force()
    if holding is None:
        raise Refused(_("No scales hold at present, so nothing can be assessed."), code="no_matrix")
    if known is None and matrix is not None and matrix.pk != holding.pk:
        raise Refused(
            _("Other scales hold by now. Look at your levels again and send them anew."),
            code="other_matrix",
        )
    scales = known.matrix if known is not None else holding
    levels = sound_levels(scales, {
        "likelihood": likelihood, "magnitude": magnitude, "vulnerability": vulnerability,
        "impact": impact,
    })  # fmt: skip
    said = {
        **levels,
        "why": worded(why, "why", most=4_000, empty=_("Write why you see it so.")),
        "language": require_language(language),
        "probability": _one_of(probability, Probability.values, "probability"),
        "confidence": _one_of(confidence, Confidence.values, "confidence"),
    }
    if known is not None:
        if known.risk_id == risk.pk and all(getattr(known, n) == v for n, v in said.items()):
            return known
        raise Refused(
            _("This was sent already with other words. Load the page again."), code="sent_before"
        )
    require_edition(risk, edition)
    if risk.state == RiskState.CLOSED:
        raise Refused(_("The risk is closed. Open it again first."), code="wrong_state")
    at = place(holding.content, **levels)
    made = Assessment(
        risk=risk, side=by.side, matrix=holding, client_ref=ref, by=by,
        row=at.row, column=at.column, score=at.score, band=at.band, **said,
    )  # fmt: skip
    made.given_at = made.at if risk.shared_at is not None else None
    made.save(force_insert=True)
    _cite(made, cites, by)
    record("risk.assessed", risk.ref, by=by, score=at.score, band=at.band, matrix=holding.number)
    return made


def _require_assessor(risk: Risk, by: Any) -> None:
    """Whoever writes for the owning unit or, on the other side, for any unit of it."""
    if by.side == risk.side:
        require(by, "write_risks", risk.unit)
        return
    units = writing_units(by)
    require(by, "write_risks", units[0] if units else risk.other_unit or risk.unit)


def _one_of(value: str, values: list[str], field: str) -> str:
    if value not in values:
        sentence = _("Choose one of the steps.")
        raise Invalid(sentence, fields={field: [sentence]})
    return value


def _cite(made: Assessment, cites: Iterable[Incident], by: Any) -> None:
    incidents = {incident.pk: incident for incident in cites}
    if len(incidents) > CITED_MOST:
        sentence = _("At most %(most)s incidents are cited.") % {"most": CITED_MOST}
        raise Invalid(sentence, fields={"cites": [sentence]})
    Citation.objects.bulk_create(
        Citation(assessment=made, incident=incident, version=share_for(by, incident).version)
        for incident in incidents.values()
    )
