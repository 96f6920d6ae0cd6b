"""A lost second factor, taken away by the administrator of the officer's own side."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bordercoop.access.second_factor import remove_factors
from bordercoop.errors import NotAllowed

from ..access import units_where
from ..models import Posting


@transaction.atomic
def reset_second_factor(user: Any, *, by: Any) -> int:
    """Take the second factor and its recovery codes from `user` and end all of its sessions.

    Allowed to who administers accounts at a unit where the officer is posted now, and to nobody
    for the own account. The officer is told by mail. Returns how many factors there were; a
    second call changes nothing.
    """
    if by is not None:
        if user.pk == by.pk:
            raise NotAllowed(
                _("Nobody resets the own second factor. Ask another administrator of your side.")
            )
        mine = units_where(by, "administer_accounts")
        if not Posting.objects.active().filter(officer=user, unit_id__in=mine).exists():
            raise NotAllowed(
                _(
                    "%(officer)s is not posted at a unit whose accounts you administer. "
                    "Ask the administrator of that unit."
                )
                % {"officer": user.display_name}
            )
    return remove_factors(user, by=by)
