"""From which versions a brochure is made."""

from __future__ import annotations

from bordercoop.reference.models import Procedure, ProcedureState, ProcedureVersion

from ..models import BrochureEdition, matrix_in_force


def versions_in_force() -> list[ProcedureVersion]:
    """The SOPs by which both services work now, in their order."""
    rows = ProcedureVersion.objects.of_kind(Procedure.Kind.SOP).holding()
    return list(rows.order_by("procedure__order", "procedure__code"))


def prepared() -> list[ProcedureVersion]:
    """What the preview is made of while nothing holds: SOPs that were put to both sides."""
    rows = ProcedureVersion.objects.of_kind(Procedure.Kind.SOP).filter(
        state__in=(ProcedureState.CONSULTATION, ProcedureState.AGREED)
    )
    return list(rows.order_by("procedure__order", "procedure__code"))


def of_now(edition: BrochureEdition, versions: list[ProcedureVersion]) -> bool:
    """Whether the edition was built from exactly these versions, and says the scales in force."""
    parts = {(part.version_id, part.sha256) for part in edition.parts.all()}
    if parts != {(version.pk, version.sha256) for version in versions}:
        return False
    scales = matrix_in_force()
    number = scales.number if scales is not None else None
    return edition.papers.filter(content__method__matrix__version=number).exists()
