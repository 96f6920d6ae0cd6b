"""What the control room of an exercise shows, and a mark of that. Reads only."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max
from django.utils.timezone import now
from django.utils.translation import get_language

from contactpoints.models import Delivery, units

from .models import Exercise, InjectRelease, StepTick
from .reading import clock_of, may_do, why_paused
from .scoring import score_of

NOTES_MOST = 50


def mark_of(exercise: Exercise, user: Any) -> str:
    """An ETag of what the room shows to `user`; six statements, however many injects there are.
    The clock is no part of it, for a page lets it run on by itself; how many answers are overdue
    is."""
    injects = exercise.injects.aggregate(count=Count("pk"), skipped_at=Max("skipped_at"))
    counted = [
        rows.count()
        for rows in (
            InjectRelease.objects.filter(inject__exercise=exercise),
            StepTick.objects.filter(inject__exercise=exercise),
            exercise.notes.all(),
        )
    ]
    answered = Delivery.objects.about(exercise.ref).aggregate(
        all=Count("pk"), sent=Count("sent_at"), delivered=Count("delivered_at"),
        opened=Count("opened_at"), acknowledged=Count("acknowledged_at"),
        off=Count("recalled_at"), failed=Count("failed_at"), failed_at=Max("failed_at"),
    )  # fmt: skip
    said = (
        user.pk, get_language(), exercise.state, exercise.edition, exercise.played,
        exercise.ticking_since, exercise.reason, injects, counted,
        answered, _overdue(exercise),
    )  # fmt: skip
    return f'"{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"'


def _overdue(exercise: Exercise) -> int:
    """How many desks have not acknowledged within what was expected."""
    waits = InjectRelease.objects.filter(
        inject__exercise=exercise, inject__acknowledge_s__isnull=False,
        alert__deliveries__queued_at__isnull=False, alert__deliveries__acknowledged_at=None,
        alert__deliveries__recalled_at=None,
    ).values_list("alert__deliveries__queued_at", "inject__acknowledge_s")  # fmt: skip
    moment = now()
    return sum(queued + timedelta(seconds=wanted or 0) < moment for queued, wanted in waits)


def room_of(exercise: Exercise, user: Any) -> dict[str, Any]:
    """Names for the control room: `exercise`, `clock`, `clock_s`, `lines` (inject, at, headline,
    desks, release, waits, left_s, answers), `next` of them, `notes`, `may`, `why`."""
    language, score, shown = get_language() or "en", score_of(exercise), exercise.clock()
    names = {code: unit.name for code, unit in units().items()}
    lines = []
    for inject in exercise.injects.standing().select_related("sender", "release"):
        release = getattr(inject, "release", None)
        waits = release is None and inject.skipped_at is None
        lines.append(
            {
                "inject": inject,
                "at": clock_of(timedelta(seconds=inject.offset_s)),
                "headline": inject.headline_for(language),
                "desks": [names.get(code, code) for code in inject.desks],
                "release": release,
                "waits": waits,
                "left_s": max(int(inject.offset_s - shown.total_seconds()), 0) if waits else None,
                "answers": score.of(inject),
            }
        )
    notes = exercise.notes.select_related("by", "inject").order_by("-at", "-pk")[:NOTES_MOST]
    return {
        "exercise": exercise,
        "clock": clock_of(shown),
        "clock_s": int(shown.total_seconds()),
        "lines": lines,
        "next": next((line for line in lines if line["waits"]), None),
        "notes": [(note, clock_of(note.clock)) for note in notes],
        "may": may_do(exercise, user),
        "why": why_paused(exercise, user),
    }
