"""The brochure in the library of materials."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import BrochureEdition


def materials_of(user: Any) -> list[dict[str, Any]]:
    """settings.MATERIALS: the newest edition in each of its languages, for whoever reads it."""
    edition = BrochureEdition.objects.visible_to(user).with_papers().first()
    if edition is None:
        return []
    address = reverse("brochure_pdf", args=[edition.number])
    return [
        {
            "title": _("Brochure of the common risk analysis"),
            "language": paper.language,
            "number": edition.number,
            "at": edition.made_at,
            "size": paper.size,
            "address": f"{address}?language={paper.language}",
            "earlier": reverse("brochure"),
        }
        for paper in edition.papers.all()
    ]
