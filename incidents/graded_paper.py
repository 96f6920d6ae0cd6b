"""Impact and grading of a report on paper. Reads only."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.web.both import Both
from bordercoop.web.clocks import written

from .grading import LABELS, PARTS, confidence_label, in_words
from .models import Share


def grading_lines(copy: Share, both: Both, *, side: str) -> list[tuple[list[str], list[str]]]:
    """(label, value), each in both languages, of a report that was validated; times for `side`."""
    if not copy.impact:
        return []
    lines = [(both(lambda: _("Impact on border security")), both(copy.get_impact_display))]
    graded = in_words(copy.grading)
    if graded is not None:
        for label, term in zip(PARTS, (graded.source, graded.information), strict=True):
            pair = [f"{term.code} – {term.name_in(language)}" for language in both.languages]
            lines.append((both(LABELS[label]), pair))
        code = f"{graded.source.code}{graded.information.code}"
        other = f"{graded.other_source.code}{graded.other_information.code}"
        said = f"{graded.scale}: {code} · {graded.other_scale}: {other}"
        lines.append((both(lambda: pgettext("grading", "Scale")), [said, said]))
        lines.append(
            (both(lambda: pgettext("grading", "Confidence")), both(lambda: confidence_label(copy)))
        )
    validated = copy.validated_at
    if validated is not None:
        when = both(lambda: written(validated, side))
        lines.append((both(lambda: pgettext("moment", "Validated")), when))
    return lines
