"""Which accounts an administrator has in care, and that each side keeps one."""

from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from bordercoop.errors import NotAllowed, Refused

from .access import administered
from .models import Posting, Role, Unit, units


def require_other(by: Any, officer: Any) -> None:
    """Raise NotAllowed for the own account: two people stand behind every change of rights."""
    if by is not None and by.pk == officer.pk:
        raise NotAllowed(
            _("This is your own account. Another administrator of your side must do this."),
            code="own_account",
        )


def require_over(by: Any, officer: Any) -> None:
    """Raise unless `by` administers every unit at which the officer is or will be posted.

    Of whoever is posted nowhere, the side's root counts.
    """
    if by is None:
        return
    require_other(by, officer)
    posted = Posting.objects.filter(officer=officer, ended_at=None).exclude(ends_at__lte=now())
    at = set(posted.values_list("unit_id", flat=True))
    if not at:
        at = {u.pk for u in units().values() if u.parent_id is None and u.side == officer.side}
    if not at or not at <= administered(by):
        raise NotAllowed(
            _("%(officer)s is not in your care. Ask the administrator of the side's headquarters.")
            % {"officer": officer.display_name}
        )


def refuse_last_administrator(posting: Posting) -> None:
    """Raise Refused when a side would be left without anybody who can post people.

    Administrators of one side wait for each other here, so that two cannot leave at once.
    """
    if posting.role != Role.ADMINISTRATOR:
        return
    root = posting.unit.root_code
    list(Unit.objects.select_for_update(no_key=True).filter(code=root))
    # Asked after the lock: a moment from before it would count whoever left while this waited.
    others = Posting.objects.active().filter(role=Role.ADMINISTRATOR, officer__is_active=True)
    others = others.filter(unit__path=f"{root}/").exclude(officer=posting.officer_id)
    if posting.unit.code == root and not others.exists():
        raise Refused(
            _("This is the last administrator of the side. Post another one first."),
            code="last_administrator",
        )
