"""Words of the scales by which an assessment was made."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from ..models import Assessment
from ..scales import bands, domains, levels
from ..section_codes import section_name

register = template.Library()
register.filter("section_name", section_name)


@register.filter
def band_name(one: Assessment) -> str:
    return next(str(band.name) for band in bands(one.matrix.content) if band.code == one.band)


@register.filter
def levels_said(one: Assessment) -> list[tuple[str, str]]:
    """(what, level with its word) of threat, vulnerability and each domain that is touched."""
    content: Any = one.matrix.content

    def said(scale: str, value: int) -> str:
        return f"{value} {levels(content, scale)[value - 1].name}"

    return [
        (_("Likelihood"), said("likelihood", one.likelihood)),
        (_("Magnitude"), said("magnitude", one.magnitude)),
        (_("Vulnerability"), said("vulnerability", one.vulnerability)),
        *(
            (f"{_('Impact')}: {each.name}", said("impact", one.impact[each.code]))
            for each in domains(content)
            if each.code in one.impact
        ),
    ]
