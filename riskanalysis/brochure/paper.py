"""The brochure as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bordercoop.web.emblem import Emblem
from bordercoop.web.pdf import pdf

from .content import numbered


def paper(content: dict[str, Any], *, number: int, at: datetime, emblem: Emblem) -> bytes:
    """The PDF that `templates/pdf/brochure.typ` makes of a content. Raises Busy."""
    made = {**numbered(content, number=number, at=at), "emblem": emblem.printed}
    return pdf("brochure.typ", made, at=at)


def file_name(language: str, number: int) -> str:
    """ "BorderCoop-brochure-3-lv.pdf"; a preview has no number."""
    return f"BorderCoop-brochure-{number or 'preview'}-{language}.pdf"
