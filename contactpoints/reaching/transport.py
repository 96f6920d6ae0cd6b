"""The two ways out: Web Push, and the providers that apprise knows.

Neither an address nor a provider's answer leaves this module: what went wrong is one of a few
words (models.Trouble), also in what is raised.
"""

import functools
import json
import logging
import re
import threading
from typing import Any

import requests
from django.conf import settings

from ..models import ChannelKind, Trouble
from .kinds import allowed_push_host, provider_address

CONNECT_SECONDS, READ_SECONDS = 3.0, 7.0
# How long a push service keeps what it cannot deliver; an hour later the alert has climbed.
KEPT_SECONDS = 3600
GONE = {404, 410}
# Of a provider: the number or handle is not one it can reach.
WRONG_ADDRESS = {400, 404, 410, 422}


class Undelivered(Exception):
    """An attempt failed. `permanent`: another one would fail as well."""

    def __init__(self, kind: str, reason: Trouble, *, permanent: bool = False) -> None:
        super().__init__(f"{kind}: {reason.value}")
        self.kind, self.reason, self.permanent = kind, reason, permanent


# --- Web Push


class _NoRedirects(requests.Session):
    """A push service answers by itself; where it points to is nowhere the portal goes."""

    def post(self, url: Any, data: Any = None, json: Any = None, **kwargs: Any) -> Any:
        return super().post(url, data=data, json=json, **{**kwargs, "allow_redirects": False})


@functools.lru_cache(maxsize=2)
def _vapid(private_key: str) -> Any:
    from py_vapid import Vapid02

    return Vapid02.from_string(private_key)


def public_key() -> str:
    """The key by which a browser knows the portal's pushes; "" where none is set."""
    if not settings.VAPID_PRIVATE_KEY:
        return ""
    import base64

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    point = _vapid(settings.VAPID_PRIVATE_KEY).public_key.public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def send_push(subscription: str, content: dict[str, str], *, urgent: bool) -> None:
    """Hand one notification to a browser's push service, encrypted for that browser alone.

    Raises Undelivered. A repeat replaces what the service still holds under the same tag.
    """
    from pywebpush import WebPushException, webpush

    kind = ChannelKind.PUSH
    try:
        to = json.loads(subscription)
        endpoint = to["endpoint"]
    except (ValueError, TypeError, KeyError):
        raise Undelivered(kind, Trouble.GONE, permanent=True) from None
    if not settings.VAPID_PRIVATE_KEY:
        raise Undelivered(kind, Trouble.NO_PROVIDER)
    if not allowed_push_host(endpoint):  # the settings changed since the browser subscribed
        raise Undelivered(kind, Trouble.REFUSED, permanent=True)
    status = 0
    try:
        with _NoRedirects() as session:
            webpush(
                to,
                data=json.dumps(content, ensure_ascii=False),
                vapid_private_key=_vapid(settings.VAPID_PRIVATE_KEY),
                vapid_claims={"sub": settings.VAPID_SUBJECT},
                ttl=KEPT_SECONDS,
                timeout=(CONNECT_SECONDS, READ_SECONDS),  # type: ignore[arg-type]
                headers={"Urgency": "high" if urgent else "normal", "Topic": content["tag"]},
                requests_session=session,
            )
    except WebPushException as error:
        status = error.response.status_code if error.response is not None else 0
    except requests.Timeout:
        raise Undelivered(kind, Trouble.TIMED_OUT) from None
    except requests.RequestException:
        raise Undelivered(kind, Trouble.UNREACHABLE) from None
    except Exception:
        # Keys of the subscription that no browser made.
        raise Undelivered(kind, Trouble.REFUSED, permanent=True) from None
    else:
        return
    _raise_for(kind, status, wrong_address=GONE)


def _raise_for(kind: str, status: int, wrong_address: set[int]) -> None:
    if status in wrong_address:
        reason = Trouble.GONE if status in GONE else Trouble.REFUSED
        raise Undelivered(kind, reason, permanent=True)
    if status == 429:
        raise Undelivered(kind, Trouble.SLOW_DOWN)
    if status == 408:
        raise Undelivered(kind, Trouble.TIMED_OUT)
    if 400 <= status < 500:
        raise Undelivered(kind, Trouble.REFUSED)
    if status:
        raise Undelivered(kind, Trouble.RECEIVER)
    raise Undelivered(kind, Trouble.UNREACHABLE)


# --- providers


class _Status(logging.Handler):
    """apprise only answers yes or no; the status of the answer stands in what it logs."""

    ERROR = re.compile(r"error=(\d{3})\b")

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.of = threading.local()

    def emit(self, entry: logging.LogRecord) -> None:
        if found := self.ERROR.search(entry.getMessage()):
            self.of.status = int(found[1])


@functools.cache
def _apprise() -> tuple[Any, _Status]:
    """The library and the ear at its log, which goes nowhere else: it names providers."""
    import apprise

    ear = _Status()
    log = logging.getLogger("apprise")
    log.setLevel(logging.WARNING)
    log.propagate = False
    log.addHandler(ear)
    return apprise.Apprise, ear


def send_text(kind: str, to: str, text: str) -> None:
    """Hand a text to the provider of a kind. Raises Undelivered, at once for an address that could
    not be opened: without one a provider would tell the sender's own number."""
    if not to:
        raise Undelivered(kind, Trouble.GONE, permanent=True)
    if not settings.CHANNEL_URLS.get(kind):
        raise Undelivered(kind, Trouble.NO_PROVIDER)
    library, ear = _apprise()
    ear.of.status = 0
    try:
        provider = library.instantiate(provider_address(kind, to))
        if provider is None:
            raise Undelivered(kind, Trouble.NO_PROVIDER)
        provider.socket_connect_timeout = CONNECT_SECONDS
        provider.socket_read_timeout = READ_SECONDS
        provider.retry = 0  # the outbox tries again
        taken = provider.notify(body=text, title="")
    except Undelivered:
        raise
    except Exception:
        raise Undelivered(kind, Trouble.RECEIVER) from None
    if not taken:
        _raise_for(kind, ear.of.status, wrong_address=WRONG_ADDRESS)
