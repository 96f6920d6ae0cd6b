"""Invented people, a rota, a week of invented incidents, and real records of a public source.

For looking around on one machine. Promise: everything is made by the verbs that officers use, so
it passed the same rules; a second run changes nothing, but keeps the rota filled ahead.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now

from bordercoop.access.models import User
from bordercoop.outbox.models import Message
from bordercoop.outbox.relay import relay_due
from contactpoints import actions
from contactpoints.actions import extend_rotas
from contactpoints.models import Delivery, units

from .. import open_source
from ..actions import alarm_late_decisions
from .asking import live_through_requests
from .cap import take_warnings
from .case import live_through_case
from .crossings import live_with_crossings
from .drills import hold_drill
from .focal import live_at_focal_point
from .guidelines import live_with_guidelines
from .hooks import live_with_webhooks
from .lines import check_lines_for_a_day
from .notices import live_with_notices
from .paper import put_forms_by_the_telephone
from .people import POSTED_DAYS_AGO, WATCHES, make_accounts, set_rota
from .phrases import say_phrases
from .policies import set_policies
from .reach import live_with_channels
from .serious import report_apart
from .shifts import change_shifts
from .signs import live_through_meetings, live_with_signs
from .staffing import hang_screens, plan_staffing
from .statements import state_two_months
from .week import live_through_week

RECORDS = Path(__file__).with_name("iom_missing_migrants_belarus_eu.csv")
KEPT_WEEKS_AGO = 40
LOCK = 5_251_011  # any number that no other advisory lock of the portal uses


def make_demo() -> list[str]:
    """All of it or nothing; needs loaded reference data. Returns a line for each part."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        accounts = make_accounts()
        set_rota()
        shifts = extend_rotas(since=now() - timedelta(days=POSTED_DAYS_AGO))
        records = keep_records()
        live_with_guidelines()
        incidents = live_through_week()
        live_with_signs()
        people = {user.username: user for user in User.objects.all()}
        live_with_channels(people)
        say_phrases(people)
        case = live_through_case(people)
        live_through_meetings()
        check_lines_for_a_day(people)
        live_through_requests(people)
        live_with_notices(people)
        live_with_crossings(people)
        live_at_focal_point(people)
        answer_the_rest(people)
        set_policies(people)
        hold_drill(people)
        take_warnings(people)
        change_shifts(people)
        put_forms_by_the_telephone(people)
        state_two_months(people)
        live_with_webhooks(people)
        plan_staffing(people)
        hang_screens(people)
        above = [import_string(name)(people) for name in settings.DEMO_PARTS]
        apart, codes = report_apart()
        # What was asked, decided and reported in that week was told in it.
        letters = ("handling", "waiting", "approval", "review", "digest", "statement")
        told = Message.objects.filter(channel__in=letters, done_at=None)
        told.update(done_at=now())
    # All of the week was answered, so none of it goes out; the outbox learns that before it is
    # asked how late it is.
    while incidents and relay_due():
        pass
    return [
        f"demo accounts: {accounts} new",
        f"demo rota: {shifts} new shifts",
        f"open-source records: {records} new",
        f"demo incidents: {incidents} new",
        f"demo joint investigation: {case.number if case else 'there already'}",
        f"demo serious incidents: {apart} new, codes of those without a name: "
        + ", ".join(f"{side} {code}" for side, code in sorted(codes.items())),
        *above,
    ]


def answer_the_rest(people: Mapping[str, Any]) -> None:
    """What meetings and cases asked of the desks was acknowledged in its time, as the week was: a
    console begins empty."""
    alarm_late_decisions()
    for delivery in Delivery.objects.open().select_related("alert", "desk").order_by("pk"):
        if delivery.alert.about.startswith("incident:"):
            continue
        at = min(delivery.queued_at + timedelta(minutes=3), now())
        with time_machine.travel(at, tick=False):
            actions.acknowledge_delivery(
                delivery,
                line="Lasīts." if delivery.desk.side == "LV" else "Прочитано.",
                by=people[WATCHES[delivery.desk.code]],
            )


def keep_records() -> int:
    """The shipped file, kept as if before all that the demo tells, which so stands above it in the
    lists."""
    rows = open_source.read(RECORDS).rows
    with time_machine.travel(now() - timedelta(weeks=KEPT_WEEKS_AGO), tick=False):
        return open_source.keep(rows, unit=units()["LV-SBG"], by=None, file=RECORDS.name)
