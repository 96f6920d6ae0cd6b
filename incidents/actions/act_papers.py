"""What leaves the portal of a joint investigation: the act on paper, and the export pack."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.audit.actions import record_export
from bordercoop.audit.models import record
from bordercoop.errors import Refused
from bordercoop.files import store
from bordercoop.reference.sides import Side
from bordercoop.web.pdf import TooLong, pdf

from ..investigation.act_paper import document
from ..investigation.case_pack import parts_of, written
from ..models import Act, Investigation
from .case_moves import part_of


def print_act(act: Act, *, by: Any) -> bytes:
    """The act as tagged PDF in its two languages side by side; unsigned it says so on every page.

    Recorded as printed, each time. Busy and TooLong of `web.pdf` come through.
    """
    case = act.investigation
    part_of(case, by)
    at = now()
    made = pdf("act.typ", document(case, act, by=by, at=at), at=at)
    record("case.act_printed", case.ref, by=by, sha256=act.sha256, version=act.revision)
    return made


def _printed(case: Investigation, act: Act | None, by: Any, at: datetime) -> bytes | None:
    """None where there is no act, and for one too long to be printed: the pack goes out without."""
    try:
        return pdf("act.typ", document(case, act, by=by, at=at), at=at) if act else None
    except TooLong:
        return None


def export_case_pack(case: Investigation, *, by: Any) -> Iterator[bytes]:
    """The case as a zip in pieces: act, signatures, entries, evidence, custody log, manifest, and a
    script that verifies it without the portal. Only what the officer's side may read.

    Recorded as an export before the first piece; no larger piece of it than one of a file is ever
    in memory.
    """
    part_of(case, by)
    if by.side not in (Side.LV, Side.BY):
        raise Refused(_("There is no such joint investigation."), code="not_found", status=404)
    at = now()
    act = Act.objects.select_related("investigation").filter(investigation=case).first()
    printed = _printed(case, act, by, at)
    parts = parts_of(case, act, by)
    for file in parts.files:
        store.open_stored(file.sha256).close()
    record_export(
        "investigation",
        by=by,
        filter={"investigation": case.uid, "act": act.sha256 if act else ""},
        rows=len(parts.entries) + len(parts.files),
    )
    return written(case, act, printed, parts, at=at)
