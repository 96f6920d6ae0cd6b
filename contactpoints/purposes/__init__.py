"""For what an officer uses a standard phrase: who reads it, which buttons send it, and where to.

Apps above add theirs by settings.PHRASE_USES: word in the address -> (user, uid) -> Purpose.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.utils.module_loading import import_string

from . import answering, broadcasts, life
from .kinds import Deed, Purpose

__all__ = ["Deed", "Purpose", "purpose_of"]


def purpose_of(use: str, user: Any, uid: UUID) -> Purpose:
    """Raises Http404 for a use that there is not, and for what the officer may not see."""
    found = {
        "acknowledge": answering.acknowledge,
        "decline": answering.decline,
        "update": answering.update,
        "cancel": answering.cancel,
        "phoned": answering.phoned,
        "hand_back": life.hand_back,
        "forward": life.forward,
        "post_answer": life.post_answer,
        "broadcast": broadcasts.broadcast,
        "all_clear": broadcasts.all_clear,
    }.get(use)
    if found is None:
        if use not in settings.PHRASE_USES:
            raise Http404
        found = import_string(settings.PHRASE_USES[use])
    return found(user, uid)
