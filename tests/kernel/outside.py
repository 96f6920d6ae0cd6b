"""What stands in for the apps above the kernel: channels with real effects, topics, ticks."""

import smtplib
import urllib.request

from django.conf import settings
from django.db import connection

from bordercoop.live.doorbell import ring
from bordercoop.outbox.models import Pulse


def send_live(payload, *, key):
    ring(payload["topic"])


def send_mail(payload, *, key):
    """Mail to a real receiver, or to one that hangs: `port` in the payload says which."""
    with smtplib.SMTP("127.0.0.1", payload["port"], timeout=payload.get("timeout", 10)) as server:
        message = f"Message-ID: <{key}@test>\r\nSubject: {key}\r\n\r\n."
        server.sendmail("portal@test.example", ["officer@test.example"], message)
    if "then" in payload:
        urllib.request.urlopen(payload["then"], timeout=30)


def mail_given_up(payload, *, failure):
    Pulse.beat(f"gaveup:{payload['id']}")


def is_operator(user):
    return user.username == "operator"


def topics_of(user):
    """The names of the officer's groups."""
    return set(user.groups.values_list("name", flat=True))


def still_posted(user):
    """Whether the account may be signed in: not those named as gone."""
    return not user.username.startswith("left.")


def failing_tick():
    raise RuntimeError("this tick always fails")


def counting_tick():
    Pulse.beat("tick")


def quick_tick():
    Pulse.beat("quick")


def checks():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 41 + 1")
        return {"oldest_unacknowledged_s": cursor.fetchone()[0]}


def failing_checks():
    raise RuntimeError(settings.BASE_URL)
