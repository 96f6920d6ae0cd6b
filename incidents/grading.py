"""How far a report is to be believed: two scales, what one says in the other, the confidence.

The scales, their crosswalk and the points lie in the reference data (`source_4x4` and so on). The
crosswalk and the points are a proposal: no text that both sides apply fixes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from bordercoop.errors import Invalid
from bordercoop.reference.models import Term, offered, terms

from .models import Confidence, Impact, Scale, Share, Validation

PARTS = ("source", "information")
LABELS = {
    "source": pgettext_lazy("grading", "Reliability of the source"),
    "information": pgettext_lazy("grading", "Credibility of the information"),
}
# The most that a report may be believed before headquarters has validated it.
CEILING = {
    Validation.UNVERIFIED: Confidence.POSSIBLE,
    Validation.VERIFIED: Confidence.PROBABLE,
    Validation.VALIDATED: Confidence.CONFIRMED,
}
# Points of source and information together, 0 to 6, that a level takes.
LEVELS = [(6, Confidence.CONFIRMED), (4, Confidence.PROBABLE), (2, Confidence.POSSIBLE)]


def vocabulary(part: str, scale: str) -> str:
    return f"{part}_{scale}"


def cleaned_impact(impact: Any) -> Impact:
    """Raises Invalid for an unknown level."""
    if not isinstance(impact, str) or impact not in Impact.values:
        sentence = _("Choose low, medium, high or critical.")
        raise Invalid(sentence, fields={"impact": [sentence]})
    return Impact(impact)


def cleaned_grading(given: Mapping[str, Any]) -> dict[str, str]:
    """scale, source and information as codes. Raises Invalid with a sentence for each wrong one."""
    wrong: dict[str, list[object]] = {}
    scale = given.get("scale")
    if not isinstance(scale, str) or scale not in Scale.values:
        sentence = _("Choose the 4x4 or the 6x6 scale.")
        raise Invalid(sentence, fields={"scale": [sentence]})
    found = {"scale": scale}
    for part in PARTS:
        code = given.get(part)
        known = {term.code for term in offered(vocabulary(part, scale))}
        if isinstance(code, str) and code in known:
            found[part] = code
        else:
            wrong[part] = [_("There is no such grade in the %(scale)s scale.") % {"scale": scale}]
    if wrong:
        raise Invalid(str(next(iter(wrong.values()))[0]), fields=wrong)
    return found


def confidence(grading: Mapping[str, Any] | None, validation: str) -> str:
    """A Confidence, or "" for what was not graded.

    Source and information give 0 to 3 points each; the sum gives the level, and no report rises
    above the ceiling of its validation status.
    """
    if not grading:
        return ""
    points = 0
    for part in PARTS:
        term = terms(vocabulary(part, grading["scale"])).get(grading[part])
        points += int(term.facts.get("points", 0)) if term else 0
    level = next((level for least, level in LEVELS if points >= least), Confidence.UNCONFIRMED)
    order = list(Confidence)
    return min(level, CEILING[Validation(validation)], key=order.index).value


def confidence_label(share: Share) -> str:
    """The confidence of a copy in the reader's language, "" for what was not graded."""
    level = confidence(share.grading, share.validation)
    return str(Confidence(level).label) if level else ""


@dataclass(frozen=True)
class Graded:
    """A grading in words. `other` is what it says in the other scale, a proposal."""

    scale: str
    source: Term
    information: Term
    other_scale: str
    other_source: Term
    other_information: Term


def in_words(grading: Mapping[str, Any] | None) -> Graded | None:
    """None for what was not graded."""
    if not grading:
        return None
    scale = Scale(grading["scale"])
    other = Scale.SIX if scale == Scale.FOUR else Scale.FOUR
    found = []
    for part in PARTS:
        term = terms(vocabulary(part, scale))[grading[part]]
        found += [term, terms(vocabulary(part, other))[term.facts["other"]]]
    source, other_source, information, other_information = found
    return Graded(scale.value, source, information, other.value, other_source, other_information)
