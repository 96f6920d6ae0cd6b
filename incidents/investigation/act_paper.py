"""What stands on the paper of an act, in its two languages side by side."""

from datetime import datetime
from functools import partial
from typing import Any

import qrcode
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bordercoop.access.models import Language
from bordercoop.reference.sides import Side
from bordercoop.web.both import Both
from bordercoop.web.clocks import written

from ..models import Act, ActSignature, CaseState, Investigation, ParagraphKind, Section
from .act import entries_said, label_of, position_label

# Of a QR code, in modules: what a scanner wants free around it.
QUIET = 4


def address_of(act: Act) -> str:
    """Where a paper is verified."""
    return settings.BASE_URL.rstrip("/") + reverse("verify_act", args=[act.code])


def qr_picture(text: str) -> str:
    """A QR code as an SVG of one path, black on white."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    dark = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, black in enumerate(row) if black
    )
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{dark}" fill="#000"/></svg>'
    )


def document(case: Investigation, act: Act, *, by: Any, at: datetime) -> dict[str, Any]:
    """Everything that `templates/pdf/act.typ` prints. Texts in two languages are pairs."""
    both = Both(*case.languages)
    content = act.content
    rows = act.signatures.filter(voided_at=None).order_by("pk")
    standing = {signature.side: signature for signature in rows}
    unsigned = len(standing) < 2
    address = address_of(act)
    return {
        "languages": list(both.languages),
        "language_names": [str(Language(code).label) for code in both.languages],
        "title": f"{case.number} {act.code}",
        "heading": both(lambda: _("Act of a joint investigation")),
        "number": case.number,
        "subject": case.title,
        "subject_language": case.language,
        "facts": _facts(case, both),
        "exercise": both(lambda: _("Exercise: this did not happen.")) if case.exercise else None,
        "watermark": both(lambda: pgettext("watermark", "DRAFT, NOT SIGNED")) if unsigned else None,
        "state": both(lambda: CaseState(case.state).label),
        "sections": [
            {
                "label": both(section.label),
                "paragraphs": [
                    _paragraph(each, both)
                    for each in content["paragraphs"]
                    if each["section"] == section
                ],
            }
            for section in Section
            if any(each["section"] == section for each in content["paragraphs"])
        ],
        "empty": both(lambda: _("It says nothing yet.")) if not content["paragraphs"] else None,
        "missing": both(lambda: pgettext("text of an act", "Not written yet")),
        "signatures": {
            "label": both(lambda: _("Signatures")),
            "said": both(
                lambda: _(
                    "Each signature below is bound to the SHA-256 of this text in both "
                    "languages. A text with another SHA-256 is not signed."
                )
            ),
            "rows": [_signature(case, side, standing.get(side), both) for side in ("LV", "BY")],
        },
        "sum": act.sha256,
        "verify": {
            "label": both(
                lambda: _("Whoever holds this paper verifies it at the address in the QR code.")
            ),
            "alt": both(lambda: _("QR code with the address at which this act is verified")),
            "address": address,
            "qr": qr_picture(address),
        },
        "page": both(lambda: _("Page {page} of {total}")),
        "printed": both(
            lambda: (
                _("Printed for %(side)s on %(when)s.")
                % {"side": Side(by.side).label, "when": written(at, by.side)}
            )
        ),
        "from": both(lambda: _("Version %(n)s") % {"n": act.revision}),
        "mark_label": ["SHA-256", "SHA-256"],
        "mark": act.sha256,
        "handling": None,
        "marking": None,
    }


def _facts(case: Investigation, both: Both) -> list[dict[str, Any]]:
    where = ", ".join(
        part for part in (case.sign.name if case.sign else "", case.border_sign, case.place) if part
    )
    if case.lat is not None and case.lon is not None:
        where = f"{where}, {case.lat:.4f}, {case.lon:.4f}".lstrip(", ")
    return [
        {"label": both(lambda: _("What")), "value": [case.title]},
        {
            "label": both(lambda: _("Happened")),
            "value": both(lambda: written(case.happened_at, "LV")),
        },
        {"label": both(lambda: _("Where")), "value": [where]},
    ]


def _paragraph(paragraph: dict[str, Any], both: Both) -> dict[str, Any]:
    """A paragraph with its two columns; a position and a dissent are named by their side."""
    return {
        "number": paragraph["number"],
        "label": both(lambda: label_of(paragraph)) if label_of(paragraph) else None,
        "columns": [_lines(paragraph["texts"].get(code)) for code in both.languages],
        "positions": [
            {
                "side": side,
                "label": both(partial(position_label, side)),
                "columns": [
                    _lines(paragraph["positions"].get(side, {}).get(code))
                    for code in both.languages
                ],
            }
            for side in ("LV", "BY")
        ]
        if paragraph["kind"] == ParagraphKind.DISPUTED
        else [],
        "entries": both(lambda: entries_said(paragraph)) if paragraph["entries"] else None,
    }


def _lines(text: str | None) -> list[str]:
    return [line.rstrip() for line in (text or "").splitlines()]


def _signature(
    case: Investigation, side: str, signature: ActSignature | None, both: Both
) -> dict[str, Any]:
    def name() -> str:
        assert signature is not None
        local = signature.name_local if get_language() in ("be", "ru") or side == "LV" else ""
        return local or signature.name_latin

    return {
        "side": side,
        "label": both(Side(side).label),
        "name": both(name) if signature else None,
        "when": both(lambda: written(signature.at, side)) if signature else None,  # type: ignore[union-attr]
        "sum": signature.sha256 if signature else "",
        "none": both(lambda: pgettext("signature", "Not signed")),
    }
