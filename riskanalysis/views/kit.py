"""What the pages of the risk register share."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from bordercoop.errors import NotAllowed
from contactpoints.models import Unit

from .. import actions
from ..models import Risk
from ..register_access import reads_shared, writing_units


def reader(request: HttpRequest) -> Any:
    """The officer, who reads what was put to both sides; to everybody else the pages do not exist.
    Scales that are due come into force first."""
    if not reads_shared(request.user):
        raise Http404
    actions.advance_matrix()
    return request.user


def risk_of(user: Any, uid: Any) -> Risk:
    rows = Risk.objects.visible_to(user).select_related("unit", "officer", "other_unit", "by")
    found: Risk = get_object_or_404(rows, uid=uid)
    return found


def units_of_writer(user: Any, sentence: str) -> list[Unit]:
    """The units for which the officer writes. Raises NotAllowed with the sentence without one."""
    units = writing_units(user)
    if not units:
        raise NotAllowed(sentence)
    return units


def uid_of(typed: str) -> uuid.UUID | None:
    """A public id, or None for what is none."""
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def writes_for(user: Any, unit: Unit) -> bool:
    return unit.pk in {one.pk for one in writing_units(user)}
