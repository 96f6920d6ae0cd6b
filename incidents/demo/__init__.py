"""Invented people, a rota and a week of invented incidents, for looking around on one machine.

Promise: everything is made by the verbs that officers use, so it passed the same rules; a second
run adds nothing and changes nothing, but keeps the rota filled ahead.
"""

from django.db import connection, transaction

from contactpoints.actions import extend_rotas

from .people import make_accounts, set_rota
from .week import live_through_week

LOCK = 5_251_011  # any number that no other advisory lock of the portal uses


@transaction.atomic
def make_demo() -> list[str]:
    """All of it or nothing; needs loaded reference data. Returns a line for each part."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    accounts = make_accounts()
    set_rota()
    shifts = extend_rotas()
    incidents = live_through_week()
    return [
        f"demo accounts: {accounts} new",
        f"demo rota: {shifts} new shifts",
        f"demo incidents: {incidents} new",
    ]
