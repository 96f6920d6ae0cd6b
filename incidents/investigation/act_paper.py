"""What stands on the paper of an act, in its two languages side by side."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bordercoop.access.models import Language
from bordercoop.web.both import Both
from bordercoop.web.clocks import written
from bordercoop.web.qr import qr_picture
from bordercoop.web.signed import foot, signature_rows

from ..content import moment_of
from ..models import Act, CaseState, Investigation, ParagraphKind, Section
from .act import entries_said, label_of, position_label
from .act_heading import content_of, place_of, title_of, took_part, took_part_label


def address_of(act: Act) -> str:
    """Where a paper is verified."""
    return settings.BASE_URL.rstrip("/") + reverse("verify_act", args=[act.code])


def document(case: Investigation, act: Act, *, by: Any, at: datetime) -> dict[str, Any]:
    """Everything that `templates/pdf/act.typ` prints. Texts in two languages are pairs."""
    both = Both(*case.languages)
    content = content_of(case, act)
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
        "facts": _facts(content["heading"], content["teams"], both),
        "notices": _notices(content["heading"], both),
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
            "rows": signature_rows(
                standing, both, none=lambda: pgettext("signature", "Not signed")
            ),
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
        **foot(both, number=act.revision, sha256=act.sha256, at=at, by=by),
    }


def _facts(heading: Mapping[str, Any], teams: Mapping[str, Any], both: Both) -> list[Any]:
    """What stands above the paragraphs, as it is signed; a value in one language is one text."""

    def fact(label: Callable[[], str], value: Callable[[], str]) -> dict[str, list[str]]:
        return {"label": both(label), "value": list(dict.fromkeys(both(value)))}

    happened = moment_of(heading["happened_at"])
    assert happened is not None
    return [
        fact(lambda: _("What"), lambda: title_of(heading)),
        fact(lambda: _("Happened"), lambda: written(happened, "LV")),
        fact(lambda: _("Where"), lambda: place_of(heading)),
        *(
            fact(partial(took_part_label, side), partial(took_part, teams[side]))
            for side in ("LV", "BY")
        ),
    ]


def _notices(heading: Mapping[str, Any], both: Both) -> list[list[str]]:
    """What nobody may miss who holds the paper."""
    found = []
    if heading["historic"]:
        found.append(both(lambda: _("Historic case, %(year)s") % {"year": heading["historic"]}))
    if heading["exercise"]:
        found.append(both(lambda: _("Exercise: this did not happen.")))
    return found


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
