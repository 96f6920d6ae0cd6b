"""Fixtures for emergency sessions: one in a browser, and its audit."""

import pytest

from bordercoop.audit.models import Entry
from contactpoints import actions
from contactpoints.access import EMERGENCY

REASON = "The Daugavpils desk does not answer and the road is closed."


@pytest.fixture
def emergency(signed_in):
    """Open one for somebody in a browser: (browser, emergency)."""

    def emergency(user, reason=REASON):
        browser = signed_in(user)
        opened = actions.open_emergency(reason, by=user)
        kept = browser.session
        kept[EMERGENCY] = str(opened.uid)
        kept.save()
        return browser, opened

    return emergency


def lines(emergency):
    """(method, route, status) of each request that the audit knows, oldest first."""
    rows = Entry.objects.filter(about=emergency.ref, verb="emergency.request").order_by("pk")
    return [(row.facts["method"], row.facts["route"], row.facts["status"]) for row in rows]
