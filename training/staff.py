"""Who may be chosen: nominated, asked about, put on the programme. Reads only."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import now

from bordercoop.access.models import User
from contactpoints.access import units_where
from contactpoints.models import Posting, Unit

from .models import Participation, ProgrammeSession
from .models.people import COMING


def officers_at(unit: Unit) -> QuerySet[User]:
    """Who serves at a unit or below it now."""
    posts = Posting.objects.active().filter(
        officer=OuterRef("pk"), unit__path__startswith=unit.path
    )
    return User.objects.filter(Exists(posts), is_active=True)


def asked_about(user: Any) -> QuerySet[User]:
    """Officers of the units for which `user` plans or nominates: of whom the own side alone may
    ask what takes their time."""
    at = units_where(user, "plan_activities") | units_where(user, "nominate")
    posts = Posting.objects.active().filter(officer=OuterRef("pk"), unit_id__in=at)
    return User.objects.filter(Exists(posts), is_active=True, side=user.side)


def speakers_for(user: Any, session: ProgrammeSession | None = None) -> QuerySet[User]:
    """Officers whom `user` may let speak and interpret: of the own side, and those who do in
    `session` already."""
    posts = Posting.objects.active().filter(officer=OuterRef("pk"))
    own = Q(Exists(posts), is_active=True, side=user.side)
    kept = [session.speaker_id, session.interpreter_id] if session is not None else []
    return User.objects.filter(own | Q(pk__in=[pk for pk in kept if pk is not None]))


def gone() -> QuerySet[Participation]:
    """Parts in what is still to come of officers who do not serve at the unit any more that
    nominated them, nor below it, or were suspended."""
    posts = Posting.objects.active().filter(
        officer=OuterRef("officer"), unit__path__startswith=OuterRef("unit__path")
    )
    rows = Participation.objects.filter(
        state__in=COMING,
        activity__state__in=("nominations", "confirmed"),
        activity__period__startswith__gt=now(),
    )
    # One set for all rows, so that a tick looks closely at those alone who could be gone.
    ended = Posting.objects.filter(Q(ended_at__lte=now()) | Q(ends_at__lte=now())).values("officer")
    rows = rows.filter(Q(officer__is_active=False) | Q(officer__in=ended))
    return rows.exclude(Exists(posts), officer__is_active=True)
