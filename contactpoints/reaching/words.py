"""The few words that leave the portal by telephone, messenger and push.

Nothing of what an alert says is among them: a lock screen and a provider read no more than that
something waits, how urgent it is and, in a text message, at which desk.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bordercoop.outbox.addresses import path_of
from bordercoop.reference.sides import ZONE

from ..models import Alert, Delivery, Priority
from .sealed import opaque_tag


def _exercise(delivery: Delivery) -> str:
    alert = delivery.alert
    return "" if alert.status == Alert.Status.ACTUAL else f"{alert.get_status_display()}. "


def text_of(delivery: Delivery, language: str) -> str:
    """One alert as a text message."""
    with translation.override(language):
        said = _("BorderCoop: an alert waits at %(desk)s, %(priority)s. Sign in.") % {
            "desk": delivery.desk.name,
            "priority": f"{delivery.priority} {delivery.get_priority_display()}",
        }
        return _exercise(delivery) + said


def text_of_many(deliveries: list[Delivery], language: str) -> str:
    """A flood in one message."""
    with translation.override(language):
        return f"BorderCoop: {_many(deliveries)} " + _("Sign in.")


def _many(deliveries: list[Delivery]) -> str:
    count = len(deliveries)
    urgent = sum(delivery.priority == Priority.P1 for delivery in deliveries)
    if not urgent:
        return ngettext("%(n)s alert waits.", "%(n)s alerts wait.", count) % {"n": count}
    said = ngettext(
        "%(n)s alert waits, %(urgent)s of them P1.",
        "%(n)s alerts wait, %(urgent)s of them P1.",
        count,
    )
    return said % {"n": count, "urgent": urgent}


def _own_time(at: datetime, officer: Any) -> str:
    return f"{at.astimezone(ZoneInfo(ZONE.get(officer.side, 'UTC'))):%H:%M}"


def text_of_test(officer: Any, at: datetime) -> str:
    with translation.override(officer.language):
        return _("BorderCoop: a test of this channel, ordered at %(time)s. Nothing happened.") % {
            "time": _own_time(at, officer)
        }


def push_of(delivery: Delivery, language: str) -> dict[str, str]:
    """What a browser shows of one alert: that it waits, and its priority."""
    with translation.override(language):
        said = _("An alert waits: %(priority)s") % {
            "priority": f"{delivery.priority} {delivery.get_priority_display()}"
        }
        body = _exercise(delivery) + said
    return _push(body, opaque_tag(str(delivery.uid)))


def push_of_many(deliveries: list[Delivery], language: str) -> dict[str, str]:
    with translation.override(language):
        return _push(_many(deliveries), opaque_tag("together"))


def push_of_test(officer: Any, at: datetime) -> dict[str, str]:
    with translation.override(officer.language):
        body = _("A test of this channel, ordered at %(time)s. Nothing happened.") % {
            "time": _own_time(at, officer)
        }
    return {**_push(body, opaque_tag("test")), "path": path_of("channels")}


def _push(body: str, tag: str) -> dict[str, str]:
    return {"title": "BorderCoop", "body": body, "tag": tag, "path": path_of("console")}
