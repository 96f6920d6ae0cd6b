"""What a recommendation comes from: resolved by rooms that settings.LESSON_ROOMS names.

Each room is a function (ref, reader) -> (title, address), None for what the reader does not read.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from incidents.models import Investigation
from training.models import Activity

Resolved = tuple[str, str]
TITLE = 160


def resolved(about: str, reader: Any) -> Resolved | None:
    """Title and address of "kind:ref" as `reader` reads it."""
    kind, _colon, ref = about.partition(":")
    room = settings.LESSON_ROOMS.get(kind)
    return import_string(room)(ref, reader) if room is not None and ref else None


def activity(ref: str, reader: Any) -> Resolved | None:
    found = Activity.objects.visible_to(reader).filter(number=ref).first()
    if found is None:
        return None
    return f"{found.number} {found.title}", reverse("activity", args=[found.number])


def investigation(ref: str, reader: Any) -> Resolved | None:
    try:
        wanted = uuid.UUID(ref)
    except ValueError:
        return None
    found = Investigation.objects.visible_to(reader).filter(uid=wanted).first()
    if found is None:
        return None
    return str(found), settings.ABOUT_LINKS["investigation"].format(uid=found.uid)


def said_of(about: str, reader: Any) -> dict[str, Any]:
    """What a recommendation that comes from an activity begins with: the lessons in its report, in
    their language, the first line as its title."""
    kind, _colon, ref = about.partition(":")
    if kind != "activity":
        return {}
    found = Activity.objects.visible_to(reader).filter(number=ref).first()
    if found is None or not found.lessons.strip():
        return {}
    first = next(line.strip() for line in found.lessons.splitlines() if line.strip())
    source = "visit" if found.kind == "study_visit" else "evaluation"
    return {
        "title": first if len(first) <= TITLE else f"{first[: TITLE - 1]}…",
        "text": found.lessons, "language": found.language, "source": source,
    }  # fmt: skip
