"""Addresses that are secrets of their own: whoever tries many from one place is stopped.

The count stands in the table of the rate limits, in the database that has the secrets: where it
cannot be read or written, nothing is looked up either.
"""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.db import connection
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from bordercoop.errors import Refused

# Wrong addresses from one place, and within which time.
MOST, WITHIN = 30, timedelta(minutes=1)
TOO_MANY = _("Too many requests came from here. Wait a minute and try again.")
TRIED = "SELECT value::int FROM django_cache WHERE cache_key = %(place)s AND expires > %(now)s"
# One statement, so that none of many at once is lost.
ONE_MORE = """
    INSERT INTO django_cache AS kept (cache_key, value, expires)
    VALUES (%(place)s, '1', %(until)s)
    ON CONFLICT (cache_key) DO UPDATE SET
        value = CASE WHEN kept.expires > %(now)s
                THEN (kept.value::int + 1)::text ELSE excluded.value END,
        expires = CASE WHEN kept.expires > %(now)s THEN kept.expires ELSE excluded.expires END
"""


def refuse_guessing(request: HttpRequest) -> None:
    """Raise Refused (429) while too many wrong addresses came from where this request comes."""
    with connection.cursor() as cursor:
        cursor.execute(TRIED, {"place": _place(request), "now": now()})
        row = cursor.fetchone()
    if row is not None and row[0] >= MOST:
        raise Refused(TOO_MANY, code="rate_limited", status=429)


def count_wrong(request: HttpRequest) -> None:
    """The secret address that was asked for leads nowhere."""
    at = now()
    with connection.cursor() as cursor:
        cursor.execute(ONE_MORE, {"place": _place(request), "now": at, "until": at + WITHIN})


def _place(request: HttpRequest) -> str:
    return f"guessing:{get_adapter().get_client_ip(request)}"
