"""What a case taught, as a proposal to change the guideline. Reads only."""

import uuid
from typing import Any

from ..models import Investigation


def may_read_case(user: Any, uid: str) -> bool:
    """Whether `user` reads the joint investigation with this public id."""
    try:
        wanted = uuid.UUID(uid)
    except ValueError:
        return False
    return Investigation.objects.visible_to(user).filter(uid=wanted).exists()
