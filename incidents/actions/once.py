"""The same thing sent twice: what an officer wrote before under the same `client_ref`."""

import uuid
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from bordercoop.errors import KeyReused

Row = TypeVar("Row", bound=Model)


def written_before(rows: QuerySet[Row], ref: uuid.UUID, **within: Any) -> Row | None:
    """The one of an officer's `rows` with this client_ref, None for something new.

    Raises KeyReused where it lies within something else, such as another list or another day.
    """
    known = rows.filter(client_ref=ref).first()
    for name, owner in within.items():
        held = f"{name}_id" if isinstance(owner, Model) else name
        wanted = owner.pk if isinstance(owner, Model) else owner
        if known is not None and getattr(known, held) != wanted:
            raise KeyReused(
                _("This client_ref was used for something else. Take a new one and send it again.")
            )
    return known
