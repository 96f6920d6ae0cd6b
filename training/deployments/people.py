"""Who may be put into the pool of experts. Reads only."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from bordercoop.access.models import User
from bordercoop.reference.sides import Side
from contactpoints.models import Posting


def who_may_be_experts(user: Any) -> QuerySet[User]:
    """Officers of the own side who serve now, and guests, who have no posting but while they are
    deployed."""
    posts = Posting.objects.active().filter(officer=OuterRef("pk"))
    return User.objects.filter(Q(Exists(posts), side=user.side) | Q(side=Side.EU), is_active=True)
