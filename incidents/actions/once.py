"""The same thing sent twice: what an officer wrote before under the same `client_ref`."""

import uuid
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from bordercoop.errors import KeyReused

Row = TypeVar("Row", bound=Model)


def written_before(rows: QuerySet[Row], ref: uuid.UUID, **within: Model) -> Row | None:
    """The one of an officer's `rows` with this client_ref, None for something new.

    Raises KeyReused where it lies within something else, such as another list.
    """
    known = rows.filter(client_ref=ref).first()
    for name, owner in within.items():
        if known is not None and getattr(known, f"{name}_id") != owner.pk:
            raise KeyReused(
                _("This client_ref was used for something else. Take a new one and send it again.")
            )
    return known
