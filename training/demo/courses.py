"""An invented course on SOP-OPERATIONAL that both sides agreed to, and two materials of it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from bordercoop.reference.models import version_in_force

from .. import actions
from ..models import Course

DEMO = uuid.UUID("2f6f5a3c-6f0e-4f0f-9d0a-6f1c2a7f4b11")
MATERIALS = [
    ("Operatīvās analīzes vingrinājumi", "lv", "lv.coordinator"),
    ("Упражнения по оперативному анализу", "ru", "by.coordinator"),
]


def live_with_courses(people: Mapping[str, Any]) -> str:
    """Drafted by one coordinator, agreed by both. Done once."""
    ref = uuid.uuid5(DEMO, "course")
    if Course.objects.filter(client_ref=ref).exists():
        return "demo courses: there already"
    if version_in_force("SOP-OPERATIONAL") is None:
        return "demo courses: no SOP is in force"
    course = actions.draft_course(
        title="Operational analysis for both services", language="en",
        about="How both services prepare one operational report, with exercises.",
        procedures=["SOP-OPERATIONAL"], levels=["local", "regional"], hours=12, valid_months=24,
        client_ref=ref, by=people["lv.coordinator"],
    )  # fmt: skip
    for name in ("lv.coordinator", "by.coordinator"):
        course = actions.agree_course(course, edition=course.edition, by=people[name])
    for title, language, name in MATERIALS:
        actions.add_material(
            _paper(title, language), title=title, language=language, course=course,
            client_ref=uuid.uuid5(DEMO, language), by=people[name],
        )  # fmt: skip
    return f"demo courses: 1 new, {len(MATERIALS)} materials"


def _paper(title: str, language: str) -> Any:
    """A short invented text."""
    said = f"{title}\n\n1. …\n2. …\n"
    return SimpleUploadedFile(f"exercises-{language}.txt", said.encode(), "text/plain")
