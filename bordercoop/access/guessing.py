"""Addresses that are secrets of their own: whoever tries many from one place is stopped."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bordercoop.errors import Refused

# Wrong addresses from one place, and in how many seconds.
MOST, WITHIN = 30, 60
TOO_MANY = _("Too many requests came from here. Wait a minute and try again.")


def refuse_guessing(request: HttpRequest) -> None:
    """Raise Refused (429) while too many wrong addresses came from where this request comes."""
    tried, until = cache.get(_key(request)) or (0, 0)
    if tried >= MOST and until > time.time():
        raise Refused(TOO_MANY, code="rate_limited", status=429)


def count_wrong(request: HttpRequest) -> None:
    """The secret address that was asked for leads nowhere."""
    at, key = time.time(), _key(request)
    tried, until = cache.get(key) or (0, 0)
    if until <= at:
        tried, until = 0, at + WITHIN
    cache.set(key, (tried + 1, until), until - at)


def _key(request: HttpRequest) -> str:
    return f"guessing:{get_adapter().get_client_ip(request)}"
